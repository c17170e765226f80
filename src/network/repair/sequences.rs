//! Lists of tensors, which tract does not know, where each part can be told beforehand.

use std::collections::HashMap;

use tract_onnx::pb::{GraphProto, NodeProto};

use super::edit::{Names, input, is_output, node, rename_uses, size, stored, unsqueeze};
use super::values::{integers, of_integers};
use crate::network::attributes::{integer, with_integer};

/// What a list is made of.
enum Parts {
    /// Tensors of these names.
    Known(Vec<String>),
    /// Pieces of a tensor along an axis: of these lengths, or of length 1, whose axis may be left out.
    Of { whole: String, axis: i64, lengths: Option<Vec<i64>>, keeps_axis: bool },
}

pub(super) fn apply(graph: &mut GraphProto, opset: i64) {
    if !graph.node.iter().any(|node| node.op_type.contains("Sequence")) {
        return;
    }
    let numbers: HashMap<String, Vec<i64>> = stored(graph)
        .into_iter()
        .filter_map(|(name, tensor)| Some((name.to_string(), integers(tensor).filter(|list| list.len() < 4096)?)))
        .collect();
    let mut names = Names::of(graph);
    let mut lists: HashMap<String, Parts> = HashMap::new();
    let mut renamed: HashMap<String, String> = HashMap::new();
    for old in std::mem::take(&mut graph.node) {
        let list = |at: usize| input(&old, at).and_then(|name| numbers.get(name));
        let Some(own) = old.output.first().cloned() else { continue };
        let made: Option<Vec<NodeProto>> = match old.op_type.as_str() {
            "SequenceConstruct" => {
                lists.insert(own.clone(), Parts::Known(old.input.clone()));
                None
            }
            "SplitToSequence" if old.input.len() < 2 || list(1).is_some_and(|lengths| lengths.len() > 1) => {
                let axis = integer(&old, "axis").unwrap_or(0);
                let keeps_axis = old.input.len() > 1 || integer(&old, "keepdims") != Some(0);
                let parts = Parts::Of { whole: old.input[0].clone(), axis, lengths: list(1).cloned(), keeps_axis };
                lists.insert(own.clone(), parts);
                None
            }
            "SequenceAt" => match (lists.get(&old.input[0]), list(1).map(Vec::as_slice)) {
                (Some(Parts::Known(parts)), Some(&[at])) => {
                    let at = if at < 0 { at + size(parts.len()) } else { at };
                    let part = usize::try_from(at).ok().and_then(|at| parts.get(at)).cloned();
                    part.map(|part| {
                        if is_output(graph, &own) {
                            return vec![node("Identity", &[&part], &own)];
                        }
                        renamed.insert(own.clone(), part);
                        Vec::new()
                    })
                }
                (Some(Parts::Of { whole, axis, lengths, keeps_axis }), Some(&[at])) => {
                    let places = match lengths {
                        None => Some(vec![at]),
                        Some(lengths) => {
                            let at = usize::try_from(if at < 0 { at + size(lengths.len()) } else { at }).ok();
                            at.filter(|&at| at < lengths.len()).map(|at| {
                                let start: i64 = lengths[..at].iter().sum();
                                (start..start + lengths[at]).collect()
                            })
                        }
                    };
                    places.map(|places| {
                        let index = names.fresh(&format!("{own} places"));
                        let dims = if *keeps_axis { vec![size(places.len())] } else { vec![] };
                        graph.initializer.push(of_integers(&index, &dims, &places));
                        vec![with_integer(node("Gather", &[whole, &index], &own), "axis", *axis)]
                    })
                }
                _ => None,
            },
            "ConcatFromSequence" => match lists.get(&old.input[0]) {
                Some(Parts::Known(parts)) => {
                    let axis = integer(&old, "axis").unwrap_or(0);
                    let mut nodes = Vec::new();
                    let mut rows = parts.clone();
                    if integer(&old, "new_axis") == Some(1) {
                        for part in &mut rows {
                            let row = names.fresh(&format!("{part} in {own}"));
                            let (made, axes) = unsqueeze(part, axis, &row, opset);
                            nodes.push(made);
                            graph.initializer.extend(axes);
                            *part = row;
                        }
                    }
                    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
                    nodes.push(with_integer(node("Concat", &rows, &own), "axis", axis));
                    Some(nodes)
                }
                // The pieces put together as they were.
                Some(Parts::Of { whole, axis, keeps_axis: true, .. })
                    if integer(&old, "axis") == Some(*axis) && integer(&old, "new_axis") != Some(1) =>
                {
                    Some(vec![node("Identity", &[whole], &own)])
                }
                _ => None,
            },
            _ => None,
        };
        graph.node.extend(made.unwrap_or_else(|| vec![old]));
    }
    rename_uses(graph, &renamed);
    // Lists that nobody reads any more.
    super::tail::keep_needed(graph);
}
