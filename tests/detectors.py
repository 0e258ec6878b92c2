"""Miniature detectors on seeded weights, and how to compare what two of them find."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import torch

from s2vbench.backbones.grounding_dino import GroundingDino
from s2vbench.backbones.groundingdino_py import GroundingDinoPy
from s2vbench.backbones.precision import DTYPES, Precision
from s2vbench.backbones.protocols import Detections
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.backbones.weights import load_network, resolve
from s2vbench.types import FramesU8
from tests.clips import noise, scene
from tests.tiny_detector import DETECTOR, DETECTOR_PY

BOTH = [DETECTOR, DETECTOR_PY]
DOG_AND_CAR = ["a dog", "red car"]
IMAGES: list[FramesU8] = [scene(128, 224), noise(1, 200, 160)[0], noise(1, 128, 224, seed=1)[0]]


def fresh(spec: BackboneSpec, precision: Precision = "fp32", seed: int = 3) -> GroundingDino | GroundingDinoPy:
    weights = resolve([spec], f"seeded:{seed}", allow_unverified=False)[spec.name]
    return load_network(weights, torch.device("cpu"), DTYPES[precision])  # type: ignore[return-value]


@cache
def detector(name: str, precision: Precision = "fp32", seed: int = 3) -> GroundingDino | GroundingDinoPy:
    return fresh(next(spec for spec in BOTH if spec.name == name), precision, seed)


def nearest(a: Detections, b: Detections) -> tuple[np.ndarray, np.ndarray]:
    """For each query of `a` the distance in pixels and in score to the query of `b` that is most like it.

    Queries of nearly equal first-stage scores may change places, so places are not compared.
    """
    box_NN = abs(a.boxes_N4[:, None] - b.boxes_N4).max(axis=2)
    score_NN = abs(a.phrase_scores_NP[:, None] - b.phrase_scores_NP).max(axis=2)
    best_N = (box_NN + 100 * score_NN).argmin(axis=1)
    rows = np.arange(len(best_N))
    return box_NN[rows, best_N], score_NN[rows, best_N]


def assert_same(found: Sequence[Detections], expected: Sequence[Detections], *, px: float, score: float) -> None:
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        boxes, scores = nearest(a, b)
        assert boxes.max() <= px
        assert scores.max() <= score
        assert abs(np.sort(a.scores_N) - np.sort(b.scores_N)).max() <= score
