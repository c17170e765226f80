"""Running an ONNX file with ONNX Runtime and reading tensors inside its graph."""

import numpy as np
import onnx
import onnxruntime


def session(model, names=()):
    """A session that also returns the tensors `names`; one thread, no graph rewriting."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    present = {output.name for output in model.graph.output}
    known = {value.name: value for value in model.graph.value_info}
    model.graph.output.extend(known[name] for name in names if name not in present)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def run(running, names, batch):
    """Values of the tensors `names` by name for one batch of the model's only input."""
    values = running.run(list(names), {running.get_inputs()[0].name: batch})
    return dict(zip(names, values))


def pooled(values):
    """Mean over the spatial axes of [n, c, h, w]; [n, c] as it is. Summed in double precision."""
    axes = tuple(range(2, values.ndim))
    return values.mean(axis=axes, dtype=np.float64).astype(np.float32)


def rounded(values):
    """Nested lists of the shortest decimals that read back as the same float32."""
    if values.ndim:
        return [rounded(value) for value in values]
    return float(np.format_float_positional(values, unique=True))
