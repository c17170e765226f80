//! Checks of what a figure was given, before anything is drawn.

use super::figure::{
    Bars, FitFigure, Frame, HeatmapFigure, LandscapeFigure, MultiplesFigure, RelationFigure, ScatterFigure, Series,
};
use crate::{Error, Result};
use std::fmt::Display;

/// The error for one field.
pub(super) fn invalid(setting: &'static str, value: &dyn Display, reason: &str) -> Error {
    Error::InvalidSetting { setting, value: format!("{value}"), reason: reason.to_owned() }
}

pub(super) fn frame(frame: &Frame) -> Result<()> {
    for (setting, value) in [("width", frame.width), ("height", frame.height)] {
        if !(20.0..=8000.0).contains(&value) {
            return Err(invalid(setting, &value, "a picture has 20 to 8000 pixels"));
        }
    }
    Ok(())
}

pub(super) fn bars(bars: &Bars) -> Result<()> {
    let n = bars.dims.len();
    equal_length("births", bars.births.len(), n, "dims")?;
    equal_length("deaths", bars.deaths.len(), n, "dims")?;
    for dim in bars.dims.iter().chain(&bars.max_dim) {
        if *dim > 9 {
            return Err(invalid("dims", &dim, "pictures show dimensions 0 to 9"));
        }
    }
    for (birth, death) in bars.births.iter().zip(&bars.deaths) {
        if !birth.is_finite() {
            return Err(invalid("births", &birth, "births must be finite"));
        }
        if death.is_nan() || death < birth {
            return Err(invalid("deaths", &death, &format!("the interval was born at {birth}")));
        }
    }
    if bars.threshold.is_some_and(|threshold| threshold.is_nan() || threshold < 0.0) {
        return Err(invalid("threshold", &f64::NAN, "it must be a number of at least 0"));
    }
    Ok(())
}

pub(super) fn x_max(x_max: Option<f64>) -> Result<()> {
    match x_max {
        Some(value) if !(value.is_finite() && value > 0.0 && value < 1e300) => {
            Err(invalid("xMax", &value, "it must be a positive number"))
        }
        _ => Ok(()),
    }
}

pub(super) fn scatter(figure: &ScatterFigure) -> Result<()> {
    frame(&figure.frame)?;
    let n_numbers = figure.positions.len();
    let n = n_numbers / 2;
    if !n_numbers.is_multiple_of(2) {
        return Err(invalid("positions", &n_numbers, "each point has two numbers"));
    }
    if let Some(value) = figure.positions.iter().find(|value| !value.is_finite()) {
        return Err(invalid("positions", &value, "positions must be finite"));
    }
    if let Some(labels) = &figure.labels {
        equal_length("labels", labels.len(), n, "positions")?;
    }
    if !figure.edges.len().is_multiple_of(2) {
        return Err(invalid("edges", &figure.edges.len(), "each edge has two points"));
    }
    if let Some(end) = figure.edges.iter().find(|end| **end as usize >= n) {
        return Err(invalid("edges", &end, &format!("there are {n} points, counted from 0")));
    }
    Ok(())
}

pub(super) fn series(lines: &[Series]) -> Result<()> {
    for line in lines {
        let n = line.x.len();
        finite("x", line.x.iter().copied())?;
        for (field, values) in [("y", Some(&line.y)), ("low", line.low.as_ref()), ("high", line.high.as_ref())] {
            if let Some(values) = values {
                equal_length(field, values.len(), n, "x")?;
                finite(field, values.iter().copied().flatten())?;
            }
        }
    }
    Ok(())
}

pub(super) fn multiples(figure: &MultiplesFigure) -> Result<()> {
    frame(&figure.frame)?;
    if !(1..=100).contains(&figure.columns) {
        return Err(invalid("columns", &figure.columns, "a sheet has 1 to 100 panels side by side"));
    }
    let n: usize = figure.rows.iter().map(|row| row.cells.len()).sum();
    if n > 400 {
        return Err(invalid("rows", &format!("{n} panels"), "a sheet has at most 400"));
    }
    figure.rows.iter().flat_map(|row| &row.cells).try_for_each(|cell| series(&cell.series))
}

pub(super) fn heatmap(figure: &HeatmapFigure) -> Result<()> {
    frame(&figure.frame)?;
    let [rows, columns] = [figure.row_names.len(), figure.column_names.len()];
    if rows > 500 || columns > 500 {
        return Err(invalid("rowNames", &format!("{rows} × {columns} cells"), "a heat map has at most 500 × 500"));
    }
    equal_length("values", figure.values.len(), rows * columns, "rowNames × columnNames")?;
    finite("values", figure.values.iter().copied().flatten())
}

pub(super) fn relation(figure: &RelationFigure) -> Result<()> {
    frame(&figure.frame)?;
    finite("points", figure.points.iter().flat_map(|point| [point.x, point.y]))?;
    let groups = figure.groups.len().max(1);
    match figure.points.iter().find(|point| point.group >= groups) {
        Some(point) => Err(invalid("group", &point.group, &format!("there are {groups} groups, counted from 0"))),
        None => Ok(()),
    }
}

pub(super) fn fit(figure: &FitFigure) -> Result<()> {
    frame(&figure.frame)?;
    for line in &figure.fits {
        equal_length("sums", line.sums.len(), line.sizes.len(), "sizes")?;
        finite("slope", line.slope.iter().chain(&line.intercept).chain(&line.r2).copied())?;
        for (field, values) in [("sizes", &line.sizes), ("sums", &line.sums)] {
            if let Some(value) = values.iter().find(|value| !(1e-300..=1e300).contains(*value)) {
                return Err(invalid(field, value, "logarithmic scales need positive numbers"));
            }
        }
    }
    Ok(())
}

pub(super) fn landscape(figure: &LandscapeFigure) -> Result<()> {
    frame(&figure.frame)?;
    for curve in &figure.curves {
        equal_length("y", curve.y.len(), curve.x.len(), "x")?;
        finite("x", curve.x.iter().copied())?;
        finite("y", curve.y.iter().copied())?;
    }
    Ok(())
}

fn finite(setting: &'static str, mut values: impl Iterator<Item = f64>) -> Result<()> {
    match values.find(|value| value.is_nan() || value.abs() > 1e300) {
        Some(value) => Err(invalid(setting, &value, "values must be finite")),
        None => Ok(()),
    }
}

fn equal_length(setting: &'static str, found: usize, expected: usize, other: &str) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    let reason = format!("{other} describes {expected} entries, so must {setting}");
    Err(invalid(setting, &format!("{found} entries"), &reason))
}
