"""Progress on stderr: a bar with rate and time left on a terminal, one line per 5 % otherwise."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from s2vbench.run.request import Progress

STEP = 0.05


@contextmanager
def video_progress(verb: str) -> Iterator[Progress]:
    """A `Progress` for as long as the block runs."""
    if sys.stderr.isatty():
        with _bar(verb) as progress:
            yield progress
    else:
        yield _Lines(verb)


@contextmanager
def _bar(verb: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn(verb),
        BarColumn(),
        TextColumn("{task.completed:.1f}/{task.total:g} videos"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[case]}"),
    )
    with RichProgress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(verb, total=1, rate="", case="")
        start = time.perf_counter()

        def show(done: float, total: int, case: str) -> None:
            bar.update(task, completed=done, total=total, case=case, rate=_rate(done, time.perf_counter() - start))

        yield show


class _Lines:
    """One line whenever another 5 % is done."""

    def __init__(self, verb: str) -> None:
        self._verb, self._start = verb, time.perf_counter()
        self._shown = -1

    def __call__(self, done: float, total: int, case: str) -> None:
        if not total:
            return
        step = int(done / total / STEP + 1e-9)
        if step <= self._shown:
            return
        self._shown = step
        elapsed_s = time.perf_counter() - self._start
        left = f", {elapsed_s * (total - done) / done:.0f} s left" if done else ""
        at = f" ({case})" if case else ""
        sys.stderr.write(f"{self._verb} {done:.1f}/{total} videos, {_rate(done, elapsed_s)}{left}{at}\n")
        sys.stderr.flush()


def _rate(done: float, elapsed_s: float) -> str:
    return f"{60 * done / elapsed_s:.2f} videos/min" if done and elapsed_s else "starting"
