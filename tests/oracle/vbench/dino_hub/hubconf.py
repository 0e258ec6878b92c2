"""DINO ViT-B/16, and the torch.hub entry point that vbench's local mode loads.

vbench's subject_consistency expects a checkout of the published DINO code, which is
not on the package index. This stand-in takes its place in the oracle: written from a
description of the published network, with the published parameter names, and compared
with stored outputs of the published network (``answer.py dino-check``). It holds no
published code, and shares none with s2vbench's own networks, which are checked
against it.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

dependencies = ["torch"]  # read by torch.hub

CHECKPOINT = "dino_vitbase16_pretrain.pth"
WIDTH = 768
HEADS = 12
DEPTH = 12
PATCH_PX = 16
GRID = 14  # the position table is GRID x GRID, from 224 px training images
NORM_EPS = 1e-6


class PatchEmbed(nn.Module):
    """Cut an image into patches; a remainder of less than a patch is dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, WIDTH, kernel_size=PATCH_PX, stride=PATCH_PX)

    def forward(self, images: Tensor) -> Tensor:
        """Return patch tokens (batch, rows * columns, WIDTH)."""
        patches: Tensor = self.proj(images)
        return patches.flatten(2).transpose(1, 2)


class Attention(nn.Module):
    """Multi-head self-attention with one fused, biased qkv projection."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.proj = nn.Linear(WIDTH, WIDTH)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the attended tokens, same shape."""
        batch, count, width = tokens.shape
        qkv = self.qkv(tokens).reshape(batch, count, 3, HEADS, width // HEADS)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        # Spelled out rather than fused: the reference must not pick a kernel per
        # machine, and this is the order of operations of the published network.
        logits = (query @ key.transpose(-2, -1)) * (width // HEADS) ** -0.5
        mixed = logits.softmax(dim=-1) @ value
        projected: Tensor = self.proj(mixed.transpose(1, 2).flatten(2))
        return projected


class Mlp(nn.Module):
    """The two-layer perceptron of a block, with exact GELU."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(WIDTH, 4 * WIDTH)
        self.fc2 = nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the transformed tokens, same shape."""
        projected: Tensor = self.fc2(functional.gelu(self.fc1(tokens)))
        return projected


class Block(nn.Module):
    """A pre-norm transformer block."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH, eps=NORM_EPS)
        self.attn = Attention()
        self.norm2 = nn.LayerNorm(WIDTH, eps=NORM_EPS)
        self.mlp = Mlp()

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the tokens after attention and perceptron, same shape."""
        tokens = tokens + self.attn(self.norm1(tokens))
        mixed: Tensor = tokens + self.mlp(self.norm2(tokens))
        return mixed


class DinoViTB16(nn.Module):
    """ViT-B/16 that returns the class token after the final norm."""

    def __init__(self) -> None:
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + GRID * GRID, WIDTH))
        self.patch_embed = PatchEmbed()
        self.blocks = nn.ModuleList(Block() for _ in range(DEPTH))
        self.norm = nn.LayerNorm(WIDTH, eps=NORM_EPS)

    def positions(self, height_px: int, width_px: int) -> Tensor:
        """Return the position table for an input size, class token first.

        The table is used as it is only for a square input of GRID x GRID patches;
        squareness is that of the input, not of the patch grid. Any other size is
        resampled at a scale of (patches + 0.1) / GRID. The 0.1 guarded the published
        code against rounding in the output size, but it also moves the sampling
        points, so it belongs to the published numbers.
        """
        rows, columns = height_px // PATCH_PX, width_px // PATCH_PX
        if height_px == width_px and rows * columns == GRID * GRID:
            return self.pos_embed
        table = self.pos_embed[:, 1:].reshape(1, GRID, GRID, WIDTH).permute(0, 3, 1, 2)
        table = functional.interpolate(
            table,
            scale_factor=((rows + 0.1) / GRID, (columns + 0.1) / GRID),
            mode="bicubic",
            align_corners=False,
        )
        return torch.cat([self.pos_embed[:, :1], table.flatten(2).mT], dim=1)

    def forward(self, images: Tensor) -> Tensor:
        """Return features (batch, WIDTH) of images (batch, 3, height, width)."""
        patches = self.patch_embed(images)
        first = self.cls_token.expand(len(images), -1, -1)
        tokens = torch.cat([first, patches], dim=1)
        tokens = tokens + self.positions(images.shape[2], images.shape[3])
        for block in self.blocks:
            tokens = block(tokens)
        features: Tensor = self.norm(tokens)[:, 0]
        return features


def dino_vitb16(*, pretrained: bool = True, **unused: object) -> DinoViTB16:
    """Return DINO ViT-B/16, with the checkpoint's weights unless told otherwise.

    Args:
        pretrained: Load the checkpoint from torch hub's folder; nothing is downloaded.
        **unused: What vbench passes besides, a path among it. The published entry
            point takes its checkpoint from torch hub's folder all the same.
    """
    model = DinoViTB16()
    if pretrained:
        path = Path(torch.hub.get_dir()) / "checkpoints" / CHECKPOINT
        state = torch.load(path, map_location="cpu", weights_only=True)
        model.load_state_dict(state, strict=True)
    return model
