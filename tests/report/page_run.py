"""Run folders with everything that a page shows: real videos, evidence, a cases file, failures, and hostile text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from s2vbench.files import sha256_of_file
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
from s2vbench.video.encode import write_video
from tests.clips import moving_square

HOSTILE = "</script><script>window.hit=1</script><img src=x onerror=window.hit=1>'\"<!--"
NUM_CASES = 12
KINDS = ("human", "animal", "object", "cartoon")
METRICS = ("imaging_quality", "viclip_score", "s2v_consistency", "presence_recall", "background_leak", "collapse_rate")
NUM_FRAMES = 5
FAILED_CASE, HOSTILE_CASE, NO_VIDEO_CASE = "case_3", "case_5", "case_7"
MAKING = Making(profile="paper", precision="fp32", backbones={}, recipes={}, weights_verified=True)


def value_of(metric: str, case: int, shift: float = 0.0) -> float:
    """Values whose order as numbers is another one than as text, and negative ones among them."""
    scale = {"imaging_quality": 3.7, "viclip_score": -0.3}.get(metric, 0.07)
    return round((case * 7 % NUM_CASES) * scale + shift, 4)


def page_cases(folder: Path) -> Path:
    """A cases file with one to three subjects a case, all with pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    colours = np.random.default_rng(1).integers(0, 255, (4, 3), dtype=np.uint8)
    for place, colour in enumerate(colours):
        Image.fromarray(np.tile(colour, (48, 64, 1))).save(folder / f"{place}.png")
    cases = []
    for number in range(NUM_CASES):
        subjects = [
            {"id": f"subject {k}", "kind": KINDS[(number + k) % 4], "noun": f"thing{k}", "images": [f"{k}.png"]}
            for k in range(1 + number % 3)
        ]
        nouns = " and ".join(str(subject["noun"]) for subject in subjects)
        cases.append({"id": f"case_{number}", "prompt": f"Here come {nouns}.", "references": subjects})
    file = folder / "cases.json"
    file.write_text(json.dumps(cases))
    return file


def page_run(
    path: Path,
    cases: Path,
    *,
    model: str = "drawn",
    comparability: str = "same",
    weights: str = "1" * 64,
    shift: float = 0.0,
) -> Path:
    """A run folder as generate and score leave it."""
    manifest = RunManifest(
        model=model,
        profile="paper",
        profile_sha256="p",
        testset=cases.name,
        testset_sha256=sha256_of_file(cases),
        precision="fp32",
        weights={"w": WeightsFile(file="w.pth", sha256=weights, verified=True)},
        metrics=dict.fromkeys(METRICS, comparability),
        seeds=(0,),
        packages={"numpy": "1"},
        device="cpu",
        command=("s2vbench", "score", "--cases", str(cases), HOSTILE),
        created="2026-01-01T00:00:00+00:00",
    )
    with open_run(path, manifest) as run:
        for number in range(NUM_CASES):
            case = f"case_{number}"
            line = _generated(path, case, number)
            run.generations.append(line)
            for metric in METRICS:
                run.scores.append(_score(case, number, metric, line.sha256, comparability, shift))
            if case != NO_VIDEO_CASE:
                save_evidence(path, _evidence(case, number))
    return path


def _generated(path: Path, case: str, number: int) -> Generation:
    if case == NO_VIDEO_CASE:
        return Generation(case=case, seed=0, outcome="failed", path=None, sha256=None, reason=f"no video: {HOSTILE}")
    video = path / "videos" / case / "0.mp4"
    video.parent.mkdir(parents=True)
    write_video(video, moving_square(NUM_FRAMES, 64, 112, 2 + number), 8.0)
    return Generation(case=case, seed=0, outcome="ok", path=f"videos/{case}/0.mp4", sha256=sha256_of_file(video))


def _score(case: str, number: int, metric: str, video: str | None, comparability: str, shift: float) -> Score:
    outcome: Any = "ok"
    reason = None
    if case == NO_VIDEO_CASE or (case == FAILED_CASE and metric == "viclip_score"):
        outcome, reason = "failed", f"it broke: {HOSTILE}"
    elif metric == "background_leak" and number % 2:
        outcome, reason = "not_applicable", "no reference image shows a background"
    value = value_of(metric, number, shift) if outcome == "ok" else None
    return Score(
        key=f"{case}{metric}",
        case=case,
        seed=0,
        metric=metric,
        version=1,
        outcome=outcome,
        value=value,
        total=value,
        n=int(value is not None),
        reason=reason,
        parts=_parts(metric, number) if value is not None else {},
        video_sha256=video,
        comparability=comparability,
        making=MAKING,
    )


def _parts(metric: str, number: int) -> dict[str, Any]:
    frames = list(range(NUM_FRAMES))
    if metric == "imaging_quality":
        return {"frames_0_to_100": [50.0 + frame for frame in frames]}
    if metric in {"s2v_consistency", "presence_recall"}:
        names = [f"subject {k}" for k in range(1 + number % 3)]
        series = {name: [1.0, None, 0.5, 0.0, 1.0] for name in names}
        return {"frames": frames, "subjects": dict.fromkeys(names, 0.625), "series": series}
    return {}


def _evidence(case: str, number: int) -> Evidence:
    count = 1 + number % 3
    clip = moving_square(NUM_FRAMES, 64, 112, 2 + number)
    frames = []
    for frame in range(NUM_FRAMES):
        instances = []
        for subject in range(count):
            mask_HW = np.zeros((64, 112), dtype=bool)
            mask_HW[10:40, 30 * subject + frame : 30 * subject + 25] = True
            box = (30.0 * subject + frame, 10.0, 30.0 * subject + 25, 40.0)
            instances.append(EvidenceInstance(mask_HW, box, 0.9, subject if frame else None))
        frames.append(EvidenceFrame(frame, frame, clip[frame], tuple(instances)))
    views = []
    for subject in range(count):
        mask_HW = np.zeros((48, 64), dtype=bool)
        mask_HW[8:40, 16:48] = True
        views.append(EvidenceView(subject, "file", np.full((48, 64, 3), 60 * subject, np.uint8), mask_HW))
    z_LRC = np.linspace(0, 12, NUM_FRAMES * 6, dtype=np.float32).reshape(NUM_FRAMES, 2, 3)
    z_LRC[:, 0, 0] = np.nan
    hostile = HOSTILE if case == HOSTILE_CASE else "plain"
    return Evidence(
        case=case,
        seed=0,
        prompt=hostile,
        fps=8.0,
        frames_F=tuple(range(NUM_FRAMES)),
        subjects=tuple(
            EvidenceSubject(f"subject {k}", f"thing{k} {hostile}", f"not found {hostile}" if k == 2 else None)
            for k in range(count)
        ),
        frames=tuple(frames),
        views=tuple(views),
        assigned_by="bound_identity",
        leak_frames_L=tuple(range(NUM_FRAMES)),
        leak_z_LRC=z_LRC,
    )
