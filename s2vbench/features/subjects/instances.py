"""Instances of one frame, and of all looked-at frames of a video as arrays that the cache can hold.

Shape letters: N instances of a frame, M of all frames, F looked-at frames, L labels, H height, W width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from s2vbench.features.subjects.composite import whole_pixels
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.video.rle import Rle, encode

Arrays = dict[str, npt.NDArray[Any]]
Doubles = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_PIXELS_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class FrameInstances:
    """What was found in one frame, best score first."""

    boxes_N4: Doubles
    scores_N: Doubles
    label_scores_NL: Doubles
    masks: tuple[Rle, ...]
    shared_NN: Doubles
    """Share of the frame that two masks have in common; a mask's own share on the diagonal."""

    def accepted_N(self, policy: SubjectPolicy) -> npt.NDArray[np.bool_]:
        """Instances good enough for metrics, as `Tracks.accepted_M` defines it."""
        best = self.label_scores_NL.max(axis=1, initial=0.0)
        accepted: npt.NDArray[np.bool_] = (self.scores_N >= policy.box_threshold) & (best >= policy.text_threshold)
        return accepted


def best_boxes(scores_N: Doubles, label_scores_NL: Doubles, policy: SubjectPolicy) -> list[int]:
    """Which of a detector's boxes are kept: for each label the best few above the floor; best box score first.

    Equal scores keep the detector's order, so that the choice is the same every time.
    """
    kept: set[int] = set()
    for label in range(label_scores_NL.shape[1]):
        able = (scores_N >= policy.keep_threshold) & (label_scores_NL[:, label] >= policy.keep_threshold)
        order = np.argsort(-label_scores_NL[:, label], kind="stable")
        kept.update([int(index) for index in order if able[index]][: policy.max_boxes_per_phrase])
    return sorted(kept, key=lambda index: (-scores_N[index], index))


def frame_instances(
    boxes_N4: Doubles, scores_N: Doubles, label_scores_NL: Doubles, masks_NHW: Sequence[Mask]
) -> FrameInstances:
    """Instances from boxes and masks of one frame; boxes are cut to the frame, and those outside it dropped.

    A mask without a pixel says nothing about the subject's outline: its box stands in for it.
    """
    rows, boxes, masks = [], [], []
    for index, mask_HW in enumerate(masks_NHW):
        box = whole_pixels(boxes_N4[index], *mask_HW.shape)
        if box is None:
            continue
        rows.append(index)
        boxes.append(np.clip(boxes_N4[index], 0, [mask_HW.shape[1], mask_HW.shape[0]] * 2))
        masks.append(mask_HW if mask_HW.any() else box_mask(box, *mask_HW.shape))
    order = sorted(range(len(rows)), key=lambda at: (-scores_N[rows[at]], at))
    chosen = [rows[at] for at in order]
    return FrameInstances(
        np.array([boxes[at] for at in order], dtype=np.float64).reshape(-1, 4),
        scores_N[chosen].astype(np.float64),
        label_scores_NL[chosen].astype(np.float64),
        tuple(encode(masks[at]) for at in order),
        _shared([masks[at] for at in order]),
    )


def box_mask(box: tuple[int, int, int, int], height_px: int, width_px: int) -> Mask:
    """True inside left, top, right, bottom."""
    mask_HW = np.zeros((height_px, width_px), dtype=np.bool_)
    left, top, right, bottom = box
    mask_HW[top:bottom, left:right] = True
    return mask_HW


def _shared(masks: list[Mask]) -> Doubles:
    if not masks:
        return np.zeros((0, 0))
    flat = np.stack([mask.ravel() for mask in masks])
    pixels_NN = np.zeros((len(masks), len(masks)))
    # Counts are exact in float32 up to 2^24, and two dozen masks of a large frame take a gigabyte in float32.
    for start in range(0, flat.shape[1], _PIXELS_AT_ONCE):
        some = flat[:, start : start + _PIXELS_AT_ONCE].astype(np.float32)
        pixels_NN += some @ some.T
    shared: Doubles = pixels_NN / flat.shape[1]
    return shared


@dataclass(frozen=True)
class InstanceTable:
    """All instances of a video."""

    frames_F: npt.NDArray[np.int64]
    num_frames: int
    height_px: int
    width_px: int
    instances: tuple[FrameInstances, ...]
    """One entry a looked-at frame."""

    def to_arrays(self) -> Arrays:
        """Everything as plain arrays, masks as run lengths."""
        masks = [mask for frame in self.instances for mask in frame.masks]
        labels = self.instances[0].label_scores_NL.shape[1] if self.instances else 0
        return {
            "frames": self.frames_F,
            "size": np.array([self.num_frames, self.height_px, self.width_px], dtype=np.int64),
            "per_frame": np.array([len(frame.scores_N) for frame in self.instances], dtype=np.int64),
            "boxes": _joined([frame.boxes_N4 for frame in self.instances], (0, 4)),
            "scores": _joined([frame.scores_N for frame in self.instances], (0,)),
            "label_scores": _joined([frame.label_scores_NL for frame in self.instances], (0, labels)),
            "shared": _joined([frame.shared_NN.ravel() for frame in self.instances], (0,)),
            "run_counts": np.array([len(mask.counts) for mask in masks], dtype=np.int64),
            "runs": _joined([mask.counts for mask in masks], (0,)).astype(np.uint32),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> InstanceTable:
        """What `to_arrays` made arrays of."""
        num_frames, height_px, width_px = (int(value) for value in arrays["size"])
        runs = np.split(arrays["runs"], np.cumsum(arrays["run_counts"])[:-1]) if len(arrays["run_counts"]) else []
        masks = [Rle(height_px, width_px, counts.astype(np.uint32)) for counts in runs]
        frames: list[FrameInstances] = []
        at = shared_at = 0
        for count in arrays["per_frame"].tolist():
            rows = slice(at, at + count)
            shared = arrays["shared"][shared_at : shared_at + count * count].reshape(count, count)
            frames.append(
                FrameInstances(
                    arrays["boxes"][rows],
                    arrays["scores"][rows],
                    arrays["label_scores"][rows],
                    tuple(masks[rows]),
                    shared,
                )
            )
            at, shared_at = at + count, shared_at + count * count
        return cls(arrays["frames"], num_frames, height_px, width_px, tuple(frames))


def _joined(parts: list[npt.NDArray[Any]], empty: tuple[int, ...]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(empty)
