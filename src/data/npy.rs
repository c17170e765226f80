//! `NumPy` arrays: magic, version, a Python dictionary as header, raw numbers (NEP 1).

use super::Values;
use super::array::{Array, Scalar};
use crate::{Error, Result};

pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// Reads versions 1 to 3; sizes are compared with the file's length before anything is allocated.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Array> {
    let (header, data) = split(bytes).map_err(|reason| damaged(name, reason))?;
    let header = String::from_utf8_lossy(header);
    let missing = |key: &str| damaged(name, format!("the header has no readable {key}"));
    let descr = value_of(&header, "descr").ok_or_else(|| missing("descr"))?;
    let fortran = value_of(&header, "fortran_order").ok_or_else(|| missing("fortran_order"))?.starts_with("True");
    let dims = value_of(&header, "shape").and_then(dims).ok_or_else(|| missing("shape"))?;
    let (scalar, big_endian) = scalar(name, descr)?;
    if dims.is_empty() {
        return Err(unsupported(name, "holds a single number; save an array with one row per sample"));
    }
    let n_bytes = Array::n_bytes(&dims, scalar);
    if n_bytes != Some(data.len()) {
        let announced = n_bytes.map_or("too many bytes to count".into(), |n| format!("{n} bytes"));
        return Err(damaged(name, format!("the header announces {announced} of numbers, but {} follow", data.len())));
    }
    let values = scalar.decode(data, big_endian);
    let values = match values {
        Values::U8(values) if fortran => Values::U8(row_major(&values, &dims)),
        Values::F32(values) if fortran => Values::F32(row_major(&values, &dims)),
        values => values,
    };
    Ok(Array { values, dims })
}

fn split(bytes: &[u8]) -> std::result::Result<(&[u8], &[u8]), String> {
    let short = || format!("it ends after {} bytes, within the header", bytes.len());
    let version = *bytes.get(MAGIC.len()).ok_or_else(short)?;
    let rest = bytes.get(MAGIC.len() + 2..).ok_or_else(short)?;
    let (length, rest) = match version {
        1 => rest.split_first_chunk().map(|(n, rest)| (usize::from(u16::from_le_bytes(*n)), rest)),
        2 | 3 => rest.split_first_chunk().map(|(n, rest)| (u32::from_le_bytes(*n) as usize, rest)),
        _ => return Err(format!("its format version is {version}, and only 1 to 3 exist")),
    }
    .ok_or_else(short)?;
    rest.split_at_checked(length).ok_or_else(short)
}

/// What follows `'key':` in the dictionary.
fn value_of<'h>(header: &'h str, key: &str) -> Option<&'h str> {
    let after = ['\'', '"'].iter().find_map(|quote| header.split_once(&format!("{quote}{key}{quote}")))?.1;
    Some(after.trim_start().strip_prefix(':')?.trim_start())
}

fn dims(text: &str) -> Option<Vec<usize>> {
    let (inside, _) = text.strip_prefix('(')?.split_once(')')?;
    let parts = inside.split(',').map(str::trim).filter(|part| !part.is_empty());
    let dims: Option<Vec<usize>> = parts.map(|part| part.trim_end_matches('L').parse().ok()).collect();
    dims.filter(|dims| dims.len() <= 32)
}

fn scalar(name: &str, descr: &str) -> Result<(Scalar, bool)> {
    if descr.starts_with('[') {
        return Err(unsupported(name, "is a structured array; save its columns as one plain array of numbers"));
    }
    let quote = descr.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let code = quote.and_then(|quote| descr[1..].split_once(quote)).map(|(code, _)| code);
    let code = code.ok_or_else(|| damaged(name, "the header has no readable descr".into()))?;
    let bare = code.trim_start_matches(['<', '>', '=', '|']);
    let scalar = match bare {
        "b1" | "?" => Scalar::Bool,
        "i1" => Scalar::I8,
        "i2" => Scalar::I16,
        "i4" => Scalar::I32,
        "i8" => Scalar::I64,
        "u1" => Scalar::U8,
        "u2" => Scalar::U16,
        "u4" => Scalar::U32,
        "u8" => Scalar::U64,
        "f2" => Scalar::F16,
        "f4" => Scalar::F32,
        "f8" => Scalar::F64,
        _ => {
            let what = match bare.chars().next() {
                Some('O') => "Python objects; convert them with numpy.stack or .astype('float32') and save again",
                Some('c') => "complex numbers; save real and imaginary parts as columns",
                Some('U' | 'S' | 'a') => "text; save numbers, or labels as whole numbers",
                Some('M' | 'm') => "dates; save them as numbers",
                Some('V') => "raw records; save them as one plain array of numbers",
                _ => "",
            };
            let reason = if what.is_empty() {
                format!("holds numbers of type {code:?}; save them with .astype('float32')")
            } else {
                format!("holds {what}")
            };
            return Err(unsupported(name, &reason));
        }
    };
    Ok((scalar, code.starts_with('>')))
}

/// Column-major numbers in row-major order.
fn row_major<T: Copy>(values: &[T], dims: &[usize]) -> Vec<T> {
    let mut strides = Vec::with_capacity(dims.len());
    let mut stride = 1;
    for &size in dims {
        strides.push(stride);
        stride *= size;
    }
    let mut index = vec![0; dims.len()];
    let mut offset = 0;
    let mut result = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        result.push(values[offset]);
        for axis in (0..dims.len()).rev() {
            index[axis] += 1;
            offset += strides[axis];
            if index[axis] < dims[axis] {
                break;
            }
            offset -= strides[axis] * dims[axis];
            index[axis] = 0;
        }
    }
    result
}

fn damaged(name: &str, reason: String) -> Error {
    Error::Damaged { name: name.into(), format: "NumPy", reason }
}

fn unsupported(name: &str, reason: &str) -> Error {
    Error::Unsupported { name: name.into(), reason: reason.into() }
}
