"""OpenAI CLIP image encoders (arXiv 2103.00020): open_clip's networks with QuickGELU.

Shape letters: N images, H height, W width, C channels, E embedding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import open_clip
import torch
from torch import Tensor, nn

from s2vbench.backbones.fast_blocks import speed_up
from s2vbench.backbones.precision import cast_blocks

TORCHSCRIPT_EXTRAS = ("input_resolution", "context_length", "vocab_size")


class ClipImageEncoder(nn.Module):
    """The image half of a CLIP model; features before normalisation."""

    def __init__(self, architecture: str = "ViT-B-32-quickgelu", **sizes: Any) -> None:
        """Build `architecture` of open_clip; `sizes` replace entries of its configuration (tests build small ones)."""
        super().__init__()
        self.published: nn.Module | None = open_clip.CLIP(**(open_clip.get_model_config(architecture) | sizes))
        self.visual = cast("nn.Module", self.published.visual)

    def load_published(self, state: Mapping[str, Tensor]) -> None:
        """Take the published state dict of both halves, strictly, then let the text half go.

        Matrices are float16 in the published file; they are computed with in float32, as the official code does on a
        CPU. A missing or unexpected key raises RuntimeError.
        """
        assert self.published is not None, "weights are loaded once"
        weights = {key: value.float() for key, value in state.items() if key not in TORCHSCRIPT_EXTRAS}
        self.published.load_state_dict(weights, strict=True, assign=True)
        self.published = None
        speed_up(self.visual)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Do the products of the blocks in `dtype`; patch embedding and projection stay float32."""
        cast_blocks(cast("nn.Module", self.visual.transformer), dtype)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Normalised images (N, 3, 224, 224) -> features (N, E)."""
        return cast("Tensor", self.visual(images_NCHW))
