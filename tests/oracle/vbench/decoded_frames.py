"""Digests of a video's frames as the decoders that vbench uses see them.

Runs inside the oracle's environment. vbench reads .mp4 with decord in all dimensions
but motion_smoothness, there with OpenCV, and reads .gif and .png with Pillow. Frames
are RGB, 8 bits, in (time, height, width, channel) order.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any


def decord_frames(video: Path) -> Iterator[Any]:
    """Yield frames read as vbench reads them: one thread, all in one batch."""
    decord = importlib.import_module("decord")
    reader = decord.VideoReader(str(video), num_threads=1)
    yield from reader.get_batch(range(len(reader))).asnumpy()


def opencv_frames(video: Path) -> Iterator[Any]:
    """Yield frames of cv2.VideoCapture, converted to RGB."""
    cv2 = importlib.import_module("cv2")
    capture = cv2.VideoCapture(str(video))
    if not capture.isOpened():
        raise ValueError("OpenCV cannot open it")
    while True:
        read, frame = capture.read()
        if not read:
            return
        yield cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)


def pillow_frames(video: Path) -> Iterator[Any]:
    """Yield every image of the file, converted to RGB."""
    numpy = importlib.import_module("numpy")
    image_module = importlib.import_module("PIL.Image")
    sequence_module = importlib.import_module("PIL.ImageSequence")
    with image_module.open(video) as image:
        for frame in sequence_module.Iterator(image):
            yield numpy.array(frame.convert("RGB"))


def digest(frames: Iterable[Any]) -> dict[str, Any]:
    """Return the SHA-256 of all frames and of each, and the shape (T, H, W, C).

    Raises:
        ValueError: There is no frame, or they differ in shape.
    """
    whole = hashlib.sha256()
    each = []
    shapes = set()
    for frame in frames:
        raw = frame.tobytes()
        whole.update(raw)
        each.append(hashlib.sha256(raw).hexdigest())
        shapes.add(frame.shape)
    if len(shapes) != 1:
        raise ValueError(f"{len(each)} frames of {len(shapes)} shapes")
    shape = [len(each), *shapes.pop()]
    return {"sha256": whole.hexdigest(), "shape": shape, "frame_sha256": each}


def read_frames(video: Path) -> dict[str, Any]:
    """Return decoder -> digest, or decoder -> {"error"} where it cannot read it.

    Args:
        video: A .gif or .png for Pillow, anything else for decord and OpenCV.

    Raises:
        FileNotFoundError: There is no such file.
    """
    if not video.is_file():
        raise FileNotFoundError(f"no such video: {video}")
    readers = {"decord": decord_frames, "cv2": opencv_frames}
    if video.suffix in (".gif", ".png"):
        readers = {"pil": pillow_frames}
    answers: dict[str, Any] = {}
    for name, reader in readers.items():
        try:
            answers[name] = digest(reader(video))
        except Exception as error:  # noqa: BLE001 - decoders raise types of their own
            answers[name] = {"error": f"{type(error).__name__}: {error}"[:300]}
    return answers
