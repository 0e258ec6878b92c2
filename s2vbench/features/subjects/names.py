"""What can be asked about the subjects of a video, and which networks answer. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

TRACKS = "tracks"
THUMBNAILS = "thumbnails"
CANVAS = "reference_canvas"
FACES = "face_matches"

SUBJECT_FEATURES: dict[str, tuple[str, ...]] = {
    TRACKS: ("detector", "segmenter"),
    "clip_crops": ("similarity",),
    "identity_crops": ("identity",),
    "backgrounds": ("similarity",),
    "literal_backgrounds": ("similarity",),
    "leak": ("identity",),
    "camera_motion": (),
    "keypoint_matches": (),
    CANVAS: ("similarity",),
    FACES: (),
    THUMBNAILS: (),
}
"""Feature -> which of `SubjectBackbones` it asks."""
USE_NULL = {"backgrounds", "leak"}
"""Features that compare with other cases' pictures."""

SUBJECT_RECIPES = "2026-11-a"
"""Raised whenever the way that features about subjects are made changes their values."""


@dataclass(frozen=True)
class SubjectBackbones:
    """Which networks answer; names in a bank."""

    detector: str
    segmenter: str
    similarity: str
    """Image encoder of the paper's metrics."""
    identity: str
    """Image encoder of the strict family."""
