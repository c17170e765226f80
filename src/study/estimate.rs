//! What a run will need, said before it starts.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::homology::{Forecast, Need, RipsParams};

/// Megabytes one worker may use: the shared memory of the threads build ends at 1 GiB.
pub const MEMORY_LIMIT_MB: u64 = 1000;

/// Megabytes that all workers of a network may use together.
const NETWORK_LIMIT_MB: f64 = 2000.0;

/// What a worker holds before a network comes.
const MODULE_MB: f64 = 5.0;

/// How often the weights of a network are in memory while it is prepared: as read, as tensors, and in the layout of the
/// kernels. A worker never gives memory back.
const WEIGHT_COPIES: f64 = 3.0;

/// Samples that run together, at most.
const MAX_BATCH: usize = 16;

const MEGABYTE: f64 = (1 << 20) as f64;

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
    /// Points that each of them gives: several where positions are points.
    pub points_per_sample: usize,
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
    /// What the network holds.
    #[serde(default)]
    pub network: Option<NetworkLoad>,
}

/// A network's share in a run, in bytes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct NetworkLoad {
    /// Of its weights.
    pub weights: f64,
    /// Of the tensors that live at the same time, per sample.
    pub activations: f64,
    /// Of the tensors that are observed, which live until the end of a run, per sample.
    pub observed: f64,
    /// Samples that run together, where the file fixes that.
    pub batch: Option<usize>,
}

impl NetworkLoad {
    /// Of one worker.
    fn megabytes(&self, batch: usize) -> f64 {
        let samples = batch as f64 * (self.activations + self.observed);
        MODULE_MB + (WEIGHT_COPIES * self.weights + samples) / MEGABYTE
    }

    /// Samples that run together without exceeding the limit.
    fn batch(&self) -> usize {
        let fits = |&batch: &usize| self.megabytes(batch) <= MEMORY_LIMIT_MB as f64;
        self.batch.unwrap_or_else(|| (1..=MAX_BATCH).rev().find(fits).unwrap_or(1))
    }
}

/// Predicted need of a run; the truth is usually within a factor of two.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// Wall time.
    pub seconds: f64,
    /// Largest memory of one worker.
    pub megabytes: u64,
    /// Memory of one that runs the network; 0 without one.
    pub network_megabytes: u64,
    /// Samples that run together.
    pub batch: usize,
    /// Workers that run the network side by side.
    pub lanes: usize,
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
    let Workload { n: n_samples, n_coords, max_dim, macs, .. } = *workload;
    let n = n_samples * workload.points_per_sample.max(1);
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
    let running = if macs > 0.0 {
        NETWORK_START_SECONDS * workers + macs * n_samples as f64 / MULTIPLICATIONS_PER_SECOND
    } else {
        0.0
    };
    let batch = workload.network.as_ref().map_or(MAX_BATCH, NetworkLoad::batch);
    let network = workload.network.as_ref().map_or(0.0, |network| network.megabytes(batch));
    // As they come, as floating-point numbers, and scaled.
    let points = 3.0 * 4.0 * (n * n_coords) as f64 / MEGABYTE;
    let lanes = workers.min((NETWORK_LIMIT_MB / network.max(1.0)).floor()).max(1.0);
    Ok(Estimate {
        seconds: measuring / workers + running / lanes,
        megabytes: (megabytes + points.ceil() as u64).max(network.ceil() as u64),
        network_megabytes: network.ceil() as u64,
        batch,
        lanes: lanes as usize,
        limit_megabytes: MEMORY_LIMIT_MB,
        fits: forecast.largest_n_within(MEMORY_LIMIT_MB),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bundled `ResNet` on 300 images, as the page measures it first.
    fn resnet(workers: usize) -> Workload {
        Workload {
            n: 300,
            points_per_sample: 1,
            n_coords: 48,
            max_dim: 1,
            clouds: 1,
            layers: 11,
            macs: 27e6,
            draws: 0,
            workers,
            network: None,
        }
    }

    #[test]
    fn more_of_anything_never_takes_less() {
        let small = resnet(2);
        let estimate = |workload: &Workload| super::estimate(workload).expect("a dimension that can be computed");
        let base = estimate(&small);
        assert!(base.seconds > 0.0 && base.megabytes <= base.limit_megabytes);
        for larger in [
            Workload { n: 3000, ..small.clone() },
            Workload { points_per_sample: 3, ..small.clone() },
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

    #[test]
    fn samples_run_in_smaller_groups_where_activations_are_large() {
        let base = resnet(4);
        let estimate = |workload: &Workload| super::estimate(workload).expect("a dimension that can be computed");
        let run = |weights: f64, activations: f64, batch: Option<usize>| {
            let load = NetworkLoad { weights: weights * 1e6, activations: activations * 1e6, observed: 1e6, batch };
            estimate(&Workload { network: Some(load), ..base.clone() })
        };
        let small = run(1.0, 1.0, None);
        assert_eq!((small.batch, small.lanes), (16, 4));
        let large = run(100.0, 100.0, None);
        assert!((1..8).contains(&large.batch) && large.lanes == 2 && large.network_megabytes <= MEMORY_LIMIT_MB);
        assert_eq!(run(100.0, 100.0, Some(32)).batch, 32);
        let huge = run(500.0, 1.0, None);
        assert_eq!((huge.batch, huge.lanes), (1, 1));
        assert!(huge.megabytes > huge.limit_megabytes);
        let flat = estimate(&Workload { n_coords: 400_000, ..base });
        assert!(flat.megabytes > flat.limit_megabytes && flat.network_megabytes == 0);
    }
}
