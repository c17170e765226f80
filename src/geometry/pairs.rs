//! Lower bounds of the distances of all pairs, eight points against eight: twice as fast as the distances themselves.
//!
//! What is bounded is the *sum* that a metric accumulates before [`Metric::finish`]: of squared differences, or of absolute
//! ones, or their maximum. Squared differences come from products in 32 bits, |x|² + |y|² − 2x·y, of points moved so
//! that their mean is the origin. With u = 2⁻²⁴ and c coordinates summed in one chain, rounding the moved points
//! changes the sum by at most 4u(|x|² + |y|²), products and their summation by cu(|x|² + |y|²) (Higham, *Accuracy and
//! Stability of Numerical Algorithms*, §3.1), norms and the last two additions by 4u(|x|² + |y|²): the bound gives away
//! (c + 16)u of it. Near-duplicates therefore have bounds around zero, which is true, and are left to exact arithmetic.

use super::PointCloud;
use super::distances::placements;
use super::metric::{Metric, Placement};
use crate::Result;

/// Points per panel, and so pairs of panels make 64 distances.
pub(crate) const PANEL: usize = 8;
/// Coordinates summed in one chain before they join the others, which keeps rounding small for wide points.
const CHUNK: usize = 256;

/// The points in some order, packed for [`Self::tile`].
pub(crate) struct Pairs {
    /// Coordinates of eight points side by side, panel after panel.
    panels: Vec<[f32; PANEL]>,
    /// What each point adds to a sum; infinite for those that fill up the last panel.
    offsets: Vec<f32>,
    n_coords: usize,
    kind: Kind,
    metric: Metric,
    /// Share of a sum that rounding leaves sure.
    sure: f32,
    /// A power of two by which coordinates were multiplied, so that sums neither overflow nor vanish.
    unit: f64,
}

#[derive(Clone, Copy)]
enum Kind {
    Products,
    Absolutes,
    Largest,
}

/// A lower bound for each pair of a panel's point (outer) with another's.
pub(crate) type Tile = [[f32; PANEL]; PANEL];

impl Pairs {
    /// Packs the points of these indices.
    ///
    /// # Errors
    /// [`crate::Error::UndefinedMetric`].
    pub(crate) fn new(cloud: &PointCloud, metric: Metric, order: &[u32]) -> Result<Self> {
        let n_coords = cloud.n_coords();
        let kind = match metric {
            Metric::Manhattan => Kind::Absolutes,
            Metric::Chebyshev => Kind::Largest,
            Metric::Euclidean | Metric::Angular | Metric::Correlation => Kind::Products,
        };
        let terms = CHUNK.min(n_coords) + n_coords.div_ceil(CHUNK) + 16;
        let doubt = terms as f32 / 16_777_216.0;
        let of_point = placements(cloud, metric)?;
        let places: Vec<Placement> = order.iter().map(|&point| of_point[point as usize]).collect();
        let mut centre = vec![0.0; n_coords];
        if matches!(kind, Kind::Products) {
            for (&point, place) in order.iter().zip(&places) {
                for (sum, &x) in centre.iter_mut().zip(cloud.point(point as usize)) {
                    *sum += place.apply(x);
                }
            }
            for sum in &mut centre {
                *sum /= order.len() as f64;
            }
        }
        let moved = |point: u32, place: &Placement| {
            let coordinates = cloud.point(point as usize).iter().zip(&centre);
            let place = *place;
            coordinates.map(move |(&x, &middle)| place.apply(x) - middle)
        };
        let points = || order.iter().zip(&places);
        let largest =
            points().flat_map(|(&point, place)| moved(point, place)).fold(0.0_f64, |most, x| most.max(x.abs()));
        let unit = if largest > 0.0 { (-largest.log2().ceil()).exp2() } else { 1.0 };
        let n_panels = order.len().div_ceil(PANEL);
        let mut panels = vec![[0.0; PANEL]; n_panels * n_coords];
        let mut offsets = vec![f32::INFINITY; n_panels * PANEL];
        for (at, (&point, place)) in points().enumerate() {
            let panel = &mut panels[at / PANEL * n_coords..][..n_coords];
            let mut norm2 = 0.0;
            for (slots, x) in panel.iter_mut().zip(moved(point, place)) {
                let x = x * unit;
                norm2 += x * x;
                slots[at % PANEL] = x as f32;
            }
            offsets[at] = if matches!(kind, Kind::Products) { norm2 as f32 * (1.0 - doubt) } else { 0.0 };
        }
        Ok(Self { panels, offsets, n_coords, kind, metric, sure: 1.0 - doubt, unit })
    }

    /// No pair at most this long has a bound above the result. Finite.
    pub(crate) fn limit(&self, length: f32) -> f32 {
        let sum = self.metric.largest_sum(length);
        let scaled = if matches!(self.kind, Kind::Products) { sum * self.unit * self.unit } else { sum * self.unit };
        // The addend covers what vanished below the smallest numbers; the largest coordinate is about 1.
        (scaled * (1.0 + 1e-6) + 1e-36).min(f64::from(f32::MAX)) as f32
    }

    /// Number of panels; the last one may be filled up with points infinitely far away.
    pub(crate) fn n_panels(&self) -> usize {
        self.offsets.len() / PANEL
    }

    /// The bounds between the points of two panels.
    #[inline]
    pub(crate) fn tile(&self, panel: usize, other: usize) -> Tile {
        match self.kind {
            Kind::Products => self.tile_by(panel, other, -2.0, |sum, x, y| sum + x * y),
            Kind::Absolutes => self.tile_by(panel, other, self.sure, |sum, x, y| sum + (x - y).abs()),
            Kind::Largest => self.tile_by(panel, other, self.sure, |sum, x, y| {
                let d = (x - y).abs();
                if d > sum { d } else { sum }
            }),
        }
    }

    #[inline]
    fn tile_by(&self, panel: usize, other: usize, factor: f32, step: impl Fn(f32, f32, f32) -> f32 + Copy) -> Tile {
        let coordinates = |panel: usize| &self.panels[panel * self.n_coords..][..self.n_coords];
        let mut sums = Tile::default();
        for (chunk, other) in coordinates(panel).chunks(CHUNK).zip(coordinates(other).chunks(CHUNK)) {
            // Half a panel at a time, so that its sums stay in registers.
            for half in [0, PANEL / 2] {
                let mut local = [[0.0_f32; PANEL]; PANEL / 2];
                for (x, y) in chunk.iter().zip(other) {
                    for (sums, &x) in local.iter_mut().zip(&x[half..half + PANEL / 2]) {
                        for (sum, &y) in sums.iter_mut().zip(y) {
                            *sum = step(*sum, x, y);
                        }
                    }
                }
                for (sums, local) in sums[half..].iter_mut().zip(&local) {
                    for (sum, &local) in sums.iter_mut().zip(local) {
                        *sum = if matches!(self.kind, Kind::Largest) {
                            if local > *sum { local } else { *sum }
                        } else {
                            *sum + local
                        };
                    }
                }
            }
        }
        let offsets = &self.offsets[other * PANEL..][..PANEL];
        for (sums, &own) in sums.iter_mut().zip(&self.offsets[panel * PANEL..][..PANEL]) {
            for (sum, &offset) in sums.iter_mut().zip(offsets) {
                *sum = own + offset + factor * *sum;
            }
        }
        sums
    }
}
