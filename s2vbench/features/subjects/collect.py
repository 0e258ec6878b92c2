"""One pass over a video for everything about its subjects; what the cache has is not computed again.

The detector and the segmenter are nearly all of the cost. What they say is cached by itself, so that other thresholds,
encoders or references need neither of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from s2vbench.backbones.bank import Bank, FrameWindow
from s2vbench.errors import NotApplicable
from s2vbench.features.attempt import attempt
from s2vbench.features.cache import FeatureCache
from s2vbench.features.spec import Failure
from s2vbench.features.subjects.case_files import CaseSubjects
from s2vbench.features.subjects.instances import Arrays, FrameInstances, InstanceTable
from s2vbench.features.subjects.names import CANVAS, FACES, THUMBNAILS, TRACKS, SubjectBackbones
from s2vbench.features.subjects.parts.backgrounds import BackgroundPart
from s2vbench.features.subjects.parts.base import LookedAt, Part, Setting
from s2vbench.features.subjects.parts.canvas import ThumbnailPart
from s2vbench.features.subjects.parts.crops import CropPart
from s2vbench.features.subjects.parts.faces import FaceFiles, FacePart
from s2vbench.features.subjects.parts.leak import LeakPart
from s2vbench.features.subjects.parts.motion import CameraPart, KeypointPart
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.features.subjects.sources import Detection, InstanceSource
from s2vbench.features.subjects.tracks import Subject, Tracks, View
from s2vbench.features.subjects.truth import CaseTruth, TruthTracks
from s2vbench.features.subjects.views import ViewBook
from s2vbench.files import digest_of
from s2vbench.types import Video

INSTANCES = "instances-v1"
UNFINISHED = -1
"""Number of frames of a table that an interrupted run left."""


@dataclass(frozen=True)
class SubjectWork:
    """What is wanted about the subjects of one video."""

    case: CaseSubjects
    policy: SubjectPolicy
    backbones: SubjectBackbones
    features: tuple[str, ...]
    """Names in `SUBJECT_FEATURES`."""
    truth: CaseTruth | None = None
    """Known tracks, taken instead of the detector's."""
    faces: FaceFiles | None = None
    """Networks for faces, where the user has them."""
    known_views: dict[str, Arrays] = field(default_factory=dict)
    """What the run has found out about reference pictures; each video adds to it."""


_Make = Callable[[Setting, SubjectBackbones], Part]
_PARTS: dict[str, _Make] = {
    "clip_crops": lambda setting, names: CropPart("clip_crops", setting, names.similarity),
    "identity_crops": lambda setting, names: CropPart("identity_crops", setting, names.identity),
    "backgrounds": lambda setting, names: BackgroundPart("backgrounds", setting, names.similarity, "mean"),
    "literal_backgrounds": lambda setting, names: BackgroundPart(
        "literal_backgrounds", setting, names.similarity, "black"
    ),
    "leak": lambda setting, names: LeakPart(setting, names.identity),
    "camera_motion": lambda setting, _: CameraPart(setting),
    "keypoint_matches": lambda setting, _: KeypointPart(setting),
    THUMBNAILS: lambda setting, _: ThumbnailPart(setting),
}


class SubjectCollector:
    """Gathers the wanted features of one video, all but `CANVAS`, which needs no subjects found."""

    def __init__(self, work: SubjectWork, video: Video, bank: Bank, cache: FeatureCache) -> None:
        """Look up what is known, and read every reference picture before anything expensive starts.

        Raises:
            NotApplicable: the case has no subjects.
            PictureError: a reference picture cannot be read.
        """
        if not work.case.subjects:
            raise NotApplicable("the case has no subjects: it names no references")
        self._work, self._video, self._cache = work, video, cache
        self._wanted = [name for name in work.features if name not in {TRACKS, CANVAS}]
        self._source = _source(work, bank, cache)
        labels, columns = self._source.labels(work.case.subjects)
        self._labels = labels
        book = ViewBook(bank, cache, self._source, work.policy, work.known_views)
        self._setting = Setting(bank, book, work.policy, work.case, tuple(columns))
        for view in work.case.views:
            book.check(view)
        for view in work.case.views:
            book.facts(view)
        self._table, self._by_frame = self._known_instances()
        self._parts: dict[str, Part] = {}
        self._spoiled: dict[str, NotApplicable | Failure] = {}
        for name in self._wanted:
            made = attempt(partial(self._part, name))
            if isinstance(made, NotApplicable | Failure):
                self._spoiled[name] = made
            else:
                self._parts[name] = made
        self._arrays: dict[str, Arrays] = {}
        for name, part in self._parts.items():
            found = cache.get_arrays(self._identity(part))
            if found is not None:
                self._arrays[name] = found
        self._pending = [part for name, part in self._parts.items() if name not in self._arrays]
        self._frames: list[int] = []
        self._num_frames = 0

    def _part(self, name: str) -> Part:
        if name == FACES:
            return FacePart(self._setting, self._work.faces)
        return _PARTS[name](self._setting, self._work.backbones)

    def _known_instances(self) -> tuple[InstanceTable | None, dict[int, FrameInstances]]:
        """The whole table, or None and what an interrupted run had found."""
        known = self._cache.get_arrays(self._instances_identity())
        if known is None:
            return None, {}
        table = InstanceTable.from_arrays(known)
        by_frame = dict(zip(table.frames_F.tolist(), table.instances, strict=True))
        return (None if table.num_frames == UNFINISHED else table), by_frame

    @property
    def needs_frames(self) -> bool:
        """True where something has to be computed from the video."""
        return self._table is None or bool(self._pending)

    def add(self, window: FrameWindow) -> None:
        """The next frames of the video."""
        first = self._num_frames
        self._num_frames += len(window.frames_NHWC)
        rows = [row for row in range(len(window.frames_NHWC)) if self._source.looks_at(first + row)]
        if not rows:
            return
        found = self._instances(window, rows, first)
        looked_at = [
            LookedAt(
                len(self._frames) + at,
                first + row,
                window.frames_NHWC[row],
                instances,
                instances.accepted_N(self._work.policy),
            )
            for at, (row, instances) in enumerate(zip(rows, found, strict=True))
        ]
        self._frames += [first + row for row in rows]
        self._each_part(lambda part: part.add(looked_at))

    def _each_part(self, action: Callable[[Part], None]) -> None:
        for part in self._pending:
            if part.name not in self._spoiled:
                outcome = attempt(partial(action, part))
                if outcome is not None:
                    self._spoiled[part.name] = outcome

    def _instances(self, window: FrameWindow, rows: list[int], first: int) -> list[FrameInstances]:
        unknown = [row for row in rows if first + row not in self._by_frame]
        if unknown:
            frames = [first + row for row in unknown]
            found = self._source.find(window.frames_NHWC[unknown], frames, self._labels)
            self._by_frame.update(zip(frames, found, strict=True))
            # Minutes of work on a CPU: kept at once, so that an interrupted run goes on from here.
            self._cache.put_arrays(self._instances_identity(), self._table_of(UNFINISHED).to_arrays())
        return [self._by_frame[first + row] for row in rows]

    def _table_of(self, num_frames: int) -> InstanceTable:
        frames = sorted(self._by_frame)
        return InstanceTable(
            np.array(frames, dtype=np.int64),
            num_frames,
            self._video.height_px,
            self._video.width_px,
            tuple(self._by_frame[frame] for frame in frames),
        )

    def finish(self) -> dict[str, Any]:
        """Every wanted feature by name; a NotApplicable or Failure stands where one could not be made.

        Raises:
            NotApplicable: no frame of the video was looked at.
        """
        if self._table is None:
            self._table = self._table_of(self._num_frames)
            self._cache.put_arrays(self._instances_identity(), self._table.to_arrays())
        if not len(self._table.frames_F):
            raise NotApplicable("none of the frames that are known about is looked at")
        features = {name: attempt(partial(self._feature, name, self._table)) for name in self._wanted}
        return {TRACKS: self._tracks(self._table)} | features

    def _feature(self, name: str, table: InstanceTable) -> Any:
        if name in self._spoiled:
            return self._spoiled[name]
        part = self._parts[name]
        if name not in self._arrays:
            self._arrays[name] = part.finish()
            self._cache.put_arrays(self._identity(part), self._arrays[name])
        return part.assemble(self._arrays[name], table)

    def _instances_identity(self) -> dict[str, str]:
        truth = self._work.truth
        return {
            "feature": INSTANCES,
            "video": self._video.sha256,
            "labels": digest_of(self._labels),
            # Truth may name subjects by noun; networks see no more of a subject than its label.
            "truth": digest_of([truth.digest(), [entry.noun for entry in self._work.case.subjects]]) if truth else "",
            "stride": str(self._work.policy.frame_stride),
            **self._source.identity(),
        }

    def _identity(self, part: Part) -> dict[str, str]:
        instances = digest_of(self._instances_identity())
        return {"feature": part.name, "instances": instances, **part.identity()}

    def _tracks(self, table: InstanceTable) -> Tracks:
        case, columns = self._work.case, list(self._setting.columns_K)
        per_frame = [len(frame.scores_N) for frame in table.instances]
        views = tuple(
            View(view.subject, view.role, view.sha256, *self._setting.book.facts(view)) for view in case.views
        )
        return Tracks(
            policy=self._work.policy,
            fps=self._video.fps,
            num_frames=table.num_frames,
            height_px=table.height_px,
            width_px=table.width_px,
            frames_F=table.frames_F,
            subjects=tuple(self._subject(place, views) for place in range(len(case.subjects))),
            expected_extra=case.expected_extra,
            views=views,
            frame_M=np.repeat(np.arange(len(per_frame)), per_frame),
            boxes_M4=np.concatenate([frame.boxes_N4 for frame in table.instances]),
            scores_M=np.concatenate([frame.scores_N for frame in table.instances]),
            phrase_scores_MK=np.concatenate([frame.label_scores_NL[:, columns] for frame in table.instances]),
            masks=tuple(mask for frame in table.instances for mask in frame.masks),
            area_M=np.concatenate([np.diagonal(frame.shared_NN) for frame in table.instances]),
            shared_area=tuple(frame.shared_NN for frame in table.instances),
        )

    def _subject(self, place: int, views: tuple[View, ...]) -> Subject:
        entry = self._work.case.subjects[place]
        sources = [view.mask_source for view in views if view.subject == place and view.role == "condition"]
        reason = None
        if not sources:
            reason = "it has no reference image"
        elif all(source == "whole picture" for source in sources):
            reason = f"the detector does not find {entry.noun!r} in its own reference image"
        return Subject(entry.id, entry.noun, entry.kind, entry.expected_count, reason)


def _source(work: SubjectWork, bank: Bank, cache: FeatureCache) -> InstanceSource:
    if work.truth is not None:
        return TruthTracks(work.truth, work.case.subjects, work.policy)
    return Detection(bank, cache, work.backbones.detector, work.backbones.segmenter, work.policy)
