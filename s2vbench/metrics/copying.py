"""Copy-paste: does the video show the subject anew, or the reference picture again?

Three signals that are read side by side. All of them are low for a video without the subject, so read them next to
bound identity.

Shape letters: F looked-at frames, M instances, J judged subjects, V reference views, A frames that show a subject.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.features.subjects.tracks import Bools, CropSimilarity, Doubles, Ints, KeypointMatches
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.metrics.subjects import NEEDS, Binding, bind, mean_of_known, series
from s2vbench.types import Case
from s2vbench.video.rle import Rle, decode

LEAST_ANGLE_DEG = 10.0
LEAST_FRAMES = 5
# Spreads from which on a subject counts as fully alive: of its cosine, of the log of its box's aspect, of its outline.
FULL_COSINE, FULL_ASPECT, FULL_OUTLINE = 0.05, 0.1, 0.2
OUTLINE_PX = 64


def shown_FJ(bound: Binding) -> Ints:
    """The instance of each judged subject that is big enough to be judged, -1 where none: (F, J)."""
    assigned_FJ = bound.assigned_FJ()
    return np.where(np.append(bound.small_M, True)[assigned_FJ], -1, assigned_FJ)


def asked_once(bound: Binding) -> list[int]:
    """Positions in `judged_J` of subjects asked for once: several of one kind are not followed through the frames."""
    return [j for j, k in enumerate(bound.judged_J) if bound.tracks.subjects[k].expected_count == 1]


def mean_over_subjects(bound: Binding, values_J: Doubles, why_none: str, **parts: Any) -> Measurement:
    """The mean over subjects whose value is not NaN.

    `n` counts subjects; `n_absent` counts pairs of frame and subject without an instance, `n_na` pairs with one that
    is too small or whose subject has no value.

    Raises:
        NotApplicable: all are NaN; `why_none` is the reason.
    """
    known = values_J[np.isfinite(values_J)]
    if not known.size:
        raise NotApplicable(why_none)
    found = Measurement.mean_of(known, **bound.parts(subjects=bound.by_subject(series(values_J)), **parts))
    present_FJ = bound.assigned_FJ() >= 0
    scored_FJ = (shown_FJ(bound) >= 0) & np.isfinite(values_J)
    return replace(found, n_absent=int((~present_FJ).sum()), n_na=int((present_FJ & ~scored_FJ).sum()))


def means_of_known(columns: list[Doubles]) -> Doubles:
    """The mean of each series without its NaN; NaN where all are.

    >>> means_of_known([np.array([1.0, np.nan, 0.5]), np.array([np.nan])]).tolist()
    [0.75, nan]
    """
    return np.array([mean_of_known(column) for column in columns], np.float64)


def angular_index(to_heldout_V: Doubles, to_condition: float, apart_V: Doubles) -> float:
    """How much nearer a picture is to the shown view than to unseen ones, -1..1; NaN where the views are too alike.

    (theta(gen, H) - theta(gen, R)) / theta(R, H), the copy-paste form of WithAnyone (MultiID-Bench), with angles
    between embeddings; s2vbench takes the mean over held-out views H at least 10 degrees from R. 1 is R itself, 0 as
    far from both, -1 is H itself.

    Args:
        to_heldout_V: angles to the held-out views in degrees.
        to_condition: angle to the nearest condition view R.
        apart_V: angles of the held-out views with R.

    >>> angular_index(np.array([40.0, 30.0]), 20.0, np.array([40.0, 5.0]))
    0.5
    """
    usable_V = apart_V >= LEAST_ANGLE_DEG
    if not usable_V.any():
        return float("nan")
    # The angle is a metric, so only rounding can leave -1..1.
    return Measurement.mean_of(np.clip((to_heldout_V - to_condition)[usable_V] / apart_V[usable_V], -1, 1)).value


def _degrees(cosines: Doubles) -> Doubles:
    return np.degrees(np.arccos(np.clip(cosines, -1, 1)))


def _angular_of(instance: int, crops: CropSimilarity, condition: list[int], heldout: list[int]) -> float:
    nearest = condition[int(crops.instances_MV[instance, condition].argmax())]
    angles_V = _degrees(crops.instances_MV[instance])
    return angular_index(angles_V[heldout], float(angles_V[nearest]), _degrees(crops.views_VV[nearest, heldout]))


def copy_paste_angular(_: Case, features: Features) -> Measurement:
    """Mean of `angular_index` over the frames that show a subject, then over subjects.

    Raises:
        NotApplicable: no subject has a held-out view, or none is shown, or the views of all are too alike.
    """
    bound = bind(features)
    crops: CropSimilarity = features["identity_crops"]
    views = [(bound.tracks.views_of(k, "condition"), bound.tracks.views_of(k, "heldout")) for k in bound.judged_J]
    if not any(heldout for _, heldout in views):
        raise NotApplicable("no subject has a held-out view")
    columns = shown_FJ(bound).T
    series_J = [
        np.array([_angular_of(i, crops, *views[j]) if i >= 0 and views[j][1] else np.nan for i in column])
        for j, column in enumerate(columns)
    ]
    return mean_over_subjects(
        bound,
        means_of_known(series_J),
        f"no frame shows a subject whose held-out views are {LEAST_ANGLE_DEG:g} degrees from its condition views",
        series=bound.by_subject(series(values_F) for values_F in series_J),
    )


def copy_paste_geometric(_: Case, features: Features) -> Measurement:
    """Inlier ratio times mask IoU with the best condition view: mean over compared frames, then over subjects.

    At most 8 frames are compared, evenly spread. The inlier ratio is inliers / max(matched pairs, a fifth of the points
    of the poorer picture, 12), so that a few chance matches are no copy and a shrunk, compressed copy still is one.

    Raises:
        NotApplicable: no instance of a subject could be compared with a view.
    """
    bound = bind(features)
    matches: KeypointMatches = features["keypoint_matches"]
    copied_MV = matches.inlier_ratio_MV * matches.mask_iou_MV
    columns = []
    for column, k in zip(shown_FJ(bound).T, bound.judged_J, strict=True):
        of_views = np.where(np.isnan(copied_MV), -1.0, copied_MV)[:, bound.tracks.views_of(k, "condition")]
        best_M = np.append(of_views.max(axis=1), -1.0)
        columns.append(np.where(best_M[column] < 0, np.nan, best_M[column]))
    return mean_over_subjects(
        bound,
        means_of_known(columns),
        "no shown subject has a condition view with enough keypoints",
        series=bound.by_subject(series(values_F) for values_F in columns),
    )


def spread(values_A: Doubles) -> float:
    """Standard deviation, exactly 0 for equal values.

    >>> spread(np.array([0.1, 0.1, 0.1])), spread(np.array([1.0, 3.0]))
    (0.0, 1.0)
    """
    return float(np.std(values_A - values_A[0]))


def outline_of(rle: Rle, box_4: Doubles) -> Bools:
    """A mask inside its box, stretched to 64 x 64."""
    import cv2

    x0, y0 = np.floor(box_4[:2]).astype(int)
    x1, y1 = np.ceil(box_4[2:]).astype(int)
    inside = decode(rle)[max(y0, 0) : max(y1, y0 + 1), max(x0, 0) : max(x1, x0 + 1)].astype(np.uint8)
    if not inside.size:
        return np.zeros((OUTLINE_PX, OUTLINE_PX), bool)
    result: Bools = cv2.resize(inside, (OUTLINE_PX, OUTLINE_PX), interpolation=cv2.INTER_NEAREST) > 0
    return result


def outline_change(outlines: list[Bools]) -> float:
    """1 - IoU with the middle outline, mean over the others, 0..1.

    >>> box = np.ones((2, 2), bool)
    >>> outline_change([box, box, np.eye(2, dtype=bool)])
    0.25
    """
    middle = len(outlines) // 2
    changes = []
    for position, outline in enumerate(outlines):
        union = int((outline | outlines[middle]).sum())
        if position != middle:
            changes.append(1 - int((outline & outlines[middle]).sum()) / union if union else 0.0)
    return Measurement.mean_of(np.array(changes)).value


def _spreads(bound: Binding, shown_F: Ints, j: int) -> dict[str, float]:
    """The three spreads of a subject, each 0..1 of what counts as fully alive."""
    shown = shown_F[shown_F >= 0]
    boxes = bound.tracks.boxes_M4[shown]
    aspect = np.log((boxes[:, 2] - boxes[:, 0]) / (boxes[:, 3] - boxes[:, 1]))
    outlines = [outline_of(bound.tracks.masks[m], bound.tracks.boxes_M4[m]) for m in shown]
    return {
        "cosine": min(1.0, spread(bound.raw_MJ[shown, j]) / FULL_COSINE),
        "aspect": min(1.0, spread(aspect) / FULL_ASPECT),
        "outline": min(1.0, outline_change(outlines) / FULL_OUTLINE),
    }


def copy_paste_temporal(_: Case, features: Features) -> Measurement:
    """1 - mean of a subject's three spreads over the frames that show it, then the mean over subjects.

    The spreads, each at most 1: standard deviation of the cosine with the nearest reference / 0.05; standard deviation
    of the log of the box's aspect / 0.1; `outline_change` of masks cut to their boxes and stretched to 64 x 64 / 0.2. A
    picture that is only moved has none of them and scores exactly 1.

    Raises:
        NotApplicable: no subject asked for once is shown in five frames.
    """
    bound = bind(features)
    columns = shown_FJ(bound).T
    spreads: list[dict[str, float] | None] = [None] * len(columns)
    for j in asked_once(bound):
        if (columns[j] >= 0).sum() >= LEAST_FRAMES:
            spreads[j] = _spreads(bound, columns[j], j)
    return mean_over_subjects(
        bound,
        np.array([np.nan if found is None else 1 - sum(found.values()) / 3 for found in spreads]),
        f"no subject asked for once is shown in {LEAST_FRAMES} frames",
        spreads=bound.by_subject(spreads),
    )


def _record(name: str, compute: Callable[[Case, Features], Measurement], **facts: Any) -> Metric:
    return Metric(name=name, version=1, compute=compute, higher_is_better=False, **facts)


COPY_PASTE_ANGULAR = _record(
    "copy_paste_angular",
    copy_paste_angular,
    bounds=(-1.0, 1.0),
    needs=NEEDS,
    summary="how much nearer subjects are to the shown reference view than to one that no model saw",
    source="WithAnyone (MultiID-Bench) for faces in images; s2vbench for all subjects in videos",
    catches="a subject that repeats the view, light and pose of its reference picture",
    blind_to="subjects without held-out views; a subject that is like none of its views scores 0",
)

COPY_PASTE_GEOMETRIC = _record(
    "copy_paste_geometric",
    copy_paste_geometric,
    bounds=(0.0, 1.0),
    needs=("tracks", "identity_crops", "keypoint_matches"),
    summary="how exactly subjects repeat a reference view, keypoint by keypoint",
    source="s2vbench; geometric verification of image retrieval, Philbin et al., CVPR 2007",
    catches="the reference picture pasted into the video, at whatever place, size and angle",
    blind_to="mirrored copies; subjects with little texture; a flat subject (a logo) is always a copy",
)

COPY_PASTE_TEMPORAL = _record(
    "copy_paste_temporal",
    copy_paste_temporal,
    bounds=(0.0, 1.0),
    needs=NEEDS,
    summary="how little subjects change their outline and their likeness to the reference during the video",
    source="s2vbench; the idea is near the ACP-Var of MuSS",
    catches="a sticker that slides through the video",
    blind_to="a still video is one too; rigid subjects (a bottle) change little; subjects asked for several times",
)
