//! Plotting areas: grid, ticks and marks in data coordinates, drawn by plotters.

use super::Panel;
use super::palette::rgb;
use super::sheet::{Place, SMALL, Sheet, Words, failed, units};
use super::surface::Surface;
use super::ticks::{Axis, Ticks};
use super::tidy::UNIT;
use crate::Result;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// Grid and labels of a plotting area.
#[derive(Debug, Clone, Default)]
pub(super) struct Mesh {
    pub(super) x: Ticks,
    pub(super) y: Ticks,
    /// Whether the ticks are written below.
    pub(super) x_labels: bool,
    /// Whether the ticks are written on the left.
    pub(super) y_labels: bool,
    /// Whether there is a line along the lower side.
    pub(super) base: bool,
}

impl<'a> Sheet<'a> {
    /// A plotting area with its grid.
    pub(super) fn plot(&self, place: Place, x: (f64, f64), y: (f64, f64), mesh: &Mesh) -> Result<Plot<'a>> {
        let (left, below) = (if mesh.y_labels { 60.0 } else { 0.0 }, if mesh.x_labels { 24.0 } else { 0.0 });
        let corner = (units(place.x) - units(left), units(place.y));
        // plotters maps to the last unit inside the area: one more makes the scale exact.
        let length = |from: f64, length: f64| (units(from + length) - units(from)).max(1);
        let size = (length(place.x, place.width) + units(left) + 1, length(place.y, place.height) + units(below) + 1);
        let region = self.root.clone().shrink(corner, size);
        let mut chart = ChartBuilder::on(&region)
            .y_label_area_size(units(left))
            .x_label_area_size(units(below))
            .build_cartesian_2d(Axis::new(x, &mesh.x), Axis::new(y, &mesh.y))
            .map_err(failed)?;
        let label = Words::new(SMALL, self.palette.muted, (HPos::Center, VPos::Center)).style();
        let mut style = chart.configure_mesh();
        style
            .light_line_style(TRANSPARENT)
            .bold_line_style(rgb(self.palette.grid).stroke_width(10))
            .axis_style(TRANSPARENT)
            .set_all_tick_mark_size(30)
            .label_style(label);
        let (write_x, write_y) = (|value: &f64| mesh.x.label(*value), |value: &f64| mesh.y.label(*value));
        style.x_label_formatter(&write_x).y_label_formatter(&write_y);
        style.draw().map_err(failed)?;
        let plot = Plot { area: chart.plotting_area().clone(), x, y };
        if mesh.base {
            plot.line(vec![(x.0, y.0), (x.1, y.0)], self.palette.axis, 1.0, 1.0)?;
        }
        Ok(plot)
    }
}

/// A plotting area with data coordinates.
pub(super) struct Plot<'a> {
    area: DrawingArea<Surface<'a>, Cartesian2d<Axis, Axis>>,
    x: (f64, f64),
    y: (f64, f64),
}

impl Plot<'_> {
    /// Where the area lies, exactly.
    pub(super) fn panel(&self, name: impl Into<String>) -> Panel {
        let (x, y) = self.area.get_pixel_range();
        let pixels = |units: i32| f64::from(units) / UNIT;
        Panel {
            name: name.into(),
            x: pixels(x.start),
            y: pixels(y.start),
            width: pixels(x.end - 1 - x.start),
            height: pixels(y.end - 1 - y.start),
            x0: self.x.0,
            x1: self.x.1,
            y0: self.y.0,
            y1: self.y.1,
            cell: None,
            order: None,
        }
    }

    /// A filled rectangle between two corners, at least a tenth of a pixel thick.
    pub(super) fn rect(&self, from: (f64, f64), to: (f64, f64), color: u32) -> Result<()> {
        let (a, b) = (self.area.map_coordinate(&from), self.area.map_coordinate(&to));
        let (base_x, base_y) = self.area.get_base_pixel();
        let (left, right) = (a.0.min(b.0) - base_x, a.0.max(b.0) - base_x);
        let (upper, lower) = (a.1.min(b.1) - base_y, a.1.max(b.1) - base_y);
        let corners = [(left, upper), (right.max(left + 1), lower.max(upper + 1))];
        let shape = Rectangle::new(corners, rgb(color).filled());
        self.area.strip_coord_spec().draw(&shape).map_err(failed)
    }

    pub(super) fn line(&self, points: Vec<(f64, f64)>, color: u32, alpha: f64, width: f64) -> Result<()> {
        let style = rgb(color).mix(alpha).stroke_width(units(width) as u32);
        self.area.draw(&PathElement::new(points, style)).map_err(failed)
    }

    /// A line of dashes of four pixels with gaps of three.
    pub(super) fn dashes(&self, points: &[(f64, f64)], color: u32, width: f64) -> Result<()> {
        let style = rgb(color).stroke_width(units(width) as u32);
        let (base_x, base_y) = self.area.get_base_pixel();
        let pixels: Vec<_> = points.iter().map(|point| self.area.map_coordinate(point)).collect();
        let area = self.area.strip_coord_spec();
        let (on, period) = (4.0 * UNIT, 7.0 * UNIT);
        let mut done = 0.0;
        for ends in pixels.windows(2) {
            let (x, y) = (f64::from(ends[0].0 - base_x), f64::from(ends[0].1 - base_y));
            let (dx, dy) = (f64::from(ends[1].0 - ends[0].0), f64::from(ends[1].1 - ends[0].1));
            let length = (dx * dx + dy * dy).sqrt();
            let at = |s: f64| ((x + dx * s / length).round() as i32, (y + dy * s / length).round() as i32);
            let mut start = -done;
            while start < length {
                let (from, to) = (start.max(0.0), (start + on).min(length));
                if from < to {
                    area.draw(&PathElement::new(vec![at(from), at(to)], style)).map_err(failed)?;
                }
                start += period;
            }
            done = length - (start - period);
        }
        Ok(())
    }

    pub(super) fn polygon(&self, points: Vec<(f64, f64)>, color: u32, alpha: f64) -> Result<()> {
        self.area.draw(&Polygon::new(points, rgb(color).mix(alpha))).map_err(failed)
    }

    /// A polygon in pixels around a point.
    pub(super) fn shape(&self, at: (f64, f64), pixels: &[(f64, f64)], color: u32) -> Result<()> {
        let points: Vec<_> = pixels.iter().map(|(x, y)| (units(*x), units(*y))).collect();
        self.area.draw(&(EmptyElement::at(at) + Polygon::new(points, rgb(color)))).map_err(failed)
    }

    pub(super) fn dot(&self, at: (f64, f64), radius: f64, color: u32, alpha: f64) -> Result<()> {
        let style = rgb(color).mix(alpha).filled();
        self.area.draw(&Circle::new(at, units(radius), style)).map_err(failed)
    }

    /// Words at a place in data coordinates, moved by some pixels.
    pub(super) fn words(&self, words: &str, at: (f64, f64), offset: (f64, f64), style: Words) -> Result<()> {
        if words.is_empty() {
            return Ok(());
        }
        let moved = (units(offset.0), units(offset.1));
        let element = EmptyElement::at(at) + Text::new(words.to_owned(), moved, style.style());
        self.area.draw(&element).map_err(failed)
    }
}
