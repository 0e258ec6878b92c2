"""Single pictures: reference images and masks, in whatever form people save them.

Shape letters: H height, W width, C channels.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, UnidentifiedImageError

from s2vbench.errors import PictureError
from s2vbench.types import FramesU8

LONGEST_SIDE_PX = 4096
"""Larger pictures are shrunk when read: no network here looks at more than 1333 px."""
OPAQUE = 128
LEAST_TRANSPARENT = 0.01
_SIXTEEN_BIT = ("I;16", "I;16B", "I;16L", "I")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> what makes the picture upright."""


@dataclass(frozen=True)
class Picture:
    """One picture, upright, on white where it was transparent."""

    rgb_HWC: FramesU8
    opaque_HW: npt.NDArray[np.bool_] | None
    """Where it is not transparent; None where it has no transparency worth the name (at least 1 % of its pixels)."""


def read_picture(path: Path) -> Picture:
    """The picture at `path` as 8-bit RGB: EXIF orientation applied, CMYK, palette, grey and 16-bit converted.

    Raises:
        PictureError: it is missing, empty, no picture, cut off, or beyond Pillow's limit of 179 megapixels.
    """
    with _opened(path) as image:
        return _converted(_shrunk(_upright(image)))


def read_mask(path: Path, height_px: int, width_px: int) -> npt.NDArray[np.bool_]:
    """A mask picture (H, W): True where it is at least half opaque, or half bright where all of it is opaque.

    A mask of the same proportions but another size is resized without smoothing.

    Raises:
        PictureError: it cannot be read, or its proportions are not those of its picture (by more than 1 %).
    """
    with _opened(path) as image:
        upright = _upright(image)
        band = _band(upright)
        if abs(band.width * height_px - band.height * width_px) > 0.01 * band.width * height_px:
            raise PictureError(
                f"{path}: the mask is {band.width}x{band.height} px, its picture {width_px}x{height_px}; "
                "they must have the same proportions"
            )
        resized = band.resize((width_px, height_px), Image.Resampling.NEAREST)
        mask_HW: npt.NDArray[np.bool_] = np.asarray(resized) >= OPAQUE
        return mask_HW


def _band(image: Image.Image) -> Image.Image:
    """What says where the subject is: transparency where there is any, else brightness."""
    image = _eight_bit(image)
    if image.has_transparency_data:
        alpha = image.convert("RGBA").getchannel("A")
        if np.asarray(alpha).min() < OPAQUE:
            return alpha
    return image.convert("L")


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    if not path.exists():
        raise PictureError(f"{path}: no such picture")
    try:
        if path.stat().st_size == 0:
            raise PictureError(f"{path}: the file is empty (0 bytes)")
        with warnings.catch_warnings():
            # Large pictures and damaged EXIF blocks are no reason to stop.
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                yield image
    except UnidentifiedImageError as error:
        raise PictureError(f"{path}: not a picture (or of an unknown kind)") from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise PictureError(f"{path}: not a readable picture ({' '.join(str(error).split()):.120})") from error


def _upright(image: Image.Image) -> Image.Image:
    # JPEG can be decoded at half size and less: a 12,000 px photo need not become 400 MB first.
    image.draft(None, _at_most_longest(image.size))
    image.load()
    turn = _TURNS.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def _orientation(image: Image.Image) -> Any:
    try:
        return image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # noqa: BLE001 -- Pillow raises a dozen kinds for damaged EXIF blocks; the picture is whole
        return None


def _shrunk(image: Image.Image) -> Image.Image:
    size = _at_most_longest(image.size)
    if size == image.size:
        return image
    if image.mode in {"P", "PA", "1"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return _eight_bit(image).resize(size, Image.Resampling.BOX)


def _at_most_longest(size: tuple[int, int]) -> tuple[int, int]:
    longest = max(*size, LONGEST_SIDE_PX)
    width_px, height_px = (max(1, round(side * LONGEST_SIDE_PX / longest)) for side in size)
    return width_px, height_px


def _converted(image: Image.Image) -> Picture:
    image = _eight_bit(image)
    if image.has_transparency_data:
        rgba_HWC = np.asarray(image.convert("RGBA"))
        opaque_HW = rgba_HWC[..., 3] >= OPAQUE
        white = Image.new("RGBA", image.size, "white")
        rgb_HWC = np.asarray(Image.alpha_composite(white, Image.fromarray(rgba_HWC)).convert("RGB"))
        is_cut_out = (~opaque_HW).mean() >= LEAST_TRANSPARENT
        return Picture(rgb_HWC, opaque_HW if is_cut_out else None)
    return Picture(np.asarray(image.convert("RGB")), None)


def _eight_bit(image: Image.Image) -> Image.Image:
    """16-bit grey to 8 bits; Pillow's own conversion clips at 255 and makes such pictures white."""
    if image.mode not in _SIXTEEN_BIT and image.mode != "F":
        return image
    values_HW = np.nan_to_num(np.asarray(image, dtype=np.float64), posinf=0.0, neginf=0.0)
    brightest = float(values_HW.max(initial=0))
    # Numbers of 32 bits and floats have no agreed white: the brightest pixel is.
    top = 65535.0 if image.mode in _SIXTEEN_BIT and brightest <= 65535 else max(brightest, 1e-12)
    return Image.fromarray(np.clip(values_HW / top * 255, 0, 255).round().astype(np.uint8))
