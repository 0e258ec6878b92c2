"""A run folder with one case, whose evidence is drawn: two subjects in three frames of a video of 16 frames."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from s2vbench.run.evidence_file import (
    Evidence,
    EvidenceFrame,
    EvidenceInstance,
    EvidenceSubject,
    EvidenceView,
    save_evidence,
)
from s2vbench.run.folder import open_run
from s2vbench.types import Generation, Making, RunManifest, Score, WeightsFile

CASE = "two dogs"
MAKING = Making(profile="paper", precision="fp32", backbones={}, recipes={}, weights_verified=True)
FRAMES = [0, 5, 10]
PARTS: dict[str, dict[str, Any]] = {
    "s2v_consistency": {
        "frames": FRAMES,
        "frame_values": [0.8, None, 0.6],
        "subjects": {
            "left": {"value": 0.7, "detection_rate": 2 / 3, "frames": [0.8, None, 0.6]},
            "right": {"value": 0.0, "detection_rate": 0.0, "frames": [None, None, None]},
        },
    },
    "presence_recall": {
        "frames": FRAMES,
        "subjects": {"left": 1.0, "right": None},
        "series": {"left": [1.0, None, 1.0], "right": [0.0, 0.0, 0.0]},
    },
    "s2v_decoupling": {"frames": FRAMES, "frame_values": [0.5, None, 0.25]},
}
NOT_APPLICABLE = {"background_leak": "no reference image shows a background"}


def block_HW(x: int, width: int, shape: tuple[int, int] = (60, 100)) -> np.ndarray[Any, np.dtype[np.bool_]]:
    mask_HW = np.zeros(shape, dtype=bool)
    mask_HW[10:50, x : x + width] = True
    return mask_HW


def instance(x: int, width: int, subject: int | None) -> EvidenceInstance:
    return EvidenceInstance(block_HW(x, width), (x, 10.0, x + width, 50.0), 0.9, subject)


def evidence(**changes: Any) -> Evidence:
    """White frames: whatever has a colour was drawn by the sheet."""
    white_HWC = np.full((60, 100, 3), 255, np.uint8)
    views = tuple(EvidenceView(place, "alpha", white_HWC, block_HW(40, 20)) for place in (0, 1))
    frames = (
        EvidenceFrame(0, 0, white_HWC, (instance(0, 40, 0), instance(60, 40, 1))),
        EvidenceFrame(1, 5, white_HWC, (instance(30, 40, None),)),
        EvidenceFrame(2, 10, white_HWC, ()),
    )
    subjects = (EvidenceSubject("left", "brown dog"), EvidenceSubject("right", "dog", "not found in its reference"))
    found = Evidence(CASE, 0, "Two dogs cost $3, or $4.", 8.0, tuple(FRAMES), subjects, frames, views, "bound_identity")
    return replace(found, **changes)


def _score(metric: str, case: str, seed: int) -> Score:
    parts, reason = PARTS.get(metric, {}), NOT_APPLICABLE.get(metric)
    value = None if reason else 0.5
    return Score(
        key=f"{case}{seed}{metric}",
        case=case,
        seed=seed,
        metric=metric,
        version=1,
        outcome="not_applicable" if reason else "ok",
        value=value,
        total=value,
        n=0 if reason else 1,
        reason=reason,
        parts=parts,
        video_sha256="v",
        comparability="same",
        making=MAKING,
    )


def drawn_run(
    path: Path,
    metrics: tuple[str, ...] = (*PARTS, *NOT_APPLICABLE),
    *,
    weights: str = "1" * 64,
    seeds: tuple[int, ...] = (0,),
    seen: Evidence | None = None,
) -> Path:
    """A run folder as the driver leaves it; without `seen` it has no evidence."""
    manifest = RunManifest(
        model="drawn",
        profile="paper",
        profile_sha256="p",
        testset="cases.json",
        testset_sha256="0" * 64,
        precision="fp32",
        weights={"w": WeightsFile(file="w.pth", sha256=weights, verified=True)},
        metrics=dict.fromkeys(metrics, "same"),
        seeds=seeds,
        packages={},
        device="cpu",
        command=(),
        created="2026-01-01T00:00:00+00:00",
    )
    with open_run(path, manifest) as run:
        for seed in seeds:
            run.generations.append(Generation(case=CASE, seed=seed, outcome="ok", path="v.mp4", sha256="v"))
            for metric in metrics:
                run.scores.append(_score(metric, CASE, seed))
    if seen is not None:
        save_evidence(path, seen)
    return path
