//! Many clouds at once, and threads: nothing depends on them.

use std::ops::ControlFlow;

use bettiscope::Error;
use bettiscope::geometry::{DistanceMatrix, Metric};
use bettiscope::homology::{RipsParams, rips_barcode, rips_barcode_of_points, rips_barcodes};
use bettiscope::progress::{Stage, ignore};

use crate::clouds::{Xorshift, euclidean};

fn matrices() -> Vec<DistanceMatrix> {
    let mut random = Xorshift(77);
    (0..12).map(|k| euclidean(&random.cube(20 + 7 * (k % 5), 3))).collect()
}

#[test]
fn many_barcodes_are_those_of_one_after_the_other() {
    let matrices = matrices();
    for max_dim in 0..=2 {
        let params = RipsParams::new(max_dim).expect("params");
        let singly: Vec<_> =
            matrices.iter().map(|matrix| rips_barcode(matrix, &params, &mut ignore).expect("barcode")).collect();
        let mut last = (0, 0);
        let together = rips_barcodes(&matrices, &params, &mut |progress| {
            assert!(progress.done >= last.0 && progress.done <= progress.total);
            last = (progress.done, progress.total);
            ControlFlow::Continue(())
        });
        assert_eq!(together.expect("barcodes"), singly);
        assert_eq!(last, (12, 12));
    }
    let none = rips_barcodes(&[], &RipsParams::new(1).expect("params"), &mut ignore);
    assert_eq!(none, Ok(vec![]));
}

#[test]
fn many_barcodes_stop_when_asked() {
    let params = RipsParams::new(2).expect("params");
    for patience in [0, 3] {
        let mut n_reports = 0;
        let result = rips_barcodes(&matrices(), &params, &mut |_| {
            n_reports += 1;
            if n_reports > patience { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(result, Err(Error::Stopped));
    }
}

#[test]
fn distances_have_the_same_bits_for_any_number_of_threads() {
    let points = Xorshift(78).cube(130, 700);
    let pairs = (1..130).flat_map(|i| (0..i).map(move |j| (i, j)));
    let plain: Vec<f32> = pairs.map(|(i, j)| Metric::Euclidean.distance(points.point(i), points.point(j))).collect();
    let compute = || DistanceMatrix::from_points(&points, Metric::Euclidean, &mut ignore).expect("matrix");
    assert_eq!(compute().lower(), plain);
    #[cfg(feature = "threads")]
    for n_threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("pool");
        let in_pool = || {
            let matrix = DistanceMatrix::from_points(&points, Metric::Euclidean, &mut ignore);
            let barcodes = rips_barcodes(&matrices(), &RipsParams::new(1).expect("params"), &mut ignore);
            (matrix.expect("matrix"), barcodes.expect("barcodes"))
        };
        let (matrix, barcodes) = pool.install(in_pool);
        assert_eq!(matrix.lower(), plain, "{n_threads} threads");
        let outside = rips_barcodes(&matrices(), &RipsParams::new(1).expect("params"), &mut ignore);
        assert_eq!(outside, Ok(barcodes));
    }
}

#[cfg(feature = "threads")]
#[test]
fn one_large_cloud_has_the_same_barcode_for_any_number_of_threads() {
    use bettiscope::homology::{Method, Optimisations};
    let matrix = euclidean(&Xorshift(79).cube(260, 7));
    let params = RipsParams::new(1).expect("params");
    let plain = params.clone().with_optimisations(Optimisations { witnesses: false, ..Optimisations::default() });
    let cohomology = RipsParams::new(2).expect("params").with_method(Method::Cohomology).expect("params");
    let in_pool = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("pool");
        pool.install(|| [&params, &plain, &cohomology].map(|p| rips_barcode(&matrix, p, &mut ignore).expect("barcode")))
    };
    let single = in_pool(1);
    assert_eq!(single[0], single[1]);
    for n_threads in [2, 3] {
        assert_eq!(in_pool(n_threads), single, "{n_threads} threads");
    }
}

#[test]
fn one_cloud_on_a_pool_reports_stops_and_fails_as_elsewhere() {
    let points = Xorshift(79).cube(700, 3);
    let params = RipsParams::new(1).expect("params");
    let alone = rips_barcode(&euclidean(&points), &params, &mut ignore).expect("barcode");
    let mut stages = Vec::new();
    let of_points = rips_barcode_of_points(&points, Metric::Euclidean, &params, &mut |progress| {
        stages.push(progress.stage);
        ControlFlow::Continue(())
    });
    assert_eq!(of_points, Ok(alone));
    assert_eq!(stages.first(), Some(&Stage::Distances));
    assert!(stages.contains(&Stage::Reducing(1)), "{stages:?}");
    for patience in [0, 2] {
        let mut n_reports = 0;
        let stopped = rips_barcode_of_points(&points, Metric::Euclidean, &params, &mut |_| {
            n_reports += 1;
            if n_reports > patience { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(stopped, Err(Error::Stopped));
        assert_eq!(n_reports, patience + 1, "not asked again");
    }
    let zero = bettiscope::geometry::PointCloud::from_rows(vec![0.0; 1400], 2, "test").expect("cloud");
    let error = rips_barcode_of_points(&zero, Metric::Angular, &params, &mut ignore).expect_err("no angle");
    assert_eq!(error.kind(), "undefined-metric");
}
