"""What a video's frames are, whatever file they lie in."""

from __future__ import annotations

import hashlib

from s2vbench.types import Video

_WINDOW_FRAMES = 16


def frames_sha256(video: Video) -> str:
    """SHA-256 of the size and the RGB bytes of all decoded frames: equal where every metric sees the same pixels.

    Raises:
        VideoError: a frame cannot be decoded.
    """
    return counted_frames(video)[0]


def counted_frames(video: Video) -> tuple[str, int]:
    """The digest of `frames_sha256`, and how many frames there are.

    Raises:
        VideoError: a frame cannot be decoded.
    """
    digest = hashlib.sha256(f"{video.width_px}x{video.height_px}\n".encode())
    num_frames = 0
    for window_THWC in video.open_windows(_WINDOW_FRAMES):
        digest.update(window_THWC.tobytes())
        num_frames += len(window_THWC)
    return digest.hexdigest(), num_frames
