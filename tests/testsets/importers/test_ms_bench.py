from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from s2vbench.errors import InputError
from s2vbench.testsets.check import check_testset
from s2vbench.testsets.importers.ms_bench import read_templates

PICTURES = {
    "living": ["cat", "dog", "dog2"],
    "object": ["clock", "vase"],
    "scene": ["barn"],
    "upwearing": ["hat"],
    "midwearing": ["coat"],
    "downwearing": ["jeans"],
    "wholewearing": ["dress"],
}
TEMPLATES = """
import os
os.system("touch {marker}")

data_class_dict = {{
    "cat": "cat", "dog": "dog", "dog2": "dog", "clock": "clock", "vase": "vase", "barn": "barn", "hat": "hat",
    "coat": "coat", "jeans": "jeans", "dress": "dress",
}}
two_subject_combinations = ["living_living", "living_scene"]
subject_combination_boxes = {{"living_living": [[0., 0.25, 0.5, 0.75]]}}
two = ["one {{0}} meets one {{1}}", "a {{0}} and a {{1}} by a lake"]
scene = ["a {{0}} seen before a {{1}}"]
three = ["in front of a {{2}} wait a {{0}} and a {{1}}"]
wearing = ["somebody in a {{0}} and {{1}}"]
subject_combination_prompts = {{
    "living_living": two,
    "living_object": two,
    "living_scene": scene,
    "midwearing_downwearing": wearing,
    "living_object_scene": three,
}}
"""


@pytest.fixture
def source(tmp_path: Path, draw: Callable[..., Path]) -> Path:
    folder = tmp_path / "MS-Diffusion"
    for role, stems in PICTURES.items():
        for at, stem in enumerate(stems):
            draw(folder / "msbench" / role / f"{stem}{'.jpg' if at % 2 else '.png'}")
    path = folder / "msdiffusion/dataset/prompts/msbench.py"
    path.parent.mkdir(parents=True)
    path.write_text(TEMPLATES.format(marker=tmp_path / "was-run"), encoding="utf-8")
    return folder


def test_every_combination_of_the_pictures(source: Path, tmp_path: Path, do_import: Callable[..., Any]) -> None:
    report, testset = do_import("ms-bench", source)
    assert (report.num_cases, report.skipped) == (3 * 2 + 6 * 2 + 3 + 1 + 6, ())
    assert report.num_images == 8, "hat and dress are in no combination of these templates"
    rows = {row.case_id: row for row in testset.case_rows()}
    assert Counter(row.tags[0] for row in rows.values()) == {
        "ms-bench-living-living": 6,
        "ms-bench-living-object": 12,
        "ms-bench-living-scene": 3,
        "ms-bench-midwearing-downwearing": 1,
        "ms-bench-living-object-scene": 6,
    }
    pair = rows["living_living-dog+dog2-1"]
    assert (pair.prompt, pair.same_class_pair) == ("a dog and a dog by a lake", True)
    three = rows["living_object_scene-cat+clock+barn-0"]
    assert (three.prompt, three.n_subjects, three.combo) == (
        "in front of a barn wait a cat and a clock",
        2,
        "animal+object",
    )
    assert rows["midwearing_downwearing-coat+jeans-0"].prompt == "somebody in a coat and jeans"
    assert not (tmp_path / "was-run").exists(), "the file of templates is read, not run"
    assert [found for found in check_testset(source) if found.severity == "error"] == []


def test_only_pictures_with_templates_beside(source: Path, do_import: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match=r"prompts=FILE"):
        do_import("ms-bench", source / "msbench")
    templates = source / "msdiffusion/dataset/prompts/msbench.py"
    report, _ = do_import("ms-bench", source / "msbench", prompts=str(templates), prompts_per_combination="1")
    assert report.num_cases == 3 + 6 + 3 + 1 + 6


def test_what_is_missing_is_said(source: Path, do_import: Callable[..., Any], draw: Callable[..., Path]) -> None:
    for path in (source / "msbench/scene").iterdir():
        path.unlink()
    draw(source / "msbench/living/unicorn.png")
    (source / "msbench/object/vase.jpg").write_text("no picture", encoding="utf-8")
    report, _ = do_import("ms-bench", source)
    assert report.num_cases == 3 * 2 + 3 * 2 + 1
    assert "scene/ holds no pictures: combinations with it are left out" in report.notes
    skipped = dict(report.skipped)
    assert skipped["living/unicorn.png"] == "has no class in the file of templates"
    assert "not a picture" in skipped["object/vase.jpg"]


def test_a_template_for_more_subjects_than_there_are(source: Path, do_import: Callable[..., Any]) -> None:
    path = source / "msdiffusion/dataset/prompts/msbench.py"
    text = path.read_text(encoding="utf-8").replace("seen before a {1}", "seen before a {5}")
    path.write_text(text, encoding="utf-8")
    report, _ = do_import("ms-bench", source)
    assert dict(report.skipped) == {"template 'a {0} seen before a {5}'": "does not fit the 2 subjects of living_scene"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = (", "is not the benchmark's file"),
        ("x = 1", "must set data_class_dict"),
        ("data_class_dict = dict(a='b')\nsubject_combination_prompts = {}", "must set data_class_dict"),
        ("data_class_dict = {'a': 3}\nsubject_combination_prompts = {}", "must set data_class_dict"),
        ("data_class_dict = {}\nsubject_combination_prompts = {'car_boat': ['x']}", "no combination type"),
        ("(" * 5000, "is not the benchmark's file"),
        ("a = '\\0'\0", "is not the benchmark's file"),
    ],
)
def test_a_file_that_is_no_templates(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "msbench.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_templates(path)
    assert "\n" not in str(caught.value)
