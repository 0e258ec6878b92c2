"""How well `mini_detector` finds subjects of held-out clips.

A frame's boxes are judged as the profile's policy uses them: a subject is found by an accepted box of its noun that
overlaps its true box by more than half; every other accepted box is a mistake.

Shape letters: B boxes, K subjects, P phrases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from s2vbench.backbones.mini.detector_canvas import box_iou
from s2vbench.backbones.protocols import Detector
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.clips_augment import blurred_64
from s2vbench.mini.detector_samples import nouns
from s2vbench.mini.measures import Measure, mean_of
from s2vbench.types import Floats, FramesU8

CHOOSING: Final = 250
"""The first so many held-out clips are for choosing thresholds; the others for measures."""
ENOUGH_IOU: Final = 0.5
_SEEN: Final = 0.35
"""Subjects of which less is seen are neither to be found nor a mistake to find."""
_GRID: Final = tuple(round(0.05 * step, 2) for step in range(2, 17))
_FRAMINGS: Final = (("far", 0.0, 0.4), ("middle", 0.4, 0.65), ("near", 0.65, 9.9))
"""By the height of the tallest subject, in frame heights."""
_BATCH: Final = 16

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """One picture: what is there, and what was found."""

    true_K4: Floats
    kinds_K: npt.NDArray[np.int64]
    """Class numbers."""
    counted_K: Bools
    """False for those hardly seen."""
    boxes_B4: Floats
    scores_B: Floats
    phrase_scores_BP: Floats
    """One column a class."""
    height_px: int

    @property
    def framing(self) -> str | None:
        """far, middle or near; None where nobody is."""
        if not len(self.true_K4):
            return None
        tallest = float((self.true_K4[:, 3] - self.true_K4[:, 1]).max()) / self.height_px
        return next(name for name, low, high in _FRAMINGS if low <= tallest < high)


def measure(detector: Detector, bank: ClipBank, count: int, policy: SubjectPolicy) -> dict[str, Any]:
    """All measures, at the policy's thresholds, on `count` held-out clips: one frame of each, sharp and blurred."""
    clips = range(CHOOSING, CHOOSING + min(count, len(bank) - CHOOSING))
    found: dict[str, Any] = {
        "thresholds": {"box": policy.box_threshold, "text": policy.text_threshold},
        "references": reference_measures(list(judged_references(detector, bank, clips)), policy),
    }
    for name, change in (("sharp", None), ("blurred to 64 px", blurred_64)):
        found[name] = frame_measures(list(judged_frames(detector, bank, clips, change)), policy)
    return found


def choose(detector: Detector, bank: ClipBank) -> dict[str, float]:
    """Box and text threshold of the highest F1 over sharp and blurred frames of clips that no measure uses.

    What is kept for a second look goes a quarter below both.
    """
    clips = range(min(CHOOSING, len(bank)))
    judged = [
        row for change in (None, blurred_64) for row in judged_frames(detector, bank, clips, change) if len(row.true_K4)
    ]
    tried = [(f1_of(judged, box, text), box, text) for box in _GRID for text in _GRID]
    f1, box, text = max(tried)
    return {
        "box_threshold": box,
        "text_threshold": text,
        "keep_threshold": round(0.75 * min(box, text), 3),
        "f1": round(f1, 4),
        "frames": len(judged),
    }


def judged_frames(
    detector: Detector, bank: ClipBank, clips: Iterable[int], change: Callable[[FramesU8], FramesU8] | None
) -> Iterator[Judged]:
    """One frame of each clip, asked for every class."""
    pictures, truths = [], []
    for index in clips:
        shard, at = bank.where(index)
        frame, told = index % 9, shard.told(at)["subjects"]
        picture_HWC = np.asarray(shard.array("frames")[at, frame])
        pictures.append(picture_HWC if change is None else change(picture_HWC))
        boxes_K4 = np.asarray(shard.array("boxes")[at, frame, : len(told)])
        visible_K = np.asarray(shard.array("visibility")[at, frame, : len(told)])
        there_K = np.isfinite(boxes_K4).all(axis=1)
        kinds_K = np.array([nouns().index(noun) for noun, _ in told], np.int64)
        truths.append((boxes_K4[there_K], kinds_K[there_K], visible_K[there_K] >= _SEEN))
    yield from _judged(detector, pictures, truths)


def judged_references(detector: Detector, bank: ClipBank, clips: Iterable[int]) -> Iterator[Judged]:
    """One reference picture of each clip with a subject."""
    pictures, truths = [], []
    for index in clips:
        clip = bank[index]
        if not clip.subjects:
            continue
        picture = clip.references[0][index % 2]
        rows, columns = (np.flatnonzero(picture.mask_HW.any(axis=axis)) for axis in (1, 0))
        box_14 = np.array([[columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]], np.float32)
        pictures.append(np.asarray(picture.picture_HWC))
        truths.append((box_14, np.array([nouns().index(clip.subjects[0].noun)]), np.ones(1, np.bool_)))
    yield from _judged(detector, pictures, truths)


def _judged(
    detector: Detector, pictures: list[FramesU8], truths: list[tuple[Floats, npt.NDArray[np.int64], Bools]]
) -> Iterator[Judged]:
    for start in range(0, len(pictures), _BATCH):
        some = pictures[start : start + _BATCH]
        for picture, found, truth in zip(some, detector.detect(some, nouns()), truths[start:], strict=False):
            yield Judged(*truth, found.boxes_N4, found.scores_N, found.phrase_scores_NP, picture.shape[0])


def frame_measures(judged: list[Judged], policy: SubjectPolicy) -> dict[str, Any]:
    """What is found and what is mistaken in frames, all together and by crowd and framing."""
    at = (policy.box_threshold, policy.text_threshold)
    found: dict[str, Any] = {"AP50, whatever the class": average_precision(judged)} | _found_and_mistaken(judged, at)
    twins = [float(_found(row, at)[0].all()) for row in judged if row.counted_K.all() and _two_of_one_class(row)]
    found["frames with two of one class: both found"] = mean_or_nothing(twins)
    unseen = [_absent_unseen(row, at) for row in judged if len(row.true_K4)]
    found["a class that is not there: seen nowhere"] = mean_or_nothing(unseen)
    found["class of a found box among those in the clip"] = mean_or_nothing(list(_class_right(judged, among_clip=True)))
    found["class of a found box among all"] = mean_or_nothing(list(_class_right(judged, among_clip=False)))
    for crowd in (1, 2, 3):
        found[f"subjects: {crowd}"] = _found_and_mistaken([row for row in judged if len(row.true_K4) == crowd], at)
    for framing, _, _ in _FRAMINGS:
        found[f"framing: {framing}"] = _found_and_mistaken([row for row in judged if row.framing == framing], at)
    return found


def reference_measures(judged: list[Judged], policy: SubjectPolicy) -> dict[str, Measure]:
    """Whether the best box for the noun is the subject's, as it is looked for in reference pictures."""
    right, iou = [], []
    for row in judged:
        scores_B = row.phrase_scores_BP[:, row.kinds_K[0]]
        able_B = (row.scores_B >= policy.box_threshold) & (scores_B >= policy.text_threshold)
        best = int(np.argmax(np.where(able_B, scores_B, -1.0))) if able_B.any() else None
        overlap = 0.0 if best is None else float(box_iou(row.boxes_B4[best : best + 1], row.true_K4)[0, 0])
        right.append(float(overlap > ENOUGH_IOU))
        iou += [overlap] if overlap > ENOUGH_IOU else []
    return {"found": mean_or_nothing(right), "box IoU where found": mean_or_nothing(iou)}


def _found_and_mistaken(judged: list[Judged], at: tuple[float, float]) -> dict[str, Measure]:
    each = [_found(row, at) for row in judged]
    subjects = [value for row, (found_K, _) in zip(judged, each, strict=True) for value in found_K[row.counted_K]]
    right = [value for _, right_B in each for value in right_B]
    return {"recall": _share(subjects), "precision": _share(right)}


def _share(values: list[bool]) -> Measure:
    return mean_or_nothing([float(value) for value in values])


def mean_or_nothing(values: list[float]) -> Measure:
    """`mean_of`; of fewer than two values their number alone."""
    return mean_of(values) if len(values) > 1 else {"value": None, "n": len(values)}


def _found(row: Judged, at: tuple[float, float]) -> tuple[Bools, list[bool]]:
    """Which subjects are found (K,), and which accepted boxes are right, those of hardly seen subjects left out.

    Only classes of the picture are asked for, as a case asks for its own.
    """
    box_threshold, text_threshold = at
    found_K, right = np.zeros(len(row.true_K4), np.bool_), []
    for kind in sorted(set(row.kinds_K.tolist())):
        scores_B = row.phrase_scores_BP[:, kind]
        accepted = np.flatnonzero((row.scores_B >= box_threshold) & (scores_B >= text_threshold))
        of_kind = np.flatnonzero(row.kinds_K == kind)
        iou_BK = box_iou(row.boxes_B4[accepted], row.true_K4[of_kind])
        for overlaps_K in iou_BK:
            free_K = np.where(found_K[of_kind], 0.0, overlaps_K)
            best = of_kind[int(free_K.argmax())]
            if free_K.max() > ENOUGH_IOU:
                found_K[best] = True
                right += [True] if row.counted_K[best] else []
            elif overlaps_K.max() <= ENOUGH_IOU or row.counted_K[of_kind[int(overlaps_K.argmax())]]:
                right.append(False)
    return found_K, right


def f1_of(judged: list[Judged], box_threshold: float, text_threshold: float) -> float:
    """Harmonic mean of recall and precision at two thresholds."""
    each = [_found(row, (box_threshold, text_threshold)) for row in judged]
    wanted = sum(int(row.counted_K.sum()) for row in judged)
    hits = sum(int(found_K[row.counted_K].sum()) for row, (found_K, _) in zip(judged, each, strict=True))
    boxes = sum(len(right) for _, right in each)
    return 2 * hits / max(wanted + boxes, 1)


def average_precision(judged: list[Judged]) -> dict[str, Any]:
    """Area under precision over recall at an IoU of 0.5, whatever the class; `n` counts subjects."""
    scored: list[tuple[float, bool]] = []
    for row in judged:
        taken_K = np.zeros(len(row.true_K4), np.bool_)
        iou_BK = box_iou(row.boxes_B4, row.true_K4)
        for score, overlaps_K in zip(row.scores_B.tolist(), iou_BK, strict=True):
            best = int(overlaps_K.argmax()) if len(taken_K) else -1
            hit = best >= 0 and overlaps_K[best] > ENOUGH_IOU
            if hit and not row.counted_K[best]:
                continue
            scored.append((score, hit and not taken_K[best]))
            if hit:
                taken_K[best] = True
    wanted = sum(int(row.counted_K.sum()) for row in judged)
    hits = np.array([hit for _, hit in sorted(scored, key=lambda pair: -pair[0])], np.float64)
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    # Precision at a recall is the best of any recall beyond, as usual.
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return {"value": float((precision * hits).sum() / max(wanted, 1)), "n": wanted}


def _two_of_one_class(row: Judged) -> bool:
    return len(row.kinds_K) == 2 and row.kinds_K[0] == row.kinds_K[1]


def _absent_unseen(row: Judged, at: tuple[float, float]) -> float:
    """1 where a class of another kind, drawn by the picture's own classes, is accepted nowhere."""
    absent = np.setdiff1d(np.arange(len(nouns())), row.kinds_K)
    kind = absent[(7919 * int(row.kinds_K.sum()) + int(row.true_K4[0, 0])) % len(absent)]
    accepted_B = (row.scores_B >= at[0]) & (row.phrase_scores_BP[:, kind] >= at[1])
    return float(not accepted_B.any())


def _class_right(judged: list[Judged], *, among_clip: bool) -> Iterator[float]:
    """For the best overlapping box of each subject: whether its likeliest class is the subject's."""
    for row in judged:
        if among_clip and len(set(row.kinds_K.tolist())) < 2:
            continue
        iou_BK = box_iou(row.boxes_B4, row.true_K4)
        for k in np.flatnonzero(row.counted_K):
            if not len(iou_BK) or iou_BK[:, k].max() <= ENOUGH_IOU:
                continue
            scores_P = row.phrase_scores_BP[int(iou_BK[:, k].argmax())]
            able = np.unique(row.kinds_K) if among_clip else np.arange(len(scores_P))
            yield float(able[scores_P[able].argmax()] == row.kinds_K[k])
