"""Presence: is every subject in the video, once, and nothing else of its kind?

Shape letters: F looked-at frames, M instances of all frames together, J judged subjects, U subjects not judged.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.features.subjects.tracks import Bools, Doubles, Ints
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.metrics.subjects import (
    NEEDS,
    Binding,
    best_assignment,
    bind,
    mean_of_known,
    not_judged,
    series,
)
from s2vbench.types import Case

CASE_SUCCESS = 0.5
LEAST_EXTRA_AREA = 0.01
DETECTOR = "a subject that the detector misses counts as absent"


def presence_recall(_: Case, features: Features) -> Measurement:
    """Mean over judged subjects of the share of assessable frames that show them, 0..1.

    A subject that is asked for n times counts with the share of its n slots that are filled. `n` counts subjects;
    `n_absent` and `n_na` count pairs of frame and subject.

    Raises:
        NotApplicable: no subject can be judged, or each one is too small wherever it was found.
    """
    binding = bind(features)
    presence_FJ = binding.presence_FJ()
    shares_J = [mean_of_known(presence_F) for presence_F in presence_FJ.T]
    known = np.array([share for share in shares_J if share is not None])
    if not len(known):
        raise NotApplicable(f"every subject is narrower than {binding.tracks.policy.min_side_px} pixels in every frame")
    parts = binding.parts(
        subjects=binding.by_subject(shares_J), series=binding.by_subject(series(values) for values in presence_FJ.T)
    )
    found = Measurement.mean_of(known, **parts)
    return replace(found, n_absent=int(np.sum(presence_FJ == 0)), n_na=int(np.sum(np.isnan(presence_FJ))))


def all_present_rate(_: Case, features: Features) -> Measurement:
    """Share of assessable frames that show every judged subject as often as asked for, 0..1.

    `n` counts frames, `n_absent` those that lack a subject, `n_na` those left out because one is too small.

    Raises:
        NotApplicable: no subject can be judged, or each frame has one that is too small.
    """
    binding = bind(features)
    slots_FS = binding.slots_FS(np.ones_like(binding.raw_MJ), 0.0)
    complete_F = np.where(np.isnan(slots_FS).any(axis=1), np.nan, np.all(slots_FS == 1, axis=1))
    known = complete_F[np.isfinite(complete_F)]
    if not len(known):
        least_px = binding.tracks.policy.min_side_px
        raise NotApplicable(f"in every frame some subject is narrower than {least_px} pixels")
    success = float(np.mean(known)) >= CASE_SUCCESS
    found = Measurement.mean_of(known, **binding.parts(case_success=success, series=series(complete_F)))
    return replace(found, n_absent=int(np.sum(known == 0)), n_na=len(complete_F) - len(known))


def excess_FJ(binding: Binding) -> Ints:
    """How many instances of each judged subject there are beyond those asked for; negative where some lack.

    Source: s2vbench; the count rule of MuDI (arXiv 2404.04243), for video. An instance counts for the one subject it
    is most like (in a tie the one it is assigned to, else the first), and not at all where it is too small. No copy is
    told from another individual without calibration: an uncalibrated subject may also have the prompt's further
    instances and those of subjects of its noun that cannot be judged.
    """
    tracks = binding.tracks
    highest_M1 = binding.compared_MJ.max(axis=1, keepdims=True)
    owner_M = binding.compared_MJ.argmax(axis=1)
    for slot, subject in enumerate(binding.slot_subject_S):
        assigned = binding.assigned_FS[:, slot]
        assigned = assigned[assigned >= 0]
        tied = binding.compared_MJ[assigned, subject] == highest_M1[assigned, 0]
        owner_M[assigned[tied]] = subject
    owned_MJ = owner_M[:, None] == np.arange(len(binding.judged_J))
    counted_MJ = binding.candidate_MJ & owned_MJ & ~binding.small_M[:, None]
    counts_FJ = np.zeros((len(tracks.frames_F), len(binding.judged_J)), np.int64)
    np.add.at(counts_FJ, tracks.frame_M, counted_MJ)
    return np.asarray(counts_FJ - [_expected(binding, position) for position in range(len(binding.judged_J))])


def _expected(binding: Binding, position: int) -> int:
    tracks = binding.tracks
    subject = tracks.subjects[binding.judged_J[position]]
    if binding.calibrations_J[position].calibrated:
        return subject.expected_count
    unjudged = not_judged(tracks)
    twins = [other for other in tracks.subjects if other.id in unjudged and other.noun == subject.noun]
    return subject.expected_count + tracks.expected_extra + sum(twin.expected_count for twin in twins)


def duplication_rate(_: Case, features: Features) -> Measurement:
    """Share of frames that show some judged subject more often than asked for, 0..1; lower is better.

    Raises:
        NotApplicable: no subject can be judged.
    """
    binding = bind(features)
    more_FJ = np.maximum(excess_FJ(binding), 0)
    duplicated_FJ: Doubles = (more_FJ > 0).astype(np.float64)
    parts = binding.parts(
        excess=float(more_FJ.mean()),
        subjects=binding.by_subject(duplicated_FJ.mean(axis=0).tolist()),
        series=binding.by_subject(more_FJ.T.tolist()),
    )
    return Measurement.mean_of(duplicated_FJ.max(axis=1), **parts)


def extras_F(binding: Binding) -> Ints:
    """How many objects of the subjects' classes each frame shows beside the assigned ones.

    Source: s2vbench. Counted are accepted instances above 1 % of the frame, one for each object. Subjects that cannot
    be judged are still expected, and take as many of the rest as they may.
    """
    tracks = binding.tracks
    rest_M = binding.distinct_M & (tracks.area_M > LEAST_EXTRA_AREA)
    rest_M[binding.assigned_FS[binding.assigned_FS >= 0]] = False
    unjudged = not_judged(tracks)
    slots_U = [
        k for k, subject in enumerate(tracks.subjects) if subject.id in unjudged for _ in range(subject.expected_count)
    ]
    phrase_MU = tracks.phrase_scores_MK[:, slots_U]
    allowed_MU: Bools = rest_M[:, None] & (phrase_MU >= tracks.policy.text_threshold)
    counts_F = np.zeros(len(tracks.frames_F), np.int64)
    for row in range(len(counts_F)):
        of_frame = tracks.frame_M == row
        taken = best_assignment(np.zeros_like(phrase_MU[of_frame]), allowed_MU[of_frame], phrase_MU[of_frame])
        counts_F[row] = np.sum(rest_M[of_frame]) - np.sum(taken >= 0)
    return counts_F


def extra_subject_rate(_: Case, features: Features) -> Measurement:
    """Share of frames with more further objects of the subjects' classes than asked for, 0..1; lower is better.

    Raises:
        NotApplicable: no subject can be judged.
    """
    binding = bind(features)
    counts_F = extras_F(binding)
    expected = binding.tracks.expected_extra
    parts = binding.parts(expected_extra=expected, series=counts_F.tolist())
    return Measurement.mean_of((counts_F > expected).astype(np.float64), **parts)


PRESENCE_RECALL = Metric(
    name="presence_recall",
    version=1,
    compute=presence_recall,
    bounds=(0.0, 1.0),
    higher_is_better=True,
    needs=NEEDS,
    summary="share of frames that show each subject, one instance for each",
    source="s2vbench; recall as in MSRVTT-Personalization's Face-S, arXiv 2501.06187",
    catches="a subject that is left out, or leaves the video before its end",
    blind_to=f"another individual of the class where no held-out views and distractors calibrate identity; {DETECTOR}",
)

ALL_PRESENT_RATE = Metric(
    name="all_present_rate",
    version=1,
    compute=all_present_rate,
    bounds=(0.0, 1.0),
    higher_is_better=True,
    needs=NEEDS,
    summary="share of frames that show all subjects together",
    source="s2vbench; recall as in MSRVTT-Personalization's Face-S, arXiv 2501.06187",
    catches="subjects that appear by turns and never together",
    blind_to=f"which subject is missing, and a scene that rightly shows one after the other; {DETECTOR}",
)

DUPLICATION_RATE = Metric(
    name="duplication_rate",
    version=1,
    compute=duplication_rate,
    bounds=(0.0, 1.0),
    higher_is_better=False,
    needs=NEEDS,
    summary="share of frames that show a subject more often than the prompt asks for",
    source="s2vbench; MuDI's count rule, arXiv 2404.04243",
    catches="a subject that is drawn twice",
    blind_to="a mirror or a photograph in the scene counts as a copy; a copy that mostly hides the other one, or is "
    "narrower than the policy's least side, does not; neither do, without calibration, copies among further instances "
    "that the prompt asks for",
)

EXTRA_SUBJECT_RATE = Metric(
    name="extra_subject_rate",
    version=1,
    compute=extra_subject_rate,
    bounds=(0.0, 1.0),
    higher_is_better=False,
    needs=NEEDS,
    summary="share of frames with more objects of the subjects' classes than the prompt asks for",
    source="s2vbench",
    catches="other individuals of a subject's class, such as those that leak from a reference picture; copies too",
    blind_to="classes that no subject is named by; objects of at most 1 % of the frame",
)
