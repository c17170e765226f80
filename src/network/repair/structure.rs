//! Whether a file is well formed: tensors hold the numbers that they say, names lead somewhere, nothing runs in circles.

use std::collections::{BTreeSet, HashMap, HashSet};

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

use super::super::layers::node_name;
use super::edit::{counted, for_each_tensor, input, is_onnx, subgraphs};

/// Stored tensors of more bytes than this are no tensors of a network that runs here.
const MOST_BYTES: usize = 1 << 31;

/// Checks all tensors, then the graph; nodes are put into an order in which they can run if they are in another.
///
/// # Errors
/// The reason in words.
pub(super) fn check(graph: &mut GraphProto) -> Result<(), String> {
    for_each_tensor(graph, &mut |tensor| check_tensor(tensor))?;
    sort(graph, &HashSet::new())
}

fn check_tensor(tensor: &mut TensorProto) -> Result<(), String> {
    let name = &tensor.name;
    let mut n_values = 1_usize;
    for &size in &tensor.dims {
        let size =
            usize::try_from(size).map_err(|_| format!("its stored tensor {name:?} has the negative size {size}"))?;
        n_values = n_values.checked_mul(size).filter(|&n| n <= MOST_BYTES).ok_or_else(|| {
            let sizes: Vec<String> = tensor.dims.iter().map(i64::to_string).collect();
            format!(
                "its stored tensor {name:?} claims {} numbers, more than any network here can have",
                sizes.join(" × ")
            )
        })?;
    }
    let kind = DataType::try_from(tensor.data_type)
        .map_err(|_| format!("its stored tensor {name:?} has numbers of the unknown type {}", tensor.data_type))?;
    let found = if tensor.raw_data.is_empty() {
        match kind {
            DataType::Float => tensor.float_data.len(),
            DataType::Double => tensor.double_data.len(),
            DataType::Int64 => tensor.int64_data.len(),
            DataType::Uint32 | DataType::Uint64 => {
                // tract looks for them where they are not.
                let values: Vec<u64> = std::mem::take(&mut tensor.uint64_data);
                tensor.raw_data = match kind {
                    DataType::Uint32 => values.iter().flat_map(|&v| (v as u32).to_le_bytes()).collect(),
                    _ => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
                };
                values.len()
            }
            DataType::String => tensor.string_data.len(),
            DataType::Int4 | DataType::Uint4 => (2 * tensor.int32_data.len()).min(n_values),
            _ => tensor.int32_data.len(),
        }
    } else {
        let n_bits: u64 = match kind {
            DataType::Double | DataType::Int64 | DataType::Uint64 | DataType::Complex64 => 64,
            DataType::Float | DataType::Int32 | DataType::Uint32 => 32,
            DataType::Float16 | DataType::Bfloat16 | DataType::Int16 | DataType::Uint16 => 16,
            DataType::Int4 | DataType::Uint4 | DataType::Float4e2m1 => 4,
            DataType::Complex128 => 128,
            DataType::String | DataType::Undefined => {
                return Err(format!("its stored tensor {name:?} has no type of numbers"));
            }
            _ => 8,
        };
        // Bits of such tensors may be too many for a 32-bit count.
        let n_bytes = (n_values as u64 * n_bits).div_ceil(8);
        let found = tensor.raw_data.len() as u64;
        if found == n_bytes { n_values } else { usize::try_from(found * 8 / n_bits).unwrap_or(usize::MAX) }
    };
    if found == n_values {
        Ok(())
    } else {
        Err(format!(
            "its stored tensor {name:?} should hold {n_values} numbers, but {found} are there; the file is cut off or damaged"
        ))
    }
}

/// Puts nodes behind those whose results they read. `outer` holds the names that a graph around this one makes.
fn sort(graph: &mut GraphProto, outer: &HashSet<String>) -> Result<(), String> {
    let mut known = outer.clone();
    known.extend(graph.input.iter().map(|input| input.name.clone()));
    let mut stored = HashSet::new();
    for tensor in &graph.initializer {
        if !stored.insert(tensor.name.as_str()) {
            return Err(format!("it stores two tensors under the name {:?}", tensor.name));
        }
    }
    known.extend(graph.initializer.iter().map(|tensor| tensor.name.clone()));
    known.extend(graph.sparse_initializer.iter().filter_map(|t| t.values.as_ref()).map(|values| values.name.clone()));
    let mut makers: HashMap<&str, usize> = HashMap::new();
    for (idx, node) in graph.node.iter().enumerate() {
        for output in node.output.iter().filter(|name| !name.is_empty()) {
            if let Some(other) = makers.insert(output, idx) {
                let (a, b) = (node_name(&graph.node[other]), node_name(node));
                return Err(format!("the tensor {output:?} is made twice, by {a} and by {b}"));
            }
            if stored.contains(output.as_str()) {
                return Err(format!("the tensor {output:?} is stored and also made by {}", node_name(node)));
            }
        }
    }
    for node in &graph.node {
        let least = least_inputs(node);
        if (0..least).any(|at| input(node, at).is_none()) {
            return Err(format!("{} lacks one of the {} it needs", node_name(node), counted(least, "input")));
        }
    }
    // What each node waits for, and who waits for it.
    let mut waits = vec![0_usize; graph.node.len()];
    let mut behind: Vec<Vec<usize>> = vec![Vec::new(); graph.node.len()];
    for (idx, node) in graph.node.iter().enumerate() {
        let mut before = BTreeSet::new();
        for name in reads(node) {
            match makers.get(name) {
                Some(&maker) => drop(before.insert(maker)),
                None if known.contains(name) => {}
                None => {
                    return Err(format!(
                        "{} reads the tensor {name:?}, which nothing in the file makes",
                        node_name(node)
                    ));
                }
            }
        }
        waits[idx] = before.len();
        for maker in before {
            behind[maker].push(idx);
        }
    }
    for output in &graph.output {
        if !makers.contains_key(output.name.as_str()) && !known.contains(&output.name) {
            return Err(format!("its output {:?} is made by no node", output.name));
        }
    }
    let mut ready: BTreeSet<usize> = (0..waits.len()).filter(|&idx| waits[idx] == 0).collect();
    let mut order = Vec::with_capacity(waits.len());
    while let Some(idx) = ready.pop_first() {
        order.push(idx);
        for &next in &behind[idx] {
            waits[next] -= 1;
            if waits[next] == 0 {
                ready.insert(next);
            }
        }
    }
    if let Some(stuck) = (0..waits.len()).find(|&idx| waits[idx] > 0) {
        return Err(format!("its graph runs in a circle: {} needs its own result", node_name(&graph.node[stuck])));
    }
    let made: Vec<String> = makers.keys().map(|&name| name.to_string()).collect();
    let mut nodes: Vec<Option<NodeProto>> = std::mem::take(&mut graph.node).into_iter().map(Some).collect();
    graph.node = order.into_iter().filter_map(|idx| nodes[idx].take()).collect();
    known.extend(made);
    for node in &mut graph.node {
        super::edit::subgraphs_mut(node).try_for_each(|inner| sort(inner, &known))?;
    }
    Ok(())
}

/// How many inputs an operator of ONNX cannot do without, as far as tract relies on it.
fn least_inputs(node: &NodeProto) -> usize {
    if !is_onnx(&node.domain) {
        return 0;
    }
    match node.op_type.as_str() {
        "Constant" | "RandomNormal" | "RandomUniform" | "Loop" | "Scan" | "SequenceEmpty" | "Optional" => 0,
        "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Mod" | "MatMul" | "Gemm" | "Conv" | "ConvTranspose" | "Gather"
        | "GatherElements" | "GatherND" | "Equal" | "Less" | "LessOrEqual" | "Greater" | "GreaterOrEqual" | "And"
        | "Or" | "Xor" | "Expand" | "Tile" | "CumSum" | "MatMulInteger" | "ConvInteger" | "QuantizeLinear"
        | "DequantizeLinear" | "PRelu" | "CastLike" | "LayerNormalization" | "RMSNormalization" | "GridSample"
        | "Compress" => 2,
        "Where"
        | "Range"
        | "OneHot"
        | "InstanceNormalization"
        | "GroupNormalization"
        | "ScatterElements"
        | "ScatterND"
        | "LSTM"
        | "GRU"
        | "RNN" => 3,
        "BatchNormalization" => 5,
        "QLinearConv" | "QLinearMatMul" => 8,
        _ => 1,
    }
}

/// What a node reads, in its own inputs or inside its subgraphs.
fn reads(node: &NodeProto) -> Vec<&str> {
    let mut names: Vec<&str> = node.input.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    subgraphs(node).for_each(|inner| names.extend(free(inner)));
    names
}

/// Names that a subgraph takes from outside.
fn free(graph: &GraphProto) -> BTreeSet<&str> {
    let mut own: HashSet<&str> = graph.input.iter().map(|input| input.name.as_str()).collect();
    own.extend(graph.initializer.iter().map(|tensor| tensor.name.as_str()));
    own.extend(graph.sparse_initializer.iter().filter_map(|t| t.values.as_ref()).map(|values| values.name.as_str()));
    own.extend(graph.node.iter().flat_map(|node| &node.output).map(String::as_str));
    let read = graph.node.iter().flat_map(reads).chain(graph.output.iter().map(|output| output.name.as_str()));
    read.filter(|name| !own.contains(name)).collect()
}
