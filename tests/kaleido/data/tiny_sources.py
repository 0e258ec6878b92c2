"""Small sources of training data; no torch here, as worker processes import this."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from s2vbench.kaleido.data.problems import SampleError
from s2vbench.kaleido.data.sources import ClipShape, Shown
from s2vbench.types import FramesU8
from s2vbench.video.encode import write_video

SHAPE = ClipShape(num_frames=5, height_px=32, width_px=48, fps=8.0)


class ManyShown:
    """A source of `count` random samples with 0 to 2 references; items in `bad` make none."""

    def __init__(self, count: int, bad: tuple[int, ...] = (), dies_at: int | None = None) -> None:
        self.count, self.bad, self.dies_at = count, bad, dies_at
        self.shape = SHAPE
        self.sets: tuple[str, ...] = ("given",)

    def __len__(self) -> int:
        return self.count

    def identity(self) -> dict[str, Any]:
        return {"kind": "many"}

    def item(self, number: int) -> Shown:
        if number == self.dies_at:
            os._exit(9)
        if number in self.bad:
            raise SampleError(f"sample {number} is bad")
        frames_THWC = noise((5, 32, 48, 3), number)
        references = tuple(noise((32, 48, 3), 1000 * number + k) for k in range(number % 3))
        return Shown(f"s{number}", f"caption {number}\tü", frames_THWC, {"given": references})


def noise(shape: tuple[int, ...], seed: int) -> FramesU8:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def write_dataset(folder: Path, count: int, num_frames: int = 12) -> None:
    """A folder in the released layout; frame t of sample i is one grey: 10 * t + i."""
    for number in range(1, count + 1):
        (folder / "references" / str(number)).mkdir(parents=True)
        (folder / "labels").mkdir(exist_ok=True)
        frames = np.stack([np.full((32, 64, 3), 10 * t + number, np.uint8) for t in range(num_frames)])
        write_video(folder / "videos" / f"{number}.mp4", frames, 8.0, lossless=True)
        (folder / "labels" / f"{number}.txt").write_text(f"caption {number}\nsecond line\n", encoding="utf-8")
        for k in range(1, 1 + (number - 1) % 3 + 1):
            picture = Image.fromarray(noise((20, 30, 3), 10 * number + k))
            picture.save(folder / "references" / str(number) / f"ref{k}.png")
