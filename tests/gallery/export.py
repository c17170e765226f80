"""PyTorch modules to ONNX files, and variants of finished files."""

import contextlib
import inspect
import io
import logging
import warnings

import numpy as np
import onnx
import torch

IR_VERSION = 10  # what ONNX Runtime of the pinned version reads without question


def numbers(*shape, seed=5):
    return np.random.default_rng(seed).standard_normal((2, *shape)).astype(np.float32)


def tokens(n_ids, lengths=(16, 11), seed=5):
    """Two texts; ids 0 and 1 are left to filling and to what is unknown."""
    rng = np.random.default_rng(seed)
    return [[int(i) for i in rng.integers(2, n_ids, n)] for n in lengths]


def calibrated(module, samples, rounds=2):
    """Gives batch normalisation statistics of real activations, so that no layer dies or explodes."""
    if any(isinstance(m, torch.nn.modules.batchnorm._BatchNorm) for m in module.modules()):
        module.train()
        for m in module.modules():
            if isinstance(m, (torch.nn.Dropout, torch.nn.modules.dropout._DropoutNd)):
                m.eval()
        with torch.no_grad():
            for i in range(rounds):
                batch = numbers(*samples.shape[1:], seed=50 + i)
                module(torch.from_numpy(np.concatenate([batch, batch * 0.5, -batch])))
    return module.eval()


@contextlib.contextmanager
def quiet():
    logging.disable(logging.WARNING)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


def export(module, path, samples, *, exporter="torchscript", opset=17, batch=None, free=(), half=False, external=False, names=None):
    """`batch` fixes the batch, `free` names further free axes of the input; `names` are those of token inputs."""
    torch.backends.mha.set_fastpath_enabled(False)
    torch.manual_seed(0)
    module = module.eval()
    if isinstance(samples, list):
        names = names or ["input_ids", "attention_mask"]
        length = max(map(len, samples))
        ids = torch.zeros((batch or 2, length), dtype=torch.long)
        for row, own in enumerate(samples[: batch or 2]):
            ids[row, : len(own)] = torch.tensor(own)
        made = {"input_ids": ids, "attention_mask": (ids != 0).long(), "token_type_ids": torch.zeros_like(ids),
                "position_ids": torch.arange(length).repeat(batch or 2, 1)}
        inputs = tuple(made[name] for name in names)
    else:
        names = ["input"]
        example = samples if batch is None else np.resize(samples, (batch, *samples.shape[1:]))
        inputs = (torch.from_numpy(np.ascontiguousarray(example)),)
    if half:
        module = module.half()
        inputs = tuple(i.half() if i.is_floating_point() else i for i in inputs)
    axes = {axis: f"size_{axis}" for axis in free}
    if batch is None:
        axes[0] = "batch"
    with torch.no_grad(), quiet():
        if exporter == "torchscript":
            torch.onnx.export(module, inputs, str(path), dynamo=False, opset_version=opset, input_names=names,
                              output_names=["output"], dynamic_axes={n: axes for n in names} if axes else None)
        else:
            dims = {axis: torch.export.Dim(name, min=1, max=4096) if axis else torch.export.Dim("batch", min=1, max=512)
                    for axis, name in axes.items()}
            shapes = tuple(dims for _ in names)
            takes_any = any(p.kind == p.VAR_POSITIONAL for p in inspect.signature(module.forward).parameters.values())
            torch.onnx.export(module, inputs, str(path), dynamo=True, opset_version=opset, input_names=names,
                              output_names=["output"], dynamic_shapes=((shapes,) if takes_any else shapes) if axes else None,
                              external_data=external, verbose=False)
    if not external:
        settle(path)


def settle(path):
    """Whole in one file, of a version that ONNX Runtime knows."""
    model = onnx.load(path)
    model.ir_version = min(model.ir_version, IR_VERSION)
    model.metadata_props.clear()
    for node in model.graph.node:
        node.metadata_props.clear()
        node.doc_string = ""
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output]:
        value.metadata_props.clear()
        value.doc_string = ""
    model.graph.metadata_props.clear()
    model.functions.clear() if not any(n.domain for n in model.graph.node) else None
    path.with_name(f"{path.name}.data").unlink(missing_ok=True)
    onnx.save(model, path)


def with_external_weights(source, path, threshold=256):
    model = onnx.load(source)
    onnx.save(model, path, save_as_external_data=True, all_tensors_to_one_file=True, location=f"{path.name}.data",
              size_threshold=threshold)


def widened(path):
    """The same network with its float16 numbers computed in float32: what half files are compared with."""
    from onnx import numpy_helper

    model = onnx.load(path)
    half, single = onnx.TensorProto.FLOAT16, onnx.TensorProto.FLOAT
    wide = lambda tensor: numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float32), tensor.name) if tensor.data_type == half else tensor
    stored = [wide(tensor) for tensor in model.graph.initializer]
    del model.graph.initializer[:], model.graph.value_info[:]
    model.graph.initializer.extend(stored)
    for value in [*model.graph.input, *model.graph.output]:
        if value.type.tensor_type.elem_type == half:
            value.type.tensor_type.elem_type = single
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.TENSOR:
                attribute.t.CopyFrom(wide(attribute.t))
            elif node.op_type == "Cast" and attribute.i == half:
                attribute.i = single
    return model


def with_half_weights(source, path, keep_io):
    from onnxconverter_common import float16

    model = onnx.load(source)
    casts = {node.name for node in model.graph.node if node.op_type == "Cast"}
    with quiet():
        model = float16.convert_float_to_float16(model, keep_io_types=keep_io)
    for node in model.graph.node:  # the converter forgets the network's own
        if node.name in casts:
            for attribute in node.attribute:
                if attribute.i == onnx.TensorProto.FLOAT:
                    attribute.i = onnx.TensorProto.FLOAT16
    onnx.save(model, path)
    return widened(path)
