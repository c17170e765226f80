"""Records what ONNX Runtime computes inside every bundled network, for the tests of the loader.

Writes tests/data/network/recorded/ID.npy, float32 [16, layers, width]: for the first 16 bundled samples
(of the test part; of the digits, the first of the file) the measured layers but the output, one vector a
sample by the network's own pooling; and ID-logits.npy, float32 [16, 10].
"""

import json
import os

import numpy as np
import onnx

import glosses
import idx
import runtime

OUT = os.path.join(os.path.dirname(idx.MODELS), "tests", "data", "network", "recorded")
N = 16


def main():
    os.makedirs(OUT, exist_ok=True)
    for old in os.listdir(OUT):
        os.remove(os.path.join(OUT, old))
    with open(os.path.join(idx.MODELS, "index.json"), encoding="utf-8") as file:
        entries = json.load(file)["networks"]
    for entry in entries:
        with open(os.path.join(idx.MODELS, entry["file"]), "rb") as file:
            model = onnx.load_model_from_string(file.read())
        values = runtime.run(
            runtime.session(model, entry["layers"]), entry["layers"], inputs(entry)
        )
        points = [runtime.pooled(values[name], entry["pooling"]) for name in entry["layers"]]
        np.save(os.path.join(OUT, f"{entry['id']}.npy"), np.stack(points[:-1], axis=1))
        np.save(os.path.join(OUT, f"{entry['id']}-logits.npy"), points[-1])
    print(f"{sum(os.path.getsize(os.path.join(OUT, f)) for f in os.listdir(OUT)):,} bytes")


def inputs(entry):
    """The first 16 bundled test samples of the network's data set."""
    if entry["kind"] == "text":
        return [x.numpy() for x in glosses.encode(entry["family"], glosses.read_bundle("test")[0][:N])]
    if entry["dataset"] == "digits":
        images = idx.read_idx(os.path.join(idx.MODELS, "digits", "images.idx3-ubyte.gz"))
    else:
        images = idx.read_idx(os.path.join(idx.MODELS, "fashion-mnist", "test-images.idx3-ubyte.gz"))
    return [idx.to_network_input(images[:N])]


if __name__ == "__main__":
    main()
