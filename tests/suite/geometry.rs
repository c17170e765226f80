//! Distances, scaling and projections against closed forms.

use bettiscope::geometry::{DistanceMatrix, Metric, PointCloud, Scaling, principal_components, shortest_edges};
use bettiscope::progress::ignore;

use crate::clouds::{Xorshift, cloud, euclidean, matrix};

const METRICS: [Metric; 5] =
    [Metric::Euclidean, Metric::Manhattan, Metric::Chebyshev, Metric::Angular, Metric::Correlation];

#[test]
fn each_metric_has_its_closed_form() {
    let distance = |metric: Metric, a: &[f32], b: &[f32]| metric.distance(a, b);
    assert_eq!(distance(Metric::Euclidean, &[0.0, 0.0], &[3.0, 4.0]), 5.0);
    assert_eq!(distance(Metric::Manhattan, &[0.0, 0.0], &[3.0, -4.0]), 7.0);
    assert_eq!(distance(Metric::Chebyshev, &[0.0, 0.0], &[3.0, -4.0]), 4.0);
    let angle = |a: [f32; 2], b: [f32; 2]| distance(Metric::Angular, &a, &b);
    assert_eq!(angle([1.0, 0.0], [0.0, 5.0]), std::f32::consts::FRAC_PI_2);
    assert_eq!(angle([1.0, 0.0], [-2.0, 0.0]), std::f32::consts::PI);
    assert_eq!(angle([1.0, 1.0], [1.0, 0.0]), std::f32::consts::FRAC_PI_4);
    assert_eq!(angle([1.0, 7.0], [3.0, 21.0]), 0.0, "parallel");
    assert!((angle([1.0, 0.0], [1.0, 1e-6]) - 1e-6).abs() < 1e-12, "small angles keep their precision");
    let correlation = |b: [f32; 3]| distance(Metric::Correlation, &[1.0, 2.0, 3.0], &b);
    assert_eq!(correlation([10.0, 20.0, 30.0]), 0.0);
    assert_eq!(correlation([1.0, -2.0, 1.0]), 2.0_f32.sqrt());
    assert_eq!(correlation([3.0, 2.0, 1.0]), 2.0);
}

#[test]
fn the_tiled_loop_gives_the_bits_of_the_plain_one() {
    let mut random = Xorshift(41);
    let plain = [(1, 3), (2, 1), (7, 5), (9, 513), (25, 64), (150, 20)].map(|(n, d)| random.cube(n, d));
    // Far from the origin, and with points that are nearly or entirely the same, products of coordinates say little.
    let far = |x: f32| 1000.0 + x;
    let close = |x: f32| if x < 0.5 { 0.25 } else { 0.25 + x * 1e-7 };
    let changed = [(&far as &dyn Fn(f32) -> f32, 64), (&close, 16), (&|x| (x * 3.0).floor(), 13), (&|x| x * 1e-30, 40)]
        .map(|(change, d)| {
            let values = random.cube(90, d).values().iter().map(|&x| change(x)).collect();
            PointCloud::from_rows(values, d, "test").expect("cloud")
        });
    for points in plain.iter().chain(&changed) {
        let (n, d) = (points.n_points(), points.n_coords());
        for metric in METRICS {
            if metric == Metric::Correlation && d == 1 {
                continue;
            }
            let matrix = DistanceMatrix::from_points(points, metric, &mut ignore).expect("matrix");
            for i in 0..n {
                for j in 0..i {
                    let plain = metric.distance(points.point(i), points.point(j));
                    assert_eq!(matrix.get(i, j).to_bits(), plain.to_bits(), "{metric:?} {i} {j}");
                    assert_eq!(matrix.get(j, i), plain);
                }
            }
        }
    }
}

#[test]
fn the_enclosing_radius_is_the_smallest_farthest_distance() {
    let line = euclidean(&cloud(&[[0.0], [1.0], [3.0], [7.0]]));
    assert_eq!(line.enclosing_radius(), 4.0);
    assert_eq!(euclidean(&cloud(&[[1.0]])).enclosing_radius(), 0.0);
    let points = Xorshift(5).cube(50, 3);
    let distances = euclidean(&points);
    let farthest = |i| (0..50).map(|j| distances.get(i, j)).fold(0.0, f32::max);
    assert_eq!(distances.enclosing_radius(), (0..50).map(farthest).fold(f32::MAX, f32::min));
}

#[test]
fn square_and_condensed_forms_are_the_same_matrix() {
    let square = [0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 2.0, 3.0, -0.0];
    let from_square = DistanceMatrix::from_square(&square, 3).expect("matrix");
    let condensed = DistanceMatrix::from_condensed(vec![1.0, 2.0, 3.0]).expect("matrix");
    assert_eq!(from_square, condensed);
    let minus_zero = DistanceMatrix::from_condensed(vec![-0.0]).expect("matrix");
    assert!(minus_zero.get(0, 1).is_sign_positive());
    assert_eq!(DistanceMatrix::from_condensed(vec![]).expect("matrix").n_points(), 1);
}

#[test]
fn shortest_edges_come_in_order_and_ties_by_index() {
    let ties = matrix(4, |i, j| if i - j == 2 { 2.0 } else { 1.0 });
    let pairs: Vec<_> = shortest_edges(&ties, 5).iter().map(|e| (e.points, e.length)).collect();
    let ones = [[0, 1], [1, 2], [0, 3], [2, 3]].map(|points| (points, 1.0));
    assert_eq!(pairs[..4], ones);
    assert_eq!(pairs[4], ([0, 2], 2.0));
    assert_eq!(shortest_edges(&ties, 3).len(), 3);
    assert_eq!(shortest_edges(&ties, 100).len(), 6);
    assert!(shortest_edges(&ties, 0).is_empty());
}

#[test]
fn min_max_scaling_fills_the_unit_interval_and_flattens_constants() {
    let points = cloud(&[[1.0, 5.0, -2.0e38], [3.0, 5.0, 3.0e38], [2.0, 5.0, 0.5e38]]);
    let scaled = Scaling::MinMax.apply(&points);
    assert_eq!(scaled.values(), [0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.5, 0.0, 0.5]);
    assert_eq!(Scaling::None.apply(&points), points);
}

#[test]
fn principal_components_find_the_plane() {
    // Three axes of different spread in R^60, more coordinates than points.
    let rows: Vec<f32> = (0..30)
        .flat_map(|i| {
            let t = f64::from(i) / 30.0 * std::f64::consts::TAU;
            (0..60).map(move |k| match k {
                7 => 5.0 + 3.0 * t.cos(),
                20 => -2.0 * t.sin(),
                33 => 0.5 * (2.0 * t).cos(),
                _ => 1.0,
            } as f32)
        })
        .collect();
    let points = PointCloud::from_rows(rows, 60, "test").expect("cloud");
    let components = principal_components(&points);
    for (i, [x, y]) in components.projection.iter().enumerate() {
        let t = i as f32 / 30.0 * std::f32::consts::TAU;
        assert!((x.abs() - (3.0 * t.cos()).abs()).abs() < 1e-5, "{i}: {x}");
        assert!((y.abs() - (2.0 * t.sin()).abs()).abs() < 1e-5, "{i}: {y}");
    }
    let shares = [9.0 / 13.25, 4.0 / 13.25];
    for (found, expected) in components.explained.iter().zip(shares) {
        assert!((found - expected).abs() < 1e-6);
    }
    assert_eq!(principal_components(&points), components, "deterministic");
}

#[test]
fn principal_components_of_degenerate_clouds_are_zero_where_nothing_varies() {
    let zero = |points: &PointCloud| principal_components(points).projection.iter().all(|p| *p == [0.0; 2]);
    assert!(zero(&cloud(&[[1.0, 2.0]])));
    assert!(zero(&cloud(&[[0.1, 0.2, 0.3]; 9])));
    let line = principal_components(&cloud(&[[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [5.0, 5.0]]));
    assert_eq!(line.explained, [1.0, 0.0]);
    assert!(line.projection.iter().all(|p| p[1] == 0.0));
    assert!((line.projection[3][0] - 3.0 * 2.0_f32.sqrt()).abs() < 1e-6);
    let scalars = principal_components(&cloud(&[[1.0], [2.0], [6.0]]));
    assert_eq!(scalars.projection, [[-2.0, 0.0], [-1.0, 0.0], [3.0, 0.0]]);
}
