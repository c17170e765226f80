//! C3 and C4: what training changes.

use super::table::{Family, Network, Table, trend};
use super::{Bound, Part, Quantity, Verdict};

/// Depths of early and middle layers, and of late ones.
const EARLY: (f64, f64) = (0.0, 0.3);
const EARLY_TO_MIDDLE: (f64, f64) = (0.0, 0.5);
const LATE: (f64, f64) = (0.7, 0.95);
const LATE_AND_OUTPUT: (f64, f64) = (0.8, 1.0);

/// One descriptor's mean over a range of depths, checkpoint by checkpoint, with the accuracies.
fn course(networks: &[&Network], descriptor: &str, (from, to): (f64, f64)) -> (Vec<f64>, Vec<f64>) {
    networks
        .iter()
        .filter_map(|network| Some((network.accuracy()?, network.profile(descriptor)?.mean(from, to)?)))
        .unzip()
}

/// Last value over first, minus 1.
fn change(values: &[f64]) -> Option<f64> {
    let (first, last) = (values.first()?, values.last()?);
    (values.len() > 1 && *first > 0.0).then(|| last / first - 1.0)
}

pub(super) fn topology(table: &Table) -> Verdict {
    let part = |family: Family<'_>| {
        let learned = family.learned();
        let mut quantities = Vec::new();
        for (descriptor, degree) in [("lifespans-0", "H0"), ("lifespans-1", "H1")] {
            let (accuracy, late) = course(&learned, descriptor, LATE);
            let (_, early) = course(&learned, descriptor, EARLY);
            if late.len() < 2 {
                continue;
            }
            let name = format!("rank correlation of the late layers' {degree} sum with test accuracy");
            quantities.push(Quantity::new(name, trend(&accuracy, &late), Bound::Below(0.0)));
            let ratio = change(&early).zip(change(&late)).map(|(early, late)| early.abs() / late.abs());
            let name = format!("change of the early layers' {degree} sum / of the late layers'");
            quantities.push(Quantity::new(name, ratio, Bound::Below(1.0)));
        }
        Part::new(family.name.as_str(), quantities)
    };
    Verdict::of_parts(
        "C3",
        "training lowers the sums of late layers",
        "For each family, over its checkpoints from 60 % test accuracy on: the higher the accuracy, the smaller the sum of late layers (depth .7 to .95; rank correlation below 0), and early layers (to depth .3) change less than late ones, relative to where they were; for H0 and for H1.",
        table.families("lifespans-0").into_iter().map(part).collect(),
    )
}

pub(super) fn dimension(table: &Table) -> Verdict {
    let part = |family: Family<'_>| {
        let learned = family.learned();
        let (accuracy, early) = course(&learned, "phdim-0", EARLY_TO_MIDDLE);
        let (_, late) = course(&learned, "phdim-0", LATE_AND_OUTPUT);
        if early.len() < 2 {
            return Part::new(family.name.as_str(), Vec::new());
        }
        let difference = |values: &[f64]| Some(values.last()? - values.first()?);
        let ratio = difference(&late).zip(difference(&early)).map(|(late, early)| late.abs() / early.abs());
        let name = "rank correlation of the early and middle layers' PH dimension with test accuracy";
        Part::new(
            family.name.as_str(),
            vec![
                Quantity::new(name, trend(&accuracy, &early), Bound::Above(0.0)),
                Quantity::new(
                    "change of the late layers' PH dimension / of the early and middle layers'",
                    ratio,
                    Bound::Below(1.0),
                ),
            ],
        )
    };
    Verdict::of_parts(
        "C4",
        "training raises the PH dimension of early and middle layers",
        "For each family, over its checkpoints from 60 % test accuracy on: the higher the accuracy, the higher the pooled PH dimension of the first half of the depth (rank correlation above 0), and late layers with the output (from depth .8 on) change by less.",
        table.families("phdim-0").into_iter().map(part).collect(),
    )
}
