"""A bank of clips that takes no time to draw: waves that wander and take a coloured square along."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from s2vbench.mini.clips import ClipBank
from s2vbench.types import FramesU8


class QuickShard:
    """Frames alone, as trainings read them from a shard."""

    def __init__(self, num_clips: int) -> None:
        self._frames_NTHWC = np.stack([_clip(number) for number in range(num_clips)])

    def array(self, name: str) -> FramesU8:
        assert name == "frames"
        return self._frames_NTHWC


class QuickBank(ClipBank):
    """Such clips in one shard."""

    def __init__(self, num_clips: int) -> None:
        self.folder, self._num_clips = Path("nowhere"), num_clips
        self._shard = QuickShard(num_clips)

    def __len__(self) -> int:
        return self._num_clips

    def where(self, index: int) -> tuple[QuickShard, int]:  # type: ignore[override]
        return self._shard, index


def _clip(number: int) -> FramesU8:
    random = np.random.default_rng(number)
    frames = np.empty((9, 128, 224, 3), np.uint8)
    speed, colour, top = random.uniform(2, 6), random.integers(0, 256, 3), int(random.integers(20, 64))
    widths = random.uniform(9, 16, 3)
    y, x = np.mgrid[0:128, 0:224]
    for time, frame in enumerate(frames):
        moved = x - speed * time
        frame[:] = np.stack([128 + 100 * np.sin(moved / width) * np.cos(y / width) for width in widths], -1)
        left = round(60 + speed * time)
        frame[top : top + 40, left : left + 40] = colour
    return frames
