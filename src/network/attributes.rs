//! Attributes of ONNX nodes by name.

use tract_onnx::pb::attribute_proto::AttributeType;
use tract_onnx::pb::{AttributeProto, NodeProto};

pub(super) fn attribute<'n>(node: &'n NodeProto, name: &str) -> Option<&'n AttributeProto> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}

pub(super) fn integer(node: &NodeProto, name: &str) -> Option<i64> {
    attribute(node, name).map(|attribute| attribute.i)
}

pub(super) fn float(node: &NodeProto, name: &str) -> Option<f32> {
    attribute(node, name).map(|attribute| attribute.f)
}

/// Empty where there is none, as for the lists.
pub(super) fn text<'n>(node: &'n NodeProto, name: &str) -> &'n [u8] {
    attribute(node, name).map_or(&[], |attribute| &attribute.s)
}

pub(super) fn list_of_integers<'n>(node: &'n NodeProto, name: &str) -> &'n [i64] {
    attribute(node, name).map_or(&[], |attribute| &attribute.ints)
}

pub(super) fn list_of_floats<'n>(node: &'n NodeProto, name: &str) -> &'n [f32] {
    attribute(node, name).map_or(&[], |attribute| &attribute.floats)
}

pub(super) fn list_of_texts<'n>(node: &'n NodeProto, name: &str) -> &'n [Vec<u8>] {
    attribute(node, name).map_or(&[], |attribute| &attribute.strings)
}

/// Adds an attribute or takes the place of the one of its name.
pub(super) fn set(node: &mut NodeProto, attribute: AttributeProto) {
    node.attribute.retain(|old| old.name != attribute.name);
    node.attribute.push(attribute);
}

pub(super) fn with_integer(node: NodeProto, name: &str, i: i64) -> NodeProto {
    with(node, name, AttributeType::Int, AttributeProto { i, ..Default::default() })
}

pub(super) fn with_integers(node: NodeProto, name: &str, ints: Vec<i64>) -> NodeProto {
    with(node, name, AttributeType::Ints, AttributeProto { ints, ..Default::default() })
}

pub(super) fn with_float(node: NodeProto, name: &str, f: f32) -> NodeProto {
    with(node, name, AttributeType::Float, AttributeProto { f, ..Default::default() })
}

pub(super) fn with_floats(node: NodeProto, name: &str, floats: Vec<f32>) -> NodeProto {
    with(node, name, AttributeType::Floats, AttributeProto { floats, ..Default::default() })
}

pub(super) fn with_text(node: NodeProto, name: &str, text: &str) -> NodeProto {
    with(node, name, AttributeType::String, AttributeProto { s: text.into(), ..Default::default() })
}

fn with(mut node: NodeProto, name: &str, kind: AttributeType, value: AttributeProto) -> NodeProto {
    set(&mut node, AttributeProto { name: name.into(), r#type: kind as i32, ..value });
    node
}
