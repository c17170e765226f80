//! Any dimension and prime field: implicit persistent cohomology after Ripser.
//!
//! Columns are the simplices of one dimension from the latest to the earliest, their entries the cofacets, enumerated
//! anew whenever a column is added; only the list of additions is kept. A column whose earliest remaining cofacet is
//! not yet taken has found the simplex that kills its class. (Bauer, *Ripser: efficient computation of Vietoris–Rips
//! persistence barcodes*, J. Appl. Comput. Topol. 5, 2021; here with all ties broken the other way round.)

use std::ops::ControlFlow;

use super::barcode::{Barcode, Engine as MadeBy, Interval};
use super::budget::out_of_memory;
use super::coboundary::{Filtration, SquareRows};
use super::collapse::collapse;
use super::column::Column;
use super::field::Field;
use super::params::{Optimisations, RipsParams};
use super::pivots::{Owner, Pivots};
use super::simplex::Simplex;
use super::sorting::sorted_edges;
use super::spanning_tree;
use super::ticker::Ticker;
use crate::Result;
use crate::geometry::DistanceMatrix;

/// The barcode up to the dimension of `params`, which simplex codes must allow.
pub(super) fn barcode(
    matrix: &DistanceMatrix,
    threshold: f32,
    params: &RipsParams,
    ticker: &mut Ticker<'_, '_>,
) -> Result<Barcode> {
    let n_points = matrix.n_points();
    let mut edges = sorted_edges(matrix, threshold, ticker)?;
    let (components, mut tree) = spanning_tree::from_sorted(&edges, n_points);
    let mut intervals = vec![components];

    let threshold = threshold.to_bits();
    let mut rows = SquareRows::new(matrix);
    if params.max_dim() > 1 && params.optimisations().collapse {
        edges = collapse(&mut rows, &edges, threshold, ticker)?;
        (_, tree) = spanning_tree::from_sorted(&edges, n_points);
    }
    let filtration = Filtration::new(rows, threshold, Field::new(params.modulus()));
    let mut engine = Engine {
        optimisations: params.optimisations(),
        dim: 1,
        killers: Pivots::with_capacity(tree.len()),
        filtration,
    };
    for &edge in &tree {
        engine.killers.insert(engine.filtration.edge(edge).code, NO_COLUMN);
    }
    let mut simplices: Vec<Simplex> = edges.iter().map(|&key| engine.filtration.edge(key)).collect();
    drop(edges);
    // Classes of dimension n − 1 and above do not exist on n points.
    let last_dim = params.max_dim().min(n_points.saturating_sub(2));
    let mut columns = simplices.clone();
    columns.retain(|&simplex| engine.is_wanted(simplex));
    for dim in 1..=last_dim {
        engine.dim = dim;
        if dim > 1 {
            (columns, simplices) = engine.next_columns(&simplices, dim < last_dim, ticker)?;
        }
        columns.sort_unstable_by_key(|&column| std::cmp::Reverse(column.key()));
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
    /// Whether the column of a simplex has to be reduced.
    fn is_wanted(&self, simplex: Simplex) -> bool {
        let Optimisations { clearing, apparent, .. } = self.optimisations;
        if clearing && self.killers.owner(simplex.code).is_some() {
            return false;
        }
        if !apparent {
            return true;
        }
        self.filtration.apparent_cofacet(simplex, self.dim).is_none() && !(clearing && self.has_apparent_facet(simplex))
    }

    fn has_apparent_facet(&self, simplex: Simplex) -> bool {
        // An edge of length zero has vertices of equal diameter, but dimension 0 has no apparent pairs here.
        self.dim > 1 && self.filtration.apparent_facet(simplex, self.dim).is_some()
    }

    /// Whether a column that vanished stands for a class, not for a simplex that killed one.
    fn is_birth(&self, simplex: Simplex) -> bool {
        let apparent = self.optimisations.apparent;
        self.killers.owner(simplex.code).is_none() && !(apparent && self.has_apparent_facet(simplex))
    }

    /// The columns of this dimension and, if wanted, all simplices, from all simplices of the dimension below.
    fn next_columns(
        &self,
        simplices: &[Simplex],
        keep_all: bool,
        ticker: &mut Ticker<'_, '_>,
    ) -> Result<(Vec<Simplex>, Vec<Simplex>)> {
        let (mut columns, mut all) = (Vec::<Simplex>::new(), Vec::<Simplex>::new());
        for (done, &facet) in simplices.iter().enumerate() {
            // Room for all that one facet can give; asked for, because it is here that memory runs out first.
            let wanted = self.filtration.n_points();
            if columns.try_reserve(wanted).is_err() || keep_all && all.try_reserve(wanted).is_err() {
                let held = (columns.len() + all.len()) * size_of::<Simplex>();
                return Err(out_of_memory(wanted, self.dim, held));
            }
            let mut n_found = 0;
            self.filtration.upper_cofacets(facet, self.dim - 1, |simplex| {
                let simplex = Simplex { coefficient: 1, ..simplex };
                if keep_all {
                    all.push(simplex);
                }
                if self.is_wanted(simplex) {
                    columns.push(simplex);
                }
                n_found += 1;
                ControlFlow::Continue(())
            });
            ticker.spend(self.filtration.n_points() + 100 * n_found, self.dim, (done, 2 * simplices.len()))?;
        }
        Ok((columns, all))
    }

    /// The intervals of this dimension and the simplices that end them.
    fn reduce(&self, columns: &[Simplex], ticker: &mut Ticker<'_, '_>) -> Result<(Vec<Interval>, Pivots)> {
        let mut intervals = Vec::new();
        let mut reduction = Reduction {
            engine: self,
            columns,
            pivots: Pivots::with_capacity(columns.len() / 4),
            additions: Vec::new(),
            bounds: Vec::with_capacity(columns.len()),
            entries: Column::default(),
            added: Column::default(),
        };
        for (idx, &column) in columns.iter().enumerate() {
            let birth = f32::from_bits(column.diameter);
            match reduction.pivot_of(idx, ticker)? {
                Some(death) => intervals.push(Interval::new(birth, f32::from_bits(death.diameter))),
                None if self.is_birth(column) => {
                    intervals.push(Interval::new(birth, f32::INFINITY));
                }
                None => {}
            }
        }
        intervals.retain(|interval| interval.birth < interval.death);
        Ok((intervals, reduction.pivots))
    }
}

/// The columns of one dimension while they are being reduced.
struct Reduction<'a> {
    engine: &'a Engine,
    columns: &'a [Simplex],
    pivots: Pivots,
    /// Columns added to each reduced column, one list after the other; the column itself is implied.
    additions: Vec<Simplex>,
    /// Where the list of each column ends.
    bounds: Vec<usize>,
    entries: Column,
    added: Column,
}

impl Reduction<'_> {
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
            Start::Built => self.entries.pop(field),
        };
        ticker.spend(filtration.n_points() + 50, dim, progress)?;
        while let Some(entry) = pivot {
            let owner = self.pivots.owner(entry.code);
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
                self.pivots.insert(entry.code, Owner { column: idx as u32, coefficient: entry.coefficient });
                while let Some(addition) = self.added.pop(field) {
                    self.additions.push(addition);
                }
                self.bounds.push(self.additions.len());
                return Ok(Some(entry));
            }
            let grown = self.entries.len() - before;
            ticker.spend(filtration.n_points() + 50 * grown, dim, progress)?;
            pivot = self.entries.pop(field);
        }
        self.bounds.push(self.additions.len());
        Ok(None)
    }

    /// Fills the working column with the coboundary of column `idx`, unless its pivot is plain before.
    fn start(&mut self, idx: usize) -> Start {
        let column = self.columns[idx];
        let Engine { filtration, optimisations, dim, .. } = self.engine;
        let mut may_emerge = optimisations.emergent;
        let mut emergent = None;
        let (entries, pivots) = (&mut self.entries, &self.pivots);
        filtration.cofacets(column, *dim, |cofacet| {
            if may_emerge && cofacet.diameter == column.diameter {
                // The earliest cofacet of all: if no other column can have it, no work is left (*Ripser*, §3.4).
                let taken = pivots.owner(cofacet.code).is_some()
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
        self.add(Simplex { coefficient: factor, ..self.columns[column] });
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
        self.engine.filtration.cofacets(simplex, self.engine.dim, |cofacet| {
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
