"""Which pictures count, named by what is in them."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from s2vbench.features.subjects.case_files import NULL_CANDIDATES, CaseSubjects, FileDigests, case_subjects
from s2vbench.types import Case, Reference


def _picture(path: Path, seed: int) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path.name


def _case(name: str, *references: Reference, **facts: object) -> Case:
    return Case(id=name, prompt="x", references=references, **facts)  # type: ignore[arg-type]


def _reference(name: str, *images: str, kind: str = "animal", noun: str = "dog", **facts: object) -> Reference:
    return Reference(id=name, kind=kind, noun=noun, images=images, **facts)  # type: ignore[arg-type]


def _subjects(case: Case, folder: Path, others: list[Case] | None = None) -> CaseSubjects:
    return case_subjects(case, folder, others or [], FileDigests())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for seed, name in enumerate(["a", "b", "c", "d", "h", "x", "m"]):
        _picture(tmp_path / f"{name}.png", seed)
    return tmp_path


def test_views_stand_in_order_with_their_masks(folder: Path) -> None:
    case = _case(
        "1",
        _reference("dog", "a.png", "b.png", masks=("m.png", ""), heldout=("h.png",), distractors=("x.png",)),
        _reference("wood", "d.png", kind="background"),
        _reference("cat", "c.png", noun="cat", expected_count=2),
    )
    found = _subjects(case, folder)
    assert [(entry.id, entry.noun, entry.expected_count) for entry in found.subjects] == [
        ("dog", "dog", 1),
        ("cat", "cat", 2),
    ]
    assert [(view.subject, view.role, view.path.name) for view in found.views] == [
        (0, "condition", "a.png"),
        (0, "condition", "b.png"),
        (0, "heldout", "h.png"),
        (0, "distractor", "x.png"),
        (1, "condition", "c.png"),
    ]
    assert [view.mask_path for view in found.views] == [folder / "m.png", None, None, None, None]
    assert [bool(view.mask_sha256) for view in found.views] == [True, False, False, False, False]


def test_a_digest_is_of_content_and_not_of_names(folder: Path) -> None:
    before = _subjects(_case("1", _reference("dog", "a.png", masks=("m.png",))), folder).digest(with_null=True)
    (folder / "a.png").rename(folder / "other.png")
    (folder / "m.png").rename(folder / "mask.png")
    moved = _case("1", _reference("dog", "other.png", masks=("mask.png",)))
    assert _subjects(moved, folder).digest(with_null=True) == before
    _picture(folder / "mask.png", 99)
    assert _subjects(moved, folder).digest(with_null=True) != before


@pytest.mark.parametrize(
    "change",
    [
        {"images": ("b.png",)},
        {"noun": "cat"},
        {"kind": "human"},
        {"id": "other"},
        {"expected_count": 2},
        {"masks": ("m.png",)},
        {"heldout": ("h.png",)},
        {"distractors": ("h.png",)},
    ],
)
def test_whatever_can_change_a_number_changes_the_digest(folder: Path, change: dict[str, object]) -> None:
    plain = _reference("dog", "a.png")
    digests = {
        _subjects(_case("1", reference), folder).digest(with_null=False)
        for reference in (plain, plain.model_copy(update=change))
    }
    assert len(digests) == 2


def test_roles_and_facts_of_the_case_are_in_the_digest(folder: Path) -> None:
    reference = _reference("dog", "a.png")
    cases = [
        _case("1", reference),
        _case("1", reference, expected_extra=1),
        _case("1", reference, bg_overlap_expected=True),
        _case("1", _reference("dog", "a.png", heldout=("x.png",))),
        _case("1", _reference("dog", "a.png", distractors=("x.png",))),
    ]
    assert len({_subjects(case, folder).digest(with_null=False) for case in cases}) == len(cases)


def test_other_cases_count_only_where_chance_is_measured(folder: Path) -> None:
    case, other = _case("1", _reference("dog", "a.png")), _case("2", _reference("cat", "b.png"))
    alone, together = _subjects(case, folder, [case]), _subjects(case, folder, [case, other])
    assert alone.digest(with_null=False) == together.digest(with_null=False)
    assert alone.digest(with_null=True) != together.digest(with_null=True)


def test_files_that_cannot_be_read_have_no_digest(folder: Path) -> None:
    (folder / "folder.png").mkdir()
    case = _case("1", _reference("dog", "gone.png", "folder.png", masks=("", "gone.png")))
    found = _subjects(case, folder)
    assert [view.sha256 for view in found.views] == ["", ""]
    assert [view.mask_sha256 for view in found.views] == ["", "unreadable"]
    before = found.digest(with_null=False)
    _picture(folder / "gone.png", 5)
    assert _subjects(case, folder).digest(with_null=False) != before


def test_no_own_picture_says_what_chance_is(folder: Path) -> None:
    for copy in ("a", "h", "x", "d"):
        (folder / f"{copy}2.png").write_bytes((folder / f"{copy}.png").read_bytes())
    case = _case(
        "1",
        _reference("dog", "a.png", heldout=("h.png",), distractors=("x.png",)),
        _reference("wood", "d.png", kind="background"),
    )
    other = _case(
        "2",
        _reference("r", "a2.png", "h2.png", "x2.png", "d2.png", "b.png", "gone.png"),
        _reference("sky", "c.png", kind="background"),
    )
    assert [view.path.name for view in _subjects(case, folder, [case, other]).null] == ["b.png"]


def test_chance_does_not_depend_on_the_order_of_the_file(folder: Path) -> None:
    names = [_picture(folder / f"n{index}.png", 100 + index) for index in range(NULL_CANDIDATES + 6)]
    case = _case("0", _reference("dog", "a.png"))
    others = [_case(f"o{index}", _reference("r", name, noun=f"noun {index}")) for index, name in enumerate(names)]
    # The same pictures once more, said to show something else, one of them with a mask.
    others += [_case(f"p{index}", _reference("r", name, noun="thing")) for index, name in enumerate(names)]
    others += [_case("q", _reference("r", names[0], noun="thing", masks=("m.png",)))]
    expected = _subjects(case, folder, [case, *others])
    assert len(expected.null) == NULL_CANDIDATES
    assert len({view.sha256 for view in expected.null}) == NULL_CANDIDATES
    generator = random.Random(1)  # noqa: S311
    for _ in range(5):
        generator.shuffle(others)
        found = _subjects(case, folder, [*others, case])
        assert [view.content() for view in found.null] == [view.content() for view in expected.null]
        assert found.digest(with_null=True) == expected.digest(with_null=True)
    another = _subjects(_case("other", _reference("dog", "a.png")), folder, others)
    assert {view.sha256 for view in another.null} != {view.sha256 for view in expected.null}


def test_truth_boxes_belong_to_the_views_in_order(folder: Path) -> None:
    case = _case("1", _reference("dog", "a.png", "b.png"))
    boxes = {"1": {"dog": [(1.0, 2.0, 3.0, 4.0)]}}
    found = case_subjects(case, folder, [], FileDigests(), truth_boxes=boxes)
    assert [view.truth_box for view in found.views] == [(1.0, 2.0, 3.0, 4.0), None]
    assert found.digest(with_null=False) != _subjects(case, folder).digest(with_null=False)
