"""Drawn pictures as they come in practice: cut, small, blurred, coded, in other light, a little out of shape.

Shape letters: K subjects, H height, W width, C red, green, blue.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from s2vbench.types import FramesU8

Masks = npt.NDArray[np.bool_]
LEAST_HEIGHT_PX: Final = 40
"""Below the embedded model's 64 px a drawn subject is no longer one."""


@dataclass(frozen=True)
class Seen:
    """A picture and what is seen of each subject in it."""

    picture_HWC: FramesU8
    masks_KHW: Masks
    kept_K: tuple[float, ...] = ()
    """After `moved`: how much of each mask is still in the picture, about 1 for all of it."""


def moved(seen: Seen, size_px: tuple[int, int], random: np.random.Generator) -> Seen:
    """A part of a picture, or all of it with a rim, at another size: mirrored, turned and bent at random.

    Args:
        seen: the picture.
        size_px: height and width to fill.
        random: of every choice.
    """
    source_px = seen.picture_HWC.shape[:2]
    share = random.uniform(0.62, 1.08) if random.random() < 0.75 else 1.0
    # The largest window of the wanted shape inside the picture, times the share.
    scale = max(size_px[0] / source_px[0], size_px[1] / source_px[1]) / share
    window = [size / scale for size in size_px]
    corner = [random.uniform(*sorted((0.0, source - part))) for source, part in zip(source_px, window, strict=True)]
    turn = math.radians(random.normal(0, 2.5)) if random.random() < 0.4 else 0.0
    rows, columns = np.mgrid[: size_px[0], : size_px[1]].astype(np.float32)
    if random.random() < 0.5:
        columns = columns[:, ::-1]
    down, across = rows + 0.5 - size_px[0] / 2, columns + 0.5 - size_px[1] / 2
    y = (down * math.cos(turn) + across * math.sin(turn)) / scale + corner[0] + window[0] / 2 - 0.5
    x = (across * math.cos(turn) - down * math.sin(turn)) / scale + corner[1] + window[1] / 2 - 0.5
    if random.random() < 0.25:
        x, y = (place + _waves(size_px, random) * min(source_px) for place in (x, y))
    places = x.astype(np.float32), y.astype(np.float32)
    rim = [int(value) for value in random.integers(0, 256, 3)]
    picture_HWC = cv2.remap(
        seen.picture_HWC, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=rim
    )
    masks = [cv2.remap(mask_HW.astype(np.uint8) * 255, *places, cv2.INTER_LINEAR) > 127 for mask_HW in seen.masks_KHW]
    masks_KHW = np.array(masks, np.bool_).reshape(-1, *size_px)
    before_K, after_K = (kept.sum(axis=(1, 2)) for kept in (seen.masks_KHW, masks_KHW))
    kept_K = after_K / np.maximum(before_K * scale**2, 1.0)
    return Seen(picture_HWC.astype(np.uint8), masks_KHW, tuple(kept_K.tolist()))


def _waves(size_px: tuple[int, int], random: np.random.Generator) -> npt.NDArray[np.float32]:
    """Smooth shifts, up to 4 % of a side: generated subjects are not quite in shape."""
    coarse = random.normal(0, 0.013, (4, 6)).clip(-0.04, 0.04).astype(np.float32)
    return np.asarray(cv2.resize(coarse, size_px[::-1], interpolation=cv2.INTER_CUBIC))


def degraded(picture_HWC: FramesU8, random: np.random.Generator) -> FramesU8:
    """A picture at lower resolution, out of focus, coded, under noise: each sometimes."""
    height_px, width_px = picture_HWC.shape[:2]
    small = random.random() < 0.55
    if small:
        low_px = int(random.integers(LEAST_HEIGHT_PX, max(height_px, LEAST_HEIGHT_PX + 1)))
        size = (max(round(width_px * low_px / height_px), 1), low_px)
        picture_HWC = cv2.resize(picture_HWC, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    if random.random() < 0.35:
        picture_HWC = cv2.GaussianBlur(picture_HWC, (0, 0), random.uniform(0.3, 1.1 if small else 1.8)).astype(np.uint8)
    if random.random() < 0.15:
        noise = random.normal(0, random.uniform(2, 14), picture_HWC.shape)
        picture_HWC = (picture_HWC + noise).clip(0, 255).astype(np.uint8)
    if random.random() < 0.35:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(25, 95))]
        coded = cv2.imencode(".jpg", picture_HWC, quality)[1]
        picture_HWC = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    if small:
        filter_ = cv2.INTER_CUBIC if random.random() < 0.5 else cv2.INTER_LINEAR
        picture_HWC = cv2.resize(picture_HWC, (width_px, height_px), interpolation=filter_).astype(np.uint8)
    return picture_HWC


def relit(picture_HWC: FramesU8, random: np.random.Generator) -> FramesU8:
    """Another light: brightness, contrast, saturation and tint; colours keep their names."""
    if random.random() < 0.4:
        return picture_HWC
    picture = picture_HWC.astype(np.float32)
    grey_HW1 = picture.mean(axis=2, keepdims=True)
    picture = grey_HW1 + (picture - grey_HW1) * random.uniform(0.7, 1.25)
    picture = (picture - 128) * random.uniform(0.75, 1.2) + 128 + random.uniform(-22, 22)
    return np.asarray((picture * random.uniform(0.93, 1.07, 3)).clip(0, 255), np.uint8)


def blurred_64(picture_HWC: FramesU8) -> FramesU8:
    """What measures call blurred: shrunk to a height of 64 pixels, out of focus there, enlarged again."""
    height_px, width_px = picture_HWC.shape[:2]
    size = (max(round(width_px * 64 / height_px), 1), 64)
    small_HWC = cv2.GaussianBlur(cv2.resize(picture_HWC, size, interpolation=cv2.INTER_AREA), (0, 0), 0.7)
    return np.asarray(cv2.resize(small_HWC, (width_px, height_px), interpolation=cv2.INTER_LINEAR), np.uint8)


def boxes_of(masks_KHW: Masks) -> npt.NDArray[np.float32]:
    """x0, y0, x1, y1 around each mask; 0 around nothing."""
    boxes = np.zeros((len(masks_KHW), 4), np.float32)
    for k, mask_HW in enumerate(masks_KHW):
        columns, rows = np.flatnonzero(mask_HW.any(axis=0)), np.flatnonzero(mask_HW.any(axis=1))
        if len(columns):
            boxes[k] = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    return boxes
