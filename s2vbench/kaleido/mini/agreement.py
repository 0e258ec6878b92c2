"""How much of a reference picture's subject is seen in a clip, from pixels alone.

Nothing knows where the subject should be: each measure looks at every window of every frame and takes the best.
Shape letters: T frames, H height, W width, C channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from s2vbench.errors import InputError
from s2vbench.kaleido.mini.agreement_colour import Palette, colour_agreement, colours_of, palette_of
from s2vbench.kaleido.mini.agreement_template import (
    CELL_PX,
    LAYOUT,
    SHAPE,
    Template,
    template_agreement,
    templates_of,
)
from s2vbench.types import FramesU8

MEASURES: Final = ("colour", "layout", "shape")
VERSION: Final = 1
"""Raised when a measure's numbers change."""
HEIGHT_PX: Final = 64
"""Frames of another height are resized first: sizes of windows are in pixels."""
_PALETTE_PX: Final = 48
_EVERY: Final = 2
"""Layout and shape look at every second frame."""


@dataclass(frozen=True)
class Subject:
    """A reference picture and where its subject is in it."""

    picture_HWC: FramesU8
    mask_HW: npt.NDArray[np.bool_]

    @cached_property
    def palette(self) -> Palette:
        """Its colours."""
        crop_HWC, mask_HW = self._box
        longest = max(mask_HW.shape)
        size = tuple(max(4, round(side * _PALETTE_PX / longest)) for side in mask_HW.shape[::-1])
        return palette_of(_resized(crop_HWC, size), _resized(mask_HW.astype(np.float32), size))

    @cached_property
    def layout(self) -> tuple[Template, ...]:
        """Where its colours are, in several sizes."""
        crop_HWC, mask_HW = self._box
        # The background of the picture is no part of the subject, and edges mix with it when resized.
        plain_HWC = np.where(mask_HW[..., None], crop_HWC, crop_HWC[mask_HW].mean(axis=0)).astype(np.uint8)
        return templates_of(plain_HWC, mask_HW.astype(np.float32), LAYOUT, 2 * HEIGHT_PX)

    @cached_property
    def shape(self) -> tuple[Template, ...]:
        """Where its edges are and how they run, in several sizes."""
        crop_HWC, mask_HW = self._box
        return templates_of(crop_HWC, mask_HW.astype(np.float32), SHAPE, 2 * HEIGHT_PX)

    @cached_property
    def _box(self) -> tuple[FramesU8, npt.NDArray[np.bool_]]:
        rows, columns = (np.flatnonzero(self.mask_HW.any(axis=axis)) for axis in (1, 0))
        if not len(rows):
            raise InputError("a reference picture's mask is empty: nothing says what its subject looks like")
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        return self.picture_HWC[box], self.mask_HW[box]


class ClipView:
    """A clip, ready to be compared with any number of references.

    Args:
        frames_THWC: the clip.
    """

    def __init__(self, frames_THWC: FramesU8) -> None:
        frames_THWC = _small(frames_THWC)
        self._colours = colours_of(frames_THWC)
        self._layout = LAYOUT.cells(frames_THWC[::_EVERY])
        self._shape = SHAPE.cells(frames_THWC[::_EVERY])

    def agreement(self, subject: Subject) -> dict[str, float]:
        """Each of `MEASURES` of one reference: more is more alike."""
        return {
            "colour": colour_agreement(self._colours, subject.palette),
            "layout": template_agreement(self._layout, subject.layout),
            "shape": template_agreement(self._shape, subject.shape),
        }


def _small(frames_THWC: FramesU8) -> FramesU8:
    """The frames at 64 px height, their width a multiple of a cell."""
    height_px, width_px = frames_THWC.shape[1:3]
    size = (max(round(width_px * HEIGHT_PX / height_px / CELL_PX), 1) * CELL_PX, HEIGHT_PX)
    if size == (width_px, height_px):
        return frames_THWC
    return np.stack([_resized(frame_HWC, size) for frame_HWC in frames_THWC])


def _resized(picture: npt.NDArray[Any], size: tuple[int, ...]) -> npt.NDArray[Any]:
    return np.asarray(Image.fromarray(picture).resize((size[0], size[1]), Image.Resampling.BOX))
