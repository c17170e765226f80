//! The gallery: networks of all kinds against what ONNX Runtime computes in every layer.
//!
//! The small files of `tests/data/gallery` run with every test run; the whole gallery, made by `tests/gallery/make.py`,
//! runs with `cargo xtask gallery`, each file in a process of its own.
#![cfg(feature = "network")]
#![allow(clippy::unwrap_used, reason = "a missing or odd test file should fail the test at once")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bettiscope::Error;
use bettiscope::data::{File, Values};
use bettiscope::network::{
    Batch, Graph, InputSettings, Pooling, SampleKind, SampleShape, Session, SessionSettings, Tokenizer,
};
use serde::{Deserialize, Serialize};

/// Largest error of a layer, as a share of the layer's largest value.
const TOLERANCE: f32 = 1e-4;
/// Stands for the error of a layer of another shape: finite, as JSON knows no infinity.
const OTHER_SHAPE: f32 = 1e9;
/// How many blocks of a kind networks have whose files begin so, as they were built.
const BLOCKS: [(&str, &str, usize); 32] = [
    ("resnet18-", "residual block", 8),
    ("resnet50-", "residual block", 16),
    ("seresnet18-", "residual block", 8),
    ("resnext-", "residual block", 4),
    ("small-resnet-", "residual block", 3),
    ("densenet121-", "dense layer", 58),
    ("vit-tiny-", "encoder block", 12),
    ("deit-tiny-", "encoder block", 12),
    ("swin-tiny-", "encoder block", 8),
    ("swin-torchvision-", "encoder block", 12),
    ("convnext-tiny-", "residual block", 18),
    ("mixer-", "mixer block", 8),
    ("bert-", "encoder block", 3),
    ("minilm-ts14", "encoder block", 6),
    ("roberta-", "encoder block", 3),
    ("distilbert-", "encoder block", 3),
    ("electra-", "encoder block", 3),
    ("deberta-v2-", "encoder block", 3),
    ("mpnet-", "encoder block", 3),
    ("xlm-roberta-", "encoder block", 3),
    ("gpt2-", "encoder block", 3),
    ("t5-encoder-", "encoder block", 3),
    ("hf-vit-", "encoder block", 3),
    ("ghostnet-", "residual block", 16),
    ("hrnet-", "residual block", 23),
    ("xcit-", "encoder block", 14),
    ("cait-", "encoder block", 8),
    ("levit-", "encoder block", 11),
    ("tiny-bert-", "encoder block", 2),
    ("tiny-roberta-", "encoder block", 2),
    ("tiny-gpt2-", "encoder block", 2),
    ("tiny-deberta-", "encoder block", 2),
];
/// No text of the gallery has more tokens.
const ALL_TOKENS: usize = 64;
/// Ids of the gallery's texts are below.
const N_IDS: usize = 120;
/// After so many seconds a file counts as hanging.
const PATIENCE: Duration = Duration::from_mins(10);

/// What `tests/gallery/record.py` writes beside each network.
#[derive(Deserialize)]
struct Recorded {
    /// Sizes of the samples, the number of samples first; absent for texts.
    samples: Option<Vec<usize>>,
    texts: Option<Vec<String>>,
    /// Files beside it that hold its weights.
    #[serde(default)]
    data: Vec<String>,
    layers: Vec<RecordedLayer>,
    /// Where rounding sets the limit: quantised files.
    tolerance: Option<f32>,
    /// Where the file cannot run, a part of the sentence that says so.
    refused: Option<String>,
}

/// Values of one tensor: evenly spaced ones of each sample, where it has many.
#[derive(Deserialize)]
struct RecordedLayer {
    id: String,
    offset: usize,
    /// Values kept of each sample, and values that it has.
    counts: Vec<usize>,
    sizes: Vec<usize>,
}

/// How one file fared.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    /// Within the tolerance everywhere, or refused in the words expected.
    ok: bool,
    /// What the user reads where it does not run.
    error: Option<String>,
    notes: Vec<String>,
    /// Blocks of each kind.
    #[serde(default)]
    blocks: BTreeMap<String, usize>,
    /// Layers that can be observed, and how many of them were compared.
    layers: usize,
    compared: usize,
    /// Largest error as a share of the layer's largest value, and where.
    worst: f32,
    worst_layer: String,
    load_ms: f64,
    run_ms: f64,
    /// Largest memory of the process.
    megabytes: Option<f64>,
}

/// A network file with its reference.
struct Exhibit {
    path: PathBuf,
    recorded: Recorded,
    values: Vec<f32>,
}

impl Exhibit {
    fn open(path: &Path) -> Self {
        let recorded = serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
        let bytes = std::fs::read(path.with_extension("f32")).unwrap_or_default();
        let values = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        Self { path: path.to_owned(), recorded, values }
    }

    fn graph(&self) -> Result<Graph, Error> {
        let name = self.path.file_name().unwrap().to_string_lossy();
        let folder = self.path.parent().unwrap();
        let weights: Vec<(&String, Vec<u8>)> =
            self.recorded.data.iter().map(|name| (name, std::fs::read(folder.join(name)).unwrap())).collect();
        let weights: Vec<File<'_>> = weights.iter().map(|(name, bytes)| File { name, bytes }).collect();
        Graph::read_with(&std::fs::read(&self.path).unwrap(), &name, &weights)
    }

    /// All values of the chosen layers, layer by layer, sample by sample.
    fn run(&self, graph: &Graph, layers: &[String]) -> Result<Vec<Vec<Vec<f32>>>, Error> {
        let settings = SessionSettings {
            layers: layers.to_vec(),
            input: InputSettings::default(),
            pooling: if self.recorded.texts.is_some() { Pooling::Positions } else { Pooling::Flatten },
            positions_per_sample: ALL_TOKENS,
            seed: 1,
            batch: 2,
        };
        let points = if let Some(texts) = &self.recorded.texts {
            let tokenizer = Arc::new(Tokenizer::read(vocabulary().as_bytes(), "tokenizer.json", graph.max_tokens())?);
            Session::new(graph, SampleKind::Texts(&tokenizer), settings)?.run(Batch::Texts(texts), 0)?
        } else {
            let sizes = self.recorded.samples.as_ref().unwrap();
            let shape = SampleShape { sizes: sizes[1..].to_vec(), bytes: false };
            let samples = Values::F32(self.values[..sizes.iter().product()].to_vec());
            Session::new(graph, SampleKind::Numbers(&shape), settings)?.run(Batch::Numbers(&samples), 0)?
        };
        let by_sample = |layer: bettiscope::network::LayerPoints| {
            let mut rest = layer.points.values.as_slice();
            let sizes = layer.points.per_sample.iter().map(|&n| n as usize * layer.n_coords);
            sizes
                .map(|size| {
                    let (own, others) = rest.split_at(size);
                    rest = others;
                    own.to_vec()
                })
                .collect()
        };
        Ok(points.layers.into_iter().map(by_sample).collect())
    }

    /// Largest difference as a share of the largest recorded value; [`OTHER_SHAPE`] where sizes differ.
    fn error_of(&self, layer: &RecordedLayer, found: &[Vec<f32>]) -> f32 {
        let sizes: Vec<usize> = found.iter().map(Vec::len).collect();
        if sizes != layer.sizes {
            return OTHER_SHAPE;
        }
        let (mut at, mut scale, mut worst) = (layer.offset, f32::MIN_POSITIVE, 0.0_f32);
        for (own, &count) in found.iter().zip(&layer.counts) {
            for i in 0..count {
                let wanted = self.values[at + i];
                let place = if count < own.len() { i * (own.len() - 1) / (count - 1) } else { i };
                scale = scale.max(wanted.abs());
                worst = worst.max((wanted - own[place]).abs());
            }
            at += count;
        }
        worst / scale
    }

    /// Runs twice: with the layers that are proposed, so that all else is optimised as usual, and with all layers.
    fn examine(&self) -> Outcome {
        let mut outcome = Outcome::default();
        let error = self.compare(&mut outcome).err();
        outcome.ok = match (&error, &self.recorded.refused) {
            (Some(error), Some(words)) => error.to_string().contains(words.as_str()),
            (None, None) => outcome.compared > 0 && outcome.worst <= self.recorded.tolerance.unwrap_or(TOLERANCE),
            _ => false,
        };
        outcome.error = error.map(|error| error.to_string());
        let name = self.path.file_name().unwrap().to_string_lossy();
        if let Some((_, kind, n)) = BLOCKS.iter().find(|(start, ..)| name.starts_with(start))
            && outcome.blocks.get(*kind) != Some(n)
        {
            outcome.ok = false;
            outcome.error.get_or_insert(format!("of {n} times {kind} it has {:?}", outcome.blocks));
        }
        outcome
    }

    fn compare(&self, outcome: &mut Outcome) -> Result<(), Error> {
        let began = Instant::now();
        let graph = self.graph()?;
        outcome.load_ms = began.elapsed().as_secs_f64() * 1000.0;
        outcome.notes = graph.notes().to_vec();
        outcome.layers = graph.layers().len();
        for block in graph.listing().blocks.iter().filter(|block| block.is_counted()) {
            *outcome.blocks.entry(block.kind.into()).or_default() += 1;
        }
        let recorded = |id: &String| self.recorded.layers.iter().find(|layer| &layer.id == id);
        let proposed: Vec<String> = graph.layers().iter().filter(|l| l.observed).map(|l| l.id.clone()).collect();
        let all: Vec<String> =
            graph.layers().iter().map(|l| l.id.clone()).filter(|id| recorded(id).is_some()).collect();
        for layers in [proposed, all] {
            let began = Instant::now();
            let found = self.run(&graph, &layers)?;
            outcome.run_ms = began.elapsed().as_secs_f64() * 1000.0;
            outcome.compared = 0;
            for (id, found) in layers.iter().zip(&found) {
                let Some(wanted) = recorded(id) else { continue };
                let error = self.error_of(wanted, found);
                if error > outcome.worst || error.is_nan() {
                    (outcome.worst, outcome.worst_layer) = (error, id.clone());
                }
                outcome.compared += 1;
            }
        }
        Ok(())
    }
}

/// A `tokenizer.json` for which `t7` is the token 7.
fn vocabulary() -> String {
    let words: Vec<String> = (2..N_IDS).map(|id| format!("\"t{id}\":{id}")).collect();
    format!(
        r#"{{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
        "pre_tokenizer":{{"type":"WhitespaceSplit"}},"post_processor":null,"decoder":null,
        "model":{{"type":"WordLevel","vocab":{{"[PAD]":0,"[UNK]":1,{}}},"unk_token":"[UNK]"}}}}"#,
        words.join(",")
    )
}

/// The networks of a folder that have a reference, by name.
fn exhibits(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "onnx") && path.with_extension("json").is_file())
        .collect();
    paths.sort();
    paths
}

/// On as many threads, in order.
fn for_each(paths: &[PathBuf], n_threads: usize, work: impl Fn(&Path) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(path);
                }
            });
        }
    });
}

#[test]
fn the_small_files_compute_what_onnx_runtime_recorded() {
    let paths = exhibits(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/gallery"));
    assert!(paths.len() >= 20);
    let n_threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    for_each(&paths, n_threads, |path| {
        let outcome = Exhibit::open(path).examine();
        let Outcome { error, worst, worst_layer, .. } = &outcome;
        assert!(outcome.ok, "{}: {error:?}, off by {worst} at {worst_layer:?}", path.display());
    });
}

/// `BETTISCOPE_GALLERY` names the file; the outcome goes beside it.
#[test]
#[ignore = "a part of the next one"]
fn one_file() {
    let path = PathBuf::from(std::env::var_os("BETTISCOPE_GALLERY").expect("the environment names a file"));
    let mut outcome = Exhibit::open(&path).examine();
    outcome.megabytes = peak_megabytes();
    write(&path, &outcome);
}

/// `BETTISCOPE_GALLERY` names the folder, `BETTISCOPE_GALLERY_ONLY` beginnings of names, `BETTISCOPE_GALLERY_JOBS` how many
/// run at a time. Outcomes younger than the program and the file stay as they are.
#[test]
#[ignore = "takes minutes, and the gallery must have been made: cargo xtask gallery"]
fn every_file() {
    let setting = |name: &str| std::env::var(format!("BETTISCOPE_GALLERY{name}")).ok();
    let folder = PathBuf::from(setting("").expect("the environment names a folder"));
    let only = setting("_ONLY").unwrap_or_default();
    let chosen = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        only.is_empty() || only.split(',').any(|start| name.starts_with(start))
    };
    let paths: Vec<PathBuf> = exhibits(&folder).into_iter().filter(chosen).collect();
    let program = std::env::current_exe().unwrap();
    let todo: Vec<PathBuf> = paths.iter().filter(|path| !is_current(path, &program)).cloned().collect();
    let n_jobs = setting("_JOBS").and_then(|n| n.parse().ok()).unwrap_or(1);
    for_each(&todo, n_jobs, |path| {
        let outcome = examined_apart(&program, path);
        say(path, &outcome);
    });
    let outcome = |path: &PathBuf| -> Outcome {
        serde_json::from_slice(&std::fs::read(path.with_extension("native.json")).unwrap()).unwrap()
    };
    let failed: Vec<_> =
        paths.iter().filter(|path| !outcome(path).ok).map(|path| path.file_stem().unwrap().to_string_lossy()).collect();
    assert!(failed.is_empty(), "{} of {} files failed: {}", failed.len(), paths.len(), failed.join(", "));
}

/// In a process of its own, which may run out of memory or time without harm to the others.
fn examined_apart(program: &Path, path: &Path) -> Outcome {
    let result = path.with_extension("native.json");
    let _ = std::fs::remove_file(&result);
    let began = Instant::now();
    let mut child = Command::new(program)
        .args(["one_file", "--exact", "--ignored", "--quiet"])
        .env("BETTISCOPE_GALLERY", path)
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(path.with_extension("native.log")).unwrap())
        .spawn()
        .unwrap();
    let ended = loop {
        if child.try_wait().unwrap().is_some() {
            break "it ended without an answer";
        }
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            break "it took more than ten minutes";
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    if let Ok(bytes) = std::fs::read(&result) {
        return serde_json::from_slice(&bytes).unwrap();
    }
    let outcome = Outcome { error: Some(format!("CRASH: {ended}")), ..Outcome::default() };
    write(path, &outcome);
    outcome
}

fn is_current(path: &Path, program: &Path) -> bool {
    let time = |path: &Path| std::fs::metadata(path).and_then(|data| data.modified()).ok();
    let made = time(&path.with_extension("native.json"));
    made > time(program) && made > time(path) && made > time(&path.with_extension("json"))
}

fn write(path: &Path, outcome: &Outcome) {
    std::fs::write(path.with_extension("native.json"), serde_json::to_vec(outcome).unwrap()).unwrap();
}

#[allow(clippy::print_stdout, reason = "this is the progress of a command")]
fn say(path: &Path, outcome: &Outcome) {
    let name = path.file_stem().unwrap().to_string_lossy();
    let mark = if outcome.ok { "✓" } else { "✗" };
    let words = outcome
        .error
        .clone()
        .unwrap_or_else(|| format!("{} of {} layers, off by {:.1e}", outcome.compared, outcome.layers, outcome.worst));
    println!("{mark} {name}: {words}");
}

/// As Linux tells it.
fn peak_megabytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}
