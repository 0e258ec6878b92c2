"""Several processes leave the records of one; what kills or stops them loses nothing."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from s2vbench.errors import InputError, OutputError
from s2vbench.ledger import Ledger, read_rows
from s2vbench.run import executors
from s2vbench.run.executors import InProcesses, Order, cores, usual_workers
from s2vbench.run.score import score
from s2vbench.run.work import Done, Setup, Task
from s2vbench.types import Case, Score
from tests.clips import flicker, moving_square, noise, still, write_cases
from tests.run.driver import request

RECORDS = ("scores.jsonl", "generations.jsonl")


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    clips = {"a": still(3, 64, 64), "b": moving_square(4, 64, 80), "c": flicker(3, 64, 64), "d": noise(2, 64, 64)}
    file = write_cases(folder, clips)
    # One that cannot be read stands between those that can.
    (folder / "b.mp4").write_bytes(b"no video")
    return file


def records(out: Path) -> dict[str, list[dict[str, Any]]]:
    return {name: [json.loads(line) for line in (out / name).read_text().splitlines()] for name in RECORDS}


def assert_same(found: Path, expected: Path) -> None:
    """The same lines in the same order; values may differ by the threads' rounding."""
    ours, theirs = records(found), records(expected)
    assert ours["generations.jsonl"] == theirs["generations.jsonl"]
    for one, other in zip(ours["scores.jsonl"], theirs["scores.jsonl"], strict=True):
        for name in ("value", "total"):
            assert one[name] == pytest.approx(other[name], abs=1e-5)
        assert {k: v for k, v in one.items() if k not in {"value", "total", "parts"}} == {
            k: v for k, v in other.items() if k not in {"value", "total", "parts"}
        }


def test_two_processes_leave_the_records_of_one_and_go_on_after_an_interruption(
    cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    score(request(cases, tmp_path / "one", workers=1))
    seen: list[tuple[float, int]] = []
    result = score(request(cases, tmp_path / "two", workers=2), lambda done, total, _: seen.append((done, total)))
    assert (result.num_jobs, result.num_failed) == (4, 1)
    assert_same(tmp_path / "two", tmp_path / "one")
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]

    original, written = Ledger.append, 0

    def append(self: Ledger[Any], row: Any) -> None:
        nonlocal written
        if isinstance(row, Score):
            written += 1
            if written == 4:
                raise KeyboardInterrupt
        original(self, row)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "append", append)
        with pytest.raises(KeyboardInterrupt):
            score(request(cases, tmp_path / "stopped", workers=2))
    assert len(list(read_rows(tmp_path / "stopped" / "scores.jsonl", Score))) == 3
    score(request(cases, tmp_path / "stopped", workers=2))
    assert_same(tmp_path / "stopped", tmp_path / "two")


def test_what_a_worker_logs_is_in_the_runs_log(cases: Path, tmp_path: Path) -> None:
    score(request(cases, tmp_path, workers=2, only=("a", "c")))
    log = (tmp_path / "log.txt").read_text()
    assert "a seed 0: 2 ok in" in log
    assert "c seed 0: 2 ok in" in log


def test_damaged_weights_end_a_run_of_several_processes_with_the_same_message(cases: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / "dino_vitbase16_pretrain.pth").write_bytes(b"torn")
    (weights / "musiq_spaq_ckpt-358bb6af.pth").write_bytes(b"torn")
    torn = request(
        cases,
        tmp_path / "run",
        profile="paper",
        weights=str(weights),
        allow_unverified=True,
        metrics=["imaging_quality"],
    )
    with pytest.raises(InputError, match="not a readable checkpoint"):
        score(replace(torn, workers=2))


def _dies(_: Task) -> Done:
    os.kill(os.getpid(), signal.SIGKILL)
    return Done()


def _never_starts(*_: object) -> None:
    """In place of a worker's start: there are no networks in this test."""


class _Nobody:
    def starts(self, ticket: int) -> None:
        raise AssertionError(ticket)

    def frames(self, count: int) -> None:
        raise AssertionError(count)


def test_a_worker_that_is_killed_ends_the_run_with_advice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(executors, "_measure", _dies)
    monkeypatch.setattr(executors, "_start", _never_starts)
    case = Case(id="a", prompt="", references=(), seeds=(0,))
    setup = Setup(tmp_path, (), None, {}, "cpu", "fp32", None)
    orders: Iterable[Order[int]] = [Order(0, Task(case, 0, tmp_path / "a.mp4", ()))]
    run: Iterator[object] = InProcesses(setup, 2).run(orders, _Nobody())
    with pytest.raises(OutputError, match=r"killed, perhaps for want of memory.*--workers 1 if") as caught:
        list(run)
    assert isinstance(caught.value.__cause__, BrokenProcessPool)


def test_light_networks_on_a_cpu_have_a_worker_a_core() -> None:
    assert usual_workers(light=True, device="cpu") == min(cores(), 16)
    assert usual_workers(light=True, device="cuda") == 1
    assert usual_workers(light=False, device="cpu") == 1


@pytest.mark.parametrize("workers", [0, -1, 65])
def test_a_number_of_workers_that_cannot_be_is_refused(cases: Path, tmp_path: Path, workers: int) -> None:
    with pytest.raises(InputError, match=f"--workers {workers}: must be 1 to 64"):
        score(request(cases, tmp_path, workers=workers))
    assert not (tmp_path / "scores.jsonl").exists()
