"""Tables on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table as RichTable

from s2vbench.report.formats import notes, published_beside
from s2vbench.report.table import Table

PIPE_COLUMNS = 120
"""A file or pipe has no width of its own."""


def print_tables(found: list[Table]) -> None:
    """Our numbers, one line a metric and run; below them, apart, what papers state."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PIPE_COLUMNS)
    for table in found:
        first = table.rows[0].manifest
        console.print(_own(table, f"{first.testset}, profile {first.profile}, {first.precision}"))
        for note in notes(table):
            console.print(note, style="bold")
        published = published_beside(table)
        if published:
            grid = RichTable(
                title="Published (another test set: not comparable with the table above)", title_justify="left"
            )
            for heading in ("model", "metric", "value", "source"):
                grid.add_column(heading, justify="right" if heading == "value" else "left")
            for value in published:
                grid.add_row(value.model, value.metric, f"{value.value:.3f}", f"{value.source} ({value.reported_by})")
            console.print(grid)


def _own(table: Table, title: str) -> RichTable:
    grid = RichTable(title=title, title_justify="left")
    for heading in ("run", "metric", "value", "95 % interval", "n", "coverage"):
        grid.add_column(heading, justify="left" if heading in {"run", "metric"} else "right")
    for row in table.rows:
        for metric in table.metrics:
            summary = row.summaries.get(metric.name)
            if summary is None:
                continue
            value = f"{summary.value:.4f}" if summary.value is not None else "n/a" if not summary.n_failed else "failed"
            interval = f"{summary.low:.4f} .. {summary.high:.4f}" if summary.low is not None else "-"
            name = f"{metric.name} v{summary.version}"
            grid.add_row(row.manifest.model, name, value, interval, str(summary.n_cases), f"{summary.coverage:.0%}")
    return grid
