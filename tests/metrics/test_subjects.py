from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.features.subjects.tracks import Doubles, Subject, Tracks, ViewRole
from s2vbench.metrics.calibration import Calibration, calibrate, calibration_of
from s2vbench.metrics.subjects import (
    Binding,
    best_assignment,
    bind,
    distinct_objects,
    judged_subjects,
    mean_of_known,
    not_judged,
)
from tests.metrics.drawn_tracks import Box, Frame, Seen, crop_similarity, masks_of, tracks, view_cosines

A: Box = (0, 0, 50, 50)
B: Box = (60, 0, 110, 50)
TINY: Box = (120, 0, 135, 50)
LOST = Subject(id="lost", noun="cat", kind="animal", missing_reason="not found in its references")
VIEWS: list[tuple[int, ViewRole]] = [(0, "condition"), (0, "heldout"), (0, "distractor")]


def _bind(frames: list[Frame], drawn: Tracks, views_VV: Doubles | None = None) -> Binding:
    crops = crop_similarity(frames, drawn, views_VV)
    values: dict[str, Any] = {"tracks": drawn, "identity_crops": crops}
    return bind(Features(values))


def test_drawn_tracks_are_sorted_and_their_masks_share_what_their_boxes_share() -> None:
    frames: list[Frame] = [[(0, 0, 10, 10), Seen((5, 0, 15, 10), 1, score=0.95)], [], [None, (0, 0, 20, 10)]]
    drawn = tracks(frames, ["dog", "cat"])
    assert drawn.frame_M.tolist() == [0, 0, 2]
    assert drawn.scores_M.tolist() == [0.95, 0.9, 0.9]
    assert drawn.phrase_scores_MK.tolist() == [[0.0, 0.9], [0.9, 0.0], [0.0, 0.9]]
    assert drawn.area_M.tolist() == [0.005, 0.005, 0.01]
    assert [shared.tolist() for shared in drawn.shared_area] == [[[0.005, 0.0025], [0.0025, 0.005]], [], [[0.01]]]
    assert [int(mask.sum()) for mask in masks_of(drawn)] == [100, 100, 200]
    assert crop_similarity(frames, drawn).instances_MV.tolist() == [[0.1, 0.9], [0.9, 0.1], [0.1, 0.9]]


def test_calibration_by_hand() -> None:
    few = calibration_of([0.5, 1.0], [0.0, 0.25, 0.5])
    assert few == Calibration(0.75, 0.25, 0.5)
    assert few.identity(np.array([0.0, 0.375, 0.85, 0.9])).tolist() == pytest.approx([0, 0.25, 1.2, 1.2])
    # Of 20 negatives the 95th percentile lies between the last two; the higher one is taken.
    many = calibration_of([0.9], [index / 40 for index in range(20)])
    assert many.threshold == 19 / 40
    assert many.mean_negative == pytest.approx(9.5 / 40)
    assert calibration_of([0.9], [index / 40 for index in range(19)]).threshold == pytest.approx((0.9 + 0.225) / 2)


@pytest.mark.parametrize(
    ("positives", "negatives"), [([], []), ([0.9], []), ([], [0.1]), ([0.54], [0.5]), ([0.1], [0.9])]
)
def test_without_two_separate_kinds_of_views_nothing_is_calibrated(
    positives: list[float], negatives: list[float]
) -> None:
    found = calibration_of(positives, negatives)
    assert not found.calibrated
    assert found.identity(np.array([-0.5, 0.0, 0.5, 1.0])).tolist() == [0.0, 0.0, 0.5, 1.0]
    assert found.accepts(np.array([-1.0, 0.5])).tolist() == [True, True]


def test_views_calibrate_their_own_subject() -> None:
    roles: list[tuple[int, ViewRole]] = [*VIEWS, (0, "condition"), (1, "condition"), (1, "distractor")]
    drawn = tracks([[]], ["dog", "cat"], views=roles)
    pairs = {(0, 1): 0.75, (3, 1): 1.0, (0, 2): 0.25, (3, 2): 0.5}
    dog, cat = calibrate(drawn, view_cosines(drawn.views, pairs=pairs))
    assert dog == Calibration(0.875, 0.375, 0.625)
    assert cat == Calibration()


def test_who_is_judged() -> None:
    drawn = tracks([[]], ["dog", LOST, "bird"], views=[(0, "condition"), (1, "condition"), (2, "heldout")])
    assert judged_subjects(drawn) == [0]
    assert not_judged(drawn) == {"lost": "not found in its references", "bird-2": "it has no condition view"}
    with pytest.raises(NotApplicable, match="no subject can be judged: lost: not found in its references"):
        judged_subjects(tracks([[]], [LOST]))
    with pytest.raises(NotApplicable, match="the case has no subjects"):
        judged_subjects(tracks([[]], []))


def test_one_object_seen_twice_is_one_instance() -> None:
    def kept(one: float, other: float, shared: float, *, rivals: bool) -> bool:
        eligible = np.array([[True, False], [rivals, True]])
        return bool(distinct_objects(np.array([[one, shared], [shared, other]]), eligible)[1])

    # IoU 0.5 and 0.6; below and above 0.9; inside by 0.8 and 0.9.
    assert [kept(0.375, 0.375, shared, rivals=True) for shared in (0.25, 0.28125)] == [True, False]
    assert [kept(0.3, 0.3, shared, rivals=False) for shared in (0.225, 0.28, 0.29)] == [True, True, False]
    assert [kept(0.5, 0.125, shared, rivals=True) for shared in (0.1, 0.1125)] == [True, False]
    assert kept(0.5, 0.125, 0.125, rivals=False)
    assert kept(0.0, 0.3, 0.0, rivals=True)
    assert kept(0.0, 0.0, 0.0, rivals=True)
    assert distinct_objects(np.zeros((0, 0)), np.zeros((0, 2), bool)).tolist() == []


def test_what_is_suppressed_suppresses_nothing() -> None:
    # Each is the same as its neighbour; the third is not the same as the first, which alone may speak.
    shared = np.array([[0.3, 0.21, 0.1], [0.21, 0.3, 0.21], [0.1, 0.21, 0.3]])
    assert distinct_objects(shared, np.ones((3, 1), bool)).tolist() == [True, False, True]


def test_assignment_maximises_the_sum_not_the_first_choice() -> None:
    identity = np.array([[0.9, 0.8], [0.7, 0.1]])
    everything = np.ones((2, 2), bool)
    assert best_assignment(identity, everything, everything.astype(float)).tolist() == [1, 0]
    assert best_assignment(identity[:1], everything[:1], np.ones((1, 2))).tolist() == [0, -1]
    assert best_assignment(np.zeros((0, 2)), np.zeros((0, 2), bool), np.zeros((0, 2))).tolist() == [-1, -1]


def test_identity_0_beats_none_and_phrases_break_ties() -> None:
    assert best_assignment(np.zeros((1, 1)), np.ones((1, 1), bool), np.zeros((1, 1))).tolist() == [0]
    tied = np.full((3, 1), 0.5)
    assert best_assignment(tied, np.ones((3, 1), bool), np.array([[0.3], [0.5], [0.4]])).tolist() == [1]
    assert best_assignment(tied + [[1e-6], [0], [0]], np.ones((3, 1), bool), np.array([[0.3], [1.0], [0.4]]))[0] == 0


@given(seed=st.integers(0, 10_000), num_instances=st.integers(0, 4), num_slots=st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_no_assignment_is_worth_more(seed: int, num_instances: int, num_slots: int) -> None:
    rng = np.random.default_rng(seed)
    identity = rng.uniform(0, 1.2, (num_instances, num_slots))
    allowed = rng.uniform(size=identity.shape) < 0.6
    found = best_assignment(identity, allowed, np.zeros_like(identity))
    used = found[found >= 0].tolist()
    assert len(set(used)) == len(used)
    sums = [
        sum(identity[instance, slot] for slot, instance in enumerate(choice) if instance >= 0)
        for choice in itertools.product(range(-1, num_instances), repeat=num_slots)
        if len({i for i in choice if i >= 0}) == sum(i >= 0 for i in choice)
        and all(i < 0 or allowed[i, slot] for slot, i in enumerate(choice))
    ]
    assert sum(identity[i, slot] for slot, i in enumerate(found) if i >= 0) == pytest.approx(max(sums), abs=1e-5)


def test_the_thresholds_of_policy_and_calibration_are_least_values() -> None:
    frames: list[Frame] = [
        [Seen(A, score=0.35, phrases=[0.25], cosines=[0.5, 0, 0])],
        [Seen(A, score=0.34, phrases=[0.9], cosines=[0.9, 0, 0])],
        [Seen(A, score=0.9, phrases=[0.24], cosines=[0.9, 0, 0])],
        [Seen(A, score=0.9, phrases=[0.9], cosines=[0.49, 0, 0])],
    ]
    drawn = tracks(frames, views=VIEWS)
    bound = _bind(frames, drawn, view_cosines(drawn.views, positive=0.75, negative=0.25))
    assert bound.assigned_FS.tolist() == [[0], [-1], [-1], [-1]]
    assert bound.identity_MJ[0, 0] == 0.5


def test_raw_is_the_best_condition_view_and_a_negative_cosine_is_still_an_instance() -> None:
    roles: list[tuple[int, ViewRole]] = [(0, "condition"), (0, "condition"), (0, "heldout")]
    frames: list[Frame] = [[Seen(A, cosines=(0.2, 0.6, 0.9))], [Seen(A, cosines=(-0.2, -0.1, 0.9))]]
    bound = _bind(frames, tracks(frames, views=roles))
    assert bound.raw_MJ.tolist() == [[0.6], [-0.1]]
    assert bound.identity_MJ.tolist() == [[0.6], [0.0]]
    assert bound.assigned_FS.tolist() == [[0], [1]]


def test_subjects_are_compared_on_one_scale() -> None:
    roles: list[tuple[int, ViewRole]] = [*VIEWS, (1, "condition")]
    frames: list[Frame] = [[Seen(A, cosines=(0.5, 0, 0, 0.375))]]
    drawn = tracks(frames, ["dog", "cat"], views=roles)
    bound = _bind(frames, drawn, view_cosines(drawn.views, positive=0.9, negative=0.3))
    assert bound.identity_MJ[0].tolist() == pytest.approx([1 / 3, 0.375])
    assert bound.compared_MJ.tolist() == [[0.5, 0.375]]


def test_slots_of_a_subject_that_is_asked_for_twice() -> None:
    twins = Subject(id="twins", noun="dog", kind="animal", expected_count=2)
    frames: list[Frame] = [
        [Seen(A, cosines=[0.5]), Seen(B, cosines=[0.75], score=0.8)],
        [Seen(A, cosines=[0.5])],
        [Seen(A, cosines=[0.5]), Seen(TINY, cosines=[0.75], score=0.8)],
        [Seen(TINY, cosines=[0.75])],
        [],
    ]
    bound = _bind(frames, tracks(frames, [twins]))
    # A small one is left out of the mean; one that is missing is not.
    assert bound.pairs_FJ(bound.raw_MJ, 0.0).ravel().tolist() == [0.625, 0.25, 0.5, 0.0, 0.0]
    assert bound.presence_FJ().ravel().tolist() == [1.0, 0.5, 1.0, 0.0, 0.0]
    assert bound.assigned_FJ().ravel().tolist() == [1, 2, 3, 5, -1]
    assert mean_of_known(bound.raw_MJ[:0, 0]) is None


def test_no_frame_and_a_cosine_that_is_no_number() -> None:
    with pytest.raises(NotApplicable, match="no frame was looked at"):
        _bind([], tracks([]))
    with pytest.raises(AssertionError):
        _bind([[Seen(A, cosines=[np.nan])]], tracks([[Seen(A)]]))
