"""Masks as run lengths: a few hundred numbers instead of half a million.

Shape letters: H height, W width.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Rle:
    """A boolean mask, row by row, as lengths of runs that alternate between False and True, False first."""

    height_px: int
    width_px: int
    counts: npt.NDArray[np.uint32]

    @property
    def area_px(self) -> int:
        """Number of True pixels."""
        return int(self.counts[1::2].sum())


def encode(mask_HW: npt.NDArray[np.bool_]) -> Rle:
    """Run lengths of a mask.

    >>> encode(np.array([[False, True], [True, False]])).counts.tolist()
    [1, 2, 1]
    >>> encode(np.ones((2, 2), bool)).counts.tolist()
    [0, 4]
    """
    flat = mask_HW.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    edges = np.concatenate([[0], changes, [flat.size]])
    counts = np.diff(edges)
    if flat.size and flat[0]:
        counts = np.concatenate([[0], counts])
    height_px, width_px = mask_HW.shape
    return Rle(height_px, width_px, counts.astype(np.uint32))


def decode(rle: Rle) -> npt.NDArray[np.bool_]:
    """The mask (H, W).

    Raises:
        ValueError: the runs do not add up to the mask's size.

    >>> bool(np.all(decode(encode(np.eye(3, dtype=bool))) == np.eye(3, dtype=bool)))
    True
    """
    if int(rle.counts.sum(dtype=np.int64)) != rle.height_px * rle.width_px:
        raise ValueError(
            f"the runs hold {int(rle.counts.sum(dtype=np.int64))} pixels, the mask {rle.height_px}x{rle.width_px}"
        )
    values = np.arange(len(rle.counts)) % 2 == 1
    return np.repeat(values, rle.counts).reshape(rle.height_px, rle.width_px)
