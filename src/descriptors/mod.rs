//! Numbers computed from barcodes.
//!
//! All take the intervals of one dimension, leave essential intervals out unless they say otherwise, measure Rips
//! diameters (not radii), and add 64-bit numbers in the barcode's canonical order.

mod betti;
mod entropy;
mod lifespans;

pub use betti::{BettiCurve, betti_curve, betti_number};
pub use entropy::persistence_entropy;
pub use lifespans::{lifespan_sum, longest_lifespan, mean_lifespan, n_finite};
