//! How long the finite classes of one dimension live.

use crate::homology::Interval;

/// Lifespans of the finite intervals, in their order.
pub(super) fn finite(intervals: &[Interval]) -> impl Iterator<Item = f64> + '_ {
    intervals.iter().filter(|interval| !interval.is_essential()).map(Interval::lifespan)
}

/// Number of finite intervals.
pub fn n_finite(intervals: &[Interval]) -> usize {
    finite(intervals).count()
}

/// The lifespan sum: Σ (death − birth)^α over the finite intervals.
///
/// For H0 and α = 1 it is the length of a minimum spanning tree. With α = 1 it is the descriptor of Magai (2023), there
/// in the same convention of diameters; code of 2022 for the same paper takes half of it. The exponents 0, ½, 1 and 2
/// give the same bits on all platforms, others depend on the platform's power function in the last bits.
pub fn lifespan_sum(intervals: &[Interval], alpha: f64) -> f64 {
    finite(intervals).fold(0.0, |sum, lifespan| sum + power(lifespan, alpha))
}

/// x^α, by exact operations where there are any.
pub(super) fn power(lifespan: f64, alpha: f64) -> f64 {
    match alpha {
        0.0 => 1.0,
        0.5 => lifespan.sqrt(),
        1.0 => lifespan,
        2.0 => lifespan * lifespan,
        _ => lifespan.powf(alpha),
    }
}

/// Mean lifespan of the finite intervals; `None` if there are none.
pub fn mean_lifespan(intervals: &[Interval]) -> Option<f64> {
    let n = n_finite(intervals);
    (n > 0).then(|| lifespan_sum(intervals, 1.0) / n as f64)
}

/// The longest lifespan of a finite interval; `None` if there are none.
pub fn longest_lifespan(intervals: &[Interval]) -> Option<f64> {
    finite(intervals).reduce(f64::max)
}
