//! Persistence landscapes: the functions λ1 ≥ λ2 ≥ … of one dimension over the scale.

use super::Picture;
use super::axes::Mesh;
use super::check::{self, invalid};
use super::figure::LandscapeFigure;
use super::profile::mesh;
use super::sheet::paint;
use super::text::{clean, plural, three_digits};
use crate::Result;
use std::fmt::Write as _;

pub(super) fn draw(figure: &LandscapeFigure) -> Result<Picture> {
    check::landscape(figure)?;
    let palette = figure.frame.theme.palette();
    let known = "use h0, h1, h2, class0 to class9, ink or muted";
    let color = palette.named(&figure.color).ok_or_else(|| invalid("color", &figure.color, known))?;
    paint(&figure.frame, &finding(figure), |sheet| {
        let tiny = sheet.is_tiny();
        let place = sheet.inside(48.0, 16.0, 24.0, 42.0);
        let x = figure
            .curves
            .iter()
            .flat_map(|curve| &curve.x)
            .fold((0.0_f64, 0.0_f64), |(low, high), x| (low.min(*x), high.max(*x)));
        let highest = figure.curves.iter().flat_map(|curve| &curve.y).fold(0.0_f64, |high, y| high.max(*y));
        let x = if x.0 < x.1 { x } else { (0.0, 1.0) };
        let y = (0.0, if highest > 0.0 { 1.06 * highest } else { 1.0 });
        let mesh = if tiny { Mesh::default() } else { mesh(place, x, y) };
        let plot = sheet.plot(place, x, y, &mesh)?;
        let n = figure.curves.len();
        for (level, curve) in figure.curves.iter().enumerate().rev() {
            let points: Vec<(f64, f64)> = curve.x.iter().copied().zip(curve.y.iter().copied()).collect();
            // The first function in full, the others fading.
            let strength = 1.0 - 0.75 * level as f64 / n as f64;
            if let (Some(first), Some(last)) = (points.first(), points.last()) {
                let ends = [(last.0, 0.0), (first.0, 0.0)];
                plot.polygon(points.iter().copied().chain(ends).collect(), color, 0.1)?;
                plot.line(points, color, strength, if level == 0 { 1.8 } else { 1.2 })?;
            }
        }
        if highest == 0.0 {
            sheet.nothing(place, "zero everywhere: there are no finite intervals")?;
        }
        sheet.x_name(place, &figure.x_label)?;
        sheet.y_name(place, &figure.y_label)?;
        Ok(vec![plot.panel("landscape")])
    })
}

fn finding(figure: &LandscapeFigure) -> String {
    let mut words = format!("Persistence landscape, {}", plural(figure.curves.len(), "function"));
    let [x, y] = [&figure.x_label, &figure.y_label].map(|label| clean(label));
    if !x.is_empty() && !y.is_empty() {
        let _ = write!(words, " of {y} over {x}");
    }
    for (level, curve) in figure.curves.iter().enumerate().take(3) {
        let peak = curve.x.iter().zip(&curve.y).reduce(|best, other| if other.1 > best.1 { other } else { best });
        if let Some((x, y)) = peak {
            let _ = write!(words, "; λ{} peaks with {} at {}", level + 1, three_digits(*y), three_digits(*x));
        }
    }
    words.push('.');
    words
}
