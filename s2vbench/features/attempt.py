"""Trying one thing about one video, so that what goes wrong there spoils nothing else."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from s2vbench.errors import NotApplicable, PictureError, S2VBenchError, VideoError
from s2vbench.features.spec import Failure


def attempt(action: Callable[[], Any]) -> Any:
    """What `action` returns, or a NotApplicable or Failure that says why it has nothing to return.

    Errors that are not of this one video (an unreadable video, damaged weights, a full disk) are raised on.
    """
    try:
        return action()
    except NotApplicable as finding:
        return finding
    except (VideoError, S2VBenchError):
        raise
    except PictureError as error:
        return Failure(str(error), traceback.format_exc())
    except Exception as error:  # noqa: BLE001 -- one feature of one video must not end a run of thousands
        reason = f"{type(error).__name__}: {' '.join(str(error).split()):.300}"
        return Failure(reason, traceback.format_exc())
