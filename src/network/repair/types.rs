//! What kind of numbers each tensor holds, as far as the file tells.

use std::collections::HashMap;

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::type_proto::Value;
use tract_onnx::pb::{GraphProto, NodeProto, ValueInfoProto};

use super::tables::names_classes;
use crate::network::attributes::{attribute, integer};

/// Types by tensor name. Nodes are in an order in which they can run.
pub(super) struct Types(HashMap<String, DataType>);

impl Types {
    pub(super) fn of(graph: &GraphProto) -> Self {
        let mut types = HashMap::new();
        for info in graph.value_info.iter().chain(&graph.output).chain(&graph.input) {
            types.extend(declared(info).map(|kind| (info.name.clone(), kind)));
        }
        for tensor in &graph.initializer {
            types.extend(DataType::try_from(tensor.data_type).ok().map(|kind| (tensor.name.clone(), kind)));
        }
        let mut types = Self(types);
        for node in &graph.node {
            for (slot, output) in node.output.iter().enumerate() {
                if let Some(kind) = types.made_by(node, slot) {
                    types.0.insert(output.clone(), kind);
                }
            }
        }
        types
    }

    pub(super) fn get(&self, name: &str) -> Option<DataType> {
        self.0.get(name).copied()
    }

    fn made_by(&self, node: &NodeProto, slot: usize) -> Option<DataType> {
        let of_input = |at: usize| self.get(node.input.get(at)?);
        let of_attribute = |name: &str| DataType::try_from(i32::try_from(integer(node, name)?).ok()?).ok();
        Some(match (node.op_type.as_str(), slot) {
            ("Cast", _) => of_attribute("to")?,
            ("Constant", _) => match node.attribute.first()?.name.as_str() {
                "value" => DataType::try_from(node.attribute[0].t.as_ref()?.data_type).ok()?,
                "value_int" | "value_ints" => DataType::Int64,
                "value_float" | "value_floats" => DataType::Float,
                _ => return None,
            },
            ("ConstantOfShape", _) => attribute(node, "value")
                .and_then(|value| DataType::try_from(value.t.as_ref()?.data_type).ok())
                .unwrap_or(DataType::Float),
            ("EyeLike" | "RandomNormalLike" | "RandomUniformLike", _) => of_attribute("dtype").or(of_input(0))?,
            ("RandomNormal" | "RandomUniform", _) => of_attribute("dtype").unwrap_or(DataType::Float),
            ("Shape" | "Size" | "NonZero" | "ArgMax" | "ArgMin" | "NonMaxSuppression", _)
            | ("TopK" | "MaxPool", 1)
            | ("Unique", 1..) => DataType::Int64,
            (
                "Equal" | "Less" | "Greater" | "LessOrEqual" | "GreaterOrEqual" | "And" | "Or" | "Xor" | "Not"
                | "IsNaN" | "IsInf",
                _,
            )
            | ("Dropout", 1) => DataType::Bool,
            ("Where" | "CastLike" | "DequantizeLinear", _) => of_input(1)?,
            ("OneHot", _) => of_input(2)?,
            ("QuantizeLinear", _) => of_attribute("output_dtype").or(of_input(2)).unwrap_or(DataType::Uint8),
            ("DynamicQuantizeLinear", 1) => DataType::Float,
            ("DynamicQuantizeLinear", _) => DataType::Uint8,
            ("MatMulInteger" | "ConvInteger", _) => DataType::Int32,
            (_, 0) if names_classes(node) => DataType::Int64,
            (_, 1) if names_classes(node) => DataType::Float,
            ("If" | "Loop" | "Scan", _) => return self.get(node.output.get(slot)?),
            _ => of_input(0).or_else(|| self.get(node.output.get(slot)?))?,
        })
    }
}

/// The type that a file declares for an input, an output, or a tensor between them.
pub(super) fn declared(info: &ValueInfoProto) -> Option<DataType> {
    let Value::TensorType(tensor) = info.r#type.as_ref()?.value.as_ref()?;
    DataType::try_from(tensor.elem_type).ok().filter(|kind| *kind != DataType::Undefined)
}
