"""`s2vbench report`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from s2vbench.errors import InputError


def report(
    runs: Annotated[list[Path], typer.Argument(help="Run folders; comparable ones share a table.")],
    to: Annotated[Path | None, typer.Option("--to", help="Folder for the report.", show_default="RUN/report")] = None,
    case: Annotated[
        str | None,
        typer.Option(
            "--case", help="Show one video of one run: its values and a contact sheet as PNG.", show_default=False
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Which video of the case.", show_default="the lowest")
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option(
            "--cases",
            help="The cases file or test set, for the page's prompts and kinds.",
            show_default="what the run was made with, if it is still there",
        ),
    ] = None,
    videos: Annotated[
        Path | None,
        typer.Option(
            "--videos",
            help="Where the videos are, for the page, if no longer where they were scored.",
            show_default="where the run says",
        ),
    ] = None,
    embed_mb: Annotated[
        float | None,
        typer.Option(
            "--embed-mb",
            min=0,
            help="The page holds the videos if together they are smaller than this, else links.",
            show_default="40",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the JSON document on stdout.")] = False,
) -> None:
    """Write a page (HTML) and tables (Markdown, CSV, JSON, LaTeX) of one or more runs, or show one video.

    Examples:

    - `s2vbench report runs/kaleido-cases-paper`

    - `s2vbench report runs/a runs/b --to comparison`

    - `s2vbench report runs/mine --videos moved/clips --cases moved/cases.json`

    - `s2vbench report runs/a --case case_8`
    """
    if case is not None:
        _report_case(runs, to, case, seed, as_json=json)
        return
    if seed is not None:
        raise InputError("--seed says which video of a case: give --case as well")
    from s2vbench.cli.show import print_tables
    from s2vbench.report.formats import json_text
    from s2vbench.report.html.clips import EMBED_MB
    from s2vbench.report.write import write_report

    if videos is not None and not videos.is_dir():
        raise InputError(f"--videos {videos}: no such folder; give the folder that holds the videos")
    found, folder = write_report(
        runs, to, cases=cases, videos=videos, embed_mb=EMBED_MB if embed_mb is None else embed_mb
    )
    if json:
        typer.echo(json_text(found), nl=False)
    else:
        print_tables(found)
    sys.stderr.write(f"report: {folder}/index.html (also report.md, .csv, .json, .tex, scores.csv and subjects.csv)\n")


def _report_case(runs: list[Path], to: Path | None, case: str, seed: int | None, *, as_json: bool) -> None:
    import json

    from s2vbench.cli.show import print_case
    from s2vbench.report.case import case_document, read_case
    from s2vbench.report.sheet import write_sheet

    if len(runs) > 1:
        raise InputError(f"--case shows a video of one run: give one run folder, not {len(runs)}")
    view = read_case(runs[0], case, seed)
    sheet = write_sheet(view, to)
    if as_json:
        typer.echo(json.dumps(case_document(view, sheet), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        print_case(view)
    sys.stderr.write(f"contact sheet: {sheet}\n")
