//! Barcodes by GUDHI and ripser.py, see `tests/data/homology/README.md`; equal as 32-bit numbers.

use std::path::PathBuf;

use bettiscope::geometry::{DistanceMatrix, Metric, PointCloud};
use bettiscope::homology::{Method, RipsParams, rips_barcode};
use bettiscope::progress::ignore;
use serde_json::Value;

use crate::clouds::{Bars, Xorshift, bars, params};

fn text(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/homology").join(name);
    std::fs::read_to_string(path).expect("test data")
}

fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).expect("JSON")
}

/// A number, or infinity for null.
fn number(value: &Value) -> f32 {
    value.as_f64().map_or(f32::INFINITY, |x| x as f32)
}

fn count(case: &Value, key: &str) -> usize {
    case[key].as_u64().expect(key) as usize
}

fn threshold(case: &Value) -> Option<f32> {
    case["threshold"].as_f64().map(|x| x as f32)
}

fn check(matrix: &DistanceMatrix, params: &RipsParams, expected: &Bars, name: &str) {
    let mut methods = vec![Method::Auto, Method::Cohomology];
    if params.max_dim() == 1 && params.modulus() == 2 {
        methods.push(Method::ReducedRips);
    }
    for method in methods {
        let params = params.clone().with_method(method).expect("method");
        let barcode = rips_barcode(matrix, &params, &mut ignore).expect("barcode");
        assert_eq!(&bars(&barcode), expected, "{name} by {method:?}");
    }
}

/// The whitespace- or comma-separated numbers of a file.
fn numbers(name: &str) -> Vec<f64> {
    text(name)
        .split([',', ' ', '\n', '\t', '\r'])
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().expect("number"))
        .collect()
}

fn check_file(matrix: &DistanceMatrix, name: &str) {
    let golden = json(name);
    let max_dim = count(&golden, "maxdim");
    let expected = (0..=max_dim)
        .map(|dim| {
            let bars = golden["bars"][dim.to_string()].as_array().expect("bars");
            bars.iter().map(|bar| (number(&bar[0]), number(&bar[1]))).collect()
        })
        .collect();
    let params = params(max_dim, count(&golden, "coeff") as u32, threshold(&golden));
    check(matrix, &params, &expected, name);
}

/// Distances from decimals in 64 bits, which a cloud of 32-bit points would round.
fn matrix_of_decimals(name: &str, d: usize) -> DistanceMatrix {
    let values = numbers(name);
    crate::clouds::matrix(values.len() / d, |i, j| {
        let pairs = values[i * d..][..d].iter().zip(&values[j * d..][..d]);
        pairs.fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y)).sqrt() as f32
    })
}

fn matrix_of_file(name: &str) -> DistanceMatrix {
    let values = numbers(name).into_iter().map(|x| x as f32).collect();
    DistanceMatrix::from_condensed(values).expect("matrix")
}

#[test]
fn the_projective_plane_has_torsion() {
    let matrix = matrix_of_file("projective_plane.lower_distance_matrix");
    check_file(&matrix, "projective_plane_d2_p2.json");
    check_file(&matrix, "projective_plane_d2_p3.json");
}

#[test]
fn the_sphere_of_192_points() {
    check_file(&matrix_of_file("sphere_3_192.lower_distance_matrix"), "sphere_3_192_d2.json");
}

#[test]
fn fifty_random_points_up_to_dimension_four() {
    check_file(&matrix_of_decimals("random_50_16.txt", 16), "random_50_16_d4.json");
}

#[test]
fn the_klein_bottle_with_many_ties_and_duplicates() {
    check_file(&matrix_of_decimals("klein400.txt", 3), "klein400_d1.json");
}

fn check_case(case: &Value, points: Vec<f32>) {
    let name = case["name"].as_str().expect("name");
    let cloud = PointCloud::from_rows(points, count(case, "d"), name).expect("cloud");
    let metric: Metric = serde_json::from_value(case["metric"].clone()).expect("metric");
    let matrix = DistanceMatrix::from_points(&cloud, metric, &mut ignore).expect("distances");
    let expected = case["bars"].as_array().expect("bars").iter().map(|flat| {
        let ends = flat.as_array().expect("ends");
        ends.chunks(2).map(|bar| (number(&bar[0]), number(&bar[1]))).collect()
    });
    let params = params(count(case, "max_dim"), count(case, "modulus") as u32, threshold(case));
    check(&matrix, &params, &expected.collect(), name);
}

#[test]
fn generated_clouds_of_all_kinds() {
    for case in json("generated.json").as_array().expect("cases") {
        let mut random = Xorshift(count(case, "seed") as u32);
        let levels = count(case, "levels") as f32;
        let is_normal = case["normal"] == true;
        let points = (0..count(case, "n") * count(case, "d"))
            .map(|_| if is_normal { random.bell() } else { random.unit() })
            .map(|x| if levels > 0.0 { (x * levels).floor() / levels } else { x })
            .collect();
        check_case(case, points);
    }
}

fn check_recorded_points(name: &str) {
    for case in json(name).as_array().expect("cases") {
        let points = case["points"].as_array().expect("points").iter().map(number).collect();
        check_case(case, points);
    }
}

#[test]
fn the_cases_of_the_browser_tests() {
    check_recorded_points("wasm-goldens.json");
}

#[test]
fn known_spaces_and_activations() {
    check_recorded_points("spaces.json");
}
