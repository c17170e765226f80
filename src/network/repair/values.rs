//! The numbers inside stored tensors.

use tract_onnx::pb::TensorProto;
use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::prelude::f16;

/// How many numbers a tensor has. [`super::structure`] has checked that they are there and can be counted.
pub(super) fn count(tensor: &TensorProto) -> usize {
    tensor.dims.iter().map(|&size| usize::try_from(size).unwrap_or(0)).product()
}

/// Floating-point numbers of 16, 32, or 64 bits, or whole numbers, as float32.
pub(super) fn floats(tensor: &TensorProto) -> Option<Vec<f32>> {
    let raw = tensor.raw_data.as_slice();
    let halves = |value: fn(u16) -> f32| {
        if raw.is_empty() {
            tensor.int32_data.iter().map(|&bits| value(bits as u16)).collect()
        } else {
            of_raw(raw, |bytes| value(u16::from_le_bytes(bytes)))
        }
    };
    Some(match DataType::try_from(tensor.data_type).ok()? {
        DataType::Float if raw.is_empty() => tensor.float_data.clone(),
        DataType::Float => of_raw(raw, f32::from_le_bytes),
        DataType::Double if raw.is_empty() => tensor.double_data.iter().map(|&v| v as f32).collect(),
        DataType::Double => of_raw(raw, |bytes| f64::from_le_bytes(bytes) as f32),
        DataType::Float16 => halves(|bits| f16::from_bits(bits).to_f32()),
        DataType::Bfloat16 => halves(|bits| f32::from_bits(u32::from(bits) << 16)),
        _ => integers(tensor)?.into_iter().map(|v| v as f32).collect(),
    })
}

/// Whole numbers of up to 64 bits and truth values.
pub(super) fn integers(tensor: &TensorProto) -> Option<Vec<i64>> {
    let raw = tensor.raw_data.as_slice();
    if raw.is_empty() {
        return Some(match DataType::try_from(tensor.data_type).ok()? {
            DataType::Int64 => tensor.int64_data.clone(),
            DataType::Uint32 | DataType::Uint64 => tensor.uint64_data.iter().map(|&v| v.cast_signed()).collect(),
            DataType::Int4 | DataType::Uint4 => {
                let bytes: Vec<u8> = tensor.int32_data.iter().map(|&v| v as u8).collect();
                nibbles(&bytes, tensor)
            }
            DataType::Bool
            | DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Uint8
            | DataType::Uint16 => tensor.int32_data.iter().map(|&v| i64::from(v)).collect(),
            _ => return None,
        });
    }
    Some(match DataType::try_from(tensor.data_type).ok()? {
        DataType::Int64 => of_raw(raw, i64::from_le_bytes),
        DataType::Uint64 => of_raw(raw, |bytes| u64::from_le_bytes(bytes).cast_signed()),
        DataType::Int32 => of_raw(raw, |bytes| i64::from(i32::from_le_bytes(bytes))),
        DataType::Uint32 => of_raw(raw, |bytes| i64::from(u32::from_le_bytes(bytes))),
        DataType::Int16 => of_raw(raw, |bytes| i64::from(i16::from_le_bytes(bytes))),
        DataType::Uint16 => of_raw(raw, |bytes| i64::from(u16::from_le_bytes(bytes))),
        DataType::Int8 => of_raw(raw, |bytes| i64::from(i8::from_le_bytes(bytes))),
        DataType::Uint8 => of_raw(raw, |[byte]| i64::from(byte)),
        DataType::Bool => of_raw(raw, |[byte]| i64::from(byte != 0)),
        DataType::Int4 | DataType::Uint4 => nibbles(raw, tensor),
        _ => return None,
    })
}

/// Two numbers of four bits a byte, the lower half first.
fn nibbles(bytes: &[u8], tensor: &TensorProto) -> Vec<i64> {
    let signed = tensor.data_type == DataType::Int4 as i32;
    let value = |half: u8| i64::from(half) - if signed && half > 7 { 16 } else { 0 };
    bytes.iter().flat_map(|byte| [value(byte & 15), value(byte >> 4)]).take(count(tensor)).collect()
}

fn of_raw<T, const N: usize>(raw: &[u8], value: impl Fn([u8; N]) -> T) -> Vec<T> {
    raw.chunks_exact(N).map(|bytes| value(bytes.try_into().expect("chunks of this size"))).collect()
}

/// A stored tensor of float32 numbers.
pub(super) fn of_floats(name: &str, dims: &[i64], values: &[f32]) -> TensorProto {
    stored(name, dims, DataType::Float, values.iter().flat_map(|value| value.to_le_bytes()).collect())
}

/// A stored tensor of 64-bit whole numbers.
pub(super) fn of_integers(name: &str, dims: &[i64], values: &[i64]) -> TensorProto {
    stored(name, dims, DataType::Int64, values.iter().flat_map(|value| value.to_le_bytes()).collect())
}

/// A stored tensor of 32-bit whole numbers.
pub(super) fn of_small_integers(name: &str, dims: &[i64], values: &[i64]) -> TensorProto {
    stored(name, dims, DataType::Int32, values.iter().flat_map(|&value| (value as i32).to_le_bytes()).collect())
}

fn stored(name: &str, dims: &[i64], data_type: DataType, raw_data: Vec<u8>) -> TensorProto {
    TensorProto { name: name.into(), dims: dims.to_vec(), data_type: data_type as i32, raw_data, ..Default::default() }
}

/// The same numbers as float32, under the same name.
pub(super) fn as_float(tensor: &mut TensorProto) {
    if let Some(values) = floats(tensor) {
        *tensor = TensorProto {
            doc_string: std::mem::take(&mut tensor.doc_string),
            ..of_floats(&tensor.name, &tensor.dims, &values)
        };
    }
}

/// The truth value of a stored condition.
pub(super) fn truth(tensor: &TensorProto) -> Option<bool> {
    match integers(tensor)?.as_slice() {
        [value] => Some(*value != 0),
        _ => None,
    }
}
