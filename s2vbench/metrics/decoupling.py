"""S2V Decoupling (Kaleido, arXiv 2510.18573) and what it needs to mean something: chance, and a place.

Shape letters: F looked-at frames, V reference views, N null views, L compared frames, R rows, C columns of patches.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.features.subjects.tracks import Backgrounds, LeakMaps, Tracks
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.metrics.s2v import KALEIDO
from s2vbench.metrics.subjects import series
from s2vbench.types import Case

Doubles = npt.NDArray[np.float64]
OWN = "s2vbench, after S2V Decoupling of Kaleido (arXiv 2510.18573); compared with chance as a permutation test does"
LEAK_Z = 3.0
LEAST_SPREAD = 0.02
"""Where copy and chance are nearer than this, in cosines, nothing lies between them."""


def decoupling_of_frames(views_FV: npt.NDArray[Any]) -> Doubles:
    """1 - the highest cosine of each frame's background with any reference's, 0..2; NaN where there is none. (F,).

    Kaleido, arXiv 2510.18573, whose formula is printed as `1 - sin(pi) similarity` and read as 1 - cosine here. The
    maximum, because one leaked background is a failure.

    Args:
        views_FV: cosines of backgrounds, NaN where the frame or the view shows none.

    >>> decoupling_of_frames(np.array([[0.25, 0.75], [0.5, np.nan], [np.nan, np.nan]])).tolist()
    [0.25, 0.5, nan]
    """
    best_F = np.where(np.isnan(views_FV), -np.inf, views_FV).max(axis=1, initial=-np.inf)
    return np.where(np.isfinite(best_F), 1.0 - best_F, np.nan)


def expected_maximum(values_N: npt.NDArray[Any], draws: int) -> float:
    """Mean of the highest of `draws` of the values, over all ways to draw them without putting back.

    What the maximum over as many references would be by chance. With more draws than values, the highest value.

    >>> expected_maximum(np.array([0.0, 0.0, 0.75]), 2)
    0.5
    """
    ordered = np.sort(np.asarray(values_N, dtype=np.float64))
    count = len(ordered)
    draws = min(draws, count)
    ways = [math.comb(rank, draws - 1) for rank in range(count)]
    return math.fsum(value * way for value, way in zip(ordered.tolist(), ways, strict=True)) / math.comb(count, draws)


def s2v_decoupling(_: Case, features: Features) -> Measurement:
    """Mean over frames of `decoupling_of_frames`; CLIP ViT-B/32 cosines of backgrounds.

    Subjects, grown by 1 % of the shorter side, are filled with CLIP's mean colour and the whole picture is squashed to
    224 x 224. Frames without a subject, and pictures with less than 10 % of background or a plain one, do not count.

    Raises:
        NotApplicable: no reference shows a background, or no frame counts.
    """
    tracks, backgrounds = features["tracks"], features["backgrounds"]
    frames_F = _counted_frames(tracks, backgrounds)
    return _measurement(tracks, frames_F, backgrounds)


def s2v_decoupling_paper_literal(_: Case, features: Features) -> Measurement:
    """The paper to the letter: masks filled with black, CLIP's own resize and centre crop, every frame and reference.

    A frame without a subject counts with the whole of its picture, a white reference background with its white.

    Raises:
        NotApplicable: no subject has a reference image.
    """
    tracks, backgrounds = features["tracks"], features["literal_backgrounds"]
    if np.isnan(backgrounds.views_FV).all():
        raise NotApplicable("no subject has a reference image")
    return _measurement(tracks, decoupling_of_frames(backgrounds.views_FV), backgrounds)


def _counted_frames(tracks: Tracks, backgrounds: Backgrounds) -> Doubles:
    if not any(view.has_background for view in tracks.views if view.role == "condition"):
        raise NotApplicable("no reference image shows a background (too little of it, or a plain one)")
    frames_F = decoupling_of_frames(backgrounds.views_FV)
    if np.isnan(frames_F).all():
        raise NotApplicable("the subjects cover every frame: no background is left")
    frames_F = np.where(backgrounds.frame_has_subject_F, frames_F, np.nan)
    if np.isnan(frames_F).all():
        raise NotApplicable("no subject was found in any frame, so none could be taken out of the background")
    return frames_F


def _measurement(tracks: Tracks, frames_F: Doubles, backgrounds: Backgrounds) -> Measurement:
    counted = frames_F[~np.isnan(frames_F)]
    views = {
        f"{tracks.subjects[view.subject].id} {place}": series(1.0 - backgrounds.views_FV[:, place])
        for place, view in enumerate(tracks.views)
        if view.role == "condition"
    }
    total = math.fsum(counted.tolist())
    parts = {"frames": tracks.frames_F.tolist(), "frame_values": series(frames_F), "views": views}
    return Measurement(total / len(counted), total, len(counted), parts, n_na=int(np.isnan(frames_F).sum()))


def s2v_decoupling_centered(case: Case, features: Features) -> Measurement:
    """(d - copy) / (chance - copy): 0 where the reference's background is copied, 1 where it is as unlike as chance.

    d is the mean of `decoupling_of_frames`. copy is what the reference's own background behind the frame's holes
    reaches. chance is d against the backgrounds of 16 other cases' references, the expected maximum over as many of
    them as the case has references.

    Raises:
        NotApplicable: as s2v_decoupling; fewer than 4 other cases' references with a background; copy and chance
            nearer than 0.02; the prompt asks for the reference's background.
    """
    tracks, backgrounds = features["tracks"], features["backgrounds"]
    _refuse_expected(case)
    frames_F = _counted_frames(tracks, backgrounds)
    counted_F = ~np.isnan(frames_F)
    num_null = backgrounds.null_FN.shape[1]
    _refuse_few(num_null, tracks)
    draws = int((~np.isnan(backgrounds.views_FV[counted_F])).any(axis=0).sum())
    chance_F = np.array([1.0 - expected_maximum(row, draws) for row in backgrounds.null_FN[counted_F]])
    pasted_F = decoupling_of_frames(backgrounds.pasted_FV)
    if np.isnan(pasted_F).all():
        raise NotApplicable("the frames' holes leave nothing of the references' backgrounds to copy")
    value, chance, copied = float(frames_F[counted_F].mean()), float(chance_F.mean()), float(np.nanmean(pasted_F))
    if chance - copied < LEAST_SPREAD:
        raise NotApplicable(f"copy ({copied:.3f}) and chance ({chance:.3f}) cannot be told apart")
    centered = (value - copied) / (chance - copied)
    parts = {"decoupling": value, "copy": copied, "chance": chance, "num_null": num_null, "num_references": draws}
    return Measurement(centered, centered, 1, parts)


def leak_of_frames(z_LRC: npt.NDArray[Any], threshold: float = LEAK_Z) -> Doubles:
    """Share of each frame's background patches that are beyond chance, 0..1; NaN without a background. Shape (L,).

    Args:
        z_LRC: z-score of each patch, NaN where a subject is.
        threshold: z above which a patch is leaked.

    >>> leak_of_frames(np.array([[[5.0, 1.0, np.nan]], [[np.nan, np.nan, np.nan]]])).tolist()
    [0.5, nan]
    """
    background_LRC = ~np.isnan(z_LRC)
    num_patches = background_LRC.sum(axis=(1, 2))
    leaked = (np.where(background_LRC, z_LRC, -np.inf) > threshold).sum(axis=(1, 2))
    with np.errstate(invalid="ignore"):
        return np.where(num_patches > 0, leaked / np.maximum(num_patches, 1), np.nan)


def background_leak(case: Case, features: Features) -> Measurement:
    """Mean over up to 16 frames of `leak_of_frames`: the share of the background that shows a reference's background.

    For each patch (DINO ViT-B/16) the highest cosine with background patches of a reference, as a z-score against the
    same for 16 other cases' references; above 3 is a leak. The parts hold the mean positive z, and the share near
    subjects (a halo) and far from them; the heatmap is kept for the report.

    Raises:
        NotApplicable: no reference shows a background; fewer than 4 other references to compare with; the subjects
            cover every frame; the prompt asks for the reference's background.
    """
    tracks, leak = features["tracks"], features["leak"]
    _refuse_expected(case)
    if not leak.num_views:
        raise NotApplicable("no reference image shows a background (too little of it, or a plain one)")
    _refuse_few(leak.num_null, tracks)
    frames_L = leak_of_frames(leak.z_LRC)
    counted = frames_L[~np.isnan(frames_L)]
    if not len(counted):
        raise NotApplicable("the subjects cover every frame: no background is left")
    total = math.fsum(counted.tolist())
    parts = _leak_parts(tracks, leak, frames_L)
    return Measurement(total / len(counted), total, len(counted), parts, n_na=int(np.isnan(frames_L).sum()))


def _leak_parts(tracks: Tracks, leak: LeakMaps, frames_L: Doubles) -> dict[str, Any]:
    positive = np.maximum(leak.z_LRC, 0.0)
    shares = {}
    for name, where in (("near", leak.near_LRC), ("far", ~leak.near_LRC)):
        z = leak.z_LRC[where & ~np.isnan(leak.z_LRC)]
        shares[f"{name}_share"] = float((z > LEAK_Z).mean()) if z.size else None
    return {
        "frames": tracks.frames_F[leak.frames_L].tolist(),
        "frame_values": series(frames_L),
        "mean_positive_z": float(np.nanmean(positive)),
        **shares,
        "num_null": leak.num_null,
    }


def _refuse_expected(case: Case) -> None:
    if case.bg_overlap_expected:
        raise NotApplicable("the prompt asks for the background of a reference image")


def _refuse_few(num_null: int, tracks: Tracks) -> None:
    least = tracks.policy.min_null_references
    if num_null < least:
        raise NotApplicable(
            f"{num_null} other cases' reference images show a background; chance needs at least {least}"
        )


S2V_DECOUPLING = Metric(
    name="s2v_decoupling",
    version=1,
    compute=s2v_decoupling,
    bounds=(0.0, 2.0),
    higher_is_better=True,
    needs=("tracks", "backgrounds"),
    summary="1 - CLIP similarity of the frames' backgrounds to the reference images' backgrounds",
    source=KALEIDO,
    catches="the background of a reference image carried into the video",
    blind_to="it has no zero: two unrelated backgrounds with holes are far from unlike (see s2v_decoupling_centered); "
    "where in the frame something leaked (see background_leak)",
)

S2V_DECOUPLING_PAPER_LITERAL = Metric(
    name="s2v_decoupling_paper_literal",
    version=1,
    compute=s2v_decoupling_paper_literal,
    bounds=(0.0, 2.0),
    higher_is_better=True,
    needs=("tracks", "literal_backgrounds"),
    summary="S2V Decoupling as the paper's sentence reads: black holes, CLIP's own preprocessing, nothing left out",
    source=KALEIDO,
    catches="the background of a reference image carried into the video",
    blind_to="the shape of the black hole shows the subject; the centre crop loses the sides of wide frames; white "
    "reference backgrounds count as backgrounds",
)

S2V_DECOUPLING_CENTERED = Metric(
    name="s2v_decoupling_centered",
    version=1,
    compute=s2v_decoupling_centered,
    bounds=(-math.inf, math.inf),
    higher_is_better=True,
    needs=("tracks", "backgrounds"),
    summary="S2V Decoupling on a scale from a copied background (0) to chance (1)",
    source=OWN,
    catches="leaked backgrounds, on a scale that means the same for every test set",
    blind_to="leaks too small for CLIP to see; above 1 is noise, not merit",
)

BACKGROUND_LEAK = Metric(
    name="background_leak",
    version=1,
    compute=background_leak,
    bounds=(0.0, 1.0),
    higher_is_better=False,
    needs=("tracks", "leak"),
    summary="share of the background's patches that look more like a reference's background than chance (z > 3)",
    source=OWN,
    catches="a piece of a reference's background anywhere in the frame; the parts say whether near the subject",
    blind_to="backgrounds that the prompt asks for as well, unless the case says so; textures that all references "
    "of the test set share; a z-score is a maximum over references, so cases with more of them score slightly higher",
)
