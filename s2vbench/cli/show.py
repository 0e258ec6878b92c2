"""Tables on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from s2vbench.metrics.base import TABLE_1, Metric, load_metric
from s2vbench.report.case import CaseView
from s2vbench.report.formats import notes, published_beside, value_text
from s2vbench.report.groups import groups, without_value
from s2vbench.report.table import Table

PIPE_COLUMNS = 120
"""A file or pipe has no width of its own."""
_NARROWEST = 14
"""Columns that a metric's name needs when it is broken at its spaces, with the rules around it."""


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPE_COLUMNS)


def _metric(console: Console, metric: Metric) -> str:
    """A metric's name with the direction that is better, in letters where the terminal knows no arrows."""
    arrows = "\N{UPWARDS ARROW}\N{DOWNWARDS ARROW}" if console.encoding.startswith("utf") else "+-"
    return f"{metric.name} {arrows[0] if metric.higher_is_better else arrows[1]}"


def _grid(title: str, *headings: str, left: int = 1) -> RichTable:
    """An empty table whose first `left` columns hold words and the others numbers."""
    grid = RichTable(title=escape(title), title_justify="left")
    for place, heading in enumerate(headings):
        grid.add_column(escape(heading), justify="left" if place < left else "right")
    return grid


def print_tables(found: list[Table]) -> None:
    """Our numbers, one line a metric and run, the paper's metrics first; below them, apart, what papers state."""
    console = _console()
    for table in found:
        first = table.rows[0].manifest
        console.print(_own(console, table, f"{first.testset}, profile {first.profile}, {first.precision}"))
        for note in notes(table):
            console.print(note, style="bold")
        for name, reason in without_value(table).items():
            console.print(f"n/a: {name}: {reason}", markup=False)
        published = published_beside(table)
        if published:
            title = "Published (another test set: not comparable with the table above)"
            grid = _grid(title, "model", "metric", "value", "source", left=2)
            grid.columns[-1].justify = "left"
            for value in published:
                grid.add_row(value.model, value.metric, f"{value.value:.3f}", f"{value.source} ({value.reported_by})")
            console.print(grid)


def _own(console: Console, table: Table, title: str) -> RichTable:
    grid = _grid(title, "run", "metric", "value", "95 % interval", "n", "coverage", left=2)
    for group in groups(table):
        for row in table.rows:
            for metric in group.metrics:
                summary = row.summaries.get(metric.name)
                if summary is None:
                    continue
                interval = f"{summary.low:.4f} .. {summary.high:.4f}" if summary.low is not None else "-"
                grid.add_row(
                    escape(row.manifest.model),
                    f"{_metric(console, metric)} v{summary.version}",
                    value_text(summary),
                    interval,
                    str(summary.n_cases),
                    f"{summary.coverage:.0%}",
                )
        grid.add_section()
    return grid


def print_case(view: CaseView) -> None:
    """One video: every metric's value or why there is none, then what metrics say of each subject."""
    console = _console()
    title = f"{view.manifest.model}, {view.case}, seed {view.seed}, profile {view.manifest.profile}"
    grid = _grid(title, "metric", "value", "why there is none")
    grid.columns[-1].justify = "left"
    for place, score in enumerate(view.scores):
        if place and view.scores[place - 1].metric in TABLE_1 and score.metric not in TABLE_1:
            grid.add_section()
        value = f"{score.value:.4f}" if score.value is not None else "failed" if score.outcome == "failed" else "n/a"
        name = f"{_metric(console, load_metric(score.metric))} v{score.version}"
        grid.add_row(name, value, escape(score.reason or ""))
    console.print(grid)
    for note in view.notes:
        console.print(note, style="bold", markup=False)
    _print_subjects(console, view)


def _print_subjects(console: Console, view: CaseView) -> None:
    """Subjects as rows; as many metrics side by side as the terminal is wide, the others below."""
    found = view.by_subject()
    names = list(found)
    longest = max((len(subject.id) for subject in view.evidence.subjects), default=0)
    beside = max(1, (console.width - longest - 4) // _NARROWEST)
    for start in range(0, len(names), beside):
        chosen = names[start : start + beside]
        # Spaces let the terminal break a long name.
        headings = [_metric(console, load_metric(name)).replace("_", " ") for name in chosen]
        grid = _grid("" if start else "Subject by subject", "subject", *headings)
        for subject in view.evidence.subjects:
            values = [found[name].get(subject.id) for name in chosen]
            grid.add_row(escape(subject.id), *("-" if value is None else f"{value:.4f}" for value in values))
        console.print(grid)
