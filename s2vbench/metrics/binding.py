"""Binding: does the instance that stands for a subject look like that subject, and like no other one?

Shape letters: F looked-at frames, M instances of all frames together, J judged subjects.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.features.subjects.tracks import Doubles
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.metrics.subjects import NEEDS, Binding, bind, mean_of_known, series
from s2vbench.types import Case

COLLAPSED_BELOW = 0.25
FULL_SWAP = (
    "a full swap of two subjects of one noun, because nothing says which place in the scene belongs to which of them"
)


def _mean_of_pairs(binding: Binding, values_FJ: Doubles, **more: Any) -> Measurement:
    """Mean over the pairs of frame and subject that are not NaN."""
    known = values_FJ[np.isfinite(values_FJ)]
    if not len(known):
        raise NotApplicable(f"every subject is narrower than {binding.tracks.policy.min_side_px} pixels in every frame")
    presence_FJ = binding.presence_FJ()
    parts = binding.parts(
        subjects=binding.by_subject(mean_of_known(values_F) for values_F in values_FJ.T),
        series=binding.by_subject(series(values_F) for values_F in values_FJ.T),
        **more,
    )
    found = Measurement.mean_of(known, **parts)
    return replace(found, n_absent=int(np.sum(presence_FJ == 0)), n_na=int(np.sum(np.isnan(presence_FJ))))


def bound_identity(_: Case, features: Features) -> Measurement:
    """Mean over frames and judged subjects of the assigned instance's normalised identity, 0..1.2; 0 where missing.

    `n`, `n_absent` (missing) and `n_na` (too small) count pairs of frame and subject.

    Raises:
        NotApplicable: no subject can be judged, or each one is too small wherever it was found.
    """
    binding = bind(features)
    return _mean_of_pairs(binding, binding.pairs_FJ(binding.identity_MJ, 0.0))


def margins_of(compared_MJ: Doubles) -> Doubles:
    """How much more each instance is like a subject than like the next best of the others, (M, J), in -1.2..1.2.

    Source: s2vbench; MuDI (arXiv 2404.04243) contrasts similarity to the own and to the other subjects likewise.

    Args:
        compared_MJ: identity on one scale, 0..1.2; J >= 2.

    >>> margins_of(np.array([[0.75, 0.25, 0.5]])).tolist()
    [[0.25, -0.5, -0.25]]
    """
    others = [np.delete(compared_MJ, subject, axis=1).max(axis=1) for subject in range(compared_MJ.shape[1])]
    return np.asarray(compared_MJ - np.column_stack(others))


def binding_margin(_: Case, features: Features) -> Measurement:
    """Mean over assigned pairs of frame and subject of `margins_of`, -1.2..1.2.

    Where a judged subject is not calibrated, cosines (negative ones as 0) are compared instead of normalised identity.
    `n` counts assigned pairs; missing ones are counted in `n_absent` and have no margin.

    Raises:
        NotApplicable: fewer than two subjects can be judged, or no instance is assigned that is large enough.
    """
    binding = bind(features)
    if len(binding.judged_J) < 2:
        raise NotApplicable("a margin needs 2 subjects that can be judged; the case has 1")
    margins_FJ = binding.pairs_FJ(margins_of(binding.compared_MJ), np.nan)
    known = margins_FJ[np.isfinite(margins_FJ)]
    if not len(known):
        raise NotApplicable("no subject is found in any frame in a size that can be judged")
    scale = "identity" if binding.compared_MJ is binding.identity_MJ else "cosine"
    return _mean_of_pairs(binding, margins_FJ, negative_share=float(np.mean(known < 0)), scale=scale)


def collapse_rate(_: Case, features: Features) -> Measurement:
    """Share of pairs of frame and judged subject whose identity is below 0.25, missing ones included, 0..1.

    Lower is better. `n`, `n_absent` and `n_na` count pairs as in `bound_identity`.

    Raises:
        NotApplicable: no subject can be judged, or each one is too small wherever it was found.
    """
    binding = bind(features)
    collapsed_MJ = (binding.identity_MJ < COLLAPSED_BELOW).astype(np.float64)
    return _mean_of_pairs(binding, binding.pairs_FJ(collapsed_MJ, 1.0))


BOUND_IDENTITY = Metric(
    name="bound_identity",
    version=1,
    compute=bound_identity,
    bounds=(0.0, 1.2),
    higher_is_better=True,
    needs=NEEDS,
    summary="how much each subject looks like its references, one instance for each, 0 where it is missing",
    source="s2vbench; assignment as in MultiID-Bench, missing as 0 as in MSRVTT-Personalization, arXiv 2501.06187",
    catches="a subject that is missing or looks like somebody else, whatever the other subjects look like",
    blind_to=f"{FULL_SWAP}; a pasted reference scores as high as a subject seen anew",
)

BINDING_MARGIN = Metric(
    name="binding_margin",
    version=1,
    compute=binding_margin,
    bounds=(-1.2, 1.2),
    higher_is_better=True,
    needs=NEEDS,
    summary="how much more each subject looks like itself than like another subject of the case",
    source="s2vbench; MuDI, arXiv 2404.04243",
    catches="subjects that blend into each other; swapped ones where their nouns differ",
    blind_to=f"{FULL_SWAP}; subjects that are missing; references that look alike leave no margin to reach",
)

COLLAPSE_RATE = Metric(
    name="collapse_rate",
    version=1,
    compute=collapse_rate,
    bounds=(0.0, 1.0),
    higher_is_better=False,
    needs=NEEDS,
    summary="share of frames and subjects where identity is lost (below 0.25) or the subject is missing",
    source="s2vbench; SCR, arXiv 2603.26078",
    catches="subjects that melt into one another or into the average of their class",
    blind_to=f"{FULL_SWAP}; without calibration the limit is a plain cosine, which differs from class to class",
)
