//! Two layers side by side.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::descriptors::{RtdSettings, cka, debiased_cka, neighbour_overlap, rtd, sliced_wasserstein_distance};
use crate::geometry::{DistanceMatrix, Metric, PointCloud, Scaling, nearest_neighbours};
use crate::homology::{RipsParams, rips_barcode};
use crate::progress::{Observer, ignore};
use crate::random::Random;
use crate::{Error, Result};

/// A number about two layers that saw the same samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Linear CKA without bias; 1 for equal layers.
    Cka,
    /// Linear CKA as first published.
    CkaBiased,
    /// Representation topology divergence; 0 for equal layers.
    Rtd,
    /// Shared nearest neighbours; 1 for equal layers.
    NeighbourOverlap,
    /// Sliced Wasserstein distance of the H0 diagrams; 0 for equal layers.
    #[serde(rename = "sliced-wasserstein-0")]
    SlicedWasserstein0,
    /// Sliced Wasserstein distance of the H1 diagrams; 0 for equal layers.
    #[serde(rename = "sliced-wasserstein-1")]
    SlicedWasserstein1,
}

/// Directions of the sliced Wasserstein distance, as Purvine et al. (AAAI 2023) take.
const DIRECTIONS: usize = 50;

/// How two layers are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CompareSettings {
    /// What is computed.
    pub measures: Vec<Measure>,
    /// Of the draws.
    pub seed: u32,
    /// Before barcodes that are compared, fitted on all points; RTD has a scale of its own, the others need none.
    pub scaling: Scaling,
    /// Points per batch of RTD and of the sliced Wasserstein distances.
    pub batch: usize,
    /// Batches that are averaged.
    pub batches: usize,
    /// Neighbours that are compared.
    pub neighbours: usize,
    /// The most points whose neighbours are compared, drawn with the seed.
    pub points: usize,
}

impl Default for CompareSettings {
    /// Debiased CKA; RTD on 4 batches of 150 points; 30 neighbours among 1000 points (Doimo et al. take 30).
    fn default() -> Self {
        let RtdSettings { batch, batches, .. } = RtdSettings::default();
        let scaling = Scaling::MinMax;
        Self { measures: vec![Measure::Cka], seed: 1, scaling, batch, batches, neighbours: 30, points: 1000 }
    }
}

/// Compares the points of two layers, row by row of the same samples; `None` where a number does not exist, as for a layer
/// that maps everything to one point.
///
/// # Errors
/// [`Error::LengthMismatch`] unless both have the same number of points, [`Error::InvalidSetting`], those of the
/// reduction, [`Error::Stopped`] if the observer asks.
pub fn compare(
    a: &PointCloud,
    b: &PointCloud,
    settings: &CompareSettings,
    observer: &mut Observer<'_>,
) -> Result<BTreeMap<Measure, Option<f64>>> {
    let seed = u64::from(settings.seed);
    let mut found = BTreeMap::new();
    for &measure in &settings.measures {
        let value = match measure {
            Measure::Cka => debiased_cka(a, b)?.ok(),
            Measure::CkaBiased => cka(a, b)?.ok(),
            Measure::Rtd => {
                let rtd_settings = RtdSettings { batch: settings.batch, batches: settings.batches, seed };
                Some(rtd(a, b, &rtd_settings, observer)?)
            }
            Measure::NeighbourOverlap => overlap(a, b, settings)?,
            Measure::SlicedWasserstein0 => Some(sliced_wasserstein(a, b, 0, settings, observer)?),
            Measure::SlicedWasserstein1 => Some(sliced_wasserstein(a, b, 1, settings, observer)?),
        };
        found.insert(measure, value);
    }
    Ok(found)
}

fn overlap(a: &PointCloud, b: &PointCloud, settings: &CompareSettings) -> Result<Option<f64>> {
    check(a, b)?;
    let rows = Random::new(u64::from(settings.seed)).subset(a.n_points(), settings.points.max(2));
    if rows.len() < 2 {
        return Ok(None);
    }
    let [a, b] = [a, b].map(|cloud| nearest_neighbours(&cloud.select(&rows), settings.neighbours.max(1)));
    neighbour_overlap(&a, &b).map(Some)
}

/// The mean over batches of the distance between the two diagrams of one dimension.
fn sliced_wasserstein(
    a: &PointCloud,
    b: &PointCloud,
    dim: usize,
    settings: &CompareSettings,
    observer: &mut Observer<'_>,
) -> Result<f64> {
    check(a, b)?;
    if settings.batch < 2 || settings.batches == 0 {
        let value = format!("{} of {} points", settings.batches, settings.batch);
        let reason = "at least one batch of at least two points is needed".into();
        return Err(Error::InvalidSetting { setting: "batches", value, reason });
    }
    let params = RipsParams::new(dim)?;
    let [a, b] = [a, b].map(|cloud| settings.scaling.apply(cloud));
    let mut random = Random::new(u64::from(settings.seed));
    let batches = if a.n_points() <= settings.batch { 1 } else { settings.batches };
    let mut sum = 0.0;
    for _ in 0..batches {
        let rows = random.subset(a.n_points(), settings.batch);
        let [a, b] = [&a, &b].map(|cloud| {
            let distances = DistanceMatrix::from_points(&cloud.select(&rows), Metric::Euclidean, &mut ignore)?;
            rips_barcode(&distances, &params, observer)
        });
        sum += sliced_wasserstein_distance(a?.dim(dim), b?.dim(dim), DIRECTIONS)?;
    }
    Ok(sum / batches as f64)
}

fn check(a: &PointCloud, b: &PointCloud) -> Result<()> {
    if a.n_points() == b.n_points() {
        return Ok(());
    }
    let (first, second) = ("the first layer".into(), "the second layer".into());
    Err(Error::LengthMismatch { first, n_first: a.n_points(), second, n_second: b.n_points() })
}
