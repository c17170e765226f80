//! One quantity against another: a point per network, groups by colour and mark, the least-squares line.

use super::axes::Mesh;
use super::color_scale::{BAR_HEIGHT, Colors};
use super::figure::RelationFigure;
use super::legend::Legend;
use super::sheet::{Place, SMALL, Sheet, Words, mark, paint};
use super::text::{clean, fit, plural, three_digits, width};
use super::ticks::Ticks;
use super::{Picture, check};
use crate::Result;
use plotters::style::text_anchor::{HPos, VPos};
use std::fmt::Write as _;

pub(super) fn draw(figure: &RelationFigure) -> Result<Picture> {
    check::relation(figure)?;
    let palette = figure.frame.theme.palette();
    let values = || figure.points.iter().filter_map(|point| point.value);
    let scale = Colors::over(&figure.color_scale, palette, values())?;
    let line = least_squares(figure);
    paint(&figure.frame, &finding(figure, line), |sheet| {
        let tiny = sheet.is_tiny();
        let groups: &[String] = if tiny || figure.groups.len() < 2 { &[] } else { &figure.groups };
        let legend = Legend::new(groups.iter().map(String::as_str), sheet.width - 16.0);
        let bar = if values().next().is_some() && !tiny { BAR_HEIGHT } else { 0.0 };
        let note = if figure.note.is_empty() || tiny { 0.0 } else { 18.0 };
        let place = sheet.inside(52.0, 16.0, 24.0 + legend.height() + bar + note, 42.0);
        let x = range(figure.points.iter().map(|point| point.x));
        let y = range(figure.points.iter().map(|point| point.y));
        let mesh = if tiny {
            Mesh::default()
        } else {
            Mesh {
                x: Ticks::nice(x.0, x.1, (place.width / 64.0) as usize + 1),
                y: Ticks::nice(y.0, y.1, ((place.height / 40.0) as usize + 1).min(8)),
                x_labels: true,
                y_labels: true,
                base: true,
            }
        };
        let plot = sheet.plot(place, x, y, &mesh)?;
        if let Some((slope, intercept)) = line.filter(|_| figure.line) {
            // Within the panel: the line may leave it above or below before its ends.
            let at = |x: f64| (x, slope * x + intercept);
            let crossing = |y: f64| ((y - intercept) / slope).clamp(x.0, x.1);
            let ends = [x.0, x.1].map(|end| {
                let (_, height) = at(end);
                if height < y.0 {
                    at(crossing(y.0))
                } else if height > y.1 {
                    at(crossing(y.1))
                } else {
                    at(end)
                }
            });
            if ends.iter().all(|end| end.0.is_finite() && end.1.is_finite()) {
                plot.line(ends.to_vec(), sheet.palette.muted, 1.0, 1.4)?;
            }
        }
        let radius = if figure.points.len() > 60 { 3.2 } else { 4.6 };
        for point in &figure.points {
            let color = point.value.map_or_else(|| sheet.palette.class(point.group), |value| scale.color(value));
            let at = (point.x, point.y);
            match mark(point.group) {
                None => plot.dot(at, radius, color, 0.9)?,
                Some(outline) => {
                    let outline: Vec<_> = outline.iter().map(|(dx, dy)| (radius * dx, radius * dy)).collect();
                    plot.shape(at, &outline, color)?;
                }
            }
        }
        if figure.points.is_empty() {
            sheet.nothing(place, "no points yet")?;
        } else if !tiny {
            point_names(sheet, figure, place, x, y)?;
        }
        let top = sheet.top;
        legend.draw(sheet, (8.0, top), |group, at| {
            let color = if bar > 0.0 { sheet.palette.muted } else { sheet.palette.class(group) };
            sheet.mark(at, 4.0, group, color)
        })?;
        if bar > 0.0 {
            let place = Place { x: 8.0, y: top + legend.height(), width: sheet.width - 16.0, height: bar };
            scale.bar(sheet, place, values())?;
        }
        if note > 0.0 {
            let words = fit(&figure.note, SMALL, sheet.width - 16.0);
            let style = Words::new(SMALL, sheet.palette.ink, (HPos::Left, VPos::Center));
            sheet.words(&words, (8.0, top + legend.height() + bar + 0.5 * note), style)?;
        }
        sheet.x_name(place, &figure.x_label)?;
        sheet.y_name(place, &figure.y_label)?;
        Ok(vec![plot.panel("relation")])
    })
}

/// Names right of their points, where they run into no other point or name.
fn point_names(sheet: &Sheet, figure: &RelationFigure, place: Place, x: (f64, f64), y: (f64, f64)) -> Result<()> {
    let pixel = |at: (f64, f64)| {
        (place.x + place.width * (at.0 - x.0) / (x.1 - x.0), place.y + place.height * (y.1 - at.1) / (y.1 - y.0))
    };
    let marks: Vec<(f64, f64)> = figure.points.iter().map(|point| pixel((point.x, point.y))).collect();
    let mut written: Vec<Place> = Vec::new();
    for (point, at) in figure.points.iter().zip(&marks) {
        let name = clean(&point.name);
        let length = width(&name, 10.0);
        let box_of_name = Place { x: at.0 + 8.0, y: at.1 - 6.0, width: length, height: 12.0 };
        let apart = |other: &Place| {
            other.x > box_of_name.x + box_of_name.width
                || other.x + other.width < box_of_name.x
                || other.y > box_of_name.y + box_of_name.height
                || other.y + other.height < box_of_name.y
        };
        let mark = |mark: &(f64, f64)| Place { x: mark.0 - 4.0, y: mark.1 - 4.0, width: 8.0, height: 8.0 };
        let inside = box_of_name.x + length <= place.x + place.width + 14.0;
        if inside && written.iter().all(apart) && marks.iter().all(|other| other == at || apart(&mark(other))) {
            let style = Words::new(10.0, sheet.palette.muted, (HPos::Left, VPos::Center));
            sheet.words(&name, (box_of_name.x, at.1), style)?;
            written.push(box_of_name);
        }
    }
    Ok(())
}

/// Slope and intercept; none without two different places.
fn least_squares(figure: &RelationFigure) -> Option<(f64, f64)> {
    let n = figure.points.len() as f64;
    let mean = |values: &dyn Fn(usize) -> f64| (0..figure.points.len()).map(|i| values(i) / n).sum::<f64>();
    let (mean_x, mean_y) = (mean(&|i| figure.points[i].x), mean(&|i| figure.points[i].y));
    let (mut xx, mut xy) = (0.0, 0.0);
    for point in &figure.points {
        xx += (point.x - mean_x) * (point.x - mean_x);
        xy += (point.x - mean_x) * (point.y - mean_y);
    }
    let slope = xy / xx;
    (xx > 0.0 && slope.is_finite()).then_some((slope, mean_y - slope * mean_x))
}

/// All values with some room around them.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values {
        (low, high) = (low.min(value), high.max(value));
    }
    if low > high {
        return (0.0, 1.0);
    }
    let room = (0.06 * (high - low)).max(1e-9 * low.abs().max(high.abs()));
    let room = if room > 0.0 { room } else { 0.5 };
    // Quantities that are never negative keep to their side.
    (if low >= 0.0 { (low - room).max(0.0) } else { low - room }, high + room)
}

fn finding(figure: &RelationFigure, line: Option<(f64, f64)>) -> String {
    let label = |label: &str, other: &str| {
        let label = clean(label);
        if label.is_empty() { other.to_owned() } else { label }
    };
    let (x, y) = (label(&figure.x_label, "x"), label(&figure.y_label, "y"));
    let mut words = format!("{} of {y} against {x}", plural(figure.points.len(), "point"));
    if figure.groups.len() > 1 {
        let _ = write!(words, " in {} groups", figure.groups.len());
    }
    if let Some((slope, _)) = line {
        let course = if slope > 0.0 {
            "rises"
        } else if slope < 0.0 {
            "falls"
        } else {
            "does not change"
        };
        let _ = write!(words, "; {y} {course} as {x} grows, by {} for each unit", three_digits(slope.abs()));
    }
    let note = clean(&figure.note);
    if !note.is_empty() {
        let _ = write!(words, "; {note}");
    }
    words.push('.');
    words
}
