//! Distances between two points.

/// How far apart two points of R^d are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Square root of the sum of squared differences.
    #[default]
    Euclidean,
    /// Sum of absolute differences.
    Manhattan,
    /// Largest absolute difference.
    Chebyshev,
    /// Angle between the points in radians, a metric, unlike 1 − cos.
    Angular,
    /// sqrt(2 (1 − r)) for Pearson's r between the coordinates, a metric: correlations 1, 0, −1 are 0, √2, 2 apart.
    Correlation,
}
