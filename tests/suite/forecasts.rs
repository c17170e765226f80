//! What is predicted before a run, against what the benchmark measured (docs/benchmarks.json).

use std::path::Path;

use bettiscope::geometry::{DistanceMatrix, Metric, PointCloud};
use bettiscope::homology::{Forecast, Need, RipsParams};
use bettiscope::progress::ignore;
use serde::Deserialize;

use crate::clouds::Xorshift;

/// What a process holds before it computes anything.
const PROCESS_BYTES: f64 = 3.0e6;
/// Shorter runs are messages between the page and its worker.
const LEAST_SECONDS: f64 = 0.01;

#[derive(Deserialize)]
struct Row {
    case: String,
    n: usize,
    max_dim: usize,
    threshold: Option<f32>,
    program: String,
    #[serde(rename = "where")]
    place: String,
    threads: usize,
    seconds: f64,
    peak_bytes: Option<f64>,
}

fn numbers(path: &str) -> Vec<f32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.split([' ', ',', '\n', '\t', '\r'])
        .filter(|word| !word.is_empty())
        .map(|w| w.parse().expect("a number"))
        .collect()
}

/// Like the benchmark's clouds of that name: normal, of rank 10, with a little noise, behind a ReLU.
fn activations(n: usize, d: usize) -> Vec<f32> {
    let mut random = Xorshift(9);
    let weights: Vec<f32> = (0..10 * d).map(|_| random.bell()).collect();
    let mut values = Vec::with_capacity(n * d);
    for _ in 0..n {
        let latent: Vec<f32> = (0..10).map(|_| random.bell()).collect();
        for k in 0..d {
            let sum: f32 = latent.iter().enumerate().map(|(r, x)| x * weights[r * d + k]).sum();
            values.push((sum + 0.3 * random.bell()).max(0.0) / 10.0_f32.sqrt());
        }
    }
    values
}

/// The values of a case with its coordinates; none for a matrix.
fn values(case: &str) -> Option<(Vec<f32>, Option<usize>)> {
    let goldens = "tests/data/homology";
    let name = case.split(" H").next()?;
    Some(match name {
        "random_50_16" => (numbers(&format!("{goldens}/random_50_16.txt")), Some(16)),
        "sphere_3_192" => (numbers(&format!("{goldens}/sphere_3_192.lower_distance_matrix")), None),
        "klein400" => (numbers(&format!("{goldens}/klein400.txt")), Some(3)),
        "dragon1000" => (numbers("benches/homology/data/dragon1000.txt"), Some(3)),
        "o3_1024" => (numbers("benches/homology/data/o3_1024.txt"), Some(9)),
        _ => {
            let (kind, size) = name.split_once(' ')?;
            let (n, d) = size.split_once('×').and_then(|(n, d)| Some((n.parse().ok()?, d.parse().ok()?)))?;
            let values = match kind {
                "activations" => activations(n, d),
                "Gaussian" => (0..n * d)
                    .map({
                        let mut random = Xorshift(5);
                        move |_| random.bell()
                    })
                    .collect(),
                _ => return None,
            };
            (values, Some(d))
        }
    })
}

/// What is predicted when the distances are known, as far as they are made at all and quickly enough for a test.
fn predicted(row: &Row) -> Option<Need> {
    let params = RipsParams::new(row.max_dim).and_then(|p| p.with_threshold(row.threshold)).expect("params");
    let (values, n_coords) = values(&row.case)?;
    let before = Forecast::of_points(row.n, n_coords.unwrap_or(0), &params).need();
    if row.max_dim == 0 || row.n > 1100 {
        return Some(before);
    }
    let matrix = match n_coords {
        None => DistanceMatrix::from_condensed(values),
        Some(d) => PointCloud::from_rows(values, d, "test")
            .and_then(|c| DistanceMatrix::from_points(&c, Metric::Euclidean, &mut ignore)),
    };
    let with_distances = Forecast::of_matrix(&matrix.expect("distances"), &params).need();
    // The distances have been computed by then.
    let distances = before.seconds - Forecast::of_points(row.n, 0, &params).need().seconds;
    Some(Need { seconds: with_distances.seconds + distances, ..with_distances })
}

/// How far two numbers are apart, as a factor.
fn factor(a: f64, b: f64) -> f64 {
    (a / b).max(b / a)
}

#[test]
fn are_true_to_a_factor_of_two_on_the_benchmark() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/benchmarks.json");
    let rows: Vec<Row> = serde_json::from_slice(&std::fs::read(path).expect("docs/benchmarks.json")).expect("rows");
    let (mut compared, mut wrong) = (0, Vec::new());
    for row in rows.iter().filter(|row| row.program == "bettiscope" && row.threads == 1) {
        let Some(known) = predicted(row) else { continue };
        compared += 1;
        if row.place == "native" {
            let bytes = known.megabytes as f64 * f64::from(1 << 20) + PROCESS_BYTES;
            let measured = row.peak_bytes.expect("measured on Linux");
            if factor(bytes, measured) > 2.0 {
                wrong.push(format!("{}: {bytes} bytes instead of {measured}", row.case));
            }
        } else if row.seconds > LEAST_SECONDS && factor(known.seconds, row.seconds) > 2.0 {
            wrong.push(format!("{}: {} s instead of {}", row.case, known.seconds, row.seconds));
        }
    }
    assert!(compared >= 20, "only {compared} rows of docs/benchmarks.json were compared");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
