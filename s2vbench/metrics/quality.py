"""Picture quality: aesthetics and imaging, frame by frame."""

from __future__ import annotations

import math

import numpy as np

from s2vbench.features.engine import Features
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.metrics.consistency import VBENCH
from s2vbench.types import Case


def aesthetic_quality(_: Case, features: Features) -> Measurement:
    """Mean over frames of the LAION aesthetic score / 10."""
    frames = features["aesthetic_frames"].astype(np.float64) / 10
    return Measurement.mean_of(frames, frames=frames.tolist())


def imaging_quality(_: Case, features: Features) -> Measurement:
    """Mean over frames of the MUSIQ score / 100; the raw scores of the frames are in the parts."""
    raw = features["imaging_frames"].astype(np.float64)
    return Measurement.mean_of(raw / 100, frames_0_to_100=raw.tolist())


AESTHETIC_QUALITY = Metric(
    name="aesthetic_quality",
    version=1,
    compute=aesthetic_quality,
    bounds=(-math.inf, math.inf),
    higher_is_better=True,
    needs=("aesthetic_frames",),
    summary="LAION aesthetic score of the frames, divided by 10",
    source=VBENCH,
    catches="dull composition, poor light, artefacts that people dislike",
    blind_to="prompt, subjects and time; nothing clamps it, trained heads stay within about 0..1",
)

IMAGING_QUALITY = Metric(
    name="imaging_quality",
    version=1,
    compute=imaging_quality,
    bounds=(-math.inf, math.inf),
    higher_is_better=True,
    needs=("imaging_frames",),
    summary="MUSIQ (SPAQ) technical quality of the frames, divided by 100",
    source=VBENCH,
    catches="blur, noise, over-exposure, compression",
    blind_to="prompt, subjects and time; nothing clamps it, trained networks stay within about 0..1",
)
