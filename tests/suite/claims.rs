//! Verdicts: the paper's own figures hold, and each verdict turns when the numbers do.

use bettiscope::study::{Attack, ReportRow, Verdict, Word, judge};

/// Ten relative depths, the output last.
fn depths() -> [f64; 10] {
    std::array::from_fn(|i| (i + 1) as f64 / 10.0)
}

/// The rows of one network's profile.
fn profile(about: &ReportRow, descriptor: &str, values: &[f64]) -> Vec<ReportRow> {
    let class = if descriptor == "phdim-0" { "all" } else { "mean" };
    let n = values.len() as f64;
    let row = |(i, &value): (usize, &f64)| ReportRow {
        descriptor: descriptor.into(),
        class: class.into(),
        depth: (i + 1) as f64 / n,
        value: Some(value),
        n: 300.0,
        ..about.clone()
    };
    values.iter().enumerate().map(row).collect()
}

fn family(name: &str, checkpoint: u32, accuracy: f64) -> ReportRow {
    ReportRow {
        network: format!("{name}-cifar-{checkpoint}"),
        family: Some(name.into()),
        dataset: Some("cifar".into()),
        group: Some("family".into()),
        checkpoint: Some(f64::from(checkpoint)),
        test_accuracy: Some(accuracy),
        ..ReportRow::default()
    }
}

fn verdict(rows: &[ReportRow], id: &str) -> Verdict {
    judge(rows).into_iter().find(|verdict| verdict.id == id).expect("a verdict")
}

#[track_caller]
fn says(rows: &[ReportRow], id: &str, word: Word) -> Verdict {
    let found = verdict(rows, id);
    assert_eq!(found.verdict, word, "{found:#?}");
    found
}

const H0: [(&str, [f64; 10]); 4] = [
    ("resnet", [370.0, 430.0, 415.0, 295.0, 297.0, 297.0, 220.0, 140.0, 115.0, 28.0]),
    ("vgg", [390.0, 405.0, 415.0, 412.0, 415.0, 395.0, 355.0, 260.0, 175.0, 25.0]),
    ("mobilenetv2", [415.0, 445.0, 430.0, 415.0, 408.0, 350.0, 310.0, 298.0, 260.0, 3.0]),
    ("seresnet", [390.0, 380.0, 405.0, 410.0, 400.0, 350.0, 345.0, 280.0, 80.0, 4.0]),
];
const H1: [(&str, [f64; 10]); 4] = [
    ("resnet", [24.0, 34.0, 33.0, 16.0, 16.0, 14.0, 8.0, 1.0, 1.0, 0.6]),
    ("vgg", [26.0, 27.0, 28.0, 28.0, 26.0, 22.0, 13.0, 7.0, 3.0, 0.5]),
    ("mobilenetv2", [37.0, 38.0, 33.0, 32.0, 28.0, 18.0, 11.0, 13.0, 11.0, 0.0]),
    ("seresnet", [26.0, 26.0, 29.0, 34.0, 30.0, 23.0, 20.0, 21.0, 8.0, 0.0]),
];
const PHDIM: [(&str, [f64; 10]); 4] = [
    ("resnet", [14.8, 17.4, 17.3, 13.8, 11.6, 13.3, 9.0, 8.0, 7.7, 2.8]),
    ("vgg", [15.6, 19.0, 21.7, 22.3, 21.9, 18.7, 13.3, 10.4, 7.5, 2.4]),
    ("mobilenetv2", [12.8, 15.0, 17.5, 17.0, 16.8, 12.8, 13.0, 9.5, 9.5, 2.2]),
    ("seresnet", [15.2, 14.5, 18.5, 15.8, 21.5, 25.5, 28.5, 16.5, 8.5, 2.6]),
];
/// The `ReLU` network of the study of activations: the same `ResNet` measured once more.
const RESNET_AGAIN_H0: [f64; 10] = [371.0, 427.0, 420.0, 294.0, 294.0, 294.0, 221.0, 143.0, 117.0, 10.0];
const RESNET_AGAIN_PHDIM: [f64; 10] = [13.5, 16.6, 16.9, 12.3, 10.5, 11.4, 8.0, 5.4, 6.0, 2.9];

/// The main figure: four families at their best epoch.
fn main_figure() -> Vec<ReportRow> {
    let of = |table: [(&str, [f64; 10]); 4], descriptor: &str| {
        table
            .into_iter()
            .flat_map(|(name, values)| profile(&family(name, 8, 0.95), descriptor, &values))
            .collect::<Vec<_>>()
    };
    [of(H0, "lifespans-0"), of(H1, "lifespans-1"), of(PHDIM, "phdim-0")].concat()
}

#[test]
fn the_figures_of_the_paper_hold() {
    let rows = main_figure();
    let simplification = says(&rows, "C1", Word::Holds);
    assert_eq!(simplification.of.len(), 4);
    assert_eq!(simplification.of[0].quantities.len(), 4);
    says(&rows, "C2", Word::Holds);
    let ids: Vec<&str> = judge(&rows).iter().map(|verdict| verdict.id).collect();
    assert_eq!(ids, ["C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "K1", "K2", "K3"]);
}

#[test]
fn without_rows_nothing_is_decided() {
    for verdict in judge(&[]) {
        assert_eq!(verdict.verdict, Word::Undecided, "{}", verdict.id);
    }
    // One checkpoint says nothing of training.
    for id in ["C3", "C4", "C5", "C6", "C7", "C8", "C9", "K1", "K2", "K3"] {
        says(&main_figure(), id, Word::Undecided);
    }
}

#[test]
fn simplification_turns_with_the_numbers() {
    let mut rows = main_figure();
    // The negative result: without scaling and training, sums rise with depth.
    let rising = [342.0, 498.0, 660.0, 772.0, 900.0, 1021.0, 1143.0, 1266.0, 1355.0, 1412.0];
    rows.extend(profile(&family("student", 1, 0.25), "lifespans-0", &rising));
    let found = says(&rows, "C1", Word::Partly);
    assert_eq!(found.of[4].verdict, Word::Fails);
    says(&profile(&family("student", 1, 0.25), "lifespans-0", &rising), "C1", Word::Fails);
    // A tenth and a bit is left.
    let high = [390.0, 405.0, 415.0, 412.0, 415.0, 395.0, 355.0, 260.0, 175.0, 43.0];
    says(&profile(&family("vgg", 1, 0.9), "lifespans-0", &high), "C1", Word::Partly);
    // The last checkpoint counts, whatever the order of rows.
    let both = [
        profile(&family("vgg", 8, 0.9), "lifespans-0", &H0[1].1),
        profile(&family("vgg", 1, 0.1), "lifespans-0", &rising),
    ];
    says(&both.concat(), "C1", Word::Holds);
    // Classes by themselves are no evidence, nor are undefined numbers.
    let single: Vec<ReportRow> = rows.iter().map(|row| ReportRow { class: "bag".into(), ..row.clone() }).collect();
    says(&single, "C1", Word::Undecided);
    let missing: Vec<ReportRow> = rows.iter().map(|row| ReportRow { value: None, ..row.clone() }).collect();
    says(&missing, "C1", Word::Undecided);
}

#[test]
fn the_hunchback_turns_with_the_numbers() {
    let of = |values: &[f64]| profile(&family("vgg", 8, 0.9), "phdim-0", values);
    says(&of(&[20.0, 15.0, 9.0, 5.0, 3.0]), "C2", Word::Partly); // no rise
    says(&of(&[9.0, 12.0, 10.0, 9.0, 8.0]), "C2", Word::Partly); // hardly a fall
    says(&of(&[5.0, 5.1, 5.2, 5.3, 5.4]), "C2", Word::Partly); // rises to the end
    says(&of(&[5.0, 5.0, 5.0, 5.0, 5.0]), "C2", Word::Partly); // the first layer is a peak before the output
    says(&of(&[5.0, 9.0, 7.0, 4.0, 2.0]), "C2", Word::Holds);
}

/// Five checkpoints whose late and early layers move by these factors over the training.
fn training(descriptor: &str, values: &[f64; 10], early: f64, late: f64) -> Vec<ReportRow> {
    let checkpoint = |k: u32| {
        let time = f64::from(k) / 4.0;
        let moved: Vec<f64> = depths()
            .iter()
            .zip(values)
            .map(|(&depth, &value)| value * (1.0 + time * (if depth < 0.6 { early } else { late } - 1.0)))
            .collect();
        profile(&family("vgg", k + 1, 0.6 + 0.08 * time), descriptor, &moved)
    };
    (0..5).flat_map(checkpoint).collect()
}

#[test]
fn training_lowers_late_sums_in_the_paper() {
    // What is known of two moments: VGG at .9, ResNet at .5 and .9, MobileNetV2 at .7 and .9.
    let at = |name: &str, checkpoint, accuracy, depth: f64, value| ReportRow {
        descriptor: "lifespans-0".into(),
        class: "mean".into(),
        depth,
        value: Some(value),
        ..family(name, checkpoint, accuracy)
    };
    let rows = [
        at("vgg", 1, 0.6, 0.9, 415.0),
        at("vgg", 2, 0.95, 0.9, 175.0),
        at("resnet", 1, 0.6, 0.9, 260.0),
        at("resnet", 2, 0.95, 0.9, 115.0),
        at("mobilenetv2", 1, 0.6, 0.7, 460.0),
        at("mobilenetv2", 1, 0.6, 0.9, 412.0),
        at("mobilenetv2", 2, 0.95, 0.7, 310.0),
        at("mobilenetv2", 2, 0.95, 0.9, 260.0),
    ];
    says(&rows, "C3", Word::Holds);
    let dimension = |name: &str, checkpoint, accuracy, depth, value| ReportRow {
        descriptor: "phdim-0".into(),
        class: "all".into(),
        ..at(name, checkpoint, accuracy, depth, value)
    };
    let rows = [
        dimension("resnet", 1, 0.6, 0.2, 14.5),
        dimension("resnet", 2, 0.95, 0.2, 17.4),
        dimension("mobilenetv2", 1, 0.6, 0.5, 12.0),
        dimension("mobilenetv2", 2, 0.95, 0.5, 17.0),
        dimension("seresnet", 1, 0.6, 0.3, 13.0),
        dimension("seresnet", 2, 0.95, 0.3, 18.5),
    ];
    says(&rows, "C4", Word::Holds);
}

#[test]
fn the_course_of_training_turns_its_verdicts() {
    let of = |early, late| training("lifespans-0", &H0[1].1, early, late);
    says(&of(1.02, 0.5), "C3", Word::Holds);
    says(&of(0.2, 0.5), "C3", Word::Partly); // early layers fall more
    says(&of(2.0, 1.5), "C3", Word::Fails);
    let of = |early, late| training("phdim-0", &PHDIM[1].1, early, late);
    says(&of(1.4, 1.05), "C4", Word::Holds);
    says(&of(1.1, 2.5), "C4", Word::Partly);
    says(&of(0.9, 3.0), "C4", Word::Fails);
    // Before 60 % accuracy the claims say nothing; the critics' does.
    let mut rows = training("lifespans-0", &H0[1].1, 1.0, 0.5);
    rows.extend(profile(&family("vgg", 0, 0.1), "lifespans-0", &[1.0; 10]));
    says(&rows, "C3", Word::Holds);
    says(&training("lifespans-0", &H0[1].1, 1.2, 1.1), "K1", Word::Holds);
    says(&training("lifespans-0", &H0[1].1, 1.0, 0.5), "K1", Word::Fails);
}

#[test]
fn an_architecture_is_told_by_its_shape() {
    let mut rows = main_figure();
    rows.extend(profile(&family("resnet", 7, 0.94), "lifespans-0", &RESNET_AGAIN_H0));
    rows.extend(profile(&family("resnet", 7, 0.94), "phdim-0", &RESNET_AGAIN_PHDIM));
    let found = says(&rows, "C5", Word::Holds);
    let ratio = found.of[0].quantities[0].value.expect("a ratio");
    assert!(ratio < 0.5, "{ratio}");
    assert_eq!(found.of[1].verdict, Word::Undecided, "no second checkpoint");
    // A twin under another name.
    rows.extend(profile(&family("twin", 8, 0.9), "lifespans-0", &H0[0].1));
    says(&rows, "C5", Word::Fails);
}

#[test]
fn harder_data_are_those_with_the_lower_accuracy() {
    let table = [
        ("cifar-10", 0.95, [372.0, 415.0, 398.0, 290.0, 263.0, 278.0, 195.0, 110.0, 85.0, 27.0]),
        ("buildings", 0.8, [360.0, 345.0, 342.0, 327.0, 335.0, 315.0, 308.0, 263.0, 225.0, 43.0]),
    ];
    let rows = |accuracies: [f64; 2], n: [f64; 2]| -> Vec<ReportRow> {
        table
            .iter()
            .zip(accuracies)
            .zip(n)
            .flat_map(|((&(dataset, _, values), accuracy), n)| {
                let about = ReportRow { dataset: Some(dataset.into()), ..family("resnet", 3, accuracy) };
                let about = ReportRow { network: dataset.into(), ..about };
                profile(&about, "lifespans-0", &values).into_iter().map(move |row| ReportRow { n, ..row })
            })
            .collect()
    };
    let found = says(&rows([0.95, 0.8], [300.0; 2]), "C6", Word::Holds);
    assert_eq!(found.of[0].name, "buildings (harder) against cifar-10");
    says(&rows([0.8, 0.95], [300.0; 2]), "C6", Word::Fails);
    says(&rows([0.95, 0.8], [300.0, 150.0]), "C6", Word::Undecided);
}

/// The H0 sums at depth .8 of the figure.
fn activations(sums: [f64; 6]) -> Vec<ReportRow> {
    let names = ["relu", "swish", "elu", "relu6", "tanh", "sigmoid"];
    names
        .iter()
        .zip(sums)
        .flat_map(|(&name, sum)| {
            let about = ReportRow {
                activation: Some(name.into()),
                group: Some("activation".into()),
                ..family("resnet", 3, 0.9)
            };
            let about = ReportRow { network: name.into(), ..about };
            let mut values = [400.0; 10];
            values[7] = sum;
            profile(&about, "lifespans-0", &values)
        })
        .collect()
}

#[test]
fn activations_stand_in_their_order() {
    let figure = [143.0, 137.0, 262.0, 301.0, 342.0, 381.0];
    says(&activations(figure), "C7", Word::Holds);
    says(&activations([143.0, 137.0, 342.0, 301.0, 262.0, 381.0]), "C7", Word::Partly);
    says(&activations([381.0, 342.0, 301.0, 262.0, 143.0, 137.0]), "C7", Word::Fails);
    // The network with ReLU belongs to the families and names no function.
    let rows = activations(figure).into_iter().map(|mut row| {
        if row.activation.as_deref() == Some("relu") {
            row.activation = None;
            row.group = Some("family".into());
        }
        row
    });
    says(&rows.collect::<Vec<_>>(), "C7", Word::Holds);
    says(&activations(figure)[..30], "C7", Word::Undecided);
}

/// 44 networks with errors from .056 to .2 and sums that follow them with this slope and noise.
fn generalisation(slope: f64, noise: f64) -> Vec<ReportRow> {
    (0..44_u32)
        .flat_map(|i| {
            let time = f64::from(i) / 43.0;
            let error = 0.056 + 0.144 * time;
            let about =
                ReportRow { group: Some("generalisation".into()), ..family(&format!("small-{i}"), 1, 1.0 - error) };
            let wobble = noise * f64::from((i * 37) % 23) / 23.0;
            let sum = 39.0 + slope * 101.0 * time + 101.0 * wobble + if slope < 0.0 { 101.0 } else { 0.0 };
            [profile(&about, "lifespans-0", &[300.0, sum]), profile(&about, "lifespans-1", &[30.0, sum / 10.0])]
                .concat()
        })
        .collect()
}

#[test]
fn generalisation_is_a_correlation_at_the_output() {
    let found = says(&generalisation(1.0, 0.8), "C8", Word::Holds);
    let r = found.of[0].quantities[0].value.expect("r");
    assert!((0.7..0.98).contains(&r), "{r}");
    says(&generalisation(-1.0, 0.8), "C8", Word::Fails);
    // A weak correlation: positive, but chance could make it.
    says(&generalisation(0.1, 1.5), "C8", Word::Partly);
    says(&generalisation(1.0, 0.5)[..16], "C8", Word::Undecided);
}

#[test]
fn attacks_lower_the_curve() {
    let weakest = [31.3, 32.0, 28.5, 26.3, 26.8, 26.7, 22.5, 1.2];
    let strongest = [25.0, 25.0, 20.3, 18.5, 15.0, 15.0, 10.0, 0.3];
    let at = |strength: f64, values: &[f64; 8]| {
        let attack = Some(Attack { strength, macro_f1: Some(0.98 - 6.5 * strength) });
        let about = ReportRow { attack, network: format!("attack-{strength}"), ..family("mobilenetv2", 8, 0.9) };
        profile(&about, "lifespans-1", values)
    };
    says(&[at(0.095, &strongest), at(0.005, &weakest)].concat(), "C9", Word::Holds);
    says(&[at(0.005, &strongest), at(0.095, &weakest)].concat(), "C9", Word::Fails);
    let mixed = [31.0, 33.0, 20.0, 27.0, 15.0, 28.0, 10.0, 0.3];
    let middle = at(0.05, &std::array::from_fn(|i| if i % 2 == 0 { 50.0 } else { 0.1 }));
    says(&[at(0.005, &weakest), middle, at(0.095, &mixed)].concat(), "C9", Word::Fails);
    // Families are not mixed with attacks.
    says(&at(0.005, &weakest), "C1", Word::Undecided);
}

#[test]
fn the_ruler_and_the_clusters_have_verdicts_of_their_own() {
    let raw = [342.0, 498.0, 660.0, 772.0, 900.0, 1021.0, 1143.0, 1266.0, 1355.0, 1412.0];
    let unscaled = |values: &[f64]| {
        let about = ReportRow { scaling: Some("none".into()), study: Some("raw".into()), ..family("resnet", 8, 0.95) };
        profile(&about, "lifespans-0", values)
    };
    let rows = [main_figure(), unscaled(&raw)].concat();
    says(&rows, "K2", Word::Holds);
    says(&rows, "C1", Word::Holds);
    says(&[main_figure(), unscaled(&H0[0].1)].concat(), "K2", Word::Partly);
    let mut rows = main_figure();
    let single = |late: f64| -> Vec<f64> {
        depths().iter().zip(PHDIM[0].1).map(|(&depth, value)| if depth > 0.6 { late * value } else { value }).collect()
    };
    let of = |late| profile(&family("resnet", 8, 0.95), "phdim-0-class", &single(late));
    rows.extend(of(2.0));
    says(&rows, "K3", Word::Holds);
    says(&[main_figure(), of(0.7)].concat(), "K3", Word::Fails);
}

#[test]
fn verdicts_are_plain_objects() {
    let rows: Vec<ReportRow> = serde_json::from_str(
        r#"[{"network": "a", "familyName": "A", "depth": 0.5, "class": "mean", "descriptor": "lifespans-0", "value": 3,
             "testAccuracy": null, "attack": null, "n": 300, "layers": [1], "checkpoint": 2},
            {"network": "a", "familyName": "A", "depth": 1, "class": "mean", "descriptor": "lifespans-0", "value": 0.1}]"#,
    )
    .expect("rows");
    let found = says(&rows, "C1", Word::Holds);
    assert_eq!(found.of[0].name, "A");
    let text = serde_json::to_value(&found).expect("text");
    assert_eq!(text["verdict"], "holds");
    assert_eq!(text["of"][0]["quantities"][0]["needed"], "at most 0.5");
}
