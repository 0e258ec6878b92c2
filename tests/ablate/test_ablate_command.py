"""`s2vbench ablate` as somebody runs it: plan, report, interruptions, full disks."""

from __future__ import annotations

import csv
import errno
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
import torch

from s2vbench.ablate import runner
from s2vbench.cli.main import run_app
from s2vbench.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_SOME_FAILED, EXIT_USAGE, DivergedError


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def test_the_report_of_a_finished_sweep(whole: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out, _ = whole
    arguments = ["ablate", str(folder / "tiny.toml"), "--out", str(out), "--to", str(tmp_path)]
    assert run_app([*arguments, "--json"]) == EXIT_OK
    document = json.loads(capsys.readouterr().out)
    assert (document["seeds"], document["cases"]) == ([0, 1], 3)
    assert [entry["metric"] for entry in document["metrics"]] == ["imaging_quality", "subject_consistency"]
    with gzip.open(tmp_path / "cells.csv.gz", "rt") as file:
        cells = list(csv.DictReader(file))
    assert len(cells) == 24
    values = [float(row["value"]) for row in cells if (row["variant"], row["metric"]) == ("concat", "imaging_quality")]
    assert document["metrics"][0]["means"]["concat"]["value"] == pytest.approx(sum(values) / 6)
    text = (tmp_path / "README.md").read_text()
    assert "The levels mean nothing" in text
    assert "| both | 2 of 2 | (the reference) |" in text
    names = {path.name for path in tmp_path.iterdir() if not path.name.startswith(".")}
    pictures = {f"{name}.{suffix}" for name in ("curves", "differences") for suffix in ("svg", "png")}
    assert names == {"README.md", "ablation.csv", "ablation.json", "cells.csv.gz", "sweep.toml"} | pictures
    assert run_app([*arguments, "--report"]) == EXIT_OK
    shown = capsys.readouterr()
    assert "published" in shown.out
    assert "imaging_quality: both better than concat (0.500, 0.400):" in shown.out.replace("\n", " ")
    assert f"report: {tmp_path}/README.md" in shown.err


def test_a_plan_takes_its_pace_from_finished_units(
    whole: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out, _ = whole
    text = (folder / "tiny.toml").read_text().replace("seeds = [0, 1]", "seeds = [0, 1, 2]")
    (tmp_path / "more.toml").write_text(text)
    arguments = ["ablate", str(tmp_path / "more.toml"), "--out", str(out), "--dry-run"]
    assert run_app([*arguments, "--json"]) == EXIT_OK
    plan = json.loads(capsys.readouterr().out)
    assert [unit["state"] for unit in plan["units"]] == ["done"] * 4 + ["to do"] * 2
    pace = plan["pace"]
    assert pace["source"] == "4 finished units"
    one = 4 * pace["step_s"] + 3 * (pace["video_s"] + pace["score_s"])
    assert plan["seconds"] == pytest.approx(2 * one, rel=0.05, abs=0.2)
    assert plan["needed_bytes"] > 0
    assert run_app(arguments) == EXIT_OK
    shown = capsys.readouterr().out
    assert "tiny: 6 units of 4 steps and 3 videos" in shown
    assert "shift_wh, seed 2  to do" in shown
    assert not (out / "concat" / "seed-2").exists()


def test_a_plan_of_nothing_done_tries_some_steps_and_videos_and_leaves_nothing(
    whole: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _, _ = whole
    arguments = ["ablate", str(folder / "tiny.toml"), "--out", str(tmp_path / "out"), "--only", "concat", "--dry-run"]
    assert run_app([*arguments, "--json"]) == EXIT_OK
    plan = json.loads(capsys.readouterr().out)
    assert len(plan["units"]) == 2
    assert plan["pace"]["source"] == "a short trial"
    assert min(plan["pace"][key] for key in ("step_s", "video_s", "score_s", "video_bytes")) > 0
    assert not (tmp_path / "out").exists()


def test_ctrl_c_anywhere_ends_with_130(
    whole: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _, _ = whole

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    for name in ("train_unit", "check"):
        monkeypatch.setattr(runner, name, interrupted)
        assert run_app(["ablate", str(folder / "tiny.toml"), "--out", str(tmp_path)]) == EXIT_INTERRUPTED
        assert "run the same command again to go on" in capsys.readouterr().err


def test_a_full_disk_is_one_line_and_the_sweep_goes_on_later(
    whole: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _, _ = whole
    arguments = ["ablate", str(folder / "tiny.toml"), "--out", str(tmp_path), "--only", "concat", "--seeds", "1"]
    replace = os.replace

    def full(source: Any, target: Any) -> None:
        if str(target).endswith("trained.json"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        assert run_app(arguments) == EXIT_USAGE
    error = capsys.readouterr().err.splitlines()[-1]
    assert "trained.json: No space left on device; free space on that disk, then run the same command again" in error
    assert run_app([*arguments, "--json"]) == EXIT_OK
    document = json.loads(capsys.readouterr().out)
    assert document["seeds"] == [1]
    assert any("One seed only" in limit for limit in document["limits"])


def test_a_diverged_unit_is_named_and_the_exit_code_says_so(
    whole: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out, _ = whole
    text = (folder / "tiny.toml").read_text().replace("seeds = [0, 1]", "seeds = [0, 1, 5]")
    (tmp_path / "more.toml").write_text(text)

    def diverged(_: Any) -> None:
        raise DivergedError("step 3: loss nan")

    monkeypatch.setattr(runner, "train_unit", diverged)
    arguments = ["ablate", str(tmp_path / "more.toml"), "--out", str(out), "--to", str(tmp_path / "report")]
    try:
        assert run_app([*arguments, "--only", "concat", "--only", "shift_wh"]) == EXIT_SOME_FAILED
    finally:
        for variant in ("concat", "shift_wh"):
            (out / variant / "seed-5" / "unit.json").unlink()
            (out / variant / "seed-5").rmdir()
    shown = capsys.readouterr()
    assert "concat, seed 5 has no model: step 3: loss nan" in shown.err
    assert "not finished: concat, seed 5; shift_wh, seed 5" in " ".join(shown.out.split())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["rope"], "did you mean 'rrope'?"),
        (["rrope", "--seeds", "0,x"], "--seeds 0,x: must be numbers such as 0,2 or 0-2"),
        (["rrope", "--seeds", "9"], "--seeds 9: not in"),
        (["rrope", "--only", "shift_v"], "did you mean 'shift_w'?"),
        (["rrope", "--set", "training.step=3"], "did you mean training.steps?"),
        (["rrope", "--dry-run", "--report"], "--dry-run and --report are two ways to train nothing"),
        (["rrope", "--report", "--out", "nowhere"], "no unit of the sweep has records yet"),
    ],
)
def test_wrong_usage(
    arguments: list[str],
    expected: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_app(["ablate", *arguments]) == EXIT_USAGE
    assert expected in capsys.readouterr().err
    assert not any(tmp_path.iterdir())
