//! Files written by the libraries that people save their data with; `tests/data/readers/make.py` made them.
#![cfg(feature = "images")]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use bettiscope::Result;
use bettiscope::data::{Activations, Data, File, ImageFit, Read, ReadOptions, Samples, Values, read};
use bettiscope::homology::{RipsParams, rips_barcode, rips_barcode_of_sparse};
use bettiscope::progress::ignore;

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/readers/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn try_read(names: &[&str], options: &ReadOptions) -> Result<Read> {
    let contents: Vec<Vec<u8>> = names.iter().map(|name| file(name)).collect();
    let files: Vec<File<'_>> = names.iter().zip(&contents).map(|(name, bytes)| File { name, bytes }).collect();
    read(&files, options)
}

fn samples_with(names: &[&str], options: &ReadOptions) -> Samples {
    match try_read(names, options).unwrap().data {
        Data::Samples(samples) => samples,
        _ => panic!("{names:?} read as something else"),
    }
}

fn samples(name: &str) -> Samples {
    samples_with(&[name], &ReadOptions::default())
}

fn floats(samples: &Samples) -> Vec<f32> {
    match samples.values() {
        Values::F32(values) => values.clone(),
        Values::U8(values) => values.iter().map(|&v| f32::from(v)).collect(),
    }
}

/// The recorded i * 3 + `offset`.
fn ramp(n: i16, offset: i16) -> Vec<f32> {
    (0..n).map(|i| f32::from(i * 3 + offset)).collect()
}

/// The largest difference of two pictures of one shape, and the mean one.
fn difference(a: &Samples, b: &Samples) -> (f32, f32) {
    assert_eq!((a.shape(), a.n_samples()), (b.shape(), b.n_samples()));
    let differences: Vec<f32> = floats(a).iter().zip(floats(b)).map(|(a, b)| (a - b).abs()).collect();
    let mean = differences.iter().sum::<f32>() / differences.len() as f32;
    (differences.into_iter().fold(0.0, f32::max), mean)
}

#[test]
fn arrays_of_every_type_hold_what_numpy_wrote() {
    let mut types = vec!["i1".to_string(), "u1".into()];
    for order in ["little", "big"] {
        types.extend(["i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8"].map(|kind| format!("{order}-{kind}")));
    }
    for kind in types {
        let points = samples(&format!("plain-{kind}.npy"));
        assert_eq!((points.n_samples(), points.shape()), (4, &[3][..]), "{kind}");
        assert_eq!(floats(&points), ramp(12, if kind.contains('u') { 1 } else { -5 }), "{kind}");
    }
    let parity: Vec<f32> = (0..12_u8).map(|i| f32::from(i % 2)).collect();
    assert_eq!(floats(&samples("plain-bool.npy")), parity);
}

#[test]
fn column_major_arrays_and_all_versions_are_the_same_numbers() {
    for order in ["little", "big"] {
        for kind in ["f2", "f4", "f8"] {
            let cube = samples(&format!("fortran-{order}-{kind}.npy"));
            assert_eq!((cube.n_samples(), cube.shape()), (2, &[3, 4][..]));
            assert_eq!(floats(&cube), ramp(24, -5));
        }
    }
    for version in 1..=3 {
        assert_eq!(floats(&samples(&format!("version-{version}.npy"))), ramp(12, -5));
    }
}

#[test]
fn arrays_of_bytes_are_pictures() {
    for (name, shape) in [("grey", &[5, 4][..]), ("colour", &[3, 4, 3]), ("planes", &[3, 4, 3])] {
        let pictures = samples(&format!("{name}-u1.npy"));
        assert_eq!(pictures.shape(), shape);
        assert!(matches!(pictures.values(), Values::U8(_)));
    }
    // i * 3 + 1 of the first pixel in each of the planes of 12.
    assert_eq!(floats(&samples("planes-u1.npy"))[..3], [1.0, 37.0, 73.0]);
    assert_eq!(samples("planes-f4.npy").shape(), [3, 3, 4]);
}

#[test]
fn labels_in_an_array_go_with_the_samples() {
    let both = samples_with(&["labels-i8.npy", "plain-little-f8.npy"], &ReadOptions::default());
    assert_eq!(both.labels().unwrap().of_sample(), [2, 0, 1, 2]);
}

#[test]
fn what_holds_no_numbers_is_refused_in_words() {
    for (name, word) in [
        ("refused-object.npy", "Python objects"),
        ("refused-complex.npy", "complex"),
        ("refused-structured.npy", "structured"),
        ("refused-text.npy", "names only"),
        ("refused-text-table.npy", "table of text"),
        ("refused-objects.npz", "Python objects"),
        ("refused-weights.npz", "weight has 4 rows but bias has 5"),
        ("refused-float8.safetensors", "F8_E4M3"),
    ] {
        let error = try_read(&[name], &ReadOptions::default()).unwrap_err();
        assert_eq!(error.kind(), "unsupported");
        assert!(error.to_string().contains(name) && error.to_string().contains(word), "{error}");
    }
}

fn activations(name: &str, options: &ReadOptions) -> (Activations, Vec<String>) {
    let read = try_read(&[name], options).unwrap();
    match read.data {
        Data::Activations(activations) => (activations, read.notes),
        _ => panic!("{name} read as something else"),
    }
}

#[test]
fn ready_activations_are_the_same_from_every_container() {
    // layer2 is 4 × 3 × 2 × 2, tokens 4 × 2 × 3: means over space and over tokens of the ramp i * 3 - 5.
    let maps: Vec<f32> = (0..12_u8).map(|i| f32::from(i) * 12.0 + 4.5 - 5.0).collect();
    let tokens: Vec<f32> = (0..12_u8).map(|i| f32::from(i / 3 * 6 + i % 3) * 3.0 + 4.5 - 5.0).collect();
    for (name, order) in [
        ("activations.npz", ["layer2", "layer10", "tokens"]),
        ("activations-packed.npz", ["layer2", "layer10", "tokens"]),
        ("activations.safetensors", ["layer2", "layer10", "tokens"]),
    ] {
        let (found, notes) = activations(name, &ReadOptions::default());
        let names: Vec<&str> = found.layers().iter().map(|layer| layer.name.as_str()).collect();
        assert_eq!(names, order, "{name}");
        let [first, second, third] = found.layers() else { panic!("three layers") };
        assert_eq!((first.n_coords, &first.shape[..], &first.values), (3, &[3, 2, 2][..], &maps), "{name}");
        assert_eq!((second.n_coords, &second.values), (5, &ramp(20, -5)), "{name}");
        assert_eq!((third.n_coords, &third.shape[..], &third.values), (3, &[2, 3][..], &tokens), "{name}");
        let labels = found.labels().unwrap();
        assert_eq!((found.n_samples(), labels.of_sample()), (4, &[1, 0, 1, 1][..]));
        let classes = if name.ends_with("npz") { ["cat", "dög"] } else { ["0", "1"] };
        assert_eq!(labels.classes(), classes);
        assert!(notes.iter().any(|note| note.contains("activations of 3 layers")), "{notes:?}");
        assert!(notes.iter().any(|note| note.contains("in 2 of them the mean")), "{notes:?}");
    }
    let flat = activations("activations.npz", &ReadOptions { flatten: true, ..ReadOptions::default() }).0;
    assert_eq!((flat.layers()[0].n_coords, &flat.layers()[0].values), (12, &ramp(48, -5)));
}

#[test]
fn archives_of_arrays_are_samples_with_labels() {
    let named = samples("samples.npz");
    assert_eq!((floats(&named), named.labels().unwrap().of_sample()), (ramp(12, -5), &[1, 0, 1, 1][..]));
    let words = samples("words.npz");
    assert_eq!(
        (words.labels().unwrap().classes(), words.labels().unwrap().of_sample()),
        (&["lily", "rose"].map(String::from)[..], &[0, 1, 0, 0][..])
    );
    assert_eq!((floats(&samples("single.npz")), samples("single.npz").labels()), (ramp(12, -5), None));
    let split = try_read(&["split.npz"], &ReadOptions::default()).unwrap();
    assert!(split.notes.iter().any(|note| note.contains("“test”")), "{:?}", split.notes);
    assert!(split.notes.iter().any(|note| note.contains("x_train, y_train")), "{:?}", split.notes);
    let test = samples("split.npz");
    assert_eq!((test.n_samples(), test.labels().unwrap().of_sample()), (4, &[1, 0, 1, 1][..]));
    let ids = samples("token-ids.npz");
    assert_eq!((ids.shape(), floats(&ids)), (&[4][..], vec![101.0, 2023.0, 102.0, 0.0, 101.0, 102.0, 0.0, 0.0]));
    assert_eq!(ids.labels().unwrap().of_sample(), [1, 0]);
}

#[test]
fn safetensors_of_every_type_hold_what_was_saved() {
    for kind in ["int8", "int16", "int32", "int64", "float16", "float32", "float64", "bfloat16"] {
        assert_eq!(floats(&samples(&format!("plain-{kind}.safetensors"))), ramp(12, -5), "{kind}");
    }
    for kind in ["uint8", "uint16", "uint32", "uint64"] {
        assert_eq!(floats(&samples(&format!("plain-{kind}.safetensors"))), ramp(12, 1), "{kind}");
    }
    assert_eq!(floats(&samples("plain-bool.safetensors"))[..4], [0.0, 1.0, 0.0, 1.0]);
    assert_eq!(floats(&samples("plain-bfloat16.npy")), ramp(12, -5));
}

#[test]
fn arrays_of_words_are_labels() {
    for words in ["words-unicode.npy", "words-big-endian.npy"] {
        let both = samples_with(&["plain-little-f4.npy", words], &ReadOptions::default());
        let labels = both.labels().unwrap();
        assert_eq!(
            (labels.classes(), labels.of_sample()),
            (&["cat", "dög", "猫"].map(String::from)[..], &[0, 1, 0, 2][..])
        );
    }
}

#[test]
fn idx_files_hold_what_was_packed() {
    let pictures = samples_with(&["images.idx3-ubyte.gz", "labels.idx1-ubyte.gz"], &ReadOptions::default());
    assert_eq!((pictures.n_samples(), pictures.shape()), (4, &[5, 3][..]));
    assert_eq!(floats(&pictures), ramp(60, 1));
    assert_eq!(pictures.labels().unwrap().of_sample(), [2, 0, 1, 2]);
    for kind in ["i1", "i2", "i4", "f4", "f8"] {
        assert_eq!(floats(&samples(&format!("numbers-{kind}.idx.gz"))), ramp(12, -5), "{kind}");
    }
}

#[test]
fn distances_are_the_same_in_every_format() {
    let wanted: Vec<f32> = {
        let at = |i: i32| f64::from(i).powf(1.5);
        (0..5).flat_map(|i| (0..i).map(move |j| (at(i) - at(j)).abs() as f32)).collect()
    };
    for name in ["line.dipha", "line-distances.csv", "line-distances-condensed.npy"] {
        let Data::Distances(matrix) = try_read(&[name], &ReadOptions::default()).unwrap().data else {
            panic!("{name} read as samples");
        };
        assert_eq!((matrix.n_points(), matrix.lower()), (5, wanted.as_slice()), "{name}");
    }
}

#[test]
fn distances_of_some_pairs_are_the_same_in_every_format() {
    let Data::Distances(all) = try_read(&["cloud-distances.csv"], &ReadOptions::default()).unwrap().data else {
        panic!("a matrix");
    };
    let pairs = (1..24).flat_map(|i| (0..i).map(move |j| ([j as u32, i as u32], (j, i))));
    let mut wanted: Vec<([u32; 2], f32)> =
        pairs.map(|(pair, (j, i))| (pair, all.get(i, j))).filter(|&(_, length)| length <= 1.2).collect();
    wanted.sort_by(|a, b| a.1.total_cmp(&b.1));
    for name in [
        "near-pairs.txt",
        "near-pairs.csv",
        "near-sparse.npy",
        "near-coo.npz",
        "near-csr.npz",
        "near-csc.npz",
        "near-array.npz",
        "near.dipha",
    ] {
        let read = try_read(&[name], &ReadOptions::default()).unwrap();
        let Data::SparseDistances(found) = read.data else { panic!("{name} read as something else") };
        assert_eq!(found.n_points(), 24, "{name}");
        assert_eq!(found.pairs().collect::<Vec<_>>(), wanted, "{name}");
        assert!(
            read.notes[0].contains("90 of the 276 pairs of 24 points; the others are infinitely far"),
            "{:?}",
            read.notes
        );
        // Dense up to the same length, and filled up: the same barcode.
        let params = |threshold| RipsParams::new(2).and_then(|params| params.with_threshold(threshold)).unwrap();
        let barcode = rips_barcode_of_sparse(&found, &params(None), &mut ignore).unwrap();
        for (matrix, threshold) in [(&all, 1.2), (&found.filled(), found.longest())] {
            let dense = rips_barcode(matrix, &params(Some(threshold)), &mut ignore).unwrap();
            for dim in 0..=2 {
                assert_eq!(barcode.dim(dim).len(), dense.dim(dim).len());
                for (a, b) in barcode.dim(dim).iter().zip(dense.dim(dim)) {
                    assert_eq!((a.birth, a.death), (b.birth, b.death), "{name}, H{dim}");
                }
            }
        }
        assert!(!barcode.dim(1).is_empty(), "{name}");
    }
}

#[test]
fn pictures_look_as_pillow_shows_them() {
    assert_eq!((samples("grey.png").shape(), samples("colour.png").shape()), (&[45, 60][..], &[45, 60, 3][..]));
    assert_eq!(difference(&samples("palette.png"), &samples("palette-unpacked.png")).0, 0.0);
    assert!(difference(&samples("alpha.png"), &samples("alpha-on-white.png")).0 <= 1.0);
    assert_eq!(samples("grey-alpha.png").shape(), [9, 12]);
    assert!(floats(&samples("one-bit.png")).iter().all(|&v| v == 0.0 || v == 255.0));
    let deep: Vec<f32> = (0..48_u32).map(|i| ((i * 1394 + 128) / 257) as f32).collect();
    assert_eq!(floats(&samples("deep.png")), deep);
    // Decoders of JPEG differ in rounding; the packing itself costs some levels.
    for name in ["photo.jpg", "progressive.jpg"] {
        let (_, mean) = difference(&samples(name), &samples("colour.png"));
        assert!(mean < 12.0, "{name}: {mean}");
    }
    let (_, mean) = difference(&samples("print.jpg"), &samples("print-unpacked.png"));
    assert!(mean < 12.0, "inks: {mean}");
    for name in ["lossless.webp", "colour.bmp"] {
        assert_eq!(difference(&samples(name), &samples("colour.png")).0, 0.0, "{name}");
    }
    assert!(difference(&samples("photo.webp"), &samples("colour.png")).1 < 12.0);
    for name in ["grey.webp", "grey.bmp", "grey.gif"] {
        assert_eq!(difference(&samples(name), &samples("grey.png")).0, 0.0, "{name}");
    }
    assert!(difference(&samples("alpha.webp"), &samples("alpha-on-white.png")).0 <= 1.0);
    for name in ["palette.gif", "moving.gif"] {
        assert_eq!(difference(&samples(name), &samples("palette-unpacked.png")).0, 0.0, "{name}");
    }
}

#[test]
fn all_eight_orientations_are_upright() {
    for orientation in 1..=8 {
        let turned = samples(&format!("orientation-{orientation}.jpg"));
        let (largest, mean) = difference(&turned, &samples(&format!("orientation-{orientation}-upright.png")));
        assert!(largest <= 3.0 && mean < 1.0, "{orientation}: {largest}, {mean}");
    }
}

#[test]
fn resizing_is_that_of_pillow() {
    for name in ["grey", "colour"] {
        for (width, height) in [(28, 28), (13, 40), (90, 80)] {
            let options = ReadOptions { image_size: Some((width, height)), ..ReadOptions::default() };
            let resized = samples_with(&[&format!("{name}.png")], &options);
            let wanted = samples(&format!("{name}-{width}x{height}.png"));
            assert_eq!(difference(&resized, &wanted).0, 0.0, "{name} {width}×{height}");
        }
    }
}

#[test]
fn resizing_and_fitting_are_those_of_pillow_to_the_last_bit() {
    // The second table is what torchvision's Resize and CenterCrop make of them.
    let [ours, torchvision] = ["resampling.csv", "evaluation.csv"].map(|name| String::from_utf8(file(name)).unwrap());
    let mut n_cases = 0;
    for line in ours.lines().skip(1).chain(torchvision.lines().skip(1)) {
        let cells: Vec<&str> = line.split(',').collect();
        let [picture, fit, width, height, crc] = cells[..] else { panic!("{line}") };
        let image_fit = ImageFit::try_from(fit.to_string()).unwrap();
        let image_size = Some((width.parse().unwrap(), height.parse().unwrap()));
        let found = samples_with(
            &[&format!("{picture}.png")],
            &ReadOptions { image_size, image_fit, ..ReadOptions::default() },
        );
        let Values::U8(bytes) = found.values() else { panic!("pixels are bytes") };
        assert_eq!(crc, self::crc(bytes).to_string(), "{line}");
        n_cases += 1;
    }
    assert_eq!(n_cases, 3 * 32 * 6 + 3 * 5 * 4);
}

#[test]
fn a_picture_cut_short_is_damaged() {
    for name in ["photo.jpg", "progressive.jpg", "colour.png"] {
        let bytes = file(name);
        for length in [bytes.len() / 2, bytes.len() - 20] {
            let error = read(&[File { name, bytes: &bytes[..length] }], &ReadOptions::default()).unwrap_err();
            assert_eq!((error.kind(), error.to_string().contains(name)), ("damaged", true), "{length}: {error}");
        }
    }
}

#[test]
fn a_header_that_promises_too_much_is_not_believed() {
    let mut bytes = file("grey.png");
    for (width, height, kind) in
        [(60_000_u32, 60_000_u32, "unsupported"), (20_000, 20_000, "unsupported"), (16_000, 16_000, "damaged")]
    {
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let crc = crc(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&crc.to_be_bytes());
        let error = read(&[File { name: "huge.png", bytes: &bytes }], &ReadOptions::default()).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(&format!("{width} × {height}")), "{error}");
    }
}

/// The checksum of PNG, so that a changed header is not refused for its checksum.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn a_file_cut_short_is_refused_or_complete() {
    for entry in std::fs::read_dir(format!("{}/tests/data/readers", env!("CARGO_MANIFEST_DIR"))).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_binary = [".npy", ".npz", ".safetensors", ".gz", ".dipha", ".png", ".jpg", ".webp", ".gif", ".bmp"]
            .iter()
            .any(|ending| name.ends_with(ending));
        if !is_binary {
            continue;
        }
        let bytes = file(&name);
        if bytes.len() > 1500 {
            continue;
        }
        let read = |bytes: &[u8]| read(&[File { name: &name, bytes }], &ReadOptions::default());
        let whole = read(&bytes);
        for length in 0..bytes.len() {
            let cut = read(&bytes[..length]);
            assert!(cut.is_err() || cut == whole, "{name} at {length}");
        }
    }
}

/// Failures of distances, which name the points.
const GEOMETRY: [&str; 3] = ["asymmetric", "invalid-distance", "non-zero-diagonal"];

/// Each file of `broken/`, the stable word of its failure and what its sentence says.
const BROKEN: [(&str, &str, &str); 35] = [
    ("2-31-rows.idx", "damaged", "6442450944 bytes"),
    ("2-31-rows.npy", "damaged", "25769803776 bytes"),
    ("60000-by-60000.png", "unsupported", "60000 × 60000"),
    ("asymmetric-distances.csv", "asymmetric", "(1, 2) is 3 but (2, 1) is 4"),
    ("bomb.zip", "damaged", "cannot hold the 4000000000"),
    ("cut-activations.safetensors", "damaged", "cut short"),
    ("cut-colour.png", "damaged", "picture"),
    ("cut-images.idx3-ubyte.gz", "damaged", "unpacked"),
    ("cut-line.dipha", "damaged", "5 × 5 distances"),
    ("cut-lossless.webp", "damaged", "before the picture does"),
    ("cut-photo.jpg", "damaged", "before the picture does"),
    ("cut-pictures.zip", "damaged", "cut short"),
    ("cut-samples.npz", "damaged", "cut short"),
    ("cut-sparse.dipha", "damaged", "do not fill the 104 bytes"),
    ("cut-version-1.npy", "damaged", "48 bytes"),
    ("encrypted.zip", "unsupported", "password"),
    ("half-a-point.csv", "unsupported", "line 3: “0 1.5 1” is no pair"),
    ("negative.sparse", "invalid-distance", "points 1 and 2 is -1"),
    ("nested.zip", "unsupported", "archive within an archive"),
    ("network.pt", "unsupported", "torch.onnx.export"),
    ("not-finite.csv", "not-finite", "line 2"),
    ("not-finite.npy", "not-finite", "and 3 more"),
    ("objects.npy", "unsupported", "Python objects"),
    ("overlapping.zip", "damaged", "share bytes"),
    ("pickle.pkl", "unsupported", "pickle"),
    ("ragged.csv", "ragged-row", "line 3"),
    ("sparse-blocks.npz", "unsupported", "tocsr()"),
    ("sparse-not-square.npz", "unsupported", "5 × 7"),
    ("sparse-outside.npz", "damaged", "outside its 5 rows"),
    ("sparse-rows.npz", "damaged", "rows do not begin"),
    ("sparse-similarities.npz", "non-zero-diagonal", "1 − similarity"),
    ("too-few-labels.npz", "length-mismatch", "4 entries"),
    ("two-lengths.sparse", "asymmetric", "(0, 1) is 1 but (1, 0) is 2"),
    ("unequal-layers.npz", "unsupported", "first has 4 rows but second has 5"),
    ("words.csv", "not-a-number", "line 2, column 2"),
];

#[test]
fn every_kind_of_broken_file_has_its_sentence() {
    let n_files =
        std::fs::read_dir(format!("{}/tests/data/readers/broken", env!("CARGO_MANIFEST_DIR"))).unwrap().count();
    assert_eq!(n_files, BROKEN.len());
    for (name, kind, words) in BROKEN {
        let bytes = file(&format!("broken/{name}"));
        let error = match read(&[File { name, bytes: &bytes }], &ReadOptions::default()) {
            Err(error) => error,
            Ok(read) => panic!("{name} was read: {:?}", read.notes),
        };
        let sentence = error.to_string();
        assert_eq!(error.kind(), kind, "{sentence}");
        assert!(sentence.contains(words), "{name}: {sentence}");
        assert!(sentence.contains(name) || GEOMETRY.contains(&kind), "{sentence}");
    }
}

#[test]
fn archives_are_unpacked_before_anything_is_read() {
    let pictures = try_read(&["pictures.zip"], &ReadOptions::default()).unwrap();
    assert_eq!(pictures.name, "3 pictures");
    let Data::Samples(pictures) = pictures.data else { panic!("pictures") };
    assert_eq!((pictures.n_samples(), pictures.shape()), (3, &[45, 60, 3][..]));
    let labels = pictures.labels().unwrap();
    assert_eq!((labels.classes(), labels.of_sample()), (&["colour", "grey"].map(String::from)[..], &[0, 0, 1][..]));
    assert_eq!(floats(&samples("stored.zip")), [1.0, 2.0, 3.0, 4.0]);
    let bytes = file("pictures.zip");
    let small = ReadOptions { max_unpacked: 6000, ..ReadOptions::default() };
    assert_eq!(read(&[File { name: "pictures.zip", bytes: &bytes }], &small).unwrap_err().kind(), "too-large");
}
