"""A model in a process of its own: what it does there is what it does here, and what kills it costs only its videos."""

from __future__ import annotations

import multiprocessing
import signal
from pathlib import Path

import pytest

from s2vbench.errors import InputError
from s2vbench.ledger import read_rows
from s2vbench.run import hosted
from s2vbench.run.folder import GENERATIONS
from s2vbench.run.generate import generate, generated_with
from s2vbench.run.hosted import HostedGenerator
from s2vbench.types import Generation
from tests.run import generators
from tests.run.test_generate import FAULTS, cases_file

FAULTY = "tests.run.generators:FAULTY"
PATIENT_S = 600.0


def outcomes(out: Path) -> dict[str, tuple[str | None, str | None]]:
    return {row.case: (row.reason, row.frames_sha256) for row in read_rows(out / GENERATIONS, Generation)}


def test_its_videos_failures_and_manifest_are_those_of_a_model_in_this_process(tmp_path: Path) -> None:
    cases = cases_file(tmp_path, FAULTS)
    here = generate(generators.request(cases, tmp_path / "here", FAULTY))
    there = generate(generators.request(cases, tmp_path / "there", FAULTY, timeout_s=PATIENT_S))
    assert (there.num_jobs, there.num_failed, there.first_reason) == (here.num_jobs, here.num_failed, here.first_reason)
    assert outcomes(tmp_path / "there") == outcomes(tmp_path / "here")
    made = [generated_with(tmp_path / name) for name in ("here", "there")]
    assert [m.identity for m in made if m] == [{"tag": "plain"}] * 2
    trace = (tmp_path / "there" / "failures/raises-0-generate.txt").read_text()
    assert "a bug in the model" in trace
    assert "generators.py" in trace
    assert multiprocessing.active_children() == []


def test_batches_keep_their_keys_progress_and_outcomes(tmp_path: Path) -> None:
    cases = cases_file(tmp_path, ("one", "two", "seventeen", "raises"))
    told: list[float] = []
    result = generate(
        generators.request(cases, tmp_path / "run", "tests.run.generators:pairs", timeout_s=PATIENT_S),
        lambda done, *_: told.append(done),
    )
    assert (result.num_jobs, result.num_failed) == (4, 1)
    assert result.first_reason == "raises: _StrangeError: a strange thing"
    assert told == sorted(told)
    assert told[-1] == 4


def test_one_that_hangs_is_stopped_and_the_rest_goes_on(tmp_path: Path) -> None:
    cases = cases_file(tmp_path, ("one", "hangs", "fine"))
    result = generate(generators.request(cases, tmp_path / "run", FAULTY, timeout_s=8))
    assert (result.num_jobs, result.num_failed) == (3, 1)
    assert result.first_reason == "hangs: the model gave no sign of life for 8 s (--timeout-s) and was stopped"
    assert multiprocessing.active_children() == []


def test_one_that_crashes_is_started_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cases = cases_file(tmp_path, ("crashes", "fine"))
    result = generate(generators.request(cases, tmp_path / "run", FAULTY, timeout_s=PATIENT_S))
    assert (result.num_jobs, result.num_failed) == (2, 1)
    assert result.first_reason == "crashes: the model's process ended (SIGABRT)"
    printed = capfd.readouterr()
    assert printed.out == ""
    assert "about to crash" in printed.err


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("tests.run.generators:no_gpu", "its factory failed"),
        ("tests.run.generators:NO_MODEL", "it must be a ModelFamily"),
        ("control:swop", "did you mean control:swap"),
    ],
)
def test_one_that_cannot_be_made_is_the_error_it_is_here(tmp_path: Path, model: str, message: str) -> None:
    cases = cases_file(tmp_path)
    with pytest.raises(InputError, match=message):
        generate(generators.request(cases, tmp_path / "run", model, timeout_s=PATIENT_S))
    assert not (tmp_path / "run").exists()


def test_one_that_dies_while_it_loads_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosted, "_serve", _dies)
    with pytest.raises(
        InputError, match=r"--model x: the model's process ended \(SIGKILL, perhaps for want of memory\)"
    ):
        HostedGenerator("x", generators.SMALL, {}, timeout_s=PATIENT_S)


def _dies(*_: object) -> None:
    signal.raise_signal(signal.SIGKILL)


@pytest.mark.parametrize("timeout_s", [-1.0, float("inf"), float("nan")])
def test_limits_that_cannot_be_are_refused(tmp_path: Path, timeout_s: float) -> None:
    with pytest.raises(InputError, match="must be above 0, or 0 for no limit"):
        generate(generators.request(cases_file(tmp_path), tmp_path / "run", timeout_s=timeout_s))
