"""Frames to files: H.264 for pictures that people look at, lossless H.264 and VP9 for tests of exact pixels."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from s2vbench.types import FramesU8

if TYPE_CHECKING:
    from av import VideoFrame


def write_video(path: Path, frames: Iterable[FramesU8], fps: float, *, lossless: bool = False) -> Path:
    """Write uint8 RGB frames as H.264 (.mp4, .mov) or VP9 (.webm); the file appears whole or not at all.

    Equal frames give equal bytes with the same encoder library. Odd sides are kept by 4:4:4 sampling; even ones use
    4:2:0, which every player shows.

    Args:
        path: the file; its suffix decides.
        frames: an array (T, H, W, 3), or frames (H, W, 3) one after the other; at least one.
        fps: frames a second.
        lossless: keep every pixel but for the rounding of the conversion to YUV.
    """
    import av

    remaining = iter(frames)
    first_HWC = next(remaining)
    height_px, width_px = first_HWC.shape[:2]
    codec = "libvpx-vp9" if path.suffix == ".webm" else "libx264"
    options = {"lossless": "1"} if codec == "libvpx-vp9" and lossless else {"crf": "0" if lossless else "18"}
    if codec == "libx264":
        # x264's macroblock tree makes other bytes of equal frames now and then, as memory happens to lie.
        options["x264-params"] = "mbtree=0"
    temporary = path.with_name(f".{path.stem}.part{path.suffix}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with av.open(str(temporary), "w") as container:
            stream = container.add_stream(codec, rate=Fraction(fps).limit_denominator(1001), options=options)
            stream.width, stream.height = width_px, height_px
            stream.pix_fmt = "yuv444p" if lossless or height_px % 2 or width_px % 2 else "yuv420p"
            for frame_HWC in itertools.chain([first_HWC], remaining):
                rgb = _whole(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame_HWC), format="rgb24"))
                container.mux(stream.encode(_whole(rgb.reformat(format=stream.pix_fmt))))
            container.mux(stream.encode())
        os.replace(temporary, path)  # noqa: PTH105 -- as in files.py
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _whole(frame: VideoFrame) -> VideoFrame:
    """A copy whose rows are filled up with zeros.

    FFmpeg aligns rows in memory and leaves what follows the last pixel as it was; converters and encoders that work on
    many pixels at once read it, and then equal frames may give different files.
    """
    import av

    copy = av.VideoFrame(frame.width, frame.height, frame.format.name)
    for source, target in zip(frame.planes, copy.planes, strict=True):
        # A plane's width counts pixels; packed RGB has three bytes for each.
        row_bytes = source.width * (3 if frame.format.name == "rgb24" else 1)
        rows = np.frombuffer(source, np.uint8)[: source.line_size * source.height].reshape(source.height, -1)
        filled = np.zeros(target.buffer_size, np.uint8)
        filled[: target.line_size * target.height].reshape(target.height, -1)[:, :row_bytes] = rows[:, :row_bytes]
        target.update(filled)
    return copy
