//! Barcodes: a panel of horizontal bars per dimension, one below the other over a common scale.

use super::axes::{Mesh, Place, Plot, Sheet, Words, paint};
use super::dimensions::{by_dimension, finding, length, no_intervals, scale};
use super::figure::{BarcodeFigure, Bars};
use super::text::count;
use super::ticks::Ticks;
use super::{Panel, Picture, check};
use crate::Result;
use plotters::style::text_anchor::{HPos, VPos};

/// Bars are no thicker than this many pixels.
const THICKEST: f64 = 6.0;

pub(super) fn draw(figure: &BarcodeFigure) -> Result<Picture> {
    check::frame(&figure.frame)?;
    check::bars(&figure.barcode)?;
    check::x_max(figure.x_max)?;
    let bars = &figure.barcode;
    let all = by_dimension(bars);
    let shown: Vec<Vec<usize>> = all.iter().map(|intervals| longest(bars, intervals, figure.max_bars)).collect();
    paint(&figure.frame, &finding("Barcode", bars, &all), |sheet| {
        let compact = figure.compact || sheet.is_tiny();
        let inside = if compact {
            Place { x: 0.0, y: 0.0, width: sheet.width, height: sheet.height }
        } else {
            sheet.inside(44.0, 14.0, 4.0, 42.0)
        };
        let gap = if compact { 1.0 } else { 16.0 };
        let heights = heights(&shown, inside.height, gap, compact);
        let mut panels = Vec::new();
        let mut y = inside.y;
        for (dim, intervals) in shown.iter().enumerate() {
            let place = Place { y, height: heights[dim], ..inside };
            y += heights[dim] + gap;
            let last = dim + 1 == shown.len();
            let x = scale(bars, figure.x_max);
            let mesh = if compact {
                Mesh::default()
            } else {
                let ticks = Ticks::nice(x.0, x.1, (place.width / 64.0) as usize + 1);
                Mesh { x: ticks, x_labels: last, base: last, ..Mesh::default() }
            };
            let rows = intervals.len().max(1) as f64;
            let plot = sheet.plot(place, x, (rows, 0.0), &mesh)?;
            draw_bars(&plot, place, bars, intervals, x, sheet.palette.dim(dim), compact)?;
            if !compact {
                label(sheet, place, dim, all[dim].len())?;
                if intervals.is_empty() {
                    sheet.nothing(place, &no_intervals(bars, dim))?;
                }
                let hidden = all[dim].len() - intervals.len();
                if hidden > 0 {
                    let note = format!("… and {} shorter", count(hidden));
                    let style = Words::new(10.0, sheet.palette.muted, (HPos::Right, VPos::Bottom));
                    sheet.words(&note, (place.x + place.width, place.y - 2.0), style)?;
                }
            }
            let order = Some(intervals.clone());
            panels.push(Panel { order, ..plot.panel(format!("H{dim}")) });
        }
        if !compact {
            sheet.x_name(inside, "scale (Rips diameter)")?;
        }
        Ok(panels)
    })
}

/// The longest intervals, in the order they came in.
fn longest(bars: &Bars, intervals: &[usize], most: Option<usize>) -> Vec<usize> {
    let most = most.unwrap_or(usize::MAX);
    if intervals.len() <= most {
        return intervals.to_vec();
    }
    let mut rows: Vec<usize> = (0..intervals.len()).collect();
    rows.sort_by(|a, b| length(bars, intervals[*b]).total_cmp(&length(bars, intervals[*a])).then(a.cmp(b)));
    rows.truncate(most);
    rows.sort_unstable();
    rows.into_iter().map(|row| intervals[row]).collect()
}

/// Heights of the panels: in proportion to their bars, but none too low to see.
fn heights(shown: &[Vec<usize>], height: f64, gap: f64, compact: bool) -> Vec<f64> {
    let n = shown.len() as f64;
    let available = (height - gap * (n - 1.0)).max(n);
    let least = (if compact { 0.25 * available / n } else { (0.2 * available).max(34.0) }).min(available / n);
    let weights: Vec<f64> = shown.iter().map(|intervals| intervals.len() as f64).collect();
    let mut fixed = vec![false; shown.len()];
    loop {
        let n_fixed = fixed.iter().filter(|fixed| **fixed).count() as f64;
        let free = available - least * n_fixed;
        let total: f64 = weights.iter().zip(&fixed).filter(|(_, fixed)| !**fixed).map(|(weight, _)| weight).sum();
        let share = |i: usize| if fixed[i] { least } else { free * weights[i] / total.max(1.0) };
        let Some(low) = (0..fixed.len()).find(|i| !fixed[*i] && share(*i) < least) else {
            let spare = if n_fixed == n { (available - least * n) / n } else { 0.0 };
            return (0..fixed.len()).map(|i| share(i) + spare).collect();
        };
        fixed[low] = true;
    }
}

/// "H1" in its colour and the number of intervals, left of the panel.
fn label(sheet: &Sheet, place: Place, dim: usize, n: usize) -> Result<()> {
    let x = place.x - 10.0;
    let style = Words::new(12.0, sheet.palette.dim(dim), (HPos::Right, VPos::Top)).bold();
    sheet.words(&format!("H{dim}"), (x, place.y + 1.0), style)?;
    let style = Words::new(10.0, sheet.palette.muted, (HPos::Right, VPos::Top));
    sheet.words(&count(n), (x, place.y + 16.0), style)
}

fn draw_bars(
    plot: &Plot,
    place: Place,
    bars: &Bars,
    intervals: &[usize],
    (x0, x1): (f64, f64),
    color: u32,
    compact: bool,
) -> Result<()> {
    let pitch = place.height / intervals.len().max(1) as f64;
    let thickness = if pitch < 2.0 { pitch } else { (0.7 * pitch).min(THICKEST) };
    let half = thickness / pitch / 2.0;
    // A bar shorter than half a pixel is drawn half a pixel long.
    let least = 0.5 * (x1 - x0) / place.width;
    for (row, i) in intervals.iter().enumerate() {
        let (birth, death) = (f64::from(bars.births[*i]), f64::from(bars.deaths[*i]).min(x1));
        if birth < x1 {
            let (middle, end) = (row as f64 + 0.5, death.max(birth + least).min(x1));
            plot.rect((birth, middle - half), (end, middle + half), color)?;
        }
    }
    if compact {
        return Ok(());
    }
    // Where rows are too close, one head stands for a run of essential intervals.
    let is_essential = |row: &usize| bars.deaths[intervals[*row]].is_infinite();
    let mut row = 0;
    while row < intervals.len() {
        let last = (row..intervals.len()).take_while(is_essential).last();
        let Some(last) = last else {
            row += 1;
            continue;
        };
        let rows: Vec<f64> = if pitch >= 7.0 {
            (row..=last).map(|row| row as f64 + 0.5).collect()
        } else {
            vec![(row + last) as f64 / 2.0 + 0.5]
        };
        for middle in rows {
            let side = 3.5_f64.max(thickness / 2.0 + 1.5);
            plot.shape((x1, middle), &[(-1.0, -side), (1.6 * side - 1.0, 0.0), (-1.0, side)], color)?;
        }
        row = last + 1;
    }
    Ok(())
}
