//! Products of centred coordinates, which covariances and linear kernels are made of.

use crate::geometry::PointCloud;

/// A cloud with its mean moved to the origin, in 64 bits.
pub(super) struct Centred {
    values: Vec<f64>,
    n_coords: usize,
}

impl Centred {
    pub(super) fn new(cloud: &PointCloud) -> Self {
        let (n, d) = (cloud.n_points(), cloud.n_coords());
        let mut mean = vec![0.0; d];
        for row in cloud.values().chunks_exact(d) {
            for (sum, &x) in mean.iter_mut().zip(row) {
                *sum += f64::from(x);
            }
        }
        for sum in &mut mean {
            *sum /= n as f64;
        }
        let centre = |row: &[f32]| row.iter().zip(&mean).map(|(&x, &m)| f64::from(x) - m).collect::<Vec<_>>();
        // The rounded mean of identical points may leave a rest: ask exactly.
        let rows = || cloud.values().chunks_exact(d);
        let identical = rows().all(|row| row == cloud.point(0));
        let values = if identical { vec![0.0; n * d] } else { rows().flat_map(centre).collect() };
        Self { values, n_coords: d }
    }

    pub(super) fn n_points(&self) -> usize {
        self.values.len() / self.n_coords
    }

    pub(super) fn n_coords(&self) -> usize {
        self.n_coords
    }

    pub(super) fn rows(&self) -> std::slice::ChunksExact<'_, f64> {
        self.values.chunks_exact(self.n_coords)
    }

    pub(super) fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.n_coords..][..self.n_coords]
    }

    /// Squared length of each point.
    pub(super) fn squares(&self) -> Vec<f64> {
        self.rows().map(|row| dot(row, row)).collect()
    }

    /// The sum of squares over the entries of `XᵀY = Σ_ij (xᵢ·xⱼ)(yᵢ·yⱼ)`, by whichever side is cheaper.
    pub(super) fn cross_norm2(&self, other: &Self) -> f64 {
        let n = self.n_points();
        if 2 * self.n_coords * other.n_coords <= n * (self.n_coords + other.n_coords) {
            return self.cross(other).iter().map(|x| x * x).sum();
        }
        let mut sum = 0.0;
        for i in 0..n {
            let product = |j: usize| dot(self.row(i), self.row(j)) * dot(other.row(i), other.row(j));
            sum += 2.0 * (0..i).map(product).sum::<f64>() + product(i);
        }
        sum
    }

    /// `XᵀY`, row by row.
    fn cross(&self, other: &Self) -> Vec<f64> {
        let mut product = vec![0.0; self.n_coords * other.n_coords];
        for (x, y) in self.rows().zip(other.rows()) {
            for (sums, &x) in product.chunks_exact_mut(other.n_coords).zip(x) {
                for (sum, &y) in sums.iter_mut().zip(y) {
                    *sum += x * y;
                }
            }
        }
        product
    }
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (x, y)| sum + x * y)
}
