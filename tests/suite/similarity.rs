//! Two layers side by side, and numbers in pairs: published values and closed forms.

use bettiscope::descriptors::{
    Bootstrap, RtdSettings, Undefined, cka, correlate, debiased_cka, neighbour_overlap, pearson, rtd, spearman,
};
use bettiscope::geometry::{PointCloud, nearest_neighbours};
use bettiscope::progress::ignore;

use crate::clouds::{Xorshift, cloud, polygon};
use crate::fixtures::{columns, first, fixture, near};

fn whole(a: &PointCloud, b: &PointCloud) -> f64 {
    rtd(a, b, &RtdSettings { batch: 500, ..RtdSettings::default() }, &mut ignore).expect("value")
}

#[test]
fn kernel_alignment_is_the_published_one() {
    let (x, y) = (fixture("x"), fixture("y"));
    near(cka(&x, &y).expect("sizes").expect("value"), 0.557_613_257, 1e-6);
    near(debiased_cka(&x, &y).expect("sizes").expect("value"), 0.513_456_490, 1e-6);
    // Unrelated clouds: the plain number is well above 0.
    let (ball, flat) = (fixture("hyperball"), first(&fixture("flat"), 30));
    near(cka(&ball, &flat).expect("sizes").expect("value"), 0.094_721_264, 1e-5);
    near(debiased_cka(&ball, &flat).expect("sizes").expect("value"), -0.009_327_909, 1e-4);
}

#[test]
fn kernel_alignment_ignores_rotation_scale_and_place() {
    let x = fixture("x");
    let turned: Vec<f32> = (0..100)
        .flat_map(|i| {
            let mut row = x.point(i).to_vec();
            row.rotate_left(3);
            (row[0], row[1]) = (0.6 * row[0] - 0.8 * row[1], 0.8 * row[0] + 0.6 * row[1]);
            row.into_iter().map(|value| -2.5 * value + 7.0).collect::<Vec<_>>()
        })
        .collect();
    let turned = PointCloud::from_rows(turned, 10, "turned").expect("cloud");
    near(cka(&x, &turned).expect("sizes").expect("value"), 1.0, 1e-6);
    near(debiased_cka(&x, &turned).expect("sizes").expect("value"), 1.0, 1e-6);
}

#[test]
fn wide_layers_take_the_other_way_to_the_same_number() {
    // 12 points in 300 coordinates are multiplied as Gram matrices, the same padded to fewer are not.
    let narrow = Xorshift(4).cube(40, 5);
    let wide: Vec<f32> = (0..40)
        .flat_map(|i| {
            let mut row = vec![0.0; 300];
            for (k, &value) in narrow.point(i).iter().enumerate() {
                row[60 * k] = value;
            }
            row
        })
        .collect();
    let wide = PointCloud::from_rows(wide, 300, "wide").expect("cloud");
    let other = Xorshift(5).cube(40, 7);
    for measure in [cka, debiased_cka] {
        let of = |cloud: &PointCloud| measure(cloud, &other).expect("sizes").expect("value");
        near(of(&wide), of(&narrow), 1e-9);
    }
}

#[test]
fn alignment_that_does_not_exist_says_why() {
    let (x, same) = (Xorshift(1).cube(9, 3), cloud(&[[0.1, 0.3]; 9]));
    assert_eq!(cka(&x, &same), Ok(Err(Undefined::NoVariance)));
    assert_eq!(debiased_cka(&same, &same), Ok(Err(Undefined::NoVariance)));
    assert_eq!(debiased_cka(&first(&x, 3), &first(&x, 3)), Ok(Err(Undefined::TooFewPoints { n_points: 3, needed: 4 })));
    assert!(cka(&x, &first(&x, 8)).is_err());
}

#[test]
fn divergence_has_its_closed_forms() {
    let circle = polygon(12);
    let line: Vec<[f32; 2]> = (0..12_u8).map(|i| [f32::from(i), 0.0]).collect();
    near(whole(&circle, &cloud(&line)), 0.964_745_97, 1e-6);
    let arcs: Vec<[f32; 2]> = (0..12_u8)
        .map(|i| {
            let angle = f64::from(i % 6) * 30_f64.to_radians();
            let centre = if i < 6 { 0.0 } else { 5.0 };
            [(centre + 0.1 * angle.cos()) as f32, (0.1 * angle.sin()) as f32]
        })
        .collect();
    near(whole(&circle, &cloud(&arcs)), 1.942_351_76, 1e-6);
    assert_eq!(whole(&circle, &circle), 0.0);
    let scaled = PointCloud::from_rows(circle.values().iter().map(|x| 4.0 * x).collect(), 2, "scaled").expect("cloud");
    assert_eq!(whole(&circle, &scaled), 0.0);
    let batches = RtdSettings { batch: 8, batches: 3, seed: 2 };
    let some = rtd(&circle, &cloud(&line), &batches, &mut ignore).expect("value");
    assert!(some > 0.0 && some != whole(&circle, &cloud(&line)));
    assert!(rtd(&circle, &first(&circle, 5), &batches, &mut ignore).is_err());
    assert!(rtd(&circle, &circle, &RtdSettings { batches: 0, ..batches }, &mut ignore).is_err());
}

#[test]
fn neighbours_overlap_as_published() {
    let points = fixture("overlap");
    let second = columns(&points, &[1]);
    for (k, share) in [(30, 0.78), (10, 0.39), (5, 0.345)] {
        let overlap = neighbour_overlap(&nearest_neighbours(&points, k), &nearest_neighbours(&second, k));
        near(overlap.expect("value"), share, 1e-12);
    }
    let near_points = nearest_neighbours(&points, 7);
    assert_eq!(neighbour_overlap(&near_points, &near_points), Ok(1.0));
    assert!(neighbour_overlap(&near_points, &nearest_neighbours(&points, 8)).is_err());
}

#[test]
fn neighbours_are_the_nearest() {
    let points = Xorshift(21).cube(70, 5);
    let found = nearest_neighbours(&points, 9);
    for i in 0..70 {
        let mut all: Vec<(f64, u32)> = (0..70)
            .filter(|&j| j != i)
            .map(|j| {
                let squares =
                    points.point(i).iter().zip(points.point(j)).map(|(&x, &y)| (f64::from(x) - f64::from(y)).powi(2));
                (squares.sum::<f64>().sqrt(), j as u32)
            })
            .collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert_eq!(found.of(i), all[..9].iter().map(|&(_, j)| j).collect::<Vec<_>>());
        for (&distance, &(expected, _)) in found.distances(i).iter().zip(&all) {
            near(distance, expected, 1e-12);
        }
    }
    assert_eq!(nearest_neighbours(&points, 500).k(), 69);
    assert_eq!(nearest_neighbours(&cloud(&[[1.0]]), 3).k(), 0);
}

#[test]
fn correlations_are_those_of_the_textbook() {
    // Anscombe's first quartet, and its ranks.
    let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
    let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    let found = correlate(&x, &y, Bootstrap::default()).expect("numbers");
    near(found.pearson.value.expect("value"), 0.816_420_516_344_844, 1e-12);
    near(found.spearman.value.expect("value"), 0.818_181_818_181_818, 1e-12);
    for correlation in [found.pearson, found.spearman] {
        let [low, high] = correlation.interval.expect("interval");
        assert!(low < correlation.value.expect("value") && correlation.value.expect("value") < high && high <= 1.0);
        assert!(low > 0.2, "{low}");
    }
    assert_eq!(correlate(&x, &y, Bootstrap::default()), Ok(found), "equal seeds, equal intervals");
    // Ties share their ranks: 1.5, 1.5, 3, 4 against 1, 2, 3.5, 3.5.
    near(spearman(&[1.0, 1.0, 2.0, 9.0], &[0.0, 1.0, 5.0, 5.0]).expect("value"), 8.0 / 9.0, 1e-12);
    let cubes: Vec<f64> = x.iter().map(|v| v * v * v).collect();
    assert_eq!(spearman(&x, &cubes), Some(1.0));
    near(pearson(&x, &x.map(|v| 3.0 - v)).expect("value"), -1.0, 1e-12);
    assert_eq!(pearson(&x, &[0.3; 11]), None);
    assert_eq!(pearson(&[1.0, 2.0], &[1.0, 2.0]), None);
    assert!(correlate(&x, &y[1..], Bootstrap::default()).is_err());
    assert!(correlate(&[1.0, f64::NAN, 2.0], &[1.0; 3], Bootstrap::default()).is_err());
    let constant = correlate(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0], Bootstrap::default()).expect("numbers");
    assert_eq!((constant.pearson.value, constant.pearson.interval), (None, None));
}
