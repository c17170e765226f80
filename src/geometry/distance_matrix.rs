//! All pairwise distances of a finite set.

/// Symmetric non-negative distances without NaN and with zero diagonal; no triangle inequality is promised.
///
/// Stored condensed: the strict lower triangle row by row, n(n−1)/2 values, as in Ripser's lower distance matrices.
#[derive(Debug, Clone, PartialEq)]
pub struct DistanceMatrix {
    lower: Vec<f32>,
    n_points: usize,
}

impl DistanceMatrix {
    /// Number of points.
    pub fn n_points(&self) -> usize {
        self.n_points
    }

    /// The strict lower triangle, row by row.
    pub fn lower(&self) -> &[f32] {
        &self.lower
    }
}
