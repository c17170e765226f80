//! Rows of reports, gathered into profiles of networks.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::descriptors::spearman;
use crate::descriptors::spread::mean;
use crate::study::{ALL, MEAN};

/// A row of a report joined with the fields of its network. Fields that a claim does not need may be missing.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReportRow {
    /// Names the network within its report.
    pub network: String,
    /// Names the report, where rows of several are together.
    pub study: Option<String>,
    /// Stem of the family, such as `resnet`.
    pub family: Option<String>,
    /// As the page shows it.
    pub family_name: Option<String>,
    /// What the network is there for: `family`, `activation`, `data-set`, `generalisation`.
    pub group: Option<String>,
    /// What the network was trained on.
    pub dataset: Option<String>,
    /// What it was measured on.
    pub data: Option<String>,
    /// As the page shows it.
    pub data_name: Option<String>,
    /// Number within the training, increasing.
    pub checkpoint: Option<f64>,
    /// Activation function.
    pub activation: Option<String>,
    /// On the images that were measured.
    pub attack: Option<Attack>,
    /// Share of test samples classified correctly, from 0 to 1.
    pub test_accuracy: Option<f64>,
    /// Of the layer: 0 is the input, 1 the output.
    pub depth: f64,
    /// Class, `mean` or `all`.
    pub class: String,
    /// See [`crate::study::catalog`].
    pub descriptor: String,
    /// The number, if there is one.
    pub value: Option<f64>,
    /// Points in the cloud.
    pub n: f64,
    /// `min-max` (also if missing) or `none`.
    pub scaling: Option<String>,
}

/// How strongly images were attacked, and with what success.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Attack {
    /// ε.
    pub strength: f64,
    /// Of the network's answers.
    pub macro_f1: Option<f64>,
}

/// A number at a depth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct At {
    pub(super) depth: f64,
    pub(super) value: f64,
}

/// One descriptor of one network, in depth order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile(Vec<At>);

impl Profile {
    pub(super) fn new(mut points: Vec<At>) -> Self {
        points.sort_by(|a, b| a.depth.total_cmp(&b.depth));
        Self(points)
    }

    pub(super) fn points(&self) -> &[At] {
        &self.0
    }

    /// The first largest value and its depth.
    pub(super) fn peak(&self) -> Option<At> {
        self.0.iter().copied().reduce(|best, at| if at.value > best.value { at } else { best })
    }

    /// The value at the output: a profile that ends before it has none.
    pub(super) fn output(&self) -> Option<f64> {
        self.0.last().filter(|at| at.depth > 0.99).map(|at| at.value)
    }

    /// The mean over the depths from `from` to `to`, both included.
    pub(super) fn mean(&self, from: f64, to: f64) -> Option<f64> {
        // Relative depths such as 0.7 have roundings of their own.
        let within = |at: &&At| at.depth >= from - 1e-6 && at.depth <= to + 1e-6;
        mean(&self.0.iter().filter(within).map(|at| at.value).collect::<Vec<_>>())
    }

    /// The value at the layer nearest to a depth, if one is within a tenth.
    pub(super) fn near(&self, depth: f64) -> Option<f64> {
        let nearest = self.0.iter().min_by(|a, b| (a.depth - depth).abs().total_cmp(&(b.depth - depth).abs()))?;
        ((nearest.depth - depth).abs() <= 0.1).then_some(nearest.value)
    }

    /// Values at tenths of the depth, by lines between the layers, in units of the largest; `None` without layers on both
    /// sides.
    pub(super) fn shape(&self) -> Option<Vec<f64>> {
        let largest = self.peak()?.value;
        if largest <= 0.0 {
            return None;
        }
        (2..=10_u32)
            .map(|tenth| {
                let depth = f64::from(tenth) / 10.0;
                let after = self.0.iter().position(|at| at.depth >= depth - 1e-6)?;
                let (left, right) = (self.0[after.checked_sub(1).unwrap_or(after)], self.0[after]);
                let span = right.depth - left.depth;
                let share = if span > 0.0 { ((depth - left.depth) / span).min(1.0) } else { 1.0 };
                Some((left.value + share * (right.value - left.value)) / largest)
            })
            .collect()
    }
}

/// One network measured on one set of data in one way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Network {
    /// What all its rows share.
    pub(super) about: ReportRow,
    profiles: BTreeMap<String, Profile>,
    /// Points per cloud, by descriptor.
    sizes: BTreeMap<String, f64>,
}

impl Network {
    pub(super) fn profile(&self, descriptor: &str) -> Option<&Profile> {
        self.profiles.get(descriptor)
    }

    pub(super) fn size(&self, descriptor: &str) -> Option<f64> {
        self.sizes.get(descriptor).copied()
    }

    pub(super) fn accuracy(&self) -> Option<f64> {
        self.about.test_accuracy
    }

    fn is_scaled(&self) -> bool {
        self.about.scaling.as_deref().unwrap_or("min-max") == "min-max"
    }
}

/// The checkpoints of one family in the order of training.
#[derive(Debug, Clone)]
pub(super) struct Family<'a> {
    pub(super) name: String,
    pub(super) checkpoints: Vec<&'a Network>,
}

impl Family<'_> {
    /// The last checkpoint.
    pub(super) fn trained(&self) -> Option<&Network> {
        self.checkpoints.last().copied()
    }

    /// Those from which on the network has learned something: the claims start at a test accuracy of 60 %.
    pub(super) fn learned(&self) -> Vec<&Network> {
        self.checkpoints.iter().copied().filter(|network| network.accuracy().is_some_and(|a| a >= 0.6)).collect()
    }
}

/// All networks of some rows.
#[derive(Debug)]
pub(super) struct Table {
    networks: Vec<Network>,
}

impl Table {
    /// Rows of means over classes count, or of all classes in one cloud where there are none; repetitions are averaged.
    pub(super) fn new(rows: &[ReportRow]) -> Self {
        type Values<'a> = BTreeMap<(&'a str, bool), BTreeMap<u64, Vec<f64>>>;
        let mut found: Vec<(&ReportRow, Values<'_>, BTreeMap<String, f64>)> = Vec::new();
        for row in rows {
            let is_mean = match row.class.as_str() {
                MEAN => true,
                ALL => false,
                _ => continue,
            };
            let same = |other: &ReportRow| {
                (&other.study, &other.network, &other.data, &other.scaling)
                    == (&row.study, &row.network, &row.data, &row.scaling)
            };
            let place = found.iter().position(|(about, ..)| same(about)).unwrap_or_else(|| {
                found.push((row, Values::new(), BTreeMap::new()));
                found.len() - 1
            });
            let Some(value) = row.value.filter(|value| value.is_finite()) else { continue };
            // Depths are not negative, so their bits order like they do.
            let by_depth = found[place].1.entry((&row.descriptor, is_mean)).or_default();
            by_depth.entry(row.depth.max(0.0).to_bits()).or_default().push(value);
            found[place].2.insert(row.descriptor.clone(), row.n);
        }
        let networks = found.into_iter().map(|(about, values, sizes)| {
            let mut profiles = BTreeMap::new();
            for ((descriptor, _), by_depth) in values {
                let at =
                    |(depth, values): (u64, Vec<f64>)| Some(At { depth: f64::from_bits(depth), value: mean(&values)? });
                // Means come after pooled values and take their place.
                profiles.insert(descriptor.to_string(), Profile::new(by_depth.into_iter().filter_map(at).collect()));
            }
            Network { about: about.clone(), profiles, sizes }
        });
        Self { networks: networks.collect() }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Network> {
        self.networks.iter().filter(|network| network.is_scaled())
    }

    /// Families of the comparison of architectures, of networks that have the descriptor, in the order of the rows.
    pub(super) fn families(&self, descriptor: &str) -> Vec<Family<'_>> {
        families(self.all().filter(|network| network.profile(descriptor).is_some()))
    }

    /// Those measured without scaling.
    pub(super) fn unscaled(&self, descriptor: &str) -> Vec<Family<'_>> {
        families(self.networks.iter().filter(|network| !network.is_scaled() && network.profile(descriptor).is_some()))
    }
}

/// Where several reports show the same family, the one with the most checkpoints counts.
fn families<'a>(networks: impl Iterator<Item = &'a Network>) -> Vec<Family<'a>> {
    let mut found: Vec<(&ReportRow, Vec<&Network>)> = Vec::new();
    for network in networks {
        let about = &network.about;
        if about.attack.is_some() || about.group.as_deref().is_some_and(|group| group != "family") {
            continue;
        }
        let place = found.iter().position(|(other, _)| {
            other.study == about.study && family_key(other) == family_key(about) && other.data == about.data
        });
        match place {
            Some(place) => found[place].1.push(network),
            None => found.push((about, vec![network])),
        }
    }
    let mut best: Vec<(&ReportRow, Vec<&Network>)> = Vec::new();
    for (about, networks) in found {
        match best.iter().position(|(other, _)| family_key(other) == family_key(about)) {
            Some(place) if best[place].1.len() < networks.len() => best[place] = (about, networks),
            Some(_) => {}
            None => best.push((about, networks)),
        }
    }
    let family = |(about, mut checkpoints): (&ReportRow, Vec<&'a Network>)| {
        checkpoints.sort_by(|a, b| {
            let number = |network: &Network| network.about.checkpoint.unwrap_or(f64::MAX);
            number(a).total_cmp(&number(b))
        });
        let name = about.family_name.clone().or_else(|| about.family.clone()).unwrap_or_else(|| about.network.clone());
        Family { name, checkpoints }
    };
    best.into_iter().map(family).collect()
}

/// Networks of one's own are families by themselves.
fn family_key(about: &ReportRow) -> (&str, &str) {
    let family = about.family.as_deref().unwrap_or(&about.network);
    (family, about.dataset.as_deref().unwrap_or(""))
}

/// Spearman's rank correlation; for two pairs the sign of the change.
pub(super) fn trend(x: &[f64], y: &[f64]) -> Option<f64> {
    match (x, y) {
        ([a, b], [c, d]) => {
            let sign = (b - a) * (d - c);
            (sign != 0.0).then(|| sign.signum())
        }
        _ => spearman(x, y),
    }
}
