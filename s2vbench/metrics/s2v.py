"""S2V Consistency (Kaleido, arXiv 2510.18573): how like their references the subjects in a video are.

The paper leaves many choices open; docs/s2v.md lists ours. Every variant is a reduction of the same cosines.

Shape letters: F looked-at frames, K subjects, M instances, V reference views, B boxes of one frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.features.subjects.tracks import CropSimilarity, Tracks
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.metrics.subjects import series
from s2vbench.types import Case

KALEIDO = "Kaleido, arXiv 2510.18573, section 5.2; open choices: docs/s2v.md"
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SubjectSimilarity:
    """What S2V Consistency is made of."""

    chosen_FK: Ints
    """The instance that stands for each subject; -1 where none."""
    similarity_FK: Doubles
    """Its cosine with the nearest of the subject's own views; NaN where there is none."""
    any_FK: Doubles
    """Its cosine with the nearest view of any subject."""
    compared: list[int]
    """Subjects with at least one reference image."""


def consistency_of_subjects(similarity_FK: npt.NDArray[Any]) -> Doubles:
    """S2V Consistency of each frame in which any subject was found; NaN for the others. Shape (F,).

    The mean over the subjects that were found; one that is found in no frame at all counts as 0 in every frame.

    Args:
        similarity_FK: cosine of each subject in each frame, NaN where it was not found.

    >>> consistency_of_subjects(np.array([[0.8, np.nan], [0.6, np.nan], [np.nan, np.nan]])).tolist()
    [0.4, 0.3, nan]
    """
    found_FK = ~np.isnan(similarity_FK)
    never_K = ~found_FK.any(axis=0)
    counted_FK = found_FK | never_K
    sums_F = np.where(found_FK, similarity_FK, 0.0).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.where(found_FK.any(axis=1), sums_F / counted_FK.sum(axis=1), np.nan)


def subject_similarity(tracks: Tracks, crops: CropSimilarity) -> SubjectSimilarity:
    """Choose an instance for each subject and frame, and compare it with the references.

    Raises:
        NotApplicable: no subject has a reference image.
    """
    num_frames, num_subjects = len(tracks.frames_F), len(tracks.subjects)
    views = [tracks.views_of(subject, "condition") for subject in range(num_subjects)]
    compared = [subject for subject in range(num_subjects) if views[subject]]
    if not compared:
        raise NotApplicable("no subject has a reference image")
    own_MK = np.stack(
        [
            crops.instances_MV[:, views[k]].max(axis=1) if views[k] else np.full(len(tracks.frame_M), -1.0)
            for k in range(num_subjects)
        ],
        axis=1,
    )
    any_M = crops.instances_MV[:, sorted(place for some in views for place in some)].max(axis=1)
    chosen_FK = np.full((num_frames, num_subjects), -1, dtype=np.int64)
    for frame in range(num_frames):
        rows = np.flatnonzero(tracks.frame_M == frame)
        for group in _groups(tracks, compared):
            chosen_FK[frame, group] = _choose(tracks, own_MK, rows, group)
    found_FK = chosen_FK >= 0
    picked_FK = np.where(found_FK, chosen_FK, 0)
    similarity_FK, any_FK = np.full(chosen_FK.shape, np.nan), np.full(chosen_FK.shape, np.nan)
    if len(tracks.frame_M):
        columns = np.arange(num_subjects)[None]
        similarity_FK = np.where(found_FK, own_MK[picked_FK, columns], np.nan)
        any_FK = np.where(found_FK, any_M[picked_FK], np.nan)
    return SubjectSimilarity(chosen_FK, similarity_FK, any_FK, compared)


def _groups(tracks: Tracks, compared: list[int]) -> list[list[int]]:
    """Subjects that share a noun."""
    nouns: dict[str, list[int]] = {}
    for subject in compared:
        nouns.setdefault(" ".join(tracks.subjects[subject].noun.lower().split()), []).append(subject)
    return list(nouns.values())


def _choose(tracks: Tracks, own_MK: Doubles, rows: Ints, group: list[int]) -> Ints:
    """For n subjects of one noun the n best boxes, given out so that the sum of similarities is highest."""
    from scipy.optimize import linear_sum_assignment

    chosen = np.full(len(group), -1, dtype=np.int64)
    phrases_BK = tracks.phrase_scores_MK[rows]
    best_B = phrases_BK.max(axis=1, initial=0.0)
    # A box belongs to its best phrase; subjects of one noun share it.
    allowed_BG = (phrases_BK[:, group] >= best_B[:, None]) & tracks.accepted_M()[rows, None]
    able = np.flatnonzero(allowed_BG.any(axis=1))
    able = able[np.argsort(-phrases_BK[able][:, group].max(axis=1), kind="stable")][: len(group)]
    if not len(able):
        return chosen
    # The offset makes any allowed pair better than none.
    worth = np.where(allowed_BG[able], own_MK[rows[able]][:, group] + 3.0, 0.0)
    for box, place in zip(*linear_sum_assignment(worth, maximize=True), strict=True):
        if allowed_BG[able[box], place]:
            chosen[place] = rows[able[box]]
    return chosen


def s2v_consistency(_: Case, features: Features) -> Measurement:
    """Mean over frames of `consistency_of_subjects`; CLIP ViT-B/32 cosines of masked crops.

    Each subject is compared with its own reference views, the nearest counts. Frames in which no subject is found are
    skipped (`detection_rate` in the parts says how much that is); a video in which none is ever found scores 0.
    The parts also hold `strict`, where whatever is missing counts as 0.
    """
    tracks = features["tracks"]
    found = subject_similarity(tracks, features["clip_crops"])
    similarity_FK = found.similarity_FK[:, found.compared]
    frames_F = consistency_of_subjects(similarity_FK)
    return _measurement(frames_F, _parts(tracks, found, frames_F))


def s2v_consistency_paper_literal(_: Case, features: Features) -> Measurement:
    """The paper to the letter: the highest cosine of any found subject with any reference, averaged over frames.

    Frames without a subject are skipped; a video without any scores 0.
    """
    tracks = features["tracks"]
    found = subject_similarity(tracks, features["clip_crops"])
    any_FK = np.where(np.isnan(found.any_FK), -np.inf, found.any_FK)
    best_F = any_FK.max(axis=1)
    frames_F = np.where(np.isfinite(best_F), best_F, np.nan)
    return _measurement(frames_F, _parts(tracks, found, frames_F))


def _measurement(frames_F: Doubles, parts: dict[str, Any]) -> Measurement:
    found = frames_F[~np.isnan(frames_F)]
    if not len(found):
        return Measurement(0.0, 0.0, len(frames_F), parts, n_absent=len(frames_F))
    return _with_absent(Measurement.mean_of(found, **parts), int(np.isnan(frames_F).sum()))


def _with_absent(measurement: Measurement, n_absent: int) -> Measurement:
    return Measurement(measurement.value, measurement.total, measurement.n, measurement.parts, n_absent=n_absent)


def _parts(tracks: Tracks, found: SubjectSimilarity, frames_F: Doubles) -> dict[str, Any]:
    similarity_FK = found.similarity_FK[:, found.compared]
    present_FK = ~np.isnan(similarity_FK)
    subjects = {
        tracks.subjects[subject].id: {
            "value": float(column[present].mean()) if present.any() else 0.0,
            "detection_rate": float(present.mean()),
            "frames": series(column),
        }
        for subject, column, present in zip(found.compared, similarity_FK.T, present_FK.T, strict=True)
    }
    return {
        "frames": tracks.frames_F.tolist(),
        "frame_values": series(frames_F),
        "detection_rate": float(present_FK.mean()),
        "strict": float(np.where(present_FK, similarity_FK, 0.0).mean()),
        "subjects": subjects,
        "without_reference": [s.id for k, s in enumerate(tracks.subjects) if k not in found.compared],
    }


S2V_CONSISTENCY = Metric(
    name="s2v_consistency",
    version=1,
    compute=s2v_consistency,
    bounds=(-1.0, 1.0),
    higher_is_better=True,
    needs=("tracks", "clip_crops"),
    summary="CLIP similarity of the subjects found in each frame to their own reference images",
    source=KALEIDO,
    catches="subjects that do not look like their references",
    blind_to="frames in which a subject is missing are skipped (see presence_recall, bound_identity); a pasted copy of "
    "the reference scores 1 (see copy_paste_*); CLIP sees class and colours better than identity",
)

S2V_CONSISTENCY_PAPER_LITERAL = Metric(
    name="s2v_consistency_paper_literal",
    version=1,
    compute=s2v_consistency_paper_literal,
    bounds=(-1.0, 1.0),
    higher_is_better=True,
    needs=("tracks", "clip_crops"),
    summary="S2V Consistency as the paper's sentence reads: maximum over all subjects and all references",
    source=KALEIDO,
    catches="videos in which no subject looks like any reference",
    blind_to="one good subject hides that the others are missing or swapped",
)
