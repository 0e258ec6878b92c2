"""What a cosine with a subject's references is worth: views of the same individual and of others set the scale.

Shape letters: K subjects, V reference views.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from s2vbench.features.subjects.tracks import Bools, Doubles, Tracks

LEAST_SEPARATION = 0.05
NEGATIVES_FOR_A_PERCENTILE = 20
MOST_IDENTITY = 1.2


@dataclass(frozen=True)
class Calibration:
    """What a cosine with one subject's references is worth.

    The defaults are those of an uncalibrated subject: identity is the cosine itself, and the detector decides alone.
    """

    mean_positive: float = 1.0
    mean_negative: float = 0.0
    threshold: float | None = None
    """Least cosine of an instance that stands for the subject; None where no two kinds of views set it."""

    @property
    def calibrated(self) -> bool:
        """Whether held-out views and distractors set the scale."""
        return self.threshold is not None

    def identity(self, raw: Doubles) -> Doubles:
        """Cosines (any shape) as normalised identity, 0..1.2: 0 is another individual, 1 an unseen view of this one.

        >>> Calibration(0.75, 0.25, 0.5).identity(np.array([0.25, 0.5, 0.75, 0.95])).tolist()
        [0.0, 0.5, 1.0, 1.2]
        >>> Calibration().identity(np.array([-0.25, 0.25])).tolist()
        [0.0, 0.25]
        """
        scale = self.mean_positive - self.mean_negative
        return np.clip((raw - self.mean_negative) / scale, 0.0, MOST_IDENTITY)

    def accepts(self, raw: Doubles) -> Bools:
        """Where cosines (any shape) reach the threshold; everywhere for an uncalibrated subject."""
        return raw >= (-np.inf if self.threshold is None else self.threshold)


def calibration_of(positives: Sequence[float], negatives: Sequence[float]) -> Calibration:
    """The scale that a subject's own views set.

    Source: s2vbench; thresholds from impostors are face verification's practice. The threshold is the 95th percentile
    of at least 20 negatives (higher of two neighbours), with fewer the middle of the two means. Means less than 0.05
    apart tell nothing, and the subject stays uncalibrated.

    Args:
        positives: cosines of condition views with held-out views.
        negatives: cosines of condition views with distractors.

    >>> calibration_of([0.875, 0.625], [0.25])
    Calibration(mean_positive=0.75, mean_negative=0.25, threshold=0.5)
    >>> calibration_of([0.5], []).calibrated
    False
    """
    if not positives or not negatives:
        return Calibration()
    positive, negative = math.fsum(positives) / len(positives), math.fsum(negatives) / len(negatives)
    if positive - negative < LEAST_SEPARATION:
        return Calibration()
    threshold = (positive + negative) / 2
    if len(negatives) >= NEGATIVES_FOR_A_PERCENTILE:
        threshold = float(np.percentile(negatives, 95, method="higher"))
    return Calibration(positive, negative, threshold)


def calibrate(tracks: Tracks, views_VV: Doubles) -> list[Calibration]:
    """One calibration for each of the K subjects, from the cosines of their views with each other."""
    found = []
    for subject in range(len(tracks.subjects)):
        condition = tracks.views_of(subject, "condition")
        positives = views_VV[np.ix_(condition, tracks.views_of(subject, "heldout"))]
        negatives = views_VV[np.ix_(condition, tracks.views_of(subject, "distractor"))]
        found.append(calibration_of(positives.ravel().tolist(), negatives.ravel().tolist()))
    return found
