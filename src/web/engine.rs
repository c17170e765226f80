//! Geometry, homology and pictures for JavaScript.

use js_sys::{Array, Float32Array, Function, Uint8Array, Uint16Array, Uint32Array};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::ops::ControlFlow;
use wasm_bindgen::prelude::*;

use super::arrays::{field, floats, object, values};
use super::failure::{JsResult, bad_settings, thrown};
use crate::Error;
use crate::data::{Labels, Values, balanced};
use crate::geometry::{DistanceMatrix, Metric, PointCloud, Scaling, SparseDistances, shortest_edges};
use crate::homology::{
    Barcode, Forecast, Interval, Method, RipsParams, rips_barcode, rips_barcode_as_found, rips_barcode_of_points,
    rips_barcode_of_sparse,
};
use crate::parallel;
use crate::plot::{Figure, draw as draw_figure};
use crate::progress::{Observer, Progress, Stage};
use crate::study::{
    Clouds, LayerMeasure, MEMORY_LIMIT_MB, MeasureSettings, Workload, estimate as estimate_workload, measure,
};

/// Stands for "no point" in arrays of indices.
const NONE: u32 = u32::MAX;

/// Settings of a barcode.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RipsSettings {
    max_dim: usize,
    threshold: Option<f32>,
    modulus: u32,
    #[serde(default)]
    method: Method,
}

impl RipsSettings {
    fn checked(&self) -> crate::Result<RipsParams> {
        let params = RipsParams::new(self.max_dim)?
            .with_threshold(self.threshold)?
            .with_modulus(self.modulus)?
            .with_method(self.method)?;
        Ok(params.with_memory_limit(Some(MEMORY_LIMIT_MB)))
    }
}

/// Settings of [`measure_layers`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LayerSettings {
    scaling: Scaling,
    metric: Metric,
    clouds: Clouds,
    #[serde(flatten)]
    rips: RipsSettings,
}

/// One layer as it comes from JavaScript, checked.
pub(super) struct Layer {
    pub(super) points: PointCloud,
    pub(super) labels: Option<Labels>,
}

impl Layer {
    pub(super) fn read(layer: &JsValue) -> JsResult<Self> {
        let name = field(layer, "label").as_string().unwrap_or_else(|| "the points".into());
        let numbers = match values(&field(layer, "points"), "points")? {
            Values::F32(numbers) => numbers,
            Values::U8(bytes) => bytes.into_iter().map(f32::from).collect(),
        };
        let n_coords = field(layer, "nCoords").as_f64().unwrap_or(0.0) as usize;
        let points = PointCloud::from_rows(numbers, n_coords, &name).map_err(|e| thrown(&e))?;
        let labels = match field(layer, "labels").dyn_ref::<Uint16Array>() {
            None => None,
            Some(of_point) => {
                let classes = Array::from(&field(layer, "classes")).iter().filter_map(|c| c.as_string()).collect();
                Some(Labels::new(classes, of_point.to_vec()).map_err(|e| thrown(&e))?)
            }
        };
        Ok(Self { points, labels })
    }
}

/// Barcodes, lifespan sums and projections of layers, in their order:
/// `[{projection, explained, clouds: [{name, index, barcode, lifespans}]}]`.
///
/// # Errors
/// Throws what [`measure`] finds.
#[wasm_bindgen(js_name = measureLayers)]
pub fn measure_layers(layers: &Array, settings: JsValue, on_progress: &Function) -> JsResult<Array> {
    let settings: LayerSettings = serde_wasm_bindgen::from_value(settings).map_err(|e| bad_settings(&e))?;
    let settings = MeasureSettings {
        scaling: settings.scaling,
        metric: settings.metric,
        clouds: settings.clouds,
        rips: settings.rips.checked().map_err(|e| thrown(&e))?,
    };
    let layers = layers.iter().map(|layer| Layer::read(&layer)).collect::<JsResult<Vec<_>>>()?;
    let measured = parallel::each(
        &layers,
        |l| l.points.values().len(),
        &mut observer(on_progress),
        |layer, observer| measure(&layer.points, layer.labels.as_ref(), &settings, observer),
    )
    .map_err(|e| thrown(&e))?;
    Ok(layers.iter().zip(&measured).map(|(layer, measured)| layer_object(layer, measured, &settings.rips)).collect())
}

fn layer_object(layer: &Layer, measured: &LayerMeasure, settings: &RipsParams) -> JsValue {
    let clouds: Array = measured
        .clouds
        .iter()
        .map(|cloud| {
            let name = match (cloud.class, &layer.labels) {
                (Some(class), Some(labels)) => labels.classes()[usize::from(class)].as_str(),
                _ => "all",
            };
            let index: Vec<u32> = cloud.index.iter().map(|&i| i as u32).collect();
            object(&[
                ("name", name.into()),
                ("index", Uint32Array::from(index.as_slice()).into()),
                ("barcode", barcode_object(&cloud.barcode, settings)),
                ("lifespans", cloud.lifespans.iter().map(|&sum| JsValue::from(sum)).collect::<Array>().into()),
            ])
        })
        .collect();
    let [first, second] = measured.projection.explained;
    object(&[
        ("projection", Float32Array::from(measured.projection.projection.as_flattened()).into()),
        ("explained", [first, second].into_iter().map(JsValue::from).collect::<Array>().into()),
        ("clouds", clouds.into()),
    ])
}

pub(super) fn barcode_object(barcode: &Barcode, settings: &RipsParams) -> JsValue {
    let (mut dims, mut births, mut deaths, mut edges) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let max_dim = barcode.max_dim().unwrap_or(0);
    for dim in 0..=max_dim {
        for interval in barcode.dim(dim) {
            dims.push(dim as u8);
            births.push(interval.birth);
            deaths.push(interval.death);
            edges.extend(interval.edge.unwrap_or([NONE, NONE]));
        }
    }
    object(&[
        ("maxDim", (max_dim as u32).into()),
        ("threshold", settings.threshold().unwrap_or(f32::INFINITY).into()),
        ("method", barcode.engine().map_or(JsValue::NULL, |engine| engine.name().into())),
        ("dims", Uint8Array::from(dims.as_slice()).into()),
        ("births", Float32Array::from(births.as_slice()).into()),
        ("deaths", Float32Array::from(deaths.as_slice()).into()),
        ("edges", Uint32Array::from(edges.as_slice()).into()),
    ])
}

/// A cloud as it comes from JavaScript, checked: `{points, nCoords, metric?, scaling?, rows?}`, `{distances}` or, of some
/// pairs only, `{nPoints, pairs, lengths}`.
pub(super) enum Cloud {
    Points(PointCloud, Metric),
    Distances(DistanceMatrix),
    Sparse(SparseDistances),
}

impl Cloud {
    pub(super) fn read(cloud: &JsValue) -> JsResult<Self> {
        if let Some(pairs) = field(cloud, "pairs").dyn_ref::<Uint32Array>() {
            let n_points = field(cloud, "nPoints").as_f64().unwrap_or(0.0) as usize;
            let (pairs, lengths) = (pairs.to_vec(), floats(cloud, "lengths")?);
            let (pairs, _) = pairs.as_chunks::<2>();
            Ok(Self::Sparse(SparseDistances::from_pairs(n_points, pairs, &lengths).map_err(|e| thrown(&e))?))
        } else if field(cloud, "distances").is_undefined() {
            Self::read_points(cloud)
        } else {
            let lower = floats(cloud, "distances")?;
            Ok(Self::Distances(DistanceMatrix::from_condensed(lower).map_err(|e| thrown(&e))?))
        }
    }

    fn read_points(cloud: &JsValue) -> JsResult<Self> {
        let geometry = object(&[("metric", field(cloud, "metric")), ("scaling", field(cloud, "scaling"))]);
        let geometry: Geometry = serde_wasm_bindgen::from_value(geometry).map_err(|e| bad_settings(&e))?;
        let points = Layer::read(cloud)?.points;
        let mut scaled = match geometry.scaling {
            None | Some(Scaling::None) => points,
            Some(scaling) => scaling.apply(&points),
        };
        if let Some(rows) = field(cloud, "rows").dyn_ref::<Uint32Array>() {
            let rows: Vec<usize> = rows.to_vec().into_iter().map(|row| row as usize).collect();
            if let Some(row) = rows.iter().find(|&&row| row >= scaled.n_points()) {
                let reason = format!("there are {} points", scaled.n_points());
                return Err(thrown(&Error::InvalidSetting { setting: "rows", value: row.to_string(), reason }));
            }
            scaled = scaled.select(&rows);
        }
        Ok(Self::Points(scaled, geometry.metric.unwrap_or_default()))
    }

    fn n_points(&self) -> usize {
        match self {
            Self::Points(points, _) => points.n_points(),
            Self::Distances(matrix) => matrix.n_points(),
            Self::Sparse(distances) => distances.n_points(),
        }
    }

    /// The distances, if what is to be computed of them fits into memory.
    pub(super) fn into_distances(
        self,
        params: &RipsParams,
        observer: &mut Observer<'_>,
    ) -> crate::Result<DistanceMatrix> {
        Forecast::floor(self.n_points(), 0, params).check(MEMORY_LIMIT_MB)?;
        match self {
            Self::Points(points, metric) => DistanceMatrix::from_points(&points, metric, observer),
            Self::Distances(matrix) => Ok(matrix),
            Self::Sparse(distances) => Ok(distances.filled()),
        }
    }

    /// Up to where a matrix of all distances is the same filtration.
    pub(super) fn threshold(&self, threshold: Option<f32>) -> Option<f32> {
        match self {
            Self::Sparse(distances) => Some(threshold.unwrap_or(f32::INFINITY).min(distances.longest())),
            _ => threshold,
        }
    }

    fn shortest_edges(self, limit: usize) -> crate::Result<(Vec<u32>, Vec<f32>)> {
        if let Self::Sparse(distances) = &self {
            let (pairs, lengths): (Vec<[u32; 2]>, Vec<f32>) = distances.pairs().take(limit).unzip();
            return Ok((pairs.into_flattened(), lengths));
        }
        // As much as H1 needs.
        let distances = self.into_distances(&RipsParams::new(1)?, &mut crate::progress::ignore)?;
        let edges = shortest_edges(&distances, limit);
        Ok((edges.iter().flat_map(|edge| edge.points).collect(), edges.iter().map(|edge| edge.length).collect()))
    }

    fn barcode(&self, params: &RipsParams, observer: &mut Observer<'_>) -> crate::Result<Barcode> {
        match self {
            Self::Points(points, metric) => rips_barcode_of_points(points, *metric, params, observer),
            Self::Distances(matrix) => rips_barcode(matrix, params, observer),
            Self::Sparse(distances) => rips_barcode_of_sparse(distances, params, observer),
        }
    }

    /// The barcode, with intervals handed to JavaScript as `(dims, births, deaths)` while it is computed.
    fn barcode_as_found(
        self,
        params: &RipsParams,
        on_intervals: &Function,
        observer: &mut Observer<'_>,
    ) -> crate::Result<Barcode> {
        let matrix = self.into_distances(params, observer)?;
        let (dims, ends) = (RefCell::new(Vec::<u8>::new()), RefCell::new([const { Vec::<f32>::new() }; 2]));
        let mut listener = |progress| {
            let (dims, [births, deaths]) = (dims.take(), ends.take());
            if !dims.is_empty() {
                let (births, deaths) = (Float32Array::from(births.as_slice()), Float32Array::from(deaths.as_slice()));
                // What a listener throws is its own affair.
                let _ = on_intervals.call3(&JsValue::NULL, &Uint8Array::from(dims.as_slice()), &births, &deaths);
            }
            observer(progress)
        };
        let mut finder = |dim: usize, interval: Interval| {
            dims.borrow_mut().push(dim as u8);
            let [births, deaths] = &mut *ends.borrow_mut();
            births.push(interval.birth);
            deaths.push(interval.death);
        };
        rips_barcode_as_found(&matrix, params, &mut listener, &mut finder)
    }
}

#[derive(Deserialize)]
struct Geometry {
    metric: Option<Metric>,
    scaling: Option<Scaling>,
}

/// The barcode of points or distances; intervals are handed to `on_intervals` as they are found, if it is given and there
/// is more than H0 to find.
///
/// # Errors
/// Throws what the checks, the distances and the reduction find.
#[wasm_bindgen]
pub fn barcode(
    cloud: &JsValue,
    settings: JsValue,
    on_progress: &Function,
    on_intervals: Option<Function>,
) -> JsResult<JsValue> {
    let settings: RipsSettings = serde_wasm_bindgen::from_value(settings).map_err(|e| bad_settings(&e))?;
    let params = settings.checked().map_err(|e| thrown(&e))?;
    let mut observer = observer(on_progress);
    let cloud = Cloud::read(cloud)?;
    let may_stream = params.max_dim() > 0 && !matches!(cloud, Cloud::Sparse(_));
    let barcode = match on_intervals.filter(|_| may_stream) {
        Some(on_intervals) => cloud.barcode_as_found(&params, &on_intervals, &mut observer),
        None => cloud.barcode(&params, &mut observer),
    };
    Ok(barcode_object(&barcode.map_err(|e| thrown(&e))?, &params))
}

/// The barcodes of several clouds with the same settings, in their order, side by side where there are threads.
///
/// # Errors
/// As [`barcode`], of the first cloud that fails.
#[wasm_bindgen]
pub fn barcodes(clouds: &Array, settings: JsValue, on_progress: &Function) -> JsResult<Array> {
    let settings: RipsSettings = serde_wasm_bindgen::from_value(settings).map_err(|e| bad_settings(&e))?;
    let params = settings.checked().map_err(|e| thrown(&e))?;
    let clouds = clouds.iter().map(|cloud| Cloud::read(&cloud)).collect::<JsResult<Vec<_>>>()?;
    let found =
        parallel::each(&clouds, Cloud::n_points, &mut observer(on_progress), |cloud, o| cloud.barcode(&params, o))
            .map_err(|e| thrown(&e))?;
    Ok(found.iter().map(|barcode| barcode_object(barcode, &params)).collect())
}

/// `{pairs, lengths}`: the shortest edges in increasing length, at most `limit`.
///
/// # Errors
/// Throws what the checks and the distances find.
#[wasm_bindgen(js_name = shortestEdges)]
pub fn js_shortest_edges(cloud: &JsValue, limit: usize) -> JsResult<JsValue> {
    let (pairs, lengths) = Cloud::read(cloud)?.shortest_edges(limit).map_err(|e| thrown(&e))?;
    Ok(object(&[
        ("pairs", Uint32Array::from(pairs.as_slice()).into()),
        ("lengths", Float32Array::from(lengths.as_slice()).into()),
    ]))
}

/// Indices of `count` samples, evenly over the classes where there are labels.
///
/// # Errors
/// Throws if labels and classes contradict each other.
#[wasm_bindgen(js_name = selectSamples)]
pub fn select_samples(
    labels: Option<Vec<u16>>,
    n_classes: usize,
    n_samples: usize,
    count: usize,
    seed: u32,
) -> JsResult<Vec<u32>> {
    let classes = (0..n_classes).map(|class| class.to_string()).collect();
    let labels = labels.map(|l| Labels::new(classes, l)).transpose().map_err(|e| thrown(&e))?;
    let selected = balanced(labels.as_ref(), n_samples, count, u64::from(seed));
    Ok(selected.into_iter().map(|i| i as u32).collect())
}

/// `{seconds, megabytes, networkMegabytes, batch, lanes, limitMegabytes, fits}` for a [`Workload`].
///
/// # Errors
/// Throws if the request has another form or a dimension that cannot be computed.
#[wasm_bindgen]
pub fn estimate(request: JsValue) -> JsResult<JsValue> {
    let workload: Workload = serde_wasm_bindgen::from_value(request).map_err(|e| bad_settings(&e))?;
    let estimate = estimate_workload(&workload).map_err(|e| thrown(&e))?;
    serde_wasm_bindgen::to_value(&estimate).map_err(|e| bad_settings(&e))
}

/// `{svg, panels}` of a figure, see `docs/api.md`.
///
/// # Errors
/// Throws if the figure has another form or values that cannot be drawn.
#[wasm_bindgen]
pub fn draw(figure: JsValue) -> JsResult<JsValue> {
    let figure: Figure = serde_wasm_bindgen::from_value(figure).map_err(|e| bad_settings(&e))?;
    let picture = draw_figure(&figure).map_err(|e| thrown(&e))?;
    picture.serialize(&serde_wasm_bindgen::Serializer::new()).map_err(|e| bad_settings(&e))
}

/// Hands progress to JavaScript as `(done, total, stage)`; stopping is the worker's end, not an answer.
pub(super) fn observer(on_progress: &Function) -> impl FnMut(Progress) -> ControlFlow<()> + '_ {
    move |Progress { stage, done, total }| {
        let stage = match stage {
            Stage::Reading => "reading".into(),
            Stage::Running => "running".into(),
            Stage::Distances => "distances".into(),
            Stage::Reducing(dim) => format!("H{dim}"),
            Stage::Measuring => "clouds".into(),
        };
        let _ = on_progress.call3(&JsValue::NULL, &(done as f64).into(), &(total as f64).into(), &stage.into());
        ControlFlow::Continue(())
    }
}
