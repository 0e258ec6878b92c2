"""The records of a sweep as grids: one value a case (of the test set) and seed (of the training), metric by metric.

Shape letters: C cases, S seeds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from s2vbench import plugins
from s2vbench.ablate.units import Unit
from s2vbench.errors import InputError
from s2vbench.kaleido.training.logs import LOG, LogRow, read_log
from s2vbench.metrics.base import Metric, load_metric
from s2vbench.report.table import has_random_weights
from s2vbench.run.folder import current_scores, read_manifest
from s2vbench.stats.crossed import Grid
from s2vbench.types import RunManifest, Score


@dataclass(frozen=True)
class Cells:
    """One metric of one variant."""

    totals_CS: Grid
    counts_CS: Grid
    """0 where the cell has no value."""
    outcomes: Counter[str]
    """Of all its videos."""
    reason: str | None
    """The most common one why there is no value."""

    @property
    def coverage(self) -> float:
        """Share of the videos with a value, of those to which the metric applies."""
        applicable = self.outcomes["ok"] + self.outcomes["failed"]
        return self.outcomes["ok"] / applicable if applicable else 0.0


@dataclass(frozen=True)
class Records:
    """All that was measured in a sweep."""

    variants: list[str]
    """Those with records, in the sweep's order."""
    seeds: list[int]
    cases: list[str]
    metrics: list[Metric]
    cells: dict[tuple[str, str], Cells]
    """(variant, metric) -> its grid; rows are `cases`, columns `seeds`."""
    rows: dict[tuple[str, int], list[Score]]
    logs: dict[tuple[str, int], list[LogRow]]
    """(variant, seed) -> the lines of its training."""
    manifest: RunManifest
    """Of the first unit: what all numbers are made with."""

    @property
    def meaningless(self) -> bool:
        """True where some numbers come from random weights."""
        return has_random_weights(self.manifest)


def read_records(units: Sequence[Unit]) -> Records:
    """The records of the units that are done.

    Raises:
        InputError: none is done, or their numbers are made in different ways.
    """
    done = [unit for unit in units if (unit.run / "scores.jsonl").exists() and unit.trained is not None]
    rows = {(unit.variant, unit.seed): current_scores(unit.run) for unit in done}
    done = [unit for unit in done if rows[unit.variant, unit.seed]]
    if not done:
        raise InputError("no unit of the sweep has records yet; run it without --report first")
    _check_made_alike(done, rows)
    variants = list(dict.fromkeys(unit.variant for unit in done))
    seeds = sorted({unit.seed for unit in done})
    cases = sorted({row.case for some in rows.values() for row in some})
    metrics = _metrics(rows)
    cells = {
        (variant, metric.name): _cells(
            metric, {seed: rows[variant, seed] for seed in seeds if (variant, seed) in rows}, cases, seeds
        )
        for variant in variants
        for metric in metrics
    }
    logs = {(unit.variant, unit.seed): read_log(_log(unit)) for unit in done}
    return Records(variants, seeds, cases, metrics, cells, rows, logs, read_manifest(done[0].run))


def _log(unit: Unit) -> Path:
    return unit.train / LOG


def _check_made_alike(units: Sequence[Unit], rows: dict[tuple[str, int], list[Score]]) -> None:
    """Unlike numbers never share a table."""
    first: dict[str, tuple[str, Unit]] = {}
    for unit in units:
        for row in rows[unit.variant, unit.seed]:
            known, other = first.setdefault(row.metric, (row.comparability, unit))
            if known != row.comparability:
                raise InputError(
                    f"{row.metric} of {unit.name} and of {other.name} was made in different ways (profile, weights or "
                    f"version); remove {unit.run} and {other.run} and run the sweep again to score both anew"
                )


def _metrics(rows: dict[tuple[str, int], list[Score]]) -> list[Metric]:
    order = {name: index for index, name in enumerate(plugins.names("metrics"))}
    names = dict.fromkeys(row.metric for some in rows.values() for row in some)
    return [load_metric(name) for name in sorted(names, key=lambda name: order.get(name, len(order)))]


def _cells(metric: Metric, by_seed: dict[int, list[Score]], cases: list[str], seeds: list[int]) -> Cells:
    row_of = {case: index for index, case in enumerate(cases)}
    totals_CS, counts_CS = np.zeros((len(cases), len(seeds))), np.zeros((len(cases), len(seeds)))
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for column, seed in enumerate(seeds):
        for score in by_seed.get(seed, ()):
            if score.metric != metric.name:
                continue
            outcomes[score.outcome] += 1
            if score.outcome != "ok":
                reasons[score.reason or "no reason given"] += 1
                continue
            total, count = (score.total, score.n) if metric.aggregate == "items" else (score.value, 1)
            assert total is not None, "an ok record has a value"
            totals_CS[row_of[score.case], column] += total
            counts_CS[row_of[score.case], column] += count
    return Cells(totals_CS, counts_CS, outcomes, reasons.most_common(1)[0][0] if reasons else None)
