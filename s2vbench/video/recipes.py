"""Resize recipes: the preprocessing of each metric as a named, versioned piece of data.

A recipe is part of a number's identity. `s2vbench.backbones.preprocess` carries recipes out; the arithmetic of sizes is
here. All of them work on float frames in 0..255 without antialiasing, because the official code does (VBench 0.1.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CLIP_MEAN, CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
_NO_MEAN, _NO_STD = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class ResizeRecipe:
    """How uint8 frames become the input of one network."""

    name: str
    """Name and version, as records carry it."""
    side: Literal["shorter", "longer"] | None
    """The side that `side_px` fixes; the other keeps the proportion, rounded down. None: no resize."""
    side_px: int = 0
    shrink_only: bool = False
    filter: Literal["bilinear", "bicubic"] = "bilinear"
    crop_px: int | None = None
    """Side of a square cut from the centre after the resize."""
    round_to_u8: bool = False
    """Clamp to 0..255 and round after the resize, as a resize of integer images does."""
    mean: tuple[float, float, float] = _NO_MEAN
    std: tuple[float, float, float] = _NO_STD

    def size_px(self, height_px: int, width_px: int) -> tuple[int, int]:
        """Height and width after the resize, before the crop; never below 1.

        >>> DINO_SHORTER_224.size_px(512, 896), MUSIQ_LONGER_512.size_px(512, 896)
        ((224, 392), (292, 512))
        """
        if self.side is None:
            return height_px, width_px
        shorter, longer = sorted((height_px, width_px))
        if self.side == "longer":
            if self.shrink_only and longer <= self.side_px:
                return height_px, width_px
            scale = float(self.side_px) / longer
            return max(1, int(scale * height_px)), max(1, int(scale * width_px))
        scaled = int(self.side_px * longer / shorter)
        return (self.side_px, scaled) if height_px <= width_px else (scaled, self.side_px)


DINO_SHORTER_224 = ResizeRecipe(
    "dino-shorter224-bilinear-v1", "shorter", 224, filter="bilinear", mean=IMAGENET_MEAN, std=IMAGENET_STD
)
CLIP_CENTRE_224 = ResizeRecipe(
    "clip-centre224-bicubic-v1", "shorter", 224, filter="bicubic", crop_px=224, mean=CLIP_MEAN, std=CLIP_STD
)
VICLIP_CENTRE_224 = ResizeRecipe(
    "viclip-centre224-bicubic-u8-v1",
    "shorter",
    224,
    filter="bicubic",
    crop_px=224,
    round_to_u8=True,
    mean=CLIP_MEAN,
    std=CLIP_STD,
)
MUSIQ_LONGER_512 = ResizeRecipe("musiq-longer512-bilinear-v1", "longer", 512, shrink_only=True)
AMT_PADDED_16 = ResizeRecipe("amt-pad16-replicate-v1", None)
MINI_LONGER_256 = ResizeRecipe("mini-longer256-bilinear-v1", "longer", 256, shrink_only=True)
MINI_PADDED_16 = ResizeRecipe("mini-pad16-replicate-v1", None)
# 112 px are half of what subjects are cut out at, so that halving without antialiasing is the mean of four pixels.
MINI_CENTRE_112 = ResizeRecipe(
    "mini-centre112-bilinear-v1", "shorter", 112, filter="bilinear", crop_px=112, mean=CLIP_MEAN, std=CLIP_STD
)
MINI_SHORTER_112 = ResizeRecipe("mini-shorter112-bilinear-v1", "shorter", 112, mean=CLIP_MEAN, std=CLIP_STD)
MINI_LONGER_112 = ResizeRecipe("mini-longer112-bilinear-v1", "longer", 112, mean=CLIP_MEAN, std=CLIP_STD)

RECIPES = {
    recipe.name: recipe
    for recipe in (
        DINO_SHORTER_224,
        CLIP_CENTRE_224,
        VICLIP_CENTRE_224,
        MUSIQ_LONGER_512,
        AMT_PADDED_16,
        MINI_LONGER_256,
        MINI_PADDED_16,
        MINI_CENTRE_112,
        MINI_SHORTER_112,
        MINI_LONGER_112,
    )
}
