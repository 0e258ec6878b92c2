"""The generating driver: one video for every case and seed, one line of `generations.jsonl` each, resumable.

`generator.json` in the run folder says what the videos were made with; another generator may not go on there.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import logging
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from s2vbench.errors import InputError, ManifestChangedError, OutputError
from s2vbench.files import cannot_write, sha256_of_file, write_atomically
from s2vbench.generators.base import GenerationError, GenerationJob, Generator, VideoShape, load_generator
from s2vbench.ledger import Ledger
from s2vbench.run.folder import GENERATIONS, locked
from s2vbench.run.request import Progress, chosen_cases
from s2vbench.testsets.folder import TestSet, load_testset
from s2vbench.types import Case, Generation, Row

log = logging.getLogger(__name__)

GENERATOR, VIDEOS = "generator.json", "videos"
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""What every further video would fail by, too."""
MOST_FRAMES, MOST_SIDE_PX = 10_000, 8192


class GeneratorManifest(Row):
    """`generator.json`: what the videos of a run folder were made with."""

    schema_version: int = 1
    model: str
    identity: dict[str, str]
    testset: str
    testset_sha256: str
    width_px: int
    height_px: int
    num_frames: int
    fps: float
    writes_truth: bool
    created: str


@dataclass(frozen=True)
class GenerateRequest:
    """What to generate, and where to put it."""

    model: str
    testset: str | Path
    out: Path
    split: str = "full"
    shape: VideoShape = field(default_factory=VideoShape)
    only: tuple[str, ...] = ()
    """Ids of cases; all where empty."""
    limit: int | None = None


@dataclass(frozen=True)
class GenerateResult:
    """How a generating run ended."""

    out: Path
    num_jobs: int
    num_failed: int
    writes_truth: bool
    first_reason: str | None = None
    """Why the first of them failed."""


def generate(request: GenerateRequest, progress: Progress = lambda *_: None) -> GenerateResult:
    """Make the videos of a test set's cases at `<out>/videos/<case>/<seed>.mp4`.

    Running the same request again makes only what is missing; failed videos are tried again.

    Raises:
        InputError: a name or number is wrong. ManifestChangedError: the folder holds another model's videos.
        RunLockedError: another process writes the folder. OutputError: it cannot be written.
    """
    _check_shape(request.shape)
    if request.limit is not None and request.limit < 1:
        raise InputError(f"--limit {request.limit}: must be at least 1")
    generator = load_generator(request.model, request.shape)
    testset = load_testset(request.testset, request.split)
    cases = chosen_cases(testset.cases, request.only)[: request.limit]
    jobs = [(case, seed) for case in cases for seed in case.seeds]
    with locked(request.out):
        _settle(request.out / GENERATOR, _manifest(request, generator, testset))
        with Ledger(request.out / GENERATIONS, Generation) as ledger:
            failed = _generate_all(jobs, request.out, testset.folder, generator, ledger=ledger, progress=progress)
    first = f"{failed[0].case}: {failed[0].reason}" if failed else None
    return GenerateResult(request.out, len(jobs), len(failed), generator.writes_truth, first)


def generated_with(out: Path) -> GeneratorManifest | None:
    """What the videos of a run folder were made with; None where nothing was generated there.

    Raises:
        InputError: `generator.json` is not of this version.
    """
    file = out / GENERATOR
    try:
        return GeneratorManifest.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error}); choose another folder") from error
    except ValidationError as error:
        raise InputError(
            f"{file}: not a generator manifest of this version; choose another folder with --out"
        ) from error


def _check_shape(shape: VideoShape) -> None:
    for name, value, least, most in (
        ("--width-px", shape.width_px, 16, MOST_SIDE_PX),
        ("--height-px", shape.height_px, 16, MOST_SIDE_PX),
        ("--num-frames", shape.num_frames, 1, MOST_FRAMES),
    ):
        if not least <= value <= most:
            raise InputError(f"{name} {value}: must be {least} to {most}")
    if not 0.1 <= shape.fps <= 240:
        raise InputError(f"--fps {shape.fps:g}: must be 0.1 to 240")


def _manifest(request: GenerateRequest, generator: Generator, testset: TestSet) -> GeneratorManifest:
    shape = request.shape
    return GeneratorManifest(
        model=request.model,
        identity=dict(generator.identity()),
        testset=testset.name,
        testset_sha256=testset.sha256,
        width_px=shape.width_px,
        height_px=shape.height_px,
        num_frames=shape.num_frames,
        fps=shape.fps,
        writes_truth=generator.writes_truth,
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )


def _settle(file: Path, new: GeneratorManifest) -> None:
    old = generated_with(file.parent)
    if old is None:
        write_atomically(file, new.model_dump_json(indent=2) + "\n")
        return
    before, after = old.model_dump(exclude={"created"}), new.model_dump(exclude={"created"})
    changes = [f"{name}: {before[name]} -> {after[name]}" for name in before if before[name] != after[name]]
    if changes:
        raise ManifestChangedError(
            f"{file.parent}: its videos were made with other settings ({'; '.join(changes)}); choose another folder "
            "with --out, or go back to the old settings"
        )


def _generate_all(
    jobs: list[tuple[Case, int]],
    out: Path,
    folder: Path,
    generator: Generator,
    *,
    ledger: Ledger[Generation],
    progress: Progress,
) -> list[Generation]:
    """The rows of the videos that could not be made."""
    known = {(row.case, row.seed): row for row in ledger.rows()}
    failed = []
    for index, (case, seed) in enumerate(jobs):
        progress(index, len(jobs), case.id)
        path = f"{VIDEOS}/{case.id}/{seed}.mp4"
        if _is_there(known.get((case.id, seed)), out / path):
            continue
        row = _one(GenerationJob(case, seed, folder, out / path), path, generator, out)
        failed += [row] if row.outcome == "failed" else []
        ledger.append(row)
        log.info("%s seed %d: %s %s", case.id, seed, row.outcome, row.reason or "")
    progress(len(jobs), len(jobs), "")
    return failed


def _is_there(row: Generation | None, video: Path) -> bool:
    return row is not None and row.outcome == "ok" and video.is_file() and sha256_of_file(video) == row.sha256


def _one(job: GenerationJob, path: str, generator: Generator, out: Path) -> Generation:
    """Make one video; whatever goes wrong with it is its own failure, but for a disk that is full."""
    started = time.perf_counter()
    reason = None
    try:
        job.video.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(cannot_write(job.video.parent, error)) from error
    try:
        generator.generate(job)
        if not job.video.is_file():
            reason = "the model wrote no video"
    except OutputError:
        raise
    except GenerationError as error:
        reason = str(error)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _DISK:
            raise OutputError(cannot_write(job.video, error)) from error
        reason = f"{type(error).__name__}: {error}"
        write_atomically(out / "failures" / f"{job.case.id}-{job.seed}-generate.txt", traceback.format_exc())
    return Generation(
        case=job.case.id,
        seed=job.seed,
        outcome="failed" if reason else "ok",
        path=None if reason else path,
        sha256=None if reason else sha256_of_file(job.video),
        seconds=round(time.perf_counter() - started, 3),
        reason=reason,
    )


def summary(result: GenerateResult) -> dict[str, Any]:
    """What `generate --json` prints."""
    document: dict[str, Any] = json.loads((result.out / GENERATOR).read_text(encoding="utf-8"))
    return document | {"videos": result.num_jobs, "failed": result.num_failed, "out": str(result.out)}
