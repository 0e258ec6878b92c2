"""Tables as Markdown, CSV and JSON text."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import Any

from s2vbench.metrics.base import Metric
from s2vbench.report.groups import Group, groups, without_value
from s2vbench.report.published import PublishedValue, published_values
from s2vbench.report.table import Table
from s2vbench.stats.summary import Summary

MEANINGLESS = "The levels mean nothing: the networks have random weights. Only the arithmetic is real."
DRAWN_WORLD = (
    "Profile mini: small networks that were trained in the drawn world. The numbers are comparable with numbers of "
    "this profile only, and say nothing about photographed videos."
)
FEW_CASES = 10
CAPTION = (
    "Mean [95 % bootstrap interval over cases], n = cases with a value, coverage = videos with a value, of those to "
    "which the metric applies. \N{UPWARDS ARROW} higher is better, \N{DOWNWARDS ARROW} lower is better."
)
UNVERIFIED = "Some weights could not be checked against a published digest; see weights_verified in the records."


def notes(table: Table) -> list[str]:
    """What a reader must know before reading the numbers."""
    found = []
    if table.rows[0].manifest.profile == "mini":
        found.append(DRAWN_WORLD)
    if any(row.meaningless for row in table.rows):
        found.append(MEANINGLESS)
    elif any(row.unverified for row in table.rows):
        found.append(UNVERIFIED)
    failed = sum(summary.n_failed for row in table.rows for summary in row.summaries.values())
    summaries = [summary for row in table.rows for summary in row.summaries.values() if summary.low is not None]
    if summaries and min(summary.n_cases for summary in summaries) < FEW_CASES:
        found.append(f"Bootstrap intervals of fewer than {FEW_CASES} cases are too narrow.")
    if failed:
        found.append(f"{failed} records failed and are in no mean; see coverage and scores.jsonl.")
    return found


def markdown(found: list[Table]) -> str:
    """Every table with value, interval, count and coverage, then what papers state, apart."""
    parts = ["# s2vbench report", ""]
    for table in found:
        first = table.rows[0].manifest
        parts += [f"## {first.testset}, profile {first.profile}, {first.precision}", ""]
        # A bare ">" between two notes keeps them apart in one quotation.
        parts += ["\n>\n".join(f"> {note}" for note in notes(table)), ""]
        for group in groups(table):
            parts += [f"### {group.title}", "", *_markdown_table(table, group), ""]
        parts += [CAPTION, ""]
        reasons = without_value(table)
        if reasons:
            parts += ["No value, because the metric applies to no video; most often:", ""]
            parts += [f"- {name}: {_escape_markdown(reason)}" for name, reason in reasons.items()] + [""]
        parts += _published_markdown(table)
    return "\n".join(parts)


def _markdown_table(table: Table, group: Group) -> list[str]:
    runs = [_escape_markdown(row.manifest.model) for row in table.rows]
    names = [f"{metric.name} v{metric.version} {arrow(metric)}" for metric in group.metrics]
    columns_MR = [_cells(table, metric) for metric in group.metrics]
    if group.upright:
        head, lines = ["metric", *runs], [[name, *cells] for name, cells in zip(names, columns_MR, strict=True)]
    else:
        rows = zip(*columns_MR, strict=True)
        head, lines = ["run", *names], [[run, *cells] for run, cells in zip(runs, rows, strict=True)]
    rule = "| --- |" + " ---: |" * (len(head) - 1)
    body = [f"| {' | '.join(line)} |" for line in (head, *lines)]
    return [body[0], rule, *body[1:]]


def _cells(table: Table, metric: Metric) -> list[str]:
    """What each run has of a metric; the best in bold, the second underlined."""
    places = table.places(metric)
    texts = [_cell(row.summaries.get(metric.name)) for row in table.rows]
    marks = {1: "**{}**", 2: "<u>{}</u>"}
    return [marks.get(places.get(index, 0), "{}").format(text) for index, text in enumerate(texts)]


def _cell(summary: Summary | None) -> str:
    if summary is None:
        return "-"
    count = f"(n={summary.n_cases}, {summary.coverage:.0%})"
    if summary.value is None:
        return f"{value_text(summary)} {count}"
    interval = f" [{summary.low:.4f}, {summary.high:.4f}]" if summary.low is not None else ""
    return f"{summary.value:.4f}{interval} {count}"


def value_text(summary: Summary) -> str:
    """The value with four digits, or why there is none: `n/a` or `failed`."""
    return f"{summary.value:.4f}" if summary.value is not None else "failed" if summary.n_failed else "n/a"


def arrow(metric: Metric) -> str:
    """The direction that is better."""
    return "\N{UPWARDS ARROW}" if metric.higher_is_better else "\N{DOWNWARDS ARROW}"


def published_beside(table: Table) -> list[PublishedValue]:
    """What papers state about the models of a table, for the metrics it has."""
    names = {metric.name for metric in table.metrics}
    models = dict.fromkeys(row.manifest.model.partition(":")[0] for row in table.rows)
    return [value for model in models for value in published_values(model) if value.metric in names]


def _published_markdown(table: Table) -> list[str]:
    values = published_beside(table)
    if not values:
        return []
    lines = ["### Published, not comparable with the table above", "", "| model | metric | value | source | test set |"]
    lines.append("| --- | --- | ---: | --- | --- |")
    lines += [
        f"| {v.model} | {v.metric} | {v.value:.3f} | {v.source} ({v.reported_by}) | {v.protocol} |" for v in values
    ]
    return [*lines, ""]


def _escape_markdown(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def csv_text(found: list[Table]) -> str:
    """One line a run and metric, full precision."""
    buffer = io.StringIO()
    fields = ["model", "profile", "precision", "testset", *Summary.__dataclass_fields__, "coverage"]
    writer = csv.DictWriter(buffer, fields, lineterminator="\n")
    writer.writeheader()
    for entry in _entries(found):
        writer.writerow({name: entry[name] for name in fields})
    return buffer.getvalue()


def json_document(found: list[Table]) -> dict[str, Any]:
    """The tables with their notes, and published values apart from them."""
    return {
        "schema_version": 1,
        "tables": [
            {
                "notes": notes(table),
                "rows": list(_entries([table])),
                "published": [value.model_dump() for value in published_beside(table)],
            }
            for table in found
        ],
    }


def json_text(found: list[Table]) -> str:
    """`json_document` as text."""
    return json.dumps(json_document(found), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _entries(found: list[Table]) -> list[dict[str, Any]]:
    return [
        {
            "run": row.path.name,
            "model": row.manifest.model,
            "profile": row.manifest.profile,
            "precision": row.manifest.precision,
            "testset": row.manifest.testset,
            **asdict(summary),
            "coverage": summary.coverage,
        }
        for table in found
        for row in table.rows
        for summary in row.summaries.values()
    ]
