"""What one worker does: the pending metrics of one video, from its file to records. It writes no ledger."""

from __future__ import annotations

import logging
import math
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.weights import Weights
from s2vbench.errors import NotApplicable, VideoError
from s2vbench.features.cache import FeatureCache
from s2vbench.features.engine import FeatureFailedError, Features, compute_features
from s2vbench.features.subjects.collect import SubjectWork
from s2vbench.metrics.base import Measurement
from s2vbench.run.evidence import write_evidence
from s2vbench.run.plan import MetricPlan
from s2vbench.run.subjects import SubjectPlans
from s2vbench.types import Case, Outcome, Score
from s2vbench.video.decode import open_video

log = logging.getLogger(__name__)

OnFrames = Callable[[int], None]
"""Told how many more frames of the video at work are done."""


@dataclass(frozen=True)
class Setup:
    """What every worker of a run is given once; it crosses to other processes."""

    out: Path
    plans: tuple[MetricPlan, ...]
    subjects: SubjectPlans | None
    weights: dict[str, Weights]
    device: str
    precision: str
    cache: Path | None
    """Folder of the feature cache."""


@dataclass(frozen=True)
class Task:
    """One video, and what is still to be known about it."""

    case: Case
    seed: int
    path: Path
    pending: tuple[int, ...]
    """Places of the metrics among the setup's plans."""


@dataclass
class Done:
    """What came of a task."""

    rows: list[Score] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)
    """Metric -> the traceback behind a failure."""


@dataclass(frozen=True)
class Finding:
    """What a metric says of one video."""

    outcome: Outcome
    reason: str | None = None
    measurement: Measurement | None = None

    def record(self, plan: MetricPlan, key: str, case: Case, seed: int, *, video_sha256: str | None) -> Score:
        """The line of `scores.jsonl` that says so."""
        return Score(
            key=key,
            case=case.id,
            seed=seed,
            metric=plan.metric.name,
            version=plan.metric.version,
            outcome=self.outcome,
            reason=self.reason,
            video_sha256=video_sha256,
            comparability=plan.comparability,
            making=plan.making,
            **({"value": None, "total": None} | (vars(self.measurement) if self.measurement else {})),
        )


class Worker:
    """Networks, cache and plans of one process."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._bank = Bank(setup.weights, device=setup.device, precision=setup.precision)  # type: ignore[arg-type]
        self._cache = FeatureCache(setup.cache)

    def measure(self, task: Task, on_frames: OnFrames = lambda _: None) -> Done:
        """Compute a task's metrics; nothing that a video or a metric does ends the run.

        Raises:
            InputError: weights are damaged. OutputError: the run folder cannot be written.
        """
        started = time.perf_counter()
        plans = [self._setup.plans[place] for place in task.pending]
        found, work, sha256 = self._features(task, plans, on_frames)
        done = Done()
        for plan in plans:
            finding = _compute(plan, task, found, done)
            key = key_of(self._setup.subjects, plan, task.case, task.seed, sha256)
            done.rows.append(finding.record(plan, key, task.case, task.seed, video_sha256=sha256))
        if work is not None and isinstance(found, Features):
            write_evidence(self._setup.out, work, task.case, task.seed, found)
        outcomes = counts([row.outcome for row in done.rows])
        log.info("%s seed %d: %s in %.1f s", task.case.id, task.seed, outcomes, time.perf_counter() - started)
        return done

    def _features(
        self, task: Task, plans: Sequence[MetricPlan], on_frames: OnFrames
    ) -> tuple[Features | str, SubjectWork | None, str | None]:
        """Features (or why there are none), what was wanted about subjects, and the video's digest."""
        specs = list({spec.name: spec for plan in plans for spec in plan.features}.values())
        specs.sort(key=lambda spec: spec.of not in {"frames", "prompt"})
        wanted = [name for plan in plans for name in plan.subject_features]
        subjects = self._setup.subjects
        sha256 = None
        try:
            video = open_video(task.path)
            sha256 = video.sha256
            work = subjects.work(task.case, task.seed, wanted) if subjects and wanted else None
            features = compute_features(
                video, task.case.prompt, specs, self._bank, self._cache, subjects=work, on_frames=on_frames
            )
        except VideoError as error:
            return str(error), None, sha256
        return features, work, sha256


def key_of(subjects: SubjectPlans | None, plan: MetricPlan, case: Case, seed: int, video_sha256: str | None) -> str:
    """The name of one metric of one video; see `MetricPlan.key`."""
    about = subjects.case(case, seed) if subjects and plan.subject_features else None
    return plan.key(case, seed, video_sha256, about)


def counts(outcomes: Sequence[str]) -> str:
    """How many of each, in words.

    >>> counts(["ok", "failed", "ok"])
    '2 ok, 1 failed'
    """
    return ", ".join(
        f"{outcomes.count(kind)} {kind}" for kind in ("ok", "not_applicable", "failed") if kind in outcomes
    )


def _compute(plan: MetricPlan, task: Task, found: Features | str, done: Done) -> Finding:
    if isinstance(found, str):
        return Finding("failed", found)
    try:
        measurement = plan.metric.compute(task.case, found)
    except NotApplicable as finding:
        return Finding("not_applicable", str(finding))
    except FeatureFailedError as error:
        reason, details = str(error), error.failure.details
    except Exception as error:  # noqa: BLE001 -- a plugin's metric may raise anything
        reason, details = f"{type(error).__name__}: {error}", traceback.format_exc()
    else:
        if math.isfinite(measurement.value) and math.isfinite(measurement.total):
            return Finding("ok", measurement=measurement)
        return Finding("failed", f"the value is {measurement.value}: a network returned something that is no number")
    done.details[plan.metric.name] = details
    return Finding("failed", reason)
