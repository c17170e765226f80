//! Lays out the convolutional parts of a graph with the channels of a position side by side, `[batch, height, width,
//! channels]` in place of `[batch, channels, height, width]`, and joins what follows a convolution to it.
//!
//! A tensor of such a part has a *twin* in the other layout, and keeps its own only where something else needs it.

use std::collections::{BTreeMap, BTreeSet};

use tract_onnx::pb::{GraphProto, NodeProto};

use super::epilogue::Step;
use super::rewrite::Shapes;
use super::view::{View, made, with_sizes};
use super::window::Window;
use super::{CONV, MAX_POOL, MEAN, STEPS};
use crate::network::attributes::{attribute, float, integer, with_integer};

/// From the layout of ONNX to that of twins, and back.
const TO_TWIN: [usize; 4] = [0, 2, 3, 1];
const FROM_TWIN: [usize; 4] = [0, 3, 1, 2];

/// Operators that compute each number from one, perhaps with single numbers as further inputs.
const UNARY: [&str; 22] = [
    "Abs",
    "Celu",
    "Clip",
    "Elu",
    "Erf",
    "Exp",
    "Gelu",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "LeakyRelu",
    "Log",
    "Mish",
    "Neg",
    "Reciprocal",
    "Relu",
    "Selu",
    "Sigmoid",
    "Softplus",
    "Softsign",
    "Sqrt",
    "Tanh",
];
/// Operators that compute each number from two.
const BINARY: [&str; 5] = ["Add", "Sub", "Mul", "Div", "Pow"];

/// Replaces what can be, in place. Names of tensors that are `kept` or used by what remains do not change.
pub(super) fn convert(graph: &mut GraphProto, kept: &[String], shapes: &Shapes) {
    let view = View::of(graph, kept);
    let mut layout = Layout { view: &view, shapes, nodes: Vec::new(), twins: BTreeMap::new(), hidden: BTreeSet::new() };
    let mut joined = BTreeSet::new();
    let mut waiting: BTreeMap<usize, Chain> = BTreeMap::new();
    for idx in 0..view.n_nodes() {
        if !joined.contains(&idx)
            && let Some(chain) = layout.chain(idx, &joined)
        {
            joined.extend(chain.members.iter().copied());
            // Its place is that of its last node, where all that it needs is there.
            waiting.insert(*chain.members.last().expect("a chain has a node"), chain);
        }
        if let Some(chain) = waiting.remove(&idx) {
            layout.put_chain(&chain);
        } else if !joined.contains(&idx) {
            layout.put_alone(view.node(idx));
        }
    }
    for name in view.kept() {
        layout.uncover(name);
    }
    graph.node = layout.nodes;
}

/// A convolution or a tensor, and operators behind that nobody else looks into.
struct Chain {
    members: Vec<usize>,
    /// Its first input has a twin or gets one.
    head: NodeProto,
    steps: Vec<Step>,
    operands: Vec<Operand>,
}

/// What a step needs.
enum Operand {
    /// In the layout of twins.
    Twin(String),
    /// As it is: numbers per channel.
    Stored(String),
}

struct Layout<'g> {
    view: &'g View<'g>,
    shapes: &'g Shapes,
    nodes: Vec<NodeProto>,
    /// Names of tensors that are there in the other layout.
    twins: BTreeMap<String, String>,
    /// Those that are there in no other.
    hidden: BTreeSet<String>,
}

impl Layout<'_> {
    fn shape(&self, name: &str) -> Option<[usize; 4]> {
        self.shapes.get(name)?.as_slice().try_into().ok()
    }

    /// The longest chain that begins with a node.
    fn chain(&self, idx: usize, joined: &BTreeSet<usize>) -> Option<Chain> {
        let node = self.view.node(idx);
        let mut chain = if node.op_type == "Conv" {
            let head = self.conv(node)?;
            Chain { members: vec![idx], head, steps: Vec::new(), operands: Vec::new() }
        } else {
            let base = node.input.iter().find(|name| self.twins.contains_key(*name) && self.keeps(node, name))?;
            let (step, operands) = self.step(node, base)?;
            let head = NodeProto { input: vec![base.clone()], ..made(STEPS, node) };
            Chain { members: vec![idx], head, steps: vec![step], operands }
        };
        let mut last = idx;
        while let Some(user) = self.view.only_user(last).filter(|user| !joined.contains(user)) {
            let [output] = self.view.node(last).output.as_slice() else { break };
            let Some((step, operands)) = self.step(self.view.node(user), output) else { break };
            chain.members.push(user);
            chain.steps.push(step);
            chain.operands.extend(operands);
            last = user;
        }
        Some(chain)
    }

    /// Whether the result of a node has the sizes of one of its inputs, all of them known.
    fn keeps(&self, node: &NodeProto, input: &str) -> bool {
        let [output] = node.output.as_slice() else { return false };
        self.shape(input).is_some_and(|shape| self.shape(output) == Some(shape))
    }

    /// What a node does to one of its inputs, if that is a step.
    fn step(&self, node: &NodeProto, input: &str) -> Option<(Step, Vec<Operand>)> {
        if !self.keeps(node, input) {
            return None;
        }
        if let Some([low, high]) = self.view.bounds(node).filter(|_| node.input[0] == input) {
            return Some((Step::Clamp { low: low.to_bits(), high: high.to_bits() }, Vec::new()));
        }
        match (node.op_type.as_str(), node.input.as_slice()) {
            ("Add" | "Mul", [a, b]) if a != b => {
                let other = if a == input { b } else { a };
                let (shape, [batch, channels, height, width]) = (self.shape(other)?, self.shape(input)?);
                let step = match node.op_type.as_str() {
                    "Add" if shape == [batch, channels, height, width] => Step::Add,
                    "Mul" if shape == [batch, channels, 1, 1] => Step::Gate,
                    _ => return None,
                };
                Some((step, vec![Operand::Twin(other.clone())]))
            }
            ("BatchNormalization", [values, statistics @ ..]) if values == input && statistics.len() == 4 => {
                let n_channels = i64::try_from(self.shape(input)?[1]).ok()?;
                let is_stored = |name: &String| self.view.weights(name).is_some_and(|dims| dims == [n_channels]);
                let is_usual = |name: &str, usual: i64| integer(node, name).is_none_or(|value| value == usual);
                let fits = statistics.iter().all(is_stored) && is_usual("training_mode", 0) && is_usual("spatial", 1);
                let epsilon = float(node, "epsilon").unwrap_or(1e-5).to_bits();
                let operands = statistics.iter().cloned().map(Operand::Stored).collect();
                fits.then_some((Step::Normalise { epsilon }, operands))
            }
            _ => None,
        }
    }

    /// A convolution of all channels together or of each alone.
    fn conv(&self, node: &NodeProto) -> Option<NodeProto> {
        let [values, weights, bias @ ..] = node.input.as_slice() else { return None };
        let &[n_outputs, of_each, height, width] = self.view.weights(weights)? else { return None };
        let n_channels = i64::try_from(self.shape(values)?[1]).ok()?;
        let n_groups = integer(node, "group").unwrap_or(1);
        let is_each = n_groups > 1;
        let is_usual = if is_each {
            n_groups == n_channels && n_outputs == n_channels && of_each == 1
        } else {
            n_groups == 1 && of_each == n_channels
        };
        let kernel = [usize::try_from(height).ok()?, usize::try_from(width).ok()?];
        let mut sized = node.clone();
        if attribute(node, "kernel_shape").is_none() {
            sized = with_sizes(sized, "kernel_shape", &kernel);
        }
        let window = Window::of(&sized).filter(|window| window.kernel == kernel)?;
        let bias_fits = match bias {
            [] => true,
            [bias] => self.view.weights(bias).is_some_and(|dims| dims == [n_outputs]),
            _ => false,
        };
        if !is_usual || !bias_fits || n_outputs < 1 || node.output.len() != 1 || self.shape(&node.output[0]).is_none() {
            return None;
        }
        let head = window.on(NodeProto { input: node.input.clone(), ..made(CONV, node) });
        Some(with_integer(with_integer(head, "is_each", i64::from(is_each)), "has_bias", i64::from(!bias.is_empty())))
    }

    fn put_chain(&mut self, chain: &Chain) {
        let mut node = Step::on(&chain.steps, chain.head.clone());
        node.input[0] = self.twin(&chain.head.input[0]);
        for operand in &chain.operands {
            let name = match operand {
                Operand::Twin(name) => self.twin(name),
                Operand::Stored(name) => name.clone(),
            };
            node.input.push(name);
        }
        let last = self.view.node(*chain.members.last().expect("a chain has a node"));
        self.put_twin(node, last);
    }

    /// A node that belongs to no chain: on twins where they are there and it can, else as it is.
    fn put_alone(&mut self, node: &NodeProto) {
        if let Some(made) = self.moved(node) {
            self.put_twin(made, node);
            return;
        }
        for name in &node.input {
            self.uncover(name);
        }
        self.nodes.push(node.clone());
    }

    /// The same on twins.
    fn moved(&mut self, node: &NodeProto) -> Option<NodeProto> {
        let [output] = node.output.as_slice() else { return None };
        self.shape(output)?;
        let (first, others) = node.input.split_first()?;
        let has_twin = |name: &String| self.twins.contains_key(name);
        let is_number = |name: &String| name.is_empty() || self.view.number(name).is_some();
        let is_image = |name: &String| self.shape(name).is_some();
        let mut moved = match node.op_type.as_str() {
            "MaxPool" if has_twin(first) => {
                let is_default = |name| matches!(integer(node, name), None | Some(0));
                let window = Window::of(node).filter(|_| is_default("ceil_mode") && is_default("storage_order"))?;
                window.on(made(MAX_POOL, node))
            }
            "GlobalAveragePool" if has_twin(first) => made(MEAN, node),
            "Concat" if node.input.iter().any(has_twin) && node.input.iter().all(is_image) => {
                let is_channels = matches!(integer(node, "axis"), Some(1 | -3));
                is_channels.then(|| with_integer(made("Concat", node), "axis", 3))?
            }
            op_type if UNARY.contains(&op_type) && has_twin(first) && others.iter().all(is_number) => {
                NodeProto { attribute: node.attribute.clone(), ..made(op_type, node) }
            }
            op_type
                if BINARY.contains(&op_type)
                    && node.input.iter().any(has_twin)
                    && node.input.iter().all(|name| is_number(name) || is_image(name)) =>
            {
                made(op_type, node)
            }
            _ => return None,
        };
        let twin_or_number = |name: &String| {
            if self.view.number(name).is_some() || name.is_empty() { name.clone() } else { self.twin(name) }
        };
        moved.input = node.input.iter().map(twin_or_number).collect();
        Some(moved)
    }

    /// Puts a node that computes the twin of what another one computes.
    fn put_twin(&mut self, mut made: NodeProto, of: &NodeProto) {
        let name = &of.output[0];
        let twin = format!("{name} (channels last)");
        (made.name, made.output) = (twin.clone(), vec![twin.clone()]);
        self.nodes.push(made);
        self.hidden.insert(name.clone());
        self.twins.insert(name.clone(), twin);
    }

    /// The twin of a tensor, made if it is not there.
    fn twin(&mut self, name: &str) -> String {
        if let Some(twin) = self.twins.get(name) {
            return twin.clone();
        }
        let twin = format!("{name} (channels last)");
        self.nodes.push(transpose(name, &twin, TO_TWIN));
        self.twins.insert(name.into(), twin.clone());
        twin
    }

    /// Makes a tensor that is only there as a twin.
    fn uncover(&mut self, name: &str) {
        if self.hidden.remove(name) {
            self.nodes.push(transpose(&self.twins[name], name, FROM_TWIN));
        }
    }
}

fn transpose(from: &str, to: &str, permutation: [usize; 4]) -> NodeProto {
    let node = NodeProto {
        op_type: "Transpose".into(),
        name: to.into(),
        input: vec![from.into()],
        output: vec![to.into()],
        ..Default::default()
    };
    with_sizes(node, "perm", &permutation)
}

#[cfg(test)]
mod tests {
    use tract_onnx::pb::tensor_proto::DataType;
    use tract_onnx::pb::{ModelProto, OperatorSetIdProto, TensorProto, ValueInfoProto};
    use tract_onnx::prelude::*;

    use super::super::register;
    use super::*;
    use crate::network::attributes::with_float;
    use crate::random::Random;

    const BATCH: usize = 3;

    /// A graph under construction: tensors with what one sample of them measures.
    struct Draft {
        random: Random,
        graph: GraphProto,
        images: Vec<(String, [usize; 3])>,
        shapes: Shapes,
    }

    impl Draft {
        fn new(seed: u64) -> Self {
            let mut random = Random::new(seed);
            let sizes = [1 + random.below(12), 5 + random.below(9), 5 + random.below(9)];
            let mut draft = Self { random, graph: GraphProto::default(), images: Vec::new(), shapes: Shapes::new() };
            draft.graph.input.push(value("image", &[&[BATCH], sizes.as_slice()].concat()));
            draft.note("image", sizes);
            draft
        }

        fn below(&mut self, n: usize) -> usize {
            self.random.below(n)
        }

        fn note(&mut self, name: &str, [c, h, w]: [usize; 3]) {
            self.shapes.insert(name.into(), vec![1, c, h, w]);
            self.images.push((name.into(), [c, h, w]));
        }

        fn drawn(&mut self) -> (String, [usize; 3]) {
            // Rather what came last.
            let n = self.images.len();
            let at = if self.below(3) > 0 { n - 1 } else { self.below(n) };
            self.images[at].clone()
        }

        fn stored(&mut self, sizes: &[usize], least: f32, scale: f32) -> String {
            let n = sizes.iter().product();
            let name = format!("stored{}", self.graph.initializer.len());
            let float_data = (0..n).map(|_| least + scale * self.random.below(1000) as f32 / 1000.0).collect();
            let dims = sizes.iter().map(|&size| i64::try_from(size).unwrap()).collect();
            let data_type = DataType::Float as i32;
            self.graph.initializer.push(TensorProto {
                name: name.clone(),
                dims,
                data_type,
                float_data,
                ..Default::default()
            });
            name
        }

        fn node(&mut self, op_type: &str, input: Vec<String>, sizes: [usize; 3]) -> &mut NodeProto {
            let name = format!("{op_type}{}", self.graph.node.len());
            self.note(&name, sizes);
            let output = vec![name.clone()];
            self.graph.node.push(NodeProto { op_type: op_type.into(), name, input, output, ..Default::default() });
            self.graph.node.last_mut().unwrap()
        }

        fn window(&mut self, [_, height, width]: [usize; 3]) -> Option<Window> {
            let side = [1, 1, 3, 3, 3, 5, 2][self.below(7)];
            let kernel = if self.below(5) == 0 { [side, 1 + self.below(3)] } else { [side; 2] };
            let stride = [[1, 1], [1, 1], [2, 2], [1, 2]][self.below(4)];
            let dilation = [[1, 1], [1, 1], [1, 1], [2, 1], [1, 2]][self.below(5)];
            let pad = self.below(kernel[0]);
            let pads = if self.below(4) == 0 {
                [0, pad, self.below(2), 0]
            } else {
                [pad, pad.min(kernel[1] - 1), pad, pad.min(kernel[1] - 1)]
            };
            let window = Window { kernel, stride, dilation, pads };
            window.output([height, width]).iter().all(|&size| size > 0).then_some(window)
        }

        fn conv(&mut self) {
            let (from, [c, h, w]) = self.drawn();
            let Some(window) = self.window([c, h, w]) else { return };
            let n_groups = match self.below(6) {
                0 | 1 => c,
                2 if c % 2 == 0 => 2,
                _ => 1,
            };
            let n_outputs = if n_groups == 1 { [4, 8, 16, 17, 24][self.below(5)] } else { c * (1 + self.below(6) / 5) };
            let [kh, kw] = window.kernel;
            let mut input = vec![from, self.stored(&[n_outputs, c / n_groups, kh, kw], -0.5, 1.0)];
            if self.below(2) == 0 {
                input.push(self.stored(&[n_outputs], -0.5, 1.0));
            }
            let [height, width] = window.output([h, w]);
            let node = self.node("Conv", input, [n_outputs, height, width]);
            *node = with_integer(window.on(node.clone()), "group", i64::try_from(n_groups).unwrap());
        }

        fn grow(&mut self) {
            let (name, sizes) = self.drawn();
            let one = |name: &String| vec![name.clone()];
            match self.below(14) {
                0..=4 => self.conv(),
                5 => drop(self.node("Relu", one(&name), sizes)),
                6 => {
                    let bounds = [self.stored(&[], -0.3, 0.1), self.stored(&[], 0.5, 0.1)];
                    self.node("Clip", [one(&name), bounds.to_vec()].concat(), sizes);
                }
                7 => drop(self.node("Tanh", one(&name), sizes)),
                8 => {
                    let [scale, bias, mean] = [0.5, -0.5, -0.5].map(|least| self.stored(&[sizes[0]], least, 1.0));
                    let variance = self.stored(&[sizes[0]], 0.5, 1.0);
                    let node = self.node("BatchNormalization", vec![name, scale, bias, mean, variance], sizes);
                    *node = with_float(node.clone(), "epsilon", 1e-3);
                }
                9 | 10 => {
                    let others: Vec<_> =
                        self.images.iter().filter(|(_, s)| *s == sizes).map(|(n, _)| n.clone()).collect();
                    let other = others[self.below(others.len())].clone();
                    let op_type = ["Add", "Add", "Mul", "Sub"][self.below(4)];
                    let input = if self.below(2) == 0 { vec![name, other] } else { vec![other, name] };
                    self.node(op_type, input, sizes);
                }
                11 => {
                    let mean = self.node("GlobalAveragePool", one(&name), [sizes[0], 1, 1]).name.clone();
                    let gate = self.node("Sigmoid", vec![mean], [sizes[0], 1, 1]).name.clone();
                    self.node("Mul", vec![name, gate], sizes);
                }
                12 => {
                    if let Some(window) = self.window(sizes) {
                        let [height, width] = window.output([sizes[1], sizes[2]]);
                        let node = self.node("MaxPool", one(&name), [sizes[0], height, width]);
                        *node = window.on(node.clone());
                    }
                }
                _ => {
                    let number = self.stored(&[], 0.5, 1.0);
                    self.node("Mul", vec![number, name], sizes);
                }
            }
        }

        fn run(&self, graph: &GraphProto, outputs: &[String]) -> Vec<Vec<f32>> {
            let mut framework = tract_onnx::onnx();
            register(&mut framework.op_register);
            let opset_import = vec![OperatorSetIdProto { domain: String::new(), version: 17 }];
            let proto = ModelProto { opset_import, graph: Some(graph.clone()), ..Default::default() };
            let mut model = framework.model_for_proto_model(&proto).unwrap();
            model.select_outputs_by_name(outputs).unwrap();
            let model = model.into_optimized().unwrap().into_runnable().unwrap();
            let sizes = [&[BATCH], self.images[0].1.as_slice()].concat();
            let mut random = Random::new(9);
            let values: Vec<f32> =
                (0..sizes.iter().product()).map(|_| random.below(1000) as f32 / 500.0 - 1.0).collect();
            let input = Tensor::from_shape(&sizes, &values).unwrap();
            let found = model.run(tvec!(input.into_tvalue())).unwrap();
            found.iter().map(|t| t.try_as_plain_ram().unwrap().as_slice::<f32>().unwrap().to_vec()).collect()
        }
    }

    fn value(name: &str, sizes: &[usize]) -> ValueInfoProto {
        use tract_onnx::pb::tensor_shape_proto::{Dimension, dimension::Value};
        use tract_onnx::pb::{TensorShapeProto, TypeProto, type_proto};
        let dim = sizes.iter().map(|&size| Dimension {
            value: Some(Value::DimValue(i64::try_from(size).unwrap())),
            ..Default::default()
        });
        let tensor = type_proto::Tensor {
            elem_type: DataType::Float as i32,
            shape: Some(TensorShapeProto { dim: dim.collect() }),
        };
        let r#type = Some(TypeProto { value: Some(type_proto::Value::TensorType(tensor)), ..Default::default() });
        ValueInfoProto { name: name.into(), r#type, ..Default::default() }
    }

    #[test]
    fn rewritten_graphs_compute_what_tract_does() {
        let mut seen = BTreeSet::new();
        for seed in 0..200 {
            let mut draft = Draft::new(seed);
            for _ in 0..3 + seed % 12 {
                draft.grow();
            }
            let names: Vec<String> = draft.graph.node.iter().map(|node| node.output[0].clone()).collect();
            let Some(last) = names.last() else { continue };
            let kept: Vec<String> =
                names.iter().filter(|name| *name == last || draft.random.below(4) == 0).cloned().collect();
            let mut rewritten = draft.graph.clone();
            convert(&mut rewritten, &kept, &draft.shapes);
            seen.extend(rewritten.node.iter().map(|node| node.op_type.clone()));
            let (found, wanted) = (draft.run(&rewritten, &kept), draft.run(&draft.graph, &kept));
            for ((found, wanted), name) in found.iter().zip(&wanted).zip(&kept) {
                let scale = wanted.iter().fold(1e-3_f32, |most, v| most.max(v.abs()));
                let worst = found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert_eq!(found.len(), wanted.len(), "{seed}: {name}");
                assert!(worst <= 1e-4 * scale, "{seed}: {name} differs by {worst} of {scale}");
            }
        }
        assert!(
            [CONV, MAX_POOL, MEAN, STEPS, "Conv", "Tanh"].iter().all(|op_type| seen.contains(*op_type)),
            "{seen:?}"
        );
    }
}
