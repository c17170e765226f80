"""Training with snapshots, and the choice of the snapshots that become checkpoints."""

import copy
import time

import numpy as np
import torch
from torch.nn import functional as F

import glosses

# Epochs after which the curve is measured and a snapshot kept: dense where the accuracy rises.
EARLY = [0, *np.geomspace(0.15, 2, 20).round(4), 2.5]
LOWEST = 0.60  # test accuracy of the second checkpoint; the first is untrained


@torch.no_grad()
def calibrated(network, calibration):
    """A copy ready for evaluation, whose batch normalisation has the statistics of `calibration`.

    The running averages kept during training lag behind the weights: early in training they
    describe a network that no longer exists.
    """
    network = copy.deepcopy(network).train()
    norms = [module for module in network.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    for module in norms:
        module.reset_running_stats()
        module.momentum = None  # a plain mean over batches
    if norms:
        for batch in zip(*(part.split(250) for part in calibration)):
            network(*batch)
    return network.eval()


@torch.no_grad()
def accuracy(network, inputs, labels):
    """Share of right answers."""
    parts = zip(labels.split(250), *(part.split(250) for part in inputs))
    return sum((network(*x).argmax(1) == y).sum().item() for y, *x in parts) / len(labels)


def fit(run, network, data, note=print):
    """Train as `run` says. Returns snapshots: dictionaries of epoch, loss, probe accuracy and state, in order."""
    n_batches = data.n_batches(run.batch)
    steps = run.epochs * n_batches
    labels = data
    if run.noise:
        generator = torch.Generator().manual_seed(run.seed)
        flipped = torch.rand(len(data.train_labels), generator=generator) < run.noise
        random = torch.randint(10, (len(data.train_labels),), generator=generator)
        labels = copy.copy(data)
        labels.train_labels = torch.where(flipped, random, data.train_labels)
    optimiser = torch.optim.AdamW(network.parameters(), run.rate, weight_decay=run.decay, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, run.rate, total_steps=steps)
    epochs = [0, run.epochs]
    if run.checkpoints > 1:
        early = EARLY if run.checkpoints > 3 else EARLY[::3]
        epochs = sorted({*(e for e in early if e < run.epochs), *range(3, run.epochs + 1), run.epochs})
    measured = {round(epoch * n_batches): epoch for epoch in epochs}
    snapshots, losses, step, start = [], [], 0, time.process_time()

    def measure():
        ready = calibrated(network, data.calibration)
        snapshots.append({
            "epoch": float(measured[step]), "step": step, "loss": float(np.mean(losses)) if losses else None,
            "probe": accuracy(ready, data.probe, data.probe_labels), "state": ready.state_dict(),
        })
        losses.clear()
        last = snapshots[-1]
        note(f"{run.name}  epoch {last['epoch']:7.3f}  loss {last['loss'] or 0:.4f}  probe {last['probe']:.4f}"
             f"  {time.process_time() - start:5.0f} s", flush=True)

    measure()
    for epoch in range(run.epochs):
        is_free = epoch >= run.epochs - run.free_epochs
        for inputs, targets in labels.batches(run.batch):
            network.train()
            if run.word_dropout and not is_free:
                ids, *rest = inputs
                inputs = glosses.masked(run.family, ids, run.word_dropout), *rest
            optimiser.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=run.bfloat16):
                logits = network(*inputs)
            if data.prior is not None:
                # The loss alone learns how frequent the classes are; the logits treat them alike.
                logits = logits + data.prior
            loss = F.cross_entropy(logits.float(), targets, label_smoothing=0.0 if is_free else run.smoothing)
            loss.backward()
            if run.clip:
                torch.nn.utils.clip_grad_norm_(network.parameters(), run.clip)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
            step += 1
            if step in measured:
                measure()
    return snapshots


def choose(snapshots, n):
    """The first snapshot, the last, and between them those whose accuracies rise most evenly from about 60 %.

    Of all ways to take n - 2 snapshots in order, the one with the least sum of squared steps in accuracy.
    """
    if n == 1:
        return [snapshots[-1]]
    values = [snapshot["probe"] for snapshot in snapshots]
    if n == 3:
        middle = (values[0] + 2 * max(values)) / 3
        return [snapshots[0], min(snapshots[1:-1], key=lambda s: abs(s["probe"] - middle)), snapshots[-1]]
    start = min(range(1, len(values) - n + 2), key=lambda i: abs(values[i] - LOWEST))
    # Least cost to reach a snapshot from `start` in so many steps, and the way there.
    reached = {start: (0.0, [start])}
    for _ in range(n - 2):
        further = {}
        for end in range(start + 1, len(values)):
            ways = [
                (cost + (values[end] - values[way[-1]]) ** 2, [*way, end])
                for at, (cost, way) in reached.items() if at < end
            ]
            if ways:
                further[end] = min(ways)
        reached = further
    return [snapshots[i] for i in (0, *reached[len(values) - 1][1])]
