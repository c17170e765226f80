//! Values over relative depth: lines with marks, bands around them and names at their ends.

use super::Picture;
use super::axes::{Mesh, Plot};
use super::check::{self, invalid};
use super::color_scale::{BAR_HEIGHT, Colors};
use super::figure::{ProfileFigure, Series};
use super::palette::Palette;
use super::sheet::{Place, SMALL, Sheet, Words, paint};
use super::text::{clean, fit, plural, three_digits, width};
use super::ticks::Ticks;
use crate::Result;
use plotters::style::text_anchor::{HPos, VPos};
use std::fmt::Write as _;

pub(super) fn draw(figure: &ProfileFigure) -> Result<Picture> {
    check::frame(&figure.frame)?;
    check::series(&figure.series)?;
    let palette = figure.frame.theme.palette();
    let values = || figure.series.iter().filter_map(|series| series.value);
    let scale = Colors::over(&figure.color_scale, palette, values())?;
    let colors = colors(&figure.series, &scale, palette)?;
    paint(&figure.frame, &finding(figure, &scale), |sheet| {
        let tiny = sheet.is_tiny();
        let longest = figure.series.iter().map(|series| width(&clean(&series.name), SMALL)).fold(0.0, f64::max);
        let names = (longest + 14.0).min(0.34 * sheet.width).max(16.0);
        let bar = if values().next().is_some() && !tiny { BAR_HEIGHT } else { 0.0 };
        let place = sheet.inside(48.0, names, 24.0 + bar, 42.0);
        let (x, y) = (x_range(figure.series.iter()), y_range(figure.series.iter()));
        let mesh = if tiny { Mesh::default() } else { mesh(place, x, y) };
        let plot = sheet.plot(place, x, y, &mesh)?;
        lines(&plot, &figure.series, &colors, place, y)?;
        if !tiny {
            end_names(sheet, figure, &colors, place, y, names - 12.0)?;
        }
        if is_empty(&figure.series) {
            sheet.nothing(place, "no values yet")?;
        }
        if bar > 0.0 {
            scale.bar(sheet, Place { x: 8.0, y: sheet.top, width: sheet.width - 16.0, height: bar }, values())?;
        }
        sheet.x_name(place, &figure.x_label)?;
        sheet.y_name(place, &figure.y_label)?;
        Ok(vec![plot.panel("profile")])
    })
}

fn finding(figure: &ProfileFigure, scale: &Colors) -> String {
    let what = match (clean(&figure.y_label), clean(&figure.x_label)) {
        (y, x) if !y.is_empty() && !x.is_empty() => format!("{y} over {x}"),
        (y, x) => format!("{y}{x}"),
    };
    let mut words = format!("{what}, {}", plural(figure.series.len(), "line"));
    if figure.series.iter().any(|series| series.value.is_some()) {
        let _ = write!(words, " coloured by {}", scale.finding());
    }
    for series in &figure.series {
        let (name, course) = (name(series, scale), course(series));
        if !course.is_empty() {
            let between = if name.is_empty() { "" } else { " " };
            let _ = write!(words, "; {name}{between}{course}");
        }
    }
    words.push('.');
    words
}

/// What a line is called: its name, else the value that colours it.
pub(super) fn name(series: &Series, scale: &Colors) -> String {
    match (clean(&series.name), series.value) {
        (name, Some(value)) if name.is_empty() => format!("at {}", scale.words(value)),
        (name, _) => name,
    }
}

/// Where a line begins and ends, its peak if that lies between, and where it is undefined.
pub(super) fn course(series: &Series) -> String {
    let defined: Vec<(f64, f64)> = series.x.iter().zip(&series.y).filter_map(|(x, y)| y.map(|y| (*x, y))).collect();
    let mut words = String::new();
    if let (Some(first), Some(last)) = (defined.first(), defined.last()) {
        let _ = write!(words, "from {} to {}", three_digits(first.1), three_digits(last.1));
        let highest = defined.iter().copied().reduce(|best, point| if point.1 > best.1 { point } else { best });
        if let Some((x, y)) = highest.filter(|point| point.1 > first.1 && point.1 > last.1) {
            let _ = write!(words, " with a peak of {} at {}", three_digits(y), three_digits(x));
        }
    }
    let undefined = series.y.len() - defined.len();
    if undefined > 0 {
        let between = if words.is_empty() { "" } else { ", " };
        let _ = write!(words, "{between}undefined at {}", plural(undefined, "place"));
    }
    words
}

/// The colour of each line: of its value, else the named one.
pub(super) fn colors(series: &[Series], scale: &Colors, palette: &Palette) -> Result<Vec<u32>> {
    let known = "use h0, h1, h2, class0 to class9, ink or muted";
    let color = |series: &Series| match series.value {
        Some(value) => Ok(scale.color(value)),
        None => palette.named(&series.color).ok_or_else(|| invalid("color", &series.color, known)),
    };
    series.iter().map(color).collect()
}

pub(super) fn is_empty(series: &[Series]) -> bool {
    series.iter().all(|series| series.x.is_empty())
}

/// Grid and labels that fit into a place.
pub(super) fn mesh(place: Place, x: (f64, f64), y: (f64, f64)) -> Mesh {
    Mesh {
        x: Ticks::nice(x.0, x.1, (place.width / 64.0) as usize + 1),
        y: Ticks::nice(y.0, y.1, ((place.height / 40.0) as usize + 1).min(7)),
        x_labels: true,
        y_labels: true,
        base: true,
    }
}

/// Bands beneath, lines and marks above.
pub(super) fn lines(plot: &Plot, series: &[Series], colors: &[u32], place: Place, y: (f64, f64)) -> Result<()> {
    for (series, color) in series.iter().zip(colors) {
        band(plot, series, *color, y)?;
    }
    for (series, color) in series.iter().zip(colors) {
        line(plot, series, *color, place, y)?;
    }
    Ok(())
}

/// Relative depth runs from 0 to 1; other places set their own range.
pub(super) fn x_range<'a>(series: impl Iterator<Item = &'a Series>) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for x in series.flat_map(|series| &series.x) {
        (low, high) = (low.min(*x), high.max(*x));
    }
    if low > high || (low >= 0.0 && high <= 1.0) {
        return (0.0, 1.0);
    }
    apart(low, high)
}

/// From 0, or from below it where values are negative, to a little above the highest value.
pub(super) fn y_range<'a>(series: impl Iterator<Item = &'a Series>) -> (f64, f64) {
    let (mut low, mut high) = (0.0_f64, 0.0_f64);
    let mut below = 0.0_f64;
    for series in series {
        for y in series.y.iter().flatten() {
            (low, high) = (low.min(*y), high.max(*y));
        }
        for y in series.low.iter().chain(&series.high).flatten().flatten() {
            (below, high) = (below.min(*y), high.max(*y));
        }
    }
    // A spread around values that are never negative ends at 0.
    if low < 0.0 {
        low = low.min(below);
    }
    let room = 0.06 * (high - low);
    if low < high { apart(if low < 0.0 { low - room } else { 0.0 }, high + room) } else { (0.0, 1.0) }
}

fn apart(low: f64, high: f64) -> (f64, f64) {
    let least = 1e-9 * low.abs().max(high.abs());
    if high - low > least { (low, high) } else { (low - least.max(0.5), high + least.max(0.5)) }
}

fn band(plot: &Plot, series: &Series, color: u32, y: (f64, f64)) -> Result<()> {
    let (Some(low), Some(high)) = (&series.low, &series.high) else {
        return Ok(());
    };
    let ends: Vec<Option<(f64, f64, f64)>> =
        series.x.iter().zip(low.iter().zip(high)).map(|(x, (low, high))| Some((*x, (*low)?, (*high)?))).collect();
    for run in ends.split(Option::is_none).filter(|run| run.len() > 1) {
        let run = || run.iter().flatten().copied();
        let lower = run().rev().map(|(x, low, _)| (x, low.max(y.0)));
        let outline = run().map(|(x, _, high)| (x, high.max(y.0))).chain(lower);
        plot.polygon(outline.collect(), color, 0.14)?;
    }
    Ok(())
}

fn line(plot: &Plot, series: &Series, color: u32, place: Place, y: (f64, f64)) -> Result<()> {
    let points: Vec<Option<(f64, f64)>> = series.x.iter().zip(&series.y).map(|(x, y)| y.map(|y| (*x, y))).collect();
    for run in points.split(Option::is_none).filter(|run| run.len() > 1) {
        let run: Vec<(f64, f64)> = run.iter().flatten().copied().collect();
        if series.dashed {
            plot.dashes(&run, color, 1.5)?;
        } else {
            plot.line(run, color, 1.0, 1.8)?;
        }
    }
    // Marks that would touch each other say nothing; a point without neighbours has nothing else.
    let roomy = place.width / points.len().max(1) as f64 >= 7.0;
    let radius = if series.dashed || place.width < 160.0 { 2.2 } else { 2.8 };
    for (i, point) in points.iter().enumerate() {
        let has_line = |j: Option<usize>| j.and_then(|j| points.get(j)).is_some_and(Option::is_some);
        match point {
            Some(point) if roomy || !(has_line(i.checked_sub(1)) || has_line(Some(i + 1))) => {
                plot.dot(*point, radius, color, 1.0)?;
            }
            Some(_) => {}
            None => {
                let style = Words::new(12.0, color, (HPos::Center, VPos::Center));
                plot.words("×", (series.x[i], y.0), (0.0, -7.0), style)?;
            }
        }
    }
    Ok(())
}

/// Names right of the lines' ends, moved apart where they would overlap.
fn end_names(
    sheet: &Sheet,
    figure: &ProfileFigure,
    colors: &[u32],
    place: Place,
    y: (f64, f64),
    available: f64,
) -> Result<()> {
    let mut ends: Vec<(f64, usize)> = Vec::new();
    for (i, series) in figure.series.iter().enumerate() {
        if let (Some(last), false) = (series.y.iter().rev().flatten().next(), series.name.is_empty()) {
            ends.push((place.y + place.height * (y.1 - last) / (y.1 - y.0), i));
        }
    }
    ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let wanted: Vec<f64> = ends.iter().map(|end| end.0).collect();
    let spacing = (place.height / ends.len().max(1) as f64).min(14.0);
    for (at, (_, i)) in declutter(&wanted, spacing, place.y, place.y + place.height).iter().zip(&ends) {
        let name = fit(&figure.series[*i].name, SMALL, available);
        let style = Words::new(SMALL, colors[*i], (HPos::Left, VPos::Center));
        sheet.words(&name, (place.x + place.width + 9.0, *at), style)?;
    }
    Ok(())
}

/// Sorted places moved apart to the spacing, as little as possible, within bounds.
fn declutter(wanted: &[f64], spacing: f64, low: f64, high: f64) -> Vec<f64> {
    // Clusters of touching labels, each centred on the mean of what its members want.
    let mut clusters: Vec<(f64, usize)> = Vec::new();
    for place in wanted {
        let mut cluster = (*place, 1);
        while let Some((mean, n)) = clusters.last().copied() {
            let reach = spacing * (n + cluster.1) as f64 / 2.0;
            if cluster.0 - mean >= reach {
                break;
            }
            let total = n + cluster.1;
            cluster = ((mean * n as f64 + cluster.0 * cluster.1 as f64) / total as f64, total);
            clusters.pop();
        }
        let half = spacing * (cluster.1 - 1) as f64 / 2.0;
        cluster.0 = cluster.0.min(high - half).max(low + half);
        clusters.push(cluster);
    }
    let mut places = Vec::new();
    for (mean, n) in clusters {
        places.extend((0..n).map(|i| mean + spacing * (i as f64 - (n - 1) as f64 / 2.0)));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_distance_and_their_order() {
        assert_eq!(declutter(&[10.0, 50.0], 14.0, 0.0, 100.0), [10.0, 50.0]);
        assert_eq!(declutter(&[50.0, 50.0], 14.0, 0.0, 100.0), [43.0, 57.0]);
        assert_eq!(declutter(&[98.0, 99.0], 14.0, 0.0, 100.0), [86.0, 100.0]);
        let places = declutter(&[0.0, 1.0, 2.0, 60.0, 61.0], 14.0, 0.0, 100.0);
        assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 13.999), "{places:?}");
    }
}
