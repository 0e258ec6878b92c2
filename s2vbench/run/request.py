"""What is asked of a scoring run, and how it is told how far the run is."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from s2vbench.errors import InputError
from s2vbench.types import Case

PRECISIONS = ("fp32", "bf16")
MOST_WORKERS = 64


@dataclass(frozen=True)
class ScoreRequest:
    """What to score, with what, and where to put the records."""

    cases: Path | str
    """A cases file, a test set's folder, or a test set's name."""
    out: Path
    videos: Path | None = None
    model: str = "videos"
    profile: str = "paper"
    weights: str | None = None
    metrics: list[str] | None = None
    precision: str = "fp32"
    device: str = "auto"
    split: str = "full"
    """Which of a test set's cases."""
    only: tuple[str, ...] = ()
    """Ids of the cases to score; all where empty."""
    limit: int | None = None
    allow_unverified: bool = False
    use_cache: bool = True
    truth: Path | None = None
    """A truth file, or a folder of them: where subjects are is known, and nobody looks for them."""
    detector: str | None = None
    segmenter: str | None = None
    """Other networks than the profile's."""
    frame_stride: int | None = None
    """Look for subjects in every so manieth frame; the profile's policy where None."""
    workers: int | None = None
    """Processes that score; by default one, or one a core where the profile's networks are light."""
    command: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScoreResult:
    """How a scoring run ended."""

    out: Path
    num_jobs: int
    num_failed: int
    """Cases with at least one failed metric."""


Progress = Callable[[float, int, str], None]
"""Called with videos done (fractions count), videos in all, and the case at work."""


def chosen_cases(cases: list[Case], only: tuple[str, ...]) -> list[Case]:
    """The cases of some ids, in the test set's order; all where none is named.

    Raises:
        InputError: an id that no case has; the nearest is suggested.
    """
    ids = {case.id for case in cases}
    for wanted in only:
        if wanted not in ids:
            nearest = difflib.get_close_matches(wanted, ids, n=1)
            hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
            raise InputError(f"--case {wanted}: no such case in the test set{hint}")
    return [case for case in cases if not only or case.id in only]


def check_request(request: ScoreRequest) -> None:
    """Refuse options that cannot be.

    Raises:
        InputError: a precision, limit or folder that is wrong.
    """
    if request.precision not in PRECISIONS:
        raise InputError(f"--precision {request.precision}: must be one of {', '.join(PRECISIONS)}")
    if request.limit is not None and request.limit < 1:
        raise InputError(f"--limit {request.limit}: must be at least 1")
    if request.workers is not None and not 1 <= request.workers <= MOST_WORKERS:
        raise InputError(f"--workers {request.workers}: must be 1 to {MOST_WORKERS}")
    if request.videos is not None and not request.videos.is_dir():
        raise InputError(f"--videos {request.videos}: no such folder; give the folder that holds the videos")
