"""Running an ONNX file with ONNX Runtime and reading tensors inside its graph."""

import numpy as np
import onnx
import onnxruntime


def session(model, names=(), optimise=False):
    """A session that also returns the tensors `names`; one thread, no graph rewriting unless asked for."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    present = {output.name for output in model.graph.output}
    known = {value.name: value for value in model.graph.value_info}
    model.graph.output.extend(known[name] for name in names if name not in present)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    if not optimise:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def run(running, names, inputs):
    """Values of the tensors `names` by name for one batch of the model's inputs, in their order."""
    fed = {wanted.name: given for wanted, given in zip(running.get_inputs(), inputs)}
    return dict(zip(names, running.run(list(names), fed)))


def accuracy(running, inputs, labels):
    """Share of right answers."""
    right = 0
    for start in range(0, len(labels), 250):
        logits = run(running, ["logits"], [x[start:start + 250] for x in inputs])["logits"]
        right += int((logits.argmax(1) == labels[start:start + 250]).sum())
    return right / len(labels)


def pooled(values, pooling):
    """One vector a sample: mean over positions of [n, c, h, w] in double precision, the first token of
    [n, tokens, c], and [n, c] as it is."""
    if values.ndim == 4:
        return values.mean(axis=(2, 3), dtype=np.float64).astype(np.float32)
    if values.ndim == 3:
        assert pooling == "class-token"
        return values[:, 0]
    return values
