//! The persistent homological fractal dimension: how fast spanning trees grow with the number of points.

use super::lifespans::{lifespan_sum, power};
use super::line::{LineFit, fit_line};
use super::logarithm::ln;
use super::spread::median;
use super::undefined::{Defined, Undefined};
use crate::geometry::{DistanceMatrix, Metric, PointCloud, SquaredDistances};
use crate::homology::{RipsParams, rips_barcode};
use crate::progress::{Observer, Stage, ignore, report};
use crate::random::Random;
use crate::{Error, Result, parallel};

/// Below this many points a slope says nothing: the smallest cloud that GPTID takes.
pub const MIN_POINTS: usize = 80;

/// Which numbers of points the subsets have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SubsetSizes {
    /// round(N (500 + 350 j) / 3000), j = 0 … 7, of N points: 500, 850, …, 2950 of 3000, as in the code of Magai and
    /// Ayzenberg (2204.08624).
    #[default]
    Magai,
    /// 200, 250, …, 950 (Birdal et al., NeurIPS 2021).
    Birdal,
    /// 50, 90, …, 490 (GPTID; Tulchinskii et al., NeurIPS 2023), with at most 3 subsets of sizes from half the cloud on.
    Gptid,
    /// These.
    Given(Vec<usize>),
}

impl SubsetSizes {
    /// The sizes for a cloud of this many points, increasing, none above it, without repetition.
    pub fn of(&self, n_points: usize) -> Vec<usize> {
        let mut sizes: Vec<usize> = match self {
            Self::Magai => (0..8).map(|j| (n_points * (500 + 350 * j) + 1500) / 3000).collect(),
            Self::Birdal => (200..1000).step_by(50).collect(),
            Self::Gptid => (50..512).step_by(40).collect(),
            Self::Given(sizes) => sizes.clone(),
        };
        sizes.retain(|&size| size >= 2 && size <= n_points);
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }

    /// The smallest cloud for which the slope is worth computing.
    fn smallest_cloud(&self) -> usize {
        match self {
            Self::Magai | Self::Gptid => MIN_POINTS,
            Self::Birdal => 250,
            Self::Given(sizes) => {
                let mut sizes = sizes.clone();
                sizes.sort_unstable();
                sizes.dedup();
                sizes.get(1).copied().unwrap_or(usize::MAX)
            }
        }
    }
}

/// How the dimension is estimated.
#[derive(Debug, Clone, PartialEq)]
pub struct PhDimensionSettings {
    /// Numbers of points.
    pub sizes: SubsetSizes,
    /// Subsets per size, of whose sums the median counts; the papers draw 1.
    pub draws: usize,
    /// Repetitions whose slopes are averaged.
    pub repeats: usize,
    /// Exponent of the edge lengths.
    pub alpha: f64,
    /// Between points.
    pub metric: Metric,
    /// Of the draws.
    pub seed: u64,
}

impl Default for PhDimensionSettings {
    /// Magai's sizes, the median of 7 draws, α = 1.
    fn default() -> Self {
        Self { sizes: SubsetSizes::Magai, draws: 7, repeats: 1, alpha: 1.0, metric: Metric::Euclidean, seed: 1 }
    }
}

impl PhDimensionSettings {
    /// The robust estimator of Tulchinskii et al.: the median of 7 draws, slopes averaged over 3 repetitions.
    pub fn gptid() -> Self {
        Self { sizes: SubsetSizes::Gptid, repeats: 3, ..Self::default() }
    }

    fn draws_of(&self, size: usize, n_points: usize) -> usize {
        if self.sizes == SubsetSizes::Gptid && n_points <= 2 * size { self.draws.min(3) } else { self.draws }
    }

    /// # Errors
    /// [`Error::InvalidSetting`] without a draw, a repetition or a positive α.
    fn check(&self) -> Result<()> {
        let refuse =
            |setting, value: String, reason: &str| Err(Error::InvalidSetting { setting, value, reason: reason.into() });
        if self.draws == 0 || self.draws > 1000 {
            return refuse("PHdim draws", self.draws.to_string(), "it must be a number from 1 to 1000");
        }
        if self.repeats == 0 || self.repeats > 1000 {
            return refuse("PHdim repeats", self.repeats.to_string(), "it must be a number from 1 to 1000");
        }
        if !(self.alpha > 0.0 && self.alpha.is_finite()) {
            return refuse("α", self.alpha.to_string(), "it must be a positive number");
        }
        Ok(())
    }
}

/// An estimate with the points it was fitted to.
#[derive(Debug, Clone, PartialEq)]
pub struct PhDimension {
    /// α / (1 − β).
    pub dimension: Defined,
    /// Dimensions at one standard error of β to either side; the upper end is `None` where β would reach 1.
    pub range: Option<(f64, Option<f64>)>,
    /// Numbers of points.
    pub sizes: Vec<usize>,
    /// The sum E of each size: the median over draws, the geometric mean over repetitions.
    pub sums: Vec<f64>,
    /// ln E against ln n; its slope is β.
    pub fit: Option<LineFit>,
}

impl PhDimension {
    /// The dimension of clouds whose lifespan sums at these sizes are known.
    ///
    /// E = c · n^β gives exactly α / (1 − β).
    pub fn from_sums(sizes: Vec<usize>, sums: Vec<f64>, alpha: f64) -> Self {
        let logs: Vec<f64> = sums.iter().map(|&sum| ln(sum)).collect();
        Self::from_logs(sizes, sums, &logs, alpha)
    }

    fn from_logs(sizes: Vec<usize>, sums: Vec<f64>, logs: &[f64], alpha: f64) -> Self {
        if sums.iter().any(|&sum| sum <= 0.0) {
            return Self { dimension: Err(Undefined::Coincident), range: None, sizes, sums, fit: None };
        }
        let x: Vec<f64> = sizes.iter().map(|&size| ln(size as f64)).collect();
        let Some(fit) = fit_line(&x, logs) else {
            let (n_points, needed) = (sizes.last().copied().unwrap_or(0), MIN_POINTS);
            return Self {
                dimension: Err(Undefined::TooFewPoints { n_points, needed }),
                range: None,
                sizes,
                sums,
                fit: None,
            };
        };
        let at = |slope: f64| (slope < 1.0).then(|| alpha / (1.0 - slope));
        let dimension = at(fit.slope).ok_or(Undefined::Slope { slope: fit.slope });
        let range = fit
            .slope_error
            .filter(|_| dimension.is_ok())
            .and_then(|error| at(fit.slope - error).map(|low| (low, at(fit.slope + error))));
        Self { dimension, range, sizes, sums, fit: Some(fit) }
    }
}

/// PHdim₀: if the spanning trees of n points have Σ length^α ∼ n^β, the dimension is α / (1 − β).
///
/// For each size random subsets are drawn without replacement, their minimum spanning trees measured, and a line fitted to
/// the logarithms of the medians (Schweinhart 1808.02196, Adams et al. 1808.01079; Magai 2023 with α = 1, one draw and
/// all classes in one cloud). Estimates above about 10 are too low, and clusters lower them: ten well-separated blobs of
/// dimension 10 measure 4 to 6. O(N²·d + draws · Σ n²).
///
/// # Errors
/// [`Error::InvalidSetting`] for settings out of range; for another metric than the Euclidean those of the distances;
/// [`Error::Stopped`] if the observer says so.
pub fn ph_dimension(
    cloud: &PointCloud,
    settings: &PhDimensionSettings,
    observer: &mut Observer<'_>,
) -> Result<PhDimension> {
    settings.check()?;
    let n_points = cloud.n_points();
    let sizes = settings.sizes.of(n_points);
    let needed = settings.sizes.smallest_cloud();
    if n_points < needed || sizes.len() < 2 {
        let dimension = Err(Undefined::TooFewPoints { n_points, needed });
        return Ok(PhDimension { dimension, range: None, sizes: Vec::new(), sums: Vec::new(), fit: None });
    }
    report(observer, Stage::Distances, 0, n_points)?;
    let trees = match settings.metric {
        Metric::Euclidean => Trees::Euclidean(SquaredDistances::new(cloud, true)),
        metric => Trees::Other(cloud, metric),
    };
    let mut random = Random::new(settings.seed);
    // Drawn in one order before anything runs in parallel; the largest come last, as long as the rest together.
    let tasks: Vec<Draw> = sizes
        .iter()
        .flat_map(|&size| (0..settings.repeats * settings.draws_of(size, n_points)).map(move |_| size))
        .map(|size| Draw { size, seed: random.next_u64() })
        .collect();
    let sums = each(&tasks, observer, |draw| {
        let subset = Random::new(draw.seed).subset(n_points, draw.size);
        trees.lifespan_sum(&subset, settings.alpha)
    })?;
    let (mut medians, mut logs) = (Vec::new(), Vec::new());
    let mut rest = sums.as_slice();
    for &size in &sizes {
        let draws = settings.draws_of(size, n_points);
        let (own, tail) = rest.split_at(draws * settings.repeats);
        rest = tail;
        let each: Vec<f64> = own.chunks_exact(draws).map(median).collect();
        let log = each.iter().fold(0.0, |sum, &e| sum + ln(e)) / each.len() as f64;
        medians.push(if each.len() == 1 { each[0] } else { log.exp() });
        logs.push(log);
    }
    Ok(PhDimension::from_logs(sizes, medians, &logs, settings.alpha))
}

/// One subset to draw.
struct Draw {
    size: usize,
    seed: u64,
}

/// Where the spanning trees come from.
enum Trees<'a> {
    Euclidean(SquaredDistances),
    Other(&'a PointCloud, Metric),
}

impl Trees<'_> {
    fn lifespan_sum(&self, subset: &[usize], alpha: f64) -> Result<f64> {
        match self {
            Self::Euclidean(squared) => {
                Ok(squared.tree(subset).into_iter().fold(0.0, |sum, length| sum + power(length, alpha)))
            }
            Self::Other(cloud, metric) => {
                let distances = DistanceMatrix::from_points(&cloud.select(subset), *metric, &mut ignore)?;
                let barcode = rips_barcode(&distances, &RipsParams::new(0)?, &mut ignore)?;
                Ok(lifespan_sum(barcode.dim(0), alpha))
            }
        }
    }
}

/// Several draws at once where there are threads; the results are the same.
fn each(
    tasks: &[Draw],
    observer: &mut Observer<'_>,
    sum: impl Fn(&Draw) -> Result<f64> + Sync + Send,
) -> Result<Vec<f64>> {
    let together = if parallel::n_threads() > 1 { 2 * parallel::n_threads() } else { 1 };
    let mut sums = Vec::with_capacity(tasks.len());
    for batch in tasks.chunks(together) {
        report(observer, Stage::Reducing(0), sums.len(), tasks.len())?;
        let found = parallel::map(batch.iter().collect(), &sum);
        sums.extend(found.into_iter().collect::<Result<Vec<_>>>()?);
    }
    report(observer, Stage::Reducing(0), tasks.len(), tasks.len())?;
    Ok(sums)
}
