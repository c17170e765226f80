//! Values over relative depth: lines with marks, bands around them and names at their ends.

use super::axes::{Mesh, Place, Plot, SMALL, Sheet, Words, paint};
use super::check::{self, invalid};
use super::figure::{ProfileFigure, Series};
use super::text::{clean, fit, plural, three_digits, width};
use super::ticks::Ticks;
use super::Picture;
use crate::Result;
use plotters::style::text_anchor::{HPos, VPos};

pub(super) fn draw(figure: &ProfileFigure) -> Result<Picture> {
    check::profile(figure)?;
    let palette = figure.frame.theme.palette();
    let mut colors = Vec::new();
    for series in &figure.series {
        let known = "use h0, h1, h2, class0 to class9, ink or muted";
        colors.push(palette.named(&series.color).ok_or_else(|| invalid("color", &series.color, known))?);
    }
    paint(&figure.frame, &finding(figure), |sheet| {
        let tiny = sheet.is_tiny();
        let longest = figure.series.iter().map(|series| width(&clean(&series.name), SMALL)).fold(0.0, f64::max);
        let names = (longest + 14.0).min(0.34 * sheet.width).max(16.0);
        let place = sheet.inside(48.0, names, 24.0, 42.0);
        let (x, y) = (x_range(&figure.series), y_range(&figure.series));
        let mesh = if tiny {
            Mesh::default()
        } else {
            Mesh {
                x: Ticks::nice(x.0, x.1, (place.width / 64.0) as usize + 1),
                y: Ticks::nice(y.0, y.1, ((place.height / 40.0) as usize + 1).min(7)),
                x_labels: true,
                y_labels: true,
                base: true,
            }
        };
        let plot = sheet.plot(place, x, y, &mesh)?;
        for (series, color) in figure.series.iter().zip(&colors) {
            band(&plot, series, *color)?;
        }
        for (series, color) in figure.series.iter().zip(&colors) {
            line(&plot, series, *color, place)?;
        }
        if !tiny {
            end_names(sheet, figure, &colors, place, x, y, names - 12.0)?;
        }
        if figure.series.iter().all(|series| series.x.is_empty()) {
            sheet.nothing(place, "no values yet")?;
        }
        sheet.x_name(place, &figure.x_label)?;
        sheet.y_name(place, &figure.y_label)?;
        Ok(vec![plot.panel("profile")])
    })
}

fn finding(figure: &ProfileFigure) -> String {
    let what = match (clean(&figure.y_label), clean(&figure.x_label)) {
        (y, x) if !y.is_empty() && !x.is_empty() => format!("{y} over {x}"),
        (y, x) => format!("{y}{x}"),
    };
    let mut words = format!("{what}, {}", plural(figure.series.len(), "line"));
    for series in &figure.series {
        if let (Some(first), Some(last)) = (series.y.first(), series.y.last()) {
            let name = clean(&series.name);
            let between = if name.is_empty() { "" } else { " " };
            words.push_str(&format!("; {name}{between}from {} to {}", three_digits(*first), three_digits(*last)));
        }
    }
    words.push('.');
    words
}

/// Relative depth runs from 0 to 1; other places set their own range.
fn x_range(series: &[Series]) -> (f64, f64) {
    let all = || series.iter().flat_map(|series| series.x.iter().copied());
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    if low > high || (low >= 0.0 && high <= 1.0) {
        return (0.0, 1.0);
    }
    apart(low, high)
}

/// From 0, or from below it where values are negative, to a little above the highest value.
fn y_range(series: &[Series]) -> (f64, f64) {
    let all = || {
        let bands = |series: &'_ Series| series.low.iter().chain(&series.high).flatten().copied().collect::<Vec<_>>();
        series.iter().flat_map(move |series| series.y.iter().copied().chain(bands(series)))
    };
    let (low, high) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
    let room = 0.06 * (high - low);
    if low < high {
        apart(if low < 0.0 { low - room } else { 0.0 }, high + room)
    } else {
        (0.0, 1.0)
    }
}

fn apart(low: f64, high: f64) -> (f64, f64) {
    let least = 1e-9 * low.abs().max(high.abs());
    if high - low > least { (low, high) } else { (low - least.max(0.5), high + least.max(0.5)) }
}

fn band(plot: &Plot, series: &Series, color: u32) -> Result<()> {
    let (Some(low), Some(high)) = (&series.low, &series.high) else { return Ok(()) };
    let upper = series.x.iter().copied().zip(high.iter().copied());
    let lower = series.x.iter().copied().zip(low.iter().copied()).rev();
    let outline: Vec<_> = upper.chain(lower).collect();
    if outline.len() < 4 {
        return Ok(());
    }
    plot.polygon(outline, color, 0.14)
}

fn line(plot: &Plot, series: &Series, color: u32, place: Place) -> Result<()> {
    let points: Vec<_> = series.x.iter().copied().zip(series.y.iter().copied()).collect();
    if series.dashed {
        plot.dashes(&points, color, 1.5)?;
    } else if points.len() > 1 {
        plot.line(points.clone(), color, 1.0, 1.8)?;
    }
    // Marks that would touch each other say nothing.
    let room = place.width / points.len().max(1) as f64;
    if room >= 7.0 || points.len() == 1 {
        let radius = if series.dashed { 2.2 } else { 2.8 };
        for point in points {
            plot.dot(point, radius, color, 1.0)?;
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
    x: (f64, f64),
    y: (f64, f64),
    available: f64,
) -> Result<()> {
    let mut ends: Vec<(f64, f64, usize)> = Vec::new();
    for (i, series) in figure.series.iter().enumerate() {
        if let (Some(last_x), Some(last_y), false) = (series.x.last(), series.y.last(), series.name.is_empty()) {
            let right = place.x + place.width * (last_x - x.0) / (x.1 - x.0);
            ends.push((place.y + place.height * (y.1 - last_y) / (y.1 - y.0), right, i));
        }
    }
    ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
    let wanted: Vec<f64> = ends.iter().map(|end| end.0).collect();
    let spacing = (place.height / ends.len().max(1) as f64).min(14.0);
    for (at, (_, _, i)) in declutter(&wanted, spacing, place.y, place.y + place.height).iter().zip(&ends) {
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
