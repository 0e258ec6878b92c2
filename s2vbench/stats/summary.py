"""From records to one value a metric: mean, count, coverage, 95 % interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s2vbench.metrics.base import Metric
from s2vbench.types import Score

NUM_RESAMPLES = 10_000
BOOTSTRAP_SEED = 20261120


@dataclass(frozen=True)
class Summary:
    """One metric over a set of videos."""

    metric: str
    version: int
    comparability: str
    value: float | None
    """None where no video has a value."""
    low: float | None
    high: float | None
    """95 % percentile bootstrap interval over cases; None with fewer than two cases."""
    n_cases: int
    n_ok: int
    n_not_applicable: int
    n_failed: int

    @property
    def coverage(self) -> float:
        """Share of the videos with a value; those to which the metric does not apply are not counted against it."""
        applicable = self.n_ok + self.n_failed
        return self.n_ok / applicable if applicable else 0.0


def aggregate_items(totals: list[float], counts: list[int]) -> float:
    """Sum of totals over sum of counts: every frame weighs the same. Exact, so any sharding gives the same number.

    >>> aggregate_items([1.0, 9.0], [1, 3])
    2.5
    """
    return math.fsum(totals) / sum(counts)


def aggregate_videos(values: list[float]) -> float:
    """Mean over videos: every video weighs the same. Exact, so any sharding gives the same number.

    >>> aggregate_videos([1.0, 3.0])
    2.0
    """
    return math.fsum(values) / len(values)


def summarise(metric: Metric, rows: list[Score]) -> Summary:
    """The set value of one metric; all `rows` must have one comparability key."""
    assert len({row.comparability for row in rows}) == 1, "unlike numbers in one mean"
    ok = [row for row in rows if row.outcome == "ok"]
    by_case: dict[str, tuple[float, int]] = {}
    for row in ok:
        total, count = (row.total, row.n) if metric.aggregate == "items" else (row.value, 1)
        assert total is not None, "an ok record has a value"
        before = by_case.get(row.case, (0.0, 0))
        by_case[row.case] = (before[0] + total, before[1] + count)
    value = None
    if ok:
        value = (
            aggregate_items([row.total or 0.0 for row in ok], [row.n for row in ok])
            if metric.aggregate == "items"
            else aggregate_videos([row.value or 0.0 for row in ok])
        )
    low, high = bootstrap_interval(np.array(list(by_case.values()), dtype=np.float64).reshape(-1, 2))
    return Summary(
        metric=metric.name,
        version=rows[0].version,
        comparability=rows[0].comparability,
        value=value,
        low=low,
        high=high,
        n_cases=len(by_case),
        n_ok=len(ok),
        n_not_applicable=sum(row.outcome == "not_applicable" for row in rows),
        n_failed=sum(row.outcome == "failed" for row in rows),
    )


def bootstrap_interval(totals_and_counts_N2: npt.NDArray[np.float64]) -> tuple[float | None, float | None]:
    """95 % percentile interval of sum(totals) / sum(counts) when whole cases are drawn again with replacement.

    Cases are the unit (seeds and frames of a case stay together). The draws are seeded: the same records give the same
    interval. None, None with fewer than two cases.
    """
    num_cases = len(totals_and_counts_N2)
    if num_cases < 2:
        return None, None
    generator = np.random.default_rng(BOOTSTRAP_SEED)
    means = np.empty(NUM_RESAMPLES)
    # Blocks keep memory flat for test sets of any size.
    block = max(1, 4_000_000 // num_cases)
    for start in range(0, NUM_RESAMPLES, block):
        draws = generator.integers(num_cases, size=(min(block, NUM_RESAMPLES - start), num_cases))
        sums = totals_and_counts_N2[draws].sum(axis=1)
        means[start : start + len(draws)] = sums[:, 0] / sums[:, 1]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
