"""Masked crops of instances under one image encoder, compared with the same crops of reference views.

Shape letters: M instances, V views, D feature width.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from s2vbench.features.subjects.composite import CROP_RECIPE, SIDE_PX, crop_on_white, whole_pixels
from s2vbench.features.subjects.instances import Arrays, InstanceTable
from s2vbench.features.subjects.parts.base import LookedAt, Setting, cosines
from s2vbench.features.subjects.sources import backbone_identity
from s2vbench.features.subjects.tracks import CropSimilarity
from s2vbench.features.subjects.views import LoadedView
from s2vbench.types import Floats
from s2vbench.video.rle import decode


class CropPart:
    """Features of every kept instance; which of them count is decided later."""

    def __init__(self, name: str, setting: Setting, backbone: str) -> None:
        self.name = name
        self._setting, self._backbone = setting, backbone
        self._features: list[Floats] = []

    def identity(self) -> dict[str, str]:
        """Encoder and crop recipe: neither references nor thresholds."""
        return {"encoder": backbone_identity(self._setting.bank, self._backbone), "recipe": CROP_RECIPE}

    def add(self, looked_at: Sequence[LookedAt]) -> None:
        """Cut out and encode every instance of the frames."""
        crops = []
        for frame in looked_at:
            for box_4, mask in zip(frame.found.boxes_N4, frame.found.masks, strict=True):
                box = whole_pixels(box_4, mask.height_px, mask.width_px)
                assert box is not None, "boxes outside the frame are dropped when instances are made"
                crops.append(crop_on_white(frame.rgb_HWC, decode(mask), box))
        if crops:
            self._features.append(self._setting.bank.encode_pictures(self._backbone, np.stack(crops)))

    def finish(self) -> Arrays:
        """(M, D); without an instance (0, 0)."""
        return {"features": np.concatenate(self._features) if self._features else np.zeros((0, 0), np.float32)}

    def assemble(self, arrays: Arrays, table: InstanceTable) -> CropSimilarity:
        """Cosines with every view of the case."""
        views = self._setting.case.views
        num_instances = sum(len(frame.scores_N) for frame in table.instances)
        if not views:
            return CropSimilarity(np.zeros((num_instances, 0)), np.zeros((0, 0)))
        features_VD = np.stack([self._view_feature(place) for place in range(len(views))])
        instances = cosines(arrays["features"], features_VD) if num_instances else np.zeros((0, len(views)))
        return CropSimilarity(instances, cosines(features_VD, features_VD))

    def _view_feature(self, place: int) -> Floats:
        def compute(view: LoadedView) -> Floats:
            crop = crop_on_white(view.rgb_HWC, view.mask_HW, view.box)
            assert crop.shape == (SIDE_PX, SIDE_PX, 3)
            feature_D: Floats = self._setting.bank.encode_pictures(self._backbone, crop[None])[0]
            return feature_D

        return self._setting.book.feature(
            self._setting.case.views[place], f"crop {CROP_RECIPE}", self._backbone, compute
        )
