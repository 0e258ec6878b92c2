"""The generating driver: one video for every case and seed, one line of `generations.jsonl` each, resumable.

`generator.json` in the run folder says what the videos were made with; another generator may not go on there.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from s2vbench.errors import InputError, ManifestChangedError
from s2vbench.files import write_atomically
from s2vbench.generators.base import Generator, ShapeWish, VideoShape, choose_model, load_generator
from s2vbench.ledger import Ledger
from s2vbench.run.folder import GENERATIONS, locked, refuse_other_version
from s2vbench.run.hosted import HostedGenerator
from s2vbench.run.request import Progress, chosen_cases
from s2vbench.run.videos import jobs_of, make_videos
from s2vbench.testsets.folder import TestSet, load_testset
from s2vbench.types import SCHEMA_VERSION, Generation, Row

GENERATOR = "generator.json"
MOST_FRAMES, MOST_SIDE_PX = 10_000, 8192


class GeneratorManifest(Row):
    """`generator.json`: what the videos of a run folder were made with."""

    schema_version: int = SCHEMA_VERSION
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
    shape: VideoShape | ShapeWish = field(default_factory=ShapeWish)
    """Size and length of the videos; what is not said is what the model usually makes."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Of the model: what its family lists."""
    profile: str = "mini"
    """What a name without a variant means: "kaleido" is "kaleido:mini" here."""
    only: tuple[str, ...] = ()
    """Ids of cases; all where empty."""
    limit: int | None = None
    timeout_s: float | None = None
    """The model runs in a process of its own, killed when it is silent for so long a video; None: it runs here."""


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
        InputError: a name, number or setting is wrong. MissingError: weights must be fetched.
        ManifestChangedError: the folder holds another model's videos.
        RunLockedError: another process writes the folder. OutputError: it cannot be written.
    """
    if request.limit is not None and request.limit < 1:
        raise InputError(f"--limit {request.limit}: must be at least 1")
    if request.timeout_s is not None and not 0 < request.timeout_s < float("inf"):
        raise InputError(f"--timeout-s {request.timeout_s:g}: must be above 0, or 0 for no limit")
    model = choose_model(request.model, request.profile)
    wish = request.shape
    shape = wish if isinstance(wish, VideoShape) else wish.over(model.family.usual_shape(model.variant))
    _check_shape(shape)
    testset = load_testset(request.testset, request.split)
    cases = chosen_cases(testset.cases, request.only)[: request.limit]
    jobs = jobs_of(cases, testset.folder, request.out)
    with _generator(model.name, shape, request) as generator, locked(request.out):
        _settle(request.out / GENERATOR, _manifest(model.name, shape, generator, testset))
        with Ledger(request.out / GENERATIONS, Generation) as ledger:
            failed = make_videos(jobs, request.out, generator, shape=shape, ledger=ledger, progress=progress)
    first = f"{failed[0].case}: {failed[0].reason}" if failed else None
    return GenerateResult(request.out, len(jobs), len(failed), generator.writes_truth, first)


@contextmanager
def _generator(model: str, shape: VideoShape, request: GenerateRequest) -> Iterator[Generator]:
    if request.timeout_s is None:
        yield load_generator(model, shape, request.settings)
    else:
        with HostedGenerator(model, shape, request.settings, timeout_s=request.timeout_s) as generator:
            yield generator


def generated_with(out: Path) -> GeneratorManifest | None:
    """What the videos of a run folder were made with; None where nothing was generated there.

    Raises:
        InputError: `generator.json` is not of this version.
    """
    file = out / GENERATOR
    try:
        content = file.read_bytes()
        refuse_other_version(file, content)
        return GeneratorManifest.model_validate_json(content)
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


def _manifest(model: str, shape: VideoShape, generator: Generator, testset: TestSet) -> GeneratorManifest:
    return GeneratorManifest(
        model=model,
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


def summary(result: GenerateResult) -> dict[str, Any]:
    """What `generate --json` prints."""
    document: dict[str, Any] = json.loads((result.out / GENERATOR).read_text(encoding="utf-8"))
    return document | {"videos": result.num_jobs, "failed": result.num_failed, "out": str(result.out)}
