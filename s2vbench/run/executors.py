"""Who does a run's tasks: this process, or one process a core where the networks are small. Results come in order.

Either way a task is done by the same `Worker`, and only the driver writes ledgers. Ids and paths cross processes,
frames never do.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from s2vbench.errors import OutputError
from s2vbench.run.child import follow_the_driver
from s2vbench.run.work import Done, Setup, Task, Worker

Ticket = TypeVar("Ticket")
Watched_contra = TypeVar("Watched_contra", contravariant=True)
AHEAD: Final = 4
"""Tasks given to each worker before the first of them is done: what an interruption may have computed in vain."""
_MOST_WORKERS: Final = 16


@dataclass(frozen=True)
class Order(Generic[Ticket]):
    """A task, if there is anything to do, with what the driver knows about it."""

    ticket: Ticket
    task: Task | None


class Watch(Protocol[Watched_contra]):
    """Is told how far the task at work is, where there is just one."""

    def starts(self, ticket: Watched_contra) -> None:
        """A task begins."""

    def frames(self, count: int) -> None:
        """So many more frames of it are done."""


class Executor(Protocol):
    """Does tasks."""

    def run(self, orders: Iterable[Order[Ticket]], watch: Watch[Ticket]) -> Iterator[tuple[Order[Ticket], Done | None]]:
        """Each order with what came of it, in the order given.

        Raises:
            S2VBenchError: what ends the run, such as damaged weights. OutputError: a worker died.
        """


class InThisProcess:
    """One worker, here; it may use every core."""

    def __init__(self, setup: Setup) -> None:
        self._worker = Worker(setup)

    def run(self, orders: Iterable[Order[Ticket]], watch: Watch[Ticket]) -> Iterator[tuple[Order[Ticket], Done | None]]:
        """See `Executor`."""
        for order in orders:
            done = None
            if order.task is not None:
                watch.starts(order.ticket)
                done = self._worker.measure(order.task, watch.frames)
            yield order, done


class InProcesses:
    """Several workers, each with an equal share of the cores."""

    def __init__(self, setup: Setup, workers: int) -> None:
        self._setup, self._workers = setup, workers

    def run(
        self,
        orders: Iterable[Order[Ticket]],
        watch: Watch[Ticket],  # noqa: ARG002 -- videos end in quick succession: each end is progress enough
    ) -> Iterator[tuple[Order[Ticket], Done | None]]:
        """See `Executor`."""
        threads = max(1, cores() // self._workers)
        with ProcessPoolExecutor(
            self._workers,
            # A fork would copy a process in which threads of several libraries run.
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start,
            initargs=(self._setup, threads, logging.getLogger("s2vbench").getEffectiveLevel()),
        ) as pool:
            waiting: deque[tuple[Order[Ticket], Future[Done] | None]] = deque()
            try:
                for order in orders:
                    waiting.append((order, None if order.task is None else pool.submit(_measure, order.task)))
                    if len(waiting) > AHEAD * self._workers:
                        yield _finished(*waiting.popleft())
                while waiting:
                    yield _finished(*waiting.popleft())
            except BrokenProcessPool as error:
                raise OutputError(
                    "a scoring process was killed, perhaps for want of memory; what was finished is kept, run the same "
                    f"command again (with --workers {max(1, self._workers // 2)} if that happens again)"
                ) from error
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


def executor(setup: Setup, workers: int) -> Executor:
    """One that does tasks with so many workers."""
    return InThisProcess(setup) if workers == 1 else InProcesses(setup, workers)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def usual_workers(*, light: bool, device: str) -> int:
    """A worker a core for light networks on a CPU, else one.

    Large networks use all cores by themselves, and a copy of them for each worker would not fit into memory.
    """
    return min(cores(), _MOST_WORKERS) if light and device == "cpu" else 1


def _finished(order: Order[Ticket], future: Future[Done] | None) -> tuple[Order[Ticket], Done | None]:
    return order, None if future is None else future.result()


_worker: Worker | None = None


def _start(setup: Setup, threads: int, level: int) -> None:
    """Make the worker of a new process."""
    global _worker  # noqa: PLW0603 -- a process of the pool has nowhere else to keep it
    import cv2

    from s2vbench.backbones.allocator import keep_freed_memory
    from s2vbench.backbones.machine import use_threads
    from s2vbench.run.folder import LOG, log_handler

    follow_the_driver()
    use_threads(threads)
    cv2.setNumThreads(threads)
    keep_freed_memory()
    logger = logging.getLogger("s2vbench")
    logger.setLevel(level)
    logger.addHandler(log_handler(setup.out / LOG))
    _worker = Worker(setup)


def _measure(task: Task) -> Done:
    assert _worker is not None, "the pool has started it"
    return _worker.measure(task)
