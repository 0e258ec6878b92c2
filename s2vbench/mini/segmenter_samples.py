"""What `mini_segmenter` learns from: squares around boxes, roughly placed, and the outline of what each box is of.

Shape letters: N squares, K subjects, H height, W width, C channels.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import torch

from s2vbench.backbones.mini.segmenter import SIDE_PX, Window
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.clips_augment import Seen, boxes_of, degraded, moved, relit
from s2vbench.mini.detector_samples import draw_seen
from s2vbench.mini.training import Batch
from s2vbench.types import FramesU8

_REFERENCES: Final = 0.2
_ASPECT: Final = 1.75
_HEIGHTS_PX: Final = (96, 192)
_LEAST_SIDE_PX: Final = 6
_MISPLACED: Final = 0.05
"""Standard deviation of a box's edges, as a share of its sides: a detector's boxes are as good."""
_AGAIN: Final = 2
"""How often a subject of one picture is used, with boxes placed differently."""


def draw_batch(bank: ClipBank, size: int, seed: int, step: int) -> Batch:
    """Squares with the box as fourth channel (N, C, H, W) and what belongs to the box's subject (N, H, W), uint8."""
    random = np.random.default_rng((seed, step))
    squares: list[FramesU8] = []
    outlines: list[FramesU8] = []
    while len(squares) < size:
        seen = _draw_seen(bank, random)
        for mask_HW, box_4 in zip(seen.masks_KHW, boxes_of(seen.masks_KHW), strict=True):
            sides = box_4[2:] - box_4[:2]
            if sides.min() < _LEAST_SIDE_PX:
                continue
            for _ in range(_AGAIN):
                edges = box_4 + np.tile(sides, 2) * random.normal(0, _MISPLACED, 4).clip(-0.15, 0.15)
                window = Window.around(edges, *mask_HW.shape)
                squares.append(np.dstack([window.cut(seen.picture_HWC), window.box_channel()]))
                outlines.append(window.cut(mask_HW.astype(np.uint8) * 255, beyond=0))
    squares_NCHW = torch.from_numpy(np.stack(squares[:size])).permute(0, 3, 1, 2).contiguous()
    assert squares_NCHW.shape[2:] == (SIDE_PX, SIDE_PX)
    return squares_NCHW, torch.from_numpy(np.stack(outlines[:size]))


def _draw_seen(bank: ClipBank, random: np.random.Generator) -> Seen:
    reference = random.random() < _REFERENCES
    seen, _, _ = draw_seen(bank, reference, random)
    height_px = int(random.integers(*_HEIGHTS_PX))
    square = seen.picture_HWC.shape[0] == seen.picture_HWC.shape[1]
    seen = moved(seen, (height_px, height_px if square else round(height_px * _ASPECT)), random)
    return replace(seen, picture_HWC=relit(degraded(seen.picture_HWC, random), random))
