"""Writing trained networks as ONNX files whose measured layers carry stable names."""

import csv
import io
import json
import os
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from torch import nn

import idx
import runtime
from glosses import MAX_TOKENS, tokenizer_file
from training import choose

OPSET = 17
SMALLEST_HALF = 256  # weights of fewer numbers stay in single precision


class AllLayers(nn.Module):
    """Returns every measured layer, so that the exporter names each of them."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, *inputs):
        return tuple(self.network.layers(*inputs).values())


def example(network):
    """Inputs of the right shapes."""
    if network.inputs == ("image",):
        return (torch.zeros(2, 1, 28, 28),)
    return (torch.zeros(2, MAX_TOKENS, dtype=torch.int64), torch.ones(2, MAX_TOKENS, dtype=torch.int64))


def to_onnx(network, name):
    """The network in evaluation mode as an ONNX model, with batch normalisation folded into convolutions.

    `logits` is the only graph output. The other layers stay inside the graph, under the names that
    `network.layers` gives them and with their shapes declared, for a program that selects them.
    """
    network = network.to(memory_format=torch.contiguous_format).eval()
    inputs = example(network)
    with torch.no_grad():
        names = list(network.layers(*inputs))
    written = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the token count that becomes a constant, as it should
        torch.onnx.export(
            AllLayers(network), inputs, written, dynamo=False,
            input_names=list(network.inputs), output_names=names, opset_version=OPSET,
            dynamic_axes={name: {0: "batch"} for name in [*network.inputs, *names]},
        )
    model = onnx.load_model_from_string(written.getvalue())
    inner = [output for output in model.graph.output if output.name != "logits"]
    for output in inner:
        model.graph.output.remove(output)
    del model.graph.value_info[:]
    model.graph.value_info.extend(inner)
    model.graph.name = name
    fold_constants(model)
    return model


def fold_constants(model):
    """Replace every node that depends on no input of the graph by its value."""
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    kept = []
    for node in model.graph.node:
        if all(name in values for name in node.input if name):
            results = ReferenceEvaluator(node).run(None, {name: values[name] for name in node.input if name})
            values.update(zip(node.output, map(np.asarray, results)))
        else:
            kept.append(node)
    read = {name for node in kept for name in node.input}
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(kept)
    model.graph.initializer.extend(
        numpy_helper.from_array(value, name) for name, value in values.items() if name in read
    )


def halve_weights(model):
    """Store large weights in half precision, each followed by a Cast to single precision."""
    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < SMALLEST_HALF:
            continue
        name = tensor.name
        half = numpy_helper.from_array(values.astype(np.float16), f"{name}_half")
        tensor.CopyFrom(half)
        casts.append(helper.make_node("Cast", [half.name], [name], f"{name}_cast", to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def largest_change(exact, stored, inputs):
    """How far half-precision weights move any measured layer: largest change over the layer's largest value."""
    names = [value.name for value in exact.graph.value_info] + ["logits"]
    a, b = (runtime.run(runtime.session(model, names), names, inputs) for model in (exact, stored))
    return max(float(np.abs(a[name] - b[name]).max() / np.abs(a[name]).max()) for name in names)


def stage(snapshot, last):
    if snapshot["epoch"] == 0:
        return "untrained"
    return "trained" if last else f"epoch {snapshot['epoch']:.2f}".rstrip("0").rstrip(".")


def write_checkpoints(run, args):
    """Write the chosen snapshots of a trained run as ONNX files, and its curve."""
    stored = torch.load(os.path.join(args.states, f"{run.name}.pt"), weights_only=False)
    data = run.data(args.data)
    chosen = choose(stored["snapshots"], run.checkpoints)
    network = run.build(stored["constants"])
    folder = os.path.join(args.out, run.folder)
    os.makedirs(folder, exist_ok=True)
    measured = {}
    for number, snapshot in enumerate(chosen, 1):
        network.load_state_dict(snapshot["state"])
        parts = data.measured(last=number == len(chosen))
        exact = to_onnx(network, run.family)
        model = onnx.ModelProto.FromString(exact.SerializeToString())
        halve_weights(model)
        change = largest_change(exact, model, [x[:32] for x in parts["test"][0]])
        if change > 0.01:
            raise SystemExit(f"{run.name}, checkpoint {number}: half precision changes a layer by {change:.1%}")
        running = runtime.session(model, optimise=True)
        accuracies = {part: runtime.accuracy(running, *parts[part]) for part in parts}
        measured[snapshot["step"]] = accuracies
        metadata = {
            "family": run.family, "dataset": run.dataset, "checkpoint": number,
            "stage": stage(snapshot, number == len(chosen)), "epoch": snapshot["epoch"], "seed": run.seed,
            "train_accuracy": accuracies["train"], "test_accuracy": accuracies["test"],
            "parameters": sum(p.numel() for p in network.parameters()),
            "classes": run.classes, "pooling": network.pooling,
            "observed": [*(value.name for value in exact.graph.value_info), "logits"],
        }
        if number == len(chosen):
            everything = [x.numpy() for x in data.train], data.train_labels.numpy()
            metadata["train_accuracy_all"] = runtime.accuracy(running, *everything)
        metadata |= {"tokenizer": tokenizer_file(run.family)} if run.dataset == "wordnet" else {"input_range": "0..1"}
        helper.set_model_props(model, {
            key: value if isinstance(value, str) else json.dumps(value) for key, value in metadata.items()
        })
        onnx.checker.check_model(model, full_check=True)
        onnx.save_model(model, os.path.join(folder, run.file(number)))
        print(f"{run.name}  {number}  {metadata['stage']}  train {accuracies['train']:.4f}  "
              f"test {accuracies['test']:.4f}  {metadata.get('train_accuracy_all', '')}  half precision {change:.1e}", flush=True)
    write_curve(run, stored["snapshots"], chosen, measured)


def write_curve(run, snapshots, chosen, measured):
    """The training's curve. Accuracy of every point on 1,000 test samples, of checkpoints on everything."""
    numbers = {snapshot["step"]: number for number, snapshot in enumerate(chosen, 1)}
    os.makedirs(os.path.join(idx.TRAIN, "logs"), exist_ok=True)
    with open(os.path.join(idx.TRAIN, "logs", f"{run.name}.csv"), "w", newline="") as file:
        log = csv.writer(file, lineterminator="\n")
        log.writerow(["epoch", "step", "loss", "accuracy_of_1000", "checkpoint", "train_accuracy", "test_accuracy"])
        for point in snapshots:
            full = measured.get(point["step"], {"train": "", "test": ""})
            loss = "" if point["loss"] is None else f"{point['loss']:.4f}"
            log.writerow([point["epoch"], point["step"], loss, point["probe"], numbers.get(point["step"], ""),
                          full["train"], full["test"]])
