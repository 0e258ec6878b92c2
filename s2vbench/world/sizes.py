"""How large a subject is in the frame."""

from __future__ import annotations

import math
from functools import lru_cache

from s2vbench.world.cast import Individual
from s2vbench.world.figure import Pose
from s2vbench.world.portrait import extent

SMALLEST, LARGEST = 0.26, 0.62


def frame_height(height_m: float, crowd: int = 1) -> float:
    """Height in frame heights of something `height_m` tall: logarithmic, so that a mug beside a horse can be seen.

    Args:
        height_m: real height.
        crowd: how many subjects share the frame.

    >>> round(frame_height(1.7), 2), round(frame_height(0.1), 2)
    (0.56, 0.26)
    """
    plain = 0.48 + 0.105 * math.log2(max(height_m, 0.05))
    return min(max(plain, SMALLEST), LARGEST) * {1: 1.0, 2: 0.94, 3: 0.84}.get(crowd, 0.74)


@lru_cache(maxsize=4096)
def span(who: Individual) -> tuple[float, float]:
    """Half its greatest width and how far it reaches above its feet, in its own heights, standing, from any side."""
    sides = [extent(who, Pose(yaw_deg=yaw)) for yaw in (0.0, 70.0)]
    return max(max(-left, right) for left, _, right, _ in sides), max(-top for _, top, _, _ in sides)


def fitted_height(who: Individual, aspect: float, crowd: int = 1) -> float:
    """`frame_height`, less for what is so long that it would fill its share of the frame."""
    half_width, above = span(who)
    room = aspect / crowd * (0.9 if crowd == 1 else 1.15)
    return min(frame_height(who.height_m, crowd), room / (2 * half_width), 0.78 / above)
