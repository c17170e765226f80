//! Checks of what a figure was given, before anything is drawn.

use super::figure::{Bars, Frame, ProfileFigure, ScatterFigure};
use crate::{Error, Result};

/// The error for one field.
pub(super) fn invalid(setting: &'static str, value: impl ToString, reason: impl ToString) -> Error {
    Error::InvalidSetting { setting, value: value.to_string(), reason: reason.to_string() }
}

pub(super) fn frame(frame: &Frame) -> Result<()> {
    for (setting, value) in [("width", frame.width), ("height", frame.height)] {
        if !(20.0..=8000.0).contains(&value) {
            return Err(invalid(setting, value, "a picture has 20 to 8000 pixels"));
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
            return Err(invalid("dims", dim, "pictures show dimensions 0 to 9"));
        }
    }
    for (birth, death) in bars.births.iter().zip(&bars.deaths) {
        if !birth.is_finite() {
            return Err(invalid("births", birth, "births must be finite"));
        }
        if death.is_nan() || death < birth {
            return Err(invalid("deaths", death, format!("the interval was born at {birth}")));
        }
    }
    if bars.threshold.is_some_and(|threshold| threshold.is_nan() || threshold < 0.0) {
        return Err(invalid("threshold", f64::NAN, "it must be a number of at least 0"));
    }
    Ok(())
}

pub(super) fn x_max(x_max: Option<f64>) -> Result<()> {
    match x_max {
        Some(value) if !(value.is_finite() && value > 0.0 && value < 1e300) => {
            Err(invalid("xMax", value, "it must be a positive number"))
        }
        _ => Ok(()),
    }
}

pub(super) fn scatter(figure: &ScatterFigure) -> Result<()> {
    frame(&figure.frame)?;
    let n = figure.positions.len() / 2;
    if figure.positions.len() % 2 != 0 {
        return Err(invalid("positions", figure.positions.len(), "each point has two numbers"));
    }
    if let Some(value) = figure.positions.iter().find(|value| !value.is_finite()) {
        return Err(invalid("positions", value, "positions must be finite"));
    }
    if let Some(labels) = &figure.labels {
        equal_length("labels", labels.len(), n, "positions")?;
    }
    if figure.edges.len() % 2 != 0 {
        return Err(invalid("edges", figure.edges.len(), "each edge has two points"));
    }
    if let Some(end) = figure.edges.iter().find(|end| **end as usize >= n) {
        return Err(invalid("edges", end, format!("there are {n} points, counted from 0")));
    }
    Ok(())
}

pub(super) fn profile(figure: &ProfileFigure) -> Result<()> {
    frame(&figure.frame)?;
    for series in &figure.series {
        let n = series.x.len();
        finite("x", &series.x)?;
        for (field, values) in
            [("y", Some(&series.y)), ("low", series.low.as_ref()), ("high", series.high.as_ref())]
        {
            if let Some(values) = values {
                equal_length(field, values.len(), n, "x")?;
                finite(field, values)?;
            }
        }
    }
    Ok(())
}

fn finite(setting: &'static str, values: &[f64]) -> Result<()> {
    match values.iter().find(|value| value.is_nan() || value.abs() > 1e300) {
        Some(value) => Err(invalid(setting, value, "series must be finite")),
        None => Ok(()),
    }
}

fn equal_length(setting: &'static str, found: usize, expected: usize, other: &str) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    let reason = format!("{other} describes {expected} entries, so must {setting}");
    Err(invalid(setting, format!("{found} entries"), reason))
}
