"""Networks of the gallery: torchvision, timm, Hugging Face and our own, all with random weights."""

import torch
from torch import nn

from export import calibrated, numbers, tokens


class Sized(nn.Module):
    """Passes on only the first output of a network that has several."""

    def __init__(self, inner, take):
        super().__init__()
        self.inner, self.take = inner, take

    def forward(self, *inputs):
        return self.take(self.inner(*inputs))


# ---- torchvision and timm


def torchvision_model(name, size, **options):
    import torchvision

    options = {"weights": None, "num_classes": 10, **options}
    module = getattr(torchvision.models, name)(**options)
    samples = numbers(3, size, size)
    return calibrated(module, samples), samples


def vgg(name, size=224):
    module, samples = torchvision_model(name, size)
    # The two hidden layers hold 120 million of the 130 million weights; narrower ones are the same architecture.
    module.classifier[0] = nn.Linear(512 * 7 * 7, 64)
    module.classifier[3] = nn.Linear(64, 64)
    module.classifier[6] = nn.Linear(64, 10)
    return module.eval(), samples


def alexnet():
    module, samples = torchvision_model("alexnet", 224)
    module.classifier[1], module.classifier[4], module.classifier[6] = nn.Linear(256 * 36, 64), nn.Linear(64, 64), nn.Linear(64, 10)
    return module.eval(), samples


def googlenet():
    return torchvision_model("googlenet", 64, aux_logits=False, init_weights=True)


def resnext():
    from torchvision.models.resnet import Bottleneck, ResNet

    samples = numbers(3, 64, 64)
    return calibrated(ResNet(Bottleneck, [1, 1, 1, 1], num_classes=10, groups=32, width_per_group=4), samples), samples


def torchvision_vit():
    from torchvision.models import VisionTransformer

    return VisionTransformer(64, 16, 4, 4, 96, 192, num_classes=10).eval(), numbers(3, 64, 64)


def segmentation():
    from torchvision.models.segmentation import lraspp_mobilenet_v3_large

    samples = numbers(3, 64, 64)
    module = calibrated(lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=5), samples)
    return Sized(module, lambda found: found["out"]).eval(), samples


def timm_model(name, size, **options):
    import timm

    module = timm.create_model(name, pretrained=False, num_classes=10, **options)
    samples = numbers(options.get("in_chans", 3), size, size)
    return calibrated(module, samples), samples


def convmixer(dim=64, depth=6, size=32, patch=4, kernel=5):
    from timm.models.convmixer import ConvMixer

    samples = numbers(3, size, size)
    return calibrated(ConvMixer(dim, depth, kernel_size=kernel, patch_size=patch, num_classes=10), samples), samples


def tiny_vit():
    from timm.models.vision_transformer import VisionTransformer

    return VisionTransformer(16, 4, num_classes=4, embed_dim=16, depth=2, num_heads=2, mlp_ratio=2).eval(), numbers(3, 16, 16)


def tiny_swin():
    from timm.models.swin_transformer import SwinTransformer

    return SwinTransformer(16, 2, num_classes=4, embed_dim=8, depths=(2, 2), num_heads=(2, 2), window_size=4, mlp_ratio=2).eval(), numbers(3, 16, 16)


# ---- Hugging Face

SMALL = {"vocab_size": 120, "hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 96,
         "max_position_embeddings": 64}


class Classifier(nn.Module):
    """A Hugging Face model called by the names of its inputs."""

    def __init__(self, inner, names, field="logits"):
        super().__init__()
        self.inner, self.names, self.field = inner, names, field

    def forward(self, *inputs):
        found = self.inner(**dict(zip(self.names, inputs)))
        return found[self.field]


def hugging_face(config, model, names=("input_ids", "attention_mask"), field=None, attention="eager", **options):
    import transformers

    sizes = {**SMALL, "num_labels": 4, **options}
    sizes = {k: v for k, v in sizes.items() if v is not None}
    made = getattr(transformers, config)(**sizes)
    made._attn_implementation = attention
    # Caches of keys and values are for generating text.
    if hasattr(made, "use_cache"):
        made.use_cache = False
    inner = getattr(transformers, model)(made)
    with torch.no_grad():
        for name, p in inner.named_parameters():  # Weights of 0.02 make all tokens alike.
            if p.dim() >= 2:
                p.mul_(4)
    field = field or ("logits" if "For" in model else "last_hidden_state")
    return Classifier(inner, names, field).eval(), tokens(sizes["vocab_size"])


def picture_transformer(config, model, size=32, field="logits", **options):
    import transformers

    sizes = {"hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 96, "image_size": size,
             "patch_size": 8, "num_labels": 4, **options}
    made = getattr(transformers, config)(**{k: v for k, v in sizes.items() if v is not None})
    made._attn_implementation = "eager"
    inner = getattr(transformers, model)(made)
    return calibrated(Classifier(inner, ["pixel_values"], field), numbers(3, size, size)), numbers(3, size, size)


# ---- our own

ACTIVATIONS = [nn.ReLU, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.SELU, nn.CELU, nn.GELU, nn.ReLU6, nn.Hardswish, nn.Hardsigmoid,
               nn.Sigmoid, nn.Tanh, nn.Softplus, nn.Mish, nn.SiLU, nn.Softsign, nn.LogSigmoid, nn.Hardtanh, nn.Softmin]


def mlp(widths=(20, 32, 32, 5), activation=nn.ReLU):
    layers = []
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Linear(a, b), activation()]
    return nn.Sequential(*layers[:-1]).eval(), numbers(widths[0])


def activations():
    layers = [nn.Linear(12, 16)]
    for make in ACTIVATIONS:
        layers += [make(dim=1) if make is nn.Softmin else make(), nn.Linear(16, 16)]
    return nn.Sequential(*layers).eval(), numbers(12)


def plain_cnn(channels=(8, 16, 16), size=16, grey=False):
    layers, before = [], 1 if grey else 3
    for c in channels:
        layers += [nn.Conv2d(before, c, 3, padding=1), nn.BatchNorm2d(c), nn.ReLU(), nn.MaxPool2d(2)]
        before = c
    module = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 4))
    samples = numbers(1 if grey else 3, size, size)
    return calibrated(module, samples), samples


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(c, c, 3, padding=1), nn.BatchNorm2d(c), nn.ReLU(), nn.Conv2d(c, c, 3, padding=1), nn.BatchNorm2d(c))

    def forward(self, x):
        return torch.relu(x + self.body(x))


def small_resnet(channels=8, blocks=3, size=14):
    module = nn.Sequential(nn.Conv2d(1, channels, 3, 2, 1), nn.ReLU(), *[Block(channels) for _ in range(blocks)],
                           nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 4))
    samples = numbers(1, size, size)
    return calibrated(module, samples), samples


class Recurrent(nn.Module):
    def __init__(self, kind, features=8, hidden=16, **options):
        super().__init__()
        self.inner = getattr(nn, kind)(features, hidden, batch_first=True, **options)
        self.head = nn.Linear(hidden * (2 if options.get("bidirectional") else 1), 4)

    def forward(self, x):
        return self.head(self.inner(x)[0].mean(1))


def recurrent(kind, **options):
    return Recurrent(kind, **options).eval(), numbers(12, 8)


class TextRecurrent(nn.Module):
    def __init__(self, kind="LSTM"):
        super().__init__()
        self.table = nn.Embedding(120, 24)
        self.inner = getattr(nn, kind)(24, 32, batch_first=True)
        self.head = nn.Linear(32, 4)

    def forward(self, input_ids):
        return self.head(self.inner(self.table(input_ids))[0])


def text_recurrent():
    return TextRecurrent().eval(), tokens(120, (16, 16))


def autoencoder():
    module = nn.Sequential(nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(),
                           nn.ConvTranspose2d(16, 8, 4, 2, 1), nn.ReLU(),
                           nn.ConvTranspose2d(8, 8, 3, 2, 1, output_padding=1, groups=2), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1), nn.Sigmoid())
    return module.eval(), numbers(1, 16, 16)


class UNet(nn.Module):
    def __init__(self, mode, width=8):
        super().__init__()
        conv = lambda a, b: nn.Sequential(nn.Conv2d(a, b, 3, padding=1), nn.GroupNorm(2, b), nn.SiLU())
        self.down, self.low, self.up = conv(3, width), conv(width, 2 * width), conv(3 * width, width)
        self.head = nn.Conv2d(width, 2, 1)
        self.scale = nn.Upsample(scale_factor=2, mode=mode, **({} if mode == "nearest" else {"align_corners": False}))

    def forward(self, x):
        wide = self.down(x)
        low = self.low(nn.functional.max_pool2d(wide, 2))
        return self.head(self.up(torch.cat([wide, self.scale(low)], 1)))


def unet(mode="bilinear"):
    return UNet(mode).eval(), numbers(3, 16, 16)


def super_resolution():
    module = nn.Sequential(nn.Conv2d(1, 16, 5, padding=2), nn.Tanh(), nn.Conv2d(16, 16, 3, padding=1), nn.Tanh(), nn.Conv2d(16, 4, 3, padding=1), nn.PixelShuffle(2))
    return module.eval(), numbers(1, 12, 12)


def sequence_cnn():
    module = nn.Sequential(nn.Conv1d(4, 16, 5, padding=2), nn.BatchNorm1d(16), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(16, 32, 3, padding=2, dilation=2),
                           nn.GELU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(32, 4))
    samples = numbers(4, 40)
    return calibrated(module, samples), samples


def volume_cnn():
    module = nn.Sequential(nn.Conv3d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool3d(2), nn.Conv3d(8, 16, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(16, 4))
    return module.eval(), numbers(1, 8, 8, 8)


def norms():
    """Every usual normalisation."""
    module = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.InstanceNorm2d(8, affine=True), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1), nn.GroupNorm(4, 8), nn.ReLU(),
                           nn.Conv2d(8, 8, 3, padding=1), nn.LocalResponseNorm(3), nn.AvgPool2d(2), nn.LayerNorm([8, 6, 6]), nn.Flatten(), nn.Linear(8 * 36, 4))
    return module.eval(), numbers(3, 12, 12)


class Encoder(nn.Module):
    """PyTorch's own Transformer encoder on sequences of vectors."""

    def __init__(self, width=32, depth=2, norm_first=True):
        super().__init__()
        layer = nn.TransformerEncoderLayer(width, 4, 64, batch_first=True, norm_first=norm_first, activation="gelu")
        self.embed, self.inner, self.head = nn.Linear(8, width), nn.TransformerEncoder(layer, depth, enable_nested_tensor=False), nn.Linear(width, 4)

    def forward(self, x):
        return self.head(self.inner(self.embed(x)).mean(1))


def encoder(**options):
    return Encoder(**options).eval(), numbers(10, 8)


class Spectral(nn.Module):
    """Broadcasts, reductions, slices, gathers, powers: what hand-written models hold."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.mix = nn.Linear(16, 16), nn.Linear(16, 16), nn.Parameter(torch.randn(4, 16, 8))

    def forward(self, x):
        a, b = self.a(x), self.b(x)
        gate = torch.softmax(a, -1) * torch.sqrt(b.pow(2) + 1) + torch.where(a > b, a, b.abs())
        parts = torch.stack(gate.chunk(4, 1), 1)
        mixed = torch.einsum("bkc,kcd->bkd", nn.functional.pad(parts, (6, 6)), self.mix)
        top = torch.cat([mixed.amax(1), mixed.mean(1), mixed.std(1), mixed.norm(dim=1), mixed[:, 1:3].flatten(1)], 1)
        return nn.functional.normalize(top, dim=1)


def handmade():
    return Spectral().eval(), numbers(16)
