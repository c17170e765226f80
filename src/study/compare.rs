//! Two layers side by side.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::descriptors::{RtdSettings, cka, debiased_cka, neighbour_overlap, rtd};
use crate::geometry::{PointCloud, nearest_neighbours};
use crate::progress::Observer;
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
}

/// How two layers are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CompareSettings {
    /// What is computed.
    pub measures: Vec<Measure>,
    /// Of the draws.
    pub seed: u32,
    /// Points per batch of RTD.
    pub batch: usize,
    /// Batches of RTD.
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
        Self { measures: vec![Measure::Cka], seed: 1, batch, batches, neighbours: 30, points: 1000 }
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
        };
        found.insert(measure, value);
    }
    Ok(found)
}

fn overlap(a: &PointCloud, b: &PointCloud, settings: &CompareSettings) -> Result<Option<f64>> {
    let n = a.n_points();
    if n != b.n_points() {
        let (first, second) = ("the first layer".into(), "the second layer".into());
        return Err(Error::LengthMismatch { first, n_first: n, second, n_second: b.n_points() });
    }
    let rows = Random::new(u64::from(settings.seed)).subset(n, settings.points.max(2));
    if rows.len() < 2 {
        return Ok(None);
    }
    let [a, b] = [a, b].map(|cloud| nearest_neighbours(&cloud.select(&rows), settings.neighbours.max(1)));
    neighbour_overlap(&a, &b).map(Some)
}
