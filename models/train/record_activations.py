"""Records what ONNX Runtime computes inside the trained network, for the tests of the loader.

Writes tests/data/network/resnet-trained-16.json: for the first 16 bundled test images the mean over
positions of every measured layer, and the logits, in single precision.
"""

import hashlib
import json
import os

import onnx

import idx
import runtime

MODELS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(os.path.dirname(MODELS), "tests", "data", "network", "resnet-trained-16.json")
FILE = "resnet-fashion-mnist-trained.onnx"
N = 16


def main():
    images = idx.read_idx(os.path.join(MODELS, "fashion-mnist", "test-images.idx3-ubyte.gz"))[:N]
    labels = idx.read_idx(os.path.join(MODELS, "fashion-mnist", "test-labels.idx1-ubyte.gz"))[:N]
    with open(os.path.join(MODELS, FILE), "rb") as file:
        content = file.read()
    model = onnx.load_model_from_string(content)
    names = json.loads({p.key: p.value for p in model.metadata_props}["observed"])
    values = runtime.run(runtime.session(model, names), names, idx.to_network_input(images))
    recorded = {
        "network": FILE,
        "sha256": hashlib.sha256(content).hexdigest(),
        "images": "fashion-mnist/test-images.idx3-ubyte.gz",
        "n": N,
        "labels": labels.tolist(),
        "layers": {name: runtime.rounded(runtime.pooled(values[name])) for name in names},
    }
    with open(OUT, "w", encoding="utf-8") as file:
        json.dump(recorded, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
