//! The nearest neighbours of every point.

use super::squared_distances::SquaredDistances;
use super::{Metric, PointCloud};
use crate::parallel;

/// For each point of a cloud its `k` nearest other points, nearest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    k: usize,
    index: Vec<u32>,
    distances: Vec<f64>,
}

impl Neighbours {
    /// Neighbours per point.
    pub fn k(&self) -> usize {
        self.k
    }

    /// The neighbours of point `i`.
    pub fn of(&self, i: usize) -> &[u32] {
        &self.index[i * self.k..][..self.k]
    }

    /// Their Euclidean distances, increasing.
    pub fn distances(&self, i: usize) -> &[f64] {
        &self.distances[i * self.k..][..self.k]
    }

    /// Number of points.
    pub fn n_points(&self) -> usize {
        self.index.len() / self.k.max(1)
    }
}

/// The `k` nearest neighbours in Euclidean distance (fewer if there are not as many other points), the point itself left
/// out; of equally distant ones the first counts.
///
/// Candidates are found with 32-bit squares, their distances computed in 64 bits. O(n²·d).
pub fn nearest_neighbours(cloud: &PointCloud, k: usize) -> Neighbours {
    nearest_of(cloud, &SquaredDistances::new(cloud, false), k)
}

/// The same with squared distances at hand.
pub(crate) fn nearest_of(cloud: &PointCloud, squared: &SquaredDistances, k: usize) -> Neighbours {
    let n = cloud.n_points();
    let k = k.min(n - 1);
    // A few more candidates than asked for, so that rounding decides about none of those that count.
    let n_candidates = (k + 4).min(n - 1);
    let row = |i: usize, space: &mut Vec<f32>| {
        let mut candidates = smallest(squared.row(i, space), i, n_candidates)
            .into_iter()
            .map(|j| (exact(cloud.point(i), cloud.point(j as usize)), j))
            .collect::<Vec<_>>();
        candidates.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        candidates.truncate(k);
        candidates
    };
    let found = rows(n, row);
    let (distances, index) = found.into_iter().flatten().unzip();
    Neighbours { k, index, distances }
}

fn rows<T: Send>(n: usize, row: impl Fn(usize, &mut Vec<f32>) -> T + Sync + Send) -> Vec<T> {
    let points: Vec<usize> = (0..n).collect();
    let shares: Vec<&[usize]> = points.chunks(n.div_ceil(8 * parallel::n_threads()).max(1)).collect();
    let found = parallel::map(shares, |share: &[usize]| {
        let mut space = Vec::new();
        share.iter().map(|&i| row(i, &mut space)).collect::<Vec<_>>()
    });
    found.into_iter().flatten().collect()
}

/// Indices of the `count` smallest values but that of `own`, in no particular order.
fn smallest(values: &[f32], own: usize, count: usize) -> Vec<u32> {
    // Increasing; values enter from the end, which few do after the first.
    let mut best: Vec<(f32, u32)> = Vec::with_capacity(count + 1);
    let mut bound = f32::INFINITY;
    for (j, &value) in values.iter().enumerate() {
        if (value < bound || best.len() < count) && j != own {
            let place = best.partition_point(|&(other, _)| other <= value);
            best.insert(place, (value, j as u32));
            best.truncate(count);
            if best.len() == count {
                bound = best.last().map_or(f32::INFINITY, |&(value, _)| value);
            }
        }
    }
    best.into_iter().map(|(_, j)| j).collect()
}

/// The distance in 64 bits; [`Metric::distance`] rounds it to 32.
fn exact(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).fold(0.0, |sum, (&x, &y)| {
        let difference = f64::from(x) - f64::from(y);
        sum + difference * difference
    });
    debug_assert_eq!(Metric::Euclidean.distance(a, b), squares.sqrt() as f32, "one definition of the distance");
    squares.sqrt()
}
