//! Numbers computed from barcodes and clouds.
//!
//! *Of barcodes*: those of one dimension; they leave essential intervals out unless they say otherwise and measure Rips
//! diameters (not radii). *Of clouds*: dimensions, from spanning trees ([`ph_dimension`]), neighbours ([`two_nn_fit`],
//! [`levina_bickel`], [`correlation_dimension`]) and variances ([`participation_ratio`]). *Between layers*: [`cka`], [`rtd`],
//! [`neighbour_overlap`]. All add 64-bit numbers in a fixed order; what has no value says why ([`Undefined`]).

mod betti;
mod cka;
mod correlation;
mod entropy;
mod intrinsic_dimension;
mod lifespans;
mod line;
mod logarithm;
mod moments;
mod neighbour_overlap;
mod participation_ratio;
mod ph_dimension;
mod rtd;
pub(crate) mod spread;
mod undefined;

pub use betti::{BettiCurve, betti_curve, betti_number};
pub use cka::{cka, debiased_cka};
pub use correlation::{Bootstrap, Correlation, Correlations, correlate, pearson, spearman};
pub use entropy::persistence_entropy;
pub use intrinsic_dimension::{
    EmpiricalRank, MLE_NEIGHBOURS, Neighbourhoods, PlateauPoint, TWO_NN_DISCARD, correlation_dimension,
    correlation_dimension_over, correlation_sums, levina_bickel, plateau, two_nn_fit, two_nn_likelihood,
};
pub use lifespans::{lifespan_sum, longest_lifespan, mean_lifespan, n_finite};
pub use line::{LineFit, fit_line};
pub use neighbour_overlap::neighbour_overlap;
pub use participation_ratio::participation_ratio;
pub use ph_dimension::{MIN_POINTS, PhDimension, PhDimensionSettings, SubsetSizes, ph_dimension};
pub use rtd::{RtdSettings, rtd};
pub use undefined::{Defined, Undefined};
