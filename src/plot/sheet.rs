//! The sheet that a figure is drawn on: its size, its title, and words around plotting areas.

use super::Panel;
use super::check::invalid;
use super::figure::Frame;
use super::palette::{Palette, rgb};
use super::surface::{FONT_FACTOR, Failure, Surface};
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
    pub(super) root: DrawingArea<Surface<'a>, Shift>,
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

    pub(super) fn style(&self) -> TextStyle<'static> {
        let style = if self.bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::SansSerif, self.size * UNIT * FONT_FACTOR, style);
        TextStyle { font, color: rgb(self.color).to_backend_color(), pos: Pos::new(self.anchor.0, self.anchor.1) }
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

impl Sheet<'_> {
    /// Whether there is room for axes and words at all.
    pub(super) fn is_tiny(&self) -> bool {
        self.width < 120.0 || self.height - self.top < 80.0
    }

    /// The sheet without margins: left, right and bottom; the top margin is below the title.
    pub(super) fn inside(&self, left: f64, right: f64, top: f64, bottom: f64) -> Place {
        let [left, right, top, bottom] = if self.is_tiny() { [3.0, 3.0, 3.0, 3.0] } else { [left, right, top, bottom] };
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

    /// A filled rectangle.
    pub(super) fn rect(&self, place: Place, color: u32) -> Result<()> {
        let (from, to) = ((place.x, place.y), (place.x + place.width, place.y + place.height));
        let corners = [(units(from.0), units(from.1)), (units(to.0), units(to.1))];
        self.root.draw(&Rectangle::new(corners, rgb(color).filled())).map_err(failed)
    }

    /// A line between places in pixels.
    pub(super) fn line(&self, points: &[(f64, f64)], color: u32, width: f64) -> Result<()> {
        let points: Vec<_> = points.iter().map(|(x, y)| (units(*x), units(*y))).collect();
        self.root.draw(&PathElement::new(points, rgb(color).stroke_width(units(width) as u32))).map_err(failed)
    }

    /// A mark of a group: circle, square, triangle, diamond, then again from the first.
    pub(super) fn mark(&self, (x, y): (f64, f64), radius: f64, group: usize, color: u32) -> Result<()> {
        let Some(outline) = mark(group) else {
            return self.dot((x, y), radius, color);
        };
        let points: Vec<_> = outline.iter().map(|(dx, dy)| (units(x + radius * dx), units(y + radius * dy))).collect();
        self.root.draw(&Polygon::new(points, rgb(color))).map_err(failed)
    }

    /// The name of the horizontal axis, at the right end below the tick labels.
    pub(super) fn x_name(&self, place: Place, name: &str) -> Result<()> {
        self.axis_name(name, "", " →", (place.x + place.width, self.height - 5.0), (HPos::Right, VPos::Bottom))
    }

    /// The name of the vertical axis, lying above it where it is easily read.
    pub(super) fn y_name(&self, place: Place, name: &str) -> Result<()> {
        self.axis_name(name, "↑ ", "", ((place.x - 38.0).max(6.0), place.y - 8.0), (HPos::Left, VPos::Bottom))
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
}

/// The outline of a group's mark around a radius of one; none for a circle.
pub(super) fn mark(group: usize) -> Option<&'static [(f64, f64)]> {
    match group % 4 {
        0 => None,
        1 => Some(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        2 => Some(&[(0.0, -1.2), (1.15, 0.85), (-1.15, 0.85)]),
        _ => Some(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
    }
}

/// Pixels in the units of the drawing.
pub(super) fn units(pixels: f64) -> i32 {
    (pixels * UNIT).round() as i32
}

/// plotters fails only where its backend does, which writes to memory.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
pub(super) fn failed(error: DrawingAreaErrorKind<Failure>) -> Error {
    invalid("figure", &error, "it cannot be drawn")
}
