//! A straight line through points.

/// The least-squares line y = intercept + slope · x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineFit {
    /// Change of y per unit of x.
    pub slope: f64,
    /// y at x = 0.
    pub intercept: f64,
    /// Share of y's variance that the line explains, from 0 to 1; 1 for constant y.
    pub r2: f64,
    /// Standard error of the slope; `None` for two points, which leave nothing to judge by.
    pub slope_error: Option<f64>,
}

/// The least-squares line through points; `None` without two different x.
pub fn fit_line(x: &[f64], y: &[f64]) -> Option<LineFit> {
    let n = x.len().min(y.len()) as f64;
    if n < 2.0 {
        return None;
    }
    let (mean_x, mean_y) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (&x, &y) in x.iter().zip(y) {
        xx += (x - mean_x) * (x - mean_x);
        xy += (x - mean_x) * (y - mean_y);
        yy += (y - mean_y) * (y - mean_y);
    }
    if xx <= 0.0 {
        return None;
    }
    let slope = xy / xx;
    // Rounding can leave a rest below zero where the points lie on the line.
    let unexplained = (yy - slope * xy).max(0.0);
    Some(LineFit {
        slope,
        intercept: mean_y - slope * mean_x,
        r2: if yy > 0.0 { 1.0 - unexplained / yy } else { 1.0 },
        slope_error: (n > 2.0).then(|| (unexplained / (n - 2.0) / xx).sqrt()),
    })
}
