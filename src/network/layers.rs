//! Which tensors of a graph can be observed, and which are worth observing by default.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use tract_onnx::pb::{GraphProto, NodeProto};

use super::graph::TRIAL_LENGTH;

/// At most this many layers are observed by default, evenly over the depth.
const MAX_OBSERVED: usize = 12;

const ACTIVATIONS: [&str; 15] = [
    "Relu",
    "LeakyRelu",
    "PRelu",
    "Elu",
    "Selu",
    "Celu",
    "Gelu",
    "Clip",
    "HardSwish",
    "HardSigmoid",
    "Sigmoid",
    "Tanh",
    "Softplus",
    "Mish",
    "ThresholdedRelu",
];
const LINEAR: [&str; 4] = ["Conv", "ConvTranspose", "Gemm", "MatMul"];

/// A tensor inside a network that can be observed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Layer {
    /// ONNX tensor name: what selects it.
    pub id: String,
    /// Short name for people.
    pub label: String,
    /// ONNX operator that makes it.
    pub op: String,
    /// Sizes with the batch first, `None` for the batch; empty where unknown.
    pub shape: Vec<Option<usize>>,
    /// Position in the graph, 0 = first node, 1 = last.
    pub depth: f32,
    /// Whether it belongs to the default choice.
    pub observed: bool,
}

/// A node's own name, or its operator and first output where it has none.
pub(super) fn node_name(node: &NodeProto) -> String {
    match (node.name.as_str(), node.output.first()) {
        ("", Some(output)) => format!("{} → {output}", node.op_type),
        (name, _) => format!("{} ({name})", node.op_type),
    }
}

/// All observable tensors in graph order. `shapes` holds the float tensors that are known (all count when it is empty);
/// `declared` is the JSON list of names that the file itself proposes, if any; `length` is the number of tokens for
/// which the shapes of a network of texts were inferred.
pub(super) fn list(
    graph: &GraphProto,
    shapes: &BTreeMap<String, Vec<usize>>,
    declared: Option<&String>,
    length: Option<usize>,
) -> Vec<Layer> {
    let computed = depends_on_input(graph);
    let n_nodes = graph.node.len();
    let mut layers = Vec::new();
    for (idx, node) in graph.node.iter().enumerate() {
        let Some(id) = node.output.first().filter(|id| computed.contains(id.as_str())) else { continue };
        let dims = shapes.get(id);
        let is_point = |dims: &[usize]| dims.len() >= 2 && length.is_none_or(|length| is_of_tokens(dims, length));
        if !shapes.is_empty() && !dims.is_some_and(|dims| is_point(dims)) {
            continue;
        }
        let shape = dims.map_or(Vec::new(), |dims| {
            dims.iter().enumerate().map(|(axis, &size)| (axis > 0).then_some(size)).collect()
        });
        layers.push(Layer {
            label: label(id, node),
            id: id.clone(),
            op: node.op_type.clone(),
            shape,
            depth: if n_nodes > 1 { idx as f32 / (n_nodes - 1) as f32 } else { 1.0 },
            observed: false,
        });
    }
    let chosen =
        declared.and_then(|json| declared_names(json, &layers)).unwrap_or_else(|| default_choice(graph, &layers));
    for layer in &mut layers {
        layer.observed = chosen.contains(&layer.id);
    }
    layers
}

/// Sizes of all stored tensors, under the names by which nodes use them: half-precision weights pass a Cast first.
pub(super) fn stored(graph: &GraphProto) -> HashMap<&str, &[i64]> {
    let mut stored: HashMap<&str, &[i64]> =
        graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor.dims.as_slice())).collect();
    for node in graph.node.iter().filter(|node| node.op_type == "Cast") {
        if let (Some(from), Some(to)) = (node.input.first(), node.output.first())
            && let Some(&dims) = stored.get(from.as_str())
        {
            stored.insert(to, dims);
        }
    }
    stored
}

/// Rows of the stored table in which the input `ids` is looked up.
pub(super) fn table_rows(graph: &GraphProto, ids: &str) -> Option<usize> {
    let lookup = graph.node.iter().find(|n| n.op_type == "Gather" && n.input.get(1).is_some_and(|i| i == ids))?;
    let rows = *stored(graph).get(lookup.input.first()?.as_str())?.first()?;
    usize::try_from(rows).ok()
}

/// Whether a tensor has one row per text or one per token, as opposed to one per pair of tokens or per head.
fn is_of_tokens(dims: &[usize], length: usize) -> bool {
    match *dims {
        [_, features] => features != length,
        // A network of a fixed length may be as wide as it is long; the trial length is no network's width.
        [_, tokens, features] => tokens == length && (features != length || length != TRIAL_LENGTH),
        _ => false,
    }
}

/// Multiplications of one sample in convolutions and matrix products with stored weights.
pub(super) fn multiplications(graph: &GraphProto, shapes: &BTreeMap<String, Vec<usize>>) -> usize {
    let weights = stored(graph);
    let product_of = |node: &NodeProto| {
        let weight = node.input.iter().find_map(|i| weights.get(i.as_str()))?;
        let n_weights: usize = weight.iter().map(|&d| usize::try_from(d).unwrap_or(0)).product();
        let made = shapes.get(node.output.first()?)?;
        let n_positions: usize = if node.op_type.starts_with("Conv") {
            made.iter().skip(2).product()
        } else {
            made.iter().rev().skip(1).product()
        };
        Some(n_weights * n_positions)
    };
    graph.node.iter().filter(|node| LINEAR.contains(&node.op_type.as_str())).filter_map(product_of).sum()
}

/// Tensors that change with the sample; constants folded by the exporter are no layers.
fn depends_on_input(graph: &GraphProto) -> BTreeSet<&str> {
    let stored: BTreeSet<&str> = graph.initializer.iter().map(|t| t.name.as_str()).collect();
    let mut computed: BTreeSet<&str> =
        graph.input.iter().map(|i| i.name.as_str()).filter(|name| !stored.contains(name)).collect();
    for node in &graph.node {
        if node.input.iter().any(|name| computed.contains(name.as_str())) {
            computed.extend(node.output.iter().map(String::as_str).filter(|name| !name.is_empty()));
        }
    }
    computed
}

/// Exporters write module paths (`/layer1/relu/Relu_output_0`); people want the telling part.
fn label(id: &str, node: &NodeProto) -> String {
    let trimmed = id.trim_matches('/').trim_end_matches("_output_0");
    let parts: Vec<&str> = trimmed.split('/').collect();
    let short = parts[parts.len().saturating_sub(3)..].join("/");
    if short.chars().all(|c| c.is_ascii_digit()) { format!("{} {short}", node.op_type) } else { short }
}

fn declared_names(json: &str, layers: &[Layer]) -> Option<BTreeSet<String>> {
    let names: BTreeSet<String> = json
        .trim()
        .strip_prefix('[')?
        .strip_suffix(']')?
        .split(',')
        .map(|name| name.trim().trim_matches('"').to_string())
        .filter(|name| !name.is_empty())
        .collect();
    let known = layers.iter().filter(|l| names.contains(&l.id)).count();
    (!names.is_empty() && known == names.len()).then_some(names)
}

/// Block outputs where the network is residual, else activations, else linear layers; and always the output.
fn default_choice(graph: &GraphProto, layers: &[Layer]) -> BTreeSet<String> {
    let candidates = [block_outputs(graph), activations(graph), by_operator(graph, &LINEAR)];
    let observable: BTreeSet<&str> = layers.iter().map(|l| l.id.as_str()).collect();
    let output = graph.output.first().map(|o| o.name.clone()).unwrap_or_default();
    let mut names = candidates
        .into_iter()
        .map(|names| {
            let mut names: Vec<String> = names.into_iter().filter(|n| observable.contains(n.as_str())).collect();
            if !names.contains(&output) && observable.contains(output.as_str()) {
                names.push(output.clone());
            }
            names
        })
        .find(|names| names.len() >= 3)
        .unwrap_or_else(|| layers.iter().map(|l| l.id.clone()).collect());
    thin(&mut names);
    names.into_iter().collect()
}

/// Keeps [`MAX_OBSERVED`] of the names, the first and the last included.
fn thin(names: &mut Vec<String>) {
    let n = names.len();
    if n > MAX_OBSERVED {
        *names = (0..MAX_OBSERVED).map(|i| names[i * (n - 1) / (MAX_OBSERVED - 1)].clone()).collect();
    }
}

/// Sums of two computed tensors, or the activation right behind where there is one: what residual blocks hand on.
fn block_outputs(graph: &GraphProto) -> Vec<String> {
    let computed = depends_on_input(graph);
    let consumers = consumers(graph);
    graph
        .node
        .iter()
        .filter(|node| node.op_type == "Add" && node.input.iter().all(|i| computed.contains(i.as_str())))
        .filter_map(|node| {
            let sum = node.output.first()?;
            let behind = consumers.get(sum.as_str()).map_or(&[][..], Vec::as_slice);
            match behind {
                [only] if ACTIVATIONS.contains(&only.op_type.as_str()) => only.output.first().cloned(),
                _ => Some(sum.clone()),
            }
        })
        .collect()
}

/// Outputs of activation functions, with `x · sigmoid(x)` counted once, at the product.
fn activations(graph: &GraphProto) -> Vec<String> {
    let consumers = consumers(graph);
    graph
        .node
        .iter()
        .filter(|node| ACTIVATIONS.contains(&node.op_type.as_str()))
        .filter_map(|node| {
            let own = node.output.first()?;
            let gate = matches!(node.op_type.as_str(), "Sigmoid" | "HardSigmoid" | "Clip");
            match consumers.get(own.as_str()).map_or(&[][..], Vec::as_slice) {
                [only] if gate && only.op_type == "Mul" => only.output.first().cloned(),
                _ => Some(own.clone()),
            }
        })
        .collect()
}

fn by_operator(graph: &GraphProto, operators: &[&str]) -> Vec<String> {
    let made = graph.node.iter().filter(|node| operators.contains(&node.op_type.as_str()));
    made.filter_map(|node| node.output.first().cloned()).collect()
}

fn consumers(graph: &GraphProto) -> HashMap<&str, Vec<&NodeProto>> {
    let mut consumers: HashMap<&str, Vec<&NodeProto>> = HashMap::new();
    for node in &graph.node {
        for input in &node.input {
            consumers.entry(input).or_default().push(node);
        }
    }
    consumers
}
