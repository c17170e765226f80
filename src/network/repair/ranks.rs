//! How many axes tensors have, as far as the file tells without inferring shapes.

use std::collections::HashMap;

use tract_onnx::pb::{GraphProto, NodeProto, ValueInfoProto};

use super::edit::{input, stored};
use super::inputs::dims;
use super::values::count;
use crate::network::attributes::attribute;

/// By tensor name. Nodes are in an order in which they can run.
pub(super) struct Ranks(HashMap<String, usize>);

impl Ranks {
    pub(super) fn of(graph: &GraphProto) -> Self {
        let declared = |info: &ValueInfoProto| Some((info.name.clone(), dims(info)?.len()));
        let mut ranks: HashMap<String, usize> =
            graph.initializer.iter().map(|t| (t.name.clone(), t.dims.len())).collect();
        ranks.extend(graph.input.iter().chain(&graph.value_info).filter_map(declared));
        let lengths: HashMap<&str, usize> = stored(graph).into_iter().map(|(name, t)| (name, count(t))).collect();
        let mut ranks = Self(ranks);
        for node in &graph.node {
            if let (Some(rank), Some(output)) = (ranks.made_by(node, &lengths), node.output.first()) {
                ranks.0.insert(output.clone(), rank);
            }
        }
        ranks
    }

    pub(super) fn get(&self, name: &str) -> Option<usize> {
        self.0.get(name).copied()
    }

    fn made_by(&self, node: &NodeProto, lengths: &HashMap<&str, usize>) -> Option<usize> {
        let of = |at: usize| self.get(input(node, at)?);
        let length = |at: usize| lengths.get(input(node, at)?).copied();
        let n_axes = || attribute(node, "axes").map(|axes| axes.ints.len()).or_else(|| length(1));
        Some(match node.op_type.as_str() {
            "Reshape" | "Expand" => length(1)?,
            "ConstantOfShape" => length(0)?,
            "Transpose" => attribute(node, "perm").map(|perm| perm.ints.len()).or_else(|| of(0))?,
            "Unsqueeze" => of(0)? + n_axes()?,
            "Squeeze" => of(0)?.checked_sub(n_axes()?)?,
            "Gather" => (of(0)? + of(1)?).checked_sub(1)?,
            "Flatten" | "Gemm" | "FusedGemm" => 2,
            "EmbedLayerNormalization" => 3,
            "Shape" | "Range" | "Size" | "NonZero" | "TopK" | "OneHot" | "Einsum" | "If" | "Loop" | "Scan" => {
                return None;
            }
            op if op.starts_with("Reduce") || op.starts_with("Arg") => return None,
            // Of several inputs that are broadcast the one with the most axes decides; of others the first.
            "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Min" | "Max" | "Where" | "MatMul" | "FusedMatMul" | "Equal"
            | "Less" | "Greater" | "And" | "Or" => {
                (0..node.input.len()).map(of).collect::<Option<Vec<usize>>>()?.into_iter().max()?
            }
            _ => of(0)?,
        })
    }
}
