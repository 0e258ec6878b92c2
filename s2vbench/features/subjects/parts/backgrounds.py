"""Frames and reference pictures with their subjects taken out, under one image encoder.

Shape letters: F looked-at frames, V views, N null views, D feature width, H height, W width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from s2vbench.features.subjects.case_files import ViewFile
from s2vbench.features.subjects.composite import (
    BACKGROUND_RECIPE,
    LITERAL_RECIPE,
    Mask,
    background_literal,
    background_squashed,
    dilated,
    fitted,
)
from s2vbench.features.subjects.even_sample import EvenSample
from s2vbench.features.subjects.instances import Arrays, InstanceTable
from s2vbench.features.subjects.null import usable_null_views
from s2vbench.features.subjects.parts.base import LookedAt, Setting, cosines
from s2vbench.features.subjects.sources import backbone_identity
from s2vbench.features.subjects.tracks import Backgrounds, Doubles
from s2vbench.features.subjects.views import LoadedView
from s2vbench.types import Floats, FramesU8
from s2vbench.video.rle import Rle, decode, encode

Fill = Literal["mean", "black"]
PASTED_FRAMES = 16
"""On so many frames, evenly spread, is measured what a perfect copy would reach."""


class BackgroundPart:
    """Background features of frames.

    "mean": holes grown a little, filled with CLIP's mean colour, the whole picture squashed. "black": the paper to the
    letter, holes as they are, black, and CLIP's own resize and centre crop.
    """

    def __init__(self, name: str, setting: Setting, backbone: str, fill: Fill) -> None:
        self.name = name
        self._setting, self._backbone, self._fill = setting, backbone, fill
        self._features: list[Floats] = []
        self._facts: list[tuple[bool, bool]] = []
        self._holes: EvenSample[Rle] = EvenSample(PASTED_FRAMES)

    @property
    def _recipe(self) -> str:
        return BACKGROUND_RECIPE if self._fill == "mean" else LITERAL_RECIPE

    def identity(self) -> dict[str, str]:
        """Encoder, recipe, policy, and the pictures that are compared."""
        return {
            "encoder": backbone_identity(self._setting.bank, self._backbone),
            "recipe": self._recipe,
            "policy": self._setting.policy.digest(),
            "case": self._setting.case.digest(with_null=False),
        }

    def add(self, looked_at: Sequence[LookedAt]) -> None:
        """Take the subjects out of the frames and encode what is left."""
        pictures: list[FramesU8] = []
        for frame in looked_at:
            hole_HW = self._hole(frame.subjects_HW)
            shown = 1 - hole_HW.mean() >= self._setting.policy.min_background_area
            self._facts.append((bool(frame.accepted_N.any()), bool(shown)))
            pictures.append(self._picture(frame.rgb_HWC, hole_HW))
            if self._fill == "mean" and self._holes.wants(frame.position):
                self._holes.add(frame.position, encode(hole_HW))
        self._features.append(self._encoded(np.stack(pictures)))

    def _hole(self, mask_HW: Mask) -> Mask:
        if self._fill == "black":
            return mask_HW
        return dilated(mask_HW, self._setting.policy.background_dilation * min(mask_HW.shape))

    def _picture(self, rgb_HWC: FramesU8, hole_HW: Mask) -> FramesU8:
        return (background_squashed if self._fill == "mean" else background_literal)(rgb_HWC, hole_HW)

    def _encoded(self, pictures_NHWC: FramesU8) -> Floats:
        return self._setting.bank.encode_pictures(self._backbone, pictures_NHWC)

    def finish(self) -> Arrays:
        """Features (F, D), facts (F, 2), and cosines (F, V) of views behind the frames' holes with themselves."""
        num_frames, views = len(self._facts), self._setting.case.views
        pasted_FV = np.full((num_frames, len(views)), np.nan)
        for place, view in self._setting.condition_views() if self._fill == "mean" else []:
            if self._setting.book.facts(view)[1]:
                loaded = self._setting.book.load(view)
                own_HW = self._hole(loaded.mask_HW)
                for position, hole in self._holes.items():
                    pasted_FV[position, place] = self._pasted(view, loaded.rgb_HWC, own_HW, decode(hole))
        return {
            "features": np.concatenate(self._features) if self._features else np.zeros((0, 0), np.float32),
            "facts": np.array(self._facts, dtype=np.int64).reshape(-1, 2),
            "pasted": pasted_FV,
        }

    def _pasted(self, view: ViewFile, rgb_HWC: FramesU8, own_HW: Mask, hole_HW: Mask) -> float:
        both_HW = own_HW | fitted(hole_HW, *own_HW.shape)
        if 1 - both_HW.mean() < self._setting.policy.min_background_area:
            return float("nan")
        feature = self._encoded(background_squashed(rgb_HWC, both_HW)[None])
        return float(cosines(feature, self._view_feature(view)[None])[0, 0])

    def _view_feature(self, view: ViewFile) -> Floats:
        def compute(loaded: LoadedView) -> Floats:
            feature_D: Floats = self._encoded(self._picture(loaded.rgb_HWC, self._hole(loaded.mask_HW))[None])[0]
            return feature_D

        name = f"background {self._recipe} {self._setting.policy.background_dilation}"
        return self._setting.book.feature(view, name, self._backbone, compute)

    def assemble(self, arrays: Arrays, table: InstanceTable) -> Backgrounds:
        """Cosines of frames with views and with chance; NaN where either shows no background."""
        views, book = self._setting.case.views, self._setting.book
        num_frames = len(table.frames_F)
        has_subject_F, shown_F = (arrays["facts"].astype(bool)[:, column] for column in (0, 1))
        views_FV = np.full((num_frames, len(views)), np.nan)
        keep_all = self._fill == "black"
        for place, view in self._setting.condition_views():
            if num_frames and (keep_all or book.facts(view)[1]):
                views_FV[:, place] = cosines(arrays["features"], self._view_feature(view)[None])[:, 0]
        null = usable_null_views(self._setting) if self._fill == "mean" else []
        null_FN = (
            cosines(arrays["features"], np.stack([self._view_feature(view) for view in null]))
            if null and num_frames
            else np.zeros((num_frames, 0))
        )
        if not keep_all:
            views_FV[~shown_F] = np.nan
            null_FN[~shown_F] = np.nan
        return Backgrounds(views_FV, null_FN, _doubles(arrays["pasted"]), has_subject_F)


def _doubles(array: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Doubles:
    return array.astype(np.float64)
