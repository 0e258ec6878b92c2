"""Calibrated identity and copy-paste of drawn clips: the shown view, an unseen view of the same one, a stranger."""

from __future__ import annotations

import numpy as np
import pytest

from s2vbench.types import FramesU8
from tests.subjects.drawn import Drawn, Mask, Scores, Testset, kept, pasted, scene, subject
from tests.subjects.expected import CLOSE, DINO, angle, crop_cosine

SHOWN = pasted(scene(0), subject(0), 20, 30)
UNSEEN = pasted(scene(2), subject(2), 90, 10)
STRANGER = pasted(scene(3), subject(3), 40, 60)


def blend(share: float) -> Drawn:
    """The shown view with so much of the unseen one, in the outline of the shown one."""
    a, b = subject(0), subject(2)
    mixed = ((1 - share) * a.pixels_SSC + share * b.pixels_SSC).round().astype(np.uint8)
    # Videos are at least 16 px wide and their sides even; the subject is both.
    return Drawn(kept(mixed[None])[0], a.mask_SS)


BETWEEN = pasted(scene(1), blend(0.5), 100, 40)
COPIED = pasted(scene(1), subject(0), 100, 40)
ANEW = pasted(scene(1), subject(2), 100, 40)
OTHER = pasted(scene(1), subject(3), 100, 40)
MIRRORED = pasted(scene(1), Drawn(subject(0).pixels_SSC[:, ::-1], subject(0).mask_SS[:, ::-1]), 100, 40)
METRICS = [
    "presence_recall",
    "bound_identity",
    "collapse_rate",
    "extra_subject_rate",
    "duplication_rate",
    "copy_paste_angular",
    "copy_paste_geometric",
    "copy_paste_temporal",
]


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> Scores:
    drawn = Testset(tmp_path_factory.mktemp("identity"))
    calibrated = drawn.reference("toy", [SHOWN], heldout=[UNSEEN], distractors=[STRANGER])
    plain = drawn.reference("toy", [SHOWN])
    unseen_only = drawn.reference("toy", [SHOWN], heldout=[UNSEEN])
    alike = drawn.reference("toy", [SHOWN], heldout=[pasted(scene(4), blend(0.02), 20, 30)])

    def clip(case: str, pictures: list[tuple[FramesU8, Mask]], reference: dict[str, object]) -> None:
        drawn.add(case, [picture for picture, _ in pictures], [{"toy": mask} for _, mask in pictures], [reference])

    clip("copied", [COPIED] * 6, calibrated)
    clip("anew", [ANEW] * 6, calibrated)
    clip("copied and anew", [COPIED, ANEW] * 3, calibrated)
    clip("between", [BETWEEN] * 6, unseen_only)
    clip("stranger", [OTHER] * 6, calibrated)
    clip("stranger uncalibrated", [OTHER] * 6, plain)
    clip("mirrored", [MIRRORED] * 6, plain)
    clip("alike views", [COPIED] * 6, alike)
    both, masks = pasted(COPIED[0], subject(3), 10, 40)
    drawn.add("copied and a stranger", [both] * 6, [{"toy": [COPIED[1], masks]}] * 6, [calibrated])
    return drawn.score(METRICS)


def test_identity_is_0_for_the_stranger_and_1_for_the_unseen_view(scores: Scores) -> None:
    same, other = crop_cosine(DINO, SHOWN, UNSEEN), crop_cosine(DINO, SHOWN, STRANGER)
    assert same - other > 0.2
    assert scores.value("anew", "bound_identity") == pytest.approx(1, abs=1e-4)
    # The copy is nearer to the shown view than any unseen one; what is above 1.2 would be cut off.
    copied = (1 - other) / (same - other)
    assert copied < 1.2
    assert scores.value("copied", "bound_identity") == pytest.approx(copied, abs=1e-4)
    assert scores.value("copied and anew", "bound_identity") == pytest.approx((copied + 1) / 2, abs=1e-4)
    threshold = scores["copied", "bound_identity"].parts["threshold"]["toy"]
    assert threshold == pytest.approx((same + other) / 2, abs=CLOSE)


def test_a_stranger_is_not_the_subject_but_an_extra_one(scores: Scores) -> None:
    expected = {"presence_recall": 0, "bound_identity": 0, "collapse_rate": 1, "extra_subject_rate": 1}
    assert {metric: scores.value("stranger", metric) for metric in expected} == expected
    assert scores.reason("stranger", "copy_paste_angular").startswith("no frame shows a subject")
    beside = {"presence_recall": 1, "collapse_rate": 0, "extra_subject_rate": 1, "duplication_rate": 0}
    assert {metric: scores.value("copied and a stranger", metric) for metric in beside} == beside


def test_without_calibration_a_stranger_counts_with_its_cosine(scores: Scores) -> None:
    case = "stranger uncalibrated"
    assert scores.value(case, "presence_recall") == 1
    assert scores.value(case, "bound_identity") == pytest.approx(crop_cosine(DINO, SHOWN, OTHER), abs=CLOSE)
    assert scores.value(case, "extra_subject_rate") == 0


@pytest.mark.parametrize(("case", "value"), [("copied", 1), ("anew", -1), ("copied and anew", 0)])
def test_the_angular_index_of_copies(scores: Scores, case: str, value: float) -> None:
    # An angle near 0 is the root of a rounding error: a cosine of 1 - 1e-7 is 0.03 degrees of the views' 17.
    assert scores.value(case, "copy_paste_angular") == pytest.approx(value, abs=0.005)


def test_the_angular_index_between_two_views(scores: Scores) -> None:
    to_shown, to_unseen, apart = angle(BETWEEN, SHOWN), angle(BETWEEN, UNSEEN), angle(SHOWN, UNSEEN)
    assert apart > 10
    assert scores.value("between", "copy_paste_angular") == pytest.approx((to_unseen - to_shown) / apart, abs=1e-3)
    assert -0.9 < (to_unseen - to_shown) / apart < 0.9


def test_views_that_are_too_alike_say_nothing(scores: Scores) -> None:
    assert "held-out views are 10 degrees from" in scores.reason("alike views", "copy_paste_angular")
    assert scores.reason("mirrored", "copy_paste_angular") == "no subject has a held-out view"


@pytest.mark.parametrize(
    ("case", "value"),
    [("copied", 1), ("alike views", 1), ("stranger uncalibrated", 0), ("mirrored", 0)],
)
def test_the_same_pixels_elsewhere_are_a_copy(scores: Scores, case: str, value: float) -> None:
    assert scores.value(case, "copy_paste_geometric") == value


def test_a_still_subject_is_a_sticker(scores: Scores) -> None:
    assert scores.value("copied", "copy_paste_temporal") == 1
    # The cosine jumps by more than 0.05, and the outline by more than a fifth; the box keeps its aspect nearly.
    spreads = scores["copied and anew", "copy_paste_temporal"].parts["spreads"]["toy"]
    aspects = [np.log(w / h) for w, h in (_sides(COPIED[1]), _sides(ANEW[1]))]
    assert spreads["aspect"] == pytest.approx(abs(aspects[0] - aspects[1]) / 2 / 0.1, abs=1e-9)
    cosines = [1.0, crop_cosine(DINO, SHOWN, ANEW)]
    assert spreads["cosine"] == pytest.approx(abs(cosines[0] - cosines[1]) / 2 / 0.05, abs=1e-3)
    assert scores.value("copied and anew", "copy_paste_temporal") == pytest.approx(1 - sum(spreads.values()) / 3)


def _sides(mask: Mask) -> tuple[int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(columns[-1] - columns[0] + 1), int(rows[-1] - rows[0] + 1)
