"""Ways a training ends before its last step."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


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
