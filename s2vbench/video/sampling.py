"""Which frames a metric looks at. Policies are named: the name goes into the record."""

from __future__ import annotations

import numpy as np

ALL_FRAMES = "all-frames-v1"
EIGHT_MIDDLES = "eight-middles-v1"


def middle_frames(num_frames: int, count: int = 8) -> list[int]:
    """The middle frame of each of `count` equal parts of a video; the last one repeats in a shorter video.

    Policy `eight-middles-v1`, as VBench samples for ViCLIP (arXiv 2311.17982, official code).

    >>> middle_frames(81)
    [4, 14, 24, 34, 44, 54, 64, 75]
    >>> middle_frames(5)
    [0, 1, 2, 3, 4, 4, 4, 4]
    """
    parts = min(count, num_frames)
    edges = np.linspace(0, num_frames, parts + 1).astype(int).tolist()
    middles = [(edges[part] + edges[part + 1] - 1) // 2 for part in range(parts)]
    return middles + middles[-1:] * (count - parts)
