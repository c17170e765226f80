//! Finds in a graph what the operators of this module compute, and puts them in its place.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tract_onnx::pb::attribute_proto::AttributeType;
use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{AttributeProto, GraphProto, NodeProto, TensorProto};

use super::super::layers::stored as stored_sizes;
use super::{ATTENTION, CONV, LAYER_NORM, LINEAR, MAX_POOL};

/// How heads come to the second axis and back.
const HEADS_FIRST: [usize; 4] = [0, 2, 1, 3];

/// Outside WebAssembly tract's own kernels for products are better.
const PRODUCTS: bool = cfg!(target_arch = "wasm32");

/// Sizes of the float tensors of a graph by name, for one sample.
pub(super) type Shapes = BTreeMap<String, Vec<usize>>;

/// Replaces what has the usual form, unless something inside is `kept` to be observed. Names of what remains do not
/// change.
pub(in crate::network) fn rewrite(graph: &mut GraphProto, kept: &[String], shapes: &Shapes) {
    let view = View::of(graph, &kept.iter().map(String::as_str).collect());
    let find = |idx: usize| {
        let node = view.node(idx);
        let alone = |node| Found { last: idx, node, inner: Vec::new() };
        match node.op_type.as_str() {
            "Softmax" => attention(&view, idx, shapes),
            "LayerNormalization" => layer_norm(node, shapes).map(alone),
            "MaxPool" => max_pool(node).map(alone),
            "Conv" if PRODUCTS => conv(&view, idx, shapes),
            "MatMul" if PRODUCTS => linear(&view, idx, shapes),
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

/// Who makes and who uses which tensor.
struct View<'g> {
    graph: &'g GraphProto,
    makers: HashMap<&'g str, usize>,
    users: HashMap<&'g str, Vec<usize>>,
    kept: BTreeSet<&'g str>,
    stored: HashMap<&'g str, &'g TensorProto>,
    /// Sizes of what is stored, by the names by which nodes use it.
    weights: HashMap<&'g str, &'g [i64]>,
}

impl<'g> View<'g> {
    fn of(graph: &'g GraphProto, kept: &BTreeSet<&str>) -> Self {
        let mut makers = HashMap::new();
        let mut users: HashMap<&str, Vec<usize>> = HashMap::new();
        for (idx, node) in graph.node.iter().enumerate() {
            makers.extend(node.output.iter().map(|name| (name.as_str(), idx)));
            for name in &node.input {
                users.entry(name).or_default().push(idx);
            }
        }
        let names = makers.keys().copied();
        let kept = names.filter(|name| kept.contains(name)).chain(graph.output.iter().map(|o| o.name.as_str()));
        let stored = graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
        Self { graph, kept: kept.collect(), makers, users, stored, weights: stored_sizes(graph) }
    }

    fn node(&self, idx: usize) -> &'g NodeProto {
        &self.graph.node[idx]
    }

    fn maker(&self, name: &str) -> Option<usize> {
        self.makers.get(name).copied()
    }

    /// The one node that uses the one output of `idx`, if nobody else looks at it.
    fn only_user(&self, idx: usize) -> Option<usize> {
        let [output] = self.node(idx).output.as_slice() else { return None };
        match self.users.get(output.as_str())?.as_slice() {
            [user] if !self.kept.contains(output.as_str()) => Some(*user),
            _ => None,
        }
    }

    /// The stored number in one of the inputs of a binary node, and the other input.
    fn with_number(&self, node: &'g NodeProto) -> Option<(&'g str, f32)> {
        let [a, b] = node.input.as_slice() else { return None };
        let number = |name: &str| self.stored.get(name).and_then(|tensor| number(tensor));
        match (number(a), number(b)) {
            (None, Some(value)) => Some((a, value)),
            (Some(value), None) if node.op_type == "Mul" => Some((b, value)),
            _ => None,
        }
    }

    /// Between what an activation keeps its values, if that is all it does.
    fn bounds(&self, node: &NodeProto) -> Option<[f32; 2]> {
        let stored = |name: &String| self.stored.get(name.as_str()).and_then(|tensor| number(tensor));
        match (node.op_type.as_str(), node.input.as_slice()) {
            ("Relu", [_]) => Some([0.0, f32::INFINITY]),
            ("Clip", [_, low, high]) => Some([stored(low)?, stored(high)?]),
            _ => None,
        }
    }

    /// Where a tensor comes from before all transposing, and by which permutation of rank 4.
    fn turned(&self, name: &'g str) -> (&'g str, [usize; 4]) {
        let mut permutation = [0, 1, 2, 3];
        let mut source = name;
        while let Some(node) = self.maker(source).map(|idx| self.node(idx)).filter(|node| node.op_type == "Transpose") {
            let Some(before) = permutation_of(node) else { break };
            permutation = permutation.map(|axis| before[axis]);
            source = &node.input[0];
        }
        (source, permutation)
    }
}

/// Of all channels together or of each alone, perhaps with an activation behind that only cuts off.
fn conv(view: &View<'_>, idx: usize, shapes: &Shapes) -> Option<Found> {
    let node = view.node(idx);
    let [values, weights, bias @ ..] = node.input.as_slice() else { return None };
    let &[n_outputs, of_each, height, width] = view.weights.get(weights.as_str()).copied()? else { return None };
    let n_channels = i64::try_from(shapes.get(values).filter(|sizes| sizes.len() == 4)?[1]).ok()?;
    let n_groups = integer(node, "group").unwrap_or(1);
    // All channels together, or each alone.
    let is_usual = n_groups == 1 || (n_groups == n_channels && n_outputs == n_channels && of_each == 1);
    let all = |name: &str, usual: i64| attribute(node, name).is_none_or(|a| a.ints.iter().all(|&i| i == usual));
    let explicit = attribute(node, "auto_pad").is_none_or(|a| a.s == b"NOTSET");
    let fits = is_usual && bias.iter().all(|bias| view.weights.contains_key(bias.as_str()));
    if !fits || !all("dilations", 1) || !explicit {
        return None;
    }
    let (mut last, mut bounds) = (idx, None);
    if let Some(user) = view.only_user(idx)
        && let Some(found) = view.bounds(view.node(user))
    {
        (last, bounds) = (user, Some(found));
    }
    let ints = |name: &str, usual: &[i64]| AttributeProto {
        name: name.into(),
        r#type: AttributeType::Ints as i32,
        ints: attribute(node, name).map_or(usual.to_vec(), |a| a.ints.clone()),
        ..Default::default()
    };
    let mut made = NodeProto { input: node.input.clone(), output: view.node(last).output.clone(), ..made(CONV, node) };
    made.attribute = vec![ints("kernel_shape", &[height, width]), ints("strides", &[1, 1]), ints("pads", &[0; 4])];
    if let Some([low, high]) = bounds {
        made = with_float(with_float(made, "low", low), "high", high);
    }
    let inner = if last == idx { Vec::new() } else { vec![idx] };
    Some(Found { last, node: made, inner })
}

/// With a stored matrix, perhaps with a stored bias behind.
fn linear(view: &View<'_>, idx: usize, shapes: &Shapes) -> Option<Found> {
    let node = view.node(idx);
    let [values, weights] = node.input.as_slice() else { return None };
    let &[_, n_columns] = view.weights.get(weights.as_str()).copied()? else { return None };
    if shapes.get(values)?.len() < 2 {
        return None;
    }
    let mut input = node.input.clone();
    let mut last = idx;
    if let Some(user) = view.only_user(idx).filter(|&user| view.node(user).op_type == "Add") {
        let is_bias = |name: &&String| view.weights.get(name.as_str()).is_some_and(|dims| **dims == [n_columns]);
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

/// Over square windows that do not overlap, without padding.
fn max_pool(node: &NodeProto) -> Option<NodeProto> {
    let is_plain = |name: &str, usual: i64| attribute(node, name).is_none_or(|a| a.ints.iter().all(|&i| i == usual));
    let has_default = |name: &str| matches!(integer(node, name), None | Some(0));
    let side = match attribute(node, "kernel_shape")?.ints.as_slice() {
        &[a, b] if a == b && a > 1 => a,
        _ => return None,
    };
    let fits = node.op_type == "MaxPool"
        && node.output.len() == 1
        && attribute(node, "strides").is_some_and(|a| a.ints == [side, side])
        && is_plain("pads", 0)
        && is_plain("dilations", 1)
        && ["ceil_mode", "storage_order"].into_iter().all(has_default)
        && attribute(node, "auto_pad").is_none_or(|a| a.s == b"NOTSET" || a.s == b"VALID");
    fits.then(|| {
        let side =
            AttributeProto { name: "side".into(), r#type: AttributeType::Int as i32, i: side, ..Default::default() };
        let mut made = NodeProto { input: node.input.clone(), output: node.output.clone(), ..made(MAX_POOL, node) };
        made.attribute.push(side);
        made
    })
}

fn made(op_type: &str, behind: &NodeProto) -> NodeProto {
    NodeProto { op_type: op_type.into(), name: behind.name.clone(), ..Default::default() }
}

fn with_float(mut node: NodeProto, name: &str, value: f32) -> NodeProto {
    let attribute =
        AttributeProto { name: name.into(), r#type: AttributeType::Float as i32, f: value, ..Default::default() };
    node.attribute.push(attribute);
    node
}

fn attribute<'n>(node: &'n NodeProto, name: &str) -> Option<&'n AttributeProto> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}

fn integer(node: &NodeProto, name: &str) -> Option<i64> {
    attribute(node, name).map(|attribute| attribute.i)
}

fn float(node: &NodeProto, name: &str) -> Option<f32> {
    attribute(node, name).map(|attribute| attribute.f)
}

fn permutation_of(node: &NodeProto) -> Option<[usize; 4]> {
    let axes: Vec<usize> =
        attribute(node, "perm")?.ints.iter().filter_map(|&axis| usize::try_from(axis).ok()).collect();
    axes.try_into().ok()
}

/// The value of a stored single number.
fn number(tensor: &TensorProto) -> Option<f32> {
    if tensor.data_type != DataType::Float as i32 || tensor.dims.iter().product::<i64>() != 1 {
        return None;
    }
    let raw = || Some(f32::from_le_bytes(tensor.raw_data.get(..4)?.try_into().ok()?));
    tensor.float_data.first().copied().or_else(raw)
}
