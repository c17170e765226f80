//! Colours of values: their range, how they are spread over it, and the bar that explains them.

use super::check::invalid;
use super::figure::{ColorScale, Spread};
use super::palette::Palette;
use super::sheet::{Place, SMALL, Sheet, Words};
use super::text::{fit, minus, three_digits, width};
use super::ticks::Ticks;
use crate::Result;
use plotters::style::text_anchor::{HPos, VPos};

/// Height of the bar with its labels.
pub(super) const BAR_HEIGHT: f64 = 34.0;

/// Accuracies worth a label, from the best down.
const ROUND_SHARES: [f64; 16] =
    [0.999, 0.998, 0.995, 0.99, 0.98, 0.97, 0.95, 0.93, 0.9, 0.85, 0.8, 0.7, 0.6, 0.4, 0.2, 0.0];

/// A scale with its range.
#[derive(Debug, Clone)]
pub(super) struct Colors<'a> {
    spec: &'a ColorScale,
    palette: &'static Palette,
    low: f64,
    high: f64,
}

impl<'a> Colors<'a> {
    /// The scale over these values; their own range where none is given.
    pub(super) fn over(
        spec: &'a ColorScale,
        palette: &'static Palette,
        values: impl Iterator<Item = f64>,
    ) -> Result<Self> {
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        let possible = |value: f64| value.abs() <= 1e300 && (spec.spread == Spread::Linear || value <= 1.0);
        for value in values.chain(spec.low).chain(spec.high) {
            if !possible(value) {
                let reason = "a value must be finite, and at most 1 where it is spread by its error";
                return Err(invalid("colorScale", &value, reason));
            }
            (least, most) = (least.min(value), most.max(value));
        }
        let (low, high) = (spec.low.unwrap_or(least), spec.high.unwrap_or(most));
        if low.is_finite() && high < low {
            return Err(invalid("colorScale", &low, &format!("the scale ends at {high}")));
        }
        let (low, high) = if low.is_finite() { (low, high) } else { (0.0, 1.0) };
        Ok(Self { spec, palette, low, high })
    }

    /// From 0 at the low end to 1 at the high end.
    pub(super) fn share(&self, value: f64) -> f64 {
        let spread = |value: f64| match self.spec.spread {
            Spread::Linear => value,
            // An error below a ten-thousandth is none.
            Spread::Error => -(1.0 - value).max(1e-4).ln(),
        };
        let (low, high) = (spread(self.low), spread(self.high));
        // Halves, as the difference of two large numbers may be infinite.
        let span = high / 2.0 - low / 2.0;
        if span > 0.0 { ((spread(value) / 2.0 - low / 2.0) / span).clamp(0.0, 1.0) } else { 1.0 }
    }

    pub(super) fn color(&self, value: f64) -> u32 {
        self.palette.sequential(self.share(value))
    }

    /// A value as it is written: with its unit, three digits.
    pub(super) fn words(&self, value: f64) -> String {
        if self.spec.percent { format!("{} %", three_digits(100.0 * value)) } else { three_digits(value) }
    }

    /// The quantity and its range, as in "test accuracy from 10 % to 92 %".
    pub(super) fn finding(&self) -> String {
        let label = if self.spec.label.is_empty() { "value" } else { &self.spec.label };
        format!("{label} from {} to {}", self.words(self.low), self.words(self.high))
    }

    fn ticks(&self, width: f64) -> Vec<(f64, String)> {
        let factor = if self.spec.percent { 100.0 } else { 1.0 };
        let unit = if self.spec.percent { " %" } else { "" };
        if self.spec.spread == Spread::Error {
            let mut ticks: Vec<(f64, String)> = Vec::new();
            for value in ROUND_SHARES {
                let at = width * self.share(value);
                let room = ticks.last().is_none_or(|(last, _)| last - at >= 34.0);
                if (self.low..=self.high).contains(&value) && room {
                    let rounded = (1000.0 * factor * value).round() / 1000.0;
                    ticks.push((at, minus(&format!("{rounded}{unit}"))));
                }
            }
            return ticks;
        }
        let ticks = Ticks::nice(factor * self.low, factor * self.high, (width / 44.0) as usize + 1);
        let label = |value: &f64| (width * self.share(value / factor), format!("{}{unit}", ticks.label(*value)));
        ticks.values.iter().map(label).collect()
    }

    /// The bar, its quantity before it and a stroke for each value on it, within a place of [`BAR_HEIGHT`].
    pub(super) fn bar(&self, sheet: &Sheet, place: Place, values: impl Iterator<Item = f64>) -> Result<()> {
        let label = fit(&self.spec.label, SMALL, 0.5 * place.width);
        let before = if label.is_empty() { 0.0 } else { width(&label, SMALL) + 12.0 };
        let bar = Place {
            x: place.x + before,
            y: place.y + 8.0,
            width: (place.width - before - 14.0).clamp(1.0, 200.0),
            height: 8.0,
        };
        sheet.words(
            &label,
            (place.x, bar.y + 4.0),
            Words::new(SMALL, sheet.palette.ink, (HPos::Left, VPos::Center)),
        )?;
        let parts = 64;
        for i in 0..parts {
            // Each part reaches to the end: side by side they would show seams.
            let from = bar.width * f64::from(i) / f64::from(parts);
            let color = self.palette.sequential((f64::from(i) + 0.5) / f64::from(parts));
            sheet.rect(Place { x: bar.x + from, width: bar.width - from, ..bar }, color)?;
        }
        for value in values {
            let x = bar.x + bar.width * self.share(value);
            sheet.rect(Place { x: x - 0.5, y: bar.y - 4.0, width: 1.0, height: 3.0 }, sheet.palette.ink)?;
        }
        for (at, words) in self.ticks(bar.width) {
            let style = Words::new(10.0, sheet.palette.muted, (HPos::Center, VPos::Top));
            sheet.rect(Place { x: bar.x + at - 0.5, y: bar.y + 8.0, width: 1.0, height: 3.0 }, sheet.palette.muted)?;
            sheet.words(&words, (bar.x + at, bar.y + 13.0), style)?;
        }
        Ok(())
    }
}
