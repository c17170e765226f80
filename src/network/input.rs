//! How a sample becomes the tensor that a network takes.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::fill::Fill;
use super::inputs::Input;
use super::tokens::Tokenizer;
use crate::data::{Fitting, ImageFit, Sample, Values};
use crate::{Error, Result};

/// What is usual for networks trained on `ImageNet`, per channel red, green, blue of values 0 … 1.
pub(super) const IMAGENET: ([f32; 3], [f32; 3]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

/// How pictures become the numbers that a network takes. Byte pixels 0 … 255 go through all of it; samples of
/// floating-point numbers are ready, and only their size and `mean` and `deviation` change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InputSettings {
    /// What bytes become first.
    pub range: ValueRange,
    /// Subtracted then: one number for all channels, or one each in the order in which the network takes them; empty: 0.
    pub mean: Vec<f32>,
    /// Divides then, as `mean`; empty: 1.
    pub deviation: Vec<f32>,
    /// What the channels hold.
    pub colours: Colours,
    /// Where the channels lie; `None`: where the input's shape has one or three.
    pub layout: Option<Layout>,
    /// Height in pixels that pictures shall have, where the network leaves it free; `None`: as they come.
    pub height: Option<usize>,
    /// Their width.
    pub width: Option<usize>,
    /// How a picture of another size comes to this one.
    pub fit: ImageFit,
    /// Name of the input that samples feed; `None` for the usual one.
    pub feed: Option<String>,
    /// What others are filled with by the user's choice, rather than an array of their name or what is usual.
    pub fill: BTreeMap<String, Fill>,
}

/// What byte pixels 0 … 255 become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ValueRange {
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
}

impl ValueRange {
    /// Factor and offset.
    fn scale(self) -> (f32, f32) {
        match self {
            Self::Unit => (1.0 / 255.0, 0.0),
            Self::Signed => (1.0 / 127.5, -1.0),
            Self::Bytes => (1.0, 0.0),
        }
    }
}

/// What the channels of a network's pictures hold. A network with one channel gets grey in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colours {
    /// Red, green, blue.
    #[default]
    Rgb,
    /// Blue, green, red, as `OpenCV` and Caffe have them.
    Bgr,
    /// The luma in each channel.
    Grey,
}

/// Where the channels of a network's pictures lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Layout {
    /// Batch, channels, height, width: `PyTorch`.
    Nchw,
    /// Batch, height, width, channels: `TensorFlow`.
    Nhwc,
}

/// What a session is prepared for.
#[derive(Clone, Copy)]
pub enum SampleKind<'a> {
    /// Tensors of numbers. For a network that takes tokens they are token ids, one row per text.
    Numbers(&'a SampleShape),
    /// Texts, cut into tokens by the network's own tokenizer.
    Texts(&'a Arc<Tokenizer>),
}

/// The numbers of a sample as they come: their shape, and whether they are byte pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleShape {
    /// Sizes without the sample axis; pictures are `[h, w]` or have one or three channels first or last.
    pub sizes: Vec<usize>,
    /// Byte pixels 0 … 255, as opposed to ready numbers.
    pub bytes: bool,
}

/// A checked way from samples to input tensors.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct InputPlan {
    /// Of one sample in the network's order.
    shape: Vec<usize>,
    way: Way,
}

#[derive(Debug, Clone, PartialEq)]
enum Way {
    /// The numbers already lie in the network's order.
    AsIs { scale: (f32, f32) },
    /// Pictures, whose size may change, and whose channels may move, change in number and in order.
    Picture { from: Pixels, fitting: Option<Fitting>, to: Channels },
}

/// Sides below this are those of no picture.
const SHORTEST_SIDE: usize = 4;

/// Pictures as they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pixels {
    height: usize,
    width: usize,
    n_channels: usize,
    channels_last: bool,
}

/// The channels as the network takes them.
#[derive(Debug, Clone, PartialEq)]
struct Channels {
    last: bool,
    colours: Colours,
    /// Factor and offset of each.
    scales: Vec<(f32, f32)>,
}

impl InputPlan {
    /// Matches samples to the network's input.
    ///
    /// # Errors
    /// [`Error::InputMismatch`] with both shapes, [`Error::KindMismatch`] for a network that reads texts,
    /// [`Error::InvalidSetting`] for a mean or deviation that cannot be.
    pub(super) fn fit(input: &Input, sample: &SampleShape, settings: &InputSettings) -> Result<Self> {
        let Input::Numbers { shape, .. } = input else {
            return Err(Error::KindMismatch { network: "texts", data: "numbers" });
        };
        let wanted = &shape[1..];
        if !sample.bytes && accepts(wanted, &sample.sizes) {
            return Self::as_is(sample.sizes.clone(), sample, settings);
        }
        if let Some(plan) = Self::fit_picture(wanted, sample, settings)? {
            return Ok(plan);
        }
        let with_channel = [&[1], sample.sizes.as_slice()].concat();
        let n_values: usize = sample.sizes.iter().product();
        for shape in [sample.sizes.clone(), with_channel, vec![n_values]] {
            if accepts(wanted, &shape) {
                return Self::as_is(shape, sample, settings);
            }
        }
        Err(Error::InputMismatch { network: shape_words(shape), data: sizes_words(&sample.sizes) })
    }

    fn as_is(shape: Vec<usize>, sample: &SampleShape, settings: &InputSettings) -> Result<Self> {
        let scale = scales(settings, sample.bytes, 1)?[0];
        Ok(Self { shape, way: Way::AsIs { scale } })
    }

    fn fit_picture(wanted: &[Option<usize>], sample: &SampleShape, settings: &InputSettings) -> Result<Option<Self>> {
        let &[a, b, c] = wanted else { return Ok(None) };
        let is_channels = |size: Option<usize>| size.is_none_or(|n| n == 1 || n == 3);
        let pixels = |height, width, n_channels, channels_last| Pixels { height, width, n_channels, channels_last };
        // A row of as many values as the network's pictures have, such as MNIST's in a table, holds one as it is.
        let whole: Option<Vec<usize>> = wanted.iter().copied().collect();
        let is_row = |shape: &Vec<usize>| sample.sizes[..] == [shape.iter().product::<usize>()];
        let sizes = whole.filter(is_row).unwrap_or_else(|| sample.sizes.clone());
        let ways = match sizes[..] {
            [h, w] => vec![pixels(h, w, 1, true)],
            [h, w, n @ (1 | 3)] => vec![pixels(h, w, n, true), pixels(w, n, h, false)],
            [n, h, w] => vec![pixels(h, w, n, false)],
            _ => return Ok(None),
        };
        let layouts = match settings.layout {
            Some(layout) => vec![layout],
            None => vec![Layout::Nchw, Layout::Nhwc],
        };
        // Pictures of another size are resized where no way fits as it is.
        for may_resize in [false, true] {
            for &layout in &layouts {
                let (size, height, width) = match layout {
                    Layout::Nchw => (a, b, c),
                    Layout::Nhwc => (c, a, b),
                };
                let possible = ways.iter().filter(|from| matches!(from.n_channels, 1 | 3));
                for &from in possible.filter(|_| is_channels(size)) {
                    let to = (
                        height.or(settings.height).unwrap_or(from.height),
                        width.or(settings.width).unwrap_or(from.width),
                    );
                    let is_picture = from.height.min(from.width).min(to.0).min(to.1) >= SHORTEST_SIDE;
                    let is_same = to == (from.height, from.width);
                    if is_same == may_resize || !is_same && !is_picture {
                        continue;
                    }
                    // What has the size already was brought to it before.
                    let resized = || Fitting::new((from.width, from.height), (to.1, to.0), settings.fit);
                    let fitting = if is_same { None } else { resized() };
                    let n_channels = size.unwrap_or(from.n_channels);
                    let scales = scales(settings, sample.bytes, n_channels)?;
                    let last = layout == Layout::Nhwc;
                    return Ok(Some(Self {
                        shape: if last { vec![to.0, to.1, n_channels] } else { vec![n_channels, to.0, to.1] },
                        way: Way::Picture { from, fitting, to: Channels { last, colours: settings.colours, scales } },
                    }));
                }
            }
        }
        Ok(None)
    }

    /// Height and width of pictures as they come, if they are resized.
    pub(super) fn resized_from(&self) -> Option<[usize; 2]> {
        match &self.way {
            Way::Picture { from, fitting: Some(_), .. } => Some([from.height, from.width]),
            _ => None,
        }
    }

    /// Shape of one sample in the network's order.
    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of channels and of pixels, and whether the channels come last, if samples are pictures.
    pub(super) fn picture(&self) -> Option<(usize, usize, bool)> {
        match &self.way {
            Way::AsIs { .. } => None,
            Way::Picture { to, .. } => {
                let n_channels = to.scales.len();
                Some((n_channels, self.shape.iter().product::<usize>() / n_channels.max(1), to.last))
            }
        }
    }

    /// The values of a tensor that holds these samples.
    pub(super) fn tensor(&self, samples: &Values) -> Vec<f32> {
        let mut tensor = Vec::new();
        match samples {
            Values::U8(bytes) => self.push(bytes, &mut tensor),
            Values::F32(numbers) => self.push(numbers, &mut tensor),
        }
        tensor
    }

    fn push<T: Sample>(&self, values: &[T], tensor: &mut Vec<f32>) {
        match &self.way {
            Way::AsIs { scale: (factor, offset) } => {
                tensor.extend(values.iter().map(|&v| v.into().mul_add(*factor, *offset)));
            }
            Way::Picture { from, fitting, to } => {
                for sample in values.chunks_exact(from.height * from.width * from.n_channels) {
                    match fitting {
                        None => to.push(sample, *from, tensor),
                        Some(fitting) => {
                            let (fitted, from) = from.fitted(sample, fitting, self.size());
                            to.push(&fitted, from, tensor);
                        }
                    }
                }
            }
        }
    }

    /// Height and width of pictures as the network gets them.
    pub(super) fn size(&self) -> (usize, usize) {
        match self.picture() {
            Some((_, _, false)) => (self.shape[1], self.shape[2]),
            _ => (self.shape[0], self.shape[1]),
        }
    }
}

impl Channels {
    /// Appends one sample, which has the network's size.
    fn push<T: Sample>(&self, sample: &[T], from: Pixels, tensor: &mut Vec<f32>) {
        let (n_channels, n_positions) = (self.scales.len(), from.n_positions());
        let pixel = |p: usize, c: usize| {
            let (factor, offset) = self.scales[c];
            from.channel(sample, p, c, n_channels, self.colours).mul_add(factor, offset)
        };
        if self.last {
            tensor.extend((0..n_positions * n_channels).map(|i| pixel(i / n_channels, i % n_channels)));
        } else {
            tensor.extend((0..n_positions * n_channels).map(|i| pixel(i % n_positions, i / n_positions)));
        }
    }
}

impl Pixels {
    fn n_positions(self) -> usize {
        self.height * self.width
    }

    /// One sample of another size, and how its pixels lie then; planes are resized one by one.
    fn fitted<T: Sample>(self, sample: &[T], fitting: &Fitting, (height, width): (usize, usize)) -> (Vec<T>, Self) {
        let fitted = if self.channels_last {
            fitting.apply(sample, self.n_channels)
        } else {
            sample.chunks_exact(self.n_positions()).flat_map(|plane| fitting.apply(plane, 1)).collect()
        };
        (fitted, Self { height, width, ..self })
    }

    /// One channel of a pixel: grey is repeated into colours, colours become luma where one channel is asked for.
    fn channel<T: Copy + Into<f32>>(
        self,
        sample: &[T],
        pixel: usize,
        channel: usize,
        n_channels: usize,
        colours: Colours,
    ) -> f32 {
        let at = |c: usize| {
            let i = if self.channels_last { pixel * self.n_channels + c } else { c * self.n_positions() + pixel };
            sample[i].into()
        };
        match (self.n_channels, colours) {
            (1, _) => at(0),
            (_, Colours::Rgb) if n_channels > 1 => at(channel),
            (_, Colours::Bgr) if n_channels > 1 => at(2 - channel),
            _ => luma([at(0), at(1), at(2)]),
        }
    }
}

/// ITU-R 601 luma; of byte pixels the very byte that PIL's "L" has.
fn luma([r, g, b]: [f32; 3]) -> f32 {
    let is_byte = |v: f32| (0.0..=255.0).contains(&v) && v.fract() == 0.0;
    if is_byte(r) && is_byte(g) && is_byte(b) {
        let sum = r as u32 * 19_595 + g as u32 * 38_470 + b as u32 * 7_471 + 0x8000;
        return (sum >> 16) as f32;
    }
    0.299 * r + 0.587 * g + 0.114 * b
}

fn accepts(wanted: &[Option<usize>], sizes: &[usize]) -> bool {
    sizes.len() == wanted.len() && sizes.iter().zip(wanted).all(|(s, w)| w.is_none_or(|w| w == *s))
}

/// Factor and offset of each of `n_channels`.
fn scales(settings: &InputSettings, bytes: bool, n_channels: usize) -> Result<Vec<(f32, f32)>> {
    let per_channel = |setting: &'static str, values: &[f32], neutral: f32, is_possible: fn(f32) -> bool| {
        let wrong = |reason: String| {
            let value = values.iter().map(f32::to_string).collect::<Vec<_>>().join(", ");
            Error::InvalidSetting { setting, value, reason }
        };
        if let Some(value) = values.iter().find(|&&v| !is_possible(v)) {
            return Err(wrong(format!("{value} cannot be one")));
        }
        match values {
            [] => Ok(vec![neutral; n_channels]),
            [one] => Ok(vec![*one; n_channels]),
            values if values.len() == n_channels => Ok(values.to_vec()),
            // Constants for colours, and a network that takes grey: their mean is the usual choice.
            values if n_channels == 1 => Ok(vec![values.iter().sum::<f32>() / values.len() as f32]),
            _ => Err(wrong(format!("the network takes {n_channels} channels; give one number, or one for each"))),
        }
    };
    let means = per_channel("mean", &settings.mean, 0.0, f32::is_finite)?;
    let deviations = per_channel("deviation", &settings.deviation, 1.0, |v| v.is_finite() && v > 0.0)?;
    let (factor, offset) = if bytes { settings.range.scale() } else { (1.0, 0.0) };
    Ok(means
        .iter()
        .zip(deviations)
        .map(|(mean, deviation)| (factor / deviation, (offset - mean) / deviation))
        .collect())
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
    use crate::network::inputs::NumberType;

    fn input(shape: &[Option<usize>]) -> Input {
        Input::Numbers { name: "image".into(), shape: shape.to_vec(), number: NumberType::Float32 }
    }

    fn pixels(sizes: &[usize]) -> SampleShape {
        SampleShape { sizes: sizes.to_vec(), bytes: true }
    }

    fn bytes() -> InputSettings {
        InputSettings { range: ValueRange::Bytes, ..InputSettings::default() }
    }

    fn filled(
        shape: &[Option<usize>],
        sizes: &[usize],
        settings: &InputSettings,
        values: &[u8],
    ) -> (Vec<usize>, Vec<f32>) {
        let plan = InputPlan::fit(&input(shape), &pixels(sizes), settings).unwrap();
        (plan.shape().to_vec(), plan.tensor(&Values::U8(values.to_vec())))
    }

    const PLANES: [Option<usize>; 4] = [None, Some(3), Some(1), Some(2)];

    #[test]
    fn colour_pixels_become_planes_in_the_range_asked_for() {
        let (shape, tensor) = filled(&PLANES, &[1, 2, 3], &bytes(), &[1, 2, 3, 4, 5, 6]);
        assert_eq!(shape, [3, 1, 2]);
        assert_eq!(tensor, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }

    #[test]
    fn planes_of_pixels_stay_planes() {
        let (_, tensor) = filled(&PLANES, &[3, 1, 2], &bytes(), &[1, 4, 2, 5, 3, 6]);
        assert_eq!(tensor, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }

    #[test]
    fn grey_pixels_fill_three_channels_and_channels_last_is_recognised() {
        let (shape, tensor) = filled(&[None, Some(1), Some(2), Some(3)], &[1, 2], &bytes(), &[7, 9]);
        assert_eq!(shape, [1, 2, 3]);
        assert_eq!(tensor, [7.0, 7.0, 7.0, 9.0, 9.0, 9.0]);
    }

    #[test]
    fn the_layout_decides_where_the_shape_does_not() {
        let free = [None, None, None, None];
        let layout = |layout| InputSettings { layout: Some(layout), ..bytes() };
        let values = [1, 2, 3, 4, 5, 6];
        let (shape, tensor) = filled(&free, &[1, 2, 3], &layout(Layout::Nhwc), &values);
        assert_eq!((shape, tensor), (vec![1, 2, 3], values.map(f32::from).to_vec()));
        let (shape, tensor) = filled(&free, &[1, 2, 3], &layout(Layout::Nchw), &values);
        assert_eq!((shape, tensor), (vec![3, 1, 2], vec![1.0, 4.0, 2.0, 5.0, 3.0, 6.0]));
    }

    #[test]
    fn channels_are_turned_around_before_their_own_mean_is_taken() {
        let settings =
            InputSettings { colours: Colours::Bgr, mean: vec![3.0, 2.0, 1.0], deviation: vec![2.0], ..bytes() };
        let (_, tensor) = filled(&[None, Some(3), Some(1), Some(1)], &[1, 1, 3], &settings, &[11, 22, 43]);
        assert_eq!(tensor, [20.0, 10.0, 5.0]);
    }

    #[test]
    fn grey_is_the_byte_that_pil_has() {
        // PIL: Image.new('RGB', (1, 1), c).convert('L') for each of these.
        let colours = [([255, 0, 0], 76.0), ([0, 255, 0], 150.0), ([0, 0, 255], 29.0), ([12, 200, 77], 130.0)];
        for (colour, grey) in colours {
            let (_, tensor) = filled(&[None, Some(1), Some(1), Some(1)], &[1, 1, 3], &bytes(), &colour);
            assert_eq!(tensor, [grey], "{colour:?}");
        }
    }

    #[test]
    fn ready_numbers_are_only_normalised_where_that_is_asked_for() {
        let sample = SampleShape { sizes: vec![1, 2, 3], bytes: false };
        let values = [0.0_f32, 0.25, 0.5, 1.0, 0.75, 0.5];
        let run = |settings: &InputSettings| {
            InputPlan::fit(&input(&PLANES), &sample, settings).unwrap().tensor(&Values::F32(values.to_vec()))
        };
        assert_eq!(run(&InputSettings::default()), [0.0, 1.0, 0.25, 0.75, 0.5, 0.5]);
        let settings = InputSettings { mean: vec![0.5], deviation: vec![0.5], ..InputSettings::default() };
        assert_eq!(run(&settings), [-1.0, 1.0, -0.5, 0.5, 0.0, 0.0]);
    }

    #[test]
    fn a_mismatch_names_both_shapes() {
        let error = InputPlan::fit(&input(&[Some(1), Some(3), Some(32), Some(32)]), &pixels(&[784]), &bytes());
        assert_eq!(error.unwrap_err(), Error::InputMismatch { network: "3 × 32 × 32".into(), data: "784".into() });
        // A row is no picture, and neither are tables of five channels.
        for sizes in [&[1, 784][..], &[28, 28, 5], &[2, 28, 28]] {
            let error = InputPlan::fit(&input(&[Some(1), Some(3), Some(32), Some(32)]), &pixels(sizes), &bytes());
            assert_eq!(error.unwrap_err().kind(), "input-mismatch", "{sizes:?}");
        }
    }

    #[test]
    fn pictures_of_another_size_are_resized_first() {
        let settings = InputSettings { fit: ImageFit::Stretch, ..bytes() };
        let wide: Vec<u8> = (0..64).flat_map(|i| [i, 2 * i, 3 * i]).collect();
        let (shape, found) = filled(&[None, Some(3), Some(4), Some(4)], &[8, 8, 3], &settings, &wide);
        assert_eq!(shape, [3, 4, 4]);
        let fitting = Fitting::new((8, 8), (4, 4), ImageFit::Stretch).unwrap();
        let resized = fitting.apply(&wide, 3);
        let planes: Vec<f32> =
            [0, 1, 2].iter().flat_map(|c| resized.iter().skip(*c).step_by(3).map(|&v| v.into())).collect();
        assert_eq!(found, planes);
        // The same as planes, and in a network that leaves sizes free where the user says one.
        let in_planes: Vec<u8> = (0..3).flat_map(|c| wide.iter().skip(c).step_by(3).copied()).collect();
        assert_eq!(filled(&[None, Some(3), Some(4), Some(4)], &[3, 8, 8], &settings, &in_planes).1, planes);
        let free = [None, Some(3), None, None];
        assert_eq!(filled(&free, &[8, 8, 3], &settings, &wide).0, [3, 8, 8]);
        let sized = InputSettings { height: Some(4), width: Some(4), ..settings.clone() };
        assert_eq!(filled(&free, &[8, 8, 3], &sized, &wide), (vec![3, 4, 4], planes));
        // A row of a table is a picture if it has as many values.
        assert_eq!(filled(&[None, Some(3), Some(4), Some(4)], &[48], &settings, &wide[..48]).1[1], f32::from(wide[1]));
        // Grey fills three channels, and numbers stay numbers.
        let grey: Vec<u8> = (0..64).collect();
        let (_, found) = filled(&[None, Some(3), Some(4), Some(4)], &[8, 8], &settings, &grey);
        assert_eq!((found.len(), &found[..16]), (48, &found[16..32]));
        let numbers = SampleShape { sizes: vec![8, 8], bytes: false };
        let plan = InputPlan::fit(&input(&[None, Some(1), Some(4), Some(4)]), &numbers, &settings).unwrap();
        let half: Vec<f32> = grey.iter().map(|&v| f32::from(v) / 2.0 - 7.0).collect();
        assert_eq!(plan.tensor(&Values::F32(half.clone())), fitting.apply(&half, 1));
        assert_eq!(plan.resized_from(), Some([8, 8]));
    }

    #[test]
    fn impossible_deviations_are_refused_in_words() {
        let settings = InputSettings { deviation: vec![0.2, 0.0, 0.2], ..bytes() };
        let error = InputPlan::fit(&input(&PLANES), &pixels(&[1, 2, 3]), &settings).unwrap_err();
        assert_eq!(error.to_string(), "deviation = 0.2, 0, 0.2 is not possible: 0 cannot be one");
        let settings = InputSettings { mean: vec![1.0, 2.0], ..bytes() };
        let error = InputPlan::fit(&input(&PLANES), &pixels(&[1, 2, 3]), &settings).unwrap_err();
        assert!(error.to_string().contains("takes 3 channels"), "{error}");
    }

    #[test]
    fn numbers_are_taken_as_they_are() {
        let sample = SampleShape { sizes: vec![4], bytes: false };
        let plan = InputPlan::fit(&input(&[None, Some(4)]), &sample, &InputSettings::default()).unwrap();
        assert_eq!(plan.shape(), [4]);
    }
}
