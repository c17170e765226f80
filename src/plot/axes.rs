//! The sheet that a figure is drawn on and the plotting areas with their axes.

use super::Panel;
use super::check::invalid;
use super::figure::Frame;
use super::palette::{Palette, rgb};
use super::surface::{FONT_FACTOR, Surface};
use super::ticks::{Axis, Ticks};
use super::tidy::{self, UNIT};
use super::{Picture, text};
use crate::{Error, Result};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Size of labels of ticks and axes.
pub(super) const SMALL: f64 = 11.0;

/// A rectangle in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The whole picture.
pub(super) struct Sheet<'a> {
    root: DrawingArea<Surface<'a>, Shift>,
    pub(super) width: f64,
    pub(super) height: f64,
    /// Where the figure begins below its title.
    pub(super) top: f64,
    pub(super) palette: &'static Palette,
}

/// How words are set.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) size: f64,
    pub(super) color: u32,
    pub(super) bold: bool,
    pub(super) anchor: (HPos, VPos),
}

impl Words {
    pub(super) const fn new(size: f64, color: u32, anchor: (HPos, VPos)) -> Self {
        Self { size, color, bold: false, anchor }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    fn style(&self) -> TextStyle<'static> {
        let style = if self.bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::SansSerif, self.size * UNIT * FONT_FACTOR, style);
        TextStyle {
            font,
            color: rgb(self.color).to_backend_color(),
            pos: Pos::new(self.anchor.0, self.anchor.1),
        }
    }
}

/// Draws a picture: ground and title, then what `figure` draws. `finding` says in words what is to be seen.
pub(super) fn paint(
    frame: &Frame,
    finding: &str,
    figure: impl FnOnce(&Sheet) -> Result<Vec<Panel>>,
) -> Result<Picture> {
    let (width, height) = (frame.width.round(), frame.height.round());
    let palette = frame.theme.palette();
    let title = frame.title.as_deref().map(text::clean).filter(|title| !title.is_empty());
    let mut drawn = String::new();
    let root = Surface::new(&mut drawn, (units(width) as u32, units(height) as u32)).into_drawing_area();
    if frame.background {
        root.fill(&rgb(palette.ground)).map_err(failed)?;
    }
    let mut sheet = Sheet { root, width, height, top: 6.0, palette };
    if let Some(title) = &title {
        let shown = text::fit(title, 13.5, width - 16.0);
        sheet.words(&shown, (8.0, 8.0), Words::new(13.0, palette.ink, (HPos::Left, VPos::Top)).bold())?;
        sheet.top = 30.0;
    }
    let panels = figure(&sheet)?;
    sheet.root.present().map_err(failed)?;
    drop(sheet);
    let words = title.map_or_else(|| finding.to_owned(), |title| format!("{title}. {finding}"));
    let svg = tidy::document(&drawn, (width as u32, height as u32), &words);
    Ok(Picture { svg, panels })
}

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
    /// Whether there is room for axes and words at all.
    pub(super) fn is_tiny(&self) -> bool {
        self.width < 120.0 || self.height - self.top < 80.0
    }

    /// The sheet without margins: left, right and bottom; the top margin is below the title.
    pub(super) fn inside(&self, left: f64, right: f64, top: f64, bottom: f64) -> Place {
        let [left, right, top, bottom] =
            if self.is_tiny() { [3.0, 3.0, 3.0, 3.0] } else { [left, right, top, bottom] };
        let y = (self.top + top).min(self.height / 2.0);
        Place { x: left, y, width: (self.width - left - right).max(1.0), height: (self.height - y - bottom).max(1.0) }
    }

    pub(super) fn words(&self, words: &str, (x, y): (f64, f64), style: Words) -> Result<()> {
        if words.is_empty() {
            return Ok(());
        }
        self.root.draw_text(words, &style.style(), (units(x), units(y))).map_err(failed)
    }

    /// A dot at a place in pixels.
    pub(super) fn dot(&self, (x, y): (f64, f64), radius: f64, color: u32) -> Result<()> {
        self.root.draw(&Circle::new((units(x), units(y)), units(radius), rgb(color).filled())).map_err(failed)
    }

    /// The name of the horizontal axis, at the right end below the tick labels.
    pub(super) fn x_name(&self, place: Place, name: &str) -> Result<()> {
        self.axis_name(name, "", " →", (place.x + place.width, self.height - 5.0), (HPos::Right, VPos::Bottom))
    }

    /// The name of the vertical axis, lying above it where it is easily read.
    pub(super) fn y_name(&self, place: Place, name: &str) -> Result<()> {
        self.axis_name(name, "↑ ", "", (6.0, place.y - 8.0), (HPos::Left, VPos::Bottom))
    }

    fn axis_name(&self, name: &str, before: &str, after: &str, at: (f64, f64), anchor: (HPos, VPos)) -> Result<()> {
        let name = text::fit(name, SMALL, self.width - 40.0);
        if name.is_empty() || self.is_tiny() {
            return Ok(());
        }
        self.words(&format!("{before}{name}{after}"), at, Words::new(SMALL, self.palette.muted, anchor))
    }

    /// Says in the middle of a place why there is nothing to be seen.
    pub(super) fn nothing(&self, place: Place, reason: &str) -> Result<()> {
        let reason = text::fit(reason, 12.0, place.width);
        let middle = (place.x + place.width / 2.0, place.y + place.height / 2.0);
        self.words(&reason, middle, Words::new(12.0, self.palette.muted, (HPos::Center, VPos::Center)))
    }

    /// A plotting area with its grid.
    pub(super) fn plot(&self, place: Place, x: (f64, f64), y: (f64, f64), mesh: &Mesh) -> Result<Plot<'a>> {
        let (left, below) = (if mesh.y_labels { 60.0 } else { 0.0 }, if mesh.x_labels { 24.0 } else { 0.0 });
        let corner = (units(place.x) - units(left), units(place.y));
        let size = (units(place.width).max(1) + units(left), units(place.height).max(1) + units(below));
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
            .axis_style(rgb(self.palette.axis).stroke_width(10))
            .set_all_tick_mark_size(30)
            .label_style(label)
            .disable_y_axis();
        let (write_x, write_y) =
            (|value: &f64| mesh.x.label(*value), |value: &f64| mesh.y.label(*value));
        style.x_label_formatter(&write_x).y_label_formatter(&write_y);
        if !mesh.base {
            style.disable_x_axis();
        }
        style.draw().map_err(failed)?;
        Ok(Plot { area: chart.plotting_area().clone(), x, y })
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
            width: pixels(x.end - x.start),
            height: pixels(y.end - y.start),
            x0: self.x.0,
            x1: self.x.1,
            y0: self.y.0,
            y1: self.y.1,
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

/// Pixels in the units of the drawing.
fn units(pixels: f64) -> i32 {
    (pixels * UNIT).round() as i32
}

fn failed(error: impl std::fmt::Display) -> Error {
    invalid("figure", error, "it cannot be drawn")
}
