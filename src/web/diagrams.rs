//! Distances of barcodes, landscapes, and loops of intervals for JavaScript.

use js_sys::{Array, Float32Array, Function, Uint8Array, Uint32Array};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::arrays::{field, floats, object};
use super::engine::{Cloud, observer};
use super::failure::{JsResult, bad_settings, thrown};
use crate::Error;
use crate::descriptors::{
    Ground, bottleneck_distance, persistence_landscape, sliced_wasserstein_distance, wasserstein_distance,
};
use crate::homology::{Interval, Representatives, RipsParams};

/// The intervals of one dimension of a barcode as it crosses the boundary.
pub(super) fn intervals_of(barcode: &JsValue, dim: u8) -> JsResult<Vec<Interval>> {
    let dims = field(barcode, "dims").dyn_ref::<Uint8Array>().map(Uint8Array::to_vec).unwrap_or_default();
    let (births, deaths) = (floats(barcode, "births")?, floats(barcode, "deaths")?);
    let in_dim = dims.iter().zip(births.iter().zip(&deaths)).filter(|&(&d, _)| d == dim);
    Ok(in_dim.map(|(_, (&birth, &death))| Interval::new(birth, death)).collect())
}

/// How far two diagrams are apart.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DistanceSettings {
    kind: String,
    dim: u8,
    p: f64,
    ground: Ground,
    directions: usize,
}

/// The distance of two barcodes in one dimension; infinite for unequal numbers of essential intervals.
///
/// # Errors
/// Throws if the settings name no distance.
#[wasm_bindgen(js_name = diagramDistance)]
pub fn diagram_distance(a: &JsValue, b: &JsValue, settings: JsValue) -> JsResult<f64> {
    let settings: DistanceSettings = serde_wasm_bindgen::from_value(settings).map_err(|e| bad_settings(&e))?;
    let (a, b) = (intervals_of(a, settings.dim)?, intervals_of(b, settings.dim)?);
    match settings.kind.as_str() {
        "bottleneck" => Ok(bottleneck_distance(&a, &b)),
        "wasserstein" => wasserstein_distance(&a, &b, settings.p, settings.ground),
        "sliced-wasserstein" => sliced_wasserstein_distance(&a, &b, settings.directions),
        _ => Err(Error::InvalidSetting {
            setting: "kind",
            value: settings.kind,
            reason: "use bottleneck, wasserstein or sliced-wasserstein".into(),
        }),
    }
    .map_err(|e| thrown(&e))
}

/// The first levels of the landscape of one dimension, each as `{x, y}`: straight lines between these points.
///
/// # Errors
/// Throws if `barcode` has another form.
#[wasm_bindgen]
pub fn landscape(barcode: &JsValue, dim: u8, levels: usize) -> JsResult<Array> {
    let landscape = persistence_landscape(&intervals_of(barcode, dim)?, levels);
    let level_object = |points: &Vec<(f64, f64)>| {
        let (x, y): (Vec<f32>, Vec<f32>) = points.iter().map(|&(x, y)| (x as f32, y as f32)).unzip();
        object(&[("x", Float32Array::from(x.as_slice()).into()), ("y", Float32Array::from(y.as_slice()).into())])
    };
    Ok(landscape.levels.iter().map(level_object).collect())
}

/// Finds loops of the H1 intervals of one cloud, one after the other.
#[wasm_bindgen]
pub struct LoopFinder {
    representatives: Representatives,
}

#[wasm_bindgen]
impl LoopFinder {
    /// Prepares the loops of points or distances up to a threshold.
    ///
    /// # Errors
    /// Throws what the checks, the distances and the reduction find.
    #[wasm_bindgen(constructor)]
    pub fn new(cloud: &JsValue, threshold: Option<f32>, on_progress: &Function) -> JsResult<LoopFinder> {
        let cloud = Cloud::read(cloud)?;
        let threshold = cloud.threshold(threshold);
        let params = RipsParams::new(1).and_then(|params| params.with_threshold(threshold)).map_err(|e| thrown(&e))?;
        let mut observer = observer(on_progress);
        let distances = cloud.into_distances(&params, &mut observer).map_err(|e| thrown(&e))?;
        let representatives = Representatives::new(distances, &params, &mut observer).map_err(|e| thrown(&e))?;
        Ok(Self { representatives })
    }

    /// `{points, deathEdge, isFilled}` for the interval with these ends, of several the one of number `copy`;
    /// `undefined` where there is none over ℤ/2.
    pub fn find(&mut self, birth: f32, death: f32, copy: usize) -> JsValue {
        let Some(found) = self.representatives.of(&Interval::new(birth, death), copy) else {
            return JsValue::UNDEFINED;
        };
        let death_edge = found.death_edge.map_or(JsValue::NULL, |edge| Uint32Array::from(edge.as_slice()).into());
        object(&[
            ("points", Uint32Array::from(found.points.as_slice()).into()),
            ("deathEdge", death_edge),
            ("isFilled", found.is_filled.into()),
        ])
    }
}
