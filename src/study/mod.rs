//! A protocol over layers: from the points of one layer to its barcodes and numbers.
//!
//! This is Magai 2023's order of work (docs/architecture.md): scale per coordinate over *all* classes, then split into
//! clouds, then distances, barcodes and lifespan sums per cloud. Fitting the scaling per class would blow a collapsed
//! class up again.

mod estimate;
mod measure;

pub use estimate::{Estimate, MEMORY_LIMIT_MB, Workload, estimate};
pub use measure::{Clouds, LayerMeasure, MeasureSettings, MeasuredCloud, measure};
