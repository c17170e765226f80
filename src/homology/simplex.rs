//! Simplices as numbers.

/// Largest number of vertices of any simplex that is ever made: a cofacet of the highest dimension.
pub(super) const MAX_VERTICES: usize = super::params::MAX_DIM + 2;

/// A simplex with its coefficient in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Simplex {
    /// Its place in the filtration among those of its dimension, and which one it is: see [`Codes`].
    pub key: u64,
    /// Coefficient in ℤ/p.
    pub coefficient: u32,
}

/// Numbers a simplex by the rank of its latest edge and, below that, its other vertices w₀ < w₁ < … as Σ wᵢ · 2^(βi)
/// with β bits per vertex.
///
/// So keys order simplices of one dimension as the filtration does, by the latest edge, ties by the others
/// colexicographically. The pair indexing of Dory (Aggarwal, Periwal, arXiv 2103.05608) has the same first part. A rank
/// needs one bit less than two vertices.
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

    /// The rank of the latest edge of a simplex with `n_others` further vertices.
    pub(super) fn rank(self, key: u64, n_others: usize) -> u32 {
        (key >> (self.bits * n_others as u32)) as u32
    }

    /// The vertex at a position among the others, counted from the smallest.
    pub(super) fn other(self, key: u64, position: usize) -> usize {
        (key >> (self.bits * position as u32) & ((1 << self.bits) - 1)) as usize
    }

    /// The simplex with this latest edge and these other vertices, in increasing order.
    pub(super) fn key(self, rank: u32, others: impl DoubleEndedIterator<Item = usize>) -> u64 {
        others.rev().fold(u64::from(rank), |key, vertex| key << self.bits | vertex as u64)
    }

    /// The simplex with a latest edge and the given code of its other vertices.
    pub(super) fn with_rank(self, others: u64, rank: u32, n_others: usize) -> u64 {
        u64::from(rank) << (self.bits * n_others as u32) | others
    }

    /// The simplex with one more vertex behind `position` others.
    pub(super) fn with_other(self, key: u64, vertex: usize, position: usize) -> u64 {
        let at = self.bits * position as u32;
        let below = key & ((1 << at) - 1);
        key >> at << at << self.bits | (vertex as u64) << at | below
    }

    /// The simplex without its smallest other vertex.
    pub(super) fn without_smallest_other(self, key: u64) -> u64 {
        key >> self.bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vertices_come_back_at_the_full_width() {
        let codes = Codes::new(65_536);
        let last = u32::MAX >> 1;
        let key = codes.key(last, [7, 1_000].into_iter());
        let key = codes.with_other(codes.without_smallest_other(key), 65_535, 1);
        assert_eq!((codes.rank(key, 2), codes.other(key, 0), codes.other(key, 1)), (last, 1_000, 65_535));
        assert_eq!(key, codes.with_other(codes.key(last, [65_535].into_iter()), 1_000, 0));
    }

    #[test]
    fn the_largest_possible_counts_are_those_of_the_tables() {
        for (max_dim, n) in [(1, 65_536), (2, 65_536), (3, 4096), (4, 1024), (8, 64)] {
            assert!(Codes::fit(n, max_dim) && Codes::most_points(max_dim) == n, "H{max_dim}");
            assert!(!Codes::fit(n + 1, max_dim) || n == 65_536, "H{max_dim}");
        }
    }
}
