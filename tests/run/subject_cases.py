"""Cases with subjects, written and scored, for tests of what people feed the metrics about subjects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image

import s2vbench
from s2vbench.cli.main import run_app
from s2vbench.types import Score
from s2vbench.video.encode import write_video
from tests import tiny
from tests.clips import moving_square, noise

PICTURE = noise(1, 80, 96, seed=5)[0]
QUICK = ("imaging_quality", "s2v_consistency", "presence_recall")
ABOUT_SUBJECTS = QUICK[1:]
DOG = {"id": "dog", "kind": "animal", "noun": "dog", "image": "dog.png"}


def write(folder: Path, references: dict[str, list[dict[str, Any]]], frames: int = 3, side: int = 64) -> Path:
    """A cases file with one short video for each case, and the picture `dog.png`."""
    Image.fromarray(PICTURE).save(folder / "dog.png")
    cases = []
    for name, entries in references.items():
        write_video(folder / f"{name}.mp4", moving_square(frames, side, side), fps=8)
        cases.append({"id": name, "video": f"{name}.mp4", "prompt": "a dog", "references": entries})
    path = folder / "cases.json"
    path.write_text(json.dumps(cases))
    return path


def scored(cases: Path, metrics: tuple[str, ...] = QUICK, **options: Any) -> dict[tuple[str, str], Score]:
    options = {"profile": tiny.PROFILE, "weights": "seeded:1", "device": "cpu"} | options
    records = s2vbench.score(cases=cases, metrics=list(metrics), **options)
    return {(record.case, record.metric): record for record in records}


def run(cases: Path, out: Path, *options: str, metrics: tuple[str, ...] = QUICK) -> int:
    chosen = [part for metric in metrics for part in ("--metric", metric)]
    if "--profile" not in options:
        chosen += ["--profile", tiny.PROFILE]
    return run_app(["score", "--cases", str(cases), "--weights", "seeded:1", *chosen, *options, "--out", str(out)])
