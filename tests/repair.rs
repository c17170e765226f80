//! What is rewritten when a network loads, and what is refused in which words: small graphs made here, and files whose
//! activations ONNX Runtime recorded.
#![cfg(feature = "network")]
#![allow(clippy::unwrap_used, reason = "a missing or odd test file should fail the test at once")]

use std::collections::BTreeMap;
use std::path::Path;

use bettiscope::Error;
use bettiscope::data::{File, Values};
use bettiscope::network::{
    Batch, Graph, Input, InputSettings, Pooling, SampleKind, SampleShape, Session, SessionSettings,
};
use bettiscope::random::Random;
use prost::Message;
use tract_onnx::pb::attribute_proto::AttributeType;
use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::tensor_shape_proto::{Dimension, dimension};
use tract_onnx::pb::type_proto::{Tensor as TensorType, Value};
use tract_onnx::pb::{
    AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, StringStringEntryProto,
    TensorProto, TensorShapeProto, TypeProto, ValueInfoProto,
};
use tract_onnx::prelude::{DatumExt, Framework, InferenceModelExt, IntoRunnable, Tensor, tvec};

#[path = "../fuzz/checks/network.rs"]
mod fuzzed;

fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/network").join(path)).unwrap()
}

/// Numbers in, all layers out.
fn run(graph: &Graph, sizes: &[usize], values: &[f32]) -> BTreeMap<String, Vec<f32>> {
    let layers: Vec<String> = graph.layers().iter().map(|layer| layer.id.clone()).collect();
    let settings = SessionSettings {
        layers: layers.clone(),
        input: InputSettings::default(),
        pooling: Pooling::Flatten,
        positions_per_sample: 1,
        seed: 1,
        batch: 2,
    };
    let shape = SampleShape { sizes: sizes.to_vec(), bytes: false };
    let mut session = Session::new(graph, SampleKind::Numbers(&shape), settings).unwrap();
    let points = session.run(Batch::Numbers(&Values::F32(values.to_vec())), 0).unwrap();
    layers.into_iter().zip(points.layers.into_iter().map(|layer| layer.points.values)).collect()
}

fn assert_close(found: &[f32], wanted: &[f32], tolerance: f32, what: &str) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    let scale = wanted.iter().fold(0.0_f32, |m, v| m.max(v.abs()));
    let worst = found.iter().zip(wanted).fold(0.0_f32, |m, (a, b)| m.max((a - b).abs()));
    assert!(worst <= tolerance * scale, "{what}: off by {worst} of {scale}");
}

fn noted(graph: &Graph, words: &str) {
    assert!(graph.notes().iter().any(|note| note.contains(words)), "{words:?} is not in {:?}", graph.notes());
}

fn refused(model: &ModelProto, words: &[&str]) -> Error {
    let error = Graph::read(&model.encode_to_vec(), "model.onnx").err().expect("a refusal");
    for word in words {
        assert!(error.to_string().contains(word), "{word:?} is not in: {error}");
    }
    error
}

// --- small graphs ---

fn node(op_type: &str, input: &[&str], output: &[&str]) -> NodeProto {
    NodeProto {
        op_type: op_type.into(),
        name: format!("node of {}", output.first().unwrap_or(&"nothing")),
        input: input.iter().map(ToString::to_string).collect(),
        output: output.iter().map(ToString::to_string).collect(),
        ..Default::default()
    }
}

trait With {
    fn int(self, name: &str, i: i64) -> Self;
    fn ints(self, name: &str, ints: &[i64]) -> Self;
    fn domain(self, domain: &str) -> Self;
    fn graph(self, name: &str, graph: GraphProto) -> Self;
}

impl With for NodeProto {
    fn int(mut self, name: &str, i: i64) -> Self {
        let (name, r#type) = (name.into(), AttributeType::Int as i32);
        self.attribute.push(AttributeProto { name, r#type, i, ..Default::default() });
        self
    }

    fn ints(mut self, name: &str, ints: &[i64]) -> Self {
        let (name, r#type) = (name.into(), AttributeType::Ints as i32);
        self.attribute.push(AttributeProto { name, r#type, ints: ints.to_vec(), ..Default::default() });
        self
    }

    fn domain(self, domain: &str) -> Self {
        Self { domain: domain.into(), ..self }
    }

    fn graph(mut self, name: &str, graph: GraphProto) -> Self {
        let (name, r#type) = (name.into(), AttributeType::Graph as i32);
        self.attribute.push(AttributeProto { name, r#type, g: Some(graph), ..Default::default() });
        self
    }
}

fn floats(name: &str, dims: &[i64], values: &[f32]) -> TensorProto {
    let (name, dims, data_type) = (name.into(), dims.to_vec(), DataType::Float as i32);
    TensorProto { name, dims, data_type, float_data: values.to_vec(), ..Default::default() }
}

fn integers(name: &str, dims: &[i64], values: &[i64]) -> TensorProto {
    let (name, dims, data_type) = (name.into(), dims.to_vec(), DataType::Int64 as i32);
    TensorProto { name, dims, data_type, int64_data: values.to_vec(), ..Default::default() }
}

/// Whole numbers of 8, 16, or 32 bits and the like, or half-precision floats by their bits.
fn small(name: &str, kind: DataType, dims: &[i64], values: &[i32]) -> TensorProto {
    let (name, dims, data_type) = (name.into(), dims.to_vec(), kind as i32);
    TensorProto { name, dims, data_type, int32_data: values.to_vec(), ..Default::default() }
}

/// A tensor's name, type, and sizes; 0 stands for a free one.
fn info(name: &str, kind: DataType, sizes: &[i64]) -> ValueInfoProto {
    let size = |&size: &i64| Dimension {
        value: Some(match size {
            0 => dimension::Value::DimParam("n".into()),
            size => dimension::Value::DimValue(size),
        }),
        ..Default::default()
    };
    let shape = Some(TensorShapeProto { dim: sizes.iter().map(size).collect() });
    let value = Some(Value::TensorType(TensorType { elem_type: kind as i32, shape }));
    ValueInfoProto { name: name.into(), r#type: Some(TypeProto { value, ..Default::default() }), ..Default::default() }
}

fn model(
    node: Vec<NodeProto>,
    initializer: Vec<TensorProto>,
    input: Vec<ValueInfoProto>,
    outputs: &[&str],
) -> ModelProto {
    let output = outputs.iter().map(|name| ValueInfoProto { name: (*name).into(), ..Default::default() }).collect();
    let graph = GraphProto { node, initializer, input, output, ..Default::default() };
    let opset = OperatorSetIdProto { version: 17, ..Default::default() };
    ModelProto { ir_version: 8, opset_import: vec![opset], graph: Some(graph), ..Default::default() }
}

/// Of two samples of `n` numbers each.
fn input_of(n: i64) -> Vec<ValueInfoProto> {
    vec![info("x", DataType::Float, &[0, n])]
}

fn read(model: &ModelProto) -> Graph {
    Graph::read(&model.encode_to_vec(), "model.onnx").unwrap_or_else(|error| panic!("{error}"))
}

/// What tract makes of a file as it is, for two samples of `n` numbers.
fn by_tract_alone(model: &ModelProto, values: &[f32]) -> Result<Vec<f32>, String> {
    let run = || {
        let sizes = [2, values.len() / 2];
        let input = Tensor::from_shape(&sizes, values)?;
        let mut graph = tract_onnx::onnx().model_for_proto_model(model)?;
        graph.set_input_fact(0, f32::fact(sizes).into())?;
        let outputs = graph.into_optimized()?.into_runnable()?.run(tvec!(input.into()))?;
        let output = outputs[0].cast_to::<f32>()?.into_owned();
        Ok(output.try_as_plain_ram()?.as_slice::<f32>()?.to_vec())
    };
    run().map_err(|error: tract_onnx::prelude::TractError| format!("{error:#}"))
}

const X: [f32; 4] = [0.5, -1.0, 2.0, 0.25];

#[test]
fn a_constant_of_shape_without_a_value_is_float32_zeros() {
    let model = model(
        vec![
            node("Shape", &["x"], &["shape"]),
            node("ConstantOfShape", &["shape"], &["zeros"]),
            node("MatMul", &["zeros", "w"], &["product"]),
            node("Max", &["x", "product"], &["y"]),
        ],
        vec![floats("w", &[2, 2], &[1.0; 4])],
        input_of(2),
        &["y"],
    );
    let alone = by_tract_alone(&model, &X);
    assert!(alone.is_err(), "tract has learnt it: {alone:?}");
    let graph = read(&model);
    noted(&graph, "1 ConstantOfShape node lacked a value: float32 0 assumed");
    assert_eq!(run(&graph, &[2], &X)["y"], [0.5, 0.0, 2.0, 0.25]);
}

#[test]
fn whole_numbers_can_be_summed_along_an_axis() {
    // Positions of tokens, as RoBERTa counts them.
    let to_int = node("Cast", &["x"], &["whole"]).int("to", DataType::Int64 as i64);
    let model = model(
        vec![
            to_int,
            node("CumSum", &["whole", "axis"], &["sums"]),
            node("ArgMax", &["sums"], &["last"]).int("axis", 1),
            node("Cast", &["sums"], &["float sums"]).int("to", DataType::Float as i64),
            node("Cast", &["last"], &["float last"]).int("to", DataType::Float as i64),
            node("Add", &["float sums", "float last"], &["y"]),
        ],
        vec![integers("axis", &[], &[1])],
        input_of(3),
        &["y"],
    );
    let values = [1.0, 2.0, 3.0, 3.0, -1.0, 0.0];
    let alone = by_tract_alone(&model, &values);
    assert!(alone.is_err(), "tract has learnt it: {alone:?}");
    let graph = read(&model);
    noted(&graph, "2 ArgMax/CumSum nodes of whole numbers computed with 32 bits");
    assert_eq!(run(&graph, &[3], &values)["y"], [3.0, 5.0, 8.0, 3.0, 2.0, 2.0]);
}

#[test]
fn half_precision_becomes_single_all_through() {
    // 1.5 and -2 in both formats.
    for (kind, bits, word) in
        [(DataType::Float16, [0x3e00, 0xc000], "float16"), (DataType::Bfloat16, [0x3fc0, 0xc000], "bfloat16")]
    {
        let model = model(
            vec![node("Mul", &["x", "w"], &["product"]), node("Cast", &["product"], &["y"]).int("to", kind as i64)],
            vec![small("w", kind, &[2], &bits)],
            vec![info("x", kind, &[0, 2])],
            &["y"],
        );
        let graph = read(&model);
        noted(&graph, &format!("{word} numbers (1 stored tensor) are computed as float32"));
        assert_eq!(run(&graph, &[2], &X)["y"], [0.75, 2.0, 3.0, -0.5]);
    }
}

#[test]
fn double_precision_becomes_single() {
    let w = TensorProto {
        name: "w".into(),
        dims: vec![2],
        data_type: DataType::Double as i32,
        double_data: vec![1.5, -2.0],
        ..Default::default()
    };
    let model =
        model(vec![node("Mul", &["x", "w"], &["y"])], vec![w], vec![info("x", DataType::Double, &[0, 2])], &["y"]);
    let graph = read(&model);
    noted(&graph, "float64 numbers");
    assert_eq!(run(&graph, &[2], &X)["y"], [0.75, 2.0, 3.0, -0.5]);
}

/// `x` quantised and back by these nodes, with what is between.
fn quantised_softmax() -> ModelProto {
    model(
        vec![
            node("QuantizeLinear", &["x", "scale", "zero"], &["x whole"]),
            node("DequantizeLinear", &["x whole", "scale", "zero"], &["x again"]),
            node("Softmax", &["x again"], &["softmax"]),
            node("QuantizeLinear", &["softmax", "fine", "zero"], &["softmax whole"]),
            node("DequantizeLinear", &["softmax whole", "fine", "zero"], &["y"]),
        ],
        vec![
            floats("scale", &[], &[0.05]),
            floats("fine", &[], &[1.0 / 127.0]),
            small("zero", DataType::Int8, &[], &[0]),
        ],
        input_of(4),
        &["y"],
    )
}

#[test]
fn the_quantised_softmax_that_tract_computes_wrongly_is_not_shown() {
    let values = [0.5_f32, -1.0, 2.0, 0.25, 4.0, 4.5, -3.0, 1.0];
    let wanted: Vec<f32> = values
        .chunks(4)
        .flat_map(|row| {
            let powers: Vec<f32> = row.iter().map(|v| v.exp()).collect();
            let sum: f32 = powers.iter().sum();
            powers.into_iter().map(move |p| p / sum)
        })
        .collect();
    let alone = by_tract_alone(&quantised_softmax(), &values);
    let off = |found: &[f32]| found.iter().zip(&wanted).fold(0.0_f32, |m, (a, b)| m.max((a - b).abs()));
    assert!(alone.is_err() || alone.as_ref().is_ok_and(|found| off(found) > 0.05), "tract has learnt it: {alone:?}");
    let graph = read(&quantised_softmax());
    noted(&graph, "the network is quantised (4 nodes)");
    assert!(off(&run(&graph, &[4], &values)["y"]) < 1e-3);
}

#[test]
fn quantising_still_cuts_off_where_the_numbers_end() {
    // A quantiser leaves out the ReLU, as unsigned numbers with the zero point 0 end there.
    let model = model(
        vec![
            node("QuantizeLinear", &["x", "scale", "zero"], &["x whole"]),
            node("Transpose", &["x whole"], &["turned"]),
            node("DequantizeLinear", &["turned", "scale", "zero"], &["back"]),
            node("Transpose", &["back"], &["y"]),
        ],
        vec![floats("scale", &[], &[0.005]), small("zero", DataType::Uint8, &[], &[0])],
        input_of(2),
        &["y"],
    );
    assert_close(&run(&read(&model), &[2], &X)["y"], &[0.5, 0.0, 1.275, 0.25], 1e-6, "y");
}

#[test]
fn weights_of_four_bits_in_blocks_are_unpacked() {
    // Rows 0, 1 share a scale, and 2, 3: -8, 7, 1, 2 and 3, -1, 0, 4, two to a byte.
    let packed = TensorProto {
        name: "w whole".into(),
        dims: vec![4, 2],
        data_type: DataType::Int4 as i32,
        raw_data: vec![0x78, 0x21, 0xf3, 0x40],
        ..Default::default()
    };
    let model = model(
        vec![
            node("DequantizeLinear", &["w whole", "scales"], &["w"]).int("axis", 0).int("block_size", 2),
            node("MatMul", &["x", "w"], &["y"]),
        ],
        vec![packed, floats("scales", &[2, 2], &[1.0, 10.0, 0.5, 100.0])],
        input_of(4),
        &["y"],
    );
    let values = [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 2.0];
    let wanted = [-8.0 + 1.0 + 1.5, 70.0 + 20.0 - 100.0 + 400.0, -8.0, 70.0 + 800.0];
    assert_close(&run(&read(&model), &[4], &values)["y"], &wanted, 1e-6, "y");
}

#[test]
fn quantised_files_compute_nearly_what_onnx_runtime_recorded_for_them() {
    #[derive(serde::Deserialize)]
    struct Images {
        pixels: Vec<Vec<u8>>,
    }
    let recorded: BTreeMap<String, BTreeMap<String, Vec<Vec<f32>>>> =
        serde_json::from_slice(&bytes("repairs.json")).unwrap();
    let images: Images = serde_json::from_slice(&bytes("tiny-cnn-2.json")).unwrap();
    let pixels: Vec<f32> = images.pixels.concat().iter().map(|&p| f32::from(p) / 255.0).collect();
    let data = bytes("tiny-cnn-external.onnx.data");
    for (name, layers) in &recorded {
        let beside = [File { name: "some/folder/tiny-cnn-external.onnx.data", bytes: &data }];
        let graph =
            Graph::read_with(&bytes(name), name, if name.contains("external") { &beside } else { &[] }).unwrap();
        let found = run(&graph, &[1, 28, 28], &pixels);
        let (tolerance, words) = match name.as_str() {
            "tiny-cnn-half.onnx" => (2e-3, "float16"),
            "tiny-cnn-external.onnx" => {
                (1e-5, "8 stored tensors were read from some/folder/tiny-cnn-external.onnx.data")
            }
            _ => (0.03, "the network is quantised"),
        };
        noted(&graph, words);
        assert!(layers.contains_key("logits"));
        for (layer, wanted) in layers {
            let values = &found[layer];
            let n_means: usize = wanted.iter().map(Vec::len).sum();
            let size = values.len() / n_means;
            let means: Vec<f32> = values.chunks(size).map(|part| part.iter().sum::<f32>() / size as f32).collect();
            assert_close(&means, &wanted.concat(), tolerance, &format!("{name}, {layer}"));
        }
    }
}

#[test]
fn weights_that_lie_elsewhere_are_asked_for_and_checked() {
    let file = bytes("tiny-cnn-external.onnx");
    let error = Graph::read(&file, "model.onnx").err().unwrap();
    assert_eq!(error, Error::MissingWeights { name: "model.onnx".into(), files: "tiny-cnn-external.onnx.data".into() });
    let data = bytes("tiny-cnn-external.onnx.data");
    let with = |name: &str, bytes: &[u8]| Graph::read_with(&file, "model.onnx", &[File { name, bytes }]);
    assert!(with("tiny-cnn-external.onnx (1).data", &data).is_ok(), "the only file is the one");
    let error = with("tiny-cnn-external.onnx.data", &data[..5000]).err().unwrap();
    assert_eq!(error.kind(), "damaged");
    assert!(error.to_string().contains("5000 bytes"), "{error}");
    let mut proto = ModelProto::decode(file.as_slice()).unwrap();
    let tensor = &mut proto.graph.as_mut().unwrap().initializer[0];
    tensor.external_data.push(StringStringEntryProto { key: "offset".into(), value: "many".into() });
    tensor.external_data.retain(|entry| entry.key != "offset" || entry.value == "many");
    let error = Graph::read_with(
        &proto.encode_to_vec(),
        "m.onnx",
        &[File { name: "tiny-cnn-external.onnx.data", bytes: &data }],
    );
    assert!(error.err().unwrap().to_string().contains("which is no number"));
}

#[test]
fn labels_and_dictionaries_of_scikit_learn_are_left_out() {
    let model = model(
        vec![
            node("MatMul", &["x", "w"], &["scores"]),
            node("Softmax", &["scores"], &["table"]),
            node("ArgMax", &["table"], &["label"]).int("axis", 1),
            node("ZipMap", &["table"], &["probabilities"]).domain("ai.onnx.ml"),
        ],
        vec![floats("w", &[2, 2], &[1.0, 0.0, 0.0, 1.0])],
        input_of(2),
        &["label", "probabilities"],
    );
    let graph = read(&model);
    assert_eq!(graph.output(), "table");
    noted(&graph, "with 2 nodes before them: label");
    assert_eq!(run(&graph, &[2], &X)["scores"], X);
}

#[test]
fn functions_of_the_file_itself_are_unfolded_also_inside_each_other() {
    let scaled = FunctionProto {
        name: Some("Scaled".into()),
        domain: Some("own".into()),
        input: vec!["a".into(), "b".into()],
        output: vec!["c".into()],
        attribute: vec!["axis".into()],
        node: vec![node("Mul", &["a", "b"], &["inner"]), {
            let mut softmax = node("Softmax", &["inner"], &["c"]);
            softmax.attribute.push(AttributeProto {
                name: "axis".into(),
                ref_attr_name: "axis".into(),
                r#type: AttributeType::Int as i32,
                ..Default::default()
            });
            softmax
        }],
        ..Default::default()
    };
    let twice = FunctionProto {
        name: Some("Twice".into()),
        domain: Some("own".into()),
        input: vec!["a".into(), "b".into()],
        output: vec!["c".into()],
        node: vec![
            node("Scaled", &["a", "b"], &["inner"]).domain("own").int("axis", 0),
            node("Scaled", &["inner", "b"], &["c"]).domain("own").int("axis", 1),
        ],
        ..Default::default()
    };
    let mut file = model(
        vec![node("Twice", &["x", "w"], &["y"]).domain("own"), node("Relu", &["y"], &["z"])],
        vec![floats("w", &[2], &[1.0, 3.0])],
        input_of(2),
        &["z"],
    );
    file.functions = vec![scaled.clone(), twice];
    let graph = read(&file);
    noted(&graph, "3 calls of the file's own functions unfolded");
    let softmax = |a: f32, b: f32| (a.exp() / (a.exp() + b.exp()), b.exp() / (a.exp() + b.exp()));
    let ((a, c), (b, d)) = (softmax(0.5, 2.0), softmax(-3.0, 0.75));
    let ((a, b), (c, d)) = (softmax(a, 3.0 * b), softmax(c, 3.0 * d));
    assert_close(&run(&graph, &[2], &X)["z"], &[a, b, c, d], 1e-6, "z");
    // Without an end.
    let mut endless = file.clone();
    endless.functions[0].node[0] = node("Twice", &["a", "b"], &["inner"]).domain("own");
    refused(&endless, &["its function \"Scaled\" calls itself"]);
}

#[test]
fn a_branch_with_a_fixed_condition_is_taken() {
    let branch = |op: &str, inner: &str| GraphProto {
        node: vec![node(op, &["x"], &[inner])],
        output: vec![info(inner, DataType::Float, &[0, 2])],
        ..Default::default()
    };
    let model = model(
        vec![
            node("If", &["condition"], &["chosen"])
                .graph("then_branch", branch("Abs", "a"))
                .graph("else_branch", branch("Neg", "b")),
            node("Relu", &["chosen"], &["y"]),
        ],
        vec![small("condition", DataType::Bool, &[], &[0])],
        input_of(2),
        &["y"],
    );
    let graph = read(&model);
    noted(&graph, "1 If node with a fixed condition replaced by the branch taken");
    assert_eq!(run(&graph, &[2], &X)["y"], [0.0, 1.0, 0.0, 0.0]);
}

#[test]
fn nodes_left_in_training_mode_compute_as_in_evaluation() {
    let batch_norm =
        node("BatchNormalization", &["x", "s", "b", "m", "v"], &["normal", "mean", "var"]).int("training_mode", 1);
    let model = model(
        vec![batch_norm, node("Dropout", &["normal", "", "yes"], &["y"])],
        vec![
            floats("s", &[2], &[2.0, 1.0]),
            floats("b", &[2], &[0.0, 1.0]),
            floats("m", &[2], &[1.0, 0.0]),
            floats("v", &[2], &[1.0, 4.0]),
            small("yes", DataType::Bool, &[], &[1]),
        ],
        input_of(2),
        &["y"],
    );
    let graph = read(&model);
    noted(&graph, "2 nodes left in training mode");
    assert_close(&run(&graph, &[2], &X)["y"], &[-1.0, 0.5, 2.0, 1.125], 1e-4, "y");
}

#[test]
fn columns_of_a_table_may_be_inputs_of_their_own() {
    let model = model(
        vec![
            node("Cast", &["age"], &["age as float"]).int("to", DataType::Float as i64),
            node("Concat", &["height", "age as float"], &["both"]).int("axis", 1),
            node("MatMul", &["both", "w"], &["y"]),
        ],
        vec![floats("w", &[2, 2], &[1.0, 0.0, 0.0, 1.0])],
        vec![info("age", DataType::Int64, &[0, 1]), info("height", DataType::Float, &[0, 1])],
        &["y"],
    );
    let graph = read(&model);
    noted(&graph, "2 inputs of one column each are read as one table, in this order: age, height");
    assert_eq!(graph.input().shape(), [None, Some(2)]);
    assert_eq!(run(&graph, &[2], &[30.0, 1.5, 40.0, 1.75])["y"], [1.5, 30.0, 1.75, 40.0]);
}

#[test]
fn pixels_of_other_types_are_given_as_float32() {
    let model = model(
        vec![node("Cast", &["x"], &["float"]).int("to", DataType::Float as i64), node("Neg", &["float"], &["y"])],
        vec![],
        vec![info("x", DataType::Int32, &[0, 2])],
        &["y"],
    );
    let graph = read(&model);
    noted(&graph, "takes int32");
    assert!(matches!(graph.input(), Input::Numbers { .. }));
    assert_eq!(run(&graph, &[2], &[0.0, 255.0, 7.0, 128.0])["y"], [0.0, -255.0, -7.0, -128.0]);
}

#[test]
fn standardised_weights_keep_their_own_statistics() {
    // Rows of 1, 3 and of 2, 6: both become -1, 1.
    let batch_norm =
        node("BatchNormalization", &["w", "s", "b", "m", "v"], &["own", "m2", "v2"]).int("training_mode", 1);
    let model = model(
        vec![batch_norm, node("Reshape", &["own", "shape"], &["matrix"]), node("MatMul", &["x", "matrix"], &["y"])],
        vec![
            floats("w", &[1, 2, 2], &[1.0, 3.0, 2.0, 6.0]),
            floats("s", &[2], &[1.0, 10.0]),
            floats("b", &[2], &[0.0, 0.0]),
            floats("m", &[2], &[50.0, 60.0]),
            floats("v", &[2], &[9.0, 9.0]),
            integers("shape", &[2], &[2, 2]),
        ],
        input_of(2),
        &["y"],
    );
    let wanted = [-0.5 + 10.0, 0.5 - 10.0, -2.0 - 2.5, 2.0 + 2.5];
    assert_close(&run(&read(&model), &[2], &X)["y"], &wanted, 1e-4, "y");
}

#[test]
fn every_second_number_can_be_taken() {
    let model = model(
        vec![node("Slice", &["x", "start", "end", "axis", "step"], &["odd"]), node("Neg", &["odd"], &["y"])],
        vec![
            integers("start", &[1], &[1]),
            integers("end", &[1], &[i64::MAX]),
            integers("axis", &[1], &[-1]),
            integers("step", &[1], &[2]),
        ],
        input_of(4),
        &["y"],
    );
    let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
    assert_eq!(run(&read(&model), &[4], &values)["y"], [-2.0, -4.0, -6.0, -8.0]);
}

#[test]
fn a_branch_that_follows_from_sizes_is_taken() {
    let branch = |nodes: Vec<NodeProto>, end: &str| GraphProto {
        node: nodes,
        output: vec![ValueInfoProto { name: end.into(), ..Default::default() }],
        ..Default::default()
    };
    let squeezed = branch(vec![node("Squeeze", &["x"], &["a"])], "a");
    let same = branch(vec![node("Identity", &["x"], &["b"])], "b");
    let model = model(
        vec![
            node("Shape", &["x"], &["shape"]),
            node("Gather", &["shape", "one"], &["width"]),
            node("Equal", &["width", "one"], &["is one"]),
            node("If", &["is one"], &["chosen"]).graph("then_branch", squeezed).graph("else_branch", same),
            node("Relu", &["chosen"], &["y"]),
        ],
        vec![integers("one", &[], &[1])],
        input_of(2),
        &["y"],
    );
    let graph = read(&model);
    noted(&graph, "1 If node with a fixed condition");
    assert_eq!(run(&graph, &[2], &X)["y"], [0.5, 0.0, 2.0, 0.25]);
}

#[test]
fn what_scikit_learn_does_to_tables_is_plain_arithmetic() {
    let floats_of = |node: NodeProto, name: &str, floats: &[f32]| {
        let (name, r#type) = (name.into(), AttributeType::Floats as i32);
        let mut node = node.domain("ai.onnx.ml");
        node.attribute.push(AttributeProto { name, r#type, floats: floats.to_vec(), ..Default::default() });
        node
    };
    let scaler = floats_of(node("Scaler", &["x"], &["scaled"]), "offset", &[0.5, -1.0]);
    let scaler = floats_of(scaler, "scale", &[2.0, 4.0]);
    let model = model(
        vec![
            scaler,
            node("Binarizer", &["scaled"], &["binary"]).domain("ai.onnx.ml"),
            node("FeatureVectorizer", &["scaled", "binary"], &["joined"]).domain("ai.onnx.ml"),
            node("Relu", &["joined"], &["y"]),
        ],
        vec![],
        input_of(2),
        &["y"],
    );
    let found = run(&read(&model), &[2], &X);
    assert_eq!(found["scaled"], [0.0, 0.0, 3.0, 5.0]);
    assert_eq!(found["y"], [0.0, 0.0, 0.0, 0.0, 3.0, 5.0, 1.0, 1.0]);
}

#[test]
fn columns_that_scikit_learn_extracts_stay_columns() {
    let extract = node("ArrayFeatureExtractor", &["x", "which"], &["second"]).domain("ai.onnx.ml");
    let file = model(
        vec![extract, node("Add", &["x", "second"], &["y"])],
        vec![integers("which", &[], &[1])],
        input_of(2),
        &["y"],
    );
    let found = run(&read(&file), &[2], &[1.0, 2.0, 3.0, 4.0]);
    assert_eq!((&found["second"][..], &found["y"][..]), (&[2.0, 4.0][..], &[3.0, 4.0, 7.0, 8.0][..]));
}

#[test]
fn what_is_laid_out_for_one_processor_is_refused_with_a_way_out() {
    let moved = node("ReorderInput", &["x"], &["blocks"]).domain("com.microsoft.nchwc");
    let convolved = node("Conv", &["blocks", "w"], &["y"]).domain("com.microsoft.nchwc");
    let file = model(vec![moved, convolved], vec![floats("w", &[8, 8, 1, 1], &[0.0; 64])], input_of(8), &["y"]);
    refused(&file, &["NCHWc", "ORT_ENABLE_EXTENDED"]);
}

/// Support vectors, weights and decisions of scikit-learn 1.9 for nine points of three classes.
#[test]
fn a_support_vector_machine_decides_between_pairs_as_scikit_learn_does() {
    let floats_of = |node: &mut NodeProto, name: &str, floats: &[f32]| {
        let (name, r#type) = (name.into(), AttributeType::Floats as i32);
        node.attribute.push(AttributeProto { name, r#type, floats: floats.to_vec(), ..Default::default() });
    };
    let text = |name: &str, s: &[u8]| {
        let (name, r#type) = (name.into(), AttributeType::String as i32);
        AttributeProto { name, r#type, s: s.to_vec(), ..Default::default() }
    };
    let mut machine = node("SVMClassifier", &["x"], &["label", "scores"])
        .domain("ai.onnx.ml")
        .ints("vectors_per_class", &[3, 3, 3])
        .ints("classlabels_ints", &[0, 1, 2]);
    machine.attribute.push(text("kernel_type", b"RBF"));
    let vectors = [0., 0., 1., 0., 0., 1., 2., 2., 3., 2., 2., 3., -2., 2., -3., 1., -2., 3.];
    floats_of(&mut machine, "support_vectors", &vectors);
    floats_of(&mut machine, "kernel_params", &[0.25, 0.0, 3.0]);
    floats_of(&mut machine, "rho", &[0.076_665_06, -0.108_167_99, -0.109_940_14]);
    let weights = [
        0.0,
        0.792_985_1,
        0.792_759_1,
        -1.0,
        -0.292_887_4,
        -0.292_856_8,
        -0.451_362_8,
        -0.590_930_3,
        -0.515_459_8,
        0.111_839_26,
        0.445_913_6,
        1.0,
        0.151_244_15,
        0.606_678_5,
        0.637_977_9,
        0.0,
        -0.688_522_5,
        -0.707_378,
    ];
    floats_of(&mut machine, "coefficients", &weights);
    let graph = read(&model(vec![machine], vec![], input_of(2), &["label", "scores"]));
    noted(&graph, "1 support vector machine computed by matrix products");
    let wanted = [0.861_213_9, 0.623_365_1, -0.095_358_5];
    assert_close(&run(&graph, &[2], &[0.5, -1.0, 2.0, 0.25])["scores"][..3], &wanted, 1e-5, "decisions");
}

#[test]
fn lists_of_tensors_are_followed_where_their_parts_are_known() {
    let at = |n: i64| integers(&format!("at {n}"), &[], &[n]);
    let file = model(
        vec![
            node("SplitToSequence", &["x"], &["columns"]).int("axis", 1).int("keepdims", 1),
            node("SequenceAt", &["columns", "at 1"], &["second"]),
            node("SplitToSequence", &["x", "lengths"], &["parts"]).int("axis", 1),
            node("SequenceAt", &["parts", "at -1"], &["last"]),
            node("SequenceConstruct", &["second", "last", "x"], &["all"]),
            node("ConcatFromSequence", &["all"], &["y"]).int("axis", 1),
        ],
        vec![at(1), at(-1), integers("lengths", &[2], &[1, 2])],
        input_of(3),
        &["y"],
    );
    let found = run(&read(&file), &[3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(found["y"], [2.0, 2.0, 3.0, 1.0, 2.0, 3.0, 5.0, 5.0, 6.0, 4.0, 5.0, 6.0]);
}

/// Doubles until the condition fails, which is before the rounds are over; keeps what each round had.
#[test]
fn a_loop_with_known_rounds_is_unrolled() {
    let body = GraphProto {
        node: vec![
            node("Add", &["value", "value"], &["doubled"]),
            node("Identity", &["doubled"], &["kept"]),
            node("Less", &["number", "limit"], &["goes on"]),
        ],
        initializer: vec![integers("limit", &[], &[2])],
        input: vec![
            info("number", DataType::Int64, &[]),
            info("condition", DataType::Bool, &[]),
            info("value", DataType::Float, &[0, 2]),
        ],
        output: ["goes on", "doubled", "kept"].map(|name| info(name, DataType::Float, &[])).to_vec(),
        ..Default::default()
    };
    let file = model(
        vec![
            node("Loop", &["rounds", "", "x"], &["last", "all"]).graph("body", body),
            node("ReduceSum", &["all", "axis"], &["sum"]).int("keepdims", 0),
            node("Sub", &["sum", "last"], &["y"]),
        ],
        vec![integers("rounds", &[], &[100]), integers("axis", &[1], &[0])],
        input_of(2),
        &["y"],
    );
    let graph = read(&file);
    noted(&graph, "1 loop unrolled into 3 rounds");
    assert_eq!(run(&graph, &[2], &X)["y"], X.map(|v| 6.0 * v));
}

// --- what is refused ---

#[test]
fn graphs_that_contradict_themselves_are_refused_in_words() {
    let relu = |input: &str, output: &str| node("Relu", &[input], &[output]);
    let of = |nodes: Vec<NodeProto>, tensors| model(nodes, tensors, input_of(2), &["y"]);
    refused(&of(vec![relu("a", "b"), relu("b", "a"), relu("x", "y")], vec![]), &["runs in a circle", "node of b"]);
    refused(
        &of(vec![relu("nowhere", "y")], vec![]),
        &["reads the tensor \"nowhere\", which nothing in the file makes"],
    );
    refused(&of(vec![relu("x", "y"), relu("x", "y")], vec![]), &["the tensor \"y\" is made twice"]);
    refused(&of(vec![relu("x", "z")], vec![]), &["its output \"y\" is made by no node"]);
    refused(&of(vec![], vec![]), &["it holds no network"]);
    let add = |tensor: TensorProto| of(vec![node("Add", &["x", "w"], &["y"])], vec![tensor]);
    refused(&add(floats("w", &[3], &[1.0])), &["\"w\" should hold 3 numbers, but 1 are there"]);
    refused(
        &add(floats("w", &[1 << 16, 1 << 16], &[1.0])),
        &["65536 × 65536 numbers, more than any network here can have"],
    );
    refused(&add(floats("w", &[-1], &[1.0])), &["negative size -1"]);
    refused(&add(small("w", DataType::Complex64, &[1], &[1])), &["cannot be run"]);
    // Another order is no contradiction.
    let graph = read(&of(vec![relu("b", "y"), node("Neg", &["x"], &["b"])], vec![]));
    assert_eq!(run(&graph, &[2], &X)["y"], [0.0, 1.0, 0.0, 0.0]);
}

#[test]
fn what_cannot_run_is_named_with_its_node_and_what_may_help() {
    let mut file = model(
        vec![
            node("MatMul", &["x", "w"], &["early"]).int("unused", 0),
            node("SheafDiffusion", &["early"], &["late"]),
            node("MatMul", &["late", "w"], &["y"]),
        ],
        vec![floats("w", &[2, 2], &[1.0, 0.0, 0.0, 1.0])],
        input_of(2),
        &["y"],
    );
    // Half of the weights come before: these layers remain.
    let graph = read(&file);
    noted(&graph, "SheafDiffusion cannot run here (first at node SheafDiffusion (node of late)): of 3 nodes the 1");
    assert_eq!(graph.output(), "early");
    file.producer_name = "pytorch".into();
    file.graph.as_mut().unwrap().node[0].op_type = "Sheaf".into();
    let error =
        refused(&file, &["Sheaf, SheafDiffusion, first at node Sheaf (node of early) (opset 17)", "opset_version=17)"]);
    assert_eq!(error.kind(), "unsupported-operators");
}

#[test]
fn what_tract_says_is_translated() {
    let mut file =
        model(vec![node("MatMul", &["x", "w"], &["y"])], vec![floats("w", &[3, 2], &[1.0; 6])], input_of(2), &["y"]);
    file.producer_name = "tf2onnx".into();
    refused(&file, &["at node MatMul (node of y), opset 17: ", "--opset 17"]);
}

#[test]
fn quantised_operators_without_constant_scales_are_refused_by_name() {
    let model = model(
        vec![node("QuantizeLinear", &["x", "scale"], &["q"]), node("DequantizeLinear", &["q", "scale"], &["y"])],
        vec![],
        vec![info("x", DataType::Float, &[0, 2]), info("scale", DataType::Float, &[])],
        &["y"],
    );
    refused(
        &model,
        &["QuantizeLinear (node of q) is quantised in a way that cannot be undone here", "its scale \"scale\""],
    );
}

/// Without the check these would end the program: no memory holds a fraction of what they ask for.
#[test]
fn tensors_beyond_all_memory_are_refused_before_they_are_computed() {
    const MANY: i64 = 1 << 20;
    let of = |operator: NodeProto, tensors: Vec<TensorProto>| {
        let last = node("Add", &["x", "sum"], &["y"]);
        let sum = node("ReduceSum", &["huge"], &["sum"]).int("keepdims", 0);
        model(vec![operator, sum, last], tensors, input_of(2), &["y"])
    };
    let one = || floats("one", &[1], &[1.0]);
    let list = |values: &[i64]| integers("sizes", &[i64::try_from(values.len()).unwrap()], values);
    let whole = |name: &str, value: i64| integers(name, &[], &[value]);
    let column = |name: &str, dims: &[i64]| floats(name, dims, &vec![1.0; MANY as usize]);
    let said = "1048576 × 1048576, more than the memory of a page holds";
    let by_list = |op: &str, input: &[&str]| node(op, input, &["huge"]);
    let cases = [
        of(by_list("Expand", &["one", "sizes"]), vec![one(), list(&[MANY, MANY])]),
        of(by_list("ConstantOfShape", &["sizes"]), vec![list(&[MANY, MANY])]),
        of(by_list("Tile", &["square", "sizes"]), vec![floats("square", &[1, 1], &[1.0]), list(&[MANY, MANY])]),
        of(by_list("Add", &["a", "b"]), vec![column("a", &[MANY, 1]), column("b", &[1, MANY])]),
        of(by_list("MatMul", &["a", "b"]), vec![column("a", &[MANY, 1]), column("b", &[1, MANY])]),
    ];
    for case in &cases {
        let error = refused(case, &["(node of huge), opset 17: of ", said]);
        assert!(!error.to_string().contains("exporting"), "no other export helps: {error}");
    }
    let pad = of(by_list("Pad", &["one", "sizes"]), vec![one(), list(&[1 << 30, 1 << 30])]);
    refused(&pad, &["Pad (node of huge)", "it makes 2147483649"]);
    let zoom = of(
        by_list("Resize", &["image", "", "", "sizes"]),
        vec![floats("image", &[1, 1, 1, 1], &[1.0]), list(&[1, 1, MANY, MANY])],
    );
    refused(&zoom, &["Resize (node of huge)", said]);
    let hot = of(
        by_list("OneHot", &["ids", "depth", "values"]),
        vec![
            integers("ids", &[MANY], &vec![0; MANY as usize]),
            whole("depth", MANY),
            floats("values", &[2], &[0.0, 1.0]),
        ],
    );
    refused(&hot, &["OneHot (node of huge)", said]);
    let range = |end: i64, step: i64| {
        let cast = node("Cast", &["count"], &["huge"]).int("to", i64::from(DataType::Float as i32));
        let mut file = of(cast, vec![whole("start", 0), whole("end", end), whole("step", step)]);
        file.graph.as_mut().unwrap().node.insert(0, node("Range", &["start", "end", "step"], &["count"]));
        file
    };
    refused(&range(1 << 40, 1), &["Range (node of count)", "it counts from 0 to 1099511627776 in steps of 1"]);
    refused(&range(5, 0), &["in steps of 0"]);
    refused(
        &of(by_list("Expand", &["one", "sizes"]), vec![one(), list(&[1 << 60, 1 << 60])]),
        &["it asks for 1152921504606847000 numbers along one axis"],
    );
    // What depends on the samples is told in other words.
    let wide = model(
        vec![node("MatMul", &["x", "w"], &["z"]), node("MatMul", &["z", "v"], &["y"])],
        vec![column("v", &[1, MANY]), floats("w", &[2, 1], &[1.0; 2])],
        vec![info("x", DataType::Float, &[0, MANY, 2])],
        &["y"],
    );
    refused(&wide, &["1 × 1048576 × 1048576 numbers for one sample", "export the network for smaller inputs"]);
    let graph = read(&of(by_list("Expand", &["one", "sizes"]), vec![one(), list(&[1 << 10, 1 << 10])]));
    assert_eq!(graph.output(), "y");
}

// --- failures while running ---

fn settings_for(graph: &Graph, batch: usize) -> SessionSettings {
    SessionSettings {
        layers: vec![graph.output().into()],
        input: InputSettings::default(),
        pooling: Pooling::Flatten,
        positions_per_sample: 1,
        seed: 1,
        batch,
    }
}

/// Embeddings of tokens plus those of their positions.
fn with_positions(positions: Vec<NodeProto>, more: Vec<TensorProto>, n_positions: i64) -> ModelProto {
    let mut nodes = vec![node("Gather", &["words", "input_ids"], &["embedded"])];
    nodes.extend(positions);
    nodes.push(node("Gather", &["places", "positions"], &["placed"]));
    nodes.push(node("Add", &["embedded", "placed"], &["sum"]));
    nodes.push(node("ReduceMean", &["sum"], &["y"]).ints("axes", &[1]).int("keepdims", 0));
    let table = |name: &str, n: i64| floats(name, &[n, 4], &vec![0.5; 4 * n as usize]);
    let mut tensors = vec![table("words", 200), table("places", n_positions)];
    tensors.extend(more);
    model(nodes, tensors, vec![info("input_ids", DataType::Int64, &[0, 0])], &["y"])
}

#[test]
fn texts_are_cut_to_what_the_table_of_positions_holds() {
    let counted = vec![
        node("Shape", &["input_ids"], &["shape"]),
        node("Gather", &["shape", "one"], &["length"]),
        node("Range", &["zero", "length", "one"], &["positions"]),
    ];
    let scalars = vec![integers("zero", &[], &[0]), integers("one", &[], &[1])];
    let graph = read(&with_positions(counted, scalars, 24));
    assert_eq!(graph.max_tokens(), 24);
    noted(&graph, "texts are cut to 24 tokens: with longer ones it fails");
    let rows = SampleShape { sizes: vec![40], bytes: false };
    let mut session = Session::new(&graph, SampleKind::Numbers(&rows), settings_for(&graph, 1)).unwrap();
    let points = session.run(Batch::Numbers(&Values::F32(vec![3.0; 40])), 0).unwrap();
    assert_eq!(points.layers[0].points.values, [1.0; 4]);
    assert!(points.tokens[0].cut);
}

#[test]
fn a_row_that_a_table_lacks_is_told_while_it_runs() {
    let summed = vec![node("CumSum", &["input_ids", "one"], &["positions"])];
    let graph = read(&with_positions(summed, vec![integers("one", &[], &[1])], 24));
    let rows = SampleShape { sizes: vec![3], bytes: false };
    let mut session = Session::new(&graph, SampleKind::Numbers(&rows), settings_for(&graph, 1)).unwrap();
    let mut run = |ids: [f32; 3]| session.run(Batch::Numbers(&Values::F32(ids.to_vec())), 0);
    assert_eq!(run([20.0, 2.0, 1.0]).unwrap().layers[0].points.values, [1.0; 4]);
    let error = run([20.0, 2.0, 7.0]).unwrap_err();
    assert_eq!(error.kind(), "not-runnable");
    let said = error.to_string();
    assert!(
        said.contains("at node Gather (node of placed), opset 17: it looks up row 29 of a table of 24 rows"),
        "{said}"
    );
}

#[test]
fn where_sizes_are_free_one_that_runs_is_found_and_said() {
    // Pictures of 28 × 28 only, though the file does not say so.
    let file = model(
        vec![node("Flatten", &["x"], &["flat"]), node("MatMul", &["flat", "w"], &["y"])],
        vec![floats("w", &[784, 2], &[0.5; 1568])],
        vec![info("x", DataType::Float, &[0, 1, 0, 0])],
        &["y"],
    );
    let graph = read(&file);
    noted(&graph, "the file leaves the size of samples free, but 1 × 32 × 32 fails: taken for 1 × 28 × 28");
    let recognised = graph.recognised_input(None).unwrap().unwrap();
    assert_eq!((recognised.settings.height, recognised.settings.width), (Some(28), Some(28)));
    let shape = SampleShape { sizes: vec![1, 30, 30], bytes: false };
    let error = Session::new(&graph, SampleKind::Numbers(&shape), settings_for(&graph, 2)).err().unwrap();
    let said = error.to_string();
    for part in [
        "with samples of 1 × 30 × 30 it fails: at node MatMul (node of y)",
        "1 × 28 × 28 runs: choose it in the input settings",
    ] {
        assert!(said.contains(part), "{part:?} is not in: {said}");
    }
}

#[test]
fn a_batch_that_is_fixed_inside_runs_one_by_one() {
    let file = model(
        vec![node("Reshape", &["x", "sizes"], &["row"]), node("MatMul", &["row", "w"], &["y"])],
        vec![integers("sizes", &[2], &[1, 2]), floats("w", &[2, 2], &[1.0, 0.0, 0.0, 2.0])],
        input_of(2),
        &["y"],
    );
    let graph = read(&file);
    noted(&graph, "only one sample at a time runs");
    assert_eq!(run(&graph, &[2], &X)["y"], [X[0], 2.0 * X[1], X[2], 2.0 * X[3]]);
}

/// Pieces of good files deleted, repeated, and overwritten; and graphs with parts exchanged.
#[test]
fn mutated_files_are_read_or_refused() {
    let names = ["tiny-mlp.onnx", "tiny-cnn-qdq.onnx", "tiny-cnn-half.onnx", "tiny-text.onnx", "tiny-cnn-dynamic.onnx"];
    let files: Vec<Vec<u8>> = names.iter().map(|name| bytes(name)).collect();
    let mut random = Random::new(11);
    for file in &files {
        for _ in 0..60 {
            let mut mutated = file.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(mutated.len());
                let end = (at + 1 + random.below(16)).min(mutated.len());
                match random.below(3) {
                    0 => drop(mutated.drain(at..end)),
                    1 => mutated[at..end].iter_mut().for_each(|byte| *byte = random.next_u64() as u8),
                    _ => mutated[at..end].iter_mut().for_each(|byte| *byte = 0xff),
                }
            }
            fuzzed::check(&mutated);
        }
        for _ in 0..60 {
            let mut proto = ModelProto::decode(file.as_slice()).unwrap();
            for _ in 0..=random.below(2) {
                exchange(proto.graph.as_mut().unwrap(), &mut random);
            }
            fuzzed::check(&proto.encode_to_vec());
        }
    }
}

fn exchange(graph: &mut GraphProto, random: &mut Random) {
    let (a, b) = (random.below(graph.node.len()), random.below(graph.node.len()));
    match random.below(6) {
        0 => graph.node[a].op_type = graph.node[b].op_type.clone(),
        1 => graph.node[a].input = graph.node[b].input.clone(),
        2 => drop(graph.node[a].input.pop()),
        3 => drop(graph.node[a].attribute.pop()),
        4 => {
            let other = graph.node[b].attribute.clone();
            graph.node[a].attribute.extend(other);
        }
        _ => {
            let at = random.below(graph.initializer.len().max(1));
            if let Some(tensor) = graph.initializer.get_mut(at) {
                tensor.dims.reverse();
            }
        }
    }
}
