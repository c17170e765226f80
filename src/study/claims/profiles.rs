//! C1, C2 and C5: the profiles of trained networks.

use super::table::{Family, Network, Profile, Table};
use super::{Bound, Part, Quantity, Verdict};

/// The two quantities of C1 for one degree.
fn falls(profile: Option<&Profile>, degree: &str) -> Vec<Quantity> {
    let Some(profile) = profile else { return Vec::new() };
    let peak = profile.peak().filter(|peak| peak.value > 0.0);
    let rest = peak.zip(profile.output()).map(|(peak, output)| output / peak.value);
    vec![
        Quantity::new(format!("depth of the largest {degree} sum"), peak.map(|peak| peak.depth), Bound::AtMost(0.5)),
        Quantity::new(format!("{degree} sum at the output / largest"), rest, Bound::AtMost(0.1)),
    ]
}

pub(super) fn simplification(table: &Table) -> Verdict {
    let part = |family: Family<'_>| {
        let network = family.trained()?;
        let h0 = falls(network.profile("lifespans-0"), "H0");
        let h1 = falls(network.profile("lifespans-1"), "H1");
        Some(Part::new(family.name.as_str(), [h0, h1].concat()))
    };
    Verdict::of_parts(
        "C1",
        "lifespan sums fall with depth",
        "For each family, at the last checkpoint: the sum is largest in the first half of the depth, and at most a tenth of that is left at the output; for H0 and for H1.",
        table.families("lifespans-0").into_iter().filter_map(part).collect(),
    )
}

pub(super) fn hunchback(table: &Table) -> Verdict {
    let part = |family: Family<'_>| {
        let profile = family.trained()?.profile("phdim-0")?;
        let (first, peak) = (profile.points().first()?, profile.peak()?);
        let fall = profile.output().map(|output| peak.value / output);
        Some(Part::new(
            family.name.as_str(),
            vec![
                Quantity::new("PH dimension, peak / first layer", Some(peak.value / first.value), Bound::Above(1.0)),
                Quantity::new("depth of the peak", Some(peak.depth), Bound::Below(1.0)),
                Quantity::new("PH dimension, peak / output", fall, Bound::AtLeast(3.0)),
            ],
        ))
    };
    Verdict::of_parts(
        "C2",
        "the PH dimension rises, peaks and falls",
        "For each family, at the last checkpoint: the pooled PH dimension has its peak behind the first layer and before the output, and the peak is at least three times the output.",
        table.families("phdim-0").into_iter().filter_map(part).collect(),
    )
}

/// Descriptors whose shapes tell architectures apart.
const SHAPES: [&str; 3] = ["lifespans-0", "lifespans-1", "phdim-0"];

/// The root mean square difference of two networks' shapes, over the descriptors that both have.
fn distance(a: &Network, b: &Network) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0_u32);
    for descriptor in SHAPES {
        let shapes = a.profile(descriptor).and_then(Profile::shape).zip(b.profile(descriptor).and_then(Profile::shape));
        let Some((a, b)) = shapes else { continue };
        for (x, y) in a.iter().zip(&b) {
            sum += (x - y) * (x - y);
            n += 1;
        }
    }
    (n > 0).then(|| (sum / f64::from(n)).sqrt())
}

pub(super) fn architecture(table: &Table) -> Verdict {
    let families = table.families("lifespans-0");
    let part = |(i, family): (usize, &Family<'_>)| {
        let trained = family.trained()?;
        // The checkpoint before the last: the same architecture with other weights.
        let before = family.checkpoints.len().checked_sub(2).map(|place| family.checkpoints[place]);
        let own = before.and_then(|before| distance(trained, before));
        let others = families.iter().enumerate().filter(|&(j, _)| j != i);
        let nearest = others.filter_map(|(_, other)| distance(trained, other.trained()?)).reduce(f64::min);
        let ratio = own.zip(nearest).map(|(own, nearest)| own / nearest.max(1e-9));
        let name = "difference to its own previous checkpoint / to the most similar other architecture";
        Some(Part::new(family.name.as_str(), vec![Quantity::new(name, ratio, Bound::Below(1.0))]))
    };
    Verdict::of_parts(
        "C5",
        "profiles are specific to the architecture",
        "For each family: the shapes of its profiles (H0 sum, H1 sum and PH dimension, each in units of its largest value) are nearer to those of its own previous checkpoint than to those of any other trained family. Nearness is the root mean square difference at tenths of the depth.",
        families.iter().enumerate().filter_map(part).collect(),
    )
}
