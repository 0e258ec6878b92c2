"""Known masks, boxes and identities from files, where a network would otherwise look for them.

A truth file lists, for every frame it knows something about, who is where; a subject that is not listed is not
visible, and frames that are not listed are not looked at:

    {"frames": {"0": {"dog": [445, 98, 630, 402], "cat": {"box": [...], "mask": {"size": [512, 896], "counts": [...]}}},
                "27": {"dog": [[...], [...]]}},
     "references": {"dog": [[12, 30, 400, 500]]}}

A subject is named by its id (who it is, is known) or by its noun (one of that kind, who is not known). A box is x0, y0,
x1, y1 in pixels; without a mask it is the mask. A list of boxes is several instances. `mask` holds run lengths row by
row, the first for pixels outside. `references` may give the box of a subject in each of its condition images.
A file for several cases holds {"boxes": {"<case>": {"0": {...}}}, "references": {"<case>": {...}}}.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, Field, ValidationError

from s2vbench.errors import InputError, PictureError
from s2vbench.features.subjects.case_files import SubjectEntry, ViewFile
from s2vbench.features.subjects.composite import whole_pixels
from s2vbench.features.subjects.instances import FrameInstances, box_mask, frame_instances
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.features.subjects.sources import ViewMask
from s2vbench.files import digest_of
from s2vbench.types import Finite, FramesU8, Row
from s2vbench.video.rle import Rle, decode

Box = tuple[Finite, Finite, Finite, Finite]


class TruthMask(Row):
    """Run lengths of one mask."""

    size: tuple[int, int]
    counts: tuple[Annotated[int, Field(ge=0)], ...]


class TruthInstance(Row):
    """One instance in one frame."""

    box: Box
    mask: TruthMask | None = None


def _as_instances(value: Any) -> Any:
    """A box, an instance, or several of either, as a list of instances; an empty list is nobody."""
    several = isinstance(value, list | tuple) and not any(isinstance(item, int | float) for item in value)
    items = value if several else [value]
    return [{"box": item} if isinstance(item, list | tuple) else item for item in items]


Instances = Annotated[tuple[TruthInstance, ...], BeforeValidator(_as_instances)]
FrameTruth = dict[str, Instances]


class CaseTruth(Row):
    """What is known about one video."""

    frames: dict[Annotated[int, Field(ge=0)], FrameTruth]
    references: dict[str, tuple[Box, ...]] = Field(default_factory=dict)

    def digest(self) -> str:
        """A name for its content."""
        return digest_of(self.model_dump(mode="json"))


class _OneCaseFile(Row):
    frames: dict[Annotated[int, Field(ge=0)], FrameTruth]
    references: dict[str, tuple[Box, ...]] = Field(default_factory=dict)
    schema_version: int = 1
    note: str = ""


class _ManyCasesFile(Row):
    boxes: dict[str, dict[Annotated[int, Field(ge=0)], FrameTruth]]
    references: dict[str, dict[str, tuple[Box, ...]]] = Field(default_factory=dict)
    schema_version: int = 1
    note: str = ""


def read_truth(path: Path, case: str, seed: int) -> CaseTruth:
    """The truth of one case: from a file of many cases, or from `<case>/<seed>.truth.json` or `<case>.truth.json`.

    Args:
        path: a file, or the folder that the second form lies in (beside the videos).
        case: the case's id.
        seed: the video's seed.

    Raises:
        InputError: no such file, not JSON, wrong keys or numbers, or a file that does not know the case.
    """
    file = path
    if path.is_dir():
        candidates = [path / f"{case}/{seed}.truth.json", path / f"{case}-{seed}.truth.json"]
        candidates.append(path / f"{case}.truth.json")
        file = next((candidate for candidate in candidates if candidate.is_file()), candidates[-1])
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(content, dict) and "boxes" in content:
            many = _ManyCasesFile.model_validate(content)
            if case not in many.boxes:
                raise InputError(f"{file}: knows nothing about case {case!r}; it has {', '.join(many.boxes)}")
            return CaseTruth(frames=many.boxes[case], references=many.references.get(case, {}))
        one = _OneCaseFile.model_validate(content)
        return CaseTruth(frames=one.frames, references=one.references)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: no readable truth for case {case!r} ({error}); see docs/s2v.md") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{file}: not valid JSON ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{file}, {place}: {first['msg']}") from error


class TruthTracks:
    """An instance source that knows."""

    def __init__(self, truth: CaseTruth, subjects: Sequence[SubjectEntry], policy: SubjectPolicy) -> None:
        self._truth, self._subjects, self._policy = truth, list(subjects), policy

    def identity(self) -> dict[str, str]:
        """That it is truth: what is known of frames and views is part of their own identities."""
        return {"source": "truth-v1"}

    def labels(self, subjects: Sequence[SubjectEntry]) -> tuple[list[str], list[int]]:
        """The subjects' ids."""
        return [subject.id for subject in subjects], list(range(len(subjects)))

    def looks_at(self, frame: int) -> bool:
        """The frames that the truth lists, of every `frame_stride`-th."""
        return frame in self._truth.frames and frame % self._policy.frame_stride == 0

    def find(self, frames_NHWC: FramesU8, frames: Sequence[int], labels: Sequence[str]) -> list[FrameInstances]:
        """What the truth lists for each frame, all of it with score 1."""
        height_px, width_px = frames_NHWC.shape[1:3]
        return [self._instances(self._truth.frames[frame], labels, height_px, width_px) for frame in frames]

    def _instances(self, truth: FrameTruth, labels: Sequence[str], height_px: int, width_px: int) -> FrameInstances:
        boxes, scores, masks = [], [], []
        for name, instances in truth.items():
            row = [float(name in {subject.id, subject.noun}) for subject in self._subjects]
            for instance in instances:
                boxes.append(instance.box)
                scores.append(row)
                masks.append(_mask(instance, height_px, width_px))
        return frame_instances(
            np.array(boxes, dtype=np.float64).reshape(-1, 4),
            np.ones(len(boxes)),
            np.array(scores, dtype=np.float64).reshape(-1, len(labels)),
            masks,
        )

    def find_in_view(self, picture_HWC: FramesU8, view: ViewFile) -> ViewMask:
        """The box that the truth gives, else the whole picture, which then is the subject by declaration."""
        height_px, width_px = picture_HWC.shape[:2]
        if view.truth_box is not None:
            box = whole_pixels(np.array(view.truth_box, dtype=np.float64), height_px, width_px)
            if box is not None:
                return ViewMask(box_mask(box, height_px, width_px), "truth", box)
        return ViewMask(np.ones((height_px, width_px), dtype=np.bool_), "truth")


def _mask(instance: TruthInstance, height_px: int, width_px: int) -> npt.NDArray[np.bool_]:
    if instance.mask is None:
        box = whole_pixels(np.array(instance.box, dtype=np.float64), height_px, width_px)
        return box_mask(box, height_px, width_px) if box else np.zeros((height_px, width_px), dtype=np.bool_)
    if instance.mask.size != (height_px, width_px):
        raise PictureError(
            f"a truth mask is {instance.mask.size[1]}x{instance.mask.size[0]} px, the video {width_px}x{height_px}"
        )
    try:
        return decode(Rle(height_px, width_px, np.array(instance.mask.counts, dtype=np.uint32)))
    except ValueError as error:
        raise PictureError(f"a truth mask is damaged: {error}") from error
