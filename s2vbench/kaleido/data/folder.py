"""The released layout of training data, read: a folder of videos, one of captions, one of reference pictures.

    videos/7.mp4           any video that s2vbench can read
    labels/7.txt           its first line is the caption
    references/7/ref1.png  pictures of who is in the video: ref1, ref2, ... in any picture format

A sample is a name (7) that occurs in any of the three. Shape letters: T frames, H height, W width, C channels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from s2vbench.errors import InputError, PictureError, VideoError
from s2vbench.kaleido.data.problems import SampleError
from s2vbench.kaleido.data.sample import Sample
from s2vbench.types import FramesU8
from s2vbench.video.decode import VIDEO_SUFFIXES, open_video
from s2vbench.video.pictures import read_picture

VIDEOS, LABELS, REFERENCES = "videos", "labels", "references"
SKIP_FRAMES = 3
"""Frames left out at both ends of a video: cuts are often a little off."""
_REFERENCE = re.compile(r"ref([1-9][0-9]*)\.[A-Za-z]+")
_WINDOW = 16


class FolderSamples:
    """The samples of one folder, in the order of their names.

    Args:
        folder: with `videos`, `labels` and `references` in it.
        num_frames: of each clip; the last frame of a shorter video is repeated.
        height_px: of each clip; frames are scaled to cover it and cut at the centre.
        width_px: of each clip.
        fps: of each clip; for every moment the nearest frame of the video is taken.
        skip_frames: left out at both ends of a video.

    Raises:
        InputError: the folder does not exist, or holds no videos.
    """

    def __init__(
        self,
        folder: Path,
        *,
        num_frames: int,
        height_px: int,
        width_px: int,
        fps: float = 16.0,
        skip_frames: int = SKIP_FRAMES,
    ) -> None:
        if not (folder / VIDEOS).is_dir():
            raise InputError(
                f"{folder}: no folder of training data (it needs {VIDEOS}/7.mp4, {LABELS}/7.txt and "
                f"{REFERENCES}/7/ref1.png for every sample)"
            )
        self.folder, self.num_frames, self.fps, self.skip_frames = folder, num_frames, fps, skip_frames
        self.height_px, self.width_px = height_px, width_px
        self._videos = {
            file.stem: file for file in sorted((folder / VIDEOS).iterdir()) if file.suffix.lower() in VIDEO_SUFFIXES
        }
        if not self._videos:
            raise InputError(f"{folder / VIDEOS}: no videos ({', '.join(VIDEO_SUFFIXES)})")
        labels = {file.stem for file in (folder / LABELS).glob("*.txt")}
        references = {file.name for file in (folder / REFERENCES).glob("*") if file.is_dir()}
        self.names = tuple(sorted(self._videos.keys() | labels | references, key=_natural))

    def __len__(self) -> int:
        return len(self.names)

    def reference_count(self, item: int) -> int:
        """How many reference pictures a sample has, by their file names."""
        return len(self._reference_files(self.names[item]))

    def sample(self, item: int) -> Sample:
        """Read one sample.

        Raises:
            SampleError: a part of it is missing, empty or broken; the message names the file.
        """
        name = self.names[item]
        caption = self._caption(name)
        references = self._references(name)
        return Sample(name, caption, self._frames(name), references)

    def _caption(self, name: str) -> str:
        file = self.folder / LABELS / f"{name}.txt"
        try:
            text = file.read_text(encoding="utf-8-sig")
        except FileNotFoundError as error:
            raise SampleError(f"{file}: no such caption") from error
        except OSError as error:
            raise SampleError(f"{file}: cannot be read ({error.strerror})") from error
        except UnicodeDecodeError as error:
            raise SampleError(f"{file}: not UTF-8 text") from error
        caption = text.partition("\n")[0].strip()
        if not caption:
            raise SampleError(f"{file}: the caption (its first line) is empty")
        return caption

    def _references(self, name: str) -> tuple[FramesU8, ...]:
        folder, files = self.folder / REFERENCES / name, self._reference_files(name)
        if not files:
            raise SampleError(f"{folder}: no reference pictures (ref1.png, ref2.png, ...)")
        if absent := [number for number in range(1, max(files) + 1) if number not in files]:
            raise SampleError(f"{folder}: ref{absent[0]} is missing, ref{max(files)} is there")
        try:
            return tuple(read_picture(files[number]).rgb_HWC for number in sorted(files))
        except PictureError as error:
            raise SampleError(str(error)) from error

    def _reference_files(self, name: str) -> dict[int, Path]:
        files = sorted((self.folder / REFERENCES / name).glob("ref*"))
        return {int(match[1]): file for file in files if (match := _REFERENCE.fullmatch(file.name))}

    def _frames(self, name: str) -> FramesU8:
        if name not in self._videos:
            raise SampleError(f"{self.folder / VIDEOS / name}.mp4: no such video")
        path = self._videos[name]
        try:
            video = open_video(path)
            step = (video.fps or self.fps) / self.fps
            wanted = [self.skip_frames + int(number * step + 0.5) for number in range(self.num_frames)]
            frames, num_seen = self._wanted(video.open_windows(_WINDOW), wanted)
        except VideoError as error:
            raise SampleError(str(error)) from error
        # The cut may be a little early: frames near the end count as much as those near the start.
        usable = [frames[index] for index in wanted if index in frames and index < num_seen - self.skip_frames]
        if not usable:
            raise SampleError(f"{path}: has {num_seen} frames, too few to leave out {self.skip_frames} at both ends")
        return np.stack(usable + usable[-1:] * (self.num_frames - len(usable)))

    def _wanted(self, windows: Iterator[FramesU8], wanted: list[int]) -> tuple[dict[int, FramesU8], int]:
        """The frames wanted, fitted, and how many frames were seen; the rest of a long video is not decoded."""
        left, frames, num_seen = set(wanted), {}, 0
        for window_THWC in windows:
            for index, frame_HWC in enumerate(window_THWC, start=num_seen):
                if index in left:
                    frames[index] = covering(frame_HWC, self.height_px, self.width_px)
            num_seen += len(window_THWC)
            if num_seen > wanted[-1] + self.skip_frames:
                break
        return frames, num_seen


def covering(frame_HWC: FramesU8, height_px: int, width_px: int) -> FramesU8:
    """A frame scaled until it covers the size, the middle of it.

    >>> covering(np.zeros((100, 300, 3), np.uint8), 32, 64).shape
    (32, 64, 3)
    """
    height, width = frame_HWC.shape[:2]
    scale = min(height / height_px, width / width_px)
    part_height, part_width = scale * height_px, scale * width_px
    left, top = (width - part_width) / 2, (height - part_height) / 2
    box = (left, top, left + part_width, top + part_height)
    return np.asarray(Image.fromarray(frame_HWC).resize((width_px, height_px), Image.Resampling.BICUBIC, box))


def _natural(name: str) -> tuple[int, str]:
    return (int(name), name) if name.isdecimal() and name.isascii() else (1 << 62, name)
