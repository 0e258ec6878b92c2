"""What metrics see of the subjects in a video; whether a network or a truth file says so, they cannot tell.

Shape letters: F looked-at frames, M instances of all frames together, K subjects, V reference views, N null views,
H height, W width, P patches. Instances are sorted by frame, then by score from high to low.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.video.rle import Rle

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
ViewRole = Literal["condition", "heldout", "distractor"]


@dataclass(frozen=True)
class Subject:
    """One subject that should appear; references of kind "background" are none."""

    id: str
    noun: str
    kind: str
    expected_count: int = 1
    """How many of it the prompt asks for."""
    missing_reason: str | None = None
    """Why it cannot be judged (it was not found in its own reference images); None where it can."""


@dataclass(frozen=True)
class View:
    """One picture of a subject, or of another individual of its class."""

    subject: int
    role: ViewRole
    sha256: str
    mask_source: Literal["file", "alpha", "truth", "detected", "detected at second try", "whole picture"]
    has_background: bool
    """Enough of the picture is not the subject, and that is no plain wall."""


@dataclass(frozen=True)
class Tracks:
    """Instances in the looked-at frames of one video."""

    policy: SubjectPolicy
    fps: float | None
    num_frames: int
    """Frames of the whole video."""
    height_px: int
    width_px: int
    frames_F: Ints
    """Their positions in the video."""
    subjects: tuple[Subject, ...]
    expected_extra: int
    """How many further instances of the subjects' classes the prompt asks for."""
    views: tuple[View, ...]
    frame_M: Ints
    """Row of `frames_F` that each instance was found in."""
    boxes_M4: Doubles
    """x0, y0, x1, y1 in pixels, inside the frame."""
    scores_M: Doubles
    """Box score, 0..1."""
    phrase_scores_MK: Doubles
    """Score of each subject's noun; equal for subjects of one noun."""
    masks: tuple[Rle, ...]
    area_M: Doubles
    """Mask area as a share of the frame."""
    shared_area: tuple[Doubles, ...]
    """For each looked-at frame with n instances (n, n): how much of the frame two masks share, as a share of it."""

    def accepted_M(self) -> Bools:
        """Instances that reach the box threshold and, for some subject, the text threshold."""
        best = self.phrase_scores_MK.max(axis=1, initial=0.0)
        accepted: Bools = (self.scores_M >= self.policy.box_threshold) & (best >= self.policy.text_threshold)
        return accepted

    def views_of(self, subject: int, role: ViewRole) -> list[int]:
        """Positions in `views` of a subject's pictures of one role."""
        return [index for index, view in enumerate(self.views) if view.subject == subject and view.role == role]

    def times_s(self) -> Doubles | None:
        """Time of each looked-at frame (F,); None where the video has no frame rate."""
        return None if not self.fps else self.frames_F / self.fps


@dataclass(frozen=True)
class CropSimilarity:
    """Cosines of masked crops under one encoder, -1..1."""

    instances_MV: Doubles
    """Each instance with each reference view."""
    views_VV: Doubles
    """Each reference view with each."""


@dataclass(frozen=True)
class Backgrounds:
    """Cosines of backgrounds with subjects masked out, -1..1, under one way to fill the hole.

    A value is NaN where the frame or the view shows no background.
    """

    views_FV: Doubles
    """Frame with reference view: what leaks."""
    null_FN: Doubles
    """Frame with other cases' reference views: chance."""
    pasted_FV: Doubles
    """The view's own background behind the frame's holes, with the view: what a perfect copy would reach."""
    frame_has_subject_F: Bools
    """False where nothing was accepted in the frame, so that nothing was masked out."""


@dataclass(frozen=True)
class LeakMaps:
    """Patch by patch: how much more a frame's background is like a reference's than chance."""

    frames_L: Ints
    """Rows of `Tracks.frames_F` that were compared, L of them."""
    z_LRC: Doubles
    """Highest z-score over reference views for a grid of patches, L x rows x columns; NaN where a subject is."""
    near_LRC: Bools
    """Patches in the ring around subjects."""
    num_null: int
    """Other cases' views that chance was measured on."""
    num_views: int
    """Own views with a background."""


@dataclass(frozen=True)
class CameraMotion:
    """Between each looked-at frame and the next, Q = F - 1 pairs."""

    zoom_Q: Doubles
    """Scale of the camera's similarity transform; 1 where it stands still, NaN where it could not be told."""
    background_px_Q: Doubles
    """Mean length of what the camera does not explain, outside subjects, in pixels of the frame."""
    subject_px_M: Doubles
    """The same inside each instance's mask, from its frame to the next; NaN in the last frame."""


@dataclass(frozen=True)
class KeypointMatches:
    """How exactly an instance repeats a reference view, for the instances that were compared."""

    inlier_ratio_MV: Doubles
    """Share of the view's matched points that one similarity transform explains, 0..1; NaN where not compared."""
    mask_iou_MV: Doubles
    """IoU of the instance's mask with the view's mask under that transform, 0..1; NaN where not compared."""


@dataclass(frozen=True)
class FaceMatches:
    """Cosines of faces, -1..1."""

    instances_MV: Doubles
    """Face inside an instance with the face of a reference view; NaN where one of them has no assessable face."""


@dataclass(frozen=True)
class ReferenceCanvas:
    """What tells a reference picture shown as a frame from a frame; T is every frame of the video, not F."""

    similarity_TV: Doubles
    """Cosine of whole frame and whole reference picture (condition views; NaN for others), CLIP."""
    ssim_TV: Doubles
    """Structural similarity of grey thumbnails of the same two, -1..1; NaN for views that are not shown to a model."""
    change_T: Doubles
    """Mean absolute difference of the thumbnails of frames t and t + 1, 0..255, T - 1 of them."""


def empty_similarity(num_instances: int, num_views: int) -> Doubles:
    """(M, V) of NaN."""
    return np.full((num_instances, num_views), np.nan)
