//! The sliced Wasserstein distance of two diagrams.

use super::diagram::{Point, essential_gaps, finite_points};
use crate::homology::Interval;
use crate::{Error, Result};

/// The sliced Wasserstein distance: the mean over directions of the 1-Wasserstein distances of the diagrams projected to
/// lines, each diagram completed by the other's projection to the diagonal (Carrière, Cuturi, Oudot, *Sliced Wasserstein
/// kernel for persistence diagrams*, 2017).
///
/// The directions stand at the angles −π/2 + kπ/n for k < n, as in GUDHI and persim; 50 of them are usual. Essential
/// intervals match essential ones only, so different numbers of them are infinitely far apart; with equal numbers their
/// births, matched in order, count as points that move sideways. Same bits on every platform.
///
/// # Errors
/// [`Error::InvalidSetting`] without a direction.
pub fn sliced_wasserstein_distance(a: &[Interval], b: &[Interval], n_directions: usize) -> Result<f64> {
    if n_directions == 0 {
        return Err(Error::InvalidSetting {
            setting: "directions",
            value: "0".into(),
            reason: "there must be at least one".into(),
        });
    }
    let Some(gaps) = essential_gaps(a, b) else { return Ok(f64::INFINITY) };
    let essential: f64 = gaps.iter().sum();
    let (a, b) = (finite_points(a), finite_points(b));
    let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
    let mut total = 0.0;
    for k in 0..n_directions {
        let (cosine, sine) = direction(k, n_directions);
        let onto_line = |&(birth, death): &Point| birth * cosine + death * sine;
        let over_diagonal = |&(birth, death): &Point| f64::midpoint(birth, death) * (cosine + sine);
        of_a.clear();
        of_a.extend(a.iter().map(onto_line).chain(b.iter().map(over_diagonal)));
        of_b.clear();
        of_b.extend(b.iter().map(onto_line).chain(a.iter().map(over_diagonal)));
        of_a.sort_unstable_by(f64::total_cmp);
        of_b.sort_unstable_by(f64::total_cmp);
        total += of_a.iter().zip(&of_b).map(|(x, y)| (x - y).abs()).sum::<f64>() + essential * cosine.abs();
    }
    Ok(total / n_directions as f64)
}

/// Cosine and sine of −π/2 + kπ/n, by operations that IEEE 754 fixes: the standard library's differ between platforms
/// in the last bit.
fn direction(k: usize, n: usize) -> (f64, f64) {
    let angle = std::f64::consts::PI * k as f64 / n as f64;
    // cos(x − π/2) = sin x and sin(x − π/2) = −cos x, for x in [0, π).
    if k * 2 <= n {
        (series(angle, angle, 1.0), -series(angle, 1.0, 0.0))
    } else {
        let rest = std::f64::consts::PI - angle;
        (series(rest, rest, 1.0), series(rest, 1.0, 0.0))
    }
}

/// The alternating series whose first term is `term` = x^`n` / n!, for 0 ≤ x ≤ π/2: sine from x, cosine from 1.
fn series(x: f64, mut term: f64, mut n: f64) -> f64 {
    let mut sum = 0.0;
    while term.abs() > 1e-18 {
        sum += term;
        term *= -x * x / ((n + 1.0) * (n + 2.0));
        n += 2.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_lie_on_the_half_circle() {
        for n in [1, 2, 7, 50, 360] {
            for k in 0..n {
                let angle = std::f64::consts::PI * (k as f64 / n as f64 - 0.5);
                let (cosine, sine) = direction(k, n);
                assert!((cosine - angle.cos()).abs() < 1e-15 && (sine - angle.sin()).abs() < 1e-15, "{k} of {n}");
            }
        }
    }
}
