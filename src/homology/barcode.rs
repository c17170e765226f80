//! The result of persistent homology: half-open intervals per dimension.

/// The life of a homology class: [birth, death), as Rips diameters (edge lengths, not radii). Always birth < death.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Scale at which the class appears.
    pub birth: f32,
    /// Scale at which it becomes trivial; infinite for an essential class.
    pub death: f32,
}

/// The intervals of positive length of one filtration, per dimension sorted by birth, then death.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Barcode {
    intervals: Vec<Vec<Interval>>,
}

impl Barcode {
    /// A barcode in canonical order from unordered intervals, one list per dimension from H0 on.
    pub fn from_intervals(mut intervals: Vec<Vec<Interval>>) -> Self {
        for dim in &mut intervals {
            dim.retain(|i| i.birth < i.death);
            dim.sort_by(|a, b| a.birth.total_cmp(&b.birth).then(a.death.total_cmp(&b.death)));
        }
        Self { intervals }
    }

    /// Highest dimension that was computed; intervals may be absent in it.
    pub fn max_dim(&self) -> Option<usize> {
        self.intervals.len().checked_sub(1)
    }

    /// The intervals of one dimension; empty above [`Self::max_dim`].
    pub fn dim(&self, dim: usize) -> &[Interval] {
        self.intervals.get(dim).map_or(&[], Vec::as_slice)
    }
}
