//! C6 to C9: data sets, activation functions, generalisation, attack.

use std::collections::BTreeSet;

use super::table::{Network, Table, trend};
use super::{Bound, Part, Quantity, Verdict};
use crate::descriptors::{Bootstrap, correlate};

/// Sums of clouds with more points are larger; clouds may differ by this share.
const SAME_SIZE: f64 = 0.05;

pub(super) fn data_sets(table: &Table) -> Verdict {
    let mut parts = Vec::new();
    let networks: Vec<&Network> =
        table.all().filter(|n| n.about.attack.is_none() && n.profile("lifespans-0").is_some()).collect();
    for (i, &a) in networks.iter().enumerate() {
        for &b in &networks[i + 1..] {
            let alike = a.about.family.is_some()
                && (&a.about.study, &a.about.family) == (&b.about.study, &b.about.family)
                && a.about.dataset != b.about.dataset
                && is_last(a, &networks)
                && is_last(b, &networks);
            if alike {
                parts.extend(pair(a, b));
            }
        }
    }
    Verdict::of_parts(
        "C6",
        "harder data stay complex to greater depth",
        "For each two data sets on which the same architecture was trained: the harder one (lower test accuracy) has the larger H0 sum at depths .7 to .9, as it stands and in units of its profile's largest value. Clouds must have equally many points.",
        parts,
    )
}

/// Whether no later checkpoint of the same training is among the networks.
fn is_last(network: &Network, among: &[&Network]) -> bool {
    let key = |n: &Network| (n.about.study.clone(), n.about.family.clone(), n.about.dataset.clone());
    !among.iter().any(|other| key(other) == key(network) && other.about.checkpoint > network.about.checkpoint)
}

fn pair(a: &Network, b: &Network) -> Option<Part> {
    let (hard, easy) = if a.accuracy()? < b.accuracy()? { (a, b) } else { (b, a) };
    let name = |n: &Network| {
        let about = &n.about;
        about.data_name.clone().or_else(|| about.dataset.clone()).unwrap_or_else(|| about.network.clone())
    };
    let (of_hard, of_easy) = (hard.profile("lifespans-0")?, easy.profile("lifespans-0")?);
    let sizes = hard.size("lifespans-0")? / easy.size("lifespans-0")?;
    let comparable = (sizes - 1.0).abs() <= SAME_SIZE;
    let sums = of_hard.mean(0.7, 0.9).zip(of_easy.mean(0.7, 0.9)).filter(|_| comparable);
    let shares = sums.and_then(|(hard, easy)| Some((hard / of_hard.peak()?.value, easy / of_easy.peak()?.value)));
    let ratio = |pair: Option<(f64, f64)>| pair.map(|(hard, easy)| hard / easy);
    Some(Part::new(
        format!("{} (harder) against {}", name(hard), name(easy)),
        vec![
            Quantity::new("H0 sum at depths .7 to .9, harder / easier", ratio(sums), Bound::Above(1.0)),
            Quantity::new("the same in units of the largest sum", ratio(shares), Bound::Above(1.0)),
        ],
    ))
}

/// The claimed order from fast to slow simplification; ReLU and Swish share the first place.
const ACTIVATIONS: [(&str, f64); 7] =
    [("relu", 1.5), ("silu", 1.5), ("swish", 1.5), ("elu", 3.0), ("relu6", 4.0), ("tanh", 5.0), ("sigmoid", 6.0)];

pub(super) fn activations(table: &Table) -> Verdict {
    let all: Vec<&Network> = table
        .all()
        .filter(|n| n.about.attack.is_none() && n.about.group.as_deref() != Some("generalisation"))
        .filter(|n| n.profile("lifespans-0").is_some())
        .collect();
    // A network that names no function has ReLU, as ResNets do.
    let function = |n: &Network| n.about.activation.as_deref().unwrap_or("relu").to_lowercase();
    // The report and the data with the most functions.
    let setting = |n: &Network| (n.about.study.clone(), n.about.dataset.clone());
    let functions = |of: &Network| {
        let names: BTreeSet<String> = all
            .iter()
            .filter(|n| n.about.activation.is_some() && setting(n) == setting(of))
            .map(|n| function(n))
            .collect();
        names.len()
    };
    let chosen = all.iter().max_by_key(|n| functions(n)).map(|n| setting(n));
    let is_resnet = |n: &Network| n.about.family.as_deref().is_none_or(|family| family.starts_with("resnet"));
    let mut found: Vec<(&str, f64, f64)> = Vec::new();
    for (name, rank) in ACTIVATIONS {
        let candidates = all.iter().filter(|n| is_resnet(n) && function(n) == name && Some(setting(n)) == chosen);
        let last = candidates.max_by(|a, b| {
            let number = |n: &Network| n.about.checkpoint.unwrap_or(0.0);
            number(a).total_cmp(&number(b))
        });
        if let Some(sum) = last.and_then(|network| network.profile("lifespans-0")?.near(0.8)) {
            found.push((name, rank, sum));
        }
    }
    let enough = found.len() >= 4;
    let (ranks, sums): (Vec<f64>, Vec<f64>) = found.iter().map(|&(_, rank, sum)| (rank, sum)).unzip();
    let of = |names: &[&str]| -> Vec<f64> {
        found.iter().filter(|(name, ..)| names.contains(name)).map(|&(.., sum)| sum).collect()
    };
    let fast = of(&["relu", "silu", "swish"]).into_iter().reduce(f64::max);
    let slow = of(&["tanh", "sigmoid"]).into_iter().reduce(f64::min);
    let ratio = fast.zip(slow).filter(|_| enough).map(|(fast, slow)| fast / slow);
    let order = trend(&ranks, &sums).filter(|_| enough);
    Verdict::of_all(
        "C7",
        "ReLU and Swish simplify fastest, tanh and sigmoid slowest",
        "Among networks that differ in their activation function only: the H0 sums at the layer nearest to depth .8 stand in the claimed order ReLU and Swish, ELU, ReLU6, tanh, sigmoid (rank correlation of at least .8), and those of ReLU and Swish are below those of tanh and sigmoid.",
        vec![
            Quantity::new(
                "rank correlation of the claimed order with the H0 sum at depth .8",
                order,
                Bound::AtLeast(0.8),
            ),
            Quantity::new(
                "H0 sum at depth .8: larger of ReLU, Swish / smaller of tanh, sigmoid",
                ratio,
                Bound::Below(1.0),
            ),
        ],
    )
}

pub(super) fn generalisation(table: &Table) -> Verdict {
    let part = |(descriptor, degree): (&str, &str)| {
        let (errors, sums): (Vec<f64>, Vec<f64>) = table
            .all()
            .filter(|network| network.about.group.as_deref() == Some("generalisation"))
            .filter_map(|network| Some((1.0 - network.accuracy()?, network.profile(descriptor)?.output()?)))
            .unzip();
        let found = (errors.len() >= 5).then(|| correlate(&sums, &errors, Bootstrap::default()).ok()).flatten();
        let pearson = found.and_then(|found| found.pearson.value);
        let spearman = found.and_then(|found| found.spearman.value);
        let low = found.and_then(|found| found.spearman.interval).map(|[low, _]| low);
        Part::new(
            format!("{degree}, {} networks", errors.len()),
            vec![
                Quantity::new("Pearson's r of sum and test error", pearson, Bound::Above(0.0)),
                Quantity::new("Spearman's ρ of sum and test error", spearman, Bound::Above(0.0)),
                Quantity::new("lower end of the 95 % interval of ρ", low, Bound::Above(0.0)),
            ],
        )
    };
    Verdict::of_parts(
        "C8",
        "smaller sums at the output go with smaller test errors",
        "Over networks that differ in hyper-parameters: the lifespan sum at the output correlates with the test error (Pearson and Spearman above 0), and the 95 % bootstrap interval of Spearman's ρ lies above 0; for H0 and for H1.",
        [("lifespans-0", "H0"), ("lifespans-1", "H1")].map(part).into(),
    )
}

pub(super) fn attack(table: &Table) -> Verdict {
    let mut attacked: Vec<(f64, &Network)> =
        table.all().filter_map(|network| Some((network.about.attack?.strength, network))).collect();
    attacked.sort_by(|a, b| a.0.total_cmp(&b.0));
    attacked.retain(|(_, network)| network.profile("lifespans-1").is_some());
    let mut below = 0_u32;
    let mut trends = Vec::new();
    if let (Some((weak, weakest)), Some((strong, strongest))) = (attacked.first(), attacked.last()) {
        for at in weakest.profile("lifespans-1").map_or(&[][..], |profile| profile.points()) {
            let at_depth = |network: &Network| network.profile("lifespans-1")?.mean(at.depth, at.depth);
            let Some(value) = at_depth(strongest).filter(|_| strong > weak) else { continue };
            below += u32::from(value < at.value);
            let (strengths, sums): (Vec<f64>, Vec<f64>) =
                attacked.iter().filter_map(|(strength, network)| Some((*strength, at_depth(network)?))).unzip();
            trends.push(trend(&strengths, &sums).unwrap_or(0.0));
        }
    }
    let n = trends.len() as f64;
    let share = (n > 0.0).then(|| f64::from(below) / n);
    let mean = (n > 0.0).then(|| trends.iter().sum::<f64>() / n);
    Verdict::of_all(
        "C9",
        "the stronger the attack, the lower the curve",
        "One network on images attacked with increasing strength: at no less than 80 % of the depths the H1 sum is smaller for the strongest attack than for the weakest, and over all strengths the sums fall (mean over depths of the rank correlation with the strength at most −.5).",
        vec![
            Quantity::new(
                "share of depths at which the strongest attack has the smaller H1 sum",
                share,
                Bound::AtLeast(0.8),
            ),
            Quantity::new("mean rank correlation of the H1 sum with the strength", mean, Bound::AtMost(-0.5)),
        ],
    )
}
