"""VGG, MobileNetV2 and ConvMixer with ten blocks of equal width."""

from torch import nn
from torch.nn import functional as F

from image_network import ImageNetwork, conv_bn

WIDTH = 48
STAGES = (2, 4, 4)  # blocks at 14x14, 7x7 and 4x4
# Stride of every block: the first one of a later stage halves the size.
STRIDES = [2 if stage > 0 and index == 0 else 1 for stage, n in enumerate(STAGES) for index in range(n)]


class Vgg(ImageNetwork):
    """Plain 3x3 convolutions, each with batch normalisation and ReLU; max-pooling between stages."""

    def __init__(self, mean, std):
        super().__init__(mean, std)
        self.stem = nn.Sequential(conv_bn(1, WIDTH, 3, 2), nn.ReLU())
        self.blocks = nn.ModuleList(nn.Sequential(conv_bn(WIDTH, WIDTH, 3), nn.ReLU()) for _ in STRIDES)
        self.head = nn.Linear(WIDTH, 10)
        self.initialise()

    def features(self, x):
        """The measured tensor is the output of the ReLU, before any pooling."""
        named = {}
        x = self.stem(x)
        for number, (block, stride) in enumerate(zip(self.blocks, STRIDES), 1):
            if stride == 2:
                x = F.max_pool2d(x, 3, 2, 1)
            x = named[f"block{number:02}"] = block(x)
        return named, x


class InvertedResidual(nn.Module):
    """1x1 expansion, 3x3 convolution within channels, 1x1 projection without activation."""

    def __init__(self, stride, expansion=4):
        super().__init__()
        hidden = WIDTH * expansion
        self.path = nn.Sequential(
            conv_bn(WIDTH, hidden, 1), nn.ReLU6(),
            conv_bn(hidden, hidden, 3, stride, groups=hidden), nn.ReLU6(),
            conv_bn(hidden, WIDTH, 1),
        )
        self.residual = stride == 1

    def forward(self, x):
        return x + self.path(x) if self.residual else self.path(x)


class MobileNetV2(ImageNetwork):
    """Inverted residuals."""

    def __init__(self, mean, std):
        super().__init__(mean, std)
        self.stem = nn.Sequential(conv_bn(1, WIDTH, 3, 2), nn.ReLU6())
        self.blocks = nn.ModuleList(InvertedResidual(stride) for stride in STRIDES)
        self.head = nn.Linear(WIDTH, 10)
        self.initialise()

    def features(self, x):
        """The measured tensor is the block's output: the residual sum, or the projection where the size halves."""
        named = {}
        x = self.stem(x)
        for number, block in enumerate(self.blocks, 1):
            x = named[f"block{number:02}"] = block(x)
        return named, x


class MixerBlock(nn.Module):
    """Mixes positions within channels (with a shortcut), then channels within positions."""

    def __init__(self, kernel):
        super().__init__()
        self.positions = nn.Conv2d(WIDTH, WIDTH, kernel, 1, kernel // 2, groups=WIDTH)
        self.norm1 = nn.BatchNorm2d(WIDTH)
        self.channels = nn.Conv2d(WIDTH, WIDTH, 1)
        self.norm2 = nn.BatchNorm2d(WIDTH)

    def forward(self, x):
        x = x + self.norm1(F.relu(self.positions(x)))
        return self.norm2(F.relu(self.channels(x)))


class ConvMixer(ImageNetwork):
    """Patches of 4x4 pixels, then ten equal blocks at 7x7 positions."""

    def __init__(self, mean, std, patch=4, kernel=5):
        super().__init__(mean, std)
        self.patches = nn.Sequential(nn.Conv2d(1, WIDTH, patch, patch), nn.ReLU(), nn.BatchNorm2d(WIDTH))
        self.blocks = nn.ModuleList(MixerBlock(kernel) for _ in range(10))
        self.head = nn.Linear(WIDTH, 10)
        self.initialise()

    def features(self, x):
        """The measured tensor is the block's output after its last normalisation."""
        named = {}
        x = self.patches(x)
        for number, block in enumerate(self.blocks, 1):
            x = named[f"block{number:02}"] = block(x)
        return named, x
