"""Who says where the subjects are: networks here, known truth in `truth.py`.

Shape letters: N instances or boxes, L labels, H height, W width, C channels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.captions import clean_phrase
from s2vbench.backbones.protocols import Detections
from s2vbench.errors import InputError, NotApplicable, PictureError
from s2vbench.features.cache import FeatureCache
from s2vbench.features.subjects.case_files import SubjectEntry, ViewFile
from s2vbench.features.subjects.composite import whole_pixels
from s2vbench.features.subjects.instances import Arrays, FrameInstances, best_boxes, box_mask, frame_instances
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.types import FramesU8
from s2vbench.video.rle import Rle, decode, encode

Mask = npt.NDArray[np.bool_]
MaskSource = Literal["file", "alpha", "truth", "detected", "detected at second try", "whole picture"]


@dataclass(frozen=True)
class ViewMask:
    """Where the subject is in a reference picture."""

    mask_HW: Mask
    source: MaskSource
    box: tuple[int, int, int, int] | None = None
    """Left, top, right, bottom that the mask was drawn in; None where the mask came first."""


def backbone_identity(bank: Bank, name: str) -> str:
    """Code, sizes, weights and precision of a network; seeded weights of networks of all sizes have one digest."""
    weights = bank.weights[name]
    options = sorted(weights.spec.options.items())
    return f"{weights.spec.build} {options} {weights.record.sha256} {bank.precision}"


class InstanceSource(Protocol):
    """Finds subjects in frames and in reference pictures."""

    def identity(self) -> dict[str, str]:
        """Everything about the source itself that can change what it finds."""

    def labels(self, subjects: Sequence[SubjectEntry]) -> tuple[list[str], list[int]]:
        """The labels that instances are scored for, and each subject's place among them."""

    def looks_at(self, frame: int) -> bool:
        """True where it can say something about the frame at this position of the video."""

    def find(self, frames_NHWC: FramesU8, frames: Sequence[int], labels: Sequence[str]) -> list[FrameInstances]:
        """Instances in each of the frames at these positions."""

    def find_in_view(self, picture_HWC: FramesU8, view: ViewFile) -> ViewMask:
        """The subject in one of its own pictures."""


class _TooNarrowError(Exception):
    """The detector cannot look at an image."""


class Detection:
    """A detector asked for all nouns of a case at once, and a segmenter for the boxes it is sure enough of."""

    def __init__(self, bank: Bank, cache: FeatureCache, detector: str, segmenter: str, policy: SubjectPolicy) -> None:
        self._bank, self._cache, self._policy = bank, cache, policy
        self._detector, self._segmenter = detector, segmenter

    def identity(self) -> dict[str, str]:
        """Weights and code of both networks, precision, and what is kept of their answers."""
        return {
            "keep": repr((self._policy.keep_threshold, self._policy.max_boxes_per_phrase)),
            "detector": self._network(self._detector),
            "segmenter": self._network(self._segmenter),
        }

    def _network(self, name: str) -> str:
        return backbone_identity(self._bank, name)

    def labels(self, subjects: Sequence[SubjectEntry]) -> tuple[list[str], list[int]]:
        """Distinct nouns in alphabetical order: the caption, and with it every score, is the same in any order."""
        phrases = [clean_phrase(subject.noun) for subject in subjects]
        labels = sorted(set(phrases))
        return labels, [labels.index(phrase) for phrase in phrases]

    def looks_at(self, frame: int) -> bool:
        """Every `frame_stride`-th frame."""
        return frame % self._policy.frame_stride == 0

    def find(self, frames_NHWC: FramesU8, frames: Sequence[int], labels: Sequence[str]) -> list[FrameInstances]:  # noqa: ARG002 -- positions matter to known truth only
        """Instances in each frame.

        Raises:
            NotApplicable: the frames are too narrow for the detector.
        """
        try:
            detections = self._detect(list(frames_NHWC), labels)
        except _TooNarrowError as error:
            raise NotApplicable(f"subjects cannot be looked for: {error}") from error
        kept = [
            best_boxes(found.scores_N.astype(np.float64), found.phrase_scores_NP.astype(np.float64), self._policy)
            for found in detections
        ]
        boxes = [found.boxes_N4[rows] for found, rows in zip(detections, kept, strict=True)]
        segments = self._bank.segment(self._segmenter, list(frames_NHWC), boxes)
        return [
            frame_instances(
                boxes_N4.astype(np.float64),
                found.scores_N[rows].astype(np.float64),
                found.phrase_scores_NP[rows].astype(np.float64),
                list(masks.masks_NHW),
            )
            for found, rows, boxes_N4, masks in zip(detections, kept, boxes, segments, strict=True)
        ]

    def _detect(self, images: list[FramesU8], phrases: Sequence[str]) -> list[Detections]:
        # First: damaged weights are the run's error. Nouns were checked before the run, so what is left are the images.
        self._bank.network(self._detector)
        try:
            return self._bank.detect(self._detector, images, phrases)
        except InputError as error:
            raise _TooNarrowError(str(error)) from error

    def find_in_view(self, picture_HWC: FramesU8, view: ViewFile) -> ViewMask:
        """The best box for the noun; a second, lower threshold; else the whole picture.

        References are known to show their subject, which is why a weak box is believed here and not in a frame. What
        the networks say is kept whatever the thresholds are.

        Raises:
            PictureError: the picture is too narrow for the detector.
        """
        found = self._boxes_in(picture_HWC, view)
        scores_N, noun_scores_N = (found[name].astype(np.float64) for name in ("scores", "noun_scores"))
        tries: list[tuple[float, MaskSource]] = [
            (self._policy.box_threshold, "detected"),
            (self._policy.reference_retry_threshold, "detected at second try"),
        ]
        for threshold, source in tries:
            able = (scores_N >= threshold) & (noun_scores_N >= min(threshold, self._policy.text_threshold))
            if able.any():
                best = int(np.argmax(np.where(able, noun_scores_N, -1.0)))
                outlined = self._outline(picture_HWC, found["boxes"][best : best + 1], view, source)
                if outlined is not None:
                    return outlined
        return ViewMask(np.ones(picture_HWC.shape[:2], dtype=np.bool_), "whole picture")

    def _boxes_in(self, picture_HWC: FramesU8, view: ViewFile) -> Arrays:
        def compute() -> Arrays:
            try:
                found = self._detect([picture_HWC], [view.noun])[0]
            except _TooNarrowError as error:
                raise PictureError(f"{view.path}: {error}") from error
            return {"boxes": found.boxes_N4, "scores": found.scores_N, "noun_scores": found.phrase_scores_NP[:, 0]}

        identity = {
            "feature": "view-boxes-v1",
            "picture": view.sha256,
            "noun": clean_phrase(view.noun),
            "detector": self._network(self._detector),
        }
        return self._remembered(identity, compute)

    def _outline(
        self, picture_HWC: FramesU8, box_14: npt.NDArray[np.float32], view: ViewFile, source: MaskSource
    ) -> ViewMask | None:
        height_px, width_px = picture_HWC.shape[:2]
        box = whole_pixels(box_14[0], height_px, width_px)
        if box is None:
            return None

        def compute() -> Arrays:
            mask_HW = self._bank.segment(self._segmenter, [picture_HWC], [box_14])[0].masks_NHW[0]
            return {"runs": encode(mask_HW if mask_HW.any() else box_mask(box, height_px, width_px)).counts}

        identity = {
            "feature": "view-outline-v1",
            "picture": view.sha256,
            "box": repr(box_14[0].tolist()),
            "segmenter": self._network(self._segmenter),
        }
        runs = self._remembered(identity, compute)["runs"]
        return ViewMask(decode(Rle(height_px, width_px, runs)), source, box)

    def _remembered(self, identity: dict[str, str], compute: Callable[[], Arrays]) -> Arrays:
        found = self._cache.get_arrays(identity)
        if found is None:
            found = compute()
            self._cache.put_arrays(identity, found)
        return found
