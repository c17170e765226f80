//! Persistence images.

use std::ops::Range;

use super::diagram::finite_points;
use crate::homology::Interval;
use crate::{Error, Result};

/// The pixels of a persistence image.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageGrid {
    /// Births covered from left to right.
    pub births: Range<f64>,
    /// Lifespans covered, in rows from the shortest.
    pub lifespans: Range<f64>,
    /// Number of columns and of rows.
    pub size: [usize; 2],
}

/// The persistence image of the finite intervals, row by row from the shortest lifespans: every interval is a normal
/// distribution of deviation `sigma` around (birth, lifespan) with its lifespan as weight, integrated over each pixel
/// (Adams et al., *Persistence images*, Journal of Machine Learning Research 18, 2017).
///
/// # Errors
/// [`Error::InvalidSetting`] for empty ranges, an image without pixels, or a deviation that is not positive.
pub fn persistence_image(intervals: &[Interval], grid: &ImageGrid, sigma: f64) -> Result<Vec<f64>> {
    let refused =
        |setting, value: String, reason: &str| Error::InvalidSetting { setting, value, reason: reason.into() };
    if !(sigma > 0.0 && sigma.is_finite()) {
        return Err(refused("sigma", sigma.to_string(), "it must be a length above 0"));
    }
    let [n_columns, n_rows] = grid.size;
    if n_columns == 0 || n_rows == 0 {
        return Err(refused("size", format!("{n_columns} × {n_rows}"), "there must be at least one pixel"));
    }
    for range in [&grid.births, &grid.lifespans] {
        let length = range.end - range.start;
        if !(length > 0.0 && length.is_finite()) {
            return Err(refused("range", format!("{range:?}"), "it must begin before it ends"));
        }
    }
    let mut image = vec![0.0; n_columns * n_rows];
    for (birth, death) in finite_points(intervals) {
        let lifespan = death - birth;
        let columns = shares(&grid.births, n_columns, birth, sigma);
        for (row, share) in image.chunks_exact_mut(n_columns).zip(shares(&grid.lifespans, n_rows, lifespan, sigma)) {
            for (pixel, column) in row.iter_mut().zip(&columns) {
                *pixel += lifespan * share * column;
            }
        }
    }
    Ok(image)
}

/// What the parts of a range hold of a normal distribution.
fn shares(range: &Range<f64>, n_parts: usize, mean: f64, sigma: f64) -> Vec<f64> {
    let border = |i: usize| range.start + (range.end - range.start) * i as f64 / n_parts as f64;
    let below = |x: f64| f64::midpoint(1.0, error_function((x - mean) / (sigma * std::f64::consts::SQRT_2)));
    (0..n_parts).map(|i| below(border(i + 1)) - below(border(i))).collect()
}

/// erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·5 … (2n+1)), a series without cancellation.
fn error_function(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum, mut n) = (x, 0.0, 0.0);
    while term.abs() > 1e-17 * f64::abs(sum) {
        sum += term;
        n += 1.0;
        term *= 2.0 * x * x / (2.0 * n + 1.0);
    }
    std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp() * sum
}
