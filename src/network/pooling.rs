//! Feature maps to points.

use serde::Deserialize;

use super::axes::Axes;
use crate::random::Random;

/// How the activations of one sample in one layer become points of `R^d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pooling {
    /// The mean over all positions, one point per sample: global average pooling, as in Magai 2023. Of texts only the
    /// tokens count, not what fills them up.
    #[default]
    Mean,
    /// The first token, one point per sample: what classifiers of texts and vision transformers read (`[CLS]`).
    ClassToken,
    /// The first token where a layer has tokens, and the mean where it is a feature map: what a network that reads its
    /// class token proposes for all of its layers.
    ClassTokenOrMean,
    /// All values in a row, one point per sample.
    Flatten,
    /// The feature vector of each position is a point (Purvine et al. 2023); some positions per sample are drawn.
    Positions,
}

/// Where the values of one sample lie in memory, as positions with features each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointLayout {
    /// Offset of each position.
    positions: Vec<usize>,
    /// Offset of each feature.
    features: Vec<usize>,
    /// Axes that count positions.
    n_position_axes: usize,
}

impl PointLayout {
    /// For tensors of this shape (batch first) whose `axes` mean that; with a `head`, counted from 0, only what belongs to
    /// it. `None` if there is no such head.
    pub fn of(shape: &[usize], axes: Axes, head: Option<usize>) -> Option<Self> {
        let rank = shape.len();
        let strides: Vec<usize> = (0..rank).map(|axis| shape[axis + 1..].iter().product()).collect();
        let offsets = |axes: &mut dyn Iterator<Item = usize>| {
            axes.fold(vec![0], |outer: Vec<usize>, axis| {
                let inner = |start: &usize| (0..shape[axis]).map(|i| start + i * strides[axis]).collect::<Vec<_>>();
                outer.iter().flat_map(inner).collect()
            })
        };
        let (positions, mut features, n_position_axes) = match rank {
            0 | 1 => (vec![0], vec![0], 0),
            2 => (vec![0], offsets(&mut std::iter::once(1)), 0),
            _ => (
                offsets(&mut axes.positions(rank)),
                offsets(&mut axes.heads.into_iter().chain([axes.features])),
                axes.positions(rank).count(),
            ),
        };
        if let Some(head) = head {
            let n_heads = if rank < 3 { 1 } else { axes.n_heads(shape) };
            if head >= n_heads || !features.len().is_multiple_of(n_heads) {
                return None;
            }
            let size = features.len() / n_heads;
            features = features[head * size..(head + 1) * size].to_vec();
        }
        Some(Self { positions, features, n_position_axes })
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
            Self::ClassTokenOrMean => "class-token-or-mean",
            Self::Flatten => "flatten",
            Self::Positions => "positions",
        }
    }

    /// Coordinates per point.
    pub fn n_coords(self, layout: &PointLayout) -> usize {
        match self {
            Self::Flatten => layout.positions.len() * layout.features.len(),
            Self::Mean | Self::ClassToken | Self::ClassTokenOrMean | Self::Positions => layout.features.len(),
        }
    }

    /// Why a layer cannot be pooled in this way; `is_text` if its length varies.
    pub(super) fn obstacle(self, layout: &PointLayout, is_text: bool) -> Option<&'static str> {
        match self {
            Self::ClassToken if layout.n_position_axes > 1 => Some("this layer has no tokens; take the mean"),
            Self::Flatten if is_text && layout.n_position_axes > 0 => {
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
        layout: &PointLayout,
        n_tokens: Option<usize>,
        positions_per_sample: usize,
        sample_seed: u64,
        points: &mut Points,
    ) {
        let all = &layout.positions;
        let positions = &all[..n_tokens.map_or(all.len(), |n| n.min(all.len()))];
        let features = &layout.features;
        let mut n_points = 1;
        match self {
            Self::ClassTokenOrMean => {
                let pooling = if layout.n_position_axes > 1 { Self::Mean } else { Self::ClassToken };
                return pooling.push(values, layout, n_tokens, positions_per_sample, sample_seed, points);
            }
            // In the order of memory, which is that of the axes.
            Self::Flatten if all.len() * features.len() == values.len() => points.values.extend_from_slice(values),
            Self::Flatten => {
                points.values.extend(all.iter().flat_map(|p| features.iter().map(move |f| values[p + f])));
            }
            Self::Mean => points.values.extend(features.iter().map(|f| {
                let sum: f64 = positions.iter().map(|p| f64::from(values[p + f])).sum();
                (sum / positions.len() as f64) as f32
            })),
            Self::ClassToken => points.values.extend(features.iter().map(|f| values[f + all[0]])),
            Self::Positions => {
                let drawn = Random::new(sample_seed).subset(positions.len(), positions_per_sample);
                n_points = drawn.len();
                for p in drawn {
                    points.values.extend(features.iter().map(|f| values[positions[p] + f]));
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

    fn layout(shape: &[usize]) -> PointLayout {
        PointLayout::of(shape, Axes::usual(shape.len()), None).unwrap()
    }

    fn pooled_as(pooling: Pooling, layout: &PointLayout, n_tokens: Option<usize>, per_sample: usize) -> Points {
        let mut points = Points::default();
        pooling.push(&MAP, layout, n_tokens, per_sample, 3, &mut points);
        assert_eq!(points.values.len(), points.per_sample[0] as usize * pooling.n_coords(layout));
        points
    }

    fn pooled(pooling: Pooling, shape: &[usize], n_tokens: Option<usize>, per_sample: usize) -> Points {
        pooled_as(pooling, &layout(shape), n_tokens, per_sample)
    }

    #[test]
    fn the_mean_is_taken_over_space_per_channel() {
        assert_eq!(pooled(Pooling::Mean, &SHAPE, None, 1).values, [2.5, 25.0]);
    }

    #[test]
    fn channels_may_come_last() {
        let last = PointLayout::of(&SHAPE, Axes { features: 3, heads: None, joined: 1 }, None).unwrap();
        assert_eq!(
            pooled_as(Pooling::Mean, &last, None, 1).values,
            [(1.0 + 3.0 + 10.0 + 30.0) / 4.0, (2.0 + 4.0 + 20.0 + 40.0) / 4.0]
        );
        assert_eq!(pooled_as(Pooling::Flatten, &last, None, 1).values, MAP);
    }

    #[test]
    fn tokens_are_averaged_over_the_second_axis() {
        let whole = pooled(Pooling::Mean, &TOKENS, None, 1);
        assert_eq!(whole.values, [(1.0 + 3.0 + 10.0 + 30.0) / 4.0, (2.0 + 4.0 + 20.0 + 40.0) / 4.0]);
    }

    #[test]
    fn a_head_is_its_share_of_the_features_wherever_they_lie() {
        // 2 heads × 2 tokens × 2 features.
        let apart = Axes { features: 3, heads: Some(1), joined: 1 };
        let head = |axes, shape: &[usize], head| PointLayout::of(shape, axes, Some(head));
        let first = head(apart, &SHAPE, 0).unwrap();
        assert_eq!(pooled_as(Pooling::Positions, &first, None, 9).values, [1.0, 2.0, 3.0, 4.0]);
        let second = head(apart, &SHAPE, 1).unwrap();
        assert_eq!(pooled_as(Pooling::Mean, &second, None, 1).values, [20.0, 30.0]);
        assert_eq!(pooled_as(Pooling::Mean, &second, Some(1), 1).values, [10.0, 20.0]);
        assert_eq!(pooled_as(Pooling::ClassToken, &second, None, 1).values, [10.0, 20.0]);
        assert_eq!(pooled_as(Pooling::Flatten, &second, None, 1).values, [10.0, 20.0, 30.0, 40.0]);
        // 2 tokens × (2 heads × 2 features): all heads of a token in a row.
        let joined = Axes { features: 2, heads: None, joined: 2 };
        let second = head(joined, &[5, 2, 4], 1).unwrap();
        assert_eq!(pooled_as(Pooling::Positions, &second, None, 9).values, [3.0, 4.0, 30.0, 40.0]);
        assert!(head(joined, &[5, 2, 4], 2).is_none() && head(Axes::usual(3), &[5, 2, 4], 1).is_none());
        let all = PointLayout::of(&SHAPE, apart, None).unwrap();
        assert_eq!(pooled_as(Pooling::Positions, &all, None, 9).values, [1.0, 2.0, 10.0, 20.0, 3.0, 4.0, 30.0, 40.0]);
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
        assert!(Pooling::ClassToken.obstacle(&layout(&SHAPE), false).is_some());
        assert_eq!(pooled(Pooling::ClassTokenOrMean, &TOKENS, Some(3), 1).values, [1.0, 2.0]);
        assert_eq!(pooled(Pooling::ClassTokenOrMean, &SHAPE, None, 1).values, [2.5, 25.0]);
        let tokens = layout(&TOKENS);
        assert!(
            Pooling::Flatten.obstacle(&tokens, true).is_some() && Pooling::Flatten.obstacle(&tokens, false).is_none()
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
