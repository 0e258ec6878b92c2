"""Colour agreement: does some window of a frame hold a subject's colours, in the amounts the subject has them?

Shape letters: T frames, H height, W width, C channels, B colour bins, Y and X window positions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from s2vbench.types import Floats, FramesU8

BINS: Final = (5, 9, 9)
"""Along L (0 to 100), a and b (-70 to 70) of CIE Lab; a pixel is shared linearly between the nearest bins."""
LIMITS: Final = ((0.0, 100.0), (-70.0, 70.0), (-70.0, 70.0))
KEPT: Final = 0.98
"""Share of a subject that its commonest bins make up; the others are left out."""
HEIGHTS_PX: Final = (20, 28, 40, 56, 64)
WIDENING: Final = (0.75, 1.0, 1.33)
"""Window widths, times that of the reference's box at the same height."""
POOL_PX: Final = 2
STRIDE: Final = 2
"""In pools: windows lie 4 px apart."""
_MATRIX: Final = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    np.float32,
)
_WHITE: Final = np.array([0.95047, 1.0, 1.08883], np.float32)


@dataclass(frozen=True)
class Palette:
    """A subject's colours."""

    aspect: float
    """Width over height of the subject's box."""
    bins: npt.NDArray[np.intp]
    amounts_B: Floats
    """Share of the box that each of these bins fills."""


def lab_of(picture_HWC: FramesU8) -> Floats:
    """CIE Lab (D65) of sRGB pixels, for any leading shape.

    >>> np.round(lab_of(np.full((1, 3), 255, np.uint8)), 1).tolist()[0][0]
    100.0
    """
    encoded = picture_HWC.astype(np.float32) / np.float32(255)
    linear = np.where(encoded > 0.04045, ((encoded + 0.055) / 1.055) ** 2.4, encoded / 12.92).astype(np.float32)
    xyz = linear @ _MATRIX.T / _WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    channels = [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])]
    return np.stack(channels, axis=-1).astype(np.float32)


def bins_of(pixels: FramesU8) -> Floats:
    """Soft membership of pixels (..., 3) in colour bins (..., B); sums to 1."""
    lab_N3 = lab_of(pixels).reshape(-1, 3)
    low, part = [], []
    for axis, (count, (least, most)) in enumerate(zip(BINS, LIMITS, strict=True)):
        place_N = np.clip((lab_N3[:, axis] - least) / (most - least), 0, 1) * (count - 1)
        low_N = np.minimum(place_N.astype(np.intp), count - 2)
        low.append(low_N)
        part.append((place_N - low_N).astype(np.float32))
    members_NB = np.zeros((len(lab_N3), int(np.prod(BINS))), np.float32)
    rows_N = np.arange(len(lab_N3))
    for corner in np.ndindex(2, 2, 2):
        weight_N = np.prod([p if up else 1 - p for p, up in zip(part, corner, strict=True)], axis=0)
        index = np.ravel_multi_index([first + up for first, up in zip(low, corner, strict=True)], BINS)
        # The eight corners of a pixel are eight bins: no index comes twice in a row.
        members_NB[rows_N, index] = weight_N
    return members_NB.reshape(*pixels.shape[:-1], -1)


def palette_of(crop_HWC: FramesU8, share_HW: Floats) -> Palette:
    """The colours of a subject cut out along its box; `share_HW` says how much of each pixel is subject."""
    amounts_B = (bins_of(crop_HWC) * share_HW[..., None]).sum(axis=(0, 1)) / share_HW.size
    order_B = np.argsort(-amounts_B, kind="stable")
    count = int(np.searchsorted(np.cumsum(amounts_B[order_B]), KEPT * amounts_B.sum())) + 1
    bins = np.sort(order_B[:count])
    return Palette(crop_HWC.shape[1] / crop_HWC.shape[0], bins, amounts_B[bins].astype(np.float32))


def colours_of(frames_THWC: FramesU8) -> Floats:
    """Colour bins of frames, averaged over squares of 2x2 px."""
    members_THWB = bins_of(frames_THWC)
    frames, height, width, bins = members_THWB.shape
    pools = members_THWB.reshape(frames, height // POOL_PX, POOL_PX, width // POOL_PX, POOL_PX, bins)
    pooled: Floats = pools.mean(axis=(2, 4))
    return pooled


def colour_agreement(colours_THWB: Floats, palette: Palette) -> float:
    """Mean over frames of the best window's agreement, 0 to 1.

    A window's agreement is the sum over the subject's colours of the lesser of what the window holds and what the
    subject fills of its own box, over what the subject fills: background in the window neither helps nor harms.
    """
    sums = _integral(np.ascontiguousarray(colours_THWB[..., palette.bins]))
    best_T = np.zeros(len(sums), np.float32)
    for height_px in HEIGHTS_PX:
        for widening in WIDENING:
            height = height_px // POOL_PX
            width = max(round(height_px * palette.aspect * widening / POOL_PX), 4)
            if height < sums.shape[1] and width < sums.shape[2]:
                held_TYXB = _windows(sums, height, width) / np.float32(height * width)
                met_TYX = np.minimum(held_TYXB, palette.amounts_B).sum(axis=-1)
                best_T = np.maximum(best_T, met_TYX.reshape(len(best_T), -1).max(axis=1))
    return float(best_T.mean() / palette.amounts_B.sum())


def _integral(values_THWB: Floats) -> Floats:
    summed: Floats = np.pad(values_THWB.cumsum(axis=1).cumsum(axis=2), ((0, 0), (1, 0), (1, 0), (0, 0)))
    return summed


def _windows(sums: Floats, height: int, width: int) -> Any:
    """Sums over every window of a size."""
    rows, columns = sums.shape[1] - height, sums.shape[2] - width
    top, left = slice(0, rows, STRIDE), slice(0, columns, STRIDE)
    bottom, right = slice(height, None, STRIDE), slice(width, None, STRIDE)
    return sums[:, bottom, right] - sums[:, top, right] - sums[:, bottom, left] + sums[:, top, left]
