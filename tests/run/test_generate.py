"""Generating: one video a case and seed, failures stay with their case, and any interruption can go on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from s2vbench.errors import InputError, ManifestChangedError, OutputError, RunLockedError
from s2vbench.files import sha256_of_file
from s2vbench.generators.base import VideoShape, load_family
from s2vbench.ledger import read_rows
from s2vbench.run.folder import GENERATIONS, current_scores
from s2vbench.run.generate import GenerateRequest, generate, generated_with
from s2vbench.run.score import score
from s2vbench.types import Generation
from s2vbench.video.decode import open_video
from tests.run import driver, generators

FAULTS = ("refuses", "raises", "silent", "offline", "small", "short", "fine")
IDS = ("one", "three", "seventeen")


def cases_file(folder: Path, ids: tuple[str, ...] = IDS, **rest: object) -> Path:
    path = folder / "cases.json"
    path.write_text(json.dumps([{"id": name, "prompt": f"A {name} thing." * len(name)} | rest for name in ids]))
    return path


def rows(out: Path) -> list[Generation]:
    return read_rows(out / GENERATIONS, Generation)


def test_every_case_and_seed_has_a_video_and_a_line(tmp_path: Path) -> None:
    shown: list[tuple[float, int, str]] = []
    cases = cases_file(tmp_path, seeds=[0, 5])
    result = generate(generators.request(cases, tmp_path / "run"), lambda *now: shown.append(now))
    assert (result.num_jobs, result.num_failed) == (6, 0)
    for row in rows(tmp_path / "run"):
        assert row.outcome == "ok"
        video = open_video(tmp_path / "run" / str(row.path))
        assert (video.sha256, video.width_px, video.num_frames_hint) == (row.sha256, 32, 3)
        assert row.seconds is not None
    assert [done for done, _, _ in shown] == [0, 1, 2, 3, 4, 5, 6]
    made = generated_with(tmp_path / "run")
    assert made is not None
    assert (made.identity, made.num_frames) == ({"tag": "plain"}, 3)


def test_a_second_run_makes_nothing_and_a_lost_or_changed_video_again(tmp_path: Path) -> None:
    cases, out = cases_file(tmp_path), tmp_path / "run"
    generate(generators.request(cases, out))
    before = (out / GENERATIONS).read_bytes()
    generate(generators.request(cases, out))
    assert (out / GENERATIONS).read_bytes() == before
    (out / "videos/one/0.mp4").unlink()
    (out / "videos/three/0.mp4").write_bytes(b"changed")
    generate(generators.request(cases, out))
    assert [row.case for row in rows(out)] == [*IDS, "one", "three"]
    assert sha256_of_file(out / "videos/three/0.mp4") == rows(out)[1].sha256


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_killed_run_goes_on(tmp_path: Path, at: int) -> None:
    cases, out, whole = cases_file(tmp_path), tmp_path / "run", tmp_path / "whole"
    command = [sys.executable, "-m", "tests.run.generators", str(cases), str(out), str(at)]
    assert subprocess.run(command, check=False).returncode == 9
    assert len(rows(out)) == at
    generate(generators.request(cases, out))
    generate(generators.request(cases, whole))
    assert [(row.case, row.sha256) for row in rows(out)] == [(row.case, row.sha256) for row in rows(whole)]


def test_failures_are_recorded_and_the_rest_goes_on(tmp_path: Path) -> None:
    cases, out = cases_file(tmp_path, FAULTS), tmp_path / "run"
    result = generate(generators.request(cases, out, "tests.run.generators:FAULTY"))
    assert (result.num_jobs, result.num_failed) == (7, 6)
    assert result.first_reason == "refuses: the reference has no mask"
    reasons = {row.case: row.reason for row in rows(out)}
    assert reasons == {
        "refuses": "the reference has no mask",
        "raises": "ZeroDivisionError: a bug in the model",
        "silent": "the model wrote no video",
        "offline": "ConnectionResetError: the server hung up",
        "small": "the model wrote 3 frames of 32x16 px; 3 of 32x32 px were asked for",
        "short": "the model wrote 1 frames of 32x32 px; 3 of 32x32 px were asked for",
        "fine": None,
    }
    assert "a bug in the model" in (out / "failures/raises-0-generate.txt").read_text()
    # Failed ones are tried again, finished ones are not.
    generate(generators.request(cases, out, "tests.run.generators:FAULTY"))
    assert [row.case for row in rows(out)][7:] == list(FAULTS[:-1])
    assert sorted(path.parent.name for path in out.glob("videos/*/*.mp4")) == ["fine"]
    assert sorted(path.name for path in out.glob("failures/*.mp4")) == ["short-0.mp4", "small-0.mp4"]


def test_scores_say_why_there_was_no_video(tmp_path: Path) -> None:
    cases, out = cases_file(tmp_path, ("refuses", "short", "fine")), tmp_path / "run"
    generate(generators.request(cases, out, "tests.run.generators:FAULTY"))
    before = rows(out)
    score(driver.request(cases, out, videos=out / "videos", metrics=["imaging_quality"]))
    found = {row.case: (row.outcome, row.reason) for row in current_scores(out)}
    assert found["refuses"] == ("failed", "the reference has no mask")
    assert found["short"][1] == "the model wrote 1 frames of 32x32 px; 3 of 32x32 px were asked for"
    assert found["fine"][0] == "ok"
    assert rows(out) == before


def test_another_model_or_size_may_not_go_on_in_the_folder(tmp_path: Path) -> None:
    cases, out = cases_file(tmp_path), tmp_path / "run"
    generate(generators.request(cases, out))
    with pytest.raises(ManifestChangedError, match=r"model: .*plain -> .*FAULTY"):
        generate(generators.request(cases, out, "tests.run.generators:FAULTY"))
    with pytest.raises(ManifestChangedError, match="num_frames: 3 -> 4"):
        generate(GenerateRequest("tests.run.generators:plain", cases, out, shape=VideoShape(32, 32, 4, 8.0)))


def test_two_processes_may_not_share_a_folder(tmp_path: Path) -> None:
    cases, out = cases_file(tmp_path), tmp_path / "run"
    out.mkdir()
    with FileLock(out / ".lock"), pytest.raises(RunLockedError, match="another s2vbench process"):
        generate(generators.request(cases, out))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (VideoShape(8, 32, 3, 8.0), "--width-px 8: must be 16 to 8192"),
        (VideoShape(32, 32, 10**9, 8.0), "--num-frames 1000000000: must be 1 to 10000"),
        (VideoShape(32, 32, 3, 1e-9), "--fps 1e-09: must be 0.1 to 240"),
        (VideoShape(32, 0, 3, 8.0), "--height-px 0"),
        (VideoShape(32, 32, 0, 8.0), "--num-frames 0"),
        (VideoShape(32, 32, 3, 0.0), "--fps 0"),
    ],
)
def test_impossible_shapes_are_refused(tmp_path: Path, shape: VideoShape, message: str) -> None:
    with pytest.raises(InputError, match=message):
        generate(GenerateRequest("tests.run.generators:plain", cases_file(tmp_path), tmp_path / "run", shape=shape))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("contrl", "did you mean 'control'"),
        ("control:swop", "did you mean control:swap"),
        ("control", "no such control"),
        ("tests.run.generators:NO_MODEL", "must be a ModelFamily or a function"),
        ("no.module:x", "cannot load"),
        ("controll:swap", "did you mean 'control:swap'"),
        ("Control:oracle", "did you mean 'control:oracle'"),
        ("tests.run.generators:no_gpu", r"its factory failed \(RuntimeError: no GPU here\)"),
        ("tests.run.generators:nothing", "its factory gave a NoneType"),
        ("os:getcwd", "its factory failed"),
    ],
)
def test_unknown_models_are_named(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        generate(generators.request(cases_file(tmp_path), tmp_path / "run", name))


def test_a_full_disk_ends_the_run(tmp_path: Path) -> None:
    cases, out = cases_file(tmp_path, ("fine", "full", "later")), tmp_path / "run"
    with pytest.raises(OutputError, match="No space left on device"):
        generate(generators.request(cases, out, "tests.run.generators:FAULTY"))
    assert [row.case for row in rows(out)] == ["fine"]


@pytest.mark.parametrize("limit", [0, -1])
def test_limits_are_positive(tmp_path: Path, limit: int) -> None:
    with pytest.raises(InputError, match=f"--limit {limit}: must be at least 1"):
        generate(generators.request(cases_file(tmp_path), tmp_path / "run", limit=limit))


def test_frames_that_no_scene_fits_are_refused_at_once(tmp_path: Path) -> None:
    request = GenerateRequest(
        "control:oracle", cases_file(tmp_path), tmp_path / "run", shape=VideoShape(1000, 16, 3, 8.0)
    )
    with pytest.raises(InputError, match="choose a shape between 9:16 and 21:9"):
        generate(request)
    assert not (tmp_path / "run").exists()


def test_a_family_lists_its_variants() -> None:
    family, variant = load_family("control:paste")
    assert variant == "paste"
    assert "reference picture" in family.variants["paste"]
