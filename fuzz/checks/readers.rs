//! Any bytes as dropped files: read, or refused in words, without a panic and without taking more memory than allowed.
//! Used by the fuzz target and, on mutated files, by the ordinary tests.

use bettiscope::data::{Data, File, Format, ReadOptions, read};

const NAMES: [&str; 20] = [
    "points.csv",
    "points.txt",
    "points.npy",
    "images.idx3-ubyte",
    "images.idx3-ubyte.gz",
    "matrix.lower_distance_matrix",
    "matrix.dipha",
    "picture.png",
    "picture.jpg",
    "folder/cat/picture.png",
    "archive.npz",
    "activations.safetensors",
    "archive.zip",
    "picture.webp",
    "picture.gif",
    "picture.bmp",
    "texts.txt",
    "texts.txt.gz",
    "texts.jsonl",
    "stranger",
];
const FORMATS: [Option<Format>; 6] =
    [None, Some(Format::Points), Some(Format::Full), Some(Format::Lower), Some(Format::Upper), Some(Format::Dipha)];
const MAX_BYTES: usize = 1 << 20;

#[allow(dead_code, reason = "targets of one reader call `check_file`")]
/// Checks one drop: a byte for the name, one for the format, then the file; every fourth time with labels beside it.
pub(crate) fn check(bytes: &[u8]) {
    let [name, how, file @ ..] = bytes else { return };
    check_file(NAMES[usize::from(*name) % NAMES.len()], file, *how);
}

/// Checks a file under a name; `how` chooses the format and what lies beside it.
pub(crate) fn check_file(name: &str, bytes: &[u8], how: u8) {
    let options = ReadOptions {
        format: FORMATS[usize::from(how) % FORMATS.len()],
        image_size: (how & 64 != 0).then_some((9, 5)),
        max_bytes: MAX_BYTES,
        max_unpacked: MAX_BYTES,
        flatten: how & 32 != 0,
        inputs: if how & 16 != 0 { ["x", "y", "labels"].map(String::from).into() } else { Vec::new() },
        ..ReadOptions::default()
    };
    let mut files = vec![File { name, bytes }];
    if how & 128 != 0 {
        files.push(File { name: "labels.csv", bytes: b"label\n1\n0\n1\n" });
        files.push(File { name: "classes.txt", bytes: b"cat\ndog\n" });
    }
    match read(&files, &options) {
        Ok(found) => match found.data {
            Data::Samples(samples) => {
                let n_values = samples.n_samples() * samples.shape().iter().product::<usize>();
                assert!(samples.n_samples() > 0 && n_values <= 8 * MAX_BYTES, "{name}: {:?}", samples.shape());
                assert!(samples.labels().is_none_or(|labels| labels.of_sample().len() == samples.n_samples()));
            }
            Data::Texts(texts) => {
                assert!(!texts.texts().is_empty());
                assert!(texts.labels().is_none_or(|labels| labels.of_sample().len() == texts.texts().len()));
            }
            Data::Activations(activations) => {
                assert!(activations.layers().iter().all(|layer| {
                    layer.values.len() == activations.n_samples() * layer.n_coords && !layer.values.is_empty()
                }));
                assert!(activations.labels().is_none_or(|labels| labels.of_sample().len() == activations.n_samples()));
            }
            Data::SparseDistances(distances) => {
                assert!(distances.pairs().all(|([i, j], length)| i < j && length >= 0.0));
            }
            Data::Distances(matrix) => assert!(matrix.lower().iter().all(|length| *length >= 0.0)),
        },
        Err(error) => assert!(!error.to_string().is_empty() && !error.kind().is_empty()),
    }
}
