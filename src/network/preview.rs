//! What a network sees of its samples, to be looked at before it runs.

use super::input::{InputPlan, InputSettings, SampleShape};
use super::inputs::Input;
use crate::Result;
use crate::data::Values;

/// Bars of the histogram.
const N_BINS: usize = 48;

/// Samples as the network gets them.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// Shape of one in the network's order.
    pub shape: Vec<usize>,
    /// Height and width of the pictures, if samples are pictures.
    pub size: Option<[usize; 2]>,
    /// Their height and width before, if they are resized.
    pub resized_from: Option<[usize; 2]>,
    /// Their red, green, blue and opacity, pixel by pixel, the lowest value of all drawn black and the highest white.
    /// The first channel that the network gets is drawn red.
    pub pixels: Vec<u8>,
    /// One for each channel; one for all values if samples are no pictures.
    pub channels: Vec<Channel>,
    /// How many values lie in each of equally wide steps from the lowest to the highest.
    pub histogram: Vec<u32>,
}

/// The values of one channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Channel {
    /// The lowest.
    pub low: f32,
    /// The highest.
    pub high: f32,
    /// The mean.
    pub mean: f32,
    /// The standard deviation.
    pub deviation: f32,
}

/// Brings samples into the form that the network takes and sums up what comes out.
///
/// # Errors
/// As for a run: samples that do not fit the input, and settings that cannot be.
pub fn preview(input: &Input, sample: &SampleShape, settings: &InputSettings, values: &Values) -> Result<Preview> {
    let plan = InputPlan::fit(input, sample, settings)?;
    let tensor = plan.tensor(values);
    let (n_channels, n_pixels, last) = plan.picture().unwrap_or((1, 1, true));
    let at = |i: usize| if last { i % n_channels } else { i / n_pixels % n_channels };
    let channels: Vec<Channel> = (0..n_channels)
        .map(|c| summary(tensor.iter().enumerate().filter(|&(i, _)| at(i) == c).map(|(_, &v)| v)))
        .collect();
    let low = channels.iter().fold(f32::INFINITY, |low, c| low.min(c.low));
    let high = channels.iter().fold(f32::NEG_INFINITY, |high, c| high.max(c.high));
    let share = |v: f32| if high > low { (v - low) / (high - low) } else { 0.0 };
    let mut histogram = vec![0; N_BINS];
    for &v in &tensor {
        histogram[((share(v) * N_BINS as f32) as usize).min(N_BINS - 1)] += 1;
    }
    let mut pixels = Vec::new();
    let size = plan.picture().map(|_| {
        let shape = plan.shape();
        if last { [shape[0], shape[1]] } else { [shape[1], shape[2]] }
    });
    if size.is_some() {
        for sample in tensor.chunks_exact(n_pixels * n_channels) {
            for p in 0..n_pixels {
                let value = |c: usize| sample[if last { p * n_channels + c } else { c * n_pixels + p }];
                pixels.extend((0..3).map(|c| (255.0 * share(value(c.min(n_channels - 1)))).round() as u8));
                pixels.push(255);
            }
        }
    }
    Ok(Preview { shape: plan.shape().to_vec(), size, resized_from: plan.resized_from(), pixels, channels, histogram })
}

fn summary(values: impl Iterator<Item = f32> + Clone) -> Channel {
    let n = values.clone().count().max(1) as f64;
    let mean = values.clone().map(f64::from).sum::<f64>() / n;
    let variance = values.clone().map(|v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n;
    Channel {
        low: values.clone().fold(f32::INFINITY, f32::min),
        high: values.fold(f32::NEG_INFINITY, f32::max),
        mean: mean as f32,
        deviation: variance.sqrt() as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::input::{Colours, Layout, ValueRange};
    use crate::network::inputs::NumberType;

    fn input(shape: &[usize]) -> Input {
        let shape = std::iter::once(None).chain(shape.iter().copied().map(Some)).collect();
        Input::Numbers { name: "image".into(), shape, number: NumberType::Float32 }
    }

    #[test]
    fn pictures_are_drawn_from_the_lowest_value_to_the_highest_as_the_network_orders_them() {
        let sample = SampleShape { sizes: vec![1, 2, 3], bytes: true };
        let values = Values::U8(vec![0, 51, 255, 102, 0, 0]);
        for (shape, layout) in [([3, 1, 2], Layout::Nchw), ([1, 2, 3], Layout::Nhwc)] {
            let settings =
                InputSettings { range: ValueRange::Signed, layout: Some(layout), ..InputSettings::default() };
            let found = preview(&input(&shape), &sample, &settings, &values).unwrap();
            assert_eq!(found.pixels, [0, 51, 255, 255, 102, 0, 0, 255]);
            assert_eq!(found.size, Some([1, 2]));
            let close = |a: f32, b: f32| (a - b).abs() < 1e-6;
            for (channel, high) in found.channels.iter().zip([-0.2, -0.6, 1.0]) {
                assert!(close(channel.low, -1.0) && close(channel.high, high), "{channel:?}");
            }
            assert_eq!(found.histogram.iter().sum::<u32>(), 6);
            let turned = InputSettings { colours: Colours::Bgr, ..settings };
            assert_eq!(preview(&input(&shape), &sample, &turned, &values).unwrap().pixels[..3], [255, 51, 0]);
        }
    }

    #[test]
    fn plain_numbers_have_one_summary() {
        let sample = SampleShape { sizes: vec![2], bytes: false };
        let found =
            preview(&input(&[2]), &sample, &InputSettings::default(), &Values::F32(vec![1.0, 2.0, 3.0, 6.0])).unwrap();
        assert_eq!(found.channels, [Channel { low: 1.0, high: 6.0, mean: 3.0, deviation: 3.5_f32.sqrt() }]);
        assert!(found.pixels.is_empty() && found.size.is_none());
    }
}
