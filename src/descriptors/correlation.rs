//! How two lists of numbers go together.

use super::spread::{deviation, mean};
use crate::random::Random;
use crate::{Error, Result};

/// How the intervals are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bootstrap {
    /// Resamples with replacement.
    pub resamples: usize,
    /// Of the draws.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { resamples: 2000, seed: 1 }
    }
}

/// A correlation with the interval that holds the middle 95 % of its bootstrap values; `None` where it is undefined.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Correlation {
    /// From −1 to 1; `None` for fewer than three pairs or constant numbers.
    pub value: Option<f64>,
    /// The percentile interval.
    pub interval: Option<[f64; 2]>,
}

/// Pearson's and Spearman's correlation of pairs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Correlations {
    /// Pairs.
    pub n: usize,
    /// Of the values: how close to a line.
    pub pearson: Correlation,
    /// Of the ranks, ties sharing the mean of theirs: how close to any increasing curve.
    pub spearman: Correlation,
}

/// Both correlations with seeded bootstrap percentile intervals (Efron 1979): the pairs are drawn with replacement, again
/// and again; draws without variance are left out.
///
/// # Errors
/// [`Error::LengthMismatch`] unless there are as many x as y, [`Error::InvalidSetting`] for a value that is not finite or
/// more than a million resamples.
pub fn correlate(x: &[f64], y: &[f64], bootstrap: Bootstrap) -> Result<Correlations> {
    if x.len() != y.len() {
        return Err(Error::LengthMismatch {
            first: "x".into(),
            n_first: x.len(),
            second: "y".into(),
            n_second: y.len(),
        });
    }
    if let Some(value) = x.iter().chain(y).find(|value| !value.is_finite()) {
        let reason = "correlations need finite numbers; leave the pair out".into();
        return Err(Error::InvalidSetting { setting: "value", value: value.to_string(), reason });
    }
    if bootstrap.resamples > 1_000_000 {
        let reason = "it must be at most a million".into();
        return Err(Error::InvalidSetting { setting: "resamples", value: bootstrap.resamples.to_string(), reason });
    }
    let n = x.len();
    let mut random = Random::new(bootstrap.seed);
    let (mut pearsons, mut spearmans) = (Vec::new(), Vec::new());
    if n >= 3 {
        for _ in 0..bootstrap.resamples {
            let rows: Vec<usize> = (0..n).map(|_| random.below(n)).collect();
            let pick = |values: &[f64]| rows.iter().map(|&i| values[i]).collect::<Vec<_>>();
            let (x, y) = (pick(x), pick(y));
            pearsons.extend(pearson(&x, &y));
            spearmans.extend(spearman(&x, &y));
        }
    }
    Ok(Correlations {
        n,
        pearson: Correlation { value: pearson(x, y), interval: middle(pearsons) },
        spearman: Correlation { value: spearman(x, y), interval: middle(spearmans) },
    })
}

/// Pearson's r; `None` for fewer than three pairs or if one side is constant.
pub fn pearson(x: &[f64], y: &[f64]) -> Option<f64> {
    if x.len() < 3 {
        return None;
    }
    let (mean_x, mean_y) = (mean(x)?, mean(y)?);
    let (sd_x, sd_y) = (deviation(x, mean_x)?, deviation(y, mean_y)?);
    let constant = |values: &[f64]| values.iter().all(|&value| value == values[0]);
    if constant(x) || constant(y) || sd_x * sd_y == 0.0 {
        return None;
    }
    let products = x.iter().zip(y).fold(0.0, |sum, (&x, &y)| sum + (x - mean_x) / sd_x * ((y - mean_y) / sd_y));
    Some((products / (x.len() - 1) as f64).clamp(-1.0, 1.0))
}

/// Spearman's ρ: Pearson's r of the ranks.
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    pearson(&ranks(x), &ranks(y))
}

/// Ranks from 1, equal values sharing the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[i].total_cmp(&values[j]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for tie in order.chunk_by(|&i, &j| values[i] == values[j]) {
        for &i in tie {
            ranks[i] = before as f64 + (tie.len() + 1) as f64 / 2.0;
        }
        before += tie.len();
    }
    ranks
}

/// The ends of the middle 95 %, linearly interpolated.
fn middle(mut values: Vec<f64>) -> Option<[f64; 2]> {
    if values.is_empty() {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    Some([0.025, 0.975].map(|share| {
        let place = share * (values.len() - 1) as f64;
        let below = place as usize;
        let above = values[(below + 1).min(values.len() - 1)];
        values[below] + (place - below as f64) * (above - values[below])
    }))
}
