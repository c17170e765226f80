"""The data sets as the training reads them."""

import dataclasses
import functools

import numpy as np
import torch

import digits
import glosses
import idx


@dataclasses.dataclass
class Data:
    """Inputs are tuples of tensors with one row a sample."""

    train: tuple
    train_labels: torch.Tensor
    test: tuple
    test_labels: torch.Tensor
    probe: tuple          # a balanced part of the test samples, to follow the training
    probe_labels: torch.Tensor
    calibration: tuple    # a balanced part of the training samples, for batch normalisation
    constants: tuple      # what the network is built with: mean and deviation of the pixels, or the vocabulary
    prior: torch.Tensor = None  # log share of each class in the training samples where they are not balanced

    def measured(self, last):
        """Samples on which the accuracy of a checkpoint is measured, by part, balanced: of the training set the first
        300 of each class, which are those that the page has, of the test set the first 400; of the last
        checkpoint the whole test set."""
        parts = {"train": (self.train, self.train_labels, 300), "test": (self.test, self.test_labels, 400)}
        found = {}
        for part, (inputs, labels, n) in parts.items():
            rows = idx.first_per_class(labels.numpy(), len(labels) if last and part == "test" else n)
            found[part] = [x[rows].numpy() for x in inputs], labels[rows].numpy()
        return found

    def batches(self, size):
        """Random batches of one epoch; of text, samples of about equal length together, without the padding."""
        order = torch.randperm(len(self.train_labels))
        if len(self.train) == 1:
            for rows in order[: len(order) // size * size].split(size):
                yield (self.train[0][rows],), self.train_labels[rows]
            return
        ids, mask = self.train
        chunks = []
        for part in order.split(size * 32):
            part = part[mask[part].sum(1).argsort(stable=True)]
            chunks.extend(rows for rows in part.split(size) if len(rows) == size)
        for number in torch.randperm(len(chunks)).tolist():
            rows = chunks[number]
            n_tokens = int(mask[rows].sum(1).max())
            yield (ids[rows, :n_tokens], mask[rows, :n_tokens]), self.train_labels[rows]

    def n_batches(self, size):
        return len(self.train_labels) // size


def pixels(images):
    return (torch.from_numpy(idx.to_network_input(images)).contiguous(memory_format=torch.channels_last),)


def long(labels):
    return torch.from_numpy(labels.astype(np.int64))


def of_images(train, train_labels, test, test_labels, n_probe, n_calibration):
    probe = idx.first_per_class(test_labels, n_probe)
    calibration = idx.first_per_class(train_labels, n_calibration)
    return Data(
        pixels(train), long(train_labels), pixels(test), long(test_labels), pixels(test[probe]),
        long(test_labels[probe]), pixels(train[calibration]), (float(train.mean() / 255), float(train.std() / 255)),
    )


@functools.cache
def fashion_mnist(directory, n_per_class):
    """The first images of each class of the training set, and the whole test set."""
    images, labels = idx.load_split(directory, "train")
    chosen = idx.first_per_class(labels, n_per_class)
    return of_images(images[chosen], labels[chosen], *idx.load_split(directory, "test"), 100, min(100, n_per_class))


@functools.cache
def handwritten_digits():
    return of_images(*digits.split("train"), *digits.split("test"), 100, 100)


@functools.cache
def wordnet(tokenizer):
    """The glosses as token numbers and attention mask, by one of the two tokenizers. Training reads the balanced
    glosses, which come first, and all others of the ten classes."""
    (balanced, balanced_labels), (more, more_labels) = glosses.balanced("train"), glosses.further()
    train, train_labels = glosses.encode(tokenizer, balanced + more), long(np.append(balanced_labels, more_labels))
    texts, labels = glosses.balanced("test")
    test, test_labels = glosses.encode(tokenizer, texts), long(labels)
    probe = tuple(part[:1000] for part in test)
    return Data(
        train, train_labels, test, test_labels, probe, test_labels[:1000], (),
        (glosses.load_tokenizer(tokenizer).get_vocab_size(),),
        prior=(train_labels.bincount() / len(train_labels)).log(),
    )
