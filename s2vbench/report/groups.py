"""How 27 metrics become tables that a person can read: the paper's first, then the rest; and why some have no value."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from s2vbench.metrics.base import TABLE_1, Metric
from s2vbench.report.table import Table

PAPER, REST = "The metrics of the Kaleido paper's Table 1", "What the paper's table cannot see"
MOST_COLUMNS = 8
"""With more metrics, a metric is a row and a run is a column."""


@dataclass(frozen=True)
class Group:
    """Metrics that stand in one table."""

    title: str
    metrics: list[Metric]

    @property
    def upright(self) -> bool:
        """True where metrics are rows and runs are columns."""
        return len(self.metrics) > MOST_COLUMNS


def groups(table: Table) -> list[Group]:
    """The metrics of the paper's Table 1 in its order, then all others; a group without metrics is left out."""
    paper = sorted((m for m in table.metrics if m.name in TABLE_1), key=lambda metric: TABLE_1.index(metric.name))
    rest = [metric for metric in table.metrics if metric.name not in TABLE_1]
    return [Group(title, metrics) for title, metrics in ((PAPER, paper), (REST, rest)) if metrics]


def without_value(table: Table) -> dict[str, str]:
    """Metric -> one line on why it applies to no video of some run, with the most common of the records' reasons."""
    found = {}
    for metric in table.metrics:
        reasons: Counter[str] = Counter()
        for row in table.rows:
            summary = row.summaries.get(metric.name)
            if summary is not None and summary.n_not_applicable and not summary.n_ok + summary.n_failed:
                reasons.update(
                    score.reason or "no reason given"
                    for score in row.scores
                    if score.metric == metric.name and score.comparability == summary.comparability
                )
        if reasons:
            reason, count = reasons.most_common(1)[0]
            found[metric.name] = f"{reason} ({count} of {reasons.total()} videos)"
    return found
