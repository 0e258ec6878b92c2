from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from s2vbench.errors import InputError, OutputError
from s2vbench.testsets import datasets_import, writer
from s2vbench.testsets.check import check_testset
from s2vbench.testsets.datasets_import import import_exported
from s2vbench.testsets.export import export_testset
from s2vbench.testsets.fresh_folder import PART, fresh_folder
from s2vbench.testsets.importers import writing
from s2vbench.testsets.importers.base import ImportOptions
from s2vbench.testsets.importers.prompt_lists import KALEIDO_LIST
from tests.testsets import small_set


@pytest.fixture
def small(tmp_path: Path) -> Path:
    small_set.make(tmp_path / "small")
    return tmp_path / "small"


def _everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def _interrupt_at(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, after: int, error: BaseException
) -> Callable[[], None]:
    """Let `owner.name` work `after` times and then raise; gives what undoes that."""
    real, calls = getattr(owner, name), iter(range(after))

    def stopped(*arguments: Any, **keywords: Any) -> Any:
        if next(calls, None) is None:
            raise error
        return real(*arguments, **keywords)

    monkeypatch.setattr(owner, name, stopped)
    return lambda: monkeypatch.setattr(owner, name, real)


def _fill(target: Path, error: BaseException | None) -> None:
    with fresh_folder(target) as folder:
        (folder / "images").mkdir()
        (folder / "images/a.png").touch()
        if error is not None:
            raise error


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_what_is_not_complete_is_not_there(tmp_path: Path, error: BaseException, *, exists: bool) -> None:
    target = tmp_path / "deep" / "out"
    if exists:
        target.mkdir(parents=True)
        (target / ".DS_Store").touch()
    before = _everything(tmp_path)
    with pytest.raises((KeyboardInterrupt, OutputError)):
        _fill(target, error)
    assert _everything(tmp_path) == before
    _fill(target, None)
    assert _everything(target) - {".DS_Store"} == {"images", "images/a.png"}
    assert target.stat().st_mode & 0o777 == 0o755


def test_what_a_killed_command_left_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "out" / f"{PART}abc").mkdir(parents=True)
    with fresh_folder(tmp_path / "out") as folder:
        (folder / "a").touch()
    assert (tmp_path / "out/a").is_file()


def test_errors_name_the_folder_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught, fresh_folder(tmp_path / "out") as folder:
        raise InputError(f"{folder}/a.png: is wrong")
    assert str(caught.value) == f"{tmp_path / 'out'}/a.png: is wrong"
    (tmp_path / "loop").symlink_to("loop")
    for name, why in (("loop", "move it away"), ("x" * 300, "choose a shorter name")):
        with pytest.raises(OutputError, match=rf"cannot write .*{name}.*; {why}"), fresh_folder(tmp_path / name):
            pytest.fail("the work was begun")
    assert [path.name for path in tmp_path.iterdir()] == ["loop"]


@pytest.mark.parametrize("format_name", ["folder", "imagefolder"])
def test_an_interrupted_export_works_again(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_name: str
) -> None:
    before = _everything(tmp_path)
    undo = _interrupt_at(monkeypatch, shutil, "copyfile", 2, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        export_testset(small, tmp_path / "out", format_name)
    assert _everything(tmp_path) == before
    undo()
    assert export_testset(small, tmp_path / "out", format_name).num_cases == 2


@pytest.mark.parametrize(("owner", "after"), [(datasets_import, 3), (writer, 1)])
def test_an_interrupted_import_works_again(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, after: int
) -> None:
    export_testset(small, tmp_path / "exported", "imagefolder")
    full = OutputError("disk full")
    undo = _interrupt_at(monkeypatch, owner, "write_atomically", after, full)
    with pytest.raises(OutputError):
        import_exported(tmp_path / "exported", tmp_path / "back", "imagefolder")
    assert not (tmp_path / "back").exists()
    undo()
    import_exported(tmp_path / "exported", tmp_path / "back", "imagefolder")
    assert check_testset(tmp_path / "back") == []


def test_an_interrupted_import_beside_the_pictures_works_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_set.picture(1).save(tmp_path / "ball.png")
    (tmp_path / "list.txt").write_text("A ball rolls.@@ball.png\n", encoding="utf-8")
    for after in range(4):
        undo = _interrupt_at(monkeypatch, writing, "write_atomically", after, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            KALEIDO_LIST.run(tmp_path / "list.txt", tmp_path, ImportOptions())
        undo()
    KALEIDO_LIST.run(tmp_path / "list.txt", tmp_path, ImportOptions())
    manifest = json.loads((tmp_path / "MANIFEST.json").read_bytes())
    assert set(manifest["files"]) == {"ball.png", "cases.jsonl", "images.jsonl", "subjects.jsonl"}
    assert {problem.severity for problem in check_testset(tmp_path)} <= {"warning"}
