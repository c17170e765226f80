//! What a network takes besides the samples, and samples of other types than float32.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::tensor_shape_proto::Dimension;
use tract_onnx::pb::tensor_shape_proto::dimension::Value as Size;
use tract_onnx::pb::type_proto::{Tensor, Value};
use tract_onnx::pb::{GraphProto, TensorShapeProto, TypeProto, ValueInfoProto};

use super::edit::{Names, cast, input, is_op, node, rename_uses, size, subgraphs};
use super::types::declared;
use super::values::of_integers;
use crate::network::attributes::with_integer;

/// Inputs that are not read are dropped, columns of a table put together, and numbers of other types made of float32
/// ones (of token ids and masks: of 64-bit whole numbers).
pub(super) fn apply(graph: &mut GraphProto) -> Vec<String> {
    let stored: HashSet<String> = graph.initializer.iter().map(|tensor| tensor.name.clone()).collect();
    graph.input.retain(|input| !stored.contains(&input.name));
    let mut notes = Vec::new();
    notes.extend(drop_unread(graph));
    notes.extend(join_columns(graph));
    notes.extend(convert(graph));
    notes
}

fn drop_unread(graph: &mut GraphProto) -> Option<String> {
    let mut read: HashSet<String> = graph.output.iter().map(|output| output.name.clone()).collect();
    collect_read(graph, &mut read);
    let (kept, unread): (Vec<_>, Vec<_>) =
        std::mem::take(&mut graph.input).into_iter().partition(|input| read.contains(&input.name));
    graph.input = kept;
    let names: Vec<&str> = unread.iter().map(|input| input.name.as_str()).collect();
    (!names.is_empty()).then(|| format!("inputs that nothing reads are left out: {}", names.join(", ")))
}

fn collect_read(graph: &GraphProto, read: &mut HashSet<String>) {
    for node in &graph.node {
        read.extend(node.input.iter().cloned());
        for inner in subgraphs(node) {
            read.extend(inner.output.iter().map(|output| output.name.clone()));
            collect_read(inner, read);
        }
    }
}

/// scikit-learn's way of exporting a table: an input of one number per column.
fn join_columns(graph: &mut GraphProto) -> Option<String> {
    let is_column = |input: &ValueInfoProto| {
        let dims = dims(input)?;
        let [_, Dimension { value: Some(Size::DimValue(1)), .. }] = dims else { return None };
        let kind = declared(input)?;
        matches!(kind, DataType::Float | DataType::Int64 | DataType::Int32 | DataType::Bool).then_some(kind)
    };
    let kinds: Option<Vec<DataType>> = graph.input.iter().map(is_column).collect();
    let kinds = kinds.filter(|kinds| kinds.len() > 1)?;
    let mut names = Names::of(graph);
    let all = names.fresh("columns");
    let mut before = Vec::new();
    for (at, (column, kind)) in graph.input.iter().zip(&kinds).enumerate() {
        let index = names.fresh(&format!("index of {}", column.name));
        graph.initializer.push(of_integers(&index, &[1], &[size(at)]));
        if *kind == DataType::Float {
            before.push(with_integer(node("Gather", &[&all, &index], &column.name), "axis", 1));
        } else {
            let float = names.fresh(&format!("{} as float32", column.name));
            before.push(with_integer(node("Gather", &[&all, &index], &float), "axis", 1));
            before.push(cast(&float, *kind, &column.name));
        }
    }
    let n = graph.input.len();
    let batch = dims(&graph.input[0])?.first()?.clone();
    let columns = Dimension { value: Some(Size::DimValue(size(n))), ..Default::default() };
    let words: Vec<String> = graph.input.iter().map(|input| input.name.clone()).collect();
    graph.input = vec![info(&all, DataType::Float, vec![batch, columns])];
    before.append(&mut graph.node);
    graph.node = before;
    Some(format!("{n} inputs of one column each are read as one table, in this order: {}", words.join(", ")))
}

fn convert(graph: &mut GraphProto) -> Vec<String> {
    let lookups = lookups(graph);
    let has_ids =
        graph.input.iter().any(|input| is_whole(input) && (lookups.contains(&input.name) || is_named_ids(&input.name)));
    let mut names = Names::of(graph);
    let mut notes = Vec::new();
    let mut renamed = HashMap::new();
    let mut before = Vec::new();
    let mut infos = std::mem::take(&mut graph.input);
    for input in &mut infos {
        let (Some(kind), Some(dims)) = (declared(input), dims(input).map(<[Dimension]>::to_vec)) else { continue };
        // Among tokens all are 64-bit whole numbers, else float32.
        let is_beside_ids =
            has_ids && (is_whole(input) || kind == DataType::Bool || input.name.to_lowercase().contains("mask"));
        let wanted = match kind {
            DataType::Int32 | DataType::Int64 if is_beside_ids => kind,
            _ if is_beside_ids => DataType::Int64,
            // Pixels as they are: known to the reading of inputs.
            DataType::Uint8 => kind,
            _ => DataType::Float,
        };
        let convertible = matches!(
            kind,
            DataType::Float
                | DataType::Bool
                | DataType::Uint8
                | DataType::Int8
                | DataType::Int16
                | DataType::Uint16
                | DataType::Int32
                | DataType::Int64
                | DataType::Uint32
                | DataType::Uint64
        );
        if kind == wanted || !convertible {
            continue;
        }
        let own = names.fresh(&format!("{} as {}", input.name, kind.as_str_name().to_lowercase()));
        before.push(cast(&input.name, kind, &own));
        if wanted == DataType::Float {
            let name = kind.as_str_name().to_lowercase();
            notes.push(format!("its input {:?} takes {name}: numbers are cut to whole ones", input.name));
        }
        renamed.insert(input.name.clone(), own);
        *input = info(&input.name, wanted, dims);
    }
    graph.input = infos;
    rename_uses(graph, &renamed);
    before.append(&mut graph.node);
    graph.node = before;
    notes
}

fn is_whole(input: &ValueInfoProto) -> bool {
    matches!(declared(input), Some(DataType::Int32 | DataType::Int64))
}

fn is_named_ids(name: &str) -> bool {
    name.to_lowercase().contains("ids")
}

/// Inputs, perhaps converted, by which rows of a stored table are picked: token ids.
fn lookups(graph: &GraphProto) -> HashSet<String> {
    let tables: HashSet<&str> =
        graph.initializer.iter().filter(|tensor| tensor.dims.len() == 2).map(|tensor| tensor.name.as_str()).collect();
    let mut source: HashMap<&str, &str> = graph.input.iter().map(|i| (i.name.as_str(), i.name.as_str())).collect();
    let mut found = HashSet::new();
    for node in &graph.node {
        let Some(first) = input(node, 0) else { continue };
        if is_op(node, "Cast") || is_op(node, "Identity") {
            if let (Some(&from), Some(to)) = (source.get(first), node.output.first()) {
                source.insert(to, from);
            }
        } else if is_op(node, "Gather") && tables.contains(first) {
            found.extend(input(node, 1).and_then(|ids| source.get(ids)).map(|name| (*name).to_string()));
        }
    }
    found
}

/// The sizes that a file declares for a tensor.
pub(super) fn dims(info: &ValueInfoProto) -> Option<&[Dimension]> {
    let Value::TensorType(tensor) = info.r#type.as_ref()?.value.as_ref()?;
    tensor.shape.as_ref().map(|shape| shape.dim.as_slice())
}

fn info(name: &str, kind: DataType, dim: Vec<Dimension>) -> ValueInfoProto {
    let tensor = Tensor { elem_type: kind as i32, shape: Some(TensorShapeProto { dim }) };
    let kind = TypeProto { value: Some(Value::TensorType(tensor)), ..Default::default() };
    ValueInfoProto { name: name.into(), r#type: Some(kind), ..Default::default() }
}
