from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from s2vbench.errors import InputError


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    folder = tmp_path / "videos"
    folder.mkdir()
    for name in ("a cat, running-0.mp4", "a cat, running-1.mp4", "a well-known café.webm", "notes.txt"):
        (folder / name).write_bytes(name.encode())
    return folder


def _json(folder: Path, value: Any) -> Path:
    path = folder / "prompts.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def test_names_are_prompts(videos: Path, do_import: Callable[..., Any]) -> None:
    report, testset = do_import("vbench-custom", videos)
    assert [(case.prompt, case.video) for case in testset.cases] == [
        ("a cat, running", "a cat, running-0.mp4"),
        ("a cat, running", "a cat, running-1.mp4"),
        ("a well-known café", "a well-known café.webm"),
    ]
    assert [case.id for case in testset.cases] == ["a_cat_running-0", "a_cat_running-1", "a_well-known_café-0"]
    assert (report.num_images, report.skipped) == (0, ())


def test_real_clips(shared: Path, tmp_path: Path, do_import: Callable[..., Any]) -> None:
    stored = json.loads((shared / "real/kaleido_clips/cases.json").read_text(encoding="utf-8"))
    table = {case["video"]: case["prompt"] for case in stored}
    source = _json(tmp_path, table)
    out = tmp_path / "out"
    _, testset = do_import("vbench-custom", source, out, copy=True, videos=str(shared / "real/kaleido_clips"))
    assert [case.prompt for case in testset.cases] == [case["prompt"] for case in stored]
    assert all((out / case.video).stat().st_size > 10_000 for case in testset.cases)


def test_a_copy_gives_files_names_that_any_system_takes(
    videos: Path, tmp_path: Path, do_import: Callable[..., Any]
) -> None:
    long = "word " * 40 + "-0.mp4"
    (videos / long).write_bytes(b"long")
    _, testset = do_import("vbench-custom", videos, tmp_path / "out", copy=True)
    assert [case.video for case in testset.cases][:2] == ["videos/a_cat_running-0.mp4", "videos/a_cat_running-1.mp4"]
    assert max(len(Path(case.video).name) for case in testset.cases) <= 105
    assert {(tmp_path / "out" / case.video).read_bytes() for case in testset.cases} >= {b"long"}


def test_the_benchmarks_list_of_prompts(videos: Path, do_import: Callable[..., Any]) -> None:
    entries = [
        {"prompt_en": "a cat, running", "dimension": ["subject_consistency", "motion_smoothness"]},
        {"prompt_en": "nobody filmed this", "dimension": ["color"], "auxiliary_info": {"color": "red"}},
        {"prompt": "wrong key"},
        7,
    ]
    source = _json(videos, entries)
    report, testset = do_import("vbench-custom", source)
    assert [(case.prompt, case.video) for case in testset.cases] == [
        ("a cat, running", None),
        ("nobody filmed this", None),
    ]
    assert testset.cases[0].tags == ("vbench-subject_consistency", "vbench-motion_smoothness")
    assert [what for what, _ in report.skipped] == ["prompts.json, entry 2", "prompts.json, entry 3"]
    report, testset = do_import("vbench-custom", videos, prompts=str(source))
    assert [case.video for case in testset.cases] == ["a cat, running-0.mp4", "a cat, running-1.mp4"]
    skipped = dict(report.skipped)
    assert "no video is called 'nobody filmed this'" in skipped["prompts.json, entry 1"]
    assert "a well-known" in skipped["1 videos"]


def test_a_table_of_video_paths(videos: Path, do_import: Callable[..., Any]) -> None:
    table = {
        "a cat, running-0.mp4": "A cat runs.",
        "../videos/../secret.mp4": "no",
        "/etc/hostname": "no",
        "gone.mp4": "no",
        "a cat, running-1.mp4": " ",
    }
    report, testset = do_import("vbench-custom", videos, prompts=str(_json(videos, table)))
    assert [(case.prompt, case.video) for case in testset.cases] == [("A cat runs.", "a cat, running-0.mp4")]
    reasons = [why for _, why in report.skipped]
    for reason, text in zip(reasons, ("leaves", "is absolute", "is missing", "must have a prompt"), strict=True):
        assert text in reason


def test_a_repeated_prompt_is_one_case(tmp_path: Path, do_import: Callable[..., Any]) -> None:
    report, testset = do_import("vbench-custom", _json(tmp_path, ["a cat", "a dog", "a cat"]))
    assert [case.prompt for case in testset.cases] == ["a cat", "a dog"]
    assert report.skipped == (("prompts.json#2", "has the prompt and the pictures of case a_cat"),)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{", "line 1, column 2: not valid JSON"),
        ("3", "must be a list of prompts"),
        ([], "not one case"),
        ({}, "not one case"),
        ("[NaN]", "NaN is no number"),
    ],
)
def test_a_bad_file_of_prompts(tmp_path: Path, do_import: Callable[..., Any], value: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        do_import("vbench-custom", _json(tmp_path, value))


def test_a_folder_without_videos(tmp_path: Path, do_import: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="holds no videos"):
        do_import("vbench-custom", tmp_path)
