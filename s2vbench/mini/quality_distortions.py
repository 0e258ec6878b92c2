"""Graded distortions of frames: eight kinds, at any level from 0 (none) to 5 (severe).

Kinds and parameters differ from the damage of the control videos (`s2vbench/world/damage.py`): discs and lines blur
here, not Gaussians; noise is grain whose strength follows the light, not white. Lengths are shares of the frame's
height, so a level looks alike at all sizes.

Shape letters: H rows, W columns, C red, green, blue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from s2vbench.types import FramesU8

MOST = 5.0
_MID_GREY: Final = 127.5
Distortion = Callable[[FramesU8, float, np.random.Generator], FramesU8]


def _at(level: float, table: tuple[float, ...]) -> float:
    """A parameter between those stated for levels 0, 1, ..."""
    return float(np.interp(level, range(len(table)), table))


def defocus(frame_HWC: FramesU8, level: float, _: np.random.Generator) -> FramesU8:
    """Every point becomes a disc."""
    radius_px = _at(level, (0, 0.006, 0.011, 0.018, 0.028, 0.042)) * frame_HWC.shape[0]
    return _filtered(frame_HWC, _disc(radius_px))


def motion_blur(frame_HWC: FramesU8, level: float, random: np.random.Generator) -> FramesU8:
    """Every point becomes a line, in any direction."""
    length_px = _at(level, (0, 0.015, 0.03, 0.05, 0.08, 0.12)) * frame_HWC.shape[0]
    return _filtered(frame_HWC, _line(length_px, random.uniform(0, np.pi)))


def grain(frame_HWC: FramesU8, level: float, random: np.random.Generator) -> FramesU8:
    """Noise as of film or a small sensor: stronger in the light, neighbours alike, colours half alike."""
    sd = _at(level, (0, 5, 9, 15, 24, 36))
    grey_HW1 = random.standard_normal((*frame_HWC.shape[:2], 1))
    noise_HWC = 0.7 * grey_HW1 + 0.7 * random.standard_normal(frame_HWC.shape)
    noise_HWC = cv2.GaussianBlur(noise_HWC, (0, 0), 0.5)
    noise_HWC *= sd / max(float(noise_HWC.std()), 1e-6)
    return _u8(frame_HWC + noise_HWC * np.sqrt((frame_HWC + 16.0) / _MID_GREY))


def blocks(frame_HWC: FramesU8, level: float, _: np.random.Generator) -> FramesU8:
    """Coarse JPEG compression."""
    quality = round(_at(level, (95, 60, 38, 24, 14, 7)))
    if level <= 0:
        return frame_HWC
    coded = cv2.imencode(".jpg", frame_HWC, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def few_pixels(frame_HWC: FramesU8, level: float, random: np.random.Generator) -> FramesU8:
    """Shrunk and enlarged again, by any of three filters."""
    factor = _at(level, (1, 1.4, 1.9, 2.6, 3.6, 5))
    height, width = frame_HWC.shape[:2]
    small = cv2.resize(
        frame_HWC, (max(2, round(width / factor)), max(2, round(height / factor))), interpolation=cv2.INTER_AREA
    )
    filters = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC)
    return np.asarray(cv2.resize(small, (width, height), interpolation=filters[int(random.integers(3))]), np.uint8)


def too_bright(frame_HWC: FramesU8, level: float, _: np.random.Generator) -> FramesU8:
    """Over-exposed: light parts are cut off."""
    return _u8(frame_HWC * _at(level, (1, 1.2, 1.45, 1.8, 2.3, 3)))


def too_dark(frame_HWC: FramesU8, level: float, _: np.random.Generator) -> FramesU8:
    """Under-exposed."""
    return _u8(frame_HWC * _at(level, (1, 0.8, 0.62, 0.46, 0.32, 0.2)))


def faded(frame_HWC: FramesU8, level: float, _: np.random.Generator) -> FramesU8:
    """Contrast is lost: every colour nears the frame's mean grey."""
    mean = frame_HWC.mean()
    return _u8(mean + (frame_HWC - mean) * _at(level, (1, 0.8, 0.62, 0.46, 0.32, 0.2)))


DISTORTIONS: Final[Mapping[str, Distortion]] = {
    "defocus": defocus,
    "motion blur": motion_blur,
    "grain": grain,
    "blocks": blocks,
    "few pixels": few_pixels,
    "too bright": too_bright,
    "too dark": too_dark,
    "faded": faded,
}


def _disc(radius_px: float) -> npt.NDArray[np.float64]:
    """A disc of any radius, its edge one pixel soft; sums to 1."""
    reach = int(np.ceil(radius_px)) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    kernel = np.clip(radius_px + 0.5 - np.hypot(x, y), 0, 1)
    kernel[reach, reach] = max(kernel[reach, reach], 0.5)
    return np.asarray(kernel / kernel.sum())


def _line(length_px: float, angle: float) -> npt.NDArray[np.float64]:
    """A line of any length and direction; sums to 1."""
    reach = int(np.ceil(length_px / 2)) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    for place in np.linspace(-length_px / 2, length_px / 2, 33):
        x, y = reach + place * np.cos(angle), reach + place * np.sin(angle)
        left, top = int(x), int(y)
        for column, row in ((left, top), (left + 1, top), (left, top + 1), (left + 1, top + 1)):
            kernel[row, column] += (1 - abs(x - column)) * (1 - abs(y - row))
    return np.asarray(kernel / kernel.sum())


def _filtered(frame_HWC: FramesU8, kernel: npt.NDArray[np.float64]) -> FramesU8:
    return np.asarray(cv2.filter2D(frame_HWC, -1, kernel, borderType=cv2.BORDER_REFLECT_101), np.uint8)


def _u8(frame_HWC: npt.NDArray[Any]) -> FramesU8:
    return np.clip(np.round(frame_HWC), 0, 255).astype(np.uint8)
