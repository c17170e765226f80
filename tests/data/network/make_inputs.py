"""Writes networks that show their input, and what NumPy makes of pictures: python3 tests/data/network/make_inputs.py

Needs onnx and numpy in the versions of models/train/requirements.txt.
"""

import json
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
CAFFE = [103.939, 116.779, 123.68]


def save(name, nodes, constants, shape, n_out, elem=TensorProto.FLOAT):
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info("image", elem, ["n", *shape])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", n_out])],
        [numpy_helper.from_array(np.asarray(value, np.float32), key) for key, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, os.path.join(HERE, f"{name}.onnx"))


def classifier(before, after="seen", scale=1.0, threshold=0.0):
    """Two classes by whether the mean of all values is above the threshold."""
    nodes = [
        *before,
        helper.make_node("GlobalAveragePool", [after], ["pool"]),
        helper.make_node("Flatten", ["pool"], ["flat"]),
        helper.make_node("Gemm", ["flat", "w", "b"], ["logits"]),
    ]
    w = scale * np.array([[-1, 1]] * 3) / 3
    return nodes, {"w": w, "b": [scale * threshold, -scale * threshold]}


def same(given):
    """A convolution that changes nothing."""
    return helper.make_node("Conv", [given, "same"], ["seen"], kernel_shape=[1, 1])


def main():
    eye = {"same": np.eye(3).reshape(3, 3, 1, 1)}
    # Only after division by ImageNet's deviation does any value come so high.
    nodes, constants = classifier([same("image")], threshold=1.5)
    save("bright", nodes, eye | constants, [3, 32, 32], 2)
    nodes, constants = classifier([same("image")], threshold=0.6)
    save("planes", nodes, eye | constants, [3, 4, 5], 2)
    turned = helper.make_node("Transpose", ["image"], ["turned"], perm=[0, 3, 1, 2])
    nodes, constants = classifier([turned, same("turned")])
    save("channels-last", nodes, eye | constants, ["height", "width", "channels"], 2)
    inside = [
        helper.make_node("Cast", ["image"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["numbers", "mean"], ["less"]),
        helper.make_node("Div", ["less", "deviation"], ["normal"]),
        same("normal"),
    ]
    nodes, constants = classifier(inside)
    own = {
        "mean": 255 * np.array(MEAN).reshape(1, 3, 1, 1), "deviation": 255 * np.array(DEVIATION).reshape(1, 3, 1, 1),
    }
    save("bytes", nodes, eye | own | constants, [3, 4, 5], 2, TensorProto.UINT8)

    pixels = np.random.default_rng(7).integers(0, 256, (2, 4, 5, 3), dtype=np.uint8)
    unit = pixels / 255
    planes = lambda x: np.moveaxis(x, -1, 1)  # noqa: E731
    normal = planes((unit - MEAN) / DEVIATION)
    cases = [
        ("planes", {"range": "0..1"}, planes(unit)),
        ("planes", {"range": "-1..1"}, planes(pixels / 127.5 - 1)),
        ("planes", {"range": "0..1", "mean": MEAN, "deviation": DEVIATION}, normal),
        ("planes", {"range": "0..255", "colours": "bgr", "mean": CAFFE}, planes(pixels[..., ::-1] - CAFFE)),
        ("channels-last", {"range": "-1..1", "layout": "NHWC"}, planes(pixels / 127.5 - 1)),
        ("bytes", {"range": "0..255"}, normal),
    ]
    recorded = {
        "pixels": pixels.ravel().tolist(), "shape": [4, 5, 3],
        "cases": [
            {"network": network, "input": settings, "seen": [float(f"{v:.9g}") for v in seen.ravel()]}
            for network, settings, seen in cases
        ],
    }
    with open(os.path.join(HERE, "inputs.json"), "w", encoding="utf-8") as file:
        json.dump(recorded, file)
        file.write("\n")


if __name__ == "__main__":
    main()
