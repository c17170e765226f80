//! Distances between two points.

/// How far apart two points of R^d are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Square root of the sum of squared differences.
    #[default]
    Euclidean,
    /// Sum of absolute differences.
    Manhattan,
    /// Largest absolute difference.
    Chebyshev,
    /// Angle between the points in radians, a metric, unlike 1 − cos.
    Angular,
    /// sqrt(2 (1 − r)) for Pearson's r between the coordinates, a metric: correlations 1, 0, −1 are 0, √2, 2 apart.
    Correlation,
}

impl Metric {
    /// The metric's name inside sentences.
    pub fn name(self) -> &'static str {
        match self {
            Self::Euclidean => "Euclidean",
            Self::Manhattan => "Manhattan",
            Self::Chebyshev => "Chebyshev",
            Self::Angular => "angular",
            Self::Correlation => "correlation",
        }
    }

    /// The distance of two points with equally many coordinates, by the same operations in the same order as in
    /// [`super::DistanceMatrix::from_points`]. NaN where the metric is undefined for one of them.
    pub fn distance(self, a: &[f32], b: &[f32]) -> f32 {
        let (of_a, of_b) = (Placement::of(self, a), Placement::of(self, b));
        let pairs = a.iter().zip(b).map(|(&x, &y)| of_a.apply(x) - of_b.apply(y));
        let sum = match self {
            Self::Manhattan => pairs.fold(0.0, |sum, d| sum + d.abs()),
            Self::Chebyshev => pairs.fold(0.0, |sum, d| larger(sum, d.abs())),
            _ => pairs.fold(0.0, |sum, d| sum + d * d),
        };
        self.finish(sum)
    }

    /// From the accumulated differences to the distance.
    pub(super) fn finish(self, sum: f64) -> f32 {
        let distance = match self {
            Self::Manhattan | Self::Chebyshev => sum,
            Self::Euclidean => sum.sqrt(),
            Self::Correlation => snapped(sum).sqrt(),
            Self::Angular => {
                // Unit vectors at angle φ are 2 sin(φ/2) apart; tan(φ/2) keeps full precision for small angles.
                let sine2 = (snapped(sum) / 4.0).min(1.0);
                2.0 * arctangent((sine2 / (1.0 - sine2)).sqrt())
            }
        };
        distance as f32
    }

    /// An upper bound of the sums whose distance, after all rounding, is at most `length` > 0.
    pub(super) fn largest_sum(self, length: f32) -> f64 {
        // Far more than the rounding of distance and sum.
        let length = f64::from(length) * (1.0 + 1e-6);
        match self {
            Self::Manhattan | Self::Chebyshev => length,
            // Unit vectors at an angle are less far apart than the arc between them.
            Self::Euclidean | Self::Correlation | Self::Angular => length * length,
        }
    }
}

/// How the coordinates of one point are moved before they are compared: (x − shift) · scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placement {
    shift: f64,
    scale: f64,
}

impl Placement {
    /// Onto the unit sphere for the angle, additionally with mean zero for the correlation; NaN if that is impossible.
    pub(super) fn of(metric: Metric, point: &[f32]) -> Self {
        let shift = match metric {
            Metric::Euclidean | Metric::Manhattan | Metric::Chebyshev => {
                return Self { shift: 0.0, scale: 1.0 };
            }
            Metric::Angular => 0.0,
            // A constant point has no correlation, but its rounded mean may leave a rest: ask exactly.
            Metric::Correlation if point.iter().all(|&x| x == point[0]) => f64::NAN,
            Metric::Correlation => point.iter().fold(0.0, |sum, &x| sum + f64::from(x)) / point.len() as f64,
        };
        let norm2 = point.iter().fold(0.0, |sum, &x| {
            let d = f64::from(x) - shift;
            sum + d * d
        });
        let scale = if norm2 > 0.0 { 1.0 / norm2.sqrt() } else { f64::NAN };
        Self { shift, scale }
    }

    pub(super) fn is_defined(self) -> bool {
        self.scale.is_finite()
    }

    pub(super) fn apply(self, x: f32) -> f64 {
        (f64::from(x) - self.shift) * self.scale
    }
}

/// The larger of two numbers that are not NaN: one instruction in WebAssembly, unlike `f64::max`.
pub(super) fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// Rounding leaves parallel unit vectors about 1e-16 apart, which would turn duplicates into tiny intervals.
fn snapped(sum: f64) -> f64 {
    if sum < 1e-24 { 0.0 } else { sum }
}

/// The arctangent of a non-negative number, infinity included, to a few units in the last of its 53 bits.
///
/// The standard library's differs between platforms in the last bit; this one uses only operations that IEEE 754 fixes.
fn arctangent(x: f64) -> f64 {
    if x > 1.0 {
        return std::f64::consts::FRAC_PI_2 - arctangent_up_to_one(1.0 / x);
    }
    arctangent_up_to_one(x)
}

fn arctangent_up_to_one(mut x: f64) -> f64 {
    // arctan x = 2 arctan(x / (1 + √(1 + x²))); three halvings bring x below 0.1, where 8 terms of the series suffice.
    for _ in 0..3 {
        x /= 1.0 + (1.0 + x * x).sqrt();
    }
    let x2 = x * x;
    let mut sum = 0.0;
    for k in (0..8_u32).rev() {
        sum = 1.0 / f64::from(2 * k + 1) - x2 * sum;
    }
    8.0 * x * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arctangent_is_accurate() {
        for i in 0..20_000_u32 {
            let x = (f64::from(i) - 10_000.0).exp2().min(1e9) + f64::from(i) * 1e-4;
            assert!((arctangent(x) - x.atan()).abs() <= 1e-15 * x.atan(), "{x}");
        }
        assert_eq!(arctangent(0.0), 0.0);
        assert_eq!(arctangent(f64::INFINITY), std::f64::consts::FRAC_PI_2);
    }
}
