//! Files of every format that is read: the good ones, the refused ones in their words, and broken ones in thousands.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use std::fmt::Write as _;
use std::io::Write as _;

use bettiscope::data::{Data, File, Format, Labels, Read, ReadOptions, Samples, Texts, Values, balanced, read};
use bettiscope::geometry::DistanceMatrix;
use bettiscope::random::Random;
use bettiscope::{Error, Result};

fn read_as(files: &[(&str, &[u8])], format: Option<Format>) -> Result<Read> {
    let files: Vec<File<'_>> = files.iter().map(|&(name, bytes)| File { name, bytes }).collect();
    read(&files, &ReadOptions { format, ..ReadOptions::default() })
}

fn samples(files: &[(&str, &[u8])]) -> Samples {
    match read_as(files, None).unwrap().data {
        Data::Samples(samples) => samples,
        _ => panic!("read as something else"),
    }
}

fn distances(name: &str, bytes: &[u8], format: Option<Format>) -> DistanceMatrix {
    match read_as(&[(name, bytes)], format).unwrap().data {
        Data::Distances(matrix) => matrix,
        _ => panic!("read as something else"),
    }
}

fn texts(files: &[(&str, &[u8])], format: Option<Format>) -> Texts {
    match read_as(files, format).unwrap().data {
        Data::Texts(texts) => texts,
        _ => panic!("read as something else"),
    }
}

fn error(name: &str, bytes: &[u8]) -> Error {
    refused(&[(name, bytes)], &ReadOptions::default())
}

fn refused(files: &[(&str, &[u8])], options: &ReadOptions) -> Error {
    let files: Vec<File<'_>> = files.iter().map(|&(name, bytes)| File { name, bytes }).collect();
    match read(&files, options) {
        Err(error) => error,
        Ok(read) => panic!("{} was read: {:?}", read.name, read.notes),
    }
}

fn floats(samples: &Samples) -> &[f32] {
    match samples.values() {
        Values::F32(values) => values,
        Values::U8(_) => panic!("bytes"),
    }
}

fn pixels(samples: &Samples) -> &[u8] {
    match samples.values() {
        Values::U8(values) => values,
        Values::F32(_) => panic!("floats"),
    }
}

fn npy_version(version: u8, descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let fortran = if fortran { "True" } else { "False" };
    let header = format!("{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY".to_vec();
    bytes.extend([version, 0]);
    if version == 1 {
        bytes.extend((header.len() as u16).to_le_bytes());
    } else {
        bytes.extend((header.len() as u32).to_le_bytes());
    }
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    npy_version(1, &format!("'{descr}'"), false, shape, data)
}

fn f32s(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn idx(code: u8, dims: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, code, dims.len() as u8];
    bytes.extend(dims.iter().flat_map(|d| d.to_be_bytes()));
    bytes.extend(data);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn dipha(kind: i64, n: i64, values: &[f64]) -> Vec<u8> {
    let header = [8_067_171_840, kind, n].into_iter().flat_map(i64::to_le_bytes);
    header.chain(values.iter().flat_map(|v| v.to_le_bytes())).collect()
}

// --- NumPy ---

#[test]
fn npy_reads_every_plain_type_in_both_byte_orders() {
    let wanted = [1.0, 0.0, 1.0, 1.0];
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("|b1", vec![1, 0, 1, 1]),
        ("|i1", vec![1, 0, 1, 1]),
        ("<i2", [1_i16, 0, 1, 1].into_iter().flat_map(i16::to_le_bytes).collect()),
        (">i4", [1_i32, 0, 1, 1].into_iter().flat_map(i32::to_be_bytes).collect()),
        ("<i8", [1_i64, 0, 1, 1].into_iter().flat_map(i64::to_le_bytes).collect()),
        (">u2", [1_u16, 0, 1, 1].into_iter().flat_map(u16::to_be_bytes).collect()),
        ("<u4", [1_u32, 0, 1, 1].into_iter().flat_map(u32::to_le_bytes).collect()),
        (">u8", [1_u64, 0, 1, 1].into_iter().flat_map(u64::to_be_bytes).collect()),
        ("<f2", [0x3c00_u16, 0, 0x3c00, 0x3c00].into_iter().flat_map(u16::to_le_bytes).collect()),
        (">f2", [0x3c00_u16, 0, 0x3c00, 0x3c00].into_iter().flat_map(u16::to_be_bytes).collect()),
        ("<f4", f32s(&wanted)),
        (">f4", wanted.iter().flat_map(|v| v.to_be_bytes()).collect()),
        ("<f8", wanted.iter().flat_map(|&v| f64::from(v).to_le_bytes()).collect()),
        (">f8", wanted.iter().flat_map(|&v| f64::from(v).to_be_bytes()).collect()),
    ];
    for (descr, data) in cases {
        let samples = samples(&[("points.npy", &npy(descr, "(2, 2)", &data))]);
        assert_eq!(samples.shape(), [2], "{descr}");
        assert_eq!(floats(&samples), wanted, "{descr}");
    }
}

#[test]
fn npy_halves_keep_signs_and_subnormals() {
    let halves = [0xc000_u16, 0x3555, 0x0001, 0x7bff].into_iter().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let samples = samples(&[("a.npy", &npy("<f2", "(4,)", &halves))]);
    assert_eq!(floats(&samples), [-2.0, 0.333_251_95, 5.960_464_5e-8, 65504.0]);
    assert_eq!((samples.n_samples(), samples.shape()), (4, &[1][..]));
}

#[test]
fn npy_versions_and_column_major_order_make_no_difference() {
    for version in 1..=3 {
        let bytes = npy_version(version, "'<f4'", true, "(2, 3)", &f32s(&[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]));
        assert_eq!(floats(&samples(&[("a.npy", &bytes)])), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }
    let bytes = npy_version(1, "'|u1'", true, "(2, 1, 2)", &[1, 3, 2, 4]);
    assert_eq!(pixels(&samples(&[("a.npy", &bytes)])), [1, 2, 3, 4]);
}

#[test]
fn npy_pictures_stay_bytes_and_other_shapes_are_kept() {
    let grey = samples(&[("a.npy", &npy("|u1", "(2, 1, 2)", &[1, 2, 3, 4]))]);
    assert_eq!((grey.shape(), pixels(&grey)), (&[1, 2][..], &[1, 2, 3, 4][..]));
    assert_eq!(samples(&[("a.npy", &npy("|u1", "(2, 2, 1, 1)", &[1, 2, 3, 4]))]).shape(), [2, 1]);
    let colour = samples(&[("a.npy", &npy("|u1", "(1, 1, 2, 3)", &[1, 2, 3, 4, 5, 6]))]);
    assert_eq!((colour.shape(), pixels(&colour).len()), (&[1, 2, 3][..], 6));
    assert_eq!(samples(&[("a.npy", &npy("|u1", "(1, 1, 2, 2)", &[1, 2, 3, 4]))]).shape(), [2, 2]);
    let torch = samples(&[("a.npy", &npy("|u1", "(2, 3, 1, 2)", &[1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]))]);
    assert_eq!((torch.shape(), pixels(&torch)), (&[1, 2, 3][..], &[1, 3, 5, 2, 4, 6, 1, 3, 5, 2, 4, 6][..]));
    let flat = samples(&[("a.npy", &npy("|u1", "(2, 2)", &[1, 2, 3, 4]))]);
    assert_eq!((flat.shape(), pixels(&flat)), (&[2][..], &[1, 2, 3, 4][..]));
    let planes = samples(&[("a.npy", &npy("<f4", "(1, 3, 1, 2)", &f32s(&[0.5; 6])))]);
    assert_eq!((planes.shape(), floats(&planes)), (&[3, 1, 2][..], &[0.5; 6][..]));
}

#[test]
fn npy_refuses_in_words() {
    for (descr, word) in
        [("|O", "Python objects"), ("<c8", "complex"), ("<U4", "names only"), ("<M8[ns]", "dates"), ("<f16", "<f16")]
    {
        let message = error("a.npy", &npy(descr, "(1,)", &[0; 16])).to_string();
        assert!(message.starts_with("a.npy") && message.contains(word), "{message}");
    }
    let structured = npy_version(1, "[('x', '<f4')]", false, "(1,)", &[0; 4]);
    assert!(error("a.npy", &structured).to_string().contains("structured"));
    assert_eq!(error("a.npy", &npy("<f4", "()", &[0; 4])).kind(), "unsupported");
    assert_eq!(error("a.npy", &npy("<f4", "(0, 3)", &[])).kind(), "empty");
    assert_eq!(error("a.npy", &npy("<f4", "(2, 2)", &[0; 15])).kind(), "damaged");
    assert_eq!(error("a.npy", &npy("<f4", "(2, 2)", &[0; 17])).kind(), "damaged");
    assert_eq!(error("a.npy", &npy("<f8", "(4294967296, 4294967296, 4294967296)", &[])).kind(), "damaged");
    assert_eq!(error("a.npy", &npy_version(9, "'<f4'", false, "(1,)", &[0; 4])).kind(), "damaged");
    assert_eq!(error("a.npy", b"").kind(), "damaged");
    let wanted = Error::NotFinite { what: "a.npy".into(), sample: 1, position: 0, value: "NaN".into(), n_more: 0 };
    assert_eq!(error("a.npy", &npy("<f4", "(2, 2)", &f32s(&[0.0, 1.0, f32::NAN, 2.0]))), wanted);
}

#[test]
fn a_second_array_of_integers_is_labels() {
    let points = npy("<f4", "(3, 2)", &f32s(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]));
    let y = npy("|i1", "(3,)", &[2, 0, 2]);
    let both = samples(&[("y.npy", &y), ("X.npy", &points)]);
    let labels = both.labels().unwrap();
    assert_eq!((labels.classes(), labels.of_sample()), (&["0", "1", "2"].map(String::from)[..], &[2, 0, 2][..]));
    let negative = npy("|i1", "(3,)", &[5, 255, 5]);
    let signed = samples(&[("X.npy", &points), ("target.npy", &negative)]);
    assert_eq!(signed.labels().unwrap().classes(), ["-1", "5"]);
    let listed = samples(&[("X.npy", &points), ("labels.csv", b"label\nrose\nlily\nrose\n")]);
    assert_eq!(listed.labels().unwrap().of_sample(), [1, 0, 1]);
    let short = read_as(&[("X.npy", &points), ("y.npy", &npy("|i1", "(2,)", &[0, 1]))], None).unwrap_err();
    assert_eq!(short.kind(), "length-mismatch");
    let twice = read_as(&[("X.npy", &points), ("Z.npy", &points)], None).unwrap_err();
    assert!(twice.to_string().contains("one data set at a time"), "{twice}");
    let selected = both.select(&[2, 1]);
    assert_eq!((floats(&selected), selected.labels().unwrap().of_sample()), (&[4.0, 5.0, 2.0, 3.0][..], &[2, 0][..]));
}

// --- IDX ---

#[test]
fn idx_pictures_labels_and_names_belong_together() {
    let pictures = idx(8, &[2, 1, 3], &[1, 2, 3, 4, 5, 6]);
    let labels = idx(8, &[2], &[1, 0]);
    let files: [(&str, &[u8]); 3] = [
        ("labels.idx1-ubyte.gz", &gzip(&labels)),
        ("classes.txt", b"T-shirt/top\r\nAnkle boot\r\n"),
        ("images.idx3-ubyte.gz", &gzip(&pictures)),
    ];
    let all = read_as(&files, None).unwrap();
    assert_eq!(all.name, "images.idx3-ubyte.gz");
    let all = samples(&files);
    assert_eq!((all.n_samples(), all.shape(), pixels(&all)), (2, &[1, 3][..], &[1, 2, 3, 4, 5, 6][..]));
    assert_eq!(all.labels().unwrap().classes(), ["T-shirt/top", "Ankle boot"]);
    assert_eq!(all.labels().unwrap().of_sample(), [1, 0]);
    let plain = samples(&[("train-images-idx3-ubyte", &pictures), ("train-labels-idx1-ubyte", &labels)]);
    assert_eq!(plain.labels().unwrap().classes(), ["0", "1"]);
    assert!(samples(&[("images.idx3-ubyte", &pictures)]).labels().is_none());
}

#[test]
fn idx_other_types_are_numbers() {
    let values: Vec<u8> = [-1.5_f32, 2.0].iter().flat_map(|v| v.to_be_bytes()).collect();
    let points = samples(&[("points.idx", &idx(0x0D, &[2, 1], &values))]);
    assert_eq!((points.shape(), floats(&points)), (&[1][..], &[-1.5, 2.0][..]));
}

#[test]
fn idx_refuses_in_words() {
    let labels = idx(8, &[2], &[1, 0]);
    assert!(error("labels.idx1-ubyte", &labels).to_string().contains("drop the samples"));
    assert_eq!(error("a.idx", &idx(8, &[2, 1, 3], &[0; 5])).kind(), "damaged");
    assert_eq!(error("a.idx", &idx(8, &[2, 1, 3], &[0; 7])).kind(), "damaged");
    assert_eq!(error("a.idx", &idx(8, &[u32::MAX, u32::MAX, u32::MAX], &[0; 7])).kind(), "damaged");
    assert_eq!(error("a.npy.gz", &gzip(b"\x93NUMPY")).kind(), "damaged");
    assert_eq!(error("a.png.gz", &gzip(b"\x89PNG")).kind(), "unsupported");
    let pictures = idx(8, &[2, 1, 3], &[0; 6]);
    let wrong = read_as(&[("a.idx", &pictures), ("b.idx", &idx(8, &[3], &[0; 3]))], None).unwrap_err();
    assert_eq!(wrong.kind(), "length-mismatch");
    let few = read_as(&[("a.idx", &pictures), ("b.idx", &labels), ("classes.txt", b"only one")], None).unwrap_err();
    assert_eq!(few.kind(), "length-mismatch");
}

#[test]
fn a_gzip_bomb_is_not_unpacked() {
    let bomb = gzip(&idx(8, &[1000, 1000, 200], &vec![0; 200_000_000]));
    assert!(bomb.len() < 1_000_000);
    let options = ReadOptions { max_unpacked: 100 << 20, ..ReadOptions::default() };
    assert_eq!(refused(&[("bomb.gz", &bomb)], &options).kind(), "too-large");
    let liar = gzip(&idx(8, &[1, 1, 1], &vec![0; 10_000_000]));
    assert_eq!(error("liar.gz", &liar).kind(), "damaged");
}

// --- CSV ---

#[test]
fn csv_reads_every_delimiter() {
    for text in [
        "1,2.5\n3,-4e0\n",
        "\u{feff}1;2,5\r\n3;-4,0\r\n",
        "# made by hand\n1\t2.5\n\n3\t-4\n",
        "1 2.5\n 3   -4",
        "x,y\n1,2.5\n3,-4\n",
        "\"a;b\";\"c\"\n\"1\";\"2.5\"\n3;-4\n",
        "1,2.5,\n3,-4,\n",
        "1,2.5\r3,-4\r",
        ",x,y\n0,1,2.5\n1,3,-4\n",
        ",0,1\n0,1,2.5\n1,3,-4\n",
    ] {
        let points = samples(&[("points.csv", text.as_bytes())]);
        assert_eq!((points.shape(), floats(&points)), (&[2][..], &[1.0, 2.5, 3.0, -4.0][..]), "{text:?}");
        assert!(points.labels().is_none(), "{text:?}");
    }
    let one = samples(&[("line.txt", b"1\n2\n3\n4\n")]);
    assert_eq!((one.n_samples(), one.shape()), (4, &[1][..]));
}

#[test]
fn packed_text_is_text() {
    assert_eq!(floats(&samples(&[("a.csv.gz", &gzip(b"1,2\n3,4\n"))])), [1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn csv_finds_the_labels() {
    for text in [
        "a,b,species\n1,2,rose\n3,4,lily\n5,6,rose\n",
        "1,2,rose\n3,4,lily\n5,6,rose\n",
        "Class,a,b\nrose,1,2\nlily,3,4\nrose,5,6\n",
        "a,b,name\n1,2,rose\n3,4,lily\n5,6,rose\n",
    ] {
        let flowers = samples(&[("flowers.csv", text.as_bytes())]);
        assert_eq!(floats(&flowers), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "{text:?}");
        let labels = flowers.labels().unwrap();
        assert_eq!((labels.classes(), labels.of_sample()), (&["lily", "rose"].map(String::from)[..], &[1, 0, 1][..]));
    }
    let digits = samples(&[("digits.csv", b"label,1x1,1x2\n3,0,1\n1,1,0\n")]);
    assert_eq!((digits.shape(), digits.labels().unwrap().of_sample()), (&[2][..], &[3, 1][..]));
    let targets = samples(&[("a.csv", b"a,b,target\n1,2,0.5\n3,4,0.7\n")]);
    assert_eq!((targets.shape(), targets.labels()), (&[2][..], None));
}

#[test]
fn csv_refuses_in_words_with_real_line_numbers() {
    let wanted = Error::RaggedRow { name: "a.csv".into(), line: 5, expected: 2, found: 3 };
    assert_eq!(error("a.csv", b"# points\nx,y\n\n1,2\n1,2,3\n"), wanted);
    let wanted = Error::NotANumber { name: "a.csv".into(), line: 3, column: 2, text: "two".into() };
    assert_eq!(error("a.csv", b"x,y\n1,2\n1,two\n5,6"), wanted);
    assert_eq!(error("a.csv", b"1,2,3\n1,,3\n1,2,3").kind(), "not-a-number");
    let wanted =
        Error::NotFinite { what: "a.csv, line 3".into(), sample: 1, position: 0, value: "NaN".into(), n_more: 0 };
    assert_eq!(error("a.csv", b"1,2\n\nnan,3\n"), wanted);
    assert_eq!(error("a.csv", b"1,2\n1e300,3\n").kind(), "not-finite");
    for nothing in [&b""[..], b"\n\n", b"# nothing\n", b"x,y\n"] {
        assert_eq!(error("a.csv", nothing).kind(), "empty");
    }
    assert_eq!(error("a.csv", b"1,2\0\n").kind(), "unsupported");
    assert!(error("a.csv", b"\xff\xfe1\0,").to_string().contains("UTF-16"));
}

#[test]
fn csv_of_many_lines_is_fast() {
    let mut text = String::new();
    for i in 0..100_000 {
        writeln!(text, "{i},{}.5,3,4", i * 2).unwrap();
    }
    let start = std::time::Instant::now();
    assert_eq!(samples(&[("a.csv", text.as_bytes())]).n_samples(), 100_000);
    assert!(start.elapsed().as_secs() < 5);
}

// --- distances ---

const PROSE: &str = "a tree with needles\n\nan animal, small; with four legs\r\n42 people in a row\n";

#[test]
fn lines_of_words_are_texts_with_labels_and_names_beside_them() {
    let labels = idx(8, &[3], &[1, 0, 1]);
    let packed = gzip(PROSE.as_bytes());
    let (labels, names): (&[u8], &[u8]) = (&labels, b"animal\nplant\n");
    for (name, bytes) in [("train-texts.txt.gz", packed.as_slice()), ("notes.txt", PROSE.as_bytes())] {
        let read = texts(&[(name, bytes), ("train-labels.idx1-ubyte", labels), ("classes.txt", names)], None);
        assert_eq!(read.texts(), ["a tree with needles", "an animal, small; with four legs", "42 people in a row"]);
        let labels = read.labels().unwrap();
        assert_eq!(
            (labels.of_sample(), labels.classes()),
            (&[1, 0, 1][..], &["animal".to_string(), "plant".into()][..])
        );
    }
    let classes: &[u8] = b"plant\nanimal\nperson\n";
    let read = texts(&[("notes.txt", PROSE.as_bytes()), ("labels.txt", classes)], None);
    assert_eq!(read.labels().unwrap().of_sample(), [2, 0, 1]);
}

#[test]
fn single_words_are_texts_when_the_name_or_the_user_says_so() {
    let words: &[u8] = b"tree\nhouse\n";
    assert_eq!(texts(&[("my-texts.txt", words)], None).texts(), ["tree", "house"]);
    assert_eq!(texts(&[("words.txt", words)], Some(Format::Texts)).texts(), ["tree", "house"]);
    assert!(read_as(&[("words.txt", words)], None).is_err());
}

#[test]
fn tables_with_a_column_of_texts_are_texts() {
    let header: &[u8] = b"id,text,label\n1,\"good, very good\",pos\n2,bad,neg\n";
    let read = texts(&[("reviews.csv", header)], None);
    assert_eq!(read.texts(), ["good, very good", "bad"]);
    assert_eq!(read.labels().unwrap().classes(), ["neg", "pos"]);
    let bare: &[u8] = b"0\tthe film was long\n1\tnobody liked the end\n0\tit rained all day\n";
    let read = texts(&[("films.tsv", bare)], None);
    assert_eq!(
        (read.texts()[1].as_str(), read.labels().unwrap().of_sample()),
        ("nobody liked the end", &[0, 1, 0][..])
    );
    let ragged = read_as(&[("reviews.csv", &b"text,label\na b c,x\nd e f\n"[..])], None).unwrap_err();
    assert_eq!(ragged, Error::RaggedRow { name: "reviews.csv".into(), line: 3, expected: 2, found: 1 });
}

#[test]
fn quoted_cells_go_on_over_ends_of_lines() {
    let table: &[u8] = b"text,label\r\n\"two\r\n\r\n# lines, and \"\"more\"\"\",x\r\n\"one\",y\r\n";
    let read = texts(&[("reviews.csv", table)], None);
    assert_eq!(read.texts(), ["two\r\n\r\n# lines, and \"more\"", "one"]);
    let bare: &[u8] = b"\"first it rained\nand then, it did not\",1\n\"nobody liked\nthe end\",0\n";
    let read = texts(&[("films.csv", bare)], None);
    assert_eq!(read.texts(), ["first it rained\nand then, it did not", "nobody liked\nthe end"]);
    assert_eq!(read.labels().unwrap().of_sample(), [1, 0]);
    // A stray mark swallows no lines, and lines are counted as editors do.
    for (table, line, found) in [
        ("text\tlabel\n\"so good\t1\nthe \"end\" was bad\t0\n", 2, 1),
        ("text\tlabel\n\"so good\t1\n\"so bad\t0\n", 2, 1),
        ("text\tlabel\n\"so\ngood\"\t1\nbad\n", 4, 1),
    ] {
        let wanted = Error::RaggedRow { name: "reviews.tsv".into(), line, expected: 2, found };
        assert_eq!(error("reviews.tsv", table.as_bytes()), wanted, "{table:?}");
    }
}

#[test]
fn json_lines_and_arrays_are_texts() {
    let lines = "{\"label\": 1, \"text\": \"a \\\"good\\\"\\nfilm\"}\n\n{\"text\": \"caf\\u00e9\", \"label\": 0}\r\n";
    let array = "\u{feff}[\n {\"id\": 7, \"Title\": \"-\", \"Sentence\": \"a \\\"good\\\"\\nfilm\", \"category\": 1.0},
        {\"Sentence\": \"café\", \"Title\": \"-\", \"category\": 0}]";
    let packed = gzip(lines.as_bytes());
    for (name, bytes) in [
        ("reviews.jsonl", lines.as_bytes()),
        ("reviews.NDJSON", lines.as_bytes()),
        ("reviews.json", lines.as_bytes()),
        ("reviews", lines.as_bytes()),
        ("reviews.txt", lines.as_bytes()),
        ("reviews.jsonl.gz", &packed),
        ("reviews.json", array.as_bytes()),
        ("reviews", array.as_bytes()),
    ] {
        let read = texts(&[(name, bytes)], None);
        assert_eq!(read.texts(), ["a \"good\"\nfilm", "café"], "{name}");
        assert_eq!(read.labels().unwrap().of_sample(), [1, 0], "{name}");
    }
    let words: &[u8] = br#"{"review": "so good", "class": "pos"} {"review": "x"}"#;
    assert!(error("a.jsonl", words).to_string().contains("line 1: is broken JSON (trailing characters, column 39)"));
    let words: &[u8] = b"{\"review\": \"so good\", \"class\": \"pos\"}\n{\"review\": \"bad\", \"class\": \"neg\"}";
    assert_eq!(texts(&[("a.jsonl", words)], None).labels().unwrap().classes(), ["neg", "pos"]);
    let plain = texts(&[("a.json", br#"["tree", "a house"]"#), ("labels.txt", b"plant\nthing\n")], None);
    assert_eq!((plain.texts().len(), plain.labels().unwrap().of_sample()), (2, &[0, 1][..]));
    let scores = texts(&[("a.jsonl", br#"{"text": "good", "target": 0.5}"#)], None);
    assert_eq!((scores.texts().len(), scores.labels()), (1, None));
}

#[test]
fn json_is_refused_in_words_with_the_line() {
    for (name, json, wanted) in [
        (
            "a.jsonl",
            "{\"text\": \"x\"}\n\n{\"text\": \"y\n",
            "a.jsonl, line 3: is broken JSON (EOF while parsing a string, column",
        ),
        ("a.json", "[\n\"x\",\n\"y\" \"z\"]", "a.json, line 3: is broken JSON (expected `,` or `]`, column"),
        ("a.json", "{\n\"text\": \"x\"\n}", "a.json, line 1: is broken JSON (EOF while parsing an object"),
        ("a.json", "[[1, 2], [3, 4]]", "a.json, entry 1: there is no string under \"text\"; write {"),
        ("a.jsonl", "{\"content\": \"x\"}\n{\"text\": \"x\"}", "a.jsonl, line 2: there is no string under \"content\""),
        ("a.jsonl", "{\"text\": \"x\"}\n{\"text\": null}", "a.jsonl, line 2: there is no string under \"text\""),
        ("a.json", "[\"x\", \" \"]", "a.json, entry 2: its text is blank"),
        (
            "a.jsonl",
            "{\"text\": \"x\", \"label\": 1}\n{\"text\": \"x\"}",
            "a.jsonl, line 2: there is no number and no word under",
        ),
        (
            "a.jsonl",
            "{\"text\": \"x\", \"label\": 1}\n{\"text\": \"x\", \"label\": [1]}",
            "a.jsonl, line 2: there is no number",
        ),
    ] {
        let error = error(name, json.as_bytes());
        assert!(error.to_string().starts_with(wanted), "{json:?}: {error}");
    }
    for nothing in ["", "\n", "[]"] {
        assert_eq!(error("a.json", nothing.as_bytes()).kind(), "empty");
    }
    assert_eq!(error("a.json", "[".repeat(100_000).as_bytes()).kind(), "unsupported");
}

#[test]
fn texts_of_other_encodings_are_decoded() {
    let german: &[u8] = b"text,label\nsch\xf6ne \x84Gr\xfc\xdfe\x93 f\xfcr 5 \x80,gut\nm\xfc\xdfig,schlecht\n";
    let read = read_as(&[("reviews.csv", german)], None).unwrap();
    assert!(read.notes[0].contains("first in line 2) and was read as Windows-1252"), "{:?}", read.notes);
    let Data::Texts(found) = read.data else { panic!("no texts") };
    assert_eq!(found.texts(), ["schöne „Grüße“ für 5 €", "müßig"]);
    // One damaged letter spoils no others.
    let damaged = texts(&[("my-texts.txt", b"sch\xc3\xb6n\nb\xf6se\n")], None);
    assert_eq!(damaged.texts(), ["schön", "böse"]);
    let json = "{\"text\": \"schön 😀\"}\n";
    for (mark, unit) in [([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]), ([0xfe, 0xff], u16::to_be_bytes)] {
        let bytes: Vec<u8> = mark.into_iter().chain(json.encode_utf16().flat_map(unit)).collect();
        assert_eq!(texts(&[("a.jsonl", &bytes)], None).texts(), ["schön 😀"]);
        assert!(error("a.jsonl", &bytes[..bytes.len() - 1]).to_string().contains("UTF-16"));
    }
    let utf8 = read_as(&[("my-texts.txt", "schön\n".as_bytes())], None).unwrap();
    assert_eq!(utf8.notes.len(), 1, "{:?}", utf8.notes);
}

#[test]
fn numbers_and_names_are_no_texts() {
    assert_eq!(samples(&[("points.txt", b"1 2 3\n4 5 6\n")]).shape(), [3]);
    assert_eq!(
        samples(&[("irises.csv", b"5.1,3.5,Iris setosa of Alaska\n4.9,3,Iris setosa of Alaska\n")]).shape(),
        [2]
    );
    let names: &[u8] = b"a long class name\nanother long class name\n";
    let named = samples(&[("p.csv", b"x,y,class\n1,2,0\n3,4,1\n"), ("classes.txt", names)]);
    assert_eq!(named.labels().unwrap().classes()[1], "another long class name");
}

#[test]
fn texts_are_refused_in_words() {
    let wrong_labels =
        read_as(&[("notes.txt", PROSE.as_bytes()), ("l.idx", &idx(8, &[2], &[1, 0]))], None).unwrap_err();
    assert_eq!(wrong_labels.kind(), "length-mismatch");
    assert_eq!(error("my-texts.txt", b" \n\n").kind(), "empty");
    let cut = &gzip(PROSE.repeat(100).as_bytes())[..60];
    assert_eq!(error("train-texts.txt.gz", cut).kind(), "damaged");
    let blank = read_as(&[("reviews.csv", &b"text,label\n,x\nd e f,y\n"[..])], None).unwrap_err();
    assert!(blank.to_string().contains("reviews.csv, line 2: its text is blank"), "{blank}");
}

#[test]
fn distance_texts_of_ripser_agree() {
    let lower = [3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
    for (name, text, format) in [
        ("a.txt", "\n3\n4,5\n6,7,8\n", None),
        ("a.txt", "3\n4,5\n6,7,8\n", None),
        ("a.txt", "3,\n4,5,\n6,7,8,\n", None),
        ("a.txt", "0\n3 0\n4 5 0\n6 7 8 0\n", None),
        ("a.lower_distance_matrix", "3 4 5 6 7 8", None),
        ("a.txt", "3\n4 5\n6 7 8", Some(Format::Lower)),
        ("a.txt", "3,4,6\n5,7\n8\n", None),
        ("a.txt", "0,3,4,6\n0,5,7\n0,8\n0\n", None),
        ("a.upper_distance_matrix", "3,4,6,5,7,8", None),
        ("a.txt", "3 4 6 5 7 8", Some(Format::Upper)),
        ("a.txt", "0 3 4 6\n3 0 5 7\n4 5 0 8\n6 7 8 0\n", None),
        ("a.csv", "0,3,4,6\n3,0,5,7\n4,5,0,8\n6,7,8,0", Some(Format::Full)),
        ("a.csv", ",a,b,c,d\na,0,3,4,6\nb,3,0,5,7\nc,4,5,0,8\nd,6,7,8,0", None),
        ("dist.csv", ",0,1,2,3\n0,0,3,4,6\n1,3,0,5,7\n2,4,5,0,8\n3,6,7,8,0", None),
    ] {
        let matrix = distances(name, text.as_bytes(), format);
        assert_eq!((matrix.n_points(), matrix.lower()), (4, &lower[..]), "{text:?}");
    }
    let text = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/homology/projective_plane.lower_distance_matrix"
    ));
    assert_eq!(distances("projective_plane.lower_distance_matrix", &text.unwrap(), None).n_points(), 13);
}

fn pairs(name: &str, text: &str, format: Option<Format>) -> Option<Vec<([u32; 2], f32)>> {
    match read_as(&[(name, text.as_bytes())], format).unwrap().data {
        Data::SparseDistances(distances) => Some(distances.pairs().collect()),
        _ => None,
    }
}

#[test]
fn pairs_written_in_any_order_are_read_again() {
    let mut random = Random::new(5);
    for round in 0..60 {
        let n = 4 + random.below(20) as u32;
        // A path, so that every point is in a pair, and some more.
        let mut edges: Vec<([u32; 2], f32)> = Vec::new();
        for (i, j) in (1..n).flat_map(|i| (0..i).map(move |j| (i, j))) {
            if i == j + 1 || random.below(3) == 0 {
                edges.push(([j, i], random.below(1000) as f32 / 64.0));
            }
        }
        let mut lines: Vec<String> = edges
            .iter()
            .flat_map(|([i, j], d)| match round % 3 {
                0 => vec![format!("{i} {j} {d}")],
                1 => vec![format!("{j} {i} {d}")],
                _ => vec![format!("{i} {j} {d}"), format!("{j} {i} {d}")],
            })
            .collect();
        for i in (1..lines.len()).rev() {
            lines.swap(i, random.below(i + 1));
        }
        let text = lines.join("\n");
        edges.sort_by(|a, b| a.1.total_cmp(&b.1).then((a.0[1], a.0[0]).cmp(&(b.0[1], b.0[0]))));
        assert_eq!(pairs("graph.txt", &text, None), Some(edges), "{text}");
        // Who says that they are points is believed.
        assert_eq!(pairs("graph.txt", &text, Some(Format::Points)), None);
    }
}

#[test]
fn points_in_space_are_not_taken_for_pairs() {
    for text in [
        "0,1,2\n1,2,3\n2,3,4.5\n5,9,1\n", // 4 is missing
        "0,0,1\n0,1,2\n1,0,3\n1,1,4\n",   // a pixel on the diagonal
        "0,1,2\n1,0,3\n1,2,4\n0,2,4\n",   // one pair, two lengths
        "0,1,2\n0,1,2\n1,2,4\n0,2,4\n",   // twice
        "0,1,-2\n1,2,3\n2,3,4\n",         // below nothing
        "0.5,1,2\n1,2,3\n2,3,4\n",
        "0,1,2\n0,2,3\n",
    ] {
        assert_eq!(pairs("cloud.csv", text, None), None, "{text}");
    }
    assert!(pairs("cloud.sparse", "0,1,2\n0,2,3\n", None).is_some());
    let read = read_as(&[("graph.coo", b"1 2 1\n2 3 1\n1 3 1.5\n")], None).unwrap();
    assert!(
        read.notes[1].contains("point 0 is in no pair") && read.notes[1].contains("subtract 1"),
        "{:?}",
        read.notes
    );
    let refused = read_as(&[("graph.csv", b"0 1 1\n1 2\n")], Some(Format::Sparse)).unwrap_err();
    assert_eq!(refused.kind(), "ragged-row");
}

#[test]
fn a_square_of_points_stays_points() {
    assert_eq!(samples(&[("a.csv", b"0,1,2\n3,4,5\n6,7,8\n")]).shape(), [3]);
    let square = b"0 3 4\n3 0 5\n4 5 0\n";
    assert!(matches!(read_as(&[("a.txt", square)], Some(Format::Points)).unwrap().data, Data::Samples(_)));
    assert!(matches!(read_as(&[("a.txt", b"1 2\n3\n")], Some(Format::Points)), Err(Error::RaggedRow { line: 2, .. })));
}

#[test]
fn bad_distances_are_named() {
    for (text, kind) in [
        ("0 1 2\n1 0 3\n2 4 0", "asymmetric"),
        ("1 1 2\n1 1 3\n2 3 1", "non-zero-diagonal"),
        ("0 -1 2\n-1 0 3\n2 3 0", "invalid-distance"),
        ("0 nan 2\nnan 0 3\n2 3 0", "invalid-distance"),
        ("0 x 2\nx 0 3\n2 3 0", "not-a-number"),
    ] {
        assert_eq!(error("dist.txt", text.as_bytes()).kind(), kind, "{text:?}");
        assert_eq!(read_as(&[("a.txt", text.as_bytes())], Some(Format::Full)).unwrap_err().kind(), kind, "{text:?}");
    }
    assert_eq!(error("a.lower_distance_matrix", b"1 2 3 4").kind(), "not-a-matrix");
    assert_eq!(error("a.upper_distance_matrix", b"1 2 3 4").kind(), "not-a-matrix");
    assert_eq!(error("a.lower_distance_matrix", b"").kind(), "empty");
    assert_eq!(read_as(&[("a.txt", b"0 1\n1 0\n1 1")], Some(Format::Full)).unwrap_err().kind(), "not-a-matrix");
    assert_eq!(read_as(&[("a.txt", b"0 1\n1\n")], Some(Format::Full)).unwrap_err().kind(), "ragged-row");
}

#[test]
fn binary_distances_are_read() {
    let square = [0.0, 3.0, 4.0, 3.0, 0.0, 5.0, 4.0, 5.0, 0.0];
    assert_eq!(distances("a.dipha", &dipha(7, 3, &square), None).lower(), [3.0, 4.0, 5.0]);
    assert_eq!(distances("a.bin", &dipha(7, 3, &square), Some(Format::Dipha)).lower(), [3.0, 4.0, 5.0]);
    let array = npy("<f8", "(3, 3)", &square.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>());
    assert_eq!(distances("distances.npy", &array, None).lower(), [3.0, 4.0, 5.0]);
    assert_eq!(error("a.dipha", &dipha(2, 3, &square)).kind(), "unsupported");
    assert_eq!(error("a.dipha", &dipha(7, 4, &square)).kind(), "damaged");
    assert_eq!(error("a.dipha", &dipha(7, -3, &square)).kind(), "damaged");
    assert_eq!(error("a.dipha", &dipha(7, i64::MAX, &square)).kind(), "damaged");
    assert_eq!(error("a.dipha", &dipha(7, 0, &[])).kind(), "empty");
    assert_eq!(error("a.dipha", &dipha(7, 2, &[0.0, 1.0, 2.0, 0.0])).kind(), "asymmetric");
}

// --- pictures ---

#[cfg(feature = "images")]
mod pictures {
    use std::io::Cursor;

    use image::{DynamicImage, GrayImage, ImageFormat, LumaA, Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    pub(super) fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn grey(width: u32, height: u32, value: u8) -> Vec<u8> {
        let picture = GrayImage::from_pixel(width, height, image::Luma([value]));
        encode(&picture.into(), ImageFormat::Png)
    }

    pub(super) fn colour(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, 200]))
    }

    #[test]
    fn grey_and_colour_keep_their_shapes() {
        let one = samples(&[("a.png", &grey(3, 2, 7))]);
        assert_eq!((one.shape(), pixels(&one)), (&[2, 3][..], &[7; 6][..]));
        let jpeg = encode(&colour(16, 8).into(), ImageFormat::Jpeg);
        assert_eq!(samples(&[("photo", &jpeg)]).shape(), [8, 16, 3]);
        let mixed = samples(&[("a.png", &grey(3, 2, 7)), ("b.png", &encode(&colour(3, 2).into(), ImageFormat::Png))]);
        assert_eq!((mixed.n_samples(), mixed.shape()), (2, &[2, 3, 3][..]));
        assert_eq!(&pixels(&mixed)[..21], [[7; 18].as_slice(), &[0, 0, 200]].concat());
    }

    #[test]
    fn transparency_is_white() {
        let clear = RgbaImage::from_fn(2, 1, |x, _| Rgba([10, 20, 30, if x == 0 { 0 } else { 255 }]));
        assert_eq!(
            pixels(&samples(&[("a.png", &encode(&clear.into(), ImageFormat::Png))])),
            [255, 255, 255, 10, 20, 30]
        );
        let half = image::GrayAlphaImage::from_pixel(1, 1, LumaA([0, 128]));
        assert_eq!(pixels(&samples(&[("a.png", &encode(&half.into(), ImageFormat::Png))])), [127]);
    }

    #[test]
    fn exif_turns_pictures_upright() {
        let jpeg = encode(&GrayImage::from_pixel(16, 8, image::Luma([9])).into(), ImageFormat::Jpeg);
        let exif = b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let turned = [&jpeg[..2], exif, &jpeg[2..]].concat();
        assert_eq!(samples(&[("a.jpg", &turned)]).shape(), [16, 8]);
    }

    #[test]
    fn sizes_and_folders_and_strangers() {
        let (small, large) = (grey(2, 2, 100), grey(8, 4, 100));
        let files: [(&str, &[u8]); 6] = [
            ("set/dog/1.png", &small),
            ("set/cat/2.png", &large),
            ("set/cat/.DS_Store", b"x"),
            ("set/README.md", b"hello"),
            ("set/cat/broken.png", &large[..40]),
            ("set/dog/3.png", &small),
        ];
        let read = read_as(&files, None).unwrap();
        let notes = read.notes.join("\n");
        assert!(notes.contains(".DS_Store") && notes.contains("README.md") && notes.contains("broken.png"), "{notes}");
        assert!(notes.contains("resized 2 of 3 pictures to 8 × 4 pixels"), "{notes}");
        assert_eq!(read.name, "3 pictures");
        let three = samples(&files);
        assert_eq!((three.shape(), pixels(&three)), (&[4, 8][..], &[100; 96][..]));
        assert_eq!(three.labels().unwrap().classes(), ["cat", "dog"]);
        // In the order of their names.
        assert_eq!(three.labels().unwrap().of_sample(), [0, 1, 1]);
        let options = ReadOptions { image_size: Some((5, 3)), ..ReadOptions::default() };
        let resized = bettiscope::data::read(&[File { name: "a.png", bytes: &large }], &options).unwrap();
        assert!(matches!(resized.data, Data::Samples(s) if s.shape() == [3, 5]));
        let options = ReadOptions { image_size: Some((0, 3)), ..ReadOptions::default() };
        let refused = bettiscope::data::read(&[File { name: "a.png", bytes: &large }], &options).unwrap_err();
        assert_eq!(refused.kind(), "invalid-setting");
    }

    fn classes(files: &[(&str, &[u8])]) -> (Vec<String>, Vec<u16>) {
        let samples = samples(files);
        let labels = samples.labels().expect("labels");
        (labels.classes().to_vec(), labels.of_sample().to_vec())
    }

    #[test]
    fn folders_that_split_a_set_are_no_classes() {
        let picture = grey(2, 2, 1);
        let set = |names: [&'static str; 3]| names.map(|name| (name, picture.as_slice()));
        let (names, of_sample) = classes(&set(["pets/train/dog/1.png", "pets/val/cat/1.png", "pets/val/dog/2.png"]));
        assert_eq!((names, of_sample), (vec!["cat".into(), "dog".into()], vec![1, 0, 1]));
        let (names, _) = classes(&set(["cats/train/1.png", "cats/test/2.png", "dogs/train/3.png"]));
        assert_eq!(names, ["cats", "dogs"]);
        assert!(samples(&set(["pets/1.png", "pets/2.png", "pets/10.png"])).labels().is_none());
        assert!(samples(&set(["pets/train/1.png", "pets/test/2.png", "3.png"])).labels().is_none());
    }

    #[test]
    fn tables_beside_pictures_tell_their_classes() {
        let picture = grey(2, 2, 1);
        let names = ["set/a/10.png", "set/a/2.png", "set/b/2.png"];
        let with = |name: &'static str, table: &'static [u8]| {
            let mut files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, picture.as_slice())).collect();
            files.push((name, table));
            classes(&files)
        };
        let wanted = (vec!["left".to_string(), "right".into()], vec![0, 1, 1]);
        // The order of the pictures is a/2, a/10, b/2.
        for table in [
            &b"file_name,label\na/2.png,left\na/10.png,right\nb/2.png,right\n"[..],
            b"a/2.png,left\nb/2.png,right\na/10.png,right\n",
            b"label\tsize\tpath\nright\t3\t./b/2\nleft\t3\ta\\2\nright\t1\ta\\10\nleft\t1\tc\\10\n",
        ] {
            assert_eq!(with("set/metadata.csv", table), wanted);
        }
        assert_eq!(with("set/labels.txt", b"left\nright\nright\n"), wanted);
        let numbered = with("labels.csv", b"image,class\na/2.png,0\na/10.png,1\nb/2.png,1\n");
        assert_eq!(numbered, (vec!["0".to_string(), "1".into()], vec![0, 1, 1]));
        let mut files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, picture.as_slice())).collect();
        files.push(("labels.csv", b"image,class\na/2.png,x\nb/2.png,y\n"));
        let read = read_as(&files, None).unwrap();
        assert!(read.notes.iter().any(|note| note.contains("set/a/10.png")), "{:?}", read.notes);
        assert_eq!(read.name, "2 pictures");
        files[3] = ("labels.txt", b"left\nright\n");
        assert_eq!(read_as(&files, None).unwrap_err().kind(), "length-mismatch");
    }

    #[test]
    fn resizing_averages() {
        let stripes = GrayImage::from_fn(64, 64, |x, _| image::Luma([if x % 2 == 0 { 0 } else { 255 }]));
        let options = ReadOptions { image_size: Some((4, 4)), ..ReadOptions::default() };
        let bytes = encode(&stripes.into(), ImageFormat::Png);
        let read = bettiscope::data::read(&[File { name: "a.png", bytes: &bytes }], &options).unwrap();
        let Data::Samples(small) = read.data else { panic!("distances") };
        assert!(pixels(&small).iter().all(|p| (115..=140).contains(p)), "{:?}", small.values());
    }

    #[test]
    fn pictures_are_refused_in_words() {
        assert_eq!(error("a.png", &grey(8, 4, 1)[..50]).kind(), "damaged");
        assert_eq!(error("a.png", b"").kind(), "damaged");
        let mut huge = grey(8, 4, 1);
        huge[16..24].copy_from_slice(&[0, 0, 0x80, 0, 0, 0, 0x80, 0]);
        let crc = flate2::Crc::new();
        let mut crc = crc;
        crc.update(&huge[12..29]);
        huge[29..33].copy_from_slice(&crc.sum().to_be_bytes());
        let message = error("huge.png", &huge).to_string();
        assert!(message.contains("32768 × 32768") && message.contains("huge.png"), "{message}");
        for (name, bytes) in [("a.gif", &b"GIF89a...."[..]), ("a.webp", b"RIFF0000WEBPVP8 "), ("a.bmp", b"BM")] {
            assert_eq!(error(name, bytes).kind(), "damaged", "{name}");
        }
        let options = ReadOptions { max_unpacked: 10_000, ..ReadOptions::default() };
        let bytes = grey(100, 100, 0);
        assert!(bytes.len() < 1000);
        let refused = bettiscope::data::read(&[File { name: "a.png", bytes: &bytes }], &options).unwrap_err();
        assert_eq!(refused.kind(), "too-large");
    }
}

// --- everything ---

#[test]
fn strangers_are_refused() {
    for (name, bytes) in [("a.md", &b"# hello\nworld\n"[..]), ("nothing", b"")] {
        assert_eq!(error(name, bytes), Error::UnknownFormat { name: name.into() });
    }
    for (name, bytes, word) in [
        ("a.npz", &b"PK\x03\x04rest"[..], "cut short"),
        ("a.zip", b"PK\x03\x04rest", "cut short"),
        ("table.csv", b"PK\x03\x04rest", "cut short"),
        ("a.docx", b"PK\x03\x04rest", ".txt"),
        ("model.pt", b"PK\x03\x04rest", "torch.onnx.export"),
        ("a.xlsx", b"PK\x03\x04rest", ".csv"),
        ("net.onnx", b"\x08\x07\x12\x07pytorch", "as the network"),
        ("batch_1", b"\x80\x02}q\x01", "pickle"),
        ("a.h5", b"\x89HDF\r\n\x1a\n", "HDF5"),
        ("a.mat", b"MATLAB 5.0 MAT-file", "writematrix"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "PNG or JPEG"),
    ] {
        let refused = error(name, bytes);
        let kind = if word == "cut short" { "damaged" } else { "unsupported" };
        assert_eq!((refused.kind(), refused.to_string().contains(word)), (kind, true), "{refused}");
    }
    assert_eq!(read_as(&[], None).unwrap_err().kind(), "empty");
    assert_eq!(error(".DS_Store", b"1 2").kind(), "empty");
    let options = ReadOptions { max_bytes: 10, ..ReadOptions::default() };
    let refused = read(&[File { name: "a.csv", bytes: &[b'1'; 11] }], &options).unwrap_err();
    assert_eq!(refused, Error::TooLarge { name: "a.csv".into(), megabytes: 1, limit: 0 });
    let two = [File { name: "a.csv", bytes: &[b'1'; 6] }; 2];
    assert_eq!(read(&two, &options).unwrap_err().kind(), "too-large");
}

fn good_files() -> Vec<(&'static str, Vec<u8>)> {
    let files = vec![
        ("a.npy", npy("<f4", "(2, 3)", &f32s(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))),
        ("fortran.npy", npy_version(2, "'>f2'", true, "(2, 2)", &[0x3c, 0, 0x3c, 0, 0x3c, 0, 0x3c, 0])),
        ("a.idx", idx(8, &[2, 2, 2], &[9; 8])),
        ("a.idx.gz", gzip(&idx(8, &[2, 2, 2], &[9; 8]))),
        ("a.csv", b"x,y,label\n1,2,\"a\"\n3,4,b\n5,6,a\n".to_vec()),
        ("spaces.txt", b"# points\n1 2 3\n4 5 6\n".to_vec()),
        ("lower.txt", b"\n3\n4,5\n6,7,8\n".to_vec()),
        ("upper.txt", b"0,3,4,6\n0,5,7\n0,8\n0\n".to_vec()),
        ("dist.txt", b"0 3 4\n3 0 5\n4 5 0\n".to_vec()),
        ("a.upper_distance_matrix", b"3,4,6,5,7,8".to_vec()),
        ("a.dipha", dipha(7, 2, &[0.0, 1.0, 1.0, 0.0])),
    ];
    files.into_iter().chain(good_pictures()).collect()
}

#[cfg(feature = "images")]
fn good_pictures() -> Vec<(&'static str, Vec<u8>)> {
    let picture = image::DynamicImage::from(pictures::colour(9, 7));
    let formats = [("a.png", image::ImageFormat::Png), ("a.jpg", image::ImageFormat::Jpeg)];
    formats.map(|(name, format)| (name, pictures::encode(&picture, format))).to_vec()
}

#[cfg(not(feature = "images"))]
fn good_pictures() -> Vec<(&'static str, Vec<u8>)> {
    Vec::new()
}

#[cfg(not(feature = "images"))]
#[test]
fn without_the_feature_pictures_are_refused() {
    assert_eq!(error("a.png", b"\x89PNG\r\n\x1a\n").kind(), "unsupported");
}

const FORMATS: [Option<Format>; 6] =
    [None, Some(Format::Points), Some(Format::Full), Some(Format::Lower), Some(Format::Upper), Some(Format::Dipha)];

#[test]
fn truncation_never_panics() {
    for (name, bytes) in good_files() {
        assert!(read_as(&[(name, &bytes)], None).is_ok(), "{name}");
        for length in 0..bytes.len() {
            for format in FORMATS {
                let _ = read_as(&[(name, &bytes[..length]), ("c.txt", b"a\nb")], format);
                let _ = read_as(&[(name, &bytes[..length])], format);
            }
            let _ = read_as(&[("stranger", &bytes[..length])], None);
        }
    }
}

#[test]
fn flipped_bits_never_panic() {
    let mut random = Random::new(20_240_607);
    for (name, bytes) in good_files() {
        for round in 0..300 {
            let mut bytes = bytes.clone();
            for _ in 0..=random.below(3) {
                let position = random.below(bytes.len());
                bytes[position] = random.next_u64() as u8;
            }
            for format in [None, FORMATS[round % FORMATS.len()]] {
                let _ = read_as(&[(name, &bytes)], format);
            }
        }
    }
}

#[test]
fn samples_and_labels_are_checked() {
    let new = |values, shape: &[usize], labels| Samples::new(values, shape.to_vec(), labels, "the points");
    assert_eq!(new(Values::F32(vec![]), &[2], None).unwrap_err().kind(), "empty");
    assert_eq!(new(Values::F32(vec![1.0]), &[0], None).unwrap_err().kind(), "empty");
    assert_eq!(new(Values::F32(vec![1.0; 3]), &[2], None).unwrap_err().kind(), "not-a-matrix");
    assert_eq!(new(Values::F32(vec![f32::INFINITY; 2]), &[2], None).unwrap_err().kind(), "not-finite");
    let labels = Labels::new(vec!["a".into()], vec![0, 0]).unwrap();
    assert_eq!(new(Values::U8(vec![1; 2]), &[2], Some(labels)).unwrap_err().kind(), "length-mismatch");
    assert_eq!(Labels::new(vec!["a".into()], vec![0, 1]).unwrap_err().kind(), "invalid-setting");
}

#[test]
fn balanced_is_even_seeded_sorted_and_complete() {
    let of_sample: Vec<u16> = (0..100).map(|i| if i < 5 { 0 } else { 1 + (i % 3) as u16 }).collect();
    let labels = Labels::new((0..5).map(|c| c.to_string()).collect(), of_sample.clone()).unwrap();
    let count = |chosen: &[usize], class| chosen.iter().filter(|&&i| of_sample[i] == class).count();
    for seed in 0..20 {
        let chosen = balanced(Some(&labels), 100, 41, seed);
        assert_eq!(chosen, balanced(Some(&labels), 100, 41, seed));
        assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((chosen.len(), count(&chosen, 0), count(&chosen, 4)), (41, 5, 0));
        assert_eq!((1..4).map(|class| count(&chosen, class)).collect::<Vec<_>>(), [12; 3]);
    }
    assert_ne!(balanced(Some(&labels), 100, 41, 1), balanced(Some(&labels), 100, 41, 2));
    assert_eq!(balanced(Some(&labels), 100, 2, 3).len(), 2);
    assert_eq!(balanced(Some(&labels), 100, 1000, 3), (0..100).collect::<Vec<_>>());
    assert_eq!(balanced(None, 10, 4, 7), Random::new(7).subset(10, 4));
    assert_eq!(balanced(None, 0, 4, 7), Vec::<usize>::new());
}

#[test]
fn the_bundled_images_are_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models/fashion-mnist/");
    let names = ["test-images.idx3-ubyte.gz", "test-labels.idx1-ubyte.gz", "classes.txt"];
    let contents = names.map(|name| std::fs::read(format!("{folder}{name}")).unwrap());
    let files: Vec<(&str, &[u8])> =
        names.iter().zip(&contents).map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let samples = samples(&files);
    assert_eq!((samples.shape(), samples.labels().unwrap().classes().len()), (&[28, 28][..], 10));
    assert!(samples.labels().unwrap().classes().contains(&"Ankle boot".to_string()));
}
