"""The IDX format of MNIST and Fashion-MNIST, and the balanced subsets this project uses."""

import gzip
import os

import numpy as np

CLASSES = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
]

TRAIN = os.path.dirname(os.path.abspath(__file__))  # this folder
MODELS = os.path.dirname(TRAIN)

# The names under which Debian's dataset-fashion-mnist and the original download keep the files.
SPLITS = {"train": "train", "test": "t10k"}

# Where Debian's package dataset-fashion-mnist puts the full data set.
DEFAULT_DATA = "/usr/share/datasets/fashion-mnist"


def add_data_option(parser):
    """The command-line option for the full Fashion-MNIST."""
    parser.add_argument(
        "--data", default=DEFAULT_DATA, metavar="FOLDER",
        help="folder with the four .gz files of Fashion-MNIST (default: %(default)s)",
    )


def read_idx(path):
    """Read a gzipped IDX file of unsigned bytes."""
    with gzip.open(path, "rb") as file:
        raw = file.read()
    if raw[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path} is not an IDX file of unsigned bytes")
    n_axes = raw[3]
    shape = np.frombuffer(raw, ">u4", n_axes, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * n_axes).reshape(shape)


def write_idx(path, array):
    """Write unsigned bytes as gzipped IDX; the same array always gives the same file."""
    header = b"\x00\x00\x08" + bytes([array.ndim]) + np.array(array.shape, ">u4").tobytes()
    with open(path, "wb") as file:
        with gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
            packed.write(header + array.astype(np.uint8).tobytes())


def load_split(directory, split):
    """Images [n, 28, 28] and labels [n] of the full "train" or "test" split, as bytes."""
    stem = os.path.join(directory, SPLITS[split])
    try:
        return read_idx(f"{stem}-images-idx3-ubyte.gz"), read_idx(f"{stem}-labels-idx1-ubyte.gz")
    except FileNotFoundError as error:
        raise SystemExit(
            f"{error.filename} not found. Install Debian's dataset-fashion-mnist, or download the "
            "four .gz files from https://github.com/zalandoresearch/fashion-mnist, and pass "
            "--data FOLDER."
        ) from None


def first_per_class(labels, n_per_class):
    """Indices of the first `n_per_class` examples of each class, in file order.

    Subsets nest: the first 300 of each class are among the first 1,000.
    """
    chosen = [np.flatnonzero(labels == c)[:n_per_class] for c in range(len(CLASSES))]
    return np.sort(np.concatenate(chosen))


def to_network_input(images):
    """Bytes [n, 28, 28] to the networks' input: float32 [n, 1, 28, 28] in 0..1."""
    return images[:, None].astype(np.float32) / np.float32(255)


def write_tables(path, script, tables):
    """Put rows of tables between the marks that a card has for them."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for name, rows in tables.items():
        start = f"<!-- {name}: written by train/{script}.py -->\n"
        before, rest = text.split(start)
        text = before + start + "\n".join(rows) + "\n" + rest[rest.index("<!-- end -->"):]
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
