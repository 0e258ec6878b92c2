"""`s2vbench score`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from s2vbench.cli.options import (
    AllowRandom,
    AllowUnverified,
    Cases,
    Detector,
    Device,
    FrameStride,
    Json,
    Limit,
    Metrics,
    NoCache,
    OnlyCases,
    Out,
    PrecisionOption,
    ProfileOption,
    Segmenter,
    Split,
    TestsetOption,
    Truth,
    Videos,
    WeightsOption,
    Workers,
)
from s2vbench.errors import EXIT_OK, EXIT_SOME_FAILED, InputError, MissingError


def score(
    cases: Cases = None,
    testset: TestsetOption = None,
    split: Split = "full",
    videos: Videos = None,
    model: Annotated[str, typer.Option("--model", help="The name that reports show.")] = "videos",
    profile: ProfileOption = "paper",
    weights: WeightsOption = None,
    metric: Metrics = None,
    precision: PrecisionOption = "fp32",
    device: Device = "auto",
    out: Out = None,
    case: OnlyCases = None,
    limit: Limit = None,
    allow_unverified_weights: AllowUnverified = False,
    allow_random_weights: AllowRandom = False,
    truth: Truth = None,
    detector: Detector = None,
    segmenter: Segmenter = None,
    frame_stride: FrameStride = None,
    no_cache: NoCache = False,
    workers: Workers = None,
    json: Json = False,
) -> int:
    """Score videos that exist.

    Examples:

    - `s2vbench score --videos clips --cases clips/cases.json --weights weights --out runs/clips`

    - `s2vbench score --cases cases.json --weights seeded --metric imaging_quality --json`

    - `s2vbench score --cases cases.json --weights weights --metric s2v_consistency --frame-stride 4`

    - `s2vbench score --cases cases.json --weights weights --truth truth_boxes.json --metric presence_recall`
    """
    source = which_testset(cases, testset)
    from s2vbench.run.request import ScoreRequest

    request = ScoreRequest(
        cases=source,
        split=split,
        out=out or default_run_folder(model, source, profile),
        videos=videos,
        model=model,
        profile=profile,
        weights=weights,
        metrics=metric,
        precision=precision,
        device=device,
        only=tuple(case or ()),
        limit=limit,
        allow_unverified=allow_unverified_weights,
        use_cache=not no_cache,
        truth=_truth_folder(truth, videos),
        detector=detector,
        segmenter=segmenter,
        frame_stride=frame_stride,
        workers=workers,
        command=tuple(sys.argv),
    )
    return _finish(request, allow_random=allow_random_weights, as_json=json)


def which_testset(cases: Path | None, testset: str | None) -> Path | str:
    """The one of the two options that was given.

    Raises:
        InputError: none or both.
    """
    if cases is not None and testset is not None:
        raise InputError("--cases and --testset are two ways to say one thing; give one of them")
    found = cases or testset
    if found is None:
        raise InputError(
            "--testset or --cases is missing: give a test set (`s2vbench testset ls`) or a JSON list of cases "
            "(docs/cases.md)"
        )
    return found


def default_run_folder(model: str, source: Path | str, profile: str) -> Path:
    """Where records go that nobody gave a folder for."""
    return Path("runs") / "-".join(_file_name(part) for part in (model, Path(source).stem, Path(profile).stem))


def _truth_folder(truth: Path | None, videos: Path | None) -> Path | None:
    if truth != Path("beside"):
        return truth
    if videos is None:
        raise InputError("--truth beside: needs --videos, or a model that writes truth beside its videos")
    return videos


def exit_code(num_failed: int) -> int:
    """The exit code of a command that finished."""
    return EXIT_SOME_FAILED if num_failed else EXIT_OK


def _finish(request: Any, *, allow_random: bool, as_json: bool) -> int:
    from s2vbench.backbones.allocator import keep_freed_memory
    from s2vbench.cli.progress import video_progress
    from s2vbench.report.formats import MEANINGLESS
    from s2vbench.run.score import score as score_videos

    keep_freed_memory()
    request = _without_unusable_cache(request)
    if allow_random:
        request = _with_random_where_missing(request)
    random = (request.weights or os.environ.get("S2VBENCH_WEIGHTS", "")).startswith("seeded")
    if random:
        _say(MEANINGLESS)
    with video_progress("scoring") as progress:
        result = score_videos(request, progress)
    _print_result(result.out, as_json=as_json)
    if result.num_failed:
        _say(f"{result.num_failed} of {result.num_jobs} videos have failed metrics; see {result.out}/scores.jsonl")
    if random:
        # The last line of all, wherever the two streams end up together.
        sys.stdout.flush()
        (_say if as_json else typer.echo)(MEANINGLESS)
    return exit_code(result.num_failed)


def _without_unusable_cache(request: Any) -> Any:
    from s2vbench.features.cache import default_folder, why_unusable

    problem = why_unusable(default_folder()) if request.use_cache else None
    if problem is None:
        return request
    reason = problem.partition("; ")[0]
    _say(f"nothing is cached: {reason}; choose another folder with $S2VBENCH_CACHE, or give --no-cache")
    return replace(request, use_cache=False)


def _with_random_where_missing(request: Any) -> Any:
    from s2vbench.backbones.weights import resolve
    from s2vbench.profiles import load_profile
    from s2vbench.run.plan import backbones_of, choose_metrics

    profile = load_profile(request.profile).with_subjects(detector=request.detector, segmenter=request.segmenter)
    specs = backbones_of(profile, choose_metrics(profile, request.metrics), truth=request.truth is not None)
    try:
        resolve(list(specs.values()), request.weights, allow_unverified=request.allow_unverified)
    except MissingError:
        return replace(request, weights="seeded")
    return request


def _print_result(out: Path, *, as_json: bool) -> None:
    import json

    from s2vbench.cli.show import print_tables
    from s2vbench.report.formats import json_document
    from s2vbench.report.write import write_report

    found, folder = write_report([out])
    if as_json:
        typer.echo(json.dumps(json_document(found), indent=2))
    else:
        print_tables(found)
    _say(f"records: {out}/scores.jsonl   report: {folder}/index.html")


def _file_name(text: str) -> str:
    return "".join(character if character.isalnum() or character in "._-" else "-" for character in text)


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
