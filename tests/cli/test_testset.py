"""`s2vbench testset ...` as a user meets it: streams, exit codes, messages."""

from __future__ import annotations

import json
import shutil
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from s2vbench.cli.main import run_app
from s2vbench.testsets import folder as folder_module
from s2vbench.testsets import importers
from s2vbench.testsets.check import check_testset
from s2vbench.testsets.importers.base import ImportOptions, ImportReport
from tests.testsets import small_set


@pytest.fixture
def small(tmp_path: Path) -> Path:
    small_set.make(tmp_path / "small")
    return tmp_path / "small"


def _run(capfd: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run_app(["testset", *map(str, arguments)])
    out, err = capfd.readouterr()
    return code, out, err


@pytest.mark.parametrize("command", ["build", "check", "import", "show", "ls", "export"])
def test_help_has_examples(capfd: pytest.CaptureFixture[str], command: str) -> None:
    code, out, err = _run(capfd, command, "--help")
    assert code == 0
    assert f"s2vbench testset {command}" in out
    assert "Example" in out
    assert not err


def test_check_of_a_good_one(capfd: pytest.CaptureFixture[str], small: Path) -> None:
    assert _run(capfd, "check", small) == (0, "", f"{small}: 0 errors, 0 warnings\n")


def test_check_lists_one_line_each(capfd: pytest.CaptureFixture[str], small: Path) -> None:
    (small / "images/mug-front.png").unlink()
    (small / "images/stray.png").touch()
    code, out, err = _run(capfd, "check", small)
    lines = out.splitlines()
    assert code == 2
    assert len(lines) == 3
    assert lines[1].startswith(f"error: {small}/MANIFEST.json: names 'images/mug-front.png', which is missing; ")
    assert lines[0].startswith(
        f"error: {small}/images.jsonl, line 6, image 'mug-front': 'images/mug-front.png' is miss"
    )
    assert lines[2].startswith(f"warning: {small}/images/stray.png: no row names this file; ")
    assert err == f"{small}: 2 errors, 1 warnings\n"


def test_warnings_alone_are_code_0_unless_strict(capfd: pytest.CaptureFixture[str], small: Path) -> None:
    (small / "images/stray.png").touch()
    assert _run(capfd, "check", small)[0] == 0
    assert _run(capfd, "check", small, "--strict")[0] == 2


def test_check_as_json(capfd: pytest.CaptureFixture[str], small: Path) -> None:
    (small / "MANIFEST.json").write_text("{", encoding="utf-8")
    code, out, _ = _run(capfd, "check", small, "--json")
    found = json.loads(out)
    assert code == 2
    assert (found["errors"], found["warnings"]) == (1, 0)
    assert found["problems"][0]["file"] == "MANIFEST.json"
    assert set(found["problems"][0]) == {"file", "line", "item", "what", "remedy", "severity"}


def test_check_of_a_cases_file_and_of_nothing(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text('[{"id": "a", "prompt": 5}]', encoding="utf-8")
    code, out, _ = _run(capfd, "check", path)
    assert code == 2
    assert out.startswith(f"error: {path}, line 1, case 'a': prompt = 5")
    code, _, err = _run(capfd, "check", tmp_path / "none")
    assert code == 2
    assert "no such test set" in err


@pytest.mark.parametrize("name", ["page.html", "page.png"])
def test_show_writes_one_file(capfd: pytest.CaptureFixture[str], small: Path, tmp_path: Path, name: str) -> None:
    code, out, _ = _run(capfd, "show", small, "--out", tmp_path / name, "--case", "alone")
    assert (code, out) == (0, f"{tmp_path / name}\n")
    content = (tmp_path / name).read_bytes()
    assert content.startswith(b"\x89PNG" if name.endswith("png") else b"<!doctype html>")


def test_show_names_its_file_itself(
    capfd: pytest.CaptureFixture[str], small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run(capfd, "show", small)[1] == "small.html\n"
    assert _run(capfd, "show", small, "--png", "--category", "object", "--split", "small")[1] == "small.png\n"
    assert _run(capfd, "show", small, "--case", "none")[0] == 2


@pytest.mark.parametrize("format_name", ["folder", "imagefolder", "parquet"])
def test_export_and_back(capfd: pytest.CaptureFixture[str], small: Path, tmp_path: Path, format_name: str) -> None:
    to = tmp_path / "out.parquet" if format_name == "parquet" else tmp_path / "out"
    code, out, err = _run(capfd, "export", small, "--to", to, "--format", format_name)
    assert (code, out, err) == (0, f"{to}: 2 cases, 6 images\n", "")
    if format_name == "folder":
        assert check_testset(to) == []
        return
    code, out, _ = _run(capfd, "import", format_name, to, "--out", tmp_path / "back", "--json")
    assert code == 0
    assert json.loads(out) == {
        "path": str(tmp_path / "back"),
        "num_cases": 2,
        "num_images": 6,
        "skipped": [],
        "notes": [],
    }
    assert (tmp_path / "back/images.jsonl").read_bytes() == (small / "images.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["export", "{small}"], "--to is missing"),
        (["export", "{small}", "--to", "x", "--format", "tar"], "choose folder, imagefolder, parquet"),
        (["import", "nonsense", "x", "--out", "y"], "unknown format 'nonsense'; choose opens2v"),
        (["import", "nonsense"], "unknown format 'nonsense'; choose opens2v"),
        (["import", "imagefolder", "none", "--out", "{small}"], "none: does not exist"),
        (["import", "opens2v", "x" * 5_000, "--out", "{small}"], "does not exist; opens2v reads"),
        (["import", "opens2v", "{small}", "--out", "{small}", "--name", "../x"], "give another one with --name"),
        (["export", "{small}", "--to", "{small}/inside"], "lies inside the test set"),
        (["export", "{small}", "--to", "x" * 5_000], "cannot write"),
        (["show", "{small}", "--out", "{small}/images.jsonl"], "images.jsonl: a page ends in .html"),
        (["show", "{small}", "--out", "{small}/MANIFEST.json", "--png"], "MANIFEST.json: a picture ends in .png"),
        (["show", "{small}", "--out", "page.html", "--png"], "page.html: a picture ends in .png"),
        (["show", "{small}", "--out", "{small}/images/tom-front.png"], "is a file of the test set itself"),
        (["show", "{small}", "--png", "--out", "{small}/masks/../masks/tom-front.png"], "is a file of the test set"),
        (["check", "/dev/null"], "/dev/null: is neither a folder nor a plain file"),
        (["show", "{small}", "--out", "x" * 5_000 + ".html"], "cannot write"),
        (["show", "x" * 5_000], "unknown testset"),
        (["import", "parquet", "x"], "--out is missing"),
        (["import", "parquet"], "SOURCE is missing"),
        (["import", "parquet", "x", "--out", "y", "-o", "a=b"], "parquet has no options"),
        (["import", "opens2v", "x", "--out", "y", "-o", "a"], "--option 'a' must be KEY=VALUE"),
        (["build", "s2v40"], "did you mean 's2v400'"),
        (["show", "s2v40"], "did you mean 's2v400'"),
    ],
)
def test_wrong_usage_is_code_2(
    capfd: pytest.CaptureFixture[str], small: Path, arguments: list[str], message: str
) -> None:
    before = {path: path.read_bytes() for path in small.rglob("*") if path.is_file()}
    code, out, err = _run(capfd, *(text.format(small=small) for text in arguments))
    assert code == 2
    assert message in out + err
    assert len(out + err) < 20_000
    assert {path: path.read_bytes() for path in small.rglob("*") if path.is_file()} == before


class _Fake:
    name, summary, source_help, licence = "fake", "a format", "a file", "CC0"
    extras: dict[str, str] = {}  # noqa: RUF012 -- never changed
    seen: tuple[Path, Path, ImportOptions] | None = None

    def run(self, source: Path, out: Path, options: ImportOptions) -> ImportReport:
        self.seen = (source, out, options)
        return ImportReport(3, 5, (("case 7", "no picture"),), ("look at it",))


def test_import_hands_over_and_prints_the_report(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = _Fake()
    monkeypatch.setattr(importers, "IMPORTERS", {"fake": fake})
    options = ["--name", "n", "--copy", "--accept-licence", "-o", "a=b=c", "--option", "d="]
    code, out, _ = _run(capfd, "import", "fake", tmp_path / "x", "--out", tmp_path / "y", *options)
    assert code == 0
    assert out == f"{tmp_path / 'y'}: 3 cases, 5 images\nleft out: case 7: no picture\nnote: look at it\n"
    wanted = ImportOptions(name="n", copy=True, accept_licence=True, extra={"a": "b=c", "d": ""})
    assert fake.seen == (tmp_path / "x", tmp_path / "y", wanted)


def test_import_lists_its_formats(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = _run(capfd, "import")
    assert (code, err) == (0, "")
    assert "opens2v: " in out
    assert "parquet: " in out
    listed = json.loads(_run(capfd, "import", "--json")[1])
    assert set(listed[0]) == {"format", "what", "reads", "licence", "options"}


def _with_builder(monkeypatch: pytest.MonkeyPatch, build: Callable[..., None]) -> None:
    module = types.ModuleType("s2vbench.world.testset.build")
    module.build_testset = build  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "s2vbench.world.testset.build", module)


def test_build_draws_and_checks(
    capfd: pytest.CaptureFixture[str], small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[Any] = []

    def build(name: str, out: Path, progress: Callable[[int, int], None]) -> None:
        built.append((name, out))
        shutil.copytree(small, out)
        for done in range(1, 101):
            progress(done, 100)

    _with_builder(monkeypatch, build)
    code, out, err = _run(capfd, "build", "s2v400", "--out", tmp_path / "mine", "--check")
    assert (code, out) == (0, f"{tmp_path / 'mine'}\n")
    assert err.count("drawn") == 20
    assert "drawn 100/100" in err
    assert "0 errors" in err
    monkeypatch.setattr(folder_module, "S2V400", tmp_path / "home")
    assert _run(capfd, "build", "s2v400")[1] == f"{tmp_path / 'home'}\n"
    assert built == [("s2v400", tmp_path / "mine"), ("s2v400", tmp_path / "home")]


def test_ls_counts(
    capfd: pytest.CaptureFixture[str], small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "S2V400", small)
    code, out, _ = _run(capfd, "ls", "--json")
    (found,) = json.loads(out)
    expected = {"name": "s2v400", "cases": 2, "multi_subject": 1, "subjects": 3, "images": 6, "where": str(small)}
    assert (code, found) == (0, expected)
    (small / "MANIFEST.json").unlink()
    assert json.loads(_run(capfd, "ls", "--json")[1]) == [expected]
    monkeypatch.setattr(folder_module, "S2V400", tmp_path / "none")
    assert json.loads(_run(capfd, "ls", "--json")[1])[0]["cases"] is None
    assert run_app(["ls", "testsets"]) == 0
    assert "testset build s2v400" in capfd.readouterr().out


@pytest.mark.parametrize("name", ["../../evil", "/tmp/s2vbench-evil", "a\nb"])
def test_show_writes_nowhere_else_whatever_the_set_is_called(
    capfd: pytest.CaptureFixture[str], small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "deep/er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep/er")
    manifest = json.loads((small / "MANIFEST.json").read_bytes())
    (small / "MANIFEST.json").write_text(json.dumps(manifest | {"name": name}), encoding="utf-8")
    code, _, err = _run(capfd, "show", small)
    assert code == 2
    assert "MANIFEST.json: name = " in err
    assert list((tmp_path / "deep/er").iterdir()) == []
    (small / "MANIFEST.json").unlink()
    shutil.move(small, tmp_path / "a\\b")
    assert _run(capfd, "show", tmp_path / "a\\b")[1] == "a_b.html\n"


def test_test_sets_of_modules(
    capfd: pytest.CaptureFixture[str], small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "s2v_broken_syntax.py").write_text("def :\n", encoding="utf-8")
    (tmp_path / "s2v_broken_run.py").write_text("1 / 0\n", encoding="utf-8")
    (tmp_path / "s2v_odd.py").write_text("GONE = '/none/here'\ndef MADE(): ...\n", encoding="utf-8")
    (tmp_path / "mine.json").write_text('[{"id": "a", "prompt": "A cat."}]', encoding="utf-8")
    (tmp_path / "s2v_good.py").write_text(
        "from s2vbench.testsets.folder import load_testset\n"
        f"FILE = load_testset({str(tmp_path / 'mine.json')!r})\nFOLDER = load_testset({str(small)!r})\n",
        encoding="utf-8",
    )
    for name, message in (
        ("s2v_broken_syntax:x", "s2v_broken_syntax:x"),
        ("s2v_broken_run:x", "ZeroDivisionError"),
        ("s2v_odd:GONE", "names '/none/here', which does not exist"),
        ("s2v_odd:MADE", "is a function; it must be a path or a TestSet"),
    ):
        code, out, err = _run(capfd, "check", name)
        assert (code, out) == (2, "")
        assert message in err
        assert len(err.splitlines()) == 1
    assert _run(capfd, "check", "s2v_good:FILE")[2] == f"{tmp_path / 'mine.json'}: 0 errors, 0 warnings\n"
    assert _run(capfd, "check", "s2v_good:FOLDER")[2] == f"{small}: 0 errors, 0 warnings\n"


def test_export_says_what_check_will_say(capfd: pytest.CaptureFixture[str], small: Path, tmp_path: Path) -> None:
    rows = (small / "images.jsonl").read_text(encoding="utf-8")
    (small / "images.jsonl").write_text(rows.replace('"depicts_minor": false', '"depicts_minor": true', 1))
    code, out, _ = _run(capfd, "export", small, "--to", tmp_path / "out")
    assert code == 0
    assert out.splitlines()[1].startswith("note: 1 errors in the rows; ")
    (_, found) = (code, json.loads(_run(capfd, "export", small, "--to", tmp_path / "again", "--json")[1]))
    assert "depicts a minor" in found["notes"][0]
