"""Where in a frame the background of a reference picture shows: patch by patch, against chance.

Shape letters: L compared frames, R rows and C columns of patches, V views, N null views, P patches of a view, D width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s2vbench.features.subjects.case_files import ViewFile
from s2vbench.features.subjects.composite import Mask, dilated
from s2vbench.features.subjects.even_sample import EvenSample
from s2vbench.features.subjects.instances import Arrays, InstanceTable
from s2vbench.features.subjects.null import usable_null_views
from s2vbench.features.subjects.parts.base import LookedAt, Setting
from s2vbench.features.subjects.sources import backbone_identity
from s2vbench.features.subjects.tracks import Bools, Doubles, LeakMaps
from s2vbench.features.subjects.views import LoadedView
from s2vbench.types import Floats

RECIPE = "background-patches-v1"
VIEW_PATCHES = 256
"""A larger view is reduced to so many patches: the maximum over more of them would be higher by chance alone."""
MIN_VIEW_PATCHES = 8
MOST_SUBJECT = 0.1
"""A patch with a larger share of subject in it is not background."""
RING = 0.10
"""Patches within this share of the diagonal around subjects are near them."""
LEAST_SD = 0.02
"""Chance is never taken to be narrower than this, in cosines."""


@dataclass(frozen=True)
class _FramePatches:
    features_RCD: Floats
    background_RC: Bools
    near_RC: Bools


class LeakPart:
    """Patch features of a few frames, compared with patches of reference backgrounds."""

    name = "leak"

    def __init__(self, setting: Setting, backbone: str) -> None:
        self._setting, self._backbone = setting, backbone
        self._kept: EvenSample[_FramePatches] = EvenSample(setting.policy.leak_frames)

    def identity(self) -> dict[str, str]:
        """Encoder, policy, own pictures and those of other cases."""
        return {
            "encoder": backbone_identity(self._setting.bank, self._backbone),
            "recipe": RECIPE,
            "policy": self._setting.policy.digest(),
            "case": self._setting.case.digest(with_null=True),
        }

    def add(self, looked_at: Sequence[LookedAt]) -> None:
        """Encode the patches of the frames that are kept."""
        for frame in looked_at:
            if self._kept.wants(frame.position):
                patches = self._setting.bank.encode_patches(self._backbone, frame.rgb_HWC[None])[0]
                diagonal_px = float(np.hypot(*frame.subjects_HW.shape))
                hole_HW = dilated(frame.subjects_HW, self._setting.policy.leak_dilation * diagonal_px)
                near_HW = dilated(hole_HW, RING * diagonal_px)
                free_RC = self._share(hole_HW, patches.shape[:2]) <= MOST_SUBJECT
                near_RC = free_RC & (self._share(near_HW, patches.shape[:2]) > 0.5)
                self._kept.add(frame.position, _FramePatches(patches, free_RC, near_RC))

    def finish(self) -> Arrays:
        """Everything in `LeakMaps`; without a view or without chance to compare with, no frames."""
        null = [features for view in usable_null_views(self._setting) if len(features := self._patches_of(view))]
        own = [
            features
            for _, view in self._setting.condition_views()
            if self._setting.book.facts(view)[1] and len(features := self._patches_of(view))
        ]
        kept = self._kept.items() if own and len(null) >= self._setting.policy.min_null_references else []
        return {
            "frames": np.array([position for position, _ in kept], dtype=np.int64),
            "z": _stacked([leak_scores(item.features_RCD, item.background_RC, own, null) for _, item in kept], float),
            "near": _stacked([item.near_RC for _, item in kept], bool).astype(np.uint8),
            "counts": np.array([len(null), len(own)], dtype=np.int64),
        }

    def _patches_of(self, view: ViewFile) -> Floats:
        policy = self._setting.policy

        def compute(loaded: LoadedView) -> Floats:
            patches_RCD = self._setting.bank.encode_patches(self._backbone, loaded.rgb_HWC[None])[0]
            hole_HW = dilated(loaded.mask_HW, policy.leak_dilation * float(np.hypot(*loaded.mask_HW.shape)))
            free_PD: Floats = patches_RCD[self._share(hole_HW, patches_RCD.shape[:2]) <= MOST_SUBJECT]
            if len(free_PD) < MIN_VIEW_PATCHES:
                few_PD: Floats = free_PD[:0]
                return few_PD
            spread_PD: Floats = free_PD[
                np.linspace(0, len(free_PD) - 1, min(VIEW_PATCHES, len(free_PD))).round().astype(int)
            ]
            return spread_PD

        return self._setting.book.feature(view, f"{RECIPE} {policy.leak_dilation}", self._backbone, compute)

    def _share(self, mask_HW: Mask, grid: tuple[int, ...]) -> Doubles:
        """Share of each patch (R, C) that the mask covers; what the encoder cuts off at the far edges is left out."""
        import cv2

        shown_HW = self._setting.bank.patched_area(self._backbone, mask_HW)
        small: npt.NDArray[np.float32] = cv2.resize(
            shown_HW.astype(np.float32), (grid[1], grid[0]), interpolation=cv2.INTER_AREA
        )
        return small.astype(np.float64)

    def assemble(self, arrays: Arrays, table: InstanceTable) -> LeakMaps:
        """The maps."""
        assert len(arrays["frames"]) <= max(1, len(table.frames_F))
        num_null, num_views = arrays["counts"].tolist()
        return LeakMaps(arrays["frames"], arrays["z"], arrays["near"].astype(bool), num_null, num_views)


def leak_scores(features_RCD: Floats, background_RC: Bools, own: list[Floats], null: list[Floats]) -> Doubles:
    """How much more like a reference's background each patch is than chance: z-scores (R, C), NaN where a subject is.

    For each view the highest cosine of the patch with the view's patches; chance is the mean and the standard deviation
    (at least 0.02) of the same over null views; the highest z over views counts. s2vbench; no precedent found.

    Args:
        features_RCD: patch features of length 1.
        background_RC: patches without a subject.
        own: patches (P, D) of each of the case's views.
        null: patches of each of other cases' views, two at least.

    >>> patch = np.eye(2, dtype=np.float32)[None]
    >>> leak_scores(patch, np.array([[True, False]]), [patch[0, :1]], [patch[0, 1:], patch[0, 1:]]).tolist()
    [[50.0, nan]]
    """

    def closest(patches_PD: Floats) -> Doubles:
        best_RC: Doubles = (features_RCD.astype(np.float64) @ patches_PD.astype(np.float64).T).max(axis=-1)
        return best_RC

    chance_NRC = np.stack([closest(patches) for patches in null])
    mean_RC, sd_RC = chance_NRC.mean(axis=0), np.maximum(chance_NRC.std(axis=0), LEAST_SD)
    z_RC = np.stack([(closest(patches) - mean_RC) / sd_RC for patches in own]).max(axis=0)
    return np.where(background_RC, z_RC, np.nan)


def _stacked(arrays: list[npt.NDArray[np.float64]] | list[Bools], kind: type) -> npt.NDArray[np.float64]:
    return np.stack(arrays).astype(kind) if arrays else np.zeros((0, 0, 0), kind)
