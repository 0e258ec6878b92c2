"""Change over time: identity that fades, and a reference picture shown as the first frames.

Shape letters: F looked-at frames, A frames that show a subject, J judged subjects, T all frames, V reference views.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.features.subjects.tracks import Doubles, ReferenceCanvas
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.metrics.copying import mean_over_subjects, shown_FJ
from s2vbench.metrics.subjects import NEEDS, bind
from s2vbench.types import Case

LEAST_FRAMES = 3
WINDOW_S = 1.0
LEAST_CLIP_FRAMES = 32
FLASH_FRAMES = 4
SETTLED_SIMILARITY, SETTLED_CHANGE = 9, 8
"""The first frame, and the first change between frames, that a flash is compared with."""
LEAST_SCALE, LEAST_CHANGE_SCALE = 0.01, 1.0
FLASH_Z = 6.0
MAD_TO_SD = 1.4826


def slope_per_second(times_A: Doubles, identity_A: Doubles) -> float:
    """Median of the slopes of all pairs of frames (Theil and Sen), in identity per second; 2 frames or more.

    >>> slope_per_second(np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.0, 0.75, 0.0, 0.25]))
    -0.25
    """
    from scipy.stats import theilslopes

    return float(theilslopes(identity_A, times_A).slope)


def end_drop(identity_A: Doubles) -> float:
    """Mean of the first third minus mean of the last third: positive where identity was lost.

    >>> end_drop(np.array([1.0, 1.0, 0.9, 0.5, 0.5, 0.0]))
    0.75
    """
    third = max(1, len(identity_A) // 3)
    return Measurement.mean_of(identity_A[:third]).value - Measurement.mean_of(identity_A[-third:]).value


def worst_second(times_A: Doubles, identity_A: Doubles, period_s: float) -> float:
    """Lowest mean of a window of one second; of all frames where they span less.

    Args:
        times_A: when the frames begin, growing.
        identity_A: what is averaged.
        period_s: time from one looked-at frame to the next: how long the last one is seen.

    >>> worst_second(np.array([0.0, 0.5, 1.0, 1.5]), np.array([1.0, 1.0, 0.5, 0.0]), 0.5)
    0.25
    """
    # Times are multiples of 1 / fps: half a nanosecond keeps rounding from moving a frame over a window's edge.
    starts = [start for start in times_A.tolist() if start + WINDOW_S <= times_A[-1] + period_s + 5e-10]
    windows = [(times_A >= start) & (times_A < start + WINDOW_S - 5e-10) for start in starts]
    return min(Measurement.mean_of(identity_A[window]).value for window in windows or [np.ones(len(times_A), bool)])


def identity_drift(_: Case, features: Features) -> Measurement:
    """Mean over subjects of `slope_per_second` of the identity in the frames that show them.

    The parts hold `end_drop`, the mean of the first third less that of the last, and `worst_second`, the lowest mean of
    any second.

    Raises:
        NotApplicable: the video has no frame rate, or no subject is shown in three frames.
    """
    bound = bind(features)
    times_F = bound.tracks.times_s()
    if times_F is None:
        raise NotApplicable("the video has no frame rate")
    slopes_J = np.full(len(bound.judged_J), np.nan)
    facts: list[dict[str, Any] | None] = [None] * len(slopes_J)
    for j, shown_F in enumerate(shown_FJ(bound).T):
        there = shown_F >= 0
        if there.sum() < LEAST_FRAMES:
            continue
        identity_A = bound.identity_MJ[shown_F[there], j]
        slopes_J[j] = slope_per_second(times_F[there], identity_A)
        facts[j] = {
            "end_drop": end_drop(identity_A),
            "worst_second": worst_second(times_F[there], identity_A, float(np.diff(times_F).min())),
            "shown_frames": len(identity_A),
        }
    return mean_over_subjects(
        bound, slopes_J, f"no subject is shown in {LEAST_FRAMES} frames", details=bound.by_subject(facts)
    )


def robust_z(values: Doubles, settled: Doubles, least_scale: float) -> Doubles:
    """(x - median) / max(1.4826 MAD, least_scale) of values, with median and MAD of the settled ones.

    >>> robust_z(np.array([5.0, 1.0]), np.array([1.0, 1.0, 1.0, 3.0]), 0.5).tolist()
    [8.0, 0.0]
    """
    median = np.median(settled)
    scale = max(MAD_TO_SD * float(np.median(np.abs(settled - median))), least_scale)
    result: Doubles = (values - median) / scale
    return result


def _similarity_z(values_TV: Doubles) -> list[float] | None:
    """How much more the first frames are like a whole reference picture than later ones are; None without a view."""
    known_TV = values_TV[:, np.isfinite(values_TV).all(axis=0)]
    if not known_TV.shape[1]:
        return None
    best_T = known_TV.max(axis=1)
    found: list[float] = robust_z(best_T[:FLASH_FRAMES], best_T[SETTLED_SIMILARITY:], LEAST_SCALE).tolist()
    return found


def first_frame_flash(_: Case, features: Features) -> Measurement:
    """1 where one of the first four frames stands out by a robust z above 6, else 0.

    Three signals, all frames of the video: the highest CLIP cosine of the whole frame with a whole reference picture
    (least scale 0.01), the highest SSIM of their 64 x 64 grey thumbnails (0.01), and the mean absolute change of the
    thumbnails to the next frame in grey levels (1.0). Settled are the frames from the tenth on, the changes from the
    ninth. It needs no subjects found, and no frame stride changes it.

    Raises:
        NotApplicable: the video has fewer than 32 frames.
    """
    canvas: ReferenceCanvas = features["reference_canvas"]
    num_frames = len(canvas.change_T) + 1
    if num_frames < LEAST_CLIP_FRAMES:
        raise NotApplicable(f"the video has {num_frames} frames; a flash needs {LEAST_CLIP_FRAMES} to stand out from")
    change_T = canvas.change_T
    z: dict[str, list[float] | None] = {
        "similarity": _similarity_z(canvas.similarity_TV),
        "ssim": _similarity_z(canvas.ssim_TV),
        "change": robust_z(change_T[:FLASH_FRAMES], change_T[SETTLED_CHANGE:], LEAST_CHANGE_SCALE).tolist(),
    }
    flagged = [signal for signal, values in z.items() if values is not None and max(values) > FLASH_Z]
    value = float(bool(flagged))
    return Measurement(value, value, 1, {"z": z, "flagged_by": flagged})


IDENTITY_DRIFT = Metric(
    name="identity_drift",
    version=1,
    compute=identity_drift,
    bounds=(-math.inf, math.inf),
    higher_is_better=True,
    needs=NEEDS,
    summary="change of subjects' identity per second: 0 is none, negative is identity lost",
    source="s2vbench; slope of Theil 1950 and Sen 1968",
    catches="subjects that turn into others as the video goes on",
    blind_to="frames that do not show the subject; a subject that is wrong from the first frame on does not drift",
)

FIRST_FRAME_FLASH = Metric(
    name="first_frame_flash",
    version=1,
    compute=first_frame_flash,
    bounds=(0.0, 1.0),
    higher_is_better=False,
    needs=("reference_canvas",),
    summary="whether the first frames show a whole reference picture or break with the rest",
    source="s2vbench; seen by users of Stand-In (issue 23)",
    catches="the reference picture, or a frame near it, as the video's first frames",
    blind_to="flashes after the fourth frame; a video that is the reference picture all along does not stand out",
)
