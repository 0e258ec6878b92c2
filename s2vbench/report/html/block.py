"""What the page shows of one video when it is opened, as JSON.

Shape letters: F looked-at frames.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from s2vbench.errors import InputError
from s2vbench.features.subjects.names import SUBJECT_FEATURES
from s2vbench.metrics.base import load_metric
from s2vbench.report.curves import PANELS
from s2vbench.report.html.facts import CaseFacts
from s2vbench.report.html.thumbnails import Album, leak_rows, outline, webp
from s2vbench.report.subjects import subject_series, subject_values
from s2vbench.run.evidence_file import Evidence, EvidenceFrame, EvidenceInstance, evidence_path, load_evidence
from s2vbench.types import Score

_MOST_POINTS = 160
"""Of one curve; longer ones are thinned evenly."""
_WHOLE_FRAME = ("frame_values", "series", "frames_0_to_100", "pairs", "frames")
"""Where metrics about whole frames keep what they say of each."""


@dataclass(frozen=True)
class Detail:
    """How much is shown of each video, so that a page stays small whatever the number of videos."""

    num_frames: int
    frame_px: int
    quality: int
    reference_px: int


def detail_for(num_videos: int) -> Detail:
    """Six large frames of each of a few videos, three small ones of each of many."""
    if num_videos <= 60:
        return Detail(6, 320, 75, 192)
    if num_videos <= 1000:
        return Detail(3, 208, 62, 128)
    return Detail(2, 128, 60, 96)


def about_subjects(metrics: Iterable[str]) -> set[str]:
    """Those metrics that look for subjects, and so leave evidence."""
    return {name for name in metrics if SUBJECT_FEATURES.keys() & set(load_metric(name).needs)}


def evidence_of(run: Path, scores: Sequence[Score], looking: Container[str]) -> tuple[Evidence | None, str]:
    """What was seen in one video, or why nothing can be shown.

    Args:
        run: the run folder.
        scores: all records about the video.
        looking: the metrics that look for subjects.
    """
    about = [score for score in scores if score.metric in looking]
    if not about:
        # Evidence that no current record is about was left by a video that has been replaced.
        return None, "no metric about subjects was scored for this video"
    path = evidence_path(run, about[0].case, about[0].seed)
    if not path.is_file():
        reason = next((score.reason for score in about if score.reason), None)
        return None, f"nothing is known about its subjects{f' ({reason})' if reason else ''}"
    try:
        return load_evidence(path), ""
    except InputError as error:
        return None, str(error)


def block(scores: Sequence[Score], facts: CaseFacts, evidence: Evidence | None, detail: Detail, album: Album) -> Any:
    """Everything about one video but its values and the video itself."""
    subjects = _subjects(scores, facts, evidence)
    place = {subject["id"]: index for index, subject in enumerate(subjects)}
    return {
        "prompt": facts.prompt,
        "subjects": subjects,
        "references": _references(facts, evidence, album),
        "frames": _frames(evidence, detail) if evidence else [],
        "chosenBy": evidence.assigned_by if evidence else None,
        "fps": evidence.fps if evidence else None,
        "curves": [curve for score in scores if (curve := _curve(score, place)) is not None],
    }


def _subjects(scores: Sequence[Score], facts: CaseFacts, evidence: Evidence | None) -> list[dict[str, Any]]:
    kinds = {reference.id: reference.kind for reference in facts.subjects}
    if evidence is not None:
        known = [(subject.id, subject.noun, subject.missing_reason) for subject in evidence.subjects]
    else:
        known = [(reference.id, reference.noun, None) for reference in facts.subjects]
    by_metric = {score.metric: subject_values(score) for score in scores}
    return [
        {
            "id": name,
            "noun": noun,
            "kind": kinds.get(name, ""),
            "notJudged": reason,
            "values": {metric: shortened(values[name]) for metric, values in by_metric.items() if name in values},
        }
        for name, noun, reason in known
    ]


def _references(facts: CaseFacts, evidence: Evidence | None, album: Album) -> list[dict[str, Any]]:
    """The pictures that the model was given: as evidence keeps them, else from the test set."""
    if evidence is not None:
        return [
            {
                "subject": view.subject,
                "picture": album.add(view.picture_HWC, view.mask_HW),
                "source": view.mask_source,
            }
            for view in evidence.views
        ]
    found = []
    for place, reference in enumerate(facts.subjects):
        for image in reference.images:
            assert facts.folder is not None, "subjects come from a test set"
            try:
                with Image.open(facts.folder / image) as picture:
                    picture.thumbnail((320, 320))
                    pixels_HWC = np.asarray(picture.convert("RGB"))
            except (OSError, ValueError):
                # The metrics have said what is wrong with it.
                continue
            found.append({"subject": place, "picture": album.add(pixels_HWC, None), "source": ""})
    return found


def _frames(evidence: Evidence, detail: Detail) -> list[dict[str, Any]]:
    count = min(detail.num_frames, len(evidence.frames))
    if not count:
        return []
    chosen = np.linspace(0, len(evidence.frames) - 1, count).round().astype(int).tolist()
    return [_frame(evidence, evidence.frames[place], detail) for place in chosen]


def _frame(evidence: Evidence, frame: EvidenceFrame, detail: Detail) -> dict[str, Any]:
    height, width = frame.picture_HWC.shape[:2]
    # Those that stand for a subject lie on top.
    ordered = sorted(frame.instances, key=lambda one: (one.subject is not None, one.subject or 0))
    found: dict[str, Any] = {
        "number": frame.frame,
        "size": (width, height),
        "picture": webp(frame.picture_HWC, detail.frame_px, detail.quality),
        "instances": [_instance(instance) for instance in ordered],
    }
    if evidence.leak_z_LRC is not None and frame.position in evidence.leak_frames_L:
        found["leak"] = leak_rows(evidence.leak_z_LRC[evidence.leak_frames_L.index(frame.position)])
    return found


def _instance(instance: EvidenceInstance) -> dict[str, Any]:
    return {
        "subject": instance.subject,
        "box": [round(edge, 1) for edge in instance.box],
        "score": shortened(instance.score),
        "mask": outline(instance.mask_HW),
    }


def _curve(score: Score, place: dict[str, int]) -> dict[str, Any] | None:
    """What a metric says frame by frame: of each subject, else of the whole frame."""
    parts = score.parts
    by_subject = {place[name]: values for name, values in subject_series(score).items() if name in place}
    series: dict[int, list[Any]] = by_subject or _whole(parts)
    length = max((len(values) for values in series.values()), default=0)
    series = {key: values for key, values in series.items() if len(values) == length}
    if length < 2 or not any(_is_number(value) for values in series.values() for value in values):
        return None
    numbers = parts.get("frames", ())
    frames = list(numbers) if len(numbers) == length and all(isinstance(n, int) for n in numbers) else []
    step = -(-length // _MOST_POINTS)
    panel = next((panel for panel in PANELS if panel.metric == score.metric), None)
    return {
        "metric": score.metric,
        "high": panel.high if panel else None,
        "bars": bool(panel and panel.bars),
        "frames": frames[::step],
        "lines": [
            [key, [shortened(value, 4) if _is_number(value) else None for value in values[::step]]]
            for key, values in series.items()
        ],
    }


def _whole(parts: dict[str, Any]) -> dict[int, list[Any]]:
    """-1 -> the values of the whole frames."""
    for name in _WHOLE_FRAME:
        values = parts.get(name)
        # `frames` holds the frames' numbers where another entry holds their values.
        numbers_only = name == "frames" and isinstance(values, list) and all(isinstance(v, int) for v in values)
        if isinstance(values, list) and not numbers_only:
            return {-1: values}
    return {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def shortened(value: float, digits: int = 6) -> float:
    """A number with so many digits that count: no more than a page shows.

    >>> shortened(0.123456789), shortened(3), shortened(0.123456, 4)
    (0.123457, 3.0, 0.1235)
    """
    return float(f"{value:.{digits}g}")
