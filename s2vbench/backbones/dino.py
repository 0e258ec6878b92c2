"""DINO ViT-B/16 (arXiv 2104.14294): timm's network under the position table of the original code.

Shape letters: N frames, H height, W width, C channels, L tokens, D width.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import timm
import torch
from torch import Tensor, nn
from torch.nn import functional

from s2vbench.backbones.fast_blocks import speed_up
from s2vbench.backbones.precision import cast_blocks


class DinoViT(nn.Module):
    """The CLS feature of a frame of any size, as facebookresearch/dino computes it."""

    def __init__(self, **timm_options: Any) -> None:
        super().__init__()
        self.vit = timm.create_model("vit_base_patch16_224.dino", pretrained=False, num_classes=0, **timm_options)
        self.published = self.vit
        self.patch_px = int(self.vit.patch_embed.patch_size[0])

    def load_published(self, state: Mapping[str, Tensor]) -> None:
        """Take the published state dict; a missing or unexpected key raises RuntimeError."""
        self.vit.load_state_dict(state, strict=True, assign=True)
        speed_up(self.vit)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Do the products of the blocks in `dtype`; everything else stays float32."""
        cast_blocks(self.vit.blocks, dtype)

    def position_table(self, height_px: int, width_px: int) -> Tensor:
        """Position table (1, 1 + rows * columns, D) for frames of this size before patches cut off a remainder.

        The original code adds 0.1 patch to each side before it divides, and so resamples even a table of the trained
        length, except for square frames that have the trained number of patches.
        """
        trained_1LD = cast("Tensor", self.vit.pos_embed)
        rows, columns = height_px // self.patch_px, width_px // self.patch_px
        trained = trained_1LD.shape[1] - 1
        if height_px == width_px and rows * columns == trained:
            return trained_1LD
        side = int(trained**0.5)
        grid = trained_1LD[:, 1:].reshape(1, side, side, -1).permute(0, 3, 1, 2)
        scale = ((rows + 0.1) / side, (columns + 0.1) / side)
        grid = functional.interpolate(grid, scale_factor=scale, mode="bicubic", align_corners=False)
        return torch.cat([trained_1LD[:, :1], grid.flatten(2).transpose(1, 2)], dim=1)

    def forward(self, frames_NCHW: Tensor) -> Tensor:
        """Normalised frames (N, 3, H, W), H and W at least 16 -> CLS features (N, D) after the last norm."""
        return cast("Tensor", self.vit.norm(self._tokens(frames_NCHW)[:, 0]))

    def patches(self, frames_NCHW: Tensor) -> Tensor:
        """Normalised frames -> patch features (N, rows, columns, D) after the last norm, each of length 1."""
        rows, columns = (side // self.patch_px for side in frames_NCHW.shape[-2:])
        tokens_NLD = self.vit.norm(self._tokens(frames_NCHW)[:, 1:]).float()
        return functional.normalize(tokens_NLD, dim=-1).reshape(len(tokens_NLD), rows, columns, -1)

    def _tokens(self, frames_NCHW: Tensor) -> Tensor:
        patches_NLD = self.vit.patch_embed.proj(frames_NCHW).flatten(2).transpose(1, 2)
        cls_N1D = self.vit.cls_token.expand(len(frames_NCHW), -1, -1)
        tokens_NLD = torch.cat([cls_N1D, patches_NLD], dim=1) + self.position_table(*frames_NCHW.shape[-2:])
        return cast("Tensor", self.vit.blocks(tokens_NLD))
