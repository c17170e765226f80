//! Tables of values as colours.

use super::axes::Mesh;
use super::color_scale::{BAR_HEIGHT, Colors};
use super::figure::HeatmapFigure;
use super::sheet::{Place, Sheet, Words, paint};
use super::text::{clean, fit, three_digits, width};
use super::{Picture, check};
use crate::Result;
use plotters::style::text_anchor::{HPos, VPos};
use std::fmt::Write as _;

/// Size of the names of rows and columns.
const NAMES: f64 = 10.5;
/// Size of the numbers in the cells.
const NUMBERS: f64 = 10.0;

pub(super) fn draw(figure: &HeatmapFigure) -> Result<Picture> {
    check::heatmap(figure)?;
    let palette = figure.frame.theme.palette();
    let values = || figure.values.iter().copied().flatten();
    let scale = Colors::over(&figure.color_scale, palette, values())?;
    paint(&figure.frame, &finding(figure, &scale), |sheet| {
        let tiny = sheet.is_tiny();
        let (n_rows, n_columns) = (figure.row_names.len(), figure.column_names.len());
        let longest = figure.row_names.iter().map(|name| width(&clean(name), NAMES)).fold(0.0, f64::max);
        let left = (longest + 16.0).min(0.34 * sheet.width);
        let bar = if values().next().is_some() && !tiny { BAR_HEIGHT } else { 0.0 };
        let place = sheet.inside(left, 12.0, bar + if figure.y_label.is_empty() { 6.0 } else { 22.0 }, 40.0);
        let ranges = ((0.0, n_columns.max(1) as f64), (n_rows.max(1) as f64, 0.0));
        let plot = sheet.plot(place, ranges.0, ranges.1, &Mesh::default())?;
        let (cell_width, cell_height) = (place.width / n_columns.max(1) as f64, place.height / n_rows.max(1) as f64);
        // A hair of ground between cells, where they are large enough to spare it.
        let gap = if cell_width.min(cell_height) >= 6.0 { 1.0 } else { 0.0 };
        for (i, value) in figure.values.iter().enumerate() {
            let (row, column) = ((i / n_columns) as f64, (i % n_columns) as f64);
            let cell = Place {
                x: place.x + column * cell_width,
                y: place.y + row * cell_height,
                width: (cell_width - gap).max(0.1),
                height: (cell_height - gap).max(0.1),
            };
            match value {
                Some(value) => sheet.rect(cell, scale.color(*value))?,
                None => hatch(sheet, cell)?,
            }
        }
        if figure.values.is_empty() {
            sheet.nothing(place, "no values yet")?;
        } else if !tiny {
            if figure.numbers {
                numbers(sheet, figure, &scale, place)?;
            }
            names(sheet, figure, place, left - 10.0)?;
            if bar > 0.0 {
                let place = Place { x: 8.0, y: sheet.top, width: sheet.width - 16.0, height: bar };
                scale.bar(sheet, place, std::iter::empty())?;
            }
        }
        sheet.x_name(place, &figure.x_label)?;
        let above = Place { x: place.x.max(46.0), ..place };
        sheet.y_name(above, &figure.y_label)?;
        Ok(vec![plot.panel("heatmap")])
    })
}

/// Strokes from lower left to upper right: no value here.
fn hatch(sheet: &Sheet, cell: Place) -> Result<()> {
    let (right, bottom) = (cell.x + cell.width, cell.y + cell.height);
    let mut start = 4.0;
    while start < cell.width + cell.height {
        let from = (cell.x + f64::min(start, cell.width), cell.y + (start - cell.width).max(0.0));
        let to = (cell.x + (start - cell.height).max(0.0), cell.y + f64::min(start, cell.height));
        if from.0 <= right && to.1 <= bottom {
            sheet.line(&[to, from], sheet.palette.axis, 0.7)?;
        }
        start += 6.0;
    }
    Ok(())
}

/// The values in their cells, if all of them fit.
fn numbers(sheet: &Sheet, figure: &HeatmapFigure, scale: &Colors, place: Place) -> Result<()> {
    let n_columns = figure.column_names.len();
    let (cell_width, cell_height) =
        (place.width / n_columns as f64, place.height / figure.row_names.len().max(1) as f64);
    let widest = figure.values.iter().flatten().map(|value| width(&three_digits(*value), NUMBERS)).fold(0.0, f64::max);
    if widest + 6.0 > cell_width || NUMBERS + 6.0 > cell_height {
        return Ok(());
    }
    for (i, value) in figure.values.iter().enumerate() {
        if let Some(value) = value {
            let at = (
                place.x + ((i % n_columns) as f64 + 0.5) * cell_width,
                place.y + ((i / n_columns) as f64 + 0.5) * cell_height,
            );
            // The first colours of the scale are too near the ground for words in its colour.
            let color = if scale.share(*value) < 0.125 { sheet.palette.ink } else { sheet.palette.ground };
            let style = Words::new(NUMBERS, color, (HPos::Center, VPos::Center));
            sheet.words(&three_digits(*value), at, style)?;
        }
    }
    Ok(())
}

/// Names along the sides: as many as have room.
fn names(sheet: &Sheet, figure: &HeatmapFigure, place: Place, available: f64) -> Result<()> {
    let (rows, columns) = (&figure.row_names, &figure.column_names);
    let cell_height = place.height / rows.len().max(1) as f64;
    let every = (12.0 / cell_height).ceil().max(1.0) as usize;
    let style = Words::new(NAMES, sheet.palette.ink, (HPos::Right, VPos::Center));
    for (i, name) in rows.iter().enumerate().step_by(every) {
        let at = (place.x - 6.0, place.y + (i as f64 + 0.5) * cell_height);
        sheet.words(&fit(name, NAMES, available), at, style)?;
    }
    let cell_width = place.width / columns.len().max(1) as f64;
    let widest = columns.iter().map(|name| width(&clean(name), NAMES)).fold(0.0, f64::max);
    let every = ((widest + 6.0) / cell_width).ceil().max(1.0) as usize;
    let style = Words::new(NAMES, sheet.palette.ink, (HPos::Center, VPos::Top));
    for (i, name) in columns.iter().enumerate().step_by(every) {
        let at = (place.x + (i as f64 + 0.5) * cell_width, place.y + place.height + 5.0);
        sheet.words(&fit(name, NAMES, cell_width * every as f64), at, style)?;
    }
    Ok(())
}

fn finding(figure: &HeatmapFigure, scale: &Colors) -> String {
    let (rows, columns) = (&figure.row_names, &figure.column_names);
    let mut words = format!("{} rows and {} columns", rows.len(), columns.len());
    let of = [&figure.y_label, &figure.x_label].map(|label| clean(label));
    if of.iter().all(|label| !label.is_empty()) {
        let _ = write!(words, ", {} by {}", of[0], of[1]);
    }
    let known = || figure.values.iter().enumerate().filter_map(|(i, value)| value.map(|value| (i, value)));
    let extreme =
        |better: fn(f64, f64) -> bool| known().reduce(|best, other| if better(other.1, best.1) { other } else { best });
    if let (Some(low), Some(high)) = (extreme(|a, b| a < b), extreme(|a, b| a > b)) {
        let place = |i: usize| format!("{}, {}", clean(&rows[i / columns.len()]), clean(&columns[i % columns.len()]));
        let _ = write!(words, "; {}", scale.finding());
        let _ = write!(words, "; lowest {} at {}", scale.words(low.1), place(low.0));
        let _ = write!(words, "; highest {} at {}", scale.words(high.1), place(high.0));
    }
    let missing = figure.values.len() - known().count();
    if missing > 0 {
        let _ = write!(words, "; {missing} without a value");
    }
    words.push('.');
    words
}
