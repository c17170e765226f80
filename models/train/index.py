"""Checks the bundled networks and data and writes models/index.json.

Runs every network with ONNX Runtime on training and test samples and on the bundled test samples, and stops if an accuracy differs from the one recorded in the file. `--quick` runs
the bundled test samples only.
"""

import argparse
import hashlib
import json
import os

import onnx

import digits
import glosses
import idx
import runtime
from families import RUNS

WEIGHTS_LICENCE = "MIT OR Apache-2.0"
LICENCES = {
    "fashion-mnist": "MIT, Copyright 2017 Zalando SE",
    "digits": "CC BY 4.0, E. Alpaydin and C. Kaynak, 1998",
    "wordnet": "WordNet 3.0, Copyright 2006 by Princeton University",
}


def samples_of(run, directory, last):
    """Inputs and labels by part: "train", "test" and "bundled" (test samples that the page has)."""
    data = run.data(directory)
    parts = data.measured(last)
    if run.dataset == "wordnet":
        texts, labels = glosses.read_bundle("test")
        parts["bundled"] = ([x.numpy() for x in glosses.encode(run.family, texts)], labels)
    elif run.dataset == "digits":
        parts["bundled"] = parts["test"]
    else:
        images, labels = (
            idx.read_idx(os.path.join(idx.MODELS, "fashion-mnist", file))
            for file in ("test-images.idx3-ubyte.gz", "test-labels.idx1-ubyte.gz")
        )
        parts["bundled"] = ([idx.to_network_input(images)], labels)
    return parts


def network_entry(run, number, parts, quick):
    file = f"{run.folder}/{run.file(number)}"
    with open(os.path.join(idx.MODELS, file), "rb") as opened:
        content = opened.read()
    model = onnx.load_model_from_string(content)
    properties = {p.key: p.value for p in model.metadata_props}
    running = runtime.session(model, optimise=True)
    for part in () if quick else ("train", "test"):
        recorded = float(properties[f"{part}_accuracy"])
        measured = runtime.accuracy(running, *parts[part])
        print(f"{file}  {part}  recorded {recorded:.4f}  measured {measured:.4f}", flush=True)
        # One sample on the edge may go either way on another processor.
        if abs(recorded - measured) > 0.001:
            raise SystemExit(f"{file} records {part} accuracy {recorded}, but it is {measured}")
    layers = json.loads(properties["observed"])
    shapes = {value.name: value.type.tensor_type.shape for value in model.graph.value_info}
    shape = shapes[layers[0]].dim
    stage = properties["stage"]
    entry = {
        "id": run.id(number),
        "name": f"{run.title}, {stage}",
        "family": run.family,
        "familyName": run.family_name,
        "group": run.group,
        "kind": "text" if run.dataset == "wordnet" else "image",
        "dataset": run.dataset,
        "checkpoint": number,
        "stage": stage,
        "epoch": json.loads(properties["epoch"]),
        "seed": run.seed,
        "file": file,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "parameters": json.loads(properties["parameters"]),
        "width": (shape[1] if len(shape) == 4 else shape[2]).dim_value,
        "layers": layers,
        "pooling": properties["pooling"],
        "trainAccuracy": json.loads(properties["train_accuracy"]),
        "testAccuracy": json.loads(properties["test_accuracy"]),
        "bundledTestAccuracy": runtime.accuracy(running, *parts["bundled"]),
        "licence": WEIGHTS_LICENCE,
    }
    options = dict(run.options)
    if run.network.__name__ == "ResNet":
        entry["activation"] = options.get("activation", "relu")
    if run.group == "generalisation":
        entry["hyper"] = {
            "depth": sum(options["stages"]), "width": entry["width"], "epochs": run.epochs, "rate": run.rate,
            "decay": run.decay, "noise": run.noise, "images": 10 * run.n_per_class,
        }
    if entry["kind"] == "text":
        entry |= {"tokenizer": glosses.tokenizer_file(run.family), "maxTokens": glosses.MAX_TOKENS}
    if number == run.checkpoints:
        entry["trainAccuracyAll"] = json.loads(properties["train_accuracy_all"])
    return entry


def read_lines(file):
    with open(os.path.join(idx.MODELS, file), encoding="utf-8") as opened:
        return opened.read().splitlines()


def dataset_entry(name, title, kind, files, **more):
    """`files`: samples, labels, names of the classes."""
    labels = idx.read_idx(os.path.join(idx.MODELS, files[1]))
    classes = read_lines(files[2])
    assert set(labels) == set(range(len(classes)))
    if kind == "image":
        images = idx.read_idx(os.path.join(idx.MODELS, files[0]))
        n, shape = len(images), list(images.shape[1:])
    else:
        n, shape = len(glosses.read_bundle(os.path.basename(files[0]).split("-")[0])[0]), [glosses.MAX_TOKENS]
    assert n == len(labels)
    return {
        "id": name,
        "name": title.format(n=f"{n:,}"),
        "kind": kind,
        "files": files,
        "n": n,
        "shape": shape,
        "classes": classes,
        "bytes": sum(os.path.getsize(os.path.join(idx.MODELS, file)) for file in files),
        "licence": next(licence for stem, licence in LICENCES.items() if name.startswith(stem)),
        **more,
    }


def datasets():
    entries = []
    for split, words in (("train", "training"), ("test", "test")):
        entries.append(dataset_entry(f"fashion-mnist-{split}", f"Fashion-MNIST, {{n}} {words} images", "image", [
            f"fashion-mnist/{split}-images.idx3-ubyte.gz", f"fashion-mnist/{split}-labels.idx1-ubyte.gz",
            "fashion-mnist/classes.txt",
        ]))
    n_test = int(digits.is_test().sum())
    entries.append(dataset_entry("digits", "Handwritten digits, {n} images", "image", [
        "digits/images.idx3-ubyte.gz", "digits/labels.idx1-ubyte.gz", "digits/classes.txt",
    ], nTest=n_test))
    for split, words in (("train", "training"), ("test", "test")):
        entries.append(dataset_entry(f"wordnet-{split}", f"WordNet, {{n}} {words} glosses", "text", [
            f"wordnet/{split}-texts.txt.gz", f"wordnet/{split}-labels.idx1-ubyte.gz", "wordnet/classes.txt",
        ]))
    card = os.path.join(idx.MODELS, "fashion-mnist-attack", "attack.json")
    if os.path.exists(card):
        with open(card, encoding="utf-8") as opened:
            attack = json.load(opened)
        for number, measured in enumerate(attack["sets"]):
            entries.append(dataset_entry(
                f"fashion-mnist-attack-{number}",
                f"Fashion-MNIST, {{n}} test images attacked, {measured['greyLevels']} of 255 grey levels", "image",
                [f"fashion-mnist-attack/{number}-images.idx3-ubyte.gz", "fashion-mnist-attack/labels.idx1-ubyte.gz",
                 "fashion-mnist/classes.txt"],
                attack={"strength": measured["strength"], "macroF1": measured["macroF1"],
                        "network": attack["network"]},
            ))
    return entries


def percent(share):
    return f"{100 * share:.1f}"


def network_tables(networks):
    """The two tables of models/README.md: families and other checkpointed runs, and the small ResNets."""
    rows = [
        "| network | parameters | bytes, each | " + "".join(f"{n} | " for n in range(1, 9)) + "all |",
        "|---|--:|--:|" + "--:|" * 9,
    ]
    small = [
        "| small ResNet | blocks | images | epochs | highest rate | weight decay | random labels | training | test |",
        "|---|" + "--:|" * 8,
    ]
    for run in RUNS:
        entries = [e for e in networks if e["id"] in {run.id(n) for n in range(1, run.checkpoints + 1)}]
        if not entries:
            continue
        last = entries[-1]
        if run.group == "generalisation":
            h = last["hyper"]
            small.append(
                f"| `{last['id']}` | {h['depth']} | {h['images']:,} | {h['epochs']} | {h['rate']} | {h['decay']} | "
                f"{h['noise']:.0%} | {percent(last['trainAccuracy'])} | {percent(last['testAccuracy'])} |"
            )
            continue
        cells = [f"{percent(e['trainAccuracy'])} / {percent(e['testAccuracy'])}" for e in entries]
        cells += [""] * (8 - len(cells))
        rows.append(
            f"| {run.title} (`{run.name}-1` …) | {last['parameters']:,} | {last['bytes']:,} | {' | '.join(cells)} | "
            f"{percent(last['trainAccuracyAll'])} |"
        )
    return {"networks": rows, "small": small}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    idx.add_data_option(parser)
    parser.add_argument("--quick", action="store_true", help="only the bundled test samples")
    args = parser.parse_args()
    networks = []
    for run in RUNS:
        files = [os.path.join(idx.MODELS, run.folder, run.file(n)) for n in range(1, run.checkpoints + 1)]
        if not all(map(os.path.exists, files)):
            print(f"{run.name} is not there")
            continue
        for number in range(1, run.checkpoints + 1):
            parts = samples_of(run, args.data, last=number == run.checkpoints)
            networks.append(network_entry(run, number, parts, args.quick))
    with open(os.path.join(idx.MODELS, "index.json"), "w", encoding="utf-8") as file:
        json.dump({"networks": networks, "datasets": datasets()}, file, indent=1)
        file.write("\n")
    idx.write_tables(os.path.join(idx.MODELS, "README.md"), "index", network_tables(networks))


if __name__ == "__main__":
    main()
