//! What is refused, in which words, and how computations are stopped.

use std::ops::ControlFlow;

use bettiscope::Error;
use bettiscope::geometry::{DistanceMatrix, Metric};
use bettiscope::homology::{Forecast, Method, RipsParams, rips_barcode, rips_barcode_as_found, rips_barcode_of_points};
use bettiscope::progress::{Progress, Stage, ignore};

use crate::clouds::{Xorshift, barcode, cloud, euclidean, matrix};

fn kind<T: std::fmt::Debug>(result: bettiscope::Result<T>) -> &'static str {
    result.expect_err("an error").kind()
}

#[test]
fn values_that_are_no_distances_are_named() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0] {
        let error = DistanceMatrix::from_condensed(vec![1.0, 2.0, bad]).expect_err("an error");
        assert!(matches!(error, Error::InvalidDistance { i: 2, j: 1, .. }), "{error}");
        assert!(matches!(
            DistanceMatrix::from_square(&[0.0, bad, 1.0, 0.0], 2),
            Err(Error::InvalidDistance { i: 0, j: 1, .. })
        ));
    }
    assert_eq!(kind(DistanceMatrix::from_square(&[0.0, 1.0, 2.0, 0.0], 2)), "asymmetric");
    assert_eq!(kind(DistanceMatrix::from_square(&[1.0, 0.5, 0.5, 1.0], 2)), "non-zero-diagonal");
    assert_eq!(kind(DistanceMatrix::from_square(&[f32::NAN], 1)), "non-zero-diagonal");
    assert_eq!(kind(DistanceMatrix::from_square(&[0.0; 5], 2)), "not-a-matrix");
    assert_eq!(kind(DistanceMatrix::from_square(&[], 0)), "empty");
    let error = DistanceMatrix::from_condensed(vec![1.0; 5]).expect_err("an error");
    assert!(matches!(error, Error::NotAMatrix { n_values: 5, nearest: 3, .. }), "{error}");
    let printed = [0.0, 0.333_333_3, 0.333_333_34, 0.0];
    assert!(DistanceMatrix::from_square(&printed, 2).is_ok(), "a last digit may differ");
}

#[test]
fn metrics_refuse_points_without_direction_or_variation() {
    let points = cloud(&[[1.0, 2.0], [0.0, 0.0]]);
    let angular = DistanceMatrix::from_points(&points, Metric::Angular, &mut ignore);
    assert!(matches!(angular, Err(Error::UndefinedMetric { i: 1, property: "zero", .. })));
    let points = cloud(&[[0.1, 0.1, 0.1], [1.0, 2.0, 3.0]]);
    let correlation = DistanceMatrix::from_points(&points, Metric::Correlation, &mut ignore);
    assert!(matches!(correlation, Err(Error::UndefinedMetric { i: 0, property: "constant", .. })));
    let huge = cloud(&[[-3e38], [3e38]]);
    assert_eq!(kind(DistanceMatrix::from_points(&huge, Metric::Euclidean, &mut ignore)), "invalid-distance");
}

#[test]
fn parameters_outside_their_range_are_refused() {
    assert_eq!(kind(RipsParams::new(9)), "invalid-setting");
    let params = RipsParams::new(2).expect("params");
    for modulus in [0, 1, 4, 9, 65_537, u32::MAX] {
        assert_eq!(kind(params.clone().with_modulus(modulus)), "invalid-setting", "{modulus}");
    }
    for threshold in [-1.0, f32::NAN] {
        assert_eq!(kind(params.clone().with_threshold(Some(threshold))), "invalid-setting");
    }
    assert!(params.clone().with_threshold(Some(f32::INFINITY)).is_ok());
    assert_eq!(kind(params.with_method(Method::ReducedRips)), "invalid-setting");
    let points = matrix(65, |_, _| 1.0);
    let params = RipsParams::new(8).expect("params");
    let error = rips_barcode(&points, &params, &mut ignore).expect_err("an error");
    assert!(matches!(error, Error::TooManySimplices { n_points: 65, max_dim: 8, fits: 64 }), "{error}");
}

#[test]
fn dimensions_without_classes_are_present_and_empty() {
    let barcode = barcode(&euclidean(&cloud(&[[0.0], [1.0]])), 5);
    assert_eq!(barcode.max_dim(), Some(5));
    assert!((1..=5).all(|dim| barcode.dim(dim).is_empty()));
    assert!(barcode.dim(6).is_empty());
}

#[test]
fn all_distances_equal_or_zero() {
    let equal = barcode(&matrix(20, |_, _| 3.0), 3);
    assert_eq!(equal.dim(0).len(), 20);
    assert!((1..=3).all(|dim| equal.dim(dim).is_empty()));
    let zero = barcode(&matrix(20, |_, _| 0.0), 3);
    assert_eq!(zero.dim(0).len(), 1);
    assert!((1..=3).all(|dim| zero.dim(dim).is_empty()));
}

/// Runs a computation again and again, stopping it one report later each time, until it gets through.
fn check_stops(mut compute: impl FnMut(&mut dyn FnMut(Progress) -> ControlFlow<()>) -> bettiscope::Result<()>) {
    for patience in 0.. {
        let mut n_reports = 0;
        let result = compute(&mut |progress| {
            assert!(progress.done <= progress.total, "{progress:?}");
            n_reports += 1;
            if n_reports > patience { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if result.is_ok() {
            assert!(patience > 1, "the observer was hardly asked");
            return;
        }
        assert_eq!(result, Err(Error::Stopped));
        assert_eq!(n_reports, patience + 1, "asked again after it said stop");
    }
}

#[test]
fn every_computation_stops_at_any_report() {
    let points = Xorshift(8).cube(150, 40);
    check_stops(|observer| DistanceMatrix::from_points(&points, Metric::Euclidean, observer).map(drop));
    let matrix = euclidean(&points);
    for max_dim in [1, 2] {
        let params = RipsParams::new(max_dim).expect("params");
        check_stops(|observer| rips_barcode(&matrix, &params, observer).map(drop));
    }
}

#[test]
fn progress_names_its_stage() {
    let points = Xorshift(8).cube(30, 4);
    let mut stages = Vec::new();
    let mut note = |progress: Progress| {
        stages.push(progress.stage);
        ControlFlow::Continue(())
    };
    let matrix = DistanceMatrix::from_points(&points, Metric::Euclidean, &mut note).expect("matrix");
    rips_barcode(&matrix, &RipsParams::new(1).expect("params"), &mut note).expect("barcode");
    assert_eq!(stages.first(), Some(&Stage::Distances));
    assert!(stages.contains(&Stage::Reducing(0)));
}

#[test]
fn predictions_grow_and_limits_are_the_inverse() {
    for max_dim in 0..=3 {
        let params = RipsParams::new(max_dim).expect("params");
        let forecast = |n| Forecast::of_points(n, 64, &params);
        for limit in [1, 64, 2000] {
            let n = forecast(2000).largest_n_within(limit);
            assert!(n > 1 && forecast(2000).need().megabytes > 0);
            let fits = |n: usize| forecast(n).check(limit);
            if n > 1000 || max_dim > 0 {
                assert!(fits(n).is_ok(), "{n} points up to H{max_dim} in {limit} MB");
            }
            if (1000..65_000).contains(&n) {
                let error = fits(n + 1).expect_err("an error");
                assert!(matches!(error, Error::TooManyPoints { fits, .. } if fits == n), "{error}");
            }
        }
        assert!(forecast(300).need().seconds < forecast(600).need().seconds);
    }
}

#[test]
fn a_limit_of_memory_is_kept_by_what_the_points_need() {
    let params = RipsParams::new(2).expect("params").with_memory_limit(Some(1));
    let points = Xorshift(7).cube(400, 3);
    let of = |params: &RipsParams| rips_barcode_of_points(&points, Metric::Euclidean, params, &mut ignore);
    let error = of(&params).expect_err("more than 1 MB");
    assert!(matches!(error, Error::TooManyPoints { n_points: 400, limit: 1, fits: 1..400, .. }), "{error}");
    let small = params.with_threshold(Some(0.05)).expect("params");
    assert!(of(&small).is_ok(), "few edges need little");
}

#[test]
fn every_interval_is_told_once_when_it_is_found() {
    let points = Xorshift(12).cube(60, 3);
    let matrix = euclidean(&points);
    for (max_dim, threshold) in [(0, None), (1, None), (1, Some(0.3)), (2, None), (2, Some(0.4))] {
        for modulus in [2, 3] {
            let params = crate::clouds::params(max_dim, modulus, threshold);
            let mut told = vec![Vec::new(); max_dim + 1];
            let mut finder = |dim: usize, interval: bettiscope::homology::Interval| {
                told[dim].push((interval.birth, interval.death));
            };
            let barcode = rips_barcode_as_found(&matrix, &params, &mut ignore, &mut finder).expect("barcode");
            for dim in &mut told {
                dim.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
            }
            assert_eq!(told, crate::clouds::bars(&barcode), "{params:?}");
        }
    }
}
