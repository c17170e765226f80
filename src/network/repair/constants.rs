//! What is known before anything runs: constants become stored tensors, branches with a known condition are taken.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, SparseTensorProto, TensorProto};

use super::edit::{Names, counted, is_op, is_output, rename_uses, size, stored, subgraphs_mut};
use super::values::{count, integers, of_floats, of_integers, truth};

/// `Constant` nodes and sparse tensors as initialisers, and no second names for what is stored.
pub(super) fn apply(graph: &mut GraphProto) -> Option<String> {
    for sparse in std::mem::take(&mut graph.sparse_initializer) {
        graph.initializer.extend(dense(&sparse));
    }
    store(graph);
    let mut n = 0;
    // A branch may hold further branches.
    while take_branches(graph, &mut n) {
        store(graph);
    }
    (n > 0).then(|| format!("{} with a fixed condition replaced by the branch taken", counted(n, "If node")))
}

/// The same with conditions that are known by now.
pub(super) fn settle(graph: &mut GraphProto, conditions: &HashMap<String, bool>) -> Option<String> {
    let mut names = Names::of(graph);
    for (at, branching) in graph.node.iter_mut().enumerate().filter(|(_, node)| is_op(node, "If")) {
        let Some(&condition) = branching.input.first().and_then(|name| conditions.get(name)) else { continue };
        let name = names.fresh(&format!("condition {at}"));
        branching.input[0].clone_from(&name);
        let (data_type, raw_data) = (DataType::Bool as i32, vec![u8::from(condition)]);
        graph.initializer.push(TensorProto { name, data_type, raw_data, ..Default::default() });
    }
    apply(graph)
}

fn store(graph: &mut GraphProto) {
    let mut renamed: HashMap<String, String> = HashMap::new();
    let outputs: HashSet<String> = graph.output.iter().map(|output| output.name.clone()).collect();
    let mut fixed: HashSet<String> = graph.initializer.iter().map(|tensor| tensor.name.clone()).collect();
    let mut kept = Vec::new();
    for node in std::mem::take(&mut graph.node) {
        let output = node.output.first().cloned().unwrap_or_default();
        let is_kept = outputs.contains(&output);
        if is_op(&node, "Constant")
            && !is_kept
            && let Some(tensor) = constant(&node)
        {
            fixed.insert(output.clone());
            graph.initializer.push(TensorProto { name: output, ..tensor });
        } else if is_op(&node, "Identity") && !is_kept && node.input.first().is_some_and(|name| fixed.contains(name)) {
            fixed.insert(output.clone());
            renamed.insert(output, node.input[0].clone());
        } else {
            kept.push(node);
        }
    }
    graph.node = kept;
    rename_uses(graph, &renamed);
}

fn constant(node: &NodeProto) -> Option<TensorProto> {
    let value = node.attribute.iter().find(|attribute| attribute.name.contains("value"))?;
    Some(match value.name.as_str() {
        "value" => value.t.clone()?,
        "sparse_value" => dense(value.sparse_tensor.as_ref()?)?,
        "value_int" => of_integers("", &[], &[value.i]),
        "value_ints" => of_integers("", &[size(value.ints.len())], &value.ints),
        "value_float" => of_floats("", &[], &[value.f]),
        "value_floats" => of_floats("", &[size(value.floats.len())], &value.floats),
        _ => return None,
    })
}

/// At most as many numbers as a large layer has.
const MOST_VALUES: usize = 1 << 26;

fn dense(sparse: &SparseTensorProto) -> Option<TensorProto> {
    let (values, indices) = (sparse.values.as_ref()?, sparse.indices.as_ref()?);
    let shape = TensorProto { dims: sparse.dims.clone(), ..Default::default() };
    let sizes: Option<Vec<usize>> = sparse.dims.iter().map(|&along| usize::try_from(along).ok()).collect();
    let sizes = sizes?;
    sizes.iter().try_fold(1_usize, |n, &along| n.checked_mul(along)).filter(|&n| n <= MOST_VALUES)?;
    let mut all = vec![0.0; count(&shape)];
    let numbers = super::values::floats(values)?;
    let places = integers(indices)?;
    let rank = if indices.dims.len() == 2 { sizes.len() } else { 1 };
    for (place, number) in places.chunks(rank.max(1)).zip(&numbers) {
        let at = if rank == 1 {
            usize::try_from(place[0]).ok()?
        } else {
            place
                .iter()
                .zip(&sizes)
                .try_fold(0_usize, |at, (&i, &along)| Some(at * along + usize::try_from(i).ok()?))?
        };
        *all.get_mut(at)? = *number;
    }
    let dense = of_floats(&values.name, &sparse.dims, &all);
    (values.data_type == DataType::Float as i32).then_some(dense)
}

/// Whether a branch was taken.
fn take_branches(graph: &mut GraphProto, n: &mut usize) -> bool {
    let before = *n;
    let mut names = Names::of(graph);
    let mut renamed = HashMap::new();
    let conditions: HashMap<String, bool> =
        stored(graph).into_iter().filter_map(|(name, tensor)| Some((name.to_string(), truth(tensor)?))).collect();
    for mut node in std::mem::take(&mut graph.node) {
        let taken = is_op(&node, "If")
            .then(|| conditions.get(node.input.first()?))
            .flatten()
            .map(|&condition| if condition { "then_branch" } else { "else_branch" });
        let Some(branch) = taken.and_then(|taken| node.attribute.iter_mut().find(|a| a.name == taken)?.g.take()) else {
            graph.node.push(node);
            continue;
        };
        *n += 1;
        let outputs: Vec<String> = branch.output.iter().map(|output| output.name.clone()).collect();
        let (nodes, tensors, within) = unpacked(branch, &HashMap::new(), &mut names, &node.output[0]);
        graph.node.extend(nodes);
        graph.initializer.extend(tensors);
        for (own, inner) in node.output.iter().zip(outputs) {
            let inner = within.get(&inner).cloned().unwrap_or(inner);
            if is_output(graph, own) {
                graph.node.push(super::edit::node("Identity", &[&inner], own));
            } else {
                renamed.insert(own.clone(), inner);
            }
        }
    }
    rename_uses(graph, &renamed);
    *n > before
}

/// The nodes and tensors of a graph inside another, with names that are unique there. `known` says what its inputs are
/// called outside.
pub(super) fn unpacked(
    graph: GraphProto,
    known: &HashMap<String, String>,
    names: &mut Names,
    prefix: &str,
) -> (Vec<NodeProto>, Vec<TensorProto>, HashMap<String, String>) {
    let mut within = known.clone();
    let made = graph.node.iter().flat_map(|node| &node.output).filter(|name| !name.is_empty());
    for name in made.chain(graph.initializer.iter().map(|tensor| &tensor.name)) {
        within.entry(name.clone()).or_insert_with(|| names.fresh(&format!("{prefix}/{name}")));
    }
    let mut nodes = graph.node;
    for node in &mut nodes {
        rename(node, &within);
    }
    let renamed = |name: String| within.get(&name).cloned().unwrap_or(name);
    let tensors = graph
        .initializer
        .into_iter()
        .map(|tensor| TensorProto { name: renamed(tensor.name.clone()), ..tensor })
        .collect();
    (nodes, tensors, within)
}

/// Renames what a node reads and makes, also inside it.
fn rename(node: &mut NodeProto, within: &HashMap<String, String>) {
    let change = |name: &mut String| {
        if let Some(new) = within.get(name.as_str()) {
            new.clone_into(name);
        }
    };
    node.input.iter_mut().chain(&mut node.output).for_each(change);
    for inner in subgraphs_mut(node) {
        inner.output.iter_mut().for_each(|output| change(&mut output.name));
        inner.node.iter_mut().for_each(|node| rename(node, within));
    }
}
