//! Operators that cannot run here: where they come late, what is before them can still be observed.

use std::collections::{BTreeSet, HashSet};

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, ValueInfoProto};

use super::super::layers::node_name;
use super::edit::{is_onnx, subgraphs};
use super::types::Types;

/// Where a network has its weights.
const WEIGHTY: [&str; 6] = ["Conv", "ConvTranspose", "Gemm", "MatMul", "LSTM", "GRU"];

/// Operators of ONNX Runtime that tract takes for others of the same name.
const MISTAKEN: [&str; 2] = ["Attention", "QAttention"];

/// What cannot run.
pub(in crate::network) struct Unsupported {
    /// The operators, in words.
    pub(in crate::network) operators: String,
    /// The first node that has one.
    pub(in crate::network) node: String,
}

/// Whether an operator means to tract what it means to the file.
fn is_known(node: &NodeProto, knows: &impl Fn(&str) -> bool) -> bool {
    let domain = node.domain.as_str();
    let is_own = is_onnx(domain)
        || domain == "ai.onnx.ml"
        || domain == "com.microsoft" && !MISTAKEN.contains(&node.op_type.as_str());
    is_own
        && !node.op_type.starts_with("Bettiscope")
        && knows(&node.op_type)
        && subgraphs(node).all(|inner| inner.node.iter().all(|node| is_known(node, knows)))
}

/// Cuts off what cannot run if most of the network is before it.
pub(super) fn apply(graph: &mut GraphProto, knows: impl Fn(&str) -> bool) -> Result<Option<String>, Unsupported> {
    let strange: Vec<&NodeProto> = graph.node.iter().filter(|node| !is_known(node, &knows)).collect();
    let Some(first) = strange.first().map(|node| node_name(node)) else { return Ok(None) };
    let named = |node: &NodeProto| match node.domain.as_str() {
        domain if is_onnx(domain) => node.op_type.clone(),
        domain => format!("{} of {domain}", node.op_type),
    };
    let operators: BTreeSet<String> = strange.iter().map(|node| named(node)).collect();
    let operators = operators.into_iter().collect::<Vec<_>>().join(", ");
    let mut lost: HashSet<String> = HashSet::new();
    let (n_nodes, n_weighty) = (graph.node.len(), weighty(graph));
    let mut kept = Vec::new();
    let mut ends = Vec::new();
    for node in graph.node.clone() {
        let needs = node.input.iter().any(|name| lost.contains(name));
        if needs || !is_known(&node, &knows) {
            ends.extend(node.input.iter().cloned());
            lost.extend(node.output.iter().filter(|name| !name.is_empty()).cloned());
        } else {
            kept.push(node);
        }
    }
    let left = GraphProto { node: kept, ..Default::default() };
    if 2 * weighty(&left) < n_weighty || weighty(&left) == 0 {
        return Err(Unsupported { operators, node: first });
    }
    let types = Types::of(graph);
    graph.node = left.node;
    let n_outputs = graph.output.len();
    graph.output.retain(|output| !lost.contains(&output.name));
    if graph.output.is_empty() {
        let made: HashSet<&String> = graph.node.iter().flat_map(|node| &node.output).collect();
        let is_result = |name: &&String| made.contains(*name) && types.get(name) == Some(DataType::Float);
        let Some(last) = ends.iter().rev().find(is_result) else { return Err(Unsupported { operators, node: first }) };
        graph.output.push(ValueInfoProto { name: last.clone(), ..Default::default() });
    }
    let scores = if graph.output.len() < n_outputs || n_outputs == 1 {
        ", and what it computes at last is not shown"
    } else {
        ""
    };
    Ok(Some(format!(
        "{operators} cannot run here (first at node {first}): of {n_nodes} nodes the {} that do not need it are left{scores}",
        graph.node.len()
    )))
}

fn weighty(graph: &GraphProto) -> usize {
    graph.node.iter().filter(|node| WEIGHTY.contains(&node.op_type.as_str())).count()
}
