"""What the encoders are shown, pixel by pixel."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from s2vbench.features.subjects.composite import (
    CLIP_MEAN_RGB,
    background_squashed,
    crop_on_white,
    dilated,
    filled,
    fitted,
    has_background,
    whole_pixels,
)
from s2vbench.types import FramesU8
from tests.clips import noise

PICTURE = noise(1, 300, 400)[0]


def _mask(height_px: int, width_px: int, top: int, bottom: int, left: int, right: int) -> npt.NDArray[np.bool_]:
    mask = np.zeros((height_px, width_px), np.bool_)
    mask[top:bottom, left:right] = True
    return mask


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((1.0, 2.0, 3.0, 4.0), (1, 2, 3, 4)),
        ((1.2, 2.9, 3.1, 4.0), (1, 2, 4, 4)),
        ((-9.0, -9.0, 99.0, 99.0), (0, 0, 20, 10)),
        ((19.5, 9.5, 21.0, 11.0), (19, 9, 20, 10)),
        ((20.0, 0.0, 30.0, 5.0), None),
        ((0.0, -5.0, 10.0, 0.0), None),
        ((5.0, 5.0, 5.0, 9.0), None),
        ((9.0, 1.0, 5.0, 9.0), None),
        ((np.nan, 0.0, 5.0, 5.0), None),
        ((0.0, 0.0, np.inf, 5.0), None),
    ],
)
def test_boxes_in_whole_pixels(
    box: tuple[float, float, float, float], expected: tuple[int, int, int, int] | None
) -> None:
    assert whole_pixels(np.array(box), 10, 20) == expected


def test_a_crop_is_the_subject_on_white() -> None:
    mask = _mask(300, 400, 50, 200, 100, 250)
    crop = crop_on_white(PICTURE, mask, (60, 20, 284, 244))
    expected = np.full((224, 224, 3), 255, np.uint8)
    expected[30:180, 40:190] = PICTURE[50:200, 100:250]
    assert np.array_equal(crop, expected)


@pytest.mark.parametrize(("width_px", "height_px"), [(100, 224), (101, 224), (224, 7)])
def test_a_crop_is_padded_to_a_square(width_px: int, height_px: int) -> None:
    crop = crop_on_white(PICTURE, np.ones((300, 400), np.bool_), (5, 6, 5 + width_px, 6 + height_px))
    x, y = (224 - width_px) // 2, (224 - height_px) // 2
    expected = np.full((224, 224, 3), 255, np.uint8)
    expected[y : y + height_px, x : x + width_px] = PICTURE[6 : 6 + height_px, 5 : 5 + width_px]
    assert np.array_equal(crop, expected)


def test_a_crop_is_resized_bicubically_after_padding() -> None:
    crop = crop_on_white(PICTURE, np.ones((300, 400), np.bool_), (0, 0, 400, 300))
    square = np.full((400, 400, 3), 255, np.uint8)
    square[50:350] = PICTURE
    assert np.array_equal(crop, np.asarray(Image.fromarray(square).resize((224, 224), Image.Resampling.BICUBIC)))


def test_the_hole_of_a_background_has_clips_mean_colour() -> None:
    assert CLIP_MEAN_RGB == (123, 117, 104)
    picture = PICTURE[:224, :224]
    hole = _mask(224, 224, 10, 90, 30, 200)
    expected = picture.copy()
    expected[hole] = (123, 117, 104)
    before = picture.copy()
    assert np.array_equal(background_squashed(picture, hole), expected)
    assert np.array_equal(filled(picture, hole, (0, 0, 0))[hole], np.zeros((hole.sum(), 3)))
    assert np.array_equal(picture, before)


def test_the_whole_background_is_squashed() -> None:
    picture = np.zeros((56, 448, 3), np.uint8)
    picture[:, -2:] = 255
    found = background_squashed(picture, np.zeros((56, 448), np.bool_))
    assert found.shape == (224, 224, 3)
    assert found[:, -1].min() > 200
    assert found[:, :-3].max() <= 20


@pytest.mark.parametrize("radius_px", [0.5, 1.0, 1.4, 1.5, 2.3, 5.0, 7.07])
def test_masks_grow_by_a_disc(radius_px: float) -> None:
    mask = np.random.default_rng(3).random((30, 40)) < 0.004
    assert 0 < mask.sum() < 10
    ys, xs = np.nonzero(mask)
    y, x = np.mgrid[0:30, 0:40]
    distance_px = np.hypot(y[..., None] - ys, x[..., None] - xs).min(axis=-1)
    assert np.array_equal(dilated(mask, radius_px), distance_px <= radius_px)


def test_radii_below_half_a_pixel_and_empty_masks_change_nothing() -> None:
    mask = _mask(9, 9, 4, 5, 4, 5)
    assert np.array_equal(dilated(mask, 0.49), mask)
    assert not dilated(np.zeros((9, 9), np.bool_), 5).any()
    assert dilated(np.ones((9, 9), np.bool_), 5).all()


def test_masks_are_stretched_to_the_nearest_pixel() -> None:
    mask = np.array([[True, False], [False, True]])
    assert np.array_equal(fitted(mask, 4, 6), np.kron(mask, np.ones((2, 3))).astype(bool))
    assert fitted(np.ones((1, 1), np.bool_), 5, 7).all()


def _wall(spread: int) -> FramesU8:
    """Grey levels 100 +- spread: their standard deviation is `spread`."""
    columns = np.where(np.arange(20) % 2, 100 + spread, 100 - spread).astype(np.uint8)
    return np.repeat(np.repeat(columns[None, :, None], 20, axis=0), 3, axis=2)


@pytest.mark.parametrize(
    ("spread", "background_rows", "expected"),
    [(9, 20, True), (7, 20, False), (50, 2, True), (50, 1, False), (0, 20, False), (50, 0, False)],
)
def test_a_background_is_large_enough_and_no_plain_wall(spread: int, background_rows: int, expected: bool) -> None:  # noqa: FBT001
    # 2 of 20 rows are exactly the least share.
    hole = _mask(20, 20, background_rows, 20, 0, 20)
    assert has_background(_wall(spread), hole, min_area=0.10, min_std=8.0) is expected


def test_what_is_in_the_hole_does_not_make_a_background() -> None:
    picture = _wall(0)
    picture[5:15] = noise(1, 10, 20)[0]
    assert has_background(picture, np.zeros((20, 20), np.bool_), 0.1, 8.0)
    assert not has_background(picture, _mask(20, 20, 5, 15, 0, 20), 0.1, 8.0)
