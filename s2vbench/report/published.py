"""Numbers from papers: shown beside ours, never in one column with them."""

from __future__ import annotations

import csv

from s2vbench.resources import data_folder
from s2vbench.types import Finite, Row


class PublishedValue(Row):
    """One number that a paper states."""

    model: str
    metric: str
    value: Finite
    source: str
    reported_by: str
    protocol: str


def published_values(baseline: str) -> list[PublishedValue]:
    """The rows of `baselines/<baseline>/paper.csv`; empty where there is no such file."""
    path = data_folder("baselines") / baseline / "paper.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [PublishedValue.model_validate(row) for row in csv.DictReader(file)]
