//! Outputs that are no numbers, such as the labels and dictionaries of scikit-learn's classifiers, and what only leads
//! to them.

use std::collections::HashSet;

use tract_onnx::pb::GraphProto;
use tract_onnx::pb::tensor_proto::DataType;

use super::edit::{is_op, subgraphs};
use super::types::Types;

pub(super) fn apply(graph: &mut GraphProto) -> Option<String> {
    // A list of dictionaries stands for the table of scores that it is made of.
    let maps: Vec<(String, String)> = graph
        .node
        .iter()
        .filter(|node| is_op(node, "ZipMap"))
        .filter_map(|node| Some((node.output.first()?.clone(), node.input.first()?.clone())))
        .collect();
    for output in &mut graph.output {
        if let Some((_, table)) = maps.iter().find(|(map, _)| *map == output.name) {
            table.clone_into(&mut output.name);
            output.r#type = None;
        }
    }
    let mut seen = HashSet::new();
    graph.output.retain(|output| seen.insert(output.name.clone()));
    let types = Types::of(graph);
    let is_float = |name: &str| types.get(name) == Some(DataType::Float);
    let (scores, others): (Vec<_>, Vec<_>) =
        std::mem::take(&mut graph.output).into_iter().partition(|output| is_float(&output.name));
    if scores.is_empty() {
        graph.output = others;
        return None;
    }
    graph.output = scores;
    let n_nodes = graph.node.len();
    if !others.is_empty() || !maps.is_empty() {
        keep_needed(graph);
    }
    let names: Vec<&str> = others.iter().map(|output| output.name.as_str()).collect();
    let dropped = n_nodes - graph.node.len();
    (!names.is_empty()).then(|| match dropped {
        0 => format!("outputs that are no float numbers are left out: {}", names.join(", ")),
        n => {
            format!("outputs that are no float numbers are left out, with {n} nodes before them: {}", names.join(", "))
        }
    })
}

/// Drops the nodes that no output needs.
pub(super) fn keep_needed(graph: &mut GraphProto) {
    let mut needed: HashSet<String> = graph.output.iter().map(|output| output.name.clone()).collect();
    let mut kept = Vec::new();
    for node in std::mem::take(&mut graph.node).into_iter().rev() {
        if node.output.iter().any(|name| needed.contains(name)) {
            needed.extend(node.input.iter().cloned());
            subgraphs(&node).for_each(|inner| need_inside(inner, &mut needed));
            kept.push(node);
        }
    }
    kept.reverse();
    graph.node = kept;
    graph.initializer.retain(|tensor| needed.contains(&tensor.name));
}

fn need_inside(graph: &GraphProto, needed: &mut HashSet<String>) {
    needed.extend(graph.output.iter().map(|output| output.name.clone()));
    for node in &graph.node {
        needed.extend(node.input.iter().cloned());
        subgraphs(node).for_each(|inner| need_inside(inner, needed));
    }
}
