//! Functions that a file defines for itself, as `PyTorch`'s newer exporter does: their bodies take the place of the calls.

use std::collections::{BTreeSet, HashMap};

use tract_onnx::pb::{AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto};

use super::constants::unpacked;
use super::edit::{Names, counted, is_onnx, subgraphs_mut};

/// Calls may lie within calls; files that unfold to more nodes than this are refused.
const MOST_NODES: usize = 200_000;

/// # Errors
/// The reason in words, for functions that unfold without end.
pub(super) fn apply(model: &mut ModelProto) -> Result<Option<String>, String> {
    let functions: HashMap<(String, String), FunctionProto> = std::mem::take(&mut model.functions)
        .into_iter()
        .map(|function| ((domain(function.domain()), function.name().to_string()), function))
        .collect();
    if let Some(name) = circle(&functions) {
        return Err(format!("its function {name:?} calls itself"));
    }
    let Some(graph) = model.graph.as_mut().filter(|_| !functions.is_empty()) else { return Ok(None) };
    let mut names = Names::of(graph);
    let mut n = 0;
    unfold(graph, &functions, &mut names, &mut n)?;
    Ok((n > 0).then(|| format!("{} of the file's own functions unfolded", counted(n, "call"))))
}

/// A function that is called within itself.
fn circle(functions: &HashMap<(String, String), FunctionProto>) -> Option<&str> {
    let calls = |key: &(String, String)| {
        let nodes = functions[key].node.iter().map(|node| (domain(&node.domain), node.op_type.clone()));
        nodes.filter(|key| functions.contains_key(key)).collect::<BTreeSet<_>>()
    };
    // Functions that call none of those left are taken away until no such one is.
    let mut left: BTreeSet<(String, String)> = functions.keys().cloned().collect();
    loop {
        let (done, stuck): (BTreeSet<_>, BTreeSet<_>) =
            left.iter().cloned().partition(|key| calls(key).is_disjoint(&left));
        if done.is_empty() {
            return stuck.first().map(|key| functions[key].name());
        }
        left = stuck;
    }
}

fn domain(name: &str) -> String {
    if is_onnx(name) { String::new() } else { name.to_string() }
}

fn unfold(
    graph: &mut GraphProto,
    functions: &HashMap<(String, String), FunctionProto>,
    names: &mut Names,
    n: &mut usize,
) -> Result<(), String> {
    // The next node lies on top.
    let mut left: Vec<NodeProto> = std::mem::take(&mut graph.node).into_iter().rev().collect();
    while let Some(mut call) = left.pop() {
        if let Some(function) = functions.get(&(domain(&call.domain), call.op_type.clone())) {
            *n += 1;
            if *n + graph.node.len() + left.len() > MOST_NODES {
                return Err(format!("its functions unfold to more than {MOST_NODES} nodes"));
            }
            left.extend(body(function, &call, names).into_iter().rev());
        } else {
            subgraphs_mut(&mut call).try_for_each(|inner| unfold(inner, functions, names, n))?;
            graph.node.push(call);
        }
    }
    Ok(())
}

/// The nodes of a function with the tensors and attributes of a call.
fn body(function: &FunctionProto, call: &NodeProto, names: &mut Names) -> Vec<NodeProto> {
    let mut known: HashMap<String, String> = HashMap::new();
    for (at, name) in function.input.iter().enumerate() {
        known.insert(name.clone(), call.input.get(at).cloned().unwrap_or_default());
    }
    for (name, outer) in function.output.iter().zip(&call.output) {
        if !outer.is_empty() {
            known.insert(name.clone(), outer.clone());
        }
    }
    let mut nodes = function.node.clone();
    // An input that is handed on as it is.
    for (name, outer) in function.output.iter().zip(&call.output) {
        if function.input.contains(name) {
            let from = function.input.iter().position(|input| input == name).and_then(|at| call.input.get(at));
            nodes.push(super::edit::node("Identity", &[from.map_or("", String::as_str)], outer));
        }
    }
    for node in &mut nodes {
        bind(node, call);
    }
    let prefix = call.output.iter().find(|name| !name.is_empty()).map_or("call", String::as_str);
    let graph = GraphProto { node: nodes, ..Default::default() };
    unpacked(graph, &known, names, prefix).0
}

/// Attributes that refer to those of the call take their values; without one they are left out.
fn bind(node: &mut NodeProto, call: &NodeProto) {
    node.attribute.retain_mut(|attribute| {
        if attribute.ref_attr_name.is_empty() {
            return true;
        }
        let given = call.attribute.iter().find(|given| given.name == attribute.ref_attr_name);
        if let Some(given) = given {
            *attribute = AttributeProto { name: std::mem::take(&mut attribute.name), ..given.clone() };
        }
        given.is_some()
    });
    for inner in subgraphs_mut(node) {
        inner.node.iter_mut().for_each(|node| bind(node, call));
    }
}
