//! Many barcodes at once.

use super::{Barcode, RipsParams, rips_barcode};
use crate::Result;
use crate::geometry::DistanceMatrix;
use crate::parallel;
use crate::progress::Observer;

/// The barcodes of several matrices with the same parameters, in their order: those of [`rips_barcode`], side by side
/// where there are threads, see [`parallel::each`].
///
/// # Errors
/// As for [`rips_barcode`]; of several errors, that of the first matrix.
pub fn rips_barcodes(
    matrices: &[DistanceMatrix],
    params: &RipsParams,
    observer: &mut Observer<'_>,
) -> Result<Vec<Barcode>> {
    parallel::each(matrices, DistanceMatrix::n_points, observer, |matrix, observer| {
        rips_barcode(matrix, params, observer)
    })
}
