//! Edges in filtration order, sorted share by share: where a computation ends early, the rest is never sorted.

use std::ops::Range;

use super::square::MANY;
use crate::geometry::{DistanceMatrix, EdgeKey};
use crate::parallel;

/// Edges per share, about.
const SHARE: usize = 64;
/// Shares of one part at most: the places where edges are put down stay in the cache.
const MOST_SHARES: usize = 1 << 10;
/// Parts of the edges, as shares of all, that are taken out of the matrix at once: mostly the first suffices.
const PARTS: [f64; 4] = [0.08, 0.25, 0.5, 1.0];
/// Lengths that are looked at to find where parts end.
const SAMPLE: usize = 4096;

/// The edges up to a length, given out in filtration order.
pub(super) struct Shares<'a> {
    matrix: &'a DistanceMatrix,
    /// Where each part begins and the last ends, as bits of lengths.
    ends: Vec<u32>,
    /// Bits that hardly any length is below.
    floor: u32,
    /// Edges of the current part, share after share in each band of the matrix, and where each share begins.
    bands: Vec<(Vec<EdgeKey>, Vec<u32>)>,
    part: usize,
    share: usize,
    /// Shares of each part.
    per_part: usize,
    n_edges: usize,
}

impl<'a> Shares<'a> {
    pub(super) fn new(matrix: &'a DistanceMatrix, threshold: f32) -> Self {
        let n_edges = matrix.lower().iter().filter(|&&length| length <= threshold).count();
        let (mut ends, mut floor) = (vec![0], 0);
        if n_edges > SAMPLE {
            let step = matrix.lower().len() / SAMPLE;
            let mut sample: Vec<u32> = matrix.lower().iter().step_by(step).map(|length| length.to_bits()).collect();
            sample.sort_unstable();
            floor = sample.iter().copied().find(|&bits| bits > 0).unwrap_or(0);
            let share = sample.partition_point(|&bits| bits <= threshold.to_bits()) as f64;
            ends.extend(PARTS[..PARTS.len() - 1].iter().map(|part| sample[(part * share) as usize]));
        }
        ends.push(threshold.to_bits() + 1);
        Self { matrix, ends, floor, bands: Vec::new(), part: 0, share: 0, per_part: 0, n_edges }
    }

    /// Edges in all.
    pub(super) fn n_edges(&self) -> usize {
        self.n_edges
    }

    /// Appends the edges that come next, some hundred of them, in no particular order; false if there are no more.
    pub(super) fn next(&mut self, edges: &mut Vec<EdgeKey>) -> bool {
        if self.share == self.per_part {
            let Some(&[least, end]) = self.ends.get(self.part..self.part + 2) else { return false };
            self.part += 1;
            self.share = 0;
            self.per_part = (self.n_edges / SHARE).clamp(1, MOST_SHARES);
            let (floor, n_shares) = (least.max(self.floor), self.per_part);
            let n_threads = parallel::n_threads_worth(self.matrix.n_points() > MANY);
            let bands = bands(self.matrix.n_points(), n_threads);
            self.bands.clear();
            self.bands = parallel::map(bands, |band| distribute(self.matrix, band, least..end, floor, n_shares));
        }
        for (band, starts) in &self.bands {
            edges.extend_from_slice(&band[starts[self.share] as usize..starts[self.share + 1] as usize]);
        }
        self.share += 1;
        true
    }
}

/// The edges of a band of rows whose lengths have these bits, share after share, and where each share begins. Lengths
/// below the floor are in the first.
fn distribute(
    matrix: &DistanceMatrix,
    band: Range<usize>,
    bits: Range<u32>,
    floor: u32,
    n_shares: usize,
) -> (Vec<EdgeKey>, Vec<u32>) {
    let mut found: Vec<EdgeKey> = Vec::new();
    let mut rest = values(matrix, band.clone());
    for high in band {
        let (row, tail) = rest.split_at(high);
        rest = tail;
        // Written always and kept if wanted: a branch here would be unforeseeable.
        let mut at = found.len();
        found.resize(at + high, EdgeKey::new(0.0, 0, 0));
        for (low, &length) in row.iter().enumerate() {
            found[at] = EdgeKey::new(length, high, low);
            at += usize::from(bits.contains(&length.to_bits()));
        }
        found.truncate(at);
    }
    let width = bits.end.saturating_sub(floor).div_ceil(n_shares as u32).max(1);
    let shift = width.next_power_of_two().trailing_zeros();
    let share_of = |edge: EdgeKey| (edge.length_bits().saturating_sub(floor) >> shift) as usize;
    let mut starts = vec![0_u32; n_shares + 1];
    for &edge in &found {
        starts[share_of(edge) + 1] += 1;
    }
    for share in 0..n_shares {
        starts[share + 1] += starts[share];
    }
    let mut places = starts.clone();
    let mut edges = vec![EdgeKey::new(0.0, 0, 0); found.len()];
    for edge in found {
        let place = &mut places[share_of(edge)];
        edges[*place as usize] = edge;
        *place += 1;
    }
    (edges, starts)
}

/// Rows of the lower triangle, cut so that each band has about as many values.
fn bands(n_points: usize, count: usize) -> Vec<Range<usize>> {
    let cut =
        |k: usize| if k == count { n_points } else { (n_points as f64 * (k as f64 / count as f64).sqrt()) as usize };
    (0..count).map(|k| cut(k)..cut(k + 1)).collect()
}

/// The values of a band of rows.
fn values(matrix: &DistanceMatrix, band: Range<usize>) -> &[f32] {
    let start = |row: usize| row * row.saturating_sub(1) / 2;
    &matrix.lower()[start(band.start)..start(band.end)]
}
