//! Matrix products of rows that are gathered from where they lie: a convolution needs no copy of its windows.
#![allow(clippy::inline_always, reason = "the innermost loop of all products: a call in it costs more than it does")]

use super::quad::{LANES, Quad};

/// Rows that are computed together; with two registers for the columns, what sixteen registers hold comfortably.
pub(super) const ROWS: usize = 4;
/// Columns that are computed together.
pub(super) const COLUMNS: usize = 2 * LANES;

/// Weights of [`COLUMNS`] columns, one group of them for each number of a row.
type Panel = [[f32; COLUMNS]];

/// A matrix of weights as panels, filled up with zeros to whole ones.
pub(super) struct Weights {
    panels: Vec<[f32; COLUMNS]>,
    n_inner: usize,
    n_columns: usize,
}

impl Weights {
    /// `weight` gives the one at a place within rows and a column.
    pub(super) fn packed(n_inner: usize, n_columns: usize, weight: impl Fn(usize, usize) -> f32) -> Self {
        let n_panels = n_columns.div_ceil(COLUMNS);
        let mut panels = vec![[0.0; COLUMNS]; n_panels * n_inner];
        for column in 0..n_columns {
            for inner in 0..n_inner {
                panels[column / COLUMNS * n_inner + inner][column % COLUMNS] = weight(inner, column);
            }
        }
        Self { panels, n_inner, n_columns }
    }

    /// Panels with the number of their first column and how many columns they really have.
    pub(super) fn panels(&self) -> impl Iterator<Item = (usize, usize, &Panel)> {
        let first = (0..).step_by(COLUMNS);
        let panels = first.zip(self.panels.chunks_exact(self.n_inner.max(1)));
        panels.map(|(first, panel)| (first, COLUMNS.min(self.n_columns - first), panel))
    }
}

/// The part of a bias that belongs to a panel, filled up with zeros.
pub(super) fn bias_of(bias: Option<&[f32]>, first: usize) -> [f32; COLUMNS] {
    std::array::from_fn(|j| bias.and_then(|bias| bias.get(first + j)).copied().unwrap_or(0.0))
}

/// Products of [`ROWS`] rows with a panel, added to `begin`. A row is made of runs of `len` numbers: those from `start`
/// + `run` on, for each of the runs.
#[inline(always)]
pub(super) fn tile(
    values: &[f32],
    starts: [usize; ROWS],
    runs: &[usize],
    len: usize,
    panel: &Panel,
    begin: &[f32; COLUMNS],
) -> [[f32; COLUMNS]; ROWS] {
    let halves = |group: &[f32; COLUMNS]| {
        let (quads, _) = group.as_chunks::<LANES>();
        [Quad::of(quads[0]), Quad::of(quads[1])]
    };
    let mut sums = [halves(begin); ROWS];
    for (&run, weights) in runs.iter().zip(panel.chunks_exact(len)) {
        let [a, b, c, d] = starts.map(|start| &values[start + run..start + run + len]);
        for ((((weights, &a), &b), &c), &d) in weights.iter().zip(a).zip(b).zip(c).zip(d) {
            let [low, high] = halves(weights);
            for (sum, value) in sums.iter_mut().zip([a, b, c, d]) {
                let value = Quad::splat(value);
                *sum = [sum[0].plus_product(value, low), sum[1].plus_product(value, high)];
            }
        }
    }
    sums.map(|[low, high]| {
        let (low, high) = (low.array(), high.array());
        std::array::from_fn(|j| if j < LANES { low[j] } else { high[j - LANES] })
    })
}
