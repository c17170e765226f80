//! Every engine and switch against the textbook, exhaustively on tiny tied matrices and randomly on small ones.

use bettiscope::geometry::DistanceMatrix;
use bettiscope::homology::rips_barcode;
use bettiscope::progress::ignore;

use crate::clouds::{Xorshift, bars, params, variants};
use crate::oracle;

/// All variants against the oracle for each threshold and prime.
fn check(lower: &[f32], thresholds: &[Option<f32>], primes: &[u32], max_dim: usize) {
    let matrix = DistanceMatrix::from_condensed(lower.to_vec()).expect("matrix");
    let n = matrix.n_points();
    let distance = |i: usize, j: usize| lower[i.max(j) * (i.max(j) - 1) / 2 + i.min(j)];
    for &threshold in thresholds {
        let limit = threshold.unwrap_or(f32::MAX);
        for &p in primes {
            let expected = oracle::barcode(n, &distance, limit, i64::from(p), max_dim);
            for dim in [1, max_dim] {
                for params in variants(&params(dim, p, threshold)) {
                    let barcode = rips_barcode(&matrix, &params, &mut ignore).expect("barcode");
                    assert_eq!(bars(&barcode), expected[..=dim], "{lower:?} with {params:?}");
                }
            }
            let components = rips_barcode(&matrix, &params(0, p, threshold), &mut ignore).expect("barcode");
            assert_eq!(bars(&components), expected[..1], "{lower:?}");
        }
    }
}

/// All condensed matrices of `n_pairs` distances with these values.
fn exhaust(n_pairs: u32, values: &[f32], mut check: impl FnMut(&[f32])) {
    let base = values.len();
    for mut number in 0..base.pow(n_pairs) {
        let mut lower = Vec::new();
        for _ in 0..n_pairs {
            lower.push(values[number % base]);
            number /= base;
        }
        check(&lower);
    }
}

#[test]
fn all_matrices_of_up_to_four_points_with_three_values() {
    let thresholds = [None, Some(0.0), Some(1.0), Some(2.0)];
    for n_pairs in [0, 1, 3, 6] {
        exhaust(n_pairs, &[0.0, 1.0, 2.0], |lower| {
            check(lower, &thresholds, &[2, 3], 2);
        });
    }
}

#[test]
fn all_matrices_of_five_points_with_two_values() {
    exhaust(10, &[1.0, 2.0], |lower| {
        check(lower, &[None, Some(1.0)], &[2, 3, 5], 3);
    });
}

#[test]
#[ignore = "minutes; cargo test --release --no-default-features -- --ignored six_points"]
fn all_matrices_of_six_points_with_two_values() {
    exhaust(15, &[1.0, 2.0], |lower| {
        check(lower, &[None, Some(1.0)], &[2, 3, 5], 4);
    });
}

#[test]
fn random_matrices_with_many_ties_and_zeros() {
    let mut random = Xorshift(99);
    for round in 0..60 {
        let n = 6 + round % 4;
        let n_values = 2 + round as u32 % 5;
        let lower: Vec<f32> = (0..n * (n - 1) / 2).map(|_| (random.bits() % n_values) as f32).collect();
        check(&lower, &[None, Some(1.0), Some(2.5)], &[2, 3, 5], 3);
    }
}

#[test]
fn random_matrices_without_ties_up_to_high_dimensions() {
    let mut random = Xorshift(7);
    for n in [7, 8, 9] {
        let lower: Vec<f32> = (0..n * (n - 1) / 2).map(|_| random.unit()).collect();
        check(&lower, &[None, Some(0.5), Some(0.8)], &[2, 3], 5);
    }
}

#[test]
fn random_points_with_duplicates() {
    let mut random = Xorshift(3);
    for _ in 0..20 {
        let points: Vec<[f32; 2]> = (0..9).map(|_| [(random.bits() % 3) as f32, (random.bits() % 3) as f32]).collect();
        let matrix = crate::clouds::euclidean(&crate::clouds::cloud(&points));
        check(matrix.lower(), &[None, Some(1.0)], &[2, 3], 3);
    }
}
