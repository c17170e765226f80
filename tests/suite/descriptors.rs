//! Closed forms and published values.

use bettiscope::descriptors::{
    betti_curve, betti_number, lifespan_sum, longest_lifespan, mean_lifespan, n_finite, persistence_entropy,
};
use bettiscope::homology::Interval;

use crate::clouds::{barcode, cloud, euclidean, polygon};

const INF: f32 = f32::INFINITY;

fn intervals(ends: &[(f32, f32)]) -> Vec<Interval> {
    ends.iter().map(|&(birth, death)| Interval::new(birth, death)).collect()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-6 * expected.max(1.0), "{found} instead of {expected}");
}

#[test]
fn lifespan_sums_skip_essential_intervals() {
    let some = intervals(&[(0.0, 4.0), (1.0, 2.0), (1.0, INF)]);
    for (alpha, sum) in [(0.0, 2.0), (0.5, 3.0), (1.0, 5.0), (2.0, 17.0), (3.0, 65.0)] {
        assert_eq!(lifespan_sum(&some, alpha), sum);
    }
    assert_eq!((n_finite(&some), mean_lifespan(&some), longest_lifespan(&some)), (2, Some(2.5), Some(4.0)));
    let none = intervals(&[(0.0, INF)]);
    assert_eq!((n_finite(&none), mean_lifespan(&none), longest_lifespan(&none)), (0, None, None));
    assert_eq!(lifespan_sum(&none, 1.0), 0.0);
}

#[test]
fn regular_polygons_have_the_published_sums() {
    let twelve = barcode(&euclidean(&polygon(12)), 1);
    close(lifespan_sum(twelve.dim(0), 1.0), 5.694_018_992);
    close(lifespan_sum(twelve.dim(0), 0.5), 7.914_177_716);
    close(lifespan_sum(twelve.dim(0), 2.0), 2.947_441_117);
    close(longest_lifespan(twelve.dim(1)).expect("a loop"), 1.214_412_717);
    let twenty = barcode(&euclidean(&polygon(20)), 1);
    close(lifespan_sum(twenty.dim(0), 1.0), 5.944_509_672);
    close(longest_lifespan(twenty.dim(1)).expect("a loop"), 1.469_144_118);
}

#[test]
fn lines_cubes_and_octahedra_have_the_published_sums() {
    let line: Vec<[f32; 1]> = (0..30_u8).map(|i| [f32::from(i)]).collect();
    let line = barcode(&euclidean(&cloud(&line)), 1);
    assert_eq!((lifespan_sum(line.dim(0), 1.0), lifespan_sum(line.dim(1), 1.0)), (29.0, 0.0));
    let corner = |i: u8| [f32::from(i & 1), f32::from(i >> 1 & 1), f32::from(i >> 2)];
    let cube = barcode(&euclidean(&cloud(&[0, 1, 2, 3, 4, 5, 6, 7].map(corner))), 1);
    close(lifespan_sum(cube.dim(0), 1.0), 7.0);
    close(lifespan_sum(cube.dim(1), 1.0), 2.071_067_812);
    let octahedron: Vec<[f32; 3]> = (0..6_usize)
        .map(|i| std::array::from_fn(|k| if i / 2 == k { 1.0 - 2.0 * (i % 2) as f32 } else { 0.0 }))
        .collect();
    let octahedron = barcode(&euclidean(&cloud(&octahedron)), 2);
    close(lifespan_sum(octahedron.dim(0), 1.0), 7.071_067_812);
    close(lifespan_sum(octahedron.dim(2), 1.0), 0.585_786_438);
}

#[test]
fn the_entropy_of_equal_intervals_is_the_logarithm_of_their_number() {
    for k in 1..6_usize {
        close(persistence_entropy(&intervals(&vec![(1.0, 3.0); k])), (k as f64).ln());
    }
    assert_eq!(persistence_entropy(&intervals(&[(0.0, INF)])), 0.0);
    assert!(persistence_entropy(&intervals(&[(0.0, 1.0)])).is_sign_positive());
}

#[test]
fn betti_curves_step_at_births_and_deaths() {
    let some = intervals(&[(1.0, 8.0), (2.0, INF), (3.0, 4.0)]);
    let curve = betti_curve(&some);
    assert_eq!(curve.scales, [1.0, 2.0, 3.0, 4.0, 8.0]);
    assert_eq!(curve.counts, [1, 2, 3, 2, 1]);
    for (scale, count) in [(0.526, 0), (3.684, 3), (4.737, 2), (4.0, 2), (1.0, 1), (9.0, 1)] {
        assert_eq!((curve.at(scale), betti_number(&some, scale)), (count, count));
    }
    let relay = betti_curve(&intervals(&[(1.0, 2.0), (2.0, 3.0)]));
    assert_eq!((relay.scales, relay.counts), (vec![1.0, 3.0], vec![1, 0]));
    assert!(betti_curve(&[]).scales.is_empty());
}
