"""One training example before any network has seen it."""

from __future__ import annotations

from dataclasses import dataclass

from s2vbench.types import FramesU8


@dataclass(frozen=True)
class Sample:
    """A clip, what is said of it, and pictures of those who are in it."""

    name: str
    """Where it comes from, for messages: a file's stem, or the number of a drawn clip."""
    caption: str
    frames_THWC: FramesU8
    references: tuple[FramesU8, ...]
    """Pictures (H, W, C) of any size, one a subject, in the order of the subjects."""
