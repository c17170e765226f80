//! The distances as a square, for loops that run along whole rows.

use crate::geometry::{DistanceMatrix, EdgeKey};
use crate::parallel;

/// Rows are padded to a multiple of this; loops over blocks of it need no rest.
pub(super) const BLOCK: usize = 16;
/// More points than this are work enough for several threads.
pub(super) const MANY: usize = 600;

/// All distances row by row; infinite on the diagonal and in the padding.
pub(super) struct Square {
    lengths: Vec<f32>,
    stride: usize,
    n_points: usize,
}

impl Square {
    pub(super) fn new(matrix: &DistanceMatrix) -> Self {
        let n_points = matrix.n_points();
        let stride = n_points.next_multiple_of(BLOCK);
        let mut lengths = vec![f32::INFINITY; n_points * stride];
        let lower = matrix.lower();
        let row_of = |i: usize| &lower[i * i.saturating_sub(1) / 2..][..i];
        let n_bands = 4 * parallel::n_threads_worth(n_points > MANY) - 3;
        let band_rows = n_points.div_ceil(n_bands).next_multiple_of(BLOCK);
        let bands: Vec<(usize, &mut [f32])> = lengths.chunks_mut(stride * band_rows).enumerate().collect();
        parallel::map(bands, |(band, rows)| {
            for (block, rows) in rows.chunks_mut(stride * BLOCK).enumerate() {
                let first = band * band_rows + block * BLOCK;
                let end = (first + BLOCK).min(n_points);
                for (row, i) in rows.chunks_exact_mut(stride).zip(first..end) {
                    row[..i].copy_from_slice(row_of(i));
                }
                // To the right of the diagonal stand the columns of later rows, a few at a time.
                for j in first + 1..n_points {
                    for (i, &length) in (first..end.min(j)).zip(&row_of(j)[first..]) {
                        rows[(i - first) * stride + j] = length;
                    }
                }
            }
        });
        Self { lengths, stride, n_points }
    }

    pub(super) fn n_points(&self) -> usize {
        self.n_points
    }

    /// The distances of a point to all, with the padding.
    pub(super) fn of(&self, point: usize) -> &[f32] {
        &self.lengths[point * self.stride..][..self.stride]
    }

    /// The edge between two different points.
    pub(super) fn edge(&self, a: usize, b: usize) -> EdgeKey {
        EdgeKey::new(self.of(a)[b], a.max(b), a.min(b))
    }
}
