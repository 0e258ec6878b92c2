"""Pictures of any size on canvases of about equal area, and boxes back from there; boxes at peaks of a map.

Shape letters: H height, W width, C channels, B boxes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import torch
from torch import Tensor

from s2vbench.types import Floats, FramesU8

AREA_PX: Final = 112 * 192
LONGEST_PX: Final = 256
SIDE_MULTIPLE_PX: Final = 16
FILL: Final = 128
"""Grey of what the picture does not cover."""


@dataclass(frozen=True)
class Fit:
    """How one picture lies on its canvas: in the upper left corner, its aspect kept to a pixel."""

    picture_px: tuple[int, int]
    """Height and width of the picture."""
    content_px: tuple[int, int]
    """Height and width that it has on the canvas."""
    canvas_px: tuple[int, int]

    @classmethod
    def of(cls, height_px: int, width_px: int) -> Fit:
        """The canvas for a picture: its shape in steps of 16 pixels, at most 256 long, of about 112 x 192 pixels.

        >>> Fit.of(64, 112).canvas_px, Fit.of(512, 512).canvas_px, Fit.of(500, 1).content_px
        ((112, 192), (144, 144), (256, 1))
        """
        grow = math.sqrt(AREA_PX / (height_px * width_px))
        canvas = (_side_px(height_px * grow), _side_px(width_px * grow))
        scale = min(canvas[0] / height_px, canvas[1] / width_px)
        content = (max(1, round(height_px * scale)), max(1, round(width_px * scale)))
        return cls((height_px, width_px), content, canvas)

    def place(self, picture_HWC: FramesU8) -> FramesU8:
        """The canvas with the picture on it."""
        height_px, width_px = self.content_px
        shrinks = height_px < self.picture_px[0]
        filter_ = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        canvas_HWC = np.full((*self.canvas_px, 3), FILL, np.uint8)
        canvas_HWC[:height_px, :width_px] = cv2.resize(picture_HWC, (width_px, height_px), interpolation=filter_)
        return canvas_HWC

    def back(self, boxes_B4: Floats) -> Floats:
        """Boxes of the canvas in pixels of the picture."""
        down, across = (whole / part for whole, part in zip(self.picture_px, self.content_px, strict=True))
        return np.asarray(boxes_B4 * np.array([across, down] * 2), np.float32)


def _side_px(side_px: float) -> int:
    steps = round(min(side_px, LONGEST_PX) / SIDE_MULTIPLE_PX)
    return max(steps, 1) * SIDE_MULTIPLE_PX


def peaks(heat_HW: Tensor, most: int) -> tuple[Tensor, Tensor]:
    """Points that none of their eight neighbours exceeds, best first: heat (B,), row * W + column (B,)."""
    highest_HW = torch.nn.functional.max_pool2d(heat_HW[None, None], 3, 1, 1)[0, 0]
    peaked = torch.where(heat_HW == highest_HW, heat_HW, torch.zeros(())).flatten()
    values_B, places_B = peaked.sort(descending=True, stable=True)
    count = min(most, int((values_B > 0).sum()))
    return values_B[:count], places_B[:count]


def box_iou(a_A4: Floats, b_B4: Floats) -> Floats:
    """Intersection over union of each box with each, (A, B).

    >>> box_iou(np.array([[0.0, 0, 2, 2]]), np.array([[1.0, 0, 3, 2], [5, 5, 6, 6]])).round(3).tolist()
    [[0.333, 0.0]]
    """
    lower = np.maximum(a_A4[:, None, :2], b_B4[None, :, :2])
    upper = np.minimum(a_A4[:, None, 2:], b_B4[None, :, 2:])
    shared = np.clip(upper - lower, 0, None).prod(axis=2)
    area_A, area_B = ((boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (a_A4, b_B4))
    union = area_A[:, None] + area_B[None] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0))


def without_repeats(boxes_B4: Floats, most_iou: float) -> list[int]:
    """Which boxes, best first, overlap no better one by more than `most_iou`."""
    iou_BB = box_iou(boxes_B4, boxes_B4)
    kept: list[int] = []
    for place in range(len(boxes_B4)):
        if not kept or iou_BB[place, kept].max() <= most_iou:
            kept.append(place)
    return kept
