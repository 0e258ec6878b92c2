"""Reference pictures as the released model sees them: fitted into the video's frame on white, in [-1, 1].

Shape letters: H height, W width, C channels.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from s2vbench.errors import InputError
from s2vbench.types import Floats, FramesU8

WHITE = 255


def letterbox(picture_HWC: FramesU8, height_px: int, width_px: int) -> FramesU8:
    """The whole picture, as large as it fits, centred on white; transparent parts become white.

    The arithmetic is the release's: Lanczos, the shorter side cut down to a whole number of pixels, and the odd pixel
    of the padding below or to the right.

    Args:
        picture_HWC: uint8, 3 channels, or 4 with opacity last.
        height_px: height of the result.
        width_px: width of the result.

    Raises:
        InputError: not a picture of 3 or 4 channels with at least one pixel.

    >>> letterbox(np.zeros((10, 20, 3), np.uint8), 32, 32)[:, 16, 0].tolist() == [255] * 8 + [0] * 16 + [255] * 8
    True
    """
    image = _opaque(picture_HWC)
    if image.width / image.height > width_px / height_px:
        fitted = (width_px, int(width_px / (image.width / image.height)))
    else:
        fitted = (int(height_px * (image.width / image.height)), height_px)
    # A hair's breadth of a picture keeps one pixel.
    size_px = (max(1, fitted[0]), max(1, fitted[1]))
    canvas = Image.new("RGB", (width_px, height_px), (WHITE, WHITE, WHITE))
    corner = ((width_px - size_px[0]) // 2, (height_px - size_px[1]) // 2)
    canvas.paste(image.resize(size_px, Image.Resampling.LANCZOS), corner)
    return np.asarray(canvas)


def centred(pixels: FramesU8) -> Floats:
    """Pixels 0..255 as the numbers -1..1 that the VAE takes.

    >>> centred(np.array([0, 255], np.uint8)).tolist()
    [-1.0, 1.0]
    """
    return (pixels.astype(np.float32) - np.float32(127.5)) / np.float32(127.5)


def pixels_of(values: Floats) -> FramesU8:
    """Numbers -1..1 of the VAE as pixels, rounded to the nearest; what lies outside is clipped.

    >>> pixels_of(np.array([-2.0, -1.0, 0.0, 1.0], np.float32)).tolist()
    [0, 0, 128, 255]
    """
    rounded: FramesU8 = np.clip(np.rint(values * np.float32(127.5) + np.float32(127.5)), 0, WHITE).astype(np.uint8)
    return rounded


def _opaque(picture_HWC: FramesU8) -> Image.Image:
    shape = picture_HWC.shape
    if picture_HWC.dtype != np.uint8 or len(shape) != 3 or shape[2] not in {3, 4} or 0 in shape:
        raise InputError(
            f"a reference picture must be uint8 of shape (H, W, 3) or (H, W, 4), not {picture_HWC.dtype} of {shape}"
        )
    image = Image.fromarray(np.ascontiguousarray(picture_HWC))
    if shape[2] == 3:
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
