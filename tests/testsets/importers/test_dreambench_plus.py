from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from s2vbench.errors import InputError
from s2vbench.testsets.check import check_testset

PROMPTS = [
    "A kitten asleep on a red sofa.",
    "A kitten in a garden.",
    "A kitten beside a window.",
    "A kitten on a bench.",
    "A kitten in watercolour.",
    "A kitten as a paper cut.",
    "A kitten as a mosaic.",
    "A kitten steering a ship of clouds.",
    "Nine moons over a sleeping cat.",
]


def _caption(folder: Path, kind: str, stem: str, lines: list[str], end: str = "\n") -> Path:
    path = folder / "captions" / kind / f"{stem}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(end.join(lines).encode())
    return path


@pytest.fixture
def source(tmp_path: Path, draw: Callable[..., Path]) -> Path:
    folder = tmp_path / "data"
    for kind in ("animal", "human", "object", "style"):
        draw(folder / "images" / kind / "00.jpg")
        (folder / "captions" / kind).mkdir(parents=True)
    _caption(folder, "animal", "00", ["kitten", *PROMPTS], "\r\n")
    _caption(folder, "human", "00", ["old man with a beard", "An old man with a beard laughs.", "", "A man sings."])
    _caption(folder, "object", "00", ["cup", "A cup on a table."])
    _caption(folder, "style", "00", ["flat drawing", "A house in flat drawing style."])
    return folder


def test_nine_prompts_a_picture(source: Path, do_import: Callable[..., Any]) -> None:
    report, testset = do_import("dreambench-plus", source)
    assert (report.num_cases, report.num_images) == (9 + 2 + 1, 3)
    assert dict(report.skipped) == {"captions/style": "1 pictures of a style; they show no subject to be found"}
    cases = {case.id: case for case in testset.cases}
    assert [(one.noun, one.kind) for one in cases["animal-00-0"].references] == [("kitten", "animal")]
    assert cases["animal-00-8"].tags == ("dreambench-plus-animal", "difficulty-imaginative", "noun-not-in-prompt")
    assert cases["human-00-1"].references[0].kind == "human"
    assert {row.licence_spdx for row in testset.image_rows()} == {"LicenseRef-DreamBench-Plus"}
    assert not any(row.redistributable for row in testset.image_rows())
    assert [found for found in check_testset(source) if found.severity == "error"] == []


def test_the_noun_is_what_most_prompts_say(source: Path, do_import: Callable[..., Any]) -> None:
    _caption(source, "object", "00", ["small round cup", "A cup on a table.", "A cup in snow.", "A round cup."])
    _, testset = do_import("dreambench-plus", source, prompts_per_picture="1")
    nouns = {case.id: case.references[0].noun for case in testset.cases}
    assert nouns["object-00-0"] == "cup"


def test_its_repository_holds_it_in_data(source: Path, do_import: Callable[..., Any]) -> None:
    report, testset = do_import("dreambench-plus", source.parent)
    assert report.num_cases == 12
    assert testset.cases[0].references[0].images == ("data/images/animal/00.jpg",)


def test_what_does_not_fit_is_skipped(source: Path, do_import: Callable[..., Any], draw: Callable[..., Path]) -> None:
    _caption(source, "animal", "01", ["dog", "A dog."])
    _caption(source, "animal", "02", ["", "A dog."])
    _caption(source, "animal", "03", ["dog"])
    (source / "captions/animal/04.txt").write_bytes(b"\xff\xfe")
    draw(source / "images/animal/07.jpg")
    report, _ = do_import("dreambench-plus", source)
    skipped = dict(report.skipped)
    assert "is missing" in skipped["captions/animal/01.txt"]
    assert "must name the subject" in skipped["captions/animal/02.txt"]
    assert "must name the subject" in skipped["captions/animal/03.txt"]
    assert "not UTF-8" in skipped["captions/animal/04.txt"]
    assert skipped["images/animal"] == "1 pictures have no captions: 07.jpg"


def test_a_folder_of_something_else(tmp_path: Path, do_import: Callable[..., Any], source: Path) -> None:
    (tmp_path / "other/images").mkdir(parents=True)
    with pytest.raises(InputError, match="holds no captions/"):
        do_import("dreambench-plus", tmp_path / "other")
    with pytest.raises(InputError, match="--copy --accept-licence"):
        do_import("dreambench-plus", source, tmp_path / "private", copy=True)
