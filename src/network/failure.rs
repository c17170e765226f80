//! What tract says when something fails, in words for people who exported the network.

use tract_onnx::pb::{GraphProto, ModelProto};
use tract_onnx::prelude::TractError;

use super::layers::node_name;
use super::repair;

/// Where it failed, why, and what may help.
pub(super) fn explained(model: &ModelProto, error: &TractError) -> String {
    let parts: Vec<String> = error.chain().map(ToString::to_string).collect();
    let cause = cause(parts.last().map_or("", String::as_str));
    let place = model.graph.as_ref().and_then(|graph| parts.iter().find_map(|part| place(part, graph)));
    let place = place.map_or(String::new(), |node| format!("at node {node}, opset {}: ", repair::opset(model)));
    format!("{place}{cause}; {}", advice(model))
}

/// How the program that wrote the file could write one that runs.
pub(super) fn advice(model: &ModelProto) -> String {
    let producer = model.producer_name.to_lowercase();
    let is = |name: &str| producer.contains(name);
    match () {
        () if is("pytorch") => format!("exporting it again may help: {}", repair::EXPORT),
        () if is("tf2onnx") => "exporting it again with --opset 17 may help".into(),
        () if is("skl2onnx") || is("onnxmltools") => "exporting it again with target_opset=17 may help".into(),
        () if is("quantize") => "the network from before it was quantised may run".into(),
        () => {
            format!("exporting it again with fixed sizes and opset 17 may help, from PyTorch with {}", repair::EXPORT)
        }
    }
}

/// tract names nodes as `#12 "name" Operator`; ours are named after their first output.
fn place(text: &str, graph: &GraphProto) -> Option<String> {
    let start = text.find('#').map(|at| &text[at + 1..])?;
    let quoted = start.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(" \"")?;
    let name = &quoted[..quoted.find("\" ").or_else(|| quoted.find('"'))?];
    // Inside tract one of our nodes may be several, with endings to its name.
    let made =
        graph.node.iter().filter(|node| node.output.first().is_some_and(|output| name.starts_with(output.as_str())));
    let node = made.max_by_key(|node| node.output[0].len())?;
    Some(match node.op_type.as_str() {
        op if node.name.is_empty() || node.name == node.output[0] => format!("{op} → {}", node.output[0]),
        _ => node_name(node),
    })
}

/// The last word of a chain of failures, shortened.
fn cause(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    let words =
        if let Some((a, b)) = line.strip_prefix("Impossible to unify ").and_then(|rest| rest.split_once(" with ")) {
            format!("sizes or types do not go together: {a} and {}", b.trim_end_matches('.'))
        } else if line.is_empty() {
            "it fails without a reason".into()
        } else {
            line.trim_end_matches('.').to_string()
        };
    match words.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}
