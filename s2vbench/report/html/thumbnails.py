"""Small pictures and outlines of masks as text that a page can hold.

Shape letters: H height, W width, C channels, R rows and C columns of patches.
"""

from __future__ import annotations

import base64
import hashlib
import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from s2vbench.report.pictures import HIGHEST_Z
from s2vbench.run.evidence_file import Mask
from s2vbench.types import Floats, FramesU8

_QUALITY = 72
_LEVELS = "0123456789abcdefghijklmnopqrstuvwxyz"


def webp(picture_HWC: FramesU8, widest_px: int, quality: int) -> str:
    """The picture as base64 of a WebP file that is at most so wide and high."""
    image = Image.fromarray(picture_HWC)
    image.thumbnail((widest_px, widest_px), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality, method=2)
    return base64.b64encode(buffer.getvalue()).decode()


@dataclass
class Album:
    """Reference pictures with their masks; several cases share them, and each is kept once."""

    widest_px: int
    entries: list[dict[str, Any]] = field(default_factory=list)
    _place: dict[str, int] = field(default_factory=dict)

    def add(self, picture_HWC: FramesU8, mask_HW: Mask | None) -> int:
        """The number of a picture."""
        parts = [f"{picture_HWC.shape}".encode(), picture_HWC.tobytes(), b"" if mask_HW is None else mask_HW.tobytes()]
        digest = hashlib.sha256(b"".join(parts)).hexdigest()
        if digest not in self._place:
            self._place[digest] = len(self.entries)
            self.entries.append(
                {
                    "picture": webp(picture_HWC, self.widest_px, _QUALITY),
                    "size": picture_HWC.shape[1::-1],
                    "mask": "" if mask_HW is None else outline(mask_HW),
                }
            )
        return self._place[digest]


def outline(mask_HW: Mask) -> str:
    """A mask as an SVG path in the mask's pixels, to be filled by the even-odd rule; empty for an empty mask.

    >>> mask = np.zeros((9, 9), dtype=bool)
    >>> mask[2:6, 3:8] = True
    >>> outline(mask)
    'M3 2L3 6 8 6 8 2Z'
    """
    import cv2

    # Twice as large, so that a line runs along the outer edge of the pixels instead of through their middles.
    doubled = np.kron(mask_HW.astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(doubled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    paths = []
    for contour in contours:
        simple = cv2.approxPolyDP(contour, 1.5, closed=True)[:, 0]
        if len(simple) > 2:
            points = [f"{(x + 1) // 2} {(y + 1) // 2}" for x, y in simple.tolist()]
            paths.append(f"M{points[0]}L{' '.join(points[1:])}Z")
    return "".join(paths)


def leak_rows(z_RC: Floats) -> list[str]:
    """A leak map as one letter a patch: 0 to z for z-scores of 0 to 10, a full stop where there is none.

    >>> leak_rows(np.array([[0.0, 5.0, 99.0, np.nan]], np.float32))
    ['0iz.']
    """
    known_RC = np.isfinite(z_RC)
    top = len(_LEVELS) - 1
    levels_RC = np.rint(np.clip(np.where(known_RC, z_RC, 0.0), 0.0, HIGHEST_Z) / HIGHEST_Z * top).astype(int)
    return [
        "".join(_LEVELS[level] if known else "." for level, known in zip(levels, knowns, strict=True))
        for levels, knowns in zip(levels_RC.tolist(), known_RC.tolist(), strict=True)
    ]
