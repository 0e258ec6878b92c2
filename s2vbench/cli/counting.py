"""Progress of things that are counted, on stderr: a bar on a terminal, one line per 5 % otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_STEPS = 20


@contextmanager
def count_progress(verb: str, what: str) -> Iterator[Callable[[int, int], None]]:
    """Something to call with (done, total) for as long as the block runs."""
    if not sys.stderr.isatty():
        yield _Lines(verb, what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn(verb),
        BarColumn(),
        TextColumn(f"{{task.completed:g}}/{{task.total:g}} {what}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(verb, total=1)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Lines:
    """One line whenever another 5 % is done; nothing for a dozen things, which are done at once."""

    def __init__(self, verb: str, what: str) -> None:
        self._verb, self._what = verb, what
        self._shown = 0

    def __call__(self, done: int, total: int) -> None:
        step = _STEPS * done // total if total >= _STEPS else 0
        if step > self._shown:
            self._shown = step
            sys.stderr.write(f"{self._verb} {done}/{total} {self._what}\n")
            sys.stderr.flush()
