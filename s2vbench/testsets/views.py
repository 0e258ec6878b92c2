"""Thumbnails of a test set's pictures: small, with the mask as an outline.

Shape letters: H height, W width, C channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from s2vbench.errors import InputError, PictureError
from s2vbench.testsets.paths import PathsBelow
from s2vbench.types import FramesU8
from s2vbench.video.pictures import read_mask, read_picture

THUMBNAIL_PX = 128
OUTLINE_RGB = (213, 94, 0)
_WEBP_QUALITY = 78


@dataclass(frozen=True)
class Thumbnail:
    """One picture, or why there is none."""

    picture: Image.Image | None
    problem: str = ""

    def webp(self) -> bytes:
        """The picture as a WebP file; empty where there is none."""
        if self.picture is None:
            return b""
        buffer = BytesIO()
        self.picture.save(buffer, "WEBP", quality=_WEBP_QUALITY, method=4)
        return buffer.getvalue()


def thumbnail(paths: PathsBelow, path: str, mask_path: str | None, longest_px: int = THUMBNAIL_PX) -> Thumbnail:
    """The picture at `path`, its longer side at most `longest_px`, with its mask outlined where there is one."""
    if not path:
        return Thumbnail(None, "not here")
    try:
        picture_HWC = read_picture(paths.folder / paths.name_of(path)).rgb_HWC
        height_px, width_px = picture_HWC.shape[:2]
        mask_HW = read_mask(paths.folder / paths.name_of(mask_path), height_px, width_px) if mask_path else None
    except (PictureError, InputError) as error:
        return Thumbnail(None, _short(error, paths.folder))
    image = Image.fromarray(picture_HWC)
    image.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    if mask_HW is not None:
        small_HW = np.asarray(Image.fromarray(mask_HW).resize(image.size, Image.Resampling.NEAREST))
        image = Image.fromarray(outlined(np.asarray(image), small_HW))
    return Thumbnail(image)


def outlined(picture_HWC: FramesU8, mask_HW: npt.NDArray[np.bool_]) -> FramesU8:
    """The picture with a line, two pixels wide, along the inner edge of the mask.

    >>> outlined(np.zeros((5, 5, 3), np.uint8), np.ones((5, 5), bool))[2, 2].tolist()
    [0, 0, 0]
    """
    inner_HW = mask_HW
    for _ in range(2):
        padded = np.pad(inner_HW, 1)
        inner_HW = inner_HW & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    drawn_HWC = picture_HWC.copy()
    drawn_HWC[mask_HW & ~inner_HW] = OUTLINE_RGB
    return drawn_HWC


def _short(error: Exception, folder: Path) -> str:
    return str(error).replace(f"{folder}/", "").removeprefix(": ")[:120]
