"""Trains the bundled networks: python3 models/train/train.py

One process on one thread, about six minutes. Debian's python3-torch 1.13 is enough (with
python3-onnx and libopenblas0-serial); so is what requirements.txt pins.
"""

import argparse
import copy
import csv
import os
import time

import numpy as np
import torch
from torch.nn import functional as F

import idx
from export import export
from resnet import ResNet

MODELS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SEED = 1
N_CALIBRATE_PER_CLASS = 200
BATCH = 64
EPOCHS = 10
PEAK_RATE = 4e-3
# Where in the training the curve is measured. The early points show the steep part.
MEASURED = [0, 0.25, 0.5, 0.75, *range(1, EPOCHS + 1)]
CHECKPOINTS = {0: "untrained", 0.5: "half-trained", EPOCHS: "trained"}


def to_tensor(images):
    x = torch.from_numpy(idx.to_network_input(images))
    return x.contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def calibrated(network, images):
    """A copy whose batch normalisation has the statistics of `images`, ready for evaluation.

    The running averages kept during training lag behind the weights: early in training they
    describe a network that no longer exists.
    """
    network = copy.deepcopy(network).train()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None  # a plain mean over batches
    for batch in images.split(250):
        network(batch)
    return network.eval()


@torch.no_grad()
def accuracy(network, images, labels):
    """Share of right answers."""
    right = sum(
        (network(x).argmax(1) == y).sum().item()
        for x, y in zip(images.split(250), labels.split(250))
    )
    return right / len(labels)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    idx.add_data_option(parser)
    parser.add_argument("--out", default=MODELS, metavar="FOLDER", help="where to write (default: models)")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)

    train_images, train_labels = idx.load_split(args.data, "train")
    chosen = idx.first_per_class(train_labels, idx.N_TRAIN_PER_CLASS)
    calibration = to_tensor(train_images[idx.first_per_class(train_labels, N_CALIBRATE_PER_CLASS)])
    train_images, train_labels = train_images[chosen], train_labels[chosen]
    mean, std = train_images.mean() / 255, train_images.std() / 255
    x_train, y_train = to_tensor(train_images), torch.from_numpy(train_labels.astype(np.int64))
    test_images, test_labels = idx.load_split(args.data, "test")
    x_test, y_test = to_tensor(test_images), torch.from_numpy(test_labels.astype(np.int64))

    network = ResNet(mean, std).to(memory_format=torch.channels_last)
    n_batches = len(x_train) // BATCH
    optimiser = torch.optim.Adam(network.parameters(), PEAK_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, PEAK_RATE, total_steps=EPOCHS * n_batches
    )
    measured_steps = {round(epoch * n_batches): epoch for epoch in MEASURED}
    os.makedirs(os.path.join(args.out, "train"), exist_ok=True)
    log_path = os.path.join(args.out, "train", "log-resnet-fashion-mnist.csv")

    with open(log_path, "w", newline="") as log_file:
        log = csv.writer(log_file, lineterminator="\n")
        log.writerow(["epoch", "step", "loss", "train_accuracy", "test_accuracy"])
        losses = []

        def measure(step):
            epoch = measured_steps[step]
            ready = calibrated(network, calibration)
            train, test = accuracy(ready, x_train, y_train), accuracy(ready, x_test, y_test)
            loss = f"{np.mean(losses):.4f}" if losses else ""
            losses.clear()
            log.writerow([epoch, step, loss, train, test])
            log_file.flush()
            print(f"epoch {epoch:5}  loss {loss:6}  train {train:.4f}  test {test:.4f}"
                  f"  {time.process_time():5.0f} s", flush=True)
            if epoch in CHECKPOINTS:
                name = f"resnet-fashion-mnist-{CHECKPOINTS[epoch]}.onnx"
                export(ready, os.path.join(args.out, name), {
                    "family": "resnet",
                    "dataset": "fashion-mnist",
                    "checkpoint": CHECKPOINTS[epoch],
                    "epoch": epoch,
                    "seed": SEED,
                    "train_accuracy": train,
                    "test_accuracy": test,
                    "classes": idx.CLASSES,
                    "input_range": "0..1",
                    "observed": [*(f"block{b:02}" for b in range(1, 11)), "logits"],
                })

        measure(0)
        step = 0
        for _ in range(EPOCHS):
            order = torch.randperm(len(x_train))
            for batch in order[: n_batches * BATCH].split(BATCH):
                network.train()
                optimiser.zero_grad()
                loss = F.cross_entropy(network(x_train[batch]), y_train[batch])
                loss.backward()
                optimiser.step()
                schedule.step()
                losses.append(loss.item())
                step += 1
                if step in measured_steps:
                    measure(step)


if __name__ == "__main__":
    main()
