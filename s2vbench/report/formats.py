"""Tables as Markdown, LaTeX, CSV and JSON text."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import Any

from s2vbench.metrics.base import Metric
from s2vbench.report.published import PublishedValue, published_values
from s2vbench.report.table import RunRow, Table
from s2vbench.stats.summary import Summary

MEANINGLESS = "The levels mean nothing: the networks have random weights. Only the arithmetic is real."
FEW_CASES = 10
UNVERIFIED = "Some weights could not be checked against a published digest; see weights_verified in the records."


def notes(table: Table) -> list[str]:
    """What a reader must know before reading the numbers."""
    found = []
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
        parts += [f"> {note}" for note in notes(table)] + [""]
        parts += _markdown_table(table)
        parts += [
            "",
            "Mean [95 % bootstrap interval over cases], n = cases with a value, coverage = videos with a value.",
            "",
        ]
        parts += _published_markdown(table)
    return "\n".join(parts)


def _markdown_table(table: Table) -> list[str]:
    lines = ["| run | " + " | ".join(f"{metric.name} v{metric.version}" for metric in table.metrics) + " |"]
    lines.append("| --- |" + " ---: |" * len(table.metrics))
    places = {metric.name: table.places(metric) for metric in table.metrics}
    for index, row in enumerate(table.rows):
        cells = []
        for metric in table.metrics:
            text = _cell(row.summaries.get(metric.name))
            place = places[metric.name].get(index)
            cells.append(f"**{text}**" if place == 1 else f"<u>{text}</u>" if place == 2 else text)
        lines.append(f"| {_escape_markdown(row.manifest.model)} | " + " | ".join(cells) + " |")
    return lines


def _cell(summary: Summary | None) -> str:
    if summary is None:
        return "-"
    if summary.value is None:
        return "failed" if summary.n_failed else "n/a"
    interval = f" [{summary.low:.4f}, {summary.high:.4f}]" if summary.low is not None else ""
    return f"{summary.value:.4f}{interval} (n={summary.n_cases}, {summary.coverage:.0%})"


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


def latex(found: list[Table]) -> str:
    r"""One `tabular` a table: best value in bold, second underlined; needs no package."""
    parts = []
    for table in found:
        parts += [f"% {note}" for note in notes(table)]
        columns = "l" + "r" * len(table.metrics)
        parts += [rf"\begin{{tabular}}{{{columns}}}", r"\hline"]
        head = [_escape_latex(metric.name.replace("_", " ")) for metric in table.metrics]
        parts += ["Model & " + " & ".join(head) + r" \\", r"\hline"]
        places = {metric.name: table.places(metric) for metric in table.metrics}
        for index, row in enumerate(table.rows):
            cells = [_latex_cell(row, metric, places[metric.name].get(index)) for metric in table.metrics]
            parts.append(f"{_escape_latex(row.manifest.model)} & " + " & ".join(cells) + r" \\")
        parts += [r"\hline", r"\end{tabular}", ""]
    return "\n".join(parts)


def _latex_cell(row: RunRow, metric: Metric, place: int | None) -> str:
    summary = row.summaries.get(metric.name)
    if summary is None or summary.value is None:
        return "--"
    text = f"{summary.value:.3f}"
    return rf"\textbf{{{text}}}" if place == 1 else rf"\underline{{{text}}}" if place == 2 else text


def _escape_latex(text: str) -> str:
    special = {character: f"\\{character}" for character in "&%$#_{}"}
    special |= {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(special.get(character, character) for character in text)


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
