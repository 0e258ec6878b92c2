"""Subject and background consistency: how much frames change against the first and the previous one.

Shape letters: T frames, D feature width.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.types import Case

VBENCH = "VBench, arXiv 2311.17982; official package vbench 0.1.5"


def consistency_of_frames(features_TD: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """How alike each frame is to the previous and the first one: (T - 1,) in 0..1, one value a frame from the second.

    s_i = (max(0, cos(f_i, f_{i-1})) + max(0, cos(f_i, f_0))) / 2, as VBench (arXiv 2311.17982) computes it; the second
    frame is compared with the first one twice.

    Args:
        features_TD: one feature vector a frame, any norm; T >= 2.

    Raises:
        NotApplicable: fewer than two frames.

    >>> consistency_of_frames(np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 1.0]])).tolist()
    [0.0, 0.5]
    """
    if len(features_TD) < 2:
        raise NotApplicable(f"the video has {len(features_TD)} frame; consistency needs at least 2")
    features = features_TD.astype(np.float64)
    # The floor is F.normalize's: a feature of zeros is like nothing, and no division by zero.
    unit_TD = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
    to_previous = np.sum(unit_TD[1:] * unit_TD[:-1], axis=1)
    to_first = unit_TD[1:] @ unit_TD[0]
    result: npt.NDArray[np.float64] = (np.maximum(to_previous, 0) + np.maximum(to_first, 0)) / 2
    return np.minimum(result, 1.0)


def subject_consistency(_: Case, features: Features) -> Measurement:
    """Mean of `consistency_of_frames` on DINO features."""
    frames = consistency_of_frames(features["dino_frames"])
    return Measurement.mean_of(frames, frames=frames.tolist())


def background_consistency(_: Case, features: Features) -> Measurement:
    """Mean of `consistency_of_frames` on CLIP ViT-B/32 features."""
    frames = consistency_of_frames(features["clip_frames"])
    return Measurement.mean_of(frames, frames=frames.tolist())


SUBJECT_CONSISTENCY = Metric(
    name="subject_consistency",
    version=1,
    compute=subject_consistency,
    bounds=(0.0, 1.0),
    higher_is_better=True,
    needs=("dino_frames",),
    aggregate="items",
    summary="DINO similarity of each frame to the first and the previous one",
    source=VBENCH,
    catches="a subject whose shape or identity changes during the video",
    blind_to="a still video scores 1; what the reference images show is never looked at",
)

BACKGROUND_CONSISTENCY = Metric(
    name="background_consistency",
    version=1,
    compute=background_consistency,
    bounds=(0.0, 1.0),
    higher_is_better=True,
    needs=("clip_frames",),
    aggregate="items",
    summary="CLIP similarity of each frame to the first and the previous one",
    source=VBENCH,
    catches="a scene that changes during the video",
    blind_to="a still video scores 1; the whole frame counts, subjects included",
)
