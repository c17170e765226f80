//! Which tensors of a graph can be observed, what they are called, and which are worth observing by default.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::Serialize;
use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

use super::attributes::attribute;
use super::axes::Axes;
use super::blocks::{Block, Flow, Kind, Structure};
use super::graph::TRIAL_LENGTH;

/// At most this many layers are observed by default, evenly over the depth.
const MAX_OBSERVED: usize = 24;

/// Between the name of a tensor and the number of a head, counted from 1.
const HEAD: &str = "#head=";

const LINEAR: [&str; 4] = ["Conv", "ConvTranspose", "Gemm", "MatMul"];

/// A tensor inside a network that can be observed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Layer {
    /// ONNX tensor name: what selects it. With `#head=3` behind it, only what belongs to the third head.
    pub id: String,
    /// Short name for people: the file's own where it proposes the layer, else block and operator.
    pub label: String,
    /// ONNX operator that makes it.
    pub op: String,
    /// What that is for.
    pub kind: Kind,
    /// Which of [`Listing::blocks`] it lies in.
    pub block: usize,
    /// The layer of which this is only a step or another arrangement, such as one of the five operators of a GELU.
    pub part_of: Option<String>,
    /// Trained numbers that its operator uses first.
    pub parameters: usize,
    /// Attention heads whose features lie apart in it; 1 where there are none.
    pub heads: usize,
    /// Sizes with the batch first, `None` for the batch; empty where unknown.
    pub shape: Vec<Option<usize>>,
    /// Position in the graph, 0 = first node, 1 = last.
    pub depth: f32,
    /// Whether it belongs to the default choice.
    pub observed: bool,
    /// What its axes mean; `None` where the shape is unknown or a vector.
    #[serde(skip)]
    pub(super) axes: Option<Axes>,
}

/// Layers that are worth observing together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preset {
    /// `block outputs`, `every convolution`, `every residual add`, `attention outputs`, `all layers`.
    pub name: &'static str,
    /// Their ids, in depth order.
    pub layers: Vec<String>,
}

/// All that can be observed in a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// In depth order.
    pub layers: Vec<Layer>,
    /// In depth order.
    pub blocks: Vec<Block>,
    /// Those that hold any layer.
    pub presets: Vec<Preset>,
    /// How the default choice was made, where it leaves something out.
    pub note: Option<String>,
}

/// What is known of a graph before it is listed.
pub(super) struct Known<'a> {
    /// Float tensors with their sizes (all count when it is empty).
    pub(super) shapes: &'a BTreeMap<String, Vec<usize>>,
    /// The same for two samples, where one was inferred first: a first axis of length 1 may be another than the batch's.
    pub(super) doubled: &'a BTreeMap<String, Vec<usize>>,
    /// Samples for which the sizes were inferred.
    pub(super) batch: usize,
    /// The JSON list of names that the file itself proposes.
    pub(super) declared: Option<&'a String>,
    /// Of a network of texts: the number of tokens for which sizes were inferred, and what the file says.
    pub(super) length: Option<(usize, Option<usize>)>,
}

/// Name of the tensor and head, counted from 0, that an id selects.
pub(super) fn tensor_and_head(id: &str) -> (&str, Option<usize>) {
    let head = id.rsplit_once(HEAD).and_then(|(name, head)| Some((name, head.parse::<usize>().ok()?.checked_sub(1)?)));
    head.map_or((id, None), |(name, head)| (name, Some(head)))
}

/// A node's own name, or its operator and first output where it has none.
pub(super) fn node_name(node: &NodeProto) -> String {
    match (node.name.as_str(), node.output.first()) {
        ("", Some(output)) => format!("{} → {output}", node.op_type),
        (name, _) => format!("{} ({name})", node.op_type),
    }
}

/// All observable tensors in graph order, in their blocks.
pub(super) fn list(graph: &GraphProto, known: &Known<'_>) -> Listing {
    let flow = Flow::of(graph, known.shapes, known.length.is_some());
    let mut structure = Structure::of(graph, &flow, known.shapes);
    let axes = std::mem::take(&mut structure.axes);
    let computed = depends_on_input(graph);
    let outputs: Vec<Option<&String>> =
        graph.node.iter().map(|node| node.output.first().filter(|id| computed.contains(id.as_str()))).collect();
    let can_be_observed: Vec<bool> = (0..outputs.len())
        .map(|idx| {
            let is_pairwise = structure.parts[structure.whole(idx)].is_pairwise;
            outputs[idx].is_some_and(|id| known.has_points(id, axes[idx], is_pairwise))
        })
        .collect();
    structure.stand_in(&can_be_observed);
    let parameters = parameters(graph, &flow);
    for (&block, n) in structure.block_of.iter().zip(&parameters) {
        structure.blocks[block].parameters += n;
    }
    let last = outputs.len().saturating_sub(1).max(1) as f32;
    let mut layers = Vec::new();
    let mut names = HashMap::new();
    for (idx, id) in outputs.iter().enumerate().filter(|&(idx, _)| can_be_observed[idx]) {
        let Some(id) = id else { continue };
        let part = &structure.parts[idx];
        let whole = Some(structure.whole(idx)).filter(|&whole| whole != idx && can_be_observed[whole]);
        let (dims, axes) = (known.shapes.get(*id), axes[idx]);
        names.insert(id.as_str(), part.name.as_str());
        layers.push(Layer {
            label: String::new(),
            id: (*id).clone(),
            op: graph.node[idx].op_type.clone(),
            kind: part.kind,
            block: structure.block_of[idx],
            part_of: whole.and_then(|whole| outputs[whole].cloned()),
            parameters: parameters[idx],
            heads: dims.zip(axes).map_or(1, |(dims, axes)| axes.n_heads(dims)),
            shape: dims.map_or(Vec::new(), |dims| known.sizes(dims, axes)),
            depth: if outputs.len() > 1 { idx as f32 / last } else { 1.0 },
            observed: false,
            axes,
        });
    }
    let declared = known.declared.and_then(|json| declared_names(json, &layers)).unwrap_or_default();
    label(&mut layers, &structure.blocks, &names, &declared);
    let output = graph.output.first().map_or("", |output| output.name.as_str());
    hand_on(&mut structure.blocks, &layers, &declared);
    let presets = presets(&layers, &structure.blocks, &names, output);
    let (chosen, note) = if declared.is_empty() { default_choice(&layers, &presets, output) } else { (declared, None) };
    for layer in &mut layers {
        layer.observed = chosen.contains(&layer.id);
    }
    Listing { layers, blocks: structure.blocks, presets, note }
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

impl Known<'_> {
    /// Whether a tensor has one row per sample, and in a network of texts besides one per token or none.
    fn has_points(&self, id: &str, axes: Option<Axes>, is_pairwise: bool) -> bool {
        let Some(dims) = self.shapes.get(id) else { return self.shapes.is_empty() };
        let stays = || self.doubled.get(id).is_some_and(|doubled| doubled[0] == dims[0]);
        let has_rows = dims.len() >= 2 && dims[0] == self.batch && !stays();
        has_rows && self.length.is_none_or(|(length, _)| !is_pairwise && is_of_tokens(dims, axes, length))
    }

    /// Sizes for people: those of the batch, and of texts if they differ, are free.
    fn sizes(&self, dims: &[usize], axes: Option<Axes>) -> Vec<Option<usize>> {
        let size = |(axis, &size): (usize, &usize)| match (axis, axes, self.length) {
            (0, ..) => None,
            (_, Some(axes), Some((_, length))) if axes.is_position(axis) => length,
            _ => Some(size),
        };
        dims.iter().enumerate().map(size).collect()
    }
}

/// Whether a tensor of a network of texts has one row per text or one per token.
fn is_of_tokens(dims: &[usize], axes: Option<Axes>, length: usize) -> bool {
    // A network of a fixed length may be as wide as it is long; the trial length is no network's width.
    let is_width = |size: usize| size != length || length != TRIAL_LENGTH;
    let Some(axes) = axes else { return dims.len() == 2 && dims[1] != length };
    let mut positions = axes.positions(dims.len());
    positions.next().is_some_and(|axis| dims[axis] == length)
        && positions.next().is_none()
        && is_width(dims[axes.features])
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
pub(super) fn depends_on_input(graph: &GraphProto) -> BTreeSet<&str> {
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

/// Trained numbers per node. A tensor that several nodes share counts at the first one, so that they add up.
fn parameters(graph: &GraphProto, flow: &Flow<'_>) -> Vec<usize> {
    let stored: HashMap<&str, &TensorProto> = graph.initializer.iter().map(|t| (t.name.as_str(), t)).collect();
    let mut counted = HashSet::new();
    let mut parameters = vec![0; graph.node.len()];
    for (idx, node) in graph.node.iter().enumerate().filter(|&(idx, _)| flow.has(idx)) {
        // Running means and variances are measured, not trained.
        let n_inputs = if node.op_type == "BatchNormalization" { 3 } else { usize::MAX };
        let mut open: Vec<&str> = node.input.iter().take(n_inputs).map(String::as_str).collect();
        open.retain(|name| flow.constants(idx).any(|constant| constant == *name));
        while let Some(name) = open.pop() {
            if !counted.insert(name) {
                continue;
            }
            if let Some(tensor) = stored.get(name) {
                parameters[idx] += trained(&tensor.dims, tensor.data_type, node);
            } else if let Some(maker) = flow.maker(name).map(|maker| flow.node(maker)) {
                let value = attribute(maker, "value").and_then(|value| value.t.as_ref());
                parameters[idx] += value.map_or(0, |tensor| trained(&tensor.dims, tensor.data_type, node));
                let is_scaled = maker.op_type.ends_with("uantizeLinear");
                open.extend(maker.input.iter().take(if is_scaled { 1 } else { usize::MAX }).map(String::as_str));
            }
        }
    }
    parameters
}

/// Elements of a constant, if it is of a type that is trained and no lone number in a formula.
fn trained(dims: &[i64], data_type: i32, node: &NodeProto) -> usize {
    let types =
        [DataType::Float, DataType::Float16, DataType::Double, DataType::Bfloat16, DataType::Int8, DataType::Uint8];
    let n: usize = dims.iter().map(|&d| usize::try_from(d).unwrap_or(0)).product();
    let is_formula = n <= 1
        && matches!(
            node.op_type.as_str(),
            "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Clip" | "Where" | "Min" | "Max" | "Pad"
        );
    if types.iter().any(|&t| t as i32 == data_type) && !is_formula { n } else { 0 }
}

/// Names people understand: the file's own for layers that it proposes, else the block and what the operator is for, with
/// a number where a block has several.
fn label(layers: &mut [Layer], blocks: &[Block], names: &HashMap<&str, &str>, declared: &BTreeSet<String>) {
    let mut totals: HashMap<(usize, &str), usize> = HashMap::new();
    for layer in layers.iter().filter(|layer| layer.part_of.is_none()) {
        *totals.entry((layer.block, names[layer.id.as_str()])).or_default() += 1;
    }
    let mut seen: HashMap<(usize, &str), usize> = HashMap::new();
    let mut wholes: HashMap<String, String> = HashMap::new();
    for layer in layers.iter_mut().filter(|layer| layer.part_of.is_none()) {
        let name = names[layer.id.as_str()];
        let number = seen.entry((layer.block, name)).or_default();
        *number += 1;
        let numbered = if totals[&(layer.block, name)] > 1 { format!("{name} {number}") } else { name.to_string() };
        layer.label = if declared.contains(&layer.id) {
            layer.id.clone()
        } else if layer.kind == Kind::Output {
            numbered.clone()
        } else {
            format!("{} · {numbered}", blocks[layer.block].label)
        };
        wholes.insert(layer.id.clone(), layer.label.clone());
    }
    for layer in layers.iter_mut().filter(|layer| layer.part_of.is_some()) {
        let whole = layer.part_of.as_ref().and_then(|whole| wholes.get(whole)).unwrap_or(&blocks[layer.block].label);
        layer.label = if declared.contains(&layer.id) { layer.id.clone() } else { format!("{whole} · {}", layer.op) };
    }
}

/// What each block hands on: the layer in it that the file proposes, else its last one.
fn hand_on(blocks: &mut [Block], layers: &[Layer], declared: &BTreeSet<String>) {
    for layer in layers.iter().filter(|layer| layer.part_of.is_none()) {
        blocks[layer.block].output = Some(layer.id.clone());
    }
    for layer in layers.iter().filter(|layer| declared.contains(&layer.id)) {
        blocks[layer.block].output = Some(layer.id.clone());
    }
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

fn presets(layers: &[Layer], blocks: &[Block], names: &HashMap<&str, &str>, output: &str) -> Vec<Preset> {
    let outputs: BTreeSet<&str> =
        blocks.iter().filter(|block| block.is_counted()).filter_map(|block| block.output.as_deref()).collect();
    let chosen = |wanted: &dyn Fn(&Layer) -> bool| -> Vec<String> {
        layers.iter().filter(|layer| wanted(layer)).map(|layer| layer.id.clone()).collect()
    };
    let whole = |layer: &Layer| layer.part_of.is_none();
    let named =
        |name: &str| chosen(&|layer| whole(layer) && layer.kind == Kind::Attention && names[layer.id.as_str()] == name);
    let attention =
        Some(named("attention output")).filter(|ids| !ids.is_empty()).unwrap_or_else(|| named("attention heads"));
    let mut presets = vec![
        Preset {
            name: "block outputs",
            layers: chosen(&|layer| outputs.contains(layer.id.as_str()) || (!outputs.is_empty() && layer.id == output)),
        },
        Preset { name: "every convolution", layers: chosen(&|layer| whole(layer) && layer.kind == Kind::Convolution) },
        Preset { name: "every residual add", layers: chosen(&|layer| whole(layer) && layer.kind == Kind::ResidualAdd) },
        Preset { name: "attention outputs", layers: attention },
        Preset { name: "all layers", layers: chosen(&|layer| whole(layer)) },
    ];
    presets.retain(|preset| !preset.layers.is_empty());
    presets
}

/// Block outputs, else activations, else linear layers, else everything; and always the output.
fn default_choice(layers: &[Layer], presets: &[Preset], output: &str) -> (BTreeSet<String>, Option<String>) {
    let blocks = presets.iter().find(|preset| preset.name == "block outputs").map(|preset| preset.layers.clone());
    let of = |kinds: &[Kind]| -> Vec<String> {
        let wanted = |layer: &&Layer| layer.part_of.is_none() && (kinds.contains(&layer.kind) || layer.id == output);
        layers.iter().filter(wanted).map(|layer| layer.id.clone()).collect()
    };
    let candidates = [
        ("block outputs", blocks.unwrap_or_default()),
        ("activations", of(&[Kind::Activation])),
        ("linear layers", of(&[Kind::Convolution, Kind::Linear, Kind::Mlp, Kind::Recurrent])),
    ];
    let all = || ("layers", layers.iter().map(|layer| layer.id.clone()).collect());
    let (what, mut ids) = candidates.into_iter().find(|(_, ids)| ids.len() >= 3).unwrap_or_else(all);
    let n = ids.len();
    if n <= MAX_OBSERVED {
        return (ids.into_iter().collect(), None);
    }
    ids = (0..MAX_OBSERVED).map(|i| ids[i * (n - 1) / (MAX_OBSERVED - 1)].clone()).collect();
    let note =
        format!("of its {n} {what} {MAX_OBSERVED}, evenly over the depth, are observed; choose others under Measure");
    (ids.into_iter().collect(), Some(note))
}
