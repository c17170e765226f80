//! Packed files. Packed IDX is unpacked by its own reader, which knows from the header how much is to come.

use std::io::Read;

use super::format::{Kind, detect};
use super::{File, too_large};
use crate::{Error, Result};

/// Bytes that tell what it is.
const START: u64 = 512;

/// Name without `.gz`, kind and unpacked bytes of a packed file; `None` if it holds something else.
pub(super) fn unpacked<'n>(name: &'n str, bytes: &[u8], max_bytes: usize) -> Result<Option<(&'n str, Kind, Vec<u8>)>> {
    let broken = |error: std::io::Error| Error::Damaged {
        name: name.into(),
        format: "gzip",
        reason: format!("it cannot be unpacked to the end ({error})"),
    };
    let Some(inner) = name.strip_suffix(".gz") else { return Ok(None) };
    let mut start = Vec::new();
    // A damaged file shows what it is as long as its beginning can be unpacked.
    let _ = flate2::read::MultiGzDecoder::new(bytes).take(START).read_to_end(&mut start);
    let kind = detect(&File { name: inner, bytes: &start });
    if start.is_empty() || !matches!(kind, Kind::Text | Kind::Json | Kind::Npy | Kind::Safetensors | Kind::Dipha) {
        return Ok(None);
    }
    let mut unpacked = Vec::new();
    let stream = flate2::read::MultiGzDecoder::new(bytes);
    stream.take(max_bytes as u64 + 1).read_to_end(&mut unpacked).map_err(broken)?;
    if unpacked.len() > max_bytes {
        return Err(too_large(name, unpacked.len(), max_bytes));
    }
    Ok(Some((inner, kind, unpacked)))
}
