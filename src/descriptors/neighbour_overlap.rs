//! Do two layers give a sample the same neighbours?

use crate::geometry::Neighbours;
use crate::{Error, Result};

/// The mean share of each point's `k` nearest neighbours that two layers have in common (Doimo et al. 2020): 1 for layers
/// that are equal up to rotation and scale, about k / (n − 1) for unrelated ones.
///
/// # Errors
/// [`Error::LengthMismatch`] unless both have the same number of points, [`Error::InvalidSetting`] unless both know the
/// same positive number of neighbours.
pub fn neighbour_overlap(a: &Neighbours, b: &Neighbours) -> Result<f64> {
    let (n, k) = (a.n_points(), a.k());
    if n != b.n_points() {
        return Err(Error::LengthMismatch {
            first: "the first layer".into(),
            n_first: n,
            second: "the second layer".into(),
            n_second: b.n_points(),
        });
    }
    if k == 0 || k != b.k() {
        return Err(Error::InvalidSetting {
            setting: "neighbours",
            value: format!("{k} and {}", b.k()),
            reason: "both layers need the same number, at least 1".into(),
        });
    }
    let common = |i: usize| a.of(i).iter().filter(|neighbour| b.of(i).contains(neighbour)).count();
    Ok((0..n).map(common).sum::<usize>() as f64 / (n * k) as f64)
}
