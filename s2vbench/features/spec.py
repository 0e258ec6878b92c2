"""What a feature is: an array about one video, made by one backbone."""

from __future__ import annotations

from dataclasses import dataclass

FRAMES = "frames"
PROMPT = "prompt"


@dataclass(frozen=True)
class FeatureSpec:
    """One line of a profile's feature table."""

    name: str
    backbone: str
    of: str = FRAMES
    """What the backbone is given: "frames", "prompt", or the name of another feature."""
    sampling: str = "all-frames-v1"


@dataclass(frozen=True)
class Failure:
    """A feature that could not be computed, and why."""

    reason: str
    details: str
    """The traceback, for the run's failures folder."""
