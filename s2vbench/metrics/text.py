"""Prompt following: video and text in one space."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.types import Case


def cosine(a_D: npt.NDArray[Any], b_D: npt.NDArray[Any]) -> float:
    """Cosine of two vectors, in -1..1; 0 where one of them is zero.

    >>> cosine(np.array([1.0, 0.0]), np.array([1.0, 1.0])).__round__(4)
    0.7071
    """
    a, b = a_D.astype(np.float64), b_D.astype(np.float64)
    norms = float(np.linalg.norm(a)) * float(np.linalg.norm(b))
    return float(np.clip(float(a @ b) / norms, -1, 1)) if norms > 0 else 0.0


def viclip_score(case: Case, features: Features) -> Measurement:
    """Cosine of the ViCLIP features of eight frames and of the prompt; no temperature, no clamp at 0.

    Raises:
        NotApplicable: the prompt is empty or blank.
    """
    if not case.prompt.strip():
        raise NotApplicable("the prompt is empty")
    value = cosine(features["viclip_video"], features["viclip_text"])
    return Measurement(value, value, 1)


VICLIP_SCORE = Metric(
    name="viclip_score",
    version=1,
    compute=viclip_score,
    bounds=(-1.0, 1.0),
    higher_is_better=True,
    needs=("viclip_video", "viclip_text"),
    summary="ViCLIP cosine of video and prompt (VBench's overall consistency)",
    source="ViCLIP, arXiv 2307.06942; VBench, arXiv 2311.17982; official package vbench 0.1.5",
    catches="a video that shows something else than the prompt says",
    blind_to="a prompt's text after 30 tokens; which subject does what; 8 frames are looked at",
)
