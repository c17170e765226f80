//! Putting edges into filtration order.

use super::ticker::Ticker;
use crate::Result;
use crate::geometry::{DistanceMatrix, EdgeKey, edge_keys};

/// Below this many edges a comparison sort is faster.
const FEW: usize = 4096;
/// Lowest bit and number of bits of the digits; a non-negative float has 31 bits.
const DIGITS: [(u32, u32); 3] = [(0, 11), (11, 10), (21, 10)];

/// The edges of at most the given length in filtration order.
///
/// A radix sort by length: stable, and edges of equal length start out in the right order. Asks the observer between
/// passes, each of which takes milliseconds for thousands of points.
pub(super) fn sorted_edges(
    matrix: &DistanceMatrix,
    threshold: f32,
    ticker: &mut Ticker<'_, '_>,
) -> Result<Vec<EdgeKey>> {
    let n_points = matrix.n_points();
    ticker.ask(0, (0, n_points))?;
    let mut edges = edge_keys(matrix, threshold);
    if edges.len() < FEW {
        edges.sort_unstable();
        return Ok(edges);
    }
    let mut target = edges.clone();
    for (shift, n_bits) in DIGITS {
        ticker.ask(0, (0, n_points))?;
        let digit = |edge: EdgeKey| (edge.length_bits() >> shift) as usize & ((1 << n_bits) - 1);
        let mut places = vec![0_usize; 1 << n_bits];
        for &edge in &edges {
            places[digit(edge)] += 1;
        }
        if places.contains(&edges.len()) {
            continue;
        }
        let mut next = 0;
        for place in &mut places {
            next += std::mem::replace(place, next);
        }
        for &edge in &edges {
            let place = &mut places[digit(edge)];
            target[*place] = edge;
            *place += 1;
        }
        std::mem::swap(&mut edges, &mut target);
    }
    Ok(edges)
}
