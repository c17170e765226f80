"""Makes the golden barcodes of generated clouds with GUDHI and ripser.py, which have to agree bar for bar.

    python3 -m venv venv && venv/bin/pip install -r tests/data/requirements.txt
    venv/bin/python tests/data/make_goldens.py

Writes tests/data/homology/generated.json, for the native tests, which generate the same points from the recipe, and
tests/data/homology/wasm-goldens.json, with points, for the tests in the browser. Distances are computed in float64 and
rounded once to float32; bars of length zero are left out; null is an infinite death.
"""

import json
import pathlib

import numpy as np
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


def golden(name, n, d, max_dim, seed=2463534242, levels=0, metric="euclidean", modulus=2, threshold=None):
    points = xorshift(seed, n * d, levels).reshape(n, d)
    matrix = distances(points, metric).astype(np.float32)
    matrix = np.maximum(matrix, matrix.T)
    np.fill_diagonal(matrix, 0)
    if threshold is not None:
        threshold = float(np.float32(threshold))
    bars = barcode(matrix, max_dim, modulus, threshold)
    print(name, [len(dim) for dim in bars])
    case = dict(name=name, n=n, d=d, seed=seed, levels=levels, metric=metric)
    case |= dict(max_dim=max_dim, modulus=modulus, threshold=threshold, bars=[flat(dim) for dim in bars])
    return case, points


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
]

BROWSER = [
    dict(name="square", n=60, d=2, max_dim=1, seed=31),
    dict(name="cube to H2", n=40, d=3, max_dim=2, seed=32),
    dict(name="ties and duplicates", n=50, d=2, max_dim=1, levels=8, seed=33),
    dict(name="modulo 3", n=30, d=5, max_dim=2, seed=34, modulus=3),
    dict(name="threshold", n=60, d=2, max_dim=1, seed=35, threshold=0.15),
    dict(name="angular", n=40, d=6, max_dim=1, seed=36, metric="angular"),
]


def write(name, cases):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


write("generated.json", [golden(**case)[0] for case in CASES])
browser = []
for recipe in BROWSER:
    case, points = golden(**recipe)
    browser.append(case | dict(points=points.ravel().tolist()))
write("wasm-goldens.json", browser)
