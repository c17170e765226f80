//! Squared Euclidean distances in 32 bits, for estimates that take many of them: spanning trees of subsets, neighbours.
//!
//! Eight points at a time against one: the compiler vectorises across the eight. Each pair adds its coordinates in their
//! order, so that the bits are the same on every platform. Barcodes do not use these: see [`super::DistanceMatrix`].

use super::PointCloud;

/// Points per block.
pub(super) const LANES: usize = 8;
/// Coordinates added up before the sum joins the total, which keeps wide points accurate.
const CHUNK: usize = 64;
/// The most points whose square of distances is kept: 64 MB.
const MAX_KEPT: usize = 4096;

/// The squared distances of a cloud, looked up or computed row by row.
#[derive(Debug)]
pub(crate) struct SquaredDistances {
    n_points: usize,
    /// Blocks of eight points, coordinate by coordinate; missing points are zero.
    blocks: Vec<[f32; LANES]>,
    /// The same coordinates, point by point.
    points: Vec<f32>,
    n_coords: usize,
    /// What a distance of the blocks is multiplied by to be one of the cloud.
    unit: f64,
    /// All of them, row by row, where they are kept.
    kept: Option<Vec<f32>>,
}

impl SquaredDistances {
    /// Of all points; up to [`MAX_KEPT`] points they are computed now, in O(n²·d), and kept if `keep` says so.
    pub(crate) fn new(cloud: &PointCloud, keep: bool) -> Self {
        let n_coords = cloud.n_coords();
        // A power of two as the unit of length keeps squares away from the ends of the range and changes no bit else.
        let largest = cloud.values().iter().fold(0.0_f32, |far, x| far.max(x.abs()));
        let unit = if largest > 0.0 { power_of_two_above(f64::from(largest)) } else { 1.0 };
        let points: Vec<f32> = cloud.values().iter().map(|&x| (f64::from(x) / unit) as f32).collect();
        let mut blocks = vec![[0.0; LANES]; cloud.n_points().div_ceil(LANES) * n_coords];
        for (i, row) in points.chunks_exact(n_coords).enumerate() {
            let block = &mut blocks[i / LANES * n_coords..][..n_coords];
            for (lanes, &x) in block.iter_mut().zip(row) {
                lanes[i % LANES] = x;
            }
        }
        let mut distances = Self { n_points: cloud.n_points(), blocks, points, n_coords, unit, kept: None };
        if keep && cloud.n_points() <= MAX_KEPT {
            distances.kept = Some(distances.square());
        }
        distances
    }

    pub(crate) fn n_points(&self) -> usize {
        self.n_points
    }

    /// The distance in the cloud's own unit of length.
    pub(crate) fn length(&self, squared: f32) -> f64 {
        f64::from(squared).sqrt() * self.unit
    }

    /// The square, in units of [`Self::row`], below which distances are shorter than this length.
    pub(crate) fn square_of(&self, length: f64) -> f32 {
        (length / self.unit * (length / self.unit)) as f32
    }

    /// The squared distances of point `i` to all points, in units of [`Self::length`].
    pub(crate) fn row<'a>(&'a self, i: usize, space: &'a mut Vec<f32>) -> &'a [f32] {
        if let Some(kept) = &self.kept {
            return &kept[i * self.n_points..][..self.n_points];
        }
        space.clear();
        let point = self.point(i);
        for block in self.blocks.chunks_exact(self.n_coords) {
            space.extend(squared_to(block, point));
        }
        space.truncate(self.n_points);
        space
    }

    /// The lengths of the edges of a minimum spanning tree of these points, in the order of Prim's algorithm.
    pub(crate) fn tree(&self, subset: &[usize]) -> Vec<f64> {
        let squared = match &self.kept {
            Some(kept) => tree_by_lookup(kept, self.n_points, subset),
            None => self.tree_by_computing(subset),
        };
        squared.into_iter().map(|s| self.length(s)).collect()
    }

    fn point(&self, i: usize) -> &[f32] {
        &self.points[i * self.n_coords..][..self.n_coords]
    }

    /// Tile by tile below the diagonal, each written twice.
    fn square(&self) -> Vec<f32> {
        let n = self.n_points;
        let mut square = vec![0.0; n * n];
        for (b, block) in self.blocks.chunks_exact(self.n_coords).enumerate() {
            let first = b * LANES;
            for i in first..n {
                let squared = squared_to(block, self.point(i));
                let stop = (first + LANES).min(n);
                square[i * n + first..i * n + stop].copy_from_slice(&squared[..stop - first]);
                for (lane, &s) in squared[..stop - first].iter().enumerate() {
                    square[(first + lane) * n + i] = s;
                }
            }
        }
        square
    }

    /// Prim's algorithm over blocks of the points outside the tree.
    fn tree_by_computing(&self, subset: &[usize]) -> Vec<f32> {
        let Some((&start, others)) = subset.split_first() else { return Vec::new() };
        let d = self.n_coords;
        // Lanes without a point hold NaN, which is never nearest.
        let mut points = vec![[f32::NAN; LANES]; others.len().div_ceil(LANES) * d];
        for (k, &i) in others.iter().enumerate() {
            let from = &self.blocks[i / LANES * d..][..d];
            for (lanes, source) in points[k / LANES * d..][..d].iter_mut().zip(from) {
                lanes[k % LANES] = source[i % LANES];
            }
        }
        let mut nearest = vec![[f32::INFINITY; LANES]; others.len().div_ceil(LANES)];
        let mut tree = Vec::with_capacity(others.len());
        let mut newest = self.point(start).to_vec();
        for outside in (1..=others.len()).rev() {
            let n_blocks = outside.div_ceil(LANES);
            let (mut best, mut best_block) = (f32::INFINITY, 0);
            for (b, (block, nearest)) in points.chunks_exact(d).zip(&mut nearest).take(n_blocks).enumerate() {
                let squared = squared_to(block, &newest);
                let mut least = f32::INFINITY;
                for (near, s) in nearest.iter_mut().zip(squared) {
                    *near = if s < *near { s } else { *near };
                    least = if *near < least { *near } else { least };
                }
                (best, best_block) = if least < best { (least, b) } else { (best, best_block) };
            }
            let lane = nearest[best_block].iter().position(|&near| near == best).unwrap_or(0);
            tree.push(best);
            // The last point moves into the place of the one that joins the tree.
            let last = outside - 1;
            for c in 0..d {
                newest[c] = points[best_block * d + c][lane];
                points[best_block * d + c][lane] = points[last / LANES * d + c][last % LANES];
            }
            nearest[best_block][lane] = nearest[last / LANES][last % LANES];
            for c in 0..d {
                points[last / LANES * d + c][last % LANES] = f32::NAN;
            }
            nearest[last / LANES][last % LANES] = f32::INFINITY;
        }
        tree
    }
}

/// Prim's algorithm over kept rows.
fn tree_by_lookup(kept: &[f32], n_points: usize, subset: &[usize]) -> Vec<f32> {
    let Some((&start, others)) = subset.split_first() else { return Vec::new() };
    let mut outside: Vec<(u32, f32)> = others.iter().map(|&i| (i as u32, f32::INFINITY)).collect();
    let mut tree = Vec::with_capacity(others.len());
    let mut newest = start;
    while !outside.is_empty() {
        let row = &kept[newest * n_points..][..n_points];
        let (mut best, mut place) = (f32::INFINITY, 0);
        for (k, (i, near)) in outside.iter_mut().enumerate() {
            let s = row[*i as usize];
            *near = if s < *near { s } else { *near };
            (best, place) = if *near < best { (*near, k) } else { (best, place) };
        }
        tree.push(best);
        newest = outside.swap_remove(place).0 as usize;
    }
    tree
}

/// The squared distances of eight points to one.
#[inline]
fn squared_to(block: &[[f32; LANES]], point: &[f32]) -> [f32; LANES] {
    let mut total = [0.0; LANES];
    for (block, point) in block.chunks(CHUNK).zip(point.chunks(CHUNK)) {
        let mut sums = [0.0; LANES];
        for (lanes, &y) in block.iter().zip(point) {
            for (sum, &x) in sums.iter_mut().zip(lanes) {
                let difference = x - y;
                *sum += difference * difference;
            }
        }
        for (total, sum) in total.iter_mut().zip(sums) {
            *total += sum;
        }
    }
    total
}

/// The smallest power of two above a positive number, within the range of 32-bit numbers that are not subnormal.
fn power_of_two_above(x: f64) -> f64 {
    f64::from_bits(((x.to_bits() >> 52) + 1) << 52)
}
