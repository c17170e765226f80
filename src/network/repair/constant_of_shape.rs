//! `ConstantOfShape` without a value: float32 zeros, as ONNX says; tract would make them float64.

use tract_onnx::pb::attribute_proto::AttributeType;
use tract_onnx::pb::{AttributeProto, GraphProto};

use super::edit::{counted, for_each_node, is_op};
use super::values::of_floats;
use crate::network::attributes::{attribute, set};

pub(super) fn apply(graph: &mut GraphProto) -> Option<String> {
    let mut n = 0;
    for_each_node(graph, &mut |node| {
        if is_op(node, "ConstantOfShape") && attribute(node, "value").is_none_or(|value| value.t.is_none()) {
            let (name, t) = ("value".into(), Some(of_floats("", &[1], &[0.0])));
            set(node, AttributeProto { name, r#type: AttributeType::Tensor as i32, t, ..Default::default() });
            n += 1;
        }
    });
    (n > 0).then(|| format!("{} lacked a value: float32 0 assumed, as ONNX says", counted(n, "ConstantOfShape node")))
}
