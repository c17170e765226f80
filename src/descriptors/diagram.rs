//! Intervals as points of a persistence diagram, the form in which two barcodes are compared.

use crate::homology::Interval;

/// A point (birth, death) above the diagonal.
pub(super) type Point = (f64, f64);

/// The finite intervals as points, in their order.
pub(super) fn finite_points(intervals: &[Interval]) -> Vec<Point> {
    let finite = intervals.iter().filter(|interval| !interval.is_essential());
    finite.map(|interval| (f64::from(interval.birth), f64::from(interval.death))).collect()
}

/// How far the births of the essential intervals are apart when they are matched in their order, which is the cheapest
/// matching for any cost that grows with the distance; `None` if their numbers differ, so that no matching is finite.
pub(super) fn essential_gaps(a: &[Interval], b: &[Interval]) -> Option<Vec<f64>> {
    let (a, b) = (essential_births(a), essential_births(b));
    (a.len() == b.len()).then(|| a.iter().zip(&b).map(|(x, y)| (x - y).abs()).collect())
}

fn essential_births(intervals: &[Interval]) -> Vec<f64> {
    let essential = intervals.iter().filter(|interval| interval.is_essential());
    let mut births: Vec<f64> = essential.map(|interval| f64::from(interval.birth)).collect();
    births.sort_unstable_by(f64::total_cmp);
    births
}

/// The larger of the two coordinates' differences.
pub(super) fn max_distance(p: Point, q: Point) -> f64 {
    (p.0 - q.0).abs().max((p.1 - q.1).abs())
}

/// The distance to the diagonal in the larger of the two coordinates: half the lifespan.
pub(super) fn max_distance_to_diagonal(p: Point) -> f64 {
    (p.1 - p.0).abs() / 2.0
}
