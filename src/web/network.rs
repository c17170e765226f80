//! Networks for JavaScript.

use std::sync::Arc;

use js_sys::{Array, Float32Array, Uint8Array, Uint32Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::arrays::{field, object, values};
use super::failure::{JsResult, bad_settings, thrown};
use crate::Error;
use crate::network::{
    Batch, Graph, Input, InputRange, Layer, LayerPoints, Pooling, SampleKind, SampleShape, Session, SessionSettings,
    Tokenizer,
};

/// What `inspectNetwork` returns.
#[derive(Serialize)]
struct Inspected<'a> {
    input: &'a Input,
    layers: &'a [Layer],
    /// Multiplications per sample in convolutions and matrix products; 0 where shapes are unknown.
    macs: f64,
    /// The most tokens a text may have; 0 for networks of numbers.
    #[serde(rename = "maxTokens")]
    max_tokens: usize,
    metadata: &'a std::collections::BTreeMap<String, String>,
    notes: &'a [String],
}

/// `{input, layers, macs, maxTokens, metadata, notes}` of an ONNX file.
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
        max_tokens: graph.max_tokens(),
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
    /// Of numbers; texts have none.
    sample_shape: Option<Vec<usize>>,
    bytes: bool,
}

/// A network prepared for samples of one kind.
#[wasm_bindgen]
pub struct NetworkSession(Session);

#[wasm_bindgen]
impl NetworkSession {
    /// Optimises the network with the chosen layers as outputs. `file` is `{name, bytes, tokenizer: bytes | null}`.
    ///
    /// # Errors
    /// Throws what [`Graph::read`], [`Tokenizer::read`] and [`Session::new`] find.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &JsValue, settings: JsValue) -> JsResult<NetworkSession> {
        let settings: Settings = serde_wasm_bindgen::from_value(settings).map_err(|e| bad_settings(&e))?;
        let name = field(file, "name").as_string().unwrap_or_default();
        let bytes = Uint8Array::new(&field(file, "bytes")).to_vec();
        let graph = Graph::read(&bytes, &name).map_err(|e| thrown(&e))?;
        drop(bytes);
        let session = SessionSettings {
            layers: settings.layers,
            input_range: settings.input_range,
            pooling: settings.pooling,
            positions_per_sample: settings.positions_per_sample,
            seed: u64::from(settings.seed),
            batch: settings.batch,
        };
        let prepared = match settings.sample_shape {
            Some(sizes) => {
                let sample = SampleShape { sizes, bytes: settings.bytes };
                Session::new(&graph, SampleKind::Numbers(&sample), session)
            }
            None => tokenizer(file, &graph)
                .and_then(|tokenizer| Session::new(&graph, SampleKind::Texts(&Arc::new(tokenizer)), session)),
        };
        prepared.map(Self).map_err(|e| thrown(&e))
    }

    /// `{layers: [{values, positions, perSample, nCoords, shape}], predictions, tokens}` for samples in a row: a typed
    /// array of numbers or an array of texts.
    ///
    /// # Errors
    /// Throws what [`Session::run`] finds.
    pub fn run(&mut self, samples: &JsValue, first_sample: usize) -> JsResult<JsValue> {
        let run = if Array::is_array(samples) {
            let texts: Vec<String> = Array::from(samples).iter().filter_map(|text| text.as_string()).collect();
            self.0.run(Batch::Texts(&texts), first_sample)
        } else {
            self.0.run(Batch::Numbers(&values(samples, "values")?), first_sample)
        };
        let points = run.map_err(|e| thrown(&e))?;
        let layers: Array = points.layers.iter().map(layer_object).collect();
        let predictions = points.predictions.map_or(JsValue::NULL, |p| Uint32Array::from(p.as_slice()).into());
        let tokens: Array = points
            .tokens
            .iter()
            .map(|tokens| {
                let words: Array = tokens.words.iter().map(JsValue::from).collect();
                let ids = Uint32Array::from(tokens.ids.as_slice());
                object(&[("words", words.into()), ("ids", ids.into()), ("cut", tokens.cut.into())])
            })
            .collect();
        Ok(object(&[("layers", layers.into()), ("predictions", predictions), ("tokens", tokens.into())]))
    }

    /// One line per matrix product in the optimised network: sizes and kernels.
    #[wasm_bindgen(js_name = matrixProducts)]
    pub fn matrix_products(&self) -> Vec<String> {
        self.0.matrix_products()
    }
}

fn tokenizer(file: &JsValue, graph: &Graph) -> Result<Tokenizer, Error> {
    if !matches!(graph.input(), Input::Tokens { .. }) {
        return Err(Error::KindMismatch { network: "numbers, such as images,", data: "texts" });
    }
    let bytes = field(file, "tokenizer");
    if bytes.is_null() || bytes.is_undefined() {
        let reason = "it reads token ids; open its tokenizer.json together with it".into();
        return Err(Error::NotRunnable { name: graph.name().into(), reason });
    }
    Tokenizer::read(&Uint8Array::new(&bytes).to_vec(), "tokenizer.json", graph.max_tokens())
}

fn layer_object(layer: &LayerPoints) -> JsValue {
    let size = |size: &Option<usize>| size.map_or(JsValue::NULL, |s| JsValue::from(s as u32));
    object(&[
        ("values", Float32Array::from(layer.points.values.as_slice()).into()),
        ("positions", Uint32Array::from(layer.points.positions.as_slice()).into()),
        ("perSample", Uint32Array::from(layer.points.per_sample.as_slice()).into()),
        ("nCoords", (layer.n_coords as u32).into()),
        ("shape", layer.shape.iter().map(size).collect::<Array>().into()),
    ])
}
