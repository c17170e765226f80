//! The large stored tensors of a network: held once, and shared by all that is made of the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use tract_onnx::model::ParseResult;
use tract_onnx::pb::{GraphProto, TensorProto};
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::{InferenceOp, bail};
use tract_onnx::tract_hir::ops::konst::Const;

/// Smaller tensors stay in the graph, where rewrites look at their numbers.
const LARGE: usize = 4096;

/// By name.
#[derive(Clone, Default)]
pub(super) struct Weights(BTreeMap<String, Arc<Tensor>>);

impl Weights {
    /// Takes the numbers of large tensors out of a graph; their names, types, and sizes stay.
    pub(super) fn take(graph: &mut GraphProto, framework: &tract_onnx::Onnx) -> TractResult<Self> {
        let mut weights = BTreeMap::new();
        for tensor in &mut graph.initializer {
            let n_values = tensor.float_data.len() + tensor.int32_data.len() + tensor.int64_data.len();
            if tensor.raw_data.len() + 4 * n_values < LARGE {
                continue;
            }
            let loaded = tract_onnx::tensor::load_tensor(&*framework.provider, tensor, None)?;
            weights.insert(tensor.name.clone(), Arc::new(loaded));
            let (name, dims) = (std::mem::take(&mut tensor.name), std::mem::take(&mut tensor.dims));
            *tensor = TensorProto { name, dims, data_type: tensor.data_type, ..Default::default() };
        }
        Ok(Self(weights))
    }

    /// Has a graph read by tract, with the weights in their places.
    pub(super) fn model(
        &self,
        proto: &mut tract_onnx::pb::ModelProto,
        framework: &tract_onnx::Onnx,
    ) -> TractResult<InferenceModel> {
        if let Some(graph) = &mut proto.graph {
            graph.initializer.retain(|tensor| !self.0.contains_key(&tensor.name));
        }
        // To tract a tensor that is not there is one more input.
        let ParseResult { mut model, unresolved_inputs, outlets_by_name } = framework.parse(proto, None)?;
        for name in unresolved_inputs {
            let (Some(tensor), Some(outlet)) = (self.0.get(&name), outlets_by_name.get(&name)) else {
                bail!("nothing makes the tensor {name:?}");
            };
            let op: Box<dyn InferenceOp> = Box::new(Const::new(Arc::clone(tensor))?);
            model.node_mut(outlet.node).op = op;
            model.set_outlet_fact(*outlet, InferenceFact::from(TypedFact::try_from(Arc::clone(tensor))?))?;
            model.inputs.retain(|input| input != outlet);
        }
        Ok(model)
    }
}
