"""Trains the bundled networks: all, or those whose names are given (`resnet`, `bert`, `small-07`, …).

Keeps the chosen states in target/networks and writes them as ONNX files to models/. `--export` only writes
the files anew.
"""

import argparse
import os

import torch

import idx
from export import write_checkpoints
from families import RUNS
from pretraining import pretrain
from training import accuracy, fit

STATES = os.path.join(os.path.dirname(idx.MODELS), "target", "networks")


def train(run, args):
    """Train one run and store its checkpoints' states and its curve."""
    torch.manual_seed(run.seed)
    data = run.data(args.data)
    network = run.build(data.constants).to(memory_format=torch.channels_last)
    if run.pretrain:
        pretrain(run, network)
        torch.manual_seed(run.seed)  # the task begins from the seed too, however long the pretraining was
    snapshots = fit(run, network, data)
    os.makedirs(args.states, exist_ok=True)
    torch.save(
        {"constants": data.constants, "snapshots": snapshots}, os.path.join(args.states, f"{run.name}.pt")
    )


def selected(names):
    """Runs by family, or by full name."""
    chosen = [run for run in RUNS if not names or run.name in names or run.family in names]
    unknown = set(names) - {run.name for run in chosen} - {run.family for run in chosen}
    if unknown:
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}. Known: {', '.join(run.name for run in RUNS)}")
    return chosen


def check_rebuild(run, directory):
    """Train a run twice from its seed; the accuracies must agree to 1 %."""
    found = []
    for _ in range(2):
        torch.manual_seed(run.seed)
        data = run.data(directory)
        last = fit(run, run.build(data.constants).to(memory_format=torch.channels_last), data)[-1]
        network = run.build(data.constants).eval()
        network.load_state_dict(last["state"])
        found.append(accuracy(network, data.test, data.test_labels))
    print(f"{run.name}: test accuracy {found[0]:.4f} and {found[1]:.4f}")
    if abs(found[0] - found[1]) > 0.01:
        raise SystemExit("two rebuilds from the same seed differ")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="families or runs; default: all")
    idx.add_data_option(parser)
    parser.add_argument("--out", default=idx.MODELS, metavar="FOLDER", help="where to write (default: models)")
    parser.add_argument("--states", default=STATES, metavar="FOLDER", help="where states are kept")
    parser.add_argument("--export", action="store_true", help="only write the ONNX files of trained states")
    parser.add_argument("--check-rebuild", action="store_true", help="train twice, compare, write nothing")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for run in selected(args.names):
        if args.check_rebuild:
            check_rebuild(run, args.data)
            continue
        if not args.export:
            train(run, args)
        write_checkpoints(run, args)


if __name__ == "__main__":
    main()
