//! The two directions in which a cloud spreads most.

use super::PointCloud;
use crate::random::Random;

/// Rounds of the iteration: more change no pixel of a picture.
const MAX_ROUNDS: usize = 200;

/// A cloud seen along its first two principal components.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// n × 2 positions around 0.
    pub positions: Vec<f32>,
    /// Share of the variance along each of the two axes, between 0 and 1.
    pub explained: [f64; 2],
}

/// First two principal components by orthogonal iteration: O(n d) time per round, O(n + d) memory, no matrix is built.
///
/// The start is fixed, and each axis points where its largest coordinate is positive: equal clouds give equal pictures.
pub fn principal_components(cloud: &PointCloud) -> Projection {
    let (n, d) = (cloud.n_points(), cloud.n_coords());
    let mean = mean(cloud);
    let total: f64 = rows(cloud).map(|row| row.iter().zip(&mean).map(|(&v, m)| (f64::from(v) - m).powi(2)).sum::<f64>()).sum();
    if total <= 0.0 {
        return Projection { positions: vec![0.0; 2 * n], explained: [0.0; 2] };
    }
    let mut random = Random::new(1);
    let mut start = || (0..d).map(|_| random.next_u64() as f64 / u64::MAX as f64 - 0.5).collect::<Vec<f64>>();
    let mut axes = [start(), start()];
    orthonormalise(&mut axes);
    let mut spread = [0.0_f64; 2];
    for _ in 0..MAX_ROUNDS {
        let mut images = [vec![0.0; d], vec![0.0; d]];
        for row in rows(cloud) {
            for (axis, image) in axes.iter().zip(&mut images) {
                let along = along(row, &mean, axis);
                for ((sum, &v), m) in image.iter_mut().zip(row).zip(&mean) {
                    *sum += along * (f64::from(v) - m);
                }
            }
        }
        let found = [norm(&images[0]), norm(&images[1])];
        axes = images;
        orthonormalise(&mut axes);
        let change = (found[0] - spread[0]).abs() + (found[1] - spread[1]).abs();
        spread = found;
        if change <= 1e-9 * total {
            break;
        }
    }
    for axis in &mut axes {
        let largest = axis.iter().copied().fold(0.0_f64, |best, v| if v.abs() > best.abs() + 1e-12 { v } else { best });
        if largest < 0.0 {
            axis.iter_mut().for_each(|v| *v = -*v);
        }
    }
    let positions: Vec<[f64; 2]> = rows(cloud).map(|row| [0, 1].map(|k| along(row, &mean, &axes[k]))).collect();
    let explained = [0, 1].map(|k| positions.iter().map(|p| p[k] * p[k]).sum::<f64>() / total);
    Projection { positions: positions.iter().flatten().map(|&v| v as f32).collect(), explained }
}

fn rows(cloud: &PointCloud) -> impl Iterator<Item = &[f32]> {
    cloud.values().chunks_exact(cloud.n_coords())
}

fn mean(cloud: &PointCloud) -> Vec<f64> {
    let mut mean = vec![0.0; cloud.n_coords()];
    for row in rows(cloud) {
        for (sum, &value) in mean.iter_mut().zip(row) {
            *sum += f64::from(value);
        }
    }
    let n = cloud.n_points() as f64;
    mean.into_iter().map(|sum| sum / n).collect()
}

fn along(row: &[f32], mean: &[f64], axis: &[f64]) -> f64 {
    row.iter().zip(mean).zip(axis).map(|((&v, m), a)| (f64::from(v) - m) * a).sum()
}

fn norm(vector: &[f64]) -> f64 {
    vector.iter().map(|v| v * v).sum::<f64>().sqrt()
}

/// Gram–Schmidt on two vectors; what vanishes stays zero.
fn orthonormalise([first, second]: &mut [Vec<f64>; 2]) {
    normalise(first);
    let overlap: f64 = first.iter().zip(&*second).map(|(a, b)| a * b).sum();
    let before = norm(second);
    for (b, a) in second.iter_mut().zip(&*first) {
        *b -= overlap * a;
    }
    // What is left of a vector that was parallel to the first is rounding, not a direction.
    if norm(second) <= 1e-12 * before {
        second.fill(0.0);
    }
    normalise(second);
}

fn normalise(vector: &mut [f64]) {
    let norm = norm(vector);
    if norm > 0.0 {
        vector.iter_mut().for_each(|v| *v /= norm);
    }
}
