"""Jobs to videos and to lines of `generations.jsonl`: one at a time, or in batches where the model takes them."""

from __future__ import annotations

import errno
import logging
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from s2vbench.errors import InputError, OutputError, S2VBenchError, VideoError
from s2vbench.files import cannot_write, sha256_of_file, write_atomically
from s2vbench.generators.base import BatchGenerator, GenerationError, GenerationJob, Generator, VideoShape, is_batched
from s2vbench.ledger import Ledger
from s2vbench.run.hosted import ForeignError
from s2vbench.run.request import Progress
from s2vbench.types import Case, Generation
from s2vbench.video.decode import open_video
from s2vbench.video.digest import counted_frames

log = logging.getLogger(__name__)

VIDEOS = "videos"
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""What every further video would fail by, too."""


@dataclass(frozen=True)
class _Wanted:
    """Where videos go, and what they are to be."""

    out: Path
    shape: VideoShape


def make_videos(
    jobs: Sequence[GenerationJob],
    out: Path,
    generator: Generator,
    *,
    shape: VideoShape,
    ledger: Ledger[Generation],
    progress: Progress,
) -> list[Generation]:
    """Make the videos that are not there yet, and note each in the ledger.

    Returns:
        The lines of those that could not be made.

    Raises:
        OutputError: a disk is full. S2VBenchError: a model that works in batches can make nothing.
    """
    known = {(row.case, row.seed): row for row in ledger.rows()}
    failed, done = [], 0
    for batch in _batches(jobs, generator):
        needed = [not _is_there(known.get((job.case.id, job.seed)), job.video) for job in batch]
        progress(done, len(jobs), batch[0].case.id)
        if any(needed):
            show = partial(_show, progress, batch, done=done, total=len(jobs))
            for row in _made(batch, needed, generator, _Wanted(out, shape), show):
                failed += [row] if row.outcome == "failed" else []
                ledger.append(row)
                log.info("%s seed %d: %s %s", row.case, row.seed, row.outcome, row.reason or "")
        done += len(batch)
    progress(len(jobs), len(jobs), "")
    return failed


def jobs_of(cases: Sequence[Case], folder: Path, out: Path) -> list[GenerationJob]:
    """A job for every case and seed.

    Args:
        cases: the cases.
        folder: what their pictures' paths are relative to.
        out: the run folder.
    """
    return [
        GenerationJob(case, seed, folder, out / VIDEOS / case.id / f"{seed}.mp4")
        for case in cases
        for seed in case.seeds
    ]


def _batches(jobs: Sequence[GenerationJob], generator: Generator) -> list[list[GenerationJob]]:
    """All jobs in groups, done or not, so that a group is the same at every start."""
    if not is_batched(generator):
        return [[job] for job in jobs]
    by_key: dict[object, list[GenerationJob]] = {}
    for job in jobs:
        by_key.setdefault(generator.batch_key(job), []).append(job)
    size = max(1, generator.batch_size)
    return [group[first : first + size] for group in by_key.values() for first in range(0, len(group), size)]


def _show(progress: Progress, batch: Sequence[GenerationJob], part: float, *, done: int, total: int) -> None:
    progress(done + len(batch) * part, total, batch[0].case.id)


def _is_there(row: Generation | None, video: Path) -> bool:
    return row is not None and row.outcome == "ok" and video.is_file() and sha256_of_file(video) == row.sha256


def _made(
    batch: Sequence[GenerationJob],
    needed: Sequence[bool],
    generator: Generator,
    wanted: _Wanted,
    show: Callable[[float], None],
) -> list[Generation]:
    """Make one batch; whatever goes wrong with a video is its own failure, but for a disk that is full."""
    for job in batch:
        try:
            job.video.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(cannot_write(job.video.parent, error)) from error
    started = time.perf_counter()
    if is_batched(generator):
        outcomes = _outcomes_of_batch(batch, needed, generator, show)
    else:
        outcomes = [_outcome(batch[0], generator)]
    made = [(job, outcome) for job, outcome, need in zip(batch, outcomes, needed, strict=True) if need]
    seconds = (time.perf_counter() - started) / len(made)
    return [_row(job, outcome, wanted, seconds) for job, outcome in made]


def _outcome(job: GenerationJob, generator: Generator) -> Exception | None:
    try:
        generator.generate(job)
    except OutputError:
        raise
    except Exception as error:  # noqa: BLE001 -- a model is somebody's code
        return error
    return None


def _outcomes_of_batch(
    batch: Sequence[GenerationJob], needed: Sequence[bool], generator: BatchGenerator, show: Callable[[float], None]
) -> Sequence[Exception | None]:
    try:
        outcomes = generator.generate_batch(batch, needed, show)
    except S2VBenchError:
        raise
    except Exception as error:  # noqa: BLE001 -- a model is somebody's code
        return [error] * len(batch)
    if len(outcomes) != len(batch):
        raise InputError(
            f"the model's generate_batch() gave {len(outcomes)} outcomes for {len(batch)} jobs; correct it"
        )
    return outcomes


def _row(job: GenerationJob, error: Exception | None, wanted: _Wanted, seconds: float) -> Generation:
    """What came of one job."""
    reason, frames = _reason(job, error, wanted.out), None
    if reason is None:
        try:
            frames, reason = _checked(job.video, wanted.shape)
        except VideoError as unreadable:
            reason = f"the model wrote no video that can be read ({unreadable})"
        if reason is not None:
            _put_aside(job, wanted.out)
    return Generation(
        case=job.case.id,
        seed=job.seed,
        outcome="failed" if reason else "ok",
        path=None if reason else job.video.relative_to(wanted.out).as_posix(),
        sha256=None if reason else sha256_of_file(job.video),
        frames_sha256=None if reason else frames,
        seconds=round(seconds, 3),
        reason=reason,
    )


def _reason(job: GenerationJob, error: Exception | None, out: Path) -> str | None:
    """Why there is no video."""
    if isinstance(error, GenerationError):
        return str(error)
    if isinstance(error, OSError) and error.errno in _DISK:
        raise OutputError(cannot_write(job.video, error)) from error
    if error is not None:
        name, trace = type(error).__name__, "".join(traceback.format_exception(error))
        if isinstance(error, ForeignError):
            name, trace = error.name, error.details
        write_atomically(out / "failures" / f"{job.case.id}-{job.seed}-generate.txt", trace)
        return f"{name}: {error}"
    return None if job.video.is_file() else "the model wrote no video"


def _put_aside(job: GenerationJob, out: Path) -> None:
    """Keep a wrong video for whoever looks into it, where nothing scores it."""
    place = out / "failures" / f"{job.case.id}-{job.seed}{job.video.suffix}"
    place.parent.mkdir(parents=True, exist_ok=True)
    job.video.replace(place)


def _checked(path: Path, shape: VideoShape) -> tuple[str, str | None]:
    """The digest of a video's frames, and what is wrong with its shape."""
    video = open_video(path)
    frames, num_frames = counted_frames(video)
    found = (video.width_px, video.height_px, num_frames)
    if found != (shape.width_px, shape.height_px, shape.num_frames):
        return frames, (
            f"the model wrote {found[2]} frames of {found[0]}x{found[1]} px; "
            f"{shape.num_frames} of {shape.width_px}x{shape.height_px} px were asked for"
        )
    return frames, None
