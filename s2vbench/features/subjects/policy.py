"""Every choice that the S2V metrics rest on, in one frozen record whose digest goes into each number.

Defaults follow the literature where there is one; `docs/s2v.md` gives the reason for each.
"""

from __future__ import annotations

from pydantic import Field

from s2vbench.files import digest_of
from s2vbench.types import Row

Share = Field(ge=0, le=1)


class SubjectPolicy(Row):
    """Thresholds and fills; a changed field means numbers of another kind."""

    frame_stride: int = Field(default=1, ge=1)
    """Every which frame is looked at, from the first on."""
    keep_threshold: float = Field(default=0.20, ge=0, le=1)
    """Boxes below this score are forgotten at once; nothing above it needs the detector again."""
    max_boxes_per_phrase: int = Field(default=8, ge=1)
    """How many boxes of one phrase are kept for a frame, the best first."""
    box_threshold: float = Field(default=0.35, ge=0, le=1)
    """Least box score (highest token probability) of an accepted instance."""
    text_threshold: float = Field(default=0.25, ge=0, le=1)
    """Least score of a subject's phrase for an instance to stand for that subject."""
    reference_retry_threshold: float = Field(default=0.20, ge=0, le=1)
    """Second try, in reference images only, where no box reaches `box_threshold`."""
    min_side_px: int = Field(default=16, ge=1)
    """A subject whose box is narrower cannot be judged in that frame."""
    background_dilation: float = Field(default=0.01, ge=0, le=1)
    """How far masks grow before the background is taken, as a share of the shorter side."""
    min_background_area: float = Field(default=0.10, ge=0, le=1)
    """A picture with less background than this share has none."""
    min_background_std: float = Field(default=8.0, ge=0)
    """A background with a smaller standard deviation of its grey levels (0..255) is a plain wall, and has none."""
    null_references: int = Field(default=16, ge=0)
    """How many other cases' reference backgrounds say what chance looks like."""
    min_null_references: int = Field(default=4, ge=1)
    """With fewer, measures against chance do not apply."""
    leak_dilation: float = Field(default=0.03, ge=0, le=1)
    """How far masks grow before background patches are compared, as a share of the diagonal."""
    leak_frames: int = Field(default=16, ge=1)
    """How many of the looked-at frames are compared patch by patch, evenly spread."""
    keypoint_frames: int = Field(default=8, ge=1)
    """How many frames of each subject are matched with its reference point by point, evenly spread."""

    def digest(self) -> str:
        """A short name for all choices together."""
        return digest_of(self.model_dump(mode="json"))
