"""What every process that a driver starts does first: leave Ctrl-C to the driver, and end when the driver does."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading


def follow_the_driver() -> None:
    """Ignore Ctrl-C, which reaches the whole group, and die with the parent, whatever kills it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_the_driver, daemon=True).start()


def _die_with_the_driver() -> None:
    # A child whose driver was killed would go on, and then wait for ever.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
