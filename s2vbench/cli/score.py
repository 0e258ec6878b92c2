"""`s2vbench score` and `s2vbench run`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from s2vbench.errors import EXIT_OK, EXIT_SOME_FAILED, InputError, MissingError

Cases = Annotated[Path | None, typer.Option("--cases", help="JSON list (or JSON lines) of cases.", show_default=False)]
TestsetOption = Annotated[
    str | None,
    typer.Option("--testset", help="A test set's name or folder, instead of --cases.", show_default=False),
]
Split = Annotated[str, typer.Option("--split", help="Which of the test set's cases.")]
Videos = Annotated[
    Path | None,
    typer.Option(
        "--videos", help="Folder with `<id>.mp4`; without it each case's own `video` path.", show_default=False
    ),
]
ProfileOption = Annotated[str, typer.Option("--profile", help="What numbers are made with: a name or a TOML file.")]
WeightsOption = Annotated[
    str | None,
    typer.Option(
        "--weights",
        help="Folder of checkpoints under their published names, or `seeded` for random ones. "
        "Default: $S2VBENCH_WEIGHTS, then the caches of VBench, CLIP, torch hub and the Hugging Face hub.",
        show_default=False,
    ),
]
Metrics = Annotated[
    list[str] | None, typer.Option("--metric", help="Only this metric; may be repeated.", show_default=False)
]
PrecisionOption = Annotated[str, typer.Option("--precision", help="fp32, or bf16: faster, other numbers, recorded.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")]
Out = Annotated[Path | None, typer.Option("--out", help="Run folder; give it again to resume.", show_default=False)]
OnlyCases = Annotated[
    list[str] | None, typer.Option("--case", help="Only the case with this id; may be repeated.", show_default=False)
]
Limit = Annotated[int | None, typer.Option("--limit", help="Only the first so many cases.", show_default=False)]
AllowUnverified = Annotated[
    bool, typer.Option("--allow-unverified-weights", help="Take checkpoints with another digest; records say so.")
]
AllowRandom = Annotated[
    bool,
    typer.Option(
        "--allow-random-weights", help="Where weights are missing, use seeded random ones: levels mean nothing."
    ),
]
Truth = Annotated[
    Path | None,
    typer.Option(
        "--truth",
        help="File or folder that says where the subjects are, instead of a detector; `beside`: beside the videos.",
        show_default=False,
    ),
]
Detector = Annotated[
    str | None, typer.Option("--detector", help="Another detector than the profile's.", show_default=False)
]
Segmenter = Annotated[
    str | None, typer.Option("--segmenter", help="Another segmenter than the profile's.", show_default=False)
]
FrameStride = Annotated[
    int | None,
    typer.Option("--frame-stride", help="Look for subjects in every so manieth frame; recorded.", show_default="1"),
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout-s",
        help="Stop a model that is silent for so long a video: it has failed, the rest goes on. 0: wait for ever.",
    ),
]
HOUR_S = 3600.0
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        help="Processes that score.",
        show_default="a process a core for light networks on a CPU, else 1",
    ),
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor write the feature cache.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A setting of the model, such as steps=20; may be repeated. `s2vbench ls models --json` lists them.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


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

    With `--videos`, videos that exist are scored instead.

    Examples:

    - `s2vbench run --model control:swap --testset s2v400 --split smoke --truth beside --weights weights`

    - `s2vbench run --model kaleido --videos clips --cases clips/cases.json --weights weights`
    """
    options = {name: value for name, value in locals().items() if name not in {"setting", "timeout_s"}}
    if videos is not None:
        return score(**options)
    from s2vbench.generators.base import known_models

    if ":" not in model and model not in known_models():
        raise InputError(
            f"--videos is missing: nothing here makes videos with {model!r}; give the folder that holds its videos, or "
            "a model of `s2vbench ls models`"
        )
    from s2vbench.profiles import load_profile
    from s2vbench.run.plan import choose_metrics

    source = which_testset(cases, testset)
    # A misspelt metric must not cost the time of all videos.
    choose_metrics(load_profile(profile), metric)
    folder = out or default_run_folder(model, source, profile)
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
    return max(score(**options | {"videos": folder / "videos", "out": folder}), _exit_code(result.num_failed))


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


def _exit_code(num_failed: int) -> int:
    return EXIT_SOME_FAILED if num_failed else EXIT_OK


def _finish(request: Any, *, allow_random: bool, as_json: bool) -> int:
    from s2vbench.backbones.allocator import keep_freed_memory
    from s2vbench.cli.progress import video_progress
    from s2vbench.report.formats import MEANINGLESS
    from s2vbench.run.score import score as score_videos

    keep_freed_memory()
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
    return _exit_code(result.num_failed)


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
    _say(f"records: {out}/scores.jsonl   report: {folder}/report.md")


def _file_name(text: str) -> str:
    return "".join(character if character.isalnum() or character in "._-" else "-" for character in text)


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
