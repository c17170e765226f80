//! Representation topology divergence: do two layers connect the same samples at the same scales?

use super::lifespans::lifespan_sum;
use crate::geometry::{DistanceMatrix, Metric, PointCloud};
use crate::homology::{RipsParams, rips_barcode};
use crate::progress::{Observer, ignore};
use crate::random::Random;
use crate::{Error, Result};

/// How RTD samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RtdSettings {
    /// Points per batch; all points if there are fewer. The authors take 500.
    pub batch: usize,
    /// Batches whose values are averaged; one if a batch holds all points. The authors take 10.
    pub batches: usize,
    /// Of the draws.
    pub seed: u64,
}

impl Default for RtdSettings {
    /// Four batches of 150 points.
    fn default() -> Self {
        Self { batch: 150, batches: 4, seed: 1 }
    }
}

/// RTD (Barannikov et al., ICML 2022) of two clouds in point correspondence: 0 if they are equal up to scale.
///
/// Distances of each batch are divided by their 0.9-quantile, then Σ of the H1 lifespans of the 2n × 2n matrix
/// [[0, Aᵀ], [A, min(A, B)]] is averaged over both orders and over batches.
///
/// # Errors
/// [`Error::LengthMismatch`] unless both have the same number of points, [`Error::InvalidSetting`] for batches of fewer
/// than two points, those of the reduction, [`Error::Stopped`] if the observer says so.
pub fn rtd(a: &PointCloud, b: &PointCloud, settings: &RtdSettings, observer: &mut Observer<'_>) -> Result<f64> {
    let n = a.n_points();
    if n != b.n_points() {
        return Err(Error::LengthMismatch {
            first: "the first layer".into(),
            n_first: n,
            second: "the second layer".into(),
            n_second: b.n_points(),
        });
    }
    if settings.batch < 2 || settings.batches == 0 {
        return Err(Error::InvalidSetting {
            setting: "RTD batches",
            value: format!("{} of {} points", settings.batches, settings.batch),
            reason: "at least one batch of at least two points is needed".into(),
        });
    }
    let mut random = Random::new(settings.seed);
    let batches = if n <= settings.batch { 1 } else { settings.batches };
    let mut sum = 0.0;
    for _ in 0..batches {
        let rows = random.subset(n, settings.batch);
        let [a, b] = [a, b].map(|cloud| {
            DistanceMatrix::from_points(&cloud.select(&rows), Metric::Euclidean, &mut ignore)
                .map(|matrix| normalised(&matrix))
        });
        let (a, b) = (a?, b?);
        sum += f64::midpoint(one_way(&a, &b, observer)?, one_way(&b, &a, observer)?);
    }
    Ok(sum / batches as f64)
}

/// Distances divided by the 0.9-quantile of the whole square matrix, zero diagonal included.
fn normalised(matrix: &DistanceMatrix) -> (Vec<f32>, usize) {
    let n = matrix.n_points();
    let mut sorted = matrix.lower().to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    // In the square matrix every distance stands twice, after n zeros.
    let entry = |place: usize| place.checked_sub(n).map_or(0.0, |place| f64::from(sorted[place / 2]));
    let place = 0.9 * (n * n - 1) as f64;
    let below = place.floor() as usize;
    let above = entry((below + 1).min(n * n - 1));
    let quantile = entry(below) + (place - place.floor()) * (above - entry(below));
    let scale = |&d: &f32| if quantile > 0.0 { (f64::from(d) / quantile) as f32 } else { 0.0 };
    (matrix.lower().iter().map(scale).collect(), n)
}

/// Σ of H1 lifespans of [[0, Aᵀ], [A, min(A, B)]].
fn one_way((a, n): &(Vec<f32>, usize), (b, _): &(Vec<f32>, usize), observer: &mut Observer<'_>) -> Result<f64> {
    let n = *n;
    let at = |matrix: &[f32], i: usize, j: usize| {
        let (high, low) = (i.max(j), i.min(j));
        if high == low { 0.0 } else { matrix[high * (high - 1) / 2 + low] }
    };
    let joint = (1..2 * n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| {
        if i < n {
            0.0
        } else if j < n {
            at(a, i - n, j)
        } else {
            at(a, i - n, j - n).min(at(b, i - n, j - n))
        }
    });
    let matrix = DistanceMatrix::from_condensed(joint.collect())?;
    Ok(lifespan_sum(rips_barcode(&matrix, &RipsParams::new(1)?, observer)?.dim(1), 1.0))
}
