"""Drawn pictures as they come in practice."""

from __future__ import annotations

import numpy as np
import pytest

from s2vbench.mini.clips_augment import Seen, blurred_64, boxes_of, degraded, moved, relit
from s2vbench.types import FramesU8


def red_disc(height_px: int = 128, width_px: int = 224) -> Seen:
    y, x = np.mgrid[:height_px, :width_px]
    mask_HW = (x - 100) ** 2 + (y - 60) ** 2 < 35**2
    picture_HWC = np.where(mask_HW[..., None], [250, 10, 10], [10, 10, 250]).astype(np.uint8)
    return Seen(picture_HWC, mask_HW[None])


@pytest.mark.parametrize("size_px", [(112, 192), (144, 144), (192, 112), (96, 168)])
def test_masks_move_with_the_picture(size_px: tuple[int, int]) -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        seen = moved(red_disc(), size_px, random)
        assert seen.picture_HWC.shape == (*size_px, 3)
        red_HW = (seen.picture_HWC[..., 0] > 128) & (seen.picture_HWC[..., 2] < 128)
        inside = red_HW[seen.masks_KHW[0]]
        assert inside.mean() > 0.97 if len(inside) else True
        # Rims may be of any colour, but most of what is red is the disc.
        blue_HW = (seen.picture_HWC[..., 2] > 128) & (seen.picture_HWC[..., 0] < 128)
        assert not (blue_HW & seen.masks_KHW[0]).sum() > 0.03 * max(seen.masks_KHW[0].sum(), 1)


def test_a_picture_without_subjects_stays_one() -> None:
    empty = Seen(red_disc().picture_HWC, np.zeros((0, 128, 224), np.bool_))
    assert moved(empty, (112, 192), np.random.default_rng(0)).masks_KHW.shape == (0, 112, 192)


def detail(picture_HWC: FramesU8) -> float:
    return float(np.abs(np.diff(picture_HWC.astype(np.float64), axis=1)).mean())


def test_blurred_pictures_lose_detail_and_keep_size_and_colour() -> None:
    stripes_HWC = np.zeros((128, 224, 3), np.uint8)
    stripes_HWC[:, ::3] = 255
    blurred = blurred_64(stripes_HWC)
    assert blurred.shape == stripes_HWC.shape
    assert detail(blurred) < 0.3 * detail(stripes_HWC)
    assert abs(blurred.mean() - stripes_HWC.mean()) < 4


def test_damage_differs_from_draw_to_draw_and_stays_the_same_picture() -> None:
    picture_HWC = red_disc().picture_HWC
    dice = [np.random.default_rng(seed) for seed in range(30)]
    drawn = [relit(degraded(picture_HWC, random), random) for random in dice]
    assert all(picture.shape == picture_HWC.shape and picture.dtype == np.uint8 for picture in drawn)
    assert len({picture.tobytes() for picture in drawn}) > 15
    for picture in drawn:
        assert picture[60, 100, 0] > picture[60, 100, 2] + 80
        assert picture[5, 5, 2] > picture[5, 5, 0] + 80


def test_boxes_are_around_masks_and_zero_around_nothing() -> None:
    masks_KHW = np.zeros((2, 6, 9), np.bool_)
    masks_KHW[0, 2:4, 3:8] = True
    assert boxes_of(masks_KHW).tolist() == [[3, 2, 8, 4], [0, 0, 0, 0]]


def test_what_is_cut_off_is_told() -> None:
    kept = []
    for seed in range(60):
        seen = moved(red_disc(), (112, 192), np.random.default_rng(seed))
        edges = np.concatenate([seen.masks_KHW[0, [0, -1]].ravel(), seen.masks_KHW[0][:, [0, -1]].ravel()])
        if not edges.any() and seen.masks_KHW.any():
            assert seen.kept_K[0] == pytest.approx(1, abs=0.2)
        kept.append(seen.kept_K[0])
    assert min(kept) < 0.9
    assert np.mean(kept) > 0.8
