"""What is trained: every run with its network, data and settings."""

import dataclasses

import datasets
import glosses
import idx
from convolutional import ConvMixer, MobileNetV2, Vgg
from resnet import ResNet
from transformer import TextEncoder, VisionTransformer


@dataclasses.dataclass(frozen=True)
class Run:
    name: str             # stem of the ids of its checkpoints
    family: str
    family_name: str
    group: str            # "family", "activation", "data-set" or "generalisation"
    dataset: str
    network: type
    epochs: int
    rate: float           # highest learning rate of the cycle
    options: tuple = ()   # of the network, as (name, value)
    checkpoints: int = 8
    n_per_class: int = 1000
    decay: float = 0.0
    noise: float = 0.0    # share of training labels replaced by random ones
    smoothing: float = 0.0
    word_dropout: float = 0.0  # share of a text's tokens that are masked, drawn anew at every step
    free_epochs: int = 0  # so many last epochs go without smoothing and masked words, until the training set is known
    clip: float = 0.0
    batch: int = 64
    bfloat16: bool = False
    pretrain: int = 0     # epochs of masked-language modelling
    seed: int = 1

    def data(self, directory):
        if self.dataset == "fashion-mnist":
            return datasets.fashion_mnist(directory, self.n_per_class)
        return datasets.handwritten_digits() if self.dataset == "digits" else datasets.wordnet(self.family)

    @property
    def classes(self):
        return {"fashion-mnist": idx.CLASSES, "digits": list("0123456789"),
                "wordnet": list(glosses.CLASSES.values())}[self.dataset]

    @property
    def title(self):
        where = {"fashion-mnist": "Fashion-MNIST", "digits": "digits", "wordnet": "WordNet glosses"}[self.dataset]
        number = f" {self.name.removeprefix('small-')}" if self.group == "generalisation" else ""
        return f"{self.family_name}{number} on {where}"

    @property
    def folder(self):
        """Where its files lie, relative to models/."""
        return "small-fashion-mnist" if self.group == "generalisation" else self.name

    def file(self, number):
        return f"{self.name.removeprefix('small-') if self.group == 'generalisation' else number}.onnx"

    def id(self, number):
        return self.name if self.group == "generalisation" else f"{self.name}-{number}"

    def build(self, constants):
        return self.network(*constants, **dict(self.options))


def image(family, family_name, network, epochs, rate, **more):
    return Run(f"{family}-fashion-mnist", family, family_name, "family", "fashion-mnist", network, epochs, rate, **more)


def text(family, family_name, epochs, rate, **more):
    return Run(f"{family}-wordnet", family, family_name, "family", "wordnet", TextEncoder, epochs, rate,
               clip=1.0, decay=0.01, smoothing=0.1, word_dropout=0.1, free_epochs=4, **more)


FAMILIES = [
    image("resnet", "ResNet", ResNet, 10, 4e-3, bfloat16=True),
    image("vgg", "VGG", Vgg, 10, 4e-3, bfloat16=True),
    image("vit", "ViT", VisionTransformer, 22, 2e-3, options=(("dropout", 0.05),), decay=0.01, clip=1.0),
    image("mobilenetv2", "MobileNetV2", MobileNetV2, 9, 4e-3, n_per_class=600),
    image("seresnet", "SE-ResNet", ResNet, 7, 4e-3, options=(("squeeze", True),), bfloat16=True),
    image("convmixer", "ConvMixer", ConvMixer, 14, 6e-3, n_per_class=600),
    text("bert", "BERT-style", 9, 2e-3),
    text("roberta", "RoBERTa-style", 9, 2e-3, pretrain=2),
]

ACTIVATIONS = [
    Run(f"resnet-{key}-fashion-mnist", f"resnet-{key}", f"ResNet with {name}", "activation", "fashion-mnist", ResNet,
        epochs, 4e-3, options=(("activation", key),), checkpoints=3, bfloat16=True)
    for key, name, epochs in [
        ("silu", "SiLU", 10), ("elu", "ELU", 10), ("relu6", "ReLU6", 10), ("tanh", "Tanh", 10),
        ("sigmoid", "Sigmoid", 14),
    ]
]

DIGITS = [
    Run("resnet-digits", "resnet", "ResNet", "data-set", "digits", ResNet, 15, 2e-3, checkpoints=3, bfloat16=True),
]

# Blocks at 14x14, 7x7 and 4x4 positions by depth.
STAGES = {3: (1, 1, 1), 4: (1, 1, 2), 5: (1, 2, 2), 6: (1, 2, 3)}
# Depth, images a class, epochs, highest rate, weight decay, share of random labels.
SMALL = [
    (3, 50, 2, 1e-3, 0, 0), (3, 50, 6, 1e-3, 0, 0), (4, 50, 12, 4e-3, 0.05, 0), (5, 50, 20, 2e-3, 0, 0.4),
    (3, 100, 2, 1e-3, 0, 0), (5, 100, 3, 2e-3, 0.05, 0), (6, 100, 10, 4e-3, 0, 0), (4, 100, 12, 4e-3, 0, 0.2),
    (5, 100, 12, 2e-3, 0, 0.6), (3, 200, 1, 1e-3, 0, 0), (4, 200, 3, 4e-3, 0, 0), (6, 200, 8, 2e-3, 0.05, 0),
    (5, 200, 6, 4e-3, 0, 0.3), (3, 200, 8, 4e-3, 0, 0.5), (6, 200, 4, 1e-3, 0, 0.1), (5, 300, 1, 1e-3, 0, 0),
    (4, 300, 3, 1e-3, 0.05, 0), (6, 300, 6, 4e-3, 0, 0), (5, 300, 6, 2e-3, 0, 0.2), (4, 300, 6, 4e-3, 0.05, 0.4),
    (3, 600, 2, 4e-3, 0, 0), (5, 600, 3, 2e-3, 0, 0), (6, 400, 4, 1e-3, 0.05, 0.1), (4, 400, 6, 4e-3, 0, 0.3),
    (5, 300, 6, 4e-3, 0, 0.5), (6, 1000, 1, 4e-3, 0, 0), (5, 1000, 3, 4e-3, 0, 0), (4, 800, 4, 4e-3, 0.05, 0),
    (6, 800, 5, 4e-3, 0.1, 0), (5, 1000, 6, 4e-3, 0.05, 0),
]

GENERALISATION = [
    Run(f"small-{number:02}", "resnet-small", "Small ResNet", "generalisation", "fashion-mnist", ResNet, epochs, rate,
        options=(("stages", STAGES[depth]),), checkpoints=1, n_per_class=images, decay=decay, noise=noise,
        bfloat16=True, seed=100 + number)
    for number, (depth, images, epochs, rate, decay, noise) in enumerate(SMALL, 1)
]

RUNS = [*FAMILIES, *ACTIVATIONS, *DIGITS, *GENERALISATION]
