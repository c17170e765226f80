//! Small graphs of other kinds than the bundled networks.

use std::collections::BTreeMap;

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto};

use super::super::axes::Axes;
use super::{Block, Flow, Kind, Structure};
use crate::network::attributes::attribute;

/// Nodes in order, each with the shape of its output. Names that begin with `w` are stored.
#[derive(Default)]
struct Sketch {
    graph: GraphProto,
    shapes: BTreeMap<String, Vec<usize>>,
}

impl Sketch {
    fn new() -> Self {
        let mut sketch = Self::default();
        sketch.graph.input.push(ValueInfoProto { name: "x".into(), ..Default::default() });
        sketch
    }

    fn node(&mut self, op: &str, inputs: &[&str], shape: &[usize]) -> String {
        let name = format!("t{}", self.graph.node.len());
        for input in inputs.iter().filter(|input| input.starts_with('w')) {
            let dims = match *input {
                "w1" => vec![],
                _ => vec![4, 4, 3, 3],
            };
            let data_type = DataType::Float as i32;
            self.graph.initializer.push(TensorProto { name: (*input).into(), dims, data_type, ..Default::default() });
        }
        self.graph.node.push(NodeProto {
            op_type: op.into(),
            input: inputs.iter().map(ToString::to_string).collect(),
            output: vec![name.clone()],
            ..Default::default()
        });
        self.shapes.insert(name.clone(), shape.to_vec());
        name
    }

    fn ints(&mut self, name: &str, values: &[i64]) {
        let node = self.graph.node.last_mut().unwrap();
        node.attribute.push(AttributeProto { name: name.into(), ints: values.to_vec(), ..Default::default() });
    }

    fn map(&mut self, op: &str, inputs: &[&str]) -> String {
        self.node(op, inputs, &[1, 4, 8, 8])
    }

    /// The last node is the output.
    fn structure(&mut self) -> Structure {
        let name = self.graph.node.last().unwrap().output[0].clone();
        self.graph.output = vec![ValueInfoProto { name, ..Default::default() }];
        Structure::of(&self.graph, &Flow::of(&self.graph, &self.shapes, false), &self.shapes)
    }

    fn blocks(&mut self) -> Vec<String> {
        self.structure().blocks.into_iter().map(|Block { kind, .. }| kind.to_string()).collect()
    }
}

#[test]
fn dense_layers_append_to_all_before_them() {
    let mut sketch = Sketch::new();
    let mut features = vec![sketch.map("Conv", &["x", "w"])];
    for layer in 0..3 {
        let all: Vec<&str> = features.iter().map(String::as_str).collect();
        let input = if layer == 0 { features[0].clone() } else { sketch.map("Concat", &all) };
        let active = sketch.map("Relu", &[&input]);
        features.push(sketch.map("Conv", &[&active, "w"]));
    }
    let all: Vec<&str> = features.iter().map(String::as_str).collect();
    let all = sketch.map("Concat", &all);
    let pooled = sketch.node("GlobalAveragePool", &[&all], &[1, 4, 1, 1]);
    sketch.node("Gemm", &[&pooled, "w"], &[1, 10]);
    let structure = sketch.structure();
    let kinds: Vec<_> = structure.blocks.iter().map(|block| (block.kind, block.group)).collect();
    assert_eq!(kinds, [("stem", 0), ("dense layer", 1), ("dense layer", 1), ("dense layer", 1), ("head", 2)]);
}

#[test]
fn what_a_u_net_joins_from_another_resolution_makes_no_block() {
    let mut sketch = Sketch::new();
    let first = sketch.map("Conv", &["x", "w"]);
    let half = sketch.node("MaxPool", &[&first], &[1, 4, 4, 4]);
    let low = sketch.node("Conv", &[&half, "w"], &[1, 4, 4, 4]);
    let up = sketch.map("ConvTranspose", &[&low, "w"]);
    let both = sketch.map("Concat", &[&first, &up]);
    sketch.map("Conv", &[&both, "w"]);
    let blocks = sketch.blocks();
    assert!(!blocks.contains(&"dense layer".into()), "{blocks:?}");
}

#[test]
fn a_projection_on_the_way_around_still_makes_a_residual_block_but_two_equal_branches_do_not() {
    let sum = |projects: bool| {
        let mut sketch = Sketch::new();
        let stem = sketch.map("Conv", &["x", "w"]);
        let stem = sketch.map("Relu", &[&stem]);
        let mut one = sketch.map("Conv", &[&stem, "w"]);
        if projects {
            let active = sketch.map("Relu", &[&one]);
            one = sketch.map("Conv", &[&active, "w"]);
        }
        let other = sketch.map("Conv", &[&stem, "w"]);
        let sum = sketch.map("Add", &[&one, &other]);
        let active = sketch.map("Relu", &[&sum]);
        let pooled = sketch.node("GlobalAveragePool", &[&active], &[1, 4, 1, 1]);
        sketch.node("Gemm", &[&pooled, "w"], &[1, 10]);
        sketch.blocks()
    };
    assert_eq!(sum(true), ["stem", "residual block", "head"]);
    assert!(!sum(false).contains(&"residual block".into()));
}

#[test]
fn a_skip_over_many_blocks_is_none_itself() {
    let mut sketch = Sketch::new();
    let first = sketch.map("Conv", &["x", "w"]);
    let mut last = first.clone();
    for _ in 0..3 {
        let active = sketch.map("Relu", &[&last]);
        let made = sketch.map("Conv", &[&active, "w"]);
        last = sketch.map("Add", &[&last, &made]);
    }
    let made = sketch.map("Conv", &[&last, "w"]);
    let all = sketch.map("Add", &[&first, &made]);
    sketch.map("Conv", &[&all, "w"]);
    let structure = sketch.structure();
    let n_residual = structure.blocks.iter().filter(|block| block.kind == "residual block").count();
    assert_eq!(n_residual, 3);
    assert_eq!(structure.parts.iter().filter(|part| part.kind == Kind::ResidualAdd).count(), 4);
}

#[test]
fn branches_side_by_side_have_their_own_residual_blocks() {
    let mut sketch = Sketch::new();
    let stem = sketch.map("Conv", &["x", "w"]);
    let stem = sketch.map("Relu", &[&stem]);
    let starts = [0, 1].map(|_| {
        let start = sketch.map("Conv", &[&stem, "w"]);
        sketch.map("Relu", &[&start])
    });
    let ends = starts.map(|mut last| {
        for _ in 0..2 {
            let first = sketch.map("Conv", &[&last, "w"]);
            let active = sketch.map("Relu", &[&first]);
            let second = sketch.map("Conv", &[&active, "w"]);
            let sum = sketch.map("Add", &[&second, &last]);
            last = sketch.map("Relu", &[&sum]);
        }
        last
    });
    let both = sketch.map("Add", &[&ends[0], &ends[1]]);
    let pooled = sketch.node("GlobalAveragePool", &[&both], &[1, 4, 1, 1]);
    sketch.node("Gemm", &[&pooled, "w"], &[1, 10]);
    let structure = sketch.structure();
    let blocks: Vec<&Block> = structure.blocks.iter().filter(|block| block.kind == "residual block").collect();
    assert_eq!(blocks.len(), 4);
    // Each with the ReLU behind it, whichever branch comes next in the file.
    assert_eq!(structure.parts.iter().filter(|part| part.kind == Kind::ResidualAdd).count(), 4);
    let n_nodes = |block: usize| structure.block_of.iter().filter(|&&at| at == block).count();
    let sizes: Vec<usize> = (0..structure.blocks.len())
        .filter(|&block| structure.blocks[block].kind == "residual block")
        .map(n_nodes)
        .collect();
    assert_eq!(sizes, [5, 5, 5, 5]);
}

#[test]
fn what_only_appends_inside_a_residual_block_is_a_step_of_it() {
    let mut sketch = Sketch::new();
    let mut last = sketch.map("Conv", &["x", "w"]);
    for _ in 0..2 {
        let mut inner = last.clone();
        for _ in 0..2 {
            let few = sketch.map("Conv", &[&inner, "w"]);
            let more = sketch.map("Conv", &[&few, "w"]);
            inner = sketch.map("Concat", &[&few, &more]);
        }
        last = sketch.map("Add", &[&inner, &last]);
    }
    let pooled = sketch.node("GlobalAveragePool", &[&last], &[1, 4, 1, 1]);
    sketch.node("Gemm", &[&pooled, "w"], &[1, 10]);
    assert_eq!(sketch.blocks(), ["stem", "residual block", "residual block", "head"]);
}

#[test]
fn operators_that_exporters_take_apart_are_whole_again() {
    let mut sketch = Sketch::new();
    let tokens = |sketch: &mut Sketch, op: &str, inputs: &[&str]| sketch.node(op, inputs, &[1, 5, 4]);
    let first = tokens(&mut sketch, "MatMul", &["x", "w"]);
    let mean = tokens(&mut sketch, "ReduceMean", &[&first]);
    let centred = tokens(&mut sketch, "Sub", &[&first, &mean]);
    let squares = tokens(&mut sketch, "Pow", &[&centred, "w1"]);
    let variance = tokens(&mut sketch, "ReduceMean", &[&squares]);
    let shifted = tokens(&mut sketch, "Add", &[&variance, "w1"]);
    let deviation = tokens(&mut sketch, "Sqrt", &[&shifted]);
    let normal = tokens(&mut sketch, "Div", &[&centred, &deviation]);
    let scaled = tokens(&mut sketch, "Mul", &[&normal, "w"]);
    let normal = tokens(&mut sketch, "Add", &[&scaled, "w"]);
    let gate = tokens(&mut sketch, "Sigmoid", &[&normal]);
    let active = tokens(&mut sketch, "Mul", &[&normal, &gate]);
    let product = tokens(&mut sketch, "MatMul", &[&active, "w"]);
    tokens(&mut sketch, "Add", &[&product, "w"]);
    let structure = sketch.structure();
    let wholes: Vec<(&str, &str)> = (0..structure.parts.len())
        .filter(|&idx| structure.parts[idx].of.is_none())
        .map(|idx| (structure.parts[idx].name.as_str(), sketch.graph.node[idx].op_type.as_str()))
        .collect();
    let wanted = [("MLP hidden", "MatMul"), ("layer normalisation", "Add"), ("SiLU", "Mul"), ("MLP output", "Add")];
    assert_eq!(wholes, wanted);
}

#[test]
fn channels_are_found_wherever_they_lie() {
    let mut sketch = Sketch::new();
    let map = sketch.map("Conv", &["x", "w"]);
    let last = sketch.node("Transpose", &[&map], &[1, 8, 8, 4]);
    sketch.ints("perm", &[0, 2, 3, 1]);
    let active = sketch.node("Relu", &[&last], &[1, 8, 8, 4]);
    let tokens = sketch.node("Reshape", &[&active], &[1, 64, 4]);
    let heads = sketch.node("Reshape", &[&tokens], &[1, 64, 2, 2]);
    sketch.node("Reshape", &[&heads], &[1, 64, 4]);
    let turned = sketch.node("Transpose", &[&tokens], &[1, 4, 64]);
    sketch.ints("perm", &[0, 2, 1]);
    // A mixer's product runs along the positions.
    sketch.node("MatMul", &[&turned, "w"], &[1, 4, 32]);
    let axes = sketch.structure().axes;
    let plain = |features| Some(Axes { features, heads: None, joined: 1 });
    let apart = Some(Axes { features: 3, heads: Some(2), joined: 1 });
    let joined = Some(Axes { features: 2, heads: None, joined: 2 });
    assert_eq!(axes, [plain(1), plain(3), plain(3), plain(2), apart, joined, plain(1), plain(1)]);
    assert!(attribute(&sketch.graph.node[1], "perm").is_some());
}

#[test]
fn odd_graphs_are_one_piece_and_no_panic() {
    let mut sketch = Sketch::new();
    sketch.map("Identity", &["x"]);
    assert_eq!(sketch.blocks().len(), 1);
    // Reads what only comes later.
    let mut sketch = Sketch::new();
    sketch.map("Add", &["x", "t1"]);
    sketch.map("Relu", &["t0"]);
    assert!(!sketch.blocks().is_empty());
}
