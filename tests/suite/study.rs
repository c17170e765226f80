//! A layer described: protocol, rows, and what is undefined.

use bettiscope::Error;
use bettiscope::data::Labels;
use bettiscope::descriptors::lifespan_sum;
use bettiscope::geometry::{Metric, PointCloud, Scaling, hop_distances};
use bettiscope::homology::RipsParams;
use bettiscope::progress::ignore;
use bettiscope::study::{
    Clouds, CompareSettings, DescribeSettings, Description, Descriptor, Measure, MeasureSettings, PhdimSettings, Row,
    compare, describe, measure,
};

use crate::clouds::{Xorshift, barcode, cloud, euclidean, polygon};
use crate::fixtures::near;

/// Three classes of 100 points around different centres, in turn.
fn layer() -> (PointCloud, Labels) {
    let points = Xorshift(9).cube(300, 4);
    let values = points.values().iter().enumerate().map(|(i, x)| x + ((i / 4) % 3) as f32).collect();
    let classes = ["ankle", "bag", "coat"].map(String::from).to_vec();
    let labels = Labels::new(classes, (0..300).map(|i| (i % 3) as u16).collect()).expect("labels");
    (PointCloud::from_rows(values, 4, "layer").expect("cloud"), labels)
}

fn settings(descriptors: &[&str]) -> DescribeSettings {
    DescribeSettings { descriptors: descriptors.iter().map(|&d| d.into()).collect(), ..DescribeSettings::default() }
}

fn described(descriptors: &[&str]) -> Description {
    let (points, labels) = layer();
    describe(&points, Some(&labels), &settings(descriptors), &mut ignore).expect("description")
}

fn rows<'a>(found: &'a Description, descriptor: &str) -> Vec<&'a Row> {
    found.rows.iter().filter(|row| row.descriptor == descriptor).collect()
}

#[test]
fn lifespans_follow_the_protocol() {
    let (points, labels) = layer();
    let found = described(&["lifespans-0", "lifespans-1"]);
    // Scaled over all classes, then split, as `measure` does it.
    let measured = MeasureSettings {
        scaling: Scaling::MinMax,
        metric: Metric::Euclidean,
        clouds: Clouds::PerClass,
        rips: RipsParams::new(1).expect("dimension"),
    };
    let measured = measure(&points, Some(&labels), &measured, &mut ignore).expect("measure");
    for (dim, name) in [(0, "lifespans-0"), (1, "lifespans-1")] {
        let rows = rows(&found, name);
        assert_eq!(rows.iter().map(|row| row.class.as_str()).collect::<Vec<_>>(), ["ankle", "bag", "coat", "mean"]);
        let sums: Vec<f64> = measured.clouds.iter().map(|cloud| cloud.lifespans[dim]).collect();
        for (row, sum) in rows.iter().zip(&sums) {
            assert_eq!((row.value, row.n, row.repetition), (Some(*sum), 100, 0));
        }
        let mean = sums.iter().sum::<f64>() / 3.0;
        let sd = (sums.iter().map(|sum| (sum - mean).powi(2)).sum::<f64>() / 2.0).sqrt();
        near(rows[3].value.expect("mean"), mean, 1e-12);
        near(rows[3].low.expect("low"), mean - sd, 1e-9);
        near(rows[3].high.expect("high"), mean + sd, 1e-9);
    }
    assert_eq!(found.clouds.len(), 3);
    assert_eq!(found.clouds[1].barcode, measured.clouds[1].barcode);
    assert_eq!(found.clouds[1].index, (1..300).step_by(3).collect::<Vec<_>>());
}

#[test]
fn factor_exponent_and_classes_are_settings() {
    let (points, labels) = layer();
    let plain = rows(&described(&["lifespans-0"]), "lifespans-0")[0].value.expect("value");
    let half = DescribeSettings { factor: 0.5, first_classes: Some(2), ..settings(&["lifespans-0"]) };
    let found = describe(&points, Some(&labels), &half, &mut ignore).expect("description");
    assert_eq!(found.rows.len(), 3);
    near(found.rows[0].value.expect("value"), plain / 2.0, 1e-12);
    let squares = DescribeSettings { alpha: 2.0, ..settings(&["lifespans-0"]) };
    let found = describe(&points, Some(&labels), &squares, &mut ignore).expect("description");
    let scaled = Scaling::MinMax.apply(&points).select(&(0..300).step_by(3).collect::<Vec<_>>());
    near(found.rows[0].value.expect("value"), lifespan_sum(barcode(&euclidean(&scaled), 0).dim(0), 2.0), 1e-12);
}

#[test]
fn defaults_are_the_conventions_of_the_paper() {
    let usual = DescribeSettings::default();
    assert_eq!((usual.per_class, usual.first_classes, usual.factor, usual.phdim.draws), (300, None, 1.0, 7));
    assert_eq!((usual.scaling, usual.phdim.scaling), (Scaling::MinMax, Scaling::None));
    // What a document leaves out has its default.
    let short: DescribeSettings =
        serde_json::from_str(r#"{"perClass": 20, "phdim": {"sizes": "gptid"}}"#).expect("settings");
    assert_eq!((short.per_class, short.factor, short.phdim.draws), (20, 1.0, 7));
    let given: PhdimSettings = serde_json::from_str(r#"{"sizes": [50, 100]}"#).expect("settings");
    assert_eq!(serde_json::to_string(&given.sizes).expect("text"), "[50,100]");
}

#[test]
fn dimensions_are_of_all_points_unscaled() {
    let (points, labels) = layer();
    let all = ["phdim-0", "phdim-0-r2", "twonn", "twonn-ml", "mle", "correlation-dimension", "participation-ratio"];
    let found = described(&all);
    for name in all {
        let rows = rows(&found, name);
        assert_eq!((rows.len(), rows[0].class.as_str(), rows[0].n), (1, "all", 300), "{name}");
        assert!(rows[0].value.expect("value") > 0.0, "{name}");
    }
    assert!(found.clouds.is_empty(), "no barcode is needed");
    let [fit] = found.fits.as_slice() else { panic!("one fit") };
    let row = rows(&found, "phdim-0")[0];
    near(row.value.expect("value"), 1.0 / (1.0 - fit.slope), 1e-12);
    near(rows(&found, "phdim-0-r2")[0].value.expect("value"), fit.r2, 1e-12);
    assert!(row.low < row.value && row.value < row.high);
    assert_eq!((fit.sizes.len(), fit.sums.len()), (8, 8));
    // Stretching one coordinate changes what is not scaled.
    let stretched = points.values().iter().enumerate().map(|(i, x)| if i % 4 == 0 { 50.0 * x } else { *x });
    let stretched = PointCloud::from_rows(stretched.collect(), 4, "stretched").expect("cloud");
    let other = describe(&stretched, Some(&labels), &settings(&["phdim-0", "lifespans-0"]), &mut ignore).expect("rows");
    assert!(rows(&other, "phdim-0")[0].value.expect("value") < 0.8 * row.value.expect("value"));
    let same = described(&["lifespans-0"]);
    near(rows(&other, "lifespans-0")[3].value.expect("value"), rows(&same, "lifespans-0")[3].value.expect("v"), 1e-5);
}

#[test]
fn classes_have_dimensions_of_their_own_where_they_are_large_enough() {
    let (points, labels) = layer();
    let found = described(&["phdim-0-class", "twonn-class", "mle-class"]);
    for name in ["phdim-0-class", "twonn-class", "mle-class"] {
        let rows = rows(&found, name);
        assert_eq!(rows.len(), 4, "{name}");
        assert!(rows.iter().all(|row| row.value.is_some() && row.n == 100), "{name}");
    }
    assert_eq!(found.fits.len(), 3);
    let few = DescribeSettings { per_class: 60, ..settings(&["phdim-0-class"]) };
    let found = describe(&points, Some(&labels), &few, &mut ignore).expect("description");
    assert!(found.rows.iter().all(|row| row.value.is_none()));
    assert!(found.rows[0].note.as_ref().expect("reason").contains("60 points"));
    assert_eq!(found.rows[3].note.as_deref(), Some("undefined for 3 of 3 classes"));
}

#[test]
fn repetitions_are_disjoint_batches_while_points_last() {
    let (points, labels) = layer();
    let batches = DescribeSettings { per_class: 40, repetitions: 3, ..settings(&["lifespans-0", "twonn"]) };
    let found = describe(&points, Some(&labels), &batches, &mut ignore).expect("description");
    let of = |repetition: usize| {
        found.clouds.iter().find(|c| c.repetition == repetition && c.name == "bag").expect("cloud").index.clone()
    };
    assert!(of(0).iter().all(|i| !of(1).contains(i) && i % 3 == 1));
    assert_eq!((of(0).len(), of(1).len(), of(2).len()), (40, 40, 40));
    assert_ne!(of(2), of(0));
    assert_eq!(rows(&found, "lifespans-0").len(), 12);
    assert_eq!(rows(&found, "twonn").len(), 1, "nothing is drawn for it");
    let again = describe(&points, Some(&labels), &batches, &mut ignore).expect("description");
    assert_eq!(again, found);
}

#[test]
fn without_labels_and_pooled_there_is_one_cloud() {
    let (points, labels) = layer();
    let found = describe(&points, None, &settings(&["lifespans-0"]), &mut ignore).expect("description");
    assert_eq!((found.rows.len(), found.rows[0].class.as_str(), found.rows[0].n), (1, "all", 300));
    let pooled = DescribeSettings { clouds: Clouds::Pooled, ..settings(&["lifespans-0"]) };
    let found_pooled = describe(&points, Some(&labels), &pooled, &mut ignore).expect("description");
    assert_eq!(found_pooled.rows, found.rows);
}

#[test]
fn every_descriptor_of_the_catalogue_gives_rows() {
    let (points, labels) = layer();
    let every: Vec<String> = Descriptor::all().into_iter().map(Descriptor::name).collect();
    let asked = DescribeSettings { descriptors: every.clone(), per_class: 40, betti_scale: Some(0.3), ..settings(&[]) };
    let found = describe(&points, Some(&labels), &asked, &mut ignore).expect("description");
    for name in &every {
        let rows = rows(&found, name);
        assert!(!rows.is_empty(), "{name}");
        for row in rows {
            assert!(row.value.is_none_or(f64::is_finite) && (row.value.is_some() || row.note.is_some()), "{row:?}");
        }
    }
}

#[test]
fn collapsed_layers_are_described_without_numbers_that_do_not_exist() {
    let points = cloud(&[[0.25, 1.0]; 120]);
    let labels = Labels::new(vec!["a".into(), "b".into()], (0..120).map(|i| i % 2).collect()).expect("labels");
    let asked =
        settings(&["lifespans-0", "mean-lifespan-0", "longest-0", "phdim-0", "twonn", "mle", "participation-ratio"]);
    let found = describe(&points, Some(&labels), &asked, &mut ignore).expect("description");
    assert_eq!(rows(&found, "lifespans-0")[2].value, Some(0.0));
    assert_eq!(rows(&found, "longest-0")[0].value, Some(0.0));
    for name in ["mean-lifespan-0", "phdim-0", "twonn", "mle", "participation-ratio"] {
        let row = rows(&found, name)[0];
        assert!(row.value.is_none() && row.note.as_ref().is_some_and(|note| note.starts_with("undefined")), "{row:?}");
    }
}

#[test]
fn wrong_settings_are_named() {
    let (points, labels) = layer();
    let base = settings(&["lifespans-0"]);
    for (wrong, word) in [
        (settings(&["lifespan"]), "lifespan"),
        (settings(&[]), "descriptors"),
        (settings(&["betti-0"]), "bettiScale"),
        (DescribeSettings { per_class: 1, ..base.clone() }, "perClass"),
        (DescribeSettings { alpha: f64::NAN, ..base.clone() }, "α"),
        (DescribeSettings { factor: 0.0, ..base.clone() }, "factor"),
        (DescribeSettings { repetitions: 0, ..base.clone() }, "repetitions"),
        (DescribeSettings { modulus: 4, ..base.clone() }, "modulus"),
        (DescribeSettings { max_dim: 99, ..base.clone() }, "dimension"),
    ] {
        let error = describe(&points, Some(&labels), &wrong, &mut ignore).expect_err(word);
        assert!(matches!(error, Error::InvalidSetting { .. }) && error.to_string().contains(word), "{error}");
    }
    let fewer = Labels::new(vec!["a".into()], vec![0; 7]).expect("labels");
    assert!(matches!(describe(&points, Some(&fewer), &base, &mut ignore), Err(Error::LengthMismatch { .. })));
    let stopped = describe(&points, Some(&labels), &base, &mut |_| std::ops::ControlFlow::Break(()));
    assert_eq!(stopped, Err(Error::Stopped));
}

#[test]
fn hops_count_steps_between_neighbours() {
    // A 12-gon whose points know one neighbour to each side: a cycle of 12 steps.
    let hops = hop_distances(&polygon(12), 2, 10, 1000).expect("matrix");
    for i in 0..12_usize {
        for j in 0..i {
            assert_eq!(hops.get(i, j), (i - j).min(12 - (i - j)) as f32);
        }
    }
    let short = hop_distances(&polygon(12), 2, 3, 1000).expect("matrix");
    assert_eq!((short.get(3, 0), short.get(4, 0)), (3.0, 1000.0));
    // Stretching changes nothing, and what is far apart is not connected.
    let pairs = hop_distances(&cloud(&[[0.0], [1.0], [50.0], [53.0]]), 1, 10, 1000).expect("matrix");
    assert_eq!(pairs.lower(), [1.0, 1000.0, 1000.0, 1000.0, 1000.0, 1.0]);
}

#[test]
fn hop_counts_find_the_betti_numbers_of_two_circles() {
    let values: Vec<f32> = [0.0, 9.0]
        .into_iter()
        .flat_map(|x| polygon(40).values().chunks(2).flat_map(move |p| [p[0] + x, p[1]]).collect::<Vec<_>>())
        .collect();
    let circles = PointCloud::from_rows(values, 2, "circles").expect("cloud");
    let asked = DescribeSettings {
        hops: bettiscope::study::HopSettings { k: 5, threshold: 2.5 },
        ..settings(&["hop-betti-0", "hop-betti-1"])
    };
    let found = describe(&circles, None, &asked, &mut ignore).expect("description");
    assert_eq!(found.rows.iter().map(|row| row.value).collect::<Vec<_>>(), [Some(2.0), Some(2.0)]);
}

#[test]
fn layers_compare_to_themselves_as_equal() {
    let (points, _) = layer();
    let measures = vec![
        Measure::Cka,
        Measure::CkaBiased,
        Measure::Rtd,
        Measure::NeighbourOverlap,
        Measure::SlicedWasserstein0,
        Measure::SlicedWasserstein1,
    ];
    let settings = CompareSettings { measures, batch: 60, batches: 2, ..CompareSettings::default() };
    let found = compare(&points, &points, &settings, &mut ignore).expect("numbers");
    near(found[&Measure::Cka].expect("value"), 1.0, 1e-12);
    near(found[&Measure::CkaBiased].expect("value"), 1.0, 1e-12);
    assert_eq!((found[&Measure::Rtd], found[&Measure::NeighbourOverlap]), (Some(0.0), Some(1.0)));
    assert_eq!((found[&Measure::SlicedWasserstein0], found[&Measure::SlicedWasserstein1]), (Some(0.0), Some(0.0)));
    let other = Xorshift(2).cube(300, 4);
    let found = compare(&points, &other, &settings, &mut ignore).expect("numbers");
    assert!(found[&Measure::SlicedWasserstein0].expect("value") > 0.1);
    assert!(found[&Measure::Cka].expect("value") < 0.1 && found[&Measure::Rtd].expect("value") > 0.5);
    assert!(compare(&points, &other.select(&[0, 1]), &settings, &mut ignore).is_err());
}
