"""Tables as LaTeX."""

from __future__ import annotations

from s2vbench.metrics.base import Metric
from s2vbench.report.formats import notes
from s2vbench.report.groups import Group, groups, without_value
from s2vbench.report.table import RunRow, Table


def latex(found: list[Table]) -> str:
    r"""One `tabular` a group of metrics: best value in bold, second underlined; needs no package."""
    parts = []
    for table in found:
        parts += [f"% {_one_line(note)}" for note in notes(table)]
        for group in groups(table):
            parts += [f"% {group.title}", *_tabular(table, group), ""]
        parts += [f"% n/a: {name}: {_one_line(reason)}" for name, reason in without_value(table).items()]
    return "\n".join(parts) + "\n"


def _tabular(table: Table, group: Group) -> list[str]:
    names = [_metric(metric) for metric in group.metrics]
    models = [_escape(row.manifest.model) for row in table.rows]
    places = {metric.name: table.places(metric) for metric in group.metrics}
    if group.upright:
        head = ["Metric", *models]
        lines = [
            [name, *(_cell(row, metric, places[metric.name].get(at)) for at, row in enumerate(table.rows))]
            for name, metric in zip(names, group.metrics, strict=True)
        ]
    else:
        head = ["Model", *names]
        lines = [
            [models[at], *(_cell(row, metric, places[metric.name].get(at)) for metric in group.metrics)]
            for at, row in enumerate(table.rows)
        ]
    body = [" & ".join(line) + r" \\" for line in (head, *lines)]
    return [
        rf"\begin{{tabular}}{{l{'r' * (len(head) - 1)}}}",
        r"\hline",
        body[0],
        r"\hline",
        *body[1:],
        r"\hline",
        r"\end{tabular}",
    ]


def _metric(metric: Metric) -> str:
    arrow = r"$\uparrow$" if metric.higher_is_better else r"$\downarrow$"
    return f"{_escape(metric.name.replace('_', ' '))} {arrow}"


def _cell(row: RunRow, metric: Metric, place: int | None) -> str:
    summary = row.summaries.get(metric.name)
    if summary is None:
        return "--"
    if summary.value is None:
        return "failed" if summary.n_failed else "n/a"
    text = f"{summary.value:.3f}"
    return rf"\textbf{{{text}}}" if place == 1 else rf"\underline{{{text}}}" if place == 2 else text


def _escape(text: str) -> str:
    special = {character: f"\\{character}" for character in "&%$#_{}"}
    special |= {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(special.get(character, character) for character in text)


def _one_line(text: str) -> str:
    # A line break would end the comment and put its rest into the document.
    return " ".join(text.split())
