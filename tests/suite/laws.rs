//! What holds for every cloud.

use bettiscope::descriptors::{betti_number, bottleneck_distance, lifespan_sum};
use bettiscope::geometry::{DistanceMatrix, PointCloud, shortest_edges};
use bettiscope::homology::{Method, rips_barcode};
use bettiscope::progress::ignore;
use proptest::prelude::*;

use crate::clouds::{Bars, barcode, bars, euclidean, matrix, params};

/// Clouds of up to 14 points on a coarse or a fine grid of the cube.
fn clouds() -> impl Strategy<Value = PointCloud> {
    (1_usize..=4, prop_oneof![Just(3_u16), Just(8), Just(4096)])
        .prop_flat_map(|(d, levels)| (Just(d), prop::collection::vec(prop::collection::vec(0..levels, d), 1..=14)))
        .prop_map(|(d, rows)| {
            let values = rows.concat().into_iter().map(|x| f32::from(x) / 16.0).collect();
            PointCloud::from_rows(values, d, "test").expect("cloud")
        })
}

fn bars_mod_3(matrix: &DistanceMatrix) -> Bars {
    bars(&rips_barcode(matrix, &params(2, 3, None), &mut ignore).expect("barcode"))
}

fn both(matrix: &DistanceMatrix) -> (Bars, Bars) {
    (bars(&barcode(matrix, 1)), bars_mod_3(matrix))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_points_is_irrelevant(cloud in clouds(), seed in any::<u64>()) {
        let mut order: Vec<usize> = (0..cloud.n_points()).collect();
        let mut random = bettiscope::random::Random::new(seed);
        for i in (1..order.len()).rev() {
            order.swap(i, random.below(i + 1));
        }
        prop_assert_eq!(both(&euclidean(&cloud)), both(&euclidean(&cloud.select(&order))));
    }

    #[test]
    fn scaling_by_a_power_of_two_scales_every_end(cloud in clouds(), exponent in -20_i32..20) {
        let factor = 2.0_f32.powi(exponent);
        let scaled: Vec<f32> = cloud.values().iter().map(|x| x * factor).collect();
        let scaled = PointCloud::from_rows(scaled, cloud.n_coords(), "test").expect("cloud");
        let expected: Bars = bars(&barcode(&euclidean(&cloud), 2))
            .into_iter()
            .map(|dim| dim.into_iter().map(|(b, d)| (b * factor, d * factor)).collect())
            .collect();
        prop_assert_eq!(bars(&barcode(&euclidean(&scaled), 2)), expected);
    }

    #[test]
    fn duplicates_change_nothing(cloud in clouds(), which in any::<prop::sample::Index>()) {
        let mut rows: Vec<usize> = (0..cloud.n_points()).collect();
        rows.push(which.index(rows.len()));
        prop_assert_eq!(both(&euclidean(&cloud)), both(&euclidean(&cloud.select(&rows))));
    }

    #[test]
    fn a_threshold_cuts_the_full_barcode(cloud in clouds(), threshold in 0.0_f32..1.0) {
        let matrix = euclidean(&cloud);
        let cut: Bars = bars_mod_3(&matrix)
            .into_iter()
            .map(|dim| {
                let born = dim.into_iter().filter(|bar| bar.0 <= threshold);
                let mut bars: Vec<_> =
                    born.map(|(b, d)| (b, if d > threshold { f32::INFINITY } else { d })).collect();
                bars.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
                bars
            })
            .collect();
        let up_to = |max_dim, p| {
            bars(&rips_barcode(&matrix, &params(max_dim, p, Some(threshold)), &mut ignore).expect("barcode"))
        };
        prop_assert_eq!(&up_to(2, 3), &cut);
        prop_assert_eq!(&up_to(0, 2), &cut[..1]);
        prop_assert_eq!(&up_to(1, 2)[0], &cut[0]);
    }

    #[test]
    fn any_increasing_map_of_distances_moves_the_ends(cloud in clouds()) {
        let original = euclidean(&cloud);
        let squared = matrix(cloud.n_points(), |i, j| original.get(i, j).powi(2));
        let expected: Bars = bars_mod_3(&original)
            .into_iter()
            .map(|dim| dim.into_iter().map(|(b, d)| (b.powi(2), d.powi(2))).filter(|bar| bar.0 < bar.1).collect())
            .collect();
        prop_assert_eq!(bars_mod_3(&squared), expected);
    }

    #[test]
    fn bars_move_no_further_than_distances(cloud in clouds(), seed in any::<u64>(), size in 0.0_f32..0.3) {
        let original = euclidean(&cloud);
        let mut random = bettiscope::random::Random::new(seed);
        let mut move_a_little = |length: f32| (length + size * (random.below(1001) as f32 / 500.0 - 1.0)).max(0.0);
        let lower: Vec<f32> = original.lower().iter().map(|&length| move_a_little(length)).collect();
        let gaps = original.lower().iter().zip(&lower).map(|(a, b)| (f64::from(*a) - f64::from(*b)).abs());
        let moved = gaps.fold(0.0, f64::max);
        let (before, after) = (barcode(&original, 2), barcode(&DistanceMatrix::from_condensed(lower).expect("matrix"), 2));
        for dim in 0..=2 {
            prop_assert!(bottleneck_distance(before.dim(dim), after.dim(dim)) <= moved);
        }
    }

    #[test]
    fn a_covering_subset_has_nearly_the_same_bars(cloud in clouds(), n_kept in 1_usize..8) {
        let kept: Vec<usize> = (0..cloud.n_points().min(n_kept)).collect();
        let matrix = euclidean(&cloud);
        let nearest = |i: usize| kept.iter().map(|&k| matrix.get(i, k)).fold(f32::INFINITY, f32::min);
        let radius = (0..cloud.n_points()).map(nearest).fold(0.0, f32::max);
        let (all, some) = (barcode(&matrix, 1), barcode(&euclidean(&cloud.select(&kept)), 1));
        for dim in 0..=1 {
            let distance = bottleneck_distance(all.dim(dim), some.dim(dim));
            // Rounded lengths may violate the triangle inequality in the last bit.
            prop_assert!(distance <= 2.0 * f64::from(radius) * (1.0 + 1e-6) + 1e-6, "{} and {}", distance, radius);
        }
    }

    #[test]
    fn bars_of_two_clouds_far_apart_add_up(a in clouds(), b in clouds()) {
        let (a, b) = (euclidean(&a), euclidean(&b));
        let n = a.n_points();
        let both = matrix(n + b.n_points(), |i, j| match (i < n, j < n) {
            (true, _) => a.get(i, j),
            (false, true) => 10_000.0,
            (false, false) => b.get(i - n, j - n),
        });
        let mut expected: Bars = bars_mod_3(&a).into_iter().zip(bars_mod_3(&b)).map(|(x, y)| [x, y].concat()).collect();
        let essential = expected[0].iter().position(|bar| bar.1 == f32::INFINITY).expect("a piece");
        expected[0][essential].1 = 10_000.0;
        for dim in &mut expected {
            dim.sort_by(|x, y| x.partial_cmp(y).expect("numbers"));
        }
        prop_assert_eq!(bars_mod_3(&both), expected);
    }

    #[test]
    fn merging_edges_form_a_minimum_spanning_tree(cloud in clouds()) {
        let matrix = euclidean(&cloud);
        let n = cloud.n_points();
        // Kruskal once more, with labels.
        let mut label: Vec<usize> = (0..n).collect();
        let mut tree = Vec::new();
        for edge in shortest_edges(&matrix, usize::MAX) {
            let [a, b] = edge.points.map(|point| label[point as usize]);
            if a != b {
                label.iter_mut().filter(|l| **l == a).for_each(|l| *l = b);
                tree.push((edge.length, Some(edge.points)));
            }
        }
        tree.retain(|edge| edge.0 > 0.0);
        for max_dim in 0..=2 {
            let barcode = barcode(&matrix, max_dim);
            let finite: Vec<_> = barcode.dim(0).iter().filter(|i| !i.is_essential()).collect();
            let edges: Vec<_> = finite.iter().map(|i| (i.death, i.edge)).collect();
            prop_assert_eq!(&edges, &tree);
            let length: f64 = tree.iter().map(|edge| f64::from(edge.0)).sum();
            prop_assert_eq!(lifespan_sum(barcode.dim(0), 1.0), length);
        }
    }

    #[test]
    fn the_relative_neighbourhood_graph_counts_the_loops(cloud in clouds()) {
        // With distinct lengths every edge with an empty lune merges two components or opens a loop, and all loops die.
        let original = euclidean(&cloud);
        let n = cloud.n_points();
        let mut order: Vec<(f32, usize, usize)> =
            (1..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| (original.get(i, j), i, j)).collect();
        order.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
        let rank = |i: usize, j: usize| {
            let ends = (i.max(j), i.min(j));
            1.0 + order.iter().position(|edge| (edge.1, edge.2) == ends).expect("edge") as f32
        };
        let ranks = matrix(n, rank);
        let empty = order.iter().filter(|&&(_, i, j)| {
            !(0..n).any(|c| c != i && c != j && ranks.get(i, c).max(ranks.get(j, c)) < ranks.get(i, j))
        });
        let loops = empty.count() + 1 - n;
        prop_assert_eq!(barcode(&ranks, 1).dim(1).len(), loops);
        let params = params(1, 2, None).with_method(Method::Cohomology).expect("params");
        prop_assert_eq!(rips_barcode(&ranks, &params, &mut ignore).expect("barcode").dim(1).len(), loops);
    }

    #[test]
    fn the_euler_characteristic_is_that_of_the_simplices(cloud in clouds(), scale in 0.0_f32..1.0) {
        let few: Vec<usize> = (0..cloud.n_points().min(7)).collect();
        let matrix = euclidean(&cloud.select(&few));
        let n = few.len();
        // Even and odd dimensions are counted apart, to stay with natural numbers.
        let mut simplices = [0, 0];
        for subset in 1_u32..1 << n {
            let vertices: Vec<usize> = (0..n).filter(|v| subset >> v & 1 == 1).collect();
            let fits = vertices.iter().all(|&v| vertices.iter().all(|&w| matrix.get(v, w) <= scale));
            simplices[(vertices.len() + 1) % 2] += usize::from(fits);
        }
        let barcode = barcode(&matrix, 6);
        let mut classes = [0, 0];
        for dim in 0..=6 {
            classes[dim % 2] += betti_number(barcode.dim(dim), scale);
        }
        prop_assert_eq!(classes[0] + simplices[1], simplices[0] + classes[1]);
    }
}
