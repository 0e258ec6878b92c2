"""Subjects against the camera: sizes that jump, and motion that is the subject's own.

Shape letters: F looked-at frames, Q = F - 1 pairs of consecutive ones, M instances, J judged subjects, P counted pairs.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.features.subjects.tracks import Bools, CameraMotion, Doubles, Tracks
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.metrics.copying import asked_once, shown_FJ
from s2vbench.metrics.subjects import NEEDS, bind, mean_of_known
from s2vbench.types import Case

BORDER_PX = 2
LEAST_JUMP = 0.35
STATIC_PER_SECOND = 0.001


def size_jumps(areas_P2: Doubles, zoom_P: Doubles) -> Bools:
    """Pairs whose area changes by more than the camera's zoom explains: |log(after / before) - 2 log zoom| > 0.35.

    s2vbench. A zoom of NaN is taken as none.

    Args:
        areas_P2: area before and after, above 0, in any unit.
        zoom_P: scale of the camera from before to after.

    >>> size_jumps(np.array([[1.0, 1.5], [1.0, 1.5], [1.0, 1.1]]), np.array([1.0, 1.25, np.nan])).tolist()
    [True, False, False]
    """
    zoom_P = np.where(np.isnan(zoom_P), 1.0, zoom_P)
    change_P = np.log(areas_P2[:, 1] / areas_P2[:, 0]) - 2 * np.log(zoom_P)
    result: Bools = np.abs(change_P) > LEAST_JUMP
    return result


def _whole_M(tracks: Tracks) -> Bools:
    """Instances with a mask that no frame border cuts."""
    low_M = tracks.boxes_M4[:, :2].min(axis=1, initial=math.inf)
    room_M2 = np.array([tracks.width_px, tracks.height_px]) - tracks.boxes_M4[:, 2:]
    whole: Bools = (low_M > BORDER_PX) & (room_M2 > BORDER_PX).all(axis=1) & (tracks.area_M > 0)
    return whole


def scale_jump_rate(_: Case, features: Features) -> Measurement:
    """Share of `size_jumps` among pairs of consecutive looked-at frames that show a subject whole.

    `n` counts those pairs; `n_na` counts pairs with the subject in both frames that tell nothing: it is cut by the
    frame, too small, or asked for several times.

    Raises:
        NotApplicable: there is no such pair of a subject asked for once.
    """
    bound = bind(features)
    camera: CameraMotion = features["camera_motion"]
    tracks = bound.tracks
    once = asked_once(bound)
    shown = shown_FJ(bound)[:, once]
    shown = np.where(np.append(_whole_M(tracks), False)[shown], shown, -1)
    pairs_Q, columns = np.nonzero((shown[:-1] >= 0) & (shown[1:] >= 0))
    if not pairs_Q.size:
        raise NotApplicable("no subject asked for once is shown whole in two consecutive frames")
    areas_P2 = np.stack([tracks.area_M[shown[pairs_Q + after, columns]] for after in (0, 1)], axis=1)
    jumps_P = size_jumps(areas_P2, camera.zoom_Q[pairs_Q])
    where = [
        {"frame": int(tracks.frames_F[q + 1]), "subject": bound.ids[once[column]]}
        for q, column in zip(pairs_Q[jumps_P], columns[jumps_P], strict=True)
    ]
    unknown = int(np.isnan(camera.zoom_Q[pairs_Q]).sum())
    found = Measurement.mean_of(jumps_P.astype(np.float64), **bound.parts(jumps=where, pairs_without_camera=unknown))
    present_FJ = bound.assigned_FJ() >= 0
    return replace(found, n_na=int((present_FJ[:-1] & present_FJ[1:]).sum()) - found.n)


def subject_motion(_: Case, features: Features) -> Measurement:
    """Mean speed of what the camera does not explain inside subjects, in frame diagonals per second.

    `n` counts pairs of frame and subject; `n_absent` those without an instance, `n_na` those with one that is too small
    or whose motion cannot be told.

    Raises:
        NotApplicable: the video has no frame rate, or no subject is shown in a frame that another one follows.
    """
    bound = bind(features)
    camera: CameraMotion = features["camera_motion"]
    times_F = bound.tracks.times_s()
    if times_F is None:
        raise NotApplicable("the video has no frame rate")
    step_Q = np.diff(times_F) * math.hypot(bound.tracks.width_px, bound.tracks.height_px)
    shown_QJ = shown_FJ(bound)[:-1]
    padded_M = np.append(camera.subject_px_M, np.nan)
    speed_QJ = padded_M[shown_QJ] / step_Q[:, None]
    speeds_P = speed_QJ[np.isfinite(speed_QJ)]
    if not speeds_P.size:
        raise NotApplicable("no frame that another one follows shows a subject whose motion can be told")
    outside = mean_of_known(camera.background_px_Q / step_Q)
    found = Measurement.mean_of(speeds_P)
    parts = bound.parts(
        subjects=bound.by_subject(mean_of_known(speed_Q) for speed_Q in speed_QJ.T),
        outside=outside,
        ratio=found.value / outside if outside else None,
        static_rate=float(np.mean(speeds_P < STATIC_PER_SECOND)),
        pairs_without_camera=int(np.isnan(camera.zoom_Q).sum()),
    )
    num_absent = int((bound.assigned_FJ()[:-1] < 0).sum())
    return replace(found, parts=parts, n_absent=num_absent, n_na=speed_QJ.size - num_absent - found.n)


SCALE_JUMP_RATE = Metric(
    name="scale_jump_rate",
    version=1,
    compute=scale_jump_rate,
    bounds=(0.0, 1.0),
    higher_is_better=False,
    needs=(*NEEDS, "camera_motion"),
    summary="share of frame pairs in which a subject grows or shrinks at once without the camera",
    source="s2vbench",
    catches="subjects that pop from one size to another; masks that lose half of a subject",
    blind_to="slow growth; subjects cut by the frame or asked for several times; a wrong size that never changes",
)

SUBJECT_MOTION = Metric(
    name="subject_motion",
    version=1,
    compute=subject_motion,
    bounds=(0.0, math.inf),
    higher_is_better=True,
    needs=(*NEEDS, "camera_motion"),
    summary="how fast subjects move by themselves, in frame diagonals per second, the camera's motion taken off",
    source="s2vbench, in place of the signed motion amplitude of OpenS2V-Eval (arXiv 2505.20292)",
    catches="stickers and statues: subjects that do not move while the camera does",
    blind_to="more is not always better: jitter and melting move too, and a prompt may ask for rest",
)
