//! Fewer edges with the same persistent homology, for H2 and above.
//!
//! An edge is *dominated* at a scale if some common neighbour of its ends is a neighbour of all the others; adding it
//! then changes nothing up to homotopy, so it may as well enter when it stops being dominated, or never. (Glisse,
//! Pritam, *Swap, shift and trim to edge collapse a filtration*, Symposium on Computational Geometry 2022.)

use super::bits;
use super::graph::{Graph, NO_EDGE};
use super::ticker::Ticker;
use crate::Result;
use crate::geometry::EdgeKey;

/// One share in this many edges is tried before judging whether collapsing pays.
const TRIAL: usize = 20;

/// Delays or removes edges; gives back those left, in filtration order.
///
/// Gives up, leaving the earlier edges as they are, when hardly any of the latest edges is dominated, as on spheres.
pub(super) fn collapse(mut graph: Graph, ticker: &mut Ticker<'_, '_>) -> Result<Vec<EdgeKey>> {
    let n_points = graph.n_points();
    let n_words = n_points.div_ceil(64);
    let mut left = Vec::new();
    let all: Vec<u64> = (0..n_points).flat_map(|point| graph.neighbours(point)).copied().collect();
    let mut links = Links { earlier: all.clone(), kept: all, n_words, ..Links::default() };
    let n_edges = graph.edges().len();
    let trial = n_edges / TRIAL + 1;
    for rank in (0..n_edges).rev() {
        let done = n_edges - 1 - rank;
        if done == trial && left.len() > trial - trial / 16 {
            left.extend(&graph.edges()[..=rank]);
            break;
        }
        let edge = graph.edge(rank as u32);
        remove(&mut links.earlier, n_words, edge);
        let entry = links.entry(&graph, rank as u32);
        ticker.spend(2 * n_words + links.work, 1, (done, 2 * n_edges))?;
        if entry != Some(rank as u32) {
            graph.set_rank(edge.high() as usize, edge.low() as usize, entry.unwrap_or(NO_EDGE));
        }
        match entry {
            Some(entry) => left.push(edge.with_length_bits(graph.edge(entry).length_bits())),
            None => remove(&mut links.kept, n_words, edge),
        }
    }
    left.sort_unstable();
    Ok(left)
}

/// The common neighbours of an edge's ends.
#[derive(Default)]
struct Links {
    /// Bit rows of the edges that were not looked at yet: all earlier ones.
    earlier: Vec<u64>,
    /// Those of the edges that enter at some scale as far as is known.
    kept: Vec<u64>,
    n_words: usize,
    common: Vec<u64>,
    /// Those present at the current scale.
    present: Vec<u32>,
    /// Later ones with the rank at which they become common neighbours, latest first.
    later: Vec<(u32, u32)>,
    /// Comparisons made for the last edge.
    work: usize,
}

/// Clears an edge's bits.
fn remove(rows: &mut [u64], n_words: usize, edge: EdgeKey) {
    let (a, b) = (edge.high() as usize, edge.low() as usize);
    rows[a * n_words + b / 64] &= !(1 << (b % 64));
    rows[b * n_words + a / 64] &= !(1 << (a % 64));
}

impl Links {
    fn row<'a>(&self, rows: &'a [u64], point: u32) -> &'a [u64] {
        &rows[point as usize * self.n_words..][..self.n_words]
    }

    /// The rank at which the edge stops being dominated, if it does. Ranks of changed edges are in the graph.
    fn entry(&mut self, graph: &Graph, rank: u32) -> Option<u32> {
        let edge = graph.edge(rank);
        self.work = 0;
        let Some(mut dominating) = self.dominating_at_first(edge) else { return Some(rank) };
        self.later.clear();
        let ranks = [graph.ranks(edge.high() as usize), graph.ranks(edge.low() as usize)];
        let kept = self.row(&self.kept, edge.high()).iter().zip(self.row(&self.kept, edge.low()));
        for (word, ((a, b), earlier)) in kept.zip(&self.common).enumerate() {
            for vertex in bits::points(word, a & b & !earlier) {
                self.later.push((ranks[0][vertex].max(ranks[1][vertex]), vertex as u32));
            }
        }
        self.work += 2 * self.later.len();
        self.later.sort_unstable_by(|a, b| b.cmp(a));
        let mut scale;
        loop {
            let row = graph.ranks(dominating as usize);
            let mut dominates = true;
            loop {
                scale = self.later.last()?.0;
                while let Some(&(entry, vertex)) = self.later.last() {
                    if entry > scale {
                        break;
                    }
                    dominates &= row[vertex as usize] <= scale;
                    self.present.push(vertex);
                    self.later.pop();
                }
                if !dominates {
                    break;
                }
            }
            let Some(next) = self.dominating(graph, scale) else { return Some(scale) };
            dominating = next;
        }
    }

    /// A common earlier neighbour connected to all others; lists these.
    fn dominating_at_first(&mut self, edge: EdgeKey) -> Option<u32> {
        let mut common = std::mem::take(&mut self.common);
        common.clear();
        let ends = [edge.high(), edge.low()].map(|end| self.row(&self.earlier, end));
        common.extend(ends[0].iter().zip(ends[1]).map(|(a, b)| a & b));
        self.present.clear();
        for (word, &bits) in common.iter().enumerate() {
            self.present.extend(bits::points(word, bits).map(|vertex| vertex as u32));
        }
        let sees_all = |&candidate: &u32| {
            let row = self.row(&self.earlier, candidate);
            let (own, bit) = (candidate as usize / 64, 1 << (candidate % 64));
            let unseen = |word: usize| common[word] & !row[word] & !(if word == own { bit } else { 0 });
            (0..common.len()).all(|word| unseen(word) == 0)
        };
        let found = self.present.iter().copied().find(|candidate| sees_all(candidate));
        self.work += 3 * self.present.len();
        self.common = common;
        found
    }

    /// A present vertex connected to all other present ones.
    fn dominating(&mut self, graph: &Graph, scale: u32) -> Option<u32> {
        // A vertex that one candidate does not see is likely to be missed by others as well: ask about it first.
        let mut outsider = *self.present.first()?;
        for &candidate in &self.present {
            let row = graph.ranks(candidate as usize);
            self.work += 2;
            if candidate != outsider && row[outsider as usize] > scale {
                continue;
            }
            let unseen = |&&vertex: &&u32| vertex != candidate && row[vertex as usize] > scale;
            match self.present.iter().position(|vertex| unseen(&vertex)) {
                None => return Some(candidate),
                Some(at) => {
                    self.work += at;
                    outsider = self.present[at];
                }
            }
        }
        None
    }
}
