//! Matrix products of rows that are gathered from where they lie: a convolution needs no copy of its windows.
#![allow(clippy::inline_always, reason = "the innermost loop of all products: a call in it costs more than it does")]

use super::quad::{LANES, Quad};

/// Rows that are computed together; with two registers for the columns, what sixteen registers hold comfortably.
const ROWS: usize = 4;
/// Columns that are computed together.
const COLUMNS: usize = 2 * LANES;

/// Weights of [`COLUMNS`] columns, one group of them for each number of a row.
type Panel = [[f32; COLUMNS]];

/// A matrix of weights as panels, filled up with zeros to whole ones, and a bias for each column.
#[derive(Debug)]
pub(super) struct Weights {
    panels: Vec<[f32; COLUMNS]>,
    bias: Vec<[f32; COLUMNS]>,
    n_inner: usize,
    n_columns: usize,
}

/// Where rows lie: row `r` is made of runs of `len` numbers, those from `starts[r]` + `run` on for each of the runs.
pub(super) struct Rows<'a> {
    pub(super) starts: &'a [usize],
    pub(super) runs: &'a [usize],
    pub(super) len: usize,
}

impl Weights {
    /// `weight` gives the one at a place within rows and a column.
    pub(super) fn packed(
        [n_inner, n_columns]: [usize; 2],
        bias: Option<&[f32]>,
        weight: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let n_panels = n_columns.div_ceil(COLUMNS);
        let mut panels = vec![[0.0; COLUMNS]; n_panels * n_inner];
        let mut padded = vec![[0.0; COLUMNS]; n_panels];
        for column in 0..n_columns {
            for inner in 0..n_inner {
                panels[column / COLUMNS * n_inner + inner][column % COLUMNS] = weight(inner, column);
            }
            padded[column / COLUMNS][column % COLUMNS] = bias.map_or(0.0, |bias| bias[column]);
        }
        Self { panels, bias: padded, n_inner, n_columns }
    }

    pub(super) fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// `out` = rows of `values` · weights + bias, one row of `n_columns` after the other.
    pub(super) fn multiply(&self, values: &[f32], rows: &Rows<'_>, out: &mut [f32]) {
        let n_rows = rows.starts.len();
        let panels = self.panels.chunks_exact(self.n_inner.max(1));
        for ((panel, begin), first) in panels.zip(&self.bias).zip((0..).step_by(COLUMNS)) {
            let n_columns = COLUMNS.min(self.n_columns - first);
            for row in (0..n_rows).step_by(ROWS) {
                let starts = std::array::from_fn(|r| rows.starts[(row + r).min(n_rows - 1)]);
                let sums = tile(values, starts, rows, panel, begin);
                for (sums, row) in sums.iter().zip(row..n_rows) {
                    let at = row * self.n_columns + first;
                    let out = &mut out[at..at + n_columns];
                    match out.first_chunk_mut() {
                        Some(whole) => *whole = *sums,
                        None => out.copy_from_slice(&sums[..n_columns]),
                    }
                }
            }
        }
    }
}

/// Products of [`ROWS`] rows with a panel, added to `begin`.
#[inline(always)]
fn tile(
    values: &[f32],
    starts: [usize; ROWS],
    rows: &Rows<'_>,
    panel: &Panel,
    begin: &[f32; COLUMNS],
) -> [[f32; COLUMNS]; ROWS] {
    let halves = |group: &[f32; COLUMNS]| {
        let (quads, _) = group.as_chunks();
        [Quad::of(quads[0]), Quad::of(quads[1])]
    };
    let mut sums = [halves(begin); ROWS];
    for (&run, weights) in rows.runs.iter().zip(panel.chunks_exact(rows.len)) {
        let [a, b, c, d] = starts.map(|start| &values[start + run..start + run + rows.len]);
        for ((((weights, &a), &b), &c), &d) in weights.iter().zip(a).zip(b).zip(c).zip(d) {
            let [low, high] = halves(weights);
            for (sum, value) in sums.iter_mut().zip([a, b, c, d]) {
                let value = Quad::splat(value);
                *sum = [sum[0] + value * low, sum[1] + value * high];
            }
        }
    }
    sums.map(|[low, high]| {
        let (low, high) = (low.array(), high.array());
        std::array::from_fn(|j| if j < LANES { low[j] } else { high[j - LANES] })
    })
}
