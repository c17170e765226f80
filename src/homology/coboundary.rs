//! Facets and cofacets, enumerated from the distances and never stored.

use std::ops::ControlFlow;

use super::field::Field;
use super::simplex::{Codes, MAX_VERTICES, Simplex};
use crate::geometry::{DistanceMatrix, EdgeKey};

/// Candidates for a new vertex looked at together: the compiler takes the maximum of their distances lane by lane.
const BLOCK: usize = 32;

/// Bits of the distances as a square, rows padded to whole blocks; `u32::MAX` on the diagonal and in the padding, so that
/// neither ever passes a threshold.
pub(super) struct SquareRows {
    lengths: Vec<u32>,
    stride: usize,
    n_points: usize,
}

impl SquareRows {
    pub(super) fn new(matrix: &DistanceMatrix) -> Self {
        let n_points = matrix.n_points();
        let stride = n_points.next_multiple_of(BLOCK);
        let mut lengths = vec![u32::MAX; n_points * stride];
        let mut rest = matrix.lower();
        for i in 1..n_points {
            let (row, tail) = rest.split_at(i);
            rest = tail;
            for (j, length) in row.iter().enumerate() {
                lengths[i * stride + j] = length.to_bits();
                lengths[j * stride + i] = length.to_bits();
            }
        }
        Self { lengths, stride, n_points }
    }

    pub(super) fn n_points(&self) -> usize {
        self.n_points
    }

    /// Distances of one point to all, with the padding.
    pub(super) fn of(&self, point: u32) -> &[u32] {
        &self.lengths[point as usize * self.stride..][..self.stride]
    }

    /// Changes the length of an edge.
    pub(super) fn set(&mut self, edge: EdgeKey, length: u32) {
        let (i, j) = (edge.high() as usize, edge.low() as usize);
        self.lengths[i * self.stride + j] = length;
        self.lengths[j * self.stride + i] = length;
    }
}

/// The filtration up to a threshold as an oracle: diameters, facets and cofacets on demand.
pub(super) struct Filtration {
    rows: SquareRows,
    threshold: u32,
    codes: Codes,
    field: Field,
}

impl Filtration {
    pub(super) fn new(rows: SquareRows, threshold: u32, field: Field) -> Self {
        let codes = Codes::new(rows.n_points);
        Self { rows, threshold, codes, field }
    }

    pub(super) fn n_points(&self) -> usize {
        self.rows.n_points
    }

    pub(super) fn field(&self) -> Field {
        self.field
    }

    /// An edge as a simplex.
    pub(super) fn edge(&self, key: EdgeKey) -> Simplex {
        Simplex { diameter: key.length_bits(), coefficient: 1, code: self.codes.edge(key.high(), key.low()) }
    }

    /// Visits the cofacets of a simplex of dimension `dim` in increasing order of the new vertex, and thereby of their
    /// codes, with the coefficients of its coboundary.
    #[inline]
    pub(super) fn cofacets(&self, simplex: Simplex, dim: usize, visit: impl FnMut(Simplex) -> ControlFlow<()>) {
        self.cofacets_from(0, simplex, dim, visit);
    }

    /// Visits the cofacets whose new vertex is larger than all others: each simplex has exactly one such facet.
    #[inline]
    pub(super) fn upper_cofacets(&self, simplex: Simplex, dim: usize, visit: impl FnMut(Simplex) -> ControlFlow<()>) {
        self.cofacets_from(self.codes.vertex(simplex.code, dim) + 1, simplex, dim, visit);
    }

    #[inline]
    fn cofacets_from(
        &self,
        first: usize,
        simplex: Simplex,
        dim: usize,
        mut visit: impl FnMut(Simplex) -> ControlFlow<()>,
    ) {
        let n_vertices = dim + 1;
        let vertices = self.codes.vertices(simplex.code, n_vertices);
        let mut rows: [&[u32]; MAX_VERTICES] = [&[]; MAX_VERTICES];
        for (row, &v) in rows.iter_mut().zip(&vertices[..n_vertices]) {
            *row = self.rows.of(v as u32);
        }
        let rows = &rows[..n_vertices];
        let mut position = 0;
        for start in (first - first % BLOCK..self.rows.n_points).step_by(BLOCK) {
            let mut diameters = [simplex.diameter; BLOCK];
            for row in rows {
                for (diameter, &d) in diameters.iter_mut().zip(&row[start..start + BLOCK]) {
                    *diameter = (*diameter).max(d);
                }
            }
            let mut survivors = 0_u32;
            for (lane, &diameter) in diameters.iter().enumerate() {
                survivors |= u32::from(diameter <= self.threshold) << lane;
            }
            if start < first {
                survivors &= u32::MAX << (first - start);
            }
            while survivors != 0 {
                let lane = survivors.trailing_zeros() as usize;
                survivors &= survivors - 1;
                let vertex = start + lane;
                while position < n_vertices && vertices[position] < vertex {
                    position += 1;
                }
                let cofacet = Simplex {
                    diameter: diameters[lane],
                    coefficient: self.field.signed(simplex.coefficient, position % 2 == 1),
                    code: self.codes.with_vertex(simplex.code, vertex, position),
                };
                if visit(cofacet).is_break() {
                    return;
                }
            }
        }
    }

    /// The facet of the same diameter that comes last in the filtration, with its coefficient in the boundary.
    fn latest_equal_facet(&self, simplex: Simplex, dim: usize) -> Option<Simplex> {
        let vertices = self.codes.vertices(simplex.code, dim + 1);
        // Leaving out the smallest vertex first visits the facets from the largest code down.
        (0..=dim).find(|&left_out| self.diameter_without(&vertices[..=dim], left_out) == simplex.diameter).map(
            |left_out| Simplex {
                diameter: simplex.diameter,
                coefficient: self.field.signed(simplex.coefficient, left_out % 2 == 1),
                code: self.codes.without_vertex(simplex.code, left_out),
            },
        )
    }

    fn diameter_without(&self, vertices: &[usize], left_out: usize) -> u32 {
        let mut diameter = 0;
        for (i, &v) in vertices.iter().enumerate() {
            for (j, &w) in vertices[..i].iter().enumerate() {
                if i != left_out && j != left_out {
                    diameter = diameter.max(self.rows.of(v as u32)[w]);
                }
            }
        }
        diameter
    }

    /// The cofacet of the same diameter that comes first in the filtration.
    fn earliest_equal_cofacet(&self, simplex: Simplex, dim: usize) -> Option<Simplex> {
        let mut found = None;
        self.cofacets(simplex, dim, |cofacet| {
            if cofacet.diameter == simplex.diameter {
                found = Some(cofacet);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        found
    }

    /// The cofacet with which `simplex` forms an apparent pair of length zero: each is the other's nearest at the same
    /// diameter, so they are paired whatever else happens (Bauer, *Ripser*, §3.5).
    pub(super) fn apparent_cofacet(&self, simplex: Simplex, dim: usize) -> Option<Simplex> {
        let cofacet = self.earliest_equal_cofacet(simplex, dim)?;
        let facet = self.latest_equal_facet(cofacet, dim + 1)?;
        (facet.code == simplex.code).then_some(cofacet)
    }

    /// The facet with which `simplex` forms an apparent pair of length zero.
    pub(super) fn apparent_facet(&self, simplex: Simplex, dim: usize) -> Option<Simplex> {
        let facet = self.latest_equal_facet(simplex, dim)?;
        let cofacet = self.earliest_equal_cofacet(facet, dim - 1)?;
        (cofacet.code == simplex.code).then_some(facet)
    }
}
