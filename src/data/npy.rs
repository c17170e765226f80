//! `NumPy` arrays: magic, version, a Python dictionary as header, raw numbers (NEP 1).

use super::Values;
use super::array::{Array, Scalar, Stored};
use crate::{Error, Result};

pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// What the header says of the numbers that follow.
pub(super) struct Header {
    pub(super) dims: Vec<usize>,
    pub(super) items: Items,
    big_endian: bool,
    fortran: bool,
}

/// What an array holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Items {
    Numbers(Scalar),
    /// Numbers in two bytes of a type that `NumPy` does not know and calls raw: bfloat16.
    Raw,
    /// Bytes each, filled up with zeros.
    Bytes(usize),
    /// Code points of four bytes each, filled up with zeros.
    Words(usize),
}

impl Items {
    fn size(self) -> usize {
        match self {
            Self::Numbers(scalar) => scalar.size(),
            Self::Raw => Scalar::BF16.size(),
            Self::Bytes(n) => n,
            Self::Words(n) => n.saturating_mul(4),
        }
    }
}

impl Header {
    /// Reads it from a file or from its first bytes; returns the rest of them, too.
    pub(super) fn read<'b>(name: &str, bytes: &'b [u8]) -> Result<(Self, &'b [u8])> {
        let (header, data) = split(bytes).map_err(|reason| damaged(name, reason))?;
        let header = String::from_utf8_lossy(header);
        let missing = |key: &str| damaged(name, format!("the header has no readable {key}"));
        let descr = value_of(&header, "descr").ok_or_else(|| missing("descr"))?;
        let fortran = value_of(&header, "fortran_order").ok_or_else(|| missing("fortran_order"))?.starts_with("True");
        let dims = value_of(&header, "shape").and_then(dims).ok_or_else(|| missing("shape"))?;
        let (items, big_endian) = items(name, descr)?;
        Ok((Self { dims, items, big_endian, fortran }, data))
    }
}

/// Reads versions 1 to 3; sizes are compared with the file's length before anything is allocated.
pub(super) fn read(name: &str, bytes: &[u8], notes: &mut Vec<String>) -> Result<Stored> {
    let (Header { dims, items, big_endian, fortran }, data) = Header::read(name, bytes)?;
    if dims.is_empty() {
        return Err(unsupported(name, "holds a single number; save an array with one row per sample"));
    }
    let Some(announced) = Array::n_bytes(&dims, items.size()) else {
        return Err(damaged(name, format!("the header announces the impossible sizes {dims:?}")));
    };
    if announced != data.len() {
        let follow = data.len();
        return Err(damaged(name, format!("the header announces {announced} bytes of numbers, but {follow} follow")));
    }
    let scalar = match items {
        Items::Numbers(scalar) => scalar,
        Items::Raw => {
            notes.push(format!("{name}: its raw records of two bytes were read as bfloat16"));
            Scalar::BF16
        }
        Items::Bytes(_) | Items::Words(_) if dims.iter().skip(1).any(|&n| n != 1) => {
            return Err(unsupported(name, "is a table of text; save numbers, or one label per sample"));
        }
        Items::Bytes(0) | Items::Words(0) => return Ok(Stored::Words(vec![String::new(); dims[0].min(data.len())])),
        Items::Bytes(n) => {
            let word = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\0').to_string();
            return Ok(Stored::Words(data.chunks_exact(n).map(word).collect()));
        }
        Items::Words(n) => {
            let letter = |&b: &[u8; 4]| if big_endian { u32::from_be_bytes(b) } else { u32::from_le_bytes(b) };
            let letters = |bytes: &[u8]| -> String {
                let (letters, _) = bytes.as_chunks::<4>();
                letters
                    .iter()
                    .map(letter)
                    .take_while(|&c| c != 0)
                    .map(|c| char::from_u32(c).unwrap_or('\u{fffd}'))
                    .collect()
            };
            return Ok(Stored::Words(data.chunks_exact(4 * n).map(letters).collect()));
        }
    };
    let rounded = scalar.n_rounded(data, big_endian);
    if rounded > 0 {
        notes.push(format!("{name}: {rounded} whole numbers are too large for 32-bit floats and were rounded"));
    }
    let fortran = fortran && !data.is_empty();
    let values = match scalar.decode(data, big_endian) {
        Values::U8(values) if fortran => Values::U8(row_major(&values, &dims)),
        Values::F32(values) if fortran => Values::F32(row_major(&values, &dims)),
        values => values,
    };
    Ok(Stored::Numbers(Array { values, dims }))
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

fn items(name: &str, descr: &str) -> Result<(Items, bool)> {
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
        "V2" => return Ok((Items::Raw, false)),
        _ => {
            let big_endian = code.starts_with('>');
            match (bare.chars().next(), bare.get(1..).and_then(|n| n.parse().ok())) {
                (Some('U'), Some(n)) => return Ok((Items::Words(n), big_endian)),
                (Some('S' | 'a'), Some(n)) => return Ok((Items::Bytes(n), big_endian)),
                _ => {}
            }
            let what = match bare.chars().next() {
                Some('O') => "Python objects; convert them with numpy.stack or .astype('float32') and save again",
                Some('c') => "complex numbers; save real and imaginary parts as columns",
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
    Ok((Items::Numbers(scalar), code.starts_with('>')))
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
