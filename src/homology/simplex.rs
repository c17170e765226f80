//! Simplices as numbers.

/// Largest number of vertices of any simplex that is ever made: a cofacet of the highest dimension.
pub(super) const MAX_VERTICES: usize = super::params::MAX_DIM + 2;

/// A simplex with the diameter at which it enters and its coefficient in a chain.
///
/// Diameters are the bits of non-negative floats, which order like the floats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Simplex {
    /// Bits of the diameter.
    pub diameter: u32,
    /// Coefficient in ℤ/p.
    pub coefficient: u32,
    /// Vertices as a number, see [`Codes`].
    pub code: u64,
}

impl Simplex {
    /// Sorts as the filtration: by diameter, then by code.
    pub(super) fn key(self) -> (u32, u64) {
        (self.diameter, self.code)
    }
}

/// Numbers vertices v₀ < v₁ < … as Σ vᵢ · 2^(βi) with β bits per vertex, the bitfield coding of GUDHI's Ripser.
///
/// Among simplices of one dimension it orders colexicographically: the one with the larger largest vertex is larger.
#[derive(Debug, Clone, Copy)]
pub(super) struct Codes {
    bits: u32,
}

impl Codes {
    pub(super) fn new(n_points: usize) -> Self {
        Self { bits: Self::width(n_points) }
    }

    fn width(n_points: usize) -> u32 {
        (usize::BITS - n_points.saturating_sub(1).leading_zeros()).max(1)
    }

    /// Whether cofacets of simplices of dimension `max_dim` fit into 64 bits.
    pub(super) fn fit(n_points: usize, max_dim: usize) -> bool {
        Self::width(n_points) as usize * (max_dim + 2) <= 64
    }

    /// The largest number of points for which [`Self::fit`] holds.
    pub(super) fn most_points(max_dim: usize) -> usize {
        1 << (64 / (max_dim + 2)).min(16)
    }

    pub(super) fn edge(self, high: u32, low: u32) -> u64 {
        u64::from(high) << self.bits | u64::from(low)
    }

    /// The vertex at a position, counted from the smallest.
    pub(super) fn vertex(self, code: u64, position: usize) -> usize {
        (code >> (self.bits * position as u32) & ((1 << self.bits) - 1)) as usize
    }

    /// The vertices in increasing order; those beyond `n_vertices` are 0.
    pub(super) fn vertices(self, code: u64, n_vertices: usize) -> [usize; MAX_VERTICES] {
        let mut vertices = [0; MAX_VERTICES];
        for (position, vertex) in vertices[..n_vertices].iter_mut().enumerate() {
            *vertex = self.vertex(code, position);
        }
        vertices
    }

    /// The simplex with one more vertex, of which `position` old ones are smaller.
    pub(super) fn with_vertex(self, code: u64, vertex: usize, position: usize) -> u64 {
        let at = self.bits * position as u32;
        let below = code & ((1 << at) - 1);
        // Two shifts: at + bits may be 64 when the new vertex is the largest of the widest simplex.
        let above = (code >> at) << at << self.bits;
        above | (vertex as u64) << at | below
    }

    /// The simplex without the vertex at a position.
    pub(super) fn without_vertex(self, code: u64, position: usize) -> u64 {
        let at = self.bits * position as u32;
        let below = code & ((1 << at) - 1);
        code >> at >> self.bits << at | below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vertices_come_back_at_the_full_width() {
        let codes = Codes::new(65_536);
        let code = codes.edge(65_535, 7);
        let code = codes.with_vertex(code, 1_000, 1);
        let code = codes.with_vertex(code, 65_534, 2);
        assert_eq!(codes.vertices(code, 4)[..4], [7, 1_000, 65_534, 65_535]);
        assert_eq!(codes.without_vertex(codes.without_vertex(code, 2), 1), codes.edge(65_535, 7));
        assert_eq!(codes.vertices(codes.without_vertex(code, 3), 3)[..3], [7, 1_000, 65_534]);
    }

    #[test]
    fn the_largest_possible_counts_are_those_of_the_tables() {
        for (max_dim, n) in [(1, 65_536), (2, 65_536), (3, 4096), (4, 1024), (8, 64)] {
            assert!(Codes::fit(n, max_dim) && Codes::most_points(max_dim) == n, "H{max_dim}");
            assert!(!Codes::fit(n + 1, max_dim) || n == 65_536, "H{max_dim}");
        }
    }
}
