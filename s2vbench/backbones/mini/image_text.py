"""Pictures and texts in one space: open_clip's CLIP (arXiv 2103.00020) of a small configuration.

Its image half is a small convolutional network: on a processor a vision transformer takes twice the time.

Shape letters: N images or texts, H height, W width, C channels, L tokens, E embedding.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import cast

import open_clip
import torch
from torch import Tensor, nn

from s2vbench.backbones.attention import each_alone
from s2vbench.backbones.mini.image_text_tower import (
    BLOCKS,
    SEEDED_RULES,
    STRIDE_PX,
    WIDTHS,
    ConvTower,
    Pooled,
    load_and_fuse,
)
from s2vbench.backbones.mini.shipped import FOLDER, shipped_sha256
from s2vbench.backbones.mini.words import tokenize, vocabulary_size
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.video.recipes import MINI_CENTRE_112

_FILE = "mini_image_text.safetensors"
FIRST_TEMPERATURE = 0.07


class ImageHalf(nn.Module):
    """Convolutions, then one feature of their map."""

    def __init__(self, widths: tuple[int, ...], blocks: tuple[int, ...], embedding: int) -> None:
        super().__init__()
        self.tower = ConvTower(widths, blocks)
        self.pooled = Pooled(self.tower.width, embedding)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Features (N, E), float32."""
        return cast("Tensor", self.pooled(self.tower(images_NCHW)))


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
        texts = open_clip.CLIPTextCfg(
            context_length=context,
            vocab_size=vocabulary_size(),
            width=text_width,
            heads=text_heads,
            layers=text_layers,
        )
        # open_clip builds an image half of its own, as small as can be, which ours replaces.
        pictures = open_clip.CLIPVisionCfg(layers=1, width=64, patch_size=STRIDE_PX, image_size=STRIDE_PX)
        self.clip = open_clip.CLIP(embedding, pictures, texts, init_logit_scale=-math.log(FIRST_TEMPERATURE))
        self.clip.visual = ImageHalf(widths, blocks, embedding)

    def load_published(self, state: Mapping[str, Tensor]) -> None:
        """Take a trained state dict; a missing or unexpected key raises RuntimeError."""
        load_and_fuse(self, self.clip.visual.tower, state)
        # No weights file holds it, so a network built without memory has none.
        self.clip.attn_mask = torch.full((self.context, self.context), -torch.inf).triu(1)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Do the convolutions in `dtype`; the text half, which reads a few words a video, stays float32."""
        self.clip.visual.tower.to(dtype)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Normalised images of any size -> features (N, E), float32."""
        return cast("Tensor", self.clip.visual(images_NCHW))

    def encode_text(self, token_ids_NL: Tensor) -> Tensor:
        """Features (N, E), float32, of token numbers (N, context), as `tokenize` makes them."""
        return each_alone(self.clip.encode_text, token_ids_NL)

    def tokenize(self, texts: Sequence[str]) -> Tensor:
        """Token numbers (N, context), int64, on the network's device; of a text too long the beginning is kept."""
        return tokenize(texts, self.context).to(self.clip.logit_scale.device)


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
        (r"logit_scale$", "constant:2.659260"),
        (r"(positional_embedding|token_embedding\.weight)$", "embedding"),
        (r"text_projection$", "linear_in0"),
    ),
)
