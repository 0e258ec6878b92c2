from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.features.subjects.tracks import Doubles, ReferenceCanvas, Subject
from s2vbench.metrics.base import Measurement
from s2vbench.metrics.drift import FIRST_FRAME_FLASH, IDENTITY_DRIFT, end_drop, robust_z, slope_per_second, worst_second
from s2vbench.types import Case
from tests.metrics.drawn_tracks import Frame, Seen, crop_similarity, tracks

CASE = Case(id="a", prompt="a dog")
BOX = (20.0, 20.0, 60.0, 60.0)


def _drift(frames: list[Any], *args: Any, **how: Any) -> Measurement:
    drawn = tracks(frames, *args, **how)
    features = {"tracks": drawn, "identity_crops": crop_similarity(frames, drawn)}
    found = IDENTITY_DRIFT.compute(CASE, Features(features))
    json.dumps(found.parts, allow_nan=False)
    return found


def _fading(cosines: list[float]) -> list[Frame]:
    return [[Seen(BOX, cosines=[cosine])] for cosine in cosines]


@pytest.mark.parametrize("per_second", [-0.125, 0.0, 0.0625])
@pytest.mark.parametrize("fps", [8.0, 16.0])
def test_a_linear_drift_is_recovered(per_second: float, fps: float) -> None:
    found = _drift(_fading([0.625 + per_second * f / fps for f in range(33)]), fps=fps)
    assert found.value == pytest.approx(per_second, abs=1e-12)
    assert found.n == 1


def test_a_slope_counts_seconds_and_not_frames() -> None:
    cosines = [0.8, 0.7, 0.6, 0.5]
    assert _drift(_fading(cosines), fps=8.0, frames_F=[0, 4, 8, 12]).value == pytest.approx(-0.2)
    # The third of the looked-at frames is without the subject.
    frames = _fading(cosines)
    assert _drift([*frames[:2], [None], frames[3]], fps=8.0, frames_F=[0, 4, 8, 12]).value == pytest.approx(-0.2)


def test_a_step_by_hand() -> None:
    # Of 28 pairs 12 are within a half (slope 0), 16 across (negative): the median pair is the fourteenth from below.
    identity = [0.75] * 4 + [0.25] * 4
    found = _drift(_fading(identity), fps=4.0)
    slopes = sorted((identity[b] - identity[a]) / ((b - a) / 4) for a in range(8) for b in range(a + 1, 8))
    assert found.value == pytest.approx((slopes[13] + slopes[14]) / 2)
    assert found.value < 0
    assert found.parts["details"] == {
        "dog-0": {"end_drop": pytest.approx(0.5), "worst_second": pytest.approx(0.25), "shown_frames": 8}
    }


def test_one_bad_frame_is_no_drift_but_a_bad_second_shows() -> None:
    found = _drift(_fading([0.8] * 6 + [0.0] + [0.8] * 6), fps=4.0)
    assert found.value == 0.0
    assert found.parts["details"]["dog-0"]["worst_second"] == pytest.approx(0.6)
    assert found.parts["details"]["dog-0"]["end_drop"] == pytest.approx(0.0)


def test_subjects_count_alike_and_one_that_is_hardly_shown_not_at_all() -> None:
    frames: list[Frame] = [
        [Seen(BOX, 0, cosines=(0.8 - 0.1 * f, 0.0, 0.0)), Seen((100, 20, 140, 60), 1, cosines=(0.0, 0.5, 0.0))]
        + ([Seen((20, 70, 60, 95), 2, cosines=(0.0, 0.0, 0.5))] if f < 2 else [])
        for f in range(4)
    ]
    found = _drift(frames, ["dog", "cat", "cow"], fps=1.0)
    assert found.parts["subjects"] == {"dog-0": pytest.approx(-0.1), "cat-1": 0.0, "cow-2": None}
    assert found.parts["details"]["cow-2"] is None
    assert found.value == pytest.approx(-0.05)
    assert (found.n, found.n_absent, found.n_na) == (2, 2, 2)


def test_no_drift_without_a_clock_or_frames_or_subjects() -> None:
    three = _fading([0.5] * 3)
    assert _drift(three).value == 0.0
    with pytest.raises(NotApplicable, match="no frame rate"):
        _drift(three, fps=None)
    for frames in (three[:2], three[:1], [[None]] * 5, [[Seen((20, 20, 30, 60))]] * 5):
        with pytest.raises(NotApplicable, match="shown in 3 frames"):
            _drift(frames)
    with pytest.raises(NotApplicable, match="no subjects"):
        _drift([[]] * 5, [])
    with pytest.raises(NotApplicable, match="cannot be found"):
        _drift(three, [Subject(id="lost", noun="dog", kind="animal", missing_reason="cannot be found")])


@settings(deadline=None)  # the first example imports scipy
@given(identity=hnp.arrays(np.float64, st.integers(3, 20), elements=st.floats(0, 1)))
def test_played_backwards_drift_has_the_other_sign(identity: Doubles) -> None:
    times = np.arange(len(identity)) / 8
    assert slope_per_second(times, identity[::-1]) == pytest.approx(-slope_per_second(times, identity), abs=1e-9)
    assert end_drop(identity[::-1]) == pytest.approx(-end_drop(identity), abs=1e-9)
    assert identity.min() - 1e-12 <= worst_second(times, identity, 1 / 8) <= identity.max() + 1e-12


@pytest.mark.parametrize("fps", [8.0, 12.0, 23.976, 24.0, 30.0])
def test_a_second_has_as_many_frames_as_the_frame_rate_says(fps: float) -> None:
    identity = np.ones(100)
    identity[50] = 0.0
    assert worst_second(np.arange(100) / fps, identity, 1 / fps) == pytest.approx(1 - 1 / math.ceil(fps))


def _canvas(num_frames: int = 40, num_views: int = 2) -> dict[str, Doubles]:
    """A calm clip: similarity about 0.5, ssim about 0.2, change about 4, with a small seeded noise."""
    rng = np.random.default_rng(3)
    noise = rng.uniform(-1, 1, (2, num_frames, num_views))
    return {
        "similarity_TV": 0.5 + 0.01 * noise[0],
        "ssim_TV": 0.2 + 0.01 * noise[1],
        "change_T": 4 + rng.uniform(-1, 1, num_frames - 1),
    }


def _flash(canvas: dict[str, Doubles]) -> Measurement:
    found = FIRST_FRAME_FLASH.compute(CASE, Features({"reference_canvas": ReferenceCanvas(**canvas)}))
    json.dumps(found.parts, allow_nan=False)
    return found


def test_a_calm_clip_has_no_flash() -> None:
    found = _flash(_canvas())
    assert (found.value, found.n, found.parts["flagged_by"]) == (0.0, 1, [])
    assert max(found.parts["z"]["similarity"]) < 6


@pytest.mark.parametrize(
    ("signal", "frame", "value"), [("similarity_TV", 0, 0.9), ("ssim_TV", 3, 0.95), ("change_T", 1, 40.0)]
)
def test_one_signal_is_enough(signal: str, frame: int, value: float) -> None:
    canvas = _canvas()
    canvas[signal].reshape(len(canvas[signal]), -1)[frame, 0] = value
    found = _flash(canvas)
    assert found.value == 1.0
    assert found.parts["flagged_by"] == [signal.rsplit("_", 1)[0]]
    z = found.parts["z"][signal.rsplit("_", 1)[0]]
    assert int(np.argmax(z)) == frame


@pytest.mark.parametrize("signal", ["similarity_TV", "ssim_TV", "change_T"])
def test_what_happens_later_is_no_flash_at_the_start(signal: str) -> None:
    for frame in (4, 7, 20):
        canvas = _canvas()
        canvas[signal][frame] = 60.0
        assert _flash(canvas).value == 0.0


def test_z_by_hand_and_its_floor() -> None:
    canvas = _canvas()
    canvas["similarity_TV"][:] = 0.5
    canvas["similarity_TV"][0] = (0.2, 0.555)
    canvas["ssim_TV"][:] = 0.2
    canvas["change_T"][:] = 4.0
    canvas["change_T"][2] = 10.0
    found = _flash(canvas)
    assert found.parts["z"]["similarity"] == pytest.approx([5.5, 0, 0, 0])
    assert found.parts["z"]["ssim"] == pytest.approx([0, 0, 0, 0])
    assert found.parts["z"]["change"] == pytest.approx([0, 0, 6, 0])
    assert found.value == 0.0
    canvas["similarity_TV"][0, 1] = 0.565
    assert _flash(canvas).value == 1.0
    spread = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    assert robust_z(np.array([2 + 3 * 1.4826]), spread, 0.01).tolist() == pytest.approx([3.0])


def test_a_still_video_of_the_reference_does_not_stand_out_from_itself() -> None:
    still = {"similarity_TV": np.ones((40, 1)), "ssim_TV": np.ones((40, 1)), "change_T": np.zeros(39)}
    assert _flash(still).value == 0.0


def test_views_that_are_not_shown_to_a_model_and_cases_without_views() -> None:
    canvas = _canvas()
    canvas["similarity_TV"][:, 0] = np.nan
    canvas["ssim_TV"][:] = np.nan
    found = _flash(canvas)
    assert found.value == 0.0
    assert found.parts["z"]["ssim"] is None
    none = {**_canvas(num_views=0)}
    none["change_T"][0] = 99.0
    assert _flash(none).parts["flagged_by"] == ["change"]


def test_32_frames_are_needed() -> None:
    assert _flash(_canvas(32)).value == 0.0
    for num_frames in (1, 31):
        with pytest.raises(NotApplicable, match=f"the video has {num_frames} frame"):
            _flash(_canvas(num_frames))


@given(scale=st.floats(0.1, 10), views=st.permutations([0, 1]))
def test_the_order_of_views_does_not_matter(scale: float, views: list[int]) -> None:
    canvas = _canvas()
    canvas["similarity_TV"][:3] += 0.01 * scale
    swapped = {**canvas, "similarity_TV": canvas["similarity_TV"][:, views]}
    assert _flash(canvas) == _flash(swapped)
