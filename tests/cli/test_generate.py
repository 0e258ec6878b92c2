"""`s2vbench generate`: what `--set` says, what a bare name means, and what models can be asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from s2vbench.cli.generate import settings_of
from s2vbench.cli.main import run_app
from s2vbench.errors import InputError


def test_settings_are_pairs() -> None:
    assert settings_of(["steps=20", " negative_prompt = a = b "]) == {"steps": "20", "negative_prompt": "a = b"}
    assert settings_of(None) == {}
    for wrong in ("steps", "=3"):
        with pytest.raises(InputError, match="must be NAME=VALUE"):
            settings_of([wrong])


def test_unknown_variants_and_lengths_are_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cases = tmp_path / "cases.json"
    cases.write_text('[{"id": "a", "prompt": "A fox."}]')
    (tmp_path / "kaleido.json").write_text("{}")
    for arguments, message in (
        (["--model", "kaleido:smal"], "there are mini and 14b"),
        (["--model", f"kaleido:{tmp_path}", "--num-frames", "80"], "choose 77 or 81"),
        (["--model", f"kaleido:{tmp_path}", "--set", "stps=3"], "did you mean 'steps'"),
        (["--model", f"kaleido:{tmp_path}"], "the part 'transformer' is missing"),
        (["--model", "control:oracle", "--set", "steps=3"], "control:oracle has no settings"),
    ):
        assert run_app(["generate", "--cases", str(cases), "--out", str(tmp_path / "run"), *arguments]) == 2
        out, err = capfd.readouterr()
        assert message in err
        assert not out
        assert len(err.strip().splitlines()) == 1


def test_models_are_listed_with_limits_and_settings(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_app(["ls", "models", "--json"]) == 0
    entries = {entry["name"]: entry for entry in json.loads(capfd.readouterr().out)}
    assert entries["kaleido:mini"]["limits"].startswith("1-4 references, 80x64 px, 9 frames")
    assert "guidance" in entries["kaleido:14b"]["settings"]
    assert entries["control:swap"]["limits"] is None
    assert entries["control:swap"]["settings"] == {}


def test_run_misses_weights_before_it_makes_a_video(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    words = ["run", "--model", "control:oracle", "--split", "smoke", "--profile", "paper"]
    words += ["--metric", "imaging_quality"]
    assert run_app(words) == 3
    assert "musiq_spaq_ckpt-358bb6af.pth" in capfd.readouterr().err
    assert run_app([*words[:-1], "imaging"]) == 2
    assert "did you mean 'imaging_quality'" in capfd.readouterr().err
    assert not (tmp_path / "runs").exists()
