"""Transformer encoders of ten blocks of equal width: ViT for images, BERT-style and RoBERTa-style for text.

Written with plain matrix products and softmax. Token counts are constants of an exported graph; only the
batch is free.
"""

import torch
from torch import nn
from torch.nn import functional as F

from image_network import ImageNetwork

N_BLOCKS = 10
MASKED = -1e4  # added to the attention score of padding


class Attention(nn.Module):
    def __init__(self, width, heads, dropout):
        super().__init__()
        self.heads, self.size, self.dropout = heads, width // heads, dropout
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.out = nn.Linear(width, width)

    def forward(self, x, bias):
        """`x` [batch, tokens, width]; `bias` [batch, 1, 1, tokens] is added to the scores, or None."""
        n_tokens = int(x.shape[1])
        query, key, value = (
            part(x).reshape(-1, n_tokens, self.heads, self.size) for part in (self.query, self.key, self.value)
        )
        scores = (query * self.size ** -0.5).transpose(1, 2) @ key.permute(0, 2, 3, 1)
        if bias is not None:
            scores = scores + bias
        weights = F.dropout(scores.softmax(-1), self.dropout, self.training)
        mixed = (weights @ value.transpose(1, 2)).transpose(1, 2)
        return self.out(mixed.reshape(-1, n_tokens, self.heads * self.size))


class EncoderBlock(nn.Module):
    """Attention, then two linear layers with GELU, each with a shortcut; layer normalisation before each part
    (pre-norm) or after each sum (post-norm, as in BERT)."""

    def __init__(self, width, heads, hidden, dropout, pre_norm):
        super().__init__()
        self.attention = Attention(width, heads, dropout)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.expand, self.contract = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.drop = nn.Dropout(dropout)
        self.pre_norm = pre_norm

    def mlp(self, x):
        return self.drop(self.contract(F.gelu(self.expand(x))))

    def forward(self, x, bias=None):
        if self.pre_norm:
            x = x + self.drop(self.attention(self.norm1(x), bias))
            return x + self.mlp(self.norm2(x))
        x = self.norm1(x + self.drop(self.attention(x, bias)))
        return self.norm2(x + self.mlp(x))


class VisionTransformer(ImageNetwork):
    """Patches of 7x7 pixels, a class token in front, pre-norm blocks; classified from the class token."""

    pooling = "class-token"

    def __init__(self, mean, std, width=48, heads=4, patch=7, dropout=0.1):
        super().__init__(mean, std)
        self.width, self.n_patches = width, (28 // patch) ** 2
        self.patches = nn.Conv2d(1, width, patch, patch)
        # The class token has no content of its own: its start is its position's embedding.
        self.positions = nn.Parameter(torch.randn(1, 1 + self.n_patches, width) * 0.02)
        self.blocks = nn.ModuleList(EncoderBlock(width, heads, 4 * width, dropout, True) for _ in range(N_BLOCKS))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 10)

    def features(self, x):
        """The measured tensor is the block's output, [batch, tokens, width], the class token first."""
        named = {}
        x = self.patches(x).reshape(-1, self.width, self.n_patches).transpose(1, 2)
        x = F.pad(x, (0, 0, 1, 0)) + self.positions
        for number, block in enumerate(self.blocks, 1):
            x = named[f"block{number:02}"] = block(x)
        return named, x

    def classify(self, x):
        return self.head(self.norm(x[:, 0]))


class TextEncoder(nn.Module):
    """BERT's encoder: token and position embeddings, post-norm blocks, classified from the class token."""

    inputs = ("input_ids", "attention_mask")
    pooling = "class-token"

    def __init__(self, vocabulary, max_tokens=32, width=48, heads=4, dropout=0.1, pre_norm=False):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.randn(1, max_tokens, width) * 0.02)
        self.norm = nn.LayerNorm(width)
        self.drop = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(EncoderBlock(width, heads, 4 * width, dropout, pre_norm) for _ in range(N_BLOCKS))
        self.pooler = nn.Linear(width, width)
        self.head = nn.Linear(width, 10)
        nn.init.normal_(self.tokens.weight, std=0.02 if not pre_norm else 0.1)

    def features(self, input_ids, attention_mask):
        """The measured tensor is the block's output after its normalisation, [batch, tokens, width]."""
        named = {}
        n_tokens = int(input_ids.shape[1])
        x = self.drop(self.norm(self.tokens(input_ids) + self.positions[:, :n_tokens]))
        bias = ((1 - attention_mask.to(torch.float32)) * MASKED).reshape(-1, 1, 1, n_tokens)
        for number, block in enumerate(self.blocks, 1):
            x = named[f"block{number:02}"] = block(x, bias)
        return named, x

    def layers(self, input_ids, attention_mask):
        """Every measured tensor by name, in depth order; the last is `logits`."""
        named, x = self.features(input_ids, attention_mask)
        named["logits"] = self.head(self.drop(torch.tanh(self.pooler(x[:, 0]))))
        return named

    def forward(self, input_ids, attention_mask):
        return self.layers(input_ids, attention_mask)["logits"]
