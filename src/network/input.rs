//! How a sample becomes the tensor that a network takes.

use std::sync::Arc;

use serde::Deserialize;

use super::graph::Input;
use super::tokens::Tokenizer;
use crate::{Error, Result};

/// What byte pixels 0 … 255 become before the network sees them; floating-point samples are taken as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum InputRange {
    /// v / 255.
    #[default]
    #[serde(rename = "0..1")]
    Unit,
    /// v / 127.5 − 1.
    #[serde(rename = "-1..1")]
    Signed,
    /// v.
    #[serde(rename = "0..255")]
    Bytes,
    /// (v / 255 − mean) / standard deviation per channel, with the constants usual for `ImageNet`.
    #[serde(rename = "imagenet")]
    ImageNet,
}

impl InputRange {
    /// Factor and offset for one of the channels red, green, blue.
    fn scale(self, channel: usize) -> (f32, f32) {
        const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
        const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];
        match self {
            Self::Unit => (1.0 / 255.0, 0.0),
            Self::Signed => (1.0 / 127.5, -1.0),
            Self::Bytes => (1.0, 0.0),
            Self::ImageNet => {
                let c = channel.min(2);
                (1.0 / (255.0 * DEVIATION[c]), -MEAN[c] / DEVIATION[c])
            }
        }
    }
}

/// What a session is prepared for.
#[derive(Clone, Copy)]
pub enum SampleKind<'a> {
    /// Tensors of numbers.
    Numbers(&'a SampleShape),
    /// Texts, cut into tokens by the network's own tokenizer.
    Texts(&'a Arc<Tokenizer>),
}

/// The numbers of a sample as they come: their shape, and whether they are byte pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleShape {
    /// Sizes without the sample axis; byte pixels are `[h, w]` or `[h, w, 3]`.
    pub sizes: Vec<usize>,
    /// Byte pixels 0 … 255, as opposed to ready numbers.
    pub bytes: bool,
}

/// A checked way from samples to input tensors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum InputPlan {
    /// The numbers already lie in the network's order.
    AsIs { shape: Vec<usize>, range: Option<InputRange> },
    /// Byte pixels to planes or interleaved channels.
    Pixels { height: usize, width: usize, from: usize, to: usize, channels_last: bool, range: InputRange },
}

impl InputPlan {
    /// Matches samples to the network's input.
    ///
    /// # Errors
    /// [`Error::InputMismatch`] with both shapes, [`Error::KindMismatch`] for a network that reads texts.
    pub(super) fn fit(input: &Input, sample: &SampleShape, range: InputRange) -> Result<Self> {
        let Input::Numbers { shape, .. } = input else {
            return Err(Error::KindMismatch { network: "texts", data: "numbers" });
        };
        let wanted = &shape[1..];
        let accepts = |sizes: &[usize]| {
            sizes.len() == wanted.len() && sizes.iter().zip(wanted).all(|(s, w)| w.is_none_or(|w| w == *s))
        };
        if sample.bytes
            && let Some(plan) = Self::fit_pixels(wanted, &sample.sizes, range)
        {
            return Ok(plan);
        }
        let range = sample.bytes.then_some(range);
        let mut with_channel = vec![1];
        with_channel.extend(&sample.sizes);
        let n_values: usize = sample.sizes.iter().product();
        for shape in [sample.sizes.clone(), with_channel, vec![n_values]] {
            if accepts(&shape) {
                return Ok(Self::AsIs { shape, range });
            }
        }
        Err(Error::InputMismatch { network: shape_words(shape), data: sizes_words(&sample.sizes) })
    }

    fn fit_pixels(wanted: &[Option<usize>], sizes: &[usize], range: InputRange) -> Option<Self> {
        let (height, width, from) = match *sizes {
            [h, w] => (h, w, 1),
            [h, w, 3] => (h, w, 3),
            _ => return None,
        };
        let &[a, b, c] = wanted else { return None };
        let fits = |size: Option<usize>, own: usize| size.is_none_or(|s| s == own);
        let channels = |size: Option<usize>| match size {
            None => Some(from),
            Some(n @ (1 | 3)) => Some(n),
            Some(_) => None,
        };
        if let Some(to) = channels(a)
            && fits(b, height)
            && fits(c, width)
        {
            return Some(Self::Pixels { height, width, from, to, channels_last: false, range });
        }
        let to = channels(c)?;
        (fits(a, height) && fits(b, width)).then_some(Self::Pixels {
            height,
            width,
            from,
            to,
            channels_last: true,
            range,
        })
    }

    /// Shape of one sample in the network's order.
    pub(super) fn shape(&self) -> Vec<usize> {
        match self {
            Self::AsIs { shape, .. } => shape.clone(),
            Self::Pixels { height, width, to, channels_last: false, .. } => vec![*to, *height, *width],
            Self::Pixels { height, width, to, channels_last: true, .. } => vec![*height, *width, *to],
        }
    }

    /// Appends byte samples to a tensor's values.
    pub(super) fn push_bytes(&self, values: &[u8], tensor: &mut Vec<f32>) {
        match self {
            Self::AsIs { range, .. } => {
                let (factor, offset) = range.unwrap_or(InputRange::Bytes).scale(0);
                tensor.extend(values.iter().map(|&v| f32::from(v).mul_add(factor, offset)));
            }
            Self::Pixels { height, width, from, to, channels_last, range } => {
                let (from, to, n_pixels) = (*from, *to, height * width);
                for sample in values.chunks_exact(n_pixels * from) {
                    let pixel = |p: usize, c: usize| {
                        let (factor, offset) = range.scale(c);
                        channel(&sample[p * from..(p + 1) * from], c, to).mul_add(factor, offset)
                    };
                    if *channels_last {
                        tensor
                            .extend((0..n_pixels).flat_map(|p| (0..to).map(move |c| (p, c))).map(|(p, c)| pixel(p, c)));
                    } else {
                        tensor
                            .extend((0..to).flat_map(|c| (0..n_pixels).map(move |p| (p, c))).map(|(p, c)| pixel(p, c)));
                    }
                }
            }
        }
    }
}

/// One channel of a pixel: grey is repeated into colours, colours become ITU-R 601 luma, as PIL's "L" does.
fn channel(pixel: &[u8], c: usize, n_channels: usize) -> f32 {
    match (pixel, n_channels) {
        (&[grey], _) => f32::from(grey),
        (&[r, g, b], 1) => 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b),
        (colours, _) => f32::from(colours[c]),
    }
}

fn shape_words(shape: &[Option<usize>]) -> String {
    let sizes: Vec<String> =
        shape.iter().skip(1).map(|size| size.map_or_else(|| "any".into(), |s| s.to_string())).collect();
    sizes.join(" × ")
}

fn sizes_words(sizes: &[usize]) -> String {
    sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(shape: &[Option<usize>]) -> Input {
        Input::Numbers { name: "image".into(), shape: shape.to_vec() }
    }

    fn pixels(sizes: &[usize]) -> SampleShape {
        SampleShape { sizes: sizes.to_vec(), bytes: true }
    }

    #[test]
    fn colour_pixels_become_planes_in_the_range_asked_for() {
        let plan =
            InputPlan::fit(&input(&[None, Some(3), Some(1), Some(2)]), &pixels(&[1, 2, 3]), InputRange::Bytes).unwrap();
        assert_eq!(plan.shape(), [3, 1, 2]);
        let mut tensor = Vec::new();
        plan.push_bytes(&[1, 2, 3, 4, 5, 6], &mut tensor);
        assert_eq!(tensor, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }

    #[test]
    fn grey_pixels_fill_three_channels_and_channels_last_is_recognised() {
        let plan =
            InputPlan::fit(&input(&[None, Some(1), Some(2), Some(3)]), &pixels(&[1, 2]), InputRange::Bytes).unwrap();
        assert_eq!(plan.shape(), [1, 2, 3]);
        let mut tensor = Vec::new();
        plan.push_bytes(&[7, 9], &mut tensor);
        assert_eq!(tensor, [7.0, 7.0, 7.0, 9.0, 9.0, 9.0]);
    }

    #[test]
    fn a_mismatch_names_both_shapes() {
        let error =
            InputPlan::fit(&input(&[Some(1), Some(3), Some(32), Some(32)]), &pixels(&[28, 28]), InputRange::Unit)
                .unwrap_err();
        assert_eq!(error, Error::InputMismatch { network: "3 × 32 × 32".into(), data: "28 × 28".into() });
    }

    #[test]
    fn numbers_are_taken_as_they_are() {
        let sample = SampleShape { sizes: vec![4], bytes: false };
        let plan = InputPlan::fit(&input(&[None, Some(4)]), &sample, InputRange::Unit).unwrap();
        assert_eq!(plan.shape(), [4]);
    }
}
