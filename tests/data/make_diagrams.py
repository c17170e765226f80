"""Records distances, landscapes and images of persistence diagrams by GUDHI and persim.

    venv/bin/pip install -r tests/data/requirements.txt
    venv/bin/python tests/data/make_diagrams.py

Writes tests/data/diagrams.json: births and deaths in turn (`a`, `b`; null is infinity), the bottleneck distance and the
1-Wasserstein distance with the maximum as ground distance by GUDHI, the 2-Wasserstein distance with the Euclidean one
by SciPy's assignment, the sliced Wasserstein distance (50 directions) and the image by persim, and three levels of the
landscape at 0, 0.1, …, 4 by GUDHI.
"""

import json
import pathlib

import gudhi
import numpy as np
from gudhi.hera import wasserstein_distance
from gudhi.representations import Landscape
from persim import PersistenceImager, sliced_wasserstein
from scipy.optimize import linear_sum_assignment

HERE = pathlib.Path(__file__).parent


def diagram(rng, n, n_essential, levels):
    births = rng.random(n + n_essential)
    lifespans = rng.exponential(0.4, n + n_essential) + 1e-3
    if levels:
        births, lifespans = np.round(births * levels) / levels, (np.floor(lifespans * levels) + 1) / levels
    points = np.stack([births, births + lifespans], axis=1).astype(np.float32).astype(float)
    points[n:, 1] = np.inf
    return points


def by_assignment(a, b, order):
    """The Wasserstein distance with the Euclidean ground distance, on the completed square matrix."""
    n, m = len(a), len(b)
    cost = np.zeros((n + m, n + m))
    cost[:n, :m] = np.linalg.norm(a[:, None] - b[None], axis=2) ** order
    cost[:n, m:] = ((a[:, 1] - a[:, 0]) / np.sqrt(2))[:, None] ** order
    cost[n:, :m] = ((b[:, 1] - b[:, 0]) / np.sqrt(2))[None] ** order
    return cost[linear_sum_assignment(cost)].sum()


def case(rng, n, m, n_essential, levels):
    a, b = diagram(rng, n, n_essential, levels), diagram(rng, m, n_essential, levels)
    finite_a, finite_b = a[:n], b[:m]
    gaps = np.abs(np.sort(a[n:, 0]) - np.sort(b[m:, 0]))
    # GUDHI matches infinite points itself; persim leaves them out.
    angles = np.pi * (np.arange(50) / 50 - 0.5)
    sliced = (sliced_wasserstein(finite_a, finite_b, M=50) if n + m else 0) + np.abs(np.cos(angles)).mean() * gaps.sum()
    grid = np.arange(41) / 10
    landscape = np.zeros((3, len(grid)))
    if n:
        landscape = Landscape(num_landscapes=3, resolution=len(grid), sample_range=[0, 4]).fit_transform([finite_a])
        landscape = landscape.reshape(3, -1) / np.sqrt(2)
    imager = PersistenceImager(birth_range=(0, 2), pers_range=(0, 2), pixel_size=0.5, kernel_params={"sigma": [[0.0625, 0], [0, 0.0625]]})
    image = imager.transform(finite_a, skew=True).T if n else np.zeros((4, 4))
    number = lambda x: None if np.isinf(x) else round(float(x), 9)
    return dict(
        a=[number(x) for x in a.ravel()],
        b=[number(x) for x in b.ravel()],
        bottleneck=number(gudhi.bottleneck_distance(a, b)),
        wasserstein1=number(wasserstein_distance(a, b, order=1, internal_p=np.inf, delta=1e-9)),
        wasserstein2=number(np.sqrt(by_assignment(finite_a, finite_b, 2) + (gaps**2).sum())),
        sliced=number(sliced),
        landscape=[[number(x) for x in level] for level in landscape],
        image=[number(x) for x in image.ravel()],
    )


rng = np.random.default_rng(20261125)
sizes = [(1, 0, 0, 0), (3, 4, 1, 0), (12, 9, 2, 0), (30, 30, 0, 0), (40, 25, 1, 8), (60, 70, 3, 0)]
lines = ",\n".join(json.dumps(case(rng, *size), separators=(",", ":")) for size in sizes)
(HERE / "diagrams.json").write_text(f"[\n{lines}\n]\n")
