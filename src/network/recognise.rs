//! What pictures a network expects, read off its graph, its metadata and the file of settings that comes with it.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::Value;
use tract_onnx::pb;

use super::attributes::{attribute, float};
use super::input::{Colours, IMAGENET, InputSettings, Layout, ValueRange};
use super::inputs::NumberType;
use crate::data::{CropRatio, ImageFit};
use crate::{Error, Result};

/// What a file of settings for pictures says at least one of.
const TELLING: [&str; 5] = ["image_mean", "mean", "do_normalize", "do_rescale", "input_size"];

/// From this side on networks of three channels are taken for ones trained on `ImageNet`.
const IMAGENET_SIDE: usize = 96;

/// How pictures should be handed to a network, and how that is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recognised {
    /// Complete: every free size has a guess.
    pub settings: InputSettings,
    /// One or three where the graph tells.
    pub channels: Option<usize>,
    /// Whether the network leaves the size of pictures free.
    #[serde(rename = "freeSize")]
    pub free_size: bool,
    /// Whether range, mean and deviation are only a usual choice.
    pub guessed: bool,
    /// A sentence for each thing that was found out.
    pub reasons: Vec<String>,
}

/// What is known of a network before anything is recognised.
pub(super) struct Known<'a> {
    pub(super) graph: &'a pb::GraphProto,
    pub(super) input: &'a str,
    /// With the batch.
    pub(super) shape: &'a [Option<usize>],
    pub(super) number: NumberType,
    pub(super) metadata: &'a BTreeMap<String, String>,
    /// `preprocessor_config.json` or timm's `config.json`.
    pub(super) companion: Option<&'a [u8]>,
    /// Of pictures that run, where the usual size does not.
    pub(super) side: Option<usize>,
}

/// The settings for a network of pictures; `None` for one that takes other numbers.
///
/// # Errors
/// [`Error::Damaged`] for a companion that is no JSON object.
pub(super) fn recognise(known: &Known<'_>) -> Result<Option<Recognised>> {
    let &[_, a, b, c] = known.shape else { return Ok(None) };
    let begin = Beginning::of(known.graph, known.input);
    let few = |size: Option<usize>| matches!(size, Some(1 | 3));
    let mut reasons = Vec::new();
    let layout = match (few(a), few(c)) {
        (true, false) => Layout::Nchw,
        (false, true) => Layout::Nhwc,
        (true, true) => begin.layout.unwrap_or(Layout::Nchw),
        _ => match begin.layout {
            Some(layout) => layout,
            None if a.is_some() => return Ok(None),
            None => Layout::Nchw,
        },
    };
    let (channels, height, width) = match layout {
        Layout::Nchw => (a, b, c),
        Layout::Nhwc => (c, a, b),
    };
    let channels = channels.or(begin.channels);
    if channels.is_some_and(|n| n != 1 && n != 3) {
        return Ok(None);
    }
    reasons.push(match (layout, begin.layout) {
        (Layout::Nchw, _) => "channels before height and width (NCHW)".to_string(),
        (Layout::Nhwc, Some(Layout::Nhwc)) => {
            "channels last (NHWC): a transpose stands before the first convolution".into()
        }
        (Layout::Nhwc, _) => "channels last (NHWC)".into(),
    });
    let mut settings =
        InputSettings { layout: Some(layout), height, width, fit: ImageFit::CROP, ..InputSettings::default() };
    let free_size = height.is_none() || width.is_none();
    if !free_size {
        reasons.push(format!("{} × {} pixels, which the file fixes", height.unwrap_or(0), width.unwrap_or(0)));
    }
    let side = known.side.unwrap_or_else(|| begin.usual_side(channels));
    let mut guessed = false;
    let told = match known.companion {
        Some(bytes) => read_companion(bytes, &mut settings, &mut reasons)?,
        None => false,
    };
    if !told
        && !read_metadata(known.metadata, &mut settings, &mut reasons)
        && !begin.normalises(known.number, &mut settings, &mut reasons)
    {
        guessed = true;
        let is_large = height.unwrap_or(side).min(width.unwrap_or(side)) >= IMAGENET_SIDE;
        if channels == Some(3) && is_large && layout == Layout::Nchw {
            (settings.mean, settings.deviation) = (IMAGENET.0.to_vec(), IMAGENET.1.to_vec());
            reasons.push(
                "ImageNet’s mean and deviation: the file does not say, and most networks of this size use them".into(),
            );
        } else {
            reasons.push("values 0 to 1: the file does not say".into());
        }
    }
    if free_size {
        settings.height = height.or(settings.height).or(Some(side));
        settings.width = width.or(settings.width).or(Some(side));
        reasons.push(format!(
            "{} × {} pixels: the network {}",
            settings.height.unwrap_or(side),
            settings.width.unwrap_or(side),
            if known.side.is_some() { "does not run at every size, but at this one" } else { "takes any size" }
        ));
    } else {
        (settings.height, settings.width) = (height, width);
    }
    Ok(Some(Recognised { settings, channels, free_size, guessed, reasons }))
}

/// What stands between the input and the first operator that mixes pixels.
#[derive(Debug, Default)]
struct Beginning {
    layout: Option<Layout>,
    channels: Option<usize>,
    /// Of the first convolution.
    kernel: Option<usize>,
    stride: usize,
    /// Factor and offset per channel of the arithmetic on the way, if there is any.
    arithmetic: Option<(Vec<f64>, Vec<f64>)>,
}

impl Beginning {
    fn of(graph: &pb::GraphProto, input: &str) -> Self {
        let constants = Constants::of(graph);
        let mut consumers: HashMap<&str, Vec<&pb::NodeProto>> = HashMap::new();
        for node in &graph.node {
            for name in &node.input {
                consumers.entry(name).or_default().push(node);
            }
        }
        let mut found = Self { stride: 1, ..Self::default() };
        let mut turned: Option<Vec<i64>> = None;
        let mut at = input;
        while let Some(&[node]) = consumers.get(at).map(Vec::as_slice) {
            let Some(output) = node.output.first() else { break };
            let other = || node.input.iter().find(|name| name.as_str() != at).and_then(|name| constants.values(name));
            let is_first = node.input.first().is_some_and(|name| name == at);
            match node.op_type.as_str() {
                "Cast" | "Identity" | "Dropout" | "Pad" => {}
                "Transpose" => turned = Some(ints(node, "perm")),
                "Add" | "Sub" | "Mul" | "Div" => {
                    let Some(values) = other().filter(|values| matches!(values.len(), 1 | 3)) else { break };
                    found.apply(&node.op_type, is_first, &values);
                }
                "BatchNormalization" => {
                    let parts: Option<Vec<Vec<f64>>> = node.input[1..].iter().map(|n| constants.values(n)).collect();
                    let Some([scale, bias, mean, variance]) = parts.as_deref() else { break };
                    if !matches!(scale.len(), 1 | 3) {
                        break;
                    }
                    let epsilon = float(node, "epsilon").map_or(1e-5, f64::from);
                    let factor: Vec<f64> = scale.iter().zip(variance).map(|(s, v)| s / (v + epsilon).sqrt()).collect();
                    found.apply("Sub", true, mean);
                    found.apply("Mul", true, &factor);
                    found.apply("Add", true, bias);
                }
                "Conv" => {
                    found.layout = Some(match turned.as_deref() {
                        Some([0, 3, 1, 2]) => Layout::Nhwc,
                        _ => Layout::Nchw,
                    });
                    if let Some(dims) = node.input.get(1).and_then(|name| constants.dims(name)) {
                        let groups = ints(node, "group").first().copied().unwrap_or(1).max(1);
                        found.channels = dims.get(1).map(|&n| (n * groups) as usize);
                        found.kernel = dims.get(2).map(|&n| n as usize);
                    }
                    found.stride = ints(node, "strides").first().map_or(1, |&n| n.max(1) as usize);
                    break;
                }
                _ => break,
            }
            at = output;
        }
        found
    }

    fn apply(&mut self, operator: &str, is_first: bool, values: &[f64]) {
        let (factor, offset) = self.arithmetic.get_or_insert_with(|| (vec![1.0], vec![0.0]));
        let n = factor.len().max(values.len());
        for line in [&mut *factor, &mut *offset] {
            let all: Vec<f64> = (0..n).map(|c| line[c % line.len()]).collect();
            *line = all;
        }
        for c in 0..n {
            let v = values[c % values.len()];
            let (f, o) = (factor[c], offset[c]);
            (factor[c], offset[c]) = match (operator, is_first) {
                ("Add", _) => (f, o + v),
                ("Sub", true) => (f, o - v),
                ("Sub", false) => (-f, v - o),
                ("Mul", _) => (f * v, o * v),
                ("Div", true) => (f / v, o / v),
                _ => (f, o),
            };
        }
    }

    /// A side for pictures where the file leaves it free: large for networks that shrink pictures at once.
    fn usual_side(&self, channels: Option<usize>) -> usize {
        match (self.kernel, channels) {
            (Some(7..), _) => 224,
            _ if self.stride >= 4 => 224,
            (_, Some(1)) => 28,
            (Some(3), Some(3)) if self.stride == 2 => 224,
            _ => 32,
        }
    }

    /// Whether the network itself brings pixels to its scale, and then from which range.
    fn normalises(&self, number: NumberType, settings: &mut InputSettings, reasons: &mut Vec<String>) -> bool {
        let mut found = |range: ValueRange, why: &str| {
            settings.range = range;
            reasons.push(why.into());
            true
        };
        if number == NumberType::Uint8 {
            return found(ValueRange::Bytes, "bytes 0 to 255: the input’s type is uint8");
        }
        let Some((factors, offsets)) = &self.arithmetic else { return false };
        let n = factors.len() as f64;
        let factor = factors.iter().map(|f| f.abs()).sum::<f64>() / n;
        // The value that becomes 0 lies in the middle of what comes in.
        let centre = factors.iter().zip(offsets).map(|(f, o)| -o / f).sum::<f64>() / n;
        match () {
            () if (20.0..235.0).contains(&centre) => {
                found(ValueRange::Bytes, "bytes 0 to 255: the network subtracts a mean of bytes itself")
            }
            () if (0.05..0.95).contains(&centre) => {
                found(ValueRange::Unit, "values 0 to 1: the network subtracts its own mean")
            }
            () if centre.abs() <= 0.05 && (0.001..0.02).contains(&factor) => {
                found(ValueRange::Bytes, "bytes 0 to 255: the network divides by 255 itself")
            }
            () => false,
        }
    }
}

/// The stored tensors of a graph by name.
struct Constants<'a>(HashMap<&'a str, &'a pb::TensorProto>);

impl<'a> Constants<'a> {
    fn of(graph: &'a pb::GraphProto) -> Self {
        let stored = graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor));
        let made = graph.node.iter().filter(|node| node.op_type == "Constant").filter_map(|node| {
            let value = attribute(node, "value")?;
            Some((node.output.first()?.as_str(), value.t.as_ref()?))
        });
        Self(stored.chain(made).collect())
    }

    fn dims(&self, name: &str) -> Option<&'a [i64]> {
        self.0.get(name).map(|tensor| tensor.dims.as_slice())
    }

    /// The numbers of a small tensor of 32 or 64-bit floats.
    fn values(&self, name: &str) -> Option<Vec<f64>> {
        let tensor = self.0.get(name)?;
        if tensor.dims.iter().product::<i64>() > 16 {
            return None;
        }
        let raw = &tensor.raw_data;
        if tensor.data_type == pb::tensor_proto::DataType::Float as i32 {
            return Some(if raw.is_empty() {
                tensor.float_data.iter().map(|&v| f64::from(v)).collect()
            } else {
                raw.chunks_exact(4).map(|b| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]]))).collect()
            });
        }
        if tensor.data_type == pb::tensor_proto::DataType::Double as i32 {
            return Some(if raw.is_empty() {
                tensor.double_data.clone()
            } else {
                raw.as_chunks::<8>().0.iter().map(|&b| f64::from_le_bytes(b)).collect()
            });
        }
        None
    }
}

fn ints(node: &pb::NodeProto, name: &str) -> Vec<i64> {
    attribute(node, name).map_or(Vec::new(), |a| if a.ints.is_empty() { vec![a.i] } else { a.ints.clone() })
}

/// The file's own notes: `input_range`, and `mean` and `std` as JSON lists.
fn read_metadata(metadata: &BTreeMap<String, String>, settings: &mut InputSettings, reasons: &mut Vec<String>) -> bool {
    let list = |key: &str| metadata.get(key).and_then(|text| serde_json::from_str::<Vec<f32>>(text).ok());
    let range = match metadata.get("input_range").map(String::as_str) {
        Some("0..1") => Some(ValueRange::Unit),
        Some("-1..1") => Some(ValueRange::Signed),
        Some("0..255") => Some(ValueRange::Bytes),
        Some("imagenet") => {
            (settings.mean, settings.deviation) = (IMAGENET.0.to_vec(), IMAGENET.1.to_vec());
            Some(ValueRange::Unit)
        }
        _ => None,
    };
    let mean = list("mean").filter(|mean| matches!(mean.len(), 1 | 3));
    if range.is_none() && mean.is_none() {
        return false;
    }
    settings.range = range.unwrap_or_default();
    if let Some(mean) = mean {
        settings.mean = mean;
        settings.deviation = list("std").unwrap_or_default();
    }
    reasons.push("value range from the file’s metadata".into());
    true
}

/// Hugging Face's `preprocessor_config.json`, or the `config.json` of a timm network; other settings say nothing of
/// pictures.
fn read_companion(bytes: &[u8], settings: &mut InputSettings, reasons: &mut Vec<String>) -> Result<bool> {
    let damaged = |reason: &str| Error::Damaged {
        name: "preprocessor_config.json".into(),
        format: "JSON",
        reason: reason.into(),
    };
    let all: Value = serde_json::from_slice(bytes).map_err(|error| damaged(&error.to_string()))?;
    if !all.is_object() {
        return Err(damaged("it holds no settings"));
    }
    let config = all.get("pretrained_cfg").or_else(|| all.get("default_cfg")).unwrap_or(&all);
    if !TELLING.iter().any(|name| config.get(name).is_some()) {
        return Ok(false);
    }
    let numbers = |names: [&str; 2]| {
        let list = names.iter().find_map(|name| config.get(name))?.as_array()?;
        list.iter().map(|v| v.as_f64().map(|v| v as f32)).collect::<Option<Vec<f32>>>()
    };
    let is_on = |name: &str| config.get(name).and_then(Value::as_bool).unwrap_or(true);
    let rescale = config.get("rescale_factor").and_then(Value::as_f64).unwrap_or(1.0 / 255.0);
    settings.range = if is_on("do_rescale") && rescale < 0.1 { ValueRange::Unit } else { ValueRange::Bytes };
    if is_on("do_normalize") {
        settings.mean = numbers(["image_mean", "mean"]).unwrap_or_default();
        settings.deviation = numbers(["image_std", "std"]).unwrap_or_default();
    }
    let is_bgr = config.get("do_flip_channel_order").and_then(Value::as_bool).unwrap_or(false);
    settings.colours = if is_bgr { Colours::Bgr } else { Colours::Rgb };
    let number = |value: Option<&Value>| value.and_then(Value::as_u64).map(|n| n as usize);
    let size = |name: &str| {
        let value = config.get(name)?;
        let both = number(Some(value)).or_else(|| number(value.get("shortest_edge"))).map(|n| (n, n));
        both.or_else(|| Some((number(value.get("height"))?, number(value.get("width"))?)))
    };
    let crops = config.get("do_center_crop").and_then(Value::as_bool).unwrap_or(config.get("crop_size").is_some());
    let timm = || {
        let sizes = config.get("input_size")?.as_array()?;
        Some((number(sizes.get(1))?, number(sizes.get(2))?))
    };
    let chosen = if crops { size("crop_size").or_else(|| size("size")) } else { size("size") }.or_else(timm);
    if let Some((height, width)) = chosen {
        (settings.height, settings.width) = (Some(height), Some(width));
    }
    let is_square = config.get("size").is_some_and(|size| size.get("height").is_some());
    // The share that is cut out: by itself, or as the two sizes.
    let share = || {
        let whole = number(config.get("size")).or_else(|| number(config.get("size")?.get("shortest_edge")));
        let told = config.get("crop_pct").and_then(Value::as_f64);
        told.or_else(|| Some(chosen?.0 as f64 / whole.filter(|_| crops)? as f64)).and_then(|r| CropRatio::new(r).ok())
    };
    settings.fit = match share() {
        _ if is_square && !crops => ImageFit::Stretch,
        ratio => ratio.map_or(ImageFit::CROP, ImageFit::Crop),
    };
    reasons.push("values, size and fit from the settings file that came with it".into());
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pb::tensor_proto::DataType;

    struct Made {
        graph: pb::GraphProto,
        last: String,
    }

    impl Made {
        fn new() -> Self {
            Self { graph: pb::GraphProto::default(), last: "image".into() }
        }

        fn store(&mut self, dims: &[i64], values: &[f32]) -> String {
            let name = format!("stored{}", self.graph.initializer.len());
            self.graph.initializer.push(pb::TensorProto {
                name: name.clone(),
                dims: dims.to_vec(),
                data_type: DataType::Float as i32,
                float_data: values.to_vec(),
                ..pb::TensorProto::default()
            });
            name
        }

        fn node(mut self, operator: &str, others: &[String], attributes: Vec<pb::AttributeProto>) -> Self {
            let output = format!("t{}", self.graph.node.len());
            let input = [std::slice::from_ref(&self.last), others].concat();
            self.graph.node.push(pb::NodeProto {
                op_type: operator.into(),
                input,
                output: vec![output.clone()],
                attribute: attributes,
                ..pb::NodeProto::default()
            });
            self.last = output;
            self
        }

        fn arithmetic(mut self, operator: &str, values: &[f32]) -> Self {
            let dims: &[i64] = if values.len() == 1 { &[] } else { &[1, 3, 1, 1] };
            let other = self.store(dims, values);
            self.node(operator, &[other], vec![])
        }

        fn transpose(self, order: &[i64]) -> Self {
            self.node("Transpose", &[], vec![list("perm", order)])
        }

        fn conv(mut self, channels: i64, kernel: i64, stride: i64) -> Self {
            let weights = self.store(&[8, channels, kernel, kernel], &[]);
            self.node("Conv", &[weights], vec![list("strides", &[stride, stride])])
        }

        fn recognised(&self, shape: &[Option<usize>], companion: Option<&str>) -> Option<Recognised> {
            let known = Known {
                graph: &self.graph,
                input: "image",
                shape,
                number: NumberType::Float32,
                metadata: &BTreeMap::new(),
                companion: companion.map(str::as_bytes),
                side: None,
            };
            recognise(&known).unwrap()
        }
    }

    fn list(name: &str, ints: &[i64]) -> pb::AttributeProto {
        pb::AttributeProto { name: name.into(), ints: ints.to_vec(), ..pb::AttributeProto::default() }
    }

    const SQUARE: [Option<usize>; 4] = [None, Some(3), Some(224), Some(224)];
    const FREE: [Option<usize>; 4] = [None; 4];

    #[test]
    fn a_large_network_of_colours_is_taken_for_one_of_imagenet() {
        let found = Made::new().conv(3, 7, 2).recognised(&SQUARE, None).unwrap();
        assert!(found.guessed && !found.free_size);
        assert_eq!(found.settings.mean, IMAGENET.0);
        assert_eq!((found.settings.layout, found.settings.height), (Some(Layout::Nchw), Some(224)));
        let grey = Made::new().conv(1, 3, 1).recognised(&[None, Some(1), Some(28), Some(28)], None).unwrap();
        assert!(grey.settings.mean.is_empty() && grey.guessed);
    }

    #[test]
    fn a_transpose_before_the_first_convolution_means_channels_last() {
        let made = Made::new().transpose(&[0, 3, 1, 2]).conv(3, 3, 2);
        let found = made.recognised(&FREE, None).unwrap();
        assert_eq!((found.settings.layout, found.channels, found.free_size), (Some(Layout::Nhwc), Some(3), true));
        assert_eq!((found.settings.height, found.settings.width), (Some(224), Some(224)));
        let ambiguous = [None, Some(3), Some(3), Some(3)];
        assert_eq!(made.recognised(&ambiguous, None).unwrap().settings.layout, Some(Layout::Nhwc));
        let found = Made::new().conv(3, 3, 1).recognised(&ambiguous, None).unwrap();
        assert_eq!(found.settings.layout, Some(Layout::Nchw));
    }

    #[test]
    fn what_a_network_normalises_itself_says_what_it_expects() {
        let range = |made: Made| {
            let found = made.conv(3, 3, 1).recognised(&SQUARE, None).unwrap();
            assert!(!found.guessed && found.settings.mean.is_empty(), "{found:?}");
            found.settings.range
        };
        let imagenet = Made::new().arithmetic("Sub", &IMAGENET.0).arithmetic("Div", &IMAGENET.1);
        assert_eq!(range(imagenet), ValueRange::Unit);
        let bytes = Made::new().arithmetic("Sub", &[123.675, 116.28, 103.53]).arithmetic("Div", &[58.4, 57.1, 57.4]);
        assert_eq!(range(bytes), ValueRange::Bytes);
        let rescaled = Made::new().arithmetic("Mul", &[1.0 / 255.0]);
        assert_eq!(range(rescaled), ValueRange::Bytes);
        let keras = Made::new().arithmetic("Mul", &[1.0 / 127.5]).arithmetic("Add", &[-1.0]);
        assert_eq!(range(keras), ValueRange::Bytes);
        let both =
            Made::new().arithmetic("Div", &[255.0]).arithmetic("Sub", &IMAGENET.0).arithmetic("Div", &IMAGENET.1);
        assert_eq!(range(both), ValueRange::Bytes);
    }

    #[test]
    fn bytes_as_input_are_bytes() {
        let made = Made::new().node("Cast", &[], vec![]).conv(3, 3, 1);
        let known = Known {
            graph: &made.graph,
            input: "image",
            shape: &SQUARE,
            number: NumberType::Uint8,
            metadata: &BTreeMap::new(),
            companion: None,
            side: None,
        };
        assert_eq!(recognise(&known).unwrap().unwrap().settings.range, ValueRange::Bytes);
    }

    #[test]
    fn settings_files_count_before_guesses() {
        let made = Made::new().conv(3, 16, 16);
        let vit = r#"{"do_normalize": true, "do_rescale": true, "do_resize": true, "image_mean": [0.5, 0.5, 0.5],
            "image_std": [0.5, 0.5, 0.5], "resample": 2, "rescale_factor": 0.00392, "size": {"height": 224, "width": 224}}"#;
        let found = made.recognised(&FREE, Some(vit)).unwrap();
        assert_eq!(found.settings.mean, [0.5; 3]);
        assert_eq!((found.settings.fit, found.settings.height), (ImageFit::Stretch, Some(224)));
        let timm = r#"{"architecture": "resnet18", "pretrained_cfg": {"input_size": [3, 160, 160], "crop_pct": 0.95,
            "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}}"#;
        let found = made.recognised(&FREE, Some(timm)).unwrap();
        assert_eq!(
            (found.settings.height, found.settings.fit),
            (Some(160), ImageFit::Crop(CropRatio::new(0.95).unwrap()))
        );
        assert_eq!(found.settings.deviation, IMAGENET.1);
        let resnet = r#"{"crop_pct": 0.875, "do_normalize": true, "image_mean": [0.4, 0.4, 0.4], "image_std": [1, 1, 1],
            "size": {"shortest_edge": 224}}"#;
        let found = made.recognised(&FREE, Some(resnet)).unwrap();
        let seven_eighths = ImageFit::Crop(CropRatio::new(0.875).unwrap());
        assert_eq!((found.settings.width, found.settings.fit), (Some(224), seven_eighths));
        let clip =
            r#"{"crop_size": 224, "do_center_crop": true, "image_mean": [0, 0, 0], "size": {"shortest_edge": 256}}"#;
        let found = made.recognised(&FREE, Some(clip)).unwrap();
        assert_eq!((found.settings.height, found.settings.fit), (Some(224), seven_eighths));
    }

    #[test]
    fn other_numbers_are_no_pictures() {
        let made = Made::new().conv(4, 3, 1);
        assert!(made.recognised(&[None, Some(4), Some(64), Some(64)], None).is_none());
        assert!(made.recognised(&[None, Some(784)], None).is_none());
    }

    #[test]
    fn a_settings_file_that_is_none_is_refused() {
        let made = Made::new().conv(3, 3, 1);
        let known = Known {
            graph: &made.graph,
            input: "image",
            shape: &SQUARE,
            number: NumberType::Float32,
            metadata: &BTreeMap::new(),
            companion: Some(b"[1, 2]"),
            side: None,
        };
        assert!(matches!(recognise(&known), Err(Error::Damaged { .. })));
    }
}
