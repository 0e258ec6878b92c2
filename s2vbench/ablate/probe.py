"""A few steps and videos of a sweep in a folder that goes away, to know how long the sweep will take."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from s2vbench.ablate.plan import Pace
from s2vbench.ablate.stages import forget_compiled, generate_unit, score_unit, size_of
from s2vbench.ablate.sweep import Sweep
from s2vbench.ablate.units import Unit
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.logs import LOG, read_log
from s2vbench.kaleido.training.train import train
from s2vbench.ledger import read_rows
from s2vbench.run.folder import GENERATIONS
from s2vbench.run.request import Progress
from s2vbench.types import Generation

STEPS: Final = 16
WARM: Final = 8
"""Steps that compile and fill caches; they do not count."""
SCORED: Final = 3
"""Videos; the first one waits for networks to load and does not count."""


def probe(sweep: Sweep, unit: Unit) -> Pace:
    """The pace of one unit's training, generation and scoring on this machine, now.

    Raises:
        S2VBenchError: whatever would stop the sweep itself.
    """
    with tempfile.TemporaryDirectory(prefix="s2vbench-probe-") as temporary:
        trial = Unit(unit.variant, unit.seed, Path(temporary) / "unit", _short(unit))
        if not train(trial.config, trial.train).finished:
            raise KeyboardInterrupt
        step_s = _step_seconds(trial)
        forget_compiled()
        size = max(int(sweep.evaluation.settings.get("batch_size", 1)), SCORED)
        made = generate_unit(trial, sweep.evaluation, _silent, limit=_least(size, sweep.evaluation.limit))
        rows = [row.seconds for row in read_rows(trial.run / GENERATIONS, Generation) if row.seconds is not None]
        # The first batch loads the networks; where there are others, they tell more.
        video_s = statistics.median(rows)
        times: list[tuple[float, float]] = []
        score_unit(trial, sweep, lambda _: _noting(times), limit=_least(SCORED, sweep.evaluation.limit))
        return Pace(step_s, video_s, _a_video(times), "a short trial", size_of(trial.run) // made.num_jobs)


def _short(unit: Unit) -> TrainConfig:
    config = unit.config
    training = config.training.model_copy(update={"steps": STEPS})
    quiet = config.log.model_copy(update={"every": 1, "tensorboard": False, "samples_every": 0})
    return config.model_copy(update={"training": training, "log": quiet})


def _step_seconds(unit: Unit) -> float:
    rows = read_log(unit.train / LOG)
    return (rows[-1].wall_s - rows[WARM - 1].wall_s) / (STEPS - WARM)


def _least(wanted: int, limit: int | None) -> int:
    return wanted if limit is None else min(wanted, limit)


def _a_video(times: list[tuple[float, float]]) -> float | None:
    """Seconds a video, from when how many were done."""
    whole = [(done, at) for done, at in times if done == int(done)]
    later = [(done, at) for done, at in whole if done >= 1]
    (first, start), (last, end) = (later or whole)[0], whole[-1]
    if last == first:
        (first, start) = whole[0]
    return (end - start) / (last - first) if last > first else None


@contextmanager
def _silent(_: str) -> Iterator[Progress]:
    yield lambda *_: None


@contextmanager
def _noting(times: list[tuple[float, float]]) -> Iterator[Progress]:
    yield lambda done, *_: times.append((done, time.perf_counter()))
