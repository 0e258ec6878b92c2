"""A run with networks that are part of the package: nothing to fetch, verified records, and damage noticed at once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from s2vbench.backbones import weights as weights_module
from s2vbench.backbones.mini import quality, shipped
from s2vbench.backbones.seeded import seeded_state
from s2vbench.cli.main import run_app
from s2vbench.ledger import read_rows
from s2vbench.plugins import load
from s2vbench.types import Score
from s2vbench.video.encode import write_video
from tests.clips import moving_square


@pytest.fixture
def shipped_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The weights of `mini_quality` in an own package that states their digest."""
    monkeypatch.setattr(weights_module, "package_folder", lambda name: tmp_path / "package" / name)
    path = tmp_path / "package" / shipped.FOLDER / quality.MINI_QUALITY.file
    path.parent.mkdir(parents=True)
    with torch.device("meta"):
        network = load("backbones", quality.MINI_QUALITY.build)(**quality.MINI_QUALITY.options)
    state = seeded_state(network, quality.MINI_QUALITY, 1)
    save_file({key: value.half() for key, value in state.items()}, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(quality, "MINI_QUALITY", replace(quality.MINI_QUALITY, sha256=digest))
    return path


def score(folder: Path, *options: str) -> int:
    profile = folder / "own.toml"
    profile.write_text(
        'name = "own"\nsummary = "s"\nmetrics = ["imaging_quality"]\n'
        '[features.imaging_frames]\nbackbone = "s2vbench.backbones.mini.quality:MINI_QUALITY"\n'
    )
    write_video(folder / "a.mp4", moving_square(3, 64, 112), fps=8)
    cases = folder / "cases.json"
    cases.write_text(json.dumps([{"id": "a", "prompt": "x", "video": "a.mp4"}]))
    return run_app(["score", "--cases", str(cases), "--profile", str(profile), "--out", str(folder / "run"), *options])


@pytest.mark.usefixtures("shipped_file")
def test_records_say_that_the_weights_are_verified(tmp_path: Path) -> None:
    assert score(tmp_path) == 0
    [row] = read_rows(tmp_path / "run" / "scores.jsonl", Score)
    assert row.outcome == "ok"
    assert row.making.weights_verified
    assert row.making.recipes == {"imaging_frames": "mini-longer256-bilinear-v1+all-frames-v1"}


def test_a_damaged_file_ends_the_command_with_its_path_and_the_repair(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], shipped_file: Path
) -> None:
    content = bytearray(shipped_file.read_bytes())
    content[len(content) // 2] ^= 1
    shipped_file.write_bytes(content)
    assert score(tmp_path) == 3
    err = capfd.readouterr().err
    assert f"{shipped_file}: damaged" in err
    assert "install s2vbench again" in err
    assert "Traceback" not in err
    assert not (tmp_path / "run" / "scores.jsonl").exists()


def test_random_weights_need_no_file_and_are_not_verified(tmp_path: Path, shipped_file: Path) -> None:
    shipped_file.unlink()
    assert score(tmp_path, "--weights", "seeded") == 0
    [row] = read_rows(tmp_path / "run" / "scores.jsonl", Score)
    assert not row.making.weights_verified
