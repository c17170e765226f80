//! What to compute, and how.

use super::barcode::Engine;
use crate::geometry::DistanceMatrix;
use crate::{Error, Result};

/// The highest homology dimension that can be asked for.
pub const MAX_DIM: usize = 8;

/// The largest modulus: products of two coefficients stay within 32 bits.
const MAX_MODULUS: u32 = 1 << 16;

/// From this many points on H0 alone is computed without a matrix.
const MATRIX_FREE_FROM: usize = 1000;

/// Highest dimension, threshold and coefficients of a computation; every value is one that can be computed.
#[derive(Debug, Clone, PartialEq)]
pub struct RipsParams {
    max_dim: usize,
    threshold: Option<f32>,
    modulus: u32,
    method: Method,
    optimisations: Optimisations,
    megabytes: Option<u64>,
}

/// Which engine computes H1 and above. The barcode is the same for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The fastest one for the other parameters.
    #[default]
    Auto,
    /// Reduced Vietoris–Rips; only for H0 and H1 over ℤ/2.
    ReducedRips,
    /// Implicit cohomology.
    Cohomology,
}

/// Shortcuts of the engines, all on by default. None changes a barcode; tests switch them off one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches, named where they are set")]
pub struct Optimisations {
    /// End the filtration where it becomes a cone.
    pub enclosing_radius: bool,
    /// Reduced Rips: find the edges that open cycles before sorting, by points near their ends.
    pub witnesses: bool,
    /// Reduced Rips: stop when every H1 class that is ever born has died.
    pub early_stop: bool,
    /// Cohomology: do not reduce simplices known to kill a class one dimension below.
    pub clearing: bool,
    /// Cohomology: accept a pivot of the column's own diameter without building the column.
    pub emergent: bool,
    /// Cohomology: neither list nor store pairs that point at each other at one diameter.
    pub apparent: bool,
    /// Cohomology up to H2 and above: delay and remove edges that change nothing.
    pub collapse: bool,
}

impl Default for Optimisations {
    fn default() -> Self {
        Self {
            enclosing_radius: true,
            witnesses: true,
            early_stop: true,
            clearing: true,
            emergent: true,
            apparent: true,
            collapse: true,
        }
    }
}

impl RipsParams {
    /// H0 up to H`max_dim` over ℤ/2 without a threshold.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] above [`MAX_DIM`].
    pub fn new(max_dim: usize) -> Result<Self> {
        if max_dim > MAX_DIM {
            return Err(Error::InvalidSetting {
                setting: "max. dimension",
                value: max_dim.to_string(),
                reason: format!("it must be at most {MAX_DIM}"),
            });
        }
        Ok(Self {
            max_dim,
            threshold: None,
            modulus: 2,
            method: Method::Auto,
            optimisations: Optimisations::default(),
            megabytes: None,
        })
    }

    /// Ends the filtration at this diameter; `None` and infinity mean that nothing is cut off.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] for a negative threshold or NaN.
    pub fn with_threshold(mut self, threshold: Option<f32>) -> Result<Self> {
        if let Some(value) = threshold.filter(|&t| t.is_nan() || t < 0.0) {
            return Err(Error::InvalidSetting {
                setting: "threshold",
                value: value.to_string(),
                reason: "it must be a length of at least 0, or none".into(),
            });
        }
        self.threshold = threshold;
        Ok(self)
    }

    /// Coefficients in ℤ/`modulus`.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] unless the modulus is a prime below 65,536, or if it does not suit the method.
    pub fn with_modulus(mut self, modulus: u32) -> Result<Self> {
        let divisors = 2..=modulus.isqrt();
        let is_prime = (2..MAX_MODULUS).contains(&modulus) && !divisors.into_iter().any(|d| modulus.is_multiple_of(d));
        if !is_prime {
            return Err(Error::InvalidSetting {
                setting: "modulus",
                value: modulus.to_string(),
                reason: format!("it must be a prime number below {MAX_MODULUS}, such as 2 or 3"),
            });
        }
        self.modulus = modulus;
        self.with_suitable_method()
    }

    /// Forces an engine.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] for [`Method::ReducedRips`] with another dimension than 0 or 1 or another modulus than 2.
    pub fn with_method(mut self, method: Method) -> Result<Self> {
        self.method = method;
        self.with_suitable_method()
    }

    fn with_suitable_method(self) -> Result<Self> {
        if self.method == Method::ReducedRips && (self.max_dim > 1 || self.modulus != 2) {
            return Err(Error::InvalidSetting {
                setting: "method",
                value: "reduced Rips".into(),
                reason: "it computes H0 and H1 with modulus 2 only".into(),
            });
        }
        Ok(self)
    }

    /// Refuses computations that are predicted to need more memory than this, in units of 2²⁰ bytes.
    #[must_use]
    pub fn with_memory_limit(mut self, megabytes: Option<u64>) -> Self {
        self.megabytes = megabytes;
        self
    }

    /// Switches shortcuts.
    #[must_use]
    pub fn with_optimisations(mut self, optimisations: Optimisations) -> Self {
        self.optimisations = optimisations;
        self
    }

    /// Highest homology dimension.
    pub fn max_dim(&self) -> usize {
        self.max_dim
    }

    /// Diameter at which the filtration ends, if one was set.
    pub fn threshold(&self) -> Option<f32> {
        self.threshold
    }

    /// The prime of the coefficient field.
    pub fn modulus(&self) -> u32 {
        self.modulus
    }

    pub(super) fn method(&self) -> Method {
        self.method
    }

    /// What computes it.
    pub(super) fn engine(&self) -> Engine {
        let suits_reduced = self.max_dim == 1 && self.modulus == 2;
        match self.method {
            _ if self.max_dim == 0 => Engine::SpanningTree,
            Method::Auto if suits_reduced => Engine::ReducedRips,
            Method::ReducedRips => Engine::ReducedRips,
            Method::Auto | Method::Cohomology => Engine::Cohomology,
        }
    }

    /// Whether points get their barcode without a distance matrix.
    pub(super) fn is_matrix_free(&self, n_points: usize) -> bool {
        self.max_dim == 0 && n_points >= MATRIX_FREE_FROM
    }

    pub(super) fn memory_limit(&self) -> Option<u64> {
        self.megabytes
    }

    pub(super) fn optimisations(&self) -> Optimisations {
        self.optimisations
    }

    /// The diameter at which the filtration of this matrix needs to end.
    pub(super) fn effective_threshold(&self, matrix: &DistanceMatrix) -> f32 {
        let asked = self.threshold.unwrap_or(f32::INFINITY);
        if self.optimisations.enclosing_radius { asked.min(matrix.enclosing_radius()) } else { asked.min(f32::MAX) }
    }
}
