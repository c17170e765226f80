//! An ONNX file as read: its input, its layers, its metadata. Nothing has run yet.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tract_onnx::pb;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::{DimLike, Factoid};

use super::layers::{self, Layer};
use crate::{Error, Result};

/// The newest ONNX operator set whose operators we have seen run.
const NEWEST_OPSET: i64 = 23;

/// The tensor a network takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Input {
    /// ONNX name.
    pub name: String,
    /// Sizes with the batch first; `None` where the file leaves them free.
    pub shape: Vec<Option<usize>>,
}

/// A network as its file describes it: checked, with every operator known, but not yet prepared for running.
pub struct Graph {
    name: String,
    proto: pb::ModelProto,
    input: Input,
    layers: Vec<Layer>,
    output: String,
    multiplications: usize,
    metadata: BTreeMap<String, String>,
    notes: Vec<String>,
}

impl Graph {
    /// Reads an ONNX file and checks that all of it can run here.
    ///
    /// # Errors
    /// [`Error::NotOnnx`] for damaged or foreign files, [`Error::UnsupportedOpset`] and
    /// [`Error::UnsupportedOperators`] for what tract lacks, [`Error::NotRunnable`] for inputs that are no float tensor.
    pub fn read(bytes: &[u8], name: &str) -> Result<Self> {
        let proto = decode(bytes, name)?;
        let Some(graph) = proto.graph.as_ref().filter(|graph| !graph.node.is_empty()) else {
            return Err(Error::NotOnnx { name: name.into(), reason: "it holds no network".into() });
        };
        check_opset(&proto, name)?;
        check_operators(graph, name)?;
        let input = single_input(graph, name)?;
        let output = graph
            .output
            .first()
            .map(|o| o.name.clone())
            .ok_or_else(|| Error::NotOnnx { name: name.into(), reason: "it declares no output".into() })?;
        let metadata: BTreeMap<String, String> =
            proto.metadata_props.iter().map(|p| (p.key.clone(), p.value.clone())).collect();
        let shapes = infer_shapes(&proto, &input);
        let mut notes = Vec::new();
        if shapes.is_none() {
            notes.push("the shapes of the layers are only known once it runs".into());
        }
        let shapes = shapes.unwrap_or_default();
        let multiplications = layers::multiplications(graph, &shapes);
        let layers = layers::list(graph, &shapes, metadata.get("observed"));
        if layers.is_empty() {
            return Err(Error::NotRunnable { name: name.into(), reason: "it has no layer to observe".into() });
        }
        Ok(Self { name: name.into(), input, layers, output, multiplications, metadata, notes, proto })
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The one tensor that varies with the sample.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// Everything that can be observed, in depth order.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Name of the file's first output, where a classifier has its scores.
    pub fn output(&self) -> &str {
        &self.output
    }

    /// Multiplications per sample in convolutions and matrix products, for predicting times; 0 where shapes are unknown.
    pub fn multiplications(&self) -> usize {
        self.multiplications
    }

    /// The file's own key–value notes.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// What the user should know about the reading, in words.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The model with a fixed input shape and these tensors as outputs, before optimisation.
    pub(super) fn inference_model(&self, shape: &[usize], outputs: &[String]) -> TractResult<InferenceModel> {
        build(&self.proto, shape, outputs)
    }
}

/// Two flags make tract distrust the shapes that exporters write; over 205 exports that repaired 131 and broke none.
fn framework() -> tract_onnx::Onnx {
    tract_onnx::onnx().with_ignore_output_shapes(true).with_ignore_value_info(true)
}

fn build(proto: &pb::ModelProto, shape: &[usize], outputs: &[String]) -> TractResult<InferenceModel> {
    let mut model = framework().model_for_proto_model(proto)?;
    model.set_input_fact(0, f32::fact(shape).into())?;
    if !outputs.is_empty() {
        model.select_outputs_by_name(outputs)?;
    }
    Ok(model)
}

fn decode(bytes: &[u8], name: &str) -> Result<pb::ModelProto> {
    let not_onnx = |reason: &str| Error::NotOnnx { name: name.into(), reason: reason.into() };
    if bytes.is_empty() {
        return Err(not_onnx("it is empty"));
    }
    let proto = framework()
        .proto_model_for_read(&mut std::io::Cursor::new(bytes))
        .map_err(|_| not_onnx("its contents are cut off or damaged"))?;
    Ok(proto)
}

fn check_opset(proto: &pb::ModelProto, name: &str) -> Result<()> {
    let opset =
        proto.opset_import.iter().find(|o| o.domain.is_empty() || o.domain == "ai.onnx").map_or(0, |o| o.version);
    if opset > NEWEST_OPSET {
        return Err(Error::UnsupportedOpset { name: name.into(), opset, newest: NEWEST_OPSET });
    }
    Ok(())
}

/// Unknown operators would only surface as a placeholder that fails deep inside the analysis: name them all at once.
fn check_operators(graph: &pb::GraphProto, name: &str) -> Result<()> {
    let known = framework().op_register;
    let mut missing = BTreeSet::new();
    let mut first = None;
    for node in &graph.node {
        if !known.0.contains_key(&node.op_type) {
            missing.insert(node.op_type.clone());
            first.get_or_insert_with(|| layers::node_name(node));
        }
    }
    match first {
        None => Ok(()),
        Some(node) => Err(Error::UnsupportedOperators {
            name: name.into(),
            operators: missing.into_iter().collect::<Vec<_>>().join(", "),
            node,
        }),
    }
}

fn single_input(graph: &pb::GraphProto, name: &str) -> Result<Input> {
    let not_runnable = |reason: String| Error::NotRunnable { name: name.into(), reason };
    let stored: BTreeSet<&str> = graph.initializer.iter().map(|t| t.name.as_str()).collect();
    let mut inputs = graph.input.iter().filter(|i| !stored.contains(i.name.as_str()));
    let input = inputs.next().ok_or_else(|| not_runnable("it has no input".into()))?;
    if let Some(second) = inputs.next() {
        let names = format!("{:?} and {:?}", input.name, second.name);
        return Err(not_runnable(format!(
            "it has several inputs ({names}); networks with one input of numbers run here"
        )));
    }
    let Some(pb::type_proto::Value::TensorType(tensor)) = input.r#type.as_ref().and_then(|t| t.value.as_ref()) else {
        return Err(not_runnable(format!("its input {:?} is no tensor", input.name)));
    };
    if tensor.elem_type != pb::tensor_proto::DataType::Float as i32 {
        return Err(not_runnable(format!(
            "its input {:?} takes integers or half-precision numbers; export it with float32 inputs",
            input.name
        )));
    }
    let dims = tensor.shape.as_ref().map(|s| s.dim.as_slice()).unwrap_or_default();
    if dims.is_empty() {
        return Err(not_runnable(format!("its input {:?} has no shape; export it with an example input", input.name)));
    }
    let shape = dims
        .iter()
        .map(|d| match d.value {
            Some(pb::tensor_shape_proto::dimension::Value::DimValue(v)) if v > 0 => usize::try_from(v).ok(),
            _ => None,
        })
        .collect();
    Ok(Input { name: input.name.clone(), shape })
}

/// Shapes of all float tensors for one sample, where tract can infer them; free sizes count as 1 batch and 32 else.
fn infer_shapes(proto: &pb::ModelProto, input: &Input) -> Option<BTreeMap<String, Vec<usize>>> {
    let shape: Vec<usize> =
        input.shape.iter().enumerate().map(|(axis, size)| size.unwrap_or(if axis == 0 { 1 } else { 32 })).collect();
    let mut model = build(proto, &shape, &[]).ok()?;
    model.analyse(false).ok()?;
    let mut shapes = BTreeMap::new();
    for node in model.nodes() {
        for slot in 0..node.outputs.len() {
            let outlet = OutletId::new(node.id, slot);
            let fact = model.outlet_fact(outlet).ok()?;
            let is_float = fact.datum_type.concretize().is_some_and(|t| t.is_float());
            let dims: Option<Vec<usize>> =
                fact.shape.concretize().and_then(|dims| dims.iter().map(|d| d.to_usize().ok()).collect());
            if let (true, Some(dims), Some(label)) = (is_float, dims, model.outlet_label(outlet)) {
                shapes.insert(label.to_string(), dims);
            }
        }
    }
    Some(shapes)
}
