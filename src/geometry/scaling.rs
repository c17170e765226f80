//! Bringing the coordinates of a cloud to a common size.

use super::PointCloud;

/// What happens to the coordinates before distances are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scaling {
    /// Each coordinate is mapped to [0, 1] by its own minimum and maximum over all points of the cloud; a constant
    /// coordinate becomes 0 (Magai 2022, code; see `docs/architecture.md`).
    #[default]
    MinMax,
    /// Nothing.
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
    let mut low = vec![f32::INFINITY; n_coords];
    let mut high = vec![f32::NEG_INFINITY; n_coords];
    for point in cloud.values().chunks_exact(n_coords) {
        for ((low, high), &value) in low.iter_mut().zip(&mut high).zip(point) {
            *low = low.min(value);
            *high = high.max(value);
        }
    }
    let scaled = cloud.values().chunks_exact(n_coords).flat_map(|point| {
        point.iter().zip(low.iter().zip(&high)).map(|(&value, (&low, &high))| {
            let (value, low, range) = (f64::from(value), f64::from(low), f64::from(high) - f64::from(low));
            if range > 0.0 { ((value - low) / range) as f32 } else { 0.0 }
        })
    });
    cloud.with_values(scaled.collect())
}
