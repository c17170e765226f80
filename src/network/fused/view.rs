//! What the rewriting of graphs asks of them, and how it writes nodes.

use std::collections::{BTreeSet, HashMap};

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

use crate::network::attributes::{attribute, integer, with_integers};

/// Who makes and who uses which tensor.
pub(super) struct View<'g> {
    graph: &'g GraphProto,
    makers: HashMap<&'g str, usize>,
    users: HashMap<&'g str, Vec<usize>>,
    kept: BTreeSet<&'g str>,
    stored: HashMap<&'g str, &'g TensorProto>,
    /// Sizes of what is stored and used in single precision; half-precision weights pass a Cast first.
    weights: HashMap<&'g str, &'g [i64]>,
}

impl<'g> View<'g> {
    pub(super) fn of(graph: &'g GraphProto, kept: &[String]) -> Self {
        let mut makers = HashMap::new();
        let mut users: HashMap<&str, Vec<usize>> = HashMap::new();
        for (idx, node) in graph.node.iter().enumerate() {
            makers.extend(node.output.iter().map(|name| (name.as_str(), idx)));
            for name in &node.input {
                users.entry(name).or_default().push(idx);
            }
        }
        let names = makers.keys().copied();
        let is_kept = |name: &&str| kept.iter().any(|kept| kept == name);
        let kept = names.filter(is_kept).chain(graph.output.iter().map(|o| o.name.as_str())).collect();
        let stored: HashMap<&str, &TensorProto> =
            graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
        let single = |data_type: i32| data_type == DataType::Float as i32;
        let plain = graph.initializer.iter().filter(|tensor| single(tensor.data_type));
        let mut weights: HashMap<&str, &[i64]> = plain.map(|t| (t.name.as_str(), t.dims.as_slice())).collect();
        for node in graph.node.iter().filter(|node| node.op_type == "Cast") {
            if let ([from], [to]) = (node.input.as_slice(), node.output.as_slice())
                && let Some(tensor) = stored.get(from.as_str())
                && integer(node, "to").and_then(|to| i32::try_from(to).ok()).is_some_and(single)
            {
                weights.insert(to, &tensor.dims);
            }
        }
        Self { graph, makers, users, kept, stored, weights }
    }

    pub(super) fn node(&self, idx: usize) -> &'g NodeProto {
        &self.graph.node[idx]
    }

    pub(super) fn n_nodes(&self) -> usize {
        self.graph.node.len()
    }

    /// Tensors that have to keep their names.
    pub(super) fn kept(&self) -> impl Iterator<Item = &'g str> {
        self.kept.iter().copied()
    }

    pub(super) fn maker(&self, name: &str) -> Option<usize> {
        self.makers.get(name).copied()
    }

    /// The one node that uses the one output of `idx`, if nobody else looks at it.
    pub(super) fn only_user(&self, idx: usize) -> Option<usize> {
        let [output] = self.node(idx).output.as_slice() else { return None };
        match self.users.get(output.as_str())?.as_slice() {
            [user] if !self.kept.contains(output.as_str()) => Some(*user),
            _ => None,
        }
    }

    /// Sizes of a stored tensor of single precision.
    pub(super) fn weights(&self, name: &str) -> Option<&'g [i64]> {
        self.weights.get(name).copied()
    }

    /// The value of a stored single number.
    pub(super) fn number(&self, name: &str) -> Option<f32> {
        let tensor = self.stored.get(name)?;
        if tensor.data_type != DataType::Float as i32 || tensor.dims.iter().product::<i64>() != 1 {
            return None;
        }
        let raw = || Some(f32::from_le_bytes(tensor.raw_data.get(..4)?.try_into().ok()?));
        tensor.float_data.first().copied().or_else(raw)
    }

    /// The stored number in one of the inputs of a binary node, and the other input.
    pub(super) fn with_number(&self, node: &'g NodeProto) -> Option<(&'g str, f32)> {
        let [a, b] = node.input.as_slice() else { return None };
        match (self.number(a), self.number(b)) {
            (None, Some(value)) => Some((a, value)),
            (Some(value), None) if node.op_type == "Mul" => Some((b, value)),
            _ => None,
        }
    }

    /// Between what an activation keeps its values, if that is all it does.
    pub(super) fn bounds(&self, node: &NodeProto) -> Option<[f32; 2]> {
        match (node.op_type.as_str(), node.input.as_slice()) {
            ("Relu", [_]) => Some([0.0, f32::INFINITY]),
            ("Clip", [_, low, high]) => Some([self.number(low)?, self.number(high)?]),
            _ => None,
        }
    }

    /// Where a tensor comes from before all transposing, and by which permutation of rank 4.
    pub(super) fn turned(&self, name: &'g str) -> (&'g str, [usize; 4]) {
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

/// A node of another type in the place of one.
pub(super) fn made(op_type: &str, behind: &NodeProto) -> NodeProto {
    NodeProto { op_type: op_type.into(), name: behind.name.clone(), ..Default::default() }
}

pub(super) fn with_sizes(node: NodeProto, name: &str, sizes: &[usize]) -> NodeProto {
    with_integers(node, name, sizes.iter().map(|&size| i64::try_from(size).unwrap_or(i64::MAX)).collect())
}

/// Sizes or steps, if each of the `N` is there and at least `least`.
pub(super) fn sizes<const N: usize>(node: &NodeProto, name: &str, usual: usize, least: usize) -> Option<[usize; N]> {
    let Some(found) = attribute(node, name) else { return Some([usual; N]) };
    let sizes: Vec<usize> =
        found.ints.iter().filter_map(|&i| usize::try_from(i).ok()).filter(|&i| i >= least).collect();
    if sizes.len() == found.ints.len() { sizes.try_into().ok() } else { None }
}

pub(super) fn permutation_of(node: &NodeProto) -> Option<[usize; 4]> {
    sizes(node, "perm", usize::MAX, 0).filter(|axes| axes.iter().all(|&axis| axis < 4))
}
