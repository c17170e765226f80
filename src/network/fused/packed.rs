//! Operators with stored weights, which are laid out once for the way in which they are used.

use std::sync::Arc;

use tract_onnx::prelude::*;
#[allow(clippy::wildcard_imports, reason = "tract's macros expect all of it")]
use tract_onnx::tract_hir::internal::*;

use super::conv::Filters;
use super::epilogue::{Epilogue, Step};
use super::linear;
use super::product::Weights;
use super::window::Window;

/// An operator of values and, behind a convolution, operands of its steps.
#[derive(Debug, Clone)]
pub(super) struct Packed(Arc<Layer>);

#[derive(Debug)]
enum Layer {
    Conv { filters: Filters, window: Window, steps: Vec<Step> },
    Linear { weights: Weights, n_inner: usize },
}

impl Packed {
    pub(super) fn conv(filters: Filters, window: Window, steps: &[Step]) -> Self {
        Self(Arc::new(Layer::Conv { filters, window, steps: steps.to_vec() }))
    }

    /// `weights` have a row for each number of a row of values.
    pub(super) fn linear(weights: &[f32], bias: Option<&[f32]>, [n_inner, n_columns]: [usize; 2]) -> Self {
        let weights = Weights::packed([n_inner, n_columns], bias, |inner, column| weights[inner * n_columns + column]);
        Self(Arc::new(Layer::Linear { weights, n_inner }))
    }

    fn output_shape(&self, input: &[usize]) -> TractResult<TVec<usize>> {
        Ok(match (&*self.0, input) {
            (Layer::Conv { filters, window, .. }, &[batch, height, width, _]) => {
                let [height, width] = window.output([height, width]);
                tvec!(batch, height, width, filters.n_outputs())
            }
            (Layer::Linear { weights, .. }, [outer @ .., _]) => {
                outer.iter().copied().chain([weights.n_columns()]).collect()
            }
            _ => bail!("weights do not fit a tensor of {input:?}"),
        })
    }

    /// Of values of this shape and operands.
    pub(super) fn run(&self, values: &[&[f32]], shape: &[usize], out: &mut [f32]) -> TractResult<()> {
        match (&*self.0, shape) {
            (Layer::Conv { filters, window, steps }, &[batch, height, width, channels]) => {
                let n_positions = window.output([height, width]).iter().product();
                let epilogue = Epilogue::new(steps, &values[1..], [batch, n_positions, filters.n_outputs()])?;
                filters.convolve(values[0], [batch, height, width, channels], *window, &epilogue, out);
            }
            (Layer::Linear { weights, n_inner }, _) => linear::multiply(values[0], weights, *n_inner, out),
            _ => bail!("a convolution of a tensor of {shape:?}"),
        }
        Ok(())
    }
}

impl PartialEq for Packed {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Packed {}

impl Op for Packed {
    fn name(&self) -> StaticName {
        match *self.0 {
            Layer::Conv { .. } => super::CONV.into(),
            Layer::Linear { .. } => super::LINEAR.into(),
        }
    }

    op_as_typed_op!();
}

impl EvalOp for Packed {
    op_out_of_plan!();

    fn eval(&self, _ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        super::computed(&inputs, &self.output_shape(inputs[0].shape())?, |values, out| {
            self.run(values, inputs[0].shape(), out)
        })
    }
}

impl TypedOp for Packed {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let shape = inputs[0].shape.as_concrete().context("sizes are fixed before graphs are rewritten")?;
        Ok(tvec!(inputs[0].datum_type.fact(self.output_shape(shape)?)))
    }

    as_op!();
}
