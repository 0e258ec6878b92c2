"""What people feed a harness: every odd video and prompt ends as a record, every odd checkpoint as one message."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import s2vbench
from s2vbench.backbones.seeded import seeded_state
from s2vbench.cli.main import run_app
from s2vbench.errors import InputError
from s2vbench.plugins import load
from s2vbench.run.folder import current_scores
from s2vbench.types import Score
from s2vbench.video.encode import write_video
from tests import tiny
from tests.clips import moving_square, still, write_cases


def scored(cases: Path, *metrics: str) -> dict[tuple[str, str], Score]:
    records = s2vbench.score(cases=cases, profile=tiny.PROFILE, weights="seeded:1", metrics=list(metrics), device="cpu")
    return {(record.case, record.metric): record for record in records}


def test_frame_counts_and_sizes(tmp_path: Path) -> None:
    clips = {
        "one": still(1),
        "two": still(2),
        "three": still(3),
        "tiny": still(4, 8, 8),
        "odd": moving_square(4, 131, 173),
        "thread": still(2, 4, 800),
    }
    found = scored(write_cases(tmp_path, clips), "subject_consistency", "motion_smoothness", "imaging_quality")
    outcomes = {key: record.outcome for key, record in found.items()}
    assert {name: outcomes[name, "subject_consistency"] for name in clips} == {
        "one": "not_applicable",
        "two": "ok",
        "three": "ok",
        "tiny": "ok",
        "odd": "ok",
        "thread": "not_applicable",
    }
    assert {name: outcomes[name, "motion_smoothness"] for name in clips} == {
        "one": "not_applicable",
        "two": "not_applicable",
        "three": "ok",
        "tiny": "not_applicable",
        "odd": "ok",
        "thread": "not_applicable",
    }
    assert {outcomes[name, "imaging_quality"] for name in clips} == {"ok"}
    assert all((record.reason is None) == (record.outcome == "ok") for record in found.values())


def test_frames_of_4096x2304(tmp_path: Path) -> None:
    # Without interpolation, which takes half a minute a pair at this size on one core (docs/performance.md).
    found = scored(write_cases(tmp_path, {"large": still(2, 2304, 4096)}), "subject_consistency", "imaging_quality")
    assert {record.outcome for record in found.values()} == {"ok"}


def test_prompts_of_any_length(tmp_path: Path) -> None:
    clips = {name: still(2, 64, 64) for name in ("empty", "long", "emoji")}
    prompts = {"empty": "", "long": "a fox " * 1667, "emoji": "\N{FOX FACE} <b>&amp;</b> \u72d0"}
    found = scored(write_cases(tmp_path, clips, prompts), "viclip_score")
    assert {case: record.outcome for (case, _), record in found.items()} == {
        "empty": "not_applicable",
        "long": "ok",
        "emoji": "ok",
    }


def test_folders_gifs_and_other_containers(tmp_path: Path) -> None:
    frames = moving_square(4, 64, 80)
    for suffix in (".mov", ".webm"):
        write_video(tmp_path / f"{suffix[1:]}{suffix}", frames, fps=8)
    images = [Image.fromarray(frame) for frame in frames]
    images[0].save(tmp_path / "gif.gif", save_all=True, append_images=images[1:], duration=100)
    (tmp_path / "frames").mkdir()
    for index, image in enumerate(images):
        image.save(tmp_path / "frames" / f"{index}.png")
    names = ("mov", "webm", "gif", "frames")
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps([{"id": name, "prompt": "a square"} for name in names]))
    records = s2vbench.score(
        cases=cases, videos=tmp_path, profile=tiny.PROFILE, weights="seeded:1", metrics=["imaging_quality"]
    )
    assert [(record.case, record.outcome) for record in records] == [(name, "ok") for name in names]
    values = [record.value for record in records]
    assert np.ptp(np.array(values)) < 0.05


def test_videos_are_looked_for_where_a_run_keeps_them(tmp_path: Path) -> None:
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps([{"id": "a", "prompt": "x", "seeds": [3, 4]}]))
    write_video(tmp_path / "videos/a/3.mp4", still(2, 64, 64), fps=8)
    write_video(tmp_path / "videos/a-4.mp4", still(2, 80, 64), fps=8)
    records = s2vbench.score(
        cases=cases,
        videos=tmp_path / "videos",
        profile=tiny.PROFILE,
        weights="seeded:1",
        metrics=["subject_consistency"],
    )
    assert [(record.seed, record.outcome) for record in records] == [(3, "ok"), (4, "ok")]
    assert records[0].video_sha256 != records[1].video_sha256


def test_a_case_without_a_video_and_no_folder(tmp_path: Path) -> None:
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps([{"id": "a", "prompt": "x"}]))
    with pytest.raises(InputError, match="names no video"):
        scored(cases, "imaging_quality")


def test_a_broken_metric_fails_alone_and_is_reported(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    profile = tmp_path / "broken.toml"
    wanted = 'metrics = ["imaging_quality", "tests.tiny:RAISES", "tests.tiny:NAN"]'
    profile.write_text(re.sub(r"metrics = \[.*?\]", wanted, Path(tiny.PROFILE).read_text(), flags=re.DOTALL))
    out = tmp_path / "run"
    cases = write_cases(tmp_path, {"a": still(2, 64, 64)})
    command = ["score", "--cases", str(cases), "--profile", str(profile), "--weights", "seeded:1", "--out", str(out)]
    assert run_app(command) == 4
    records = {record.metric: record for record in current_scores(out)}
    assert records["imaging_quality"].outcome == "ok"
    assert records["tests.tiny:RAISES"].reason == "ZeroDivisionError: a plugin's bug"
    assert "no number" in str(records["tests.tiny:NAN"].reason)
    assert "_raises" in next((out / "failures").iterdir()).read_text()
    assert "tests.tiny:RAISES" in capfd.readouterr().out
    assert "tests.tiny:NAN" in (out / "report/report.csv").read_text()


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        ("", "a metric needs feature 'imaging_frames', which [features] does not define"),
        ('[features.imaging_frames]\nbackbone = "musiq_spag"', "did you mean 'musiq_spaq'"),
        ('[features.imaging_frames]\nbackbone = "musiq_spaq"\nof = "imaging_frames"', "is made of itself"),
        (
            '[features.imaging_frames]\nbackbone = "laion_head"',
            "feature 'imaging_frames' (of frames): 'laion_head' is a feature_head, not a",
        ),
        (
            '[features.imaging_frames]\nbackbone = "musiq_spaq"\nof = "prompt"',
            "(of prompt): 'musiq_spaq' is a frame_scorer, not a video_text",
        ),
        ('[features.imaging_frames]\nbackbone = "musiq_spaq"\nframes = 3', "features.imaging_frames.frames"),
        ("[features", "not valid TOML"),
    ],
)
def test_wrong_profiles_are_code_2(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], feature: str, message: str
) -> None:
    profile = tmp_path / "own.toml"
    features = "" if feature else "[features]"
    profile.write_text(f'name = "own"\nsummary = "s"\nmetrics = ["imaging_quality"]\n{features}\n{feature}\n')
    cases = write_cases(tmp_path, {"a": still(2, 64, 64)})
    command = ["score", "--cases", str(cases), "--profile", str(profile), "--weights", "seeded"]
    assert run_app([*command, "--out", str(tmp_path / "run")]) == 2
    err = capfd.readouterr().err
    assert message in err
    assert "bug" not in err


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("cut", "not a readable checkpoint, perhaps cut off"),
        ("other", "holds the weights of another network"),
        ("digest", "--allow-unverified-weights"),
    ],
)
def test_damaged_weights_are_code_2_before_anything_is_computed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], damage: str, message: str
) -> None:
    weights = tmp_path / "weights"
    weights.mkdir()
    for spec in (tiny.CLIP_LARGE, tiny.LAION):
        with torch.device("meta"):
            network = load("backbones", spec.build)(**spec.options)
        torch.save(seeded_state(network, spec, 1), weights / spec.file)
    head = weights / tiny.LAION.file
    if damage == "cut":
        head.write_bytes(head.read_bytes()[:-200])
    if damage == "other":
        torch.save({"weight": torch.zeros(1, 7)}, head)
    out = tmp_path / "run"
    command = ["score", "--cases", str(write_cases(tmp_path, {"a": still(2, 64, 64)})), "--profile", tiny.PROFILE]
    command += ["--weights", str(weights), "--metric", "aesthetic_quality", "--out", str(out)]
    assert run_app(command + (["--allow-unverified-weights"] if damage != "digest" else [])) == 2
    err = capfd.readouterr().err
    assert message in err
    assert "Traceback" not in err
    assert not (out / "scores.jsonl").exists() or not (out / "scores.jsonl").read_text()
