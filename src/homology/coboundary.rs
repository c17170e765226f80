//! Facets and cofacets, enumerated from the graph and never stored.

use std::ops::ControlFlow;

use super::bits;
use super::field::Field;
use super::graph::Graph;
use super::simplex::{Codes, MAX_VERTICES, Simplex};

/// The flag complex of a graph as an oracle: facets and cofacets on demand.
pub(super) struct Filtration {
    graph: Graph,
    codes: Codes,
    field: Field,
}

/// A simplex taken apart.
struct Parts {
    rank: u32,
    /// In increasing order; the latest edge's ends among them.
    vertices: [usize; MAX_VERTICES],
    n_vertices: usize,
    /// The vertices besides the ends of the latest edge, in increasing order.
    others: [usize; MAX_VERTICES],
}

impl Parts {
    fn vertices(&self) -> &[usize] {
        &self.vertices[..self.n_vertices]
    }

    fn others(&self) -> &[usize] {
        &self.others[..self.n_vertices - 2]
    }
}

impl Filtration {
    pub(super) fn new(graph: Graph, field: Field) -> Self {
        let codes = Codes::new(graph.n_points());
        Self { graph, codes, field }
    }

    pub(super) fn graph(&self) -> &Graph {
        &self.graph
    }

    pub(super) fn codes(&self) -> Codes {
        self.codes
    }

    pub(super) fn n_points(&self) -> usize {
        self.graph.n_points()
    }

    pub(super) fn field(&self) -> Field {
        self.field
    }

    /// The diameter of a simplex of dimension `dim`, which is the length of its latest edge.
    pub(super) fn diameter(&self, key: u64, dim: usize) -> f32 {
        self.graph.edge(self.codes.rank(key, dim - 1)).length()
    }

    fn parts(&self, key: u64, dim: usize) -> Parts {
        let n_others = dim - 1;
        let rank = self.codes.rank(key, n_others);
        let edge = self.graph.edge(rank);
        let mut parts = Parts { rank, vertices: [0; MAX_VERTICES], n_vertices: dim + 1, others: [0; MAX_VERTICES] };
        for (position, other) in parts.others[..n_others].iter_mut().enumerate() {
            *other = self.codes.other(key, position);
        }
        parts.vertices[..n_others].copy_from_slice(&parts.others[..n_others]);
        parts.vertices[n_others] = edge.low() as usize;
        parts.vertices[n_others + 1] = edge.high() as usize;
        parts.vertices[..=dim].sort_unstable();
        parts
    }

    /// Visits the cofacets of a simplex of dimension `dim` in increasing order of the new vertex, with the coefficients of
    /// its coboundary, and says of each whether it has the same latest edge; those that have come in increasing order.
    #[inline]
    pub(super) fn cofacets(
        &self,
        simplex: Simplex,
        dim: usize,
        mut visit: impl FnMut(Simplex, bool) -> ControlFlow<()>,
    ) {
        let parts = self.parts(simplex.key, dim);
        let vertices = parts.vertices();
        let mut rows: [&[u64]; MAX_VERTICES] = [&[]; MAX_VERTICES];
        let mut ranks: [&[u32]; MAX_VERTICES] = [&[]; MAX_VERTICES];
        // The same vertices without each of them: what remains when that one is an end of a new latest edge.
        let mut without = [0; MAX_VERTICES];
        for (i, &v) in vertices.iter().enumerate() {
            rows[i] = self.graph.neighbours(v);
            ranks[i] = self.graph.ranks(v);
            let rest = vertices.iter().enumerate().filter(|&(k, _)| k != i).map(|(_, &v)| v);
            without[i] = self.codes.key(0, rest);
        }
        let (rows, ranks) = (&rows[..vertices.len()], &ranks[..vertices.len()]);
        let n_others = dim;
        let (mut position, mut among_others) = (0, 0);
        for word in 0..rows[0].len() {
            let common = rows.iter().fold(u64::MAX, |common, row| common & row[word]);
            for vertex in bits::points(word, common) {
                let (mut latest, mut end) = (0, 0);
                for (i, ranks) in ranks.iter().enumerate() {
                    let rank = ranks[vertex];
                    if rank > latest {
                        (latest, end) = (rank, i);
                    }
                }
                while position < vertices.len() && vertices[position] < vertex {
                    position += 1;
                }
                let coefficient = self.field.signed(simplex.coefficient, position % 2 == 1);
                let same = latest < parts.rank;
                let key = if same {
                    while among_others < parts.others().len() && parts.others()[among_others] < vertex {
                        among_others += 1;
                    }
                    self.codes.with_other(simplex.key, vertex, among_others)
                } else {
                    self.codes.with_rank(without[end], latest, n_others)
                };
                if visit(Simplex { key, coefficient }, same).is_break() {
                    return;
                }
            }
        }
    }

    /// The smallest vertex below `limit` that has earlier edges to all vertices of a simplex than its latest edge.
    fn smallest_apex(&self, parts: &Parts, limit: usize) -> Option<usize> {
        let vertices = parts.vertices();
        for word in 0..limit.div_ceil(64) {
            let mut common = vertices.iter().fold(u64::MAX, |common, &v| common & self.graph.neighbours(v)[word]);
            if word == limit / 64 {
                common &= (1 << (limit % 64)) - 1;
            }
            let is_apex = |&vertex: &usize| {
                let ranks = self.graph.ranks(vertex);
                vertices.iter().all(|&v| ranks[v] < parts.rank)
            };
            if let Some(apex) = bits::points(word, common).find(is_apex) {
                return Some(apex);
            }
        }
        None
    }

    /// The facet with which a simplex of dimension `dim` ≥ 2 forms an apparent pair: of those with the same latest edge
    /// the last, whose first cofacet is this simplex. They are paired whatever else happens (Bauer, *Ripser*, §3.5), and
    /// both have the same diameter.
    pub(super) fn apparent_facet(&self, simplex: Simplex, dim: usize) -> Option<Simplex> {
        let smallest = self.codes.other(simplex.key, 0);
        let facet = self.codes.without_smallest_other(simplex.key);
        let parts = self.parts(facet, dim - 1);
        if self.smallest_apex(&parts, smallest).is_some() {
            return None;
        }
        let position = parts.vertices().iter().filter(|&&v| v < smallest).count();
        Some(Simplex { key: facet, coefficient: self.field.signed(simplex.coefficient, position % 2 == 1) })
    }
}
