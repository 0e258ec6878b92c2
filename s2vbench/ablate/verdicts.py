"""What the data support and what they do not, in sentences made from intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from s2vbench.ablate.compare import Claimed, Comparison, MetricComparison, Pair
from s2vbench.ablate.sweep import Sweep
from s2vbench.stats.crossed import Crossed

FEW_CASES: Final = 10
_SAID: Final = {
    "supported": "supported",
    "supported alone": "supported as a single comparison, not after allowing for all comparisons of the metric",
    "open": "not decided by these data",
    "contradicted": "contradicted",
}


def signed(found: Crossed, digits: int = 4) -> str:
    """A difference with its interval: "+0.0120 [-0.0030, +0.0270]"."""
    if found.value is None:
        return "no pairs"
    text = f"{found.value:+.{digits}f}"
    return text if found.low is None else f"{text} [{found.low:+.{digits}f}, {found.high:+.{digits}f}]"


def claims(sweep: Sweep, comparison: Comparison) -> list[str]:
    """What papers claim, one line each, with what these data say."""
    return [
        _claim(sweep, found, claimed)
        for found in comparison.metrics
        for claimed in sorted(found.claims, key=lambda claimed: -abs(claimed.better.value - claimed.worse.value))
    ]


def _claim(sweep: Sweep, found: MetricComparison, claimed: Claimed) -> str:
    better, worse = claimed.better, claimed.worse
    stated = (
        f"{found.metric.name}: {sweep.label(better.variant)} better than {sweep.label(worse.variant)} "
        f"({better.value:.3f}, {worse.value:.3f})"
    )
    if claimed.pair is None:
        return f"{stated}: not tried here"
    return f"{stated}: {_SAID[claimed.claim]} ({signed(claimed.pair.difference)})"


def supported(sweep: Sweep, found: MetricComparison) -> list[str]:
    """The orderings of a metric that hold at 95 % for all of its comparisons together, the larger first."""
    holding = [pair for pair in _each_once(found) if pair.verdict == "holds"]
    return [
        f"{sweep.label(pair.first)} better than {sweep.label(pair.second)}: {signed(pair.difference)}"
        for pair in sorted(holding, key=lambda pair: -abs(pair.difference.value or 0.0))
    ]


def unsupported(sweep: Sweep, found: MetricComparison) -> list[str]:
    """The orderings that do not, with what could have been seen."""
    return [
        f"{sweep.label(pair.first)} and {sweep.label(pair.second)}: {signed(pair.difference)}"
        + ("; alone it would hold" if pair.verdict == "holds alone" else "")
        + _detectable(pair.difference)
        for pair in _each_once(found)
        if pair.verdict != "holds"
    ]


def _detectable(found: Crossed) -> str:
    least = found.detectable
    return "" if least is None else f"; a difference of {least:.4f} would have been seen four times in five"


def _each_once(found: MetricComparison) -> Iterator[Pair]:
    order = found.best_first()
    for index, first in enumerate(order):
        for second in order[index + 1 :]:
            yield found.pairs[first, second]


def limits(sweep: Sweep, comparison: Comparison) -> list[str]:
    """What no interval of the report covers."""
    records = comparison.records
    found = []
    if records.meaningless:
        found.append("The levels mean nothing: the networks of the metrics have random weights.")
    if len(records.seeds) == 1:
        found.append(
            "One seed only: intervals are over cases, and say nothing about what another seed of the same training "
            "would give. No ordering of variants follows."
        )
    elif len(records.seeds) < 3:
        found.append(f"{len(records.seeds)} seeds: intervals allow for that and are wide.")
    if len(records.cases) < FEW_CASES:
        found.append(f"Fewer than {FEW_CASES} cases.")
    missing = [
        f"{variant}, seed {seed}"
        for variant in sweep.variants
        for seed in sweep.seeds
        if (variant, seed) not in records.rows
    ]
    if missing:
        found.append(f"Not in the numbers, because they are not finished: {'; '.join(missing)}.")
    for metric in comparison.metrics:
        shares = [records.cells[variant, metric.metric.name].coverage for variant in records.variants]
        if metric.means and min(shares) < 1 and max(shares) > 0:
            found.append(
                f"{metric.metric.name}: between {min(shares):.0%} and {max(shares):.0%} of the videos to which it "
                "applies have a value; differences are over the videos where both variants have one."
            )
    found.append(
        "All variants are small models of a drawn world, trained briefly. What orders them here need not order large "
        "models of photographs, and the paper's numbers are of another test set, other networks and another model."
    )
    return found
