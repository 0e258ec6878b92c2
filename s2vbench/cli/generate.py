"""`s2vbench generate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from s2vbench.cli.options import (
    HOUR_S,
    Cases,
    Json,
    Limit,
    OnlyCases,
    Out,
    Settings,
    Split,
    TestsetOption,
    Timeout,
)
from s2vbench.cli.score import default_run_folder, which_testset
from s2vbench.errors import EXIT_OK, EXIT_SOME_FAILED, InputError

USUAL = "what the model usually makes"
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
    width_px: Annotated[int | None, typer.Option("--width-px", help="Width of the videos.", show_default=USUAL)] = None,
    height_px: Annotated[int | None, typer.Option("--height-px", help="Their height.", show_default=USUAL)] = None,
    num_frames: Annotated[int | None, typer.Option("--num-frames", help="Their length.", show_default=USUAL)] = None,
    fps: Annotated[float | None, typer.Option("--fps", help="Frames a second.", show_default=USUAL)] = None,
    timeout_s: Timeout = HOUR_S,
    setting: Settings = None,
    json: Json = False,
) -> int:
    """Let a model make the videos of a test set.

    Examples:

    - `s2vbench generate --model control:oracle --testset s2v400 --split smoke --out runs/oracle`

    - `s2vbench generate --model kaleido --testset s2v400 --split smoke --set steps=20`

    - `s2vbench score --testset s2v400 --split smoke --videos runs/oracle/videos --truth beside --weights weights`
    """
    from s2vbench.generators.base import ShapeWish
    from s2vbench.run.generate import GenerateRequest, summary

    source = which_testset(cases, testset)
    request = GenerateRequest(
        model=model,
        testset=source,
        out=out or default_run_folder(model, source, "videos"),
        split=split,
        shape=ShapeWish(width_px, height_px, num_frames, fps),
        settings=settings_of(setting),
        only=tuple(case or ()),
        limit=limit,
        timeout_s=timeout_s or None,
    )
    result = make_videos(request)
    if json:
        import json as json_module

        typer.echo(json_module.dumps(summary(result), indent=2))
    else:
        typer.echo(f"{result.num_jobs - result.num_failed} videos: {result.out / 'videos'}")
    return EXIT_SOME_FAILED if result.num_failed else EXIT_OK


def settings_of(pairs: list[str] | None) -> dict[str, str]:
    """What `--set` says, by name.

    Raises:
        InputError: one is not NAME=VALUE.
    """
    found = {}
    for pair in pairs or ():
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise InputError(f"--set {pair}: must be NAME=VALUE, as in --set steps=20")
        found[name.strip()] = value.strip()
    return found


def make_videos(request: GenerateRequest) -> GenerateResult:
    """Generate with progress, and say what failed."""
    from s2vbench.cli.progress import video_progress
    from s2vbench.generators.base import choose_model
    from s2vbench.run.generate import generate as generate_videos

    chosen = choose_model(request.model, request.profile).name
    if chosen != request.model:
        sys.stderr.write(f"{request.model} means {chosen} here\n")
    with video_progress("generating") as progress:
        result = generate_videos(request, progress)
    if result.num_failed:
        sys.stderr.write(
            f"{result.num_failed} of {result.num_jobs} videos could not be made ({result.first_reason}); "
            f"{Path(result.out) / 'generations.jsonl'} says why\n"
        )
    return result
