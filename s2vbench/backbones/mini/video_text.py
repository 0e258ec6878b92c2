"""Short videos and texts in one space: ViCLIP (arXiv 2307.06942) at small size.

As there, the class token and what is seen in all frames attend to each other jointly. Patches come from a small
convolutional network instead of one matrix; frames are squashed to one size, so nothing of a wide frame is cut off.

Shape letters: N clips or texts, T frames, H height, W width, P patches of a frame, S tokens of a clip, L text tokens,
M frames of all clips, C token width, R rows and K columns of a map, E embedding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from s2vbench.backbones.attention import each_alone
from s2vbench.backbones.fast_linear import FastLinear
from s2vbench.backbones.mini.image_text import FIRST_TEMPERATURE
from s2vbench.backbones.mini.image_text_tower import (
    BLOCKS,
    SEEDED_RULES,
    STRIDE_PX,
    WIDTHS,
    ConvTower,
    load_and_fuse,
)
from s2vbench.backbones.mini.shipped import FOLDER, shipped_sha256
from s2vbench.backbones.mini.words import tokenize, vocabulary_size
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.backbones.viclip import ResidualBlock, TextEncoder, Transformer
from s2vbench.video.recipes import MINI_LONGER_112

_FILE = "mini_video_text.safetensors"
SEEN_HEIGHT_PX, SEEN_WIDTH_PX = 64, 112
"""What clips are squashed to."""


class VisionEncoder(nn.Module):
    """Clips to embeddings: maps of each frame, then joint attention over space and time.

    Args:
        widths: channels of the convolutions' steps.
        blocks: residual blocks after each.
        width: of a token.
        layers: of attention.
        heads: of each layer; divide `width`.
        embedding: length of a feature.
        frames: most frames of a clip.
    """

    def __init__(
        self,
        *,
        widths: tuple[int, ...],
        blocks: tuple[int, ...],
        width: int,
        layers: int,
        heads: int,
        embedding: int,
        frames: int,
    ) -> None:
        super().__init__()
        places = (SEEN_HEIGHT_PX // STRIDE_PX) * (SEEN_WIDTH_PX // STRIDE_PX)
        self.tower = ConvTower(widths, blocks)
        self.enter = FastLinear(self.tower.width, width)
        self.class_embedding = nn.Parameter(0.02 * torch.randn(width))
        self.positional_embedding = nn.Parameter(0.02 * torch.randn(places, width))
        self.temporal_positional_embedding = nn.Parameter(0.02 * torch.randn(frames, width))
        self.ln_pre, self.ln_post = nn.LayerNorm(width), nn.LayerNorm(width)
        self.transformer = Transformer(width, layers, heads)
        self.leave = FastLinear(width, embedding)

    def forward(self, frames_NTCHW: Tensor) -> Tensor:
        """(N, E), float32."""
        clips, frames = frames_NTCHW.shape[:2]
        map_MCRK = self.tower(frames_NTCHW.flatten(0, 1))
        x_MPC = self.enter(map_MCRK.flatten(2).transpose(1, 2)).float()
        x_NTPC = x_MPC.reshape(clips, frames, *x_MPC.shape[1:])
        x_NTPC = x_NTPC + self.positional_embedding + self.temporal_positional_embedding[:frames, None]
        class_N1C = self.class_embedding.expand(clips, 1, -1)
        x_NSC = self.ln_pre(torch.cat([class_N1C, x_NTPC.flatten(1, 2)], 1))
        *blocks, last = self.transformer.resblocks
        for block in blocks:
            x_NSC = block(x_NSC)
        # Only the class token is read, so the last block computes no other row.
        return cast("Tensor", self.leave(self.ln_post(last(x_NSC, queries=1)[:, 0])))


class MiniVideoText(nn.Module):
    """Both halves; features are not normalised, so divide by their norms before taking a cosine.

    Args:
        widths: channels of the convolutions' steps.
        blocks: residual blocks after each.
        width: of a token of the video half.
        layers: of its attention.
        heads: of each layer; divide `width`.
        embedding: length of a feature.
        text_width: width of the text half.
        text_layers: its layers.
        text_heads: heads of each; divide `text_width`.
        frames: most frames of a clip.
        context: tokens of a text, start and end included; longer ones lose their end.
    """

    def __init__(
        self,
        *,
        widths: tuple[int, ...] = WIDTHS,
        blocks: tuple[int, ...] = BLOCKS,
        width: int = 128,
        layers: int = 3,
        heads: int = 4,
        embedding: int = 128,
        text_width: int = 128,
        text_layers: int = 2,
        text_heads: int = 4,
        frames: int = 8,
        context: int = 96,
    ) -> None:
        super().__init__()
        self.frames, self.context = frames, context
        self.vision_encoder = VisionEncoder(
            widths=widths,
            blocks=blocks,
            width=width,
            layers=layers,
            heads=heads,
            embedding=embedding,
            frames=frames,
        )
        self.text_encoder = TextEncoder(
            width=text_width,
            layers=text_layers,
            heads=text_heads,
            embedding=embedding,
            context=context,
            vocabulary=vocabulary_size(),
        )
        # Logarithm of what training divides cosines by; features do not use it.
        self.temperature = nn.Parameter(torch.tensor(FIRST_TEMPERATURE).log())

    def load_published(self, state: Mapping[str, Tensor]) -> None:
        """Take a trained state dict; a missing or unexpected key raises RuntimeError."""
        load_and_fuse(self, self.vision_encoder.tower, state)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Do the convolutions and the products of all blocks in `dtype`; everything else stays float32."""
        self.vision_encoder.tower.to(dtype)
        set_blocks_dtype(self, dtype)

    def encode_video(self, frames_NTCHW: Tensor) -> Tensor:
        """Features (N, E), float32, of clips of normalised frames of any size.

        Raises:
            ValueError: more frames than the network has times for, or none.
        """
        clips, frames, _, height_px, width_px = frames_NTCHW.shape
        if not 1 <= frames <= self.frames:
            raise ValueError(f"want clips of 1 to {self.frames} frames, got {frames}")
        if (height_px, width_px) != (SEEN_HEIGHT_PX, SEEN_WIDTH_PX):
            squashed_MCHW = functional.interpolate(
                frames_NTCHW.flatten(0, 1), (SEEN_HEIGHT_PX, SEEN_WIDTH_PX), mode="bilinear", align_corners=False
            )
            frames_NTCHW = squashed_MCHW.reshape(clips, frames, *squashed_MCHW.shape[1:])
        return each_alone(self.vision_encoder, frames_NTCHW)

    def encode_text(self, token_ids_NL: Tensor) -> Tensor:
        """Features (N, E), float32, of token numbers (N, context), as `tokenize` makes them."""
        return each_alone(self.text_encoder, token_ids_NL)

    def tokenize(self, texts: Sequence[str]) -> Tensor:
        """Token numbers (N, context), int64, on the network's device; of a text too long the beginning is kept."""
        return tokenize(texts, self.context).to(self.temperature.device)


def set_blocks_dtype(network: nn.Module, dtype: torch.dtype) -> None:
    """Do the products of a transformer's blocks in `dtype`; norms and sums stay float32."""
    for module in network.modules():
        if isinstance(module, ResidualBlock):
            module.attn.to(dtype)
            module.mlp.to(dtype)


MINI_VIDEO_TEXT = BackboneSpec(
    name="mini_video_text",
    role="video_text",
    build="s2vbench.backbones.mini.video_text:MiniVideoText",
    summary="ViCLIP at small size, trained on drawn clips and their captions; eight frames and a text in 128",
    source="s2vbench.mini.video_text; after arXiv 2307.06942",
    licence="Apache-2.0",
    file=_FILE,
    url="",
    size_mb=4,
    sha256=shipped_sha256(_FILE),
    packaged=FOLDER,
    recipe=MINI_LONGER_112,
    seeded_rules=(
        *SEEDED_RULES,
        (r"temperature$", "constant:-2.659260"),
        (r"(embedding|token_embedding\.weight)$", "embedding"),
        (r"text_projection$", "linear_in0"),
    ),
)
