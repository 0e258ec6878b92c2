"""Boxes drawn by eye on four real clips: presence is 1 where a subject is listed and 0 where it is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.subjects.drawn import Scores, score

FRAMES = [0, 27, 54, 80]


@pytest.fixture(scope="module")
def clips(shared: Path) -> Path:
    return shared / "real/kaleido_clips"


@pytest.fixture(scope="module")
def scores(clips: Path) -> Scores:
    metrics = ["presence_recall", "all_present_rate", "duplication_rate", "extra_subject_rate", "s2v_consistency"]
    return score(clips / "cases.json", metrics, truth=clips / "truth_boxes.json")


@pytest.mark.parametrize(
    ("case", "presence", "all_present"), [("case_2", 1, 1), ("case_3", 1, 1), ("case_8", 0.875, 0.75), ("case_9", 1, 1)]
)
def test_presence_is_what_was_drawn(
    scores: Scores, clips: Path, case: str, presence: float, all_present: float
) -> None:
    row = scores[case, "presence_recall"]
    drawn = json.loads((clips / "truth_boxes.json").read_text())["boxes"][case]
    cases = json.loads((clips / "cases.json").read_text())
    subjects = [reference["id"] for entry in cases if entry["id"] == case for reference in entry["references"]]
    assert row.parts["frames"] == FRAMES
    assert row.parts["series"] == {
        subject: [float(subject in drawn[str(frame)]) for frame in FRAMES] for subject in subjects
    }
    assert scores.value(case, "presence_recall") == presence
    assert scores.value(case, "all_present_rate") == all_present
    assert scores.value(case, "duplication_rate") == scores.value(case, "extra_subject_rate") == 0


def test_the_black_cat_is_not_there_at_first(scores: Scores) -> None:
    row = scores["case_8", "presence_recall"]
    assert row.parts["series"] == {"white_cat": [1, 1, 1, 1], "black_cat": [0, 1, 1, 1]}
    detail = scores["case_8", "s2v_consistency"].parts["subjects"]
    assert {name: found["detection_rate"] for name, found in detail.items()} == {"white_cat": 1, "black_cat": 0.75}
