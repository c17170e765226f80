"""The peers' side of the homology benchmark: one program and one case, run whenever a line on the standard input asks.

Arguments: program, then those of native.rs, then threads. Answers as native.rs does. Points go to each program as they
are, as 64-bit floats; each computes distances its own way, and that time counts.
"""

import importlib.metadata
import json
import resource
import sys
import time

import numpy as np


def load(path, n_points, n_coords, n_clouds):
    values = np.fromfile(path, "<f4").astype(np.float64)
    if n_coords:
        return list(values.reshape(n_clouds, n_points, n_coords))
    lower = np.tril_indices(n_points, -1)
    clouds = []
    for row in values.reshape(n_clouds, -1):
        square = np.zeros((n_points, n_points))
        square[lower] = row
        clouds.append(square + square.T)
    return clouds


def ripser(clouds, is_matrix, max_dim, threshold, modulus, _threads):
    from ripser import ripser as run

    return [run(c, maxdim=max_dim, thresh=threshold, coeff=modulus, distance_matrix=is_matrix)["dgms"] for c in clouds]


def giotto(clouds, is_matrix, max_dim, threshold, modulus, threads, collapse=False):
    from gph import ripser_parallel as run

    metric = "precomputed" if is_matrix else "euclidean"
    options = {"metric": metric, "n_threads": threads, "collapse_edges": collapse}
    return [run(c, maxdim=max_dim, thresh=threshold, coeff=modulus, **options)["dgms"] for c in clouds]


def giotto_collapse(*arguments):
    return giotto(*arguments, collapse=True)


def gudhi(clouds, is_matrix, max_dim, threshold, modulus, threads):
    from gudhi.sklearn.rips_persistence import RipsPersistence

    kind = "full distance matrix" if is_matrix else "point cloud"
    dims = list(range(max_dim + 1))
    # Its threads are processes, one cloud each.
    jobs = threads if len(clouds) > 1 and threads > 1 else None
    engine = RipsPersistence(dims, threshold, kind, homology_coeff_field=modulus, n_jobs=jobs)
    return engine.fit_transform(clouds)


PROGRAMS = {
    "ripser": ("ripser", ripser),
    "giotto-ph": ("giotto-ph", giotto),
    "giotto-ph collapse": ("giotto-ph", giotto_collapse),
    "gudhi": ("gudhi", gudhi),
}


def ends(diagrams):
    return [[None if np.isinf(x) else float(x) for x in np.asarray(d, np.float32).ravel()] for d in diagrams]


def main():
    if sys.argv[1:] == ["versions"]:
        print(json.dumps({name: importlib.metadata.version(package) for name, (package, _) in PROGRAMS.items()}))
        return
    name, path, n_points, n_coords, n_clouds, max_dim, threshold, modulus, threads = sys.argv[1:]
    is_matrix = n_coords == "0"
    clouds = load(path, int(n_points), int(n_coords), int(n_clouds))
    run = PROGRAMS[name][1]
    barcodes = []
    for line in sys.stdin:
        if line.strip() == "bars":
            print(json.dumps({"bars": [ends(diagrams) for diagrams in barcodes]}), flush=True)
            continue
        start = time.perf_counter()
        barcodes = run(clouds, is_matrix, int(max_dim), float(threshold), int(modulus), int(threads))
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"seconds": seconds, "peakBytes": peak}), flush=True)


main()
