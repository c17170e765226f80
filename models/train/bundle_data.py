"""Writes models/fashion-mnist: the balanced samples of Fashion-MNIST that the page bundles.

The first 300 training and the first 100 test images of each class, in the order of the full files.
The networks were trained on the first 1,000 training images of each class, so every bundled
training image is one they saw, and no bundled test image is.
"""

import argparse
import os

import idx

BUNDLE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fashion-mnist")
N_PER_CLASS = {"train": 300, "test": 100}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    idx.add_data_option(parser)
    args = parser.parse_args()
    os.makedirs(BUNDLE, exist_ok=True)
    for split, n_per_class in N_PER_CLASS.items():
        images, labels = idx.load_split(args.data, split)
        chosen = idx.first_per_class(labels, n_per_class)
        idx.write_idx(os.path.join(BUNDLE, f"{split}-images.idx3-ubyte.gz"), images[chosen])
        idx.write_idx(os.path.join(BUNDLE, f"{split}-labels.idx1-ubyte.gz"), labels[chosen])
    with open(os.path.join(BUNDLE, "classes.txt"), "w", encoding="utf-8") as file:
        file.writelines(f"{name}\n" for name in idx.CLASSES)


if __name__ == "__main__":
    main()
