//! The shortest edges of a cloud, for drawing its graph at a scale.

use super::DistanceMatrix;

/// Edges in increasing length.
#[derive(Debug, Clone, PartialEq)]
pub struct Edges {
    /// The two points of each edge, the smaller index first.
    pub pairs: Vec<[u32; 2]>,
    /// Their lengths.
    pub lengths: Vec<f32>,
}

/// The `limit` shortest edges, ties in the order of their points.
pub fn shortest_edges(distances: &DistanceMatrix, limit: usize) -> Edges {
    let pairs = (1..distances.n_points() as u32).flat_map(|j| (0..j).map(move |i| [i, j]));
    let mut edges: Vec<(f32, [u32; 2])> = distances.lower().iter().copied().zip(pairs).collect();
    let order = |a: &(f32, [u32; 2]), b: &(f32, [u32; 2])| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    if limit < edges.len() {
        edges.select_nth_unstable_by(limit, order);
        edges.truncate(limit);
    }
    edges.sort_unstable_by(order);
    Edges { pairs: edges.iter().map(|e| e.1).collect(), lengths: edges.iter().map(|e| e.0).collect() }
}
