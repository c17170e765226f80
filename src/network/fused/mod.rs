//! Operators of our own behind tract's interface: for what would else be many passes over small tensors (attention, layer
//! normalisation), and in WebAssembly for matrix products and all around convolutions, which there compute with the
//! channels of a position side by side. `benches/networks.js` measures what they gain.
//!
//! [`rewrite`] puts them into a graph as ONNX nodes of the types below, before tract reads it; [`register`] tells tract
//! what those are. Networks that are built otherwise run on tract's own operators.

mod attention;
mod channels_last;
mod conv;
mod depthwise;
mod epilogue;
mod lanes;
mod layer_norm;
mod linear;
mod packed;
mod pointwise;
mod pool;
mod product;
mod quad;
mod rewrite;
mod rows;
mod view;
mod window;
mod winograd;

use tract_onnx::model::OnnxOpRegister;
use tract_onnx::pb::NodeProto;
use tract_onnx::prelude::*;
#[allow(clippy::wildcard_imports, reason = "tract's macros expect all of it")]
use tract_onnx::tract_hir::internal::*;

use tract_onnx::tract_hir::tract_core::ops::nn::gelu_approximate::gelu_approximate;

pub(super) use rewrite::rewrite;
pub(super) use rows::check_rows;

use conv::Filters;
use epilogue::{Epilogue, Step};
use packed::Packed;
use pointwise::{exact_erf, exact_gelu};
use rows::Rows;
use window::Window;

/// Outside WebAssembly tract's own kernels for products are better.
pub(super) const OWN_PRODUCTS: bool = cfg!(target_arch = "wasm32");

/// ONNX node types of the operators below.
const ATTENTION: &str = "BettiscopeAttention";
const CONV: &str = "BettiscopeConv";
const LAYER_NORM: &str = "BettiscopeLayerNorm";
const LINEAR: &str = "BettiscopeLinear";
const MAX_POOL: &str = "BettiscopeMaxPool";
const MEAN: &str = "BettiscopeMean";
const ROWS: &str = "BettiscopeRows";
const STEPS: &str = "BettiscopeSteps";

/// An operator with its constants; fractions as their bits. Convolutions and pooling are of `[batch, height, width,
/// channels]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Fused {
    /// Of queries, keys, values `[batch, tokens, heads, features]` and, if it is there, a bias `[batch, 1, 1, tokens]` on
    /// the scores, which are multiplied with a scale.
    Attention { scale: u32 },
    /// Of values, weights `[outputs, channels, kernel]`, perhaps a bias, and what the steps behind need.
    Conv { window: Window, is_each: bool, has_bias: bool, steps: Vec<Step> },
    /// Of values, weights and bias along the last axis.
    LayerNorm { epsilon: u32 },
    /// Of rows, a matrix and perhaps a bias.
    Linear,
    /// Over windows.
    MaxPool { window: Window },
    /// Over all positions.
    Mean,
    /// Of values and what the steps need.
    Steps { steps: Vec<Step> },
}

impl Fused {
    /// Of values and weights.
    fn output_shape(&self, inputs: &[&[usize]]) -> TVec<usize> {
        let mut shape: TVec<usize> = inputs[0].into();
        match self {
            Self::Attention { .. } | Self::LayerNorm { .. } | Self::Steps { .. } => {}
            Self::Conv { window, .. } => {
                shape[1..3].copy_from_slice(&window.output([inputs[0][1], inputs[0][2]]));
                shape[3] = inputs[1][0];
            }
            Self::Linear => *shape.last_mut().expect("rows have an axis") = inputs[1][1],
            Self::MaxPool { window } => shape[1..3].copy_from_slice(&window.output([inputs[0][1], inputs[0][2]])),
            Self::Mean => shape[1..3].fill(1),
        }
        shape
    }

    /// Which inputs are stored and can be laid out beforehand.
    fn stored(&self, n_inputs: usize) -> std::ops::Range<usize> {
        match self {
            Self::Conv { has_bias, .. } => 1..2 + usize::from(*has_bias),
            Self::Linear => 1..n_inputs,
            _ => 0..0,
        }
    }

    /// With what is stored laid out: weights of this shape, perhaps a bias, for values of a shape.
    fn packed(&self, stored: &[&[f32]], shape: &[usize], values: &[usize]) -> TractResult<Option<Packed>> {
        let &[weights, ref bias @ ..] = stored else { return Ok(None) };
        let bias = bias.first().copied();
        Ok(match (self, shape, values) {
            (Self::Conv { window, is_each, steps, .. }, &[n_outputs, of_each, _, _], &[_, height, width, _]) => {
                let filters = Filters::new(weights, bias, [n_outputs, of_each], *is_each, *window, [height, width]);
                Some(Packed::conv(filters, *window, steps))
            }
            (Self::Linear, &[n_inner, n_columns], _) => Some(Packed::linear(weights, bias, [n_inner, n_columns])),
            _ => bail!("weights of {shape:?} for values of {values:?}"),
        })
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
            Self::Mean => MEAN.into(),
            Self::Steps { .. } => STEPS.into(),
        }
    }

    op_as_typed_op!();
}

impl EvalOp for Fused {
    op_out_of_plan!();

    fn eval(&self, _ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let shapes: TVec<&[usize]> = inputs.iter().map(|input| input.shape()).collect();
        computed(&inputs, &self.output_shape(&shapes), |values, out| {
            let (shape, number) = (shapes[0], f32::from_bits);
            match self {
                Self::Attention { scale } => {
                    let bias = values.get(3).copied();
                    attention::attend([values[0], values[1], values[2]], bias, shape, number(*scale), out);
                }
                // Only where tract has not found the weights to be constant.
                Self::Conv { .. } | Self::Linear => {
                    let stored = self.stored(values.len());
                    let packed = self.packed(&values[stored.clone()], shapes[1], shape)?;
                    let others = [&values[..1], &values[stored.end..]].concat();
                    packed.context("weights are missing")?.run(&others, shape, out)?;
                }
                Self::LayerNorm { epsilon } => {
                    let n = shape.last().copied().unwrap_or(1);
                    layer_norm::normalise(values[0], values[1], values[2], n, number(*epsilon), out);
                }
                Self::MaxPool { window } => pool::maximum(values[0], of_images(shape)?, *window, out),
                Self::Mean => pool::mean(values[0], of_images(shape)?, out),
                Self::Steps { steps } => {
                    let [batch, height, width, channels] = of_images(shape)?;
                    let epilogue = Epilogue::new(steps, &values[1..], [batch, height * width, channels])?;
                    out.copy_from_slice(values[0]);
                    let samples = out.chunks_exact_mut(height * width * channels).enumerate();
                    samples.for_each(|(sample, out)| epilogue.apply(sample, out));
                }
            }
            Ok(())
        })
    }
}

/// A tensor of this shape that `f` computes from the numbers of the inputs.
fn computed(
    inputs: &[TValue],
    shape: &[usize],
    f: impl FnOnce(&[&[f32]], &mut [f32]) -> TractResult<()>,
) -> TractResult<TVec<TValue>> {
    let mut output = Tensor::zero::<f32>(shape)?;
    let views: TractResult<TVec<_>> = inputs.iter().map(|input| Tensor::try_as_plain_ram(input)).collect();
    let views = views?;
    let values: TractResult<TVec<&[f32]>> = views.iter().map(PlainView::as_slice::<f32>).collect();
    f(&values?, output.try_as_plain_ram_mut()?.as_slice_mut::<f32>()?)?;
    Ok(tvec!(output.into_tvalue()))
}

/// Batch, height, width and channels.
fn of_images(shape: &[usize]) -> TractResult<[usize; 4]> {
    shape.try_into().ok().with_context(|| format!("{shape:?} is no batch of images"))
}

impl TypedOp for Fused {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let shapes: Option<TVec<&[usize]>> = inputs.iter().map(|fact| fact.shape.as_concrete()).collect();
        let shapes = shapes.context("sizes are fixed before graphs are rewritten")?;
        Ok(tvec!(inputs[0].datum_type.fact(self.output_shape(&shapes))))
    }

    fn codegen(&self, model: &TypedModel, node: &TypedNode) -> TractResult<Option<TypedModelPatch>> {
        let stored = self.stored(node.inputs.len());
        let facts = model.node_input_facts(node.id)?;
        let tensors: Option<Vec<_>> = facts[stored.clone()].iter().map(|fact| fact.konst.as_ref()).collect();
        let (Some(tensors), Some(shape)) = (tensors, facts[0].shape.as_concrete()) else { return Ok(None) };
        let views: TractResult<Vec<_>> = tensors.iter().map(|tensor| Tensor::try_as_plain_ram(tensor)).collect();
        let views = views?;
        let values: TractResult<Vec<&[f32]>> = views.iter().map(PlainView::as_slice::<f32>).collect();
        let weights = tensors.first().map_or(&[][..], |tensor| tensor.shape());
        let Some(packed) = self.packed(&values?, weights, shape)? else { return Ok(None) };
        let others = [&node.inputs[..1], &node.inputs[stored.end..]].concat();
        TypedModelPatch::replace_single_op(model, node, &others, packed).map(Some)
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
    operators.insert(ATTENTION, |_, node| built(Fused::Attention { scale: node.get_attr::<f32>("scale")?.to_bits() }));
    operators.insert(CONV, |_, node| {
        let is_set = |name: &str| Ok::<_, TractError>(node.get_attr::<i64>(name)? == 1);
        let (window, steps) = (window_of(node)?, Step::all_of(node)?);
        built(Fused::Conv { window, is_each: is_set("is_each")?, has_bias: is_set("has_bias")?, steps })
    });
    operators
        .insert(LAYER_NORM, |_, node| built(Fused::LayerNorm { epsilon: node.get_attr::<f32>("epsilon")?.to_bits() }));
    operators.insert("Erf", |_, _| Ok((exact_erf().into_hir(), Vec::new())));
    operators.insert("Gelu", |_, node| {
        let is_approximate = node.get_attr_opt::<String>("approximate")?.as_deref() == Some("tanh");
        let gelu = if is_approximate { gelu_approximate(false) } else { exact_gelu() };
        Ok((gelu.into_hir(), Vec::new()))
    });
    operators.insert(LINEAR, |_, _| built(Fused::Linear));
    operators.insert(MAX_POOL, |_, node| built(Fused::MaxPool { window: window_of(node)? }));
    operators.insert(MEAN, |_, _| built(Fused::Mean));
    operators.insert(ROWS, |_, node| built(Rows { n_rows: node.get_attr("n_rows")? }));
    operators.insert(STEPS, |_, node| built(Fused::Steps { steps: Step::all_of(node)? }));
}

#[allow(clippy::unnecessary_wraps, reason = "tract asks for it")]
fn built(operator: impl Expansion) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    Ok((expand(operator), Vec::new()))
}

fn window_of(node: &NodeProto) -> TractResult<Window> {
    Window::of(node).context("the rewriting writes all of a window")
}
