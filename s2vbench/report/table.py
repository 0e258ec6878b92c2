"""A table as data: rows are runs, columns are metrics; unlike numbers never share a column.

Runs whose numbers have different comparability keys get tables of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from s2vbench import plugins
from s2vbench.errors import InputError
from s2vbench.metrics.base import Metric, load_metric
from s2vbench.run.folder import current_scores, read_manifest
from s2vbench.stats.summary import Summary, summarise
from s2vbench.types import RunManifest, Score


@dataclass(frozen=True)
class RunRow:
    """One run with its set values."""

    path: Path
    manifest: RunManifest
    scores: list[Score]
    summaries: dict[str, Summary]

    @property
    def meaningless(self) -> bool:
        """True where some numbers come from random weights."""
        return has_random_weights(self.manifest)

    @property
    def unverified(self) -> bool:
        """True where some weights are not known to be the published ones."""
        return any(not row.making.weights_verified for row in self.scores)


@dataclass(frozen=True)
class Table:
    """Runs that may stand in one table."""

    metrics: list[Metric]
    rows: list[RunRow]

    def places(self, metric: Metric) -> dict[int, int]:
        """Row -> 1 for the best and 2 for the second value of a column with at least two different values."""
        values = {
            index: value
            for index, row in enumerate(self.rows)
            if (summary := row.summaries.get(metric.name)) and (value := summary.value) is not None
        }
        ranked = sorted(set(values.values()), reverse=metric.higher_is_better)
        if len(ranked) < 2:
            return {}
        return {index: ranked.index(value) + 1 for index, value in values.items() if value in ranked[:2]}


def has_random_weights(manifest: RunManifest) -> bool:
    """True where some numbers of a run come from random weights."""
    return any(file.sha256.startswith("seeded:") for file in manifest.weights.values())


def read_run(path: Path) -> RunRow:
    """A run folder's manifest, its current records and their summaries.

    Raises:
        InputError: no run folder, damaged records, or no records yet.
    """
    manifest = read_manifest(path)
    scores = current_scores(path)
    if not scores:
        raise InputError(f"{path}: holds no records yet; run `s2vbench score --out {path} ...` first")
    summaries = {}
    for name in dict.fromkeys(row.metric for row in scores):
        rows = [row for row in scores if row.metric == name and row.comparability == manifest.metrics.get(name)]
        if rows:
            summaries[name] = summarise(load_metric(name), rows)
    return RunRow(path, manifest, scores, summaries)


def tables(rows: list[RunRow]) -> list[Table]:
    """Group runs: two share a table if every metric that both have has one comparability key."""
    groups: list[list[RunRow]] = []
    for row in rows:
        group = next((group for group in groups if all(_comparable(row, other) for other in group)), None)
        if group is None:
            groups.append([row])
        else:
            group.append(row)
    return [Table(_metrics(group), group) for group in groups]


def _comparable(a: RunRow, b: RunRow) -> bool:
    shared = a.summaries.keys() & b.summaries.keys()
    same_set = a.manifest.testset_sha256 == b.manifest.testset_sha256
    return same_set and all(a.summaries[name].comparability == b.summaries[name].comparability for name in shared)


def _metrics(group: list[RunRow]) -> list[Metric]:
    order = {name: index for index, name in enumerate(plugins.names("metrics"))}
    names = dict.fromkeys(name for row in group for name in row.summaries)
    return [load_metric(name) for name in sorted(names, key=lambda name: order.get(name, len(order)))]
