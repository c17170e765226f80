"""A ResNet of equal-width blocks, so that every layer's cloud lies in the same dimension."""

import torch
from torch import nn
from torch.nn import functional as F

WIDTH = 48
BLOCKS_PER_STAGE = (2, 4, 4)  # at 14x14, 7x7 and 4x4


class Block(nn.Module):
    """Two 3x3 convolutions and a shortcut. Returns the residual sum and its ReLU."""

    def __init__(self, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.shortcut = nn.Identity()
        if stride != 1:
            self.shortcut = nn.Sequential(
                nn.Conv2d(width, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        total = self.bn2(self.conv2(y)) + self.shortcut(x)
        return total, F.relu(total)


class ResNet(nn.Module):
    """Takes pixels in 0..1, shape [batch, 1, 28, 28]; the normalisation is part of the network."""

    def __init__(self, mean, std, n_classes=10):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("std", torch.tensor(std, dtype=torch.float32))
        self.stem = nn.Sequential(
            nn.Conv2d(1, WIDTH, 3, 2, 1, bias=False), nn.BatchNorm2d(WIDTH), nn.ReLU()
        )
        self.blocks = nn.ModuleList(
            Block(WIDTH, 2 if stage > 0 and index == 0 else 1)
            for stage, n_blocks in enumerate(BLOCKS_PER_STAGE)
            for index in range(n_blocks)
        )
        self.head = nn.Linear(WIDTH, n_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def layers(self, image):
        """Every measured tensor by name, in depth order."""
        x = self.stem((image - self.mean) / self.std)
        named = {}
        for number, block in enumerate(self.blocks, 1):
            named[f"block{number:02}"], x = block(x)
            named[f"block{number:02}_relu"] = x
        named["logits"] = self.head(F.adaptive_avg_pool2d(x, 1).flatten(1))
        return named

    def forward(self, image):
        return self.layers(image)["logits"]
