//! Rewrites of an ONNX file on load, so that tract can run it: one kind a file, each with a note in words of what it did.
//!
//! All work on the protobuf, before tract sees it, and keep the names of the tensors that remain, by which layers are
//! observed.

mod constant_of_shape;
mod constants;
mod contrib;
mod counting;
mod edit;
mod external;
mod foreign;
mod forests;
mod functions;
mod inputs;
mod kernels;
mod loops;
mod precision;
mod quantised;
mod ranks;
mod sequences;
mod slices;
mod structure;
mod tables;
mod tail;
mod training;
mod types;
mod unsupported;
mod values;

use std::collections::{BTreeMap, HashMap};

use tract_onnx::pb::{GraphProto, ModelProto};

use crate::data::File;
use crate::{Error, Result};

pub(super) use foreign::recognised;
pub(super) use unsupported::Unsupported;

/// The line of `PyTorch` that exports what runs here.
pub(super) const EXPORT: &str = "torch.onnx.export(model, x, \"model.onnx\", dynamo=False, opset_version=17)";

/// Makes a file as tract wants it. Gives what was done to it, in words.
///
/// # Errors
/// [`Error::NotOnnx`] for files that contradict themselves, [`Error::MissingWeights`] and [`Error::Damaged`] for weights
/// that lie elsewhere, [`Error::NotRunnable`] for what cannot be rewritten.
pub(super) fn repair(model: &mut ModelProto, name: &str, companions: &[File<'_>]) -> Result<Vec<String>> {
    let not_onnx = |reason: String| Error::NotOnnx { name: name.into(), reason };
    let mut notes = Vec::new();
    notes.extend(external::apply(graph_of(model, name)?, name, companions)?);
    let unfolded = functions::apply(model).map_err(not_onnx)?;
    let opset = opset(model);
    let graph = graph_of(model, name)?;
    structure::check(graph).map_err(not_onnx)?;
    notes.extend(unfolded);
    notes.extend(constants::apply(graph));
    notes.extend(loops::apply(graph, opset));
    sequences::apply(graph, opset);
    notes.extend(training::apply(graph));
    notes.extend(precision::apply(graph));
    let not_runnable = |reason: String| Error::NotRunnable { name: name.into(), reason };
    notes.extend(quantised::apply(graph, opset).map_err(not_runnable)?);
    contrib::check(graph).map_err(not_runnable)?;
    notes.extend(contrib::apply(graph));
    tables::apply(graph);
    notes.extend(forests::apply(graph).map_err(not_runnable)?);
    notes.extend(kernels::apply(graph).map_err(not_runnable)?);
    notes.extend(tail::apply(graph));
    notes.extend(inputs::apply(graph));
    notes.extend(constant_of_shape::apply(graph));
    notes.extend(counting::apply(graph));
    Ok(notes)
}

/// Leaves out what tract does not know, where it comes late in a network; `knows` says whether an operator is known.
///
/// # Errors
/// What is unknown, where it is needed early.
pub(super) fn cut(
    graph: &mut GraphProto,
    knows: impl Fn(&str) -> bool,
) -> std::result::Result<Option<String>, Unsupported> {
    unsupported::apply(graph, knows)
}

/// Slices that skip numbers, once sizes are known; see [`slices`].
pub(super) fn pick(graph: &mut GraphProto, shapes: &BTreeMap<String, Vec<usize>>) {
    slices::apply(graph, shapes);
}

/// Takes branches whose conditions follow from sizes. Gives what was done, in words.
pub(super) fn settle(graph: &mut GraphProto, conditions: &HashMap<String, bool>) -> Option<String> {
    constants::settle(graph, conditions)
}

/// Version of ONNX's own operator set, 0 where the file says none.
pub(super) fn opset(model: &ModelProto) -> i64 {
    model.opset_import.iter().find(|import| edit::is_onnx(&import.domain)).map_or(0, |import| import.version)
}

fn graph_of<'m>(model: &'m mut ModelProto, name: &str) -> Result<&'m mut GraphProto> {
    let graph = model.graph.as_mut().filter(|graph| !graph.node.is_empty());
    graph.ok_or_else(|| Error::NotOnnx { name: name.into(), reason: "it holds no network".into() })
}
