"""`s2vbench report`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def report(
    runs: Annotated[list[Path], typer.Argument(help="Run folders; comparable ones share a table.")],
    to: Annotated[Path | None, typer.Option("--to", help="Folder for the report.", show_default="RUN/report")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the JSON document on stdout.")] = False,
) -> None:
    """Write Markdown, CSV, JSON and LaTeX tables of one or more runs.

    Examples:

    - `s2vbench report runs/kaleido-cases-paper`

    - `s2vbench report runs/a runs/b --to comparison`
    """
    from s2vbench.cli.show import print_tables
    from s2vbench.report.formats import json_text
    from s2vbench.report.write import write_report

    found, folder = write_report(runs, to)
    if json:
        typer.echo(json_text(found), nl=False)
    else:
        print_tables(found)
    sys.stderr.write(f"report: {folder}/report.md (also .csv, .json, .tex and scores.csv)\n")
