//! Networks for JavaScript.

use std::sync::Arc;

use js_sys::{Array, Float32Array, Uint8Array, Uint32Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::arrays::{field, object, values};
use super::failure::{JsResult, bad_settings, thrown};
use crate::Error;
use crate::data::File;
use crate::network::{
    ArrayShape, Batch, Block, Channel, Graph, Input, InputSettings, Layer, LayerPoints, Memory, NumberType, OtherInput,
    Pooling, Preset, Recognised, SampleKind, SampleShape, Session, SessionSettings, Tokenizer, preview,
};

/// What `inspectNetwork` returns.
#[derive(Serialize)]
struct Inspected<'a> {
    input: &'a Input,
    /// Inputs that samples do not feed.
    others: Vec<&'a OtherInput>,
    /// `null` for a network that takes no pictures.
    pictures: Option<Recognised>,
    layers: &'a [Layer],
    blocks: &'a [Block],
    presets: &'a [Preset],
    /// Multiplications per sample in convolutions and matrix products; 0 where shapes are unknown.
    macs: f64,
    memory: Memory,
    /// The most tokens a text may have; 0 for networks of numbers.
    #[serde(rename = "maxTokens")]
    max_tokens: usize,
    metadata: &'a std::collections::BTreeMap<String, String>,
    notes: &'a [String],
}

/// `{input, others, pictures, layers, blocks, presets, macs, memory, maxTokens, metadata, notes}` of an ONNX file;
/// `weights` are the files beside it, `[{name, bytes}]`, `companion` is the file of settings that came with it, and
/// `feed` names the input that samples feed, rather than the one that is likely.
///
/// # Errors
/// Throws what [`Graph::read_with`] and [`Graph::recognised_input`] find.
#[wasm_bindgen(js_name = inspectNetwork)]
#[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over optional bytes by value")]
pub fn inspect_network(
    bytes: &Uint8Array,
    name: &str,
    weights: &JsValue,
    companion: Option<Vec<u8>>,
    feed: Option<String>,
) -> JsResult<JsValue> {
    let graph = read(bytes, name, weights, feed.as_deref())?;
    let inspected = Inspected {
        input: graph.input(),
        others: graph.other_inputs().collect(),
        pictures: graph.recognised_input(companion.as_deref()).map_err(|e| thrown(&e))?,
        layers: graph.layers(),
        blocks: &graph.listing().blocks,
        presets: &graph.listing().presets,
        macs: graph.multiplications() as f64,
        memory: graph.memory(),
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
    input: InputSettings,
    pooling: Pooling,
    positions_per_sample: usize,
    seed: u32,
    batch: usize,
    /// Of numbers; texts have none.
    sample_shape: Option<Vec<usize>>,
    bytes: bool,
    /// Of arrays that came with the samples.
    #[serde(default)]
    arrays: Vec<ArrayShape>,
    #[serde(default)]
    n_samples: usize,
}

/// A network prepared for samples of one kind.
#[wasm_bindgen]
pub struct NetworkSession(Session);

#[wasm_bindgen]
impl NetworkSession {
    /// Optimises the network with the chosen layers as outputs. `file` is
    /// `{name, bytes, weights: [{name, bytes}], tokenizer: bytes | null}`.
    ///
    /// # Errors
    /// Throws what [`Graph::read_with`], [`Tokenizer::read`] and [`Session::new`] find.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &JsValue, settings: JsValue) -> JsResult<NetworkSession> {
        let settings: Settings = serde_wasm_bindgen::from_value(settings).map_err(|e| bad_settings(&e))?;
        let name = field(file, "name").as_string().unwrap_or_default();
        let graph = read(
            &Uint8Array::new(&field(file, "bytes")),
            &name,
            &field(file, "weights"),
            settings.input.feed.as_deref(),
        )?;
        let session = SessionSettings {
            layers: settings.layers,
            input: settings.input,
            pooling: settings.pooling,
            positions_per_sample: settings.positions_per_sample,
            seed: u64::from(settings.seed),
            batch: settings.batch,
        };
        let (arrays, n_samples) = (settings.arrays, settings.n_samples);
        let prepared = match settings.sample_shape {
            Some(sizes) => {
                let sample = SampleShape { sizes, bytes: settings.bytes };
                Session::with_arrays(&graph, SampleKind::Numbers(&sample), session, &arrays, n_samples)
            }
            None => tokenizer(file, &graph).and_then(|tokenizer| {
                Session::with_arrays(&graph, SampleKind::Texts(&Arc::new(tokenizer)), session, &arrays, n_samples)
            }),
        };
        prepared.map(Self).map_err(|e| thrown(&e))
    }

    /// Other values for the same pictures, see [`Session::set_input`].
    ///
    /// # Errors
    /// Throws what [`Session::set_input`] finds.
    #[wasm_bindgen(js_name = setInput)]
    pub fn set_input(&mut self, settings: JsValue) -> JsResult<()> {
        let settings: InputSettings = serde_wasm_bindgen::from_value(settings).map_err(|e| bad_settings(&e))?;
        self.0.set_input(settings).map_err(|e| thrown(&e))
    }

    /// `{layers: [{values, positions, perSample, nCoords, shape}], predictions, nScores, tokens}` for samples in a row:
    /// a typed array of numbers or an array of texts. `arrays` are `[{name, values}]` of other inputs, of those
    /// [`Self::per_sample`] the rows of these samples.
    ///
    /// # Errors
    /// Throws what [`Session::run`] finds.
    pub fn run(&mut self, samples: &JsValue, first_sample: usize, arrays: &Array) -> JsResult<JsValue> {
        let array = |array: JsValue| {
            Ok((field(&array, "name").as_string().unwrap_or_default(), values(&field(&array, "values"), "values")?))
        };
        let arrays = arrays.iter().map(array).collect::<JsResult<Vec<_>>>()?;
        let run = if Array::is_array(samples) {
            let texts: Vec<String> = Array::from(samples).iter().filter_map(|text| text.as_string()).collect();
            self.0.run_beside(Batch::Texts(&texts), &arrays, first_sample)
        } else {
            self.0.run_beside(Batch::Numbers(&values(samples, "values")?), &arrays, first_sample)
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
        Ok(object(&[
            ("layers", layers.into()),
            ("predictions", predictions),
            ("nScores", (points.n_scores as u32).into()),
            ("tokens", tokens.into()),
        ]))
    }

    /// `[height, width, height, width]` of pictures as they come and as the network gets them; empty if they stay.
    pub fn resizing(&self) -> Vec<u32> {
        self.0.resizing().iter().flatten().flatten().map(|&side| side as u32).collect()
    }

    /// Names of the arrays of other inputs that have one row per sample.
    #[wasm_bindgen(js_name = perSample)]
    pub fn per_sample(&self) -> Vec<String> {
        self.0.per_sample().map(String::from).collect()
    }

    /// One line per matrix product in the optimised network: sizes and kernels.
    #[wasm_bindgen(js_name = matrixProducts)]
    pub fn matrix_products(&self) -> Vec<String> {
        self.0.matrix_products()
    }
}

/// What a network is to be shown.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    /// Of the network's input, with the batch.
    shape: Vec<Option<usize>>,
    input: InputSettings,
    sample_shape: Vec<usize>,
    bytes: bool,
}

/// `{shape, size, resizedFrom, pixels, channels: [{low, high, mean, deviation}], histogram}`: samples in a row as a network gets
/// them, see [`crate::network::Preview`].
///
/// # Errors
/// Throws what [`preview`] finds.
#[wasm_bindgen(js_name = previewInput)]
pub fn preview_input(shown: JsValue, samples: &JsValue) -> JsResult<JsValue> {
    let shown: Shown = serde_wasm_bindgen::from_value(shown).map_err(|e| bad_settings(&e))?;
    let input = Input::Numbers { name: String::new(), shape: shown.shape, number: NumberType::Float32 };
    let sample = SampleShape { sizes: shown.sample_shape, bytes: shown.bytes };
    let found = preview(&input, &sample, &shown.input, &values(samples, "values")?).map_err(|e| thrown(&e))?;
    let sizes = |sizes: &[usize]| JsValue::from(sizes.iter().map(|&n| JsValue::from(n as u32)).collect::<Array>());
    let channel = |c: &Channel| {
        let numbers = [("low", c.low), ("high", c.high), ("mean", c.mean), ("deviation", c.deviation)];
        object(&numbers.map(|(name, value)| (name, JsValue::from(value))))
    };
    Ok(object(&[
        ("shape", sizes(&found.shape)),
        ("size", found.size.map_or(JsValue::NULL, |size| sizes(&size))),
        ("resizedFrom", found.resized_from.map_or(JsValue::NULL, |size| sizes(&size))),
        ("pixels", Uint8Array::from(found.pixels.as_slice()).into()),
        ("channels", found.channels.iter().map(channel).collect::<Array>().into()),
        ("histogram", Uint32Array::from(found.histogram.as_slice()).into()),
    ]))
}

/// The files' bytes are in this memory only while they are read.
fn read(bytes: &Uint8Array, name: &str, weights: &JsValue, feed: Option<&str>) -> JsResult<Graph> {
    let beside: Vec<(String, Vec<u8>)> = if Array::is_array(weights) {
        let part = |file: JsValue| {
            (field(&file, "name").as_string().unwrap_or_default(), Uint8Array::new(&field(&file, "bytes")).to_vec())
        };
        Array::from(weights).iter().map(part).collect()
    } else {
        Vec::new()
    };
    let files: Vec<File<'_>> = beside.iter().map(|(name, bytes)| File { name, bytes }).collect();
    Graph::read_feeding(&bytes.to_vec(), name, &files, feed).map_err(|e| thrown(&e))
}

fn tokenizer(file: &JsValue, graph: &Graph) -> Result<Tokenizer, Error> {
    if !matches!(graph.input(), Input::Tokens { .. }) {
        return Err(Error::KindMismatch { network: "numbers, such as images,", data: "texts" });
    }
    let bytes = field(file, "tokenizer");
    if bytes.is_null() || bytes.is_undefined() {
        let reason =
            "it reads token ids; open its tokenizer.json together with it, or rows of token ids (.npy, .csv) as data"
                .into();
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
