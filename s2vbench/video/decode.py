"""Video files and folders of frames to uint8 RGB windows, a bounded number of frames at a time.

Every coded frame counts once, in display order, whatever its time stamps say; rotation metadata is applied. On 8-bit
4:2:0 and 4:4:4 H.264, HEVC and VP9 the pixels equal those of decord (see docs/differences.md for the rest).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from s2vbench.errors import VideoError
from s2vbench.files import sha256_of_file
from s2vbench.types import FramesU8, Video

if TYPE_CHECKING:
    from av.container import InputContainer

FRAME_SUFFIXES = (".png", ".jpg", ".jpeg")
VIDEO_SUFFIXES = (".mp4", ".mov", ".webm", ".gif", ".mkv", ".avi", ".m4v")


def open_video(path: Path) -> Video:
    """The video at `path`: an mp4, mov, webm or gif file (or what else FFmpeg reads), or a folder of PNG/JPEG frames.

    Raises:
        VideoError: it is missing, empty, not a video, has no picture stream, or was cut off; the message says which.
    """
    if path.is_dir():
        return _open_folder(path)
    if not path.exists():
        raise VideoError(f"{path}: no such video")
    if not path.is_file():
        raise VideoError(f"{path}: not a regular file")
    try:
        if path.stat().st_size == 0:
            raise VideoError(f"{path}: the file is empty (0 bytes)")
        sha256 = sha256_of_file(path)
    except OSError as error:
        raise VideoError(f"{path}: cannot be read ({error.strerror})") from error
    return _open_gif(path, sha256) if path.suffix.lower() == ".gif" else _open_container(path, sha256)


def video_from_frames(frames_THWC: FramesU8, fps: float | None = None) -> Video:
    """A video in memory; its digest covers shape and pixels.

    Raises:
        VideoError: not uint8, or not of shape (T, H, W, 3) with T, H, W >= 1.
    """
    if frames_THWC.dtype != np.uint8 or frames_THWC.ndim != 4 or frames_THWC.shape[-1] != 3 or 0 in frames_THWC.shape:
        raise VideoError(
            f"frames must be uint8 of shape (T, H, W, 3), not {frames_THWC.dtype} of shape {frames_THWC.shape}"
        )
    digest = hashlib.sha256(repr(frames_THWC.shape).encode())
    for frame_HWC in frames_THWC:
        digest.update(frame_HWC.tobytes())

    def frames() -> Iterator[FramesU8]:
        yield from frames_THWC

    height_px, width_px = frames_THWC.shape[1:3]
    return Video(
        None, digest.hexdigest(), width_px, height_px, fps, len(frames_THWC), _windows_of(frames, "frames in memory")
    )


def _windows_of(frames: Callable[[], Iterator[FramesU8]], name: str) -> Callable[[int], Iterator[FramesU8]]:
    """Group single frames into windows; every frame must have the first one's size."""

    def windows(num_frames: int) -> Iterator[FramesU8]:
        window: list[FramesU8] = []
        shape = None
        index = -1
        for index, frame_HWC in enumerate(frames()):
            shape = shape or frame_HWC.shape
            if frame_HWC.shape != shape:
                raise VideoError(
                    f"{name}: frame {index} is {frame_HWC.shape[1]}x{frame_HWC.shape[0]} px, the first one "
                    f"{shape[1]}x{shape[0]}; all frames must have one size"
                )
            window.append(frame_HWC)
            if len(window) == num_frames:
                yield np.stack(window)
                window = []
        if window:
            yield np.stack(window)
        if index < 0:
            raise VideoError(f"{name}: holds no frames")

    return windows


@contextmanager
def _container(path: Path) -> Iterator[InputContainer]:
    """An opened container; FFmpeg's errors become one `VideoError` line."""
    import av

    try:
        with av.open(str(path)) as container:
            yield container
    except (av.FFmpegError, ValueError, EOFError) as error:
        reason = str(error).split(": '")[0]
        raise VideoError(f"{path}: not a readable video ({reason})") from error


def _open_container(path: Path, sha256: str) -> Video:
    with _container(path) as container:
        if not container.streams.video:
            kinds: list[str] = sorted({stream.type for stream in container.streams}) or ["no streams"]
            raise VideoError(f"{path}: has no picture stream (only {', '.join(kinds)})")
        stream = container.streams.video[0]
        fps = float(stream.average_rate) if stream.average_rate else None
        hint = stream.frames or None
        first = next(_upright_frames(container, stream), None)
        if first is None:
            raise VideoError(f"{path}: holds no frames that can be decoded")

    def frames() -> Iterator[FramesU8]:
        _check_complete(path)
        with _container(path) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            yield from _upright_frames(container, stream)

    height_px, width_px = first.shape[:2]
    return Video(path, sha256, width_px, height_px, fps, hint, _windows_of(frames, str(path)))


def _upright_frames(container: InputContainer, stream: Any) -> Iterator[FramesU8]:
    for frame in container.decode(stream):
        frame_HWC = frame.to_ndarray(format="rgb24")
        # Metadata counts degrees clockwise as players do; FFmpeg's display matrix, and with it PyAV, the other way.
        quarter_turns = round(frame.rotation / 90) % 4
        yield np.ascontiguousarray(np.rot90(frame_HWC, quarter_turns)) if quarter_turns else frame_HWC


def _check_complete(path: Path) -> None:
    """FFmpeg decodes a cut-off file without complaint as far as it goes; the index tells how many frames were meant."""
    with _container(path) as container:
        stream = container.streams.video[0]
        if not stream.frames:
            return
        found = sum(1 for packet in container.demux(stream) if packet.size)
        if found < stream.frames:
            raise VideoError(f"{path}: cut off ({found} of {stream.frames} frames are in the file)")


def _open_gif(path: Path, sha256: str) -> Video:
    def frames() -> Iterator[FramesU8]:
        try:
            with Image.open(path) as image:
                for index in range(getattr(image, "n_frames", 1)):
                    image.seek(index)
                    yield np.asarray(image.convert("RGB"))
        except (OSError, EOFError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise VideoError(f"{path}: not a readable gif ({error})") from error

    try:
        with Image.open(path) as image:
            duration_ms = image.info.get("duration", 0)
            width_px, height_px = image.size
            num_frames = getattr(image, "n_frames", 1)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise VideoError(f"{path}: not a readable gif") from error
    fps = 1000 / duration_ms if duration_ms else None
    return Video(path, sha256, width_px, height_px, fps, num_frames, _windows_of(frames, str(path)))


def _open_folder(path: Path) -> Video:
    """A folder's PNG and JPEG files in the order of their names, numbers compared as numbers."""
    files = sorted((file for file in path.iterdir() if file.suffix.lower() in FRAME_SUFFIXES), key=_natural_order)
    if not files:
        raise VideoError(f"{path}: a folder without {', '.join(FRAME_SUFFIXES)} frames")
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0{sha256_of_file(file)}\n".encode())

    def frames() -> Iterator[FramesU8]:
        for file in files:
            yield _read_picture(file)

    height_px, width_px = _read_picture(files[0]).shape[:2]
    return Video(path, digest.hexdigest(), width_px, height_px, None, len(files), _windows_of(frames, str(path)))


def _read_picture(file: Path) -> FramesU8:
    try:
        with Image.open(file) as image:
            return np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise VideoError(f"{file}: not a readable picture") from error


def _natural_order(file: Path) -> list[tuple[int, str]]:
    parts: list[str] = [""]
    for character in file.name:
        if parts[-1][-1:].isdigit() == character.isdigit():
            parts[-1] += character
        else:
            parts.append(character)
    return [(int(part) if part.isdigit() else -1, part) for part in parts]
