//! Operators of our own behind tract's interface, for what would else be many passes over small tensors: attention, layer
//! normalisation, maximum over windows. `benches/networks.js` measures what they gain.
//!
//! [`rewrite`] puts them into a graph as ONNX nodes of the types below, before tract reads it; [`register`] tells tract
//! what those are. Networks that are built otherwise run on tract's own operators.

mod attention;
mod lanes;
mod layer_norm;
mod max_pool;
mod rewrite;

use tract_onnx::model::{OnnxOpRegister, ParsingContext};
use tract_onnx::pb::NodeProto;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::*;

pub(super) use rewrite::rewrite;

/// ONNX node types of the operators below.
const ATTENTION: &str = "BettiscopeAttention";
const LAYER_NORM: &str = "BettiscopeLayerNorm";
const MAX_POOL: &str = "BettiscopeMaxPool";

/// An operator with its constants.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Fused {
    /// Of queries, keys, values `[batch, tokens, heads, features]` and, if it is there, a bias `[batch, 1, 1, tokens]` on
    /// the scores. The factor on the scores as bits.
    Attention { scale: u32 },
    /// Of values, weights and bias along the last axis; epsilon as bits.
    LayerNorm { epsilon: u32 },
    /// Over square windows that do not overlap, of `[batch, channels, height, width]`.
    MaxPool { side: usize },
}

impl Fused {
    fn output_shape<D: DimLike>(&self, input: &[D]) -> TVec<D> {
        let mut shape: TVec<D> = input.into();
        if let Self::MaxPool { side } = self {
            for size in &mut shape[2..] {
                *size = size.clone() / *side;
            }
        }
        shape
    }
}

impl Op for Fused {
    fn name(&self) -> StaticName {
        match self {
            Self::Attention { .. } => ATTENTION.into(),
            Self::LayerNorm { .. } => LAYER_NORM.into(),
            Self::MaxPool { .. } => MAX_POOL.into(),
        }
    }

    op_as_typed_op!();
}

impl EvalOp for Fused {
    op_out_of_plan!();

    fn eval(&self, _ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let values: TractResult<TVec<&[f32]>> =
            inputs.iter().map(|input| input.try_as_plain_ram()?.as_slice::<f32>()).collect();
        let values = values?;
        let shape = inputs[0].shape();
        let out_shape = self.output_shape(shape);
        let mut out = vec![0.0; out_shape.iter().product()];
        match self {
            Self::Attention { scale } => {
                let bias = values.get(3).copied();
                attention::attend([values[0], values[1], values[2]], bias, shape, f32::from_bits(*scale), &mut out);
            }
            Self::LayerNorm { epsilon } => {
                let n = shape.last().copied().unwrap_or(1);
                layer_norm::normalise(values[0], values[1], values[2], n, f32::from_bits(*epsilon), &mut out);
            }
            Self::MaxPool { side } => max_pool::pool(values[0], shape[2], shape[3], *side, &mut out),
        }
        Ok(tvec!(Tensor::from_shape(&out_shape, &out)?.into_tvalue()))
    }
}

impl TypedOp for Fused {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].datum_type.fact(self.output_shape(&inputs[0].shape.to_tvec()))))
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
        s.given(&inputs[0].shape, move |s, shape| s.equals(&outputs[0].shape, self.output_shape(&shape)))
    }

    fn wire(&self, prefix: &str, model: &mut TypedModel, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
        model.wire_node(prefix, self.clone(), inputs)
    }
}

/// Makes the operators known to tract.
pub(super) fn register(operators: &mut OnnxOpRegister) {
    operators.insert(ATTENTION, |_, node| Ok(built(Fused::Attention { scale: bits(node, "scale", 1.0)? })));
    operators.insert(LAYER_NORM, |_, node| Ok(built(Fused::LayerNorm { epsilon: bits(node, "epsilon", 1e-5)? })));
    operators.insert(MAX_POOL, max_pool_node);
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
