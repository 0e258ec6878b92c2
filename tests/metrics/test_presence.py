from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2vbench.errors import NotApplicable
from s2vbench.features.subjects.tracks import Subject, ViewRole
from s2vbench.metrics.presence import ALL_PRESENT_RATE, DUPLICATION_RATE, EXTRA_SUBJECT_RATE, PRESENCE_RECALL
from tests.metrics.drawn_tracks import Box, Frame, Seen, measure, random_frames, view_cosines, views_of

A: Box = (0, 0, 50, 50)
B: Box = (60, 0, 110, 50)
C: Box = (120, 0, 170, 50)
TINY: Box = (180, 0, 195, 50)
LOST = Subject(id="lost", noun="dog", kind="animal", missing_reason="not found in its references")
TWINS = Subject(id="twins", noun="dog", kind="animal", expected_count=2)
VIEWS: list[tuple[int, ViewRole]] = [(0, "condition"), (0, "heldout"), (0, "distractor")]
CALIBRATED = view_cosines(views_of(VIEWS), positive=0.75, negative=0.25)
METRICS = (PRESENCE_RECALL, ALL_PRESENT_RATE, DUPLICATION_RATE, EXTRA_SUBJECT_RATE)


def test_a_subject_in_every_frame() -> None:
    found = measure(PRESENCE_RECALL, [[A]] * 4, frames_F=[0, 2, 4, 6])
    assert (found.value, found.total, found.n, found.n_absent, found.n_na) == (1.0, 1.0, 1, 0, 0)
    assert found.parts == {
        "frames": [0, 2, 4, 6],
        "not_judged": {},
        "calibrated": {"dog-0": False},
        "threshold": {"dog-0": None},
        "raw": {"dog-0": 0.9},
        "subjects": {"dog-0": 1.0},
        "series": {"dog-0": [1.0, 1.0, 1.0, 1.0]},
    }
    assert measure(ALL_PRESENT_RATE, [[A]] * 4).value == 1.0


def test_a_subject_in_half_of_the_frames() -> None:
    frames: list[Frame] = [[A], [], [A], [None]]
    found = measure(PRESENCE_RECALL, frames)
    assert (found.value, found.n_absent) == (0.5, 2)
    assert found.parts["series"] == {"dog-0": [1.0, 0.0, 1.0, 0.0]}
    found = measure(ALL_PRESENT_RATE, frames)
    assert (found.value, found.total, found.n, found.n_absent) == (0.5, 2.0, 4, 2)
    assert found.parts["case_success"] is True
    assert measure(ALL_PRESENT_RATE, [*frames, []]).parts["case_success"] is False


def test_two_subjects_that_take_turns_are_never_both_present() -> None:
    frames: list[Frame] = [[A, None], [None, B], [A, None], [A, None]]
    found = measure(PRESENCE_RECALL, frames, ["dog", "cat"])
    assert (found.value, found.total, found.n) == (0.5, 1.0, 2)
    assert found.parts["subjects"] == {"dog-0": 0.75, "cat-1": 0.25}
    assert measure(ALL_PRESENT_RATE, frames, ["dog", "cat"]).value == 0.0


def test_one_instance_cannot_be_two_subjects() -> None:
    frames: list[Frame] = [[Seen(A, cosines=(0.9, 0.8))]] * 3
    found = measure(PRESENCE_RECALL, frames, ["dog", "dog"])
    assert found.parts["subjects"] == {"dog-0": 1.0, "dog-1": 0.0}


def test_an_individual_that_calibration_refuses_is_not_the_subject() -> None:
    frames: list[Frame] = [[Seen(A, cosines=(raw, 0, 0))] for raw in (0.75, 0.5, 0.49, 0.25)]
    found = measure(PRESENCE_RECALL, frames, views=VIEWS, views_VV=CALIBRATED)
    assert found.value == 0.5
    assert found.parts["calibrated"] == {"dog-0": True}
    assert found.parts["threshold"] == {"dog-0": 0.5}
    assert found.parts["raw"] == {"dog-0": 0.625}
    uncalibrated = measure(PRESENCE_RECALL, frames, views=[VIEWS[0], VIEWS[1], VIEWS[1]])
    assert uncalibrated.value == 1.0


def test_a_box_that_is_too_small_is_neither_present_nor_absent() -> None:
    frames: list[Frame] = [[A, B], [TINY, B], [None, B]]
    found = measure(PRESENCE_RECALL, frames, ["dog", "cat"])
    assert (found.value, found.n, found.n_absent, found.n_na) == (0.75, 2, 1, 1)
    assert found.parts["series"]["dog-0"] == [1.0, None, 0.0]
    found = measure(ALL_PRESENT_RATE, frames, ["dog", "cat"])
    assert (found.value, found.n, found.n_absent, found.n_na) == (0.5, 2, 1, 1)
    assert measure(PRESENCE_RECALL, [[(0, 0, 16, 50)]]).value == 1.0
    for metric in (PRESENCE_RECALL, ALL_PRESENT_RATE):
        with pytest.raises(NotApplicable, match="narrower than 16 pixels"):
            measure(metric, [[TINY]])
    # A subject that is too small in every frame leaves the mean to the other one.
    found = measure(PRESENCE_RECALL, [[TINY, B], [TINY, None]], ["dog", "cat"])
    assert (found.value, found.n, found.n_na) == (0.5, 1, 2)
    assert found.parts["subjects"] == {"dog-0": None, "cat-1": 0.5}


def test_a_subject_that_cannot_be_judged_is_left_out() -> None:
    found = measure(PRESENCE_RECALL, [[A], []], ["cat", LOST])
    assert (found.value, found.n) == (0.5, 1)
    assert found.parts["not_judged"] == {"lost": "not found in its references"}
    assert list(found.parts["series"]) == ["cat-0"]
    for metric in METRICS:
        with pytest.raises(NotApplicable, match="lost: not found in its references"):
            measure(metric, [[A]], [LOST])
        with pytest.raises(NotApplicable, match="the case has no subjects"):
            measure(metric, [[]], [])


def test_a_video_without_instances() -> None:
    values = [measure(metric, [[], []], ["dog", "cat"]).value for metric in METRICS]
    assert values == [0.0, 0.0, 0.0, 0.0]
    assert measure(PRESENCE_RECALL, [[]]).n_absent == 1


def test_a_subject_that_is_asked_for_twice() -> None:
    frames: list[Frame] = [[A, Seen(B)], [A], [A, Seen(B), Seen(C)], []]
    found = measure(PRESENCE_RECALL, frames, [TWINS])
    assert found.value == (1 + 0.5 + 1 + 0) / 4
    assert found.parts["series"] == {"twins": [1.0, 0.5, 1.0, 0.0]}
    assert found.n_absent == 1
    assert measure(ALL_PRESENT_RATE, frames, [TWINS]).value == 0.5
    assert measure(DUPLICATION_RATE, frames, [TWINS]).value == 0.25
    found = measure(EXTRA_SUBJECT_RATE, frames, [TWINS])
    assert found.parts["series"] == [0, 0, 1, 0]
    # One of two that is too small: the frame cannot be told complete.
    found = measure(ALL_PRESENT_RATE, [[A, Seen(TINY)], [A, Seen(B)]], [TWINS])
    assert (found.value, found.n, found.n_na) == (1.0, 1, 1)


def test_a_subject_that_is_drawn_twice() -> None:
    frames: list[Frame] = [[A, Seen(B)], [A], [A, Seen(B), Seen(C)], [A]]
    found = measure(DUPLICATION_RATE, frames)
    assert (found.value, found.total, found.n) == (0.5, 2.0, 4)
    assert found.parts["excess"] == 0.75
    assert found.parts["subjects"] == {"dog-0": 0.5}
    assert found.parts["series"] == {"dog-0": [1, 0, 2, 0]}
    assert measure(DUPLICATION_RATE, [[A, Seen(B)]] * 3).value == 1.0


def test_two_boxes_on_one_object_are_no_copy() -> None:
    frames: list[Frame] = [[A, Seen((2, 0, 52, 50), score=0.8)], [A, Seen((10, 10, 30, 30), score=0.8)]]
    for metric in (DUPLICATION_RATE, EXTRA_SUBJECT_RATE):
        assert measure(metric, frames).value == 0.0
    # Side by side, a third of both shared: two objects.
    assert measure(DUPLICATION_RATE, [[A, Seen((25, 0, 75, 50), score=0.8)]]).value == 1.0


def test_a_copy_is_what_calibration_takes_for_the_subject_and_large_enough() -> None:
    frames: list[Frame] = [
        [Seen(A, cosines=(0.75, 0, 0)), Seen(B, cosines=(0.5, 0, 0))],
        [Seen(A, cosines=(0.75, 0, 0)), Seen(B, cosines=(0.25, 0, 0))],
        [Seen(A, cosines=(0.75, 0, 0)), Seen(TINY, cosines=(0.75, 0, 0))],
    ]
    found = measure(DUPLICATION_RATE, frames, views=VIEWS, views_VV=CALIBRATED)
    assert found.parts["series"] == {"dog-0": [1, 0, 0]}


def test_of_two_subjects_of_one_noun_an_instance_counts_for_the_one_it_is_most_like() -> None:
    one_each: Frame = [Seen(A, cosines=(0.9, 0.8)), Seen(B, cosines=(0.3, 0.4))]
    twice_the_first: Frame = [Seen(A, cosines=(0.9, 0.8)), Seen(B, cosines=(0.7, 0.4))]
    tied: Frame = [Seen(A, cosines=(0.5, 0.5)), Seen(B, cosines=(0.5, 0.5))]
    found = measure(DUPLICATION_RATE, [one_each, twice_the_first, tied], ["dog", "dog"])
    assert found.parts["series"] == {"dog-0": [0, 1, 0], "dog-1": [0, 0, 0]}


def test_without_calibration_no_copy_is_told_from_what_else_the_prompt_asks_for() -> None:
    frames: list[Frame] = [[A, Seen(B)], [A, Seen(B), Seen(C)]]
    assert measure(DUPLICATION_RATE, frames, expected_extra=1).value == 0.5
    assert measure(DUPLICATION_RATE, frames, ["dog", LOST]).value == 0.5
    same: list[Frame] = [[Seen(A, cosines=(0.75, 0, 0)), Seen(B, cosines=(0.75, 0, 0))]]
    assert measure(DUPLICATION_RATE, same, views=VIEWS, views_VV=CALIBRATED, expected_extra=1).value == 1.0


def test_an_object_beside_the_subject_counts_above_1_percent_of_the_frame() -> None:
    at_limit, above = (60, 0, 80, 10), (60, 0, 80, 11)
    found = measure(EXTRA_SUBJECT_RATE, [[A, Seen(at_limit)], [A, Seen(above)], [A, Seen(B), Seen(C)], [A]])
    assert (found.value, found.total, found.n) == (0.5, 2.0, 4)
    assert found.parts["series"] == [0, 1, 2, 0]
    found = measure(EXTRA_SUBJECT_RATE, [[A, Seen(B)], [A, Seen(B), Seen(C)]], expected_extra=1)
    assert (found.value, found.parts["expected_extra"]) == (0.5, 1)


@pytest.mark.parametrize("noun", ["dog", "cat"])
def test_a_subject_that_cannot_be_judged_is_nothing_extra(noun: str) -> None:
    frames: list[Frame] = [[A, B], [A, B, Seen(C, 1)]]
    found = measure(EXTRA_SUBJECT_RATE, frames, ["dog", dataclasses.replace(LOST, noun=noun)])
    assert found.parts["series"] == [0, 1]


def _values(frames: list[list[Seen]], nouns: list[str], **more: object) -> list[float]:
    found = [measure(metric, frames, nouns, **more) for metric in METRICS]
    for metric, measurement in zip(METRICS, found, strict=True):
        assert metric.bounds[0] <= measurement.value <= metric.bounds[1]
    return [measurement.value for measurement in found]


@given(seed=st.integers(0, 10_000), num_subjects=st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_the_order_of_subjects_references_and_frames_does_not_matter(seed: int, num_subjects: int) -> None:
    frames = random_frames(seed, num_subjects, views_per_subject=2)
    nouns = ["dog", "cat", "bird"][:num_subjects]
    roles: list[tuple[int, ViewRole]] = [(k, "condition") for k in range(num_subjects) for _ in range(2)]
    expected = _values(frames, nouns, views=roles)
    rng = np.random.default_rng(seed)
    subjects, views = rng.permutation(num_subjects), rng.permutation(2 * num_subjects)
    place = np.argsort(subjects)
    turned = [
        [
            dataclasses.replace(
                seen,
                phrases=[(seen.phrases or [])[k] for k in subjects],
                cosines=[(seen.cosines or [])[v] for v in views],
            )
            for seen in frame
        ]
        for frame in (frames[index] for index in rng.permutation(len(frames)))
    ]
    turned_roles = [(int(place[roles[v][0]]), "condition") for v in views]
    assert _values(turned, [nouns[k] for k in subjects], views=turned_roles) == pytest.approx(expected, abs=1e-12)


@given(seed=st.integers(0, 10_000), num_subjects=st.integers(1, 3), subject=st.integers(0, 2))
@settings(max_examples=40, deadline=None)
def test_a_perfect_instance_never_lowers_presence(seed: int, num_subjects: int, subject: int) -> None:
    frames, nouns = random_frames(seed, num_subjects), ["dog", "cat", "bird"][:num_subjects]
    subject %= num_subjects
    perfect = Seen((120, 0, 190, 90), subject, score=1.0, cosines=[float(k == subject) for k in range(num_subjects)])
    more = [[*frame, perfect] if index == 0 else frame for index, frame in enumerate(frames)]
    for metric in (PRESENCE_RECALL, ALL_PRESENT_RATE):
        assert measure(metric, more, nouns).value >= measure(metric, frames, nouns).value
