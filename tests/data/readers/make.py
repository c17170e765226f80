"""Writes the files that tests/recorded_files.rs reads, with the libraries that people save their data with.

Run in this folder after `pip install -r requirements.txt`. Every array holds i * 3 - 5 in row-major order where its
type can, so that a test needs no second file to know it.
"""

import gzip
import math
import struct
import zipfile
import zlib
from pathlib import Path

import ml_dtypes
import numpy as np
import scipy.sparse
from PIL import Image, ImageOps
from safetensors.numpy import save_file
from torchvision import transforms

HERE = Path(__file__).parent


def ramp(shape, dtype):
    """Row-major i * 3 - 5, or i * 3 + 1 without a sign, or the parity of i for booleans."""
    i = np.arange(np.prod(shape)).reshape(shape)
    kind = np.dtype(dtype).kind
    if kind == "b":
        return i % 2 == 1
    return (i * 3 + 1 if kind == "u" else i * 3 - 5).astype(dtype)


def arrays():
    for dtype in ["?", "i1", "u1", "<i2", ">i2", "<u2", ">u2", "<i4", ">i4", "<u4", ">u4", "<i8", ">i8", "<u8", ">u8"]:
        save(f"plain-{name(dtype)}", ramp((4, 3), dtype))
    for dtype in ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
        save(f"plain-{name(dtype)}", ramp((4, 3), dtype))
        save(f"fortran-{name(dtype)}", np.asfortranarray(ramp((2, 3, 4), dtype)))
    for version in [(1, 0), (2, 0), (3, 0)]:
        with open(HERE / f"version-{version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, ramp((4, 3), "<f4"), version=version)
    save("grey-u1", ramp((2, 5, 4), "u1"))
    save("colour-u1", ramp((2, 3, 4, 3), "u1"))
    save("planes-u1", ramp((2, 3, 3, 4), "u1"))
    save("planes-f4", ramp((2, 3, 3, 4), "<f4"))
    save("labels-i8", np.array([2, 0, 1, 2]))
    save("refused-object", np.array([[1], [2, 3]], dtype=object), pickle=True)
    save("refused-complex", np.ones((2, 2), complex))
    save("refused-structured", np.zeros(3, dtype=[("x", "<f4"), ("y", "<f4")]))
    save("refused-text", np.array(["cat", "dog"]))
    save("refused-text-table", np.array([["cat", "dog"]]))


def archives():
    """Arrays with names: samples with labels, and the activations of layers as a hook would record them."""
    labels = np.array([1, 0, 1, 1])
    names = np.array(["cat", "dög"])
    layers = {
        "layer2": ramp((4, 3, 2, 2), "<f4"),
        "layer10": np.asfortranarray(ramp((4, 5), "<f8")),
        "tokens": ramp((4, 2, 3), "<f2"),
    }
    np.savez(HERE / "activations.npz", **layers, labels=labels, classes=names, epoch=7)
    np.savez_compressed(HERE / "activations-packed.npz", **layers, labels=labels, classes=names, epoch=7)
    save_file({**layers, "layer10": ramp((4, 5), "<f8"), "labels": labels}, HERE / "activations.safetensors")
    np.savez_compressed(HERE / "samples.npz", X=ramp((4, 3), ">f4"), y=labels.reshape(4, 1))
    np.savez(HERE / "split.npz", x_train=ramp((6, 2), "<f4"), y_train=np.arange(6), x_test=ramp((4, 2), "<f4"), y_test=labels)
    np.savez(HERE / "words.npz", data=ramp((4, 3), "<f4"), labels=np.array([b"lily", b"rose", b"lily", b"lily"]))
    np.savez(HERE / "single.npz", ramp((4, 3), "<i2"))
    ids = np.array([[101, 2023, 102, 0], [101, 102, 0, 0]])
    np.savez(HERE / "token-ids.npz", input_ids=ids, attention_mask=(ids > 0).astype("i8"), labels=np.array([1, 0]))
    np.savez(HERE / "refused-objects.npz", a=np.array([[1], [2, 3]], dtype=object))
    np.savez(HERE / "refused-weights.npz", weight=ramp((4, 3), "<f4"), bias=ramp((5,), "<f4"))
    dtypes = ["bool", "u1", "i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4", "<f8", ml_dtypes.bfloat16]
    for dtype in dtypes:
        tensor = ramp((4, 3), dtype)
        save_file({"x": tensor}, HERE / f"plain-{tensor.dtype.name}.safetensors", metadata={"format": "np"})
    save_file({"x": ramp((4, 3), ml_dtypes.float8_e4m3fn)}, HERE / "refused-float8.safetensors")
    save("plain-bfloat16", ramp((4, 3), ml_dtypes.bfloat16))
    save("words-unicode", np.array(["cat", "dög", "cat", "猫"]))
    save("words-big-endian", np.array(["cat", "dög", "cat", "猫"]).astype(">U3"))


def name(dtype):
    return dtype.replace("<", "little-").replace(">", "big-").replace("?", "bool")


def save(stem, array, pickle=False):
    np.save(HERE / f"{stem}.npy", array, allow_pickle=pickle)


def idx(stem, code, array):
    header = bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    with gzip.GzipFile(HERE / f"{stem}.gz", "wb", mtime=0) as file:
        file.write(header + array.astype(array.dtype.newbyteorder(">")).tobytes())


def pixels(height, width, channels):
    """Smooth waves with sharp squares, the same on every machine."""
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    waves = 120 + 60 * np.sin(x / 3 + c) + 50 * np.cos(y / 5 - c)
    return np.where((x // 8 + y // 8 + c) % 3 == 0, 255 - waves, waves).astype("u1")


def pictures():
    colour = Image.fromarray(pixels(45, 60, 3))
    grey = Image.fromarray(pixels(45, 60, 1)[..., 0])
    with_alpha = Image.fromarray(pixels(9, 12, 4))
    deep = Image.fromarray((np.arange(48, dtype="u2") * 1394).reshape(6, 8))
    colour.save(HERE / "colour.png")
    grey.save(HERE / "grey.png")
    with_alpha.save(HERE / "alpha.png")
    with_alpha.convert("LA").save(HERE / "grey-alpha.png")
    white = Image.new("RGBA", with_alpha.size, "white")
    Image.alpha_composite(white, with_alpha).convert("RGB").save(HERE / "alpha-on-white.png")
    deep.save(HERE / "deep.png")
    few = colour.quantize(16)
    few.save(HERE / "palette.png")
    few.convert("RGB").save(HERE / "palette-unpacked.png")
    Image.fromarray(pixels(9, 12, 1)[..., 0] > 120).save(HERE / "one-bit.png")
    exif = Image.Exif()
    for orientation in range(1, 9):
        # A quarter of the picture is dark: its corner tells all eight orientations with the sides.
        quarter = np.full((16, 32), 255, "u1")
        quarter[:8, :16] = 0
        exif[0x0112] = orientation
        stem = f"orientation-{orientation}"
        Image.fromarray(quarter).save(HERE / f"{stem}.jpg", quality=95, exif=exif)
        with Image.open(HERE / f"{stem}.jpg") as turned:
            ImageOps.exif_transpose(turned).save(HERE / f"{stem}-upright.png")
    colour.save(HERE / "photo.jpg", quality=90)
    colour.save(HERE / "progressive.jpg", quality=90, progressive=True)
    colour.convert("CMYK").save(HERE / "print.jpg", quality=90)
    colour.save(HERE / "photo.webp", quality=90)
    colour.save(HERE / "lossless.webp", lossless=True)
    with_alpha.save(HERE / "alpha.webp", lossless=True, exact=True)
    grey.save(HERE / "grey.webp", lossless=True)
    colour.save(HERE / "colour.bmp")
    grey.save(HERE / "grey.bmp")
    grey.save(HERE / "grey.gif")
    few.save(HERE / "palette.gif")
    few.save(HERE / "moving.gif", save_all=True, append_images=[few.rotate(90, expand=False)], duration=100)
    colour.convert("CMYK").convert("RGB").save(HERE / "print-unpacked.png")
    resampling(colour, grey)
    # What torchvision's Resize with antialias and PIL's own do.
    for what, picture in [("grey", grey), ("colour", colour)]:
        for width, height in [(28, 28), (13, 40), (90, 80)]:
            picture.resize((width, height), Image.Resampling.BILINEAR).save(HERE / f"{what}-{width}x{height}.png")


def resampling(colour, grey):
    """Checksums of the bytes of pictures at other sizes, with the three ways to get there."""
    rng = np.random.default_rng(5)
    sizes = [(1, 1), (60, 45), (60, 7), (7, 45), (224, 224), (32, 32), (61, 44), (3, 200)]
    sizes += [tuple(int(n) for n in rng.integers(1, 130, 2)) for _ in range(24)]
    lines = ["picture,fit,width,height,crc32"]
    for name, picture in [("colour", colour), ("grey", grey), ("high", colour.rotate(90, expand=True))]:
        picture.save(HERE / f"{name}.png")
        for size in sizes:
            stretched = picture.resize(size, Image.Resampling.BILINEAR)
            padded = ImageOps.pad(picture, size, method=Image.Resampling.BILINEAR)
            crops = [(f"crop-{ratio}", cropped(picture, size, ratio)) for ratio in [0.875, 0.9, 0.95]]
            for fit, result in [("stretch", stretched), ("crop", cropped(picture, size)), *crops, ("letterbox", padded)]:
                lines.append(f"{name},{fit},{size[0]},{size[1]},{zlib.crc32(result.tobytes())}")
    (HERE / "resampling.csv").write_text("\n".join(lines) + "\n")


def floats():
    """Checksums of numbers at other sizes, as Pillow's mode F has them."""
    rng = np.random.default_rng(6)
    lines = ["width,height,to_width,to_height,crc32"]
    for case in range(40):
        width, height, to_width, to_height = (int(n) for n in rng.integers(1, 70, 4))
        if case % 4 == 0:
            height, to_width, to_height = 3 * height, width, height
        i = np.arange(width * height).reshape(height, width)
        numbers = Image.fromarray((i * 7919 % 1000 / 8 - 60).astype("f4"))
        resized = np.asarray(numbers.resize((to_width, to_height), Image.Resampling.BILINEAR))
        lines.append(f"{width},{height},{to_width},{to_height},{zlib.crc32(resized.tobytes())}")
    (HERE / "resampling-floats.csv").write_text("\n".join(lines) + "\n")


def evaluation():
    """Checksums of what torchvision's way of evaluating makes of pictures."""
    lines = ["picture,fit,width,height,crc32"]
    for name in ["colour", "grey", "high"]:
        picture = Image.open(HERE / f"{name}.png")
        for ratio in [1, 0.875, 0.9, 0.95, 0.96]:
            for side in [28, 32, 96, 224]:
                way = transforms.Compose([transforms.Resize(math.floor(side / ratio)), transforms.CenterCrop(side)])
                fit = "crop" if ratio == 1 else f"crop-{ratio}"
                lines.append(f"{name},{fit},{side},{side},{zlib.crc32(way(picture).tobytes())}")
    (HERE / "evaluation.csv").write_text("\n".join(lines) + "\n")


def cropped(picture, size, ratio=1.0):
    """torchvision's Resize to the shorter side, divided by the ratio as timm does, and CenterCrop, for any proportions."""
    (width, height), (to_width, to_height) = picture.size, size
    whole_width, whole_height = (math.floor(side / ratio) for side in size)
    if width * whole_height <= height * whole_width:
        between = (whole_width, max(whole_height, int(whole_width * height / width)))
    else:
        between = (max(whole_width, int(whole_height * width / height)), whole_height)
    left, top = (int(round((a - b) / 2.0)) for a, b in zip(between, size))
    resized = picture.resize(between, Image.Resampling.BILINEAR)
    return resized.crop((left, top, left + to_width, top + to_height))


def dipha():
    points = np.arange(5, dtype="<f8") ** 1.5
    distances = np.abs(points[:, None] - points[None])
    np.savetxt(HERE / "line-distances.csv", distances, delimiter=",")
    (HERE / "line.dipha").write_bytes(struct.pack("<qqq", 8067171840, 7, 5) + distances.tobytes())
    np.save(HERE / "line-distances-condensed.npy", distances[np.triu_indices(5, 1)])


def sparse_distances():
    """The distances of points nearer than 1.2 in every sparse form, and all of them for comparison."""
    points = np.random.default_rng(11).normal(size=(24, 2))
    full = np.sqrt(((points[:, None] - points[None]) ** 2).sum(-1))
    np.savetxt(HERE / "cloud-distances.csv", full, delimiter=",")
    row, column = np.nonzero(np.triu(full <= 1.2, 1))
    length = full[row, column]
    upper = scipy.sparse.coo_matrix((length, (row, column)), shape=full.shape)
    both = upper + upper.T
    lines = [f"{i} {j} {d!r}" for i, j, d in zip(row, column, length.tolist())]
    (HERE / "near-pairs.txt").write_text("\n".join(lines) + "\n")
    commas = [line.replace(" ", ",") for line in reversed(lines)]
    (HERE / "near-pairs.csv").write_text("source,target,distance\n" + "\n".join(commas) + "\n")
    np.save(HERE / "near-sparse.npy", np.stack([row, column, length], 1))
    scipy.sparse.save_npz(HERE / "near-coo.npz", upper, compressed=False)
    scipy.sparse.save_npz(HERE / "near-csr.npz", both.tocsr())
    scipy.sparse.save_npz(HERE / "near-csc.npz", upper.tocsc())
    scipy.sparse.save_npz(HERE / "near-array.npz", scipy.sparse.csr_array(both))
    (HERE / "near.dipha").write_bytes(dipha_sparse(both.tocsr()))


def dipha_sparse(csr):
    n = csr.shape[0]
    counts, others = np.diff(csr.indptr).astype("<i8"), csr.indices.astype("<i8")
    return struct.pack("<qqq", 8067171840, 8, n) + counts.tobytes() + others.tobytes() + csr.data.astype("<f8").tobytes()


def broken_sparse(put, folder):
    def save(name, matrix, **changes):
        scipy.sparse.save_npz(folder / name, matrix)
        if changes:
            with np.load(folder / name) as arrays:
                np.savez_compressed(folder / name, **{**arrays, **changes})

    ring = scipy.sparse.coo_matrix((np.ones(5), (np.arange(5), (np.arange(5) + 1) % 5)), shape=(5, 5))
    save("sparse-outside.npz", ring, col=np.array([1, 2, 3, 4, 5]))
    save("sparse-rows.npz", ring.tocsr(), indptr=np.array([0, 2, 1, 3, 4, 5]))
    save("sparse-not-square.npz", scipy.sparse.csr_matrix(np.eye(5, 7)))
    save("sparse-blocks.npz", scipy.sparse.bsr_matrix(np.ones((4, 4)) - np.eye(4), blocksize=(2, 2)))
    save("sparse-similarities.npz", scipy.sparse.csr_matrix(np.ones((4, 4))))
    put("two-lengths.sparse", b"0 1 1\n1 2 1\n1 0 2\n")
    put("half-a-point.csv", b"i,j,d\n0,1,1\n0,1.5,1\n")
    put("negative.sparse", b"0 1 1\n1 2 -1\n")
    contents = dipha_sparse((ring + ring.T).tocsr())
    put("cut-sparse.dipha", contents[: len(contents) * 3 // 4])


def zipped(path, files, method=zipfile.ZIP_DEFLATED):
    """The same bytes at every run."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for inner, contents in files.items():
            archive.writestr(zipfile.ZipInfo(inner), contents, compress_type=method)


def zips():
    bytes_of = {name: (HERE / name).read_bytes() for name in ["colour.png", "photo.jpg", "grey.png"]}
    inside = {"set/colour/2.png": bytes_of["colour.png"], "set/colour/10.jpg": bytes_of["photo.jpg"]}
    zipped(HERE / "pictures.zip", {**inside, "set/grey/1.png": bytes_of["grey.png"], "__MACOSX/set/._1.png": b"x"})
    zipped(HERE / "stored.zip", {"points.csv": "1,2\n3,4\n"}, zipfile.ZIP_STORED)


def broken():
    """One small file of each kind that is refused, with the reason as its name."""
    folder = HERE / "broken"
    folder.mkdir(exist_ok=True)

    def put(name, contents):
        (folder / name).write_bytes(contents)

    good = ["colour.png", "photo.jpg", "lossless.webp", "version-1.npy", "samples.npz", "pictures.zip"]
    for name in [*good, "activations.safetensors", "images.idx3-ubyte.gz", "line.dipha"]:
        contents = (HERE / name).read_bytes()
        put(f"cut-{name}", contents[: len(contents) * 3 // 4])
    png = bytearray((HERE / "grey.png").read_bytes())
    png[16:24] = struct.pack(">II", 60_000, 60_000)
    png[29:33] = struct.pack(">I", zlib.crc32(png[12:29]))
    put("60000-by-60000.png", png)
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483648, 3), }".ljust(117) + "\n"
    put("2-31-rows.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + bytes(12))
    put("2-31-rows.idx", bytes([0, 0, 0x08, 2]) + struct.pack(">2I", 2**31, 3) + bytes(12))
    zipped(folder / "nested.zip", {"inner.zip": (HERE / "pictures.zip").read_bytes()})
    zipped(folder / "network.pt", {"weights/data.pkl": b"\x80\x02}q\x01."}, zipfile.ZIP_STORED)
    zipped(folder / "encrypted.zip", {"points.csv": "1,2\n3,4\n"}, zipfile.ZIP_STORED)
    secret = bytearray((folder / "encrypted.zip").read_bytes())
    secret[6] |= 1
    secret[secret.index(b"PK\x01\x02") + 8] |= 1
    put("encrypted.zip", secret)
    # The table of contents names the same bytes twice.
    zipped(folder / "overlapping.zip", {"a.csv": "1,2\n" * 50, "b.csv": "1,2\n" * 50})
    overlap = bytearray((folder / "overlapping.zip").read_bytes())
    second = overlap.rindex(b"PK\x01\x02")
    overlap[second + 42 : second + 46] = bytes(4)
    put("overlapping.zip", overlap)
    # More is announced than the bytes can hold.
    zipped(folder / "bomb.zip", {"a.csv": "1,2\n" * 50})
    bomb = bytearray((folder / "bomb.zip").read_bytes())
    entry = bomb.rindex(b"PK\x01\x02")
    bomb[entry + 24 : entry + 28] = struct.pack("<I", 4_000_000_000)
    put("bomb.zip", bomb)
    np.save(folder / "objects.npy", np.array([[1], [2, 3]], dtype=object), allow_pickle=True)
    put("pickle.pkl", b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00]\x94(K\x01K\x02e.")
    numbers = ramp((4, 3), "<f4")
    numbers[2, 1], numbers[3] = np.nan, np.inf
    np.save(folder / "not-finite.npy", numbers)
    put("not-finite.csv", b"1,2\n3,nan\n5,6\n")
    put("ragged.csv", b"1,2,3\n4,5,6\n7,8\n")
    put("words.csv", b"1,2,3\n4,five,6\n7,8,9\n")
    put("asymmetric-distances.csv", b"0,1,2\n1,0,3\n2,4,0\n")
    np.savez(folder / "too-few-labels.npz", x=ramp((4, 3), "<f4"), y=np.array([0, 1, 0]))
    broken_sparse(put, folder)
    np.savez(folder / "unequal-layers.npz", first=ramp((4, 3), "<f4"), second=ramp((5, 3), "<f4"))


if __name__ == "__main__":
    arrays()
    archives()
    idx("images.idx3-ubyte", 0x08, ramp((4, 5, 3), "u1"))
    idx("labels.idx1-ubyte", 0x08, np.array([2, 0, 1, 2], "u1"))
    for code, dtype in [(0x09, "i1"), (0x0B, "i2"), (0x0C, "i4"), (0x0D, "f4"), (0x0E, "f8")]:
        idx(f"numbers-{dtype}.idx", code, ramp((4, 3), dtype))
    pictures()
    floats()
    evaluation()
    dipha()
    sparse_distances()
    zips()
    broken()
