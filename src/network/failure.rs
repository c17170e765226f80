//! What tract says when something fails, in words for people who exported the network.

use std::sync::Arc;

use tract_onnx::pb::{GraphProto, ModelProto};
use tract_onnx::prelude::TractError;

use super::layers::node_name;
use super::repair;
use crate::Error;

/// What is refused before tract would fail on it, with what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refusal(pub(super) String);

/// Whether something was refused that no other sizes would change.
pub(super) fn is_refusal(error: &TractError) -> bool {
    error.root_cause().is::<Refusal>()
}

/// The file that a network was read from, for telling where it fails.
#[derive(Clone)]
pub(super) struct Origin {
    pub(super) name: String,
    /// Without the numbers of large tensors.
    pub(super) proto: Arc<ModelProto>,
}

impl Origin {
    /// What tract says about this network, in words.
    pub(super) fn explained(&self, error: &TractError) -> Error {
        Error::NotRunnable { name: self.name.clone(), reason: explained(&self.proto, error) }
    }
}

/// Where it failed, why, and what may help.
pub(super) fn explained(model: &ModelProto, error: &TractError) -> String {
    let found = found(model, error);
    if is_refusal(error) { found } else { format!("{found}; {}", advice(model)) }
}

/// Where it failed and why.
pub(super) fn found(model: &ModelProto, error: &TractError) -> String {
    let parts: Vec<String> = error.chain().map(ToString::to_string).collect();
    let last = parts.last().map_or("", String::as_str);
    let cause = if is_refusal(error) { last.to_string() } else { cause(last) };
    let place = model.graph.as_ref().and_then(|graph| parts.iter().find_map(|part| place(part, graph)));
    let place = place.map_or(String::new(), |node| format!("at node {node}, opset {}: ", repair::opset(model)));
    format!("{place}{cause}")
}

/// How the program that wrote the file could write one that runs.
pub(super) fn advice(model: &ModelProto) -> String {
    let producer = model.producer_name.to_lowercase();
    let is = |name: &str| producer.contains(name);
    match () {
        () if is("pytorch") => format!("exporting it again may help: {}", repair::EXPORT),
        () if is("tf2onnx") => "exporting it again with --opset 17 may help".into(),
        () if is("skl2onnx") || is("onnxmltools") => {
            "of scikit-learn scalers, PCA, linear models, MLPs, trees, forests, boosting and support vector machines run".into()
        }
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
