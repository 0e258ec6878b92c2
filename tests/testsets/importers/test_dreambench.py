from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from s2vbench.errors import InputError
from s2vbench.testsets.check import check_testset
from s2vbench.testsets.importers.copies import NEAR_BITS, fingerprint, same_photograph, shared_keypoints
from s2vbench.testsets.importers.dreambench import published_files
from s2vbench.testsets.importers.dreambench_pairs import cross_class_pairs, pair_prompt
from s2vbench.testsets.importers.dreambench_texts import read_prompts, read_sources
from s2vbench.testsets.perceptual import distance_bits

TEXT = """Classes

subject_name,class
dog,dog
dog2,dog
fox_toy,toy
shades,glasses
zoo_animal,animal

Prompts

Object Prompts

prompt_list = [
'a {0} {1} in the jungle'.format(unique_token, class_token),
'a red {0} {1}'.format(unique_token, class_token)
]

Live Subject Prompts

prompt_list = [
'a {0} {1} wearing a red hat'.format(unique_token, class_token)
]
"""
SOURCES = """dog:
(credit: https://unsplash.com/@somebody)
00: https://unsplash.com/photos/abc
01: removed - author: https://unsplash.com/@somebody

fox_toy: Photos taken by A. Person
"""


@pytest.fixture(scope="module")
def real(shared: Path) -> Path:
    return shared / "real/dreambench"


@pytest.fixture
def few(tmp_path: Path, real: Path) -> Path:
    """Three real subjects of few pictures."""
    folder = tmp_path / "dreambench"
    folder.mkdir()
    for name in ("prompts_and_classes.txt", "references_and_licenses.txt"):
        shutil.copy(real / name, folder)
    for name, stems in {"cat": ("01", "02", "03"), "can": ("00", "01"), "duck_toy": ("00",)}.items():
        (folder / name).mkdir()
        for stem in stems:
            shutil.copy(real / name / f"{stem}.jpg", folder / name)
    return folder


def test_the_real_subjects(real: Path, tmp_path: Path, do_import: Callable[..., Any]) -> None:
    out = tmp_path / "out"
    report, testset = do_import("dreambench", real, out, copy=True, prompts_per_subject="2")
    assert report.skipped == (("cat/03.jpg", "another cut of the same photograph as 02.jpg"),)
    assert report.num_images == 73
    counts = testset.manifest.counts
    assert (counts["subjects"], counts["condition_images"], counts["heldout_images"]) == (14, 59, 14)
    assert testset.manifest.licences == {"CC-BY-4.0": 24, "LicenseRef-Unsplash": 49}
    assert "84 of 158 published pictures are not in the folder" in report.notes
    assert [found for found in check_testset(out) if found.severity == "error"] == []


def test_cases_of_the_real_subjects(few: Path, do_import: Callable[..., Any]) -> None:
    report, testset = do_import("dreambench", few)
    cases = {case.id: case for case in testset.cases}
    assert report.num_cases == 3 * 25 + 3
    assert cases["cat-10"].prompt == "a cat wearing a red hat"
    assert cases["duck_toy-10"].prompt == "a toy with a wheat field in the background"
    assert all("contamination-risk-high" in case.tags for case in testset.cases)
    assert all(one.noun in case.prompt.split() for case in testset.cases for one in case.references)
    (cat,) = cases["cat-00"].references
    assert (cat.images, cat.heldout) == (("cat/01.jpg",), ("cat/02.jpg",))
    assert cases["duck_toy-00"].references[0].heldout == (), "one picture cannot be both shown and held out"
    assert sorted(name for name in cases if "+" in name) == ["can+cat", "can+duck_toy", "cat+duck_toy"]
    assert "missing pictures: can/02.jpg, can/03.jpg" in " ".join(report.notes)


def test_who_took_the_real_photographs(few: Path, do_import: Callable[..., Any]) -> None:
    _, testset = do_import("dreambench", few)
    images = {row.image_id: row for row in testset.image_rows()}
    cat, duck = images["cat-01"], images["duck_toy-00"]
    assert (cat.licence_spdx, cat.author, cat.redistributable) == ("LicenseRef-Unsplash", "@alvannee", False)
    assert cat.source_url == "https://unsplash.com/photos/9uMvphEhd_c"
    assert cat.attribution_text == "Photo by @alvannee on Unsplash"
    assert (duck.licence_spdx, duck.author, duck.redistributable) == ("CC-BY-4.0", "Nataniel Ruiz", True)


def test_a_changed_picture_is_left_out(few: Path, do_import: Callable[..., Any], draw: Callable[..., Path]) -> None:
    draw(few / "can/00.jpg")
    draw(few / "can/09.png")
    report, _ = do_import("dreambench", few, prompts_per_subject="1")
    assert dict(report.skipped) == {
        "can/00.jpg": "is not the published file (another SHA-256); changed=keep takes it all the same",
        "can/09.png": "is not among the 158 published files; changed=keep takes it all the same",
        "cat/03.jpg": "another cut of the same photograph as 02.jpg",
    }
    report, _ = do_import("dreambench", few, prompts_per_subject="1", changed="keep")
    assert [what for what, _ in report.skipped] == ["cat/03.jpg"]
    assert "can/00.jpg: is not the published file (another SHA-256); kept" in report.notes


def test_no_two_other_real_photographs_are_taken_for_one(real: Path) -> None:
    for name in ("cat", "dog", "can"):
        prints = {path.stem: fingerprint(path) for path in sorted((real / name).glob("*.jpg"))}
        alike = [(a, b) for a, b in combinations(prints, 2) if same_photograph(prints[a], prints[b])]
        assert alike == ([("02", "03")] if name == "cat" else [])


def test_the_hash_alone_misses_the_shifted_cat(real: Path) -> None:
    a, b = fingerprint(real / "cat/02.jpg"), fingerprint(real / "cat/03.jpg")
    assert distance_bits(a.phash64, b.phash64) > NEAR_BITS
    assert shared_keypoints(a.keypoints, b.keypoints) > 0.6


@pytest.mark.parametrize(
    ("change", "how"),
    [
        (ImageOps.mirror, "the same photograph, mirrored"),
        (lambda image: image.resize((400, 400)), "the same photograph"),
        (lambda image: image.crop((120, 0, *image.size)), "another cut of the same photograph"),
        (
            lambda image: ImageOps.mirror(image.crop((120, 0, *image.size))),
            "another cut of the same photograph, mirrored",
        ),
    ],
)
def test_copies_of_a_real_photograph(
    real: Path, tmp_path: Path, change: Callable[[Image.Image], Image.Image], how: str
) -> None:
    with Image.open(real / "dog2/00.jpg") as image:
        change(image.convert("RGB").resize((800, 800))).save(tmp_path / "copy.jpg", quality=85)
    found = same_photograph(fingerprint(real / "dog2/00.jpg"), fingerprint(tmp_path / "copy.jpg"))
    assert found == how


def test_flat_pictures_are_not_taken_for_one(tmp_path: Path) -> None:
    for name, x in (("a", 10), ("b", 30)):
        picture_HWC = np.full((64, 64, 3), 255, np.uint8)
        picture_HWC[10:30, x : x + 20] = 0
        Image.fromarray(picture_HWC).save(tmp_path / f"{name}.png")
    assert shared_keypoints(fingerprint(tmp_path / "a.png").keypoints, fingerprint(tmp_path / "b.png").keypoints) == 0


def test_the_shipped_index() -> None:
    files = published_files()
    assert len(files) == 158
    assert len(set(files.values())) == 158
    assert len({path.partition("/")[0] for path in files}) == 30
    assert all(len(digest) == 64 for digest in files.values())


def test_articles_fit_the_class(tmp_path: Path) -> None:
    path = tmp_path / "prompts.txt"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    prompts = read_prompts(path)
    assert prompts.of("shades", is_live=False) == ["glasses in the jungle", "red glasses"]
    assert prompts.of("zoo_animal", is_live=False) == ["an animal in the jungle", "a red animal"]
    assert prompts.of("dog", is_live=True) == ["a dog wearing a red hat"]


@pytest.mark.parametrize("cut", ["Classes", "Object Prompts", "Live Subject Prompts"])
def test_a_text_without_a_section(tmp_path: Path, do_import: Callable[..., Any], cut: str) -> None:
    (tmp_path / "prompts_and_classes.txt").write_text(TEXT.replace(f"{cut}\n", "\n"), encoding="utf-8")
    with pytest.raises(InputError, match="must hold the sections Classes"):
        do_import("dreambench", tmp_path)


def test_sources_of_each_kind(tmp_path: Path) -> None:
    path = tmp_path / "sources.txt"
    path.write_text(SOURCES, encoding="utf-8")
    sources = read_sources(path, {"dog", "fox_toy", "shades"})
    assert sources.of("dog", "00").source_url == "https://unsplash.com/photos/abc"
    assert sources.of("dog", "01").source_url == "https://unsplash.com/@somebody"
    assert sources.of("dog", "01").licence_spdx == "LicenseRef-Unsplash"
    assert sources.of("fox_toy", "00").author == "A. Person"
    assert sources.of("shades", "00").licence_spdx == "", "nobody says where it comes from"


def test_pairs_name_both_subjects() -> None:
    classes = {f"{noun}{i}": noun for noun in ("dog", "cat", "can", "glasses") for i in range(3)}
    for number, (a, b) in enumerate(cross_class_pairs(classes)):
        assert classes[a] != classes[b]
        kinds = ["animal" if classes[name] in {"dog", "cat"} else "object" for name in (a, b)]
        prompt, a_first = pair_prompt(number, (classes[a], kinds[0]), (classes[b], kinds[1]))  # type: ignore[arg-type]
        at = [prompt.index(classes[name]) for name in (a, b)]
        assert (at[0] < at[1]) == a_first
        assert "a glasses" not in prompt


def test_same_class_pairs_have_two_mentions(
    do_import: Callable[..., Any], tmp_path: Path, draw: Callable[..., Path]
) -> None:
    (tmp_path / "prompts_and_classes.txt").write_text(TEXT, encoding="utf-8")
    for name in ("dog", "dog2", "fox_toy"):
        for at in range(2):
            draw(tmp_path / name / f"{at:02d}.png")
    report, testset = do_import("dreambench", tmp_path, changed="keep")
    assert "references_and_licenses.txt is missing: no picture has a licence or an author" in report.notes
    row = next(row for row in testset.case_rows() if row.case_id == "dog+dog2")
    assert row.same_class_pair
    assert [row.prompt[span.start : span.end] for span in row.subject_spans] == ["dog", "dog"]
    assert row.subject_spans[0].start < row.subject_spans[1].start
    distractors = {one.subject_id: one.distractor_ids for one in testset.subject_rows()}
    assert distractors == {"dog": ("dog2",), "dog2": ("dog",), "fox_toy": ()}


def test_options_of_the_format(few: Path, do_import: Callable[..., Any]) -> None:
    _, testset = do_import("dreambench", few, pairs="no", prompts_per_subject="3", views="1")
    assert len(testset.cases) == 9
    for extra in ({"views": "0"}, {"views": "x"}, {"prompts_per_subject": "-1"}, {"pairs": "maybe"}, {"changed": ""}):
        with pytest.raises(InputError, match=next(iter(extra))):
            do_import("dreambench", few, **extra)
