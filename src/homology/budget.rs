//! What a computation will need, before it starts.
//!
//! Sizes follow from the arrays that the engines allocate. Times are fits to measurements of the native build on one
//! core, times 1.5 for WebAssembly, and mean the order of magnitude: H1 of ReLU-like and of Gaussian clouds of 300 to
//! 3000 points, H2 of 300 to 1000 points.

use crate::{Error, Result};

const MEGABYTE: f64 = (1 << 20) as f64;

/// The memory in megabytes (2²⁰ bytes) that distances and barcode of `n` points take at their peak.
///
/// Up to H1 over ℤ/2 this is a close bound; H1 with another modulus takes up to 2.5 times as much. Above, the columns to
/// be reduced depend on the points and are estimated. Where the estimate is too low and memory runs out for them,
/// [`super::rips_barcode`] fails with [`Error::TooManyPoints`].
pub fn predicted_megabytes(n: usize, max_dim: usize) -> u64 {
    (bytes(n as f64, max_dim) / MEGABYTE).ceil() as u64
}

fn bytes(n: f64, max_dim: usize) -> f64 {
    let pairs = n * n / 2.0;
    match max_dim {
        // The condensed matrix, and a key per point.
        0 => 4.0 * pairs + 16.0 * n,
        // Besides, two sort keys of 8 bytes per pair, 4 bytes for its class, two bit rows, and sums of births.
        1 => (4.0 + 16.0 + 4.0) * pairs + n * n / 4.0,
        // Square rows, sort keys and simplices of 16 bytes; lists of those below the highest dimension; and columns with
        // their pivots, of which clearing, apparent pairs and collapse mostly leave less than this share. On spheres,
        // where nothing collapses, it may be four times as many.
        _ => {
            let listed = simplices(n, max_dim);
            let reduced = 0.1 * simplices(n, max_dim + 1);
            (4.0 + 16.0 + 8.0 + 32.0) * pairs + 16.0 * listed + 64.0 * reduced
        }
    }
}

/// Binomial coefficient n over k.
fn simplices(n: f64, k: usize) -> f64 {
    (0..k).map(|i| (n - i as f64).max(0.0) / (i + 1) as f64).product()
}

/// About how many seconds distances and barcode of `n` points take.
pub fn predicted_seconds(n: usize, n_coords: usize, max_dim: usize) -> f64 {
    let n = n as f64;
    let pairs = n * n / 2.0;
    let distances = pairs * (n_coords as f64 * 0.5e-9 + 5e-9);
    let reduction = match max_dim {
        0 => pairs * 20e-9,
        1 => pairs * (70e-9 + n * 0.05e-9),
        2 => pairs * 70e-9 + simplices(n, 3) * 60e-9,
        _ => pairs * 70e-9 + simplices(n, max_dim + 1) * 25e-9,
    };
    distances + reduction
}

/// The largest number of points for which [`predicted_megabytes`] stays within a limit.
pub fn largest_n_within(limit_megabytes: u64, max_dim: usize) -> usize {
    let fits = |n: usize| predicted_megabytes(n, max_dim) <= limit_megabytes;
    let (mut low, mut high) = (0, crate::geometry::MAX_POINTS + 1);
    while low + 1 < high {
        let middle = usize::midpoint(low, high);
        if fits(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// For when memory has run out all the same, with `held` bytes in lists of simplices that would have had to grow.
pub(super) fn out_of_memory(n_points: usize, max_dim: usize, held: usize) -> Error {
    let limit = (held as u64).div_ceil(1 << 20);
    // The number of simplices goes with this power of the number of points: half as many should fit.
    let fits = n_points as f64 * 0.5_f64.powf(1.0 / (max_dim + 1) as f64);
    let megabytes = predicted_megabytes(n_points, max_dim).max(2 * limit);
    Error::TooManyPoints { n_points, max_dim, megabytes, limit, fits: fits as usize }
}

/// Refuses what would not fit into `limit_megabytes`.
///
/// # Errors
/// [`Error::TooManyPoints`] with the number of points that do fit.
pub fn check_memory(n_points: usize, max_dim: usize, limit_megabytes: u64) -> Result<()> {
    let megabytes = predicted_megabytes(n_points, max_dim);
    if megabytes <= limit_megabytes {
        return Ok(());
    }
    let fits = largest_n_within(limit_megabytes, max_dim);
    Err(Error::TooManyPoints { n_points, max_dim, megabytes, limit: limit_megabytes, fits })
}
