//! Hugging Face's safetensors: the length of the header, a header in JSON, raw numbers.

use serde_json::Value;

use super::array::{Array, Scalar, Stored};
use super::bundle::{self, Items, Member};
use super::{Data, ReadOptions, order_of};
use crate::{Error, Result};

/// The format's own limit for its header.
const MAX_HEADER: u64 = 100_000_000;

/// Whether a file begins as safetensors do: a length, then an object in JSON.
pub(super) fn begins(bytes: &[u8]) -> bool {
    matches!(bytes.split_first_chunk::<8>(), Some((n, [b'{', ..])) if u64::from_le_bytes(*n) <= MAX_HEADER)
}

/// A tensor as the header describes it.
struct Tensor<'b> {
    scalar: Scalar,
    dims: Vec<usize>,
    data: &'b [u8],
}

/// Reads a file; its arrays are in the order of their names, since the format keeps no other.
pub(super) fn read(name: &str, bytes: &[u8], options: &ReadOptions, notes: &mut Vec<String>) -> Result<Data> {
    let (header, data) = header(name, bytes)?;
    let mut members = Vec::new();
    let mut tensors = Vec::new();
    let mut n_used = 0;
    let keys: Vec<&str> = header.keys().map(String::as_str).filter(|key| *key != "__metadata__").collect();
    for key in order_of(&keys).into_iter().map(|i| keys[i]) {
        let entry = &header[key];
        let wrong = |what: &str| damaged(name, format!("the header has no readable {what} of {key}"));
        let dims = list(&entry["shape"]).ok_or_else(|| wrong("shape"))?;
        let places = list(&entry["data_offsets"]).ok_or_else(|| wrong("data_offsets"))?;
        let dtype = entry["dtype"].as_str().ok_or_else(|| wrong("dtype"))?;
        let [start, end] = places[..] else { return Err(wrong("data_offsets")) };
        let part = data.get(start..end).ok_or_else(|| {
            damaged(name, format!("{key} should end at byte {end} of {}; it was cut short", data.len()))
        })?;
        n_used = n_used.max(end);
        let Some(scalar) = scalar(dtype) else {
            let reason = format!("holds numbers of type {dtype}; save them as F32");
            let error = Error::Unsupported { name: format!("{key} in {name}"), reason };
            members.push(Member { name: key.into(), dims, items: Items::Unreadable(error) });
            tensors.push(None);
            continue;
        };
        if Array::n_bytes(&dims, scalar.size()) != Some(part.len()) {
            let reason = format!("{key} has the sizes {dims:?} of {dtype}, but {} bytes", part.len());
            return Err(damaged(name, reason));
        }
        let items = if scalar.is_integer() { Items::Integers } else { Items::Floats };
        members.push(Member { name: key.into(), dims: dims.clone(), items });
        tensors.push(Some(Tensor { scalar, dims, data: part }));
    }
    if n_used != data.len() {
        return Err(damaged(name, format!("the header tells of {n_used} bytes of numbers, but {} follow", data.len())));
    }
    let load = |i: usize, notes: &mut Vec<String>| match &tensors[i] {
        Some(tensor) => {
            let rounded = tensor.scalar.n_rounded(tensor.data, false);
            if rounded > 0 {
                notes.push(format!("{name}: {rounded} whole numbers are too large for 32-bit floats and were rounded"));
            }
            Ok(Stored::Numbers(Array { values: tensor.scalar.decode(tensor.data, false), dims: tensor.dims.clone() }))
        }
        None => Err(Error::Empty { what: name.into() }),
    };
    let n_layers = members.len();
    let data = bundle::read(name, members, &load, options, notes)?;
    if matches!(data, Data::Activations(_)) && n_layers > 1 {
        notes.push(format!("{name}: its layers are in the order of their names, since the format keeps no other"));
    }
    Ok(data)
}

fn header<'b>(name: &str, bytes: &'b [u8]) -> Result<(serde_json::Map<String, Value>, &'b [u8])> {
    let short = || damaged(name, format!("it ends after {} bytes, within the header", bytes.len()));
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(short)?;
    let length = u64::from_le_bytes(*length);
    if length > MAX_HEADER {
        return Err(damaged(name, format!("its header would have {length} bytes")));
    }
    let (header, data) = rest.split_at_checked(length as usize).ok_or_else(short)?;
    match serde_json::from_slice(header) {
        Ok(Value::Object(header)) => Ok((header, data)),
        Ok(_) => Err(damaged(name, "its header is no object".into())),
        Err(error) => Err(damaged(name, format!("its header is no JSON ({error})"))),
    }
}

fn list(value: &Value) -> Option<Vec<usize>> {
    value.as_array()?.iter().map(|n| n.as_u64().and_then(|n| usize::try_from(n).ok())).collect()
}

fn scalar(dtype: &str) -> Option<Scalar> {
    Some(match dtype {
        "BOOL" => Scalar::Bool,
        "U8" => Scalar::U8,
        "I8" => Scalar::I8,
        "U16" => Scalar::U16,
        "I16" => Scalar::I16,
        "U32" => Scalar::U32,
        "I32" => Scalar::I32,
        "U64" => Scalar::U64,
        "I64" => Scalar::I64,
        "F16" => Scalar::F16,
        "BF16" => Scalar::BF16,
        "F32" => Scalar::F32,
        "F64" => Scalar::F64,
        _ => return None,
    })
}

fn damaged(name: &str, reason: String) -> Error {
    Error::Damaged { name: name.into(), format: "safetensors", reason }
}
