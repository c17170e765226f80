//! What critics of the claims say, judged by the same numbers.

use super::table::{Family, Network, Table, trend};
use super::{Bound, Part, Quantity, Verdict};

pub(super) fn growth_with_training(table: &Table) -> Verdict {
    let part = |family: Family<'_>| {
        let quantity = |(descriptor, degree): (&str, &str)| {
            let mean = |network: &&Network| Some((network.accuracy()?, network.profile(descriptor)?.mean(0.0, 1.0)?));
            let (accuracy, sums): (Vec<f64>, Vec<f64>) = family.checkpoints.iter().filter_map(mean).unzip();
            let name = format!("rank correlation of the {degree} sum, averaged over all layers, with test accuracy");
            Quantity::new(name, trend(&accuracy, &sums), Bound::Above(0.0))
        };
        Part::new(family.name.as_str(), [("lifespans-0", "H0"), ("lifespans-1", "H1")].map(quantity).into())
    };
    Verdict::of_parts(
        "K1",
        "complexity grows with training",
        "Wheeler, Bouza and Bubenik (2021) against C3. For each family, over all its checkpoints, the untrained one included: the lifespan sum averaged over all layers is the larger, the higher the test accuracy (rank correlation above 0); for H0 and for H1. Their own measure of complexity is the persistence landscape.",
        table.families("lifespans-0").into_iter().map(part).collect(),
    )
}

pub(super) fn no_fall_unscaled(table: &Table) -> Verdict {
    let scaled = table.families("lifespans-0");
    let part = |family: Family<'_>| {
        let name = family.name.as_str();
        let quantity = |network: &Network, how: &str, bound| {
            let profile = network.profile("lifespans-0")?;
            let rest = profile.peak().zip(profile.output()).map(|(peak, output)| output / peak.value);
            Some(Quantity::new(format!("H0 sum at the output / largest, {how}"), rest, bound))
        };
        let raw = quantity(family.trained()?, "without scaling", Bound::Above(0.1));
        let with_scaling = scaled.iter().find(|other| other.name == name).and_then(Family::trained);
        let scaled = with_scaling.and_then(|network| quantity(network, "min-max", Bound::AtMost(0.1)));
        Some(Part::new(name, raw.into_iter().chain(scaled).collect()))
    };
    Verdict::of_parts(
        "K2",
        "without scaling, complexity need not fall with depth",
        "Against C1, after Wheeler, Bouza and Bubenik (2021). For each family measured twice, at the last checkpoint: without scaling more than a tenth of the largest H0 sum is left at the output, with each feature scaled to the range 0 to 1 at most a tenth is. Then the fall is a matter of the ruler.",
        table.unscaled("lifespans-0").into_iter().filter_map(part).collect(),
    )
}

pub(super) fn clusters(table: &Table) -> Verdict {
    let part = |family: Family<'_>| {
        let network = family.trained()?;
        let (pooled, single) = (network.profile("phdim-0")?, network.profile("phdim-0-class")?);
        let ratio = |from: f64, to: f64| Some(single.mean(from, to)? / pooled.mean(from, to)?);
        let (early, late) = (ratio(0.0, 0.3), ratio(0.7, 1.0));
        let growth = early.zip(late).map(|(early, late)| late / early);
        Some(Part::new(
            family.name.as_str(),
            vec![
                Quantity::new("PH dimension of late layers, within classes / pooled", late, Bound::Above(1.0)),
                Quantity::new("that ratio, late layers / early layers", growth, Bound::Above(1.0)),
            ],
        ))
    };
    Verdict::of_parts(
        "K3",
        "clustering lowers the pooled PH dimension",
        "A caveat to C2. For each family, at the last checkpoint: in late layers (from depth .7 on) the PH dimension within classes, averaged over them, is higher than that of all classes in one cloud, and by a larger factor than in early layers (to depth .3). Then part of the fall of the pooled dimension is the classes moving apart.",
        table.families("phdim-0").into_iter().filter_map(part).collect(),
    )
}
