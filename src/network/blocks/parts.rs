//! What each operator is for, and which ones are only steps of another: exporters write one GELU as five operators.

use std::collections::{BTreeMap, BTreeSet};

use tract_onnx::pb::{GraphProto, NodeProto};

use super::flow::Flow;
use super::{Kind, Part};
use crate::network::attributes::attribute;
use crate::network::layers;

type Shapes = BTreeMap<String, Vec<usize>>;

/// Change where numbers lie or how they are stored, not what they are.
const LAYOUT: [&str; 14] = [
    "Reshape",
    "Transpose",
    "Flatten",
    "Squeeze",
    "Unsqueeze",
    "Identity",
    "Cast",
    "CastLike",
    "Dropout",
    "Expand",
    "QuantizeLinear",
    "DequantizeLinear",
    "Contiguous",
    "Tile",
];
const NORMALISING: [&str; 11] =
    ["ReduceMean", "ReduceSum", "ReduceL2", "Sub", "Add", "Mul", "Div", "Pow", "Sqrt", "Reciprocal", "Cast"];
const POINTWISE: [&str; 22] = [
    "Add",
    "Sub",
    "Mul",
    "Div",
    "Pow",
    "Neg",
    "Abs",
    "Erf",
    "Tanh",
    "Sigmoid",
    "HardSigmoid",
    "Clip",
    "Softplus",
    "Exp",
    "Log",
    "Relu",
    "Sqrt",
    "Min",
    "Max",
    "Cast",
    "Gelu",
    "Identity",
];
const NONLINEAR: [&str; 9] = ["Erf", "Tanh", "Sigmoid", "HardSigmoid", "Clip", "Softplus", "Exp", "Relu", "Gelu"];
/// Between a product of queries with keys and its softmax.
const BEFORE_SOFTMAX: [&str; 19] = [
    "Add",
    "Sub",
    "Mul",
    "Div",
    "Where",
    "Reshape",
    "Transpose",
    "Cast",
    "Identity",
    "Max",
    "Min",
    "Clip",
    "Tanh",
    "Expand",
    "GatherElements",
    "Slice",
    "Squeeze",
    "Unsqueeze",
    "Concat",
];
/// Between a softmax and its product with the values.
const BEHIND_SOFTMAX: [&str; 10] =
    ["Transpose", "Reshape", "Cast", "Identity", "Dropout", "Mul", "Where", "Slice", "Squeeze", "Unsqueeze"];
/// Steps of one composite operator are at most this many.
const MAX_STEPS: usize = 16;

/// Says of each node what it is for. Residual additions look like any other sum yet.
pub(super) fn recognise(flow: &Flow<'_>, graph: &GraphProto, shapes: &Shapes) -> Vec<Part> {
    let weights = layers::stored(graph);
    let mut parts: Vec<Part> = (0..flow.len())
        .map(|idx| {
            let (kind, name) = plain(flow, idx, &weights);
            Part { kind, name, of: None, heads: None, is_pairwise: false }
        })
        .collect();
    let mut finder = Finder { flow, shapes, parts: &mut parts };
    (0..flow.len()).for_each(|idx| finder.normalisation(idx));
    (0..flow.len()).for_each(|idx| finder.activation(idx));
    (0..flow.len()).for_each(|idx| finder.bias(idx));
    (0..flow.len()).for_each(|idx| finder.gate(idx));
    (0..flow.len()).for_each(|idx| finder.layout(idx));
    (0..flow.len()).for_each(|idx| finder.attention(idx));
    (0..flow.len()).for_each(|idx| finder.scale(idx));
    (0..flow.len()).for_each(|idx| finder.mlp(idx));
    if let Some(output) = graph.output.first().and_then(|output| flow.maker(&output.name)) {
        (parts[output].of, parts[output].kind) = (None, Kind::Output);
    }
    parts
}

/// Whether this operator has weights that mix features, or weighs positions against each other.
pub(super) fn is_linear(flow: &Flow<'_>, idx: usize) -> bool {
    let op = flow.op(idx);
    matches!(op, "Gemm" | "MatMul" | "Einsum" | "MatMulInteger" | "QLinearMatMul")
        || op.contains("Conv")
        || op.contains("Attention")
        || is_recurrent(op)
}

fn is_recurrent(op: &str) -> bool {
    matches!(op, "LSTM" | "GRU" | "RNN")
}

pub(super) fn is_pooling(op: &str) -> bool {
    op.ends_with("Pool") || matches!(op, "ReduceMean" | "ReduceMax" | "ReduceSum")
}

/// Kind and name of an operator by itself.
fn plain(flow: &Flow<'_>, idx: usize, weights: &std::collections::HashMap<&str, &[i64]>) -> (Kind, String) {
    let node = flow.node(idx);
    let op = node.op_type.as_str();
    let has_one_input = flow.inputs(idx).len() < 2;
    let (kind, name) = match op {
        _ if op.contains("ConvTranspose") => (Kind::Convolution, "transposed convolution"),
        _ if op.contains("Conv") => (Kind::Convolution, convolution(node, weights)),
        "Gemm" | "MatMul" | "MatMulInteger" | "QLinearMatMul" | "Einsum" if flow.has_weights(idx) => {
            (Kind::Linear, "linear")
        }
        "MatMul" | "Einsum" => (Kind::Other, "matrix product"),
        "BatchNormalization" => (Kind::Normalisation, "batch normalisation"),
        "LayerNormalization" | "SkipLayerNormalization" => (Kind::Normalisation, "layer normalisation"),
        "InstanceNormalization" => (Kind::Normalisation, "instance normalisation"),
        "GroupNormalization" => (Kind::Normalisation, "group normalisation"),
        "RMSNormalization" | "SimplifiedLayerNormalization" => (Kind::Normalisation, "RMS normalisation"),
        "LRN" => (Kind::Normalisation, "local response normalisation"),
        _ if op.contains("Normalization") => (Kind::Normalisation, "normalisation"),
        "MaxPool" => (Kind::Pooling, "maximum pooling"),
        "AveragePool" => (Kind::Pooling, "average pooling"),
        "GlobalAveragePool" => (Kind::Pooling, "global average pooling"),
        "GlobalMaxPool" => (Kind::Pooling, "global maximum pooling"),
        "ReduceMean" => (Kind::Pooling, "mean"),
        "ReduceMax" => (Kind::Pooling, "maximum"),
        "Relu" => (Kind::Activation, "ReLU"),
        "LeakyRelu" => (Kind::Activation, "leaky ReLU"),
        "PRelu" => (Kind::Activation, "PReLU"),
        "ThresholdedRelu" => (Kind::Activation, "thresholded ReLU"),
        "Elu" | "Selu" | "Celu" | "Gelu" => {
            return (Kind::Activation, op.to_uppercase());
        }
        "Clip" => (Kind::Activation, "clip (ReLU6)"),
        "HardSwish" => (Kind::Activation, "hard swish"),
        "HardSigmoid" => (Kind::Activation, "hard sigmoid"),
        "Sigmoid" | "Tanh" | "Softplus" | "Softsign" | "Mish" | "Softmax" | "LogSoftmax" => {
            return (Kind::Activation, if op == "Mish" { op.into() } else { words(op) });
        }
        "Gather" if flow.has(idx) && has_one_input && flow.inputs(idx).is_empty() => (Kind::Embedding, "embedding"),
        "Gather" => (Kind::Other, "selection"),
        _ if is_recurrent(op) => return (Kind::Recurrent, op.into()),
        _ if op.contains("Attention") => (Kind::Attention, "attention output"),
        "Concat" if !has_one_input => (Kind::Concatenation, "concatenation"),
        "Add" | "Sum" if !has_one_input => (Kind::Other, "sum"),
        "Mul" if !has_one_input => (Kind::Other, "product"),
        "Add" | "Sub" => (Kind::Other, "shift"),
        "Mul" | "Div" => (Kind::Other, "scale"),
        _ => return (Kind::Other, words(op)),
    };
    (kind, name.into())
}

/// `GatherElements` → gather elements.
fn words(op: &str) -> String {
    let mut words = String::new();
    for letter in op.chars() {
        if letter.is_uppercase() && words.ends_with(|last: char| last.is_lowercase()) {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

fn convolution(node: &NodeProto, weights: &std::collections::HashMap<&str, &[i64]>) -> &'static str {
    let group = attribute(node, "group").map_or(1, |group| group.i);
    let dims = node.input.get(1).and_then(|name| weights.get(name.as_str())).copied().unwrap_or_default();
    match *dims {
        [out, per_group, ..] if group > 1 && per_group == 1 && out >= group => "depthwise convolution",
        [_, _, 1, 1] => "1×1 convolution",
        _ if group > 1 => "grouped convolution",
        _ => "convolution",
    }
}

struct Finder<'f, 'g> {
    flow: &'f Flow<'g>,
    shapes: &'f Shapes,
    parts: &'f mut Vec<Part>,
}

impl Finder<'_, '_> {
    fn ops<'a>(&'a self, nodes: &'a [usize]) -> impl Iterator<Item = &'a str> + 'a {
        nodes.iter().map(|&idx| self.flow.op(idx))
    }

    fn has_op(&self, nodes: &[usize], op: &str) -> bool {
        self.ops(nodes).any(|other| other == op)
    }

    /// `steps` belong to `last`, which is all of it.
    fn compose(&mut self, steps: &[usize], last: usize, kind: Kind, name: &str) {
        for &step in steps {
            self.parts[step].of = Some(last);
        }
        let part = &mut self.parts[last];
        (part.kind, part.name) = (kind, name.into());
    }

    /// The only user of a node, if it is `op` with a constant that is a weight (or else a single number).
    fn followed_by(&self, idx: usize, op: &str, is_weight: bool) -> Option<usize> {
        let user = self.flow.only_user(idx)?;
        let fits = if is_weight { self.flow.has_weights(user) } else { self.flow.has_only_scalars(user) };
        (self.flow.op(user) == op
            && self.flow.inputs(user).len() == 1
            && self.flow.constants(user).next().is_some()
            && fits)
            .then_some(user)
    }

    /// `(x − mean) / deviation`, or `x / root mean square`, with what is multiplied and added behind.
    fn normalisation(&mut self, idx: usize) {
        let whole = matches!(self.flow.op(idx), "Div" | "Mul") && self.flow.inputs(idx).len() == 2;
        let spatial = self.flow.op(idx) == "InstanceNormalization";
        let (mut steps, name) = if whole {
            let Some(steps) = self.normalising_steps(idx) else { return };
            let name = if self.has_op(&steps, "Sub") { "layer normalisation" } else { "RMS normalisation" };
            (steps, name)
        } else if spatial {
            (Vec::new(), "instance normalisation")
        } else {
            return;
        };
        let mut last = idx;
        if spatial
            && let Some(reshaped) = self.flow.only_user(idx).filter(|&user| self.flow.op(user) == "Reshape")
            && self.followed_by(reshaped, "Mul", true).is_some()
        {
            steps.push(last);
            last = reshaped;
        }
        for op in ["Mul", "Add"] {
            if let Some(next) = self.followed_by(last, op, true) {
                steps.push(last);
                last = next;
            }
        }
        let name = if spatial && last != idx { "group normalisation" } else { name };
        self.compose(&steps, last, Kind::Normalisation, name);
    }

    fn normalising_steps(&self, idx: usize) -> Option<Vec<usize>> {
        let flow = self.flow;
        let source = flow.dominator(idx)?;
        let is_centred = flow.op(source) == "Sub" && flow.inputs(source).len() <= 2;
        let means = || flow.inputs(source).iter().copied().filter(|&input| flow.op(input) == "ReduceMean");
        let mut steps = flow.between(source, idx);
        if is_centred && let Some(mean) = means().next() {
            steps.extend([mean, source]);
        }
        let has_root = self.has_op(&steps, "Sqrt") || self.has_op(&steps, "Reciprocal");
        let fits = steps.len() <= MAX_STEPS
            && self.ops(&steps).all(|op| NORMALISING.contains(&op))
            && self.has_op(&steps, "ReduceMean")
            && has_root;
        fits.then_some(steps)
    }

    /// `x · f(x)` with a pointwise `f`, such as `SiLU` and GELU; and gates, where halves of one tensor take their places.
    fn activation(&mut self, idx: usize) {
        let flow = self.flow;
        if !matches!(flow.op(idx), "Mul" | "Div") || flow.inputs(idx).len() != 2 || self.parts[idx].of.is_some() {
            return;
        }
        let Some(source) = flow.dominator(idx) else { return };
        let mut steps = flow.between(source, idx);
        let is_pointwise = |&step: &usize| POINTWISE.contains(&flow.op(step)) && flow.has_only_scalars(step);
        if steps.is_empty() || steps.len() > MAX_STEPS || !steps.iter().all(is_pointwise) {
            return;
        }
        let has = |op: &str| steps.iter().any(|&step| flow.op(step) == op);
        if !NONLINEAR.iter().any(|op| has(op)) || self.parts[idx].kind == Kind::Normalisation {
            return;
        }
        let name = match () {
            () if matches!(flow.op(source), "Split" | "Slice") => "gated linear unit",
            () if has("Softplus") => "Mish",
            () if has("Erf") || has("Tanh") || has("Gelu") => "GELU",
            () if has("HardSigmoid") || has("Clip") => "hard swish",
            () if has("Sigmoid") => "SiLU",
            () => "activation",
        };
        let mut last = idx;
        for op in ["Mul", "Div"] {
            if let Some(next) = self.followed_by(last, op, false) {
                steps.push(last);
                last = next;
            }
        }
        self.compose(&steps, last, Kind::Activation, name);
    }

    /// A product or convolution, what its channels are scaled by where batch normalisation was left so, and what is added.
    fn bias(&mut self, idx: usize) {
        let kind = self.parts[idx].kind;
        let behind: &[&str] = match kind {
            Kind::Linear => &["Add"],
            Kind::Convolution => &["Mul", "Add"],
            _ => return,
        };
        let (mut steps, mut last) = (Vec::new(), idx);
        for op in behind {
            if let Some(next) = self.followed_by(last, op, true).filter(|&next| self.parts[next].of.is_none()) {
                steps.push(last);
                last = next;
            }
        }
        let name = self.parts[idx].name.clone();
        self.compose(&steps, last, kind, &name);
    }

    /// Features weighed by numbers that are computed from their means: squeeze and excitation.
    fn gate(&mut self, idx: usize) {
        let flow = self.flow;
        if flow.op(idx) != "Mul" || flow.inputs(idx).len() != 2 || self.parts[idx].kind != Kind::Other {
            return;
        }
        let Some(source) = flow.dominator(idx) else { return };
        let steps = flow.between(source, idx);
        let pools = self.ops(&steps).any(is_pooling);
        let mixes = steps.iter().any(|&step| is_linear(flow, step));
        if pools && mixes && steps.len() <= MAX_STEPS && flow.inputs(idx).contains(&source) {
            self.compose(&steps, idx, Kind::Other, "squeeze and excitation");
        }
    }

    fn layout(&mut self, idx: usize) {
        let flow = self.flow;
        if let [before] = *flow.inputs(idx)
            && (LAYOUT.contains(&flow.op(idx)) || flow.op(idx) == "Concat" && flow.node(idx).input.len() == 1)
            && self.parts[idx].of.is_none()
            && self.parts[idx].kind == Kind::Other
        {
            self.parts[idx].of = Some(self.whole(before));
        }
    }

    /// Queries divided by a number are still the queries.
    fn scale(&mut self, idx: usize) {
        if let [before] = *self.flow.inputs(idx)
            && matches!(self.flow.op(idx), "Mul" | "Div")
            && self.parts[idx].of.is_none()
            && self.parts[idx].kind == Kind::Other
            && self.flow.has_only_scalars(idx)
            && self.parts[self.whole(before)].kind == Kind::Attention
        {
            self.parts[idx].of = Some(self.whole(before));
        }
    }

    /// The node that a node is a step of, or itself.
    fn whole(&self, idx: usize) -> usize {
        super::whole(self.parts, idx)
    }

    /// A softmax between two products of activations: scores, weights, the heads' results, and the projections around.
    fn attention(&mut self, idx: usize) {
        let flow = self.flow;
        if flow.op(idx) != "Softmax" || !flow.has(idx) {
            return;
        }
        let products = |found: Vec<usize>| -> Vec<usize> {
            found.into_iter().filter(|&i| matches!(flow.op(i), "MatMul" | "Einsum") && !flow.has_weights(i)).collect()
        };
        let scores = products(self.reached(idx, &BEFORE_SOFTMAX, |i| flow.inputs(i)));
        let contexts = products(self.reached(idx, &BEHIND_SOFTMAX, |i| flow.users(i)));
        let (false, Some(&context)) = (scores.is_empty(), contexts.first()) else { return };
        // What lies between the first product and the softmax makes the scores.
        let before = flow.inputs(idx).first().copied().unwrap_or(idx);
        let first = scores.iter().copied().min().unwrap_or(before);
        let inner: Vec<usize> = flow.behind(first - 1, &[before]);
        self.compose(&inner, before, Kind::Attention, "attention scores");
        self.parts[before].of = None;
        self.compose(&[], idx, Kind::Attention, "attention weights");
        self.parts[idx].of = None;
        for node in [before, idx] {
            self.parts[node].is_pairwise = true;
        }
        for step in flow.behind(idx, flow.inputs(context)) {
            if self.is_behind(step, idx) {
                self.parts[step].of = Some(idx);
            }
        }
        // Heads join again in what follows without weights.
        let mut joined = context;
        let mut steps = Vec::new();
        while let Some(next) = flow
            .only_user(joined)
            .filter(|&next| matches!(flow.op(next), "Transpose" | "Reshape" | "Identity" | "Cast" | "Squeeze"))
        {
            if self.shapes.get(self.output(joined)).is_some_and(|dims| dims.len() == 3 && dims[0] == 1) {
                break;
            }
            steps.push(joined);
            joined = next;
        }
        self.compose(&steps, joined, Kind::Attention, "attention heads");
        self.parts[joined].of = None;
        self.head_axes(&scores, idx, context);
        let mut ends: Vec<(usize, &str)> = Vec::new();
        for &product in &scores {
            let names = flow.node(product).input.iter().filter_map(|name| flow.maker(name));
            ends.extend(names.filter(|&i| flow.has(i)).zip(["queries", "keys"]));
        }
        let values = flow.inputs(context).iter().copied().filter(|&i| !self.is_behind(i, idx));
        ends.extend(values.map(|i| (i, "values")));
        self.projections(&ends);
        self.output_projection(joined);
    }

    fn output(&self, idx: usize) -> &str {
        self.flow.node(idx).output.first().map_or("", String::as_str)
    }

    fn is_behind(&self, idx: usize, softmax: usize) -> bool {
        idx >= softmax && self.flow.behind(softmax.saturating_sub(1), &[idx]).contains(&softmax)
    }

    /// A product with weights, or the bias behind it, of scores with an axis for heads: talking heads.
    fn mixes_heads(&self, idx: usize) -> bool {
        matches!(self.flow.op(idx), "MatMul" | "Add")
            && self.flow.inputs(idx).len() == 1
            && self.flow.has_weights(idx)
            && self.shapes.get(self.output(idx)).is_some_and(|dims| dims.len() == 4 && dims[1] == dims[2])
    }

    /// The first nodes that are none of `through`, going on by `next`.
    fn reached<'a>(&self, from: usize, through: &[&str], next: impl Fn(usize) -> &'a [usize]) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        let mut found = BTreeSet::new();
        let mut open: Vec<usize> = next(from).to_vec();
        while let Some(idx) = open.pop() {
            if !seen.insert(idx) || seen.len() > 4 * MAX_STEPS {
                continue;
            }
            if through.contains(&self.flow.op(idx)) || self.mixes_heads(idx) {
                open.extend(next(idx));
            } else {
                found.insert(idx);
            }
        }
        found.into_iter().collect()
    }

    /// Where heads have an axis of their own it is the second: queries and values are [batch, head, token, feature].
    fn head_axes(&mut self, scores: &[usize], softmax: usize, context: usize) {
        let flow = self.flow;
        let rank = |parts: &Self, idx: usize| parts.shapes.get(parts.output(idx)).map_or(0, Vec::len);
        let mut known = vec![(softmax, 3), (context, 3)];
        for &product in scores {
            known.push((product, 3));
            if let [queries, keys] = flow.node(product).input.as_slice() {
                known.extend(flow.maker(queries).map(|idx| (idx, 3)));
                known.extend(flow.maker(keys).map(|idx| (idx, 2)));
            }
        }
        known.extend(flow.inputs(context).iter().filter(|&&i| !self.is_behind(i, softmax)).map(|&i| (i, 3)));
        for (idx, features) in known {
            if rank(self, idx) == 4 {
                self.parts[idx].heads = Some(features);
            }
        }
    }

    /// The linear layers from which queries, keys and values come.
    fn projections(&mut self, ends: &[(usize, &str)]) {
        let flow = self.flow;
        let mut names: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for &(end, name) in ends {
            let mut open = vec![end];
            let mut seen = BTreeSet::new();
            while let Some(idx) = open.pop() {
                if !seen.insert(idx) || seen.len() > 2 * MAX_STEPS {
                    continue;
                }
                let whole = self.whole(idx);
                if self.parts[whole].kind == Kind::Linear
                    || self.parts[whole].kind == Kind::Attention && is_linear(flow, idx)
                {
                    let found = names.entry(whole).or_default();
                    if !found.contains(&name) {
                        found.push(name);
                    }
                    continue;
                }
                if matches!(self.parts[whole].kind, Kind::Other | Kind::Concatenation) {
                    open.extend(flow.inputs(idx));
                }
            }
        }
        for (idx, names) in names {
            self.compose(&[], idx, Kind::Attention, &names.join(", "));
        }
    }

    fn output_projection(&mut self, joined: usize) {
        let mut at = joined;
        for _ in 0..MAX_STEPS {
            let Some(next) = self.flow.only_user(at) else { return };
            let whole = self.whole(next);
            if self.parts[whole].kind == Kind::Linear {
                // Behind the last change of layout, where one row per sample is back.
                return self.compose(&[], whole, Kind::Attention, "attention output");
            }
            if !LAYOUT.contains(&self.flow.op(next)) && self.parts[whole].kind != Kind::Normalisation {
                return;
            }
            at = next;
        }
    }

    /// An activation between two linear layers.
    fn mlp(&mut self, idx: usize) {
        let flow = self.flow;
        if self.parts[idx].kind != Kind::Activation || self.parts[idx].of.is_some() || flow.op(idx) == "Softmax" {
            return;
        }
        let through = [
            "Split",
            "Slice",
            "Mul",
            "Reshape",
            "Transpose",
            "Identity",
            "Cast",
            "Dropout",
            "QuantizeLinear",
            "DequantizeLinear",
        ];
        let first = self.dense_before(idx, &through);
        let mut last = BTreeSet::new();
        let mut at = vec![idx];
        for _ in 0..8 {
            at = at.iter().flat_map(|&i| flow.users(i)).copied().collect();
            let wholes = at.iter().map(|&i| self.whole(i));
            last.extend(wholes.filter(|&i| matches!(self.parts[i].kind, Kind::Linear | Kind::Mlp)));
            at.retain(|&i| through.contains(&flow.op(i)) || self.is_normalising(i));
        }
        if first.is_empty() || last.is_empty() {
            return;
        }
        for idx in first {
            self.compose(&[], idx, Kind::Mlp, "MLP hidden");
        }
        for idx in last {
            self.compose(&[], idx, Kind::Mlp, "MLP output");
        }
    }

    fn is_normalising(&self, idx: usize) -> bool {
        self.parts[self.whole(idx)].kind == Kind::Normalisation
    }

    /// Linear layers that lead to an activation.
    fn dense_before(&self, idx: usize, through: &[&str]) -> Vec<usize> {
        let flow = self.flow;
        let mut seen = BTreeSet::new();
        let mut found = BTreeSet::new();
        let mut open: Vec<usize> = flow.inputs(idx).to_vec();
        while let Some(at) = open.pop() {
            if !seen.insert(at) || seen.len() > 2 * MAX_STEPS {
                continue;
            }
            let whole = self.whole(at);
            if matches!(self.parts[whole].kind, Kind::Linear | Kind::Mlp) {
                found.insert(whole);
            } else if through.contains(&flow.op(at)) || whole == idx || self.is_normalising(at) {
                open.extend(flow.inputs(at));
            }
        }
        found.into_iter().collect()
    }
}
