//! A network made ready to run with chosen layers as outputs.

use std::sync::Arc;

use tract_onnx::prelude::*;

use super::graph::Graph;
use super::input::{InputPlan, InputRange, SampleShape};
use super::pooling::Pooling;
use crate::data::Values;
use crate::{Error, Result};

/// What to observe and how.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionSettings {
    /// Tensor names, see [`super::Layer::id`].
    pub layers: Vec<String>,
    /// What byte pixels become.
    pub input_range: InputRange,
    /// How activations become points.
    pub pooling: Pooling,
    /// Points per sample under [`Pooling::Positions`].
    pub positions_per_sample: usize,
    /// Fixes the positions drawn.
    pub seed: u64,
    /// Samples that run together; a network with a fixed batch overrules it.
    pub batch: usize,
}

/// The points of one layer for one batch.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerPoints {
    /// Row by row: samples × points per sample × coordinates.
    pub values: Vec<f32>,
    /// Points per sample.
    pub per_sample: usize,
    /// Coordinates per point.
    pub n_coords: usize,
    /// Sizes of the layer's tensor without the batch.
    pub shape: Vec<usize>,
}

/// What a run gives back.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchPoints {
    /// One entry per observed layer, in the order asked for.
    pub layers: Vec<LayerPoints>,
    /// Index of the highest score of each sample at the network's output, where that is a vector per sample.
    pub predictions: Option<Vec<u32>>,
}

/// A runnable network for samples of one shape.
pub struct Session {
    name: String,
    labels: Vec<String>,
    plan: InputPlan,
    batch: usize,
    model: Arc<TypedRunnableModel>,
    settings: SessionSettings,
}

impl Session {
    /// Fixes the input shape, makes the layers outputs and optimises.
    ///
    /// # Errors
    /// [`Error::InputMismatch`] if the samples do not fit, [`Error::UnknownLayer`], [`Error::NotRunnable`] with tract's
    /// reason.
    pub fn new(graph: &Graph, sample: &SampleShape, settings: SessionSettings) -> Result<Self> {
        let plan = InputPlan::fit(graph.input(), sample, settings.input_range)?;
        let mut labels = Vec::new();
        for id in &settings.layers {
            let layer = graph
                .layers()
                .iter()
                .find(|l| &l.id == id)
                .ok_or_else(|| Error::UnknownLayer { layer: id.clone(), n_layers: graph.layers().len() })?;
            labels.push(layer.label.clone());
        }
        let batch = graph.input().shape[0].unwrap_or(settings.batch).max(1);
        let mut shape = vec![batch];
        shape.extend(plan.shape());
        let mut outputs = settings.layers.clone();
        outputs.push(graph.output().to_string());
        let model = graph
            .inference_model(&shape, &outputs)
            .and_then(InferenceModelExt::into_optimized)
            .and_then(IntoRunnable::into_runnable)
            .map_err(|error| not_runnable(graph.name(), &error))?;
        Ok(Self { name: graph.name().into(), labels, plan, batch, model, settings })
    }

    /// Samples that run together.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// What tract says about the matrix products in the optimised network, one line each: sizes and kernels. Tells
    /// whether SIMD kernels are at work.
    pub fn matrix_products(&self) -> Vec<String> {
        let infos = self.model.model().nodes().iter().filter_map(|node| node.op.info().ok()).flatten();
        infos.filter(|line| line.starts_with("Mult:")).collect()
    }

    /// Runs samples and pools what the observed layers show. `first_sample` numbers the first one among all samples, for
    /// messages and for drawing positions.
    ///
    /// # Errors
    /// [`Error::NotFinite`] naming layer and sample, [`Error::NotRunnable`] with tract's reason.
    pub fn run(&self, values: &Values, first_sample: usize) -> Result<BatchPoints> {
        let mut tensor = Vec::new();
        match values {
            Values::U8(bytes) => self.plan.push_bytes(bytes, &mut tensor),
            Values::F32(numbers) => tensor.extend_from_slice(numbers),
        }
        let sample_len: usize = self.plan.shape().iter().product();
        let n_samples = tensor.len() / sample_len;
        let mut points = BatchPoints { layers: Vec::new(), predictions: Some(Vec::new()) };
        for start in (0..n_samples).step_by(self.batch) {
            let n_here = self.batch.min(n_samples - start);
            self.run_batch(
                &tensor[start * sample_len..(start + n_here) * sample_len],
                n_here,
                first_sample + start,
                &mut points,
            )?;
        }
        Ok(points)
    }

    fn run_batch(
        &self,
        samples: &[f32],
        n_samples: usize,
        first_sample: usize,
        points: &mut BatchPoints,
    ) -> Result<()> {
        let mut shape = vec![self.batch];
        shape.extend(self.plan.shape());
        // The last batch is filled up with zeros: cheaper than optimising once more for its size.
        let mut filled = samples.to_vec();
        filled.resize(shape.iter().product(), 0.0);
        let input = Tensor::from_shape(&shape, &filled).map_err(|error| not_runnable(&self.name, &error))?;
        let outputs = self.model.run(tvec!(input.into_tvalue())).map_err(|error| not_runnable(&self.name, &error))?;
        let (scores, layers) = outputs.split_last().expect("the network's own output is always selected");
        for (i, output) in layers.iter().enumerate() {
            let (values, shape) = self.floats(output)?;
            let per_tensor = values.len() / self.batch.max(1);
            let (per_sample, n_coords) = self.settings.pooling.size(&shape, self.settings.positions_per_sample);
            if points.layers.len() <= i {
                points.layers.push(LayerPoints {
                    values: Vec::new(),
                    per_sample,
                    n_coords,
                    shape: shape[1..].to_vec(),
                });
            }
            let layer = &mut points.layers[i];
            for s in 0..n_samples {
                let sample = &values[s * per_tensor..(s + 1) * per_tensor];
                if let Some(position) = sample.iter().position(|v| !v.is_finite()) {
                    return Err(Error::NotFinite {
                        what: format!("layer {}", self.labels[i]),
                        sample: first_sample + s,
                        position,
                        value: sample[position].to_string(),
                    });
                }
                let seed = self.settings.seed ^ ((first_sample + s) as u64).wrapping_mul(0x9E37_79B9);
                self.settings.pooling.push(sample, &shape, self.settings.positions_per_sample, seed, &mut layer.values);
            }
        }
        self.predict(scores, n_samples, points);
        Ok(())
    }

    fn predict(&self, scores: &TValue, n_samples: usize, points: &mut BatchPoints) {
        let is_vector = matches!(scores.shape(), [n, k] if *n == self.batch && *k > 1);
        let (Some(predictions), true, Ok((values, shape))) = (&mut points.predictions, is_vector, self.floats(scores))
        else {
            points.predictions = None;
            return;
        };
        for row in values.chunks(shape[1]).take(n_samples) {
            let best = (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b]).then(b.cmp(&a)));
            predictions.push(best.unwrap_or(0) as u32);
        }
    }

    fn floats(&self, tensor: &TValue) -> Result<(Vec<f32>, Vec<usize>)> {
        let fail = |error: TractError| not_runnable(&self.name, &error);
        let cast = tensor.cast_to::<f32>().map_err(fail)?;
        let view = cast.try_as_plain_ram().map_err(fail)?;
        let shape = tensor.shape().to_vec();
        if shape.first() != Some(&self.batch) {
            return Err(Error::NotRunnable {
                name: self.name.clone(),
                reason: format!("a layer of shape {shape:?} does not keep one row per sample; observe another"),
            });
        }
        Ok((view.as_slice::<f32>().map_err(fail)?.to_vec(), shape))
    }
}

fn not_runnable(name: &str, error: &TractError) -> Error {
    Error::NotRunnable { name: name.into(), reason: format!("{error:#}") }
}
