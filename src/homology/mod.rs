//! Persistent homology of Vietoris–Rips filtrations.
//!
//! A simplex enters the filtration at its *diameter*, the largest distance between its vertices (edge length, not
//! radius), as in Ripser. [`rips_barcode`] turns a [`DistanceMatrix`] into a [`Barcode`] by one of three engines:
//! H0 alone by Prim's algorithm; H0 and H1 over ℤ/2 by the Reduced Vietoris–Rips construction (Koyama, Mémoli, Robins,
//! Turner, arXiv 2307.16333), which looks at a handful of triangles instead of all; everything else by implicit
//! cohomology after Bauer (*Ripser*, arXiv 1908.02518). H0 of many points needs no matrix
//! ([`rips_barcode_of_points`]); distances may also be given for some pairs only ([`rips_barcode_of_sparse`]). All refine
//! the filtration by one total order, and a barcode depends on nothing but distances, dimension, threshold and modulus.
//! Filtration values are compared as 32-bit numbers. [`Barcode::engine`] says which engine it was, [`Method`] forces one.

mod barcode;
mod bits;
mod budget;
mod classes;
mod clouds;
mod coboundary;
mod cohomology;
mod collapse;
mod column;
mod columns;
mod field;
mod graph;
mod lunes;
mod matrix_free;
mod params;
mod pivots;
mod relations;
mod representatives;
mod shares;
mod simplex;
mod sorting;
mod spanning_tree;
mod square;
mod ticker;
mod union_find;
mod witnesses;

pub use barcode::{Barcode, Engine, Interval};
pub use budget::{Forecast, Need};
pub use clouds::rips_barcodes;
pub use params::{MAX_DIM, Method, Optimisations, RipsParams};
pub use representatives::{Loop, Representatives};
pub use ticker::Finder;

use crate::geometry::{DistanceMatrix, Metric, PointCloud, SparseDistances};
use crate::parallel;
use crate::progress::Observer;
use crate::{Error, Result};
use ticker::Ticker;

/// The barcode of the Vietoris–Rips filtration of a distance matrix, from H0 to the highest dimension asked for.
///
/// Intervals are half open; those of length zero are left out. A threshold above the enclosing radius, from which on
/// nothing but one component lives, changes nothing; below it, classes alive at the threshold have infinite deaths.
/// Finite H0 intervals name the pair of points whose edge merges two components; among equally long edges the order of
/// [`crate::geometry::shortest_edges`] decides. [`Forecast`] says beforehand what it will need.
///
/// ```
/// use bettiscope::geometry::DistanceMatrix;
/// use bettiscope::homology::{RipsParams, rips_barcode};
///
/// // The corners of a unit square: a loop from 1 to √2.
/// let diagonal = 2.0_f32.sqrt();
/// let square = DistanceMatrix::from_condensed(vec![1.0, diagonal, 1.0, 1.0, diagonal, 1.0])?;
/// let barcode = rips_barcode(&square, &RipsParams::new(1)?, &mut bettiscope::progress::ignore)?;
/// assert_eq!((barcode.dim(1)[0].birth, barcode.dim(1)[0].death), (1.0, diagonal));
/// # Ok::<(), bettiscope::Error>(())
/// ```
///
/// # Errors
/// [`Error::TooManySimplices`] if simplices of that dimension cannot be numbered in 64 bits, [`Error::TooManyPoints`] if
/// the limit of `params` is predicted to be passed or memory runs out, [`Error::Stopped`] if the observer says so.
pub fn rips_barcode(matrix: &DistanceMatrix, params: &RipsParams, observer: &mut Observer<'_>) -> Result<Barcode> {
    parallel::together(matrix.n_points() > square::MANY, observer, |observer| {
        compute(matrix, params, &mut Ticker::new(observer))
    })
}

/// The barcode as of [`rips_barcode`]; `finder` is told every interval as soon as it is certain, for pictures that fill
/// while a long computation goes on.
///
/// # Errors
/// As for [`rips_barcode`].
pub fn rips_barcode_as_found(
    matrix: &DistanceMatrix,
    params: &RipsParams,
    observer: &mut Observer<'_>,
    finder: &mut Finder<'_>,
) -> Result<Barcode> {
    compute(matrix, params, &mut Ticker::with_finder(observer, finder))
}

fn compute(matrix: &DistanceMatrix, params: &RipsParams, ticker: &mut Ticker<'_, '_>) -> Result<Barcode> {
    let (n_points, max_dim) = (matrix.n_points(), params.max_dim());
    if let Some(limit) = params.memory_limit() {
        Forecast::of_matrix(matrix, params).check(limit)?;
    }
    let threshold = params.effective_threshold(matrix);
    match params.engine() {
        Engine::SpanningTree => {
            let intervals = spanning_tree::intervals(matrix, threshold, ticker)?;
            ticker.all_found(0, &intervals);
            Ok(Barcode::made_by(Engine::SpanningTree, vec![intervals]))
        }
        Engine::ReducedRips => lunes::barcode(matrix, threshold, params.optimisations(), ticker),
        Engine::Cohomology => {
            check_codes(n_points, max_dim)?;
            cohomology::barcode(matrix, threshold, params, ticker)
        }
    }
}

/// The barcode of distances that are given for some pairs of points only; the others never share a simplex.
///
/// Always by cohomology. Classes alive when all edges have entered, or at the threshold, have infinite deaths.
///
/// # Errors
/// As for [`rips_barcode`]; [`Error::InvalidSetting`] if another method is forced.
pub fn rips_barcode_of_sparse(
    distances: &SparseDistances,
    params: &RipsParams,
    observer: &mut Observer<'_>,
) -> Result<Barcode> {
    let (n_points, max_dim) = (distances.n_points(), params.max_dim());
    if params.method() == Method::ReducedRips {
        return Err(Error::InvalidSetting {
            setting: "method",
            value: "reduced Rips".into(),
            reason: "sparse distances are computed by cohomology".into(),
        });
    }
    check_codes(n_points, max_dim)?;
    if let Some(limit) = params.memory_limit() {
        Forecast::of_sparse(distances, params).check(limit)?;
    }
    let threshold = params.threshold().unwrap_or(f32::INFINITY);
    let edges = distances.edges().iter().copied().take_while(|edge| edge.length() <= threshold).collect();
    cohomology::barcode_of_edges(edges, n_points, params, &mut Ticker::new(observer))
}

/// Whether simplices can be numbered.
fn check_codes(n_points: usize, max_dim: usize) -> Result<()> {
    if simplex::Codes::fit(n_points, max_dim) {
        return Ok(());
    }
    Err(Error::TooManySimplices { n_points, max_dim, fits: simplex::Codes::most_points(max_dim) })
}

/// The barcode of points: that of [`rips_barcode`] for their [`DistanceMatrix::from_points`], bit for bit. H0 alone of
/// many points does without the matrix, see [`components_of_points`].
///
/// # Errors
/// As for the two.
pub fn rips_barcode_of_points(
    cloud: &PointCloud,
    metric: Metric,
    params: &RipsParams,
    observer: &mut Observer<'_>,
) -> Result<Barcode> {
    if let Some(limit) = params.memory_limit() {
        // What the points decide is checked when their distances are known.
        Forecast::floor(cloud.n_points(), cloud.n_coords(), params).check(limit)?;
    }
    if params.is_matrix_free(cloud.n_points()) {
        return components_of_points(cloud, metric, params.threshold(), observer);
    }
    parallel::together(cloud.n_points() > square::MANY, observer, |observer| {
        rips_barcode(&DistanceMatrix::from_points(cloud, metric, observer)?, params, observer)
    })
}

/// H0 alone, without a distance matrix: O(n²·d) time, O(n·d) memory. The same barcode as from the matrix, edges included.
///
/// # Errors
/// [`Error::UndefinedMetric`] for the angle of a zero point or the correlation of a constant one,
/// [`Error::InvalidDistance`] if an edge is too long for 32 bits, [`Error::TooManyPoints`] above
/// [`crate::geometry::MAX_POINTS`], [`Error::Stopped`] if the observer says so.
pub fn components_of_points(
    cloud: &PointCloud,
    metric: Metric,
    threshold: Option<f32>,
    observer: &mut Observer<'_>,
) -> Result<Barcode> {
    let threshold = threshold.unwrap_or(f32::INFINITY);
    let intervals = matrix_free::intervals(cloud, metric, threshold, &mut Ticker::new(observer))?;
    Ok(Barcode::made_by(Engine::SpanningTree, vec![intervals]))
}
