//! Descriptors, comparisons and correlations for JavaScript.

use js_sys::{Array, Float32Array, Float64Array, Function, Uint32Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::arrays::{field, object};
use super::engine::{Layer, barcode_object, observer};
use super::failure::{JsResult, bad_settings, thrown};
use crate::descriptors::{Bootstrap, Correlation, correlate};
use crate::study::{CompareSettings, DescribeSettings, DescribedCloud, ReportRow, catalog, compare, describe, judge};

/// A value as plain objects and arrays, `null` for what is missing.
fn plain(value: &impl Serialize) -> JsResult<JsValue> {
    let serializer =
        serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true).serialize_missing_as_null(true);
    value.serialize(&serializer).map_err(|e| bad_settings(&e))
}

/// Settings, all of which may be left out.
fn settings<T: for<'de> Deserialize<'de> + Default>(value: JsValue) -> JsResult<T> {
    if value.is_undefined() || value.is_null() {
        return Ok(T::default());
    }
    serde_wasm_bindgen::from_value(value).map_err(|e| bad_settings(&e))
}

/// `{rows, clouds: [{name, repetition, index, barcode}], fits}` of one layer, see `docs/api.md`.
///
/// # Errors
/// Throws what [`describe`] finds.
#[wasm_bindgen(js_name = describeLayer)]
pub fn describe_layer(layer: &JsValue, wishes: JsValue, on_progress: &Function) -> JsResult<JsValue> {
    let wishes: DescribeSettings = settings(wishes)?;
    let Layer { points, labels } = Layer::read(layer)?;
    let found = describe(&points, labels.as_ref(), &wishes, &mut observer(on_progress)).map_err(|e| thrown(&e))?;
    let cloud = |cloud: &DescribedCloud| {
        let index: Vec<u32> = cloud.index.iter().map(|&i| i as u32).collect();
        object(&[
            ("name", cloud.name.as_str().into()),
            ("repetition", (cloud.repetition as u32).into()),
            ("index", Uint32Array::from(index.as_slice()).into()),
            ("barcode", barcode_object(&cloud.barcode, &found.rips)),
        ])
    };
    Ok(object(&[
        ("rows", plain(&found.rows)?),
        ("clouds", found.clouds.iter().map(cloud).collect::<Array>().into()),
        ("fits", plain(&found.fits)?),
    ]))
}

/// `{[measure]: number | null}` of two layers that saw the same samples.
///
/// # Errors
/// Throws what [`compare`] finds.
#[wasm_bindgen(js_name = compareLayers)]
pub fn compare_layers(first: &JsValue, second: &JsValue, wishes: JsValue, on_progress: &Function) -> JsResult<JsValue> {
    let wishes: CompareSettings = settings(wishes)?;
    let (first, second) = (Layer::read(first)?.points, Layer::read(second)?.points);
    plain(&compare(&first, &second, &wishes, &mut observer(on_progress)).map_err(|e| thrown(&e))?)
}

/// `[{name, label, formula, source, cloud, unit}]`.
///
/// # Errors
/// None; the type is that of all exports.
#[wasm_bindgen(js_name = descriptorCatalog)]
pub fn descriptor_catalog() -> JsResult<JsValue> {
    plain(&catalog())
}

/// `[{id, claim, verdict, rule, quantities, of}]` from rows of reports joined with their networks, see [`judge`].
///
/// # Errors
/// Throws if a row has another form.
#[wasm_bindgen(js_name = judgeClaims)]
pub fn judge_claims(rows: JsValue) -> JsResult<JsValue> {
    let rows: Vec<ReportRow> = serde_wasm_bindgen::from_value(rows).map_err(|e| bad_settings(&e))?;
    plain(&judge(&rows))
}

/// Settings of [`js_correlate`].
#[derive(Deserialize, Default)]
struct Resampling {
    seed: Option<u32>,
    resamples: Option<usize>,
}

/// `{n, pearson, pearsonLow, pearsonHigh, spearman, spearmanLow, spearmanHigh}` of numbers in pairs.
///
/// # Errors
/// Throws what [`correlate`] finds.
#[wasm_bindgen(js_name = correlate)]
pub fn js_correlate(x: &JsValue, y: &JsValue, wishes: JsValue) -> JsResult<JsValue> {
    let wishes: Resampling = settings(wishes)?;
    let usual = Bootstrap::default();
    let bootstrap = Bootstrap {
        resamples: wishes.resamples.unwrap_or(usual.resamples),
        seed: wishes.seed.map_or(usual.seed, u64::from),
    };
    let found = correlate(&numbers(x), &numbers(y), bootstrap).map_err(|e| thrown(&e))?;
    let number = |value: Option<f64>| value.map_or(JsValue::NULL, JsValue::from);
    let end = |of: Correlation, side: usize| number(of.interval.map(|ends| ends[side]));
    Ok(object(&[
        ("n", (found.n as u32).into()),
        ("pearson", number(found.pearson.value)),
        ("pearsonLow", end(found.pearson, 0)),
        ("pearsonHigh", end(found.pearson, 1)),
        ("spearman", number(found.spearman.value)),
        ("spearmanLow", end(found.spearman, 0)),
        ("spearmanHigh", end(found.spearman, 1)),
    ]))
}

/// Numbers of an array, plain or typed; what is no number becomes NaN, which is refused later.
fn numbers(array: &JsValue) -> Vec<f64> {
    if let Some(typed) = array.dyn_ref::<Float64Array>() {
        return typed.to_vec();
    }
    if let Some(typed) = array.dyn_ref::<Float32Array>() {
        return typed.to_vec().into_iter().map(f64::from).collect();
    }
    let length = field(array, "length").as_f64().unwrap_or(0.0) as u32;
    (0..length).map(|i| field(array, &i.to_string()).as_f64().unwrap_or(f64::NAN)).collect()
}
