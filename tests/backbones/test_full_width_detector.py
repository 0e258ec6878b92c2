"""Grounding DINO at its published sizes on one drawn frame: about a minute and 4 GB."""

from __future__ import annotations

import gc

import numpy as np
import pytest
import torch

from s2vbench.backbones.protocols import Detections
from s2vbench.backbones.published_subjects import GROUNDING_DINO_SWINT_OGC, GROUNDING_DINO_SWINT_OGC_PY
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.backbones.weights import load_network, resolve
from tests.clips import scene
from tests.detectors import nearest

pytestmark = pytest.mark.parity

PHRASES = ["a dog", "red car"]


def answer(spec: BackboneSpec) -> Detections:
    weights = resolve([spec], "seeded:20261120", allow_unverified=False)[spec.name]
    network = load_network(weights, torch.device("cpu"), torch.float32)
    found: list[Detections] = network.detect([scene(512, 896)], PHRASES)  # type: ignore[operator]
    # One network at a time: each holds 0.7 GB.
    del network
    gc.collect()
    return found[0]


def test_both_backends_find_the_same_boxes_at_full_width() -> None:
    a, b = answer(GROUNDING_DINO_SWINT_OGC), answer(GROUNDING_DINO_SWINT_OGC_PY)
    assert a.boxes_N4.shape == b.boxes_N4.shape == (900, 4)
    assert a.scores_N.max() < 0.99
    assert np.ptp(a.scores_N) > 0.3
    assert abs(np.sort(a.scores_N) - np.sort(b.scores_N)).max() <= 5e-4
    for one, other in ((a, b), (b, a)):
        boxes_px, scores = nearest(one, other)
        assert boxes_px.max() <= 0.25
        assert scores.max() <= 5e-4
    # Nearly all queries keep their places, and differ less than those that do not.
    places_px = abs(a.boxes_N4 - b.boxes_N4).max(axis=1)
    kept = places_px <= 0.02
    assert kept.mean() > 0.95
    assert abs(a.phrase_scores_NP - b.phrase_scores_NP)[kept].max() <= 1e-4
