"""Checks the bundled networks and data and writes models/index.json.

Runs every network with ONNX Runtime on the images it was trained on, on the full test set and on
the bundled test images, and stops if an accuracy differs from the one recorded in the file.
"""

import argparse
import hashlib
import json
import os

import onnx

import idx
import runtime

MODELS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CHECKPOINTS = ["untrained", "half-trained", "trained"]
WEIGHTS_LICENCE = "MIT OR Apache-2.0"
DATA_LICENCE = "MIT, Copyright 2017 Zalando SE"


def accuracy(running, images, labels):
    """Share of right answers."""
    right = 0
    for start in range(0, len(images), 250):
        batch = idx.to_network_input(images[start:start + 250])
        logits = runtime.run(running, ["logits"], batch)["logits"]
        right += int((logits.argmax(1) == labels[start:start + 250]).sum())
    return right / len(labels)


def network_entry(file, full, bundled_test):
    path = os.path.join(MODELS, file)
    with open(path, "rb") as opened:
        content = opened.read()
    model = onnx.load_model_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    properties = {p.key: p.value for p in model.metadata_props}
    running = runtime.session(model)
    for split, (images, labels) in full.items():
        recorded = float(properties[f"{split}_accuracy"])
        measured = accuracy(running, images, labels)
        print(f"{file}  {split}  recorded {recorded}  measured {measured}")
        if recorded != measured:
            raise SystemExit(f"{file} records {split} accuracy {recorded}, but it is {measured}")
    checkpoint = properties["checkpoint"]
    layers = json.loads(properties["observed"])
    shapes = {value.name: value.type.tensor_type.shape for value in model.graph.value_info}
    width = shapes[layers[0]].dim[1].dim_value
    return {
        "id": file.removesuffix(".onnx"),
        "name": f"ResNet on Fashion-MNIST, {checkpoint}",
        "family": properties["family"],
        "dataset": properties["dataset"],
        "checkpoint": checkpoint,
        "epoch": json.loads(properties["epoch"]),
        "seed": json.loads(properties["seed"]),
        "file": file,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "trainAccuracy": json.loads(properties["train_accuracy"]),
        "testAccuracy": json.loads(properties["test_accuracy"]),
        "bundledTestAccuracy": accuracy(running, *bundled_test),
        "layers": layers,
        "width": width,
        "licence": WEIGHTS_LICENCE,
    }


def dataset_entry(split):
    files = [
        f"fashion-mnist/{split}-images.idx3-ubyte.gz",
        f"fashion-mnist/{split}-labels.idx1-ubyte.gz",
        "fashion-mnist/classes.txt",
    ]
    images, labels = (idx.read_idx(os.path.join(MODELS, file)) for file in files[:2])
    with open(os.path.join(MODELS, files[2]), encoding="utf-8") as opened:
        classes = opened.read().splitlines()
    assert len(images) == len(labels) and set(labels) == set(range(len(classes)))
    kind = {"train": "training", "test": "test"}[split]
    return {
        "id": f"fashion-mnist-{split}",
        "name": f"Fashion-MNIST, {len(images):,} {kind} images",
        "files": files,
        "n": len(images),
        "shape": list(images.shape[1:]),
        "classes": classes,
        "bytes": sum(os.path.getsize(os.path.join(MODELS, file)) for file in files),
        "licence": DATA_LICENCE,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    idx.add_data_option(parser)
    args = parser.parse_args()
    images, labels = idx.load_split(args.data, "train")
    chosen = idx.first_per_class(labels, idx.N_TRAIN_PER_CLASS)
    full = {"train": (images[chosen], labels[chosen]), "test": idx.load_split(args.data, "test")}
    datasets = [dataset_entry("train"), dataset_entry("test")]
    bundled_test = [idx.read_idx(os.path.join(MODELS, file)) for file in datasets[1]["files"][:2]]
    networks = [
        network_entry(f"resnet-fashion-mnist-{checkpoint}.onnx", full, bundled_test)
        for checkpoint in CHECKPOINTS
    ]
    with open(os.path.join(MODELS, "index.json"), "w", encoding="utf-8") as file:
        json.dump({"networks": networks, "datasets": datasets}, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
