//! Fewer edges with the same persistent homology, for H2 and above.
//!
//! An edge is *dominated* at a scale if some common neighbour of its ends is a neighbour of all the others; adding it
//! then changes nothing up to homotopy, so it may as well enter when it stops being dominated, or never. (Glisse,
//! Pritam, *Swap, shift and trim to edge collapse a filtration*, Symposium on Computational Geometry 2022.)

use super::coboundary::SquareRows;
use super::ticker::Ticker;
use crate::Result;
use crate::geometry::EdgeKey;

/// One share in this many edges is tried before judging whether collapsing pays.
const TRIAL: usize = 20;

/// Delays or removes edges in `rows`, which holds the lengths of `edges`; gives back those left, in filtration order.
///
/// Gives up, leaving the earlier edges as they are, when hardly any of the latest edges is dominated, as on spheres.
pub(super) fn collapse(
    rows: &mut SquareRows,
    edges: &[EdgeKey],
    threshold: u32,
    ticker: &mut Ticker<'_, '_>,
) -> Result<Vec<EdgeKey>> {
    let mut left = Vec::new();
    let mut links = Links::default();
    let trial = edges.len() / TRIAL + 1;
    for (done, &edge) in edges.iter().rev().enumerate() {
        if done == trial && left.len() > trial - trial / 16 {
            left.extend(&edges[..edges.len() - done]);
            break;
        }
        let entry = links.entry(rows, edge, threshold);
        ticker.spend(2 * rows.n_points() + links.work, 1, (done, 2 * edges.len()))?;
        rows.set(edge, entry.unwrap_or(u32::MAX));
        if let Some(entry) = entry {
            left.push(edge.with_length_bits(entry));
        }
    }
    left.sort_unstable();
    Ok(left)
}

/// The common neighbours of an edge's ends.
#[derive(Default)]
struct Links {
    /// Those present at the current scale.
    present: Vec<u32>,
    /// Later ones with the scale at which they are common neighbours, latest first.
    later: Vec<(u32, u32)>,
    /// Comparisons made for the last edge.
    work: usize,
}

impl Links {
    /// The scale at which the edge stops being dominated, if it does so up to the threshold.
    fn entry(&mut self, rows: &SquareRows, edge: EdgeKey, threshold: u32) -> Option<u32> {
        let mut scale = edge.length_bits();
        self.work = 0;
        self.present.clear();
        self.later.clear();
        let ends = rows.of(edge.high()).iter().zip(rows.of(edge.low()));
        for (vertex, (&a, &b)) in (0..).zip(ends) {
            let common = a.max(b);
            if common <= scale {
                self.present.push(vertex);
            } else if common <= threshold {
                self.later.push((common, vertex));
            }
        }
        let mut sorted = false;
        while let Some(dominating) = self.dominating(rows, scale) {
            if !sorted {
                self.later.sort_unstable_by(|a, b| b.cmp(a));
                sorted = true;
            }
            let row = rows.of(dominating);
            let mut dominates = true;
            while dominates {
                scale = self.later.last()?.0;
                while let Some(&(entry, vertex)) = self.later.last() {
                    if entry > scale {
                        break;
                    }
                    dominates &= row[vertex as usize] <= scale;
                    self.present.push(vertex);
                    self.later.pop();
                }
            }
        }
        Some(scale)
    }

    /// A present vertex connected to all other present ones.
    fn dominating(&mut self, rows: &SquareRows, scale: u32) -> Option<u32> {
        // A vertex that one candidate does not see is likely to be missed by others as well: ask about it first.
        let mut outsider = *self.present.first()?;
        for &candidate in &self.present {
            let row = rows.of(candidate);
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
