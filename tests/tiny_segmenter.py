"""Segment Anything at miniature size, in both implementations, with images and boxes to ask it about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from s2vbench.backbones import published_sam
from s2vbench.types import Floats, FramesU8
from tests.clips import moving_square, noise

# A side of 16 patches is no whole number of windows: how windows are padded is part of what is compared.
_SIZES = {
    "width": 32,
    "layers": 3,
    "heads": 2,
    "global_layers": (1,),
    "image_px": 256,
    "window": 7,
    "prompt_width": 32,
    "decoder_heads": 2,
    "decoder_mlp": 64,
    "quality_width": 32,
}

SEGMENTER = replace(published_sam.SAM_VIT_B, options={"architecture": "vit_b", **_SIZES})
SEGMENTER_OFFICIAL = replace(published_sam.SAM_VIT_B_OFFICIAL, options={"architecture": "vit_b", **_SIZES})


def boxes_in(image: FramesU8, count: int = 3, seed: int = 0) -> Floats:
    """Drawn boxes (count, 4) inside an image."""
    height, width = image.shape[:2]
    corners = np.random.default_rng(seed).uniform(0, 1, (count, 2, 2)) * (width, height)
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1).astype(np.float32)


def pictures() -> list[FramesU8]:
    """Three images of three shapes."""
    return [moving_square(1, 128, 224)[0], noise(1, 90, 60)[0], noise(1, 300, 300, seed=1)[0]]
