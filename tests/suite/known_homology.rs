//! Spaces whose barcodes are known by hand or from the literature.

use bettiscope::homology::rips_barcode;
use bettiscope::progress::ignore;

use crate::clouds::{Bars, barcode, bars, cloud, euclidean, matrix, params, polygon, variants};

const INF: f32 = f32::INFINITY;

/// Checks all dimensions, by every engine; H0 is given as its finite deaths and lives on in one component.
fn check(
    matrix: &bettiscope::geometry::DistanceMatrix,
    threshold: Option<f32>,
    modulus: u32,
    expected: &[Vec<(f32, f32)>],
) {
    for params in variants(&params(expected.len() - 1, modulus, threshold)) {
        let barcode = rips_barcode(matrix, &params, &mut ignore).expect("barcode");
        assert_eq!(bars(&barcode), expected, "{params:?}");
    }
}

/// `n` − 1 components that merge at `death`, and one that stays.
fn merging_at(death: f32, n: usize) -> Vec<(f32, f32)> {
    let mut bars = vec![(0.0, death); n - 1];
    bars.push((0.0, INF));
    bars
}

fn times(n: usize, bar: (f32, f32)) -> Vec<(f32, f32)> {
    vec![bar; n]
}

#[test]
fn one_two_and_two_equal_points() {
    check(&euclidean(&cloud(&[[5.0]])), None, 2, &[merging_at(1.0, 1), vec![], vec![]]);
    check(&euclidean(&cloud(&[[0.0], [2.0]])), None, 2, &[merging_at(2.0, 2), vec![], vec![]]);
    check(&euclidean(&cloud(&[[3.0], [3.0]])), None, 2, &[merging_at(1.0, 1), vec![], vec![]]);
}

#[test]
fn points_on_a_line_have_their_gaps() {
    let line = euclidean(&cloud(&[[0.0], [1.0], [3.0], [7.0]]));
    let h0 = vec![(0.0, 1.0), (0.0, 2.0), (0.0, 4.0), (0.0, INF)];
    check(&line, None, 2, &[h0, vec![], vec![]]);
    let edges: Vec<_> = barcode(&line, 1).dim(0).iter().map(|interval| interval.edge).collect();
    assert_eq!(edges, [Some([0, 1]), Some([1, 2]), Some([2, 3]), None]);
}

#[test]
fn the_unit_square_has_a_loop_that_thresholds_leave_open() {
    let square = euclidean(&cloud(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]));
    let diagonal = 2.0_f32.sqrt();
    check(&square, None, 2, &[merging_at(1.0, 4), vec![(1.0, diagonal)], vec![]]);
    check(&square, Some(1.0), 2, &[merging_at(1.0, 4), vec![(1.0, INF)], vec![]]);
    check(&square, Some(0.5), 2, &[times(4, (0.0, INF)), vec![], vec![]]);
    check(&square, Some(0.0), 3, &[times(4, (0.0, INF)), vec![], vec![]]);
}

#[test]
fn a_rectangle_of_three_by_four() {
    let rectangle = euclidean(&cloud(&[[0.0, 0.0], [3.0, 0.0], [3.0, 4.0], [0.0, 4.0]]));
    let h0 = vec![(0.0, 3.0), (0.0, 3.0), (0.0, 4.0), (0.0, INF)];
    check(&rectangle, None, 2, &[h0, vec![(4.0, 5.0)], vec![]]);
}

#[test]
fn the_cube_has_five_loops_and_a_void_in_dimension_three() {
    let corner = |i: u8| [f32::from(i & 1), f32::from(i >> 1 & 1), f32::from(i >> 2)];
    let cube = euclidean(&cloud(&[0, 1, 2, 3, 4, 5, 6, 7].map(corner)));
    let (face, space) = (2.0_f32.sqrt(), 3.0_f32.sqrt());
    let loops = times(5, (1.0, face));
    check(&cube, None, 2, &[merging_at(1.0, 8), loops, vec![], vec![(face, space)]]);
}

#[test]
fn the_octahedron_is_a_sphere() {
    let corners =
        [[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, -1.0_f32]];
    let side = 2.0_f32.sqrt();
    let octahedron = euclidean(&cloud(&corners));
    check(&octahedron, None, 2, &[merging_at(side, 6), vec![], vec![(side, 2.0)], vec![]]);
}

#[test]
fn the_regular_hexagon_bounds_a_cross_polytope() {
    let hexagon = matrix(6, |i, j| [1.0, 3.0_f32.sqrt(), 2.0, 3.0_f32.sqrt(), 1.0][i - j - 1]);
    let bend = 3.0_f32.sqrt();
    check(&hexagon, None, 2, &[merging_at(1.0, 6), vec![(1.0, bend)], vec![(bend, 2.0)]]);
}

#[test]
fn the_icosahedron_graph_is_a_sphere_until_it_fills() {
    // Vertex 0, its neighbours 1 to 5, theirs 6 to 10 on the other side, and 11.
    let ring = |i: usize, j: usize| (i + 5 - j) % 5;
    let distance = |i: usize, j: usize| -> f32 {
        match (i, j) {
            (11, 0) => 3.0,
            (11, 6..) | (1..=5, 0) => 1.0,
            (11, _) | (_, 0) => 2.0,
            (6.., 1..=5) => {
                if matches!(ring(i - 6, j - 1), 0 | 1) {
                    1.0
                } else {
                    2.0
                }
            }
            _ => {
                if matches!(ring(i - 1, j - 1), 1 | 4) {
                    1.0
                } else {
                    2.0
                }
            }
        }
    };
    // Opposite vertices of the two rings are three apart.
    let opposite = |i: usize, j: usize| (6..11).contains(&i) && (1..6).contains(&j) && ring(i - 6, j - 1) == 3;
    let graph = matrix(12, |i, j| if opposite(i, j) { 3.0 } else { distance(i, j) });
    check(&graph, Some(1.0), 2, &[merging_at(1.0, 12), vec![], vec![(1.0, INF)]]);
    check(&graph, None, 2, &[merging_at(1.0, 12), vec![], vec![(1.0, 2.0)]]);
}

#[test]
fn a_loop_without_the_triangle_inequality() {
    let crossed = matrix(4, |i, j| if i - j == 2 { 9.0 } else { 1.0 });
    check(&crossed, None, 2, &[merging_at(1.0, 4), vec![(1.0, 9.0)], vec![]]);
}

#[test]
fn complete_multipartite_graphs_are_wedges_of_spheres() {
    let families: [(&[usize], usize); 4] = [(&[3, 4], 6), (&[3, 3, 3], 8), (&[2, 3, 2, 3], 4), (&[2, 2, 2], 1)];
    for (parts, n_spheres) in families {
        let part: Vec<usize> = parts.iter().enumerate().flat_map(|(k, &size)| vec![k; size]).collect();
        let graph = matrix(part.len(), |i, j| if part[i] == part[j] { 2.0 } else { 1.0 });
        let mut expected: Bars = vec![vec![]; parts.len() + 1];
        expected[0] = merging_at(1.0, part.len());
        expected[parts.len() - 1].extend(times(n_spheres, (1.0, 2.0)));
        for modulus in [2, 3] {
            check(&graph, None, modulus, &expected);
        }
    }
}

#[test]
fn cycle_graphs_pass_through_spheres_of_all_dimensions() {
    // Adamaszek, Clique complexes and graph powers.
    let families = [
        (18, [times(1, (1.0, 6.0)), times(5, (6.0, 7.0)), times(1, (7.0, 8.0))]),
        (12, [times(1, (1.0, 4.0)), times(3, (4.0, 5.0)), vec![]]),
        (10, [times(1, (1.0, 4.0)), vec![], vec![]]),
    ];
    for (n, classes) in families {
        let cycle = matrix(n, |i, j| (i - j).min(n + j - i) as f32);
        assert_eq!(bars(&barcode(&cycle, 3))[1..], classes, "C{n}");
    }
}

#[test]
fn one_circle_two_circles_and_a_figure_eight() {
    let long = |matrix| barcode(&matrix, 1).dim(1).iter().filter(|i| i.lifespan() > 0.5).count();
    let circle = polygon(24);
    assert_eq!(long(euclidean(&circle)), 1);
    let shifted = |by: f32| {
        let moved = circle.values().chunks(2).map(|p| [p[0] + by, p[1]]);
        let both: Vec<[f32; 2]> = circle.values().chunks(2).map(|p| [p[0], p[1]]).chain(moved).collect();
        euclidean(&cloud(&both))
    };
    assert_eq!(long(shifted(5.0)), 2);
    assert_eq!(long(shifted(2.0)), 2);
    let apart = bars(&barcode(&shifted(5.0), 0));
    assert_eq!(apart[0].iter().filter(|bar| bar.1 > 1.0 && bar.1 < INF).count(), 1);
}

#[test]
fn the_torus_has_two_loops_and_a_void() {
    let rows: Vec<[f32; 4]> = (0..144)
        .map(|i| {
            let [u, v] = [i / 12, i % 12].map(|k: i32| f64::from(k) * std::f64::consts::TAU / 12.0);
            [u.cos() as f32, u.sin() as f32, v.cos() as f32, v.sin() as f32]
        })
        .collect();
    let barcode = barcode(&euclidean(&cloud(&rows)), 2);
    let long = |dim| barcode.dim(dim).iter().filter(|i| i.lifespan() > 0.6).count();
    assert_eq!((long(1), long(2)), (2, 1));
}
