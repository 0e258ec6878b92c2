"""`s2vbench generate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from s2vbench.cli.score import (
    Cases,
    Json,
    Limit,
    OnlyCases,
    Out,
    Split,
    TestsetOption,
    default_run_folder,
    which_testset,
)
from s2vbench.errors import EXIT_OK, EXIT_SOME_FAILED

if TYPE_CHECKING:
    from s2vbench.run.generate import GenerateRequest, GenerateResult


def generate(
    model: Annotated[str, typer.Option("--model", help="A name of `s2vbench ls models`, or module:attribute.")],
    cases: Cases = None,
    testset: TestsetOption = None,
    split: Split = "full",
    out: Out = None,
    case: OnlyCases = None,
    limit: Limit = None,
    width_px: Annotated[int, typer.Option("--width-px", help="Width of the videos.")] = 448,
    height_px: Annotated[int, typer.Option("--height-px", help="Height of the videos.")] = 256,
    num_frames: Annotated[int, typer.Option("--num-frames", help="Length of the videos.")] = 33,
    fps: Annotated[float, typer.Option("--fps", help="Frames a second.")] = 16.0,
    json: Json = False,
) -> int:
    """Let a model make the videos of a test set.

    Examples:

    - `s2vbench generate --model control:oracle --testset s2v400 --split smoke --out runs/oracle`

    - `s2vbench score --testset s2v400 --split smoke --videos runs/oracle/videos --truth beside --weights weights`
    """
    from s2vbench.generators.base import VideoShape
    from s2vbench.run.generate import GenerateRequest, summary

    source = which_testset(cases, testset)
    request = GenerateRequest(
        model=model,
        testset=source,
        out=out or default_run_folder(model, source, "videos"),
        split=split,
        shape=VideoShape(width_px, height_px, num_frames, fps),
        only=tuple(case or ()),
        limit=limit,
    )
    result = make_videos(request)
    if json:
        import json as json_module

        typer.echo(json_module.dumps(summary(result), indent=2))
    else:
        typer.echo(f"{result.num_jobs - result.num_failed} videos: {result.out / 'videos'}")
    return EXIT_SOME_FAILED if result.num_failed else EXIT_OK


def make_videos(request: GenerateRequest) -> GenerateResult:
    """Generate with progress, and say what failed."""
    from s2vbench.cli.progress import video_progress
    from s2vbench.run.generate import generate as generate_videos

    with video_progress("generating") as progress:
        result = generate_videos(request, progress)
    if result.num_failed:
        sys.stderr.write(
            f"{result.num_failed} of {result.num_jobs} videos could not be made ({result.first_reason}); "
            f"{Path(result.out) / 'generations.jsonl'} says why\n"
        )
    return result
