"""Presence, binding and S2V Consistency of drawn clips, where subjects come, go, double and swap."""

from __future__ import annotations

import pytest

from s2vbench.types import FramesU8
from tests.subjects.drawn import METRICS, Mask, Scores, Testset, pasted, scene, subject
from tests.subjects.expected import CLIP, CLOSE, DINO, crop_cosine

NUM_FRAMES = 8
DOG = pasted(scene(0), subject(0), 20, 30)
CAT = pasted(scene(2), subject(1), 60, 40)
"""Reference pictures; in the clips, on another background, subjects stand at `LEFT` and `RIGHT`."""
LEFT, RIGHT = (16, 40), (150, 50)


def placed(*numbers: int | None, side_px: int = 80) -> tuple[FramesU8, list[Mask]]:
    """A frame with subjects of these numbers at the left and the right; None leaves the place empty."""
    frame, masks = scene(1), []
    for number, (x, y) in zip(numbers, (LEFT, RIGHT), strict=False):
        if number is not None:
            frame, mask = pasted(frame, subject(number, side_px), x, y)
            masks.append(mask)
    return frame, masks


EMPTY = scene(1)
ONE, (ALONE,) = placed(0)
TWINS, (TWIN_A, TWIN_B) = placed(0, 0)
PAIR, (DOG_L, CAT_R) = placed(0, 1)
SWAPPED, (CAT_L, DOG_R) = placed(1, 0)


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> Scores:
    drawn = Testset(tmp_path_factory.mktemp("presence"))
    dog, cat = drawn.reference("dog", [DOG]), drawn.reference("cat", [CAT])
    twice = {"expected_count": 2}
    toys = [dog | {"noun": "toy"}, cat | {"noun": "toy"}]
    all_, half = NUM_FRAMES, NUM_FRAMES // 2
    both, other_way = {"dog": DOG_L, "cat": CAT_R}, {"dog": CAT_L, "cat": DOG_R}
    drawn.add("one", [ONE] * all_, [{"dog": ALONE}] * all_, [dog])
    drawn.add("copies", [TWINS] * all_, [{"dog": [TWIN_A, TWIN_B]}] * all_, [dog])
    drawn.add(
        "copies in half",
        [ONE] * half + [TWINS] * half,
        [{"dog": ALONE}] * half + [{"dog": [TWIN_A, TWIN_B]}] * half,
        [dog],
    )
    drawn.add("two asked for", [TWINS] * all_, [{"dog": [TWIN_A, TWIN_B]}] * all_, [dog | twice])
    drawn.add("one of two", [ONE] * all_, [{"dog": ALONE}] * all_, [dog | twice])
    drawn.add("one more asked for", [TWINS] * all_, [{"dog": [TWIN_A, TWIN_B]}] * all_, [dog], expected_extra=1)
    drawn.add("half", [ONE] * half + [EMPTY] * half, [{"dog": ALONE}] * half + [{}] * half, [dog])
    drawn.add("cat leaves", [PAIR] * half + [ONE] * half, [both] * half + [{"dog": ALONE}] * half, [dog, cat])
    drawn.add("never", [EMPTY] * all_, [{}] * all_, [dog])
    drawn.add("no cat", [ONE] * all_, [{"dog": ALONE}] * all_, [dog, cat])
    drawn.add("both", [PAIR] * all_, [both] * all_, [dog, cat])
    drawn.add("swap", [PAIR] * 3 + [SWAPPED] * 5, [both] * 3 + [other_way] * 5, [dog, cat])
    by_noun = [{"toy": [DOG_L, CAT_R]}] * 3 + [{"toy": [CAT_L, DOG_R]}] * 5
    drawn.add("swap of one noun", [PAIR] * 3 + [SWAPPED] * 5, by_noun, toys)
    narrow, (dot,) = placed(0, side_px=14)
    drawn.add("small", [narrow] * all_, [{"dog": dot}] * all_, [dog])
    drawn.add("person", [ONE] * 2, [{"dog": ALONE}] * 2, [dog | {"kind": "human"}])
    drawn.add("nobody", [ONE] * 2, [{}] * 2, [])
    place = drawn.reference("place", [(scene(3), None)], kind="background")
    drawn.add("only a background", [ONE] * 2, [{}] * 2, [place])
    drawn.add("with a background", [ONE] * all_, [{"dog": ALONE}] * all_, [place, dog])
    drawn.null_cases([scene(number) for number in (4, 5, 6, 7)])
    return drawn.score()


@pytest.mark.parametrize(
    ("case", "presence", "all_present", "duplication", "extra"),
    [
        ("one", 1, 1, 0, 0),
        ("copies", 1, 1, 1, 1),
        ("copies in half", 1, 1, 0.5, 0.5),
        ("two asked for", 1, 1, 0, 0),
        ("one of two", 0.5, 0, 0, 0),
        ("one more asked for", 1, 1, 0, 0),
        ("half", 0.5, 0.5, 0, 0),
        ("cat leaves", 0.75, 0.5, 0, 0),
        ("never", 0, 0, 0, 0),
        ("no cat", 0.5, 0, 0, 0),
        ("both", 1, 1, 0, 0),
        ("swap", 1, 1, 0, 0),
        ("swap of one noun", 1, 1, 0, 0),
    ],
)
def test_how_many_are_there(
    scores: Scores, case: str, presence: float, all_present: float, duplication: float, extra: float
) -> None:
    names = ("presence_recall", "all_present_rate", "duplication_rate", "extra_subject_rate")
    assert [scores.value(case, name) for name in names] == [presence, all_present, duplication, extra]


def test_what_the_parts_count(scores: Scores) -> None:
    assert scores["copies in half", "duplication_rate"].parts["excess"] == 0.5
    leaves = scores["cat leaves", "presence_recall"]
    assert leaves.parts["series"] == {"dog": [1] * 8, "cat": [1] * 4 + [0] * 4}
    assert (leaves.n, leaves.n_absent, leaves.n_na) == (2, 4, 0)
    together = scores["cat leaves", "all_present_rate"]
    assert (together.n, together.n_absent, together.parts["case_success"]) == (8, 4, True)
    assert scores["no cat", "all_present_rate"].parts["case_success"] is False


@pytest.mark.parametrize(
    ("case", "consistency", "literal", "strict", "identity", "collapse"),
    [
        ("one", 1, 1, 1, 1, 0),
        ("copies", 1, 1, 1, 1, 0),
        # Frames without the subject are skipped by the paper's metric, and count as 0 in the strict family.
        ("half", 1, 1, 0.5, 0.5, 0.5),
        ("cat leaves", 1, 1, 0.75, 0.75, 0.25),
        ("never", 0, 0, 0, 0, 1),
        # A subject that is never found counts as 0 next to one that is.
        ("no cat", 0.5, 1, 0.5, 0.5, 0.5),
        ("both", 1, 1, 1, 1, 0),
        ("one of two", 1, 1, 1, 0.5, 0.5),
        ("swap of one noun", 1, 1, 1, 1, 0),
    ],
)
def test_the_same_pixels_have_cosine_1_and_missing_ones_are_0(
    scores: Scores, case: str, consistency: float, literal: float, strict: float, identity: float, collapse: float
) -> None:
    assert scores.value(case, "s2v_consistency") == pytest.approx(consistency, abs=CLOSE)
    assert scores.value(case, "s2v_consistency_paper_literal") == pytest.approx(literal, abs=CLOSE)
    assert scores[case, "s2v_consistency"].parts["strict"] == pytest.approx(strict, abs=CLOSE)
    assert scores.value(case, "bound_identity") == pytest.approx(identity, abs=CLOSE)
    assert scores.value(case, "collapse_rate") == collapse


def test_a_swap_at_frame_3_of_8(scores: Scores) -> None:
    frame = (SWAPPED, CAT_L)
    clip, dino = (crop_cosine(network, DOG, frame) for network in (CLIP, DINO))
    assert dino == pytest.approx(crop_cosine(DINO, CAT, (SWAPPED, DOG_R)), abs=CLOSE)
    assert 0.25 < dino < 0.95
    assert scores.value("swap", "s2v_consistency") == pytest.approx((3 + 5 * clip) / 8, abs=CLOSE)
    assert scores.value("swap", "bound_identity") == pytest.approx((3 + 5 * dino) / 8, abs=CLOSE)
    assert scores.value("swap", "binding_margin") == pytest.approx((3 - 5) / 8 * (1 - dino), abs=CLOSE)
    assert scores["swap", "binding_margin"].parts["negative_share"] == 5 / 8
    # The highest of all cosines does not see it, and 0.25 is not reached.
    assert scores.value("swap", "s2v_consistency_paper_literal") == pytest.approx(1, abs=CLOSE)
    assert scores.value("swap", "collapse_rate") == 0


def test_margins_without_a_swap(scores: Scores) -> None:
    margin = 1 - crop_cosine(DINO, DOG, CAT)
    # Two of one noun are told apart by what they look like, so that no margin is ever negative.
    for case in ("both", "cat leaves", "swap of one noun"):
        assert scores.value(case, "binding_margin") == pytest.approx(margin, abs=CLOSE)
        assert scores[case, "binding_margin"].parts["negative_share"] == 0
    assert scores["cat leaves", "binding_margin"].n == 12
    assert scores["cat leaves", "binding_margin"].n_absent == 4


def test_a_subject_that_is_never_there(scores: Scores) -> None:
    for metric in ("s2v_decoupling", "s2v_decoupling_centered"):
        assert scores.reason("never", metric) == (
            "no subject was found in any frame, so none could be taken out of the background"
        )
    assert scores.reason("never", "copy_paste_temporal") == "no subject asked for once is shown in 5 frames"
    assert scores.reason("never", "identity_drift") == "no subject is shown in 3 frames"
    assert "no frame that another one follows" in scores.reason("never", "subject_motion")
    assert "shown whole in two consecutive frames" in scores.reason("never", "scale_jump_rate")
    assert scores["never", "s2v_consistency"].n_absent == 8


@pytest.mark.parametrize("case", ["nobody", "only a background"])
def test_a_case_without_subjects(scores: Scores, case: str) -> None:
    for metric in METRICS:
        assert scores.reason(case, metric) == "the case has no subjects: it names no references"


def test_backgrounds_among_the_references_are_ignored(scores: Scores) -> None:
    assert scores.values("with a background") == scores.values("one")


def test_a_subject_that_is_too_small(scores: Scores) -> None:
    reason = "every subject is narrower than 16 pixels in every frame"
    for metric in ("presence_recall", "bound_identity", "collapse_rate"):
        assert scores.reason("small", metric) == reason
    assert scores.value("small", "duplication_rate") == 0


def test_faces_need_a_human_subject_and_networks(scores: Scores) -> None:
    assert scores.reason("one", "face_identity") == "the case has no human subject"
    assert scores.reason("person", "face_identity").startswith("face identity needs ")


def test_margins_need_two_subjects(scores: Scores) -> None:
    reason = "a margin needs 2 subjects that can be judged; the case has 1"
    assert scores.reason("one", "binding_margin") == reason


def test_nothing_failed(scores: Scores) -> None:
    assert [row.reason for row in scores.rows.values() if row.outcome == "failed"] == []
