"""Append-only files of JSON lines: what a run has found out so far.

Only the driver appends, one flushed and synced line at a time, so a kill loses at most the line being written. Such a
torn last line is cut off when the ledger is opened again. A key that appears twice means the later line.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from pydantic import ValidationError

from s2vbench.errors import InputError, OutputError
from s2vbench.files import cannot_write
from s2vbench.types import Row

R = TypeVar("R", bound=Row)


def read_rows(path: Path, row: type[R]) -> list[R]:
    """All complete lines of a ledger; see `iter_rows`."""
    return list(iter_rows(path, row))


def iter_rows(path: Path, row: type[R]) -> Iterator[R]:
    """The complete lines of a ledger as `row` objects, one at a time; an absent file has none.

    Raises:
        InputError: a complete line is not a `row`; file and line are named.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                yield row.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                place = ".".join(str(part) for part in first["loc"])
                raise InputError(
                    f"{path}, line {number}: not a {row.__name__} record ({place or 'JSON'}: {first['msg']}); "
                    "delete the line to have it computed again"
                ) from error


class Ledger(Generic[R]):
    """A ledger open for appending; use it as a context manager."""

    def __init__(self, path: Path, row: type[R]) -> None:
        self.path, self._row = path, row
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=0)
            self._cut_torn_line()
        except OSError as error:
            raise OutputError(cannot_write(path, error)) from error

    def _cut_torn_line(self) -> None:
        content = self.path.read_bytes()
        complete = content.rfind(b"\n") + 1
        if complete < len(content):
            self._file.truncate(complete)

    def rows(self) -> Iterator[R]:
        """What the ledger holds, read from the disk: a run's memory does not grow with its records."""
        return iter_rows(self.path, self._row)

    def append(self, row: R) -> None:
        """Write one line and wait until the disk has it.

        Raises:
            OutputError: the line could not be written whole; a part of it is cut off again.
        """
        line = memoryview(row.model_dump_json().encode() + b"\n")
        start = self._file.seek(0, os.SEEK_END)
        try:
            while line:
                line = line[self._file.write(line) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            self._file.truncate(start)
            raise OutputError(cannot_write(self.path, error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()
