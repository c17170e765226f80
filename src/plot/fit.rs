//! Straight lines through points on logarithmic scales: how a sum grows with the size of the sample.

use super::Picture;
use super::axes::Mesh;
use super::check::{self, invalid};
use super::figure::{FitFigure, FitLine};
use super::legend::Legend;
use super::sheet::paint;
use super::text::{clean, plural, three_digits};
use super::ticks::Ticks;
use crate::Result;
use std::fmt::Write as _;

pub(super) fn draw(figure: &FitFigure) -> Result<Picture> {
    check::fit(figure)?;
    let palette = figure.frame.theme.palette();
    let color = |line: &FitLine| {
        let name = if line.color.is_empty() { "h0" } else { &line.color };
        palette
            .named(name)
            .ok_or_else(|| invalid("color", &line.color, "use h0, h1, h2, class0 to class9, ink or muted"))
    };
    let colors = figure.fits.iter().map(color).collect::<Result<Vec<u32>>>()?;
    paint(&figure.frame, &finding(figure), |sheet| {
        let tiny = sheet.is_tiny();
        let named: &[FitLine] = if tiny || figure.fits.len() < 2 { &[] } else { &figure.fits };
        let legend = Legend::new(named.iter().map(|line| line.name.as_str()), sheet.width - 16.0);
        let place = sheet.inside(52.0, 16.0, 24.0 + legend.height(), 42.0);
        let x = range(figure.fits.iter().flat_map(|line| &line.sizes));
        let y = range(figure.fits.iter().flat_map(|line| &line.sums));
        let mesh = if tiny {
            Mesh::default()
        } else {
            Mesh {
                x: Ticks::logarithmic(x.0, x.1, (place.width / 56.0) as usize + 1),
                y: Ticks::logarithmic(y.0, y.1, (place.height / 32.0) as usize + 1),
                x_labels: true,
                y_labels: true,
                base: true,
            }
        };
        let plot = sheet.plot(place, x, y, &mesh)?;
        for (line, color) in figure.fits.iter().zip(&colors) {
            if let (Some(slope), Some(intercept)) = (line.slope, line.intercept) {
                // From one end of the points to the other: nothing is claimed beyond.
                let ends = line.sizes.iter().fold(None, |ends: Option<(f64, f64)>, size| {
                    Some(ends.map_or((*size, *size), |(low, high)| (low.min(*size), high.max(*size))))
                });
                let at = |size: f64| (size.log10(), (slope * size.ln() + intercept) / std::f64::consts::LN_10);
                if let Some((low, high)) = ends.filter(|(low, high)| low < high) {
                    plot.line(vec![at(low), at(high)], *color, 0.7, 1.4)?;
                }
            }
            for (size, sum) in line.sizes.iter().zip(&line.sums) {
                plot.dot((size.log10(), sum.log10()), 3.4, *color, 1.0)?;
            }
        }
        if figure.fits.iter().all(|line| line.sizes.is_empty()) {
            sheet.nothing(place, "no values yet")?;
        }
        legend.draw(sheet, (8.0, sheet.top), |i, at| sheet.dot(at, 4.0, colors[i]))?;
        sheet.x_name(place, &figure.x_label)?;
        sheet.y_name(place, &figure.y_label)?;
        Ok(vec![plot.panel("fit")])
    })
}

/// Decimal logarithms of all values with some room.
fn range<'a>(values: impl Iterator<Item = &'a f64>) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values {
        (low, high) = (low.min(value.log10()), high.max(value.log10()));
    }
    if low > high {
        return (0.0, 1.0);
    }
    let room = (0.08 * (high - low)).max(0.05);
    (low - room, high + room)
}

fn finding(figure: &FitFigure) -> String {
    let [x, y] = [&figure.x_label, &figure.y_label].map(|label| clean(label));
    let mut words = format!("{y} against {x} on logarithmic scales, {}", plural(figure.fits.len(), "fit"));
    for line in &figure.fits {
        let name = clean(&line.name);
        let between = if name.is_empty() { "" } else { ": " };
        let _ = write!(words, "; {name}{between}{}", plural(line.sizes.len(), "point"));
        if let Some(slope) = line.slope {
            let _ = write!(words, " on a line of slope {}", three_digits(slope));
        }
        if let Some(r2) = line.r2 {
            let _ = write!(words, ", R² {}", three_digits(r2));
        }
    }
    words.push('.');
    words
}
