"""Control videos of a few shipped cases, scored with their truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from s2vbench.generators.base import VideoShape
from s2vbench.run.folder import current_scores
from s2vbench.run.generate import GenerateRequest, generate
from s2vbench.run.request import ScoreRequest
from s2vbench.run.score import score
from s2vbench.testsets.folder import S2V400, TestSet, load_testset
from s2vbench.types import Score
from tests.world.colours import PROFILE

SHAPE = VideoShape(240, 136, 33, 16.0)


def chosen(ids: Sequence[str]) -> TestSet:
    """Some cases of the shipped test set, which still measures chance on all of them."""
    whole = load_testset(S2V400)
    return replace(whole, cases=[case for case in whole.cases if case.id in ids])


def run_control(
    control: str, out: Path, cases: Sequence[str], metrics: Sequence[str] | None = None, frame_stride: int = 4
) -> dict[str, dict[str, Score]]:
    """Metric -> case -> record of one control."""
    generate(GenerateRequest(f"control:{control}", S2V400, out, shape=SHAPE, only=tuple(cases)))
    request = ScoreRequest(
        cases=S2V400,
        out=out,
        only=tuple(cases),
        videos=out / "videos",
        model=f"control:{control}",
        profile=PROFILE,
        weights="seeded:1",
        metrics=list(metrics) if metrics else None,
        use_cache=False,
        truth=out / "videos",
        frame_stride=frame_stride,
        device="cpu",
    )
    score(request)
    found: dict[str, dict[str, Score]] = defaultdict(dict)
    for row in current_scores(out):
        found[row.metric][row.case] = row
    return found
