//! All pairwise distances of a finite set.

use super::{EdgeKey, Metric, PointCloud, distances};
use crate::progress::Observer;
use crate::{Error, Result};

/// The most points a matrix may have: two point indices then fit into 32 bits.
pub const MAX_POINTS: usize = 1 << 16;

/// Two entries (i, j) and (j, i) may differ by this fraction, as printed numbers do in their last digit.
pub(super) const SYMMETRY_TOLERANCE: f32 = 1e-6;

/// Values that are compared at once.
const LANES: usize = 8;

/// Symmetric, non-negative, finite distances with zero diagonal; no triangle inequality is promised.
///
/// Stored condensed: the strict lower triangle row by row, n(n−1)/2 values, as in Ripser's lower distance matrices.
#[derive(Debug, Clone, PartialEq)]
pub struct DistanceMatrix {
    lower: Vec<f32>,
    n_points: usize,
}

impl DistanceMatrix {
    /// The distances between all points of a cloud, accumulated in 64 bits coordinate by coordinate and rounded once to
    /// 32 bits. With the feature `threads` the rows are computed in parallel, with the same bits.
    ///
    /// Takes O(n²·d) time; the observer is asked between chunks of rows, on the calling thread.
    ///
    /// # Errors
    /// [`Error::UndefinedMetric`] for the angle of a zero point or the correlation of a constant one,
    /// [`Error::InvalidDistance`] if a distance is too large for 32 bits, [`Error::TooManyPoints`] without memory for
    /// the matrix, [`Error::Stopped`] if the observer says so.
    pub fn from_points(cloud: &PointCloud, metric: Metric, observer: &mut Observer<'_>) -> Result<Self> {
        let lower = distances::pairwise(cloud, metric, observer)?;
        Self::checked(lower, cloud.n_points())
    }

    /// The matrix whose strict lower triangle, row by row, is `lower`. No value at all makes a single point.
    ///
    /// # Errors
    /// [`Error::NotAMatrix`] if the values are not n(n−1)/2 for any n, [`Error::InvalidDistance`] for a negative,
    /// infinite or NaN value, [`Error::TooManyPoints`] above [`MAX_POINTS`].
    pub fn from_condensed(lower: Vec<f32>) -> Result<Self> {
        let n_points = nearest_count(lower.len());
        if condensed_len(n_points) != lower.len() {
            return Err(Error::NotAMatrix {
                n_values: lower.len(),
                what: "condensed distance matrix",
                nearest: n_points,
            });
        }
        if n_points > MAX_POINTS {
            return Err(too_many(n_points, MAX_POINTS));
        }
        Self::checked(lower, n_points)
    }

    /// The matrix whose entries, row by row, are `square`. Entries (i, j) and (j, i) may differ by a millionth of their
    /// size, as printed numbers do; the lower triangle counts then.
    ///
    /// # Errors
    /// [`Error::NotAMatrix`] without exactly n·n values, [`Error::Empty`] for n = 0, [`Error::NonZeroDiagonal`],
    /// [`Error::Asymmetric`], [`Error::InvalidDistance`] for a negative, infinite or NaN entry,
    /// [`Error::TooManyPoints`] above [`MAX_POINTS`].
    pub fn from_square(square: &[f32], n_points: usize) -> Result<Self> {
        if n_points == 0 {
            return Err(Error::Empty { what: "the distance matrix".into() });
        }
        if n_points > MAX_POINTS {
            return Err(too_many(n_points, MAX_POINTS));
        }
        if Some(square.len()) != n_points.checked_mul(n_points) {
            return Err(Error::NotAMatrix {
                n_values: square.len(),
                what: "square distance matrix",
                nearest: square.len().isqrt(),
            });
        }
        let mut lower = Vec::with_capacity(condensed_len(n_points));
        for i in 0..n_points {
            let diagonal = square[i * n_points + i];
            if diagonal != 0.0 {
                return Err(Error::NonZeroDiagonal { i, value: diagonal });
            }
            for j in 0..i {
                let below = check(square[i * n_points + j], i, j)?;
                let above = check(square[j * n_points + i], j, i)?;
                if (below - above).abs() > SYMMETRY_TOLERANCE * below.max(above) {
                    return Err(Error::Asymmetric { i: j, j: i, upper: above, lower: below });
                }
                lower.push(below);
            }
        }
        Ok(Self { lower, n_points })
    }

    /// The given edges, and as far apart as can be all other points.
    pub(super) fn sparse(n_points: usize, edges: &[EdgeKey]) -> Self {
        let mut lower = vec![f32::MAX; condensed_len(n_points)];
        for edge in edges {
            lower[condensed_len(edge.high() as usize) + edge.low() as usize] = edge.length();
        }
        Self { lower, n_points }
    }

    /// Checks the values and turns −0 into 0.
    fn checked(mut lower: Vec<f32>, n_points: usize) -> Result<Self> {
        // Asked without a branch per value. Distances have smaller bits than infinity; all else, and −0, have not.
        if lower.iter().fold(false, |any, value| any | (value.to_bits() >= f32::INFINITY.to_bits())) {
            for i in 1..n_points {
                for j in 0..i {
                    let value = &mut lower[condensed_len(i) + j];
                    *value = check(*value, i, j)?;
                }
            }
        }
        Ok(Self { lower, n_points })
    }

    /// Number of points.
    pub fn n_points(&self) -> usize {
        self.n_points
    }

    /// The strict lower triangle, row by row.
    pub fn lower(&self) -> &[f32] {
        &self.lower
    }

    /// The distance between points `i` and `j`, both below [`Self::n_points`].
    pub fn get(&self, i: usize, j: usize) -> f32 {
        if i == j {
            return 0.0;
        }
        self.lower[condensed_len(i.max(j)) + i.min(j)]
    }

    /// The smallest scale at which one point sees all others: min over i of max over j of d(i, j). From there on the
    /// Vietoris–Rips complex is a cone and only one component remains. Zero for a single point.
    pub fn enclosing_radius(&self) -> f32 {
        let mut farthest = vec![0.0_f32; self.n_points];
        let mut rest = self.lower.as_slice();
        for i in 1..self.n_points {
            let (row, tail) = rest.split_at(i);
            rest = tail;
            // Eight at a time: the maximum of a row would otherwise be a chain of dependent steps.
            let mut lanes = [0.0_f32; LANES];
            let (far, far_rest) = farthest[..i].as_chunks_mut::<LANES>();
            let (own, own_rest) = row.as_chunks::<LANES>();
            for (far, own) in far.iter_mut().zip(own) {
                for ((far, lane), &d) in far.iter_mut().zip(&mut lanes).zip(own) {
                    *far = if d > *far { d } else { *far };
                    *lane = if d > *lane { d } else { *lane };
                }
            }
            for (far, &d) in far_rest.iter_mut().zip(own_rest) {
                *far = far.max(d);
                lanes[0] = lanes[0].max(d);
            }
            farthest[i] = lanes.into_iter().fold(0.0, f32::max);
        }
        farthest.into_iter().reduce(f32::min).unwrap_or(0.0)
    }
}

/// Number of pairs among `n` points, which is also where row `n` of the lower triangle begins.
pub(super) fn condensed_len(n: usize) -> usize {
    n * n.saturating_sub(1) / 2
}

/// The largest n with n(n−1)/2 values among `n_values`.
fn nearest_count(n_values: usize) -> usize {
    // Solving n(n−1)/2 ≤ v gives n ≤ (1 + √(1 + 8v)) / 2; the widened type keeps 8v from overflowing on 32 bits.
    usize::midpoint(1, (1 + 8 * n_values as u64).isqrt() as usize)
}

pub(crate) fn too_many(n_points: usize, fits: usize) -> Error {
    let megabytes = |n: usize| (n as u64 * n as u64 * 2).div_ceil(1 << 20);
    Error::TooManyPoints { n_points, max_dim: 0, megabytes: megabytes(n_points), limit: megabytes(fits), fits }
}

fn is_distance(value: f32) -> bool {
    (0.0..f32::INFINITY).contains(&value)
}

fn check(value: f32, i: usize, j: usize) -> Result<f32> {
    if is_distance(value) {
        return Ok(value.abs());
    }
    Err(Error::InvalidDistance { i, j, value: value.to_string() })
}
