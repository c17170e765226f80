//! What only matters in training.

use std::collections::HashSet;

use tract_onnx::pb::GraphProto;

use super::edit::{counted, int, is_op, subgraphs, with_int};

pub(super) fn apply(graph: &mut GraphProto) -> Option<String> {
    let read: HashSet<String> = graph
        .node
        .iter()
        .flat_map(|node| {
            node.input.iter().chain(subgraphs(node).flat_map(|inner| inner.node.iter().flat_map(|n| &n.input)))
        })
        .cloned()
        .chain(graph.output.iter().map(|output| output.name.clone()))
        .collect();
    let mut n = 0;
    for node in &mut graph.node {
        let unread = |at: usize| node.output.get(at).is_none_or(|name| name.is_empty() || !read.contains(name));
        if is_op(node, "Dropout") && unread(1) {
            n += usize::from(node.input.len() > 2);
            node.op_type = "Identity".into();
            node.input.truncate(1);
            node.output.truncate(1);
            node.attribute.clear();
        } else if is_op(node, "BatchNormalization") && node.output.len() > 1 && (1..node.output.len()).all(unread) {
            n += usize::from(int(node, "training_mode") == Some(1));
            node.output.truncate(1);
            *node = with_int(std::mem::take(node), "training_mode", 0);
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
