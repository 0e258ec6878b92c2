"""The command line as a user meets it: streams, exit codes, messages."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from s2vbench import __version__
from s2vbench.cli.main import run_app
from s2vbench.video.encode import write_video
from tests import tiny
from tests.clips import moving_square, still, write_cases

TINY = ["--profile", tiny.PROFILE, "--weights", "seeded:1", "--device", "cpu"]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cases(tmp_path_factory.mktemp("clips"), {"a": still(3), "b": moving_square(4)})


def test_version_and_help(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_app(["--version"]) == 0
    assert capfd.readouterr().out.strip() == __version__
    for command in ([], ["run"], ["score"], ["report"], ["ls"], ["doctor"], ["fetch"]):
        assert run_app([*command, "--help"]) == 0
        out, err = capfd.readouterr()
        assert "Usage: s2vbench" in out
        assert not err
        assert not command or "Example" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["score"], "--cases is missing"),
        (["score", "--cases", "none.json"], "no such test set"),
        (["score", "--bogus"], "No such option"),
        (["bogus"], "No such command"),
        (["run", "--model", "phantom", "--cases", "x.json"], "--videos is missing"),
        (["run", "--model", "kaleidoo"], "did you mean 'kaleido'? Otherwise give the folder"),
        (["ls", "bogus"], "choose models, metrics, backbones, profiles, testsets"),
        (["fetch", "bogus"], "only `s2vbench fetch weights`"),
        (["report", "no-such-run"], "not a run folder"),
        (["report", "no-such-run", "--seed", "1"], "give --case as well"),
        (["report", "one", "two", "--case", "a"], "give one run folder, not 2"),
        (["fetch", "weights", "--only", "dino_vitb"], "did you mean 'dino_vitb16'"),
    ],
)
def test_wrong_usage_is_code_2(capfd: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert run_app(arguments) == 2
    out, err = capfd.readouterr()
    assert message in err
    assert "Traceback" not in err
    assert not out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--profile", "papre"], "did you mean 'paper'"),
        (["--profile", "none.toml"], "cannot be read"),
        (["--metric", "imaging"], "did you mean 'imaging_quality'"),
        (["--precision", "fp16"], "must be one of fp32, bf16"),
        (["--limit", "0"], "must be at least 1"),
        (["--case", "aa"], "did you mean 'a'"),
        (["--videos", "no-such-folder"], "no such folder"),
        (["--device", "tpu"], "choose auto, cpu or cuda"),
        (["--weights", "no-such-folder"], "does not exist"),
        (["--weights", "seeded:x"], "whole number"),
    ],
)
def test_wrong_values_are_code_2(
    capfd: pytest.CaptureFixture[str], cases: Path, tmp_path: Path, options: list[str], message: str
) -> None:
    code = run_app(["score", "--cases", str(cases), *TINY, *options, "--out", str(tmp_path / "run")])
    out, err = capfd.readouterr()
    assert (code, out) == (2, "")
    assert message in err
    assert len([line for line in err.splitlines() if line.startswith("error")]) == 1


def test_missing_weights_are_code_3_with_the_command(capfd: pytest.CaptureFixture[str], cases: Path) -> None:
    assert run_app(["score", "--cases", str(cases)]) == 3
    err = capfd.readouterr().err
    assert "s2vbench fetch weights" in err
    for file in ("ViT-B-32.pt", "ViT-L-14.pt", "amt-s.pth", "ViClip-InternVid-10M-FLT.pth"):
        assert file in err


def test_run_prints_the_table_on_stdout_and_the_rest_on_stderr(
    capfd: pytest.CaptureFixture[str], cases: Path, tmp_path: Path
) -> None:
    folder = str(cases.parent)
    assert run_app(["run", "--videos", folder, "--cases", str(cases), *TINY, "--out", str(tmp_path)]) == 0
    out, err = capfd.readouterr()
    for name in ("subject_consistency", "motion_smoothness", "viclip_score"):
        assert name in out
    own, published = out.split("Published")
    assert "0.956" not in own
    assert "0.956" in published
    assert "scoring 2.0/2 videos" in err
    assert "mean nothing" in err.splitlines()[0]
    assert "mean nothing" in out.splitlines()[-1]
    assert (tmp_path / "report/report.tex").is_file()
    assert re.search(r"a seed 0: 6 ok, \d+ not_applicable in [\d.]+ s", (tmp_path / "log.txt").read_text())


def test_a_cache_that_cannot_be_written_is_one_line_and_no_obstacle(
    capfd: pytest.CaptureFixture[str], cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("S2VBENCH_CACHE", str(tmp_path / "file"))
    options = [*TINY, "--metric", "imaging_quality", "--limit", "1"]
    assert run_app(["score", "--cases", str(cases), *options, "--out", str(tmp_path / "run")]) == 0
    said = [line for line in capfd.readouterr().err.splitlines() if "cached" in line]
    assert len(said) == 1
    assert "Not a directory; choose another folder with $S2VBENCH_CACHE, or give --no-cache" in said[0]
    assert run_app(["score", "--cases", str(cases), *options, "--no-cache", "--out", str(tmp_path / "other")]) == 0
    assert "cached" not in capfd.readouterr().err


def test_json_is_one_document_on_stdout(capfd: pytest.CaptureFixture[str], cases: Path, tmp_path: Path) -> None:
    options = [*TINY, "--metric", "imaging_quality", "--limit", "1", "--out", str(tmp_path), "--json"]
    assert run_app(["score", "--cases", str(cases), *options]) == 0
    document = json.loads(capfd.readouterr().out)
    assert [row["metric"] for row in document["tables"][0]["rows"]] == ["imaging_quality"]
    assert run_app(["report", str(tmp_path), "--json"]) == 0
    assert json.loads(capfd.readouterr().out) == document
    for kind in ("metrics", "backbones", "profiles"):
        assert run_app(["ls", kind, "--json"]) == 0
        assert json.loads(capfd.readouterr().out)
    assert run_app(["doctor", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["s2vbench"] == __version__


def test_missing_weights_may_be_random_when_asked(
    capfd: pytest.CaptureFixture[str], cases: Path, tmp_path: Path
) -> None:
    options = ["--profile", tiny.PROFILE, "--allow-random-weights", "--metric", "imaging_quality"]
    assert run_app(["score", "--cases", str(cases), *options, "--out", str(tmp_path)]) == 0
    out, err = capfd.readouterr()
    assert "mean nothing" in err.splitlines()[0]
    assert "mean nothing" in out.splitlines()[-1]


def test_bad_videos_fail_alone_with_code_4(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    names = ["good", "missing", "empty", "text", "cut", "single", "odd"]
    cases = write_cases(tmp_path, {name: moving_square(4, 64, 80) for name in names})
    (tmp_path / "missing.mp4").unlink()
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "text.mp4").write_text("hello")
    (tmp_path / "cut.mp4").write_bytes((tmp_path / "cut.mp4").read_bytes()[:-700])
    write_video(tmp_path / "single.mp4", still(1, 64, 64), fps=8)
    write_video(tmp_path / "odd.mp4", moving_square(3, 63, 81), fps=8)
    metrics = ["--metric", "subject_consistency", "--metric", "imaging_quality"]
    out = tmp_path / "run"
    assert run_app(["score", "--cases", str(cases), *TINY, *metrics, "--out", str(out), "--json"]) == 4
    stdout, err = capfd.readouterr()
    assert "Traceback" not in err
    assert "4 of 7 videos have failed metrics" in err
    rows = {
        (row["case"], row["metric"]): row for row in map(json.loads, (out / "scores.jsonl").read_text().splitlines())
    }
    outcomes = {name: rows[name, "subject_consistency"]["outcome"] for name in names}
    assert outcomes == {
        "good": "ok",
        "missing": "failed",
        "empty": "failed",
        "text": "failed",
        "cut": "failed",
        "single": "not_applicable",
        "odd": "ok",
    }
    assert "no such video" in rows["missing", "imaging_quality"]["reason"]
    assert rows["single", "imaging_quality"]["outcome"] == "ok"
    coverage = {row["metric"]: row["coverage"] for row in json.loads(stdout)["tables"][0]["rows"]}
    assert coverage == {"subject_consistency": pytest.approx(2 / 6), "imaging_quality": pytest.approx(3 / 7)}


def _command(cases: Path, out: Path, *metrics: str) -> list[str]:
    chosen = [part for metric in metrics for part in ("--metric", metric)]
    return [sys.executable, "-m", "s2vbench", "score", "--cases", str(cases), *TINY, *chosen, "--out", str(out)]


def test_a_full_disk_keeps_what_is_finished(cases: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    command = [*_command(cases, out, "subject_consistency", "imaging_quality"), "--no-cache"]
    unhindered = _command(cases, tmp_path / "other", "subject_consistency", "imaging_quality")
    assert subprocess.run(unhindered, capture_output=True, check=False).returncode == 0
    limit = (tmp_path / "other" / "scores.jsonl").stat().st_size - 100
    assert (tmp_path / "other" / "manifest.json").stat().st_size < limit

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=fill)
    assert done.returncode == 2, done.stderr
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr
    kept = (out / "scores.jsonl").read_bytes()
    assert kept.endswith(b"\n")
    assert 0 < len(kept) <= limit
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert (out / "scores.jsonl").read_bytes().startswith(kept)


def test_ctrl_c_is_code_130_and_can_be_resumed(tmp_path: Path) -> None:
    cases = write_cases(tmp_path, {f"c{index}": moving_square(41, speed_px=index + 1) for index in range(6)})
    out = tmp_path / "run"
    command = _command(cases, out, "motion_smoothness")
    # A shell that runs this test in the background has its children ignore Ctrl-C; a terminal has not.
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "(c1)" in line:
                process.send_signal(signal.SIGINT)
                break
        rest = process.stderr.read()
        assert process.wait() == 130, rest
    assert "run the same command again" in rest
    assert "Traceback" not in rest
    kept = (out / "scores.jsonl").read_bytes()
    assert b'"c0"' in kept
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert (out / "scores.jsonl").read_bytes().startswith(kept)


def test_a_closed_pipe_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m s2vbench ls metrics | head -n 1; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("name")


def test_a_bug_is_code_1_with_a_file_and_no_traceback(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, cases: Path
) -> None:
    from s2vbench.run import score

    def broken(*_: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(score, "load_profile", broken)
    assert run_app(["score", "--cases", str(cases), *TINY]) == 1
    err = capfd.readouterr().err
    assert "this is a bug in s2vbench (ZeroDivisionError: boom)" in err
    assert "Traceback" not in err
    report = Path(re.findall(r"report it with (\S+)", err)[0])
    assert "ZeroDivisionError: boom" in report.read_text()
    report.unlink()
