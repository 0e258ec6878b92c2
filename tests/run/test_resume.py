from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from s2vbench.errors import InputError, ManifestChangedError, OutputError, RunLockedError
from s2vbench.ledger import Ledger, read_rows
from s2vbench.run.folder import current_scores, open_run, read_manifest
from s2vbench.run.score import score
from s2vbench.types import Generation, Score
from s2vbench.video.encode import write_video
from tests.clips import flicker, moving_square, noise, still, write_cases
from tests.run.driver import request

RECORDS = ("scores.jsonl", "generations.jsonl")


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    return write_cases(folder, {"a": still(3, 64, 64), "b": moving_square(4, 64, 80), "c": flicker(3, 64, 64)})


@pytest.fixture(scope="module")
def whole(cases: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The records of a run that nothing interrupted."""
    out = tmp_path_factory.mktemp("run")
    assert score(request(cases, out)).num_failed == 0
    return {name: (out / name).read_bytes() for name in RECORDS}


def records(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in RECORDS}


class _PowerCutError(BaseException):
    pass


@pytest.mark.parametrize(("lines", "share"), [(line, share) for line in range(9) for share in (line % 3 / 2,)])
def test_an_interruption_at_any_line_changes_nothing(
    cases: Path, whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: int, share: float
) -> None:
    original, written = Ledger.append, 0

    def append(self: Ledger[Any], row: Any) -> None:
        nonlocal written
        if written == lines:
            line = row.model_dump_json().encode()
            with self.path.open("ab", buffering=0) as file:
                file.write(line[: int(len(line) * share)])
            raise _PowerCutError
        written += 1
        original(self, row)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "append", append)
        with pytest.raises(_PowerCutError):
            score(request(cases, tmp_path))
    score(request(cases, tmp_path))
    assert records(tmp_path) == whole


@pytest.mark.parametrize(("lines", "num_bytes"), [(0, 0), (4, 100)])
def test_a_killed_process_is_resumed_to_the_same_bytes(
    cases: Path, whole: dict[str, bytes], tmp_path: Path, lines: int, num_bytes: int
) -> None:
    command = [sys.executable, "-m", "tests.run.driver", str(cases), str(tmp_path)]
    killed = subprocess.run([*command, str(lines), str(num_bytes)], capture_output=True, check=False)
    assert killed.returncode == 9, killed.stderr
    assert records(tmp_path) != whole
    subprocess.run(command, check=True, capture_output=True)
    assert records(tmp_path) == whole


def test_a_finished_run_is_left_alone(cases: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    for _ in range(2):
        assert score(request(cases, tmp_path)).num_jobs == 3
    assert records(tmp_path) == whole


def test_another_metric_joins_the_same_folder(cases: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    score(request(cases, tmp_path, metrics=["imaging_quality"]))
    score(request(cases, tmp_path, metrics=["subject_consistency"]))
    assert set(read_manifest(tmp_path).metrics) == {"imaging_quality", "subject_consistency"}
    expected = {json.loads(line)["key"] for line in whole["scores.jsonl"].splitlines()}
    assert {row.key for row in current_scores(tmp_path)} == expected


def test_a_folder_of_another_version_is_not_written_to_nor_read(cases: Path, tmp_path: Path) -> None:
    score(request(cases, tmp_path, metrics=["imaging_quality"]))
    file = tmp_path / "manifest.json"
    # Another version may have other fields, too.
    file.write_text(json.dumps(json.loads(file.read_text()) | {"schema_version": 7, "hardware": "abacus"}))
    before = records(tmp_path)
    with pytest.raises(InputError, match=r"manifest\.json: schema_version 7, made by another version of s2vbench"):
        score(request(cases, tmp_path, metrics=["imaging_quality"]))
    with pytest.raises(InputError, match="schema_version 7"):
        read_manifest(tmp_path)
    assert records(tmp_path) == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"precision": "bf16"}, "precision: fp32 -> bf16"),
        ({"weights": "seeded:2"}, "weights.tests.tiny:DINO: seeded:1 -> seeded:2"),
        ({"model": "other"}, "model: videos -> other"),
    ],
)
def test_other_settings_in_the_same_folder_are_refused_by_name(
    cases: Path, tmp_path: Path, changes: dict[str, object], field: str
) -> None:
    score(request(cases, tmp_path, metrics=["subject_consistency"]))
    before = records(tmp_path)
    with pytest.raises(ManifestChangedError) as caught:
        score(request(cases, tmp_path, metrics=["subject_consistency"], **changes))
    assert field in str(caught.value)
    assert "--out" in str(caught.value)
    assert records(tmp_path) == before


def test_a_changed_cases_file_is_refused(cases: Path, tmp_path: Path) -> None:
    copy = tmp_path / "cases.json"
    rows = json.loads(cases.read_text())
    copy.write_text(json.dumps(rows))
    out = tmp_path / "out"
    score(request(copy, out, videos=cases.parent, metrics=["subject_consistency"]))
    copy.write_text(json.dumps(rows[:1]))
    with pytest.raises(ManifestChangedError, match="testset_sha256"):
        score(request(copy, out, videos=cases.parent, metrics=["subject_consistency"]))


def test_a_second_driver_stops_with_a_clear_error(cases: Path, tmp_path: Path) -> None:
    score(request(cases, tmp_path, limit=1))
    with open_run(tmp_path, read_manifest(tmp_path)):
        done = subprocess.run(
            [sys.executable, "-m", "s2vbench", "score", "--cases", str(cases), "--out", str(tmp_path)]
            + ["--profile", "tests/tiny.toml", "--weights", "seeded:1", "--metric", "subject_consistency"],
            capture_output=True,
            text=True,
            check=False,
        )
        with pytest.raises(RunLockedError, match="another s2vbench process"):
            score(request(cases, tmp_path))
    assert done.returncode == 2
    assert "another s2vbench process is writing this run folder" in done.stderr


def test_a_replaced_video_is_scored_again(tmp_path: Path) -> None:
    cases = write_cases(tmp_path, {"a": still(3, 64, 64)})
    out = tmp_path / "out"
    score(request(cases, out))
    write_video(tmp_path / "a.mp4", noise(3, 64, 64), fps=8)
    score(request(cases, out))
    rows = current_scores(out)
    assert len(read_rows(out / "scores.jsonl", Score)) == 4
    assert len(rows) == 2
    assert {row.video_sha256 for row in rows} == {read_rows(out / "generations.jsonl", Generation)[-1].sha256}


def test_failures_are_retried_and_leave_no_second_line(tmp_path: Path) -> None:
    cases = write_cases(tmp_path, {"a": still(3, 64, 64), "b": still(3, 64, 64)})
    video = (tmp_path / "a.mp4").read_bytes()
    (tmp_path / "a.mp4").write_bytes(b"")
    out = tmp_path / "out"
    for _ in range(2):
        assert score(request(cases, out)).num_failed == 1
    assert len(read_rows(out / "scores.jsonl", Score)) == 4
    (tmp_path / "a.mp4").write_bytes(video)
    assert score(request(cases, out)).num_failed == 0
    assert {row.outcome for row in current_scores(out)} == {"ok"}


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda out: (out / "manifest.json").write_text("{}"), "not a manifest"),
        (lambda out: (out / "scores.jsonl").write_text("{}\n"), r"scores\.jsonl, line 1"),
    ],
)
def test_damaged_run_folders_are_named(
    cases: Path, tmp_path: Path, damage: Callable[[Path], object], message: str
) -> None:
    score(request(cases, tmp_path, limit=1))
    damage(tmp_path)
    with pytest.raises(InputError, match=message):
        score(request(cases, tmp_path, limit=1))


def test_an_output_that_cannot_be_written(cases: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot write .*is a file.*choose another place"):
        score(request(cases, tmp_path / "file" / "run"))
