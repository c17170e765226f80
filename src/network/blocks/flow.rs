//! Which operators hand the data on, who feeds whom, and what every path must pass.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tract_onnx::pb::{GraphProto, NodeProto};

use crate::network::attributes::attribute;

use super::super::layers;

/// Operators whose results are no numbers that a later operator computes with, for graphs without known shapes.
const NOT_NUMBERS: [&str; 12] =
    ["Shape", "Size", "ArgMax", "ArgMin", "NonZero", "Equal", "Greater", "Less", "Not", "And", "Or", "IsNaN"];

/// The part of a graph through which the data pass, as opposed to masks, sizes and constants. Nodes are named by their
/// place in the file, which is a topological order.
pub(in crate::network) struct Flow<'g> {
    nodes: &'g [NodeProto],
    makers: HashMap<&'g str, usize>,
    computed: BTreeSet<&'g str>,
    /// Elements of constants, where known.
    lengths: HashMap<&'g str, usize>,
    /// Tables of whole numbers whose rows become others: quantised embeddings.
    quantised: BTreeSet<&'g str>,
    is_member: Vec<bool>,
    inputs: Vec<Vec<usize>>,
    users: Vec<Vec<usize>>,
    dominators: Vec<Option<usize>>,
}

impl<'g> Flow<'g> {
    /// `shapes` holds the float tensors with their sizes (all count when it is empty); `takes_tokens` if the data begin
    /// where token ids are looked up in a table.
    pub(in crate::network) fn of(
        graph: &'g GraphProto,
        shapes: &BTreeMap<String, Vec<usize>>,
        takes_tokens: bool,
    ) -> Self {
        let computed = layers::depends_on_input(graph);
        let n = graph.node.len();
        let mut flow = Self {
            nodes: &graph.node,
            makers: HashMap::new(),
            lengths: lengths(graph, &computed),
            quantised: quantised_tables(graph),
            computed,
            is_member: vec![false; n],
            inputs: vec![Vec::new(); n],
            users: vec![Vec::new(); n],
            dominators: vec![None; n],
        };
        let given: BTreeSet<&str> =
            if takes_tokens { BTreeSet::new() } else { graph.input.iter().map(|input| input.name.as_str()).collect() };
        for (idx, node) in graph.node.iter().enumerate() {
            let mut before: Vec<usize> =
                node.input.iter().filter_map(|name| flow.makers.get(name.as_str()).copied()).collect();
            before.retain(|&maker| flow.is_member[maker]);
            before.sort_unstable();
            before.dedup();
            let reads =
                node.input.iter().any(|name| given.contains(name.as_str()) && flow.computed.contains(name.as_str()));
            let looks_up = takes_tokens && flow.looks_up_tokens(node, shapes);
            let begins = reads || looks_up;
            if looks_up || (begins || !before.is_empty()) && is_of_numbers(node, shapes) {
                flow.is_member[idx] = true;
                // Embeddings add up; what comes from the input itself has no dominator.
                flow.dominators[idx] = if begins {
                    None
                } else {
                    before.iter().map(|&i| Some(i)).reduce(|a, b| flow.meet(a, b)).flatten()
                };
                for &maker in &before {
                    flow.users[maker].push(idx);
                }
                flow.inputs[idx] = before;
            }
            flow.makers.extend(node.output.iter().filter(|name| !name.is_empty()).map(|name| (name.as_str(), idx)));
        }
        flow
    }

    fn looks_up_tokens(&self, node: &NodeProto, shapes: &BTreeMap<String, Vec<usize>>) -> bool {
        let [table, ids] = node.input.as_slice() else { return false };
        let is_embedding = match node.output.first().and_then(|name| shapes.get(name)) {
            Some(dims) => dims.len() == 3 && dims[0] == 1,
            None => shapes.is_empty() || self.quantised.contains(table.as_str()),
        };
        node.op_type == "Gather"
            && !self.computed.contains(table.as_str())
            && self.computed.contains(ids.as_str())
            && is_embedding
    }

    /// The nearest node that is passed on the way to both.
    fn meet(&self, mut a: Option<usize>, mut b: Option<usize>) -> Option<usize> {
        while a != b {
            let later = if a > b { &mut a } else { &mut b };
            *later = later.and_then(|idx| self.dominators[idx]);
        }
        a
    }

    pub(in crate::network) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(in crate::network) fn node(&self, idx: usize) -> &'g NodeProto {
        &self.nodes[idx]
    }

    pub(in crate::network) fn op(&self, idx: usize) -> &'g str {
        &self.nodes[idx].op_type
    }

    /// Whether the data pass this node.
    pub(in crate::network) fn has(&self, idx: usize) -> bool {
        self.is_member[idx]
    }

    pub(in crate::network) fn maker(&self, tensor: &str) -> Option<usize> {
        self.makers.get(tensor).copied()
    }

    /// Nodes from which data come, in order, each once.
    pub(in crate::network) fn inputs(&self, idx: usize) -> &[usize] {
        &self.inputs[idx]
    }

    /// Nodes to which data go.
    pub(in crate::network) fn users(&self, idx: usize) -> &[usize] {
        &self.users[idx]
    }

    pub(in crate::network) fn only_user(&self, idx: usize) -> Option<usize> {
        if let [only] = self.users[idx].as_slice() { Some(*only) } else { None }
    }

    /// The last node before this one that every path from the input passes.
    pub(in crate::network) fn dominator(&self, idx: usize) -> Option<usize> {
        self.dominators[idx]
    }

    pub(in crate::network) fn dominates(&self, before: usize, idx: usize) -> bool {
        let mut at = Some(idx);
        while at > Some(before) {
            at = at.and_then(|idx| self.dominators[idx]);
        }
        at == Some(before)
    }

    /// Nodes strictly between one and a later one, in order.
    pub(in crate::network) fn between(&self, source: usize, idx: usize) -> Vec<usize> {
        self.behind(source, self.inputs(idx))
    }

    /// The nodes `ends` and all that leads to them from behind `source`.
    pub(in crate::network) fn behind(&self, source: usize, ends: &[usize]) -> Vec<usize> {
        let mut found = BTreeSet::new();
        let mut open: Vec<usize> = ends.iter().copied().filter(|&end| end > source).collect();
        while let Some(idx) = open.pop() {
            if found.insert(idx) {
                open.extend(self.inputs[idx].iter().copied().filter(|&before| before > source));
            }
        }
        found.into_iter().collect()
    }

    /// Names of the inputs that no sample changes.
    pub(in crate::network) fn constants(&self, idx: usize) -> impl Iterator<Item = &'g str> + '_ {
        let names = self.nodes[idx].input.iter().map(String::as_str);
        names.filter(|name| !name.is_empty() && !self.computed.contains(name))
    }

    /// Whether a constant of more than one number takes part: a weight.
    pub(in crate::network) fn has_weights(&self, idx: usize) -> bool {
        self.constants(idx).any(|name| self.lengths.get(name).is_none_or(|&length| length > 1))
    }

    /// Whether all constants that take part are single numbers.
    pub(in crate::network) fn has_only_scalars(&self, idx: usize) -> bool {
        self.constants(idx).all(|name| self.lengths.get(name).is_none_or(|&length| length <= 1))
    }
}

fn quantised_tables(graph: &GraphProto) -> BTreeSet<&str> {
    let cast: BTreeSet<&str> = graph
        .node
        .iter()
        .filter(|node| node.op_type == "Cast")
        .filter_map(|node| node.input.first())
        .map(String::as_str)
        .collect();
    let tables: BTreeSet<&str> =
        graph.initializer.iter().filter(|tensor| tensor.dims.len() == 2).map(|tensor| tensor.name.as_str()).collect();
    let rows = graph
        .node
        .iter()
        .filter(|node| node.op_type == "Gather" && node.output.iter().any(|name| cast.contains(name.as_str())));
    rows.filter_map(|node| node.input.first()).map(String::as_str).filter(|name| tables.contains(name)).collect()
}

fn is_of_numbers(node: &NodeProto, shapes: &BTreeMap<String, Vec<usize>>) -> bool {
    let quantises = matches!(node.op_type.as_str(), "QuantizeLinear" | "DequantizeLinear");
    let known = || node.output.iter().any(|name| shapes.contains_key(name));
    quantises || if shapes.is_empty() { !NOT_NUMBERS.contains(&node.op_type.as_str()) } else { known() }
}

fn lengths<'g>(graph: &'g GraphProto, computed: &BTreeSet<&str>) -> HashMap<&'g str, usize> {
    let product = |dims: &[i64]| dims.iter().map(|&d| usize::try_from(d).unwrap_or(0)).product();
    let mut lengths: HashMap<&str, usize> =
        graph.initializer.iter().map(|tensor| (tensor.name.as_str(), product(&tensor.dims))).collect();
    for node in &graph.node {
        let Some(output) = node.output.first().filter(|name| !computed.contains(name.as_str())) else { continue };
        let length = match node.op_type.as_str() {
            "Constant" => match attribute(node, "value") {
                Some(value) => value.t.as_ref().map(|tensor| product(&tensor.dims)),
                None => node.attribute.first().map(|a| a.floats.len().max(a.ints.len()).max(1)),
            },
            "Cast" | "CastLike" | "Identity" | "Transpose" | "Reshape" | "Unsqueeze" | "Squeeze"
            | "DequantizeLinear" | "QuantizeLinear" => {
                node.input.first().and_then(|from| lengths.get(from.as_str()).copied())
            }
            _ => None,
        };
        lengths.extend(length.map(|length| (output.as_str(), length)));
    }
    lengths
}
