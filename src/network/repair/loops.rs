//! Loops whose number of rounds follows from stored numbers, as `tf2onnx` writes recurrent layers: one round behind the
//! other.

use std::collections::HashMap;

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

use super::constants::unpacked;
use super::edit::{Names, counted, input, is_op, is_output, node, rename_uses, stored, unsqueeze};
use super::values::{count, floats, of_integers};
use crate::network::attributes::with_integer;

/// Loops of more rounds stay as they are.
const MOST_ROUNDS: usize = 512;
/// Files that would come to more nodes, too.
const MOST_NODES: usize = 50_000;

pub(super) fn apply(graph: &mut GraphProto, opset: i64) -> Option<String> {
    if !graph.node.iter().any(|node| is_op(node, "Loop")) {
        return None;
    }
    let mut names = Names::of(graph);
    let mut renamed = HashMap::new();
    let mut scalars = Scalars::of(graph);
    let (mut n, mut n_rounds) = (0, 0);
    for old in std::mem::take(&mut graph.node) {
        scalars.learn(&old);
        let rounds =
            is_op(&old, "Loop").then(|| unrolled(&old, graph.node.len(), &scalars, &mut names, opset)).flatten();
        let Some(rounds) = rounds else {
            graph.node.push(old);
            continue;
        };
        n += 1;
        n_rounds += rounds.n;
        graph.node.extend(rounds.nodes);
        graph.initializer.extend(rounds.tensors);
        for (own, inner) in old.output.iter().zip(rounds.outputs).filter(|(own, _)| !own.is_empty()) {
            if is_output(graph, own) {
                graph.node.push(node("Identity", &[&inner], own));
            } else {
                renamed.insert(own.clone(), inner);
            }
        }
    }
    rename_uses(graph, &renamed);
    (n > 0).then(|| format!("{} unrolled into {}", counted(n, "loop"), counted(n_rounds, "round")))
}

/// What takes the place of a loop.
struct Rounds {
    n: usize,
    nodes: Vec<NodeProto>,
    tensors: Vec<TensorProto>,
    /// What the loop's outputs are called.
    outputs: Vec<String>,
}

fn unrolled(old: &NodeProto, n_before: usize, known: &Scalars, names: &mut Names, opset: i64) -> Option<Rounds> {
    let body = old.attribute.iter().find(|attribute| attribute.name == "body")?.g.as_ref()?;
    let n_carried = old.input.len().checked_sub(2)?;
    let n_collected = body.output.len().checked_sub(1 + n_carried)?;
    if body.input.len() != 2 + n_carried || old.output.len() > n_carried + n_collected {
        return None;
    }
    let most = match input(old, 0) {
        Some(name) => known.get(name)?,
        None => f64::INFINITY,
    };
    let mut goes_on = input(old, 1).map_or(Some(true), |name| known.get(name).map(|truth| truth != 0.0))?;
    let own = old.output.iter().find(|name| !name.is_empty())?;
    let mut carried: Vec<String> = old.input[2..].to_vec();
    let mut collected: Vec<Vec<String>> = vec![Vec::new(); n_collected];
    let mut scalars = known.clone();
    let mut made = Rounds { n: 0, nodes: Vec::new(), tensors: Vec::new(), outputs: Vec::new() };
    while goes_on && (made.n as f64) < most {
        if made.n >= MOST_ROUNDS || n_before + made.nodes.len() > MOST_NODES {
            return None;
        }
        let prefix = format!("{own}/round {}", made.n + 1);
        let [number, condition] = ["number", "condition"].map(|part| names.fresh(&format!("{prefix}/{part}")));
        scalars.0.extend([(number.clone(), made.n as f64), (condition.clone(), 1.0)]);
        made.tensors.push(of_integers(&number, &[], &[super::edit::size(made.n)]));
        let truth = TensorProto { data_type: DataType::Bool as i32, raw_data: vec![1], ..Default::default() };
        made.tensors.push(TensorProto { name: condition.clone(), ..truth });
        let outer = [number, condition].into_iter().chain(std::mem::take(&mut carried));
        let inside: HashMap<String, String> = body.input.iter().map(|input| input.name.clone()).zip(outer).collect();
        let (nodes, tensors, within) = unpacked(body.clone(), &inside, names, &prefix);
        for tensor in &tensors {
            scalars.store(tensor);
        }
        for node in &nodes {
            scalars.learn(node);
        }
        made.nodes.extend(nodes);
        made.tensors.extend(tensors);
        let called = |name: &String| within.get(name).cloned().unwrap_or_else(|| name.clone());
        goes_on = scalars.get(&called(&body.output[0].name))? != 0.0;
        carried = body.output[1..=n_carried].iter().map(|output| called(&output.name)).collect();
        for (list, output) in collected.iter_mut().zip(&body.output[1 + n_carried..]) {
            list.push(called(&output.name));
        }
        made.n += 1;
    }
    if made.n == 0 {
        return None;
    }
    made.outputs = carried;
    for (list, output) in collected.iter().zip(&body.output[1 + n_carried..]) {
        let all = names.fresh(&format!("{own}/{}", output.name));
        let mut parts = Vec::new();
        for (round, part) in list.iter().enumerate() {
            let row = names.fresh(&format!("{all}/round {}", round + 1));
            let (made_row, axes) = unsqueeze(part, 0, &row, opset);
            made.nodes.push(made_row);
            made.tensors.extend(axes);
            parts.push(row);
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        made.nodes.push(with_integer(node("Concat", &parts, &all), "axis", 0));
        made.outputs.push(all);
    }
    Some(made)
}

/// Lone numbers that follow from stored ones.
#[derive(Clone)]
struct Scalars(HashMap<String, f64>);

impl Scalars {
    fn of(graph: &GraphProto) -> Self {
        let mut scalars = Self(HashMap::new());
        for tensor in stored(graph).into_values() {
            scalars.store(tensor);
        }
        scalars
    }

    fn get(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }

    fn store(&mut self, tensor: &TensorProto) {
        if count(tensor) == 1
            && let Some(&[value]) = floats(tensor).as_deref()
        {
            self.0.insert(tensor.name.clone(), f64::from(value));
        }
    }

    fn learn(&mut self, node: &NodeProto) {
        let of = |at: usize| input(node, at).and_then(|name| self.get(name));
        let (Some(a), b) = (of(0), of(1)) else { return };
        let truth = |is: bool| f64::from(u8::from(is));
        let found = match (node.op_type.as_str(), b) {
            ("Identity" | "Squeeze" | "Unsqueeze" | "Reshape", _) => a,
            // To a truth value or to whole numbers of a size that counts rounds.
            ("Cast", _) if a.fract() == 0.0 => a,
            ("Not", _) => truth(a == 0.0),
            ("Add", Some(b)) => a + b,
            ("Sub", Some(b)) => a - b,
            ("Mul", Some(b)) => a * b,
            ("Min", Some(b)) if node.input.len() == 2 => a.min(b),
            ("Max", Some(b)) if node.input.len() == 2 => a.max(b),
            ("Less", Some(b)) => truth(a < b),
            ("LessOrEqual", Some(b)) => truth(a <= b),
            ("Greater", Some(b)) => truth(a > b),
            ("GreaterOrEqual", Some(b)) => truth(a >= b),
            ("And", Some(b)) => truth(a != 0.0 && b != 0.0),
            ("Or", Some(b)) => truth(a != 0.0 || b != 0.0),
            _ => return,
        };
        if let Some(output) = node.output.first() {
            self.0.insert(output.clone(), found);
        }
    }
}
