"""Files of videos: equal frames give equal bytes, and what the frames are has a name of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from s2vbench.files import sha256_of_file
from s2vbench.types import FramesU8
from s2vbench.video.decode import open_video, video_from_frames
from s2vbench.video.digest import frames_sha256
from s2vbench.video.encode import write_video


def noise(height_px: int, width_px: int, num_frames: int = 3) -> FramesU8:
    return np.random.default_rng(0).integers(0, 256, (num_frames, height_px, width_px, 3), dtype=np.uint8)


@pytest.mark.parametrize(("height_px", "width_px"), [(32, 32), (64, 112), (66, 98), (33, 45)])
def test_equal_frames_give_equal_files_whatever_memory_held_before(
    tmp_path: Path, height_px: int, width_px: int
) -> None:
    files, frames = set(), noise(height_px, width_px)
    for level in range(6):
        write_video(tmp_path / "other.mp4", np.full((3, 40 + level, 50, 3), 40 * level, np.uint8), 8)
        path = write_video(tmp_path / "clip.mp4", frames, 8)
        files.add(sha256_of_file(path))
        list(open_video(path).open_windows(2))
    assert len(files) == 1


def test_a_digest_of_frames_ignores_the_file(tmp_path: Path) -> None:
    frames = noise(32, 48)
    lossless = [write_video(tmp_path / f"{fps}.mp4", frames, fps, lossless=True) for fps in (8, 12)]
    first, second = (open_video(path) for path in lossless)
    assert first.sha256 != second.sha256
    assert frames_sha256(first) == frames_sha256(second)


def test_a_digest_of_frames_sees_pixels_sizes_and_lengths() -> None:
    frames = np.zeros((4, 8, 8, 3), np.uint8)
    one_pixel = frames.copy()
    one_pixel[3, 7, 7, 2] = 1
    others = (frames, one_pixel, frames[:3], frames.reshape(4, 4, 16, 3), frames.reshape(8, 4, 8, 3))
    assert len({frames_sha256(video_from_frames(other)) for other in others}) == len(others)
