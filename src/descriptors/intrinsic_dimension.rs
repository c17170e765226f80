//! How many coordinates a cloud locally needs, from the distances to nearest neighbours.
//!
//! All estimators take Euclidean distances of the points as they are and count identical points once, since a distance
//! of zero has no logarithm. Above a dimension of about 10 all of them are too low.

use super::line::fit_line;
use super::logarithm::ln;
use super::spread::{deviation, mean, median};
use super::undefined::{Defined, Undefined};
use crate::geometry::{Neighbours, PointCloud, SquaredDistances, nearest_of};
use crate::random::Random;

/// The share of points with the largest ratios that the fit of [`two_nn_fit`] leaves out.
pub const TWO_NN_DISCARD: f64 = 0.1;
/// Neighbours of [`levina_bickel`] unless something else is asked for.
pub const MLE_NEIGHBOURS: usize = 20;

/// Distances to the nearest neighbours of every different point, from which several estimates are made.
#[derive(Debug)]
pub struct Neighbourhoods {
    neighbours: Neighbours,
    squared: SquaredDistances,
}

impl Neighbourhoods {
    /// The `k` nearest neighbours of each point of a cloud without repeated points. O(n²·d).
    pub fn new(cloud: &PointCloud, k: usize) -> Self {
        let cloud = cloud.distinct();
        let squared = SquaredDistances::new(&cloud, false);
        Self { neighbours: nearest_of(&cloud, &squared, k), squared }
    }

    /// Number of different points.
    pub fn n_points(&self) -> usize {
        self.squared.n_points()
    }

    /// Fails unless `k` neighbours are known of each point.
    fn check(&self, k: usize) -> Defined<()> {
        let n_points = self.n_points();
        if self.neighbours.k() < k || n_points < k + 1 {
            return Err(Undefined::TooFewPoints { n_points, needed: k + 1 });
        }
        Ok(())
    }

    /// ln(r₂ / r₁) of each point, increasing.
    fn log_ratios(&self) -> Defined<Vec<f64>> {
        self.check(2)?;
        let ratio = |i| {
            let distances = self.neighbours.distances(i);
            ln(distances[1] / distances[0])
        };
        let mut ratios: Vec<f64> = (0..self.n_points()).map(ratio).collect();
        ratios.sort_unstable_by(f64::total_cmp);
        Ok(ratios)
    }
}

/// How the empirical distribution function counts the point itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EmpiricalRank {
    /// F(μᵢ) = i / N, as DADApy has it.
    #[default]
    Inclusive,
    /// F(μᵢ) = (i − 1) / N, as earlier versions of scikit-dimension have it.
    Exclusive,
}

/// TwoNN as fitted by Facco et al. (2017) and Ansuini et al. (NeurIPS 2019): μ = r₂ / r₁ per point has the distribution
/// F(μ) = 1 − μ^−d, so −ln(1 − F) against ln μ is a line through the origin of slope d; the largest ratios, a share of
/// `discard`, are left out.
///
/// # Errors
/// [`Undefined`] for fewer than three different points, or if all ratios kept are 1.
pub fn two_nn_fit(neighbourhoods: &Neighbourhoods, discard: f64, rank: EmpiricalRank) -> Defined {
    let logs = neighbourhoods.log_ratios()?;
    let n = logs.len() as f64;
    let kept = (n * (1.0 - discard)) as usize;
    let (mut xy, mut xx) = (0.0, 0.0);
    for (i, &x) in logs.iter().take(kept.min(logs.len() - 1)).enumerate() {
        let rank = match rank {
            EmpiricalRank::Inclusive => i + 1,
            EmpiricalRank::Exclusive => i,
        };
        let y = -ln(1.0 - rank as f64 / n);
        xy += x * y;
        xx += x * x;
    }
    if xx > 0.0 { Ok(xy / xx) } else { Err(Undefined::Coincident) }
}

/// TwoNN by maximum likelihood: (N − 1) / Σ ln(r₂ / r₁), without bias under the model.
///
/// # Errors
/// [`Undefined`] for fewer than three different points, or if all ratios are 1.
pub fn two_nn_likelihood(neighbourhoods: &Neighbourhoods) -> Defined {
    let logs = neighbourhoods.log_ratios()?;
    let sum: f64 = logs.iter().sum();
    if sum > 0.0 { Ok((logs.len() - 1) as f64 / sum) } else { Err(Undefined::Coincident) }
}

/// Levina and Bickel's maximum likelihood estimate (2004) over the `k` nearest neighbours, combined by the mean of the
/// inverses as MacKay and Ghahramani proposed: 1 / mean of 1/mᵢ, `mᵢ = (k − 1) / Σ_{j<k} ln(T_k / T_j)`.
///
/// # Errors
/// [`Undefined`] without more than `k` different points, or if all of them are equally far apart.
pub fn levina_bickel(neighbourhoods: &Neighbourhoods, k: usize) -> Defined {
    let inverses = inverse_dimensions(neighbourhoods, k)?;
    let mean = inverses.iter().sum::<f64>() / inverses.len() as f64;
    if mean > 0.0 { Ok(1.0 / mean) } else { Err(Undefined::Coincident) }
}

/// 1/mᵢ of each point.
fn inverse_dimensions(neighbourhoods: &Neighbourhoods, k: usize) -> Defined<Vec<f64>> {
    neighbourhoods.check(k.max(2))?;
    let inverse = |i| {
        let distances = &neighbourhoods.neighbours.distances(i)[..k];
        let logs = distances[..k - 1].iter().fold(0.0, |sum, &t| sum + ln(distances[k - 1] / t));
        logs / (k - 1) as f64
    };
    Ok((0..neighbourhoods.n_points()).map(inverse).collect())
}

/// The correlation dimension between two radii that follow the cloud: the medians r₁, r₂ of the distances to the 10th and
/// 20th neighbour, and ln(C(r₂) / C(r₁)) / ln(r₂ / r₁) with C(r) the share of pairs nearer than r (Grassberger and
/// Procaccia 1983; the radii as in scikit-dimension's `CorrInt`).
///
/// # Errors
/// [`Undefined`] without more than 20 different points, or if the radii coincide.
pub fn correlation_dimension(neighbourhoods: &Neighbourhoods) -> Defined {
    let (near, far) = (10, 20);
    neighbourhoods.check(far)?;
    let radius = |k: usize| {
        let distance = |i| neighbourhoods.neighbours.distances(i)[k - 1];
        median(&(0..neighbourhoods.n_points()).map(distance).collect::<Vec<f64>>())
    };
    let radii = [radius(near), radius(far)];
    let sums = correlation_sums(neighbourhoods, &radii);
    if radii[1] <= radii[0] || sums[0] <= 0.0 {
        return Err(Undefined::Coincident);
    }
    Ok(ln(sums[1] / sums[0]) / ln(radii[1] / radii[0]))
}

/// The correlation dimension over given radii: the least-squares slope of ln C(r) against ln r.
///
/// # Errors
/// [`Undefined`] unless pairs are found within two different radii.
pub fn correlation_dimension_over(neighbourhoods: &Neighbourhoods, radii: &[f64]) -> Defined {
    let sums = correlation_sums(neighbourhoods, radii);
    let (x, y): (Vec<f64>, Vec<f64>) =
        radii.iter().zip(&sums).filter(|&(_, &sum)| sum > 0.0).map(|(&r, &sum)| (ln(r), ln(sum))).unzip();
    fit_line(&x, &y).map(|fit| fit.slope).ok_or(Undefined::Coincident)
}

/// C(r): the share of pairs of different points nearer than each radius.
pub fn correlation_sums(neighbourhoods: &Neighbourhoods, radii: &[f64]) -> Vec<f64> {
    let squared = &neighbourhoods.squared;
    let n = squared.n_points();
    let mut counts = vec![0_u64; radii.len()];
    let mut space = Vec::new();
    for i in 1..n {
        let row = &squared.row(i, &mut space)[..i];
        for (count, &radius) in counts.iter_mut().zip(radii) {
            let bound = squared.square_of(radius);
            *count += row.iter().filter(|&&s| s < bound).count() as u64;
        }
    }
    let pairs = (n * n.saturating_sub(1) / 2) as f64;
    counts.into_iter().map(|count| if pairs > 0.0 { count as f64 / pairs } else { 0.0 }).collect()
}

/// An estimate over subsamples of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct PlateauPoint {
    /// Points per subsample.
    pub n_points: usize,
    /// Mean over the subsamples for which the estimate is defined.
    pub mean: Defined,
    /// Their standard deviation; `None` for a single one.
    pub deviation: Option<f64>,
}

/// An estimate against the size of the subsample, as Ansuini et al. check it: the cloud is shuffled and cut into q equal
/// parts for each q; a plateau means that the number does not hang on the number of points.
pub fn plateau(
    cloud: &PointCloud,
    parts: &[usize],
    seed: u64,
    estimate: impl Fn(&PointCloud) -> Defined,
) -> Vec<PlateauPoint> {
    let n = cloud.n_points();
    parts
        .iter()
        .map(|&parts| {
            let order = Random::new(seed).shuffled(n);
            let size = n / parts.max(1);
            let found: Vec<Defined> = order
                .chunks_exact(size.max(1))
                .take(parts)
                .map(|part| {
                    let mut part = part.to_vec();
                    part.sort_unstable();
                    estimate(&cloud.select(&part))
                })
                .collect();
            let values: Vec<f64> = found.iter().filter_map(|value| value.as_ref().ok().copied()).collect();
            let deviation = mean(&values).and_then(|mean| deviation(&values, mean));
            let too_few = Err(Undefined::TooFewPoints { n_points: size, needed: 3 });
            let mean = mean(&values).map_or_else(|| found.into_iter().next().unwrap_or(too_few), Ok);
            PlateauPoint { n_points: size, mean, deviation }
        })
        .collect()
}
