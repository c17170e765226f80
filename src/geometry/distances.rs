//! The pairwise loop: one point against sixteen earlier ones at a time.
//!
//! Each pair has the bits of [`Metric::distance`], whatever the blocks and threads. Its coordinates are taken in their
//! order; the compiler vectorises across the sixteen. Euclidean distances come from products, |x|² + |y|² − 2x·y, which
//! saves one operation of three; where the rounding of the result could depend on that, the differences decide.

use super::distance_matrix::{MAX_POINTS, condensed_len, too_many};
use super::metric::{Metric, Placement, larger};
use super::point_cloud::PointCloud;
use crate::parallel;
use crate::progress::{Observer, Stage, report};
use crate::{Error, Result};

/// Points in a panel, which one other point is compared with at once.
const PANEL: usize = 16;
/// Rows that a panel is made for.
const BAND: usize = 64;
/// Coordinates of a panel that are at hand at once, so that they stay in the first cache: 32 kB.
const CHUNK: usize = 256;
/// Products pay from so many coordinates on.
const MANY_COORDS: usize = 12;
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

    let by_products = metric == Metric::Euclidean && cloud.n_coords() >= MANY_COORDS;
    let mut squares = if by_products { squares(cloud) } else { vec![0.0; n_points] };
    squares.resize(n_points + PANEL, 0.0);
    let rows = Rows { cloud, metric, by_products, places: &places, squares: &squares };
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

/// The squares of the points' lengths.
fn squares(cloud: &PointCloud) -> Vec<f64> {
    let square = |sum, &x: &f32| sum + f64::from(x) * f64::from(x);
    (0..cloud.n_points()).map(|i| cloud.point(i).iter().fold(0.0, square)).collect()
}

/// What the rows of one matrix are computed from.
#[derive(Clone, Copy)]
struct Rows<'a> {
    cloud: &'a PointCloud,
    metric: Metric,
    /// Whether distances come from products.
    by_products: bool,
    places: &'a [Placement],
    /// The squares of the points' lengths for that, else zeros; and some zeros behind.
    squares: &'a [f64],
}

impl Rows<'_> {
    /// Where to stop and ask the observer again.
    fn end_of_batch(self, first: usize) -> usize {
        let n_threads = parallel::n_threads();
        let per_band = BAND * (first + BAND) * self.cloud.n_coords();
        // Even where one band is long work, every thread must have one.
        let bands = (WORK_PER_REPORT * n_threads / per_band).max(n_threads);
        (first + bands * BAND).min(self.cloud.n_points())
    }

    /// Fills rows `first..end` of the lower triangle, which `out` holds.
    fn fill(self, first: usize, end: usize, out: &mut [f32]) {
        let mut bands = Vec::new();
        let mut rest = out;
        for row in (first..end).step_by(BAND) {
            let stop = (row + BAND).min(end);
            let (band, tail) = rest.split_at_mut(condensed_len(stop) - condensed_len(row));
            bands.push((row, stop, band));
            rest = tail;
        }
        if self.cloud.n_coords() * (condensed_len(end) - condensed_len(first)) < WORK_PER_REPORT / 4 {
            // Less than a millisecond of one thread.
            for (row, stop, band) in bands {
                self.fill_band(row, stop, band);
            }
        } else {
            parallel::map(bands, |(row, stop, band)| self.fill_band(row, stop, band));
        }
    }

    /// Fills at most 64 rows.
    fn fill_band(self, first: usize, stop: usize, out: &mut [f32]) {
        let band = Band { rows: self, first, stop, out };
        let as_it_is = |_: usize, x: f32| f64::from(x);
        let placed = |i: usize, x: f32| self.places[i].apply(x);
        let squared = |sum: f64, x: f64, y: f64| sum + (x - y) * (x - y);
        match self.metric {
            Metric::Manhattan => band.fill_by(as_it_is, |sum, x, y| sum + (x - y).abs(), |sum, _| sum as f32),
            Metric::Chebyshev => band.fill_by(as_it_is, |sum, x, y| larger(sum, (x - y).abs()), |sum, _| sum as f32),
            Metric::Euclidean if self.by_products => self.fill_by_products(band),
            Metric::Euclidean => band.fill_by(as_it_is, squared, |sum, _| sum.sqrt() as f32),
            metric => band.fill_by(placed, squared, |sum, _| metric.finish(sum)),
        }
    }

    /// With u = 2⁻⁵³ and d coordinates, the squares and the product are off by at most du(|x|² + |y|²) each, their sum
    /// by a few u more, and the sum of squared differences, which decides what the distance is, by du of its own size.
    fn fill_by_products(self, band: Band<'_>) {
        let (d, unit) = (self.cloud.n_coords() as f64, f64::EPSILON / 2.0);
        let (of_squares, of_sum) = (unit * (2.0 * d + 8.0), unit * (d + 8.0));
        let finish = |product: f64, both: f64| {
            let sum = both - 2.0 * product;
            let length = sum.sqrt();
            // Twice as much as the error of the sum does to the root.
            let doubt = (of_squares * both + of_sum * sum) / length;
            let (least, most) = ((length - doubt) as f32, (length + doubt) as f32);
            if least == most { least } else { f32::NAN }
        };
        band.fill_by(|_, x| f64::from(x), |sum, x, y| sum + x * y, finish);
    }
}

/// Successive rows of the lower triangle.
struct Band<'a> {
    rows: Rows<'a>,
    first: usize,
    stop: usize,
    out: &'a mut [f32],
}

impl Band<'_> {
    /// Coordinates of two points as they are `placed` are taken in by `step`; `finish` makes a distance of the sum and the
    /// squares of both lengths, or NaN where [`Metric::distance`] has to.
    #[inline]
    fn fill_by(
        self,
        placed: impl Fn(usize, f32) -> f64 + Copy,
        step: impl Fn(f64, f64, f64) -> f64 + Copy,
        finish: impl Fn(f64, f64) -> f32 + Copy,
    ) {
        let Self { rows: Rows { cloud, metric, squares, .. }, first, stop, out } = self;
        let n_coords = cloud.n_coords();
        let mut slices: Vec<&mut [f32]> = Vec::with_capacity(BAND);
        let mut rest = out;
        for length in first..stop {
            let (row, tail) = rest.split_at_mut(length);
            slices.push(row);
            rest = tail;
        }
        let mut panel = vec![[0.0; PANEL]; CHUNK.min(n_coords)];
        for low in (0..stop - 1).step_by(PANEL) {
            let later = first.max(low + 1)..stop;
            let mut sums = [[0.0; PANEL]; BAND];
            for start in (0..n_coords).step_by(CHUNK) {
                let chunk = start..(start + CHUNK).min(n_coords);
                for (lane, j) in (low..(low + PANEL).min(stop)).enumerate() {
                    for (lanes, &y) in panel.iter_mut().zip(&cloud.point(j)[chunk.clone()]) {
                        lanes[lane] = placed(j, y);
                    }
                }
                for (i, sums) in later.clone().zip(&mut sums) {
                    let mut local = *sums;
                    for (lanes, &x) in panel.iter().zip(&cloud.point(i)[chunk.clone()]) {
                        let x = placed(i, x);
                        for (sum, &y) in local.iter_mut().zip(lanes) {
                            *sum = step(*sum, x, y);
                        }
                    }
                    *sums = local;
                }
            }
            for (i, sums) in later.zip(&sums) {
                let mut lengths = [0.0; PANEL];
                for ((length, &sum), square) in lengths.iter_mut().zip(sums).zip(&squares[low..low + PANEL]) {
                    *length = finish(sum, squares[i] + square);
                }
                let row = &mut slices[i - first][low..];
                let n = row.len().min(PANEL);
                row[..n].copy_from_slice(&lengths[..n]);
                if lengths.iter().fold(false, |any, length| any | length.is_nan()) {
                    for (j, length) in (low..).zip(&mut row[..n]).filter(|(_, length)| length.is_nan()) {
                        *length = metric.distance(cloud.point(i), cloud.point(j));
                    }
                }
            }
        }
    }
}
