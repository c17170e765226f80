"""Makes the golden barcodes of generated clouds with GUDHI and ripser.py, which have to agree bar for bar.

    python3 -m venv venv && venv/bin/pip install -r tests/data/requirements.txt
    venv/bin/python tests/data/make_goldens.py

Writes tests/data/homology/generated.json, for the native tests, which generate the same points from the recipe;
tests/data/homology/wasm-goldens.json, with points, for the tests in the browser; and tests/data/homology/spaces.json,
with points on known spaces and activations of a bundled network (ONNX Runtime), for both. Distances are computed in float64 and
rounded once to float32; bars of length zero are left out; null is an infinite death.
"""

import gzip
import json
import pathlib

import numpy as np
import onnx
import onnxruntime
from gudhi.sklearn.rips_persistence import RipsPersistence
from ripser import ripser
from scipy.spatial.distance import cdist

HERE = pathlib.Path(__file__).parent / "homology"


def xorshift(seed, count, levels):
    """Numbers in [0, 1), exact in float32; with levels > 0 (a power of two) rounded down to multiples of 1/levels."""
    state, numbers = seed, []
    for _ in range(count):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        number = (state >> 8) / 2**24
        numbers.append(np.floor(number * levels) / levels if levels else number)
    return np.array(numbers)


def distances(points, metric):
    if metric == "euclidean":
        return cdist(points, points)
    if metric == "manhattan":
        return cdist(points, points, "cityblock")
    if metric == "chebyshev":
        return cdist(points, points, "chebyshev")
    if metric == "correlation":
        points = points - points.mean(axis=1, keepdims=True)
    unit = points / np.linalg.norm(points, axis=1, keepdims=True)
    chord = cdist(unit, unit)
    chord[chord < 1e-12] = 0
    if metric == "correlation":
        return chord
    half = np.minimum(chord / 2, 1)
    return 2 * np.arctan2(half, np.sqrt(1 - half**2))


def canonical(bars):
    bars = [(np.float32(b), np.float32(d)) for b, d in bars if np.float32(b) < np.float32(d)]
    return sorted(bars)


def barcode(matrix, max_dim, modulus, threshold):
    limit = np.inf if threshold is None else threshold
    ours = RipsPersistence(
        homology_dimensions=list(range(max_dim + 1)),
        threshold=limit,
        input_type="full distance matrix",
        homology_coeff_field=modulus,
    ).fit_transform([matrix.astype(np.float64)])[0]
    theirs = ripser(matrix, maxdim=max_dim, thresh=limit, coeff=modulus, distance_matrix=True)["dgms"]
    ours = [canonical(dim) for dim in ours]
    assert ours == [canonical(dim) for dim in theirs]
    return ours


def flat(bars):
    """Births and deaths in turn, in the fewest digits that give back the float32."""
    return [None if np.isinf(x) else json.loads(str(x)) for bar in bars for x in bar]


def bell(seed, count):
    """Nearly normal numbers, exact in float32: sums of twelve uniform ones, less 6, rounded down to multiples of 1/4096."""
    return np.floor((xorshift(seed, 12 * count, 0).reshape(count, 12).sum(axis=1) - 6) * 4096) / 4096


def golden(name, n, d, max_dim, seed=2463534242, levels=0, normal=False, **more):
    points = (bell(seed, n * d) if normal else xorshift(seed, n * d, levels)).reshape(n, d)
    case = dict(name=name, n=n, d=d, seed=seed, levels=levels) | (dict(normal=True) if normal else {})
    return case | measured(name, points, max_dim, **more), points


def measured(name, points, max_dim, metric="euclidean", modulus=2, threshold=None):
    matrix = distances(points, metric).astype(np.float32)
    matrix = np.maximum(matrix, matrix.T)
    np.fill_diagonal(matrix, 0)
    if threshold is not None:
        threshold = float(np.float32(threshold))
    bars = barcode(matrix, max_dim, modulus, threshold)
    print(name, [len(dim) for dim in bars])
    bars = [flat(dim) for dim in bars]
    return dict(metric=metric, max_dim=max_dim, modulus=modulus, threshold=threshold, bars=bars)


CASES = [
    dict(name="square", n=300, d=2, max_dim=1),
    dict(name="cube", n=200, d=3, max_dim=2),
    dict(name="cube in R8", n=300, d=8, max_dim=1),
    dict(name="cube in R16 to H3", n=60, d=16, max_dim=3),
    dict(name="cube in R64", n=200, d=64, max_dim=1, seed=7),
    dict(name="cube in R300", n=80, d=300, max_dim=2, seed=11),
    dict(name="cube in R1000", n=50, d=1000, max_dim=1, seed=12),
    dict(name="line", n=100, d=1, max_dim=1, seed=3),
    dict(name="grid points with duplicates", n=150, d=2, max_dim=2, levels=8, seed=5),
    dict(name="corners of cubes", n=60, d=6, max_dim=2, levels=2, seed=6),
    dict(name="coarse cube", n=100, d=3, max_dim=2, levels=4, seed=8),
    dict(name="coarse cube modulo 3", n=80, d=4, max_dim=2, levels=4, seed=9, modulus=3),
    dict(name="cube modulo 5", n=60, d=5, max_dim=2, seed=10, modulus=5),
    dict(name="square to a threshold", n=200, d=2, max_dim=1, seed=13, threshold=0.09),
    dict(name="cube to a threshold", n=150, d=3, max_dim=2, seed=14, threshold=0.28),
    dict(name="coarse square to a threshold", n=120, d=2, max_dim=1, levels=16, seed=15, threshold=0.125),
    dict(name="manhattan", n=120, d=5, max_dim=1, seed=16, metric="manhattan"),
    dict(name="chebyshev with ties", n=100, d=3, max_dim=2, levels=8, seed=17, metric="chebyshev"),
    dict(name="angular", n=120, d=6, max_dim=1, seed=18, metric="angular"),
    dict(name="correlation", n=100, d=12, max_dim=1, seed=19, metric="correlation"),
    dict(name="high dimension modulo 3", n=25, d=4, max_dim=4, seed=20, modulus=3),
    dict(name="only components", n=250, d=10, max_dim=0, seed=21),
    dict(name="normal in R2", n=200, d=2, max_dim=1, seed=22, normal=True),
    dict(name="normal in R3", n=120, d=3, max_dim=2, seed=23, normal=True),
    dict(name="normal in R16", n=80, d=16, max_dim=2, seed=24, normal=True),
    dict(name="normal in R128", n=150, d=128, max_dim=1, seed=25, normal=True),
]

BROWSER = [
    dict(name="square", n=60, d=2, max_dim=1, seed=31),
    dict(name="cube to H2", n=40, d=3, max_dim=2, seed=32),
    dict(name="ties and duplicates", n=50, d=2, max_dim=1, levels=8, seed=33),
    dict(name="modulo 3", n=30, d=5, max_dim=2, seed=34, modulus=3),
    dict(name="threshold", n=60, d=2, max_dim=1, seed=35, threshold=0.15),
    dict(name="angular", n=40, d=6, max_dim=1, seed=36, metric="angular"),
]


def on_circle(rng, n):
    angle = rng.random(n) * 2 * np.pi
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def on_sphere(rng, n, d):
    points = rng.normal(size=(n, d))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def spaces():
    """Points with what lies behind them, to four decimals."""
    rng = np.random.default_rng(1)
    u, v = rng.random((2, 130)) * 2 * np.pi
    torus = np.stack([(2 + np.cos(v)) * np.cos(u), (2 + np.cos(v)) * np.sin(u), np.sin(v)], axis=1)
    # Without self-intersection: the Klein bottle as a twisted bundle of circles in R4.
    klein = [(2 + np.cos(v)) * np.cos(u), (2 + np.cos(v)) * np.sin(u), np.sin(v) * np.cos(u / 2), np.sin(v) * np.sin(u / 2)]
    grid = np.arange(12) * np.pi / 6
    regular = np.array([[np.cos(a), np.sin(a), np.cos(b), np.sin(b)] for a in grid for b in grid])
    clusters = rng.normal(size=(8, 3)).repeat(20, axis=0) * 3 + rng.normal(size=(160, 3)) * 0.2
    circle = np.concatenate([on_circle(rng, 120), np.zeros((120, 14))], axis=1) + rng.normal(size=(120, 16)) * 0.05
    pair = np.concatenate([on_circle(rng, 60), on_circle(rng, 60) @ np.diag([0.5, 0.5]) + [2, 0]])
    plane = on_sphere(rng, 90, 3)
    plane = np.stack([a * b for i, a in enumerate(plane.T) for b in plane.T[i:]], axis=1) * [1, 2**0.5, 2**0.5, 1, 2**0.5, 1]
    yield "circle", on_circle(rng, 100), dict(max_dim=2)
    yield "two circles", pair, dict(max_dim=1)
    yield "noisy circle in R16", circle, dict(max_dim=1)
    yield "sphere", on_sphere(rng, 90, 3), dict(max_dim=2)
    yield "sphere of dimension three", on_sphere(rng, 48, 4), dict(max_dim=3)
    yield "torus", torus, dict(max_dim=2)
    yield "torus modulo 5", torus, dict(max_dim=2, modulus=5)
    yield "regular flat torus, many ties", regular, dict(max_dim=1)
    yield "Klein bottle", np.stack(klein, axis=1), dict(max_dim=2)
    yield "Klein bottle modulo 3", np.stack(klein, axis=1), dict(max_dim=2, modulus=3)
    yield "projective plane in R6", plane, dict(max_dim=2)
    yield "projective plane in R6 modulo 3", plane, dict(max_dim=2, modulus=3)
    yield "projective plane in R6 to a threshold", plane, dict(max_dim=2, threshold=0.7)
    yield "clusters", clusters, dict(max_dim=1)
    yield "clusters, each point twice", np.repeat(clusters[::2], 2, axis=0), dict(max_dim=1)
    for layer, points in activations(100, ["block03", "block09"]):
        yield f"activations of {layer}", points, dict(max_dim=1)
        yield f"activations of {layer} to H2", points[:60], dict(max_dim=2)


def activations(n, layers):
    """Pooled activations of the first test images in the first bundled trained network that has these layers."""
    models = HERE.parents[2] / "models"
    index = json.loads((models / "index.json").read_text())
    images = next(d for d in index["datasets"] if d["id"] == "fashion-mnist-test")["files"][0]
    pixels = np.frombuffer(gzip.open(models / images).read(), np.uint8, offset=16).reshape(-1, 1, 28, 28)
    trained = (x for x in index["networks"] if x["family"] == "resnet" and "trained" in (x["checkpoint"], x.get("stage")))
    model = onnx.load(models / next(trained)["file"])
    model.graph.output.extend(onnx.ValueInfoProto(name=layer) for layer in layers)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    maps = session.run(layers, {session.get_inputs()[0].name: pixels[:n].astype(np.float32) / 255})
    return [(layer, values.mean(axis=(2, 3))) for layer, values in zip(layers, maps)]


def write(name, cases):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


write("generated.json", [golden(**case)[0] for case in CASES])
browser = []
for recipe in BROWSER:
    case, points = golden(**recipe)
    browser.append(case | dict(points=points.ravel().tolist()))
write("wasm-goldens.json", browser)
known = []
for name, points, settings in spaces():
    points = np.round(points, 4).astype(np.float32)
    case = dict(name=name, n=len(points), d=points.shape[1]) | measured(name, points.astype(float), **settings)
    known.append(case | dict(points=[json.loads(str(x)) for x in points.ravel()]))
write("spaces.json", known)
