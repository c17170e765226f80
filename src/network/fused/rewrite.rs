//! Finds in a graph what the operators of this module compute, and puts them in its place.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tract_onnx::pb::{GraphProto, NodeProto};

use super::view::{View, made, permutation_of};
use super::{ATTENTION, LAYER_NORM, LINEAR, channels_last};
use crate::network::attributes::{float, integer, with_float};

/// How heads come to the second axis and back.
const HEADS_FIRST: [usize; 4] = [0, 2, 1, 3];

/// Sizes of the float tensors of a graph by name, for one sample.
pub(super) type Shapes = BTreeMap<String, Vec<usize>>;

/// Replaces what has the usual form, unless something inside is `kept` to be observed. Names of what remains do not
/// change. With products of our own, what is made of convolutions and matrix products is replaced too.
pub(in crate::network) fn rewrite(graph: &mut GraphProto, kept: &[String], shapes: &Shapes, own_products: bool) {
    // Nodes that hold graphs of their own use tensors of this one unseen.
    if graph.node.iter().any(|node| node.attribute.iter().any(|a| a.g.is_some() || !a.graphs.is_empty())) {
        return;
    }
    replace(graph, kept, shapes, own_products);
    if own_products {
        channels_last::convert(graph, kept, shapes);
    }
}

fn replace(graph: &mut GraphProto, kept: &[String], shapes: &Shapes, own_products: bool) {
    let view = View::of(graph, kept);
    let find = |idx: usize| {
        let node = view.node(idx);
        let alone = |node| Found { last: idx, node, inner: Vec::new() };
        match node.op_type.as_str() {
            "Softmax" => attention(&view, idx, shapes),
            "LayerNormalization" => layer_norm(node, shapes).map(alone),
            "MatMul" if own_products => linear(&view, idx, shapes),
            _ => None,
        }
    };
    let found: Vec<Found> = (0..graph.node.len()).filter_map(find).collect();
    let mut gone = BTreeSet::new();
    let mut placed = HashMap::new();
    for Found { last, node, inner } in found {
        gone.extend(inner);
        placed.insert(last, node);
    }
    let nodes = std::mem::take(&mut graph.node).into_iter().enumerate();
    let left = nodes.filter(|(idx, _)| !gone.contains(idx));
    graph.node = left.map(|(idx, node)| placed.remove(&idx).unwrap_or(node)).collect();
}

/// Something in a graph: what takes the place of its last node, and the other nodes that it replaces.
struct Found {
    last: usize,
    node: NodeProto,
    inner: Vec<usize>,
}

/// With a stored matrix, perhaps with a stored bias behind.
fn linear(view: &View<'_>, idx: usize, shapes: &Shapes) -> Option<Found> {
    let node = view.node(idx);
    let [values, weights] = node.input.as_slice() else { return None };
    let &[_, n_columns] = view.weights(weights)? else { return None };
    if shapes.get(values)?.len() < 2 {
        return None;
    }
    let mut input = node.input.clone();
    let mut last = idx;
    if let Some(user) = view.only_user(idx).filter(|&user| view.node(user).op_type == "Add") {
        let is_bias = |name: &&String| view.weights(name).is_some_and(|dims| dims == [n_columns]);
        if let Some(bias) = view.node(user).input.iter().find(is_bias) {
            input.push(bias.clone());
            last = user;
        }
    }
    let node = NodeProto { input, output: view.node(last).output.clone(), ..made(LINEAR, node) };
    Some(Found { last, node, inner: if last == idx { Vec::new() } else { vec![idx] } })
}

/// Softmax of scaled, perhaps masked products of queries and keys, times values, all with heads on the second axis and
/// turned back behind.
fn attention(view: &View<'_>, softmax: usize, shapes: &Shapes) -> Option<Found> {
    let node = view.node(softmax);
    if node.op_type != "Softmax" || !matches!(integer(node, "axis"), None | Some(-1 | 3)) {
        return None;
    }
    let mut inner = vec![softmax];
    let mut factor = 1.0;
    let mut bias = None;
    let mut name = node.input.first()?.as_str();
    // Backwards to the product of queries and keys.
    let product = loop {
        let idx = view.maker(name)?;
        view.only_user(idx)?;
        inner.push(idx);
        let node = view.node(idx);
        match (node.op_type.as_str(), view.with_number(node)) {
            ("Mul", Some((other, value))) => (name, factor) = (other, factor * value),
            ("Div", Some((other, value))) => (name, factor) = (other, factor / value),
            ("Add", None) if bias.is_none() && factor == 1.0 => {
                let [a, b] = node.input.as_slice() else { return None };
                let is_row = |name: &str| matches!(shapes.get(name).map(Vec::as_slice), Some([_, 1, 1, _]));
                let (scores, row) = if is_row(b) { (a, b) } else { (b, a) };
                if !is_row(row) || is_row(scores) {
                    return None;
                }
                bias = Some(row.clone());
                name = scores;
            }
            ("MatMul", _) => break node,
            _ => return None,
        }
    };
    let (mut query, query_turn) = view.turned(product.input.first()?);
    let (key, key_turn) = view.turned(product.input.get(1)?);
    // Forwards through the values to where heads are turned back.
    let mixing = view.only_user(softmax)?;
    let mixed = view.node(mixing);
    let last = view.only_user(mixing)?;
    let back = view.node(last);
    if mixed.op_type != "MatMul" || mixed.input.first() != node.output.first() || back.op_type != "Transpose" {
        return None;
    }
    let (value, value_turn) = view.turned(mixed.input.get(1)?);
    inner.push(mixing);
    if query_turn != HEADS_FIRST || value_turn != HEADS_FIRST || permutation_of(back)? != HEADS_FIRST {
        return None;
    }
    if key_turn != [0, 2, 3, 1] || shapes.get(query)? != shapes.get(key)? || shapes.get(query)? != shapes.get(value)? {
        return None;
    }
    if let Some(scaling) = view.maker(query).map(|idx| view.node(idx)).filter(|node| node.op_type == "Mul")
        && let Some((unscaled, value)) = view.with_number(scaling)
    {
        (query, factor) = (unscaled, factor * value);
    }
    let mut input = vec![query.to_string(), key.into(), value.into()];
    input.extend(bias);
    let node = NodeProto { input, output: back.output.clone(), ..made(ATTENTION, back) };
    Some(Found { last, node: with_float(node, "scale", factor), inner })
}

/// Over the last axis, with weights and bias.
fn layer_norm(node: &NodeProto, shapes: &Shapes) -> Option<NodeProto> {
    let [values, weight, bias] = node.input.as_slice() else { return None };
    let rank = i64::try_from(shapes.get(values)?.len()).ok()?;
    let is_last = integer(node, "axis").is_none_or(|axis| axis == -1 || axis == rank - 1);
    if node.op_type != "LayerNormalization" || !is_last || node.output.len() != 1 {
        return None;
    }
    let input = vec![values.clone(), weight.clone(), bias.clone()];
    let made = NodeProto { input, output: node.output.clone(), ..made(LAYER_NORM, node) };
    Some(with_float(made, "epsilon", float(node, "epsilon").unwrap_or(1e-5)))
}
