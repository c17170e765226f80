"""Quantised files, and the float models that they stand for: what they are compared with.

Rounding makes quantised networks differ from runtime to runtime (ONNX Runtime's own integer products saturate on some
processors), so the reference computes with the float numbers that the whole ones mean: nothing is rounded, but values are
cut off where the whole numbers end, for quantisers leave out a ReLU where they end at zero.
"""

import numpy as np
import onnx
from onnx import helper, numpy_helper

import networks as n
from export import numbers, tokens


def float_model(path):
    """The model in float32, with the names that the quantised one has."""
    model = onnx.load(path)
    graph = model.graph
    stored = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    kinds = {t.name: t.data_type for t in graph.initializer}
    made, new = [], []
    # Computed tensors that hold meant numbers where the file has whole ones, and products of such.
    meaning, products = set(), set()

    def constant(name, value):
        new.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def limits(zero_name, scale):
        zero = stored[zero_name]
        ends = np.iinfo(zero.dtype)
        return (ends.min - zero.astype(np.float64)) * scale, (ends.max - zero.astype(np.float64)) * scale

    def cut(node, source, scale_name, zero_name, out):
        low, high = limits(zero_name, stored[scale_name].astype(np.float64))
        made.append(helper.make_node("Max", [source, constant(f"{out}/low", np.float32(low))], [f"{out}/cut"]))
        made.append(helper.make_node("Min", [f"{out}/cut", constant(f"{out}/high", np.float32(high))], [out], name=node.name))
        meaning.add(out)

    def meant(name, scale_name, zero_name, axis=0, dims=None):
        """A stored tensor as float numbers; of computed ones the name that holds them already."""
        if name not in stored:
            return name
        scale, zero = stored[scale_name].astype(np.float64), stored[zero_name].astype(np.float64) if zero_name else np.float64(0)
        if scale.ndim and scale.size > 1:
            shape = [1] * stored[name].ndim
            shape[axis] = -1
            scale, zero = scale.reshape(shape), zero.reshape(shape) if zero.size > 1 else zero
        return constant(f"{name}/meant/{len(new)}", ((stored[name].astype(np.float64) - zero) * scale).astype(np.float32))

    for node in graph.node:
        i, out, op = list(node.input), node.output[0], node.op_type
        kept = [a for a in node.attribute if a.name not in ("channels_last",)]
        if op == "QuantizeLinear":
            cut(node, i[0], i[1], i[2], out)
        elif op == "DequantizeLinear" and i[0] not in stored and i[0] not in meaning:
            made.append(node)  # picked from a stored table
        elif op == "DequantizeLinear":
            axis = next((a.i for a in node.attribute if a.name == "axis"), 1)
            made.append(helper.make_node("Identity", [meant(i[0], i[1], i[2] if len(i) > 2 else None, axis)], [out], name=node.name))
        elif op == "DynamicQuantizeLinear":
            made.append(helper.make_node("Identity", [i[0]], [out], name=node.name))
            constant(node.output[1], np.float32(1))
            constant(node.output[2], np.float32(0))
            meaning.add(out)
        elif op in ("MatMulInteger", "ConvInteger"):
            zero = stored[i[3]].astype(np.float32) if len(i) > 3 and i[3] else np.float32(0)
            weights = stored[i[1]].astype(np.float32) - zero
            made.append(helper.make_node("MatMul" if op == "MatMulInteger" else "Conv", [i[0], constant(f"{i[1]}/meant", weights)], [out], name=node.name))
            made[-1].attribute.extend(kept)
            products.add(out)
        elif op == "QLinearConv":
            weights = meant(i[3], i[4], i[5])
            inputs = [meant(i[0], i[1], i[2]), weights]
            if len(i) > 8 and i[8]:
                inputs.append(constant(f"{i[8]}/meant", (stored[i[8]].astype(np.float64) * stored[i[1]].astype(np.float64) * stored[i[4]].astype(np.float64)).astype(np.float32)))
            made.append(helper.make_node("Conv", inputs, [f"{out}/whole"]))
            made[-1].attribute.extend(kept)
            cut(node, f"{out}/whole", i[6], i[7], out)
        elif op == "QLinearMatMul":
            made.append(helper.make_node("MatMul", [meant(*i[0:3]), meant(*i[3:6], axis=-1)], [f"{out}/whole"]))
            cut(node, f"{out}/whole", i[6], i[7], out)
        elif op == "QGemm":
            flip = next((a.i for a in node.attribute if a.name == "transB"), 0)
            inputs = [meant(*i[0:3]), meant(*i[3:6], axis=0 if flip else 1)]
            if i[6]:
                inputs.append(constant(f"{i[6]}/meant", (stored[i[6]].astype(np.float64) * stored[i[1]].astype(np.float64) * stored[i[4]].astype(np.float64)).astype(np.float32)))
            made.append(helper.make_node("Gemm", inputs, [f"{out}/whole"]))
            made[-1].attribute.extend(kept)
            cut(node, f"{out}/whole", i[7], i[8], out)
        elif op in ("QLinearAdd", "QLinearMul"):
            made.append(helper.make_node(op[7:], [meant(*i[0:3]), meant(*i[3:6])], [f"{out}/whole"]))
            cut(node, f"{out}/whole", i[6], i[7], out)
        elif op in ("QLinearGlobalAveragePool", "QLinearAveragePool", "QLinearSigmoid", "QLinearLeakyRelu"):
            made.append(helper.make_node(op[7:], [meant(*i[0:3])], [f"{out}/whole"]))
            made[-1].attribute.extend(kept)
            cut(node, f"{out}/whole", i[3], i[4], out)
        elif op == "QAttention":
            made.append(helper.make_node("Attention", [meant(i[0], i[3], i[6]), meant(i[1], i[4], i[7], axis=1), i[2], i[5]], [out], name=node.name, domain=node.domain))
            made[-1].attribute.extend(kept)
        elif op == "QEmbedLayerNormalization":
            tables = [meant(i[k], i[k + 6], i[k + 11]) if i[k] else "" for k in range(2, 7)]
            made.append(helper.make_node("EmbedLayerNormalization", [*i[:2], *tables, *i[7:8]], list(node.output), name=node.name, domain=node.domain))
            made[-1].attribute.extend(kept)
        elif "Quant" in op or op.startswith("Q"):
            raise ValueError(f"the reference knows no {op}")
        elif op == "Cast" and i[0] in products:
            made.append(helper.make_node("Identity", i, [out], name=node.name))
        else:
            made.append(node)
            if i and i[0] in meaning:
                meaning.add(out)
    names = {t.name for t in new}
    new += [t for t in graph.initializer if t.name not in names]
    del graph.node[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(made)
    graph.initializer.extend(new)
    return model


class Calibration:
    def __init__(self, name, samples):
        self.rest = [{name: factor * samples[i : i + 1]} for i in range(len(samples)) for factor in (np.float32(1), np.float32(0.7))]

    def get_next(self):
        return self.rest.pop() if self.rest else None


def statically(form, per_channel=False, **options):
    def change(plain, path, samples):
        from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static

        kind = {"QDQ": QuantFormat.QDQ, "QOperator": QuantFormat.QOperator}[form]
        quantize_static(str(plain), str(path), Calibration("input", samples), quant_format=kind, per_channel=per_channel,
                        calibrate_method=CalibrationMethod.MinMax, **{"activation_type": QuantType.QUInt8, "weight_type": QuantType.QInt8, **options})
        return float_model(path)

    return change


def dynamically(plain, path, samples):
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # Types behind operators of ONNX Runtime are not inferred.
    quantize_dynamic(str(plain), str(path), weight_type=QuantType.QInt8, extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})
    return float_model(path)


def of_transformers_dynamically(plain, path, samples):
    import optimised

    fused = path.with_name(f".{path.stem}.fused.onnx")
    try:
        optimised.of_transformers("bert", 4, 48)(plain, fused, samples)
        return dynamically(fused, path, samples)
    finally:
        fused.unlink(missing_ok=True)


def items():
    from gallery import derived

    o, v, h = "own", "torchvision", "transformers"
    qdq, operators = "quantised, QDQ", "quantised, QOperator"
    yield derived("plain-cnn-qdq", "plain CNN", o, n.plain_cnn, qdq, statically("QDQ"), opset=13)
    yield derived("plain-cnn-qdq-channel", "plain CNN", o, n.plain_cnn, f"{qdq}, per channel", statically("QDQ", True), opset=13, batch="1")
    yield derived("plain-cnn-qoperator", "plain CNN", o, n.plain_cnn, operators, statically("QOperator"), opset=13)
    yield derived("small-resnet-qdq", "small ResNet", o, n.small_resnet, qdq, statically("QDQ"), opset=17)
    yield derived("small-resnet-qoperator", "small ResNet", o, n.small_resnet, operators, statically("QOperator"), opset=13)
    yield derived("mobilenet-v2-qdq", "MobileNetV2", v, lambda: n.torchvision_model("mobilenet_v2", 64), qdq, statically("QDQ", True), opset=13)
    yield derived("vit-qdq", "ViT", v, n.torchvision_vit, qdq, statically("QDQ"), opset=17)
    yield derived("encoder-dynamic", "Transformer encoder (PyTorch)", o, n.encoder, "quantised dynamically", dynamically, opset=17)
    yield derived("mlp-dynamic", "MLP", o, n.mlp, "quantised dynamically", dynamically, opset=17)
    yield derived("bert-dynamic", "BERT", h, lambda: n.hugging_face("BertConfig", "BertModel"), "quantised dynamically", dynamically, opset=17, free=(1,))
    three = ("input_ids", "attention_mask", "token_type_ids")
    yield derived("bert-fused-dynamic", "BERT", h, lambda: n.hugging_face("BertConfig", "BertForSequenceClassification", names=three), "optimised for Transformers by ONNX Runtime, quantised dynamically", of_transformers_dynamically, opset=14, names=list(three), free=(1,))
