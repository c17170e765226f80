//! A network made ready to run with chosen layers as outputs.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use tract_onnx::prelude::*;

use super::axes::Axes;
use super::failure::Origin;
use super::fill::{ArrayShape, Filling};
use super::graph::Graph;
use super::input::{InputPlan, InputSettings, SampleKind, SampleShape};
use super::inputs::{Input, Inputs, OtherInput, TokenRole, TokenTensor};
use super::layers;
use super::pooling::{PointLayout, Points, Pooling};
use super::tokens::{Tokenizer, Tokens};
use crate::data::Values;
use crate::{Error, Result};

/// Shorter texts are filled up to this many tokens, longer ones to a power of two: each length is optimised once.
const SHORTEST: usize = 8;

/// Beyond this 32-bit floating-point numbers leave out whole ones.
const MAX_EXACT_ID: usize = 1 << 24;

/// What to observe and how.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionSettings {
    /// See [`super::Layer::id`].
    pub layers: Vec<String>,
    /// How pictures become numbers.
    pub input: InputSettings,
    /// How activations become points.
    pub pooling: Pooling,
    /// Points per sample under [`Pooling::Positions`].
    pub positions_per_sample: usize,
    /// Fixes the positions drawn.
    pub seed: u64,
    /// Samples that run together; a network with a fixed batch overrules it.
    pub batch: usize,
}

/// Samples to run.
#[derive(Debug, Clone, Copy)]
pub enum Batch<'a> {
    /// Tensors in a row; token ids for a network that takes tokens.
    Numbers(&'a Values),
    /// Texts.
    Texts(&'a [String]),
}

/// The points of one layer for some samples.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerPoints {
    /// In the order of the samples.
    pub points: Points,
    /// Coordinates per point.
    pub n_coords: usize,
    /// Sizes of the layer's tensor without the batch; `None` for the number of tokens.
    pub shape: Vec<Option<usize>>,
}

/// What a run gives back.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchPoints {
    /// One entry per observed layer, in the order asked for.
    pub layers: Vec<LayerPoints>,
    /// Index of the highest score of each sample at the network's output, where that is a vector per sample.
    pub predictions: Option<Vec<u32>>,
    /// How many scores that vector has.
    pub n_scores: usize,
    /// What the network saw of each text; empty for numbers.
    pub tokens: Vec<Tokens>,
}

/// A runnable network for samples of one kind.
pub struct Session {
    origin: Origin,
    observed: Vec<Observed>,
    source: Source,
    inputs: Inputs,
    /// Of the other inputs, in their order.
    fillings: Vec<Filling>,
    batch: usize,
    settings: SessionSettings,
}

/// A layer asked for.
struct Observed {
    label: String,
    /// Which of the outputs it is read from: heads share one.
    output: usize,
    /// What its axes mean, where that is known.
    axes: Option<Axes>,
    /// Counted from 0.
    head: Option<usize>,
}

#[allow(clippy::large_enum_variant, reason = "there is one per session")]
enum Source {
    Numbers {
        input: Input,
        sample: SampleShape,
        plan: InputPlan,
        model: Arc<TypedRunnableModel>,
    },
    Texts {
        graph: Graph,
        inputs: Vec<TokenTensor>,
        /// Tensors to observe.
        outputs: Vec<String>,
        words: Words,
        models: Models,
    },
}

/// Where the tokens of texts come from.
enum Words {
    /// The texts.
    Tokenizer(Arc<Tokenizer>),
    /// Rows of so many ids each.
    Ids(usize),
}

impl Words {
    fn pad(&self) -> u32 {
        match self {
            Self::Tokenizer(tokenizer) => tokenizer.pad(),
            Self::Ids(_) => 0,
        }
    }
}

/// Optimised for texts of different lengths.
type Models = BTreeMap<usize, Arc<TypedRunnableModel>>;

impl Session {
    /// Checks that the samples fit, makes the layers outputs and, where the input's size is known, optimises.
    ///
    /// # Errors
    /// [`Error::InputMismatch`] or [`Error::KindMismatch`] if the samples do not fit, [`Error::NotATokenizer`] if the
    /// vocabulary is larger than the network's, [`Error::UnknownLayer`], [`Error::NotRunnable`] with tract's reason.
    pub fn new(graph: &Graph, sample: SampleKind<'_>, settings: SessionSettings) -> Result<Self> {
        Self::with_arrays(graph, sample, settings, &[], 0)
    }

    /// As [`Self::new`], where other inputs are filled with arrays of their names that came with `n_samples` samples.
    ///
    /// # Errors
    /// As there, and [`Error::NotRunnable`] for an array that does not fit its input.
    pub fn with_arrays(
        graph: &Graph,
        sample: SampleKind<'_>,
        settings: SessionSettings,
        arrays: &[ArrayShape],
        n_samples: usize,
    ) -> Result<Self> {
        let fill = |other: &OtherInput| {
            let chosen = settings.input.fill.get(&other.name).copied();
            Filling::of(other, chosen, arrays, n_samples, graph.name())
        };
        let filled = graph.other_inputs().map(fill).collect::<Result<Vec<_>>>()?;
        let (fillings, others) = filled.into_iter().unzip();
        let graph = &graph.with_others(others);
        let (observed, tensors) = observe(graph, &settings.layers)?;
        let batch = graph.batch().unwrap_or(settings.batch).max(1);
        let source = match (graph.input(), sample) {
            (Input::Numbers { .. }, SampleKind::Numbers(sample)) => {
                let plan = InputPlan::fit(graph.input(), sample, &settings.input)?;
                let model = optimised(graph, &[&[batch], plan.shape()].concat(), &tensors)?;
                Source::Numbers { input: graph.input().clone(), sample: sample.clone(), plan, model }
            }
            (Input::Numbers { .. }, SampleKind::Texts(_)) => {
                return Err(Error::KindMismatch { network: "numbers, such as images,", data: "texts" });
            }
            (Input::Tokens { tensors: inputs, .. }, sample) => {
                let words = match sample {
                    SampleKind::Texts(tokenizer) => Words::Tokenizer(Arc::clone(tokenizer)),
                    SampleKind::Numbers(rows) => match rows.sizes[..] {
                        [length] => Words::Ids(length),
                        _ => return Err(Error::KindMismatch { network: "texts", data: "numbers" }),
                    },
                };
                if let (Words::Tokenizer(tokenizer), Some(n_ids)) = (&words, graph.n_ids())
                    && tokenizer.n_ids() > n_ids
                {
                    let reason = format!("it has {} tokens, but the network knows {n_ids}", tokenizer.n_ids());
                    return Err(Error::NotATokenizer { name: "tokenizer.json".into(), reason });
                }
                let (graph, inputs) = (graph.clone(), inputs.clone());
                Source::Texts { graph, inputs, outputs: tensors, words, models: Models::new() }
            }
        };
        let (origin, inputs) = (graph.origin().clone(), graph.inputs().clone());
        Ok(Self { origin, observed, source, inputs, fillings, batch, settings })
    }

    /// Samples that run together.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Height and width of pictures as they come and as the network gets them, if they are resized.
    pub fn resizing(&self) -> Option<[[usize; 2]; 2]> {
        match &self.source {
            Source::Numbers { plan, .. } => Some([plan.resized_from()?, plan.size().into()]),
            Source::Texts { .. } => None,
        }
    }

    /// Takes other values for the same pictures: range, mean, deviation and order of colours. Nothing is optimised anew.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] for values that cannot be, [`Error::InputMismatch`] where the tensor's shape would change.
    pub fn set_input(&mut self, settings: InputSettings) -> Result<()> {
        if let Source::Numbers { input, sample, plan, .. } = &mut self.source {
            let changed = InputPlan::fit(input, sample, &settings)?;
            if changed.shape() != plan.shape() {
                let words = |plan: &InputPlan| format!("{:?}", plan.shape());
                return Err(Error::InputMismatch { network: words(plan), data: words(&changed) });
            }
            *plan = changed;
        }
        self.settings.input = settings;
        Ok(())
    }

    /// What tract says about the matrix products in the optimised network, one line each: sizes and kernels. Tells
    /// whether SIMD kernels are at work.
    pub fn matrix_products(&self) -> Vec<String> {
        let model = match &self.source {
            Source::Numbers { model, .. } => Some(model),
            Source::Texts { models, .. } => models.values().next_back(),
        };
        let nodes = model.iter().flat_map(|model| model.model().nodes());
        nodes.filter_map(|node| node.op.info().ok()).flatten().filter(|line| line.starts_with("Mult:")).collect()
    }

    /// Runs samples and pools what the observed layers show. `first_sample` numbers the first one among all samples, for
    /// messages and for drawing positions.
    ///
    /// # Errors
    /// [`Error::NotFinite`] naming layer and sample, [`Error::NoTokens`] for empty texts, [`Error::KindMismatch`] for
    /// samples of another kind than the session's, [`Error::NotRunnable`] with tract's reason.
    pub fn run(&mut self, samples: Batch<'_>, first_sample: usize) -> Result<BatchPoints> {
        self.run_beside(samples, &[], first_sample)
    }

    /// Names of the arrays that have one row per sample.
    pub fn per_sample(&self) -> impl Iterator<Item = &str> {
        self.fillings.iter().filter(|filling| filling.is_per_sample()).map(Filling::name)
    }

    /// As [`Self::run`], with the arrays that fill other inputs by name: of those [`Self::per_sample`] the rows of these
    /// samples.
    ///
    /// # Errors
    /// As there.
    pub fn run_beside(
        &mut self,
        samples: Batch<'_>,
        arrays: &[(String, Values)],
        first_sample: usize,
    ) -> Result<BatchPoints> {
        let tokens = match (samples, &self.source) {
            (Batch::Numbers(values), Source::Numbers { .. }) => return self.run_numbers(values, arrays, first_sample),
            (Batch::Numbers(values), Source::Texts { graph, words: Words::Ids(length), .. }) => {
                token_rows(values, *length, graph, first_sample)?
            }
            (Batch::Texts(texts), Source::Texts { words: Words::Tokenizer(tokenizer), .. }) => {
                let numbered = texts.iter().zip(first_sample..);
                numbered.map(|(text, sample)| tokenizer.encode(text, sample)).collect::<Result<Vec<Tokens>>>()?
            }
            (Batch::Numbers(_), _) => return Err(Error::KindMismatch { network: "texts", data: "numbers" }),
            (Batch::Texts(_), _) => {
                return Err(Error::KindMismatch { network: "numbers, such as images,", data: "texts" });
            }
        };
        self.run_tokens(tokens, arrays, first_sample)
    }

    fn run_numbers(&self, values: &Values, arrays: &[(String, Values)], first_sample: usize) -> Result<BatchPoints> {
        let Source::Numbers { input: Input::Numbers { number, .. }, plan, model, .. } = &self.source else {
            return Err(Error::KindMismatch { network: "texts", data: "numbers" });
        };
        let tensor = plan.tensor(values);
        let sizes = [&[self.batch], plan.shape()].concat();
        let sample_len: usize = sizes[1..].iter().product();
        let n_samples = tensor.len() / sample_len;
        let mut points = Collected::default();
        for start in (0..n_samples).step_by(self.batch) {
            let samples: Vec<Sample> = (start..n_samples.min(start + self.batch))
                .map(|i| Sample { number: first_sample + i, n_tokens: None })
                .collect();
            // The last batch is filled up with zeros: cheaper than optimising once more for its size.
            let mut filled = tensor[start * sample_len..(start + samples.len()) * sample_len].to_vec();
            filled.resize(self.batch * sample_len, 0.0);
            let input = Tensor::from_shape(&sizes, &filled)
                .and_then(|input| input.cast_to_dt(number.datum_type()).map(std::borrow::Cow::into_owned))
                .map_err(|error| self.origin.explained(&error))?;
            let rows: Vec<usize> = (start..start + samples.len()).collect();
            let inputs = self.beside([input.into_tvalue()], arrays, &rows, &sizes);
            let inputs = inputs.map_err(|error| self.origin.explained(&error))?;
            self.run_batch(model, inputs, &samples, &mut points)?;
        }
        Ok(points.into_batch(None, Vec::new()))
    }

    /// The tensors of samples and, beside them, those that fill the other inputs, in the file's order. `rows` are the
    /// places of these samples among those that run, `sizes` those of their tensor.
    fn beside(
        &self,
        fed: impl IntoIterator<Item = TValue>,
        arrays: &[(String, Values)],
        rows: &[usize],
        sizes: &[usize],
    ) -> TractResult<TVec<TValue>> {
        let tensor =
            |(other, filling): (&OtherInput, &Filling)| filling.tensor(arrays, rows, &other.sizes(sizes), other.number);
        let others: TractResult<Vec<TValue>> = self.inputs.others().zip(&self.fillings).map(tensor).collect();
        Ok(self.inputs.in_order(fed, others?))
    }

    fn run_tokens(
        &mut self,
        tokens: Vec<Tokens>,
        arrays: &[(String, Values)],
        first_sample: usize,
    ) -> Result<BatchPoints> {
        let batch = self.batch;
        let Source::Texts { graph, inputs: wanted, outputs, words, models } = &mut self.source else {
            return Err(Error::KindMismatch { network: "numbers, such as images,", data: "texts" });
        };
        // Texts of similar length run together, so that little is computed for what fills them up.
        let mut order: Vec<usize> = (0..tokens.len()).collect();
        order.sort_by_key(|&i| tokens[i].ids.len());
        let mut runs = Vec::new();
        for members in order.chunks(batch) {
            let longest = members.iter().map(|&i| tokens[i].ids.len()).max().unwrap_or(1);
            let length = graph.input().shape()[1].unwrap_or_else(|| filled_length(longest, graph.max_tokens()));
            let sizes = [batch, length];
            let model = match models.entry(length) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(free) => free.insert(optimised(graph, &sizes, outputs)?),
            };
            let model = Arc::clone(model);
            let inputs: TractResult<Vec<TValue>> = wanted
                .iter()
                .map(|tensor| token_tensor(*tensor, members.iter().map(|&i| &tokens[i]), sizes, words.pad()))
                .collect();
            runs.push((model, inputs.map_err(|error| self.origin.explained(&error))?, sizes, members));
        }
        let mut points = Collected::default();
        for (model, inputs, sizes, members) in runs {
            let inputs = self.beside(inputs, arrays, members, &sizes).map_err(|error| self.origin.explained(&error))?;
            let samples: Vec<Sample> = members
                .iter()
                .map(|&i| Sample { number: first_sample + i, n_tokens: Some(tokens[i].ids.len()) })
                .collect();
            self.run_batch(&model, inputs, &samples, &mut points)?;
        }
        Ok(points.into_batch(Some(&order), tokens))
    }

    fn run_batch(
        &self,
        model: &Arc<TypedRunnableModel>,
        inputs: TVec<TValue>,
        samples: &[Sample],
        points: &mut Collected,
    ) -> Result<()> {
        let outputs = model.run(inputs).map_err(|error| self.origin.explained(&error))?;
        let (scores, layers) = outputs.split_last().expect("the network's own output is always selected");
        let layers: Result<Vec<(Vec<f32>, Vec<usize>)>> = layers.iter().map(|output| self.floats(output)).collect();
        let layers = layers?;
        let SessionSettings { pooling, positions_per_sample, seed, .. } = self.settings;
        for (i, observed) in self.observed.iter().enumerate() {
            let (values, shape) = &layers[observed.output];
            let is_text = samples.iter().any(|sample| sample.n_tokens.is_some());
            let (layout, sizes) = self.layout(observed, shape, is_text)?;
            if points.layers.len() <= i {
                let n_coords = pooling.n_coords(&layout);
                points.layers.push(LayerPoints { points: Points::default(), n_coords, shape: sizes });
            }
            for (sample, values) in samples.iter().zip(values.chunks(values.len() / self.batch)) {
                if let Some(position) = values.iter().position(|v| !v.is_finite()) {
                    return Err(Error::NotFinite {
                        what: format!("layer {}", observed.label),
                        sample: sample.number,
                        position,
                        value: values[position].to_string(),
                        n_more: values[position + 1..].iter().filter(|v| !v.is_finite()).count(),
                    });
                }
                let seed = seed ^ (sample.number as u64).wrapping_mul(0x9E37_79B9);
                let points = &mut points.layers[i].points;
                pooling.push(values, &layout, sample.n_tokens, positions_per_sample, seed, points);
            }
        }
        points.predictions.extend(self.predict(scores, samples.len()));
        points.n_scores = scores.shape().last().copied().unwrap_or(0);
        points.n_samples += samples.len();
        Ok(())
    }

    /// Where the positions and features of a layer of this shape (batch first) lie, and its sizes without the batch.
    fn layout(&self, observed: &Observed, shape: &[usize], is_text: bool) -> Result<(PointLayout, Vec<Option<usize>>)> {
        let pooling = self.settings.pooling;
        let axes = observed.axes.filter(|axes| axes.features < shape.len()).unwrap_or(Axes::usual(shape.len()));
        let Some(layout) = PointLayout::of(shape, axes, observed.head) else {
            let reason = format!("{} has no such head; observe the layer as a whole", observed.label);
            return Err(Error::NotRunnable { name: self.origin.name.clone(), reason });
        };
        if let Some(reason) = pooling.obstacle(&layout, is_text) {
            let reason = format!("layer {}: {reason}", observed.label);
            return Err(Error::InvalidSetting { setting: "pooling", value: pooling.name().into(), reason });
        }
        let varies = |axis: usize| is_text && shape.len() > 2 && axes.is_position(axis);
        let sizes = (1..shape.len()).map(|axis| (!varies(axis)).then_some(shape[axis])).collect();
        Ok((layout, sizes))
    }

    /// Empty where the output is no vector per sample.
    fn predict(&self, scores: &TValue, n_samples: usize) -> Vec<u32> {
        let is_vector = matches!(scores.shape(), [n, k] if *n == self.batch && *k > 1);
        let (true, Ok((values, shape))) = (is_vector, self.floats(scores)) else {
            return Vec::new();
        };
        let best = |row: &[f32]| (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b]).then(b.cmp(&a)));
        values.chunks(shape[1]).take(n_samples).map(|row| best(row).unwrap_or(0) as u32).collect()
    }

    fn floats(&self, tensor: &TValue) -> Result<(Vec<f32>, Vec<usize>)> {
        let fail = |error: TractError| self.origin.explained(&error);
        let cast = tensor.cast_to::<f32>().map_err(fail)?;
        let view = cast.try_as_plain_ram().map_err(fail)?;
        let shape = tensor.shape().to_vec();
        if shape.first() != Some(&self.batch) {
            return Err(Error::NotRunnable {
                name: self.origin.name.clone(),
                reason: format!("a layer of shape {shape:?} does not keep one row per sample; observe another"),
            });
        }
        Ok((view.as_slice::<f32>().map_err(fail)?.to_vec(), shape))
    }
}

/// One sample of a batch.
struct Sample {
    /// Among all samples.
    number: usize,
    /// For texts.
    n_tokens: Option<usize>,
}

/// Results in the order in which samples ran.
#[derive(Default)]
struct Collected {
    layers: Vec<LayerPoints>,
    predictions: Vec<u32>,
    n_scores: usize,
    n_samples: usize,
}

impl Collected {
    /// `order` holds the samples in the order in which they ran, if that is not their own.
    fn into_batch(mut self, order: Option<&[usize]>, tokens: Vec<Tokens>) -> BatchPoints {
        let mut predictions = (self.predictions.len() == self.n_samples).then_some(self.predictions);
        if let Some(order) = order {
            for layer in &mut self.layers {
                layer.points = layer.points.restored(order, layer.n_coords);
            }
            if let Some(predictions) = &mut predictions {
                let ran = predictions.clone();
                order.iter().zip(ran).for_each(|(&sample, prediction)| predictions[sample] = prediction);
            }
        }
        BatchPoints { layers: self.layers, predictions, n_scores: self.n_scores, tokens }
    }
}

/// The layers that ids select, and the tensors that they are read from, each once.
fn observe(graph: &Graph, ids: &[String]) -> Result<(Vec<Observed>, Vec<String>)> {
    let mut observed = Vec::new();
    let mut tensors: Vec<String> = Vec::new();
    for id in ids {
        let find = |name: &str| graph.layers().iter().find(|layer| layer.id == name);
        let (layer, head) = match (find(id), layers::tensor_and_head(id)) {
            (Some(layer), _) => (Some(layer), None),
            (None, (name, head)) => (find(name).filter(|layer| head.is_some_and(|head| head < layer.heads)), head),
        };
        let layer = layer.ok_or_else(|| Error::UnknownLayer { layer: id.clone(), n_layers: graph.layers().len() })?;
        let output = tensors.iter().position(|name| *name == layer.id).unwrap_or_else(|| {
            tensors.push(layer.id.clone());
            tensors.len() - 1
        });
        let label = head.map_or(layer.label.clone(), |head| format!("{} · head {}", layer.label, head + 1));
        observed.push(Observed { label, output, axes: layer.axes, head });
    }
    Ok((observed, tensors))
}

/// The network with its inputs' sizes fixed and the layers, then its own output, as outputs.
fn optimised(graph: &Graph, sizes: &[usize], layers: &[String]) -> Result<Arc<TypedRunnableModel>> {
    let outputs = [layers, &[graph.output().to_string()]].concat();
    graph
        .inference_model(sizes, &outputs)
        .and_then(InferenceModelExt::into_optimized)
        .and_then(IntoRunnable::into_runnable)
        .map_err(|error| graph.unfit(&error, sizes))
}

/// Rows of ids, each up to the zeros that fill it up.
fn token_rows(values: &Values, length: usize, graph: &Graph, first_sample: usize) -> Result<Vec<Tokens>> {
    let numbers: Vec<f32> = (0..values.len()).map(|i| values.at(i)).collect();
    let n_ids = graph.n_ids().unwrap_or(MAX_EXACT_ID);
    let row = |(row, sample): (&[f32], usize)| {
        if let Some(value) = row.iter().find(|&&v| v < 0.0 || v.fract() != 0.0 || v >= n_ids as f32) {
            let reason = format!("{value} is no token id; the network knows whole numbers from 0 to {}", n_ids - 1);
            return Err(Error::NoTokens { sample, reason });
        }
        let filled = row.iter().rposition(|&v| v != 0.0).map_or(1, |last| last + 1);
        let n = filled.min(graph.max_tokens());
        let ids: Vec<u32> = row[..n].iter().map(|&v| v as u32).collect();
        let words = ids.iter().map(u32::to_string).collect();
        Ok(Tokens { types: vec![0; n], ids, words, cut: n < filled })
    };
    numbers.chunks_exact(length.max(1)).zip(first_sample..).map(row).collect()
}

/// The number of tokens for which texts of up to `longest` tokens are computed.
fn filled_length(longest: usize, max_tokens: usize) -> usize {
    longest.next_power_of_two().max(SHORTEST).min(max_tokens.max(longest))
}

/// One input for texts that run together. A batch that is not full repeats its last text.
fn token_tensor<'a>(
    tensor: TokenTensor,
    texts: impl Iterator<Item = &'a Tokens>,
    sizes: [usize; 2],
    pad: u32,
) -> TractResult<TValue> {
    let [batch, length] = sizes;
    let mut values: Vec<i64> = Vec::with_capacity(batch * length);
    for Tokens { ids, types, .. } in texts {
        let n = ids.len();
        let (row, filling): (Vec<u32>, u32) = match tensor.role {
            TokenRole::Ids => (ids.clone(), pad),
            TokenRole::Mask => (vec![1; n], 0),
            TokenRole::Types => (types.clone(), 0),
            TokenRole::Positions => ((0..length as u32).collect(), 0),
        };
        let filled = row.into_iter().chain(std::iter::repeat(filling));
        values.extend(filled.take(length).map(i64::from));
    }
    let last = values.len().saturating_sub(length);
    while values.len() < batch * length {
        values.extend_from_within(last..last + length);
    }
    Ok(if tensor.is_wide {
        Tensor::from_shape(&sizes, &values)?.into_tvalue()
    } else {
        let narrow: Vec<i32> = values.into_iter().map(|v| v as i32).collect();
        Tensor::from_shape(&sizes, &narrow)?.into_tvalue()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_few_and_never_beyond_what_the_network_takes() {
        let lengths: Vec<usize> = [1, 8, 9, 16, 17, 32].iter().map(|&n| filled_length(n, 32)).collect();
        assert_eq!(lengths, [8, 8, 16, 16, 32, 32]);
        assert_eq!(filled_length(17, 20), 20);
    }

    #[test]
    fn a_batch_that_is_not_full_repeats_its_last_text() {
        let text = Tokens { ids: vec![5, 6], types: vec![0, 0], words: vec![String::new(); 2], cut: false };
        let tensor = |role| {
            let tensor = TokenTensor { role, is_wide: true };
            let made = token_tensor(tensor, [&text].into_iter(), [2, 3], 9).unwrap();
            made.try_as_plain_ram().unwrap().as_slice::<i64>().unwrap().to_vec()
        };
        assert_eq!(tensor(TokenRole::Ids), [5, 6, 9, 5, 6, 9]);
        assert_eq!(tensor(TokenRole::Mask), [1, 1, 0, 1, 1, 0]);
        assert_eq!(tensor(TokenRole::Positions), [0, 1, 2, 0, 1, 2]);
    }
}
