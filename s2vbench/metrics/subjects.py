"""Which instance stands for which subject: one object seen twice, one instance for each subject.

A subject is judged where it was found in its own references. Metrics of the family count pairs of frame and judged
subject; a subject that the prompt asks for n times has n slots, and its pair is the mean over them.

Shape letters: F looked-at frames, M instances of all frames together, K subjects, J judged subjects, S slots of judged
subjects, V reference views, N instances of one frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.features.subjects.tracks import Bools, CropSimilarity, Doubles, Ints, Tracks
from s2vbench.metrics.calibration import Calibration, calibrate

NEEDS = ("tracks", "identity_crops")
SAME_IOU, SAME_IOU_OF_ONE_SUBJECT, SAME_INSIDE = 0.9, 0.5, 0.8
# An instance of identity 0 still beats an empty slot, and equal identities go to the better phrase. Both are far
# below any difference of identities that means something.
FILLED_BONUS, PHRASE_WEIGHT = 1e-6, 1e-9


def not_judged(tracks: Tracks) -> dict[str, str]:
    """Ids of subjects that cannot be judged, with the reason."""
    reasons = {}
    for index, subject in enumerate(tracks.subjects):
        if subject.missing_reason is not None:
            reasons[subject.id] = subject.missing_reason
        elif not tracks.views_of(index, "condition"):
            reasons[subject.id] = "it has no condition view"
    return reasons


def judged_subjects(tracks: Tracks) -> list[int]:
    """Positions in `tracks.subjects` of the subjects that can be judged.

    Raises:
        NotApplicable: there is none.
    """
    if not tracks.subjects:
        raise NotApplicable("the case has no subjects")
    reasons = not_judged(tracks)
    judged = [index for index, subject in enumerate(tracks.subjects) if subject.id not in reasons]
    if not judged:
        raise NotApplicable(f"no subject can be judged: {'; '.join(f'{id_}: {why}' for id_, why in reasons.items())}")
    return judged


def distinct_objects(shared_NN: Doubles, eligible_NK: Bools) -> Bools:
    """Which instances of one frame are no second sight of a better one: (N,).

    Source: s2vbench, non-maximum suppression on masks. Two instances are one object if their IoU is above 0.9, or if
    one subject may be either of them and the IoU is above 0.5 or more than 0.8 of the smaller mask lies in the other.
    An empty mask is the same as nothing.

    Args:
        shared_NN: area that two masks share, the diagonal a mask's own; the best instance first.
        eligible_NK: which subjects an instance may stand for.

    >>> inside = np.array([[0.40, 0.09], [0.09, 0.10]])
    >>> distinct_objects(inside, np.array([[True], [True]])).tolist()
    [True, False]
    >>> distinct_objects(inside, np.array([[True, False], [False, True]])).tolist()
    [True, True]
    """
    area_N = np.diagonal(shared_NN)
    union_NN = area_N[:, None] + area_N[None] - shared_NN
    smaller_NN = np.minimum(area_N[:, None], area_N[None])
    solid_NN = smaller_NN > 0
    iou_NN, inside_NN = (
        np.divide(shared_NN, whole_NN, out=np.zeros_like(shared_NN), where=solid_NN)
        for whole_NN in (union_NN, smaller_NN)
    )
    rivals_NN = np.any(eligible_NK[:, None] & eligible_NK[None], axis=2)
    alike_NN = (iou_NN > SAME_IOU_OF_ONE_SUBJECT) | (inside_NN > SAME_INSIDE)
    same_NN = (iou_NN > SAME_IOU) | (rivals_NN & alike_NN)
    distinct_N = np.ones(len(shared_NN), bool)
    for later in range(1, len(shared_NN)):
        distinct_N[later] = not np.any(same_NN[later, :later] & distinct_N[:later])
    return distinct_N


def best_assignment(identity_NS: Doubles, allowed_NS: Bools, phrase_NS: Doubles) -> Ints:
    """The instance of each slot, (S,), -1 where none: the assignment of the highest sum of identities.

    Source: s2vbench; MultiID-Bench matches generated and reference people with the Hungarian algorithm. No instance
    fills two slots. Filling a slot is worth 1e-6, so that an instance of identity 0 is taken rather than none; equal
    identities go to the higher phrase score.

    >>> identity = np.array([[0.75, 0.5], [0.5, 0.0]])
    >>> best_assignment(identity, np.ones((2, 2), bool), np.ones((2, 2))).tolist()
    [1, 0]
    >>> best_assignment(identity, np.array([[True, False], [True, False]]), np.ones((2, 2))).tolist()
    [0, -1]
    """
    from scipy.optimize import linear_sum_assignment

    worth_NS = np.where(allowed_NS, identity_NS + FILLED_BONUS + PHRASE_WEIGHT * phrase_NS, 0.0)
    instances, slots = linear_sum_assignment(worth_NS, maximize=True)
    taken = allowed_NS[instances, slots]
    found_S = np.full(identity_NS.shape[1], -1, np.int64)
    found_S[slots[taken]] = instances[taken]
    return found_S


@dataclass(frozen=True)
class Binding:
    """Which instance stands for which judged subject, frame by frame."""

    tracks: Tracks
    judged_J: list[int]
    """Positions in `tracks.subjects`."""
    calibrations_J: list[Calibration]
    raw_MJ: Doubles
    """Highest cosine with a condition view of the subject, -1..1."""
    identity_MJ: Doubles
    """Normalised identity, 0..1.2."""
    compared_MJ: Doubles
    """Identity on one scale for all subjects: normalised where all of them are calibrated, else the cosine, 0..1.2."""
    distinct_M: Bools
    """Accepted, and no second sight of another instance."""
    candidate_MJ: Bools
    """Distinct instances that the detector and the threshold let stand for the subject."""
    slot_subject_S: Ints
    """Positions in `judged_J`, one for each time that the prompt asks for the subject."""
    assigned_FS: Ints
    """Instance of each slot, -1 where none."""

    @property
    def small_M(self) -> Bools:
        """Instances whose box is too narrow to be judged."""
        sides_M2 = self.tracks.boxes_M4[:, 2:] - self.tracks.boxes_M4[:, :2]
        return np.asarray(sides_M2.min(axis=1) < self.tracks.policy.min_side_px)

    @property
    def ids(self) -> list[str]:
        """Ids of the judged subjects."""
        return [self.tracks.subjects[index].id for index in self.judged_J]

    def assigned_FJ(self) -> Ints:
        """The instance of each judged subject, -1 where none; the most like it where it has several."""
        # Rather one that can be judged than a small one, and rather that than none.
        identity_FS = np.nan_to_num(self.slots_FS(self.compared_MJ, -1.0), nan=-0.5)
        rows = np.arange(len(identity_FS))
        slots_of = [np.flatnonzero(self.slot_subject_S == subject) for subject in range(len(self.judged_J))]
        return np.column_stack([self.assigned_FS[rows, s[identity_FS[:, s].argmax(axis=1)]] for s in slots_of])

    def slots_FS(self, values_MJ: Doubles, absent: float) -> Doubles:
        """What `values_MJ` says of each slot's instance; `absent` where it has none, NaN where that is too small."""
        # Index -1, an empty slot, finds the last row.
        padded = np.vstack([values_MJ, np.full((1, len(self.judged_J)), absent)])
        values_FS = padded[self.assigned_FS, self.slot_subject_S]
        return np.where(np.append(self.small_M, False)[self.assigned_FS], np.nan, values_FS)

    def pairs_FJ(self, values_MJ: Doubles, absent: float) -> Doubles:
        """Mean of `slots_FS` over each subject's slots that are not NaN; NaN where all of them are."""
        values_FS = self.slots_FS(values_MJ, absent)
        slots_SJ = self.slot_subject_S[:, None] == np.arange(len(self.judged_J))
        sums_FJ: Doubles = np.nan_to_num(values_FS) @ slots_SJ
        counts_FJ = np.isfinite(values_FS).astype(np.float64) @ slots_SJ
        return np.where(counts_FJ > 0, sums_FJ / np.maximum(counts_FJ, 1), np.nan)

    def presence_FJ(self) -> Doubles:
        """Share of each subject's slots that are filled, 0..1; NaN where all of its instances are too small."""
        return self.pairs_FJ(np.ones_like(self.raw_MJ), 0.0)

    def parts(self, **more: Any) -> dict[str, Any]:
        """What every metric of the family reports beside its value."""
        raw_FJ = self.pairs_FJ(self.raw_MJ, np.nan)
        return {
            "frames": self.tracks.frames_F.tolist(),
            "not_judged": not_judged(self.tracks),
            "calibrated": self.by_subject(calibration.calibrated for calibration in self.calibrations_J),
            "threshold": self.by_subject(calibration.threshold for calibration in self.calibrations_J),
            "raw": self.by_subject(mean_of_known(raw_F) for raw_F in raw_FJ.T),
            **more,
        }

    def by_subject(self, values_J: Iterable[Any]) -> dict[str, Any]:
        """Values under the judged subjects' ids."""
        return dict(zip(self.ids, values_J, strict=True))


def mean_of_known(values: Doubles) -> float | None:
    """Mean of those that are not NaN, summed exactly; None where all are.

    >>> mean_of_known(np.array([1.0, np.nan, 0.5])), mean_of_known(np.array([np.nan]))
    (0.75, None)
    """
    known = values[np.isfinite(values)].tolist()
    return math.fsum(known) / len(known) if known else None


def series(values_F: Doubles) -> list[float | None]:
    """A series for a record: None instead of NaN."""
    return [value if math.isfinite(value) else None for value in values_F.tolist()]


def bind(features: Features) -> Binding:
    """Instances bound to subjects, from the features `tracks` and `identity_crops`.

    Raises:
        NotApplicable: no subject can be judged, or no frame was looked at.
    """
    tracks: Tracks = features["tracks"]
    crops: CropSimilarity = features["identity_crops"]
    judged = judged_subjects(tracks)
    if not len(tracks.frames_F):
        raise NotApplicable("no frame was looked at")
    all_calibrations = calibrate(tracks, crops.views_VV)
    calibrations = [all_calibrations[k] for k in judged]
    raw_MJ = np.column_stack([crops.instances_MV[:, tracks.views_of(k, "condition")].max(axis=1) for k in judged])
    assert np.all(np.isfinite(raw_MJ))
    identity_MJ = np.column_stack([c.identity(raw) for c, raw in zip(calibrations, raw_MJ.T, strict=True)])
    eligible_MK = tracks.accepted_M()[:, None] & (tracks.phrase_scores_MK >= tracks.policy.text_threshold)
    distinct_M = _distinct_M(tracks, eligible_MK)
    accepts_MJ = np.column_stack([c.accepts(raw) for c, raw in zip(calibrations, raw_MJ.T, strict=True)])
    # A cosine and a normalised identity are two scales, and subjects are compared on one.
    compared_MJ = identity_MJ if all(c.calibrated for c in calibrations) else Calibration().identity(raw_MJ)
    candidate_MJ = distinct_M[:, None] & eligible_MK[:, judged] & accepts_MJ
    slots_S = np.repeat(np.arange(len(judged)), [tracks.subjects[k].expected_count for k in judged])
    assigned_FS = np.full((len(tracks.frames_F), len(slots_S)), -1, np.int64)
    phrase_MS = tracks.phrase_scores_MK[:, np.array(judged)[slots_S]]
    for row in range(len(assigned_FS)):
        of_frame = np.flatnonzero(tracks.frame_M == row)
        found_S = best_assignment(
            compared_MJ[of_frame][:, slots_S], candidate_MJ[of_frame][:, slots_S], phrase_MS[of_frame]
        )
        assigned_FS[row] = np.append(of_frame, -1)[found_S]
    return Binding(
        tracks, judged, calibrations, raw_MJ, identity_MJ, compared_MJ, distinct_M, candidate_MJ, slots_S, assigned_FS
    )


def _distinct_M(tracks: Tracks, eligible_MK: Bools) -> Bools:
    distinct_M = tracks.accepted_M()
    for row, shared_NN in enumerate(tracks.shared_area):
        of_frame = np.flatnonzero(tracks.frame_M == row)
        kept = distinct_M[of_frame]
        distinct_M[of_frame[kept]] = distinct_objects(shared_NN[np.ix_(kept, kept)], eligible_MK[of_frame[kept]])
    return distinct_M
