//! What kind of file it is: by the first bytes, else by the name.

use super::{File, distances, idx, json, npy, pictures, safetensors, zip};

/// Kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Picture,
    /// A picture in a format that we do not decode.
    ForeignPicture(&'static str),
    /// Another kind of file that people have, and what to do with it.
    Foreign(&'static str),
    Npy,
    Npz,
    Zip,
    Safetensors,
    Idx,
    Gzip,
    Dipha,
    Text,
    Json,
    /// Written by operating systems and of no interest.
    Hidden,
    Unknown,
}

/// Endings of text files with numbers.
const TEXT: [&str; 14] = [
    "csv",
    "tsv",
    "txt",
    "dat",
    "data",
    "tab",
    "points",
    "asc",
    "distance_matrix",
    "lower",
    "upper",
    "full",
    "sparse",
    "coo",
];
const PICKLE: &str = "is a Python pickle, which may run code; save its array with numpy.save";
pub(super) const PYTORCH: &str = "is a file of PyTorch, which may run code; export the network with torch.onnx.export, or save \
                                  arrays with numpy.savez or safetensors";
/// Beginnings of files that could be taken for text or have a better message.
const MAGICS: [(&[u8], Kind); 17] = [
    (b"\x89PNG\r\n\x1a\n", Kind::Picture),
    (b"\xff\xd8\xff", Kind::Picture),
    (npy::MAGIC, Kind::Npy),
    (idx::GZIP, Kind::Gzip),
    (&distances::DIPHA_MAGIC, Kind::Dipha),
    (b"GIF8", Kind::Picture),
    (b"BM", Kind::Picture),
    (b"II*\0", Kind::ForeignPicture("TIFF")),
    (b"MM\0*", Kind::ForeignPicture("TIFF")),
    (zip::MAGIC, Kind::Zip),
    (zip::EMPTY_MAGIC, Kind::Zip),
    (b"\x89HDF", Kind::Foreign("is an HDF5 file; save its array with numpy.save")),
    (b"MATLAB 5.0", Kind::Foreign("is a MATLAB file; save its matrix with writematrix as .csv")),
    (b"\x80\x02", Kind::Foreign(PICKLE)),
    (b"\x80\x04", Kind::Foreign(PICKLE)),
    (b"\x80\x05", Kind::Foreign(PICKLE)),
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
        return match kind {
            Kind::Picture if bytes.starts_with(b"BM") && !is_bitmap(bytes, &ending) => by_name(&ending, bytes),
            Kind::Zip if ending == "npz" => Kind::Npz,
            Kind::Zip | Kind::Unknown => foreign(&ending).unwrap_or(kind),
            kind => kind,
        };
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Kind::Picture;
    }
    if matches!(bytes.get(4..12), Some(b"ftypheic" | b"ftypheix" | b"ftypmif1" | b"ftypavif")) {
        return Kind::ForeignPicture("HEIC or AVIF");
    }
    if idx::begins(bytes) {
        return Kind::Idx;
    }
    if safetensors::begins(bytes) {
        return Kind::Safetensors;
    }
    by_name(&ending, bytes)
}

/// Two letters are too few to tell a bitmap from a table of text: a size of its header that exists, or its name.
fn is_bitmap(bytes: &[u8], ending: &str) -> bool {
    ending == "bmp" || matches!(bytes.get(14..18), Some([12 | 40 | 52 | 56 | 108 | 124, 0, 0, 0]))
}

/// Cut or empty files still count as what their names say.
fn by_name(ending: &str, bytes: &[u8]) -> Kind {
    match ending {
        "npy" => Kind::Npy,
        "npz" => Kind::Npz,
        "zip" => Kind::Zip,
        "safetensors" => Kind::Safetensors,
        _ if pictures::ENDINGS.contains(&ending) => Kind::Picture,
        "dipha" | "complex" => Kind::Dipha,
        _ if ending.ends_with("-ubyte") || ending == "idx" => Kind::Idx,
        "gz" => Kind::Gzip,
        _ if TEXT.contains(&ending) || ending.ends_with("_distance_matrix") => Kind::Text,
        _ if json::ENDINGS.contains(&ending) => Kind::Json,
        _ if begins_with_number(bytes) => Kind::Text,
        _ => foreign(ending).unwrap_or(if json::begins(bytes) { Kind::Json } else { Kind::Unknown }),
    }
}

fn foreign(ending: &str) -> Option<Kind> {
    Some(Kind::Foreign(match ending {
        "xlsx" | "xls" | "ods" => "is a spreadsheet; save it as .csv",
        "docx" | "odt" => "is a document; save its text as .txt",
        "pt" | "pth" | "ckpt" | "bin" | "pkl" => PYTORCH,
        "keras" | "h5" => "is a file of Keras; export the network with tf2onnx, or save arrays with numpy.savez",
        "rar" | "7z" | "tar" => "is an archive that is not read here; pack it again as .zip",
        "onnx" => "is a network; open it as the network, not as data",
        _ => return None,
    }))
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
