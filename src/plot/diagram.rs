//! Persistence diagrams: each interval a mark at (birth, death), essential ones on a line of their own.

use super::axes::{Mesh, Place, SMALL, Words, paint};
use super::dimensions::{by_dimension, finding, scale};
use super::figure::DiagramFigure;
use super::text::{count, width};
use super::ticks::Ticks;
use super::{Picture, check};
use crate::Result;
use plotters::style::text_anchor::{HPos, VPos};

pub(super) fn draw(figure: &DiagramFigure) -> Result<Picture> {
    check::frame(&figure.frame)?;
    check::bars(&figure.barcode)?;
    check::x_max(figure.x_max)?;
    let bars = &figure.barcode;
    let dims = by_dimension(bars);
    paint(&figure.frame, &finding("Persistence diagram", bars, &dims), |sheet| {
        let place = square(sheet.inside(44.0, 14.0, 24.0, 42.0));
        let (low, high) = scale(bars, figure.x_max);
        let has_essential = bars.deaths.iter().any(|death| death.is_infinite());
        let infinity = high + 0.08 * (high - low);
        let range = (low - 0.03 * (high - low), high + if has_essential { 0.13 } else { 0.03 } * (high - low));
        let tiny = sheet.is_tiny();
        let ticks = if tiny { Ticks::default() } else { Ticks::nice(low, high, (place.width / 56.0) as usize + 1) };
        let mesh = Mesh { x: ticks.clone(), y: ticks, x_labels: !tiny, y_labels: !tiny, base: !tiny };
        let plot = sheet.plot(place, range, range, &mesh)?;
        plot.line(vec![(range.0, range.0), (range.1, range.1)], sheet.palette.axis, 1.0, 1.0)?;
        if has_essential {
            plot.dashes(&[(range.0, infinity), (range.1, infinity)], sheet.palette.axis, 1.0)?;
            if !tiny {
                let style = Words::new(14.0, sheet.palette.muted, (HPos::Right, VPos::Center));
                plot.words("∞", (range.0, infinity), (-6.0, 0.0), style)?;
            }
        }
        let n = bars.dims.len();
        let radius = if tiny || n > 1000 { 2.0 } else if n > 200 { 2.6 } else { 3.4 };
        for (dim, intervals) in dims.iter().enumerate() {
            for i in intervals {
                let (birth, death) = (f64::from(bars.births[*i]), f64::from(bars.deaths[*i]));
                let death = if death.is_infinite() { infinity } else { death };
                if birth <= range.1 && death <= range.1 {
                    plot.dot((birth, death), radius, sheet.palette.dim(dim), 0.6)?;
                }
            }
        }
        if bars.dims.is_empty() {
            sheet.nothing(place, "no intervals")?;
        } else if !tiny {
            // Below the diagonal there are never marks.
            for (line, (dim, intervals)) in dims.iter().enumerate().rev().enumerate() {
                let text = format!("H{dim}  {}", count(intervals.len()));
                let offset = (-12.0 - width(&text, SMALL), -14.0 - 17.0 * line as f64);
                let corner = (range.1, range.0);
                let dot = |(x, y): (f64, f64)| (range.1 + x * (range.1 - range.0) / place.width, range.0 - y * (range.1 - range.0) / place.height);
                plot.dot(dot((offset.0 - 9.0, offset.1)), 3.4, sheet.palette.dim(dim), 0.9)?;
                plot.words(&text, corner, offset, Words::new(SMALL, sheet.palette.ink, (HPos::Left, VPos::Center)))?;
            }
        }
        sheet.x_name(place, "birth (Rips diameter)")?;
        sheet.y_name(place, "death")?;
        Ok(vec![plot.panel("diagram")])
    })
}

/// The largest square in a place, in its middle, so that the diagonal has slope one.
fn square(place: Place) -> Place {
    let side = place.width.min(place.height);
    Place { x: place.x + (place.width - side) / 2.0, y: place.y, width: side, height: side }
}
