"""Pixels to normalised latents and back, through a Wan VAE.

Shape letters: B batch, C channels, T frames, H height, W width; a latent frame stands for 4 frames (the first for one),
a latent pixel for 8 x 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from s2vbench.kaleido.pictures import centred, letterbox, pixels_of
from s2vbench.types import FramesU8


def encode_frames(vae: Any, frames_THWC: FramesU8) -> Tensor:
    """The latents (C, T, H, W) of a clip, float32 on the CPU, normalised with the VAE's own mean and deviation.

    The most likely latents, not a draw from their distribution: equal frames give equal latents.
    """
    weights = next(vae.parameters())
    values = torch.from_numpy(np.moveaxis(centred(frames_THWC), -1, 0))
    with torch.no_grad():
        latents: Tensor = vae.encode(values[None].to(weights.device, weights.dtype)).latent_dist.mode()
    mean, std = _statistics(vae)
    return ((latents.float().cpu() - mean) / std)[0]


def encode_reference(vae: Any, picture_HWC: FramesU8, height_px: int, width_px: int) -> Tensor:
    """The latents (C, 1, H, W) of one reference picture, letterboxed and encoded alone, as one frame."""
    return encode_frames(vae, letterbox(picture_HWC, height_px, width_px)[None])


def decode_frames(vae: Any, latents_CTHW: Tensor) -> FramesU8:
    """The frames (T, H, W, C) of normalised latents."""
    weights = next(vae.parameters())
    mean, std = _statistics(vae)
    latents = (latents_CTHW.float().cpu()[None] * std + mean).to(weights.device, weights.dtype)
    with torch.no_grad():
        values = vae.decode(latents).sample[0]
    return pixels_of(np.moveaxis(values.float().cpu().numpy(), 0, -1))


def latent_shape(vae: Any, num_frames: int, height_px: int, width_px: int) -> tuple[int, int, int, int]:
    """Channels, frames, height and width of a clip's latents."""
    side = int(vae.config.scale_factor_spatial)
    frames = (num_frames - 1) // int(vae.config.scale_factor_temporal) + 1
    return int(vae.config.z_dim), frames, height_px // side, width_px // side


def _statistics(vae: Any) -> tuple[Tensor, Tensor]:
    def column(values: Sequence[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float32).view(1, -1, 1, 1, 1)

    return column(vae.config.latents_mean), column(vae.config.latents_std)
