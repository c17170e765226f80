"""Writes models/fashion-mnist-attack: test images under targeted attack against the trained MobileNetV2.

The fast gradient sign method: every pixel moves by the strength, in the direction that makes the target
class more probable (Goodfellow, Shlens, Szegedy, arXiv:1412.6572). One step, the gradient at the true image.
"""

import argparse
import json
import os

import numpy as np
import onnx
import torch
from sklearn.metrics import f1_score
from torch.nn import functional as F

import idx
import runtime
from families import RUNS
from train import STATES

NETWORK = "mobilenetv2-fashion-mnist"
TARGET = 8  # the class that Magai and Ayzenberg's code attacks towards
N_PER_CLASS = 80  # the first of each class of the test set
# In grey levels of 255, so that the attacked images are bytes.
STRENGTHS = [1, 2, 4, 6, 9, 13, 18, 24]
OUT = os.path.join(idx.MODELS, "fashion-mnist-attack")


def direction(network, images):
    """Sign of the gradient of the cross-entropy with the target class, for every pixel: [n, 28, 28]."""
    signs = []
    for part in torch.from_numpy(idx.to_network_input(images)).split(100):
        part.requires_grad_()
        F.cross_entropy(network(part), torch.full((len(part),), TARGET), reduction="sum").backward()
        signs.append(part.grad.sign()[:, 0])
    return torch.cat(signs).numpy().astype(int)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    idx.add_data_option(parser)
    parser.add_argument("--states", default=STATES, metavar="FOLDER", help="where states are kept")
    args = parser.parse_args()
    torch.set_num_threads(1)
    run = next(run for run in RUNS if run.name == NETWORK)
    stored = torch.load(os.path.join(args.states, f"{NETWORK}.pt"), weights_only=False)
    network = run.build(stored["constants"]).eval()
    network.load_state_dict(stored["snapshots"][-1]["state"])
    network.requires_grad_(False)
    file = f"{run.folder}/{run.file(run.checkpoints)}"
    running = runtime.session(onnx.load(os.path.join(idx.MODELS, file)), optimise=True)

    images, labels = idx.load_split(args.data, "test")
    chosen = idx.first_per_class(labels, N_PER_CLASS)
    images, labels = images[chosen], labels[chosen]
    os.makedirs(OUT, exist_ok=True)
    idx.write_idx(os.path.join(OUT, "labels.idx1-ubyte.gz"), labels)
    card = {"network": run.id(run.checkpoints), "target": TARGET, "method": "targeted FGSM", "sets": []}
    signs = direction(network, images)
    for number, strength in enumerate(STRENGTHS):
        moved = np.clip(images.astype(int) - strength * signs, 0, 255).astype(np.uint8)
        logits = runtime.run(running, ["logits"], [idx.to_network_input(moved)])["logits"]
        f1 = f1_score(labels, logits.argmax(1), average="macro")
        share = (logits.argmax(1) == labels).mean()
        card["sets"].append({
            "strength": round(strength / 255, 5), "greyLevels": strength, "macroF1": round(f1, 4),
            "accuracy": round(float(share), 4),
        })
        print(card["sets"][-1], flush=True)
        idx.write_idx(os.path.join(OUT, f"{number}-images.idx3-ubyte.gz"), moved)
    with open(os.path.join(OUT, "attack.json"), "w", encoding="utf-8") as opened:
        json.dump(card, opened, indent=2)
        opened.write("\n")
    rows = ["| number | grey levels | strength | accuracy | macro-F1 |", "|--:|--:|--:|--:|--:|"]
    rows += [
        f"| {number} | {made['greyLevels']} | {made['strength']} | {made['accuracy']:.1%} | {made['macroF1']:.3f} |"
        for number, made in enumerate(card["sets"])
    ]
    idx.write_tables(os.path.join(OUT, "README.md"), "attack", {"strengths": rows})


if __name__ == "__main__":
    main()
