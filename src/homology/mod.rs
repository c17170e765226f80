//! Persistent homology of Vietoris–Rips filtrations.
//!
//! A simplex enters the filtration at its *diameter*, the largest distance between its vertices (edge length, not
//! radius), as in Ripser. [`rips_barcode`] turns a [`DistanceMatrix`] into a [`Barcode`] by one of three engines:
//! H0 alone by Prim's algorithm; H0 and H1 over ℤ/2 by the Reduced Vietoris–Rips construction (Koyama, Mémoli, Robins,
//! Turner, arXiv 2307.16333), which looks at a handful of triangles instead of all; everything else by implicit
//! cohomology after Bauer (*Ripser*, arXiv 1908.02518). All refine the filtration by one total order, and a barcode
//! depends on nothing but matrix, dimension, threshold and modulus. Filtration values are compared as 32-bit numbers.

mod barcode;
mod budget;
mod classes;
mod clouds;
mod coboundary;
mod cohomology;
mod collapse;
mod column;
mod field;
mod lunes;
mod params;
mod pivots;
mod relations;
mod representatives;
mod simplex;
mod sorting;
mod spanning_tree;
mod ticker;
mod union_find;

pub use barcode::{Barcode, Interval};
pub use budget::{check_memory, largest_n_within, predicted_megabytes, predicted_seconds};
pub use clouds::rips_barcodes;
pub use params::{MAX_DIM, Method, Optimisations, RipsParams};
pub use representatives::{Loop, Representatives};

use crate::geometry::DistanceMatrix;
use crate::progress::Observer;
use crate::{Error, Result};
use ticker::Ticker;

/// The barcode of the Vietoris–Rips filtration of a distance matrix, from H0 to the highest dimension asked for.
///
/// Intervals are half open; those of length zero are left out. A threshold above the enclosing radius, from which on
/// nothing but one component lives, changes nothing; below it, classes alive at the threshold have infinite deaths.
/// Finite H0 intervals name the pair of points whose edge merges two components; among equally long edges the order of
/// [`crate::geometry::shortest_edges`] decides. Memory: see [`predicted_megabytes`]; nothing is refused here for its
/// size alone, use [`check_memory`] first.
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
/// memory runs out for lists of simplices, [`Error::Stopped`] if the observer says so.
pub fn rips_barcode(matrix: &DistanceMatrix, params: &RipsParams, observer: &mut Observer<'_>) -> Result<Barcode> {
    let (n_points, max_dim) = (matrix.n_points(), params.max_dim());
    let threshold = params.effective_threshold(matrix);
    let mut ticker = Ticker::new(observer);
    if max_dim == 0 {
        return Ok(Barcode::from_intervals(vec![spanning_tree::intervals(matrix, threshold, &mut ticker)?]));
    }
    let reduced = match params.method() {
        Method::Auto => max_dim == 1 && params.modulus() == 2,
        Method::ReducedRips => true,
        Method::Cohomology => false,
    };
    if reduced {
        return lunes::barcode(matrix, threshold, params.optimisations().early_stop, &mut ticker);
    }
    if !simplex::Codes::fit(n_points, max_dim) {
        let fits = simplex::Codes::most_points(max_dim);
        return Err(Error::TooManySimplices { n_points, max_dim, fits });
    }
    cohomology::barcode(matrix, threshold, params, &mut ticker)
}
