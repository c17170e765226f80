//! Files for JavaScript.

use js_sys::{Array, Float32Array, Uint8Array, Uint16Array, Uint32Array};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::arrays::{field, object};
use super::failure::{JsResult, bad_settings, thrown};
#[cfg(feature = "images")]
use crate::Error;
use crate::data::{
    self, Data, File, Format, ImageFit, Labels, LayerActivations, NamedArray, Outcome, ReadOptions, Role, Unpacked,
    Values,
};

/// Options of [`read_data`].
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Options {
    image_size: Option<ImageSize>,
    image_fit: ImageFit,
    format: Option<Format>,
    flatten: bool,
    inputs: Vec<String>,
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
    let contents = files_of(files);
    let files = borrowed(&contents);
    let options = ReadOptions {
        image_size: options.image_size.map(|size| (size.width, size.height)),
        image_fit: options.image_fit,
        format: options.format,
        flatten: options.flatten,
        inputs: options.inputs,
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
        Data::SparseDistances(distances) => {
            let (pairs, lengths): (Vec<[u32; 2]>, Vec<f32>) = distances.pairs().unzip();
            vec![
                ("kind", "distances".into()),
                ("n", (distances.n_points() as u32).into()),
                ("pairs", Uint32Array::from(pairs.as_flattened()).into()),
                ("lengths", Float32Array::from(lengths.as_slice()).into()),
            ]
        }
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
            let array = |array: &NamedArray| {
                let (sizes, values) = (shape(&array.sizes), typed(&array.values));
                object(&[("name", array.name.as_str().into()), ("shape", sizes), ("values", values)])
            };
            let own = vec![
                ("kind", "samples".into()),
                ("n", (samples.n_samples() as u32).into()),
                ("shape", shape(samples.shape())),
                ("values", typed(samples.values())),
                ("arrays", samples.arrays().iter().map(array).collect::<Array>().into()),
            ];
            [own, classes(samples.labels())].concat()
        }
    };
    let common = [("name", JsValue::from(read.name.as_str())), ("notes", notes)];
    Ok(object(&[fields.as_slice(), &common].concat()))
}

fn files_of(files: &Array) -> Vec<(String, Vec<u8>)> {
    let read = |file: JsValue| {
        let name = field(&file, "name").as_string().unwrap_or_default();
        (name, Uint8Array::new(&field(&file, "bytes")).to_vec())
    };
    files.iter().map(read).collect()
}

fn borrowed(contents: &[(String, Vec<u8>)]) -> Vec<File<'_>> {
    contents.iter().map(|(name, bytes)| File { name, bytes }).collect()
}

/// What must be done with files `[{name, bytes}]` before they are read, of which the first 512 bytes are enough:
/// `{roles: ('picture' | 'archive' | 'hidden' | 'other')[], order: Uint32Array}`; pictures are decoded in this order.
#[wasm_bindgen(js_name = sortFiles)]
pub fn sort_files(files: &Array) -> JsValue {
    let contents = files_of(files);
    let files = borrowed(&contents);
    let role = |file: &File<'_>| match data::role(file) {
        Role::Picture => "picture",
        Role::Archive => "archive",
        Role::Hidden => "hidden",
        Role::Other => "other",
    };
    let roles: Array = files.iter().map(|file| JsValue::from(role(file))).collect();
    let names: Vec<&str> = files.iter().map(|file| file.name).collect();
    let order: Vec<u32> = data::order_of(&names).into_iter().map(|i| i as u32).collect();
    object(&[("roles", roles.into()), ("order", Uint32Array::from(order.as_slice()).into())])
}

/// The files `[{name, bytes}]` in an archive; an archive of arrays is one file.
///
/// # Errors
/// Throws what [`data::unpack`] finds.
#[wasm_bindgen(js_name = unpackFile)]
pub fn unpack_file(file: JsValue) -> JsResult<Array> {
    let contents = files_of(&Array::of1(&file));
    let unpacked = data::unpack(&borrowed(&contents), &ReadOptions::default()).map_err(|e| thrown(&e))?;
    let file = |unpacked: &Unpacked<'_>| {
        let File { name, bytes } = unpacked.file();
        object(&[("name", name.into()), ("bytes", Uint8Array::from(bytes).into())])
    };
    Ok(unpacked.iter().map(file).collect())
}

/// Decodes pictures: for each of the files `{name, width, height, colour, resized, pixels}` or `{name, failure}`.
///
/// # Errors
/// Throws a wrong `imageSize`; broken pictures are in the result.
#[cfg(feature = "images")]
#[wasm_bindgen(js_name = decodePictures)]
pub fn decode_pictures(files: &Array, options: JsValue) -> JsResult<Array> {
    let options: Options = serde_wasm_bindgen::from_value(options).map_err(|e| bad_settings(&e))?;
    let mut size = options.image_size.map(|size| (size.width, size.height));
    let contents = files_of(files);
    let mut decoded = Vec::new();
    for file in borrowed(&contents) {
        let result = data::decode_picture(&file, size, options.image_fit);
        let fields = match result {
            Ok(picture) => {
                size.get_or_insert((picture.width, picture.height));
                vec![
                    ("width", picture.width.into()),
                    ("height", picture.height.into()),
                    ("colour", picture.colour.into()),
                    ("resized", picture.resized.into()),
                    ("pixels", Uint8Array::from(picture.pixels.as_slice()).into()),
                ]
            }
            Err(error @ Error::InvalidSetting { .. }) => return Err(thrown(&error)),
            Err(error) => vec![("failure", thrown(&error))],
        };
        decoded.push(object(&[fields.as_slice(), &[("name", file.name.into())]].concat()));
    }
    Ok(decoded.iter().collect())
}

/// Puts decoded pictures of one size (`{name, colour, resized}` or `{name, failure}`, in order) together with the files
/// beside them: `{kept: Uint32Array, colour, name, labels, classes, notes}`.
///
/// # Errors
/// Throws what [`data::gather_pictures`] finds, and [`Error::TooLarge`] for more pixels than are kept.
#[wasm_bindgen(js_name = gatherPictures)]
pub fn gather_pictures(pictures: &Array, files: &Array, width: u32, height: u32) -> JsResult<JsValue> {
    let outcome = |picture: JsValue| {
        let truth = |key: &str| field(&picture, key).is_truthy();
        let failure = field(&picture, "failure");
        let known = (truth("colour"), truth("resized"));
        let failed = || field(&failure, "message").as_string().unwrap_or_default();
        Outcome {
            name: field(&picture, "name").as_string().unwrap_or_default(),
            picture: if failure.is_object() { Err(failed()) } else { Ok(known) },
        }
    };
    let outcomes: Vec<Outcome> = pictures.iter().map(outcome).collect();
    let contents = files_of(files);
    let (options, mut notes) = (ReadOptions::default(), Vec::new());
    let set = data::check_pixels(outcomes.len(), (width, height), options.max_unpacked)
        .and_then(|()| data::gather_pictures(&outcomes, (width, height), &borrowed(&contents), &options, &mut notes))
        .map_err(|e| thrown(&e))?;
    let kept: Vec<u32> = set.kept.iter().map(|&i| i as u32).collect();
    let fields = [
        ("kept", Uint32Array::from(kept.as_slice()).into()),
        ("colour", set.colour.into()),
        ("name", set.name.as_str().into()),
        ("notes", notes.iter().map(JsValue::from).collect::<Array>().into()),
    ];
    Ok(object(&[fields.as_slice(), &classes(set.labels.as_ref())].concat()))
}

fn typed(values: &Values) -> JsValue {
    match values {
        Values::U8(bytes) => Uint8Array::from(bytes.as_slice()).into(),
        Values::F32(numbers) => Float32Array::from(numbers.as_slice()).into(),
    }
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
