"""Writes networks of several inputs, arrays for them, and what ONNX Runtime makes of these: python3 tests/data/network/make_several_inputs.py

Needs onnx, numpy and onnxruntime in the versions of models/train/requirements.txt. Weights are random with fixed seeds.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
RNG = np.random.default_rng(3)


def save(name, nodes, inputs, weights, output):
    stored = [numpy_helper.from_array(array, key) for key, array in weights.items()]
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", None])]
    graph = helper.make_graph(nodes, name, inputs, outputs, stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())
    return model


def run(model, layers, **inputs):
    """Outputs and layers, feature maps as means over positions, by name."""
    for layer in layers:
        model.graph.output.append(helper.make_tensor_value_info(layer, TensorProto.FLOAT, None))
    found = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [output.name for output in found.get_outputs()]
    values = dict(zip(names, found.run(None, inputs)))
    del model.graph.output[1:]
    return {name: value.reshape(*value.shape[:2], -1).mean(-1).tolist() for name, value in values.items()}


def pictures_and_numbers():
    weights = {
        "kernel": RNG.normal(size=(6, 3, 3, 3)).astype("f4"),
        "mix": RNG.normal(size=(10, 4)).astype("f4"),
        "bias": RNG.normal(size=4).astype("f4"),
    }
    nodes = [
        helper.make_node("Conv", ["image", "kernel"], ["maps"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["maps"], ["active"]),
        helper.make_node("GlobalAveragePool", ["active"], ["means"]),
        helper.make_node("Flatten", ["means"], ["flat"]),
        helper.make_node("Mul", ["meta", "scale"], ["scaled"]),
        helper.make_node("Concat", ["flat", "scaled"], ["both"], axis=1),
        helper.make_node("Gemm", ["both", "mix", "bias"], ["logits"]),
    ]
    inputs = [
        helper.make_tensor_value_info("meta", TensorProto.FLOAT, ["batch", 4]),
        helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, 8, 8]),
        helper.make_tensor_value_info("scale", TensorProto.FLOAT, [1]),
    ]
    model = save("two-inputs", nodes, inputs, weights, "logits")
    images = RNG.normal(size=(5, 3, 8, 8)).astype("f4")
    meta = RNG.normal(size=(5, 4)).astype("f4")
    scale = np.array([0.5], "f4")
    np.savez(HERE / "two-inputs.npz", image=images, meta=meta, scale=scale, labels=np.array([0, 1, 2, 3, 0]))
    none, all_ones = np.zeros_like(meta), np.ones_like(meta)
    layers = ["active", "both"]
    return {
        "images": images.ravel().tolist(),
        "meta": meta.ravel().tolist(),
        "arrays": run(model, layers, image=images, meta=meta, scale=scale),
        "usual": run(model, layers, image=images, meta=none, scale=np.ones(1, "f4")),
        "zeros": run(model, layers, image=images, meta=none, scale=np.zeros(1, "f4")),
        "ones": run(model, layers, image=images, meta=all_ones, scale=np.ones(1, "f4")),
        "feedingMeta": run(model, layers, image=np.zeros_like(images), meta=meta, scale=np.ones(1, "f4")),
    }


def tokens_and_numbers():
    weights = {"table": RNG.normal(size=(20, 6)).astype("f4"), "mix": RNG.normal(size=(6, 3)).astype("f4")}
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("Mul", ["words", "loudness"], ["loud"]),
        helper.make_node("ReduceMean", ["loud"], ["text"], axes=[1], keepdims=0),
        helper.make_node("MatMul", ["text", "mix"], ["logits"]),
    ]
    inputs = [
        helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", 8]),
        helper.make_tensor_value_info("loudness", TensorProto.FLOAT, ["batch", 1, 6]),
    ]
    model = save("tokens-and-numbers", nodes, inputs, weights, "logits")
    # Rows of different lengths run in another order than they come in.
    ids = np.array([[3, 4, 5, 6, 7, 8, 9, 1], [2, 3, 0, 0, 0, 0, 0, 0], [5, 6, 7, 8, 0, 0, 0, 0]])
    loudness = RNG.normal(size=(3, 1, 6)).astype("f4")
    return {
        "ids": ids.ravel().tolist(),
        "loudness": loudness.ravel().tolist(),
        "arrays": run(model, [], input_ids=ids, loudness=loudness),
        "ones": run(model, [], input_ids=ids, loudness=np.ones_like(loudness)),
    }


def sequences():
    """A series beside which a mask, positions and a temperature stay the same."""
    weights = {"table": RNG.normal(size=(16, 4)).astype("f4"), "mix": RNG.normal(size=(4, 3)).astype("f4"), "last": np.array([2])}
    nodes = [
        helper.make_node("Gather", ["table", "position_ids"], ["places"]),
        helper.make_node("Add", ["series", "places"], ["placed"]),
        helper.make_node("Cast", ["mask"], ["kept"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["kept", "last"], ["column"]),
        helper.make_node("Mul", ["placed", "column"], ["masked"]),
        helper.make_node("ReduceMean", ["masked"], ["mean"], axes=[1], keepdims=0),
        helper.make_node("Div", ["mean", "temperature"], ["warm"]),
        helper.make_node("MatMul", ["warm", "mix"], ["logits"]),
    ]
    inputs = [
        helper.make_tensor_value_info("mask", TensorProto.BOOL, ["batch", "steps"]),
        helper.make_tensor_value_info("position_ids", TensorProto.INT64, ["steps"]),
        helper.make_tensor_value_info("series", TensorProto.FLOAT, ["batch", "steps", 4]),
        helper.make_tensor_value_info("temperature", TensorProto.FLOAT, []),
    ]
    model = save("sequence-and-positions", nodes, inputs, weights, "logits")
    series = RNG.normal(size=(3, 6, 4)).astype("f4")
    given = {"mask": np.ones((3, 6), bool), "position_ids": np.arange(6), "series": series}
    return {
        "series": series.ravel().tolist(),
        "usual": run(model, [], temperature=np.array(1, "f4"), **given),
        "colder": run(model, [], temperature=np.array(0.25, "f4"), **given),
        "unplaced": run(model, [], temperature=np.array(1, "f4"), **{**given, "position_ids": np.zeros(6, "i8")}),
    }


def with_a_past():
    nodes = [helper.make_node("Add", ["x", "past_key"], ["y"])]
    shapes = {"x": ["batch", 4], "past_key": ["batch", "past"]}
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    save("with-a-past", nodes, inputs, {}, "y")


if __name__ == "__main__":
    recorded = {"pictures": pictures_and_numbers(), "tokens": tokens_and_numbers(), "sequences": sequences()}
    with_a_past()
    (HERE / "several-inputs.json").write_text(json.dumps(recorded))
