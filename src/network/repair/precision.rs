//! float16, bfloat16 and float64 become float32, all through the file: one precision everywhere, so that all types agree.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::type_proto::Value;
use tract_onnx::pb::{GraphProto, ValueInfoProto};

use super::edit::{counted, for_each_node, for_each_tensor, is_op, is_output, rename_uses};
use super::types::Types;
use super::values::as_float;

/// Attributes that name a type.
const TYPE_ATTRIBUTES: [&str; 4] = ["to", "dtype", "output_dtype", "softmax_precision"];

pub(super) fn apply(graph: &mut GraphProto) -> Vec<String> {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    let mut computed: BTreeMap<&str, usize> = BTreeMap::new();
    let Ok(()) = for_each_tensor(graph, &mut |tensor| {
        if let Some(kind) = other_float(tensor.data_type) {
            *found.entry(kind).or_default() += 1;
            as_float(tensor);
        }
        Ok::<(), Infallible>(())
    });
    for_each_node(graph, &mut |node| {
        for attribute in node.attribute.iter_mut().filter(|a| TYPE_ATTRIBUTES.contains(&a.name.as_str())) {
            if let Some(kind) = i32::try_from(attribute.i).ok().and_then(other_float) {
                *computed.entry(kind).or_default() += 1;
                attribute.i = i64::from(DataType::Float as i32);
            }
        }
    });
    declare(graph, &mut computed);
    drop_idle_casts(graph);
    let mut kinds: Vec<&str> = found.keys().chain(computed.keys()).copied().collect();
    kinds.sort_unstable();
    kinds.dedup();
    let words = |kind: &str| match found.get(kind) {
        Some(&n) => format!("{kind} numbers ({}) are computed as float32", counted(n, "stored tensor")),
        None => format!("{kind} numbers are computed as float32"),
    };
    kinds.into_iter().map(words).collect()
}

fn other_float(data_type: i32) -> Option<&'static str> {
    match DataType::try_from(data_type) {
        Ok(DataType::Float16) => Some("float16"),
        Ok(DataType::Bfloat16) => Some("bfloat16"),
        Ok(DataType::Double) => Some("float64"),
        _ => None,
    }
}

/// Declared types, also of subgraphs.
fn declare(graph: &mut GraphProto, computed: &mut BTreeMap<&'static str, usize>) {
    let infos = graph.input.iter_mut().chain(&mut graph.output).chain(&mut graph.value_info);
    for ValueInfoProto { r#type, .. } in infos {
        if let Some(Value::TensorType(tensor)) = r#type.as_mut().and_then(|kind| kind.value.as_mut())
            && let Some(kind) = other_float(tensor.elem_type)
        {
            *computed.entry(kind).or_default() += 1;
            tensor.elem_type = DataType::Float as i32;
        }
    }
    for_each_node(graph, &mut |node| {
        for inner in super::edit::subgraphs_mut(node) {
            let infos = inner.input.iter_mut().chain(&mut inner.output).chain(&mut inner.value_info);
            for ValueInfoProto { r#type, .. } in infos {
                if let Some(Value::TensorType(tensor)) = r#type.as_mut().and_then(|kind| kind.value.as_mut())
                    && other_float(tensor.elem_type).is_some()
                {
                    tensor.elem_type = DataType::Float as i32;
                }
            }
        }
    });
}

/// Conversions from float32 to float32: weights are found by the names that nodes read.
fn drop_idle_casts(graph: &mut GraphProto) {
    let types = Types::of(graph);
    let mut renamed = HashMap::new();
    let mut kept = Vec::new();
    for node in std::mem::take(&mut graph.node) {
        let is_float = |name: Option<&String>| name.is_some_and(|name| types.get(name) == Some(DataType::Float));
        let idle = is_op(&node, "Cast")
            && is_float(node.input.first())
            && is_float(node.output.first())
            && !is_output(graph, &node.output[0]);
        if idle {
            renamed.insert(node.output[0].clone(), node.input[0].clone());
        } else {
            kept.push(node);
        }
    }
    graph.node = kept;
    rename_uses(graph, &renamed);
}
