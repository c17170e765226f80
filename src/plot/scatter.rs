//! Point clouds in the plane at equal scales, with the edges of a graph beneath.

use super::axes::{Mesh, Place, SMALL, Sheet, Words, paint};
use super::figure::ScatterFigure;
use super::text::{fit, plural, width};
use super::ticks::Ticks;
use super::{Picture, check};
use crate::Result;
use plotters::style::text_anchor::{HPos, VPos};

/// Height of a line of the legend.
const LINE: f64 = 18.0;

pub(super) fn draw(figure: &ScatterFigure) -> Result<Picture> {
    check::scatter(figure)?;
    let points: Vec<(f64, f64)> =
        figure.positions.chunks_exact(2).map(|point| (point[0].into(), point[1].into())).collect();
    paint(&figure.frame, &finding(figure, points.len()), |sheet| {
        let tiny = sheet.is_tiny();
        let legend = if figure.legend && !tiny { legend(figure, sheet.width - 16.0) } else { Vec::new() };
        let names = if figure.y_label.is_empty() { 6.0 } else { 24.0 };
        let lines = legend.last().map_or(0.0, |entry| entry.2 + 1.0);
        let below = if figure.x_label.is_empty() { 26.0 } else { 42.0 };
        let place = sheet.inside(44.0, 10.0, names + LINE * lines, below);
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
        draw_legend(sheet, figure, &legend)?;
        sheet.x_name(place, &figure.x_label)?;
        sheet.y_name(place, &figure.y_label)?;
        Ok(vec![plot.panel("scatter")])
    })
}

fn finding(figure: &ScatterFigure, n: usize) -> String {
    let mut words = format!("{} in the plane", plural(n, "point"));
    if figure.labels.is_some() && !figure.classes.is_empty() {
        words.push_str(&format!(" in {} classes", figure.classes.len()));
    }
    if !figure.edges.is_empty() {
        words.push_str(&format!(", joined by {}", plural(figure.edges.len() / 2, "edge")));
    }
    words.push('.');
    words
}

/// Data ranges that hold all points with some room, at one scale for both axes.
fn ranges(points: &[(f64, f64)], place: Place) -> ((f64, f64), (f64, f64)) {
    let extent = |values: &dyn Fn(&(f64, f64)) -> f64| {
        let low = points.iter().map(values).fold(f64::INFINITY, f64::min);
        let high = points.iter().map(values).fold(f64::NEG_INFINITY, f64::max);
        if points.is_empty() { (0.0, 0.0) } else { ((low + high) / 2.0, high - low) }
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

/// Name, left edge and line of each class, flowing like words.
fn legend(figure: &ScatterFigure, available: f64) -> Vec<(String, f64, f64)> {
    let (mut x, mut line) = (0.0, 0.0);
    let mut entries = Vec::new();
    for class in &figure.classes {
        let name = fit(class, SMALL, available - 14.0);
        let advance = 14.0 + width(&name, SMALL) + 14.0;
        if x > 0.0 && x + advance - 14.0 > available {
            (x, line) = (0.0, line + 1.0);
        }
        // More lines would leave no room for the points.
        if line >= 4.0 {
            break;
        }
        entries.push((name, x, line));
        x += advance;
    }
    entries
}

fn draw_legend(sheet: &Sheet, figure: &ScatterFigure, legend: &[(String, f64, f64)]) -> Result<()> {
    for (class, (name, x, line)) in legend.iter().enumerate().take(figure.classes.len()) {
        let (x, y) = (8.0 + x, sheet.top + LINE * (line + 0.5));
        sheet.dot((x + 4.0, y), 4.0, sheet.palette.class(class))?;
        let style = Words::new(SMALL, sheet.palette.ink, (HPos::Left, VPos::Center));
        sheet.words(name, (x + 14.0, y), style)?;
    }
    Ok(())
}
