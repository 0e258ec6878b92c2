"""One unit of a sweep, from training to records; every stage goes on where it was interrupted."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from s2vbench.ablate.sweep import Evaluation, Sweep
from s2vbench.ablate.units import DONE, TRAINED, Done, Trained, Unit
from s2vbench.errors import InputError
from s2vbench.files import write_atomically
from s2vbench.kaleido.training.logs import LOG, read_log
from s2vbench.kaleido.training.train import CHECKPOINTS
from s2vbench.kaleido.training.train import train as train_model
from s2vbench.ledger import read_rows
from s2vbench.run.folder import GENERATIONS, SCORES
from s2vbench.run.generate import GenerateRequest, GenerateResult
from s2vbench.run.generate import generate as generate_videos
from s2vbench.run.request import Progress, ScoreRequest, ScoreResult
from s2vbench.run.score import score as score_videos
from s2vbench.types import Generation

Watch = Callable[[str], AbstractContextManager[Progress]]
"""Called with a verb ("generating"), shows progress for as long as the block runs."""


@dataclass(frozen=True)
class Outcome:
    """How a unit ended."""

    unit: Unit
    num_failed: int
    """Videos that could not be made, and videos with failed metrics."""
    reason: str | None = None
    """Why its training ended early."""


def train_unit(unit: Unit) -> Trained:
    """Train, or go on training; the folder is a model then, and its checkpoints are gone.

    Raises:
        KeyboardInterrupt: somebody asked for an end; a checkpoint was written. Else see `training.train.train`.
    """
    if (found := unit.trained) is not None:
        return found
    forget_compiled()
    trained = train_model(unit.config, unit.train)
    if not trained.finished:
        raise KeyboardInterrupt
    rows = read_log(unit.train / LOG)
    model = unit.train / "transformer"
    files = {path.name: path.stat().st_size for path in sorted(model.iterdir()) if path.is_file()}
    ended = Trained(steps=trained.steps, seconds=rows[-1].wall_s if rows else 0.0, files=files)
    write_atomically(unit.folder / TRAINED, ended.model_dump_json(indent=1) + "\n")
    shutil.rmtree(unit.train / CHECKPOINTS, ignore_errors=True)
    return ended


def forget_compiled() -> None:
    """Let go of the training before: its memory, and the compiler's limit on versions of one function."""
    gc.collect()
    # Not imported for this: where no training compiles, there is nothing to forget.
    if (dynamo := sys.modules.get("torch._dynamo")) is not None:
        dynamo.reset()


def evaluate_unit(unit: Unit, sweep: Sweep, watch: Watch) -> Outcome:
    """Make and score the videos of a trained unit."""
    made = generate_unit(unit, sweep.evaluation, watch)
    if made.num_failed == made.num_jobs:
        raise InputError(f"{unit.name} made no video ({made.first_reason}); {made.out / GENERATIONS} says why")
    fresh, started = not (unit.run / SCORES).exists(), time.perf_counter()
    scored = score_unit(unit, sweep, watch)
    failed = max(made.num_failed, scored.num_failed)
    if not failed:
        ended = Done(
            videos=made.num_jobs,
            generate_s=generating_seconds(unit),
            score_s=round(time.perf_counter() - started, 3) if fresh else None,
            size_bytes=size_of(unit.folder),
        )
        write_atomically(unit.folder / DONE, ended.model_dump_json(indent=1) + "\n")
    return Outcome(unit, failed)


def generate_unit(unit: Unit, evaluation: Evaluation, watch: Watch, *, limit: int | None = None) -> GenerateResult:
    """Make the videos of the test set that are not there yet."""
    request = GenerateRequest(
        model=f"kaleido:{_named(unit.train)}",
        testset=testset_of(evaluation),
        out=unit.run,
        split=evaluation.split,
        settings={key: _text(value) for key, value in evaluation.settings.items()},
        profile=evaluation.profile,
        limit=limit or evaluation.limit,
    )
    with watch("generating") as progress:
        return generate_videos(request, progress)


def score_unit(
    unit: Unit,
    sweep: Sweep,
    watch: Watch,
    *,
    limit: int | None = None,
    command: Sequence[str] = ("s2vbench", "ablate"),
) -> ScoreResult:
    """Score the videos that are not scored yet."""
    evaluation = sweep.evaluation
    request = ScoreRequest(
        cases=testset_of(evaluation),
        out=unit.run,
        videos=unit.run / "videos",
        model=f"{sweep.name}/{unit.variant}",
        profile=evaluation.profile,
        weights=evaluation.weights,
        metrics=list(evaluation.metrics) or None,
        precision=evaluation.precision,
        device=evaluation.device,
        split=evaluation.split,
        limit=limit or evaluation.limit,
        command=(*command, sweep.name),
    )
    with watch("scoring") as progress:
        return score_videos(request, progress)


def testset_of(evaluation: Evaluation) -> str | Path:
    """A test set's name or folder, or a cases file."""
    return Path(evaluation.testset) if evaluation.testset.endswith((".json", ".jsonl")) else evaluation.testset


def generating_seconds(unit: Unit) -> float:
    """What the videos of a unit took, over all starts."""
    rows = {(row.case, row.seed): row for row in read_rows(unit.run / GENERATIONS, Generation)}
    return round(sum(row.seconds or 0.0 for row in rows.values()), 3)


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _named(folder: Path) -> str:
    """A model's folder as its videos' manifest names it: the same wherever a sweep below the working directory is."""
    relative = os.path.relpath(folder.resolve())
    return str(folder.resolve()) if relative.startswith("..") else f"./{relative}"


def _text(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
