//! What only matters in training.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::{GraphProto, NodeProto};

use super::edit::{counted, input, is_op, stored, subgraphs};
use super::values::integers;
use crate::network::attributes::{integer, with_integer};

pub(super) fn apply(graph: &mut GraphProto) -> Option<String> {
    let inner =
        |node: &NodeProto| subgraphs(node).flat_map(|g| &g.node).flat_map(|n| n.input.clone()).collect::<Vec<_>>();
    let read: HashSet<String> = graph
        .node
        .iter()
        .flat_map(|node| node.input.iter().cloned().chain(inner(node)))
        .chain(graph.output.iter().map(|output| output.name.clone()))
        .collect();
    let weights = standardised(graph);
    let mut n = 0;
    for node in &mut graph.node {
        let unread = |at: usize| node.output.get(at).is_none_or(|name| name.is_empty() || !read.contains(name));
        if is_op(node, "Dropout") && unread(1) {
            n += usize::from(node.input.len() > 2);
            node.op_type = "Identity".into();
            node.input.truncate(1);
            node.output.truncate(1);
            node.attribute.clear();
        } else if is_op(node, "BatchNormalization") && (1..node.output.len()).all(unread) {
            let in_training = integer(node, "training_mode") == Some(1);
            if in_training && node.output.first().is_some_and(|name| weights.contains(name)) {
                // Of one sample this is the normalisation of each channel by itself.
                node.op_type = "InstanceNormalization".into();
                node.input.truncate(3);
                node.attribute.retain(|attribute| attribute.name == "epsilon");
            } else {
                n += usize::from(in_training);
                *node = with_integer(std::mem::take(node), "training_mode", 0);
            }
            node.output.truncate(1);
        }
    }
    (n > 0).then(|| {
        format!(
            "{} left in training mode computed as in evaluation, with stored statistics and nothing dropped; call \
             model.eval() before exporting",
            counted(n, "node")
        )
    })
}

/// What batch normalisations make of weights that were reshaped to one sample: networks that standardise their weights
/// compute with these own statistics also in evaluation.
fn standardised(graph: &GraphProto) -> HashSet<String> {
    let tensors = stored(graph);
    let shapes: HashMap<&str, bool> = graph
        .node
        .iter()
        .filter(|node| is_op(node, "Reshape") && input(node, 0).is_some_and(|name| tensors.contains_key(name)))
        .filter_map(|node| {
            let shape = integers(tensors.get(input(node, 1)?)?)?;
            Some((node.output.first()?.as_str(), shape.first() == Some(&1)))
        })
        .collect();
    let is_one_sample = |name: &str| match (tensors.get(name), shapes.get(name)) {
        (Some(tensor), _) => tensor.dims.first() == Some(&1),
        (None, is_one) => is_one == Some(&true),
    };
    let nodes = graph.node.iter().filter(|node| is_op(node, "BatchNormalization"));
    let found = nodes.filter(|node| input(node, 0).is_some_and(is_one_sample));
    found.filter_map(|node| node.output.first().cloned()).collect()
}
