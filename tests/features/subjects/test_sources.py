"""What is asked of a detector and a segmenter, and which of their answers are believed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from s2vbench.backbones.protocols import Detections
from s2vbench.errors import InputError, NotApplicable, PictureError
from s2vbench.features.cache import FeatureCache
from s2vbench.features.subjects.case_files import SubjectEntry, ViewFile
from s2vbench.features.subjects.instances import box_mask
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.features.subjects.sources import Detection
from s2vbench.video.rle import decode
from tests.clips import noise
from tests.features.subjects.stubs import Row, StubBank

POLICY = SubjectPolicy()
FRAMES = noise(3, 20, 30)
PICTURE = noise(1, 20, 30, seed=4)[0]
VIEW = ViewFile(0, "condition", Path("dog.png"), "sha", "Dog.")
A, B, C = (1.0, 1.0, 9.0, 9.0), (10.0, 2.0, 20.0, 12.0), (4.0, 4.0, 28.0, 18.0)


def _entry(noun: str) -> SubjectEntry:
    return SubjectEntry(noun, noun, "animal", 1)


def _detection(bank: StubBank, policy: SubjectPolicy = POLICY, folder: Path | None = None) -> Detection:
    return Detection(bank, FeatureCache(folder), "detector", "segmenter", policy)  # type: ignore[arg-type]


def _reaches(threshold: float) -> float:
    """The smallest number of a network (float32) that is no smaller than the threshold."""
    value = np.float32(threshold)
    return float(value if float(value) >= threshold else np.nextafter(value, np.float32(1)))


def _misses(threshold: float) -> float:
    return float(np.nextafter(np.float32(_reaches(threshold)), np.float32(0)))


def test_nouns_are_one_caption_in_alphabetical_order() -> None:
    nouns = ["Zebra", "a cat.", "zebra ", "dog"]
    labels, columns = _detection(StubBank([])).labels([_entry(noun) for noun in nouns])
    assert labels == ["a cat", "dog", "zebra"]
    assert columns == [2, 0, 2, 1]


def test_the_order_of_subjects_changes_nothing_that_is_found() -> None:
    rows: list[Row] = [(A, 0.9, {"cat": 0.9, "dog": 0.3}), (B, 0.8, {"dog": 0.7})]
    for nouns in (["cat", "dog"], ["dog", "cat"]):
        bank = StubBank(rows)
        detection = _detection(bank)
        labels, columns = detection.labels([_entry(noun) for noun in nouns])
        (found,) = detection.find(FRAMES[:1], [0], labels)
        assert bank.asked == [(1, ("cat", "dog"))]
        by_noun = {
            noun: found.label_scores_NL[:, column].round(6).tolist()
            for noun, column in zip(nouns, columns, strict=True)
        }
        assert by_noun == {"cat": [0.9, 0.0], "dog": [0.3, 0.7]}


def test_a_window_is_one_question_to_each_network() -> None:
    rows: list[Row] = [(A, 0.9, {"dog": 0.9}), (B, 0.1, {"dog": 0.9}), (C, 0.5, {"cat": 0.3, "dog": 0.1})]
    bank = StubBank(rows)
    found = _detection(bank).find(FRAMES, [0, 1, 2], ["cat", "dog"])
    assert bank.asked == [(3, ("cat", "dog"))]
    assert bank.drawn == [[[list(A), list(C)]] * 3]
    assert len(found) == 3
    assert found[0].boxes_N4.tolist() == [list(A), list(C)]
    assert np.array_equal(decode(found[0].masks[1]), box_mask((4, 4, 28, 18), 20, 30))


def test_frames_without_a_box_are_not_segmented() -> None:
    bank = StubBank([(A, 0.1, {"dog": 0.1})])
    found = _detection(bank).find(FRAMES, [0, 1, 2], ["dog"])
    assert bank.drawn == [[[], [], []]]
    assert [frame.boxes_N4.shape for frame in found] == [(0, 4)] * 3
    assert [frame.label_scores_NL.shape for frame in found] == [(0, 1)] * 3


def test_frames_are_kept_and_accepted_from_the_thresholds_on() -> None:
    rows: list[Row] = [
        (A, _reaches(0.35), {"dog": _reaches(0.25)}),
        (A, _misses(0.35), {"dog": 0.9}),
        (A, 0.9, {"dog": _misses(0.25)}),
        (A, _reaches(0.20), {"dog": _reaches(0.20)}),
        (A, _misses(0.20), {"dog": 0.9}),
        (A, 0.9, {"dog": _misses(0.20)}),
    ]
    expected = [(True, True), (True, False), (True, False), (True, False), (False, False), (False, False)]
    for row, (kept, accepted) in zip(rows, expected, strict=True):
        (found,) = _detection(StubBank([row])).find(FRAMES[:1], [0], ["dog"])
        assert len(found.scores_N) == kept
        assert found.accepted_N(POLICY).tolist() == [accepted] * kept


@pytest.mark.parametrize(
    ("score", "noun_score", "source"),
    [
        (_reaches(0.35), _reaches(0.25), "detected"),
        (_misses(0.35), 0.9, "detected at second try"),
        (0.9, _misses(0.25), "detected at second try"),
        (_reaches(0.20), _reaches(0.20), "detected at second try"),
        (_misses(0.20), 0.9, "whole picture"),
        (0.9, _misses(0.20), "whole picture"),
    ],
)
def test_references_are_tried_twice(score: float, noun_score: float, source: str) -> None:
    bank = StubBank([(A, score, {"Dog.": noun_score})])
    found = _detection(bank).find_in_view(PICTURE, VIEW)
    assert found.source == source
    assert bank.asked == [(1, ("Dog.",))]
    if source == "whole picture":
        assert found.mask_HW.all()
        assert (found.box, bank.drawn) == (None, [])
    else:
        assert np.array_equal(found.mask_HW, box_mask((1, 1, 9, 9), 20, 30))
        assert (found.box, bank.drawn) == ((1, 1, 9, 9), [[[list(A)]]])


def test_the_box_most_like_the_noun_is_the_subject() -> None:
    rows: list[Row] = [
        (A, 0.9, {"Dog.": 0.5}),
        (B, 0.4, {"Dog.": 0.6}),
        (C, 0.34, {"Dog.": 0.9}),
        (C, 0.9, {"Dog.": 0.6}),
    ]
    assert _detection(StubBank(rows)).find_in_view(PICTURE, VIEW).box == (10, 2, 20, 12)
    lower = POLICY.model_copy(update={"box_threshold": 0.3})
    assert _detection(StubBank(rows), lower).find_in_view(PICTURE, VIEW).box == (4, 4, 28, 18)


def test_a_reference_whose_best_box_lies_outside_is_tried_again() -> None:
    outside: Row = ((40.0, 0.0, 50.0, 9.0), 0.9, {"Dog.": 0.9})
    bank = StubBank([outside])
    assert _detection(bank).find_in_view(PICTURE, VIEW).source == "whole picture"
    assert bank.drawn == []


def test_an_empty_mask_of_a_reference_is_its_box() -> None:
    bank = StubBank([(A, 0.9, {"Dog.": 0.9})], mask=lambda image, _: np.zeros(image.shape[:2], np.bool_))
    assert np.array_equal(_detection(bank).find_in_view(PICTURE, VIEW).mask_HW, box_mask((1, 1, 9, 9), 20, 30))


def test_other_thresholds_ask_about_a_reference_only_what_is_new(tmp_path: Path) -> None:
    bank = StubBank([(A, 0.9, {"Dog.": 0.5}), (B, 0.3, {"Dog.": 0.9})])
    boxes = []
    for threshold in (0.35, 0.9, 0.25, 0.35):
        policy = POLICY.model_copy(update={"box_threshold": threshold})
        boxes.append(_detection(bank, policy, tmp_path).find_in_view(PICTURE, VIEW).box)
    # 0.9 as a float32 is below 0.9.
    assert boxes == [(1, 1, 9, 9), (10, 2, 20, 12), (10, 2, 20, 12), (1, 1, 9, 9)]
    assert len(bank.asked) == 1
    assert bank.drawn == [[[list(A)]], [[list(B)]]]


class _Narrow(StubBank):
    def detect(self, *_: object) -> list[Detections]:
        raise InputError("an image of 30x20 pixels is too narrow for the detector")


def test_pictures_that_the_detector_cannot_look_at_are_no_error_of_the_run() -> None:
    detection = _detection(_Narrow([]))
    with pytest.raises(NotApplicable, match="30x20 pixels is too narrow"):
        detection.find(FRAMES, [0, 1, 2], ["dog"])
    with pytest.raises(PictureError, match=r"^dog.png: an image of 30x20 pixels is too narrow"):
        detection.find_in_view(PICTURE, VIEW)


class _Damaged(StubBank):
    def network(self, _: str) -> None:
        raise InputError("weights.pth: not a readable checkpoint")

    def detect(self, *_: object) -> list[Detections]:
        raise AssertionError("asked before it was loaded")


def test_damaged_weights_are_an_error_of_the_run() -> None:
    detection = _detection(_Damaged([]))
    with pytest.raises(InputError, match="not a readable checkpoint"):
        detection.find(FRAMES, [0, 1, 2], ["dog"])
    with pytest.raises(InputError, match="not a readable checkpoint"):
        detection.find_in_view(PICTURE, VIEW)


@pytest.mark.parametrize("stride", [1, 3])
def test_every_so_manieth_frame_is_looked_at_from_the_first_on(stride: int) -> None:
    detection = _detection(StubBank([]), POLICY.model_copy(update={"frame_stride": stride}))
    assert [frame for frame in range(10) if detection.looks_at(frame)] == list(range(0, 10, stride))


def test_what_can_change_an_answer_is_in_the_identity() -> None:
    identity = _detection(StubBank([])).identity()
    for change, same in (
        ({"keep_threshold": 0.1}, False),
        ({"max_boxes_per_phrase": 9}, False),
        ({"box_threshold": 0.1, "text_threshold": 0.1, "reference_retry_threshold": 0.1}, True),
    ):
        assert (_detection(StubBank([]), POLICY.model_copy(update=change)).identity() == identity) is same
    assert _detection(StubBank([], precision="bf16")).identity() != identity
    # Seeded weights have the seed for a digest, whatever the network's size.
    assert _detection(StubBank([], options={"architecture": "vit_b"})).identity() != identity
