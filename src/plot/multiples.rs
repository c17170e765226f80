//! Sheets of small profiles: rows share their vertical axis, all panels the horizontal one.

use super::axes::Mesh;
use super::color_scale::{BAR_HEIGHT, Colors};
use super::figure::{MultiplesFigure, MultiplesRow, Series};
use super::legend::Legend;
use super::profile::{colors, course, is_empty, lines, mesh, name, x_range, y_range};
use super::sheet::{Place, SMALL, Sheet, Words, paint};
use super::text::{clean, fit, plural, width};
use super::{Panel, Picture, check};
use crate::Result;
use plotters::style::text_anchor::{HPos, VPos};
use std::fmt::Write as _;

/// Room left of the first panel for the ticks of the vertical axis.
const LEFT: f64 = 46.0;
const RIGHT: f64 = 12.0;
/// Room for the heading of a row.
const HEADING: f64 = 24.0;
/// Room for the titles of panels.
const TITLES: f64 = 18.0;
/// Room for the ticks of the horizontal axis.
const TICKS: f64 = 22.0;
const GAP: (f64, f64) = (18.0, 10.0);

pub(super) fn draw(figure: &MultiplesFigure) -> Result<Picture> {
    check::multiples(figure)?;
    let palette = figure.frame.theme.palette();
    let all = || figure.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.series);
    let scale = Colors::over(&figure.color_scale, palette, all().filter_map(|series| series.value))?;
    let mut all_colors = Vec::new();
    for cell in figure.rows.iter().flat_map(|row| &row.cells) {
        all_colors.push(colors(&cell.series, &scale, palette)?);
    }
    paint(&figure.frame, &finding(figure, &scale), |sheet| {
        let valued: Vec<f64> = distinct(all().filter_map(|series| series.value));
        let header = header(sheet, figure, &scale, &valued)?;
        let layout = Layout::new(sheet, figure, header);
        let x = x_range(all());
        let mut all_colors = all_colors.iter();
        let mut panels = Vec::new();
        for (r, row) in figure.rows.iter().enumerate() {
            let y = y_range(row.cells.iter().flat_map(|cell| &cell.series));
            if !layout.tiny {
                heading(sheet, row, layout.heading(r))?;
            }
            for (c, (cell, colors)) in row.cells.iter().zip(&mut all_colors).enumerate() {
                let place = layout.place(r, c);
                let mesh = if layout.tiny {
                    Mesh::default()
                } else {
                    Mesh { x_labels: layout.has_x_labels(r, c), y_labels: layout.is_first(c), ..mesh(place, x, y) }
                };
                let plot = sheet.plot(place, x, y, &mesh)?;
                lines(&plot, &cell.series, colors, place, y)?;
                if layout.has_titles(r) {
                    let title = fit(&cell.title, SMALL, place.width);
                    let style = Words::new(SMALL, sheet.palette.ink, (HPos::Left, VPos::Bottom));
                    sheet.words(&title, (place.x, place.y - 4.0), style)?;
                }
                if is_empty(&cell.series) {
                    sheet.nothing(place, "no values yet")?;
                }
                panels.push(Panel { cell: Some([r, c]), ..plot.panel("multiples") });
            }
        }
        let whole = Place { x: LEFT, y: 0.0, width: (sheet.width - LEFT - RIGHT).max(1.0), height: sheet.height };
        if panels.is_empty() {
            sheet.nothing(whole, "no panels yet")?;
            let place = sheet.inside(LEFT, RIGHT, 0.0, TICKS);
            panels.push(sheet.plot(place, (0.0, 1.0), (0.0, 1.0), &Mesh::default())?.panel("multiples"));
        } else if !layout.tiny {
            sheet.x_name(whole, &figure.x_label)?;
        }
        Ok(panels)
    })
}

/// The colour bar, or the legend of the lines that have names; how high it is.
fn header(sheet: &Sheet, figure: &MultiplesFigure, scale: &Colors, values: &[f64]) -> Result<f64> {
    if sheet.is_tiny() {
        return Ok(0.0);
    }
    if !values.is_empty() {
        let place = Place { x: 8.0, y: sheet.top, width: sheet.width - 16.0, height: BAR_HEIGHT };
        scale.bar(sheet, place, values.iter().copied())?;
        return Ok(BAR_HEIGHT);
    }
    let mut named: Vec<&Series> = Vec::new();
    for series in figure.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.series) {
        if !series.name.is_empty() && !named.iter().any(|other| other.name == series.name) {
            named.push(series);
        }
    }
    let legend = Legend::new(named.iter().map(|series| series.name.as_str()), sheet.width - 16.0);
    legend.draw(sheet, (8.0, sheet.top), |i, (x, y)| {
        let color = sheet.palette.named(&named[i].color).unwrap_or(sheet.palette.ink);
        if named[i].dashed {
            sheet.line(&[(x - 5.0, y), (x - 1.0, y)], color, 2.0)?;
            return sheet.line(&[(x + 2.0, y), (x + 6.0, y)], color, 2.0);
        }
        sheet.line(&[(x - 5.0, y), (x + 6.0, y)], color, 2.0)
    })?;
    Ok(legend.height())
}

fn distinct(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

/// The heading of a row, and what its vertical axis means.
fn heading(sheet: &Sheet, row: &MultiplesRow, y: f64) -> Result<()> {
    let title = fit(&row.title, 12.5, sheet.width - 16.0);
    sheet.words(&title, (8.0, y), Words::new(12.0, sheet.palette.ink, (HPos::Left, VPos::Bottom)).bold())?;
    let x = 8.0 + if title.is_empty() { 0.0 } else { width(&title, 12.5) + 10.0 };
    let label = fit(&row.y_label, SMALL, sheet.width - x - 8.0);
    sheet.words(&label, (x, y), Words::new(SMALL, sheet.palette.muted, (HPos::Left, VPos::Bottom)))
}

/// Where the panels stand.
struct Layout {
    tiny: bool,
    columns: usize,
    /// Whether any row needs more than one line.
    wraps: bool,
    /// Top of the first line of each row, and panels in it.
    rows: Vec<(f64, usize)>,
    /// Place of a panel without its position.
    width: f64,
    height: f64,
    left: f64,
    titled: Vec<bool>,
    /// Width and height of the picture.
    sheet: (f64, f64),
}

impl Layout {
    fn new(sheet: &Sheet, figure: &MultiplesFigure, header: f64) -> Self {
        let tiny = sheet.is_tiny();
        let most = figure.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let columns = figure.columns.min(most).max(1);
        let wraps = most > columns;
        let counts: Vec<usize> = figure.rows.iter().map(|row| row.cells.len()).collect();
        let titles = |row: &MultiplesRow| row.cells.iter().any(|cell| !cell.title.is_empty());
        // Without wrapping the titles of the first row stand for all.
        let titled: Vec<bool> =
            figure.rows.iter().enumerate().map(|(r, row)| !tiny && titles(row) && (wraps || r == 0)).collect();
        let (left, right) = if tiny { (1.0, 1.0) } else { (LEFT, RIGHT) };
        let gap = if tiny { (1.0, 1.0) } else { GAP };
        let width = ((sheet.width - left - right - gap.0 * (columns - 1) as f64) / columns as f64).max(1.0);
        let lines = |n: usize| n.div_ceil(columns).max(1);
        let mut taken = 0.0;
        let mut n_lines = 0;
        for (r, n) in counts.iter().enumerate() {
            n_lines += lines(*n);
            taken += Self::around(tiny, titled[r], wraps, lines(*n), gap.1);
        }
        let bottom = match (tiny, wraps) {
            (true, _) => 1.0,
            (false, true) => 18.0,
            (false, false) => TICKS + 18.0,
        };
        let room = sheet.height - sheet.top - header - bottom - taken;
        let height = (room / n_lines.max(1) as f64).max(1.0);
        let mut y = sheet.top + header;
        let mut rows = Vec::new();
        for (r, n) in counts.iter().enumerate() {
            rows.push((y + Self::above(tiny, titled[r]), *n));
            y += Self::around(tiny, titled[r], wraps, lines(*n), gap.1) + height * lines(*n) as f64;
        }
        Self { tiny, columns, wraps, rows, width, height, left, titled, sheet: (sheet.width, sheet.height) }
    }

    fn above(tiny: bool, titled: bool) -> f64 {
        match (tiny, titled) {
            (true, _) => 0.0,
            (false, true) => HEADING + TITLES,
            (false, false) => HEADING,
        }
    }

    /// What a row needs besides its panels.
    fn around(tiny: bool, titled: bool, wraps: bool, lines: usize, gap: f64) -> f64 {
        let between = if titled { TITLES + 4.0 } else { gap };
        let below = if wraps && !tiny { TICKS } else { gap };
        Self::above(tiny, titled) + between * (lines - 1) as f64 + below
    }

    fn heading(&self, row: usize) -> f64 {
        self.rows[row].0 - if self.titled[row] { TITLES + 4.0 } else { 6.0 }
    }

    fn place(&self, row: usize, panel: usize) -> Place {
        let gap = if self.tiny { (1.0, 1.0) } else { (GAP.0, if self.titled[row] { TITLES + 4.0 } else { GAP.1 }) };
        let (column, line) = ((panel % self.columns) as f64, (panel / self.columns) as f64);
        let (x, y) = (self.left + column * (self.width + gap.0), self.rows[row].0 + line * (self.height + gap.1));
        // Where nothing fits, panels lie over each other rather than outside the picture.
        let (x, y) = (x.min(self.sheet.0 - self.width).max(0.0), y.min(self.sheet.1 - self.height).max(0.0));
        Place { x, y, width: self.width, height: self.height }
    }

    fn is_first(&self, panel: usize) -> bool {
        panel.is_multiple_of(self.columns)
    }

    fn has_titles(&self, row: usize) -> bool {
        self.titled[row]
    }

    /// Whether nothing stands below a panel that would carry the labels for it.
    fn has_x_labels(&self, row: usize, panel: usize) -> bool {
        let below_in_row = panel + self.columns < self.rows[row].1;
        let in_later_row = !self.wraps && self.rows[row + 1..].iter().any(|(_, n)| *n > panel);
        !below_in_row && !in_later_row
    }
}

/// The size of the sheet, and for each panel the course of the line with the highest value (else of the last).
fn finding(figure: &MultiplesFigure, scale: &Colors) -> String {
    let n: usize = figure.rows.iter().map(|row| row.cells.len()).sum();
    let mut words = format!("{} over {}", plural(n, "profile"), clean(&figure.x_label));
    let all = || figure.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.series);
    if all().any(|series| series.value.is_some()) {
        let _ = write!(words, ", lines coloured by {}", scale.finding());
    }
    for row in &figure.rows {
        for cell in &row.cells {
            let best = cell.series.iter().reduce(|best, other| {
                let value = |series: &Series| series.value.unwrap_or(f64::NEG_INFINITY);
                if value(other) >= value(best) { other } else { best }
            });
            let Some(best) = best else { continue };
            let titles: Vec<String> = [&row.title, &cell.title]
                .into_iter()
                .map(|title| clean(title))
                .filter(|title| !title.is_empty())
                .collect();
            let _ = write!(words, "; {}: {} {}", titles.join(", "), name(best, scale), course(best));
        }
    }
    words.push('.');
    words
}
