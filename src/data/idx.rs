//! The IDX format of MNIST, plain or gzipped: two zero bytes, type, number of sizes, sizes, numbers, all big-endian.

use std::io::Read;

use super::array::{Array, Scalar};
use super::too_large;
use crate::{Error, Result};

pub(super) const GZIP: &[u8] = &[0x1f, 0x8b];
/// More sizes than any data set has.
const MAX_DIMS: usize = 8;

/// Whether a file begins as IDX files do.
pub(super) fn begins(bytes: &[u8]) -> bool {
    matches!(bytes, [0, 0, code, n_dims, ..]
        if scalar(*code).is_some() && (1..=MAX_DIMS).contains(&usize::from(*n_dims)))
}

fn scalar(code: u8) -> Option<Scalar> {
    Some(match code {
        0x08 => Scalar::U8,
        0x09 => Scalar::I8,
        0x0B => Scalar::I16,
        0x0C => Scalar::I32,
        0x0D => Scalar::F32,
        0x0E => Scalar::F64,
        _ => return None,
    })
}

/// Reads a plain file.
pub(super) fn read(name: &str, bytes: &[u8], max_bytes: usize) -> Result<Array> {
    read_stream(name, bytes, max_bytes)
}

/// Reads a gzipped file, unpacking no more than its header announces.
pub(super) fn read_gzip(name: &str, bytes: &[u8], max_bytes: usize) -> Result<Array> {
    read_stream(name, flate2::read::MultiGzDecoder::new(bytes), max_bytes)
}

fn read_stream(name: &str, mut stream: impl Read, max_bytes: usize) -> Result<Array> {
    let broken = |error: std::io::Error| damaged(name, format!("it cannot be unpacked to the end ({error})"));
    let mut start = Vec::new();
    stream.by_ref().take(4).read_to_end(&mut start).map_err(broken)?;
    let [0, 0, code, n_dims] = start[..] else {
        return Err(no_idx(name));
    };
    let scalar = scalar(code).ok_or_else(|| no_idx(name))?;
    if !(1..=MAX_DIMS).contains(&usize::from(n_dims)) {
        return Err(no_idx(name));
    }
    let mut sizes = Vec::new();
    stream.by_ref().take(4 * u64::from(n_dims)).read_to_end(&mut sizes).map_err(broken)?;
    let (sizes, _) = sizes.as_chunks::<4>();
    if sizes.len() < usize::from(n_dims) {
        return Err(damaged(name, "it ends within the header".into()));
    }
    let dims: Vec<usize> = sizes.iter().map(|&size| u32::from_be_bytes(size) as usize).collect();
    let Some(announced) = Array::n_bytes(&dims, scalar.size()) else {
        return Err(damaged(name, format!("the header announces the impossible sizes {dims:?}")));
    };
    let mut data = Vec::new();
    let limit = announced.min(max_bytes);
    stream.take(limit as u64 + 1).read_to_end(&mut data).map_err(broken)?;
    if data.len() > max_bytes {
        return Err(too_large(name, announced, max_bytes));
    }
    if data.len() != announced {
        let follow = if data.len() > announced { "more follow".into() } else { format!("{} follow", data.len()) };
        return Err(damaged(name, format!("the header announces {announced} bytes of numbers, but {follow}")));
    }
    Ok(Array { values: scalar.decode(&data, true), dims })
}

fn damaged(name: &str, reason: String) -> Error {
    Error::Damaged { name: name.into(), format: "IDX", reason }
}

fn no_idx(name: &str) -> Error {
    Error::Unsupported {
        name: name.into(),
        reason: "holds no IDX data; of packed files only gzipped IDX and text are read, so unpack it first".into(),
    }
}
