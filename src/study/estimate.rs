//! What a run will need, said before it starts.

use serde::{Deserialize, Serialize};

use crate::homology::{largest_n_within, predicted_megabytes, predicted_seconds};

/// Megabytes one worker may use: the shared memory of the threads build ends at 1 GiB.
pub const MEMORY_LIMIT_MB: u64 = 1000;

/// Multiplications per second that tract does in WebAssembly on one core of a usual laptop.
const MULTIPLICATIONS_PER_SECOND: f64 = 6e9;

/// Reading, optimising and warming up a network of the bundled size.
const NETWORK_START_SECONDS: f64 = 0.4;

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
pub fn estimate(workload: &Workload) -> Estimate {
    let clouds = workload.clouds.max(1);
    let per_cloud = workload.n.div_ceil(clouds);
    let workers = workload.workers.max(1) as f64;
    let measuring =
        (workload.layers.max(1) * clouds) as f64 * predicted_seconds(per_cloud, workload.n_coords, workload.max_dim);
    let running = if workload.macs > 0.0 {
        NETWORK_START_SECONDS * workers + workload.macs * workload.n as f64 / MULTIPLICATIONS_PER_SECOND
    } else {
        0.0
    };
    Estimate {
        seconds: (measuring + running) / workers,
        megabytes: predicted_megabytes(per_cloud, workload.max_dim),
        limit_megabytes: MEMORY_LIMIT_MB,
        fits: largest_n_within(MEMORY_LIMIT_MB, workload.max_dim),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_of_anything_never_takes_less() {
        let small = Workload { n: 300, n_coords: 48, max_dim: 1, clouds: 1, layers: 11, macs: 27e6, workers: 2 };
        let base = estimate(&small);
        assert!(base.seconds > 0.0 && base.megabytes <= base.limit_megabytes);
        for larger in [
            Workload { n: 3000, ..small.clone() },
            Workload { layers: 20, ..small.clone() },
            Workload { max_dim: 2, ..small.clone() },
            Workload { macs: 1e9, ..small.clone() },
            Workload { workers: 1, ..small.clone() },
        ] {
            assert!(estimate(&larger).seconds > base.seconds, "{larger:?}");
        }
        assert!(estimate(&Workload { n: 300, max_dim: 2, ..small.clone() }).fits < base.fits);
    }
}
