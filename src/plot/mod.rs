//! Figures as SVG text: pure functions of values and size, equal natively and in the browser.
//!
//! [`draw`] turns a [`Figure`] into a [`Picture`]: SVG text and the plotting areas in it, so that a page can lay hover
//! and draggable lines over them exactly. Axes, ticks and marks are drawn by `plotters` in tenths of a CSS pixel;
//! widths of words come from a table, hence no window, canvas or font is needed and the text is the same everywhere.
//! Nothing here knows about homology: barcodes come as plain numbers.

mod axes;
mod barcode;
mod betti;
mod check;
mod color_scale;
mod diagram;
mod dimensions;
mod figure;
mod fit;
mod heatmap;
mod landscape;
mod legend;
mod multiples;
pub mod palette;
mod profile;
mod relation;
mod scatter;
mod sheet;
mod surface;
mod text;
mod ticks;
mod tidy;

pub use figure::{
    BarcodeFigure, Bars, BettiFigure, ColorScale, Curve, DiagramFigure, Figure, FitFigure, FitLine, Frame,
    HeatmapFigure, LandscapeFigure, MultiplesCell, MultiplesFigure, MultiplesRow, ProfileFigure, RelationFigure,
    RelationPoint, ScatterFigure, Series, Spread,
};
pub use palette::Theme;

use crate::Result;
use serde::Serialize;

/// A drawn figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    /// A complete SVG document whose viewBox is the figure's size in CSS pixels.
    pub svg: String,
    /// The plotting areas from top to bottom.
    pub panels: Vec<Panel>,
}

/// A plotting area: its place in the picture and the data range of its sides.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Panel {
    /// "H0", "H1", … where panels stand for dimensions, else the kind of figure.
    pub name: String,
    /// Left edge in CSS pixels from the left of the picture.
    pub x: f64,
    /// Upper edge in CSS pixels from the top of the picture.
    pub y: f64,
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// Data value at the left edge.
    pub x0: f64,
    /// Data value at the right edge.
    pub x1: f64,
    /// Data value at the lower edge. In a barcode: the number of rows.
    pub y0: f64,
    /// Data value at the upper edge. In a barcode: 0.
    pub y1: f64,
    /// Sheets of multiples: row and place in the row, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<[usize; 2]>,
    /// Barcodes: the intervals by row from top to bottom, as indices into the given bars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<usize>>,
}

/// Draws a figure.
///
/// Values are checked first: sizes of 20 to 8000 pixels, finite numbers (deaths may be infinite), lists of equal
/// length. A figure without data says in words what is missing.
///
/// # Errors
/// [`crate::Error::InvalidSetting`] with the field's name.
pub fn draw(figure: &Figure) -> Result<Picture> {
    match figure {
        Figure::Barcode(figure) => barcode::draw(figure),
        Figure::Diagram(figure) => diagram::draw(figure),
        Figure::Betti(figure) => betti::draw(figure),
        Figure::Scatter(figure) => scatter::draw(figure),
        Figure::Profile(figure) => profile::draw(figure),
        Figure::Multiples(figure) => multiples::draw(figure),
        Figure::Heatmap(figure) => heatmap::draw(figure),
        Figure::Relation(figure) => relation::draw(figure),
        Figure::Fit(figure) => fit::draw(figure),
        Figure::Landscape(figure) => landscape::draw(figure),
    }
}
