//! What a run will need, said before it starts.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::homology::{Forecast, Need, RipsParams};

/// Megabytes one worker may use: the shared memory of the threads build ends at 1 GiB.
pub const MEMORY_LIMIT_MB: u64 = 1000;

/// Multiplications per second of a network in WebAssembly on one core of a usual laptop.
const MULTIPLICATIONS_PER_SECOND: f64 = 12e9;

/// Reading, optimising and warming up a network of the bundled size.
const NETWORK_START_SECONDS: f64 = 0.4;

/// Sizes that the PH dimension is fitted to, as shares of all samples: they grow evenly from a sixth to nearly all.
const TREE_SIZES: [f64; 8] = [0.17, 0.28, 0.40, 0.52, 0.63, 0.75, 0.87, 0.98];

/// Seconds per pair of points in a spanning tree, where the distances are known.
const TREE_SECONDS: f64 = 1.3e-9;

/// Seconds per coordinate and pair of points for distances in 32 bits.
const SQUARE_SECONDS: f64 = 0.15e-9;

/// A run in numbers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Workload {
    /// Samples in all.
    pub n: usize,
    /// Coordinates per point.
    pub n_coords: usize,
    /// Highest homology dimension.
    pub max_dim: usize,
    /// Clouds that the samples of a layer are split into, evenly.
    pub clouds: usize,
    /// Layers measured.
    pub layers: usize,
    /// Multiplications per sample in the network; 0 without one.
    pub macs: f64,
    /// Spanning trees per size that the PH dimension of each layer is fitted to; 0 without it.
    #[serde(default)]
    pub draws: usize,
    /// Cores that share the work.
    pub workers: usize,
}

/// Predicted need of a run; the truth is usually within a factor of two.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// Wall time.
    pub seconds: f64,
    /// Largest memory of one worker.
    pub megabytes: u64,
    /// What a worker may use.
    pub limit_megabytes: u64,
    /// The most points per cloud that this allows.
    pub fits: usize,
}

/// Predicts time and memory of a run.
///
/// # Errors
/// [`crate::Error::InvalidSetting`] for a dimension that cannot be computed.
pub fn estimate(workload: &Workload) -> Result<Estimate> {
    let Workload { n, n_coords, max_dim, macs, .. } = *workload;
    let clouds = workload.clouds.max(1);
    let workers = workload.workers.max(1) as f64;
    let forecast = Forecast::of_points(n.div_ceil(clouds), n_coords, &RipsParams::new(max_dim)?);
    let Need { megabytes, seconds } = forecast.need();
    let pairs = |n: f64| n * n / 2.0;
    let trees = if workload.draws > 0 {
        let of_size = |share: f64| workload.draws as f64 * pairs(share * n as f64) * TREE_SECONDS;
        pairs(n as f64) * n_coords as f64 * SQUARE_SECONDS + TREE_SIZES.into_iter().map(of_size).sum::<f64>()
    } else {
        0.0
    };
    let measuring = workload.layers.max(1) as f64 * (clouds as f64 * seconds + trees);
    let running =
        if macs > 0.0 { NETWORK_START_SECONDS * workers + macs * n as f64 / MULTIPLICATIONS_PER_SECOND } else { 0.0 };
    Ok(Estimate {
        seconds: (measuring + running) / workers,
        megabytes,
        limit_megabytes: MEMORY_LIMIT_MB,
        fits: forecast.largest_n_within(MEMORY_LIMIT_MB),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_of_anything_never_takes_less() {
        let small =
            Workload { n: 300, n_coords: 48, max_dim: 1, clouds: 1, layers: 11, macs: 27e6, draws: 0, workers: 2 };
        let estimate = |workload: &Workload| super::estimate(workload).expect("a dimension that can be computed");
        let base = estimate(&small);
        assert!(base.seconds > 0.0 && base.megabytes <= base.limit_megabytes);
        for larger in [
            Workload { n: 3000, ..small.clone() },
            Workload { layers: 20, ..small.clone() },
            Workload { max_dim: 2, ..small.clone() },
            Workload { macs: 1e9, ..small.clone() },
            Workload { draws: 1, ..small.clone() },
            Workload { workers: 1, ..small.clone() },
        ] {
            assert!(estimate(&larger).seconds > base.seconds, "{larger:?}");
        }
        assert!(estimate(&Workload { n: 3000, ..small.clone() }).megabytes > base.megabytes);
        assert!(super::estimate(&Workload { max_dim: 99, ..small }).is_err());
    }
}
