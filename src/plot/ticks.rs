//! Few ticks at round numbers: multiples of 1, 2 or 5 times a power of ten.

use super::text::{minus, three_digits, trim_exponent};
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use std::ops::Range;

/// Positions and labels along one axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Ticks {
    pub(super) values: Vec<f64>,
    /// Digits after the point; `None` for exponents.
    decimals: Option<usize>,
    /// Whether values are decimal logarithms of what is written.
    logarithmic: bool,
}

impl Ticks {
    /// At most `max` ticks in the closed range; the ends need not be ticks. Only multiplications and divisions by
    /// powers of ten, so that every platform finds the same ones.
    pub(super) fn nice(low: f64, high: f64, max: usize) -> Self {
        let span = high - low;
        if !(span > 0.0 && span.is_finite()) || max == 0 {
            return Self::default();
        }
        let mut exponent = 0;
        while power(exponent) > span && exponent > -300 {
            exponent -= 1;
        }
        while power(exponent) * 10.0 <= span && exponent < 300 {
            exponent += 1;
        }
        exponent -= 2;
        for step in 0..12_u8 {
            let mantissa = [1.0, 2.0, 5.0][usize::from(step % 3)];
            let exponent = exponent + i32::from(step / 3);
            let at = |i: f64| {
                if exponent < 0 { i * mantissa / power(-exponent) } else { i * mantissa * power(exponent) }
            };
            let (first, last) = ((low / at(1.0)).ceil(), (high / at(1.0)).floor());
            if first.abs().max(last.abs()) > 1e9 || last - first + 1.0 > max as f64 {
                continue;
            }
            let values = (0..=(last - first).max(0.0) as usize).map(|i| at(first + i as f64) + 0.0);
            let values: Vec<f64> = values.filter(|value| (low..=high).contains(value)).collect();
            let plain = (-4..=5).contains(&exponent) && high.abs().max(low.abs()) < 1e6;
            let decimals = plain.then_some(usize::try_from(-exponent).unwrap_or(0));
            return Self { values, decimals, logarithmic: false };
        }
        Self::default()
    }

    /// Ticks at whole numbers only.
    pub(super) fn whole(low: f64, high: f64, max: usize) -> Self {
        let mut ticks = Self::nice(low, high, max);
        ticks.values.retain(|value| value.fract() == 0.0);
        ticks.decimals = ticks.decimals.map(|_| 0);
        ticks
    }

    /// Ticks at 1, 2 and 5 times powers of ten, or at powers only, for an axis of decimal logarithms.
    pub(super) fn logarithmic(low: f64, high: f64, max: usize) -> Self {
        for mantissas in [&[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0][..], &[1.0, 2.0, 5.0], &[1.0]] {
            let decades = low.floor() as i32..=high.ceil() as i32;
            let all = decades.flat_map(|decade| mantissas.iter().map(move |m: &f64| f64::from(decade) + m.log10()));
            let values: Vec<f64> = all.filter(|value| (low..=high).contains(value)).collect();
            if values.len() <= max {
                return Self { values, decimals: Some(0), logarithmic: true };
            }
        }
        let step = ((high - low) / max.max(1) as f64).ceil().max(1.0);
        let first = (low / step).ceil();
        let n = ((high / step).floor() - first).max(0.0) as usize + 1;
        Self { values: (0..n).map(|i| (first + i as f64) * step).collect(), decimals: None, logarithmic: true }
    }

    /// The label of one tick.
    pub(super) fn label(&self, value: f64) -> String {
        if self.logarithmic {
            return three_digits(10.0_f64.powf(value));
        }
        match self.decimals {
            _ if value == 0.0 => "0".to_owned(),
            Some(decimals) => minus(&format!("{value:.decimals$}")),
            None => minus(&trim_exponent(&format!("{value:.6e}"))),
        }
    }
}

/// A linear scale with its ticks, for plotters. The second end may be the lower one.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    from: f64,
    to: f64,
    ticks: Vec<f64>,
}

impl Axis {
    pub(super) fn new((from, to): (f64, f64), ticks: &Ticks) -> Self {
        Self { from, to, ticks: ticks.values.clone() }
    }
}

impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        // Far outside the picture is far enough.
        let part = ((value - self.from) / (self.to - self.from)).clamp(-100.0, 100.0);
        limit.0 + (f64::from(limit.1 - limit.0) * part).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }

    fn range(&self) -> Range<f64> {
        self.from..self.to
    }
}

fn power(exponent: i32) -> f64 {
    let mut value = 1.0;
    for _ in 0..exponent.abs() {
        value *= 10.0;
    }
    if exponent < 0 { 1.0 / value } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, max: usize) -> Vec<String> {
        let ticks = Ticks::nice(low, high, max);
        ticks.values.iter().map(|value| ticks.label(*value)).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(0.0, 4.21, 6), ["0", "1", "2", "3", "4"]);
        assert_eq!(labels(0.0, 1.0, 6), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(-3.1, 2.9, 4), ["−2", "0", "2"]);
        assert_eq!(labels(0.0, 3e-9, 4), ["0", "1e−9", "2e−9", "3e−9"]);
        assert_eq!(labels(0.0, 1e38, 3), ["0", "5e37", "1e38"]);
    }

    #[test]
    fn impossible_ranges_have_no_ticks() {
        for (low, high) in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
            assert_eq!(Ticks::nice(low, high, 5).values, Vec::<f64>::new());
        }
        assert!(Ticks::nice(1e30, 1e30 + 1e15, 5).values.len() <= 5);
    }
}
