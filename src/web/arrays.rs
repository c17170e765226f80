//! Reading and writing fields of plain JavaScript objects.

use js_sys::{Float32Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::failure::{JsResult, thrown};
use crate::Error;
use crate::data::Values;

/// A new object with these fields.
pub(super) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in fields {
        // Setting a field of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(key), value);
    }
    object.into()
}

/// A field, `undefined` if it is missing.
pub(super) fn field(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED)
}

/// A field that must be a typed array of floats.
pub(super) fn floats(object: &JsValue, key: &'static str) -> JsResult<Vec<f32>> {
    let value = field(object, key);
    value.dyn_ref::<Float32Array>().map(Float32Array::to_vec).ok_or_else(|| not_an_array(key, "Float32Array"))
}

/// A typed array of bytes or floats.
pub(super) fn values(value: &JsValue, key: &'static str) -> JsResult<Values> {
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        Ok(Values::U8(bytes.to_vec()))
    } else if let Some(numbers) = value.dyn_ref::<Float32Array>() {
        Ok(Values::F32(numbers.to_vec()))
    } else {
        Err(not_an_array(key, "Uint8Array or Float32Array"))
    }
}

fn not_an_array(key: &'static str, wanted: &str) -> JsValue {
    thrown(&Error::InvalidSetting { setting: key, value: "given".into(), reason: format!("a {wanted} is needed") })
}
