"""The 1,797 handwritten digits that scikit-learn ships, scaled from 8x8 to 28x28 pixels."""

import functools

import numpy as np
from sklearn.datasets import load_digits

SEED = 1
N_TEST_PER_CLASS = 40


@functools.cache
def all_digits():
    """Images [1797, 28, 28] as bytes and labels, in scikit-learn's order.

    24x24 by linear interpolation between the 8x8 pixels (grey levels 0 to 16), with a dark rim of 2 pixels
    as in MNIST.
    """
    data = load_digits()
    # Centres of the new pixels in units of the old ones; beyond the outer centres the outer pixel holds.
    at = np.clip((np.arange(24) + 0.5) / 3 - 0.5, 0, 7)
    low = np.minimum(at.astype(int), 6)
    weights = np.zeros((24, 8))
    weights[np.arange(24), low] = 1 - (at - low)
    weights[np.arange(24), low + 1] += at - low
    scaled = weights @ data.images @ weights.T * (255 / 16)
    images = np.zeros((len(scaled), 28, 28), np.uint8)
    images[:, 2:26, 2:26] = np.rint(scaled)
    return images, data.target.astype(np.uint8)


def is_test():
    """Which digits are kept for the test: 40 of each class, drawn once with a fixed seed."""
    labels = all_digits()[1]
    generator = np.random.default_rng(SEED)
    chosen = np.zeros(len(labels), bool)
    for c in range(10):
        chosen[generator.permutation(np.flatnonzero(labels == c))[:N_TEST_PER_CLASS]] = True
    return chosen


def split(part):
    images, labels = all_digits()
    chosen = is_test() if part == "test" else ~is_test()
    return images[chosen], labels[chosen]
