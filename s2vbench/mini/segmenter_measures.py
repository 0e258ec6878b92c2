"""How well `mini_segmenter` outlines subjects of held-out clips, in true boxes and in those of `mini_detector`.

Shape letters: K subjects, B boxes, H height, W width.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from s2vbench.backbones.mini.detector_canvas import box_iou
from s2vbench.backbones.protocols import Detector, Segmenter
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.clips_augment import blurred_64
from s2vbench.mini.detector_measures import CHOOSING, ENOUGH_IOU, mean_or_nothing
from s2vbench.mini.measures import rank_correlation
from s2vbench.types import Floats, FramesU8

_SEEN: Final = 0.35
_LEAST_SIDE_PX: Final = 8


def measure(segmenter: Segmenter, detector: Detector, bank: ClipBank, count: int) -> dict[str, Any]:
    """Mask IoU on one frame of each of `count` held-out clips, sharp and blurred."""
    clips = range(CHOOSING, CHOOSING + min(count, len(bank) - CHOOSING))
    return {
        name: _on_frames(segmenter, detector, bank, clips, change)
        for name, change in (("sharp", None), ("blurred to 64 px", blurred_64))
    }


def _on_frames(
    segmenter: Segmenter,
    detector: Detector,
    bank: ClipBank,
    clips: range,
    change: Callable[[FramesU8], FramesU8] | None,
) -> dict[str, Any]:
    rows: dict[str, list[float]] = {"true": [], "detected": [], "guess": []}
    for index in clips:
        picture_HWC, masks_KHW, boxes_K4, nouns = _truth(bank, index)
        if not len(boxes_K4):
            continue
        picture_HWC = picture_HWC if change is None else change(picture_HWC)
        found = detector.detect([picture_HWC], nouns)[0]
        nearest_K4, able_K = _nearest(boxes_K4, found.boxes_N4)
        segments = segmenter.segment([picture_HWC] * 2, [boxes_K4, nearest_K4[able_K]])
        rows["true"] += [mask_iou(*pair) for pair in zip(segments[0].masks_NHW, masks_KHW, strict=True)]
        rows["guess"] += segments[0].quality_N.tolist()
        rows["detected"] += [mask_iou(*pair) for pair in zip(segments[1].masks_NHW, masks_KHW[able_K], strict=True)]
    return {
        "mask IoU in true boxes": mean_or_nothing(rows["true"]),
        "mask IoU in detected boxes": mean_or_nothing(rows["detected"]),
        "guessed with real IoU, rank correlation": rank_correlation(np.array(rows["guess"]), np.array(rows["true"])),
    }


def _truth(bank: ClipBank, index: int) -> tuple[FramesU8, npt.NDArray[np.bool_], Floats, list[str]]:
    """One frame of a clip with masks and boxes of the subjects that are seen well enough, and what they are."""
    shard, at = bank.where(index)
    frame, subjects = index % 9, shard.told(at)["subjects"]
    boxes_K4 = np.asarray(shard.array("boxes")[at, frame, : len(subjects)])
    visible_K = np.asarray(shard.array("visibility")[at, frame, : len(subjects)])
    # NaN, of those not there, is not enough either.
    large_K = (boxes_K4[:, 2:] - boxes_K4[:, :2]).min(axis=1, initial=np.inf) >= _LEAST_SIDE_PX
    kept_K = np.flatnonzero(large_K & (visible_K >= _SEEN))
    masks_KHW = np.unpackbits(shard.array("masks")[at, frame, : len(subjects)], axis=-1).astype(np.bool_)
    nouns = [subjects[k][0] for k in kept_K]
    return np.asarray(shard.array("frames")[at, frame]), masks_KHW[kept_K], boxes_K4[kept_K], nouns


def _nearest(boxes_K4: Floats, found_B4: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The found box that overlaps each true one most, and whether that is enough."""
    if not len(found_B4):
        return boxes_K4, np.zeros(len(boxes_K4), np.bool_)
    iou_KB = box_iou(boxes_K4, found_B4)
    return found_B4[iou_KB.argmax(axis=1)], iou_KB.max(axis=1) > ENOUGH_IOU


def mask_iou(a_HW: npt.NDArray[np.bool_], b_HW: npt.NDArray[np.bool_]) -> float:
    """Intersection over union; 1 for two empty masks."""
    either = int((a_HW | b_HW).sum())
    return int((a_HW & b_HW).sum()) / either if either else 1.0
