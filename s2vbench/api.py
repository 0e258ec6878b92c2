"""The Python API: what the commands do, as functions."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from s2vbench.report.formats import json_document
from s2vbench.report.write import write_report
from s2vbench.run.folder import current_scores
from s2vbench.run.request import Progress, ScoreRequest
from s2vbench.run.score import score as run_score
from s2vbench.types import Score


def score(
    *,
    cases: str | Path,
    videos: str | Path | None = None,
    profile: str = "paper",
    weights: str | Path | None = None,
    metrics: list[str] | None = None,
    precision: str = "fp32",
    device: str = "auto",
    out: str | Path | None = None,
    model: str = "videos",
    only: list[str] | None = None,
    limit: int | None = None,
    allow_unverified_weights: bool = False,
    truth: str | Path | None = None,
    detector: str | None = None,
    segmenter: str | None = None,
    frame_stride: int | None = None,
    progress: Progress = lambda *_: None,
) -> list[Score]:
    """Score videos and return their records, one a case, seed and metric.

    Args:
        cases: a cases file (JSON list or JSON lines).
        videos: the folder of videos; without it each case names its own.
        profile: "paper", or the path of a TOML file.
        weights: a folder of checkpoints under their published names, or "seeded" for random ones.
        metrics: names of metrics; all of the profile's where None.
        precision: "fp32" or "bf16".
        device: "auto", "cpu" or "cuda".
        out: a run folder to keep and resume; without it a temporary one is used.
        model: the name that reports show.
        only: ids of cases; all of them where None.
        limit: the first so many cases only.
        allow_unverified_weights: take checkpoints whose digest is not the published one.
        truth: a file or folder that says where subjects are, instead of a detector (docs/s2v.md).
        detector: another detector than the profile's.
        segmenter: another segmenter than the profile's.
        frame_stride: look for subjects in every so manieth frame.
        progress: called with videos done, videos in all and the case at work.

    Raises:
        InputError: a file, name or option is wrong.
        MissingError: weights are missing.
        OutputError: `out` cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="s2vbench-") as temporary:
        request = ScoreRequest(
            cases=Path(cases),
            out=Path(out) if out is not None else Path(temporary),
            videos=Path(videos) if videos is not None else None,
            model=model,
            profile=profile,
            weights=str(weights) if weights is not None else None,
            metrics=metrics,
            precision=precision,
            device=device,
            only=tuple(only or ()),
            limit=limit,
            allow_unverified=allow_unverified_weights,
            truth=Path(truth) if truth is not None else None,
            detector=detector,
            segmenter=segmenter,
            frame_stride=frame_stride,
        )
        run_score(request, progress)
        return current_scores(request.out)


def report(*runs: str | Path, to: str | Path | None = None) -> dict[str, Any]:
    """Write the report of one or more run folders and return it as a JSON document.

    Raises:
        InputError: a run cannot be read. OutputError: the report cannot be written.
    """
    found, _ = write_report([Path(run) for run in runs], Path(to) if to is not None else None)
    return json_document(found)
