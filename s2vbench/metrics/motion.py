"""Motion smoothness: can each odd frame be guessed from its neighbours?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from s2vbench.features.engine import Features
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.metrics.consistency import VBENCH
from s2vbench.types import Case


def smoothness_of_errors(errors_P: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Interpolation errors in 0..255 to smoothness in 0..1: (255 - e) / 255, as VBench (arXiv 2311.17982).

    >>> smoothness_of_errors(np.array([0.0, 51.0])).tolist()
    [1.0, 0.8]
    """
    return (255.0 - np.asarray(errors_P, dtype=np.float64)) / 255.0


def motion_smoothness(_: Case, features: Features) -> Measurement:
    """Mean of `smoothness_of_errors` over frame pairs."""
    pairs = smoothness_of_errors(features["interpolation_errors"])
    return Measurement.mean_of(pairs, pairs=pairs.tolist())


MOTION_SMOOTHNESS = Metric(
    name="motion_smoothness",
    version=1,
    compute=motion_smoothness,
    bounds=(0.0, 1.0),
    higher_is_better=True,
    needs=("interpolation_errors",),
    summary="how well an interpolator (AMT-S) guesses each odd frame from its neighbours",
    source=VBENCH,
    catches="jitter, flicker, jumps",
    blind_to="a still video scores nearly 1; slow wrong motion is as good as slow right motion",
)
