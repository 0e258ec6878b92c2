"""Profiles: what they say does not apply, and what the two that are shipped hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import s2vbench
from s2vbench.cli.main import run_app
from s2vbench.files import digest_of
from s2vbench.ledger import read_rows
from s2vbench.profiles import Profile, load_profile
from s2vbench.run.plan import backbones_of, choose_metrics, plan_metric
from s2vbench.types import Score, WeightsFile
from s2vbench.video.encode import write_video
from tests import tiny
from tests.clips import moving_square

REASON = "there is no beauty here"


def own_profile(folder: Path, extra: str) -> Path:
    """The tiny profile with a line more before its tables."""
    path = folder / "own.toml"
    text = Path(tiny.PROFILE).read_text(encoding="utf-8").replace('name = "tiny"', 'name = "own"')
    path.write_text(text.replace("[subjects]", f"{extra}\n[subjects]", 1), encoding="utf-8")
    return path


def two_cases(folder: Path) -> Path:
    for name in "ab":
        write_video(folder / f"{name}.mp4", moving_square(3, 64, 64), fps=8)
    path = folder / "cases.json"
    path.write_text(json.dumps([{"id": name, "prompt": "x", "video": f"{name}.mp4"} for name in "ab"]))
    return path


def test_what_does_not_apply_is_recorded_for_every_case(tmp_path: Path) -> None:
    profile = own_profile(tmp_path, f'[not_applicable]\naesthetic_quality = "{REASON}"')
    names = ["aesthetic_quality", "imaging_quality"]
    records = s2vbench.score(cases=two_cases(tmp_path), profile=str(profile), weights="seeded:1", metrics=names)
    found = {(row.case, row.metric): (row.outcome, row.reason, row.value is None) for row in records}
    assert found["a", "aesthetic_quality"] == found["b", "aesthetic_quality"] == ("not_applicable", REASON, True)
    assert found["a", "imaging_quality"] == ("ok", None, False)


def test_reports_show_the_metric_with_its_reason(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    profile = own_profile(tmp_path, f'[not_applicable]\naesthetic_quality = "{REASON}"')
    command = ["score", "--cases", str(two_cases(tmp_path)), "--profile", str(profile), "--weights", "seeded:1"]
    command += ["--metric", "aesthetic_quality", "--out", str(tmp_path / "run")]
    assert run_app(command) == 0
    assert f"{REASON} (2 of 2 videos)" in " ".join(capfd.readouterr().out.split())
    rows = read_rows(tmp_path / "run" / "scores.jsonl", Score)
    assert [(row.metric, row.n, row.making.backbones) for row in rows] == [("aesthetic_quality", 0, {})] * 2


def test_it_needs_no_network(tmp_path: Path) -> None:
    path = own_profile(tmp_path, f'[not_applicable]\naesthetic_quality = "{REASON}"')
    own, whole = load_profile(str(path)), load_profile(tiny.PROFILE)
    assert set(backbones_of(own, choose_metrics(own, ["aesthetic_quality"]))) == set()
    assert "tests.tiny:LAION" not in backbones_of(own, choose_metrics(own, None))
    assert "tests.tiny:LAION" in backbones_of(whole, choose_metrics(whole, None))


def comparability(profile: Profile) -> str:
    [metric] = choose_metrics(profile, ["aesthetic_quality"])
    specs = backbones_of(profile, [metric])
    files = {name: WeightsFile(file=spec.file, sha256="0", verified=False) for name, spec in specs.items()}
    return plan_metric(metric, profile, specs, files, "fp32").comparability


def test_the_reason_is_part_of_what_numbers_are_compared_by(tmp_path: Path) -> None:
    found = {comparability(load_profile(tiny.PROFILE))}
    for reason in (REASON, "another reason"):
        found.add(
            comparability(load_profile(str(own_profile(tmp_path, f'[not_applicable]\naesthetic_quality="{reason}"'))))
        )
    assert len(found) == 3


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('aesthetik_quality = "x"', "not_applicable: 'aesthetik_quality' is not among the metrics"),
        ('aesthetic_quality = ""', "not_applicable.aesthetic_quality: String should have at least 1 character"),
        ("aesthetic_quality = true", "not_applicable.aesthetic_quality: Input should be a valid string"),
    ],
)
def test_wrong_reasons_are_code_2(tmp_path: Path, capfd: pytest.CaptureFixture[str], line: str, message: str) -> None:
    profile = own_profile(tmp_path, f"[not_applicable]\n{line}")
    command = ["score", "--cases", str(two_cases(tmp_path)), "--profile", str(profile), "--weights", "seeded:1"]
    assert run_app([*command, "--out", str(tmp_path / "run")]) == 2
    assert message in capfd.readouterr().err


def test_profiles_that_say_nothing_of_it_keep_their_digest() -> None:
    paper = load_profile("paper")
    assert paper.not_applicable == {}
    content = paper.model_dump(mode="json", include={"name", "summary", "metrics", "features", "subjects"})
    assert paper.digest() == digest_of(content)
    assert paper.model_copy(update={"not_applicable": {"face_identity": "x"}}).digest() != paper.digest()


def test_mini_has_every_metric_of_paper_and_networks_of_the_package_alone() -> None:
    mini, paper = load_profile("mini"), load_profile("paper")
    assert mini.metrics == paper.metrics
    assert set(mini.not_applicable) == {"aesthetic_quality", "face_identity"}
    specs = backbones_of(mini, choose_metrics(mini, None))
    assert sorted(specs) == sorted(
        f"mini_{name}"
        for name in ("detector", "identity", "image_text", "interpolator", "quality", "segmenter", "video_text")
    )
    for name, spec in specs.items():
        assert spec.name == name
        assert spec.packaged == "backbones/mini/weights"
        assert spec.file == f"{name}.safetensors"
