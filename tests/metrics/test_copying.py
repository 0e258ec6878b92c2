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
from s2vbench.features.subjects.tracks import Doubles, KeypointMatches, Subject
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.metrics.copying import (
    COPY_PASTE_ANGULAR,
    COPY_PASTE_GEOMETRIC,
    COPY_PASTE_TEMPORAL,
    angular_index,
    outline_change,
    outline_of,
)
from s2vbench.types import Case
from s2vbench.video.keypoints import keypoints_of, match_keypoints
from s2vbench.video.rle import encode
from tests.metrics.drawn_tracks import Frame, Seen, crop_similarity, tracks
from tests.video.drawn import outline, placed, texture

CASE = Case(id="a", prompt="a dog")
BOX = (20.0, 20.0, 60.0, 60.0)
SMALL = (20.0, 20.0, 30.0, 60.0)
ALL = (COPY_PASTE_ANGULAR, COPY_PASTE_GEOMETRIC, COPY_PASTE_TEMPORAL)
SHOWN_AND_HELD_OUT: Any = [(0, "condition"), (0, "heldout")]


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))


def _measure(
    metric: Metric, frames: list[Any], *args: Any, angles_VV: Any = None, copied_MV: Any = None, **how: Any
) -> Measurement:
    drawn = tracks(frames, *args, **how)
    views_VV = None if angles_VV is None else np.cos(np.radians(angles_VV))
    copied = np.full((len(drawn.masks), len(drawn.views)), np.nan) if copied_MV is None else np.array(copied_MV, float)
    values: dict[str, Any] = {
        "tracks": drawn,
        "identity_crops": crop_similarity(frames, drawn, views_VV),
        "keypoint_matches": KeypointMatches(copied, np.where(np.isnan(copied), np.nan, 1.0)),
    }
    found = metric.compute(CASE, Features({name: values[name] for name in metric.needs}))
    json.dumps(found.parts, allow_nan=False)
    low, high = metric.bounds
    assert low <= found.value <= high
    return found


@pytest.mark.parametrize(
    ("to_shown", "to_held_out", "expected"),
    [(0, 40, 1.0), (20, 20, 0.0), (40, 0, -1.0), (10, 30, 0.5), (90, 90, 0.0)],
)
def test_angular_by_hand(to_shown: float, to_held_out: float, expected: float) -> None:
    seen = Seen(BOX, cosines=(_cos(to_shown), _cos(to_held_out)))
    found = _measure(COPY_PASTE_ANGULAR, [[seen]] * 3, views=SHOWN_AND_HELD_OUT, angles_VV=[[0, 40], [40, 0]])
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.n == 1
    assert found.parts["series"] == {"dog-0": pytest.approx([expected] * 3, abs=1e-6)}


def test_angular_takes_the_nearest_shown_view_and_the_mean_over_unseen_ones() -> None:
    views: Any = [(0, "condition"), (0, "condition"), (0, "heldout"), (0, "heldout"), (0, "heldout")]
    angles = np.full((5, 5), 60.0)
    np.fill_diagonal(angles, 0)
    for held_out, apart in ((2, 40.0), (3, 50.0), (4, 9.0)):
        angles[1, held_out] = angles[held_out, 1] = apart
    seen = Seen(BOX, cosines=[_cos(angle) for angle in (55, 20, 40, 40, 29)])
    # From view 1: (40 - 20) / 40 and (40 - 20) / 50; the last view is only 9 degrees from it.
    assert _measure(COPY_PASTE_ANGULAR, [[seen]], views=views, angles_VV=angles).value == pytest.approx(0.45)


def test_angular_is_the_mean_over_frames_and_then_over_subjects() -> None:
    views: Any = [(0, "condition"), (0, "heldout"), (1, "condition"), (1, "heldout")]
    angles = np.array([[0, 40, 90, 90], [40, 0, 90, 90], [90, 90, 0, 40], [90, 90, 40, 0]])
    copy, fresh = (_cos(0), _cos(40), 0.0, 0.0), (_cos(40), _cos(0), 0.0, 0.0)
    cat = Seen((100, 20, 140, 60), 1, cosines=(0.0, 0.0, _cos(20), _cos(20)))
    frames: list[Frame] = [[Seen(BOX, cosines=copy), cat], [Seen(BOX, cosines=copy)], [Seen(BOX, cosines=fresh)], []]
    found = _measure(COPY_PASTE_ANGULAR, frames, ["dog", "cat"], views=views, angles_VV=angles)
    assert found.parts["subjects"] == {"dog-0": pytest.approx(1 / 3), "cat-1": pytest.approx(0, abs=1e-6)}
    assert found.value == pytest.approx(1 / 6)
    assert (found.n, found.n_absent, found.n_na) == (2, 4, 0)


@pytest.mark.parametrize(
    ("views", "apart", "reason"),
    [([(0, "condition")], 0, "no subject has a held-out view"), (SHOWN_AND_HELD_OUT, 9, "held-out views are 10 deg")],
)
def test_angular_needs_another_view(views: Any, apart: float, reason: str) -> None:
    angles = np.array([[0, apart], [apart, 0]])[: len(views), : len(views)]
    with pytest.raises(NotApplicable, match=reason):
        _measure(COPY_PASTE_ANGULAR, [[BOX]], views=views, angles_VV=angles)


@given(vectors=hnp.arrays(np.float64, (4, 3), elements=st.integers(-9, 9)))
def test_angular_is_within_its_bounds_for_any_vectors(vectors: Doubles) -> None:
    vectors = vectors + np.array([20.0, 0, 0])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    angles = np.degrees(np.arccos(np.clip(unit @ unit.T, -1, 1)))
    value = angular_index(angles[0, 2:], angles[0, 1], angles[1, 2:])
    assert math.isnan(value) or -1 <= value <= 1


def test_geometric_is_the_best_view_of_the_frames_that_were_compared() -> None:
    nan = math.nan
    views: Any = [(0, "condition"), (0, "condition"), (0, "heldout")]
    found = _measure(
        COPY_PASTE_GEOMETRIC,
        [[BOX]] * 3,
        views=views,
        copied_MV=[[0.25, 0.5, 0.9], [nan, nan, 0.9], [nan, 0.25, nan]],
    )
    assert found.value == pytest.approx(0.375)
    assert found.parts["series"] == {"dog-0": [0.5, None, 0.25]}


def test_geometric_multiplies_inliers_with_masks() -> None:
    drawn = tracks([[BOX]])
    features = {
        "tracks": drawn,
        "identity_crops": crop_similarity([[BOX]], drawn),
        "keypoint_matches": KeypointMatches(np.array([[0.5]]), np.array([[0.5]])),
    }
    assert COPY_PASTE_GEOMETRIC.compute(CASE, Features(features)).value == 0.25


def test_geometric_of_a_drawn_paste_and_of_another_subject() -> None:
    mask = outline(300)
    view = keypoints_of(texture(300, 300, 1), mask)
    values = {}
    for name, seed in (("paste", 1), ("other", 5)):
        frame = placed(texture(300, 300, seed), mask, texture(400, 640, 2), x=90.5, y=40, zoom=0.8, turn=10)
        ratio, iou = match_keypoints(keypoints_of(*frame), view)
        values[name] = _measure(COPY_PASTE_GEOMETRIC, [[BOX]], copied_MV=[[ratio * iou]]).value
    assert values["paste"] == pytest.approx(1.0, abs=0.05)
    assert values["other"] == pytest.approx(0.0, abs=0.05)


def test_geometric_needs_a_compared_frame() -> None:
    for frames in ([[BOX]], [[None]], [[SMALL]]):
        with pytest.raises(NotApplicable, match="enough keypoints"):
            _measure(COPY_PASTE_GEOMETRIC, frames)
    with pytest.raises(NotApplicable, match="enough keypoints"):
        _measure(COPY_PASTE_GEOMETRIC, [[SMALL]], copied_MV=[[0.5]])


def _disc(x: float, y: float, side: float) -> Any:
    rows, columns = np.mgrid[0:100, 0:200] + 0.5
    return np.hypot(columns - x - side / 2, rows - y - side / 2) < side / 2


def test_a_sticker_that_slides_is_exactly_one() -> None:
    frames: list[Frame] = [
        [Seen((3 * f, f, 3 * f + 40, f + 40), cosines=[0.7], mask_HW=_disc(3 * f, f, 40))] for f in range(12)
    ]
    found = _measure(COPY_PASTE_TEMPORAL, frames)
    assert found.value == 1.0
    assert found.parts["spreads"] == {"dog-0": {"cosine": 0.0, "aspect": 0.0, "outline": 0.0}}


def test_temporal_by_hand() -> None:
    boxes = [(20, 20, 60, 60), (20, 20, 60, 60), (20, 20, 60, 60), (20, 20, 60, 60), (20, 20, 61, 60)]
    halves = np.zeros((100, 200), bool)
    halves[20:60, 20:40] = True
    # Cosines: sd of (0.5, 0.5, 0.5, 0.5, 0.55) is 0.02. Aspect: sd of log(41 / 40) in one of five is 0.4 of it.
    cosines = (0.5, 0.5, 0.5, 0.5, 0.55)
    frames: list[Frame] = [
        [Seen(box, cosines=[cosine], mask_HW=halves if f == 0 else None)]
        for f, (box, cosine) in enumerate(zip(boxes, cosines, strict=True))
    ]
    found = _measure(COPY_PASTE_TEMPORAL, frames)
    expected = {"cosine": 0.4, "aspect": 0.4 * math.log(41 / 40) / 0.1, "outline": 0.5 / 4 / 0.2}
    assert found.parts["spreads"]["dog-0"] == pytest.approx(expected)
    assert found.value == pytest.approx(1 - sum(expected.values()) / 3)


def test_a_lively_subject_is_no_sticker() -> None:
    frames: list[Frame] = [
        [Seen((20, 20, 60 + 8 * (f % 4), 60), cosines=[0.5 + 0.1 * (f % 3)], mask_HW=_disc(20, 20, 40 + 3 * f))]
        for f in range(12)
    ]
    assert _measure(COPY_PASTE_TEMPORAL, frames).value < 0.2


def test_temporal_needs_five_frames_of_a_subject_asked_for_once() -> None:
    assert _measure(COPY_PASTE_TEMPORAL, [[BOX]] * 5).value == 1.0
    twice = Subject(id="dogs", noun="dog", kind="animal", expected_count=2)
    for frames, nouns in (([[BOX]] * 4, ["dog"]), ([[BOX]] * 4 + [[SMALL]], ["dog"]), ([[BOX]] * 9, [twice])):
        with pytest.raises(NotApplicable, match="shown in 5 frames"):
            _measure(COPY_PASTE_TEMPORAL, frames, nouns)


def test_outlines_are_those_of_the_box() -> None:
    full = np.ones((100, 200), bool)
    assert outline_of(encode(full), np.array([0.0, 0, 200, 100])).all()
    assert outline_of(encode(full), np.array([3.5, 3.5, 3.6, 3.6])).all()
    assert not outline_of(encode(full), np.array([200.0, 100, 200, 100])).any()
    nothing = np.zeros((4, 4), bool)
    assert outline_change([nothing] * 3) == 0.0
    assert outline_change([nothing, ~nothing, nothing]) == 1.0


@pytest.mark.parametrize("metric", ALL)
def test_only_subjects_that_can_be_judged(metric: Metric) -> None:
    lost = Subject(id="lost", noun="dog", kind="animal", missing_reason="not found")
    with pytest.raises(NotApplicable, match="lost: not found"):
        _measure(metric, [[BOX]] * 6, [lost], views=SHOWN_AND_HELD_OUT)
    with pytest.raises(NotApplicable, match="no subjects"):
        _measure(metric, [[], []], [])
    with pytest.raises(NotApplicable):
        _measure(metric, [[None]] * 6, views=SHOWN_AND_HELD_OUT, angles_VV=[[0, 40], [40, 0]])


@settings(deadline=None)  # the first example imports scipy
@given(jitter=hnp.arrays(np.float64, (6, 2), elements=st.floats(0, 1)))
def test_the_order_of_subjects_does_not_matter(jitter: Doubles) -> None:
    views: Any = [(0, "condition"), (0, "heldout"), (1, "condition"), (1, "heldout")]
    angles = np.array([[0, 40, 90, 90], [40, 0, 90, 90], [90, 90, 0, 40], [90, 90, 40, 0]])
    copied = np.repeat(jitter[:, :, None], 4, axis=2).reshape(12, 4)

    def frames(order: tuple[int, int]) -> list[Any]:
        found = []
        for row in jitter:
            boxes = [(20, 20, 60 + 10 * row[0], 60), (100, 20, 140, 60 + 10 * row[1])]
            own = [(0.5 + 0.3 * row[0], 0.5), (0.5, 0.5 + 0.3 * row[1])]
            found.append(
                [
                    Seen(boxes[k], place, 0.9 - 0.1 * k, cosines=(0.1, 0.1) * place + own[k] + (0.1, 0.1) * (1 - place))
                    for place, k in enumerate(order)
                ]
            )
        return found

    for metric in ALL:
        values = [
            _measure(metric, frames(order), names, views=views, angles_VV=angles, copied_MV=copied).value
            for order, names in (((0, 1), ["dog", "cat"]), ((1, 0), ["cat", "dog"]))
        ]
        assert values[0] == values[1]
