"""What a row says of its picture's bytes: digest, size, perceptual hash."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import ExifTags, Image

from s2vbench.errors import PictureError
from s2vbench.files import sha256_of_file
from s2vbench.testsets.perceptual import phash64
from s2vbench.video.pictures import read_picture


@dataclass(frozen=True)
class PictureFacts:
    """Fields of an image's row that follow from the file."""

    sha256: str
    width_px: int
    """Of the picture as it is looked at: turned upright where its EXIF block says so."""
    height_px: int
    phash64: str


def picture_facts(path: Path) -> PictureFacts:
    """The facts of the picture at `path`; every pixel of it is decoded.

    Raises:
        PictureError: it is missing, empty, no picture, cut off, or beyond Pillow's limit of 179 megapixels.
    """
    picture = read_picture(path)
    width_px, height_px = upright_size(path)
    return PictureFacts(sha256_of_file(path), width_px, height_px, phash64(picture.rgb_HWC))


def upright_size(path: Path) -> tuple[int, int]:
    """Width and height of a picture that `read_picture` reads, before it is shrunk.

    Raises:
        PictureError: it cannot be read.
    """
    try:
        with warnings.catch_warnings():
            # Large pictures and damaged EXIF blocks are no reason to stop.
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                width_px, height_px = image.size
                return (height_px, width_px) if _is_on_its_side(image) else (width_px, height_px)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PictureError(f"{path}: its size cannot be read ({' '.join(str(error).split()):.120})") from error


def _is_on_its_side(image: Image.Image) -> bool:
    try:
        return image.getexif().get(ExifTags.Base.Orientation) in {5, 6, 7, 8}
    except Exception:  # noqa: BLE001 -- Pillow raises a dozen kinds for damaged EXIF blocks; the picture is whole
        return False
