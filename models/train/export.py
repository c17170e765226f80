"""Writing a trained network as an ONNX file whose measured layers carry stable names."""

import io
import json

import onnx
import torch
from torch import nn

OPSET = 17


class AllLayers(nn.Module):
    """Returns every measured layer, so that the exporter names each of them."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, image):
        return tuple(self.network.layers(image).values())


def export(network, path, metadata):
    """Write `network` in evaluation mode, with batch normalisation folded into convolutions.

    `logits` is the only graph output. The other layers stay inside the graph, under the names that
    `network.layers` gives them and with their shapes declared, for a program that selects them.
    """
    network = network.to(memory_format=torch.contiguous_format).eval()
    image = torch.zeros(2, 1, 28, 28)
    with torch.no_grad():
        names = list(network.layers(image))
    written = io.BytesIO()
    torch.onnx.export(
        AllLayers(network), (image,), written,
        input_names=["image"], output_names=names, opset_version=OPSET,
        dynamic_axes={name: {0: "batch"} for name in ["image", *names]},
    )
    model = onnx.load_model_from_string(written.getvalue())
    inner = [output for output in model.graph.output if output.name != "logits"]
    for output in inner:
        model.graph.output.remove(output)
    del model.graph.value_info[:]
    model.graph.value_info.extend(inner)
    model.graph.name = "resnet"
    onnx.helper.set_model_props(model, {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in metadata.items()
    })
    onnx.checker.check_model(model, full_check=True)
    onnx.save_model(model, path)
