//! Centred kernel alignment: how alike two layers arrange the same samples.

use super::moments::{Centred, dot};
use super::undefined::{Defined, Undefined};
use crate::geometry::PointCloud;
use crate::{Error, Result};

/// Linear CKA (Kornblith et al. 2019): `‖XᵀY‖² / (‖XᵀX‖ ‖YᵀY‖)` of the centred clouds, between 0 and 1. Rotating or scaling
/// a layer changes nothing. Few points and wide layers push it up, even of unrelated clouds: prefer [`debiased_cka`].
///
/// # Errors
/// [`Error::LengthMismatch`] unless both have the same number of points.
pub fn cka(x: &PointCloud, y: &PointCloud) -> Result<Defined> {
    check(x, y)?;
    let (x, y) = (Centred::new(x), Centred::new(y));
    let norm2 = x.cross_norm2(&x) * y.cross_norm2(&y);
    Ok(if norm2 > 0.0 { Ok(x.cross_norm2(&y) / norm2.sqrt()) } else { Err(Undefined::NoVariance) })
}

/// Linear CKA from the unbiased estimate of HSIC (Song et al. 2012), as Nguyen et al. (2021) use it: about 0 for unrelated
/// clouds whatever their width, and then possibly negative.
///
/// # Errors
/// [`Error::LengthMismatch`] unless both have the same number of points.
pub fn debiased_cka(x: &PointCloud, y: &PointCloud) -> Result<Defined> {
    check(x, y)?;
    let n_points = x.n_points();
    if n_points < 4 {
        return Ok(Err(Undefined::TooFewPoints { n_points, needed: 4 }));
    }
    let (x, y) = (Kernel::new(x), Kernel::new(y));
    let norm2 = x.hsic(&x) * y.hsic(&y);
    Ok(if norm2 > 0.0 { Ok(x.hsic(&y) / norm2.sqrt()) } else { Err(Undefined::NoVariance) })
}

fn check(x: &PointCloud, y: &PointCloud) -> Result<()> {
    if x.n_points() == y.n_points() {
        return Ok(());
    }
    Err(Error::LengthMismatch {
        first: "the first layer".into(),
        n_first: x.n_points(),
        second: "the second layer".into(),
        n_second: y.n_points(),
    })
}

/// The Gram matrix of a cloud with its diagonal set to zero, without storing it.
struct Kernel {
    points: Centred,
    diagonal: Vec<f64>,
    row_sums: Vec<f64>,
}

impl Kernel {
    fn new(cloud: &PointCloud) -> Self {
        let points = Centred::new(cloud);
        let diagonal = points.squares();
        let mut total = vec![0.0; points.n_coords()];
        for row in points.rows() {
            for (sum, x) in total.iter_mut().zip(row) {
                *sum += x;
            }
        }
        let row_sums = points.rows().zip(&diagonal).map(|(row, own)| dot(row, &total) - own).collect();
        Self { points, diagonal, row_sums }
    }

    /// [tr KL + 1ᵀK1 · 1ᵀL1 / ((n−1)(n−2)) − 2/(n−2) · 1ᵀKL1] / (n(n−3)).
    fn hsic(&self, other: &Self) -> f64 {
        let n = self.diagonal.len() as f64;
        let trace = self.points.cross_norm2(&other.points) - dot(&self.diagonal, &other.diagonal);
        let sums = self.row_sums.iter().sum::<f64>() * other.row_sums.iter().sum::<f64>();
        let mixed = dot(&self.row_sums, &other.row_sums);
        (trace + sums / ((n - 1.0) * (n - 2.0)) - 2.0 / (n - 2.0) * mixed) / (n * (n - 3.0))
    }
}
