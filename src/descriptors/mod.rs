//! Numbers computed from barcodes.
//!
//! All take the intervals of one dimension, leave essential intervals out unless they say otherwise, measure Rips
//! diameters (not radii), and add 64-bit numbers in the barcode's canonical order. Distances of two barcodes match
//! essential intervals with essential ones.

mod betti;
mod bottleneck;
mod diagram;
mod entropy;
mod landscape;
mod lifespans;
mod persistence_image;
mod sliced_wasserstein;
mod wasserstein;

pub use betti::{BettiCurve, betti_curve, betti_number};
pub use bottleneck::bottleneck_distance;
pub use entropy::persistence_entropy;
pub use landscape::{Landscape, persistence_landscape};
pub use lifespans::{lifespan_sum, longest_lifespan, mean_lifespan, n_finite};
pub use persistence_image::{ImageGrid, persistence_image};
pub use sliced_wasserstein::sliced_wasserstein_distance;
pub use wasserstein::{Ground, wasserstein_distance};
