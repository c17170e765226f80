//! What kind of file it is: by the first bytes, else by the name.

use super::{File, distances, idx, npy};

/// Kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Picture,
    /// A picture in a format that we do not decode.
    ForeignPicture(&'static str),
    Npy,
    Idx,
    Gzip,
    Dipha,
    Text,
    /// Written by operating systems and of no interest.
    Hidden,
    Unknown,
}

/// Endings of text files with numbers.
const TEXT: [&str; 12] =
    ["csv", "tsv", "txt", "dat", "data", "tab", "points", "asc", "distance_matrix", "lower", "upper", "full"];
/// Beginnings of files that could be taken for text or have a better message.
const MAGICS: [(&[u8], Kind); 11] = [
    (b"\x89PNG\r\n\x1a\n", Kind::Picture),
    (b"\xff\xd8\xff", Kind::Picture),
    (npy::MAGIC, Kind::Npy),
    (idx::GZIP, Kind::Gzip),
    (&distances::DIPHA_MAGIC, Kind::Dipha),
    (b"GIF8", Kind::ForeignPicture("GIF")),
    (b"BM", Kind::ForeignPicture("BMP")),
    (b"II*\0", Kind::ForeignPicture("TIFF")),
    (b"MM\0*", Kind::ForeignPicture("TIFF")),
    (b"PK\x03\x04", Kind::Unknown),
    (b"%PDF", Kind::Unknown),
];

pub(super) fn detect(file: &File<'_>) -> Kind {
    let base = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
    if base.starts_with('.') || matches!(base, "Thumbs.db" | "desktop.ini") || file.name.contains("__MACOSX") {
        return Kind::Hidden;
    }
    let bytes = file.bytes;
    let ending = ending(base);
    if let Some((_, kind)) = MAGICS.into_iter().find(|(magic, _)| bytes.starts_with(magic)) {
        // Two letters are too few to tell a bitmap from a table of text.
        return if bytes.starts_with(b"BM") && ending != "bmp" { by_name(&ending, bytes) } else { kind };
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Kind::ForeignPicture("WebP");
    }
    if idx::begins(bytes) {
        return Kind::Idx;
    }
    by_name(&ending, bytes)
}

/// Cut or empty files still count as what their names say.
fn by_name(ending: &str, bytes: &[u8]) -> Kind {
    match ending {
        "npy" => Kind::Npy,
        "png" | "jpg" | "jpeg" => Kind::Picture,
        "dipha" | "complex" => Kind::Dipha,
        _ if ending.ends_with("-ubyte") || ending == "idx" => Kind::Idx,
        "gz" => Kind::Gzip,
        _ if TEXT.contains(&ending) || ending.ends_with("_distance_matrix") => Kind::Text,
        _ if begins_with_number(bytes) => Kind::Text,
        _ => Kind::Unknown,
    }
}

/// The last part of the name in lower case; `train-images-idx3-ubyte` has none but its last word.
fn ending(base: &str) -> String {
    let ending = base.rsplit_once('.').map_or(base, |(_, ending)| ending);
    ending.to_lowercase()
}

fn begins_with_number(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(200)];
    if start.contains(&0) {
        return false;
    }
    let start = String::from_utf8_lossy(start);
    let line = start.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    let first = line.split([',', ';', '\t', ' ']).next().unwrap_or_default();
    first.parse::<f32>().is_ok() && (first.len() < line.len() || start.trim().contains(['\n', '\r']))
}
