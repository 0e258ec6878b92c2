"""The report folder of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from s2vbench.ablate.compare import Comparison, compare
from s2vbench.ablate.formats import CURVES, DIFFERENCES, cells_csv, csv_text, json_document, json_text, markdown
from s2vbench.ablate.plots import draw_curves, draw_differences
from s2vbench.ablate.records import read_records
from s2vbench.ablate.sweep_file import SweepFile
from s2vbench.ablate.units import Unit, differences
from s2vbench.files import write_atomically


def write_sweep_report(file: SweepFile, units: Sequence[Unit], to: Path) -> tuple[Comparison, dict[str, Any]]:
    """Write README.md, ablation.csv, ablation.json, cells.csv.gz, the sweep itself, and two pictures as SVG and PNG.

    Returns:
        The comparison, and the JSON document.

    Raises:
        InputError: no unit has records yet, or they cannot share a table. OutputError: the folder cannot be written.
    """
    sweep = file.sweep
    comparison = compare(sweep, read_records(units))
    differing = differences(file)
    document = json_document(sweep, comparison, differing)
    contents: dict[str, str | bytes] = {
        "README.md": markdown(sweep, comparison, differing),
        "ablation.csv": csv_text(sweep, comparison),
        "ablation.json": json_text(document),
        "cells.csv.gz": cells_csv(comparison),
        "sweep.toml": file.text,
    }
    for name, draw in ((DIFFERENCES, draw_differences), (CURVES, draw_curves)):
        for suffix in ("svg", "png"):
            contents[f"{name.removesuffix('.svg')}.{suffix}"] = draw(sweep, comparison, suffix)
    for name, content in contents.items():
        write_atomically(to / name, content)
    return comparison, document
