//! Dimensions of clouds: published values, closed forms and independent computations.

use bettiscope::descriptors::{
    EmpiricalRank, Neighbourhoods, PhDimension, PhDimensionSettings, SubsetSizes, Undefined, correlation_dimension,
    correlation_dimension_over, levina_bickel, lifespan_sum, longest_lifespan, participation_ratio, ph_dimension,
    plateau, two_nn_fit, two_nn_likelihood,
};
use bettiscope::geometry::{Metric, PointCloud, Scaling};
use bettiscope::progress::ignore;

use crate::clouds::{Xorshift, barcode, cloud, euclidean};
use crate::fixtures::{fixture, near};

/// 64-bit coordinates were rounded to 32 bits.
const ROUNDED: f64 = 2e-5;

#[test]
fn lifespan_sums_of_the_fixtures_are_the_published_ones() {
    // Raw E⁰₁, E⁰_½, E¹₁ with its number of bars and the longest; E⁰₁ and E¹₁ with its number after min-max.
    let table = [
        (
            "hyperball",
            [17.204_810_174, 22.233_750_280, 1.448_081_214],
            (13, 0.212_735_847),
            [12.601_136_442, 0.924_731_678],
            12,
        ),
        (
            "gaussians",
            [39.767_335_451, 59.400_153_496, 2.131_333_242],
            (16, 0.497_255_139),
            [4.826_665_781, 0.255_828_401],
            15,
        ),
        (
            "overlap",
            [3.290_300_464, 8.815_145_943, 0.049_318_900],
            (4, 0.017_843_629),
            [3.098_740_456, 0.012_531_144],
            3,
        ),
        (
            "flat",
            [28.995_921_677, 51.830_079_437, 1.984_274_994],
            (25, 0.305_733_582),
            [12.484_720_017, 1.139_376_574],
            40,
        ),
        (
            "x",
            [238.318_502_938, 153.066_775_830, 17.420_793_174],
            (93, 0.716_859_438),
            [51.545_275_857, 3.832_981_059],
            88,
        ),
        (
            "y",
            [331.094_755_277, 180.184_547_310, 25.046_679_324],
            (75, 0.983_996_187),
            [47.781_742_337, 3.967_929_392],
            92,
        ),
    ];
    for (name, raw, (bars, longest), scaled, scaled_bars) in table {
        let points = fixture(name);
        let found = barcode(&euclidean(&points), 1);
        near(lifespan_sum(found.dim(0), 1.0), raw[0], 1e-6);
        near(lifespan_sum(found.dim(0), 0.5), raw[1], 1e-6);
        near(lifespan_sum(found.dim(1), 1.0), raw[2], 1e-5);
        near(longest_lifespan(found.dim(1)).expect("a loop"), longest, 1e-5);
        assert_eq!(found.dim(1).len(), bars, "{name}");
        let found = barcode(&euclidean(&Scaling::MinMax.apply(&points)), 1);
        near(lifespan_sum(found.dim(0), 1.0), scaled[0], 1e-6);
        near(lifespan_sum(found.dim(1), 1.0), scaled[1], 1e-5);
        assert_eq!(found.dim(1).len(), scaled_bars, "{name}");
    }
}

#[test]
fn estimates_from_neighbours_are_the_published_ones() {
    let near_points = |name, k| Neighbourhoods::new(&fixture(name), k);
    let ball = near_points("hyperball", 20);
    near(levina_bickel(&ball, 20).expect("value"), 3.341_161_830_518_472, ROUNDED);
    near(levina_bickel(&ball, 5).expect("value"), 4.350_132_038_093_711, ROUNDED);
    near(correlation_dimension(&ball).expect("value"), 2.930_917_133_549_254_8, ROUNDED);
    for (rank, tenth, twentieth) in [
        (EmpiricalRank::Exclusive, 4.054_956_793, 4.113_227_754),
        (EmpiricalRank::Inclusive, 4.522_311_662, 4.634_032_719),
    ] {
        near(two_nn_fit(&ball, 0.1, rank).expect("value"), tenth, ROUNDED);
        near(two_nn_fit(&ball, 0.05, rank).expect("value"), twentieth, ROUNDED);
    }
    near(two_nn_likelihood(&ball).expect("value"), 4.767_867_671, ROUNDED);
    let gaussians = near_points("gaussians", 2);
    near(two_nn_fit(&gaussians, 0.1, EmpiricalRank::Inclusive).expect("value"), 1.854_913_295, ROUNDED);
    near(two_nn_fit(&gaussians, 0.1, EmpiricalRank::Exclusive).expect("value"), 1.795_373_195, ROUNDED);
    near(two_nn_likelihood(&gaussians).expect("value"), 2.000_755_299, ROUNDED);
}

#[test]
fn the_correlation_dimension_over_radii_is_the_published_one() {
    let gaussians = Neighbourhoods::new(&fixture("gaussians"), 2);
    let radii: Vec<f64> = (0..10).map(|i| 0.25 + f64::from(i) * 1.5 / 9.0).collect();
    let slopes = [1.889_257, 1.876_761, 1.914_410, 1.907_522, 1.893_576, 1.877_271, 1.854_341, 1.835_514, 1.818_729];
    for (k, slope) in (2..=10).zip(slopes) {
        near(correlation_dimension_over(&gaussians, &radii[..k]).expect("value"), slope, 1e-6);
    }
}

#[test]
fn the_participation_ratio_is_the_published_one_from_either_side() {
    for (name, ratio) in [
        ("hyperball", 4.387_876_416),
        ("gaussians", 1.235_934_316),
        ("flat", 1.979_798_519),
        ("x", 9.150_791_356),
        ("y", 8.917_250_577),
    ] {
        near(participation_ratio(&fixture(name)).expect("value"), ratio, 1e-6);
    }
    // Three points in 700 coordinates: two equal directions.
    let mut rows = vec![0.0; 3 * 700];
    for (i, row) in rows.chunks_exact_mut(700).enumerate() {
        row[100 * i] = 1.0;
    }
    let simplex = PointCloud::from_rows(rows, 700, "simplex").expect("cloud");
    near(participation_ratio(&simplex).expect("value"), 2.0, 1e-12);
    assert_eq!(participation_ratio(&cloud(&[[0.1, 0.7]; 5])), Err(Undefined::Coincident));
}

#[test]
fn a_power_law_has_its_dimension() {
    let sizes: Vec<usize> = (500..3000).step_by(350).collect();
    let sums = |c: f64, beta: f64| sizes.iter().map(|&n| c * (n as f64).powf(beta)).collect::<Vec<_>>();
    for (c, beta, alpha, dimension) in [(1.0, 0.9, 1.0, 10.0), (1.0, 0.75, 0.5, 2.0), (7.0, 0.5, 1.0, 2.0)] {
        let found = PhDimension::from_sums(sizes.clone(), sums(c, beta), alpha);
        near(found.dimension.expect("value"), dimension, 1e-9);
        near(found.fit.expect("fit").r2, 1.0, 1e-9);
    }
    let found = PhDimension::from_sums(sizes.clone(), sums(1.0, 1.25), 1.0);
    assert!(matches!(found.dimension, Err(Undefined::Slope { slope }) if (slope - 1.25).abs() < 1e-9));
    assert!(found.fit.is_some(), "the line is still shown");
    assert_eq!(PhDimension::from_sums(sizes.clone(), sums(0.0, 0.5), 1.0).dimension, Err(Undefined::Coincident));
}

#[test]
fn subset_sizes_are_those_of_their_papers() {
    assert_eq!(SubsetSizes::Magai.of(3000), [500, 850, 1200, 1550, 1900, 2250, 2600, 2950]);
    assert_eq!(SubsetSizes::Magai.of(300), [50, 85, 120, 155, 190, 225, 260, 295]);
    assert_eq!(SubsetSizes::Birdal.of(1000).len(), 16);
    assert_eq!(SubsetSizes::Birdal.of(420), [200, 250, 300, 350, 400]);
    assert_eq!(SubsetSizes::Gptid.of(5000).last(), Some(&490));
    assert_eq!(SubsetSizes::Given(vec![30, 10, 1, 30, 99]).of(50), [10, 30]);
}

fn measure(cloud: &PointCloud, settings: &PhDimensionSettings) -> PhDimension {
    ph_dimension(cloud, settings, &mut ignore).expect("settings")
}

#[test]
fn cubes_have_about_their_dimension() {
    for (d, n_coords, tolerance) in [(2, 128, 0.15), (5, 5, 0.5), (10, 10, 2.0)] {
        let inner = Xorshift(5 + d).cube(3000, d as usize);
        let rows = (0..3000).flat_map(|i| {
            let point = inner.point(i);
            (0..n_coords)
                .map(move |c| if c % (n_coords / d) == 0 { point[(c / (n_coords / d)) as usize] } else { 0.25 })
        });
        let cube = PointCloud::from_rows(rows.collect(), n_coords as usize, "cube").expect("cloud");
        let found = measure(&cube, &PhDimensionSettings { draws: 3, ..PhDimensionSettings::default() });
        let dimension = found.dimension.expect("value");
        assert!((dimension - f64::from(d)).abs() < tolerance, "{dimension} instead of {d}");
        let (low, high) = found.range.expect("range");
        assert!(low <= dimension && high.is_none_or(|high| dimension <= high));
        assert!(found.fit.expect("fit").r2 > 0.99);
    }
}

#[test]
fn clusters_lower_the_pooled_dimension() {
    // Ten blobs far apart, each of dimension 10.
    let mut random = Xorshift(17);
    let rows: Vec<f32> = (0..1000)
        .flat_map(|i| {
            let point: Vec<f32> = (0..10)
                .map(|k| random.cube(1, 12).values().iter().sum::<f32>() - 6.0 + if k == i % 10 { 20.0 } else { 0.0 })
                .collect();
            point
        })
        .collect();
    let blobs = PointCloud::from_rows(rows, 10, "blobs").expect("cloud");
    let pooled = measure(&blobs, &PhDimensionSettings::default()).dimension.expect("value");
    let one = blobs.select(&(0..1000).step_by(10).collect::<Vec<_>>());
    let single = measure(&one, &PhDimensionSettings::default()).dimension.expect("value");
    assert!((3.0..7.0).contains(&pooled) && single > pooled + 1.0, "pooled {pooled}, one blob {single}");
}

#[test]
fn the_sums_are_those_of_barcodes() {
    // All points at the largest size: no draw decides.
    for (n, d) in [(90, 3), (131, 40), (85, 1)] {
        let points = Xorshift(n as u32).cube(n, d);
        let expected = lifespan_sum(barcode(&euclidean(&points), 0).dim(0), 1.0);
        for metric in [Metric::Euclidean, Metric::Manhattan] {
            let settings = PhDimensionSettings {
                sizes: SubsetSizes::Given(vec![40, n]),
                draws: 3,
                metric,
                ..PhDimensionSettings::default()
            };
            let found = measure(&points, &settings);
            if metric == Metric::Euclidean {
                near(found.sums[1], expected, 1e-6);
            } else {
                assert!(found.sums[1] >= expected * 0.999_999);
            }
        }
    }
}

#[test]
fn scale_and_place_leave_the_dimension_as_it_is() {
    let points = Xorshift(3).cube(300, 6);
    let settings = PhDimensionSettings { draws: 2, ..PhDimensionSettings::default() };
    let dimension = measure(&points, &settings).dimension.expect("value");
    for factor in [1024.0_f32, 3.1e-30, 2.5e33] {
        let values = points.values().iter().map(|x| x * factor).collect();
        let scaled = PointCloud::from_rows(values, 6, "scaled").expect("cloud");
        near(measure(&scaled, &settings).dimension.expect("value"), dimension, 1e-4);
    }
    assert_eq!(measure(&points, &settings).dimension, Ok(dimension), "equal seeds, equal numbers");
    let other = PhDimensionSettings { seed: 2, ..settings };
    assert_ne!(measure(&points, &other).dimension, Ok(dimension));
}

#[test]
fn what_has_no_dimension_says_why() {
    let few = measure(&Xorshift(1).cube(79, 3), &PhDimensionSettings::default()).dimension;
    assert_eq!(few, Err(Undefined::TooFewPoints { n_points: 79, needed: 80 }));
    let same = measure(&cloud(&[[0.5, 0.25]; 200]), &PhDimensionSettings::default()).dimension;
    assert_eq!(same, Err(Undefined::Coincident));
    let wrong = PhDimensionSettings { draws: 0, ..PhDimensionSettings::default() };
    assert!(ph_dimension(&Xorshift(1).cube(99, 3), &wrong, &mut ignore).is_err());
    let two = Neighbourhoods::new(&cloud(&[[0.0], [1.0]]), 20);
    assert_eq!(two_nn_likelihood(&two), Err(Undefined::TooFewPoints { n_points: 2, needed: 3 }));
    // All neighbours equally far: the corners of a simplex.
    let corners = cloud(&[[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]);
    assert_eq!(two_nn_likelihood(&Neighbourhoods::new(&corners, 3)), Err(Undefined::Coincident));
    assert_eq!(levina_bickel(&Neighbourhoods::new(&corners, 3), 3), Err(Undefined::Coincident));
}

#[test]
fn repeated_points_count_once() {
    let points = fixture("hyperball");
    let twice: Vec<usize> = (0..30).chain(0..30).collect();
    let (once, twice) = (Neighbourhoods::new(&points, 5), Neighbourhoods::new(&points.select(&twice), 5));
    assert_eq!(twice.n_points(), 30);
    assert_eq!(levina_bickel(&twice, 5), levina_bickel(&once, 5));
    assert_eq!(cloud(&[[0.0, 1.0], [-0.0, 1.0], [2.0, 0.0]]).distinct().n_points(), 2);
}

#[test]
fn a_plateau_is_flat_for_a_flat_cloud() {
    let points = Xorshift(11).cube(1600, 2);
    let estimate = |cloud: &PointCloud| two_nn_fit(&Neighbourhoods::new(cloud, 2), 0.1, EmpiricalRank::Inclusive);
    let found = plateau(&points, &[1, 2, 4, 8], 5, estimate);
    assert_eq!(found.iter().map(|point| point.n_points).collect::<Vec<_>>(), [1600, 800, 400, 200]);
    assert_eq!(found[0].deviation, None);
    for point in &found {
        assert!((point.mean.clone().expect("value") - 2.0).abs() < 0.25, "{point:?}");
    }
    assert!(found[3].deviation.expect("several") > 0.0);
}
