//! Numbers computed from barcodes and clouds.
//!
//! *Of barcodes*: those of one dimension; they leave essential intervals out unless they say otherwise and measure Rips
//! diameters (not radii). Distances of two barcodes match essential intervals with essential ones. *Of clouds*: dimensions,
//! from spanning trees ([`ph_dimension`]), neighbours ([`two_nn_fit`], [`levina_bickel`], [`correlation_dimension`]) and
//! variances ([`participation_ratio`]). *Between layers*: [`cka`], [`rtd`], [`neighbour_overlap`]. All add 64-bit numbers in
//! a fixed order; what has no value says why ([`Undefined`]).

mod betti;
mod bottleneck;
mod cka;
mod correlation;
mod diagram;
mod entropy;
mod intrinsic_dimension;
mod landscape;
mod lifespans;
mod line;
mod logarithm;
mod moments;
mod neighbour_overlap;
mod participation_ratio;
mod persistence_image;
mod ph_dimension;
mod rtd;
mod sliced_wasserstein;
pub(crate) mod spread;
mod undefined;
mod wasserstein;

pub use betti::{BettiCurve, betti_curve, betti_number};
pub use bottleneck::bottleneck_distance;
pub use cka::{cka, debiased_cka};
pub use correlation::{Bootstrap, Correlation, Correlations, correlate, pearson, spearman};
pub use entropy::persistence_entropy;
pub use intrinsic_dimension::{
    EmpiricalRank, MLE_NEIGHBOURS, Neighbourhoods, PlateauPoint, TWO_NN_DISCARD, correlation_dimension,
    correlation_dimension_over, correlation_sums, levina_bickel, plateau, two_nn_fit, two_nn_likelihood,
};
pub use landscape::{Landscape, persistence_landscape};
pub use lifespans::{lifespan_sum, longest_lifespan, mean_lifespan, n_finite};
pub use line::{LineFit, fit_line};
pub use neighbour_overlap::neighbour_overlap;
pub use participation_ratio::participation_ratio;
pub use persistence_image::{ImageGrid, persistence_image};
pub use ph_dimension::{MIN_POINTS, PhDimension, PhDimensionSettings, SubsetSizes, ph_dimension};
pub use rtd::{RtdSettings, rtd};
pub use sliced_wasserstein::sliced_wasserstein_distance;
pub use undefined::{Defined, Undefined};
pub use wasserstein::{Ground, wasserstein_distance};
