from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from s2vbench.errors import InputError

CASES = {
    "singleobj_1": {
        "img_paths": ["Images/singleobject/teddybear/1.png"],
        "prompt": "The video opens with a close-up of a teddy bear on a bench.",
        "synthesis_flag": "wrong",
        "class_label": ["Teddybear"],
    },
    "humanobj_2": {
        "img_paths": ["Images/human/man/1.png", "Images/human/cat/1.png", "Images/human/park/1.png"],
        "prompt": "A man walks his cat through the park.",
        "synthesis_flag": "True",
        "class_label": ["Man", "cat", "Park"],
    },
    "multiobject_3": {
        "img_paths": ["Images/multi/cat/1.png", "Images/multi/cat/2.png"],
        "prompt": "Two cats: a grey cat sleeps while a black one washes.",
        "synthesis_flag": "Wrong",
        "class_label": ["Cat", "Cat"],
    },
    "singleobj_4": {
        "img_paths": ["Images/singleobject/toy/1.png"],
        "prompt": "A Magic Cube rests on a desk.",
        "synthesis_flag": "wrong",
        "class_label": ["Toy"],
    },
}


@pytest.fixture
def source(tmp_path: Path, draw: Callable[..., Path]) -> Path:
    folder = tmp_path / "opens2v"
    for case in CASES.values():
        for path in case["img_paths"]:
            draw(folder / str(path))
    (folder / "Open-Domain_Eval.json").write_text(json.dumps(CASES), encoding="utf-8")
    return folder


def _rewrite(folder: Path, value: Any) -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    (folder / "Open-Domain_Eval.json").write_text(text, encoding="utf-8")


def test_labels_become_words_of_the_prompt(source: Path, do_import: Callable[..., Any]) -> None:
    report, testset = do_import("opens2v", source)
    assert (report.num_cases, report.num_images, report.skipped) == (4, 7, ())
    nouns = {case.id: [(one.noun, one.kind) for one in case.references] for case in testset.cases}
    assert nouns == {
        "singleobj_1": [("teddy bear", "object")],
        "humanobj_2": [("man", "human"), ("cat", "animal"), ("park", "background")],
        "multiobject_3": [("cat", "animal"), ("cat", "animal")],
        "singleobj_4": [("toy", "object")],
    }
    tags = {case.id: case.tags for case in testset.cases}
    assert tags["singleobj_1"] == ("synthesis-flag-wrong", "noun-by-spelling")
    assert tags["singleobj_4"] == ("synthesis-flag-wrong", "noun-not-in-prompt")
    assert "case singleobj_4: its prompt does not name 'toy'" in report.notes


def test_places_are_backgrounds_and_one_class_twice_is_marked(source: Path, do_import: Callable[..., Any]) -> None:
    _, testset = do_import("opens2v", source)
    rows = {row.case_id: row for row in testset.case_rows()}
    assert (rows["humanobj_2"].n_subjects, rows["humanobj_2"].combo) == (2, "animal+human")
    assert rows["humanobj_2"].bg_overlap_expected
    assert rows["multiobject_3"].same_class_pair
    spans = [rows["multiobject_3"].prompt[span.start : span.end] for span in rows["multiobject_3"].subject_spans]
    assert spans == ["cat", "cat"]
    assert {row.role for row in testset.image_rows() if "park" in row.path} == {"background"}
    assert not any(row.redistributable for row in testset.image_rows())


def test_pictures_stay_where_they_are(source: Path, do_import: Callable[..., Any]) -> None:
    before = {path: path.read_bytes() for path in source.rglob("*.png")}
    _, testset = do_import("opens2v", source)
    assert {path: path.read_bytes() for path in source.rglob("*.png")} == before
    assert testset.cases[0].references[0].images == ("Images/singleobject/teddybear/1.png",)
    manifest = testset.manifest
    assert manifest is not None
    assert "Open-Domain_Eval.json" not in manifest.files, "the benchmark's own files are not part of the test set"


def test_videos_of_a_model_become_the_cases_videos(source: Path, do_import: Callable[..., Any]) -> None:
    results = source / "Results" / "model-a"
    results.mkdir(parents=True)
    (results / "singleobj_1.mp4").write_bytes(b"not decoded here")
    report, testset = do_import("opens2v", source, results=str(results))
    assert [case.video for case in testset.cases] == ["Results/model-a/singleobj_1.mp4", None, None, None]
    assert any("1 of 4 cases have a video" in note for note in report.notes)


def test_a_copy_needs_the_licence_and_holds_every_file(
    source: Path, tmp_path: Path, do_import: Callable[..., Any]
) -> None:
    out = tmp_path / "private"
    with pytest.raises(InputError, match="--copy --accept-licence"):
        do_import("opens2v", source, out, copy=True)
    report, testset = do_import("opens2v", source, out, copy=True, accept_licence=True)
    assert report.num_images == len(list((out / "images").iterdir())) == 7
    shutil.rmtree(source)
    assert all((out / image).is_file() for case in testset.cases for one in case.references for image in one.images)


def test_a_copy_holds_only_pictures_of_imported_cases(
    source: Path, tmp_path: Path, do_import: Callable[..., Any]
) -> None:
    (source / "Images/human/park/1.png").unlink()
    out = tmp_path / "private"
    report, _ = do_import("opens2v", source, out, copy=True, accept_licence=True)
    assert report.num_cases == 3
    assert len(list((out / "images").iterdir())) == 4


def test_another_folder_without_a_copy_names_both_ways_out(
    source: Path, tmp_path: Path, do_import: Callable[..., Any]
) -> None:
    with pytest.raises(InputError, match=r"--out .*opens2v.* --copy") as caught:
        do_import("opens2v", source, tmp_path / "elsewhere")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_above_the_pictures_will_do(source: Path, do_import: Callable[..., Any]) -> None:
    _, testset = do_import("opens2v", source, source.parent)
    assert testset.cases[0].references[0].images == ("opens2v/Images/singleobject/teddybear/1.png",)


def test_importing_again_gives_the_same_bytes(source: Path, do_import: Callable[..., Any]) -> None:
    do_import("opens2v", source)
    first = {path.name: path.read_bytes() for path in source.glob("*.json*")}
    do_import("opens2v", source)
    assert {path.name: path.read_bytes() for path in source.glob("*.json*")} == first


def test_files_that_are_not_ours_are_never_replaced(source: Path, do_import: Callable[..., Any]) -> None:
    (source / "cases.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(InputError, match="no import wrote it"):
        do_import("opens2v", source)
    assert (source / "cases.jsonl").read_text(encoding="utf-8") == "{}\n"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"img_paths": ["Images/gone.png"]}, "is missing"),
        ({"img_paths": ["../secret.png"]}, "leaves"),
        ({"img_paths": ["/etc/hostname"]}, "is absolute"),
        ({"img_paths": ["Images/note.png"]}, "not a picture"),
        ({"img_paths": []}, "must be lists of strings"),
        ({"img_paths": [3]}, "must be lists of strings"),
        ({"class_label": ["Toy", "Toy"]}, "1 pictures but 2 labels"),
        ({"prompt": " "}, "has no prompt"),
        ({"prompt": 5}, "has no prompt"),
    ],
)
def test_a_bad_case_is_skipped_with_its_reason(
    source: Path, do_import: Callable[..., Any], change: dict[str, Any], reason: str
) -> None:
    (source / "Images/note.png").write_text("no picture", encoding="utf-8")
    (source.parent / "secret.png").write_bytes((source / "Images/multi/cat/1.png").read_bytes())
    _rewrite(source, CASES | {"singleobj_4": CASES["singleobj_4"] | change})
    report, testset = do_import("opens2v", source)
    assert len(testset.cases) == 3
    assert [what for what, _ in report.skipped] == ["Open-Domain_Eval.json, case 'singleobj_4'"]
    assert reason in report.skipped[0][1]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("[1, 2", "line 1, column 6: not valid JSON"),
        ([], "must be a JSON object"),
        ({}, "not one case could be imported"),
        ({"a": 3}, "not one case could be imported"),
        ('{"a": 1, "a": 2}', "key 'a' comes twice"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_a_file_that_is_not_the_benchmarks(
    source: Path, do_import: Callable[..., Any], value: Any, message: str
) -> None:
    _rewrite(source, value)
    with pytest.raises(InputError, match=message) as caught:
        do_import("opens2v", source)
    assert "\n" not in str(caught.value)
    assert not (source / "MANIFEST.json").exists()


def test_odd_case_ids_name_no_files_elsewhere(source: Path, do_import: Callable[..., Any]) -> None:
    odd = "../../Straße 7/猫 😀"
    _rewrite(source, {odd: CASES["singleobj_4"]})
    (source / "Results").mkdir()
    _, testset = do_import("opens2v", source, results=str(source / "Results"))
    assert [case.id for case in testset.cases] == ["_.._Straße_7_猫_"]
    assert [row.source for row in testset.case_rows()] == [f"Open-Domain_Eval.json#{odd}"]


def test_the_only_other_file_is_read_and_options_are_checked(source: Path, do_import: Callable[..., Any]) -> None:
    (source / "Open-Domain_Eval.json").rename(source / "Human-Domain_Eval.json")
    report, _ = do_import("opens2v", source)
    assert report.num_cases == 4
    with pytest.raises(InputError, match=r"no Single.json; json=Human-Domain_Eval.json"):
        do_import("opens2v", source, json="Single.json")
    with pytest.raises(InputError, match=r"unknown option .result.; .*results"):
        do_import("opens2v", source, result="x")
    with pytest.raises(InputError, match="results=nowhere: does not exist"):
        do_import("opens2v", source, results="nowhere")


def test_archives_and_missing_sources_say_what_to_do(tmp_path: Path, do_import: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="does not exist; opens2v reads the folder with"):
        do_import("opens2v", tmp_path / "nothing")
    (tmp_path / "set.zip").write_bytes(b"PK")
    with pytest.raises(InputError, match="is an archive; unpack it first"):
        do_import("opens2v", tmp_path / "set.zip")
