//! Archives: their files are looked at before anything is unpacked, and unpacked within limits.

use std::io::Read;

use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipSliceArchive};

use super::too_large;
use crate::{Error, Result};

pub(super) const MAGIC: &[u8] = b"PK\x03\x04";
/// How an archive without files begins.
pub(super) const EMPTY_MAGIC: &[u8] = b"PK\x05\x06";
/// More files than anyone wants to look at.
const MAX_ENTRIES: u64 = 100_000;
/// Deflate makes no byte into more.
const MAX_RATIO: u64 = 1032;

/// An archive whose table of contents is sound: its files lie within it, side by side.
pub(super) struct Archive<'a> {
    name: &'a str,
    zip: ZipSliceArchive<&'a [u8]>,
    pub(super) entries: Vec<Entry>,
}

/// A file in an archive.
pub(super) struct Entry {
    /// With folders, but none above the archive.
    pub(super) name: String,
    /// Unpacked, as the table of contents says.
    pub(super) n_bytes: u64,
    method: CompressionMethod,
    place: ZipArchiveEntryWayfinder,
    crc: u32,
}

impl Entry {
    /// The name of the array, where it is one.
    pub(super) fn array(&self) -> Option<&str> {
        self.name.strip_suffix(".npy")
    }
}

impl<'a> Archive<'a> {
    /// # Errors
    /// [`Error::Damaged`] for a table of contents that is missing or wrong, or for files that share bytes;
    /// [`Error::Unsupported`] if it is encrypted or holds too many files.
    pub(super) fn open(name: &'a str, bytes: &'a [u8]) -> Result<Self> {
        let damaged = |reason: String| Error::Damaged { name: name.into(), format: "zip", reason };
        let zip = ZipArchive::from_slice(bytes).map_err(|_| {
            damaged("its end with the table of contents is missing or wrong, as if it was cut short".into())
        })?;
        if zip.entries_hint() > MAX_ENTRIES {
            let reason = format!("holds {} files; at most {MAX_ENTRIES} are read", zip.entries_hint());
            return Err(unsupported(name, reason));
        }
        let mut entries = Vec::new();
        let mut ranges = Vec::new();
        let mut records = zip.entries();
        while let Some(record) = records.next_entry().map_err(|e| damaged(format!("its table of contents: {e}")))? {
            if entries.len() as u64 > MAX_ENTRIES {
                return Err(damaged(format!("it holds more than the {} files it announces", zip.entries_hint())));
            }
            // Links have no contents of their own.
            if record.is_dir() || record.mode().is_symlink() {
                continue;
            }
            let path = String::from_utf8_lossy(record.file_path().as_bytes()).into_owned();
            let inner = rawzip::path::ZipFilePath::from_str(&path).as_ref().to_string();
            if record.flags().is_encrypted() || record.compression_method() == CompressionMethod::AES {
                let reason = format!("{inner} in it is encrypted; unpack it with its password and drop the files");
                return Err(unsupported(name, reason));
            }
            let place = record.wayfinder();
            let cut = |_| damaged(format!("{inner} lies beyond its end or has no header"));
            let (start, end) = zip.get_entry(place).map_err(cut)?.compressed_data_range();
            ranges.push((start, end));
            let n_bytes = record.uncompressed_size_hint();
            let packed = end - start;
            if n_bytes / MAX_RATIO > packed {
                return Err(damaged(format!(
                    "{inner} has {packed} bytes, which cannot hold the {n_bytes} it announces"
                )));
            }
            entries.push(Entry {
                name: inner,
                n_bytes,
                method: record.compression_method(),
                place,
                crc: record.crc32(),
            });
        }
        ranges.sort_unstable();
        if ranges.windows(2).any(|pair| pair[0].1 > pair[1].0) {
            return Err(damaged("its files share bytes, as in archives made to fill the memory".into()));
        }
        Ok(Self { name, zip, entries })
    }

    /// Whether it is what `numpy.savez` writes, whatever its name.
    pub(super) fn is_of_arrays(&self) -> bool {
        !self.entries.is_empty() && self.entries.iter().all(|entry| entry.array().is_some())
    }

    /// The first `n_bytes` of a file, or all if it is shorter; what is damaged shows later.
    pub(super) fn start(&self, entry: &Entry, n_bytes: u64) -> Result<Vec<u8>> {
        let mut start = Vec::new();
        let _ = self.stream(entry)?.take(n_bytes).read_to_end(&mut start);
        Ok(start)
    }

    /// # Errors
    /// [`Error::TooLarge`] beyond `max_bytes`, [`Error::Damaged`] if it cannot be unpacked to what is announced.
    pub(super) fn unpack(&self, entry: &Entry, max_bytes: usize) -> Result<Vec<u8>> {
        if entry.n_bytes > max_bytes as u64 {
            return Err(too_large(&self.path(entry), entry.n_bytes as usize, max_bytes));
        }
        let damaged = |reason: String| Error::Damaged { name: self.path(entry), format: "zip", reason };
        let mut bytes = Vec::with_capacity(entry.n_bytes as usize);
        let mut stream = self.stream(entry)?.take(entry.n_bytes + 1);
        stream.read_to_end(&mut bytes).map_err(|e| damaged(format!("it cannot be unpacked to the end ({e})")))?;
        if bytes.len() as u64 != entry.n_bytes {
            let found = if bytes.len() as u64 > entry.n_bytes { "more".into() } else { bytes.len().to_string() };
            return Err(damaged(format!("{} bytes are announced, but there are {found}", entry.n_bytes)));
        }
        let mut crc = flate2::Crc::new();
        crc.update(&bytes);
        if crc.sum() != entry.crc {
            return Err(damaged("its checksum is wrong".into()));
        }
        Ok(bytes)
    }

    /// How messages name a file in it.
    pub(super) fn path(&self, entry: &Entry) -> String {
        format!("{} in {}", entry.name, self.name)
    }

    fn stream(&self, entry: &Entry) -> Result<Box<dyn Read + '_>> {
        let place = self.zip.get_entry(entry.place).map_err(|e| Error::Damaged {
            name: self.path(entry),
            format: "zip",
            reason: e.to_string(),
        })?;
        match entry.method {
            CompressionMethod::STORE => Ok(Box::new(place.data())),
            CompressionMethod::DEFLATE => Ok(Box::new(flate2::bufread::DeflateDecoder::new(place.data()))),
            method => {
                let method = method.name().map_or_else(|| method.as_u16().to_string(), str::to_lowercase);
                Err(unsupported(&self.path(entry), format!("is packed by the method {method}; pack it by deflate")))
            }
        }
    }
}

fn unsupported(name: &str, reason: String) -> Error {
    Error::Unsupported { name: name.into(), reason }
}
