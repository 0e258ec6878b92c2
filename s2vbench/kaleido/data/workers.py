"""Processes that draw and decode ahead of the encoder; they import no torch, so they start quickly."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait

from s2vbench.errors import InputError
from s2vbench.kaleido.data.problems import SampleError, Skipped
from s2vbench.kaleido.data.sources import Shown, Source

_AHEAD = 4
"""Items that each worker may be ahead of the encoder."""
_source: Source | None = None
"""The source of a worker process."""


def _start_worker(source: Source) -> None:
    global _source  # noqa: PLW0603 -- a process pool hands its initial value to tasks in no other way
    _source = source
    # Ctrl-C is for the parent, which then ends the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for its next item for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _in_worker(item: int) -> Shown | Skipped:
    assert _source is not None
    return _prepare(_source, item)


def _prepare(source: Source, item: int) -> Shown | Skipped:
    try:
        return source.item(item)
    except SampleError as error:
        return Skipped(item=item, name=str(item), reason=str(error))


@contextmanager
def prepared_items(
    source: Source, items: range, workers: int, at_once: int
) -> Iterator[Iterator[tuple[int, Shown | Skipped]]]:
    """Items in order, each with its sample or with why it makes none.

    Args:
        source: of the items.
        items: their numbers.
        workers: processes that draw and decode; 0 does it in this one, as items are asked for.
        at_once: how many are asked for at once.

    Raises:
        InputError: a worker process ended by itself.
    """
    workers = min(workers, len(items))
    if not workers:
        yield ((item, _prepare(source, item)) for item in items)
        return
    # A forked child of a process whose torch threads have started may hang; a spawned one starts from nothing.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, _start_worker, (source,))
    try:
        yield _in_order(pool, items, _AHEAD * workers + at_once)
    except BrokenProcessPool as error:
        raise InputError(
            "a worker process ended by itself, most likely for want of memory; what whole shards hold is kept: run the "
            "same command again with fewer --workers"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, items: range, most_ahead: int) -> Iterator[tuple[int, Shown | Skipped]]:
    waiting: deque[tuple[int, Future[Shown | Skipped]]] = deque()
    for item in items:
        waiting.append((item, pool.submit(_in_worker, item)))
        if len(waiting) >= most_ahead:
            first, future = waiting.popleft()
            yield first, future.result()
    while waiting:
        first, future = waiting.popleft()
        yield first, future.result()
