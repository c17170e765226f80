//! Looking at parts of an ONNX graph and making new ones.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

use crate::network::attributes::{with_integer, with_integers};

/// A node with one output, after which it is named.
pub(super) fn node(op_type: &str, input: &[&str], output: &str) -> NodeProto {
    NodeProto {
        op_type: op_type.into(),
        name: output.into(),
        input: input.iter().map(|&name| name.into()).collect(),
        output: vec![output.into()],
        ..Default::default()
    }
}

/// A conversion to another type of numbers.
pub(super) fn cast(input: &str, to: DataType, output: &str) -> NodeProto {
    with_integer(node("Cast", &[input], output), "to", i64::from(to as i32))
}

/// A tensor with one more axis; the list of axes is stored since opset 13.
pub(super) fn unsqueeze(input: &str, axis: i64, output: &str, opset: i64) -> (NodeProto, Option<TensorProto>) {
    let name = format!("{output} axis");
    if opset >= 13 {
        let axes = super::values::of_integers(&name, &[1], &[axis]);
        return (node("Unsqueeze", &[input, &name], output), Some(axes));
    }
    (with_integers(node("Unsqueeze", &[input], output), "axes", vec![axis]), None)
}

/// An input's name, if it is there: optional inputs may be left out or empty.
pub(super) fn input(node: &NodeProto, at: usize) -> Option<&str> {
    node.input.get(at).map(String::as_str).filter(|name| !name.is_empty())
}

pub(super) fn is_op(node: &NodeProto, op_type: &str) -> bool {
    node.op_type == op_type
}

/// Whether a domain is that of ONNX itself.
pub(super) fn is_onnx(domain: &str) -> bool {
    domain.is_empty() || domain == "ai.onnx"
}

/// Hands out tensor names that a graph does not use yet.
pub(super) struct Names(HashSet<String>);

impl Names {
    pub(super) fn of(graph: &GraphProto) -> Self {
        let mut names = HashSet::new();
        collect(graph, &mut names);
        Self(names)
    }

    pub(super) fn fresh(&mut self, wish: &str) -> String {
        let mut name = wish.to_string();
        let mut number = 2;
        while !self.0.insert(name.clone()) {
            name = format!("{wish} {number}");
            number += 1;
        }
        name
    }
}

fn collect(graph: &GraphProto, names: &mut HashSet<String>) {
    names.extend(graph.input.iter().map(|input| input.name.clone()));
    names.extend(graph.initializer.iter().map(|tensor| tensor.name.clone()));
    for node in &graph.node {
        names.extend(node.input.iter().chain(&node.output).cloned());
        subgraphs(node).for_each(|inner| collect(inner, names));
    }
}

pub(super) fn subgraphs(node: &NodeProto) -> impl Iterator<Item = &GraphProto> {
    node.attribute.iter().flat_map(|attribute| attribute.g.iter().chain(&attribute.graphs))
}

pub(super) fn subgraphs_mut(node: &mut NodeProto) -> impl Iterator<Item = &mut GraphProto> {
    node.attribute.iter_mut().flat_map(|attribute| attribute.g.iter_mut().chain(&mut attribute.graphs))
}

/// Every node of a graph and of those inside it.
pub(super) fn for_each_node(graph: &mut GraphProto, visit: &mut impl FnMut(&mut NodeProto)) {
    for node in &mut graph.node {
        visit(node);
        subgraphs_mut(node).for_each(|inner| for_each_node(inner, visit));
    }
}

/// Every stored tensor of a graph: initialisers and attributes, also of graphs inside it.
pub(super) fn for_each_tensor<E>(
    graph: &mut GraphProto,
    visit: &mut impl FnMut(&mut TensorProto) -> Result<(), E>,
) -> Result<(), E> {
    graph.initializer.iter_mut().try_for_each(&mut *visit)?;
    for sparse in &mut graph.sparse_initializer {
        sparse.values.iter_mut().chain(&mut sparse.indices).try_for_each(&mut *visit)?;
    }
    for attribute in graph.node.iter_mut().flat_map(|node| &mut node.attribute) {
        attribute.t.iter_mut().chain(&mut attribute.tensors).try_for_each(&mut *visit)?;
        for sparse in attribute.sparse_tensor.iter_mut().chain(&mut attribute.sparse_tensors) {
            sparse.values.iter_mut().chain(&mut sparse.indices).try_for_each(&mut *visit)?;
        }
        attribute.g.iter_mut().chain(&mut attribute.graphs).try_for_each(|inner| for_each_tensor(inner, visit))?;
    }
    Ok(())
}

/// The initialisers by name.
pub(super) fn stored(graph: &GraphProto) -> HashMap<&str, &TensorProto> {
    graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect()
}

/// Makes every node, also inside subgraphs, read other tensors. Chains of renamings are followed.
pub(super) fn rename_uses(graph: &mut GraphProto, renamed: &HashMap<String, String>) {
    if renamed.is_empty() {
        return;
    }
    for_each_node(graph, &mut |node| node.input.iter_mut().for_each(|name| follow(name, renamed)));
    // A branch may hand on a tensor of the graph around it.
    for node in &mut graph.node {
        subgraphs_mut(node).for_each(|inner| rename_outputs(inner, renamed));
    }
}

fn rename_outputs(graph: &mut GraphProto, renamed: &HashMap<String, String>) {
    graph.output.iter_mut().for_each(|output| follow(&mut output.name, renamed));
    for node in &mut graph.node {
        subgraphs_mut(node).for_each(|inner| rename_outputs(inner, renamed));
    }
}

pub(super) fn follow(name: &mut String, renamed: &HashMap<String, String>) {
    let mut steps = 0;
    while let Some(next) = renamed.get(name.as_str()).filter(|_| steps <= renamed.len()) {
        next.clone_into(name);
        steps += 1;
    }
}

/// Whether a tensor is one of the graph's outputs.
pub(super) fn is_output(graph: &GraphProto, name: &str) -> bool {
    graph.output.iter().any(|output| output.name == name)
}

/// A size as ONNX writes sizes.
pub(super) fn size(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// "1 node" or "3 nodes".
pub(super) fn counted(n: usize, thing: &str) -> String {
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}
