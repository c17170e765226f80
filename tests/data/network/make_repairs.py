"""Writes the networks that are rewritten on load, and what ONNX Runtime computes in them:
python3 tests/data/network/make_repairs.py, after make.py

All of them are `tiny-cnn.onnx`: quantised in three ways, in half precision, with its weights in
another file.
"""

import json
import os

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_dynamic, quantize_static

HERE = os.path.dirname(os.path.abspath(__file__))
LAYERS = ["relu1", "relu2", "relu3", "logits"]


def path(name):
    return os.path.join(HERE, name)


def pixels():
    with open(path("tiny-cnn-2.json"), encoding="utf-8") as file:
        return (np.array(json.load(file)["pixels"]).reshape(2, 1, 28, 28) / np.float32(255)).astype(np.float32)


class Images(CalibrationDataReader):
    """Noise of all contrasts, and the two images."""

    def __init__(self):
        random = np.random.default_rng(5)
        noise = [random.random((2, 1, 28, 28), np.float32) * np.float32(c) for c in (0.3, 0.6, 1)]
        self.batches = iter([*noise, pixels()])

    def get_next(self):
        image = next(self.batches, None)
        return None if image is None else {"image": image}


def half(model):
    """Everything float16, as `model.half()` exports it."""
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT:
            values = numpy_helper.to_array(tensor).astype(np.float16)
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    for info in [*model.graph.input, *model.graph.output]:
        info.type.tensor_type.elem_type = TensorProto.FLOAT16
    return model


def computed(name):
    model = onnx.load(path(name))
    made = {output for node in model.graph.node for output in node.output}
    layers = [layer for layer in LAYERS if layer in made]
    declared = {output.name for output in model.graph.output}
    for layer in layers:
        if layer not in declared:
            model.graph.output.append(onnx.helper.make_empty_tensor_value_info(layer))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    onnx.external_data_helper.load_external_data_for_model(model, HERE)
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    image = pixels()
    if session.get_inputs()[0].type == "tensor(float16)":
        image = image.astype(np.float16)
    results = {}
    for layer, values in zip(layers, session.run(layers, {"image": image})):
        values = np.asarray(values, np.float64)
        means = values.mean((2, 3)) if values.ndim == 4 else values
        results[layer] = [[float(f"{v:.6g}") for v in row] for row in means]
    return results


def main():
    whole = path("tiny-cnn.onnx")
    made = ["qdq", "qoperator", "dynamic", "half", "external"]
    qdq, qoperator, dynamic, halved, external = (f"tiny-cnn-{kind}.onnx" for kind in made)
    quantize_static(whole, path(qdq), Images(), quant_format=QuantFormat.QDQ, per_channel=True)
    quantize_static(whole, path(qoperator), Images(), quant_format=QuantFormat.QOperator)
    quantize_dynamic(whole, path(dynamic))
    onnx.save(half(onnx.load(whole)), path(halved))
    data = f"{external}.data"
    if os.path.exists(path(data)):
        os.remove(path(data))
    onnx.save(onnx.load(whole), path(external), save_as_external_data=True, location=data, size_threshold=0)
    os.chmod(path(data), 0o644)
    with open(path("repairs.json"), "w", encoding="utf-8") as file:
        json.dump({name: computed(name) for name in (qdq, qoperator, dynamic, halved, external)}, file)
        file.write("\n")


if __name__ == "__main__":
    main()
