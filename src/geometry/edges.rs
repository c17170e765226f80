//! Edges in the order in which they enter the Vietoris–Rips filtration.

use super::DistanceMatrix;

/// A pair of points and their distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The two points, the smaller index first.
    pub points: [u32; 2],
    /// Their distance.
    pub length: f32,
}

/// The at most `limit` shortest edges in increasing length; among equally long ones those with the smaller larger
/// index, then the smaller other index, come first.
///
/// Takes O(n² + limit · log limit) time.
pub fn shortest_edges(matrix: &DistanceMatrix, limit: usize) -> Vec<Edge> {
    let mut keys: Vec<EdgeKey> = edge_keys(matrix, f32::INFINITY);
    if limit == 0 {
        return Vec::new();
    }
    if limit < keys.len() {
        keys.select_nth_unstable(limit - 1);
        keys.truncate(limit);
    }
    keys.sort_unstable();
    keys.into_iter().map(|key| Edge { points: [key.low(), key.high()], length: key.length() }).collect()
}

/// An edge in one word that sorts by (length, larger index, smaller index): the total order of every engine here.
///
/// Bits of non-negative floats order like the floats, and [`super::MAX_POINTS`] keeps an index within 16 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EdgeKey(u64);

impl EdgeKey {
    /// The edge between `high` and the smaller index `low`.
    pub(crate) fn new(length: f32, high: usize, low: usize) -> Self {
        Self(u64::from(length.to_bits()) << 32 | (high as u64) << 16 | low as u64)
    }

    /// The larger point index.
    pub(crate) fn high(self) -> u32 {
        (self.0 >> 16) as u32 & 0xffff
    }

    /// The smaller point index.
    pub(crate) fn low(self) -> u32 {
        self.0 as u32 & 0xffff
    }

    /// The length's bits, which order like the lengths.
    pub(crate) fn length_bits(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The same edge with another length.
    pub(crate) fn with_length_bits(self, bits: u32) -> Self {
        Self(u64::from(bits) << 32 | self.0 & 0xffff_ffff)
    }

    /// The length.
    pub(crate) fn length(self) -> f32 {
        f32::from_bits(self.length_bits())
    }
}

/// The edges of at most the given length, in the order of the condensed matrix.
pub(crate) fn edge_keys(matrix: &DistanceMatrix, threshold: f32) -> Vec<EdgeKey> {
    // Counting first keeps the list, the largest of all, from growing to twice its size.
    let count = matrix.lower().iter().filter(|&&length| length <= threshold).count();
    let mut keys = Vec::with_capacity(count);
    let mut rest = matrix.lower();
    for high in 1..matrix.n_points() {
        let (row, tail) = rest.split_at(high);
        rest = tail;
        keys.extend(
            row.iter()
                .enumerate()
                .filter(|&(_, &length)| length <= threshold)
                .map(|(low, &length)| EdgeKey::new(length, high, low)),
        );
    }
    keys
}
