//! What a computation will need, before it starts.
//!
//! Sizes follow from the arrays that the engines allocate. Times are fits to measurements in the browser's plain build
//! and mean the order of magnitude: points of high intrinsic dimension take longer than these, and others less.

use crate::{Error, Result};

const MEGABYTE: f64 = (1 << 20) as f64;

/// The memory in megabytes (2²⁰ bytes) that distances and barcode of `n` points take at their peak.
///
/// Up to H1 this is a close bound; above, the columns to be reduced depend on the points and are estimated.
pub fn predicted_megabytes(n: usize, max_dim: usize) -> u64 {
    (bytes(n as f64, max_dim) / MEGABYTE).ceil() as u64
}

fn bytes(n: f64, max_dim: usize) -> f64 {
    let pairs = n * n / 2.0;
    match max_dim {
        // The condensed matrix and one key per point.
        0 => 4.0 * pairs + 24.0 * n,
        // Besides, 8 bytes per sort key (twice while the list grows), 4 per class, and sums of births.
        1 => 28.0 * pairs + 4.0 * pairs,
        // Square rows and 16 bytes per simplex of the highest dimension but one, and a share of the highest.
        _ => {
            let listed = simplices(n, max_dim);
            let reduced = 0.02 * simplices(n, max_dim + 1);
            4.0 * pairs * 3.0 + 32.0 * pairs + 32.0 * listed + 64.0 * reduced
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
    let distances = pairs * (n_coords as f64 * 0.4e-9 + 5e-9);
    let reduction = match max_dim {
        0 => pairs * 4e-9,
        1 => pairs * (60e-9 + n * 0.05e-9),
        _ => simplices(n, max_dim + 1) * 60e-9 + simplices(n, max_dim + 2) * 2e-9,
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
