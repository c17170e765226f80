//! H0 of points without their matrix is that of the matrix, merging edges included.

use bettiscope::geometry::{DistanceMatrix, Metric, PointCloud, Scaling};
use bettiscope::homology::{Engine, RipsParams, components_of_points, rips_barcode, rips_barcode_of_points};
use bettiscope::progress::ignore;
use bettiscope::random::Random;

use crate::clouds::Xorshift;

const METRICS: [Metric; 5] =
    [Metric::Euclidean, Metric::Manhattan, Metric::Chebyshev, Metric::Angular, Metric::Correlation];

fn check(cloud: &PointCloud, metric: Metric, threshold: Option<f32>, name: &str) {
    let matrix = DistanceMatrix::from_points(cloud, metric, &mut ignore).expect("matrix");
    let params = RipsParams::new(0).expect("params").with_threshold(threshold).expect("params");
    let expected = rips_barcode(&matrix, &params, &mut ignore).expect("barcode");
    let found = components_of_points(cloud, metric, threshold, &mut ignore).expect("barcode");
    assert!(found == expected, "{name}, {} points, {metric:?}", cloud.n_points());
    assert_eq!(found.engine(), Some(Engine::SpanningTree));
}

/// A cloud from a function of point and coordinate.
fn cloud(n: usize, d: usize, mut value: impl FnMut(usize, usize) -> f32) -> PointCloud {
    let values = (0..n).flat_map(|i| (0..d).map(move |k| (i, k))).map(|(i, k)| value(i, k)).collect();
    PointCloud::from_rows(values, d, "test").expect("cloud")
}

#[test]
fn uniform_clouds_of_all_sizes_and_metrics() {
    let mut random = Xorshift(11);
    for n in [1, 2, 3, 7, 8, 9, 63, 64, 65, 130, 400] {
        for d in [1, 2, 5, 40] {
            let points = random.cube(n, d);
            for metric in METRICS {
                if metric != Metric::Correlation || d > 1 {
                    check(&points, metric, None, "uniform");
                }
            }
        }
    }
    check(&random.cube(70, 1500), Metric::Euclidean, None, "wide");
}

#[test]
fn ties_and_duplicates_are_broken_as_in_the_matrix() {
    let mut random = Xorshift(12);
    for levels in [1, 2, 3, 5] {
        for d in [1, 2, 3] {
            let points = cloud(200, d, |_, _| (random.bits() % levels) as f32);
            for metric in [Metric::Euclidean, Metric::Manhattan, Metric::Chebyshev] {
                check(&points, metric, None, "grid");
                check(&points, metric, Some(1.0), "grid up to 1");
                check(&points, metric, Some(0.0), "grid up to 0");
            }
        }
    }
}

#[test]
fn clusters_far_apart_and_near_duplicates_far_from_the_origin() {
    let mut random = Xorshift(13);
    for spread in [1e-1_f32, 1e-4, 1e-6] {
        // Seven clusters of 60 points; the first graph has no edge between them.
        let points = cloud(420, 6, |i, k| ((i % 7 * (k + 3)) % 11) as f32 * 100.0 + spread * random.unit());
        check(&points, Metric::Euclidean, None, "clusters");
        check(&points, Metric::Angular, None, "clusters");
    }
    let sizes = cloud(300, 3, |i, _| random.unit() * 10.0_f32.powi(i as i32 % 30 - 20));
    check(&sizes, Metric::Euclidean, None, "many sizes");
    for unit in [1e-30_f32, 1e18] {
        let points = cloud(100, 4, |_, _| random.unit() * unit);
        check(&points, Metric::Euclidean, None, "extreme");
        check(&points, Metric::Manhattan, None, "extreme");
    }
}

#[test]
fn a_cloud_large_enough_for_the_automatic_choice() {
    let mut random = Random::new(14);
    let mut unit = || (random.next_u64() >> 40) as f32 / 16_777_216.0;
    let relu = Scaling::MinMax.apply(&cloud(1500, 24, |i, k| (unit() - 0.5 + (i % 5 * k % 3) as f32 * 0.1).max(0.0)));
    check(&relu, Metric::Euclidean, None, "activations");
    let params = RipsParams::new(0).expect("params");
    let automatic = rips_barcode_of_points(&relu, Metric::Euclidean, &params, &mut ignore).expect("barcode");
    let by_hand = components_of_points(&relu, Metric::Euclidean, None, &mut ignore).expect("barcode");
    assert_eq!(automatic, by_hand);
    #[cfg(feature = "threads")]
    for n_threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("pool");
        let inside = pool.install(|| components_of_points(&relu, Metric::Euclidean, None, &mut ignore));
        assert_eq!(inside.expect("barcode"), by_hand, "{n_threads} threads");
    }
}

#[test]
fn undefined_metrics_are_refused() {
    let zero = cloud(20, 2, |i, _| i as f32);
    let error = components_of_points(&zero, Metric::Angular, None, &mut ignore).expect_err("an error");
    assert_eq!(error.kind(), "undefined-metric");
    let huge = cloud(2, 1, |i, _| if i == 0 { -3e38 } else { 3e38 });
    let error = components_of_points(&huge, Metric::Euclidean, None, &mut ignore).expect_err("an error");
    assert_eq!(error.kind(), "invalid-distance");
}
