"""WordNet's noun glosses as a text classification: which of ten classes of nouns does a definition describe?

The class is WordNet's lexicographer file. The text is the gloss without its quoted examples.
"""

import functools
import gzip
import os

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

DICTIONARY = "/usr/share/wordnet/data.noun"  # Debian's wordnet-base
BUNDLE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "wordnet")
# The ten largest lexicographer files of nouns, by number.
CLASSES = {
    6: "artifact", 18: "person", 20: "plant", 5: "animal", 4: "act",
    10: "communication", 26: "state", 15: "location", 7: "attribute", 27: "substance",
}
SEED = 1
PER_CLASS = {"train": 2500, "test": 400}
MAX_TOKENS = 32
VOCABULARY = 4000


@functools.cache
def all_glosses():
    """Every distinct gloss of at least three words, with the number of its lexicographer file.

    A gloss that occurs under several files is left out: its class is not determined.
    """
    files = {}
    with open(DICTIONARY, encoding="ascii", errors="replace") as opened:
        for line in opened:
            if line.startswith("  "):
                continue  # the licence
            fields, gloss = line.split(" | ", 1)
            text = " ".join(gloss.split('; "')[0].split())
            if len(text.split()) >= 3:
                files.setdefault(text, set()).add(int(fields.split(" ", 2)[1]))
    return [(text, numbers.pop()) for text, numbers in files.items() if len(numbers) == 1]


@functools.cache
def balanced(part):
    """Texts and labels 0..9 of the "train" or "test" part, classes in turn (so that any beginning is balanced)."""
    generator = np.random.default_rng(SEED)
    by_class = []
    for number in CLASSES:
        texts = [text for text, file in all_glosses() if file == number]
        order = generator.permutation(len(texts))[: sum(PER_CLASS.values())]
        assert len(order) == sum(PER_CLASS.values()), f"too few glosses of class {number}"
        chosen = order[: PER_CLASS["test"]] if part == "test" else order[PER_CLASS["test"]:]
        by_class.append([texts[i] for i in chosen])
    texts = [text for row in zip(*by_class) for text in row]
    return texts, np.tile(np.arange(len(CLASSES), dtype=np.uint8), len(by_class[0]))


@functools.cache
def further():
    """Texts and labels of the glosses of the ten classes that are in neither part: many of the large classes, few or
    none of the small ones."""
    known = {*balanced("train")[0], *balanced("test")[0]}
    numbers = list(CLASSES)
    chosen = [(text, numbers.index(file)) for text, file in all_glosses() if file in CLASSES and text not in known]
    return [text for text, _ in chosen], np.array([label for _, label in chosen], dtype=np.uint8)


@functools.cache
def unlabelled():
    """All glosses that are not in the test part: for vocabularies and for pretraining."""
    test = set(balanced("test")[0])
    return [text for text, _ in all_glosses() if text not in test]


def train_wordpiece():
    """BERT's tokenizer, without case."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=VOCABULARY, special_tokens=special, show_progress=False)
    return tokenizer, trainer, "[CLS]", "[SEP]", "[PAD]"


def train_byte_pairs():
    """RoBERTa's tokenizer: byte pairs, with case; the first word too has a space before it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
    )
    return tokenizer, trainer, "<s>", "</s>", "<pad>"


# Tokenizer file of each family, relative to models/.
TOKENIZERS = {"bert": train_wordpiece, "roberta": train_byte_pairs}


def tokenizer_file(name):
    return f"{name}-wordnet/tokenizer.json"


def train_tokenizer(name, path):
    """Not the same each time: the library numbers equally frequent pieces in random order. A stored one is kept."""
    tokenizer, trainer, start, end, pad = TOKENIZERS[name]()
    tokenizer.train_from_iterator(unlabelled(), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}", special_tokens=[(token, tokenizer.token_to_id(token)) for token in (start, end)]
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding(length=MAX_TOKENS, pad_id=tokenizer.token_to_id(pad), pad_token=pad)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    tokenizer.save(path, pretty=False)


@functools.cache
def load_tokenizer(name):
    """The tokenizer of a family, trained and stored where it is not there yet."""
    path = os.path.join(os.path.dirname(BUNDLE), tokenizer_file(name))
    if not os.path.exists(path):
        train_tokenizer(name, path)
    return Tokenizer.from_file(path)


N_SPECIAL = 5  # the first numbers of either vocabulary are no words
MASKS = {"bert": "[MASK]", "roberta": "<mask>"}


def masked(name, ids, share):
    """A copy of token numbers in which a share of the words is masked, drawn at random."""
    hidden = (torch.rand(ids.shape) < share) & (ids >= N_SPECIAL)
    return torch.where(hidden, load_tokenizer(name).token_to_id(MASKS[name]), ids)


def encode(name, texts):
    """Token numbers and attention mask, [n, 32] each."""
    encodings = load_tokenizer(name).encode_batch(texts)
    return tuple(
        torch.tensor([getattr(e, field) for e in encodings]) for field in ("ids", "attention_mask")
    )


def read_bundle(part):
    """Texts and labels of the bundled part."""
    import idx

    with gzip.open(os.path.join(BUNDLE, f"{part}-texts.txt.gz"), "rt", encoding="utf-8") as file:
        texts = file.read().splitlines()
    return texts, idx.read_idx(os.path.join(BUNDLE, f"{part}-labels.idx1-ubyte.gz"))
