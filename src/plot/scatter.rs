//! Point clouds in the plane at equal scales, with the edges of a graph beneath.

use super::axes::Mesh;
use super::figure::ScatterFigure;
use super::legend::Legend;
use super::sheet::{Place, paint};
use super::text::plural;
use super::ticks::Ticks;
use super::{Picture, check};
use crate::Result;
use std::fmt::Write as _;

pub(super) fn draw(figure: &ScatterFigure) -> Result<Picture> {
    check::scatter(figure)?;
    let points: Vec<(f64, f64)> =
        figure.positions.chunks_exact(2).map(|point| (point[0].into(), point[1].into())).collect();
    paint(&figure.frame, &finding(figure, points.len()), |sheet| {
        let tiny = sheet.is_tiny();
        let classes: &[String] = if figure.legend && !tiny { &figure.classes } else { &[] };
        let legend = Legend::new(classes.iter().map(String::as_str), sheet.width - 16.0);
        let names = if figure.y_label.is_empty() { 6.0 } else { 24.0 };
        let below = if figure.x_label.is_empty() { 26.0 } else { 42.0 };
        let place = sheet.inside(44.0, 10.0, names + legend.height(), below);
        let (x, y) = ranges(&points, place);
        let mesh = if tiny || points.is_empty() {
            Mesh::default()
        } else {
            let most = |length: f64| (length / 70.0) as usize + 2;
            Mesh {
                x: Ticks::nice(x.0, x.1, most(place.width)),
                y: Ticks::nice(y.0, y.1, most(place.height)),
                x_labels: true,
                y_labels: true,
                base: false,
            }
        };
        let plot = sheet.plot(place, x, y, &mesh)?;
        for edge in figure.edges.chunks_exact(2) {
            let ends = vec![points[edge[0] as usize], points[edge[1] as usize]];
            plot.line(ends, sheet.palette.muted, 0.45, 0.7)?;
        }
        let radius = (0.2 * (place.width * place.height / points.len().max(1) as f64).sqrt()).clamp(1.5, 4.5);
        for (i, point) in points.iter().enumerate() {
            let color = match &figure.labels {
                Some(labels) => sheet.palette.class(labels[i].into()),
                None => sheet.palette.class(0),
            };
            plot.dot(*point, radius, color, 0.8)?;
        }
        if points.is_empty() {
            sheet.nothing(place, "no points")?;
        }
        legend.draw(sheet, (8.0, sheet.top), |class, at| sheet.dot(at, 4.0, sheet.palette.class(class)))?;
        sheet.x_name(place, &figure.x_label)?;
        sheet.y_name(place, &figure.y_label)?;
        Ok(vec![plot.panel("scatter")])
    })
}

fn finding(figure: &ScatterFigure, n: usize) -> String {
    let mut words = format!("{} in the plane", plural(n, "point"));
    if figure.labels.is_some() && !figure.classes.is_empty() {
        let _ = write!(words, " in {} classes", figure.classes.len());
    }
    if !figure.edges.is_empty() {
        let _ = write!(words, ", joined by {}", plural(figure.edges.len() / 2, "edge"));
    }
    words.push('.');
    words
}

/// Data ranges that hold all points with some room, at one scale for both axes.
fn ranges(points: &[(f64, f64)], place: Place) -> ((f64, f64), (f64, f64)) {
    let extent = |values: &dyn Fn(&(f64, f64)) -> f64| {
        let low = points.iter().map(values).fold(f64::INFINITY, f64::min);
        let high = points.iter().map(values).fold(f64::NEG_INFINITY, f64::max);
        if points.is_empty() { (0.0, 0.0) } else { (f64::midpoint(low, high), high - low) }
    };
    let ((mid_x, span_x), (mid_y, span_y)) = (extent(&|point| point.0), extent(&|point| point.1));
    let mut per_pixel = 1.08 * (span_x / place.width).max(span_y / place.height);
    // Points on one spot, or as good as.
    let least = 1e-9 * mid_x.abs().max(mid_y.abs()) / place.width.min(place.height);
    if per_pixel <= least {
        per_pixel = if least > 0.0 { 1e9 * least } else { 2.0 / place.width.min(place.height) };
    }
    let (half_x, half_y) = (per_pixel * place.width / 2.0, per_pixel * place.height / 2.0);
    ((mid_x - half_x, mid_x + half_x), (mid_y - half_y, mid_y + half_y))
}
