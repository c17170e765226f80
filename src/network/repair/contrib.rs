//! Operators that ONNX Runtime's optimiser puts in the place of several (domain `com.microsoft`, as in files that it or
//! `optimum` saves): the several again, so that each step can be observed. Definitions:
//! <https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md>.

use std::collections::HashMap;

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{AttributeProto, GraphProto, NodeProto, TensorProto};

use super::edit::{Names, cast, counted, input, node, size};
use super::ranks::Ranks;
use super::values::{floats, of_floats, of_integers};
use crate::network::attributes::{
    attribute, float, integer, list_of_floats, set, text, with_float, with_integer, with_integers, with_text,
};

const DOMAIN: &str = "com.microsoft";

/// What is added to scores of masked tokens.
const FILTER: f32 = -10_000.0;

/// # Errors
/// In words, where numbers lie as one kind of processor wants them: a file does not say in blocks of how many channels.
pub(super) fn check(graph: &GraphProto) -> Result<(), String> {
    if graph.node.iter().all(|node| node.domain != "com.microsoft.nchwc") {
        return Ok(());
    }
    Err("ONNX Runtime has laid it out for one kind of processor (NCHWc); open the file from before that, or save it with \
         GraphOptimizationLevel.ORT_ENABLE_EXTENDED"
        .into())
}

pub(super) fn apply(graph: &mut GraphProto) -> Option<String> {
    if graph.node.iter().all(|node| node.domain != DOMAIN) {
        return None;
    }
    let mut work = Work {
        ranks: Ranks::of(graph),
        widths: widths(graph),
        names: Names::of(graph),
        stored: graph.initializer.iter().map(|tensor| (tensor.name.clone(), tensor.clone())).collect(),
        made: Vec::new(),
        masks: HashMap::new(),
    };
    // Masks may have become numbers of tokens: who reads those can read which ones.
    let sums = graph.node.iter().filter(|node| node.op_type == "ReduceSum");
    work.masks.extend(sums.filter_map(|node| Some((node.output.first()?.clone(), input(node, 0)?.to_string()))));
    let mut found: Vec<String> = Vec::new();
    let mut n = 0;
    for old in std::mem::take(&mut graph.node) {
        let several = if old.domain == DOMAIN { work.several(&old) } else { None };
        if let Some(several) = several {
            n += 1;
            found.push(old.op_type);
            graph.node.extend(several);
        } else {
            graph.node.push(old);
        }
    }
    graph.initializer.append(&mut work.made);
    if n == 0 {
        return None;
    }
    super::tail::keep_needed(graph);
    found.sort();
    found.dedup();
    let nodes = counted(n, "node");
    Some(format!(
        "{nodes} joined by ONNX Runtime's optimiser taken apart into standard operators: {}",
        found.join(", ")
    ))
}

struct Work {
    ranks: Ranks,
    /// Lengths of the last axes of what products make.
    widths: HashMap<String, i64>,
    names: Names,
    stored: HashMap<String, TensorProto>,
    made: Vec<TensorProto>,
    /// What the numbers of tokens were counted from.
    masks: HashMap<String, String>,
}

/// Nodes that take the place of one; `None` where that is not known.
type Several = Option<Vec<NodeProto>>;

impl Work {
    fn several(&mut self, old: &NodeProto) -> Several {
        match old.op_type.as_str() {
            "FusedConv" => self.activated(old, "Conv", 3),
            "FusedGemm" => self.activated(old, "Gemm", usize::MAX),
            "FusedMatMul" | "TransposeMatMul" => self.product(old),
            "Gelu" | "BiasGelu" | "FastGelu" => {
                let mut nodes = Vec::new();
                let biased = self.sum(old, &[0, 1], &mut nodes)?;
                nodes.push(gelu(&biased, old.output.first()?, old.op_type == "FastGelu"));
                Some(nodes)
            }
            "QuickGelu" => {
                let (x, own) = (input(old, 0)?, old.output.first()?);
                let [scaled, gate] = self.fresh(own, ["scaled", "gate"]);
                let alpha = self.number(own, "alpha", float(old, "alpha").unwrap_or(1.702));
                Some(vec![
                    node("Mul", &[x, &alpha], &scaled),
                    node("Sigmoid", &[&scaled], &gate),
                    node("Mul", &[x, &gate], own),
                ])
            }
            "SkipLayerNormalization" | "SkipSimplifiedLayerNormalization" => self.normalised_sum(old),
            "EmbedLayerNormalization" => self.embedding(old),
            "Attention" => self.attention(old),
            "MultiHeadAttention" => self.heads_of_three(old),
            _ => None,
        }
    }

    fn fresh<const N: usize>(&mut self, own: &str, parts: [&str; N]) -> [String; N] {
        parts.map(|part| self.names.fresh(&format!("{own}/{part}")))
    }

    fn number(&mut self, own: &str, part: &str, value: f32) -> String {
        let [name] = self.fresh(own, [part]);
        self.made.push(of_floats(&name, &[], &[value]));
        name
    }

    fn list(&mut self, own: &str, part: &str, values: &[i64]) -> String {
        let [name] = self.fresh(own, [part]);
        self.made.push(of_integers(&name, &[size(values.len())], values));
        name
    }

    /// The sum of those inputs that are there.
    fn sum(&mut self, old: &NodeProto, inputs: &[usize], nodes: &mut Vec<NodeProto>) -> Option<String> {
        let own = old.output.first()?;
        let mut parts = inputs.iter().filter_map(|&at| input(old, at));
        let mut sum = parts.next()?.to_string();
        for part in parts {
            let [name] = self.fresh(own, ["sum"]);
            nodes.push(node("Add", &[&sum, part], &name));
            sum = name;
        }
        Some(sum)
    }

    /// A convolution or product of so many inputs, perhaps with a sum behind, and an activation.
    fn activated(&mut self, old: &NodeProto, op: &str, n_inputs: usize) -> Several {
        let own = old.output.first()?;
        let parameters = list_of_floats(old, "activation_params");
        let kind = std::str::from_utf8(text(old, "activation")).unwrap_or("?");
        let [raw, summed, low, high, lifted] = self.fresh(own, [op, "sum", "min", "max", "lifted"]);
        let sum_with = if op == "Conv" { input(old, 3) } else { None };
        let from = if sum_with.is_some() { &summed } else { &raw };
        let with = |names: &[&str]| {
            let mut made = node(kind, &[from], own);
            for (name, &f) in names.iter().zip(parameters) {
                made = with_float(made, name, f);
            }
            // A product has them by name instead.
            for given in &old.attribute {
                if let Some(name) = given.name.strip_prefix("activation_").filter(|name| *name != "params") {
                    set(&mut made, AttributeProto { name: name.into(), ..given.clone() });
                }
            }
            vec![made]
        };
        let behind = match (kind, parameters) {
            ("", _) => vec![node("Identity", &[from], own)],
            ("Relu" | "Sigmoid" | "Tanh" | "HardSwish" | "Softplus" | "Softsign" | "Selu", _) => with(&[]),
            ("LeakyRelu" | "Elu" | "ThresholdedRelu", _) => with(&["alpha"]),
            ("HardSigmoid", _) => with(&["alpha", "beta"]),
            ("Clip", &[floor, ceiling]) => {
                self.made.extend([of_floats(&low, &[], &[floor]), of_floats(&high, &[], &[ceiling])]);
                vec![node("Max", &[from, &low], &lifted), node("Min", &[&lifted, &high], own)]
            }
            _ => return None,
        };
        let mut first =
            NodeProto { op_type: op.into(), domain: String::new(), output: vec![raw.clone()], ..old.clone() };
        first.input.truncate(n_inputs);
        first.attribute.retain(|attribute| !attribute.name.starts_with("activation"));
        let sum = sum_with.map(|other| node("Add", &[&raw, other], &summed));
        Some(std::iter::once(first).chain(sum).chain(behind).collect())
    }

    /// `alpha · A · B` with the last two axes of either exchanged.
    fn product(&mut self, old: &NodeProto) -> Several {
        let own = old.output.first()?;
        if ["transBatchA", "transBatchB"].iter().any(|name| integer(old, name) == Some(1)) {
            return None;
        }
        let mut nodes = Vec::new();
        let mut factors = Vec::new();
        for (at, name) in ["transA", "transB"].iter().enumerate() {
            let factor = input(old, at)?;
            if integer(old, name) != Some(1) {
                factors.push(factor.to_string());
                continue;
            }
            let rank = self.ranks.get(factor)?;
            let mut perm: Vec<i64> = (0..size(rank)).collect();
            if rank >= 2 {
                perm.swap(rank - 2, rank - 1);
            }
            let [turned] = self.fresh(own, [if at == 0 { "first turned" } else { "second turned" }]);
            nodes.push(transpose(factor, &perm, &turned));
            factors.push(turned);
        }
        let alpha = float(old, "alpha").unwrap_or(1.0);
        if alpha.to_bits() == 1.0_f32.to_bits() {
            nodes.push(node("MatMul", &[&factors[0], &factors[1]], own));
        } else {
            let [product] = self.fresh(own, ["product"]);
            let alpha = self.number(own, "alpha", alpha);
            nodes.push(node("MatMul", &[&factors[0], &factors[1]], &product));
            nodes.push(node("Mul", &[&product, &alpha], own));
        }
        Some(nodes)
    }

    /// A residual sum, which may be wanted as the fourth output, and the normalisation of it.
    fn normalised_sum(&mut self, old: &NodeProto) -> Several {
        let own = old.output.first()?;
        let is_simple = old.op_type.contains("Simplified");
        let mut nodes = Vec::new();
        let bias = if is_simple { 3 } else { 4 };
        let mut sum = self.sum(old, &[0, bias, 1], &mut nodes)?;
        if let (Some(wanted), Some(last)) = (old.output.get(3).filter(|name| !name.is_empty()), nodes.last_mut()) {
            last.output[0].clone_from(wanted);
            last.name.clone_from(wanted);
            sum.clone_from(wanted);
        }
        if old.output.iter().skip(1).take(2).any(|name| !name.is_empty()) {
            return None;
        }
        let op = if is_simple { "SimplifiedLayerNormalization" } else { "LayerNormalization" };
        let weights = [input(old, 2)?].into_iter().chain(if is_simple { None } else { input(old, 3) });
        let inputs: Vec<&str> = std::iter::once(sum.as_str()).chain(weights).collect();
        nodes.push(normalisation(op, &inputs, own, old));
        Some(nodes)
    }

    /// Words, positions and, where there are two texts, which of them, looked up, summed and normalised.
    fn embedding(&mut self, old: &NodeProto) -> Several {
        let own = old.output.first()?;
        let (ids, words, places) = (input(old, 0)?, input(old, 2)?, input(old, 3)?);
        let [word, place, sum] = self.fresh(own, ["words", "positions", "sum"]);
        let mut nodes = vec![node("Gather", &[words, ids], &word)];
        if let Some(numbers) = input(old, 8) {
            nodes.push(node("Gather", &[places, numbers], &place));
        } else {
            let numbers = self.positions(ids, own, &mut nodes);
            nodes.push(node("Gather", &[places, &numbers], &place));
        }
        nodes.push(node("Add", &[&word, &place], &sum));
        let mut total = sum;
        if let (Some(which), Some(table)) = (input(old, 1), input(old, 4)) {
            let [segment, all] = self.fresh(own, ["segments", "sum"]);
            nodes.push(node("Gather", &[table, which], &segment));
            nodes.push(node("Add", &[&total, &segment], &all));
            total = all;
        }
        if let (Some(wanted), Some(last)) = (old.output.get(2).filter(|name| !name.is_empty()), nodes.last_mut()) {
            last.output[0].clone_from(wanted);
            total.clone_from(wanted);
        }
        nodes.push(normalisation("LayerNormalization", &[&total, input(old, 5)?, input(old, 6)?], own, old));
        if let (Some(index), Some(mask)) = (old.output.get(1).filter(|name| !name.is_empty()), input(old, 7)) {
            self.masks.insert(index.clone(), mask.to_string());
        }
        Some(nodes)
    }

    /// Self-attention of rows, with the three projections stored side by side.
    fn attention(&mut self, old: &NodeProto) -> Several {
        let own = old.output.first()?.clone();
        let (x, weights) = (input(old, 0)?, self.stored.get(input(old, 1)?)?);
        let only_one = old.output.iter().skip(1).all(String::is_empty);
        if !only_one || input(old, 4).is_some() || integer(old, "do_rotary") == Some(1) {
            return None;
        }
        let &[n_inputs, n_outputs] = weights.dims.as_slice() else { return None };
        let widths = match attribute(old, "qkv_hidden_sizes") {
            Some(sizes) => <[i64; 3]>::try_from(sizes.ints.as_slice()).ok()?,
            None => [n_outputs / 3; 3],
        };
        let [n_inputs, row] = [n_inputs, n_outputs].map(|n| usize::try_from(n).unwrap_or(0));
        let numbers = floats(weights)?;
        let biases =
            input(old, 2).map(|name| self.stored.get(name).and_then(floats)).map_or(Some(None), |b| b.map(Some))?;
        if row == 0 || widths.iter().sum::<i64>() != n_outputs || biases.as_ref().is_some_and(|b| b.len() != row) {
            return None;
        }
        let mut nodes = Vec::new();
        let mut projected = Vec::new();
        let mut start = 0;
        for (part, width) in ["query", "key", "value"].into_iter().zip(widths) {
            let end = start + usize::try_from(width).ok()?;
            let own_part = format!("{own}/{part}");
            let [matrix, product] = self.fresh(&own_part, ["weight", "product"]);
            let columns: Vec<f32> = numbers.chunks_exact(row).flat_map(|row| &row[start..end]).copied().collect();
            self.made.push(of_floats(&matrix, &[size(n_inputs), width], &columns));
            nodes.push(node("MatMul", &[x, &matrix], &product));
            projected.push(match &biases {
                None => product,
                Some(biases) => {
                    let [bias, sum] = self.fresh(&own_part, ["bias", "sum"]);
                    self.made.push(of_floats(&bias, &[width], &biases[start..end]));
                    nodes.push(node("Add", &[&product, &bias], &sum));
                    sum
                }
            });
            start = end;
        }
        let parts: [String; 3] = projected.try_into().ok()?;
        self.mixed(old, &parts, [3, 5], widths[0], &mut nodes)?;
        Some(nodes)
    }

    /// Attention of queries, keys and values that are projected already.
    fn heads_of_three(&mut self, old: &NodeProto) -> Several {
        let own = old.output.first()?.clone();
        let only_one = old.output.iter().skip(1).all(String::is_empty);
        let is_plain = |at: usize| input(old, at).is_some_and(|name| self.ranks.get(name).is_none_or(|rank| rank == 3));
        if !only_one || !(0..3).all(is_plain) || old.input.iter().skip(6).any(|name| !name.is_empty()) {
            return None;
        }
        let mut nodes = Vec::new();
        let bias = match input(old, 3) {
            None => None,
            Some(name) => Some(self.stored.get(name).and_then(floats)?),
        };
        let mut parts = [0, 1, 2].map(|at| old.input[at].clone());
        let mut width = self.widths.get(&parts[0]).copied().unwrap_or(0);
        if let Some(bias) = bias {
            let n = bias.len() / 3;
            width = size(n);
            for (part, values) in parts.iter_mut().zip(bias.chunks_exact(n.max(1))) {
                let [name, sum] = self.fresh(&own, ["bias", "biased"]);
                self.made.push(of_floats(&name, &[size(n)], values));
                nodes.push(node("Add", &[part, &name], &sum));
                *part = sum;
            }
        }
        self.mixed(old, &parts, [4, 5], width, &mut nodes)?;
        Some(nodes)
    }

    /// Softmax of the products of queries and keys, times values, all in heads. `masks` are the inputs that hold which
    /// tokens count and what is added to scores; `width` is that of queries, 0 where it is not known.
    fn mixed(
        &mut self,
        old: &NodeProto,
        parts: &[String; 3],
        masks: [usize; 2],
        width: i64,
        nodes: &mut Vec<NodeProto>,
    ) -> Option<()> {
        let own = old.output.first()?.clone();
        let n_heads = integer(old, "num_heads").filter(|&n| n > 0)?;
        let in_heads = self.list(&own, "in heads", &[0, 0, n_heads, -1]);
        let joined = self.list(&own, "joined", &[0, 0, -1]);
        let perms: [&[i64]; 3] = [&[0, 2, 1, 3], &[0, 2, 3, 1], &[0, 2, 1, 3]];
        let mut turned = Vec::new();
        for ((part, perm), what) in parts.iter().zip(perms).zip(["query", "key", "value"]) {
            let [split, heads] = self.fresh(&own, [&format!("{what} in heads"), &format!("{what} of heads")]);
            nodes.push(node("Reshape", &[part, &in_heads], &split));
            nodes.push(transpose(&split, perm, &heads));
            turned.push(heads);
        }
        let [product, scores, weights, mixed, back] =
            self.fresh(&own, ["product", "scores", "weights", "mixed", "heads last"]);
        nodes.push(node("MatMul", &[&turned[0], &turned[1]], &product));
        let scale = match float(old, "scale").filter(|&scale| scale != 0.0) {
            Some(scale) => scale,
            None if width > 0 => ((width / n_heads) as f32).sqrt().recip(),
            None => return None,
        };
        let scale = self.number(&own, "scale", scale);
        nodes.push(node("Mul", &[&product, &scale], &scores));
        let mut last = scores;
        if let Some(bias) = input(old, masks[1]) {
            let [biased] = self.fresh(&own, ["biased scores"]);
            nodes.push(node("Add", &[&last, bias], &biased));
            last = biased;
        }
        if let Some(mask) = input(old, masks[0]) {
            let mask = self.masks.get(mask).cloned().unwrap_or_else(|| mask.to_string());
            let filter = float(old, "mask_filter_value").unwrap_or(FILTER);
            let addend = self.mask(&mask, &own, filter, nodes)?;
            let [masked] = self.fresh(&own, ["masked scores"]);
            nodes.push(node("Add", &[&last, &addend], &masked));
            last = masked;
        }
        if integer(old, "unidirectional") == Some(1) {
            let later = self.later(&parts[0], &own, nodes);
            let [masked] = self.fresh(&own, ["scores of earlier"]);
            nodes.push(node("Add", &[&last, &later], &masked));
            last = masked;
        }
        nodes.push(with_integer(node("Softmax", &[&last], &weights), "axis", -1));
        nodes.push(node("MatMul", &[&weights, &turned[2]], &mixed));
        nodes.push(transpose(&mixed, &[0, 2, 1, 3], &back));
        nodes.push(node("Reshape", &[&back, &joined], &own));
        Some(())
    }

    /// What to add to scores so that tokens with 0 in a mask do not count.
    fn mask(&mut self, mask: &str, own: &str, filter: f32, nodes: &mut Vec<NodeProto>) -> Option<String> {
        let [wide, float, missing, addend] = self.fresh(own, ["mask", "mask as float32", "filling", "mask of scores"]);
        let shape: &[i64] = match self.ranks.get(mask)? {
            2 => &[0, 1, 1, -1],
            4 => &[0, 0, 0, 0],
            _ => return None,
        };
        let shape = self.list(own, "mask shape", shape);
        let one = self.number(own, "one", 1.0);
        let filter = self.number(own, "filter", filter);
        nodes.push(node("Reshape", &[mask, &shape], &wide));
        nodes.push(cast(&wide, DataType::Float, &float));
        nodes.push(node("Sub", &[&one, &float], &missing));
        nodes.push(node("Mul", &[&missing, &filter], &addend));
        Some(addend)
    }

    /// The numbers of tokens from 0, as many as the second axis has.
    fn positions(&mut self, tokens: &str, own: &str, nodes: &mut Vec<NodeProto>) -> String {
        let [shape, length, zero, one, numbers] = self.fresh(own, ["shape", "length", "0", "1", "positions"]);
        self.made.extend([of_integers(&zero, &[], &[0]), of_integers(&one, &[], &[1])]);
        nodes.push(node("Shape", &[tokens], &shape));
        nodes.push(node("Gather", &[&shape, &one], &length));
        nodes.push(node("Range", &[&zero, &length, &one], &numbers));
        numbers
    }

    /// What to add to scores so that no token sees a later one: far below all scores above the diagonal.
    fn later(&mut self, rows: &str, own: &str, nodes: &mut Vec<NodeProto>) -> String {
        let numbers = self.positions(rows, own, nodes);
        let [column, is_later, float, addend] =
            self.fresh(own, ["positions in a column", "is later", "is later as float32", "later"]);
        let upright = self.list(own, "upright", &[-1, 1]);
        let far = self.number(own, "far", f32::MIN / 4.0);
        nodes.push(node("Reshape", &[&numbers, &upright], &column));
        nodes.push(node("Greater", &[&numbers, &column], &is_later));
        nodes.push(cast(&is_later, DataType::Float, &float));
        nodes.push(node("Mul", &[&float, &far], &addend));
        addend
    }
}

/// As far as stored matrices and biases tell.
fn widths(graph: &GraphProto) -> HashMap<String, i64> {
    let mut widths: HashMap<String, i64> = HashMap::new();
    let last: HashMap<&str, i64> =
        graph.initializer.iter().filter_map(|tensor| Some((tensor.name.as_str(), *tensor.dims.last()?))).collect();
    for node in &graph.node {
        let found = match node.op_type.as_str() {
            "MatMul" | "FusedMatMul" | "MatMulIntegerToFloat" | "DynamicQuantizeMatMul" => {
                input(node, 1).and_then(|name| last.get(name))
            }
            "Add" => node.input.iter().find_map(|name| last.get(name.as_str()).or_else(|| widths.get(name))),
            _ => None,
        };
        if let (Some(&width), Some(output)) = (found, node.output.first()) {
            widths.insert(output.clone(), width);
        }
    }
    widths
}

fn transpose(from: &str, perm: &[i64], to: &str) -> NodeProto {
    with_integers(node("Transpose", &[from], to), "perm", perm.to_vec())
}

fn gelu(from: &str, to: &str, is_approximate: bool) -> NodeProto {
    let made = node("Gelu", &[from], to);
    if is_approximate { with_text(made, "approximate", "tanh") } else { made }
}

fn normalisation(op: &str, inputs: &[&str], own: &str, old: &NodeProto) -> NodeProto {
    with_float(with_integer(node(op, inputs, own), "axis", -1), "epsilon", float(old, "epsilon").unwrap_or(1e-12))
}
