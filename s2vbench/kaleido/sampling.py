"""From noise to latents: the released schedule, plain Euler steps, and classifier-free guidance.

Shape letters: B batch, C channels, T frames, H height, W width, all of latents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Velocity = Callable[[Tensor, float], Tensor]
"""From latents_BCTHW and a time of 0..1000 to their velocity."""
StepProgress = Callable[[int, int], None]
"""Called with steps done and steps in all."""
TIME_SCALE = 1000.0
"""The model is told 1000 times sigma, as a float."""


def sigmas(steps: int = 50, shift: float = 7.0) -> npt.NDArray[np.float64]:
    """Noise levels from 1 to 0, `steps` + 1 of them; a larger shift stays longer in the noise.

    sigma = 1 - s / (shift + s - shift s) for s evenly from 0 to 1.

    >>> sigmas(2, 7.0).tolist()
    [1.0, 0.875, 0.0]
    """
    s = np.linspace(0.0, 1.0, steps + 1)
    return 1.0 - s / (shift + s - shift * s)


def noise(seeds: Sequence[int], shape_CTHW: tuple[int, int, int, int]) -> Tensor:
    """Starting noise, float32 on the CPU, each item from its own seed whatever stands beside it in the batch.

    The numbers are drawn in the release's order (frames before channels), so a seed means the same noise there.
    """
    channels, frames, height, width = shape_CTHW
    drawn = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        drawn.append(torch.randn(frames, channels, height, width, generator=generator, dtype=torch.float32))
    return torch.stack(drawn).transpose(1, 2).contiguous()


def euler(
    velocity: Velocity,
    start_BCTHW: Tensor,
    levels: npt.NDArray[np.float64],
    progress: StepProgress = lambda *_: None,
) -> Tensor:
    """Follow the velocity from noise to latents; float32 between steps, whatever the model computes in.

    Args:
        velocity: the model.
        start_BCTHW: noise at the first level.
        levels: noise levels in falling order, the last one 0 (see `sigmas`).
        progress: told after each step.
    """
    latents_BCTHW = start_BCTHW.float()
    steps = len(levels) - 1
    for step in range(steps):
        change = velocity(latents_BCTHW, TIME_SCALE * float(levels[step])).float()
        latents_BCTHW = latents_BCTHW + float(levels[step + 1] - levels[step]) * change
        progress(step + 1, steps)
    return latents_BCTHW


def guided(without: Tensor, with_text: Tensor, scale: float) -> Tensor:
    """Classifier-free guidance: away from the velocity of the negative prompt, by `scale`."""
    return without + scale * (with_text - without)
