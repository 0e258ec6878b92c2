"""Distributions of metrics over videos as geometry that a template draws: no library, no script.

Shape letters: B bins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from s2vbench.metrics.base import Metric
from s2vbench.report.groups import groups
from s2vbench.report.html.axis import Axis, axis_over
from s2vbench.report.html.facts import MIXED
from s2vbench.report.html.index import Entry
from s2vbench.report.table import Table
from s2vbench.stats.summary import Summary, summarise

WIDTH_PX, _LEFT_PX, _RIGHT_PX = 430, 118, 14
_TOP_PX, _BARS_PX, _TICKS_PX, _HEAD_PX, _RUN_PX, _GAP_PX = 6, 62, 20, 20, 11, 8
_NUM_BINS = 24
KINDS = ("human", "animal", "cartoon", "object", MIXED)
NUM_COLOURS = 6
"""Of runs; the style sheet has as many."""


@dataclass(frozen=True)
class Bar:
    """One bin of one run's histogram."""

    x: float
    y: float
    width: float
    height: float
    colour: int
    text: str


@dataclass(frozen=True)
class Range:
    """A mean with its interval, of one run."""

    y: float
    mean: float
    low: float | None
    high: float | None
    colour: int
    text: str


@dataclass(frozen=True)
class Line:
    """One group of cases: a label and a range a run."""

    y: float
    label: str
    ranges: list[Range]


@dataclass(frozen=True)
class Heading:
    """Text above some lines."""

    y: float
    text: str


@dataclass(frozen=True)
class Plot:
    """The distribution of one metric in the runs of one table."""

    metric: Metric
    height_px: float
    bars: list[Bar]
    axis: Axis
    base_px: float
    """Where the histogram stands."""
    headings: list[Heading]
    lines: list[Line]
    text: str
    """What it shows, for those who do not see it."""


def plots_of(table: Table, entries: Sequence[Entry]) -> list[Plot]:
    """A plot of each metric that has values, in the order of the tables."""
    metrics = [metric for group in groups(table) for metric in group.metrics]
    return [plot for metric in metrics if (plot := _plot(metric, entries)) is not None]


def _plot(metric: Metric, entries: Sequence[Entry]) -> Plot | None:
    having = [entry for entry in entries if metric.name in entry.scores]
    values: dict[int, list[float]] = {entry.run: [] for entry in having}
    for entry in having:
        if (value := entry.scores[metric.name].value) is not None:
            values[entry.run].append(value)
    everything = [value for of in values.values() for value in of]
    if not everything:
        return None
    axis = axis_over(everything, _LEFT_PX, WIDTH_PX - _LEFT_PX - _RIGHT_PX)
    base = _TOP_PX + _BARS_PX
    groups_y = base + _TICKS_PX + 4.0
    headings, lines, height = _lines(metric, having, axis, groups_y)
    return Plot(metric, height, _bars(values, axis, base), axis, base, headings, lines, _described(metric, values))


def _bars(values: dict[int, list[float]], axis: Axis, base_px: float) -> list[Bar]:
    """Histograms of all runs, their bars side by side: shares of a run's videos, so that unequal runs compare."""
    edges = np.linspace(axis.low, axis.high, max(8, _NUM_BINS // len(values)) + 1)
    counts = {run: np.histogram(of, edges)[0] for run, of in values.items() if of}
    highest = max(float((count_B / count_B.sum()).max()) for count_B in counts.values())
    found: list[Bar] = []
    width = axis.width_px / (len(edges) - 1) / len(counts)
    for beside, (run, count_B) in enumerate(counts.items()):
        for place, count in enumerate(count_B.tolist()):
            if not count:
                continue
            low, high = edges[place], edges[place + 1]
            height = round(_BARS_PX * count / count_B.sum() / highest, 1)
            text = f"{low:.4g} to {high:.4g}: {count} of {count_B.sum()} videos"
            left = round(axis.x(low) + beside * width, 1)
            found.append(Bar(left, round(base_px - height, 1), round(width - 0.5, 1), height, run % NUM_COLOURS, text))
    return found


def _lines(
    metric: Metric, entries: Sequence[Entry], axis: Axis, top_px: float
) -> tuple[list[Heading], list[Line], float]:
    """Means with intervals by number of subjects and by kind, where there is more than one group to compare."""
    headings, lines, y = [], [], top_px
    counts = sorted({count for entry in entries if (count := entry.facts.num_subjects) is not None})
    by_count = [(_subjects(count), _with_count(count)) for count in counts]
    by_kind = [(kind, _with_kind(kind)) for kind in KINDS]
    for title, parts in (("by number of subjects", by_count), ("by kind of subject", by_kind)):
        chosen = [(label, [entry for entry in entries if belongs(entry)]) for label, belongs in parts]
        chosen = [
            (label, of) for label, of in chosen if any(entry.scores[metric.name].value is not None for entry in of)
        ]
        if len(chosen) < 2:
            continue
        headings.append(Heading(y + 12, title))
        y += _HEAD_PX
        for label, of in chosen:
            ranges = _ranges(metric, of, axis, y)
            lines.append(Line(y + len(ranges) * _RUN_PX / 2, label, ranges))
            y += len(ranges) * _RUN_PX + _GAP_PX
    return headings, lines, y


def _subjects(count: int) -> str:
    return f"{count} subject{'' if count == 1 else 's'}"


def _with_count(count: int) -> Callable[[Entry], bool]:
    return lambda entry: entry.facts.num_subjects == count


def _with_kind(kind: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.facts.kind == kind


def _ranges(metric: Metric, entries: Sequence[Entry], axis: Axis, top_px: float) -> list[Range]:
    found: list[Range] = []
    for run in dict.fromkeys(entry.run for entry in entries):
        summary = summarise(metric, [entry.scores[metric.name] for entry in entries if entry.run == run])
        if summary.value is None:
            continue
        y = top_px + _RUN_PX * (len(found) + 0.5)
        low, high = (None, None) if summary.low is None or summary.high is None else (summary.low, summary.high)
        found.append(
            Range(
                y,
                axis.x(summary.value),
                None if low is None else axis.x(low),
                None if high is None else axis.x(high),
                run % NUM_COLOURS,
                said(summary),
            )
        )
    return found


def said(summary: Summary) -> str:
    """A mean with its interval and number of cases as text."""
    if summary.value is None:
        return "no value"
    interval = f" [{summary.low:.4f}, {summary.high:.4f}]" if summary.low is not None else ""
    return f"{summary.value:.4f}{interval}, n = {summary.n_cases}"


def _described(metric: Metric, values: dict[int, list[float]]) -> str:
    of = [np.percentile(numbers, [0, 50, 100]) for numbers in values.values() if numbers]
    ranges = "; ".join(
        f"from {low:.4g} to {high:.4g}, half of the videos below {middle:.4g}" for low, middle, high in of
    )
    return f"Distribution of {metric.name}: {ranges}."
