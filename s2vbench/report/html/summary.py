"""The part of the page that needs no script: tables, what they are comparable with, what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from s2vbench.errors import InputError
from s2vbench.metrics.base import Metric
from s2vbench.report.formats import arrow, notes, published_beside, value_text
from s2vbench.report.groups import groups, without_value
from s2vbench.report.html.axis import axis_over
from s2vbench.report.html.index import Entry
from s2vbench.report.html.plots import NUM_COLOURS, Plot, plots_of
from s2vbench.report.published import PublishedValue
from s2vbench.report.table import RunRow, Table
from s2vbench.run.generate import GeneratorManifest, generated_with
from s2vbench.types import WeightsFile

WHISKER_PX = 120
_MOST_NAMED = 12


@dataclass(frozen=True)
class Whisker:
    """Where mean and interval stand on a line that all runs of a metric share, in pixels."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Cell:
    """What one run has of one metric."""

    text: str
    interval: str = ""
    n: str = ""
    coverage: str = ""
    partial: bool = False
    """True where some videos have no value that should have one."""
    place: int = 0
    whisker: Whisker | None = None
    colour: int = 0


@dataclass(frozen=True)
class Line:
    """One metric in all runs, with what papers state in columns of their own."""

    metric: Metric
    version: int
    arrow: str
    comparability: str
    cells: list[Cell]
    published: list[PublishedValue | None]


@dataclass(frozen=True)
class Failure:
    """Failed records of one reason."""

    reason: str
    num_records: int
    cases: list[str]
    more: int
    """Further cases, not named."""


@dataclass(frozen=True)
class RunCard:
    """What one run was made with."""

    name: str
    colour: int
    row: RunRow
    generator: GeneratorManifest | None
    num_videos: int
    num_cases: int
    weights: str
    weights_state: str
    """verified, unverified, random or none."""
    files: dict[str, WeightsFile]


@dataclass(frozen=True)
class Section:
    """One table with everything that belongs to it."""

    title: str
    number: int
    notes: list[str]
    runs: list[RunCard]
    groups: list[tuple[str, list[Line]]]
    models: list[str]
    """Whose published values stand beside the table, each in a column."""
    sources: list[str]
    weights: list[tuple[str, str, list[str]]]
    """What is known of weights: one word, one line, and the runs that this is true of."""
    silent: dict[str, str]
    failures: list[Failure]
    plots: list[Plot]


def section_of(
    table: Table, entries: Sequence[Entry], *, title: str, number: int, first: int, names: Sequence[str]
) -> Section:
    """Everything that the page says of one table.

    Args:
        table: the table.
        entries: its videos.
        title: what its numbers were made with.
        number: its place on the page, from 1.
        first: the position of its first run among all runs of the page.
        names: of all runs of the page.
    """
    published = published_beside(table)
    models = list(dict.fromkeys(value.model for value in published))
    cards = [_card(row, first + place, names[first + place], entries) for place, row in enumerate(table.rows)]
    return Section(
        title=title,
        number=number,
        notes=notes(table),
        runs=cards,
        groups=[
            (group.title, [_line(table, metric, first, published, models) for metric in group.metrics])
            for group in groups(table)
        ],
        models=models,
        sources=list(dict.fromkeys(f"{v.model}: {v.source}, {v.reported_by}; {v.protocol}" for v in published)),
        weights=_weights(cards),
        silent=without_value(table),
        failures=_failures(entries),
        plots=plots_of(table, entries),
    )


def _line(table: Table, metric: Metric, first: int, published: list[PublishedValue], models: list[str]) -> Line:
    summaries = [row.summaries.get(metric.name) for row in table.rows]
    known = [summary for summary in summaries if summary is not None]
    ends = [end for summary in known for end in (summary.value, summary.low, summary.high) if end is not None]
    axis = axis_over(ends, 4, WHISKER_PX - 8) if ends else None
    places = table.places(metric)
    cells = []
    for at, summary in enumerate(summaries):
        if summary is None:
            cells.append(Cell("-"))
            continue
        whisker = None
        if axis is not None and summary.value is not None and summary.low is not None and summary.high is not None:
            whisker = Whisker(axis.x(summary.value), axis.x(summary.low), axis.x(summary.high))
        cells.append(
            Cell(
                value_text(summary),
                f"{summary.low:.4f} to {summary.high:.4f}" if summary.low is not None else "",
                str(summary.n_cases),
                f"{summary.coverage:.0%}",
                partial=summary.n_failed > 0,
                place=places.get(at, 0),
                whisker=whisker,
                colour=(first + at) % NUM_COLOURS,
            )
        )
    stated: list[PublishedValue | None] = [
        next((value for value in published if value.model == model and value.metric == metric.name), None)
        for model in models
    ]
    return Line(metric, known[0].version, arrow(metric), known[0].comparability, cells, stated)


def _card(row: RunRow, run: int, name: str, entries: Sequence[Entry]) -> RunCard:
    of_run = [entry for entry in entries if entry.run == run]
    state, said = weights_said(row)
    try:
        generator = generated_with(row.path)
    except InputError:
        # Of another version: the numbers do not depend on it.
        generator = None
    return RunCard(
        name=name,
        colour=run % NUM_COLOURS,
        row=row,
        generator=generator,
        num_videos=len(of_run),
        num_cases=len({entry.case for entry in of_run}),
        weights=said,
        weights_state=state,
        files=row.manifest.weights,
    )


def _weights(cards: list[RunCard]) -> list[tuple[str, str, list[str]]]:
    found: dict[tuple[str, str], list[str]] = {}
    for card in cards:
        found.setdefault((card.weights_state, card.weights), []).append(card.name)
    return [(state, said, names) for (state, said), names in found.items()]


def weights_said(row: RunRow) -> tuple[str, str]:
    """Whether a run's weights are the published ones: one word, and one line."""
    files = row.manifest.weights
    if row.meaningless:
        return "random", "random: levels mean nothing"
    doubtful = sorted(name for name, file in files.items() if not file.verified)
    if doubtful:
        return "unverified", f"not verified: {', '.join(doubtful)}"
    if not files:
        return "none", "no network was used"
    return "verified", f"verified: {len(files)} of {len(files)} have the digest that is stated for them"


def _failures(entries: Sequence[Entry]) -> list[Failure]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        for score in entry.scores.values():
            if score.outcome == "failed":
                found.setdefault(score.reason or "no reason given", []).append(entry.case)
    failures = []
    for reason, cases in sorted(found.items(), key=lambda item: -len(item[1])):
        unique = list(dict.fromkeys(cases))
        failures.append(Failure(reason, len(cases), unique[:_MOST_NAMED], max(0, len(unique) - _MOST_NAMED)))
    return failures


def counted(entries: Sequence[Sequence[Entry]]) -> dict[str, Any]:
    """How much the page is about."""
    everything = [entry for of in entries for entry in of]
    return {
        "runs": len({entry.run for entry in everything}),
        "videos": len(everything),
        "cases": len({entry.case for entry in everything}),
        "metrics": len({name for entry in everything for name in entry.scores}),
        "failed": sum(entry.num_failed for entry in everything),
        "videos_failed": sum(entry.num_failed > 0 for entry in everything),
    }
