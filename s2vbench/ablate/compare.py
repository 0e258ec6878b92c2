"""Every variant against every other: paired differences over cases and seeds, ties, and what follows for orderings."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from s2vbench.ablate.records import Records
from s2vbench.ablate.sweep import Published, Sweep
from s2vbench.metrics.base import Metric
from s2vbench.stats.crossed import Crossed, crossed_difference, crossed_mean
from s2vbench.stats.several import holm, tie_groups, tie_letters

ALPHA: Final = 0.05
LAST: Final = 0.2
"""Share of a training's steps whose mean loss is compared: its end."""
Verdict = Literal["holds", "holds alone", "open"]
"""Of a difference's sign: at 95 % for all comparisons of the metric together, for this one alone, or not at all."""
Claim = Literal["supported", "supported alone", "open", "contradicted"]


@dataclass(frozen=True)
class Pair:
    """One variant minus another, by one metric."""

    first: str
    second: str
    difference: Crossed
    adjusted_p: float | None
    """Holm's, over all pairs of the metric."""

    @property
    def verdict(self) -> Verdict:
        """What the data say of the sign."""
        if self.adjusted_p is None or self.difference.p is None:
            return "open"
        if self.adjusted_p < ALPHA:
            return "holds"
        return "holds alone" if self.difference.p < ALPHA else "open"


@dataclass(frozen=True)
class Claimed:
    """An ordering that a paper's numbers state, and what these data say of it."""

    better: Published
    worse: Published
    pair: Pair | None
    """The claimed better one minus the other; None where one of them has no records."""
    claim: Claim


@dataclass(frozen=True)
class MetricComparison:
    """One metric of all variants."""

    metric: Metric
    means: dict[str, Crossed]
    pairs: dict[tuple[str, str], Pair]
    """In both directions."""
    groups: list[tuple[str, ...]]
    """Variants that cannot be told apart, the best group first."""
    letters: dict[str, str]
    claims: list[Claimed]

    def against(self, reference: str) -> dict[str, Crossed]:
        """Variant -> its difference from the reference."""
        return {first: pair.difference for (first, second), pair in self.pairs.items() if second == reference}

    def best_first(self) -> list[str]:
        """Variants with a value, the best first."""
        return _ranked(self.metric, self.means)


@dataclass(frozen=True)
class Comparison:
    """All metrics."""

    records: Records
    metrics: list[MetricComparison]
    """Those that a paper speaks of first."""
    losses: dict[str, Crossed]
    """Variant -> its training loss at the end minus the reference's; the reference's own loss under its name."""


def compare(sweep: Sweep, records: Records) -> Comparison:
    """Compare the variants of a sweep."""
    spoken = list(dict.fromkeys(entry.metric for entry in sweep.published))
    ordered = sorted(
        records.metrics, key=lambda metric: spoken.index(metric.name) if metric.name in spoken else len(spoken)
    )
    return Comparison(records, [_by_metric(sweep, records, metric) for metric in ordered], _losses(sweep, records))


def _by_metric(sweep: Sweep, records: Records, metric: Metric) -> MetricComparison:
    grids = {
        variant: (cells.totals_CS, cells.counts_CS)
        for variant in records.variants
        for cells in [records.cells[variant, metric.name]]
    }
    means = {variant: crossed_mean(*grid) for variant, grid in grids.items()}
    couples = list(itertools.combinations(_ranked(metric, means), 2))
    found = {couple: crossed_difference(grids[couple[0]], grids[couple[1]]) for couple in couples}
    tested = [couple for couple in couples if found[couple].p is not None]
    adjusted = dict(zip(tested, holm([found[couple].p or 0.0 for couple in tested]), strict=True))
    pairs = {}
    for first, second in couples:
        pair = Pair(first, second, found[first, second], adjusted.get((first, second)))
        pairs[first, second] = pair
        pairs[second, first] = _turned(pair)
    groups = tie_groups(_ranked(metric, means), lambda one, other: pairs[one, other].verdict != "holds")
    return MetricComparison(metric, means, pairs, groups, tie_letters(groups), _claims(sweep, metric, pairs))


def _ranked(metric: Metric, means: Mapping[str, Crossed]) -> list[str]:
    sign = -1.0 if metric.higher_is_better else 1.0
    known = {variant: mean.value for variant, mean in means.items() if mean.value is not None}
    return sorted(known, key=lambda variant: sign * known[variant])


def _turned(pair: Pair) -> Pair:
    was = pair.difference
    turned = Crossed(
        None if was.value is None else -was.value,
        None if was.high is None else -was.high,
        None if was.low is None else -was.low,
        was.error,
        was.freedom,
        was.p,
        was.n_cases,
        was.n_seeds,
        was.n_cells,
    )
    return Pair(pair.second, pair.first, turned, pair.adjusted_p)


def _claims(sweep: Sweep, metric: Metric, pairs: Mapping[tuple[str, str], Pair]) -> list[Claimed]:
    """Every ordering that follows from published values, judged."""
    made = []
    entries = sweep.published_about(metric.name).values()
    for one, other in itertools.combinations(entries, 2):
        if one.value == other.value or one.source != other.source:
            continue
        better, worse = (one, other) if (one.value > other.value) == metric.higher_is_better else (other, one)
        pair = pairs.get((better.variant, worse.variant))
        made.append(Claimed(better, worse, pair, _judged(metric, pair)))
    return made


def _judged(metric: Metric, pair: Pair | None) -> Claim:
    if pair is None or pair.difference.value is None or pair.verdict == "open":
        return "open"
    if (pair.difference.value > 0) != metric.higher_is_better:
        return "contradicted"
    return "supported" if pair.verdict == "holds" else "supported alone"


def _losses(sweep: Sweep, records: Records) -> dict[str, Crossed]:
    """Losses at the end of training; equal seeds have equal samples and noise, so differences are paired."""
    ends = {
        key: float(np.mean([row.loss for row in rows if row.step > (1 - LAST) * rows[-1].step]))
        for key, rows in records.logs.items()
        if rows
    }
    found: dict[str, Crossed] = {}
    for variant in records.variants:
        own_S = np.array([[ends.get((variant, seed), 0.0) for seed in records.seeds]])
        there_S = np.array([[float((variant, seed) in ends) for seed in records.seeds]])
        usual_S = np.array([[ends.get((sweep.reference, seed), 0.0) for seed in records.seeds]])
        usual_there_S = np.array([[float((sweep.reference, seed) in ends) for seed in records.seeds]])
        found[variant] = (
            crossed_mean(own_S, there_S)
            if variant == sweep.reference
            else crossed_difference((own_S, there_S), (usual_S, usual_there_S))
        )
    return found
