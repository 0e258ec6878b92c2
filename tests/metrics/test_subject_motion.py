from __future__ import annotations

import json
import math
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.features.subjects.tracks import CameraMotion, Doubles, Subject
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.metrics.subject_motion import SCALE_JUMP_RATE, SUBJECT_MOTION, size_jumps
from s2vbench.types import Case
from s2vbench.video.camera import camera_motion
from tests.metrics.drawn_tracks import Frame, Seen, crop_similarity, tracks
from tests.video.drawn import outline, placed, texture

CASE = Case(id="a", prompt="a dog")
BOX = (20.0, 20.0, 60.0, 60.0)
DIAGONAL = math.hypot(100, 200)


def _measure(
    metric: Metric, frames: list[Any], *args: Any, zoom: Any = 1.0, outside: Any = 0.0, inside: Any = 0.0, **how: Any
) -> Measurement:
    drawn = tracks(frames, *args, **how)
    num_pairs = max(len(frames) - 1, 0)
    subject_px_M = np.array(np.broadcast_to(np.array(inside, float), len(drawn.masks)))
    subject_px_M[drawn.frame_M == num_pairs] = np.nan
    values: dict[str, Any] = {
        "tracks": drawn,
        "identity_crops": crop_similarity(frames, drawn),
        "camera_motion": CameraMotion(
            np.broadcast_to(np.array(zoom, float), num_pairs),
            np.broadcast_to(np.array(outside, float), num_pairs),
            subject_px_M,
        ),
    }
    found = metric.compute(CASE, Features(values))
    json.dumps(found.parts, allow_nan=False)
    low, high = metric.bounds
    assert low <= found.value <= high
    return found


def _square(side: float, subject: int = 0) -> Seen:
    return Seen((60 * subject + 10, 10, 60 * subject + 10 + side, 10 + side), subject)


def test_one_jump_of_many_pairs() -> None:
    found = _measure(SCALE_JUMP_RATE, [[_square(side)] for side in (30, 30, 31, 40, 40, 41)])
    assert found.value == pytest.approx(1 / 5)
    assert (found.n, found.total) == (5, 1.0)
    assert found.parts["jumps"] == [{"frame": 3, "subject": "dog-0"}]


def test_a_pop_and_back_are_two_jumps() -> None:
    found = _measure(SCALE_JUMP_RATE, [[_square(side)] for side in (30, 60, 30, 30)], frames_F=[0, 2, 4, 6])
    assert found.value == pytest.approx(2 / 3)
    assert [jump["frame"] for jump in found.parts["jumps"]] == [2, 4]


def test_a_subject_that_grows_with_the_camera_does_not_jump() -> None:
    frames = [[_square(20 * 1.25**f)] for f in range(5)]
    assert _measure(SCALE_JUMP_RATE, frames).value == 1.0
    assert _measure(SCALE_JUMP_RATE, frames, zoom=1.25).value == 0.0
    # One that stays the same while the camera comes near has shrunk.
    assert _measure(SCALE_JUMP_RATE, [[BOX]] * 3, zoom=1.25).value == 1.0


def test_a_camera_that_cannot_be_told_is_taken_to_stand_still() -> None:
    frames = [[_square(side)] for side in (30, 30, 60)]
    found = _measure(SCALE_JUMP_RATE, frames, zoom=[math.nan, math.nan])
    assert found.value == pytest.approx(1 / 2)
    assert found.parts["pairs_without_camera"] == 2


@pytest.mark.parametrize("cut", [(2, 20, 60, 60), (20, 1, 60, 60), (20, 20, 198, 60), (20, 20, 60, 99)])
def test_subjects_that_the_frame_cuts_are_left_out(cut: Any) -> None:
    found = _measure(SCALE_JUMP_RATE, [[BOX], [BOX], [cut], [BOX], [BOX]])
    assert (found.value, found.n, found.n_na) == (0.0, 2, 2)
    with pytest.raises(NotApplicable, match="shown whole in two consecutive"):
        _measure(SCALE_JUMP_RATE, [[cut]] * 3)


def test_pairs_of_all_subjects_count() -> None:
    frames: list[Frame] = [[_square(30), _square(30, 1)], [_square(60), _square(30, 1)], [None, _square(30, 1)]]
    found = _measure(SCALE_JUMP_RATE, frames, ["dog", "cat"])
    assert found.value == pytest.approx(1 / 3)
    assert found.parts["jumps"] == [{"frame": 1, "subject": "dog-0"}]


def test_masks_without_area_and_subjects_asked_for_twice_tell_no_size() -> None:
    empty = Seen(BOX, mask_HW=np.zeros((100, 200), bool))
    twice = Subject(id="dogs", noun="dog", kind="animal", expected_count=2)
    for frames, nouns in (([[empty]] * 3, ["dog"]), ([[BOX]] * 3, [twice])):
        with pytest.raises(NotApplicable, match="asked for once"):
            _measure(SCALE_JUMP_RATE, frames, nouns)


@given(
    areas=hnp.arrays(np.float64, (5, 2), elements=st.floats(0.01, 1)),
    zoom=hnp.arrays(np.float64, 5, elements=st.floats(0.5, 2)),
)
def test_a_jump_is_one_in_both_directions_and_in_any_unit(areas: Doubles, zoom: Doubles) -> None:
    margin = np.abs(np.abs(np.log(areas[:, 1] / areas[:, 0]) - 2 * np.log(zoom)) - 0.35)
    areas, zoom = areas[margin > 1e-9], zoom[margin > 1e-9]
    assert np.array_equal(size_jumps(areas, zoom), size_jumps(areas[:, ::-1], 1 / zoom))
    assert np.array_equal(size_jumps(areas, zoom), size_jumps(1000 * areas, zoom))


def test_motion_is_in_diagonals_per_second() -> None:
    found = _measure(SUBJECT_MOTION, [[BOX]] * 4, inside=3.0, outside=1.0, fps=16.0)
    assert found.value == pytest.approx(3 * 16 / DIAGONAL)
    assert found.n == 3
    assert found.parts["outside"] == pytest.approx(16 / DIAGONAL)
    assert found.parts["ratio"] == pytest.approx(3.0)
    assert found.parts["static_rate"] == 0.0
    # Every fourth frame, four times as far: as fast.
    slow = _measure(SUBJECT_MOTION, [[BOX]] * 4, inside=12.0, outside=1.0, fps=16.0, frames_F=[0, 4, 8, 12])
    assert slow.value == pytest.approx(found.value)


def test_motion_is_the_mean_over_pairs_of_frame_and_subject() -> None:
    cat = (100.0, 20.0, 140.0, 60.0)
    frames: list[Frame] = [[BOX, cat], [BOX, cat], [BOX], [BOX]]
    # Instances by frame, the dog first; the last two frames show the dog alone.
    found = _measure(SUBJECT_MOTION, frames, ["dog", "cat"], inside=[4.0, 0.0, 4.0, 0.0, 2.0, 9.0], fps=8.0)
    assert found.value == pytest.approx(10 / 5 * 8 / DIAGONAL)
    assert found.parts["subjects"] == {"dog-0": pytest.approx(80 / 3 / DIAGONAL), "cat-1": 0.0}
    assert found.parts["static_rate"] == pytest.approx(2 / 5)
    assert (found.n, found.n_absent, found.n_na) == (5, 1, 0)
    assert found.parts["ratio"] is None


def test_motion_that_cannot_be_told_is_left_out() -> None:
    nan = math.nan
    found = _measure(SUBJECT_MOTION, [[BOX]] * 4, inside=[2.0, nan, 4.0, nan], zoom=[1, nan, 1], outside=[1, nan, 1])
    assert found.value == pytest.approx(3 * 16 / DIAGONAL)
    assert found.parts["outside"] == pytest.approx(16 / DIAGONAL)
    assert found.parts["pairs_without_camera"] == 1
    assert (found.n, found.n_absent, found.n_na) == (2, 0, 1)
    dark = _measure(SUBJECT_MOTION, [[BOX]] * 2, inside=2.0, zoom=nan, outside=nan)
    assert (dark.parts["outside"], dark.parts["ratio"]) == (None, None)


def test_no_motion_without_a_clock_a_second_frame_or_a_subject() -> None:
    with pytest.raises(NotApplicable, match="no frame rate"):
        _measure(SUBJECT_MOTION, [[BOX]] * 3, fps=None)
    small = (20.0, 20.0, 30.0, 60.0)
    for frames in ([[BOX]], [[None]] * 3, [[None], [BOX]], [[small]] * 3):
        with pytest.raises(NotApplicable, match="whose motion can be told"):
            _measure(SUBJECT_MOTION, frames)
    lost = Subject(id="lost", noun="dog", kind="animal", missing_reason="cannot be found")
    for metric in (SCALE_JUMP_RATE, SUBJECT_MOTION):
        with pytest.raises(NotApplicable, match="no subjects"):
            _measure(metric, [[]] * 3, [])
        with pytest.raises(NotApplicable, match="cannot be found"):
            _measure(metric, [[BOX]] * 3, [lost])
        with pytest.raises(NotApplicable):
            _measure(metric, [[BOX]])


@settings(deadline=None)  # the first example imports scipy
@given(px=hnp.arrays(np.float64, 8, elements=st.floats(0, 50)))
def test_the_order_of_subjects_does_not_matter(px: Doubles) -> None:
    cat = (100.0, 20.0, 140.0, 60.0)
    values = []
    for names in (["dog", "cat"], ["cat", "dog"]):
        frames = [[Seen(BOX, names.index("dog"), 0.9), Seen(cat, names.index("cat"), 0.8)]] * 4
        values.append(
            [_measure(metric, frames, names, inside=px).value for metric in (SCALE_JUMP_RATE, SUBJECT_MOTION)]
        )
    assert values[0] == values[1]


HEIGHT, WIDTH = 256, 448
MASK = outline(120)
SUBJECT = texture(120, 120, 5)


def _drawn(frames: list[Any], there: list[Any], fps: float = 16.0) -> dict[Metric, Measurement]:
    """Both metrics of pictures, with the camera and the masks as they are."""
    steps = [camera_motion(a, b, mask) for a, b, mask in zip(frames, frames[1:], there, strict=False)]
    seen = []
    for mask in there:
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        box = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
        seen.append([Seen(tuple(map(float, box)), mask_HW=mask)])  # type: ignore[arg-type]
    how: dict[str, Any] = {
        "zoom": [step.zoom for step in steps],
        "outside": [step.background_px for step in steps],
        "inside": [step.inside_px(mask) for step, mask in zip(steps, there, strict=False)] + [math.nan],
        "fps": fps,
        "height_px": HEIGHT,
        "width_px": WIDTH,
    }
    return {metric: _measure(metric, seen, **how) for metric in (SCALE_JUMP_RATE, SUBJECT_MOTION)}


def test_a_drawn_pan_over_a_subject_that_stands_still() -> None:
    wide, there = placed(SUBJECT, MASK, texture(HEIGHT, WIDTH + 64), x=220, y=70)
    cuts = [np.s_[:, 8 * f : 8 * f + WIDTH] for f in range(5)]
    found = _drawn([wide[cut] for cut in cuts], [there[cut] for cut in cuts])
    assert found[SUBJECT_MOTION].value < 0.01
    assert found[SCALE_JUMP_RATE].value == 0.0


@pytest.mark.parametrize("speed_px", [4, 10])
def test_a_drawn_subject_that_walks(speed_px: int) -> None:
    scene = texture(HEIGHT, WIDTH)
    drawn = [placed(SUBJECT, MASK, scene, x=60 + speed_px * f, y=70) for f in range(5)]
    found = _drawn([frame for frame, _ in drawn], [mask for _, mask in drawn], fps=8.0)
    assert found[SUBJECT_MOTION].value == pytest.approx(speed_px * 8 / math.hypot(HEIGHT, WIDTH), rel=0.15)
    assert found[SUBJECT_MOTION].parts["ratio"] > 10


def test_a_drawn_zoom_takes_the_subject_along_and_a_pop_in_it_is_seen() -> None:
    scene, there = placed(SUBJECT, MASK, texture(HEIGHT, WIDTH), x=160, y=70, zoom=0.5)
    popped = placed(SUBJECT, MASK, texture(HEIGHT, WIDTH), x=160, y=70, zoom=0.7)
    frames, masks = [], []
    for f in range(5):
        view = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 0, 1.1**f)
        picture, mask = popped if f >= 3 else (scene, there)
        frames.append(cv2.warpAffine(picture, view, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT))
        masks.append(cv2.warpAffine(mask.astype(np.uint8), view, (WIDTH, HEIGHT), flags=cv2.INTER_NEAREST) > 0)
    found = _drawn(frames, masks)[SCALE_JUMP_RATE]
    assert found.value == pytest.approx(1 / 4)
    assert found.parts["jumps"] == [{"frame": 3, "subject": "dog-0"}]
