"""Writes the data sets that the page bundles: models/fashion-mnist, models/digits and models/wordnet.

Fashion-MNIST: the first 300 training and the first 100 test images of each class, in the order of the
full files. Networks were trained on the first images of each class, 50 to 1,000. WordNet: the first 300 training and 100 test glosses of each class in the shuffled order of
glosses.py. Digits: all.
"""

import argparse
import gzip
import os

import numpy as np

import digits
import glosses
import idx

N_PER_CLASS = {"train": 300, "test": 100}


def folder(name):
    path = os.path.join(idx.MODELS, name)
    os.makedirs(path, exist_ok=True)
    return path


def write_lines(path, lines):
    """One a line, with a line end after the last; gzipped, the same way each time, where the name says so."""
    content = "".join(f"{line}\n" for line in lines).encode()
    with open(path, "wb") as file:
        if path.endswith(".gz"):
            with gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
                packed.write(content)
        else:
            file.write(content)


def fashion_mnist(directory):
    out = folder("fashion-mnist")
    for split, n_per_class in N_PER_CLASS.items():
        images, labels = idx.load_split(directory, split)
        chosen = idx.first_per_class(labels, n_per_class)
        idx.write_idx(os.path.join(out, f"{split}-images.idx3-ubyte.gz"), images[chosen])
        idx.write_idx(os.path.join(out, f"{split}-labels.idx1-ubyte.gz"), labels[chosen])
    write_lines(os.path.join(out, "classes.txt"), idx.CLASSES)


def handwritten_digits():
    """The training digits first, then the test digits."""
    out = folder("digits")
    (train, train_labels), (test, test_labels) = digits.split("train"), digits.split("test")
    idx.write_idx(os.path.join(out, "images.idx3-ubyte.gz"), np.concatenate([train, test]))
    idx.write_idx(os.path.join(out, "labels.idx1-ubyte.gz"), np.concatenate([train_labels, test_labels]))
    write_lines(os.path.join(out, "classes.txt"), range(10))


def wordnet():
    out = folder("wordnet")
    for split, n_per_class in N_PER_CLASS.items():
        texts, labels = glosses.balanced(split)
        n = n_per_class * len(glosses.CLASSES)
        write_lines(os.path.join(out, f"{split}-texts.txt.gz"), texts[:n])
        idx.write_idx(os.path.join(out, f"{split}-labels.idx1-ubyte.gz"), labels[:n])
    write_lines(os.path.join(out, "classes.txt"), glosses.CLASSES.values())
    for name in glosses.TOKENIZERS:
        glosses.load_tokenizer(name)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    idx.add_data_option(parser)
    args = parser.parse_args()
    fashion_mnist(args.data)
    handwritten_digits()
    wordnet()


if __name__ == "__main__":
    main()
