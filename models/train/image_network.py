"""What the convolutional networks share: normalisation inside the network, named layers, the head."""

import torch
from torch import nn
from torch.nn import functional as F


def conv_bn(n_in, n_out, kernel, stride=1, groups=1):
    """A convolution that keeps the size (but for its stride), and batch normalisation."""
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(n_out)
    )


class ImageNetwork(nn.Module):
    """Takes pixels in 0..1, shape [batch, 1, 28, 28]; the normalisation is part of the network."""

    inputs = ("image",)
    pooling = "mean"

    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("std", torch.tensor(std, dtype=torch.float32))

    def initialise(self):
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def features(self, x):
        """Measured tensors by name in depth order, and what the head reads."""
        raise NotImplementedError

    def classify(self, x):
        return self.head(F.adaptive_avg_pool2d(x, 1).flatten(1))

    def layers(self, image):
        """Every measured tensor by name, in depth order; the last is `logits`."""
        named, x = self.features((image - self.mean) / self.std)
        named["logits"] = self.classify(x)
        return named

    def forward(self, image):
        return self.layers(image)["logits"]
