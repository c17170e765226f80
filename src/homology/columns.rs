//! Which simplices need a column.
//!
//! Simplices are listed by their latest edge: that edge and a clique of its lune, where earlier edges count. Bit rows of
//! earlier edges therefore decide at once whether a simplex is in an apparent pair, and most are.

use super::bits;
use super::coboundary::Filtration;
use super::graph::Graph;
use super::ticker::Ticker;
use crate::geometry::EdgeKey;
use crate::{Result, parallel};

/// Words of bit rows that are looked at between two questions to the observer, about, on each thread.
const WORK: usize = 1 << 21;

/// Which simplices are left out.
#[derive(Clone, Copy)]
pub(super) struct LeftOut {
    /// Those that form an apparent pair with a cofacet.
    pub paired_up: bool,
    /// Those that form an apparent pair with a facet.
    pub paired_down: bool,
}

/// The simplices of a dimension of at least 2, in increasing order. `None` if memory runs out for them.
pub(super) fn list(
    filtration: &Filtration,
    dim: usize,
    left_out: LeftOut,
    ticker: &mut Ticker<'_, '_>,
) -> Result<Option<Vec<u64>>> {
    let graph = filtration.graph();
    let n_edges = graph.edges().len();
    // A lune of half the points in every edge, and each of its cliques looks at a row.
    let per_edge = (1..dim).fold(1, |work: usize, _| work.saturating_mul(graph.n_points() / 2 + 1));
    let n_threads = parallel::n_threads_worth(per_edge.saturating_mul(n_edges) > WORK);
    let piece = (WORK / per_edge).clamp(1, n_edges.div_ceil(n_threads).max(1));
    let mut listers: Vec<Lister<'_>> = (0..n_threads).map(|_| Lister::new(filtration, dim, left_out)).collect();
    let mut keys: Vec<u64> = Vec::new();
    for start in (0..n_edges).step_by(piece * n_threads) {
        ticker.ask(dim, (start, 2 * n_edges))?;
        let batch = start..(start + piece * n_threads).min(n_edges);
        let tasks: Vec<(Lister<'_>, usize)> =
            listers.into_iter().zip(batch.clone().step_by(piece).chain(std::iter::repeat(batch.end))).collect();
        listers = parallel::map(tasks, |(mut lister, first)| {
            lister.go_through(batch.clone(), first..(first + piece).min(batch.end));
            lister
        });
        for lister in &mut listers {
            if lister.is_full || keys.try_reserve(lister.found.len()).is_err() {
                return Ok(None);
            }
            keys.append(&mut lister.found);
        }
    }
    keys.sort_unstable();
    Ok(Some(keys))
}

/// Lists the simplices of some edges; each thread has one.
struct Lister<'a> {
    filtration: &'a Filtration,
    left_out: LeftOut,
    /// Vertices besides those of the latest edge.
    n_others: usize,
    /// Bit rows of earlier edges.
    earlier: Vec<u64>,
    n_words: usize,
    /// Common earlier neighbours of the latest edge and the first few other vertices.
    apexes: Vec<Vec<u64>>,
    others: Vec<usize>,
    found: Vec<u64>,
    is_full: bool,
}

impl<'a> Lister<'a> {
    fn new(filtration: &'a Filtration, dim: usize, left_out: LeftOut) -> Self {
        let n_points = filtration.n_points();
        let n_words = n_points.div_ceil(64);
        let n_others = dim - 1;
        Self {
            filtration,
            left_out,
            n_others,
            earlier: vec![0; n_points * n_words],
            n_words,
            apexes: vec![vec![0; n_words]; n_others],
            others: vec![0; n_others],
            found: Vec::new(),
            is_full: false,
        }
    }

    fn go_through(&mut self, batch: std::ops::Range<usize>, piece: std::ops::Range<usize>) {
        let graph: &Graph = self.filtration.graph();
        for rank in batch {
            let edge = graph.edge(rank as u32);
            if piece.contains(&rank) && !self.is_full {
                self.list(rank as u32, edge);
            }
            let (a, b) = (edge.high() as usize, edge.low() as usize);
            self.earlier[a * self.n_words + b / 64] |= 1 << (b % 64);
            self.earlier[b * self.n_words + a / 64] |= 1 << (a % 64);
        }
    }

    fn list(&mut self, rank: u32, edge: EdgeKey) {
        let n_words = self.n_words;
        let row = |point: u32| &self.earlier[point as usize * n_words..][..n_words];
        let mut any = 0;
        for ((apex, a), b) in self.apexes[0].iter_mut().zip(row(edge.high())).zip(row(edge.low())) {
            *apex = a & b;
            any |= *apex;
        }
        if any != 0 {
            self.extend(rank, self.n_others, usize::MAX);
        }
    }

    /// Chooses the other vertices from the largest down; `missing` are left to choose, below `limit`.
    fn extend(&mut self, rank: u32, missing: usize, limit: usize) {
        let level = self.n_others - missing;
        let mut first = true;
        for word in 0..self.n_words {
            for vertex in bits::points(word, self.apexes[level][word]) {
                if vertex >= limit {
                    return;
                }
                self.others[missing - 1] = vertex;
                if missing == 1 {
                    let LeftOut { paired_up, paired_down } = self.left_out;
                    if !(paired_down && first || paired_up && self.sees_smaller(level, vertex)) {
                        self.push(rank);
                    }
                    // The smallest apex makes the first cofacet of the simplex without it.
                    first = false;
                } else {
                    let (chosen, next) = self.apexes.split_at_mut(level + 1);
                    let row = &self.earlier[vertex * self.n_words..][..self.n_words];
                    for ((next, apex), row) in next[0].iter_mut().zip(&chosen[level]).zip(row) {
                        *next = apex & row;
                    }
                    self.extend(rank, missing - 1, vertex);
                }
            }
        }
    }

    /// Whether one of the apexes below a vertex is its earlier neighbour: then the simplex is the earlier one of an
    /// apparent pair.
    fn sees_smaller(&self, level: usize, vertex: usize) -> bool {
        let row = &self.earlier[vertex * self.n_words..];
        let apexes = &self.apexes[level];
        let last = vertex / 64;
        (0..last).any(|word| apexes[word] & row[word] != 0)
            || apexes[last] & row[last] & ((1 << (vertex % 64)) - 1) != 0
    }

    fn push(&mut self, rank: u32) {
        if self.found.try_reserve(1).is_err() {
            self.is_full = true;
            return;
        }
        self.found.push(self.filtration.codes().key(rank, self.others.iter().copied()));
    }
}
