//! Intervals by dimension, their common scale, and what they show in words.

use super::figure::Bars;
use super::text::{plural, three_digits};

/// Indices of the intervals of each dimension from 0 on, by birth, then death (so H0 by death).
pub(super) fn by_dimension(bars: &Bars) -> Vec<Vec<usize>> {
    let highest = bars.dims.iter().chain(&bars.max_dim).copied().max().unwrap_or(0);
    let mut dims = vec![Vec::new(); usize::from(highest) + 1];
    for (i, dim) in bars.dims.iter().enumerate() {
        dims[usize::from(*dim)].push(i);
    }
    for intervals in &mut dims {
        intervals.sort_by(|a, b| {
            let key = |i: usize| (bars.births[i], bars.deaths[i]);
            let ((birth_a, death_a), (birth_b, death_b)) = (key(*a), key(*b));
            birth_a.total_cmp(&birth_b).then(death_a.total_cmp(&death_b)).then(a.cmp(b))
        });
    }
    dims
}

/// The scale that all finite births and deaths fit in, with some room on the right for what goes on.
pub(super) fn scale(bars: &Bars, x_max: Option<f64>) -> (f64, f64) {
    let finite = || bars.births.iter().chain(&bars.deaths).map(|value| f64::from(*value)).filter(|value| value.is_finite());
    let low = finite().fold(0.0, f64::min);
    let high = finite().fold(0.0, f64::max);
    let threshold = bars.threshold.filter(|threshold| threshold.is_finite());
    let end = match (x_max, threshold) {
        (Some(x_max), _) => x_max,
        (None, Some(threshold)) if threshold >= high && (threshold <= 1.25 * high || high == 0.0) => threshold,
        _ => high + 0.05 * (high - low),
    };
    (low, if end > low { end } else { low + 1.0 })
}

/// Why a dimension is empty.
pub(super) fn no_intervals(bars: &Bars, dim: usize) -> String {
    match bars.threshold {
        Some(threshold) if threshold.is_finite() => {
            format!("no H{dim} intervals up to {}", three_digits(threshold))
        }
        _ => format!("no H{dim} intervals"),
    }
}

/// Counts and the longest finite interval of each dimension, as the text alternative.
pub(super) fn finding(what: &str, bars: &Bars, dims: &[Vec<usize>]) -> String {
    let mut words = format!("{what} over the scale (Rips diameter):");
    for (dim, intervals) in dims.iter().enumerate() {
        words.push_str(if dim == 0 { " " } else { "; " });
        if intervals.is_empty() {
            words.push_str(&no_intervals(bars, dim));
            continue;
        }
        words.push_str(&plural(intervals.len(), &format!("H{dim} interval")));
        let essential = intervals.iter().filter(|i| bars.deaths[**i].is_infinite()).count();
        if essential > 0 {
            words.push_str(&format!(", {essential} essential"));
        }
        let longest = intervals
            .iter()
            .copied()
            .filter(|i| bars.deaths[*i].is_finite())
            .max_by(|a, b| length(bars, *a).total_cmp(&length(bars, *b)).then(b.cmp(a)));
        if let Some(i) = longest {
            let [birth, death] = [bars.births[i], bars.deaths[i]].map(|value| three_digits(value.into()));
            words.push_str(&format!(", the longest finite one from {birth} to {death}"));
        }
    }
    words.push('.');
    words
}

/// Length of an interval.
pub(super) fn length(bars: &Bars, i: usize) -> f64 {
    f64::from(bars.deaths[i]) - f64::from(bars.births[i])
}
