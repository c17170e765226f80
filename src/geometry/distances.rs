//! The pairwise loop: eight points at a time against all earlier ones.
//!
//! Each pair sums its coordinates in their order, one after the other, so the bits do not depend on tiles or threads;
//! the compiler vectorises across the eight pairs of a tile instead.

use super::distance_matrix::{MAX_POINTS, condensed_len, too_many};
use super::metric::{Metric, Placement, larger};
use super::point_cloud::PointCloud;
use crate::parallel;
use crate::progress::{Observer, Stage, report};
use crate::{Error, Result};

/// Points per tile.
const LANES: usize = 8;
/// Coordinates per tile, so that a tile (32 kB) stays in the first cache.
const CHUNK: usize = 512;
/// Differences between two questions to the observer: a few milliseconds of one thread.
const WORK_PER_REPORT: usize = 4 << 20;

/// All distances, condensed.
pub(super) fn pairwise(cloud: &PointCloud, metric: Metric, observer: &mut Observer<'_>) -> Result<Vec<f32>> {
    let n_points = cloud.n_points();
    if n_points > MAX_POINTS {
        return Err(too_many(n_points, MAX_POINTS));
    }
    let places = placements(cloud, metric)?;
    let mut lower = Vec::new();
    if lower.try_reserve_exact(condensed_len(n_points)).is_err() {
        return Err(too_many(n_points, n_points / 2));
    }
    lower.resize(condensed_len(n_points), 0.0);

    let rows = Rows { cloud, places: &places, metric };
    let mut first = 0;
    let mut rest = lower.as_mut_slice();
    while first < n_points {
        report(observer, Stage::Distances, first, n_points)?;
        let end = rows.end_of_batch(first);
        let (batch, tail) = std::mem::take(&mut rest).split_at_mut(condensed_len(end) - condensed_len(first));
        rows.fill(first, end, batch);
        rest = tail;
        first = end;
    }
    report(observer, Stage::Distances, n_points, n_points)?;
    Ok(lower)
}

/// How each point is moved before it is compared.
///
/// # Errors
/// [`Error::UndefinedMetric`].
pub(super) fn placements(cloud: &PointCloud, metric: Metric) -> Result<Vec<Placement>> {
    let places: Vec<Placement> = (0..cloud.n_points()).map(|i| Placement::of(metric, cloud.point(i))).collect();
    if let Some(i) = places.iter().position(|place| !place.is_defined()) {
        let property = if metric == Metric::Angular { "zero" } else { "constant" };
        return Err(Error::UndefinedMetric { i, property, metric: metric.name() });
    }
    Ok(places)
}

/// What the rows of one matrix are computed from.
#[derive(Clone, Copy)]
struct Rows<'a> {
    cloud: &'a PointCloud,
    places: &'a [Placement],
    metric: Metric,
}

impl Rows<'_> {
    /// Where to stop and ask the observer again.
    fn end_of_batch(self, first: usize) -> usize {
        let n_threads = parallel::n_threads();
        let per_tile = LANES * (first + LANES) * self.cloud.n_coords();
        // Even where one tile is long work, every thread must have one.
        let tiles = (WORK_PER_REPORT * n_threads / per_tile).max(n_threads);
        (first + tiles * LANES).min(self.cloud.n_points())
    }

    /// Fills rows `first..end` of the lower triangle, which `out` holds.
    fn fill(self, first: usize, end: usize, out: &mut [f32]) {
        let mut tiles = Vec::new();
        let mut rest = out;
        let mut row = first;
        while row < end {
            let stop = (row + LANES).min(end);
            let (tile, tail) = rest.split_at_mut(condensed_len(stop) - condensed_len(row));
            tiles.push((row, stop, tile));
            rest = tail;
            row = stop;
        }
        if self.cloud.n_coords() * (condensed_len(end) - condensed_len(first)) < WORK_PER_REPORT / 4 {
            // Less than a millisecond of one thread.
            for (row, stop, tile) in tiles {
                self.fill_tile(row, stop, tile);
            }
        } else {
            parallel::map(tiles, |(row, stop, tile)| self.fill_tile(row, stop, tile));
        }
    }

    /// Fills at most eight rows.
    fn fill_tile(self, first: usize, stop: usize, out: &mut [f32]) {
        match self.metric {
            Metric::Manhattan => self.fill_tile_by(first, stop, out, |sum, d| sum + d.abs(), |sum| sum as f32),
            Metric::Chebyshev => self.fill_tile_by(first, stop, out, |sum, d| larger(sum, d.abs()), |sum| sum as f32),
            Metric::Euclidean => self.fill_tile_by(first, stop, out, |sum, d| sum + d * d, |sum| sum.sqrt() as f32),
            metric => self.fill_tile_by(first, stop, out, |sum, d| sum + d * d, |sum| metric.finish(sum)),
        }
    }

    #[inline]
    fn fill_tile_by(
        self,
        first: usize,
        stop: usize,
        out: &mut [f32],
        step: impl Fn(f64, f64) -> f64 + Copy,
        finish: impl Fn(f64) -> f32 + Copy,
    ) {
        let n_coords = self.cloud.n_coords();
        let mut sums = vec![[0.0_f64; LANES]; stop - 1];
        let mut tile = vec![[0.0_f64; LANES]; CHUNK.min(n_coords)];
        let mut other = vec![0.0_f64; CHUNK.min(n_coords)];
        for start in (0..n_coords).step_by(CHUNK) {
            let chunk = start..(start + CHUNK).min(n_coords);
            for lane in first..stop {
                let coordinates = &self.cloud.point(lane)[chunk.clone()];
                for (place, &x) in tile.iter_mut().zip(coordinates) {
                    place[lane - first] = self.places[lane].apply(x);
                }
            }
            for (j, sum) in sums.iter_mut().enumerate() {
                let coordinates = &self.cloud.point(j)[chunk.clone()];
                for (place, &x) in other.iter_mut().zip(coordinates) {
                    *place = self.places[j].apply(x);
                }
                let mut local = *sum;
                for (eight, &y) in tile.iter().zip(&other[..chunk.len()]) {
                    for (sum, &x) in local.iter_mut().zip(eight) {
                        *sum = step(*sum, x - y);
                    }
                }
                *sum = local;
            }
        }
        let mut rows: [&mut [f32]; LANES] = Default::default();
        let mut rest = out;
        for (row, length) in rows.iter_mut().zip(first..stop) {
            (*row, rest) = rest.split_at_mut(length);
        }
        for (j, sum) in sums.into_iter().enumerate() {
            for (row, distance) in rows.iter_mut().zip(sum.map(finish)) {
                if let Some(place) = row.get_mut(j) {
                    *place = distance;
                }
            }
        }
    }
}
