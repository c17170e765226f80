"""The main figure of one family as one would compute it in Python: ONNX Runtime, NumPy, ripser.py.

    python benches/study/study.py PLAN.json RESULT.json

PLAN has `networks` (id, file, layers), `images`, `labels`, `per_class`, `sizes`, `seed`, `threads`. RESULT has lifespan sums
of degree 0 and 1 per class and PHdim of degree 0 for each network and layer, and the seconds of each part. PHdim is made of
Ripser's barcodes, as in the papers' code, and once more of SciPy's single linkage, whose heights are the same numbers: the
fastest way in Python that we know of.
"""

import gzip
import json
import sys
import time
from collections import defaultdict
from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
from ripser import ripser
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist

BATCH = 100
MASK = 2**64 - 1


def read_idx(path):
    with gzip.open(path) as file:
        data = file.read()
    shape = np.frombuffer(data, ">u4", data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


class Random:
    """Bettiscope's generator (SplitMix64), so that both draw the same subsets."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def subset(self, n, count):
        indices = list(range(n))
        for i in range(count):
            j = i + ((self.next() * (n - i)) >> 64)
            indices[i], indices[j] = indices[j], indices[i]
        return np.array(sorted(indices[:count]))


class Clock:
    """Adds up the seconds of the parts of the work."""

    def __init__(self):
        self.seconds = defaultdict(float)

    def __call__(self, part):
        self.part, self.start = part, time.perf_counter()
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.seconds[self.part] += time.perf_counter() - self.start


def activations(file, layers, images, threads):
    """Global averages of the layers' feature maps over all images."""
    model = onnx.load(file)
    outputs = {output.name for output in model.graph.output}
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in layers if name not in outputs)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    found = [[] for _ in layers]
    for first in range(0, len(images), BATCH):
        batch = images[first : first + BATCH, None].astype(np.float32) / 255
        for points, values in zip(found, session.run(layers, {name: batch})):
            if values.ndim == 4:
                values = values.mean((2, 3))
            elif values.ndim == 3:
                values = values.mean(1)
            points.append(values)
    return [np.concatenate(points) for points in found]


def min_max(points):
    low, high = points.min(0), points.max(0)
    return np.where(high > low, (points - low) / np.where(high > low, high - low, 1), 0)


def lifespans(diagram):
    finite = diagram[np.isfinite(diagram[:, 1])]
    return float((finite[:, 1] - finite[:, 0]).sum())


def dimension(sizes, sums):
    slope, _ = np.polyfit(np.log(sizes), np.log(sums), 1)
    return float(1 / (1 - slope)) if slope < 1 else None


def main(plan_path, result_path):
    with open(plan_path) as file:
        plan = json.load(file)
    clock = Clock()
    start = time.perf_counter()
    images, labels = read_idx(plan["images"]), read_idx(plan["labels"])
    random = Random(plan["seed"])
    seeds = [random.next() for _ in plan["sizes"]]
    subsets = [Random(seed).subset(len(images), size) for seed, size in zip(seeds, plan["sizes"])]
    results = {}
    for network in plan["networks"]:
        with clock("running"):
            layers = activations(network["file"], network["layers"], images, plan["threads"])
        results[network["id"]] = {}
        for name, points in zip(network["layers"], layers):
            scaled = min_max(points)
            with clock("barcodes"):
                diagrams = [ripser(scaled[labels == c][: plan["per_class"]], maxdim=1)["dgms"] for c in np.unique(labels)]
            with clock("phdim"):
                sums = [lifespans(ripser(points[subset], maxdim=0)["dgms"][0]) for subset in subsets]
            with clock("phdim_linkage"):
                heights = [linkage(pdist(points[subset]), "single")[:, 2].sum() for subset in subsets]
            np.testing.assert_allclose(heights, sums, rtol=1e-5)
            results[network["id"]][name] = {
                "lifespans-0": [lifespans(diagram[0]) for diagram in diagrams],
                "lifespans-1": [lifespans(diagram[1]) for diagram in diagrams],
                "phdim-0": dimension(plan["sizes"], sums),
            }
        print(f"{network['id']}: {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    total = time.perf_counter() - start
    result = {
        "results": results,
        "seconds": clock.seconds | {"other": total - sum(clock.seconds.values())},
        "versions": {name: version(name) for name in ("numpy", "onnxruntime", "ripser", "scipy")},
    }
    with open(result_path, "w") as file:
        json.dump(result, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
