"""Face identity of human subjects, where the user supplies the networks for it.

Shape letters: F looked-at frames, M instances, J judged subjects, V reference views.
"""

from __future__ import annotations

import math

import numpy as np

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.metrics.subjects import bind, series
from s2vbench.types import Case


def face_identity(_: Case, features: Features) -> Measurement:
    """Mean over frames and human subjects of the SFace cosine of the subject's face with its nearest reference's face.

    Only faces of at least 60 px count; a subject that is missing or turned away in a frame is not in the mean
    (`n_absent` and `n_na` say how often; presence_recall has the missing ones).

    Raises:
        NotApplicable: no face networks, no human subject, or no assessable face in video or references.
    """
    faces = features["face_matches"]
    binding = bind(features)
    tracks = binding.tracks
    humans = [place for place, subject in enumerate(binding.judged_J) if tracks.subjects[subject].kind == "human"]
    if not humans:
        raise NotApplicable("no human subject can be judged")
    assigned_FJ = binding.assigned_FJ()
    values, subjects, n_absent, n_na = [], {}, 0, 0
    for place in humans:
        subject = binding.judged_J[place]
        faces_MV = faces.instances_MV[:, tracks.views_of(subject, "condition")]
        best_M = np.where(np.isnan(faces_MV), -np.inf, faces_MV).max(axis=1, initial=-np.inf)
        rows_F = assigned_FJ[:, place]
        found_F = np.array([best_M[row] if row >= 0 and np.isfinite(best_M[row]) else np.nan for row in rows_F])
        n_absent += int((rows_F < 0).sum())
        n_na += int((np.isnan(found_F) & (rows_F >= 0)).sum())
        values += found_F[~np.isnan(found_F)].tolist()
        subjects[tracks.subjects[subject].id] = series(found_F)
    if not values:
        raise NotApplicable("no face of at least 60 px in the human subjects of video and references")
    total = math.fsum(values)
    parts = {"frames": tracks.frames_F.tolist(), "series": subjects}
    return Measurement(total / len(values), total, len(values), parts, n_absent=n_absent, n_na=n_na)


FACE_IDENTITY = Metric(
    name="face_identity",
    version=1,
    compute=face_identity,
    bounds=(-1.0, 1.0),
    higher_is_better=True,
    needs=("tracks", "identity_crops", "face_matches"),
    summary="SFace similarity of people's faces to their references' faces",
    source="s2vbench; YuNet and SFace through OpenCV; precedent: FaceSim and Face-S (arXiv 2505.20292, 2501.06187)",
    catches="people whose face is another's",
    blind_to="faces below 60 px, turned away or covered; a pasted face scores highest; two photos of one person "
    "rarely reach 0.6, so a higher value is not always better",
)
