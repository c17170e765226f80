"""Writes what ONNX Runtime computes per attention head in two bundled networks: python3 tests/data/network/make_heads.py

Needs onnx, numpy, onnxruntime and tokenizers in the versions of models/train/requirements.txt.
"""

import gzip
import json
import os

import numpy as np
import onnx
import onnxruntime
from tokenizers import Tokenizer

from make import HERE

MODELS = os.path.join(HERE, "..", "..", "..", "models")
N, HEADS = 4, 4
# Heads apart, [batch, head, token, feature], and joined, [batch, token, head × feature].
APART, JOINED = "/blocks.2/attention/MatMul_1_output_0", "/blocks.2/attention/Reshape_3_output_0"


def run(file, feeds):
    model = onnx.load(os.path.join(MODELS, file))
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in (APART, JOINED))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    apart, joined = session.run([APART, JOINED], feeds)
    batch, length, width = joined.shape
    np.testing.assert_array_equal(joined.reshape(batch, length, HEADS, -1).transpose(0, 2, 1, 3), apart)
    return apart


def record(file, feeds, lengths):
    heads = run(file, feeds)
    rows = lambda pool: [[pool(heads[i, k, : lengths[i]]).tolist() for i in range(N)] for k in range(HEADS)]  # noqa: E731
    return {"file": file, "apart": APART, "joined": JOINED, "mean": rows(lambda x: x.mean(0)), "classToken": rows(lambda x: x[0])}


def images():
    with gzip.open(os.path.join(MODELS, "fashion-mnist", "test-images.idx3-ubyte.gz")) as file:
        pixels = np.frombuffer(file.read()[16:], np.uint8).reshape(-1, 1, 28, 28)[:N]
    return record("vit-fashion-mnist/8.onnx", {"image": pixels.astype(np.float32) / 255}, [17] * N)


def texts():
    with gzip.open(os.path.join(MODELS, "wordnet", "test-texts.txt.gz"), "rt") as file:
        lines = [next(file).strip() for _ in range(N)]
    tokenizer = Tokenizer.from_file(os.path.join(MODELS, "bert-wordnet", "tokenizer.json"))
    tokenizer.enable_truncation(32)
    tokenizer.no_padding()
    encoded = [tokenizer.encode(line).ids for line in lines]
    ids, mask = np.zeros((2, N, 32), np.int64)
    for i, row in enumerate(encoded):
        ids[i, : len(row)], mask[i, : len(row)] = row, 1
    return record("bert-wordnet/8.onnx", {"input_ids": ids, "attention_mask": mask}, [len(row) for row in encoded])


if __name__ == "__main__":
    rounded = json.loads(json.dumps([images(), texts()]), parse_float=lambda text: float(f"{float(text):.7g}"))
    with open(os.path.join(HERE, "heads.json"), "w") as file:
        json.dump(rounded, file, separators=(",", ":"))
        file.write("\n")
