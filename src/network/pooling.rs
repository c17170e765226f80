//! Feature maps to points.

use serde::Deserialize;

use crate::random::Random;

/// How the activations of one sample in one layer become points of `R^d`.
///
/// Axes are read as ONNX means them: batch, channels, then space; a tensor of rank 3 is batch, tokens, features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pooling {
    /// The mean over all positions, one point per sample: global average pooling, as in Magai 2023. Of texts only the
    /// tokens count, not what fills them up.
    #[default]
    Mean,
    /// The first token, one point per sample: what classifiers of texts and vision transformers read (`[CLS]`).
    ClassToken,
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

/// Points of one layer, sample after sample.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Points {
    /// Row by row: points × coordinates.
    pub values: Vec<f32>,
    /// The position that each point stands for, under [`Pooling::Positions`]: token, or place in the feature map.
    pub positions: Vec<u32>,
    /// Number of points of each sample.
    pub per_sample: Vec<u32>,
}

impl Points {
    /// The points in the samples' own order, where they were computed in another: `order` names the sample of each
    /// group of points.
    pub(super) fn restored(&self, order: &[usize], n_coords: usize) -> Self {
        let mut starts = vec![0; order.len()];
        let mut sizes = vec![0; order.len()];
        let mut start = 0;
        for (&sample, &n) in order.iter().zip(&self.per_sample) {
            (starts[sample], sizes[sample]) = (start, n as usize);
            start += n as usize;
        }
        let mut restored = Self::default();
        for (&start, &n) in starts.iter().zip(&sizes) {
            restored.values.extend_from_slice(&self.values[start * n_coords..(start + n) * n_coords]);
            restored.positions.extend(self.positions.get(start..start + n).unwrap_or_default());
            restored.per_sample.push(n as u32);
        }
        restored
    }
}

impl Pooling {
    /// Its word in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::ClassToken => "class-token",
            Self::Flatten => "flatten",
            Self::Positions => "positions",
        }
    }

    /// Coordinates per point for a tensor of this shape (batch first).
    pub fn n_coords(self, shape: &[usize]) -> usize {
        let layout = Layout::of(shape);
        match self {
            Self::Flatten => layout.n_positions * layout.n_features,
            Self::Mean | Self::ClassToken | Self::Positions => layout.n_features,
        }
    }

    /// Why a tensor of this shape (batch first) cannot be pooled in this way; `is_text` if its length varies.
    pub(super) fn obstacle(self, shape: &[usize], is_text: bool) -> Option<&'static str> {
        match (self, shape.len()) {
            (Self::ClassToken, 4..) => Some("this layer has no tokens; take the mean"),
            (Self::Flatten, 3..) if is_text => {
                Some("texts differ in length; take the mean, the class token or positions")
            }
            _ => None,
        }
    }

    /// Appends the points of one sample, of which only the first `n_tokens` positions count if that is given.
    /// `sample_seed` fixes which positions are drawn, independently of batches.
    pub fn push(
        self,
        values: &[f32],
        shape: &[usize],
        n_tokens: Option<usize>,
        positions_per_sample: usize,
        sample_seed: u64,
        points: &mut Points,
    ) {
        let layout = Layout::of(shape);
        let n_positions = n_tokens.filter(|_| shape.len() == 3).unwrap_or(layout.n_positions).min(layout.n_positions);
        let value = |p: usize, f: usize| values[p * layout.position_stride + f * layout.feature_stride];
        let mut n_points = 1;
        match self {
            Self::Flatten => points.values.extend_from_slice(values),
            Self::Mean => points.values.extend((0..layout.n_features).map(|f| {
                let sum: f64 = (0..n_positions).map(|p| f64::from(value(p, f))).sum();
                (sum / n_positions as f64) as f32
            })),
            Self::ClassToken => points.values.extend((0..layout.n_features).map(|f| value(0, f))),
            Self::Positions => {
                let drawn = Random::new(sample_seed).subset(n_positions, positions_per_sample);
                n_points = drawn.len();
                for p in drawn {
                    points.values.extend((0..layout.n_features).map(|f| value(p, f)));
                    points.positions.push(p as u32);
                }
            }
        }
        points.per_sample.push(n_points as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: [f32; 8] = [1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 30.0, 40.0]; // 2 channels × 2 × 2
    const SHAPE: [usize; 4] = [5, 2, 2, 2];
    const TOKENS: [usize; 3] = [5, 4, 2];

    fn pooled(pooling: Pooling, shape: &[usize], n_tokens: Option<usize>, per_sample: usize) -> Points {
        let mut points = Points::default();
        pooling.push(&MAP, shape, n_tokens, per_sample, 3, &mut points);
        assert_eq!(points.values.len(), points.per_sample[0] as usize * pooling.n_coords(shape));
        points
    }

    #[test]
    fn the_mean_is_taken_over_space_per_channel() {
        assert_eq!(pooled(Pooling::Mean, &SHAPE, None, 1).values, [2.5, 25.0]);
    }

    #[test]
    fn tokens_are_averaged_over_the_second_axis() {
        let whole = pooled(Pooling::Mean, &TOKENS, None, 1);
        assert_eq!(whole.values, [(1.0 + 3.0 + 10.0 + 30.0) / 4.0, (2.0 + 4.0 + 20.0 + 40.0) / 4.0]);
    }

    #[test]
    fn what_fills_up_a_text_counts_nowhere() {
        assert_eq!(
            pooled(Pooling::Mean, &TOKENS, Some(3), 1).values,
            [(1.0 + 3.0 + 10.0) / 3.0, (2.0 + 4.0 + 20.0) / 3.0]
        );
        let tokens = pooled(Pooling::Positions, &TOKENS, Some(3), 9);
        assert_eq!(tokens.values, [1.0, 2.0, 3.0, 4.0, 10.0, 20.0]);
        assert_eq!((tokens.positions, tokens.per_sample), (vec![0, 1, 2], vec![3]));
    }

    #[test]
    fn the_class_token_is_the_first_and_feature_maps_have_none() {
        assert_eq!(pooled(Pooling::ClassToken, &TOKENS, Some(3), 1).values, [1.0, 2.0]);
        assert_eq!(pooled(Pooling::ClassToken, &[5, 8], None, 1).values, MAP);
        assert!(Pooling::ClassToken.obstacle(&SHAPE, false).is_some());
        assert!(
            Pooling::Flatten.obstacle(&TOKENS, true).is_some() && Pooling::Flatten.obstacle(&TOKENS, false).is_none()
        );
    }

    #[test]
    fn positions_are_channel_vectors() {
        let all = pooled(Pooling::Positions, &SHAPE, None, 9);
        assert_eq!(all.values, [1.0, 10.0, 2.0, 20.0, 3.0, 30.0, 4.0, 40.0]);
        let some = pooled(Pooling::Positions, &SHAPE, None, 2);
        assert!(some.values.chunks(2).all(|point| point[1] == 10.0 * point[0]));
    }

    #[test]
    fn flatten_keeps_everything() {
        assert_eq!(pooled(Pooling::Flatten, &SHAPE, None, 1).values, MAP);
    }
}
