//! How much memory a network needs, told from its graph before anything runs.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

use super::attributes::{attribute, integer, list_of_integers};
use super::layers::depends_on_input;

/// What a network holds, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Memory {
    /// Of all stored tensors, as 32-bit floats.
    pub weights: usize,
    /// The most that the tensors between the layers take at once for one sample, if only the last is wanted; 0 where
    /// shapes are unknown.
    pub activations: usize,
    /// One sample's input.
    pub input: usize,
}

/// `shapes` holds the float tensors for one sample, whose input has `input` numbers.
pub(super) fn of(graph: &GraphProto, shapes: &BTreeMap<String, Vec<usize>>, input: usize) -> Memory {
    let made = graph.node.iter().filter(|node| node.op_type == "Constant");
    let constants = made.filter_map(|node| attribute(node, "value")?.t.as_ref());
    let count = |tensor: &TensorProto| tensor.dims.iter().map(|&n| n.max(0) as usize).product::<usize>();
    Memory {
        weights: 4 * graph.initializer.iter().chain(constants).map(count).sum::<usize>(),
        activations: 4 * most_at_once(graph, shapes),
        input: 4 * input,
    }
}

/// Numbers in the tensors that live at the same time, at most: each from the node that makes it to the last that uses it.
fn most_at_once(graph: &GraphProto, shapes: &BTreeMap<String, Vec<usize>>) -> usize {
    let mut last_use: HashMap<&str, usize> = HashMap::new();
    for (idx, node) in graph.node.iter().enumerate() {
        last_use.extend(node.input.iter().map(|name| (name.as_str(), idx)));
    }
    // Weights stored in another form are turned into floats once and for all.
    let computed = depends_on_input(graph);
    let size = |name: &str| {
        shapes.get(name).filter(|_| computed.contains(name)).map_or(0, |sizes| sizes.iter().product::<usize>())
    };
    let (mut alive, mut most) = (0, 0);
    for (idx, node) in graph.node.iter().enumerate() {
        alive += node.output.iter().map(|name| size(name)).sum::<usize>();
        most = most.max(alive + windows(node, shapes));
        let mut inputs: Vec<&str> = node.input.iter().map(String::as_str).collect();
        inputs.sort_unstable();
        inputs.dedup();
        let done = inputs.iter().filter(|name| last_use[*name] == idx).map(|name| size(name)).sum::<usize>();
        alive = alive.saturating_sub(done);
    }
    most
}

/// What a convolution copies its windows to, where it does: WebAssembly reads them in place.
fn windows(node: &NodeProto, shapes: &BTreeMap<String, Vec<usize>>) -> usize {
    let area: i64 = list_of_integers(node, "kernel_shape").iter().product();
    let is_dilated = list_of_integers(node, "dilations").iter().any(|&d| d > 1);
    if node.op_type != "Conv" || area <= 1 || (cfg!(target_arch = "wasm32") && !is_dilated) {
        return 0;
    }
    let sizes = |name: Option<&String>| name.and_then(|name| shapes.get(name)).map_or(&[][..], Vec::as_slice);
    let groups = integer(node, "group").map_or(1, |groups| groups.max(1) as usize);
    let channels = sizes(node.input.first()).get(1).copied().unwrap_or(0) / groups;
    let positions: usize = sizes(node.output.first()).iter().skip(2).product();
    channels * area as usize * positions
}

#[cfg(test)]
mod tests {
    use super::*;
    use tract_onnx::pb::ValueInfoProto;

    fn node(operator: &str, inputs: &[&str], output: &str) -> NodeProto {
        NodeProto {
            op_type: operator.into(),
            input: inputs.iter().map(|&name| name.into()).collect(),
            output: vec![output.into()],
            ..NodeProto::default()
        }
    }

    #[test]
    fn tensors_live_until_their_last_use() {
        let node = [
            node("Relu", &["image"], "a"),
            node("MatMul", &["a", "w"], "b"),
            node("Relu", &["b"], "c"),
            node("Add", &["a", "c"], "d"),
            node("Relu", &["d"], "e"),
        ];
        let weights = TensorProto { name: "w".into(), dims: vec![10, 20], ..TensorProto::default() };
        let input = vec![ValueInfoProto { name: "image".into(), ..ValueInfoProto::default() }];
        let graph = GraphProto { node: node.to_vec(), initializer: vec![weights], input, ..GraphProto::default() };
        let sizes = [("a", 100), ("b", 20), ("c", 20), ("d", 100), ("e", 1)];
        let shapes = sizes.map(|(name, n)| (name.to_string(), vec![1, n])).into();
        // a, c and d are needed for the sum.
        assert_eq!(of(&graph, &shapes, 7), Memory { weights: 800, activations: 4 * 220, input: 28 });
        assert_eq!(of(&graph, &BTreeMap::new(), 7).activations, 0);
    }
}
