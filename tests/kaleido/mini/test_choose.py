"""Choosing sampling settings: the same clips for every setting, and what is said of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from s2vbench.kaleido.mini import choose
from tests.kaleido import tiny_bundle


def test_plays_are_the_same_every_time_and_of_both_counts() -> None:
    once, again = (choose.plays(2) for _ in range(2))
    assert [len(play.subjects) for play in once] == [1, 1, 2, 2]
    assert [play.prompt for play in once] == [play.prompt for play in again]
    assert np.array_equal(once[3].subjects[1].picture_HWC, again[3].subjects[1].picture_HWC)


def test_a_line_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    tiny_bundle.save(tmp_path / "model")
    arguments = [
        "choose",
        str(tmp_path / "model"),
        "--count",
        "4",
        "--setting",
        "steps=1",
        "--setting",
        "steps=2,shift=2",
    ]
    monkeypatch.setattr("sys.argv", arguments)
    choose.main()
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["setting"] for row in rows] == ["steps=1", "steps=2,shift=2"]
    for row in rows:
        assert row["n"] == 4
        assert -1 <= row["colour_margin"] <= 1
        assert row["clips_per_s"] > 0
    assert rows[0]["colour"] != rows[1]["colour"]


@pytest.mark.parametrize(
    ("setting", "message"), [("steps", "must be key=value,key=value"), ("stpes=3", "did you mean 'steps'")]
)
def test_a_wrong_setting_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], setting: str, message: str
) -> None:
    tiny_bundle.save(tmp_path / "model")
    monkeypatch.setattr("sys.argv", ["choose", str(tmp_path / "model"), "--count", "4", "--setting", setting])
    with pytest.raises(SystemExit, match="2"):
        choose.main()
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said
