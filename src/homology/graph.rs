//! The edges of a filtration by their ranks, and the ranks by their ends.

use crate::geometry::EdgeKey;

/// The rank of pairs that are no edge.
pub(super) const NO_EDGE: u32 = u32::MAX;

/// Edges in filtration order. An edge's *rank* is its place among them; it stands for the length everywhere, so that no
/// two edges are equally long.
pub(super) struct Graph {
    edges: Vec<EdgeKey>,
    /// Square, [`NO_EDGE`] on the diagonal.
    ranks: Vec<u32>,
    /// For each point the others that an edge leads to, as bits.
    neighbours: Vec<u64>,
    n_points: usize,
    n_words: usize,
}

impl Graph {
    pub(super) fn new(edges: Vec<EdgeKey>, n_points: usize) -> Self {
        let n_words = n_points.div_ceil(64);
        let mut graph = Self {
            ranks: vec![NO_EDGE; n_points * n_points],
            neighbours: vec![0; n_points * n_words],
            edges: Vec::new(),
            n_points,
            n_words,
        };
        for (rank, edge) in (0..).zip(&edges) {
            graph.set_rank(edge.high() as usize, edge.low() as usize, rank);
            for (a, b) in [(edge.high() as usize, edge.low() as usize), (edge.low() as usize, edge.high() as usize)] {
                graph.neighbours[a * n_words + b / 64] |= 1 << (b % 64);
            }
        }
        graph.edges = edges;
        graph
    }

    pub(super) fn n_points(&self) -> usize {
        self.n_points
    }

    pub(super) fn edges(&self) -> &[EdgeKey] {
        &self.edges
    }

    /// The edge of a rank.
    pub(super) fn edge(&self, rank: u32) -> EdgeKey {
        self.edges[rank as usize]
    }

    /// The ranks of the edges from a point to all.
    pub(super) fn ranks(&self, point: usize) -> &[u32] {
        &self.ranks[point * self.n_points..][..self.n_points]
    }

    /// The points that share an edge with this one, as bits.
    pub(super) fn neighbours(&self, point: usize) -> &[u64] {
        &self.neighbours[point * self.n_words..][..self.n_words]
    }

    /// Changes a rank; the edges and neighbours stay.
    pub(super) fn set_rank(&mut self, a: usize, b: usize, rank: u32) {
        self.ranks[a * self.n_points + b] = rank;
        self.ranks[b * self.n_points + a] = rank;
    }
}
