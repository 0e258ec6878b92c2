"""One collector a feature: takes the windows of one video, keeps what it needs, gives the array at the end.

Shape letters: T frames, N frames of a window, P pairs, H height, W width, C channels, D feature width.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from s2vbench.backbones.bank import Bank, FrameWindow
from s2vbench.errors import NotApplicable
from s2vbench.types import Floats, FramesU8
from s2vbench.video.sampling import middle_frames

MIN_INTERPOLATION_FRAMES = 3


class Collector(Protocol):
    """Gathers one feature of one video."""

    def add(self, window: FrameWindow) -> None:
        """Take the next frames."""

    def finish(self) -> Floats:
        """The feature; raises NotApplicable where this video has none."""


class FrameCollector:
    """A feature or score for every frame: (T, D) or (T,)."""

    def __init__(self, bank: Bank, backbone: str) -> None:
        self._bank, self._backbone = bank, backbone
        self._parts: list[Floats] = []

    def add(self, window: FrameWindow) -> None:
        """Take the next frames."""
        self._parts.append(self._bank.encode_frames(self._backbone, window))

    def finish(self) -> Floats:
        """(T, D) or (T,)."""
        return np.concatenate(self._parts)


class InterpolationCollector:
    """How far each odd frame is from what an interpolator puts between its neighbours: (P,), in 0..255.

    Pair p is frames 2p and 2p + 2, compared with frame 2p + 1: mean absolute difference over pixels and channels
    (VBench, arXiv 2311.17982, motion smoothness). With an even number of frames the last one is not used.
    """

    def __init__(self, bank: Bank, backbone: str) -> None:
        self._bank, self._backbone = bank, backbone
        self._waiting: FramesU8 | None = None
        self._num_frames = 0
        self._errors: list[float] = []

    def add(self, window: FrameWindow) -> None:
        """Take the next frames."""
        frames = window.frames_NHWC
        self._num_frames += len(frames)
        pending = frames if self._waiting is None else np.concatenate([self._waiting, frames])
        num_pairs = (len(pending) - 1) // 2
        for pair in range(num_pairs):
            first, real, last = pending[2 * pair : 2 * pair + 3]
            guess = self._bank.middle_frames(self._backbone, first[None], last[None])[0]
            self._errors.append(mean_absolute_difference(real, guess))
        self._waiting = pending[2 * num_pairs :].copy()

    def finish(self) -> Floats:
        """(P,)."""
        if self._num_frames < MIN_INTERPOLATION_FRAMES:
            raise NotApplicable(f"the video has {self._num_frames} frames; interpolation needs at least 3")
        return np.asarray(self._errors, dtype=np.float64)


def mean_absolute_difference(a_HWC: FramesU8, b_HWC: FramesU8) -> float:
    """Mean over pixels and channels of |a - b|, in 0..255, from exact integer sums.

    >>> mean_absolute_difference(np.full((2, 2, 3), 250, np.uint8), np.full((2, 2, 3), 4, np.uint8))
    246.0
    """
    difference = np.maximum(a_HWC, b_HWC) - np.minimum(a_HWC, b_HWC)
    return int(difference.sum(dtype=np.int64)) / difference.size


class ClipCollector:
    """The feature (D,) of eight frames taken from the whole video.

    Which eight is known only at the end, so a uint8 thumbnail of every frame is kept: 150 kB each.
    """

    def __init__(self, bank: Bank, backbone: str) -> None:
        self._bank, self._backbone = bank, backbone
        self._parts: list[FramesU8] = []

    def add(self, window: FrameWindow) -> None:
        """Take the next frames."""
        self._parts.append(self._bank.thumbnails(self._backbone, window))

    def finish(self) -> Floats:
        """(D,)."""
        thumbnails_TCHW = np.concatenate(self._parts)
        return self._bank.encode_video(self._backbone, thumbnails_TCHW[middle_frames(len(thumbnails_TCHW))])


COLLECTORS: dict[str, Callable[[Bank, str], Collector]] = {
    "frame_encoder": FrameCollector,
    "frame_scorer": FrameCollector,
    "interpolator": InterpolationCollector,
    "video_text": ClipCollector,
}
