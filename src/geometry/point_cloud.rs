//! A finite set of points in R^d.

use crate::{Error, Result};

/// `n_points` × `n_coords` finite numbers, row by row; both counts are at least 1.
#[derive(Debug, Clone, PartialEq)]
pub struct PointCloud {
    values: Vec<f32>,
    n_coords: usize,
}

impl PointCloud {
    /// A cloud from its rows.
    ///
    /// # Errors
    /// [`Error::Empty`] without a value, [`Error::NotAMatrix`] if the rows are incomplete, [`Error::NotFinite`] for NaN
    /// and infinities; `what` names the cloud in the message.
    pub fn from_rows(values: Vec<f32>, n_coords: usize, what: &str) -> Result<Self> {
        if values.is_empty() || n_coords == 0 {
            return Err(Error::Empty { what: what.into() });
        }
        if !values.len().is_multiple_of(n_coords) {
            return Err(Error::NotAMatrix {
                n_values: values.len(),
                what: "table of points",
                nearest: values.len() / n_coords,
            });
        }
        Error::find_not_finite(|| what.into(), &values, n_coords)?;
        Ok(Self { values, n_coords })
    }

    /// Number of points.
    pub fn n_points(&self) -> usize {
        self.values.len() / self.n_coords
    }

    /// Number of coordinates of each point.
    pub fn n_coords(&self) -> usize {
        self.n_coords
    }

    /// All coordinates, row by row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The coordinates of point `i`.
    pub fn point(&self, i: usize) -> &[f32] {
        &self.values[i * self.n_coords..(i + 1) * self.n_coords]
    }

    /// The points with these indices, in their order.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        let values = indices.iter().flat_map(|&i| self.point(i)).copied().collect();
        Self { values, n_coords: self.n_coords }
    }

    /// The points without repetitions, each where it occurs first.
    #[must_use]
    pub fn distinct(&self) -> Self {
        // −0 and 0 are the same place.
        let place = |i: usize| self.point(i).iter().map(|&x| x + 0.0);
        let mut order: Vec<usize> = (0..self.n_points()).collect();
        let compare = |&i: &usize, &j: &usize| {
            place(i).zip(place(j)).map(|(x, y)| x.total_cmp(&y)).find(|o| o.is_ne()).unwrap_or(i.cmp(&j))
        };
        order.sort_unstable_by(compare);
        order.dedup_by(|later, first| place(*later).eq(place(*first)));
        if order.len() == self.n_points() {
            return self.clone();
        }
        order.sort_unstable();
        self.select(&order)
    }

    /// The cloud with the same shape and other finite values.
    pub(super) fn with_values(&self, values: Vec<f32>) -> Self {
        debug_assert_eq!(values.len(), self.values.len(), "a value for each coordinate");
        Self { values, n_coords: self.n_coords }
    }
}
