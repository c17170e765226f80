//! Files for JavaScript.

use js_sys::{Array, Float32Array, Uint8Array, Uint16Array};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::arrays::{field, object};
use super::failure::{JsResult, bad_settings, thrown};
use crate::data::{self, Data, File, Format, ImageFit, Labels, LayerActivations, ReadOptions, Values};

/// Options of [`read_data`].
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Options {
    image_size: Option<ImageSize>,
    image_fit: ImageFit,
    format: Option<Format>,
    flatten: bool,
}

#[derive(Deserialize)]
struct ImageSize {
    width: u32,
    height: u32,
}

/// Reads files `[{name, bytes}]` that belong together into `{kind: 'samples' | 'texts' | 'activations' | 'distances', …}`, see
/// `docs/api.md`.
///
/// # Errors
/// Throws what [`data::read`] finds.
#[wasm_bindgen(js_name = readData)]
pub fn read_data(files: &Array, options: JsValue) -> JsResult<JsValue> {
    let options: Options = serde_wasm_bindgen::from_value(options).map_err(|e| bad_settings(&e))?;
    let contents: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|file| {
            let name = field(&file, "name").as_string().unwrap_or_default();
            (name, Uint8Array::new(&field(&file, "bytes")).to_vec())
        })
        .collect();
    let files: Vec<File<'_>> = contents.iter().map(|(name, bytes)| File { name, bytes }).collect();
    let options = ReadOptions {
        image_size: options.image_size.map(|size| (size.width, size.height)),
        image_fit: options.image_fit,
        format: options.format,
        flatten: options.flatten,
        ..ReadOptions::default()
    };
    let read = data::read(&files, &options).map_err(|e| thrown(&e))?;
    let notes: JsValue = read.notes.iter().map(JsValue::from).collect::<Array>().into();
    let fields = match &read.data {
        Data::Distances(matrix) => vec![
            ("kind", "distances".into()),
            ("n", (matrix.n_points() as u32).into()),
            ("distances", Float32Array::from(matrix.lower()).into()),
        ],
        Data::Activations(activations) => {
            let layers = activations.layers().iter().map(layer).collect::<Array>();
            let own = vec![
                ("kind", "activations".into()),
                ("n", (activations.n_samples() as u32).into()),
                ("layers", layers.into()),
            ];
            [own, classes(activations.labels())].concat()
        }
        Data::Texts(texts) => {
            let own = vec![
                ("kind", "texts".into()),
                ("n", (texts.texts().len() as u32).into()),
                ("texts", texts.texts().iter().map(JsValue::from).collect::<Array>().into()),
            ];
            [own, classes(texts.labels())].concat()
        }
        Data::Samples(samples) => {
            let values: JsValue = match samples.values() {
                Values::U8(bytes) => Uint8Array::from(bytes.as_slice()).into(),
                Values::F32(numbers) => Float32Array::from(numbers.as_slice()).into(),
            };
            let own = vec![
                ("kind", "samples".into()),
                ("n", (samples.n_samples() as u32).into()),
                ("shape", shape(samples.shape())),
                ("values", values),
            ];
            [own, classes(samples.labels())].concat()
        }
    };
    let common = [("name", JsValue::from(read.name.as_str())), ("notes", notes)];
    Ok(object(&[fields.as_slice(), &common].concat()))
}

fn shape(sizes: &[usize]) -> JsValue {
    sizes.iter().map(|&size| JsValue::from(size as u32)).collect::<Array>().into()
}

fn layer(layer: &LayerActivations) -> JsValue {
    object(&[
        ("id", layer.name.as_str().into()),
        ("label", layer.name.as_str().into()),
        ("shape", shape(&layer.shape)),
        ("nCoords", (layer.n_coords as u32).into()),
        ("values", Float32Array::from(layer.values.as_slice()).into()),
    ])
}

fn classes(labels: Option<&Labels>) -> Vec<(&'static str, JsValue)> {
    let names = labels.map_or(&[][..], |labels| labels.classes());
    vec![
        ("labels", labels.map_or(JsValue::NULL, |labels| Uint16Array::from(labels.of_sample()).into())),
        ("classes", names.iter().map(JsValue::from).collect::<Array>().into()),
    ]
}
