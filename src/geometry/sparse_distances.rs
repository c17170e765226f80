//! Distances between some pairs of points only.

use super::distance_matrix::SYMMETRY_TOLERANCE;
use super::{DistanceMatrix, EdgeKey, too_many};
use crate::{Error, Result};

/// The most points: two numbers of 32 bits are kept for each pair while a barcode is computed.
pub const MAX_SPARSE_POINTS: usize = 1 << 13;

/// Symmetric, non-negative, finite distances of some pairs; the others never come together.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseDistances {
    edges: Vec<EdgeKey>,
    n_points: usize,
}

impl SparseDistances {
    /// From pairs of points and their distances. A pair may come in both orders and more than once, if always with the
    /// same distance up to a millionth, of which the smallest counts; pairs of a point with itself must have distance 0.
    ///
    /// # Errors
    /// [`Error::Empty`] without a point, [`Error::TooManyPoints`] above [`MAX_SPARSE_POINTS`], [`Error::LengthMismatch`]
    /// unless there is one distance per pair, [`Error::InvalidSetting`] for a point that does not exist,
    /// [`Error::NonZeroDiagonal`], [`Error::Asymmetric`] for two distances of one pair, [`Error::InvalidDistance`] for a
    /// negative, infinite or NaN distance.
    pub fn from_pairs(n_points: usize, pairs: &[[u32; 2]], lengths: &[f32]) -> Result<Self> {
        if n_points == 0 {
            return Err(Error::Empty { what: "the sparse distance matrix".into() });
        }
        if n_points > MAX_SPARSE_POINTS {
            return Err(too_many(n_points, MAX_SPARSE_POINTS));
        }
        if pairs.len() != lengths.len() {
            return Err(Error::LengthMismatch {
                first: "the list of pairs".into(),
                n_first: pairs.len(),
                second: "the list of distances".into(),
                n_second: lengths.len(),
            });
        }
        let mut edges = Vec::with_capacity(pairs.len());
        for (&[a, b], &length) in pairs.iter().zip(lengths) {
            let (i, j) = (a.max(b) as usize, a.min(b) as usize);
            if i >= n_points {
                let reason = format!("there are {n_points} points, counted from 0");
                return Err(Error::InvalidSetting { setting: "point", value: i.to_string(), reason });
            }
            if !(0.0..f32::INFINITY).contains(&length) {
                return Err(Error::InvalidDistance { i: a as usize, j: b as usize, value: length.to_string() });
            }
            if i == j {
                if length != 0.0 {
                    return Err(Error::NonZeroDiagonal { i, value: length });
                }
                continue;
            }
            edges.push(EdgeKey::new(length.abs(), i, j));
        }
        edges.sort_unstable_by_key(|edge| (edge.high(), edge.low(), edge.length_bits()));
        let same = |a: EdgeKey, b: EdgeKey| (a.high(), a.low()) == (b.high(), b.low());
        edges.dedup_by(|b, a| same(*a, *b) && b.length() - a.length() <= SYMMETRY_TOLERANCE * b.length());
        if let Some(&[one, other]) = edges.windows(2).find(|pair| same(pair[0], pair[1])) {
            let (i, j) = (one.low() as usize, one.high() as usize);
            return Err(Error::Asymmetric { i, j, upper: one.length(), lower: other.length() });
        }
        edges.sort_unstable();
        Ok(Self { edges, n_points })
    }

    /// Number of points.
    pub fn n_points(&self) -> usize {
        self.n_points
    }

    /// How many pairs have a distance.
    pub fn n_pairs(&self) -> usize {
        self.edges.len()
    }

    /// The pairs in increasing distance, each the smaller index first.
    pub fn pairs(&self) -> impl Iterator<Item = ([u32; 2], f32)> {
        self.edges.iter().map(|edge| ([edge.low(), edge.high()], edge.length()))
    }

    /// The largest distance of a pair; 0 without any.
    pub fn longest(&self) -> f32 {
        self.edges.last().map_or(0.0, |edge| edge.length())
    }

    /// All distances, those that are missing the largest that there is: up to [`Self::longest`] the same filtration.
    pub fn filled(&self) -> DistanceMatrix {
        DistanceMatrix::sparse(self.n_points, &self.edges)
    }

    /// The edges in filtration order.
    pub(crate) fn edges(&self) -> &[EdgeKey] {
        &self.edges
    }
}
