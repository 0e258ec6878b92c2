"""Batches: cut the same at every start, failures stay with their case, and shapes and settings reach the model."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from s2vbench.errors import InputError, MissingError, OutputError
from s2vbench.generators.base import ModelFamily, ShapeWish, VideoShape, choose_model
from s2vbench.ledger import read_rows
from s2vbench.run.folder import GENERATIONS
from s2vbench.run.generate import GenerateRequest, generate, generated_with
from s2vbench.types import Generation
from s2vbench.video.decode import open_video
from s2vbench.video.digest import frames_sha256
from tests.run import batched

IDS = ("aa", "bb", "ccc", "dd", "eee")
"""Even and odd ids have other keys: batches are aa bb, dd, and ccc eee."""


@pytest.fixture(autouse=True)
def nothing_asked_yet() -> None:
    batched.ASKED.clear()


def cases_file(folder: Path, ids: tuple[str, ...] = IDS) -> Path:
    path = folder / "cases.json"
    path.write_text(json.dumps([{"id": name, "prompt": name + "." * (10 - len(name) // 2 * 2)} for name in ids]))
    return path


def rows(out: Path) -> dict[str, Generation]:
    return {row.case: row for row in read_rows(out / GENERATIONS, Generation)}


def test_jobs_of_one_key_run_together(tmp_path: Path) -> None:
    shown: list[tuple[float, int, str]] = []
    result = generate(batched.request(cases_file(tmp_path), tmp_path / "run"), lambda *now: shown.append(now))
    assert (result.num_jobs, result.num_failed) == (5, 0)
    assert [[name for name, _ in batch] for batch in batched.ASKED] == [["aa", "bb"], ["dd"], ["ccc", "eee"]]
    done = [now[0] for now in shown]
    assert done == sorted(done)
    assert done[-1] == 5
    assert 1.0 in done
    for row in rows(tmp_path / "run").values():
        video = open_video(tmp_path / "run" / str(row.path))
        assert row.frames_sha256 == frames_sha256(video)
        assert (video.width_px, video.height_px, video.num_frames_hint) == (48, 32, 5)


def test_a_lost_video_is_made_again_in_the_company_it_had(tmp_path: Path) -> None:
    cases, out = cases_file(tmp_path), tmp_path / "run"
    generate(batched.request(cases, out))
    before = rows(out)
    (out / "videos/bb/0.mp4").unlink()
    touched = (out / "videos/aa/0.mp4").stat().st_mtime_ns
    batched.ASKED.clear()
    generate(batched.request(cases, out))
    assert batched.ASKED == [[("aa", False), ("bb", True)]]
    assert (out / "videos/aa/0.mp4").stat().st_mtime_ns == touched
    assert rows(out)["bb"].sha256 == before["bb"].sha256
    assert len(read_rows(out / GENERATIONS, Generation)) == 6


@pytest.mark.parametrize("at", [0, 2])
def test_a_killed_run_goes_on(tmp_path: Path, at: int) -> None:
    cases, out, whole = cases_file(tmp_path), tmp_path / "run", tmp_path / "whole"
    command = [sys.executable, "-m", "tests.run.batched", str(cases), str(out), str(at)]
    assert subprocess.run(command, check=False).returncode == 9
    assert len(rows(out)) == {0: 0, 2: 3}[at]
    generate(batched.request(cases, out))
    generate(batched.request(cases, whole))
    assert {name: row.sha256 for name, row in rows(out).items()} == {
        name: row.sha256 for name, row in rows(whole).items()
    }


def test_failures_stay_with_their_case(tmp_path: Path) -> None:
    out = tmp_path / "run"
    cases = cases_file(tmp_path, ("fine", "junk", "ok", "bug", "two", "refuses"))
    result = generate(batched.request(cases, out))
    assert (result.num_jobs, result.num_failed) == (6, 4)
    reasons = {name: row.reason for name, row in rows(out).items()}
    assert reasons["refuses"] == "four references; at most three"
    assert str(reasons["junk"]).startswith("the model wrote no video that can be read")
    # "bug" and its companion of odd length fell together.
    assert [name for name, reason in reasons.items() if reason == "ZeroDivisionError: a bug in the model"] == [
        "bug",
        "two",
    ]
    assert "a bug in the model" in (out / "failures/bug-0-generate.txt").read_text()


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("no-weights", MissingError, "weights are missing"),
        ("full", OutputError, "No space left"),
        ("few", InputError, "0 outcomes for 1 jobs"),
    ],
)
def test_what_no_further_case_survives_ends_the_run(
    tmp_path: Path, name: str, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        generate(batched.request(cases_file(tmp_path, (name,)), tmp_path / "run"))
    assert not rows(tmp_path / "run")


def test_a_wish_replaces_only_what_it_names(tmp_path: Path) -> None:
    request = batched.request(cases_file(tmp_path), tmp_path / "run", shape=ShapeWish(num_frames=3), limit=1)
    generate(request)
    made = generated_with(tmp_path / "run")
    assert made is not None
    assert (made.width_px, made.height_px, made.num_frames, made.fps) == (48, 32, 3, 8.0)


def test_a_bare_name_means_what_the_profile_says(tmp_path: Path) -> None:
    name = "tests.run.batched:FAMILY"
    assert choose_model(name).name == f"{name}:small"
    assert choose_model(name, "paper").variant == "large"
    assert choose_model("control:swap").name == "control:swap"
    assert ModelFamily("", batched.batched).usual_shape("any") == VideoShape()


def test_settings_reach_the_model_and_unknown_ones_are_named(tmp_path: Path) -> None:
    cases = cases_file(tmp_path)
    generate(batched.request(cases, tmp_path / "run", settings={"batch_size": "3"}))
    assert [len(batch) for batch in batched.ASKED] == [3, 2]
    with pytest.raises(InputError, match="did you mean 'batch_size'"):
        generate(batched.request(cases, tmp_path / "other", settings={"batchsize": "3"}))
    plain = GenerateRequest("tests.run.generators:plain", cases, tmp_path / "other", settings={"steps": "3"})
    with pytest.raises(InputError, match=r"--set steps: .*plain has no settings"):
        generate(plain)
