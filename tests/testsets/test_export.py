from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from s2vbench.errors import InputError
from s2vbench.testsets.check import check_testset
from s2vbench.testsets.export import export_testset
from s2vbench.testsets.folder import load_testset
from tests.testsets import small_set

OWN = ("cases.jsonl", "subjects.jsonl", "images.jsonl", "MANIFEST.json")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    small_set.make(tmp_path / "small")
    return tmp_path / "small"


def _cases_file(folder: Path, *cases: dict[str, Any]) -> Path:
    for seed, name in enumerate(("a", "b", "c", "d")):
        small_set.picture(seed).save(folder / f"{name}.png")
    small_set.mask().save(folder / "am.png")
    (folder / "mine.json").write_text(json.dumps(list(cases)), encoding="utf-8")
    return folder / "mine.json"


def test_a_copy_is_the_same(small: Path, tmp_path: Path) -> None:
    (small / "README.md").write_text("About it", encoding="utf-8")
    (small / "images/stray.tmp").touch()
    done = export_testset(small, tmp_path / "copy", "folder")
    assert (done.num_cases, done.num_images) == (2, 6)
    assert load_testset(tmp_path / "copy").cases == load_testset(small).cases
    for name in OWN[:3]:
        assert (tmp_path / "copy" / name).read_bytes() == (small / name).read_bytes()
    assert (tmp_path / "copy/README.md").is_file()
    assert not (tmp_path / "copy/images/stray.tmp").exists()
    assert check_testset(tmp_path / "copy") == []


def test_in_place_writes_rows_and_manifest_again(small: Path) -> None:
    text = (
        (small / "cases.jsonl")
        .read_text(encoding="utf-8")
        .replace('"tags": ["easy"]', '"tags":["easy"],   "version":1')
    )
    (small / "cases.jsonl").write_text(text, encoding="utf-8")
    (small / "MANIFEST.json").unlink()
    export_testset(small, small, "folder")
    assert check_testset(small) == []
    assert '"tags": ["easy"]' in (small / "cases.jsonl").read_text(encoding="utf-8")
    (small / "images/tom-front.png").write_bytes(b"other")
    with pytest.raises(InputError, match="has SHA-256"):
        export_testset(small, small, "folder")


def test_a_place_that_holds_something_is_left_alone(small: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/thesis.tex").touch()
    for format_name in ("folder", "imagefolder"):
        with pytest.raises(InputError, match=r"holds 'thesis.tex' already"):
            export_testset(small, tmp_path / "full", format_name)
        with pytest.raises(InputError, match="is a file"):
            export_testset(small, tmp_path / "full/thesis.tex", format_name)
    with pytest.raises(InputError, match=r"ends in \.parquet"):
        export_testset(small, tmp_path / "full", "parquet")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("format_name", ["folder", "imagefolder"])
def test_another_name(small: Path, tmp_path: Path, format_name: str) -> None:
    export_testset(small, tmp_path / "out", format_name, name="renamed")
    if format_name == "folder":
        assert load_testset(tmp_path / "out").name == "renamed"
    else:
        rows = (tmp_path / "out/metadata.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(json.loads(row)["testset"])["name"] for row in rows] == ["renamed"] * 2


@pytest.mark.parametrize("format_name", ["folder", "imagefolder"])
def test_a_missing_file_is_named(small: Path, tmp_path: Path, format_name: str) -> None:
    (small / "masks/tom-away.png").unlink()
    with pytest.raises(InputError, match=r"tom-away.png: is missing; `s2vbench testset check`"):
        export_testset(small, tmp_path / "out", format_name)


def test_a_cases_file_becomes_a_test_set(tmp_path: Path) -> None:
    cat = {"id": "my cat", "kind": "animal", "noun": "cat", "images": ["a.png", "b.png"], "masks": ["am.png", ""]}
    place = {"id": "place", "kind": "background", "noun": "park", "image": "d.png"}
    path = _cases_file(
        tmp_path,
        {"id": "one", "prompt": "A cat.", "references": [cat | {"distractors": ["c.png"]}], "seeds": [3, 4]},
        {"id": "two", "prompt": "A cat in a park.", "references": [cat | {"distractors": ["c.png"]}, place]},
        {"id": "other one", "prompt": "My cat sits.", "references": [cat | {"images": ["c.png"], "masks": []}]},
    )
    export_testset(path, tmp_path / "out", "folder")
    found = load_testset(tmp_path / "out")
    one, two, other = found.cases
    assert found.name == "mine"
    assert [case.id for case in found.cases] == ["one", "two", "other_one"]
    # The same reference in two cases is one subject; another one of that name is another.
    assert one.references[0].id == two.references[0].id == "my_cat"
    assert other.references[0].id == "my_cat-2"
    assert one.references[0].images == ("a.png", "b.png")
    assert one.references[0].masks == ("am.png", "")
    # The distractor is the other case's cat.
    assert one.references[0].distractors == ("c.png",)
    assert {row.subject_id: row.distractor_ids for row in found.subject_rows()}["my_cat"] == ("my_cat-2",)
    assert one.seeds == (3, 4)
    rows = list(found.case_rows())
    assert [rows[0].prompt[span.start : span.end] for span in rows[0].subject_spans] == ["cat"]
    assert [(row.n_subjects, row.combo) for row in rows] == [(1, "animal"), (1, "animal"), (1, "animal")]
    problems = check_testset(tmp_path / "out")
    assert {problem.severity for problem in problems} == {"warning"}
    assert any("names no licence" in problem.what for problem in problems)


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ({"prompt": ""}, "its prompt is empty"),
        ({"references": [{"id": "c", "kind": "animal", "noun": "cat"}]}, "reference 'c': has no images"),
        ({"references": [{"id": "c", "kind": "animal", "noun": "cat", "image": "no.png"}]}, "no such picture"),
    ],
)
def test_cases_that_cannot_become_rows(tmp_path: Path, case: dict[str, Any], message: str) -> None:
    path = _cases_file(tmp_path, {"id": "one", "prompt": "A cat."} | case)
    with pytest.raises(InputError, match=message):
        export_testset(path, tmp_path / "out", "folder")


def test_rows_of_every_split_are_exported(small: Path, tmp_path: Path) -> None:
    text = (small / "cases.jsonl").read_text(encoding="utf-8").replace('["full", "small"]', '["hidden"]')
    (small / "cases.jsonl").write_text(text, encoding="utf-8")
    shutil.copytree(small, tmp_path / "again")
    export_testset(small, tmp_path / "out", "folder")
    assert [case.id for case in load_testset(tmp_path / "out", "hidden").cases] == ["together"]


@pytest.mark.parametrize("format_name", ["folder", "imagefolder", "parquet"])
def test_a_copy_inside_the_test_set_is_refused(small: Path, format_name: str) -> None:
    before = sorted(small.rglob("*"))
    with pytest.raises(InputError, match="lies inside the test set"):
        export_testset(small, small / "sub" / "out.parquet", format_name)
    assert sorted(small.rglob("*")) == before


@pytest.mark.parametrize("name", ["/tmp/x", "../../y", "a\nb", " "])
@pytest.mark.parametrize("format_name", ["folder", "imagefolder", "parquet"])
def test_a_name_that_is_a_path_is_refused(small: Path, tmp_path: Path, name: str, format_name: str) -> None:
    with pytest.raises(InputError, match="give another one with --name"):
        export_testset(small, tmp_path / "out.parquet", format_name, name=name)
    assert not (tmp_path / "out.parquet").exists()


def test_what_check_will_say_is_said_in_one_line(small: Path, tmp_path: Path) -> None:
    assert export_testset(small, tmp_path / "good", "folder").notes == ()
    rows = [json.loads(line) for line in (small / "images.jsonl").read_text(encoding="utf-8").splitlines()]
    rows[0] |= {"depicts_minor": True, "box": [0, 0, 500, 10]}
    (small / "images.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (note,) = export_testset(small, tmp_path / "out", "folder").notes
    assert note.startswith("2 errors in the rows; `s2vbench testset check` lists them, the first: ")
    assert "images.jsonl, line 1, image 'tom-front': box [0.0, 0.0, 500.0, 10.0]" in note
    assert "\n" not in note


def test_ids_of_a_cases_file_that_no_row_may_have(tmp_path: Path) -> None:
    cat = {"kind": "animal", "noun": "cat", "image": "a.png"}
    path = _cases_file(
        tmp_path,
        {"id": "one cat", "prompt": "A cat.", "references": [cat | {"id": "m\u00b2"}]},
        {"id": "one_cat", "prompt": "A cat sits.", "references": [cat | {"id": "\u732b" * 60}]},
    )
    renamed = path.rename(tmp_path / "two..sets.json")
    notes = export_testset(renamed, tmp_path / "out", "folder").notes
    found = load_testset(tmp_path / "out")
    assert found.name == "two_sets"
    assert [case.id for case in found.cases] == ["one_cat", "one_cat-2"]
    assert [note.partition(":")[0] for note in notes] == [
        "case 'one cat' is called 'one_cat' there",
        "case 'one_cat' is called 'one_cat-2' there",
    ]


def test_masks_of_all_views_travel(tmp_path: Path) -> None:
    views = {"image": "a.png", "masks": ["am.png"], "heldout": ["b.png"], "heldout_masks": ["am.png"]}
    others = {"distractors": ["c.png", "d.png"], "distractor_masks": ["", "am.png"]}
    reference = {"id": "tom", "kind": "animal", "noun": "cat"} | views | others
    mine = _cases_file(tmp_path, {"id": "one", "prompt": "A cat.", "references": [reference]})
    found = load_testset(mine).cases[0].references[0]
    export_testset(mine, tmp_path / "set", "folder")
    exported = load_testset(tmp_path / "set").cases[0].references[0]
    for key in ("masks", "heldout_masks", "distractor_masks"):
        given, made = getattr(found, key), getattr(exported, key)
        assert [bool(name) for name in made] == [bool(name) for name in given]
    assert sum(map(bool, exported.distractor_masks)) == 1
