//! Networks for JavaScript.

use js_sys::{Array, Float32Array, Uint32Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::arrays::{object, values};
use super::failure::{JsResult, bad_settings, thrown};
use crate::network::{Graph, Input, InputRange, Layer, Pooling, SampleShape, Session, SessionSettings};

/// What `inspectNetwork` returns.
#[derive(Serialize)]
struct Inspected<'a> {
    input: &'a Input,
    layers: &'a [Layer],
    /// Multiplications per sample in convolutions and matrix products; 0 where shapes are unknown.
    macs: f64,
    metadata: &'a std::collections::BTreeMap<String, String>,
    notes: &'a [String],
}

/// `{input, layers, macs, metadata, notes}` of an ONNX file.
///
/// # Errors
/// Throws what [`Graph::read`] finds.
#[wasm_bindgen(js_name = inspectNetwork)]
pub fn inspect_network(bytes: &[u8], name: &str) -> JsResult<JsValue> {
    let graph = Graph::read(bytes, name).map_err(|e| thrown(&e))?;
    let inspected = Inspected {
        input: graph.input(),
        layers: graph.layers(),
        macs: graph.multiplications() as f64,
        metadata: graph.metadata(),
        notes: graph.notes(),
    };
    let serializer =
        serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true).serialize_missing_as_null(true);
    inspected.serialize(&serializer).map_err(|e| bad_settings(&e))
}

/// Settings of a [`NetworkSession`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    layers: Vec<String>,
    input_range: InputRange,
    pooling: Pooling,
    positions_per_sample: usize,
    seed: u32,
    batch: usize,
    sample_shape: Vec<usize>,
    bytes: bool,
}

/// A network prepared for samples of one shape.
#[wasm_bindgen]
pub struct NetworkSession(Session);

#[wasm_bindgen]
impl NetworkSession {
    /// Optimises the network with the chosen layers as outputs.
    ///
    /// # Errors
    /// Throws what [`Graph::read`] and [`Session::new`] find.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8], name: &str, settings: JsValue) -> JsResult<NetworkSession> {
        let settings: Settings = serde_wasm_bindgen::from_value(settings).map_err(|e| bad_settings(&e))?;
        let graph = Graph::read(bytes, name).map_err(|e| thrown(&e))?;
        let sample = SampleShape { sizes: settings.sample_shape, bytes: settings.bytes };
        let session = SessionSettings {
            layers: settings.layers,
            input_range: settings.input_range,
            pooling: settings.pooling,
            positions_per_sample: settings.positions_per_sample,
            seed: u64::from(settings.seed),
            batch: settings.batch,
        };
        Session::new(&graph, &sample, session).map(Self).map_err(|e| thrown(&e))
    }

    /// `{layers: [{values, perSample, nCoords, shape}], predictions}` for samples in a row.
    ///
    /// # Errors
    /// Throws what [`Session::run`] finds.
    pub fn run(&self, samples: &JsValue, first_sample: usize) -> JsResult<JsValue> {
        let points = self.0.run(&values(samples, "values")?, first_sample).map_err(|e| thrown(&e))?;
        let layers: Array = points
            .layers
            .iter()
            .map(|layer| {
                object(&[
                    ("values", Float32Array::from(layer.values.as_slice()).into()),
                    ("perSample", (layer.per_sample as u32).into()),
                    ("nCoords", (layer.n_coords as u32).into()),
                    ("shape", layer.shape.iter().map(|&s| JsValue::from(s as u32)).collect::<Array>().into()),
                ])
            })
            .collect();
        let predictions = points.predictions.map_or(JsValue::NULL, |p| Uint32Array::from(p.as_slice()).into());
        Ok(object(&[("layers", layers.into()), ("predictions", predictions)]))
    }

    /// One line per matrix product in the optimised network: sizes and kernels.
    #[wasm_bindgen(js_name = matrixProducts)]
    pub fn matrix_products(&self) -> Vec<String> {
        self.0.matrix_products()
    }
}
