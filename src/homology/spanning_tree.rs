//! H0: the intervals end at the edges of a minimum spanning tree.

use super::barcode::Interval;
use super::ticker::Ticker;
use super::union_find::UnionFind;
use crate::Result;
use crate::geometry::{DistanceMatrix, EdgeKey};

/// The finite H0 interval that `edge` ends.
pub(super) fn merged_by(edge: EdgeKey) -> Interval {
    Interval { birth: 0.0, death: edge.length(), edge: Some([edge.low(), edge.high()]) }
}

/// The H0 intervals of a component that never merges, once per component.
pub(super) fn essential(n_components: usize) -> impl Iterator<Item = Interval> {
    std::iter::repeat_n(Interval::new(0.0, f32::INFINITY), n_components)
}

/// H0 by Prim's algorithm: O(n²) time without sorting, O(n) memory. Keys are a total order, so the tree is the same as
/// Kruskal's.
pub(super) fn intervals(matrix: &DistanceMatrix, threshold: f32, ticker: &mut Ticker<'_, '_>) -> Result<Vec<Interval>> {
    let n = matrix.n_points();
    let mut intervals = Vec::new();
    let mut n_components = 1;
    // Points outside the tree with their shortest edge into it; kept compact so that the loop shrinks.
    let mut outside: Vec<(usize, EdgeKey)> = (1..n).map(|v| (v, EdgeKey::new(matrix.get(v, 0), v, 0))).collect();
    while let Some((best, &(vertex, edge))) = outside.iter().enumerate().min_by_key(|&(_, &(_, key))| key) {
        outside.swap_remove(best);
        if edge.length() <= threshold {
            intervals.push(merged_by(edge));
        } else {
            n_components += 1;
        }
        for (v, key) in &mut outside {
            let candidate = EdgeKey::new(matrix.get(*v, vertex), (*v).max(vertex), (*v).min(vertex));
            *key = candidate.min(*key);
        }
        ticker.spend(outside.len() * 4, 0, (n - outside.len(), n))?;
    }
    intervals.extend(essential(n_components));
    Ok(intervals)
}

/// Kruskal's algorithm over sorted edges: the H0 intervals and the merging edges.
pub(super) fn from_sorted(edges: &[EdgeKey], n_points: usize) -> (Vec<Interval>, Vec<EdgeKey>) {
    let mut components = UnionFind::new(n_points);
    let mut tree = Vec::new();
    for &edge in edges {
        if components.n_components() == 1 {
            break;
        }
        if components.union(edge.high(), edge.low()) {
            tree.push(edge);
        }
    }
    let finite = tree.iter().map(|&edge| merged_by(edge));
    (finite.chain(essential(components.n_components())).collect(), tree)
}
