//! Any dimension and prime field: implicit persistent cohomology after Ripser.
//!
//! Columns are the simplices of one dimension from the latest to the earliest, their entries the cofacets, enumerated
//! anew whenever a column is added; only the list of additions is kept. A column whose earliest remaining cofacet is
//! not yet taken has found the simplex that kills its class. (Bauer, *Ripser: efficient computation of Vietoris–Rips
//! persistence barcodes*, J. Appl. Comput. Topol. 5, 2021.)
//!
//! Edges are compared by rank, not by length, so no two are equally long: then every edge with a point in its lune is in
//! an apparent pair, and bit rows of earlier edges say which other simplices are ([`columns`]).

use std::ops::ControlFlow;

use super::barcode::{Barcode, Engine as MadeBy, Interval};
use super::budget::out_of_memory;
use super::coboundary::Filtration;
use super::collapse::collapse;
use super::column::Column;
use super::columns::{self, LeftOut};
use super::field::Field;
use super::graph::Graph;
use super::params::{Optimisations, RipsParams};
use super::pivots::{Owner, Pivots};
use super::simplex::Simplex;
use super::sorting::sorted_edges;
use super::spanning_tree;
use super::ticker::Ticker;
use crate::Result;
use crate::geometry::{DistanceMatrix, EdgeKey};

/// The barcode up to the dimension of `params`, which simplex codes must allow.
pub(super) fn barcode(
    matrix: &DistanceMatrix,
    threshold: f32,
    params: &RipsParams,
    ticker: &mut Ticker<'_, '_>,
) -> Result<Barcode> {
    let edges = sorted_edges(matrix, threshold, ticker)?;
    barcode_of_edges(edges, matrix.n_points(), params, ticker)
}

/// The same from the edges in filtration order.
pub(super) fn barcode_of_edges(
    edges: Vec<EdgeKey>,
    n_points: usize,
    params: &RipsParams,
    ticker: &mut Ticker<'_, '_>,
) -> Result<Barcode> {
    let (components, _) = spanning_tree::from_sorted(&edges, n_points);
    ticker.all_found(0, &components);
    let mut intervals = vec![components];

    let mut graph = Graph::new(edges, n_points);
    if params.max_dim() > 1 && params.optimisations().collapse {
        graph = Graph::new(collapse(graph, ticker)?, n_points);
    }
    let filtration = Filtration::new(graph, Field::new(params.modulus()));
    let mut engine =
        Engine { optimisations: params.optimisations(), dim: 1, killers: Pivots::with_capacity(n_points), filtration };
    // Classes of dimension n − 1 and above do not exist on n points.
    for dim in 1..=params.max_dim().min(n_points.saturating_sub(2)) {
        engine.dim = dim;
        let columns = if dim == 1 { engine.edges_to_reduce() } else { engine.simplices_to_reduce(ticker)? };
        let (found, killers) = engine.reduce(&columns, ticker)?;
        intervals.push(found);
        engine.killers = killers;
    }
    intervals.resize_with(params.max_dim() + 1, Vec::new);
    Ok(Barcode::made_by(MadeBy::Cohomology, intervals))
}

/// For simplices that are known to kill a class but have no column.
const NO_COLUMN: Owner = Owner { column: u32::MAX, coefficient: 1 };

/// Reduces one dimension after the other.
struct Engine {
    filtration: Filtration,
    optimisations: Optimisations,
    /// Dimension of the columns.
    dim: usize,
    /// Simplices of this dimension that kill a class of the dimension below and are not in apparent pairs.
    killers: Pivots,
}

impl Engine {
    /// The columns of dimension 1, the earliest first; notes the edges that merge components.
    fn edges_to_reduce(&mut self) -> Vec<u64> {
        let graph = self.filtration.graph();
        let (_, tree) = spanning_tree::from_sorted(graph.edges(), graph.n_points());
        let Optimisations { clearing, apparent, .. } = self.optimisations;
        let n_words = graph.n_points().div_ceil(64);
        let mut earlier = vec![0_u64; graph.n_points() * n_words];
        let mut columns = Vec::new();
        let mut merging = tree.iter().peekable();
        for (rank, edge) in (0_u64..).zip(graph.edges()) {
            let merges = merging.next_if_eq(&edge).is_some();
            if merges {
                self.killers.insert(rank, NO_COLUMN);
            }
            let (a, b) = (edge.high() as usize, edge.low() as usize);
            let rows = earlier[a * n_words..][..n_words].iter().zip(&earlier[b * n_words..][..n_words]);
            let is_apparent = apparent && rows.into_iter().any(|(a, b)| a & b != 0);
            if !(clearing && merges || is_apparent) {
                columns.push(rank);
            }
            earlier[a * n_words + b / 64] |= 1 << (b % 64);
            earlier[b * n_words + a / 64] |= 1 << (a % 64);
        }
        columns
    }

    /// The columns of a higher dimension, the earliest first.
    fn simplices_to_reduce(&self, ticker: &mut Ticker<'_, '_>) -> Result<Vec<u64>> {
        let Optimisations { clearing, apparent, .. } = self.optimisations;
        let left_out = LeftOut { paired_up: apparent, paired_down: apparent && clearing };
        let Some(mut columns) = columns::list(&self.filtration, self.dim, left_out, ticker)? else {
            return Err(out_of_memory(self.filtration.n_points(), self.dim));
        };
        if clearing {
            columns.retain(|&key| self.killers.owner(key).is_none());
        }
        Ok(columns)
    }

    fn has_apparent_facet(&self, simplex: Simplex) -> bool {
        // Dimension 0 has no apparent pairs here.
        self.dim > 1 && self.filtration.apparent_facet(simplex, self.dim).is_some()
    }

    /// Whether a column that vanished stands for a class, not for a simplex that killed one.
    fn is_birth(&self, simplex: Simplex) -> bool {
        let apparent = self.optimisations.apparent;
        self.killers.owner(simplex.key).is_none() && !(apparent && self.has_apparent_facet(simplex))
    }

    /// The intervals of this dimension and the simplices that end them.
    fn reduce(&self, columns: &[u64], ticker: &mut Ticker<'_, '_>) -> Result<(Vec<Interval>, Pivots)> {
        let field = self.filtration.field();
        let mut intervals = Vec::new();
        let mut reduction = Reduction {
            engine: self,
            columns,
            pivots: Pivots::with_capacity(columns.len() / 4),
            additions: Vec::new(),
            bounds: Vec::with_capacity(columns.len()),
            entries: Column::new(field),
            added: Column::new(field),
        };
        for idx in 0..columns.len() {
            let column = reduction.column(idx);
            let birth = self.filtration.diameter(column.key, self.dim);
            let death = match reduction.pivot_of(idx, ticker)? {
                Some(death) => self.filtration.diameter(death.key, self.dim + 1),
                None if self.is_birth(column) => f32::INFINITY,
                None => continue,
            };
            intervals.push(Interval::new(birth, death));
            ticker.found(self.dim, Interval::new(birth, death));
        }
        intervals.retain(|interval| interval.birth < interval.death);
        Ok((intervals, reduction.pivots))
    }
}

/// The columns of one dimension while they are being reduced.
struct Reduction<'a> {
    engine: &'a Engine,
    columns: &'a [u64],
    pivots: Pivots,
    /// Columns added to each reduced column, one list after the other; the column itself is implied.
    additions: Vec<Simplex>,
    /// Where the list of each column ends.
    bounds: Vec<usize>,
    entries: Column,
    added: Column,
}

impl Reduction<'_> {
    /// The column that is number `idx` from the latest.
    fn column(&self, idx: usize) -> Simplex {
        Simplex { key: self.columns[self.columns.len() - 1 - idx], coefficient: 1 }
    }

    /// Reduces the next column; `None` if it vanishes.
    fn pivot_of(&mut self, idx: usize, ticker: &mut Ticker<'_, '_>) -> Result<Option<Simplex>> {
        let Engine { filtration, optimisations, dim, .. } = self.engine;
        let (dim, field) = (*dim, filtration.field());
        // The first half of the dimension's progress was finding the columns.
        let n_columns = self.columns.len();
        let progress = (n_columns + idx, 2 * n_columns);
        self.entries.clear();
        self.added.clear();
        let mut pivot = match self.start(idx) {
            Start::Emergent(pivot) => Some(pivot),
            Start::Built => self.entries.pop(),
        };
        ticker.spend(filtration.n_points() + 50, dim, progress)?;
        while let Some(entry) = pivot {
            let owner = self.pivots.owner(entry.key);
            let partner = if owner.is_none() && optimisations.apparent {
                filtration.apparent_facet(entry, dim + 1)
            } else {
                None
            };
            let before = self.entries.len();
            if let Some(owner) = owner {
                let factor = field.product(field.negative(entry.coefficient), field.inverse(owner.coefficient));
                self.entries.push(entry);
                self.add_reduced(owner.column as usize, factor);
            } else if let Some(facet) = partner {
                // The facet came with the entry's coefficient and the sign of their incidence, which cancels itself.
                self.entries.push(entry);
                self.add(Simplex { coefficient: field.negative(facet.coefficient), ..facet });
            } else {
                self.pivots.insert(entry.key, Owner { column: idx as u32, coefficient: entry.coefficient });
                while let Some(addition) = self.added.pop() {
                    self.additions.push(addition);
                }
                self.bounds.push(self.additions.len());
                return Ok(Some(entry));
            }
            let grown = self.entries.len() - before;
            ticker.spend(filtration.n_points() + 50 * grown, dim, progress)?;
            pivot = self.entries.pop();
        }
        self.bounds.push(self.additions.len());
        Ok(None)
    }

    /// Fills the working column with the coboundary of column `idx`, unless its pivot is plain before.
    fn start(&mut self, idx: usize) -> Start {
        let column = self.column(idx);
        let Engine { filtration, optimisations, dim, .. } = self.engine;
        let mut may_emerge = optimisations.emergent;
        let mut emergent = None;
        let (entries, pivots) = (&mut self.entries, &self.pivots);
        filtration.cofacets(column, *dim, |cofacet, has_same_edge| {
            if may_emerge && has_same_edge {
                // The earliest cofacet of all: if no other column can have it, no work is left (*Ripser*, §3.4).
                let taken = pivots.owner(cofacet.key).is_some()
                    || optimisations.apparent && filtration.apparent_facet(cofacet, dim + 1).is_some();
                if !taken {
                    emergent = Some(cofacet);
                    return ControlFlow::Break(());
                }
                may_emerge = false;
            }
            entries.push(cofacet);
            ControlFlow::Continue(())
        });
        emergent.map_or(Start::Built, Start::Emergent)
    }

    /// Adds a multiple of a reduced column.
    fn add_reduced(&mut self, column: usize, factor: u32) {
        let field = self.engine.filtration.field();
        self.add(Simplex { coefficient: factor, ..self.column(column) });
        let first = if column == 0 { 0 } else { self.bounds[column - 1] };
        for at in first..self.bounds[column] {
            let addition = self.additions[at];
            let coefficient = field.product(addition.coefficient, factor);
            self.add(Simplex { coefficient, ..addition });
        }
    }

    /// Adds the coboundary of a simplex with a coefficient.
    fn add(&mut self, simplex: Simplex) {
        self.added.push(simplex);
        let entries = &mut self.entries;
        self.engine.filtration.cofacets(simplex, self.engine.dim, |cofacet, _| {
            entries.push(cofacet);
            ControlFlow::Continue(())
        });
    }
}

/// How the reduction of a column begins.
enum Start {
    /// The pivot was found while enumerating.
    Emergent(Simplex),
    /// The working column holds the coboundary.
    Built,
}
