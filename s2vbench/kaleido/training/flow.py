"""The flow-matching objective: what the network sees, what it should answer, and how the two are drawn.

x = (1 - sigma) x0 + sigma eps, and the answer is the velocity eps - x0. All draws come from a counter-based generator
keyed by seed, step and the sample's place in the global batch: neither resuming, nor accumulation, nor the number of
processes changes one of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import torch
from torch import Tensor

SHIFT_AT: Final = ((256, 0.5), (4096, 1.15))
"""Tokens a frame, and the logarithm of the time shift there; linear between and beyond."""
TIMESTEPS: Final = 1000.0


class _Purpose(IntEnum):
    SIGMA = 1
    NOISE = 2
    TEXT = 3


def dice(seed: int, purpose: int, step: int, index: int) -> np.random.Generator:
    """The generator of one sample's draws for one purpose: a pure function of its arguments.

    Philox counts in its lowest words, so streams of different steps and samples cannot meet.
    """
    return np.random.Generator(np.random.Philox(key=[seed, purpose], counter=[0, 0, index, step]))


def time_shift(tokens_per_frame: int) -> float:
    """The factor by which larger frames see more noise.

    >>> round(time_shift(1560), 3), round(time_shift(1792), 3)
    (2.056, 2.138)
    """
    (x0, y0), (x1, y1) = SHIFT_AT
    return math.exp(y0 + (y1 - y0) / (x1 - x0) * (tokens_per_frame - x0))


def shifted(sigma: float, shift: float) -> float:
    """A noise level in (0, 1) moved towards noise.

    >>> round(shifted(0.5, 2.0), 3)
    0.667
    """
    return shift * sigma / (1.0 + (shift - 1.0) * sigma)


@dataclass(frozen=True)
class Draws:
    """What chance decides about the samples of one part of a batch."""

    sigmas: tuple[float, ...]
    noise_BCTHW: Tensor
    drop_text: tuple[bool, ...]


def draw(
    seed: int, step: int, indices: Sequence[int], shape_CTHW: Sequence[int], *, shift: float, text_drop: float
) -> Draws:
    """Noise level, noise and fate of the caption of each sample.

    Args:
        seed: of the run.
        step: from 0.
        indices: the samples' places in the global batch.
        shape_CTHW: of one sample's latents.
        shift: see `time_shift`.
        text_drop: how often a caption is left out.
    """
    sigmas, noise, drop = [], [], []
    for index in indices:
        normal = dice(seed, _Purpose.SIGMA, step, index).standard_normal()
        sigmas.append(shifted(1.0 / (1.0 + math.exp(-normal)), shift))
        noise.append(dice(seed, _Purpose.NOISE, step, index).standard_normal(tuple(shape_CTHW), dtype=np.float32))
        drop.append(dice(seed, _Purpose.TEXT, step, index).random() < text_drop)
    return Draws(tuple(sigmas), torch.from_numpy(np.stack(noise)), tuple(drop))


def noisy(x0: Tensor, eps: Tensor, sigma_B: Tensor) -> Tensor:
    """Latents on the straight way from data (sigma 0) to noise (sigma 1), one sigma a sample."""
    sigma = sigma_B.view(-1, *[1] * (x0.ndim - 1))
    return (1.0 - sigma) * x0 + sigma * eps


def velocity(x0: Tensor, eps: Tensor) -> Tensor:
    """What the network should answer."""
    return eps - x0


def losses(answer: Tensor, target: Tensor) -> Tensor:
    """Mean squared error of each sample, in fp32: [B]."""
    return (answer.float() - target.float()).square().flatten(1).mean(1)
