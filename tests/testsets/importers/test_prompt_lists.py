from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from s2vbench.errors import InputError


def _list(folder: Path, text: str, name: str = "list.txt") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


@pytest.fixture
def folder(tmp_path: Path, draw: Callable[..., Path]) -> Path:
    for name in ("plush_schnauzer.png", "image1.png", "red-ball_2.png", "Käfer über.png", "fox/0.png", "fox/1.png"):
        draw(tmp_path / "refs" / name)
    return tmp_path


def test_real_kaleido_references(shared: Path, tmp_path: Path, do_import: Callable[..., Any]) -> None:
    clips = shared / "real/kaleido_clips"
    stored = json.loads((clips / "cases.json").read_text(encoding="utf-8"))
    lines = ["@@".join([case["prompt"], *(one["image"] for one in case["references"])]) for case in stored]
    nouns = {one["image"]: {"noun": one["noun"], "kind": one["kind"]} for case in stored for one in case["references"]}
    (tmp_path / "nouns.json").write_text(json.dumps(nouns), encoding="utf-8")
    source = _list(tmp_path, "\r\n".join(lines) + "\r\n")
    report, testset = do_import(
        "kaleido-list",
        source,
        tmp_path / "out",
        copy=True,
        accept_licence=True,
        images=str(clips),
        nouns=str(tmp_path / "nouns.json"),
    )
    assert (report.num_cases, report.num_images, report.skipped) == (4, 8, ())
    assert report.notes == ("Nobody knows under which licence the pictures of a list are.",)
    assert [case.prompt for case in testset.cases] == [case["prompt"] for case in stored]
    assert [[(one.noun, one.kind) for one in case.references] for case in testset.cases] == [
        [(one["noun"], one["kind"]) for one in case["references"]] for case in stored
    ]
    assert all(len(row.subject_spans) == row.n_subjects for row in testset.case_rows())


def test_blank_lines_comments_and_windows_ends(folder: Path, do_import: Callable[..., Any]) -> None:
    source = _list(
        folder,
        "\ufeff# demo\r\n\r\nA plush schnauzer runs.@@refs/plush_schnauzer.png\r\n"
        "A beetle rolls a red ball.@@ refs\\red-ball_2.png @@refs/image1.png\r\nA street at night.",
    )
    report, testset = do_import("kaleido-list", source)
    assert report.skipped == ()
    assert [case.id for case in testset.cases] == ["line-0003", "line-0004", "line-0005"]
    assert [[one.noun for one in case.references] for case in testset.cases] == [
        ["plush schnauzer"],
        ["red ball", "subject"],
        [],
    ]
    assert testset.cases[0].tags == ("noun-from-file-name",)
    assert testset.cases[1].tags == ("noun-from-file-name", "noun-unknown", "noun-not-in-prompt")
    assert any("line 4: nobody says what 'refs/image1.png' shows" in note for note in report.notes)


def test_a_file_of_nouns_groups_views_of_one_individual(folder: Path, do_import: Callable[..., Any]) -> None:
    nouns = {f"refs/fox/{i}.png": {"noun": "fox character", "kind": "cartoon", "subject": "fox"} for i in (0, 1)}
    (folder / "nouns.json").write_text(json.dumps(nouns | {"refs/unused.png": "cat"}), encoding="utf-8")
    source = _list(folder, "A fox character waves.@@refs/fox/0.png@@./refs/fox/1.png")
    report, testset = do_import("kaleido-list", source, nouns=str(folder / "nouns.json"))
    (fox,) = testset.cases[0].references
    assert (fox.id, fox.kind, fox.noun) == ("fox", "cartoon", "fox character")
    assert fox.images == ("refs/fox/0.png", "refs/fox/1.png")
    assert [row.view_id for row in testset.image_rows()] == ["front", "view-1"]
    assert any("'refs/unused.png' is in no line" in note for note in report.notes)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("A dog.@@refs/gone.png", "is missing"),
        ("A dog.@@../list.txt", "leaves"),
        ("A dog.@@/etc/hostname", "is absolute"),
        ("A dog.@@refs/..\\..\\..\\x.png", "leaves"),
        ("A dog.@@", "no part empty"),
        ("@@refs/image1.png", "no part empty"),
        ("refs/image1.png@@refs/image1.png", "starts with a picture"),
        ("A dog.@@list.txt", "not a picture"),
        ("A dog.@@refs", "is missing"),
        ("A dog.@@refs/nul\0.png", "null character"),
    ],
)
def test_a_bad_line_is_skipped_with_its_number(
    folder: Path, do_import: Callable[..., Any], line: str, reason: str
) -> None:
    source = _list(folder, f"A red ball.@@refs/red-ball_2.png\n{line}\n")
    report, testset = do_import("kaleido-list", source)
    assert len(testset.cases) == 1
    assert [what for what, _ in report.skipped] == ["list.txt, line 2"]
    assert reason in report.skipped[0][1]


def test_links_out_of_the_folder_are_refused(
    folder: Path, do_import: Callable[..., Any], draw: Callable[..., Path]
) -> None:
    inside = folder / "set"
    draw(inside / "ball.png")
    (inside / "link.png").symlink_to(folder / "refs/image1.png")
    source = _list(inside, "A ball.@@ball.png\nA ball.@@link.png")
    report, _ = do_import("kaleido-list", source)
    assert [what for what, _ in report.skipped] == ["list.txt, line 2"]


def test_names_in_any_script(folder: Path, do_import: Callable[..., Any]) -> None:
    source = _list(folder, "Ein Käfer läuft.@@refs/Käfer über.png")
    _, testset = do_import("kaleido-list", source)
    assert testset.cases[0].references[0].noun == "Käfer"
    assert testset.cases[0].references[0].images == ("refs/Käfer über.png",)


def test_lines_without_pictures(folder: Path, do_import: Callable[..., Any]) -> None:
    report, testset = do_import("kaleido-list", _list(folder, "A ball.@@refs/red-ball_2.png\nA street at night.\n"))
    assert len(testset.cases) == 2
    assert "list.txt, line 2: names no picture; its case has no subjects" in report.notes
    with pytest.raises(InputError, match=r"not one case .*list.txt, line 2: names no picture; a line has the form pro"):
        do_import("kaleido-list", _list(folder, "# About\nWords, and more words.\n@@\n"))


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\r\n"])
def test_an_empty_list_is_an_error(folder: Path, do_import: Callable[..., Any], text: str) -> None:
    with pytest.raises(
        InputError, match=r"not one case could be imported \(nothing in it is a case; kaleido-list reads"
    ):
        do_import("kaleido-list", _list(folder, text))


def test_a_list_that_is_no_text(folder: Path, do_import: Callable[..., Any]) -> None:
    source = folder / "list.txt"
    source.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is not UTF-8 text"):
        do_import("kaleido-list", source)
    with pytest.raises(InputError, match="is a folder; kaleido-list reads a text file"):
        do_import("kaleido-list", folder)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "must be a JSON object"),
        ({"a.png": 3}, 'must be "noun" or'),
        ({"a.png": {"noun": " "}}, 'must be "noun" or'),
        ({"a.png": {"noun": "dog", "kind": "pet"}}, "kind 'pet' must be one of human"),
        ({"a.png": {"noun": "dog", "nuon": 1}}, "unknown key 'nuon'"),
        ({"a.png": {"noun": "dog", "subject": ""}}, "must be a name"),
    ],
)
def test_a_bad_file_of_nouns(folder: Path, do_import: Callable[..., Any], value: Any, message: str) -> None:
    (folder / "nouns.json").write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        do_import("kaleido-list", _list(folder, "A dog."), nouns=str(folder / "nouns.json"))


def test_one_individual_has_one_noun(folder: Path, do_import: Callable[..., Any]) -> None:
    nouns = {"refs/fox/0.png": {"noun": "fox", "subject": "f"}, "refs/fox/1.png": {"noun": "dog", "subject": "f"}}
    (folder / "nouns.json").write_text(json.dumps(nouns), encoding="utf-8")
    source = _list(folder, "A fox.@@refs/fox/0.png\nA dog.@@refs/fox/1.png")
    report, _ = do_import("kaleido-list", source, nouns=str(folder / "nouns.json"))
    assert report.skipped[0][0] == "list.txt, line 2"
    assert "give all its pictures one noun" in report.skipped[0][1]


def test_magref_lines_start_with_a_key(folder: Path, do_import: Callable[..., Any]) -> None:
    source = _list(
        folder,
        "demo/1@@A plush schnauzer.@@refs/plush_schnauzer.png\ndemo/1@@A ball.@@refs/red-ball_2.png\n"
        "only a key\nkey@@refs/image1.png@@refs/image1.png\n",
    )
    report, testset = do_import("magref-list", source)
    assert [case.id for case in testset.cases] == ["demo_1", "demo_1-2"]
    assert [(what, why.split(";")[0]) for what, why in report.skipped] == [
        ("list.txt, line 3", "must have the form key@@prompt@@image@@image, with no part empty"),
        ("list.txt, line 4", "has no prompt between key and pictures"),
    ]
