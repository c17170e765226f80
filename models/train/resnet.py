"""ResNet and SE-ResNet of equal-width blocks, so that every layer's cloud lies in the same dimension."""

from torch import nn
from torch.nn import functional as F

from image_network import ImageNetwork, conv_bn

ACTIVATIONS = {
    "relu": nn.ReLU, "silu": nn.SiLU, "elu": nn.ELU, "relu6": nn.ReLU6, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid,
}


class SqueezeExcitation(nn.Module):
    """Scales every channel by a factor in 0..1 that depends on the means of all channels."""

    def __init__(self, width, hidden):
        super().__init__()
        self.squeeze = nn.Conv2d(width, hidden, 1)
        self.excite = nn.Conv2d(hidden, width, 1)

    def forward(self, x):
        return x * self.excite(F.relu(self.squeeze(F.adaptive_avg_pool2d(x, 1)))).sigmoid()


class Block(nn.Module):
    """Two 3x3 convolutions and a shortcut. Returns the residual sum and its activation."""

    def __init__(self, width, stride, activation, squeeze):
        super().__init__()
        self.first = conv_bn(width, width, 3, stride)
        self.second = conv_bn(width, width, 3)
        self.scale = SqueezeExcitation(width, width // 4) if squeeze else nn.Identity()
        self.shortcut = conv_bn(width, width, 1, stride) if stride != 1 else nn.Identity()
        self.activation = activation()

    def forward(self, x):
        total = self.scale(self.second(self.activation(self.first(x)))) + self.shortcut(x)
        return total, self.activation(total)


class ResNet(ImageNetwork):
    """`stages` gives the number of blocks at 14x14, 7x7 and 4x4 positions."""

    def __init__(self, mean, std, stages=(2, 4, 4), width=48, activation="relu", squeeze=False):
        super().__init__(mean, std)
        act = ACTIVATIONS[activation]
        self.stem = nn.Sequential(conv_bn(1, width, 3, 2), act())
        self.blocks = nn.ModuleList(
            Block(width, 2 if stage > 0 and index == 0 else 1, act, squeeze)
            for stage, n_blocks in enumerate(stages)
            for index in range(n_blocks)
        )
        self.head = nn.Linear(width, 10)
        self.initialise()

    def features(self, x):
        """The measured tensor is the residual sum, before the activation that the next block reads."""
        named = {}
        x = self.stem(x)
        for number, block in enumerate(self.blocks, 1):
            named[f"block{number:02}"], x = block(x)
        return named, x
