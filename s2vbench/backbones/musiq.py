"""MUSIQ predicts the quality of an image from its 32 x 32 patches at three scales, without a reference image.

Architecture: Ke et al., arXiv 2108.05997, in the layout of the checkpoint trained on SPAQ
(`musiq_spaq_ckpt-358bb6af.pth`, 248 tensors). Written from the paper and from that layout. A published
implementation pads the two small scales to a fixed number of tokens and masks the padding; a masked token never
reaches the class token, so here it is not computed at all.

Shape letters: N images, P patches (of all images and scales together), T tokens of one image, C channels or token
width, H and W rows and columns.
"""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from s2vbench.backbones.attention import attend, each_alone
from s2vbench.backbones.fast_linear import FastLinear, linear
from s2vbench.backbones.musiq_patches import Bottleneck, GroupNorm, StandardisedConv2d

PATCH_SIDE = 32
ROOT_EPS = 1e-6
TRANSFORMER_EPS = 1e-6
# A CPU keeps one chunk's activations (64 KiB a patch in the first layer) in cache; a GPU wants larger launches.
PATCHES_PER_CHUNK_CPU = 128
PATCHES_PER_CHUNK_GPU = 2048


class Attention(nn.Module):
    """Multi-head attention of the first tokens to all tokens."""

    def __init__(self, width: int, heads: int) -> None:
        """Split `width` evenly over `heads`."""
        super().__init__()
        self.heads = heads
        self.query, self.key = FastLinear(width, width), FastLinear(width, width)
        self.value, self.out = FastLinear(width, width), FastLinear(width, width)

    def forward(self, x_NTC: Tensor, rows: int | None) -> Tensor:
        """Return the first `rows` rows (all if None) of the result, (N, rows, C)."""
        q_NHTD, k_NHTD, v_NHTD = (
            y_NTC.view(*y_NTC.shape[:2], self.heads, y_NTC.shape[2] // self.heads).transpose(1, 2)
            for y_NTC in (self.query(x_NTC[:, :rows]), self.key(x_NTC), self.value(x_NTC))
        )
        return cast("Tensor", self.out(attend(q_NHTD, k_NHTD, v_NHTD)))


class Mlp(nn.Module):
    """Two dense layers with the exact GELU between them."""

    def __init__(self, width: int, hidden: int) -> None:
        """Go from `width` to `hidden` and back."""
        super().__init__()
        self.fc1, self.fc2 = FastLinear(width, hidden), FastLinear(hidden, width)

    def forward(self, x_NTC: Tensor) -> Tensor:
        """Return (N, T, C)."""
        return cast("Tensor", self.fc2(linear(x_NTC, self.fc1.weight, self.fc1.bias, gelu=True)))


class EncoderBlock(nn.Module):
    """A pre-norm transformer block: the sum over its branches and its norms are float32, its products as stored."""

    def __init__(self, width: int, heads: int, mlp: int) -> None:
        """Make a block for tokens of `width`, `heads` heads and `mlp` hidden units."""
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=TRANSFORMER_EPS)
        self.attention = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=TRANSFORMER_EPS)
        self.mlp = Mlp(width, mlp)

    def forward(self, x_NTC: Tensor, rows: int | None = None) -> Tensor:
        """Return the first `rows` tokens (all if None) of (N, T, C) float32 after the block."""
        dtype = self.mlp.fc1.weight.dtype
        x_NRC = x_NTC[:, :rows] + self.attention(self.norm1(x_NTC).to(dtype), rows)
        return cast("Tensor", x_NRC + self.mlp(self.norm2(x_NRC).to(dtype)))


class HashedPositions(nn.Module):
    """Learned embeddings on a square grid that the patch grid of any image is mapped to."""

    def __init__(self, grid: int, width: int) -> None:
        """Make a `grid` x `grid` table, row by row."""
        super().__init__()
        self.grid = grid
        self.position_emb = nn.Parameter(0.02 * torch.randn(1, grid * grid, width))

    def forward(self, rows: int, columns: int) -> Tensor:
        """Return (rows * columns, C) for a patch grid, in raster order."""
        row_R, column_K = self._nearest(rows), self._nearest(columns)
        return self.position_emb[0, (row_R[:, None] * self.grid + column_K).flatten()]

    def _nearest(self, count: int) -> Tensor:
        """Table indices (count,) that nearest resampling of 0..grid-1 to `count` places picks."""
        # Its float32 arithmetic decides ties, so the index is resampled and not computed from integers.
        index_11G = torch.arange(self.grid, dtype=torch.float32)[None, None]
        index_11K = functional.interpolate(index_11G, size=count, mode="nearest")
        return index_11K[0, 0].long().to(self.position_emb.device)


class ScaleEmbedding(nn.Module):
    """One learned embedding per scale."""

    def __init__(self, scales: int, width: int) -> None:
        """Make the (scales, width) table."""
        super().__init__()
        self.scale_emb = nn.Parameter(0.02 * torch.randn(scales, width))


class TransformerEncoder(nn.Module):
    """The transformer over the tokens of all scales, read out at its class token."""

    def __init__(self, *, width: int, layers: int, heads: int, mlp: int, grid: int, scales: int) -> None:
        """Make `layers` blocks; sizes as in `Musiq`."""
        super().__init__()
        self.cls = nn.Parameter(torch.zeros(1, 1, width))
        self.posembed_input = HashedPositions(grid, width)
        self.scaleembed_input = ScaleEmbedding(scales, width)
        self.encoder_norm = nn.LayerNorm(width, eps=TRANSFORMER_EPS)
        self.transformer = nn.ModuleDict(
            {f"encoderblock_{layer}": EncoderBlock(width, heads, mlp) for layer in range(layers)}
        )

    def place(self, grids: list[tuple[int, int]]) -> Tensor:
        """Position plus scale embedding (T, C) of the patches of all scales, `grids` being (rows, columns) each."""
        scale_SC = self.scaleembed_input.scale_emb
        return torch.cat([self.posembed_input(*grid) + scale_C for grid, scale_C in zip(grids, scale_SC, strict=True)])

    def forward(self, x_NTC: Tensor) -> Tensor:
        """Return the normalised class token (N, C) for placed patch tokens (N, T, C)."""
        x_NTC = torch.cat([self.cls.expand(x_NTC.shape[0], -1, -1), x_NTC], dim=1)
        *blocks, last = self.transformer.values()
        for block in blocks:
            x_NTC = block(x_NTC)
        # Only the class token is read, so the last block computes no other row.
        return cast("Tensor", self.encoder_norm(last(x_NTC, rows=1)[:, 0]))


class Musiq(nn.Module):
    """The network: images of one size to their scores, about 0..100 with the SPAQ weights, higher is better."""

    def __init__(
        self,
        *,
        hidden: int = 384,
        layers: int = 14,
        heads: int = 6,
        mlp: int = 1152,
        channels: int = 64,
        groups: int = 32,
        grid: int = 10,
        longer_sides: tuple[int, ...] = (224, 384),
    ) -> None:
        """Make an untrained network; the defaults are the published sizes.

        Args:
            hidden: Width of a token.
            layers: Transformer blocks.
            heads: Attention heads; divide `hidden`.
            mlp: Hidden units of a block's dense layers.
            channels: Channels of the first convolution; the patch network ends with four times as many.
            groups: Groups of every group normalisation; divide `channels`.
            grid: Rows and columns of the position table.
            longer_sides: Longer sides in pixels of the resized copies that are read besides the image itself.
        """
        super().__init__()
        self.longer_sides = longer_sides
        self.conv_root = StandardisedConv2d(3, channels, 7, stride=2)
        self.gn_root = GroupNorm(groups, channels, eps=ROOT_EPS)
        self.block1 = Bottleneck(channels, groups)
        self.embedding = FastLinear(4 * channels * (PATCH_SIDE // 4) ** 2, hidden)
        self.transformer_encoder = TransformerEncoder(
            width=hidden, layers=layers, heads=heads, mlp=mlp, grid=grid, scales=len(longer_sides) + 1
        )
        self.head = FastLinear(hidden, 1)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Run convolutions and dense layers in `dtype`; norms, softmax, sums over branches and the head stay float32.

        The dense weights are rounded in place, so a narrower type cannot be undone: load the weights again instead.

        Raises:
            ValueError: if the weights are already narrower than `dtype`.
        """
        if torch.promote_types(dtype, self.embedding.weight.dtype) != self.embedding.weight.dtype:
            raise ValueError(f"weights already rounded to {self.embedding.weight.dtype}; load them again for {dtype}")
        for module in self.modules():
            if isinstance(module, FastLinear) and module is not self.head:
                module.to(dtype)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return the scores (N,), float32, of RGB images (N, 3, H, W) in 0..1.

        An image's score does not depend on the others in the batch.

        Raises:
            ValueError: for another shape, an integer type, or sides so unequal that the shorter one vanishes.
        """
        shape = tuple(images_NCHW.shape)
        if len(shape) != 4 or shape[1] != 3 or not images_NCHW.is_floating_point():
            raise ValueError(f"want floating-point images (N, 3, H, W) in 0..1, got {images_NCHW.dtype} {shape}")
        class_NC = each_alone(self.transformer_encoder, self.embed(images_NCHW))
        return cast("Tensor", self.head(class_NC)[:, 0])

    def embed(self, images_NCHW: Tensor) -> Tensor:
        """Return the placed patch tokens (N, T, C), float32, of all scales; `longer_sides` first, the image last."""
        centred_NCHW = 2 * images_NCHW.float() - 1
        scaled = [*(resize_longer_side(centred_NCHW, side) for side in self.longer_sides), centred_NCHW]
        grids = [(math.ceil(x.shape[2] / PATCH_SIDE), math.ceil(x.shape[3] / PATCH_SIDE)) for x in scaled]
        patches_NTHWC = torch.cat([cut_patches(x_NCHW) for x_NCHW in scaled], dim=1)
        images, tokens = patches_NTHWC.shape[:2]
        chunk = PATCHES_PER_CHUNK_CPU if images_NCHW.device.type == "cpu" else PATCHES_PER_CHUNK_GPU
        chunks_PHWC = torch.split(patches_NTHWC.flatten(0, 1), chunk)
        tokens_PC = torch.cat([self.embed_patches(x_PHWC) for x_PHWC in chunks_PHWC])
        return tokens_PC.float().view(images, tokens, tokens_PC.shape[1]) + self.transformer_encoder.place(grids)

    def embed_patches(self, patches_PHWC: Tensor) -> Tensor:
        """Return tokens (P, C) without their place for patches (P, 32, 32, 3) in -1..1."""
        # "Same" padding in the sense of TensorFlow: the odd row and column goes to the far side.
        x_PHWC = functional.pad(patches_PHWC, (0, 0, 2, 3, 2, 3)).to(self.embedding.weight.dtype)
        x_PHWC = self.gn_root(self.conv_root(x_PHWC))
        # The zero padding of the pooling is the ReLU's lower bound, so leaving it out and rectifying later is equal.
        x_PCHW = functional.max_pool2d(x_PHWC.permute(0, 3, 1, 2), 3, stride=2, ceil_mode=True)
        x_PHWC = self.block1(functional.relu(x_PCHW).permute(0, 2, 3, 1))
        return cast("Tensor", self.embedding(x_PHWC.flatten(1)))


def resize_longer_side(images_NCHW: Tensor, longer: int) -> Tensor:
    """Resize to `longer` pixels on the longer side (up or down): bicubic, not antialiased, sides rounded."""
    height, width = images_NCHW.shape[2:]
    scale = longer / max(height, width)
    size = (round(height * scale), round(width * scale))
    if min(size) == 0:
        raise ValueError(f"an image of {height} x {width} pixels loses its shorter side when resized to {longer}")
    return functional.interpolate(images_NCHW, size=size, mode="bicubic", align_corners=False)


def cut_patches(images_NCHW: Tensor) -> Tensor:
    """Cut into (N, T, 32, 32, 3) in raster order, after zero padding on all sides (the smaller half before)."""
    height, width = images_NCHW.shape[2:]
    below, right = -height % PATCH_SIDE, -width % PATCH_SIDE
    padding = (right // 2, right - right // 2, below // 2, below - below // 2)
    x_NCHW = functional.pad(images_NCHW, padding)
    rows, columns = x_NCHW.shape[2] // PATCH_SIDE, x_NCHW.shape[3] // PATCH_SIDE
    x_NCRHKW = x_NCHW.view(-1, 3, rows, PATCH_SIDE, columns, PATCH_SIDE)
    return x_NCRHKW.permute(0, 2, 4, 3, 5, 1).flatten(1, 2)
