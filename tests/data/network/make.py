"""Writes the small networks that the loader's tests read: python3 tests/data/network/make.py

Needs onnx, numpy and onnxruntime in the versions of models/train/requirements.txt. Weights are
random with fixed seeds; the networks have learnt nothing.
"""

import json
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "models", "train"))

import runtime  # noqa: E402

FLOAT = TensorProto.FLOAT
IMAGE = ["batch", 1, 28, 28]


class Graph:
    """Collects nodes and random weights under readable names."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes = []
        self.weights = []

    def constant(self, name, values):
        self.weights.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def weight(self, name, *shape):
        scale = np.sqrt(2 / np.prod(shape[1:]))
        values = self.random.standard_normal(shape) * scale
        return self.constant(name, values.astype(np.float32))

    def node(self, op, inputs, output, **attributes):
        outputs = [output] if isinstance(output, str) else output
        self.nodes.append(helper.make_node(op, inputs, outputs, outputs[0], **attributes))
        return output

    def conv(self, x, name, n_in, n_out, bias=True):
        """A 3x3 convolution of stride 2."""
        inputs = [x, self.weight(f"{name}.weight", n_out, n_in, 3, 3)]
        if bias:
            values = self.random.standard_normal(n_out) * 0.1
            inputs.append(self.constant(f"{name}.bias", values.astype(np.float32)))
        return self.node("Conv", inputs, name, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)

    def dense(self, x, name, n_in, n_out):
        weight = self.weight(f"{name}.weight", n_out, n_in)
        bias = self.constant(f"{name}.bias", np.linspace(-0.1, 0.1, n_out, dtype=np.float32))
        return self.node("Gemm", [x, weight, bias], name, transB=1)

    def pool_and_classify(self, x, n_in):
        x = self.node("GlobalAveragePool", [x], "pool")
        x = self.node("Flatten", [x], "flat")
        return self.dense(x, "logits", n_in, 10)

    def model(self, name, shape, n_out, opset=17, input_name="image"):
        graph = helper.make_graph(
            self.nodes, name,
            [helper.make_tensor_value_info(input_name, FLOAT, shape)],
            [helper.make_tensor_value_info("logits", FLOAT, [shape[0], n_out])],
            self.weights,
        )
        imports = [helper.make_opsetid("", opset)]
        return helper.make_model(graph, opset_imports=imports, ir_version=8)


def rounded(values):
    """Nested lists of the shortest decimals that read back as the same float32."""
    if values.ndim:
        return [rounded(value) for value in values]
    return float(np.format_float_positional(values, unique=True))


def tiny_cnn(shape=IMAGE, opset=17, seed=1):
    """Three convolutions with ReLU, a mean over positions, ten logits."""
    graph = Graph(seed)
    x, n_in = "image", shape[1]
    for number, n_out in enumerate([8, 12, 16], 1):
        x = graph.conv(x, f"conv{number}", n_in, n_out)
        x = graph.node("Relu", [x], f"relu{number}")
        n_in = n_out
    graph.pool_and_classify(x, n_in)
    return graph.model("tiny-cnn", shape, 10, opset)


def tiny_mlp():
    """Points of the 4-space to three logits by two hidden layers."""
    graph = Graph(2)
    x = graph.node("Relu", [graph.dense("x", "dense1", 4, 8)], "relu1")
    x = graph.node("Tanh", [graph.dense(x, "dense2", 8, 8)], "tanh2")
    graph.dense(x, "logits", 8, 3)
    return graph.model("tiny-mlp", ["batch", 4], 3, input_name="x")


def not_a_number():
    """`conv1` is finite; `reciprocal` is infinite where `relu1` is 0; `conv2` is not a number."""
    graph = Graph(3)
    x = graph.conv("image", "conv1", 1, 8, bias=False)
    x = graph.node("Relu", [x], "relu1")
    x = graph.node("Reciprocal", [x], "reciprocal")
    x = graph.conv(x, "conv2", 8, 8)
    graph.pool_and_classify(x, 8)
    return graph.model("nan", IMAGE, 10)


def unsupported_operator():
    """A spatial transformer: the network turns its input by an `AffineGrid` (opset 20)."""
    graph = Graph(4)
    x = graph.conv("image", "conv1", 1, 6)
    x = graph.node("GlobalAveragePool", [x], "where")
    theta = graph.constant("theta.shape", np.array([-1, 2, 3], np.int64))
    theta = graph.node("Reshape", [x, theta], "theta")
    size = graph.node("Shape", ["image"], "size")
    grid = graph.node("AffineGrid", [theta, size], "grid")
    x = graph.node("GridSample", ["image", grid], "turned")
    x = graph.node("Relu", [graph.conv(x, "conv2", 1, 8)], "relu2")
    graph.pool_and_classify(x, 8)
    return graph.model("unsupported-operator", IMAGE, 10, opset=20)


def future_operator():
    """An operator that no version of ONNX has, in an operator set that does not exist yet."""
    graph = Graph(5)
    x = graph.node("Relu", [graph.conv("image", "conv1", 1, 8)], "relu1")
    x = graph.node("SheafDiffusion", [x], "sheaf1")
    graph.pool_and_classify(x, 8)
    return graph.model("future-operator", IMAGE, 10, opset=99)


VALID = {
    "tiny-cnn": tiny_cnn(),
    "tiny-mlp": tiny_mlp(),
    "nan": not_a_number(),
    "wrong-input": tiny_cnn([1, 3, 32, 32], seed=6),
    "unsupported-operator": unsupported_operator(),
}
INVALID = {
    # Ordinary operators, declared to be of an operator set that does not exist yet.
    "future-opset": tiny_cnn(opset=99),
    "future-operator": future_operator(),
}


def expected_activations(model):
    """What `tiny-cnn.onnx` computes for two images: a smooth ramp and a pattern of stripes."""
    row, column = np.mgrid[:28, :28]
    pixels = np.stack([4 * row + 5 * column, (37 * row + 91 * column) % 256])
    names = ["relu1", "relu2", "relu3", "logits"]
    # Shape inference declares the inner tensors, which is what makes them selectable as outputs.
    running = runtime.session(onnx.shape_inference.infer_shapes(model), names)
    image = (pixels[:, None] / np.float32(255)).astype(np.float32)
    values = runtime.run(running, names, [image])
    return {
        "network": "tiny-cnn.onnx",
        "pixels": pixels.reshape(2, -1).tolist(),
        "layers": {name: rounded(runtime.pooled(values[name], "mean")) for name in names},
    }


def main():
    for name, model in {**VALID, **INVALID}.items():
        if name in VALID:
            onnx.checker.check_model(model, full_check=True)
        with open(os.path.join(HERE, f"{name}.onnx"), "wb") as file:
            file.write(model.SerializeToString(deterministic=True))
    whole = VALID["tiny-cnn"].SerializeToString(deterministic=True)
    with open(os.path.join(HERE, "truncated.onnx"), "wb") as file:
        file.write(whole[: len(whole) // 2])
    with open(os.path.join(HERE, "tiny-cnn-2.json"), "w", encoding="utf-8") as file:
        json.dump(expected_activations(VALID["tiny-cnn"]), file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
