"""Scores of the metrics about subjects with both backends at their published sizes: minutes and 7 GB."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

import s2vbench
from s2vbench.metrics.base import TABLE_1
from s2vbench.profiles import load_profile
from s2vbench.types import Score
from tests.clips import moving_square, scene, write_cases

pytestmark = pytest.mark.parity

TOLERANCE = 2e-3
"""A mask pixel at the threshold moves a crop by one grey value in a thousand; measured differences are far below."""


def scores(cases: Path, **backends: str) -> dict[str, Score]:
    metrics = [name for name in load_profile("paper").metrics if name not in TABLE_1[:6]]
    records = s2vbench.score(
        cases=cases, weights="seeded", metrics=metrics, frame_stride=40, device="cpu", limit=1, **backends
    )
    return {record.metric: record for record in records}


def test_both_backends_give_the_same_scores_at_full_width(tmp_path: Path) -> None:
    cases = write_cases(tmp_path, {"clip": moving_square(33, 512, 896)}, {"clip": "a white square slides"})
    Image.fromarray(moving_square(1, 480, 640)[0]).save(tmp_path / "square.png")
    Image.fromarray(scene(480, 640)[::-1]).save(tmp_path / "other.png")
    entries = json.loads(cases.read_text())
    entries[0]["references"] = [
        {"id": "square", "noun": "white square", "kind": "object", "image": "square.png"},
        {"id": "field", "noun": "field of colours", "kind": "object", "image": "other.png"},
    ]
    cases.write_text(json.dumps(entries))
    ours = scores(cases, segmenter="sam_vit_b")
    original = scores(cases, segmenter="sam_vit_b_official", detector="grounding_dino_swint_ogc_py")
    assert ours.keys() == original.keys()
    values = 0
    for name, record in ours.items():
        assert record.outcome == original[name].outcome, (name, record.reason, original[name].reason)
        assert record.comparability != original[name].comparability or name == "first_frame_flash"
        if record.value is not None:
            values += 1
            assert record.value == pytest.approx(original[name].value, abs=TOLERANCE), name
    assert values >= 8
