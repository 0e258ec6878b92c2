"""Pictures and texts in one space: CLIP (arXiv 2103.00020) at small size, with a convolutional image half.

Shape letters: N images or texts, H height, W width, C channels, L tokens, E embedding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from s2vbench.backbones.attention import each_alone
from s2vbench.backbones.mini.image_text_tower import (
    BLOCKS,
    SEEDED_RULES,
    WIDTHS,
    ConvTower,
    Pooled,
    load_and_fuse,
)
from s2vbench.backbones.mini.shipped import FOLDER, shipped_sha256
from s2vbench.backbones.mini.words import tokenize, vocabulary_size
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.backbones.viclip import ResidualBlock, TextEncoder
from s2vbench.video.recipes import MINI_CENTRE_112

_FILE = "mini_image_text.safetensors"
FIRST_TEMPERATURE = 0.07


class MiniImageText(nn.Module):
    """Both halves; features are not normalised, so divide by their norms before taking a cosine.

    Args:
        widths: channels of the image half's steps.
        blocks: residual blocks after each.
        embedding: length of a feature.
        text_width: width of the text half.
        text_layers: its layers.
        text_heads: heads of each; divide `text_width`.
        context: tokens of a text, start and end included; longer ones lose their end.
    """

    def __init__(
        self,
        *,
        widths: tuple[int, ...] = WIDTHS,
        blocks: tuple[int, ...] = BLOCKS,
        embedding: int = 128,
        text_width: int = 128,
        text_layers: int = 3,
        text_heads: int = 4,
        context: int = 48,
    ) -> None:
        super().__init__()
        self.context = context
        self.tower = ConvTower(widths, blocks)
        self.pooled = Pooled(self.tower.width, embedding)
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
        load_and_fuse(self, self.tower, state)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Do the convolutions and the products of the text half's blocks in `dtype`; everything else stays float32."""
        self.tower.to(dtype)
        set_blocks_dtype(self.text_encoder, dtype)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Normalised images of any size -> features (N, E), float32."""
        return cast("Tensor", self.pooled(self.tower(images_NCHW)))

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


MINI_IMAGE_TEXT = BackboneSpec(
    name="mini_image_text",
    role="frame_encoder",
    build="s2vbench.backbones.mini.image_text:MiniImageText",
    summary="CLIP at small size, trained on drawn subjects, places and captions; feature of 128",
    source="s2vbench.mini.image_text; after arXiv 2103.00020",
    licence="Apache-2.0",
    file=_FILE,
    url="",
    size_mb=3,
    sha256=shipped_sha256(_FILE),
    packaged=FOLDER,
    recipe=MINI_CENTRE_112,
    seeded_rules=(
        *SEEDED_RULES,
        (r"temperature$", "constant:-2.659260"),
        (r"(positional_embedding|token_embedding\.weight)$", "embedding"),
        (r"text_projection$", "linear_in0"),
    ),
)
