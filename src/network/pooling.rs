//! Feature maps to points.

use serde::Deserialize;

use crate::random::Random;

/// How the activations of one sample in one layer become points of `R^d`.
///
/// Axes are read as ONNX means them: batch, channels, then space; a tensor of rank 3 is batch, tokens, features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pooling {
    /// The mean over all positions, one point per sample: global average pooling, as in Magai 2023.
    #[default]
    Mean,
    /// All values in a row, one point per sample.
    Flatten,
    /// The feature vector of each position is a point (Purvine et al. 2023); some positions per sample are drawn.
    Positions,
}

/// How the values of one sample lie in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Layout {
    n_positions: usize,
    n_features: usize,
    /// Distance between the values of one position's neighbouring features, and between neighbouring positions.
    feature_stride: usize,
    position_stride: usize,
}

impl Layout {
    /// `shape` includes the batch.
    fn of(shape: &[usize]) -> Self {
        match shape {
            [_, tokens, features] => {
                Self { n_positions: *tokens, n_features: *features, feature_stride: 1, position_stride: *features }
            }
            [_, channels, space @ ..] => {
                let n_positions = space.iter().product();
                Self { n_positions, n_features: *channels, feature_stride: n_positions, position_stride: 1 }
            }
            _ => Self { n_positions: 1, n_features: 1, feature_stride: 1, position_stride: 1 },
        }
    }
}

impl Pooling {
    /// Number of points per sample and coordinates per point for a tensor of this shape (batch first).
    pub fn size(self, shape: &[usize], positions_per_sample: usize) -> (usize, usize) {
        let layout = Layout::of(shape);
        match self {
            Self::Mean => (1, layout.n_features),
            Self::Flatten => (1, layout.n_positions * layout.n_features),
            Self::Positions => (positions_per_sample.min(layout.n_positions), layout.n_features),
        }
    }

    /// Appends the points of one sample. `sample_seed` fixes which positions are drawn, independently of batches.
    pub fn push(
        self,
        values: &[f32],
        shape: &[usize],
        positions_per_sample: usize,
        sample_seed: u64,
        points: &mut Vec<f32>,
    ) {
        let layout = Layout::of(shape);
        let value = |p: usize, f: usize| values[p * layout.position_stride + f * layout.feature_stride];
        match self {
            Self::Flatten => points.extend_from_slice(values),
            Self::Mean => points.extend((0..layout.n_features).map(|f| {
                let sum: f64 = (0..layout.n_positions).map(|p| f64::from(value(p, f))).sum();
                (sum / layout.n_positions as f64) as f32
            })),
            Self::Positions => {
                for p in Random::new(sample_seed).subset(layout.n_positions, positions_per_sample) {
                    points.extend((0..layout.n_features).map(|f| value(p, f)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: [f32; 8] = [1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 30.0, 40.0]; // 2 channels × 2 × 2
    const SHAPE: [usize; 4] = [5, 2, 2, 2];

    fn points(pooling: Pooling, shape: &[usize], per_sample: usize) -> Vec<f32> {
        let mut points = Vec::new();
        pooling.push(&MAP, shape, per_sample, 3, &mut points);
        let (n, d) = pooling.size(shape, per_sample);
        assert_eq!(points.len(), n * d);
        points
    }

    #[test]
    fn the_mean_is_taken_over_space_per_channel() {
        assert_eq!(points(Pooling::Mean, &SHAPE, 1), [2.5, 25.0]);
    }

    #[test]
    fn tokens_are_averaged_over_the_second_axis() {
        assert_eq!(
            points(Pooling::Mean, &[5, 4, 2], 1),
            [(1.0 + 3.0 + 10.0 + 30.0) / 4.0, (2.0 + 4.0 + 20.0 + 40.0) / 4.0]
        );
    }

    #[test]
    fn positions_are_channel_vectors() {
        let all = points(Pooling::Positions, &SHAPE, 9);
        assert_eq!(all, [1.0, 10.0, 2.0, 20.0, 3.0, 30.0, 4.0, 40.0]);
        let some = points(Pooling::Positions, &SHAPE, 2);
        assert!(some.chunks(2).all(|point| point[1] == 10.0 * point[0]));
    }

    #[test]
    fn flatten_keeps_everything() {
        assert_eq!(points(Pooling::Flatten, &SHAPE, 1), MAP);
    }
}
