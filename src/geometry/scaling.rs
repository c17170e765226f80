//! Making coordinates comparable before distances are taken.

use super::PointCloud;

/// What is done to each coordinate of a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scaling {
    /// Each coordinate is mapped affinely onto [0, 1] over all points; a constant one becomes 0.
    #[default]
    MinMax,
    /// Coordinates stay as they are.
    None,
}

impl Scaling {
    /// The scaled cloud.
    pub fn apply(self, cloud: &PointCloud) -> PointCloud {
        match self {
            Self::None => cloud.clone(),
            Self::MinMax => min_max(cloud),
        }
    }
}

fn min_max(cloud: &PointCloud) -> PointCloud {
    let n_coords = cloud.n_coords();
    let mut least = cloud.point(0).to_vec();
    let mut most = least.clone();
    for row in cloud.values().chunks_exact(n_coords) {
        for ((low, high), &x) in least.iter_mut().zip(&mut most).zip(row) {
            *low = low.min(x);
            *high = high.max(x);
        }
    }
    // In 64 bits neither the range nor the quotient can overflow or lose the ends of the interval.
    let ranges: Vec<f64> = least.iter().zip(&most).map(|(&low, &high)| f64::from(high) - f64::from(low)).collect();
    let mut values = Vec::with_capacity(cloud.values().len());
    for row in cloud.values().chunks_exact(n_coords) {
        for ((&x, &low), &range) in row.iter().zip(&least).zip(&ranges) {
            let scaled = if range > 0.0 { (f64::from(x) - f64::from(low)) / range } else { 0.0 };
            values.push(scaled as f32);
        }
    }
    cloud.with_values(values)
}
