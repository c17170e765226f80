//! Quantised networks as the float networks that they stand for. tract's own quantised softmax gives wrong numbers
//! without a word, and several quantised operators are unknown to it.
//!
//! A tensor of quantised numbers becomes the tensor of float numbers that they mean, under the same name. Quantising
//! keeps what it does to large values: they are cut off where the whole numbers end. That matters, as quantisers leave
//! out a ReLU where the numbers end at zero.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

use super::super::layers::node_name;
use super::edit::{Names, cast, follow, input, node as node_of, rename_uses, size as size_of};
use super::types::Types;
use super::values::{count, floats, integers, of_floats};
use crate::network::attributes::{float, integer};

/// Operators that only move numbers about or pick some, whatever the numbers are.
const MOVING: [&str; 20] = [
    "Transpose",
    "Reshape",
    "Flatten",
    "Squeeze",
    "Unsqueeze",
    "Slice",
    "Split",
    "Gather",
    "Identity",
    "MaxPool",
    "Concat",
    "Expand",
    "Tile",
    "DepthToSpace",
    "SpaceToDepth",
    "GlobalMaxPool",
    "Shape",
    "Resize",
    "ArgMax",
    "ReduceMax",
];

pub(super) fn apply(graph: &mut GraphProto, opset: i64) -> Result<Option<String>, String> {
    let is_quantised = |node: &NodeProto| {
        let op = node.op_type.as_str();
        op.contains("QuantizeLinear")
            || op.starts_with("QLinear")
            || op == "QGemm"
            || matches!(op, "QAttention" | "QEmbedLayerNormalization")
            || op.contains("MatMulInteger")
            || op == "ConvInteger"
            || op == "DynamicQuantizeMatMul"
            || op == "DequantizeLinear"
    };
    let n = graph.node.iter().filter(|node| is_quantised(node)).count();
    if n == 0 {
        return Ok(None);
    }
    let types = Types::of(graph);
    let mut work = Work {
        stored: std::mem::take(&mut graph.initializer)
            .into_iter()
            .map(|tensor| (tensor.name.clone(), tensor))
            .collect(),
        order: Vec::new(),
        made: Vec::new(),
        names: Names::of(graph),
        renamed: HashMap::new(),
        meaning: HashSet::new(),
        plain: HashSet::new(),
        clipped: 0,
        opset,
    };
    work.order = {
        let mut order: Vec<String> = work.stored.keys().cloned().collect();
        order.sort();
        order
    };
    for node in std::mem::take(&mut graph.node) {
        let made = if is_quantised(&node) {
            let what = node_name(&node);
            work.float(&node, &types).map_err(|reason| {
                format!(
                    "{what} is quantised in a way that cannot be undone here: {reason}; open the network from before it was \
                     quantised, or quantise it with constant scales in the QDQ format"
                )
            })?
        } else {
            work.pass(node)?
        };
        graph.node.extend(made);
    }
    // Outputs keep their names.
    for output in &graph.output {
        let mut source = output.name.clone();
        follow(&mut source, &work.renamed);
        if source != output.name {
            graph.node.push(node_of("Identity", &[&source], &output.name));
        }
    }
    let (renamed, clipped) = (work.renamed, work.clipped);
    let mut stored = work.stored;
    graph.initializer = work.order.iter().filter_map(|name| stored.remove(name)).collect();
    graph.initializer.extend(work.made);
    rename_uses(graph, &renamed);
    super::tail::keep_needed(graph);
    let cut =
        if clipped > 0 { format!(", cut off where the whole numbers of {clipped} tensors end") } else { String::new() };
    Ok(Some(format!(
        "the network is quantised ({n} nodes): all of it is computed with the float32 numbers that are meant{cut}, so \
         that results are not rounded as in the quantised network"
    )))
}

struct Work {
    stored: HashMap<String, TensorProto>,
    /// Names of the tensors that the file stores.
    order: Vec<String>,
    made: Vec<TensorProto>,
    names: Names,
    renamed: HashMap<String, String>,
    /// Tensors that held quantised numbers and now hold what these mean.
    meaning: HashSet<String>,
    /// Of them, those that were quantised while running: with scale 1 and zero point 0.
    plain: HashSet<String>,
    clipped: usize,
    opset: i64,
}

/// How whole numbers stand for others.
struct Scale {
    factors: Vec<f32>,
    zero: Option<Vec<i64>>,
    kind: DataType,
    axis: i64,
    block: usize,
}

type Made = Result<Vec<NodeProto>, String>;

impl Work {
    fn float(&mut self, node: &NodeProto, types: &Types) -> Made {
        let own = node.output.first().ok_or("it has no output")?.clone();
        match node.op_type.as_str() {
            "QuantizeLinear" => self.quantise(node, &own),
            "DequantizeLinear" => self.dequantise(node, &own, types),
            "DynamicQuantizeLinear" => {
                let [values, scale, zero] = [Some(own), node.output.get(1).cloned(), node.output.get(2).cloned()];
                let source = input(node, 0).ok_or("it has no input")?.to_string();
                let values = values.unwrap_or_default();
                self.plain.insert(values.clone());
                self.meaning.insert(values.clone());
                self.renamed.insert(values, source);
                let zero_tensor = |name: String| TensorProto {
                    data_type: DataType::Uint8 as i32,
                    raw_data: vec![0],
                    name,
                    ..Default::default()
                };
                scale
                    .filter(|name| !name.is_empty())
                    .into_iter()
                    .for_each(|name| self.store(of_floats(&name, &[], &[1.0])));
                zero.filter(|name| !name.is_empty()).into_iter().for_each(|name| self.store(zero_tensor(name)));
                Ok(Vec::new())
            }
            "MatMulInteger" => {
                let (a, mut nodes) = self.integers(node, 0, 2, -2)?;
                let (b, more) = self.integers(node, 1, 3, -1)?;
                nodes.extend(more);
                nodes.push(node_of("MatMul", &[&a, &b], &own));
                Ok(nodes)
            }
            "ConvInteger" => {
                let (x, mut nodes) = self.integers(node, 0, 2, 1)?;
                let (w, more) = self.integers(node, 1, 3, 0)?;
                nodes.extend(more);
                nodes.push(NodeProto { op_type: "Conv".into(), input: vec![x, w], ..node.clone() });
                Ok(nodes)
            }
            "DynamicQuantizeMatMul" => {
                let a = input(node, 0).ok_or("it has no input")?.to_string();
                let b = self.value(node, 1, [2, 3], -1)?;
                Ok(self.product(&a, &b, input(node, 4), &own))
            }
            "QEmbedLayerNormalization" => {
                let mut float = NodeProto { op_type: "EmbedLayerNormalization".into(), ..node.clone() };
                // Tables of words, positions and segments, then what scales and shifts; a mask is no number to undo.
                let given = |at: usize| input(node, at).is_some();
                for at in (2..7).filter(|&at| given(at)) {
                    float.input[at] = self.value(node, at, [at + 6, at + 11], -1)?;
                }
                float.input.truncate(8);
                Ok(vec![float])
            }
            "QAttention" => {
                let x = self.value(node, 0, [3, 6], -1)?;
                let weights = self.value(node, 1, [4, 7], -1)?;
                let mut float = NodeProto { op_type: "Attention".into(), ..node.clone() };
                let [bias, mask, past] = [2, 5, 8].map(|at| input(node, at).unwrap_or_default().to_string());
                float.input = vec![x, weights, bias, mask, past];
                Ok(vec![float])
            }
            "MatMulIntegerToFloat" => {
                let a = self.value(node, 0, [2, 4], -1)?;
                let b = self.value(node, 1, [3, 5], -1)?;
                Ok(self.product(&a, &b, input(node, 6), &own))
            }
            _ => self.float_result(node, &own),
        }
    }

    /// Operators whose result is quantised, too.
    fn float_result(&mut self, node: &NodeProto, own: &str) -> Made {
        match node.op_type.as_str() {
            "QLinearConv" => {
                let x = self.value(node, 0, [1, 2], 1)?;
                let w = self.value(node, 3, [4, 5], 0)?;
                let mut inputs = vec![x, w];
                if input(node, 8).is_some() {
                    let scales = self.product_scale(node, 1, 4)?;
                    inputs.push(self.bias(node, 8, &scales)?);
                }
                let conv = NodeProto { op_type: "Conv".into(), domain: String::new(), input: inputs, ..node.clone() };
                self.cut(conv, node, [6, 7])
            }
            "QLinearMatMul" => {
                let a = self.value(node, 0, [1, 2], -1)?;
                let b = self.value(node, 3, [4, 5], -1)?;
                self.cut(node_of("MatMul", &[&a, &b], own), node, [6, 7])
            }
            "QGemm" => {
                let a = self.value(node, 0, [1, 2], -1)?;
                let b = self.value(node, 3, [4, 5], i64::from(integer(node, "transB") != Some(1)))?;
                let mut inputs = vec![a, b];
                if input(node, 6).is_some() {
                    let alpha = float(node, "alpha").unwrap_or(1.0);
                    let scales: Vec<f32> = self.product_scale(node, 1, 4)?.iter().map(|scale| scale * alpha).collect();
                    inputs.push(self.bias(node, 6, &scales)?);
                }
                let gemm = NodeProto { op_type: "Gemm".into(), domain: String::new(), input: inputs, ..node.clone() };
                self.cut(gemm, node, [7, 8])
            }
            "QLinearAdd" | "QLinearMul" => {
                let a = self.value(node, 0, [1, 2], 1)?;
                let b = self.value(node, 3, [4, 5], 1)?;
                let op = node.op_type.trim_start_matches("QLinear");
                self.cut(node_of(op, &[&a, &b], own), node, [6, 7])
            }
            "QLinearGlobalAveragePool"
            | "QLinearAveragePool"
            | "QLinearSigmoid"
            | "QLinearLeakyRelu"
            | "QLinearSoftmax"
            | "QLinearReduceMean" => {
                if integer(node, "channels_last") == Some(1) {
                    return Err("its channels come last".into());
                }
                let x = self.value(node, 0, [1, 2], 1)?;
                let op = node.op_type.trim_start_matches("QLinear");
                let mut plain = NodeProto { op_type: op.into(), domain: String::new(), input: vec![x], ..node.clone() };
                plain.attribute.retain(|a| !["channels_last", "opset"].contains(&a.name.as_str()));
                self.cut(plain, node, [3, 4])
            }
            "QLinearConcat" => {
                let parts: Result<Vec<String>, String> = (0..(node.input.len().max(2) - 2) / 3)
                    .map(|i| self.value(node, 2 + 3 * i, [3 + 3 * i, 4 + 3 * i], 1))
                    .collect();
                let concat =
                    NodeProto { op_type: "Concat".into(), domain: String::new(), input: parts?, ..node.clone() };
                self.cut(concat, node, [0, 1])
            }
            other => Err(format!("the operator {other} is not known here")),
        }
    }

    /// A node that knows nothing of quantising, in the middle of what does.
    fn pass(&mut self, mut node: NodeProto) -> Made {
        let meaning = |name: &String| self.meaning.contains(name);
        if !node.input.iter().any(meaning) {
            return Ok(vec![node]);
        }
        let is_mixed = node.op_type == "Concat" && !node.input.iter().all(meaning);
        if node.op_type == "Pad" {
            // Filled with what means zero.
            if let Some(filling) = node.input.get_mut(2) {
                filling.clear();
            }
        } else if !MOVING.contains(&node.op_type.as_str()) || is_mixed {
            return Err(format!(
                "{} computes with quantised whole numbers as they are, which cannot be undone here; open the network from \
                 before it was quantised",
                node_name(&node)
            ));
        }
        if !matches!(node.op_type.as_str(), "Shape" | "ArgMax") {
            if node.input.iter().filter(|name| self.meaning.contains(*name)).all(|name| self.plain.contains(name)) {
                self.plain.extend(node.output.iter().cloned());
            }
            self.meaning.extend(node.output.iter().cloned());
        }
        Ok(vec![node])
    }

    fn store(&mut self, tensor: TensorProto) {
        self.stored.insert(tensor.name.clone(), tensor.clone());
        self.made.push(tensor);
    }

    fn scale(&self, node: &NodeProto, [scale, zero]: [usize; 2], axis: i64) -> Result<Scale, String> {
        let name = input(node, scale).ok_or("it has no scale")?;
        let tensor = self.stored.get(name).ok_or_else(|| format!("its scale {name:?} is computed while it runs"))?;
        let values = floats(tensor)
            .filter(|values| !values.is_empty())
            .ok_or_else(|| format!("its scale {name:?} has no numbers"))?;
        let zero = match input(node, zero) {
            None => None,
            Some(name) => {
                let zero = self
                    .stored
                    .get(name)
                    .ok_or_else(|| format!("its zero point {name:?} is computed while it runs"))?;
                let kind = DataType::try_from(zero.data_type).unwrap_or(DataType::Uint8);
                Some((
                    integers(zero)
                        .ok_or_else(|| format!("its zero point {name:?} is of the type {}", kind.as_str_name()))?,
                    kind,
                ))
            }
        };
        let output = integer(node, "output_dtype").and_then(|kind| DataType::try_from(i32::try_from(kind).ok()?).ok());
        let kind = zero
            .as_ref()
            .map(|(_, kind)| *kind)
            .or(output.filter(|k| *k != DataType::Undefined))
            .unwrap_or(DataType::Uint8);
        Ok(Scale {
            factors: values,
            zero: zero.map(|(zero, _)| zero),
            kind,
            axis,
            block: integer(node, "block_size").and_then(|block| usize::try_from(block).ok()).unwrap_or(0),
        })
    }

    /// The float tensor that a quantised input means.
    fn value(&mut self, node: &NodeProto, at: usize, scale: [usize; 2], axis: i64) -> Result<String, String> {
        let name = input(node, at).ok_or("an input is missing")?.to_string();
        if self.meaning.contains(&name) {
            return Ok(name);
        }
        let scale = self.scale(node, scale, axis)?;
        let tensor =
            self.stored.get(&name).ok_or_else(|| format!("{name:?} comes from outside of what is quantised"))?;
        let values = scale.meant(tensor)?;
        let fresh = self.names.fresh(&format!("{name} as float32"));
        let meant = of_floats(&fresh, &tensor.dims.clone(), &values);
        self.store(meant);
        Ok(fresh)
    }

    /// Whole numbers minus their zero point, as float32.
    fn integers(
        &mut self,
        node: &NodeProto,
        at: usize,
        zero: usize,
        axis: i64,
    ) -> Result<(String, Vec<NodeProto>), String> {
        let name = input(node, at).ok_or("an input is missing")?.to_string();
        if self.plain.contains(&name) {
            return Ok((name, Vec::new()));
        }
        if self.meaning.contains(&name) {
            return Err(format!("{name:?} was quantised with another scale"));
        }
        let zeros = match input(node, zero) {
            None => vec![0],
            Some(zero) => self
                .stored
                .get(zero)
                .and_then(integers)
                .ok_or_else(|| format!("its zero point {zero:?} is computed while it runs"))?,
        };
        let fresh = self.names.fresh(&format!("{name} as float32"));
        if let Some(tensor) = self.stored.get(&name) {
            let scale = Scale { factors: vec![1.0], zero: Some(zeros), kind: DataType::Uint8, axis, block: 0 };
            let meant = of_floats(&fresh, &tensor.dims.clone(), &scale.meant(tensor)?);
            self.store(meant);
            return Ok((fresh, Vec::new()));
        }
        let &[zero] = zeros.as_slice() else { return Err(format!("{name:?} has several zero points")) };
        let [whole, offset] =
            [self.names.fresh(&format!("{name} cast")), self.names.fresh(&format!("{name} zero point"))];
        self.store(of_floats(&offset, &[], &[zero as f32]));
        Ok((fresh.clone(), vec![cast(&name, DataType::Float, &whole), node_of("Sub", &[&whole, &offset], &fresh)]))
    }

    /// The scale of products of two quantised tensors, one or one per column.
    fn product_scale(&self, node: &NodeProto, a: usize, b: usize) -> Result<Vec<f32>, String> {
        let a = self.scale(node, [a, a + 1], 0)?.factors;
        let b = self.scale(node, [b, b + 1], 0)?.factors;
        let &[a] = a.as_slice() else { return Err("it has several scales of its input".into()) };
        Ok(b.into_iter().map(|b| a * b).collect())
    }

    fn bias(&mut self, node: &NodeProto, at: usize, scales: &[f32]) -> Result<String, String> {
        let name = input(node, at).unwrap_or_default().to_string();
        let tensor = self.stored.get(&name).ok_or_else(|| format!("its bias {name:?} is computed while it runs"))?;
        let whole = integers(tensor).ok_or_else(|| format!("its bias {name:?} has no whole numbers"))?;
        let values: Vec<f32> = whole.iter().enumerate().map(|(i, &v)| v as f32 * scales[i % scales.len()]).collect();
        let fresh = self.names.fresh(&format!("{name} as float32"));
        let meant = of_floats(&fresh, &tensor.dims.clone(), &values);
        self.store(meant);
        Ok(fresh)
    }

    fn product(&mut self, a: &str, b: &str, bias: Option<&str>, own: &str) -> Vec<NodeProto> {
        match bias {
            None => vec![node_of("MatMul", &[a, b], own)],
            Some(bias) => {
                let inner = self.names.fresh(&format!("{own} product"));
                vec![node_of("MatMul", &[a, b], &inner), node_of("Add", &[&inner, bias], own)]
            }
        }
    }

    /// A float operator, then what quantising its result does to large values.
    fn cut(&mut self, mut made: NodeProto, node: &NodeProto, scale: [usize; 2]) -> Made {
        let own = node.output[0].clone();
        if input(node, scale[0]).is_none() {
            return Ok(vec![made]);
        }
        let bounds = self.scale(node, scale, 1)?;
        self.meaning.insert(own.clone());
        let inner = self.names.fresh(&format!("{own} uncut"));
        made.output = vec![inner.clone()];
        made.name.clone_from(&inner);
        let mut nodes = vec![made];
        nodes.extend(self.clip(&inner, &own, &bounds)?);
        Ok(nodes)
    }

    /// Keeps values between the smallest and the largest number that can be meant.
    fn clip(&mut self, from: &str, own: &str, scale: &Scale) -> Made {
        let (low, high) = scale.bounds()?;
        self.clipped += 1;
        if low.len() > 1 {
            return Err("its activations have a scale per channel".into());
        }
        let [first, second] = [self.names.fresh(&format!("{own} lowest")), self.names.fresh(&format!("{own} highest"))];
        self.store(of_floats(&first, &[], &low));
        self.store(of_floats(&second, &[], &high));
        if self.opset >= 11 {
            return Ok(vec![node_of("Clip", &[from, &first, &second], own)]);
        }
        let inner = self.names.fresh(&format!("{own} from below"));
        Ok(vec![node_of("Max", &[from, &first], &inner), node_of("Min", &[&inner, &second], own)])
    }

    fn quantise(&mut self, node: &NodeProto, own: &str) -> Made {
        let scale = self.scale(node, [1, 2], integer(node, "axis").unwrap_or(1))?;
        let source = input(node, 0).ok_or("it has no input")?.to_string();
        self.meaning.insert(own.to_string());
        if let Some(tensor) = self.stored.get(&source) {
            // Weights are rounded as they would be, once.
            let values = floats(tensor).ok_or("its input has no numbers")?;
            let rounded = scale.rounded(&values, &tensor.dims.clone())?;
            let meant = of_floats(own, &tensor.dims.clone(), &rounded);
            self.store(meant);
            return Ok(Vec::new());
        }
        self.clip(&source, own, &scale)
    }

    fn dequantise(&mut self, node: &NodeProto, own: &str, types: &Types) -> Made {
        let source = input(node, 0).ok_or("it has no input")?.to_string();
        if self.meaning.contains(&source) {
            // Who reads the result reads float numbers.
            self.renamed.insert(own.to_string(), source.clone());
            return Ok(Vec::new());
        }
        let scale = self.scale(node, [1, 2], integer(node, "axis").unwrap_or(1))?;
        if let Some(tensor) = self.stored.get(&source) {
            let meant = of_floats(own, &tensor.dims.clone(), &scale.meant(tensor)?);
            self.store(meant);
            return Ok(Vec::new());
        }
        let (&[factor], zero) = (scale.factors.as_slice(), scale.zero.as_deref().unwrap_or(&[0])) else {
            return Err(format!("{source:?} ({:?}) has a scale per channel", types.get(&source)));
        };
        let fresh: Vec<String> = ["cast", "scale", "zero point", "centred"]
            .iter()
            .map(|part| self.names.fresh(&format!("{own} {part}")))
            .collect();
        let [whole, scale, offset, centred] = fresh.as_slice() else { unreachable!("four names") };
        self.store(of_floats(scale, &[], &[factor]));
        self.store(of_floats(offset, &[], &[zero.first().copied().unwrap_or(0) as f32]));
        Ok(vec![
            cast(&source, DataType::Float, whole),
            node_of("Sub", &[whole, offset], centred),
            node_of("Mul", &[centred, scale], own),
        ])
    }
}

impl Scale {
    /// Where the scale of each number of a tensor of these sizes stands in the list of scales.
    fn places(&self, dims: &[i64], n_scales: usize) -> Result<Box<dyn Fn(usize) -> usize>, String> {
        if n_scales == 1 {
            return Ok(Box::new(|_| 0));
        }
        let rank = size_of(dims.len());
        let axis = if self.axis < 0 { self.axis + rank } else { self.axis };
        let axis =
            usize::try_from(axis).ok().filter(|&axis| axis < dims.len()).ok_or("its axis is none of the tensor's")?;
        let size = |size: i64| usize::try_from(size).unwrap_or(0);
        let inner: usize = dims[axis + 1..].iter().map(|&d| size(d)).product();
        let along = size(dims[axis]);
        if self.block > 0 {
            let n_blocks = along.div_ceil(self.block);
            let outer: usize = dims[..axis].iter().map(|&d| size(d)).product();
            if n_scales != outer * n_blocks * inner {
                return Err("its scales do not fit its blocks".into());
            }
            let block = self.block;
            return Ok(Box::new(move |i| {
                (i / (inner * along) * n_blocks + i / inner % along / block) * inner + i % inner
            }));
        }
        if n_scales != along {
            return Err(format!("it has {n_scales} scales for {along} channels"));
        }
        Ok(Box::new(move |i| i / inner % along))
    }

    fn meant(&self, tensor: &TensorProto) -> Result<Vec<f32>, String> {
        let whole =
            integers(tensor).ok_or_else(|| format!("the numbers of {:?} are of a type not known here", tensor.name))?;
        let place = self.places(&tensor.dims, self.factors.len())?;
        let zero = self.zero.as_deref().unwrap_or(&[0]);
        let zero_place = self.places(&tensor.dims, zero.len())?;
        if zero.is_empty() || whole.len() != count(tensor) {
            return Err(format!("{:?} has not as many numbers as it says", tensor.name));
        }
        Ok(whole.iter().enumerate().map(|(i, &v)| (v - zero[zero_place(i)]) as f32 * self.factors[place(i)]).collect())
    }

    /// Float numbers quantised and back.
    fn rounded(&self, values: &[f32], dims: &[i64]) -> Result<Vec<f32>, String> {
        let place = self.places(dims, self.factors.len())?;
        let zero = self.zero.as_deref().unwrap_or(&[0]);
        let zero_place = self.places(dims, zero.len())?;
        let (low, high) = self.range()?;
        Ok(values
            .iter()
            .enumerate()
            .map(|(i, &v)| {
                let (scale, zero) = (self.factors[place(i)], zero[zero_place(i)] as f32);
                (((v / scale).round_ties_even() + zero).clamp(low, high) - zero) * scale
            })
            .collect())
    }

    fn range(&self) -> Result<(f32, f32), String> {
        Ok(match self.kind {
            DataType::Uint8 => (0.0, 255.0),
            DataType::Int8 => (-128.0, 127.0),
            DataType::Uint16 => (0.0, 65535.0),
            DataType::Int16 => (-32768.0, 32767.0),
            DataType::Uint4 => (0.0, 15.0),
            DataType::Int4 => (-8.0, 7.0),
            other => return Err(format!("numbers of the type {} are not known here", other.as_str_name())),
        })
    }

    /// The smallest and the largest numbers that can be meant, for each scale.
    fn bounds(&self) -> Result<(Vec<f32>, Vec<f32>), String> {
        let (low, high) = self.range()?;
        let zero = self.zero.as_deref().unwrap_or(&[0]);
        let meant = |end: f32| {
            let numbers =
                self.factors.iter().enumerate().map(|(i, scale)| (end - zero[i % zero.len().max(1)] as f32) * scale);
            numbers.collect::<Vec<f32>>()
        };
        if zero.is_empty() {
            return Err("its zero point has no numbers".into());
        }
        Ok((meant(low), meant(high)))
    }
}
