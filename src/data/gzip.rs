//! Packed text. Packed IDX is unpacked by its own reader, which knows from the header how much is to come.

use std::io::Read;

use super::format::{Kind, detect};
use super::{File, too_large};
use crate::{Error, Result};

/// Bytes that tell a text from IDX.
const START: u64 = 512;

/// Name without `.gz` and unpacked bytes of a packed text; `None` if it holds something else.
pub(super) fn text<'n>(name: &'n str, bytes: &[u8], max_bytes: usize) -> Result<Option<(&'n str, Vec<u8>)>> {
    let broken = |error: std::io::Error| Error::Damaged {
        name: name.into(),
        format: "gzip",
        reason: format!("it cannot be unpacked to the end ({error})"),
    };
    let Some(inner) = name.strip_suffix(".gz") else { return Ok(None) };
    let mut start = Vec::new();
    // A damaged file shows what it is as long as its beginning can be unpacked.
    let _ = flate2::read::MultiGzDecoder::new(bytes).take(START).read_to_end(&mut start);
    if start.is_empty() || detect(&File { name: inner, bytes: &start }) != Kind::Text {
        return Ok(None);
    }
    let mut text = Vec::new();
    let stream = flate2::read::MultiGzDecoder::new(bytes);
    stream.take(max_bytes as u64 + 1).read_to_end(&mut text).map_err(broken)?;
    if text.len() > max_bytes {
        return Err(too_large(name, text.len(), max_bytes));
    }
    Ok(Some((inner, text)))
}
