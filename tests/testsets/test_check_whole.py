from __future__ import annotations

import json
import shutil
from pathlib import Path

from s2vbench.testsets.check import check_testset
from tests.testsets import checking, small_set


def test_the_manifest_is_compared(original: Path, tmp_path: Path) -> None:
    folder = tmp_path / "small"
    shutil.copytree(original, folder)
    manifest = json.loads((folder / "MANIFEST.json").read_bytes())
    manifest["counts"]["cases"] = 7
    manifest["counts"]["moons"] = 1
    manifest["licences"] = {"MIT": 6}
    manifest["schema_version"] = 99
    manifest["files"] |= {"images/gone.png": "0" * 64, "../out.txt": "0" * 64, "images/tom-front.png": "0" * 64}
    del manifest["files"]["images/kit-front.png"]
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), encoding="utf-8")
    found = check_testset(folder)
    assert {problem.file for problem in found} == {"MANIFEST.json"}
    texts = "\n".join(problem.what for problem in found)
    for expected in (
        "counts: cases is 7, there are 2",
        "counts: moons is 1, there are 0",
        "licences: CC0-1.0 is 0, there are 6",
        "licences: MIT is 6, there are 0",
        "schema_version 99 is newer",
        "names 'images/gone.png', which is missing",
        "'../out.txt' holds",
        "another SHA-256 for 'images/tom-front.png'",
        "does not list 1 pictures that rows name, first 'images/kit-front.png'",
    ):
        assert expected in texts
    assert len(found) == 9


def test_a_changed_row_is_a_changed_file(original: Path, tmp_path: Path) -> None:
    shutil.copytree(original, tmp_path / "small")
    checking.edit(tmp_path / "small/cases.jsonl", 1, tags=[])
    assert "another SHA-256 for 'cases.jsonl'" in checking.only(tmp_path / "small").what


def test_everything_is_listed_at_once(small: Path) -> None:
    (small / "images/mug-front.png").unlink()
    checking.edit(small / "images.jsonl", 1, licence_spdx="free to use")
    checking.edit(small / "cases.jsonl", 2, n_subjects=9, seeds=[1, 1])
    checking.edit(small / "subjects.jsonl", 3, phrase="a cup")
    with (small / "cases.jsonl").open("ab") as file:
        file.write(b'{"case_id": "x", "case_id": "y"}\n{"case_id": "z", "duration_s": NaN}\n[')
    found = checking.found(small)
    assert [(problem.file, problem.line) for problem in found] == [
        ("cases.jsonl", 2),
        ("cases.jsonl", 2),
        ("cases.jsonl", 3),
        ("cases.jsonl", 4),
        ("cases.jsonl", 5),
        ("subjects.jsonl", 3),
        ("images.jsonl", 1),
        ("images.jsonl", 6),
    ]


def test_places_that_hold_no_test_set(tmp_path: Path) -> None:
    assert checking.only(tmp_path).what == "is empty"
    assert checking.only(tmp_path / "none").what == "does not exist"
    (tmp_path / "a.txt").touch()
    assert "holds none of" in checking.only(tmp_path).what


def test_files_that_are_empty_or_missing(small: Path) -> None:
    (small / "cases.jsonl").write_bytes(b"")
    assert ("cases.jsonl", "holds no cases") in [(problem.file, problem.what) for problem in checking.found(small)]
    (small / "subjects.jsonl").unlink()
    assert ("subjects.jsonl", "does not exist") in [(problem.file, problem.what) for problem in checking.found(small)]


def test_a_cases_file(tmp_path: Path) -> None:
    small_set.picture(1).save(tmp_path / "a.png")
    case = {
        "id": "a",
        "prompt": "a cat",
        "references": [{"id": "c", "kind": "animal", "noun": "cat", "image": "a.png"}],
    }
    path = tmp_path / "mine.json"
    path.write_text(json.dumps([case]), encoding="utf-8")
    assert check_testset(path) == []
    (tmp_path / "a.png").unlink()
    assert "no such picture" in checking.only(path).what
    path.write_text(json.dumps([case | {"seeds": "x"}, case | {"id": "../b"}], indent=1), encoding="utf-8")
    found = check_testset(path)
    assert len(found) == 2
    assert found[0].item == "case 'a'"
    assert found[0].line is not None
    assert found[0].what.startswith("seeds = 'x'")


def test_the_cases_file_of_a_folder_means_the_folder(original: Path) -> None:
    assert check_testset(original / "cases.jsonl") == []
