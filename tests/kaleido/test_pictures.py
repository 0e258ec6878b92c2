"""Letterboxing: the release's arithmetic, to the pixel."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from s2vbench.errors import InputError
from s2vbench.kaleido.pictures import centred, letterbox, pixels_of
from s2vbench.types import FramesU8


def grey(height_px: int, width_px: int, level: int = 0, channels: int = 3) -> FramesU8:
    return np.full((height_px, width_px, channels), level, np.uint8)


@pytest.mark.parametrize(
    ("size", "frame", "box"),
    [
        ((64, 64), (64, 112), (0, 24, 64, 64)),
        ((100, 400), (64, 112), (18, 0, 28, 112)),
        # 112 / (300 / 200) = 74.67 and 64 * 1.5 = 96: whole pixels are cut off, not rounded.
        ((200, 300), (64, 112), (0, 8, 64, 96)),
        # 64 * (101 / 60) = 107.7 -> 107; the odd pixel of the padding is on the right.
        ((60, 101), (64, 112), (0, 2, 64, 107)),
        ((512, 896), (512, 896), (0, 0, 512, 896)),
        ((1, 1000), (64, 112), (31, 0, 1, 112)),
    ],
)
def test_a_dark_picture_lies_where_the_release_puts_it(
    size: tuple[int, int], frame: tuple[int, int], box: tuple[int, int, int, int]
) -> None:
    boxed = letterbox(grey(*size), *frame)
    top, left, height, width = box
    expected = grey(*frame, level=255)
    expected[top : top + height, left : left + width] = 0
    assert np.array_equal(boxed, expected)


def test_resizing_is_lanczos() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (90, 70, 3), dtype=np.uint8)
    inner = np.asarray(Image.fromarray(picture).resize((49, 64), Image.Resampling.LANCZOS))
    assert np.array_equal(letterbox(picture, 64, 112)[:, 31:80], inner)


def test_transparent_parts_become_white() -> None:
    picture = grey(32, 32, channels=4)
    picture[:16, :, 3], picture[16:, :, 3] = 0, 255
    boxed = letterbox(picture, 32, 32)
    assert boxed[:16].min() == 255
    assert boxed[16:].max() == 0
    picture[..., 3] = 51
    assert np.all(letterbox(picture, 32, 32) == 204)


@pytest.mark.parametrize("wrong", [grey(4, 4)[..., :1], grey(4, 4)[0], grey(0, 4), grey(4, 4).astype(np.float32)])
def test_what_is_no_picture_is_refused(wrong: FramesU8) -> None:
    with pytest.raises(InputError, match="must be uint8 of shape"):
        letterbox(wrong, 16, 16)


def test_pixels_come_back() -> None:
    pixels = np.arange(256, dtype=np.uint8)
    values = centred(pixels)
    assert values[1] == np.float32(-126.5 / 127.5)
    assert np.array_equal(pixels_of(values), pixels)
