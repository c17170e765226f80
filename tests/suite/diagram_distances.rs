//! Distances of diagrams, landscapes and images: published values, brute force, laws, and the values of peers.

use bettiscope::descriptors::{
    Ground, ImageGrid, bottleneck_distance, persistence_image, persistence_landscape, sliced_wasserstein_distance,
    wasserstein_distance,
};
use bettiscope::homology::Interval;
use proptest::prelude::*;
use serde_json::Value;

const INF: f32 = f32::INFINITY;

fn intervals(ends: &[(f32, f32)]) -> Vec<Interval> {
    ends.iter().map(|&(birth, death)| Interval::new(birth, death)).collect()
}

fn close(found: f64, expected: f64, tolerance: f64) {
    let equal = found == expected || (found - expected).abs() <= tolerance * expected.abs().max(1.0);
    assert!(equal, "{found} instead of {expected}");
}

/// A distance of two diagrams.
type Distance<'a> = &'a dyn Fn(&[Interval], &[Interval]) -> f64;

fn wasserstein(a: &[Interval], b: &[Interval], p: f64, ground: Ground) -> f64 {
    wasserstein_distance(a, b, p, ground).expect("a valid p")
}

fn sliced(a: &[Interval], b: &[Interval], n_directions: usize) -> f64 {
    sliced_wasserstein_distance(a, b, n_directions).expect("directions")
}

#[test]
fn bottleneck_distances_are_the_published_ones() {
    let check = |a: &[(f32, f32)], b: &[(f32, f32)], expected: f64| {
        let (a, b) = (intervals(a), intervals(b));
        close(bottleneck_distance(&a, &b), expected, 1e-6);
        assert_eq!(bottleneck_distance(&a, &b), bottleneck_distance(&b, &a));
        assert_eq!(bottleneck_distance(&a, &a), 0.0);
    };
    check(&[(2.7, 3.7), (9.6, 14.0), (34.2, 34.974), (3.0, INF)], &[(2.8, 4.45), (9.5, 14.1), (3.2, INF)], 0.75);
    check(
        &[(-97.3, -96.3), (-90.4, -86.0), (-65.8, -65.026), (-97.0, INF)],
        &[(-97.2, -95.55), (-90.5, -85.9), (-96.8, INF)],
        0.75,
    );
    check(&[(0.5, 1.0), (0.6, 1.1)], &[(0.5, 1.1), (0.6, 1.3)], 0.2);
    check(&[(0.5, 1.0), (0.6, 1.1)], &[(0.5, 1.1)], 0.25);
    check(&[(6.0, 9.0), (6.0, 8.0)], &[(4.0, 10.0), (9.0, 10.0)], 2.0);
    check(&[(0.0, 1.0), (0.0, 1.0)], &[(0.0, 1.0)], 0.5);
    check(&[(0.0, 10.0)], &[(5.0, 5.0)], 5.0);
    check(&[(1.0, 2.0)], &[], 0.5);
    check(&[], &[], 0.0);
    check(&[(1.0, INF)], &[], f64::INFINITY);
    check(&[(1.0, INF), (3.0, INF)], &[(3.5, INF), (1.0, INF)], 0.5);
    // Coordinates so large that an absolute tolerance would swallow them.
    check(&[(1.0e7, 2.0e7)], &[(1.5e7, 3.0e7)], 7.5e6);
}

#[test]
fn wasserstein_distances_are_the_published_ones() {
    let a = intervals(&[(2.7, 4.11), (9.6, 14.0), (34.2, 34.974)]);
    let b = intervals(&[(2.8, 4.45), (9.5, 14.1)]);
    close(wasserstein(&a, &b, 1.0, Ground::Maximum), 0.827, 1e-5);
    let one = intervals(&[(1.0, 2.0)]);
    close(wasserstein(&one, &[], 1.0, Ground::Euclidean), 0.5_f64.sqrt(), 1e-15);
    let (twice, once) = (intervals(&[(0.0, 10.0), (0.0, 10.0)]), intervals(&[(0.0, 10.0)]));
    close(wasserstein(&twice, &once, 1.0, Ground::Euclidean), 50.0_f64.sqrt(), 1e-15);
    let (a, b) = (intervals(&[(0.6, 1.1), (0.5, 1.0)]), intervals(&[(0.5, 1.1), (0.6, 1.3)]));
    close(wasserstein(&a, &b, 1.0, Ground::Euclidean), 0.3, 1e-6);
    assert_eq!(wasserstein(&intervals(&[(0.0, INF)]), &[], 2.0, Ground::Maximum), f64::INFINITY);
    let (a, b) = (intervals(&[(0.0, INF), (4.0, INF)]), intervals(&[(7.0, INF), (0.0, INF)]));
    assert_eq!(wasserstein(&a, &b, 2.0, Ground::Maximum), 3.0);
    for p in [0.5, f64::NAN, f64::INFINITY] {
        assert_eq!(wasserstein_distance(&a, &b, p, Ground::Maximum).expect_err("p").kind(), "invalid-setting");
    }
}

#[test]
fn sliced_wasserstein_distances_are_the_published_ones() {
    close(sliced(&intervals(&[(0.0, 1.0), (0.0, 2.0)]), &intervals(&[(1.0, 0.0)]), 2), 2.0, 1e-15);
    assert_eq!(sliced(&intervals(&[(0.0, INF)]), &[], 50), f64::INFINITY);
    // Sideways by one, averaged over all directions.
    let (a, b) = (intervals(&[(0.0, INF)]), intervals(&[(1.0, INF)]));
    close(sliced(&a, &b, 1000), std::f64::consts::FRAC_2_PI, 1e-5);
    assert_eq!(sliced_wasserstein_distance(&a, &b, 0).expect_err("no direction").kind(), "invalid-setting");
}

/// The cost of the best partial matching by trying all: `worst` takes the largest step, else the sum of powers.
fn brute_force(a: &[(f32, f32)], b: &[(f32, f32)], step: &dyn Fn(f64, f64) -> f64, p: Option<f64>) -> f64 {
    let add = |total: f64, cost: f64| p.map_or(total.max(cost), |p| total + cost.powf(p));
    let Some((&(birth, death), rest)) = a.split_first() else {
        return b.iter().fold(0.0, |total, &(x, y)| {
            let half = (f64::from(y) - f64::from(x)) / 2.0;
            add(total, if y == INF { f64::INFINITY } else { step(half, half) })
        });
    };
    let half = (f64::from(death) - f64::from(birth)) / 2.0;
    let mut best = add(brute_force(rest, b, step, p), step(half, half));
    for (j, &(x, y)) in b.iter().enumerate() {
        if (death == INF) != (y == INF) {
            continue;
        }
        let mut others = b.to_vec();
        others.remove(j);
        let dy = if y == INF { 0.0 } else { (f64::from(death) - f64::from(y)).abs() };
        best = best.min(add(brute_force(rest, &others, step, p), step((f64::from(birth) - f64::from(x)).abs(), dy)));
    }
    best
}

/// Few intervals with ties, some essential.
fn diagrams() -> impl Strategy<Value = Vec<(f32, f32)>> {
    let end = |levels: u8| (0..levels).prop_map(f32::from);
    let interval = (end(12), end(7), 0_u8..6);
    prop::collection::vec(interval, 0..=5).prop_map(|list| {
        list.into_iter()
            .map(|(b, life, e)| (b / 4.0, if e == 0 { INF } else { b / 4.0 + (life + 1.0) / 3.0 }))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn distances_are_those_of_the_best_matching(a in diagrams(), b in diagrams()) {
        let (of_a, of_b) = (intervals(&a), intervals(&b));
        let maximum = |x: f64, y: f64| x.max(y);
        prop_assert_eq!(bottleneck_distance(&of_a, &of_b), brute_force(&a, &b, &maximum, None));
        for p in [1.0, 2.0, 3.0] {
            close(wasserstein(&of_a, &of_b, p, Ground::Maximum).powf(p), brute_force(&a, &b, &maximum, Some(p)), 1e-12);
            let euclidean = |x: f64, y: f64| x.hypot(y);
            close(wasserstein(&of_a, &of_b, p, Ground::Euclidean).powf(p), brute_force(&a, &b, &euclidean, Some(p)), 1e-12);
        }
    }

    #[test]
    fn distances_are_metrics(a in diagrams(), b in diagrams(), c in diagrams()) {
        let [a, b, c] = [a, b, c].map(|ends| intervals(&ends));
        let kinds: [Distance; 4] = [
            &bottleneck_distance,
            &|x, y| wasserstein(x, y, 1.0, Ground::Maximum),
            &|x, y| wasserstein(x, y, 2.0, Ground::Euclidean),
            &|x, y| sliced(x, y, 20),
        ];
        for distance in kinds {
            prop_assert_eq!(distance(&a, &a), 0.0);
            close(distance(&a, &b), distance(&b, &a), 1e-12);
            prop_assert!(distance(&a, &c) <= (distance(&a, &b) + distance(&b, &c)) * (1.0 + 1e-12));
        }
        // The Wasserstein distances approach the bottleneck distance from above.
        let far = wasserstein(&a, &b, 60.0, Ground::Maximum);
        prop_assert!(far >= bottleneck_distance(&a, &b) * (1.0 - 1e-9) || !far.is_finite());
    }

    #[test]
    fn landscapes_are_the_sorted_heights_of_the_tents(ends in diagrams(), scale in 0.0_f64..6.0) {
        let landscape = persistence_landscape(&intervals(&ends), usize::MAX);
        let finite = ends.iter().filter(|end| end.1 < INF);
        let height = |&(b, d): &(f32, f32)| (scale - f64::from(b)).min(f64::from(d) - scale).max(0.0);
        let mut heights: Vec<f64> = finite.map(height).collect();
        heights.sort_unstable_by(|x, y| y.total_cmp(x));
        for (level, height) in heights.into_iter().enumerate() {
            close(landscape.at(level, scale), height, 1e-12);
        }
        for level in &landscape.levels {
            prop_assert!(level.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{:?}", level);
        }
    }
}

#[test]
fn the_published_landscape_bends_where_it_should() {
    let landscape = persistence_landscape(&intervals(&[(1.0, 5.0), (2.0, 8.0), (3.0, 4.0), (5.0, 9.0), (6.0, 7.0)]), 3);
    let expected: [&[(f64, f64)]; 3] = [
        &[(1.0, 0.0), (3.0, 2.0), (3.5, 1.5), (5.0, 3.0), (6.5, 1.5), (7.0, 2.0), (9.0, 0.0)],
        &[(2.0, 0.0), (3.5, 1.5), (5.0, 0.0), (6.5, 1.5), (8.0, 0.0)],
        &[(3.0, 0.0), (3.5, 0.5), (4.0, 0.0), (6.0, 0.0), (6.5, 0.5), (7.0, 0.0)],
    ];
    assert_eq!(landscape.levels, expected);
    assert_eq!((landscape.at(0, 6.0), landscape.at(0, 0.5), landscape.at(7, 5.0)), (2.0, 0.0, 0.0));
    assert!(persistence_landscape(&intervals(&[(0.0, INF)]), 3).levels.is_empty());
}

#[test]
fn an_image_holds_each_lifespan_once() {
    let grid = ImageGrid { births: -20.0..20.0, lifespans: -20.0..30.0, size: [7, 5] };
    let some = intervals(&[(0.0, 2.0), (1.0, 4.5), (0.5, INF)]);
    let image = persistence_image(&some, &grid, 1.5).expect("an image");
    close(image.iter().sum::<f64>(), 5.5, 1e-12);
    let whole = ImageGrid { births: 0.0..1.0, lifespans: 0.0..1.0, size: [1, 1] };
    assert_eq!(persistence_image(&[], &whole, 1.0), Ok(vec![0.0]));
    for grid in [ImageGrid { size: [0, 1], ..whole.clone() }, ImageGrid { births: 1.0..1.0, ..whole.clone() }] {
        assert_eq!(persistence_image(&[], &grid, 1.0).expect_err("a bad grid").kind(), "invalid-setting");
    }
    assert_eq!(persistence_image(&[], &whole, 0.0).expect_err("a bad sigma").kind(), "invalid-setting");
}

/// Values of GUDHI and persim, see `tests/data/make_diagrams.py`.
#[test]
fn peers_agree() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/diagrams.json");
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("test data")).expect("JSON");
    let diagram = |case: &Value, key: &str| {
        let flat: Vec<f32> = numbers(&case[key]).into_iter().map(|x| x as f32).collect();
        flat.chunks_exact(2).map(|ends| Interval::new(ends[0], ends[1])).collect::<Vec<_>>()
    };
    for case in cases.as_array().expect("cases") {
        let (a, b) = (diagram(case, "a"), diagram(case, "b"));
        let expected = |key: &str| number(&case[key]);
        close(bottleneck_distance(&a, &b), expected("bottleneck"), 1e-7);
        close(wasserstein(&a, &b, 1.0, Ground::Maximum), expected("wasserstein1"), 1e-7);
        close(wasserstein(&a, &b, 2.0, Ground::Euclidean), expected("wasserstein2"), 1e-7);
        close(sliced(&a, &b, 50), expected("sliced"), 1e-7);
        let landscape = persistence_landscape(&a, 3);
        for (level, heights) in case["landscape"].as_array().expect("levels").iter().enumerate() {
            for (i, height) in numbers(heights).into_iter().enumerate() {
                close(landscape.at(level, i as f64 / 10.0), height, 1e-6);
            }
        }
        let grid = ImageGrid { births: 0.0..2.0, lifespans: 0.0..2.0, size: [4, 4] };
        let image = persistence_image(&a, &grid, 0.25).expect("an image");
        let of_peer = numbers(&case["image"]);
        assert_eq!(image.len(), of_peer.len());
        image.iter().zip(of_peer).for_each(|(&pixel, of_peer)| close(pixel, of_peer, 1e-6));
    }
}

/// A number, or infinity for null.
fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::INFINITY)
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("numbers").iter().map(number).collect()
}
