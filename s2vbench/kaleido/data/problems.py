"""Samples that cannot be used: skipped, counted, listed, and no more than a share of all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from s2vbench.errors import InputError
from s2vbench.files import write_atomically
from s2vbench.types import Row

MOST_SHARE = 0.05
REPORT = "problems.json"


class SampleError(Exception):
    """One sample cannot be used; the message says which file and why."""


class Skipped(Row):
    """One item of a source that made no sample."""

    item: int
    name: str
    reason: str
    """File, and what is wrong with it."""


class ProblemReport(Row):
    """`problems.json`: what was left out of a data set, and why."""

    source: str
    items: int
    most_share: float
    skipped: tuple[Skipped, ...]


class Problems:
    """The items of one source that were skipped.

    Args:
        source: name of the data set, for messages.
        items: how many the source has.
        most_share: of them that may be skipped, 0 to 1.
        before: skipped by an earlier run.

    Raises:
        InputError: the share is not one.
    """

    def __init__(self, source: str, items: int, most_share: float = MOST_SHARE, before: Iterable[Skipped] = ()) -> None:
        if not 0.0 <= most_share <= 1.0:
            raise InputError(f"share of samples that may be skipped: {most_share:g} is not from 0 to 1")
        self._source, self._items, self._most_share = source, items, most_share
        self._skipped = {skipped.item: skipped for skipped in before}

    def __len__(self) -> int:
        return len(self._skipped)

    def __contains__(self, item: int) -> bool:
        return item in self._skipped

    def add(self, skipped: Skipped) -> None:
        """Count one item; one that was counted before is counted once.

        Raises:
            InputError: more than the share allows are skipped now.
        """
        self._skipped[skipped.item] = skipped
        if len(self) > self._most_share * self._items:
            raise InputError(
                f"{self._source}: {len(self)} of {self._items} samples cannot be used, more than the "
                f"{100 * self._most_share:g} % that may be skipped; the last one: {skipped.reason}; "
                "mend or remove them, or let more be skipped (--most-bad; data.most_bad in training)"
            )

    def write(self, file: Path) -> None:
        """Put the list at `file`, as JSON.

        Raises:
            OutputError: it cannot be written.
        """
        rows = tuple(self._skipped[item] for item in sorted(self._skipped))
        report = ProblemReport(source=self._source, items=self._items, most_share=self._most_share, skipped=rows)
        write_atomically(file, report.model_dump_json(indent=1) + "\n")
