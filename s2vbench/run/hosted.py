"""A model in a process of its own: one that hangs or crashes costs its videos, not the run.

The driver sends jobs through a pipe and waits; the process loads the model, makes the videos, and says how far it is.
What it prints goes to stderr: stdout is for results. Its memory, a GPU's too, is free once the videos are made.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Final, Self

from s2vbench.errors import InputError, OutputError, S2VBenchError
from s2vbench.generators.base import GenerationError, GenerationJob, Generator, VideoShape, is_batched, load_generator
from s2vbench.run.child import follow_the_driver

_SECONDS_TO_START: Final = 600
"""How long a model may take to be there, at least: some load weights before they are asked for anything."""
_SECONDS_TO_END: Final = 10
"""How long a process that is told to end may take before it is killed."""


class ModelDiedError(Exception):
    """The model's process ended by itself; its message becomes the reason of the videos it was making."""


@dataclass(frozen=True)
class _Facts:
    """What a model says of itself once it is there."""

    identity: Mapping[str, str]
    writes_truth: bool
    batch_size: int | None
    """None for a model that makes one video at a time."""


@dataclass(frozen=True)
class _Foreign:
    """An exception of somebody's class, as text: the driver may not know the class."""

    name: str
    message: str
    details: str


class ForeignError(Exception):
    """An exception that a model raised in its own process."""

    def __init__(self, foreign: _Foreign) -> None:
        super().__init__(foreign.message)
        self.name, self.details = foreign.name, foreign.details


class HostedGenerator:
    """A `BatchGenerator` whose model lives in another process.

    Args:
        model: what `--model` names.
        shape: what it is to make.
        settings: of those that its family lists.
        timeout_s: a process that is silent for so long a video is killed, and its videos have failed.
    """

    def __init__(self, model: str, shape: VideoShape, settings: Mapping[str, str], *, timeout_s: float) -> None:
        self._made_by = (model, shape, dict(settings))
        self._timeout_s = timeout_s
        self._process: Any = None
        self._pipe: Connection | None = None
        self._facts = self._start()

    def __enter__(self) -> Self:
        """The generator itself; leaving the block ends its process."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the process."""
        self._end(gently=kind is None)

    @property
    def writes_truth(self) -> bool:
        """What the model says."""
        return self._facts.writes_truth

    @property
    def batch_size(self) -> int:
        """What the model says; 1 for one that takes one job at a time."""
        return self._facts.batch_size or 1

    def identity(self) -> Mapping[str, str]:
        """What the model says."""
        return self._facts.identity

    def batch_key(self, job: GenerationJob) -> Hashable:
        """What the model says."""
        if self._facts.batch_size is None:
            return None
        key: Hashable = self._ask(("key", job), lambda _: None, self._timeout_s)
        return key

    def generate(self, job: GenerationJob) -> None:
        """Make one video."""
        (outcome,) = self.generate_batch([job], [True], lambda _: None)
        if outcome is not None:
            raise outcome

    def generate_batch(
        self, jobs: Sequence[GenerationJob], needed: Sequence[bool], progress: Callable[[float], None]
    ) -> Sequence[Exception | None]:
        """Make a batch (see `BatchGenerator`); a hang or a crash is the failure of all of it, and a new one follows."""
        if self._process is None:
            self._start()
        try:
            answers = self._ask(("batch", list(jobs), list(needed)), progress, self._timeout_s * max(1, sum(needed)))
        except (ModelDiedError, TimeoutError) as error:
            self._end(gently=False)
            return [GenerationError(str(error))] * len(jobs)
        return [ForeignError(answer) if isinstance(answer, _Foreign) else answer for answer in answers]

    def _start(self) -> _Facts:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, *self._made_by))
        self._process.start()
        theirs.close()
        try:
            facts: _Facts = self._receive(lambda _: None, max(self._timeout_s, _SECONDS_TO_START))
        except (ModelDiedError, TimeoutError) as error:
            self._end(gently=False)
            raise InputError(f"--model {self._made_by[0]}: {error}; correct it, or raise --timeout-s") from error
        except BaseException:
            self._end(gently=False)
            raise
        return facts

    def _ask(self, question: tuple[object, ...], progress: Callable[[float], None], patience_s: float) -> Any:
        assert self._pipe is not None, "it has been started"
        with contextlib.suppress(BrokenPipeError):  # the answer says how it ended
            self._pipe.send(question)
        return self._receive(progress, patience_s)

    def _receive(self, progress: Callable[[float], None], patience_s: float) -> Any:
        """The next answer; each sign of life in between starts the wait anew."""
        assert self._pipe is not None, "it has been started"
        while True:
            if not self._pipe.poll(patience_s):
                raise TimeoutError(f"the model gave no sign of life for {patience_s:g} s (--timeout-s) and was stopped")
            try:
                kind, content = self._pipe.recv()
            except (EOFError, ConnectionResetError) as error:
                self._process.join(_SECONDS_TO_END)
                raise ModelDiedError(f"the model's process ended ({_ending(self._process.exitcode)})") from error
            if kind == "answer":
                return content
            if kind == "error":
                raise content
            progress(content)

    def _end(self, *, gently: bool) -> None:
        if self._process is None:
            return
        if self._pipe is not None:
            self._pipe.close()
        if gently:
            self._process.join(_SECONDS_TO_END)
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._process = self._pipe = None


def _ending(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-exitcode).name
            return f"{name}, perhaps for want of memory" if name == "SIGKILL" else name
    return f"exit code {exitcode}"


def _serve(pipe: Connection, model: str, shape: VideoShape, settings: Mapping[str, str]) -> None:
    """The other process."""
    follow_the_driver()
    sys.stdout.flush()
    os.dup2(2, 1)
    try:
        generator = load_generator(model, shape, settings)
        batch_size = generator.batch_size if is_batched(generator) else None
        facts = _Facts(dict(generator.identity()), bool(generator.writes_truth), batch_size)
    except S2VBenchError as error:
        pipe.send(("error", error))
        return
    pipe.send(("answer", facts))
    with contextlib.suppress(EOFError):  # the driver has closed its end: there is nothing more to do
        while True:
            _answer(pipe, generator, pipe.recv())


def _answer(pipe: Connection, generator: Generator, question: tuple[Any, ...]) -> None:
    try:
        if question[0] == "key":
            answer: object = generator.batch_key(question[1]) if is_batched(generator) else None
        else:
            answer = _made(pipe, generator, question[1], question[2])
    except S2VBenchError as error:
        pipe.send(("error", error))
    else:
        pipe.send(("answer", answer))


def _made(
    pipe: Connection, generator: Generator, jobs: list[GenerationJob], needed: list[bool]
) -> list[GenerationError | OSError | _Foreign | None]:
    last_s = 0.0

    def tell(share: float) -> None:
        nonlocal last_s
        now_s = time.monotonic()
        if now_s - last_s > 0.1:
            pipe.send(("progress", share))
            last_s = now_s

    try:
        if is_batched(generator):
            return [_sendable(outcome) for outcome in generator.generate_batch(jobs, needed, tell)]
        generator.generate(jobs[0])
    except (OutputError, InputError):
        raise
    except Exception as error:  # noqa: BLE001 -- a model is somebody's code
        return [_sendable(error)] * len(jobs)
    return [None]


def _sendable(error: Exception | None) -> GenerationError | OSError | _Foreign | None:
    if error is None or isinstance(error, GenerationError):
        return error
    if type(error) is OSError:
        return error
    return _Foreign(type(error).__name__, str(error), "".join(traceback.format_exception(error)))
