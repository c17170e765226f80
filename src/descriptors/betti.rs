//! How many classes live at a scale.

use crate::homology::Interval;

/// The number of classes alive at a scale, essential ones included: births ≤ scale < death.
pub fn betti_number(intervals: &[Interval], scale: f32) -> usize {
    intervals.iter().filter(|interval| interval.birth <= scale && scale < interval.death).count()
}

/// A step function: `counts[i]` classes are alive from `scales[i]` up to, not including, the next scale.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BettiCurve {
    /// Scales at which the number changes, increasing.
    pub scales: Vec<f32>,
    /// The number from there on.
    pub counts: Vec<usize>,
}

impl BettiCurve {
    /// The number at a scale; 0 before the first.
    pub fn at(&self, scale: f32) -> usize {
        let steps = self.scales.partition_point(|&s| s <= scale);
        steps.checked_sub(1).map_or(0, |last| self.counts[last])
    }
}

/// The Betti curve of one dimension, essential intervals included, with a step wherever the number changes.
pub fn betti_curve(intervals: &[Interval]) -> BettiCurve {
    let mut births: Vec<f32> = intervals.iter().map(|interval| interval.birth).collect();
    let mut deaths: Vec<f32> = intervals.iter().map(|interval| interval.death).collect();
    births.sort_unstable_by(f32::total_cmp);
    deaths.sort_unstable_by(f32::total_cmp);
    let mut curve = BettiCurve::default();
    let (mut n_born, mut n_dead) = (0, 0);
    while n_born < births.len() || deaths.get(n_dead).is_some_and(|&death| death.is_finite()) {
        let next_birth = births.get(n_born).copied().unwrap_or(f32::INFINITY);
        let scale = next_birth.min(deaths[n_dead]);
        n_born += births[n_born..].iter().take_while(|&&birth| birth == scale).count();
        n_dead += deaths[n_dead..].iter().take_while(|&&death| death == scale).count();
        let count = n_born - n_dead;
        if curve.counts.last() != Some(&count) {
            curve.scales.push(scale);
            curve.counts.push(count);
        }
    }
    curve
}
