//! Why a descriptor has no value.

/// A descriptor that has no value for a cloud, and why.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Undefined {
    /// The cloud is too small.
    #[error("undefined for {n_points} points; it takes at least {needed}")]
    TooFewPoints {
        /// Points there are.
        n_points: usize,
        /// Points it takes.
        needed: usize,
    },
    /// An average over nothing.
    #[error("undefined because there is no finite H{dim} interval")]
    NoInterval {
        /// Homology dimension.
        dim: usize,
    },
    /// No spread to measure.
    #[error("undefined because points coincide")]
    Coincident,
    /// The sums grow at least as fast as the number of points.
    #[error("undefined because the sums grow like n^{slope:.3}; an exponent below 1 is needed")]
    Slope {
        /// The exponent β.
        slope: f64,
    },
    /// One of two sets has no spread.
    #[error("undefined because one of the two clouds is a single point")]
    NoVariance,
}

/// A descriptor's value, or why there is none.
pub type Defined<T = f64> = std::result::Result<T, Undefined>;
