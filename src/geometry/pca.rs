//! The first two principal components, for looking at a cloud.
//!
//! Subspace iteration with Rayleigh–Ritz steps (Golub, Van Loan, *Matrix Computations*, §8.2) on X Xᵀ, which is never
//! formed: each step reads the centred points twice, so 50,000 coordinates are as fine as 2.

use super::PointCloud;
use crate::random::Random;

/// Vectors iterated at once; those beyond two speed up convergence where the second component is close to the third.
const BLOCK: usize = 6;
/// Steps at most; clouds without a distinct plane have no better one after more.
const MAX_STEPS: usize = 100;
/// Relative change of the two variances at which the iteration ends.
const TOLERANCE: f64 = 1e-9;

/// A cloud seen in the plane of its two directions of greatest variance.
#[derive(Debug, Clone, PartialEq)]
pub struct PrincipalComponents {
    /// First and second principal component of each point, row by row; the mean is the origin.
    pub projection: Vec<[f32; 2]>,
    /// Shares of the total variance along the two, between 0 and 1; zero for points without variance.
    pub explained: [f32; 2],
}

type Vector = [f64; BLOCK];

/// The first two principal components of a cloud.
///
/// Each axis points to the side of the point farthest from the origin along it, so the signs are those of the data.
/// Always the same for the same cloud; O(n·d) per step. Missing components, as of one point or of
/// collinear ones, are zero.
pub fn principal_components(cloud: &PointCloud) -> PrincipalComponents {
    let n_points = cloud.n_points();
    let mean = mean(cloud);
    let total = total_variance(cloud, &mean);
    let mut projection = vec![[0.0_f32; 2]; n_points];
    if total <= 0.0 {
        return PrincipalComponents { projection, explained: [0.0; 2] };
    }
    let mut random = Random::new(1);
    let mut basis: Vec<Vector> =
        (0..n_points).map(|_| std::array::from_fn(|_| random.next_u64() as f64 / u64::MAX as f64 - 0.5)).collect();
    orthonormalise(&mut basis);
    let mut variances = [0.0; 2];
    for _ in 0..MAX_STEPS {
        let mut image = gram_times(cloud, &mean, &basis);
        let (eigenvalues, rotation) = eigen(&products(&basis, &image));
        rotate(&mut basis, &rotation);
        rotate(&mut image, &rotation);
        let change = (0..2).map(|k| (eigenvalues[k] - variances[k]).abs()).fold(0.0, f64::max);
        variances = [eigenvalues[0].max(0.0), eigenvalues[1].max(0.0)];
        if change <= TOLERANCE * total {
            break;
        }
        basis = image;
        orthonormalise(&mut basis);
    }
    for k in 0..2 {
        let farthest = basis.iter().fold(0.0_f64, |far, v| if v[k].abs() > far.abs() { v[k] } else { far });
        // Below the rounding of the total variance a direction is noise.
        let length = if variances[k] > 1e-13 * total { variances[k].sqrt() } else { 0.0 };
        let scale = if farthest < 0.0 { -length } else { length };
        for (point, v) in projection.iter_mut().zip(&basis) {
            point[k] = (v[k] * scale) as f32 + 0.0;
        }
    }
    let explained = variances.map(|variance| (variance / total).min(1.0) as f32);
    PrincipalComponents { projection, explained }
}

fn mean(cloud: &PointCloud) -> Vec<f64> {
    let mut mean = vec![0.0; cloud.n_coords()];
    for row in cloud.values().chunks_exact(cloud.n_coords()) {
        for (sum, &x) in mean.iter_mut().zip(row) {
            *sum += f64::from(x);
        }
    }
    for sum in &mut mean {
        *sum /= cloud.n_points() as f64;
    }
    mean
}

fn total_variance(cloud: &PointCloud, mean: &[f64]) -> f64 {
    let squares =
        |row: &[f32]| -> f64 { row.iter().zip(mean).map(|(&x, &m)| (f64::from(x) - m) * (f64::from(x) - m)).sum() };
    let rows = cloud.values().chunks_exact(cloud.n_coords());
    let identical = rows.clone().all(|row| row == cloud.point(0));
    if identical { 0.0 } else { rows.map(squares).sum() }
}

/// X Xᵀ applied to a block of vectors, X holding the centred points as rows.
fn gram_times(cloud: &PointCloud, mean: &[f64], basis: &[Vector]) -> Vec<Vector> {
    let rows = || cloud.values().chunks_exact(cloud.n_coords());
    let mut loadings: Vec<Vector> = vec![[0.0; BLOCK]; cloud.n_coords()];
    for (row, weights) in rows().zip(basis) {
        for ((loading, &x), &m) in loadings.iter_mut().zip(row).zip(mean) {
            let centred = f64::from(x) - m;
            for (sum, &w) in loading.iter_mut().zip(weights) {
                *sum += centred * w;
            }
        }
    }
    rows()
        .map(|row| {
            let mut image = [0.0; BLOCK];
            for ((loading, &x), &m) in loadings.iter().zip(row).zip(mean) {
                let centred = f64::from(x) - m;
                for (sum, &l) in image.iter_mut().zip(loading) {
                    *sum += centred * l;
                }
            }
            image
        })
        .collect()
}

/// Gram–Schmidt, twice for accuracy; vectors that depend on earlier ones become zero.
fn orthonormalise(block: &mut [Vector]) {
    for k in 0..BLOCK {
        let before = norm(block, k);
        for _ in 0..2 {
            for earlier in 0..k {
                let shadow: f64 = block.iter().map(|v| v[k] * v[earlier]).sum();
                for v in block.iter_mut() {
                    v[k] -= shadow * v[earlier];
                }
            }
        }
        let after = norm(block, k);
        let scale = if after > 1e-12 * before { 1.0 / after } else { 0.0 };
        for v in block.iter_mut() {
            v[k] *= scale;
        }
    }
}

fn norm(block: &[Vector], k: usize) -> f64 {
    block.iter().map(|v| v[k] * v[k]).sum::<f64>().sqrt()
}

/// The symmetric matrix of products between two blocks.
fn products(a: &[Vector], b: &[Vector]) -> [Vector; BLOCK] {
    let mut matrix = [[0.0; BLOCK]; BLOCK];
    for (x, y) in a.iter().zip(b) {
        for i in 0..BLOCK {
            for j in 0..BLOCK {
                matrix[i][j] += 0.5 * (x[i] * y[j] + x[j] * y[i]);
            }
        }
    }
    matrix
}

fn rotate(block: &mut [Vector], rotation: &[Vector; BLOCK]) {
    for v in block {
        *v = std::array::from_fn(|k| (0..BLOCK).map(|i| v[i] * rotation[i][k]).sum());
    }
}

/// Eigenvalues in decreasing order and the matrix with the eigenvectors as columns, by cyclic Jacobi rotations.
fn eigen(symmetric: &[Vector; BLOCK]) -> (Vector, [Vector; BLOCK]) {
    let mut a = *symmetric;
    let mut vectors: [Vector; BLOCK] = std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))));
    for _ in 0..30 {
        for p in 0..BLOCK {
            for q in p + 1..BLOCK {
                if a[p][q] == 0.0 {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = 1.0_f64.copysign(theta) / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for row in &mut a {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
                let (row_p, row_q) = (a[p], a[q]);
                a[p] = std::array::from_fn(|k| c * row_p[k] - s * row_q[k]);
                a[q] = std::array::from_fn(|k| s * row_p[k] + c * row_q[k]);
                for row in &mut vectors {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
            }
        }
    }
    let mut order: [usize; BLOCK] = std::array::from_fn(|k| k);
    order.sort_by(|&i, &j| a[j][j].total_cmp(&a[i][i]));
    let eigenvalues = order.map(|k| a[k][k]);
    let columns = vectors.map(|row| order.map(|k| row[k]));
    (eigenvalues, columns)
}
