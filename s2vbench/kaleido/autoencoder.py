"""Pixels to normalised latents and back, through a Wan VAE.

Shape letters: B batch, C channels, T frames, H height, W width; a latent frame stands for 4 frames (the first for one),
a latent pixel for 8 x 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from s2vbench.kaleido.pictures import centred, letterbox, pixels_of
from s2vbench.types import FramesU8

SHARED_PIXELS = 1 << 20
"""Pixels of all frames in one call of the VAE, unless a single clip has more."""


def encode_clips(vae: Any, clips: Sequence[FramesU8]) -> list[Tensor]:
    """The latents (C, T, H, W) of clips of one shape, float32 on the CPU, normalised with the VAE's mean and deviation.

    The most likely latents, not a draw from their distribution: equal frames give equal latents. Small clips share a
    call, which changes rounding alone: no clip looks at another.
    """
    if not clips:
        return []
    weights = next(vae.parameters())
    mean, std = _statistics(vae)
    found: list[Tensor] = []
    for first, last in _groups(len(clips), clips[0].size // 3):
        values = torch.from_numpy(np.moveaxis(centred(np.stack(clips[first:last])), -1, 1))
        with torch.no_grad():
            latents: Tensor = vae.encode(values.to(weights.device, weights.dtype)).latent_dist.mode()
        found.extend((latents.float().cpu() - mean) / std)
    return found


def encode_frames(vae: Any, frames_THWC: FramesU8) -> Tensor:
    """The latents (C, T, H, W) of one clip; see `encode_clips`."""
    return encode_clips(vae, [frames_THWC])[0]


def encode_references(vae: Any, pictures: Sequence[FramesU8], height_px: int, width_px: int) -> list[Tensor]:
    """The latents (C, 1, H, W) of reference pictures, each letterboxed and encoded alone, as one frame."""
    return encode_clips(vae, [letterbox(picture_HWC, height_px, width_px)[None] for picture_HWC in pictures])


def encode_reference(vae: Any, picture_HWC: FramesU8, height_px: int, width_px: int) -> Tensor:
    """The latents (C, 1, H, W) of one reference picture."""
    return encode_references(vae, [picture_HWC], height_px, width_px)[0]


def decode_clips(vae: Any, latents_BCTHW: Tensor) -> list[FramesU8]:
    """The frames (T, H, W, C) of normalised latents, one clip each; small ones share a call."""
    weights = next(vae.parameters())
    mean, std = _statistics(vae)
    side, step = int(vae.config.scale_factor_spatial), int(vae.config.scale_factor_temporal)
    num_pixels = latents_BCTHW[0, 0].numel() * side**2 * step
    found: list[FramesU8] = []
    for first, last in _groups(len(latents_BCTHW), num_pixels):
        latents = (latents_BCTHW[first:last].float().cpu() * std + mean).to(weights.device, weights.dtype)
        with torch.no_grad():
            values = vae.decode(latents).sample
        found.extend(pixels_of(np.moveaxis(values.float().cpu().numpy(), 1, -1)))
    return found


def decode_frames(vae: Any, latents_CTHW: Tensor) -> FramesU8:
    """The frames (T, H, W, C) of one clip's normalised latents."""
    return decode_clips(vae, latents_CTHW[None])[0]


def latent_shape(vae: Any, num_frames: int, height_px: int, width_px: int) -> tuple[int, int, int, int]:
    """Channels, frames, height and width of a clip's latents."""
    side = int(vae.config.scale_factor_spatial)
    frames = (num_frames - 1) // int(vae.config.scale_factor_temporal) + 1
    return int(vae.config.z_dim), frames, height_px // side, width_px // side


def _groups(count: int, num_pixels: int) -> Iterator[tuple[int, int]]:
    """First and last of the clips that share a call: as many as do not need memory worth speaking of."""
    size = max(1, SHARED_PIXELS // max(1, num_pixels))
    for first in range(0, count, size):
        yield first, min(first + size, count)


def _statistics(vae: Any) -> tuple[Tensor, Tensor]:
    def column(values: Sequence[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float32).view(1, -1, 1, 1, 1)

    return column(vae.config.latents_mean), column(vae.config.latents_std)
