"""What records say of each subject apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from s2vbench.report.table import RunRow
from s2vbench.types import Score


def subject_values(score: Score) -> dict[str, float]:
    """Subject -> its value, for the subjects that have one; empty for metrics that do not tell subjects apart."""
    found = {}
    for subject, entry in _mapping(score.parts.get("subjects")).items():
        value = entry.get("value") if isinstance(entry, dict) else entry
        if isinstance(value, int | float) and not isinstance(value, bool):
            found[subject] = float(value)
    return found


def subject_series(score: Score) -> dict[str, list[float | None]]:
    """Subject -> one value for each looked-at frame, None where there is none."""
    listed = _mapping(score.parts.get("series")) or {
        subject: entry["frames"]
        for subject, entry in _mapping(score.parts.get("subjects")).items()
        if isinstance(entry, dict) and "frames" in entry
    }
    return {subject: values for subject, values in listed.items() if isinstance(values, list)}


def subjects_csv(rows: Iterable[RunRow]) -> str:
    """One line a record and subject with a value, full precision."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("model", "case", "seed", "metric", "subject", "value"))
    for row in rows:
        for score in row.scores:
            for subject, value in subject_values(score).items():
                writer.writerow((row.manifest.model, score.case, score.seed, score.metric, subject, value))
    return buffer.getvalue()


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
