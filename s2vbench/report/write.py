"""Writing a report folder."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from s2vbench.files import write_atomically
from s2vbench.report.formats import csv_text, json_text, markdown
from s2vbench.report.html.clips import EMBED_MB
from s2vbench.report.html.render import PAGE, html_page
from s2vbench.report.latex import latex
from s2vbench.report.subjects import subjects_csv
from s2vbench.report.table import RunRow, Table, read_run, tables


def write_report(
    runs: list[Path],
    to: Path | None = None,
    *,
    cases: Path | None = None,
    videos: Path | None = None,
    embed_mb: float = EMBED_MB,
) -> tuple[list[Table], Path]:
    """Read run folders and write index.html, report.md, .csv, .json, .tex, scores.csv (a line a record), subjects.csv.

    Args:
        runs: run folders; several make one table where their numbers are comparable.
        to: the folder to write; by default `report/` in the first run folder.
        cases: the cases file or test set, where the runs' manifests do not say where it is.
        videos: where the videos are, where the runs neither hold them nor say it.
        embed_mb: the page holds the videos that together are smaller than this, else links to them.

    Raises:
        InputError: a run cannot be read, or `cases` is not what it was made with. OutputError: the folder cannot be
            written.
    """
    rows = [read_run(path) for path in runs]
    found = tables(rows)
    folder = to or runs[0] / "report"
    texts = {
        "report.md": markdown(found),
        "report.csv": csv_text(found),
        "report.json": json_text(found),
        "report.tex": latex(found),
        "scores.csv": _records_csv(rows),
        "subjects.csv": subjects_csv(rows),
        PAGE: html_page(found, folder, cases=cases, videos=videos, embed_mb=embed_mb),
    }
    for name, text in texts.items():
        write_atomically(folder / name, text)
    return found, folder


def _records_csv(rows: list[RunRow]) -> str:
    fields = (
        "model",
        "case",
        "seed",
        "metric",
        "version",
        "outcome",
        "value",
        "n",
        "reason",
        "comparability",
        "video_sha256",
    )
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(fields)
    for row in rows:
        for score in row.scores:
            writer.writerow([row.manifest.model, *(getattr(score, name) for name in fields[1:])])
    return buffer.getvalue()
