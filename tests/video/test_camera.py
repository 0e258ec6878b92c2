from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from s2vbench.video.camera import CameraStep, camera_motion, grown, textured
from tests.clips import scene
from tests.video.drawn import outline, placed, texture

HEIGHT, WIDTH = 256, 448
NONE = np.zeros((HEIGHT, WIDTH), bool)
SCENE = texture(HEIGHT + 64, WIDTH + 128)
FRAME = SCENE[32:-32, 64:-64]


def _zoomed(zoom: float, turn: float = 0.0) -> CameraStep:
    transform = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), turn, zoom)
    after = cv2.warpAffine(FRAME, transform, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    return camera_motion(FRAME, after, NONE)


@pytest.mark.parametrize("zoom", [0.9, 0.98, 1.02, 1.1, 1.3])
def test_zoom_is_recovered_within_one_percent(zoom: float) -> None:
    step = _zoomed(zoom)
    assert step.zoom == pytest.approx(zoom, rel=0.01)
    assert step.background_px < 1.5


def test_a_fast_zoom_is_told_by_what_stays_in_the_frame() -> None:
    before = texture(512, 896)
    after = cv2.warpAffine(before, cv2.getRotationMatrix2D((448, 256), 0, 1.5), (896, 512))
    step = camera_motion(before, after, np.zeros((512, 896), bool))
    assert step.zoom == pytest.approx(1.5, rel=0.01)


def test_a_turned_camera_does_not_zoom() -> None:
    step = _zoomed(1.0, turn=4)
    assert step.zoom == pytest.approx(1.0, abs=0.01)
    assert step.background_px < 0.5


def test_a_still_camera_sees_nothing_move() -> None:
    step = camera_motion(FRAME, FRAME, NONE)
    assert step.zoom == pytest.approx(1.0, abs=1e-6)
    assert step.background_px < 1e-3
    assert step.background_HW.mean() > 0.95


@pytest.mark.parametrize("pan_px", [2, 7, 20])
def test_a_pan_is_taken_off_the_subject_that_stands_in_the_scene(pan_px: int) -> None:
    subject, mask = texture(120, 120, 5), outline(120)
    whole, there = placed(subject, mask, SCENE, x=220, y=100)
    before, after = whole[32:-32, 64:-64], whole[32:-32, 64 + pan_px : pan_px - 64]
    step = camera_motion(before, after, there[32:-32, 64:-64])
    assert step.zoom == pytest.approx(1.0, abs=0.005)
    assert step.background_px < 0.2
    assert step.inside_px(there[32:-32, 64:-64]) < 0.2


@pytest.mark.parametrize(("pan_px", "speed_px"), [(0, 6), (8, 6), (0, 15)])
def test_a_subject_that_moves_in_the_scene_does_so_whatever_the_camera_does(pan_px: int, speed_px: int) -> None:
    subject, mask = texture(120, 120, 5), outline(120)
    start, there = placed(subject, mask, FRAME, x=150, y=70)
    end, _ = placed(subject, mask, SCENE[32:-32, 64 + pan_px : pan_px - 64], x=150 + speed_px - pan_px, y=70)
    step = camera_motion(start, end, there)
    assert step.inside_px(there) == pytest.approx(speed_px, rel=0.15)
    assert step.background_px < 0.5


def test_lengths_are_in_pixels_of_the_frame_whatever_size_flow_is_computed_at() -> None:
    before, after = (np.repeat(np.repeat(frame, 2, axis=0), 2, axis=1) for frame in (FRAME, np.roll(FRAME, 5, axis=1)))
    disc = np.zeros((2 * HEIGHT, 2 * WIDTH), bool)
    disc[100:400, 200:600] = True
    # Where all but the frame's edge is the subject, the camera cannot be told and all motion is the subject's.
    step = camera_motion(before, after, np.ones_like(disc))
    assert math.isnan(step.zoom)
    assert step.residual_px_HW.shape == disc.shape
    assert step.inside_px(disc) == pytest.approx(10, rel=0.02)
    assert math.isnan(step.background_px)


def test_a_plain_wall_tells_no_camera_but_the_subject_still_moves() -> None:
    wall = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    subject, mask = texture(120, 120, 5), outline(120)
    start, there = placed(subject, mask, wall, x=150, y=70)
    end, _ = placed(subject, mask, wall, x=156, y=70)
    step = camera_motion(start, end, there)
    assert math.isnan(step.zoom)
    assert math.isnan(step.background_px)
    assert step.inside_px(there) == pytest.approx(6, rel=0.15)


def test_across_a_cut_nothing_can_be_told() -> None:
    step = camera_motion(FRAME, texture(HEIGHT, WIDTH, 9), NONE)
    assert math.isnan(step.zoom)
    assert np.isnan(step.residual_px_HW).all()
    assert math.isnan(step.background_px)


def test_smooth_shading_is_texture_enough() -> None:
    wide = scene(HEIGHT, WIDTH + 8)
    step = camera_motion(wide[:, :-8], wide[:, 4:-4], NONE)
    assert step.zoom == pytest.approx(1.0, abs=0.005)


@pytest.mark.parametrize("side_px", [1, 7, 16, 33])
def test_small_frames(side_px: int) -> None:
    frame = texture(side_px, side_px)
    step = camera_motion(frame, frame, np.zeros((side_px, side_px), bool))
    assert step.residual_px_HW.shape == (side_px, side_px)
    assert not step.residual_px_HW.any()


def test_the_same_pictures_give_the_same_bits_whatever_ran_before() -> None:
    subject, mask = texture(120, 120, 5), outline(120)
    after, _ = placed(subject, mask, np.roll(FRAME, 6, axis=1), x=160, y=70)
    steps = []
    threads = cv2.getNumThreads()
    try:
        for seed, count in ((0, 1), (7, 2)):
            cv2.setRNGSeed(seed)
            cv2.setNumThreads(count)
            steps.append(camera_motion(FRAME, after, NONE))
    finally:
        cv2.setNumThreads(threads)
    assert steps[0].zoom == steps[1].zoom
    assert np.array_equal(steps[0].residual_px_HW, steps[1].residual_px_HW)


def test_unlike_sizes_are_an_error() -> None:
    with pytest.raises(ValueError, match="sizes differ"):
        camera_motion(FRAME, FRAME[:-1], NONE)
    with pytest.raises(ValueError, match="sizes differ"):
        camera_motion(FRAME, FRAME, NONE[:-1])


def test_an_edge_alone_is_no_texture_and_masks_grow_by_a_pixel_at_least() -> None:
    stripes = np.repeat(np.tile(np.array([0, 0, 0, 0, 200, 200, 200, 200], np.uint8), 8)[None], 64, axis=0)
    assert not textured(stripes).any()
    assert textured(FRAME[..., 0].copy()).mean() > 0.9
    dot = np.zeros((9, 9), bool)
    dot[4, 4] = True
    assert grown(dot, 0.0).sum() == 9
    assert grown(dot, 0.3).sum() == 49
    assert not grown(np.zeros((9, 9), bool), 0.3).any()
