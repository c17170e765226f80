//! Distances of some pairs only.

use bettiscope::geometry::{DistanceMatrix, MAX_SPARSE_POINTS, SparseDistances};
use bettiscope::homology::{Engine, Method, RipsParams, rips_barcode, rips_barcode_of_sparse};
use bettiscope::progress::ignore;

use crate::clouds::{Xorshift, bars, params};

fn kind<T: std::fmt::Debug>(result: bettiscope::Result<T>) -> &'static str {
    result.expect_err("an error").kind()
}

#[test]
fn missing_pairs_are_as_good_as_a_threshold() {
    let mut random = Xorshift(21);
    for round in 0..30_u32 {
        let n = 6 + round as usize % 5;
        let lower: Vec<f32> = (0..n * (n - 1) / 2).map(|_| (random.bits() % (3 + round)) as f32).collect();
        let threshold = (1 + round / 2) as f32;
        let pairs = (1..n as u32).flat_map(|i| (0..i).map(move |j| [j, i]));
        // In another order, and each pair a second time the other way round.
        let mut present: Vec<([u32; 2], f32)> =
            pairs.zip(&lower).map(|(pair, &d)| (pair, d)).filter(|&(_, d)| d <= threshold).collect();
        present.reverse();
        present.extend(present.clone().into_iter().map(|([a, b], d)| ([b, a], d)));
        let (pairs, lengths): (Vec<_>, Vec<_>) = present.into_iter().unzip();
        let sparse = SparseDistances::from_pairs(n, &pairs, &lengths).expect("distances");
        let matrix = DistanceMatrix::from_condensed(lower).expect("matrix");
        for (max_dim, modulus) in [(0, 2), (1, 2), (2, 3), (3, 2)] {
            let dense = rips_barcode(&matrix, &params(max_dim, modulus, Some(threshold)), &mut ignore);
            let found = rips_barcode_of_sparse(&sparse, &params(max_dim, modulus, None), &mut ignore).expect("barcode");
            assert_eq!(bars(&found), bars(&dense.expect("barcode")), "H{max_dim} modulo {modulus}");
            assert_eq!(found.engine(), Some(Engine::Cohomology));
            let cut = rips_barcode_of_sparse(&sparse, &params(max_dim, modulus, Some(1.0)), &mut ignore);
            let dense = rips_barcode(&matrix, &params(max_dim, modulus, Some(1.0)), &mut ignore);
            assert_eq!(bars(&cut.expect("barcode")), bars(&dense.expect("barcode")));
        }
    }
}

#[test]
fn points_without_any_pair_are_components() {
    let alone = SparseDistances::from_pairs(5, &[], &[]).expect("distances");
    let barcode = rips_barcode_of_sparse(&alone, &params(1, 2, None), &mut ignore).expect("barcode");
    assert_eq!(barcode.dim(0).len(), 5);
    assert!(barcode.dim(1).is_empty());
}

#[test]
fn contradictions_are_named() {
    let from = SparseDistances::from_pairs;
    assert_eq!(kind(from(0, &[], &[])), "empty");
    assert_eq!(kind(from(MAX_SPARSE_POINTS + 1, &[], &[])), "too-many-points");
    assert_eq!(kind(from(3, &[[0, 1]], &[])), "length-mismatch");
    assert_eq!(kind(from(3, &[[0, 3]], &[1.0])), "invalid-setting");
    assert_eq!(kind(from(3, &[[1, 1]], &[1.0])), "non-zero-diagonal");
    assert_eq!(kind(from(3, &[[0, 1], [1, 0]], &[1.0, 2.0])), "asymmetric");
    assert_eq!(kind(from(3, &[[0, 1]], &[f32::NAN])), "invalid-distance");
    assert_eq!(kind(from(3, &[[0, 1]], &[-1.0])), "invalid-distance");
    assert!(from(3, &[[1, 1], [0, 1], [1, 0]], &[0.0, -0.0, 0.0]).is_ok());
    let sparse = from(2, &[[0, 1]], &[1.0]).expect("distances");
    let forced = RipsParams::new(1).and_then(|p| p.with_method(Method::ReducedRips)).expect("params");
    assert_eq!(kind(rips_barcode_of_sparse(&sparse, &forced, &mut ignore)), "invalid-setting");
}
