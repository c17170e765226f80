//! How many directions carry a cloud's variance.

use super::moments::Centred;
use super::undefined::{Defined, Undefined};
use crate::geometry::PointCloud;

/// The participation ratio (Σ λ)² / Σ λ² of the covariance's eigenvalues: d if d directions share the variance evenly, 1 if
/// one has it all. No eigenvalue is computed: they are traces of the covariance and of its square.
///
/// # Errors
/// [`Undefined::Coincident`] if all points are the same.
pub fn participation_ratio(cloud: &PointCloud) -> Defined {
    let centred = Centred::new(cloud);
    let trace: f64 = centred.squares().iter().sum();
    let squares = centred.cross_norm2(&centred);
    if squares > 0.0 { Ok(trace * trace / squares) } else { Err(Undefined::Coincident) }
}
