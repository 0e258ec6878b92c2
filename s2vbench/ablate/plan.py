"""What a sweep will take: time from what was measured, disk from sizes, said before anything is trained."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from s2vbench.ablate.stages import testset_of
from s2vbench.ablate.sweep import Evaluation, Sweep
from s2vbench.ablate.units import Unit
from s2vbench.kaleido.training.checkpoints import newest
from s2vbench.kaleido.training.plan import gigabytes, make_plan
from s2vbench.kaleido.training.train import CHECKPOINTS
from s2vbench.ledger import read_rows
from s2vbench.run.folder import GENERATIONS, SCORES
from s2vbench.testsets.folder import load_testset
from s2vbench.types import Generation, Score

USUAL_VIDEO_BYTES: Final = 30_000
"""Of a video with its records, where none is there to be measured."""
_EXPORTED: Final = {"fp32": 4, "bf16": 2, "fp16": 2}


@dataclass(frozen=True)
class Pace:
    """How long things take."""

    step_s: float
    video_s: float
    score_s: float | None
    """A video's; None where only interrupted scorings are known."""
    source: str
    """What was measured."""
    video_bytes: int | None = None


@dataclass(frozen=True)
class Work:
    """What is left of one unit."""

    unit: Unit
    state: str
    steps: int
    """To train."""
    videos: int
    """To make."""
    unscored: int

    def seconds(self, pace: Pace) -> float:
        """By a pace."""
        return self.steps * pace.step_s + self.videos * pace.video_s + self.unscored * (pace.score_s or 0.0)


@dataclass(frozen=True)
class SweepPlan:
    """All of it."""

    work: list[Work]
    videos_a_unit: int
    pace: Pace
    unit_bytes: int
    """What a finished unit keeps."""
    peak_bytes: int
    """What one training needs beside that, until it is finished."""
    free_bytes: int

    @property
    def seconds(self) -> float:
        """Left, in all."""
        return sum(work.seconds(self.pace) for work in self.work)

    @property
    def needed_bytes(self) -> int:
        """Disk for what is left."""
        todo = sum(work.state != "done" for work in self.work)
        return todo * self.unit_bytes + (self.peak_bytes if todo else 0)


def count_videos(evaluation: Evaluation) -> int:
    """How many videos one unit makes.

    Raises:
        InputError: no such test set or split.
    """
    cases = load_testset(testset_of(evaluation), evaluation.split).cases[: evaluation.limit]
    return sum(len(case.seeds) for case in cases)


def work_left(units: Sequence[Unit], videos: int) -> list[Work]:
    """What every unit still needs."""
    found = []
    for unit in units:
        state: str = unit.state
        if state == "done":
            found.append(Work(unit, state, 0, 0, 0))
            continue
        steps = 0
        if unit.trained is None:
            checkpoint = newest(unit.train / CHECKPOINTS)
            begun = checkpoint[1].step if checkpoint else 0
            steps = max(0, unit.config.training.steps - begun)
            state = f"training, step {begun}" if begun else "to do"
        made = sum(row.outcome == "ok" for row in read_rows(unit.run / GENERATIONS, Generation))
        scored = len({(row.case, row.seed) for row in read_rows(unit.run / SCORES, Score)})
        shown = f"{state}, {made} videos" if made else state
        found.append(Work(unit, shown, steps, max(0, videos - made), max(0, videos - scored)))
    return found


def known_pace(units: Sequence[Unit]) -> Pace | None:
    """From finished units; None where there is none."""
    ended = [(trained, done) for unit in units if (trained := unit.trained) and (done := unit.done)]
    if not ended:
        return None
    videos = sum(done.videos for _, done in ended)
    scored = [(done.score_s, done.videos) for _, done in ended if done.score_s is not None]
    return Pace(
        sum(trained.seconds for trained, _ in ended) / sum(trained.steps for trained, _ in ended),
        sum(done.generate_s for _, done in ended) / videos,
        sum(seconds for seconds, _ in scored) / sum(count for _, count in scored) if scored else None,
        f"{len(ended)} finished {'unit' if len(ended) == 1 else 'units'}",
    )


def plan_of(sweep: Sweep, units: Sequence[Unit], out: Path, pace: Pace) -> SweepPlan:
    """The plan of some units at a pace."""
    config = units[0].config
    network = make_plan(config)
    average = 1 if config.training.ema_decay else 0
    checkpoint = 4 * (network.parameters + (2 + average) * network.trainable)
    videos = count_videos(sweep.evaluation)
    exported = _EXPORTED[config.checkpoint.export_dtype] * network.parameters
    known = [done.size_bytes for unit in units if (done := unit.done)]
    guess = exported + videos * (pace.video_bytes or USUAL_VIDEO_BYTES)
    return SweepPlan(
        work_left(units, videos),
        videos,
        pace,
        sum(known) // len(known) if known else guess,
        # One more than are kept: the new one is whole before the oldest goes.
        (config.checkpoint.keep + 1) * checkpoint,
        free_bytes(out),
    )


def free_bytes(folder: Path) -> int:
    """On the disk of a folder that need not be there yet."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def described(plan: SweepPlan, sweep: Sweep) -> str:
    """The plan as a person reads it."""
    pace, width = plan.pace, max(len(work.unit.name) for work in plan.work)
    scoring = "unknown" if pace.score_s is None else f"{pace.score_s:.2f} s a video"
    head = (
        f"{sweep.name}: {len(plan.work)} units of {plan.work[0].unit.config.training.steps} steps and "
        f"{plan.videos_a_unit} videos ({sweep.evaluation.testset}, {sweep.evaluation.split}, profile "
        f"{sweep.evaluation.profile})"
    )
    lines = [
        f"  {work.unit.name:<{width}}  {work.state:<24} {duration(work.seconds(pace)):>10}"
        if work.state != "done"
        else f"  {work.unit.name:<{width}}  done"
        for work in plan.work
    ]
    enough = "" if plan.needed_bytes < plan.free_bytes else ": NOT ENOUGH"
    measured = f"{pace.step_s:.3f} s a step, {pace.video_s:.2f} s a video, scoring {scoring}"
    disk = f"about {gigabytes(plan.needed_bytes)}, {gigabytes(plan.peak_bytes)} of it for checkpoints while one trains"
    tail = [
        f"pace:  {measured}; measured on {pace.source}",
        f"time:  about {duration(plan.seconds)} without the start-up of networks, one unit after the other",
        f"disk:  {disk}; {gigabytes(plan.free_bytes)} are free{enough}",
    ]
    return "\n".join([head, *lines, *tail])


def summary(plan: SweepPlan, sweep: Sweep) -> dict[str, Any]:
    """The plan as one JSON document."""
    return {
        "sweep": sweep.name,
        "units": [
            {
                "variant": work.unit.variant,
                "seed": work.unit.seed,
                "state": work.state,
                "steps": work.steps,
                "videos": work.videos,
                "seconds": round(work.seconds(plan.pace), 1),
            }
            for work in plan.work
        ],
        "pace": asdict(plan.pace),
        "seconds": round(plan.seconds, 1),
        "needed_bytes": plan.needed_bytes,
        "free_bytes": plan.free_bytes,
    }


def duration(seconds: float) -> str:
    """A time for people.

    >>> duration(42), duration(600), duration(9000)
    ('42 s', '10 min', '2.5 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
