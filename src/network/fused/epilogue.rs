//! What the operators behind a convolution make of each number of its result, while that is still at hand.

use tract_onnx::pb::NodeProto;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::bail;

use super::view::with_sizes;
use crate::network::attributes::{attribute, with_floats};

/// One of these operators; fractions as their bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// Plus a tensor of the same shape, of each sample or of all alike.
    Add,
    /// Kept between bounds, as by ReLU.
    Clamp { low: u32, high: u32 },
    /// Times a number per channel, of each sample or of all alike.
    Gate,
    /// Batch normalisation with stored statistics: scale, bias, mean and variance per channel.
    Normalise { epsilon: u32 },
}

impl Step {
    /// Those written in an ONNX node: which, and two fractions for each.
    pub(super) fn all_of(node: &NodeProto) -> TractResult<Vec<Self>> {
        let (Some(steps), Some(numbers)) = (attribute(node, "steps"), attribute(node, "numbers")) else {
            bail!("a node without steps");
        };
        let numbers = numbers.floats.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
        let step = |(&step, numbers): (&i64, &[u32; 2])| {
            Ok(match (step, *numbers) {
                (0, _) => Self::Add,
                (1, [low, high]) => Self::Clamp { low, high },
                (2, _) => Self::Gate,
                (3, [epsilon, _]) => Self::Normalise { epsilon },
                _ => bail!("there is no step {step}"),
            })
        };
        steps.ints.iter().zip(numbers.as_chunks().0).map(step).collect()
    }

    /// Writes steps into such a node.
    pub(super) fn on(steps: &[Self], node: NodeProto) -> NodeProto {
        let written = steps.iter().map(|step| match *step {
            Self::Add => (0, [0; 2]),
            Self::Clamp { low, high } => (1, [low, high]),
            Self::Gate => (2, [0; 2]),
            Self::Normalise { epsilon } => (3, [epsilon, 0]),
        });
        let (steps, numbers): (Vec<usize>, Vec<[u32; 2]>) = written.unzip();
        let numbers = numbers.into_iter().flatten().map(f32::from_bits).collect();
        with_floats(with_sizes(node, "steps", &steps), "numbers", numbers)
    }

    /// Tensors that it needs.
    pub(super) fn n_operands(self) -> usize {
        match self {
            Self::Clamp { .. } => 0,
            Self::Add | Self::Gate => 1,
            Self::Normalise { .. } => 4,
        }
    }
}

/// Steps with their operands, for numbers that lie as `[batch, positions, channels]`.
pub(super) struct Epilogue<'a> {
    steps: Vec<Ready<'a>>,
    n_channels: usize,
}

enum Ready<'a> {
    /// Of a batch, or of one sample for all.
    Add(&'a [f32]),
    Clamp([f32; 2]),
    /// Of a batch, or of one sample for all.
    Gate(&'a [f32]),
    Affine {
        scale: Vec<f32>,
        shift: Vec<f32>,
    },
}

impl<'a> Epilogue<'a> {
    /// `operands` of all steps in their order; `sizes` are batch, positions and channels.
    pub(super) fn new(steps: &[Step], operands: &[&'a [f32]], sizes: [usize; 3]) -> TractResult<Self> {
        let [batch, positions, n_channels] = sizes;
        let mut left = operands;
        let mut ready = Vec::new();
        for &step in steps {
            let Some((own, rest)) = left.split_at_checked(step.n_operands()) else { bail!("{step:?} lacks operands") };
            left = rest;
            let fits = |values: &[f32], len: usize| values.len() == len || values.len() == batch * len;
            ready.push(match (step, own) {
                (Step::Clamp { low, high }, _) => Ready::Clamp([f32::from_bits(low), f32::from_bits(high)]),
                (Step::Add, &[values]) if fits(values, positions * n_channels) => Ready::Add(values),
                (Step::Gate, &[values]) if fits(values, n_channels) => Ready::Gate(values),
                (Step::Normalise { epsilon }, [scale, bias, mean, variance])
                    if own.iter().all(|values| values.len() == n_channels) =>
                {
                    let factor = |(scale, variance): (&f32, &f32)| scale / (variance + f32::from_bits(epsilon)).sqrt();
                    let scale: Vec<f32> = scale.iter().zip(*variance).map(factor).collect();
                    let shift = bias.iter().zip(*mean).zip(&scale).map(|((b, m), s)| b - m * s).collect();
                    Ready::Affine { scale, shift }
                }
                _ => bail!("the operands of {step:?} do not fit a tensor of {sizes:?}"),
            });
        }
        Ok(Self { steps: ready, n_channels })
    }

    /// Takes the steps on the numbers of one sample.
    pub(super) fn apply(&self, sample: usize, out: &mut [f32]) {
        for step in &self.steps {
            match step {
                Ready::Add(values) => {
                    let values = part(values, sample, out.len());
                    for (out, value) in out.iter_mut().zip(values) {
                        *out += value;
                    }
                }
                Ready::Clamp([low, high]) => {
                    for out in &mut *out {
                        let raised = if *out < *low { *low } else { *out };
                        *out = if raised > *high { *high } else { raised };
                    }
                }
                Ready::Gate(values) => {
                    let gate = part(values, sample, self.n_channels);
                    for position in out.chunks_exact_mut(self.n_channels) {
                        for (out, factor) in position.iter_mut().zip(gate) {
                            *out *= factor;
                        }
                    }
                }
                Ready::Affine { scale, shift } => {
                    for position in out.chunks_exact_mut(self.n_channels) {
                        for ((out, scale), shift) in position.iter_mut().zip(scale).zip(shift) {
                            *out = *out * scale + shift;
                        }
                    }
                }
            }
        }
    }
}

/// What belongs to a sample, if there is something for each.
fn part(values: &[f32], sample: usize, len: usize) -> &[f32] {
    if values.len() == len { values } else { &values[sample * len..(sample + 1) * len] }
}
