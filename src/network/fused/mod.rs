//! Operators of our own behind tract's interface: for what would else be many passes over small tensors (attention, layer
//! normalisation, maximum over windows), and in WebAssembly for convolutions and matrix products, whose rows are read
//! where they lie instead of being copied together first. `benches/networks.js` measures what they gain.
//!
//! [`rewrite`] puts them into a graph as ONNX nodes of the types below, before tract reads it; [`register`] tells tract
//! what those are. Networks that are built otherwise run on tract's own operators.

mod attention;
mod conv;
mod lanes;
mod layer_norm;
mod linear;
mod max_pool;
mod product;
mod quad;
mod rewrite;

use tract_onnx::model::{OnnxOpRegister, ParsingContext};
use tract_onnx::pb::NodeProto;
use tract_onnx::prelude::*;
#[allow(clippy::wildcard_imports, reason = "tract's macros expect all of it")]
use tract_onnx::tract_hir::internal::*;

pub(super) use rewrite::rewrite;

use conv::Window;

/// ONNX node types of the operators below.
const ATTENTION: &str = "BettiscopeAttention";
const CONV: &str = "BettiscopeConv";
const LAYER_NORM: &str = "BettiscopeLayerNorm";
const LINEAR: &str = "BettiscopeLinear";
const MAX_POOL: &str = "BettiscopeMaxPool";

/// An operator with its constants; fractions as their bits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Fused {
    /// Of queries, keys, values `[batch, tokens, heads, features]` and, if it is there, a bias `[batch, 1, 1, tokens]` on
    /// the scores, which are multiplied with a scale.
    Attention { scale: u32 },
    /// Of planes, weights and perhaps a bias; the result is kept between bounds.
    Conv { window: Window, low: u32, high: u32 },
    /// Of values, weights and bias along the last axis.
    LayerNorm { epsilon: u32 },
    /// Of rows, a matrix and perhaps a bias.
    Linear,
    /// Over square windows that do not overlap, of `[batch, channels, height, width]`.
    MaxPool { side: usize },
}

impl Fused {
    fn output_shape(&self, inputs: &[&[usize]]) -> TVec<usize> {
        let mut shape: TVec<usize> = inputs[0].into();
        match self {
            Self::Attention { .. } | Self::LayerNorm { .. } => {}
            Self::Conv { window, .. } => {
                shape[1] = inputs[1][0];
                shape[2..].copy_from_slice(&window.output([inputs[0][2], inputs[0][3]]));
            }
            Self::Linear => *shape.last_mut().expect("rows have an axis") = inputs[1][1],
            Self::MaxPool { side } => shape[2..].iter_mut().for_each(|size| *size /= side),
        }
        shape
    }
}

impl Op for Fused {
    fn name(&self) -> StaticName {
        match self {
            Self::Attention { .. } => ATTENTION.into(),
            Self::Conv { .. } => CONV.into(),
            Self::LayerNorm { .. } => LAYER_NORM.into(),
            Self::Linear => LINEAR.into(),
            Self::MaxPool { .. } => MAX_POOL.into(),
        }
    }

    op_as_typed_op!();
}

impl EvalOp for Fused {
    op_out_of_plan!();

    fn eval(&self, _ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let shapes: TVec<&[usize]> = inputs.iter().map(|input| input.shape()).collect();
        let mut output = Tensor::zero::<f32>(&self.output_shape(&shapes))?;
        let views: TractResult<TVec<_>> = inputs.iter().map(|input| Tensor::try_as_plain_ram(input)).collect();
        let views = views?;
        let values: TractResult<TVec<&[f32]>> = views.iter().map(PlainView::as_slice::<f32>).collect();
        let values = values?;
        let mut view = output.try_as_plain_ram_mut()?;
        let out = view.as_slice_mut::<f32>()?;
        let (shape, number) = (shapes[0], f32::from_bits);
        match self {
            Self::Attention { scale } => {
                let bias = values.get(3).copied();
                attention::attend([values[0], values[1], values[2]], bias, shape, number(*scale), out);
            }
            Self::Conv { window, low, high } => {
                let &[batch, channels, height, width] = shape else { bail!("a convolution of {shape:?}") };
                let (shape, bounds) = ([batch, channels, height, width], [number(*low), number(*high)]);
                // Of several channels, but with weights for one: each channel has a window of its own.
                let is_each = channels > 1 && shapes[1][1] == 1;
                let convolve = if is_each { conv::convolve_each } else { conv::convolve };
                convolve(values[0], values[1], values.get(2).copied(), shape, *window, bounds, out);
            }
            Self::LayerNorm { epsilon } => {
                let n = shape.last().copied().unwrap_or(1);
                layer_norm::normalise(values[0], values[1], values[2], n, number(*epsilon), out);
            }
            Self::Linear => {
                let sizes = [shapes[1][0], shapes[1][1]];
                linear::multiply(values[0], values[1], values.get(2).copied(), sizes, out);
            }
            Self::MaxPool { side } => max_pool::pool(values[0], shape[2], shape[3], *side, out),
        }
        Ok(tvec!(output.into_tvalue()))
    }
}

impl TypedOp for Fused {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let shapes: Option<TVec<&[usize]>> = inputs.iter().map(|fact| fact.shape.as_concrete()).collect();
        let shapes = shapes.context("sizes are fixed before graphs are rewritten")?;
        Ok(tvec!(inputs[0].datum_type.fact(self.output_shape(&shapes))))
    }

    as_op!();
}

impl Expansion for Fused {
    fn name(&self) -> StaticName {
        Op::name(self)
    }

    fn rules<'r, 'p: 'r, 's: 'r>(
        &'s self,
        s: &mut Solver<'r>,
        inputs: &'p [TensorProxy],
        outputs: &'p [TensorProxy],
    ) -> InferenceResult {
        s.equals(&inputs[0].datum_type, &outputs[0].datum_type)?;
        // Only these two know more from their weights than from their values.
        let weights = usize::from(matches!(self, Self::Conv { .. } | Self::Linear));
        s.given_2(&inputs[0].shape, &inputs[weights].shape, move |s, shape, weights| {
            let sizes = |shape: &TVec<TDim>| {
                shape.iter().map(|size| Ok(size.to_usize()?)).collect::<TractResult<TVec<usize>>>()
            };
            let found = self.output_shape(&[&sizes(&shape)?, &sizes(&weights)?]);
            s.equals(&outputs[0].shape, found.iter().map(ToDim::to_dim).collect::<TVec<TDim>>())
        })
    }

    fn wire(&self, prefix: &str, model: &mut TypedModel, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
        model.wire_node(prefix, self.clone(), inputs)
    }
}

/// Makes the operators known to tract.
pub(super) fn register(operators: &mut OnnxOpRegister) {
    operators.insert(ATTENTION, |_, node| Ok(built(Fused::Attention { scale: bits(node, "scale", 1.0)? })));
    operators.insert(CONV, conv_node);
    operators.insert(LINEAR, |_, _| Ok(built(Fused::Linear)));
    operators.insert(LAYER_NORM, |_, node| Ok(built(Fused::LayerNorm { epsilon: bits(node, "epsilon", 1e-5)? })));
    operators.insert(MAX_POOL, max_pool_node);
}

fn conv_node(_: &ParsingContext<'_>, node: &NodeProto) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    let sizes = |name: &str| node.get_attr_tvec::<usize>(name);
    let (kernel, stride, pads) = (sizes("kernel_shape")?, sizes("strides")?, sizes("pads")?);
    let window = Window {
        kernel: [kernel[0], kernel[1]],
        stride: [stride[0], stride[1]],
        pads: [pads[0], pads[1], pads[2], pads[3]],
    };
    let low = bits(node, "low", f32::NEG_INFINITY)?;
    Ok(built(Fused::Conv { window, low, high: bits(node, "high", f32::INFINITY)? }))
}

fn max_pool_node(_: &ParsingContext<'_>, node: &NodeProto) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    Ok(built(Fused::MaxPool { side: node.get_attr("side")? }))
}

fn built(operator: Fused) -> (Box<dyn InferenceOp>, Vec<String>) {
    (expand(operator), Vec::new())
}

fn bits(node: &NodeProto, name: &str, usual: f32) -> TractResult<u32> {
    Ok(node.get_attr_opt::<f32>(name)?.unwrap_or(usual).to_bits())
}
