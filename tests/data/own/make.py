"""Runs the Python of docs/own-data.md and of the README as a reader would, on a small network, and keeps what it writes.

Needs PyTorch: pip install torch==2.15.0 numpy==2.4.6 onnx==1.23.2, then: python tests/data/own/make.py
"""

import os
import re
from pathlib import Path

import torch

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


class Small(torch.nn.Module):
    """Three convolutions and a classifier, with random weights."""

    def __init__(self):
        super().__init__()
        channels = [1, 4, 6, 8]
        for i in range(3):
            layer = torch.nn.Sequential(torch.nn.Conv2d(channels[i], channels[i + 1], 3, stride=2, padding=1), torch.nn.ReLU())
            self.add_module(f"layer{i + 1}", layer)
        self.classify = torch.nn.Linear(8, 3)

    def forward(self, x):
        for layer in (self.layer1, self.layer2, self.layer3):
            x = layer(x)
        return self.classify(x.mean((2, 3)))


def samples(n, side):
    """Bright squares of three sizes on noise."""
    labels = torch.arange(n) % 3
    images = 0.1 * torch.randn(n, 1, side, side)
    for i, label in enumerate(labels):
        images[i, :, : 4 + 3 * label, : 4 + 3 * label] += 1
    return torch.utils.data.TensorDataset(images, labels)


def blocks(document):
    return re.findall(r"```python\n(.*?)```", (ROOT / document).read_text(), re.DOTALL)


def main():
    os.chdir(HERE)
    (readme,) = [block for block in blocks("README.md") if "torch.onnx.export" in block]
    export, hook = blocks("docs/own-data.md")
    assert readme.split("numpy.savez")[0] == export.split("numpy.savez")[0], "README and docs show different ways to export"
    for number, code in enumerate([readme, hook]):
        torch.manual_seed(number)
        scope = {"model": Small(), "dataset": samples(60, 16)}
        exec(code, scope)  # the documentation itself is under test


if __name__ == "__main__":
    main()
