//! A protocol over layers: from the points of one layer to its barcodes and numbers, and what they say about claims.
//!
//! This is Magai 2023's order of work (docs/architecture.md): scale per coordinate over *all* classes, then split into
//! clouds, then distances, barcodes and lifespan sums per cloud. Fitting the scaling per class would blow a collapsed
//! class up again.

mod claims;
mod compare;
mod describe;
mod descriptor;
mod estimate;
mod measure;
mod settings;

pub use claims::{Attack, Part, Quantity, ReportRow, Verdict, Word, judge};
pub use compare::{CompareSettings, Measure, compare};
pub use describe::{ALL, DescribedCloud, Description, Fit, MEAN, Row, describe};
pub use descriptor::{CatalogEntry, Descriptor, catalog};
pub use estimate::{Estimate, MEMORY_LIMIT_MB, NetworkLoad, Workload, estimate};
pub use measure::{Clouds, LayerMeasure, MeasureSettings, MeasuredCloud, measure};
pub use settings::{DescribeSettings, HopSettings, NamedSizes, PhdimSettings, PhdimSizes};
