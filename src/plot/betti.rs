//! Betti curves: how many intervals contain each scale, a panel per dimension.

use super::axes::{Mesh, Place, Words, paint};
use super::dimensions::{by_dimension, finding, no_intervals, scale};
use super::figure::{Bars, BettiFigure};
use super::ticks::Ticks;
use super::{Picture, check};
use crate::Result;
use plotters::style::text_anchor::{HPos, VPos};

pub(super) fn draw(figure: &BettiFigure) -> Result<Picture> {
    check::frame(&figure.frame)?;
    check::bars(&figure.barcode)?;
    check::x_max(figure.x_max)?;
    let bars = &figure.barcode;
    let dims = by_dimension(bars);
    paint(&figure.frame, &finding("Betti curves", bars, &dims), |sheet| {
        let tiny = sheet.is_tiny();
        let inside = sheet.inside(44.0, 16.0, 24.0, 42.0);
        let gap = if tiny { 2.0 } else { 28.0 };
        let n = dims.len() as f64;
        let height = ((inside.height - gap * (n - 1.0)) / n).max(1.0);
        let x = scale(bars, figure.x_max);
        let mut panels = Vec::new();
        for (dim, intervals) in dims.iter().enumerate() {
            let place = Place { y: inside.y + (height + gap) * dim as f64, height, ..inside };
            let curve = curve(bars, intervals, x);
            let highest = curve.iter().map(|(_, betti)| *betti).fold(1.0, f64::max);
            let mesh = if tiny {
                Mesh::default()
            } else {
                Mesh {
                    x: Ticks::nice(x.0, x.1, (place.width / 64.0) as usize + 1),
                    y: Ticks::whole(0.0, highest, ((height / 28.0) as usize + 1).min(6)),
                    x_labels: dim + 1 == dims.len(),
                    y_labels: true,
                    base: true,
                }
            };
            let plot = sheet.plot(place, x, (0.0, 1.06 * highest), &mesh)?;
            let color = sheet.palette.dim(dim);
            if intervals.is_empty() {
                sheet.nothing(place, &no_intervals(bars, dim))?;
            } else {
                let mut area = vec![(x.0, 0.0)];
                area.extend_from_slice(&curve);
                area.push((x.1, 0.0));
                plot.polygon(area, color, 0.12)?;
                plot.line(curve, color, 1.0, 1.6)?;
            }
            if !tiny {
                let style = Words::new(12.0, color, (HPos::Left, VPos::Bottom)).bold();
                sheet.words(&format!("β{}", subscript(dim)), (place.x - 28.0, place.y - 7.0), style)?;
            }
            panels.push(plot.panel(format!("H{dim}")));
        }
        sheet.x_name(inside, "scale (Rips diameter)")?;
        Ok(panels)
    })
}

/// Corners of the step function that counts the intervals containing each scale.
fn curve(bars: &Bars, intervals: &[usize], (x0, x1): (f64, f64)) -> Vec<(f64, f64)> {
    let mut steps: Vec<(f64, f64)> = Vec::with_capacity(2 * intervals.len());
    for i in intervals {
        steps.push((bars.births[*i].into(), 1.0));
        steps.push((bars.deaths[*i].into(), -1.0));
    }
    steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut betti = 0.0;
    let mut corners = vec![(x0, 0.0)];
    for group in steps.chunk_by(|a, b| a.0 == b.0) {
        let at = group[0].0;
        if at > x1 {
            break;
        }
        let next = betti + group.iter().map(|(_, step)| step).sum::<f64>();
        if at > x0 {
            corners.push((at, betti));
        } else {
            corners.clear();
        }
        corners.push((at.max(x0), next));
        betti = next;
    }
    corners.push((x1, betti));
    corners
}

/// A dimension as a subscript digit.
fn subscript(dim: usize) -> char {
    char::from_u32(0x2080 + dim as u32).unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_counted_half_open() {
        let bars = Bars {
            dims: vec![0; 3],
            births: vec![0.0, 0.0, 1.0],
            deaths: vec![1.0, f32::INFINITY, 1.0],
            ..Bars::default()
        };
        let corners = curve(&bars, &[0, 1, 2], (0.0, 2.0));
        assert_eq!(corners, [(0.0, 2.0), (1.0, 2.0), (1.0, 1.0), (2.0, 1.0)]);
    }
}
