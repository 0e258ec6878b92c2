"""Ways a training ends before its last step."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from s2vbench.errors import EXIT_SOME_FAILED, InputError, S2VBenchError


class DivergedError(S2VBenchError):
    """Loss or gradient is no finite number; the last good checkpoint stands."""

    exit_code = EXIT_SOME_FAILED


class OutOfMemoryError(InputError):
    """The configuration does not fit the GPU; the message says what would."""


class Stop:
    """Becomes true when somebody asked for an end."""

    def __init__(self) -> None:
        self.asked = False

    def ask(self, number: int, frame: FrameType | None) -> None:
        """The signal handler: the first signal asks politely, a second one of Ctrl-C does not."""
        del frame
        if self.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.asked = True


@contextmanager
def stop_on_signals() -> Iterator[Stop]:
    """While it runs, Ctrl-C and SIGTERM only set the flag, so that a step is never cut in two."""
    stop = Stop()
    before: dict[int, Any] = {}
    try:
        for number in (int(signal.SIGINT), int(signal.SIGTERM)):
            before[number] = signal.signal(number, stop.ask)
    except ValueError:  # not the main thread: signals go elsewhere, and nobody can ask
        pass
    try:
        yield stop
    finally:
        for old, handler in before.items():
            signal.signal(old, handler)
