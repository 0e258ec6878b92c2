"""Carrying out resize recipes: uint8 frames in, network input out.

`F.interpolate` is called directly, so that no library's default (antialiasing, rounding) can change a number.
Shape letters: N frames, H height, W width, C channels.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from s2vbench.errors import NotApplicable
from s2vbench.types import FramesU8
from s2vbench.video.recipes import ResizeRecipe

LONGEST_SIDE_PX = 8192


def to_tensor(frames_NHWC: FramesU8, device: torch.device) -> Tensor:
    """uint8 (N, H, W, C) array -> uint8 (N, C, H, W) tensor on `device`."""
    # Pictures come from Pillow as arrays that cannot be written, which PyTorch warns of.
    writable = frames_NHWC if frames_NHWC.flags.writeable else frames_NHWC.copy()
    return torch.from_numpy(writable).to(device).permute(0, 3, 1, 2)


def resize(frames_NCHW: Tensor, recipe: ResizeRecipe) -> Tensor:
    """Resize and crop uint8 frames as `recipe` says; the result is float32 in about 0..255, not normalised.

    Raises:
        NotApplicable: the frame is so long and thin that the resized one would pass 8192 px.
    """
    height_px, width_px = frames_NCHW.shape[-2:]
    size_px = recipe.size_px(height_px, width_px)
    if max(size_px) > LONGEST_SIDE_PX:
        raise NotApplicable(
            f"frames of {width_px}x{height_px} px are too elongated: {recipe.name} would make them "
            f"{size_px[1]}x{size_px[0]} px"
        )
    frames = frames_NCHW.float().contiguous()
    if size_px != (height_px, width_px):
        frames = functional.interpolate(frames, size_px, mode=recipe.filter, align_corners=False, antialias=False)
    if recipe.crop_px:
        top, left = (round((side - recipe.crop_px) / 2) for side in size_px)
        frames = frames[..., top : top + recipe.crop_px, left : left + recipe.crop_px]
    return frames


def normalise(frames_NCHW: Tensor, recipe: ResizeRecipe) -> Tensor:
    """The end of a recipe: rounding where it rounds, then 0..255 to 0..1, minus mean, over std."""
    frames = frames_NCHW
    if recipe.round_to_u8 and recipe.filter == "bicubic":
        frames = frames.clamp(0, 255).round()
    frames = frames / 255
    if recipe.std == (1.0, 1.0, 1.0):
        return frames
    mean, std = (
        torch.tensor(values, dtype=frames.dtype, device=frames.device).view(3, 1, 1)
        for values in (recipe.mean, recipe.std)
    )
    return (frames - mean) / std
