"""What ONNX Runtime computes in every layer of a file: the reference of the gallery.

Beside NAME.onnx come NAME.json (what the file is, the samples' shapes, one entry per recorded tensor) and NAME.f32 (all
values in a row, little-endian 32-bit floats: first the samples, then tensor after tensor, sample after sample).
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

# Of larger tensors this many values per sample are kept, evenly spaced: of every channel and of every place some.
MAX_VALUES = 2048
MAX_TENSORS = 600
# Of the files that are kept in the repository.
KEPT_VALUES, KEPT_TENSORS = 64, 24


def session(model, path):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # External weights are looked for beside the file.
    beside = path.with_name(f".{path.stem}.observed.onnx")
    try:
        beside.write_bytes(model.SerializeToString())
        return onnxruntime.InferenceSession(str(beside), options, providers=["CPUExecutionProvider"])
    finally:
        beside.unlink(missing_ok=True)


def depends_on_input(graph):
    stored = {t.name for t in graph.initializer}
    computed = {i.name for i in graph.input} - stored
    for node in graph.node:
        if computed.intersection(node.input):
            computed.update(filter(None, node.output))
    return computed


def observed(model):
    """The model with all tensors that depend on the input as outputs, and their operators by name."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    computed = depends_on_input(model.graph)
    known = {o.name for o in model.graph.output}
    ops = {}
    for node in model.graph.node:
        for name in node.output[: 2 if node.domain == "ai.onnx.ml" else 1]:
            if name in computed:
                ops[name] = node.op_type
                if name not in known:
                    model.graph.output.append(onnx.ValueInfoProto(name=name))
    return model, ops


def run(model, path, feeds):
    """All float tensors with one row per sample, by name: (operator, values of all samples)."""
    everything, ops = observed(model)
    runner = session(everything, path)
    names = [o.name for o in runner.get_outputs() if "tensor(float" in o.type or "tensor(double" in o.type]
    found = {}
    for feed in feeds:
        batch = len(next(iter(feed.values())))
        for name, value in zip(names, runner.run(names, feed)):
            if isinstance(value, np.ndarray) and value.ndim >= 2 and value.shape[0] == batch and name in ops:
                found.setdefault(name, []).append(value.astype(np.float32))
    whole = {name: np.concatenate(parts) for name, parts in found.items() if len(parts) == len(feeds)}
    return {name: (ops[name], whole[name]) for name in ops if name in whole}


def evenly(n, limit):
    return range(n) if n <= limit else [i * (n - 1) // (limit - 1) for i in range(limit)]


def record(path: Path, facts: dict, samples, reference=None, is_kept=False):
    """Writes NAME.json and NAME.f32 beside the file.

    `samples` is an array with one row per sample, or a list of token id lists. `reference` is the model that is run
    instead of the file's own where that rounds (quantised files).
    """
    # External data stays where it is: runtimes find it beside the copy.
    model = reference or onnx.load(path, load_external_data=False)
    stored = {t.name for t in model.graph.initializer}
    inputs = [i for i in model.graph.input if i.name not in stored]
    is_text = isinstance(samples, list)
    values = [] if is_text else [np.asarray(samples, np.float32).reshape(-1)]
    feeds = token_feeds(inputs, samples) if is_text else number_feeds(inputs, samples)
    tensors = run(model, path, feeds)
    offset = sum(v.size for v in values)
    max_values, max_tensors = (KEPT_VALUES, KEPT_TENSORS) if is_kept else (MAX_VALUES, MAX_TENSORS)
    layers = []
    names = list(tensors)
    for name in (names[i] for i in evenly(len(names), max_tensors)):
        op, tensor = tensors[name]
        rows, shape = rows_of(tensor, samples, is_text)
        if rows is None or not all(np.isfinite(row).all() for row in rows):
            continue
        kept = [row[list(evenly(row.size, max_values))] for row in rows]
        layers.append({"id": name, "op": op, "shape": shape, "offset": offset, "counts": [int(k.size) for k in kept],
                       "sizes": [int(row.size) for row in rows]})
        values += kept
        offset += sum(k.size for k in kept)
    if not layers and not facts["refused"]:
        raise ValueError("no tensor was recorded")
    weights = sorted(path.parent.glob(f"{path.name}.data*"))
    facts = {**facts, "bytes": sum(f.stat().st_size for f in [path, *weights])}
    if weights:
        facts["data"] = [f.name for f in weights]
    if is_text:
        facts["texts"] = [" ".join(f"t{i}" for i in ids) for ids in samples]
    else:
        facts["samples"] = list(np.shape(samples))
    facts["layers"] = layers
    facts = {key: value for key, value in facts.items() if value != ""}
    np.concatenate([*values, []]).astype("<f4").tofile(path.with_suffix(".f32"))
    path.with_suffix(".json").write_text(json.dumps(facts, separators=(",", ":")) + "\n")
    return facts


def rows_of(tensor, samples, is_text):
    """The values of each sample, for texts only of their own tokens, and the shape without the batch."""
    shape = [int(n) for n in tensor.shape[1:]]
    if not is_text:
        return [tensor[i].reshape(-1) for i in range(len(samples))], shape
    longest = max(map(len, samples))
    if tensor.ndim == 2:
        return [row.reshape(-1) for row in tensor[: len(samples)]], shape
    if tensor.ndim == 3 and shape[0] == longest != shape[1]:
        return [row[: len(ids)].reshape(-1) for row, ids in zip(tensor, samples)], shape
    return None, shape


def fixed(dim):
    return dim.dim_value if dim.HasField("dim_value") and dim.dim_value > 0 else None


def number_feeds(inputs, samples):
    [own] = inputs
    kind = own.type.tensor_type.elem_type
    array = np.asarray(samples, onnx.helper.tensor_dtype_to_np_dtype(kind))
    batch = fixed(own.type.tensor_type.shape.dim[0]) or len(array)
    feeds = []
    for start in range(0, len(array), batch):
        part = array[start : start + batch]
        if len(part) < batch:
            part = np.concatenate([part, np.zeros((batch - len(part), *part.shape[1:]), part.dtype)])
        feeds.append({own.name: part})
    return feeds


def token_feeds(inputs, samples):
    dims = inputs[0].type.tensor_type.shape.dim
    batch, length = fixed(dims[0]) or len(samples), fixed(dims[1]) or max(map(len, samples))
    feeds = []
    for start in range(0, len(samples), batch):
        part = samples[start : start + batch]
        part = part + part[-1:] * (batch - len(part))
        ids = np.zeros((batch, length), np.int64)
        mask = np.zeros((batch, length), np.int64)
        for row, tokens in enumerate(part):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        roles = {"mask": mask, "type": np.zeros_like(ids), "position": np.tile(np.arange(length), (batch, 1))}
        feed = {}
        for own in inputs:
            array = next((a for word, a in roles.items() if word in own.name.lower()), ids)
            feed[own.name] = array.astype(onnx.helper.tensor_dtype_to_np_dtype(own.type.tensor_type.elem_type))
        feeds.append(feed)
    return feeds
