from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from s2vbench.types import FramesU8
from s2vbench.video.keypoints import Keypoints, inlier_ratio, keypoints_of, match_keypoints
from tests.video.drawn import Bools, outline, placed, texture

SUBJECT, MASK = texture(300, 300, 1), outline(300)
VIEW = keypoints_of(SUBJECT, MASK)
SCENE = texture(400, 640, 2)


def _frame(subject: FramesU8 = SUBJECT, mask: Bools = MASK, **how: float) -> Keypoints:
    return keypoints_of(*placed(subject, mask, SCENE, x=120, y=50, **how))


@pytest.mark.parametrize(("zoom", "turn"), [(1.0, 0), (0.5, 0), (1.2, 0), (0.8, 12), (0.8, 90)])
def test_a_paste_is_told_whatever_its_size_and_angle(zoom: float, turn: float) -> None:
    ratio, iou = match_keypoints(_frame(zoom=zoom, turn=turn), VIEW)
    assert ratio == pytest.approx(1.0, abs=0.05)
    assert iou == pytest.approx(1.0, abs=0.05)


def test_the_same_picture_is_exactly_itself() -> None:
    assert match_keypoints(VIEW, VIEW) == (1.0, 1.0)


def test_of_a_paste_that_the_frame_cuts_only_what_is_seen_counts() -> None:
    frame, mask = placed(SUBJECT, MASK, SCENE, x=-150, y=50)
    ratio, iou = match_keypoints(keypoints_of(frame, mask), VIEW)
    assert ratio == pytest.approx(1.0, abs=0.05)
    assert iou == pytest.approx(mask.sum() / MASK.sum(), abs=0.05)


def test_a_compressed_paste_is_still_one() -> None:
    frame, mask = placed(SUBJECT, MASK, SCENE, x=120, y=50, zoom=0.6)
    coded = cv2.imdecode(cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], cv2.IMREAD_COLOR)
    ratio, iou = match_keypoints(keypoints_of(coded, mask), VIEW)
    assert ratio * iou > 0.9


@pytest.mark.parametrize("seed", range(10, 16))
def test_another_subject_is_no_copy(seed: int) -> None:
    ratio, iou = match_keypoints(_frame(texture(300, 300, seed), outline(300, seed), zoom=0.8), VIEW)
    assert ratio * iou < 0.05


@pytest.mark.parametrize("degrees", [25, 45])
def test_a_subject_seen_from_another_side_is_a_poor_copy(degrees: float) -> None:
    # The texture is wound around a cylinder, which turns.
    y, x = np.mgrid[0:300, 0:300].astype(np.float32)
    angle = np.arcsin(np.clip((x - 150) / 150, -1, 1)) + np.deg2rad(degrees)
    turned = cv2.remap(SUBJECT, (150 + 300 * angle / np.pi).astype(np.float32), y, cv2.INTER_LINEAR)
    ratio, iou = match_keypoints(_frame(turned), VIEW)
    assert ratio * iou < 0.3


def test_a_mirrored_copy_does_not_match() -> None:
    assert match_keypoints(_frame(SUBJECT[:, ::-1].copy(), MASK[:, ::-1].copy()), VIEW) == (0.0, 0.0)


def test_what_stands_behind_the_subject_says_nothing() -> None:
    other = placed(SUBJECT, MASK, texture(400, 640, 3), x=120, y=50)
    assert match_keypoints(keypoints_of(*other), VIEW) == match_keypoints(_frame(), VIEW)


def test_a_view_without_texture_cannot_be_judged_and_an_instance_without_is_no_copy() -> None:
    plain = keypoints_of(np.full((300, 300, 3), 90, np.uint8), np.ones((300, 300), bool))
    assert len(plain.xy_N2) == 0
    assert all(math.isnan(value) for value in match_keypoints(VIEW, plain))
    assert match_keypoints(plain, VIEW) == (0.0, 0.0)


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (1000, 2)])
def test_tiny_and_empty_masks(shape: tuple[int, int]) -> None:
    for mask in (np.ones(shape, bool), np.zeros(shape, bool)):
        found = keypoints_of(texture(*shape), mask)
        assert match_keypoints(found, VIEW) == (0.0, 0.0)
        assert max(found.mask_HW.shape) <= max(320, *shape)


def test_unlike_sizes_are_an_error() -> None:
    with pytest.raises(ValueError, match="sizes differ"):
        keypoints_of(SUBJECT, MASK[:-1])


def test_few_pairs_do_not_make_a_copy() -> None:
    assert inlier_ratio(4, 4, 30) == pytest.approx(4 / 12)
    assert inlier_ratio(4, 4, 500) == pytest.approx(0.04)
    assert inlier_ratio(100, 100, 500) == 1.0


def test_the_same_pictures_give_the_same_bits_whatever_ran_before() -> None:
    found, threads = [], cv2.getNumThreads()
    try:
        for seed, count in ((0, 1), (7, 2)):
            cv2.setRNGSeed(seed)
            cv2.setNumThreads(count)
            frame = _frame(zoom=0.7, turn=20)
            found.append((frame.xy_N2, frame.descriptors_ND, match_keypoints(frame, VIEW)))
    finally:
        cv2.setNumThreads(threads)
    assert np.array_equal(found[0][0], found[1][0])
    assert np.array_equal(found[0][1], found[1][1])
    assert found[0][2] == found[1][2]
