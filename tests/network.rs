//! Networks natively: activations against those recorded from ONNX Runtime, and what is refused in which words.
#![cfg(feature = "network")]
#![allow(clippy::unwrap_used, reason = "a missing or odd test file should fail the test at once")]

use std::collections::BTreeMap;
use std::path::Path;

use bettiscope::Error;
use bettiscope::data::{Data, File, ReadOptions, Values, read};
use bettiscope::network::{
    ArrayShape, Batch, BatchPoints, Fill, Graph, Input, InputSettings, Layout, Pooling, SampleKind, SampleShape,
    Session, SessionSettings, Tokenizer, ValueRange,
};
use serde::Deserialize;

fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn graph(name: &str) -> Result<Graph, Error> {
    Graph::read(&bytes(&format!("tests/data/network/{name}")), name)
}

fn settings(layers: &[String]) -> SessionSettings {
    SessionSettings {
        layers: layers.to_vec(),
        input: InputSettings::default(),
        pooling: Pooling::Mean,
        positions_per_sample: 1,
        seed: 1,
        batch: 16,
    }
}

fn session(graph: &Graph, shape: &SampleShape, settings: SessionSettings) -> Result<Session, Error> {
    Session::new(graph, SampleKind::Numbers(shape), settings)
}

/// Pooled activations of some layers, one row per sample, as ONNX Runtime computes them.
type Recorded = BTreeMap<String, Vec<Vec<f32>>>;

fn assert_close(found: &[f32], wanted: &[Vec<f32>], tolerance: f32, what: &str) {
    let wanted: Vec<f32> = wanted.concat();
    assert_eq!(found.len(), wanted.len(), "{what}");
    let scale = wanted.iter().fold(0.0_f32, |m, v| m.max(v.abs()));
    let worst = found.iter().zip(&wanted).fold(0.0_f32, |m, (a, b)| m.max((a - b).abs()));
    assert!(worst <= tolerance * scale, "{what}: off by {worst} of {scale}");
}

#[derive(Deserialize)]
struct Index {
    networks: Vec<Entry>,
    datasets: Vec<DataEntry>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    group: String,
    stage: String,
    dataset: String,
    file: String,
    layers: Vec<String>,
    pooling: Pooling,
    tokenizer: Option<String>,
    parameters: usize,
    bundled_test_accuracy: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataEntry {
    id: String,
    files: Vec<String>,
    /// How many of the samples, the last ones, no network was trained on, where it is not a test set as a whole.
    n_test: Option<usize>,
}

/// Bundled samples of either kind with their classes.
struct TestSet {
    data: Data,
    labels: Vec<u32>,
    /// How many samples, the last ones, no network was trained on.
    n_unseen: usize,
}

fn index() -> Index {
    serde_json::from_slice(&bytes("models/index.json")).unwrap()
}

impl Index {
    /// The bundled test samples of the set that a network was trained on, in the order of the file.
    fn test_set(&self, dataset: &str) -> TestSet {
        let part = |id: &str| self.datasets.iter().find(|data| data.id == id);
        let entry = part(&format!("{dataset}-test")).or_else(|| part(dataset)).unwrap();
        let contents: Vec<Vec<u8>> = entry.files.iter().map(|name| bytes(&format!("models/{name}"))).collect();
        let files: Vec<File<'_>> =
            entry.files.iter().zip(&contents).map(|(name, bytes)| File { name, bytes }).collect();
        let data = read(&files, &ReadOptions::default()).unwrap().data;
        let labels = match &data {
            Data::Samples(samples) => samples.labels(),
            Data::Texts(texts) => texts.labels(),
            Data::Activations(_) | Data::Distances(_) | Data::SparseDistances(_) => None,
        };
        let labels: Vec<u32> = labels.unwrap().of_sample().iter().map(|&label| u32::from(label)).collect();
        TestSet { n_unseen: entry.n_test.unwrap_or(labels.len()), data, labels }
    }
}

impl TestSet {
    /// Numbers of the samples that no network was trained on.
    fn unseen(&self) -> std::ops::Range<usize> {
        self.labels.len() - self.n_unseen..self.labels.len()
    }

    fn run(&self, entry: &Entry, graph: &Graph, layers: &[String], samples: &[usize]) -> BatchPoints {
        let settings = SessionSettings { pooling: entry.pooling, batch: 16, ..settings(layers) };
        match &self.data {
            Data::Samples(all) => {
                let chosen = all.select(samples);
                let shape = SampleShape { sizes: chosen.shape().to_vec(), bytes: true };
                session(graph, &shape, settings).unwrap().run(Batch::Numbers(chosen.values()), 0).unwrap()
            }
            Data::Texts(all) => {
                let name = entry.tokenizer.as_ref().unwrap();
                let tokenizer = Tokenizer::read(&bytes(&format!("models/{name}")), name, graph.max_tokens()).unwrap();
                let texts: Vec<String> = samples.iter().map(|&i| all.texts()[i].clone()).collect();
                let kind = SampleKind::Texts(&std::sync::Arc::new(tokenizer));
                Session::new(graph, kind, settings).unwrap().run(Batch::Texts(&texts), 0).unwrap()
            }
            Data::Activations(_) | Data::Distances(_) | Data::SparseDistances(_) => {
                panic!("no network runs on distances")
            }
        }
    }
}

fn bundled_graph(entry: &Entry) -> Graph {
    Graph::read(&bytes(&format!("models/{}", entry.file)), &entry.file).unwrap()
}

/// An array of floats with one row per sample.
fn recorded_array(name: &str) -> (Vec<f32>, Vec<usize>) {
    let name = format!("{name}.npy");
    let contents = bytes(&format!("tests/data/network/recorded/{name}"));
    let file = [File { name: &name, bytes: &contents }];
    let options = ReadOptions { format: Some(bettiscope::data::Format::Points), ..ReadOptions::default() };
    let Data::Samples(array) = read(&file, &options).unwrap().data else { panic!("{name} holds no samples") };
    let Values::F32(values) = array.values() else { panic!("{name} holds bytes") };
    (values.clone(), array.shape().to_vec())
}

/// On all processors: there are many networks, and each is optimised anew.
fn for_each(entries: &[Entry], check: impl Fn(&Entry) + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            scope.spawn(|| {
                while let Some(entry) = entries.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    check(entry);
                }
            });
        }
    });
}

#[test]
fn every_bundled_network_computes_what_onnx_runtime_recorded() {
    let index = index();
    let sets: BTreeMap<&str, TestSet> =
        index.networks.iter().map(|entry| (entry.dataset.as_str(), index.test_set(&entry.dataset))).collect();
    for_each(&index.networks, |entry| {
        let graph = bundled_graph(entry);
        let observed: Vec<_> = graph.layers().iter().filter(|l| l.observed).map(|l| l.id.clone()).collect();
        assert_eq!(observed, entry.layers, "{}: the file proposes the layers that the index lists", entry.id);
        let points = sets[entry.dataset.as_str()].run(entry, &graph, &entry.layers, &(0..16).collect::<Vec<_>>());
        let (inner, shape) = recorded_array(&entry.id);
        let (logits, _) = recorded_array(&format!("{}-logits", entry.id));
        let &[n_layers, width] = shape.as_slice() else { panic!("{}: {shape:?}", entry.id) };
        assert_eq!((n_layers + 1, inner.len()), (entry.layers.len(), 16 * n_layers * width));
        for (i, (layer, id)) in points.layers.iter().zip(&entry.layers).enumerate() {
            let wanted: Vec<Vec<f32>> = if i < n_layers {
                inner.chunks(n_layers * width).map(|sample| sample[i * width..(i + 1) * width].to_vec()).collect()
            } else {
                logits.chunks(logits.len() / 16).map(<[f32]>::to_vec).collect()
            };
            assert_close(&layer.points.values, &wanted, 1e-3, &format!("{}, {id}", entry.id));
        }
    });
}

/// Of every network that is trained to the end, but for the thirty small ones; the recordings speak for the rest.
#[test]
fn the_accuracy_in_the_card_is_recomputed_from_the_bundled_samples() {
    let index = index();
    let chosen: Vec<Entry> = index
        .networks
        .iter()
        .filter(|entry| entry.stage == "trained" && entry.group != "generalisation")
        .cloned()
        .collect();
    assert!(chosen.len() >= 14);
    for_each(&chosen, |entry| {
        let set = index.test_set(&entry.dataset);
        let samples: Vec<usize> = set.unseen().collect();
        let predictions = set.run(entry, &bundled_graph(entry), &entry.layers[..1], &samples).predictions.unwrap();
        let right = predictions.iter().zip(&set.labels[samples[0]..]).filter(|(p, l)| p == l).count();
        let accuracy = right as f64 / samples.len() as f64;
        // Two samples on the edge may go either way on another processor.
        assert!(
            (accuracy - entry.bundled_test_accuracy).abs() < 2.1 / samples.len() as f64,
            "{}: {accuracy}",
            entry.id
        );
    });
}

#[test]
fn every_layer_of_a_plain_export_can_be_observed_at_once() {
    #[derive(Deserialize)]
    struct File {
        pixels: Vec<Vec<u8>>,
        layers: Recorded,
    }
    let recorded: File = serde_json::from_slice(&bytes("tests/data/network/tiny-cnn-2.json")).unwrap();
    let graph = graph("tiny-cnn.onnx").unwrap();
    let layers: Vec<String> = graph.layers().iter().map(|l| l.id.clone()).collect();
    let shape = SampleShape { sizes: vec![28, 28], bytes: true };
    let mut session = session(&graph, &shape, settings(&layers)).unwrap();
    let points = session.run(Batch::Numbers(&Values::U8(recorded.pixels.concat())), 0).unwrap();
    let mut compared = 0;
    for (id, layer) in layers.iter().zip(&points.layers) {
        if let Some(wanted) = recorded.layers.get(id) {
            assert_close(&layer.points.values, wanted, 1e-4, id);
            compared += 1;
        }
    }
    assert_eq!(compared, recorded.layers.len());
}

#[test]
fn without_a_proposal_in_the_file_the_default_layers_are_activations_and_the_output() {
    let graph = graph("tiny-cnn.onnx").unwrap();
    let observed: Vec<&str> = graph.layers().iter().filter(|l| l.observed).map(|l| l.op.as_str()).collect();
    assert!(observed.len() >= 3 && observed.iter().rev().skip(1).all(|op| *op == "Relu"), "{observed:?}");
    assert!(graph.multiplications() > 0);
    assert!(graph.layers().iter().all(|l| l.shape.first() == Some(&None) && l.shape.len() >= 2));
}

#[test]
fn batches_do_not_change_the_points() {
    let graph = graph("tiny-cnn.onnx").unwrap();
    let layers: Vec<String> = graph.layers().iter().map(|l| l.id.clone()).collect();
    let shape = SampleShape { sizes: vec![28, 28], bytes: true };
    let pixels: Vec<u8> = (0..5 * 784u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let run = |batch: usize| {
        let session = session(
            &graph,
            &shape,
            SessionSettings { batch, pooling: Pooling::Positions, positions_per_sample: 3, ..settings(&layers) },
        );
        session.unwrap().run(Batch::Numbers(&Values::U8(pixels.clone())), 7).unwrap()
    };
    let (alone, together) = (run(1), run(4));
    assert_eq!(alone.predictions, together.predictions);
    for (a, b) in alone.layers.iter().zip(&together.layers) {
        let rows: Vec<Vec<f32>> = b.points.values.chunks(b.n_coords).map(<[f32]>::to_vec).collect();
        assert_close(&a.points.values, &rows, 1e-5, "layer");
    }
}

#[test]
fn an_mlp_takes_rows_of_numbers() {
    let graph = graph("tiny-mlp.onnx").unwrap();
    let layers: Vec<String> = graph.layers().iter().map(|l| l.id.clone()).collect();
    let shape = SampleShape { sizes: vec![4], bytes: false };
    let mut session = session(&graph, &shape, settings(&layers)).unwrap();
    let points = session.run(Batch::Numbers(&Values::F32(vec![0.5; 12])), 0).unwrap();
    assert_eq!(points.layers.len(), layers.len());
    assert!(points.layers.iter().all(|l| l.points.values.len() == 3 * l.n_coords));
}

#[test]
fn broken_and_foreign_files_are_refused_in_words() {
    let refused = |name: &str| graph(name).err().unwrap_or_else(|| panic!("{name} was accepted"));
    assert_eq!(refused("truncated.onnx").kind(), "not-onnx");
    assert_eq!(refused("future-opset.onnx").kind(), "unsupported-opset");
    let Error::UnsupportedOperators { operators, .. } = refused("unsupported-operator.onnx") else {
        panic!("another error");
    };
    assert!(!operators.is_empty());
    for junk in [&b""[..], b"hello", &[0xff; 64], &[0x08, 0x07]] {
        assert_eq!(Graph::read(junk, "junk.onnx").err().unwrap().kind(), "not-onnx");
    }
}

#[test]
fn no_prefix_of_a_network_file_panics() {
    let whole = bytes("tests/data/network/tiny-cnn.onnx");
    for end in (0..whole.len()).step_by(97) {
        let _ = Graph::read(&whole[..end], "cut.onnx");
    }
}

#[test]
fn data_of_another_shape_names_both() {
    let graph = graph("wrong-input.onnx").unwrap();
    let layers = vec![graph.output().to_string()];
    // Pictures of another size are resized; rows of numbers and arrays of five channels are none.
    for (sizes, words) in [(vec![784], "784"), (vec![28, 28, 5], "28 × 28 × 5")] {
        let shape = SampleShape { sizes, bytes: true };
        let error = session(&graph, &shape, settings(&layers)).err().unwrap();
        assert_eq!(error, Error::InputMismatch { network: "3 × 32 × 32".into(), data: words.into() });
    }
}

#[test]
fn values_that_are_no_numbers_name_layer_and_sample() {
    let graph = graph("nan.onnx").unwrap();
    let layers: Vec<String> = graph.layers().iter().map(|l| l.id.clone()).collect();
    let shape = SampleShape { sizes: vec![28, 28], bytes: true };
    let mut session = session(&graph, &shape, settings(&layers)).unwrap();
    let error = session.run(Batch::Numbers(&Values::U8(vec![100; 2 * 784])), 40).unwrap_err();
    let Error::NotFinite { what, sample, .. } = error else { panic!("{error}") };
    assert!(what.starts_with("layer "));
    assert!(sample >= 40);
}

#[test]
fn unknown_layers_are_refused() {
    let graph = graph("tiny-cnn.onnx").unwrap();
    let shape = SampleShape { sizes: vec![28, 28], bytes: true };
    let error = session(&graph, &shape, settings(&["nowhere".into()])).err().unwrap();
    assert_eq!(error.kind(), "unknown-layer");
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordedTexts {
    texts: Vec<String>,
    word_pieces: Vec<Vec<u32>>,
    byte_pairs: Vec<Vec<u32>>,
    /// By pooling, then by layer.
    layers: BTreeMap<String, Recorded>,
}

fn recorded_texts() -> RecordedTexts {
    serde_json::from_slice(&bytes("tests/data/network/tiny-text.json")).unwrap()
}

fn tokenizer(name: &str, max_tokens: usize) -> Tokenizer {
    Tokenizer::read(&bytes(&format!("tests/data/network/{name}")), name, max_tokens).unwrap()
}

fn run_texts(settings: SessionSettings, texts: &[String], first: usize) -> Result<BatchPoints, Error> {
    let graph = graph("tiny-text.onnx").unwrap();
    let tokenizer = std::sync::Arc::new(tokenizer("word-pieces.json", graph.max_tokens()));
    Session::new(&graph, SampleKind::Texts(&tokenizer), settings)?.run(Batch::Texts(texts), first)
}

fn text_layers() -> Vec<String> {
    ["block01", "block02", "block03", "logits"].map(String::from).to_vec()
}

#[test]
fn texts_become_the_tokens_that_the_python_library_makes() {
    let recorded = recorded_texts();
    for (name, wanted) in [("word-pieces.json", &recorded.word_pieces), ("byte-pairs.json", &recorded.byte_pairs)] {
        let tokenizer = tokenizer(name, 12);
        for (text, ids) in recorded.texts.iter().zip(wanted) {
            let tokens = tokenizer.encode(text, 0).unwrap();
            assert_eq!(&tokens.ids, ids, "{name}: {text}");
            assert_eq!((tokens.words.len(), tokens.types.len()), (ids.len(), ids.len()));
        }
    }
    let tokens = tokenizer("word-pieces.json", 12).encode(&recorded.texts[4], 0).unwrap();
    assert_eq!(tokens.words, ["[CLS]", "ANIMAL", "S", "and", "tree", "s", "[SEP]"]);
    assert!(!tokens.cut && tokenizer("word-pieces.json", 12).encode(&recorded.texts[3], 0).unwrap().cut);
}

#[test]
fn texts_of_all_lengths_compute_what_each_does_alone() {
    let recorded = recorded_texts();
    let layers = text_layers();
    for (pooling, wanted) in [(Pooling::Mean, "mean"), (Pooling::ClassToken, "class-token")] {
        for batch in [1, 2, 8] {
            let settings = SessionSettings { batch, pooling, ..settings(&layers) };
            let points = run_texts(settings, &recorded.texts, 0).unwrap();
            for (id, layer) in layers.iter().zip(&points.layers) {
                assert_close(&layer.points.values, &recorded.layers[wanted][id], 1e-5, id);
            }
            let logits = &recorded.layers["mean"]["logits"];
            let best = |row: &Vec<f32>| (0..3u32).max_by(|&a, &b| row[a as usize].total_cmp(&row[b as usize])).unwrap();
            assert_eq!(points.predictions.unwrap(), logits.iter().map(best).collect::<Vec<_>>());
            assert_eq!(points.tokens.iter().map(|t| t.ids.clone()).collect::<Vec<_>>(), recorded.word_pieces);
        }
    }
}

#[test]
fn every_token_can_be_a_point() {
    let recorded = recorded_texts();
    let layers = text_layers();
    let at =
        |n| SessionSettings { pooling: Pooling::Positions, positions_per_sample: n, batch: 2, ..settings(&layers) };
    let points = run_texts(at(99), &recorded.texts, 0).unwrap();
    let lengths: Vec<u32> = recorded.word_pieces.iter().map(|ids| ids.len() as u32).collect();
    assert_eq!(points.layers[0].points.per_sample, lengths);
    assert_eq!(points.layers[0].points.positions[..lengths[0] as usize], (0..lengths[0]).collect::<Vec<_>>());
    assert_eq!(points.layers[0].shape, [None, Some(6)]);
    let means: Vec<f32> = points.layers[1].points.values[..lengths[0] as usize * 6]
        .chunks(6)
        .fold(vec![0.0; 6], |sum, row| sum.iter().zip(row).map(|(s, v)| s + v / lengths[0] as f32).collect());
    assert_close(&means, &recorded.layers["mean"]["block02"][..1], 1e-5, "mean of the tokens");
    let some = run_texts(at(3), &recorded.texts, 0).unwrap();
    assert_eq!(some.layers[2].points.per_sample, [3; 5]);
    assert_eq!(some.layers[2].points.positions, some.layers[0].points.positions, "the same tokens in every layer");
}

#[test]
fn a_network_of_texts_says_what_it_takes() {
    let graph = graph("tiny-text.onnx").unwrap();
    assert_eq!((graph.max_tokens(), graph.n_ids()), (12, Some(95)));
    let observed: Vec<_> = graph.layers().iter().filter(|l| l.observed).map(|l| l.id.clone()).collect();
    assert_eq!(observed, text_layers());
    let scores = ["scores", "masked", "weights"];
    assert!(graph.layers().iter().all(|l| !scores.contains(&l.id.as_str())), "pairs of tokens are no points");
    assert_eq!(graph.layers().iter().find(|l| l.id == "block01").unwrap().shape, [None, None, Some(6)]);
}

#[test]
fn what_does_not_fit_a_network_of_texts_is_refused_in_words() {
    let graph = graph("tiny-text.onnx").unwrap();
    let layers = text_layers();
    let numbers = session(&graph, &SampleShape { sizes: vec![28, 28], bytes: true }, settings(&layers)).err().unwrap();
    assert_eq!(numbers, Error::KindMismatch { network: "texts", data: "numbers" });
    let words = std::sync::Arc::new(tokenizer("byte-pairs.json", 12));
    let foreign = Session::new(&graph, SampleKind::Texts(&words), settings(&layers)).err().unwrap();
    assert_eq!(foreign.kind(), "not-a-tokenizer");
    let images = Graph::read(&bytes("tests/data/network/tiny-cnn.onnx"), "tiny-cnn.onnx").unwrap();
    let error = Session::new(&images, SampleKind::Texts(&words), settings(&[images.output().into()])).err().unwrap();
    assert_eq!(error.kind(), "kind-mismatch");
    for (bytes, max_tokens) in [(&b"{}"[..], 12), (b"", 12), (&bytes("tests/data/network/word-pieces.json"), 2)] {
        assert_eq!(Tokenizer::read(bytes, "tokenizer.json", max_tokens).err().unwrap().kind(), "not-a-tokenizer");
    }
    let flat = SessionSettings { pooling: Pooling::Flatten, ..settings(&layers) };
    assert_eq!(run_texts(flat, &["tree".into()], 0).unwrap_err().kind(), "invalid-setting");
}

#[test]
fn rows_of_token_ids_give_what_their_texts_give() {
    let graph = graph("tiny-text.onnx").unwrap();
    let tokenizer = tokenizer("word-pieces.json", graph.max_tokens());
    let texts: Vec<String> = recorded_texts().texts;
    let length = 14; // longer than the network takes
    let mut rows = Vec::new();
    for (i, text) in texts.iter().enumerate() {
        let mut ids: Vec<f32> = tokenizer.encode(text, i).unwrap().ids.iter().map(|&id| id as f32).collect();
        ids.resize(length, 0.0);
        rows.extend(ids);
    }
    let wanted = run_texts(settings(&text_layers()), &texts, 0).unwrap();
    let shape = SampleShape { sizes: vec![length], bytes: false };
    let run = |rows: Vec<f32>| {
        let mut session = session(&graph, &shape, settings(&text_layers())).unwrap();
        session.run(Batch::Numbers(&Values::F32(rows)), 0)
    };
    let found = run(rows.clone()).unwrap();
    assert_eq!((&found.layers, &found.predictions), (&wanted.layers, &wanted.predictions));
    assert!(found.tokens.iter().zip(&wanted.tokens).all(|(a, b)| a.ids == b.ids));
    let long: Vec<f32> = (0..length).map(|i| (1 + i % 90) as f32).collect();
    let cut = &run(long).unwrap().tokens[0];
    assert!(cut.cut && cut.ids.len() == graph.max_tokens());
    for wrong in [0.5, -1.0, 95.0] {
        let mut rows = rows.clone();
        rows[length + 1] = wrong;
        let error = run(rows).unwrap_err();
        assert!(
            error.to_string().starts_with("text 1 gives no tokens") && error.to_string().contains("0 to 94"),
            "{error}"
        );
    }
}

#[test]
fn other_values_for_the_same_pictures_need_no_new_session() {
    let graph = graph("tiny-cnn.onnx").unwrap();
    let shape = SampleShape { sizes: graph.input().shape()[2..].iter().flatten().copied().collect(), bytes: true };
    let n: usize = shape.sizes.iter().product();
    let pixels = Values::U8((0..3 * n).map(|i| (i * 37 % 251) as u8).collect());
    let layers: Vec<String> = vec![graph.output().into()];
    let other = InputSettings { mean: vec![0.3], deviation: vec![0.2], ..InputSettings::default() };
    let mut changed = session(&graph, &shape, settings(&layers)).unwrap();
    let before = changed.run(Batch::Numbers(&pixels), 0).unwrap();
    changed.set_input(other.clone()).unwrap();
    let after = changed.run(Batch::Numbers(&pixels), 0).unwrap();
    let mut fresh = session(&graph, &shape, SessionSettings { input: other, ..settings(&layers) }).unwrap();
    assert_eq!(after, fresh.run(Batch::Numbers(&pixels), 0).unwrap());
    assert_ne!(before.layers, after.layers);
    assert_eq!(before.n_scores, before.layers[0].n_coords);
    let wrong = InputSettings { deviation: vec![0.0], ..InputSettings::default() };
    assert_eq!(changed.set_input(wrong).unwrap_err().kind(), "invalid-setting");
}

#[test]
fn blocks_of_bundled_networks_are_recognised_by_their_structure() {
    let kind = |family: &str| match family {
        "vgg" => &["convolution layer"][..],
        "mobilenetv2" => &["residual block", "convolution block"],
        "vit" | "bert" | "roberta" => &["encoder block"],
        _ => &["residual block"],
    };
    for_each(&index().networks, |entry| {
        let graph = bundled_graph(entry);
        let listing = graph.listing();
        let blocks: Vec<_> = listing.blocks.iter().filter(|block| block.is_counted()).collect();
        let family = entry.id.split('-').next().unwrap();
        assert!(blocks.iter().all(|block| kind(family).contains(&block.kind)), "{}: {blocks:?}", entry.id);
        let outputs: Vec<_> = blocks.iter().map(|block| block.output.clone().unwrap()).collect();
        assert_eq!(outputs, entry.layers[..entry.layers.len() - 1], "{}: blocks end where training says", entry.id);
        let preset = listing.presets.iter().find(|preset| preset.name == "block outputs").unwrap();
        assert_eq!(preset.layers, entry.layers, "{}", entry.id);
        let parameters: usize = listing.blocks.iter().map(|block| block.parameters).sum();
        // Exporting folds batch normalisation into convolutions: a scale and a shift become one bias.
        let few = (entry.parameters / 40).max(1);
        let is_folded = parameters < entry.parameters && parameters + few > entry.parameters;
        assert!(parameters == entry.parameters || is_folded, "{}: {parameters}", entry.id);
    });
}

/// Natively, layer by layer, in the heads of a network of images and of one of texts.
#[test]
fn heads_are_what_onnx_runtime_computes_in_them() {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Heads {
        file: String,
        apart: String,
        joined: String,
        mean: Vec<Vec<Vec<f32>>>,
        class_token: Vec<Vec<Vec<f32>>>,
    }
    let recorded: Vec<Heads> = serde_json::from_slice(&bytes("tests/data/network/heads.json")).unwrap();
    let index = index();
    for heads in &recorded {
        let entry = index.networks.iter().find(|entry| entry.file == heads.file).unwrap();
        let graph = bundled_graph(entry);
        let n_heads = heads.mean.len();
        for tensor in [&heads.apart, &heads.joined] {
            let layer = graph.layers().iter().find(|layer| layer.id == *tensor).unwrap();
            assert_eq!(layer.heads, n_heads, "{tensor}");
            let ids: Vec<String> = (1..=n_heads).map(|head| format!("{tensor}#head={head}")).collect();
            for (pooling, wanted) in [(Pooling::Mean, &heads.mean), (Pooling::ClassToken, &heads.class_token)] {
                let entry = Entry { pooling, ..entry.clone() };
                let points = index.test_set(&entry.dataset).run(&entry, &graph, &ids, &[0, 1, 2, 3]);
                for (head, layer) in points.layers.iter().enumerate() {
                    assert_close(
                        &layer.points.values,
                        &wanted[head],
                        1e-4,
                        &format!("{}, {}", ids[head], pooling.name()),
                    );
                }
            }
        }
        let absent = format!("{}#head={}", heads.joined, n_heads + 1);
        let settings = settings(&[absent]);
        let shape = SampleShape { sizes: vec![28, 28], bytes: true };
        assert!(matches!(session(&graph, &shape, settings), Err(Error::UnknownLayer { .. })));
    }
}

#[derive(Deserialize)]
struct RecordedInputs {
    pixels: Vec<u8>,
    shape: Vec<usize>,
    cases: Vec<RecordedInput>,
}

#[derive(Deserialize)]
struct RecordedInput {
    network: String,
    input: InputSettings,
    seen: Vec<f32>,
}

#[test]
fn pictures_reach_a_network_as_numpy_prepares_them() {
    let recorded: RecordedInputs = serde_json::from_slice(&bytes("tests/data/network/inputs.json")).unwrap();
    let shape = SampleShape { sizes: recorded.shape, bytes: true };
    let pixels = Values::U8(recorded.pixels);
    for RecordedInput { network, input, seen } in recorded.cases {
        let graph = graph(&format!("{network}.onnx")).unwrap();
        let settings = SessionSettings { input, pooling: Pooling::Flatten, ..settings(&["seen".into()]) };
        let found = session(&graph, &shape, settings).unwrap().run(Batch::Numbers(&pixels), 0).unwrap();
        assert_close(&found.layers[0].points.values, &[seen], 1e-6, &network);
    }
}

#[test]
fn how_pictures_are_handed_over_is_read_off_the_graph() {
    let recognised = |name: &str| graph(name).unwrap().recognised_input(None).unwrap().unwrap();
    let last = recognised("channels-last.onnx");
    assert_eq!((last.settings.layout, last.channels, last.free_size), (Some(Layout::Nhwc), Some(3), true));
    let bytes = recognised("bytes.onnx");
    assert_eq!((bytes.settings.range, bytes.guessed), (ValueRange::Bytes, false));
    let planes = recognised("planes.onnx");
    assert_eq!((planes.settings.height, planes.settings.width, planes.guessed), (Some(4), Some(5), true));
    assert!(graph("tiny-mlp.onnx").unwrap().recognised_input(None).unwrap().is_none());
}

/// What ONNX Runtime makes of networks of several inputs.
#[derive(Deserialize)]
struct SeveralInputs {
    pictures: Pictures,
    tokens: TokenRows,
    sequences: Sequences,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pictures {
    images: Vec<f32>,
    meta: Vec<f32>,
    arrays: Recorded,
    usual: Recorded,
    zeros: Recorded,
    ones: Recorded,
    feeding_meta: Recorded,
}

#[derive(Deserialize)]
struct TokenRows {
    ids: Vec<f32>,
    loudness: Vec<f32>,
    arrays: Recorded,
    ones: Recorded,
}

#[derive(Deserialize)]
struct Sequences {
    series: Vec<f32>,
    usual: Recorded,
    colder: Recorded,
    unplaced: Recorded,
}

fn several_inputs() -> SeveralInputs {
    serde_json::from_slice(&bytes("tests/data/network/several-inputs.json")).unwrap()
}

fn shapes(arrays: &[(&str, &[usize])]) -> Vec<ArrayShape> {
    arrays.iter().map(|(name, sizes)| ArrayShape { name: (*name).into(), sizes: sizes.to_vec() }).collect()
}

fn filled(fill: Fill, names: &[&str]) -> InputSettings {
    let fill = names.iter().map(|name| ((*name).to_string(), fill)).collect();
    InputSettings { fill, ..InputSettings::default() }
}

/// What inputs are filled with where nobody says anything else.
fn usual_fills(graph: &Graph) -> Vec<(&str, Fill)> {
    graph.other_inputs().map(|other| (other.name.as_str(), other.usual)).collect()
}

fn assert_recorded(found: &BatchPoints, layers: &[String], wanted: &Recorded, what: &str) {
    for (layer, id) in found.layers.iter().zip(layers) {
        assert_close(&layer.points.values, &wanted[id], 1e-5, &format!("{what}, {id}"));
    }
}

#[test]
fn networks_of_several_inputs_are_those_of_onnx_runtime() {
    let recorded = several_inputs().pictures;
    let graph = graph("two-inputs.onnx").unwrap();
    assert!(matches!(graph.input(), Input::Numbers { name, .. } if name == "image"));
    assert_eq!(usual_fills(&graph), [("meta", Fill::Number(0.0)), ("scale", Fill::Number(1.0))]);
    assert!(graph.other_inputs().all(|other| other.feedable));
    let layers = ["active", "both", "logits"].map(String::from);
    let sample = SampleShape { sizes: vec![3, 8, 8], bytes: false };
    let images = Values::F32(recorded.images.clone());
    // Batches that are not full, too.
    for batch in [1, 2, 16] {
        let usual = SessionSettings { batch, ..settings(&layers) };
        let run = session(&graph, &sample, usual.clone()).unwrap().run(Batch::Numbers(&images), 0).unwrap();
        assert_recorded(&run, &layers, &recorded.usual, "usual");
        let zeros = SessionSettings { input: filled(Fill::Number(0.0), &["meta", "scale"]), ..usual.clone() };
        let run = session(&graph, &sample, zeros).unwrap().run(Batch::Numbers(&images), 0).unwrap();
        assert_recorded(&run, &layers, &recorded.zeros, "zeros");
        let ones = SessionSettings { input: filled(Fill::Number(1.0), &["meta", "scale"]), ..usual.clone() };
        let run = session(&graph, &sample, ones).unwrap().run(Batch::Numbers(&images), 0).unwrap();
        assert_recorded(&run, &layers, &recorded.ones, "ones");
        let arrays = shapes(&[("meta", &[5, 4]), ("scale", &[1])]);
        let kind = SampleKind::Numbers(&sample);
        let mut session = Session::with_arrays(&graph, kind, usual, &arrays, 5).unwrap();
        assert_eq!(session.per_sample().collect::<Vec<_>>(), ["meta"]);
        let arrays =
            [("meta".to_string(), Values::F32(recorded.meta.clone())), ("scale".to_string(), Values::F32(vec![0.5]))];
        let run = session.run_beside(Batch::Numbers(&images), &arrays, 0).unwrap();
        assert_recorded(&run, &layers, &recorded.arrays, "arrays");
    }
    // Another input may be the one that samples feed.
    let file = bytes("tests/data/network/two-inputs.onnx");
    let turned = Graph::read_feeding(&file, "two-inputs.onnx", &[], Some("meta")).unwrap();
    let row = SampleShape { sizes: vec![4], bytes: false };
    let ones = SessionSettings { input: filled(Fill::Number(1.0), &["scale"]), ..settings(&layers) };
    let run = session(&turned, &row, ones).unwrap().run(Batch::Numbers(&Values::F32(recorded.meta)), 0).unwrap();
    assert_recorded(&run, &layers, &recorded.feeding_meta, "feeding meta");
    let error = Graph::read_feeding(&file, "two-inputs.onnx", &[], Some("sound")).err().unwrap();
    assert!(error.to_string().contains("cannot feed an input \"sound\""), "{error}");
    let wrong = shapes(&[("meta", &[5, 3])]);
    let kind = SampleKind::Numbers(&sample);
    let error = Session::with_arrays(&graph, kind, settings(&layers), &wrong, 5).err().unwrap().to_string();
    assert!(error.contains("“meta” (5 × 3)") && error.contains("any × 4"), "{error}");
}

#[test]
fn tokens_feed_a_network_that_takes_numbers_beside_them() {
    let recorded = several_inputs().tokens;
    let graph = graph("tokens-and-numbers.onnx").unwrap();
    assert!(matches!(graph.input(), Input::Tokens { name, .. } if name == "input_ids"));
    let layers = ["logits".to_string()];
    let rows = SampleShape { sizes: vec![8], bytes: false };
    let ids = Values::F32(recorded.ids);
    let ones = SessionSettings { input: filled(Fill::Number(1.0), &["loudness"]), batch: 2, ..settings(&layers) };
    let run = session(&graph, &rows, ones).unwrap().run(Batch::Numbers(&ids), 0).unwrap();
    assert_recorded(&run, &layers, &recorded.ones, "ones");
    // Texts run in the order of their lengths: each with its own row.
    let arrays = shapes(&[("loudness", &[3, 1, 6])]);
    let usual = SessionSettings { batch: 2, ..settings(&layers) };
    let mut session = Session::with_arrays(&graph, SampleKind::Numbers(&rows), usual, &arrays, 3).unwrap();
    let arrays = [("loudness".to_string(), Values::F32(recorded.loudness))];
    let run = session.run_beside(Batch::Numbers(&ids), &arrays, 0).unwrap();
    assert_recorded(&run, &layers, &recorded.arrays, "arrays");
}

#[test]
fn masks_positions_and_temperatures_stay_the_same_beside_a_series() {
    let recorded = several_inputs().sequences;
    let graph = graph("sequence-and-positions.onnx").unwrap();
    assert!(matches!(graph.input(), Input::Numbers { name, .. } if name == "series"));
    let wanted = [("mask", Fill::Number(1.0)), ("position_ids", Fill::Range), ("temperature", Fill::Number(1.0))];
    assert_eq!(usual_fills(&graph), wanted);
    let layers = ["logits".to_string()];
    // The file leaves the number of steps free: those of the other inputs are those of the series.
    let sample = SampleShape { sizes: vec![6, 4], bytes: false };
    let series = Values::F32(recorded.series);
    for (fill, wanted) in [
        (InputSettings::default(), &recorded.usual),
        (filled(Fill::Number(0.25), &["temperature"]), &recorded.colder),
        (filled(Fill::Number(0.0), &["position_ids"]), &recorded.unplaced),
    ] {
        let settings = SessionSettings { input: fill, batch: 2, ..settings(&layers) };
        let run = session(&graph, &sample, settings).unwrap().run(Batch::Numbers(&series), 0).unwrap();
        assert_recorded(&run, &layers, wanted, "series");
    }
    let beyond = SessionSettings { input: filled(Fill::Number(99.0), &["position_ids"]), ..settings(&layers) };
    let error = session(&graph, &sample, beyond).and_then(|mut it| it.run(Batch::Numbers(&series), 0)).err().unwrap();
    assert!(error.to_string().contains("looks up row 99 of a table of 16 rows"), "{error}");
}

#[test]
fn a_network_that_goes_on_from_what_it_computed_is_refused() {
    let error = graph("with-a-past.onnx").err().unwrap().to_string();
    assert!(error.contains("\"past_key\"") && error.contains("use_cache=False"), "{error}");
}

#[test]
fn an_archive_with_an_array_per_input_feeds_them_all() {
    let file = bytes("tests/data/network/two-inputs.npz");
    let read_for = |inputs: &[&str]| {
        let options =
            ReadOptions { inputs: inputs.iter().map(|&name| name.into()).collect(), ..ReadOptions::default() };
        read(&[File { name: "two-inputs.npz", bytes: &file }], &options).unwrap()
    };
    let found = read_for(&["image", "meta", "scale"]);
    assert!(
        found.notes.iter().any(|note| note.contains("image holds the samples, meta, scale other inputs")),
        "{:?}",
        found.notes
    );
    let Data::Samples(samples) = found.data else { panic!("samples") };
    assert_eq!((samples.n_samples(), samples.shape()), (5, &[3, 8, 8][..]));
    assert_eq!(samples.labels().unwrap().of_sample(), [0, 1, 2, 3, 0]);
    let sizes: Vec<(&str, &[usize])> = samples.arrays().iter().map(|a| (a.name.as_str(), a.sizes.as_slice())).collect();
    assert_eq!(sizes, [("meta", &[5, 4][..]), ("scale", &[1])]);
    let Data::Samples(turned) = read_for(&["meta", "image", "scale"]).data else { panic!("samples") };
    assert_eq!((turned.shape(), turned.arrays()[0].sizes.as_slice()), (&[4][..], &[5, 3, 8, 8][..]));
}
