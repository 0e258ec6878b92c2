"""`s2vbench run`."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from s2vbench.cli.options import (
    HOUR_S,
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
    Settings,
    Split,
    TestsetOption,
    Timeout,
    Truth,
    Videos,
    WeightsOption,
    Workers,
)
from s2vbench.cli.score import default_run_folder, exit_code, score, which_testset
from s2vbench.errors import InputError

TESTSET: Final = "s2v400"


def run(
    model: Annotated[
        str, typer.Option("--model", help="The model, under the name its paper's numbers have.")
    ] = "kaleido",
    cases: Cases = None,
    testset: TestsetOption = None,
    split: Split = "full",
    videos: Videos = None,
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
    timeout_s: Timeout = HOUR_S,
    setting: Settings = None,
    json: Json = False,
) -> int:
    """Let a model make its videos, score them, and report them beside what its paper states.

    Without `--cases` and `--testset` on the shipped test set. With `--videos`, videos that exist are scored instead.

    Examples:

    - `s2vbench run --model control:swap --testset s2v400 --split smoke --truth beside --weights weights`

    - `s2vbench run --model kaleido --videos clips --cases clips/cases.json --weights weights`
    """
    options = {name: value for name, value in locals().items() if name not in {"setting", "timeout_s"}}
    if videos is not None:
        return score(**options)
    from s2vbench.generators.base import choose_model, known_models

    if ":" not in model and model not in known_models():
        near = difflib.get_close_matches(model.lower(), known_models(), n=1)
        hint = f"did you mean {near[0]!r}? Otherwise give" if near else "give"
        raise InputError(
            f"--videos is missing: nothing here makes videos with {model!r}; {hint} the folder that holds its videos, "
            "or a model of `s2vbench ls models`"
        )
    if cases is None and testset is None:
        testset = options["testset"] = TESTSET
    source = which_testset(cases, testset)
    chosen = choose_model(model, profile).name
    folder = out or default_run_folder(chosen, source, profile)
    _check_scoring(source, folder, options)
    from s2vbench.cli.generate import make_videos, settings_of
    from s2vbench.run.generate import GenerateRequest

    result = make_videos(
        GenerateRequest(
            model,
            source,
            folder,
            split=split,
            settings=settings_of(setting),
            profile=profile,
            only=tuple(case or ()),
            limit=limit,
            timeout_s=timeout_s or None,
        ),
    )
    if result.num_failed == result.num_jobs:
        raise InputError(f"{model} made no video ({result.first_reason}); {folder}/generations.jsonl says why")
    scored = score(**options | {"model": chosen, "videos": folder / "videos", "out": folder})
    return max(scored, exit_code(result.num_failed))


def _check_scoring(source: Path | str, folder: Path, options: dict[str, Any]) -> None:
    """A misspelt metric or a missing weights file must not cost the time of all videos."""
    from s2vbench.run.request import ScoreRequest
    from s2vbench.run.score import check_scoring

    names = ("profile", "precision", "device", "limit", "detector", "segmenter", "frame_stride", "workers", "weights")
    request = ScoreRequest(
        cases=source,
        out=folder,
        metrics=options["metric"],
        allow_unverified=options["allow_unverified_weights"],
        **{name: options[name] for name in names},
    )
    check_scoring(request, weights=not options["allow_random_weights"])
