from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2vbench.errors import NotApplicable
from s2vbench.features.subjects.tracks import Subject, ViewRole
from s2vbench.metrics.binding import BINDING_MARGIN, BOUND_IDENTITY, COLLAPSE_RATE, margins_of
from tests.metrics.drawn_tracks import Box, Frame, Seen, measure, random_frames, view_cosines, views_of

A: Box = (0, 0, 50, 50)
B: Box = (60, 0, 110, 50)
TINY: Box = (180, 0, 195, 50)
LOST = Subject(id="lost", noun="dog", kind="animal", missing_reason="not found in its references")
TWINS = Subject(id="twins", noun="dog", kind="animal", expected_count=2)
VIEWS: list[tuple[int, ViewRole]] = [(0, "condition"), (0, "heldout"), (0, "distractor")]
CALIBRATED = view_cosines(views_of(VIEWS), positive=0.75, negative=0.25)
METRICS = (BOUND_IDENTITY, BINDING_MARGIN, COLLAPSE_RATE)


def _pair(of_dog: tuple[float, float], of_cat: tuple[float, float]) -> Frame:
    return [Seen(A, 0, cosines=of_dog), Seen(B, 1, cosines=of_cat)]


def test_identity_is_0_where_the_subject_is_missing() -> None:
    found = measure(BOUND_IDENTITY, [[Seen(A, cosines=[0.75])], [], [Seen(A, cosines=[0.5])], []])
    assert (found.value, found.total, found.n, found.n_absent, found.n_na) == (0.3125, 1.25, 4, 2, 0)
    assert found.parts["subjects"] == {"dog-0": 0.3125}
    assert found.parts["raw"] == {"dog-0": 0.625}
    assert found.parts["series"] == {"dog-0": [0.75, 0.0, 0.5, 0.0]}
    assert found.parts["calibrated"] == {"dog-0": False}


def test_calibration_sets_the_scale_of_identity() -> None:
    frames: list[Frame] = [[Seen(A, cosines=(raw, 0, 0))] for raw in (0.75, 0.5, 0.95, 0.4)]
    found = measure(BOUND_IDENTITY, frames, views=VIEWS, views_VV=CALIBRATED)
    # 1 at the mean of held-out views, 0.5 at the threshold, at most 1.2; below the threshold the subject is missing.
    assert found.parts["series"]["dog-0"] == [1.0, 0.5, 1.2, 0.0]
    assert found.value == pytest.approx(2.7 / 4)
    assert found.parts["raw"]["dog-0"] == pytest.approx((0.75 + 0.5 + 0.95) / 3)
    assert found.parts["calibrated"] == {"dog-0": True}


def test_two_subjects_that_swap_looks() -> None:
    right, swapped = _pair((0.75, 0.25), (0.25, 0.75)), _pair((0.25, 0.75), (0.5, 0.25))
    frames = [right, right, right, swapped]
    found = measure(BINDING_MARGIN, frames, ["dog", "cat"])
    # Phrases pin each instance to its noun: margins of +0.5 six times, then 0.25 - 0.75 and 0.25 - 0.5.
    assert found.value == (6 * 0.5 - 0.5 - 0.25) / 8
    assert (found.n, found.n_absent) == (8, 0)
    assert found.parts["negative_share"] == 0.25
    assert found.parts["scale"] == "cosine"
    assert found.parts["series"] == {"dog-0": [0.5, 0.5, 0.5, -0.5], "cat-1": [0.5, 0.5, 0.5, -0.25]}
    assert found.parts["subjects"] == {"dog-0": 0.25, "cat-1": 0.3125}
    found = measure(BOUND_IDENTITY, frames, ["dog", "cat"])
    assert found.value == (6 * 0.75 + 2 * 0.25) / 8


def test_a_full_swap_of_subjects_of_one_noun_is_not_seen() -> None:
    right, swapped = _pair((0.75, 0.25), (0.25, 0.75)), _pair((0.25, 0.75), (0.75, 0.25))
    for metric in METRICS:
        values = [measure(metric, [frame], ["dog", "dog"]).value for frame in (right, swapped)]
        assert values[0] == values[1]


def test_subjects_that_blend_have_no_margin() -> None:
    frames = [_pair((0.5, 0.5), (0.5, 0.5))]
    assert measure(BINDING_MARGIN, frames, ["dog", "cat"]).value == 0.0
    assert measure(BINDING_MARGIN, frames, ["dog", "cat"]).parts["negative_share"] == 0.0


def test_margins_of_calibrated_subjects_are_on_the_scale_of_identity() -> None:
    roles: list[tuple[int, ViewRole]] = [*VIEWS, (1, "condition"), (1, "heldout"), (1, "distractor")]
    views_VV = view_cosines(views_of(roles), pairs={(0, 1): 0.75, (0, 2): 0.25, (3, 4): 1.0, (3, 5): 0.0})
    frames: list[Frame] = [[Seen(A, 0, cosines=(0.5, 0, 0, 0.25, 0, 0))]]
    found = measure(BINDING_MARGIN, frames, ["dog", "cat"], views=roles, views_VV=views_VV)
    assert found.value == 0.5 - 0.25
    assert found.parts["scale"] == "identity"
    assert (found.n, found.n_absent) == (1, 1)


def test_margins_by_hand() -> None:
    assert margins_of(np.array([[1.0, 0.25], [0.0, 0.5]])).tolist() == [[0.75, -0.75], [-0.5, 0.5]]
    assert margins_of(np.zeros((0, 2))).shape == (0, 2)


def test_collapse_counts_missing_subjects_and_identity_below_a_quarter() -> None:
    frames: list[Frame] = [[Seen(A, cosines=[raw])] for raw in (0.9, 0.25, 0.24, -0.5)]
    found = measure(COLLAPSE_RATE, [*frames, []])
    assert (found.value, found.total, found.n, found.n_absent) == (0.6, 3.0, 5, 1)
    assert found.parts["series"] == {"dog-0": [0.0, 0.0, 1.0, 1.0, 1.0]}


def test_what_is_too_small_counts_nowhere() -> None:
    frames: list[Frame] = [
        [Seen(TINY, 0, cosines=(0.1, 0.0)), Seen(B, 1, cosines=(0.25, 0.75))],
        [Seen(A, 0, cosines=(0.5, 0.0)), None],
    ]
    found = {metric.name: measure(metric, frames, ["dog", "cat"]) for metric in METRICS}
    assert {name: measurement.value for name, measurement in found.items()} == {
        "bound_identity": pytest.approx((0.75 + 0.5 + 0) / 3),
        "binding_margin": 0.5,
        "collapse_rate": pytest.approx(1 / 3),
    }
    assert {(measurement.n_absent, measurement.n_na) for measurement in found.values()} == {(1, 1)}
    for metric in (BOUND_IDENTITY, COLLAPSE_RATE):
        with pytest.raises(NotApplicable, match="narrower than 16 pixels"):
            measure(metric, [[TINY]])


def test_where_binding_has_no_meaning() -> None:
    with pytest.raises(NotApplicable, match="needs 2 subjects that can be judged; the case has 1"):
        measure(BINDING_MARGIN, [[A]])
    with pytest.raises(NotApplicable, match="needs 2 subjects"):
        measure(BINDING_MARGIN, [[A]], ["dog", LOST])
    nothing: list[list[Frame]] = [[[], []], [[TINY]]]
    for frames in nothing:
        with pytest.raises(NotApplicable, match="no subject is found in any frame"):
            measure(BINDING_MARGIN, frames, ["dog", "cat"])
    for metric in METRICS:
        with pytest.raises(NotApplicable, match="the case has no subjects"):
            measure(metric, [[]], [])
        with pytest.raises(NotApplicable, match="lost: not found"):
            measure(metric, [[]], [LOST])


def test_a_video_without_instances_has_no_identity_and_is_collapsed() -> None:
    assert measure(BOUND_IDENTITY, [[], []]).value == 0.0
    assert measure(COLLAPSE_RATE, [[], []]).value == 1.0
    assert measure(COLLAPSE_RATE, [[A]]).value == 0.0


def test_a_subject_that_is_asked_for_twice_is_the_mean_of_both() -> None:
    frames: list[Frame] = [[Seen(A, cosines=[0.75]), Seen(B, cosines=[0.125])], [Seen(A, cosines=[0.5])]]
    assert measure(BOUND_IDENTITY, frames, [TWINS]).parts["series"] == {"twins": [0.4375, 0.25]}
    assert measure(COLLAPSE_RATE, frames, [TWINS]).parts["series"] == {"twins": [0.5, 0.5]}


def test_an_instance_that_is_left_over_counts_nowhere() -> None:
    frames: list[Frame] = [[Seen(A, cosines=[0.75]), Seen(B, cosines=[0.5])]]
    assert measure(BOUND_IDENTITY, frames).value == 0.75


@given(seed=st.integers(0, 10_000), num_subjects=st.integers(2, 3), calibrated=st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_order_of_subjects_references_and_frames_does_not_matter(
    seed: int,
    num_subjects: int,
    calibrated: bool,  # noqa: FBT001
) -> None:
    frames = random_frames(seed, num_subjects, views_per_subject=4)
    nouns = ["dog", "cat", "bird"][:num_subjects]
    kinds: list[ViewRole] = ["condition", "condition", "heldout", "distractor" if calibrated else "heldout"]
    roles = [(k, kind) for k in range(num_subjects) for kind in kinds]
    rng = np.random.default_rng(seed)
    subjects, views, order = (rng.permutation(n) for n in (num_subjects, len(roles), len(frames)))
    place = np.argsort(subjects)
    turned = [
        [
            dataclasses.replace(
                seen,
                phrases=[(seen.phrases or [])[k] for k in subjects],
                cosines=[(seen.cosines or [])[v] for v in views],
            )
            for seen in frames[index]
        ]
        for index in order
    ]
    turned_roles: list[tuple[int, ViewRole]] = [(int(place[roles[v][0]]), roles[v][1]) for v in views]
    for metric in METRICS:
        try:
            expected = measure(metric, frames, nouns, views=roles).value
        except NotApplicable:
            continue
        assert metric.bounds[0] <= expected <= metric.bounds[1]
        found = measure(metric, turned, [nouns[k] for k in subjects], views=turned_roles).value
        assert found == pytest.approx(expected, abs=1e-9)


@given(seed=st.integers(0, 10_000), num_subjects=st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_a_perfect_instance_never_lowers_identity(seed: int, num_subjects: int) -> None:
    frames, nouns = random_frames(seed, num_subjects), ["dog", "cat", "bird"][:num_subjects]
    perfect = Seen((120, 0, 190, 90), 0, score=1.0, cosines=[float(k == 0) for k in range(num_subjects)])
    more = [[*frames[0], perfect], *frames[1:]]
    assert measure(BOUND_IDENTITY, more, nouns).value >= measure(BOUND_IDENTITY, frames, nouns).value - 1e-5
