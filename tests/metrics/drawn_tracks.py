"""Tracks and similarities from plain lists, so that metrics of them have known answers.

A frame is a list whose entry `k` is what subject `k` looks like there: a box, None where it is not seen, or a `Seen`
for whatever is less simple. Further entries, always `Seen`, are further instances. The same `frames` go to `tracks`
and to `crop_similarity`, and both sort instances the same way (frame, then score from high to low).

    frames = [[(10, 10, 60, 60), None], [(12, 10, 62, 60), Seen((100, 10, 150, 60), 1, cosines=(0.2, 0.7))]]
    drawn = tracks(frames, ["dog", "cat"])
    crops = crop_similarity(frames, drawn)
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2vbench.features.engine import Features
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.features.subjects.tracks import Bools, CropSimilarity, Doubles, Subject, Tracks, View, ViewRole
from s2vbench.metrics.base import Measurement, Metric
from s2vbench.types import Case
from s2vbench.video.rle import decode, encode

Box = tuple[float, float, float, float]
HIGH, LOW = 0.9, 0.1


@dataclass(frozen=True)
class Seen:
    """One instance."""

    box: Box
    """x0, y0, x1, y1 in pixels."""
    subject: int = 0
    """Whose noun the detector finds it by; the other fields' defaults follow."""
    score: float = HIGH
    cosines: Sequence[float] | None = None
    """One for each view; 0.9 for views of `subject` that are no distractors and 0.1 for others unless told."""
    phrases: Sequence[float] | None = None
    """One for each subject; 0.9 for subjects of the noun and 0.0 for others unless told."""
    mask_HW: Bools | None = None
    """The box unless told."""


Frame = Sequence[Box | Seen | None]


def subjects_of(nouns: Sequence[str | Subject]) -> tuple[Subject, ...]:
    """Subjects "dog-0", "cat-1" of the nouns "dog", "cat"; one that is a `Subject` already stays as it is."""
    return tuple(
        noun if isinstance(noun, Subject) else Subject(id=f"{noun}-{k}", noun=noun, kind="animal")
        for k, noun in enumerate(nouns)
    )


def views_of(roles: Sequence[tuple[int, ViewRole]]) -> tuple[View, ...]:
    """Views from pairs of subject and role."""
    return tuple(
        View(subject=subject, role=role, sha256=f"view-{index}", mask_source="truth", has_background=True)
        for index, (subject, role) in enumerate(roles)
    )


def tracks(
    frames: Sequence[Frame],
    nouns: Sequence[str | Subject] = ("dog",),
    *,
    views: Sequence[tuple[int, ViewRole]] | None = None,
    policy: SubjectPolicy | None = None,
    fps: float | None = 16.0,
    height_px: int = 100,
    width_px: int = 200,
    frames_F: Sequence[int] | None = None,
    num_frames: int | None = None,
    expected_extra: int = 0,
) -> Tracks:
    """Tracks of the frames; one condition view for each subject unless `views` says otherwise."""
    subjects = subjects_of(nouns)
    rows = list(frames_F) if frames_F is not None else list(range(len(frames)))
    assert len(rows) == len(frames)
    seen = [_sorted(frame) for frame in frames]
    flat = [instance for frame in seen for instance in frame]
    masks = [_mask(instance, height_px, width_px) for instance in flat]
    counts = np.cumsum([0] + [len(frame) for frame in seen])
    shared = [_shared(masks[start:stop]) for start, stop in itertools.pairwise(counts)]
    return Tracks(
        policy=policy or SubjectPolicy(),
        fps=fps,
        num_frames=num_frames if num_frames is not None else max(rows, default=-1) + 1,
        height_px=height_px,
        width_px=width_px,
        frames_F=np.array(rows, np.int64),
        subjects=subjects,
        expected_extra=expected_extra,
        views=views_of(views if views is not None else [(k, "condition") for k in range(len(subjects))]),
        frame_M=np.array([f for f, frame in enumerate(seen) for _ in frame], np.int64),
        boxes_M4=np.array([instance.box for instance in flat], np.float64).reshape(-1, 4),
        scores_M=np.array([instance.score for instance in flat], np.float64),
        phrase_scores_MK=np.array([_phrases(i, subjects) for i in flat], np.float64).reshape(len(flat), len(subjects)),
        masks=tuple(encode(mask) for mask in masks),
        area_M=np.array([mask.mean() for mask in masks], np.float64),
        shared_area=tuple(shared),
    )


def crop_similarity(frames: Sequence[Frame], drawn: Tracks, views_VV: Doubles | None = None) -> CropSimilarity:
    """The cosines that the instances of `frames` carry; `view_cosines` of the views unless told."""
    flat = [instance for frame in frames for instance in _sorted(frame)]
    rows = [_cosines(instance, drawn.views) for instance in flat]
    return CropSimilarity(
        instances_MV=np.array(rows, np.float64).reshape(len(flat), len(drawn.views)),
        views_VV=views_VV if views_VV is not None else view_cosines(drawn.views),
    )


def view_cosines(
    views: Sequence[View],
    *,
    positive: float = HIGH,
    negative: float = LOW,
    pairs: Mapping[tuple[int, int], float] | None = None,
) -> Doubles:
    """(V, V): `positive` for views of one subject, `negative` for all others, 1 for a view with itself.

    A distractor is another individual, so it is `negative` to everything; `pairs` sets single cosines, both ways.
    """
    result = np.full((len(views), len(views)), negative)
    for i, a in enumerate(views):
        for j, b in enumerate(views):
            if a.subject == b.subject and "distractor" not in {a.role, b.role}:
                result[i, j] = positive
    np.fill_diagonal(result, 1.0)
    for (i, j), cosine in (pairs or {}).items():
        result[i, j] = result[j, i] = cosine
    return result


def measure(
    metric: Metric, frames: Sequence[Frame], nouns: Sequence[str | Subject] = ("dog",), **more: Any
) -> Measurement:
    """A metric of the frames; `more` goes to `tracks`, and `views_VV` to `crop_similarity`."""
    views_VV = more.pop("views_VV", None)
    drawn = tracks(frames, nouns, **more)
    features: dict[str, Any] = {"tracks": drawn, "identity_crops": crop_similarity(frames, drawn, views_VV)}
    return metric.compute(Case(id="a", prompt="a dog"), Features(features))


def random_frames(seed: int, num_subjects: int, views_per_subject: int = 1) -> list[list[Seen]]:
    """One to five frames of up to five instances in the left half of 100 x 200 pixels; no two numbers are equal."""
    rng = np.random.default_rng(seed)

    def instance() -> Seen:
        x0, y0 = rng.integers(0, 50, 2)
        width_px, height_px = rng.integers(16, 50, 2)
        return Seen(
            (float(x0), float(y0), float(x0 + width_px), float(y0 + height_px)),
            score=float(rng.uniform(0.2, 0.95)),
            cosines=rng.uniform(0.0, 0.95, num_subjects * views_per_subject).tolist(),
            phrases=rng.uniform(0.0, 0.9, num_subjects).tolist(),
        )

    return [[instance() for _ in range(rng.integers(0, 6))] for _ in range(rng.integers(1, 6))]


def masks_of(drawn: Tracks) -> list[Bools]:
    """The instances' masks (H, W), in the tracks' order."""
    return [decode(mask) for mask in drawn.masks]


def _sorted(frame: Frame) -> list[Seen]:
    entries = [entry if isinstance(entry, Seen) else Seen(entry, k) for k, entry in enumerate(frame) if entry]
    return sorted(entries, key=lambda instance: -instance.score)


def _mask(instance: Seen, height_px: int, width_px: int) -> Bools:
    if instance.mask_HW is not None:
        assert instance.mask_HW.shape == (height_px, width_px)
        return instance.mask_HW
    mask = np.zeros((height_px, width_px), bool)
    x0, y0, x1, y1 = (round(edge) for edge in instance.box)
    mask[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = True
    return mask


def _phrases(instance: Seen, subjects: Sequence[Subject]) -> Sequence[float]:
    if instance.phrases is not None:
        return instance.phrases
    noun = subjects[instance.subject].noun
    return [HIGH if subject.noun == noun else 0.0 for subject in subjects]


def _cosines(instance: Seen, views: Sequence[View]) -> Sequence[float]:
    if instance.cosines is not None:
        return instance.cosines
    return [HIGH if view.subject == instance.subject and view.role != "distractor" else LOW for view in views]


def _shared(masks: Sequence[Bools]) -> Doubles:
    """(n, n) for the n masks of one frame."""
    return np.array([[(a & b).mean() for b in masks] for a in masks], np.float64).reshape(len(masks), len(masks))
