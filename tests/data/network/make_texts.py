"""Writes the small network of texts that the tests read: python3 tests/data/network/make_texts.py

Needs onnx, numpy, onnxruntime and tokenizers in the versions of models/train/requirements.txt. The vocabularies are
written out here, the weights are random with a fixed seed; the network has learnt nothing.
"""

import json
import os

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from make import FLOAT, HERE, Graph

WIDTH, MAX_TOKENS = 6, 12
TEXTS = [
    "A small animal with four legs.",
    "tree",
    "The Old Tree's café – naïve, 42 times! 🙂",
    "a very long text of many words that goes on and on and on until it is cut at the end",
    "ANIMALS and trees",
]
PIECES = "[PAD] [UNK] [CLS] [SEP] a an the small old tree animal ##s with four leg of . , ! ' s and on very long text ".split()
PIECES += [*"bcdefghijklmnopqrtuvwxyz0123456789", *(f"##{c}" for c in "abcdefghijklmnopqrtuvwxyz0123456789")]


def word_pieces():
    tokenizer = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(PIECES)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    frame(tokenizer, "[CLS]", "[SEP]")
    return tokenizer


def byte_pairs():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = [("t", "r"), ("e", "e"), ("tr", "ee"), ("Ġ", "tree"), ("a", "n"), ("Ġ", "an"), ("o", "n"), ("Ġ", "on"), ("Ã", "©")]
    names = ["<s>", "<pad>", "</s>", "<unk>", *alphabet, *("".join(pair) for pair in merges)]
    tokenizer = Tokenizer(models.BPE({name: i for i, name in enumerate(names)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    frame(tokenizer, "<s>", "</s>")
    return tokenizer


def frame(tokenizer, start, end):
    ids = [(token, tokenizer.token_to_id(token)) for token in (start, end)]
    tokenizer.add_special_tokens([start, end])
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{start} $A {end}", special_tokens=ids)


def network():
    """Embeddings, one head of attention with a mask, tanh; logits from the first token. Batch and length are free."""
    graph = Graph(7)
    whole = lambda name, *values: graph.constant(name, np.array(values, np.int64))  # noqa: E731
    table = lambda name, rows: graph.constant(name, graph.random.standard_normal((rows, WIDTH)).astype(np.float32))  # noqa: E731
    words = graph.node("Gather", [table("tokens", len(PIECES)), "input_ids"], "embedded")
    types = graph.node("Gather", [table("types", 2), "token_type_ids"], "typed")
    length = graph.node("Gather", [graph.node("Shape", ["input_ids"], "shape"), whole("one", 1)], "length")
    places = graph.node("Slice", [table("places", MAX_TOKENS), whole("zero", 0), length], "placed")
    x = graph.node("Add", [graph.node("Add", [words, types], "typed_words"), places], "block01")
    mask = graph.node("Cast", ["attention_mask"], "mask", to=FLOAT)
    hidden = graph.node("Sub", [graph.constant("all", np.float32(1)), mask], "hidden")
    hidden = graph.node("Mul", [hidden, graph.constant("low", np.float32(-10000))], "low_scores")
    hidden = graph.node("Unsqueeze", [hidden, "one"], "bias")
    scores = graph.node("MatMul", [x, graph.node("Transpose", [x], "turned", perm=[0, 2, 1])], "scores")
    weights = graph.node("Softmax", [graph.node("Add", [scores, hidden], "masked")], "weights", axis=-1)
    x = graph.node("Add", [graph.node("MatMul", [weights, x], "mixed"), x], "block02")
    x = graph.node("Tanh", [graph.node("MatMul", [x, graph.weight("dense", WIDTH, WIDTH)], "turned_again")], "block03")
    first = graph.node("Gather", [x, graph.constant("first", np.int64(0))], "class_token", axis=1)
    graph.dense(first, "logits", WIDTH, 3)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    built = helper.make_graph(
        graph.nodes, "tiny-text",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in names],
        [helper.make_tensor_value_info("logits", FLOAT, ["batch", 3])],
        graph.weights,
    )
    model = helper.make_model(built, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {
        "max_tokens": str(MAX_TOKENS), "pooling": "class-token",
        "observed": json.dumps(["block01", "block02", "block03", "logits"]),
    })
    onnx.checker.check_model(model, full_check=True)
    return onnx.shape_inference.infer_shapes(model)


def expected(model, tokenizer):
    """Tokens of each text, and what ONNX Runtime computes for each alone, without filling."""
    layers = ["block01", "block02", "block03", "logits"]
    inner = {value.name: value for value in model.graph.value_info}
    observed = onnx.ModelProto.FromString(model.SerializeToString())
    observed.graph.output.extend(inner[name] for name in layers[:-1])
    session = onnxruntime.InferenceSession(observed.SerializeToString(), providers=["CPUExecutionProvider"])
    tokenizer.enable_truncation(MAX_TOKENS)
    tokens, means, firsts = [], {name: [] for name in layers}, {name: [] for name in layers}
    for text in TEXTS:
        encoding = tokenizer.encode(text)
        ids = np.array([encoding.ids], np.int64)
        tokens.append(encoding.ids)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        for name, value in zip(layers, session.run(layers, inputs)):
            rows = value.reshape(-1, value.shape[-1])
            means[name].append([round(float(v), 6) for v in rows.mean(0)])
            firsts[name].append([round(float(v), 6) for v in rows[0]])
    return tokens, {"mean": means, "class-token": firsts}


def main():
    model, pieces, pairs = network(), word_pieces(), byte_pairs()
    for name, tokenizer in {"word-pieces": pieces, "byte-pairs": pairs}.items():
        tokenizer.save(os.path.join(HERE, f"{name}.json"), pretty=False)
    with open(os.path.join(HERE, "tiny-text.onnx"), "wb") as file:
        file.write(model.SerializeToString(deterministic=True))
    tokens, layers = expected(model, pieces)
    pairs.enable_truncation(MAX_TOKENS)
    recorded = {
        "texts": TEXTS, "wordPieces": tokens, "bytePairs": [pairs.encode(text).ids for text in TEXTS], "layers": layers,
    }
    with open(os.path.join(HERE, "tiny-text.json"), "w", encoding="utf-8") as file:
        json.dump(recorded, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
