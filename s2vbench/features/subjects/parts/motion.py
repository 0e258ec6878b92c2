"""Pixel work between frames and with references: camera and subject motion, point-by-point matches. No networks.

Shape letters: F looked-at frames, Q = F - 1 pairs, M instances, N instances of a frame, V views.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from s2vbench.features.subjects.even_sample import EvenSample
from s2vbench.features.subjects.instances import Arrays, InstanceTable
from s2vbench.features.subjects.parts.base import LookedAt, Setting
from s2vbench.features.subjects.tracks import CameraMotion, Doubles, KeypointMatches, empty_similarity
from s2vbench.video.camera import camera_motion
from s2vbench.video.keypoints import Keypoints, keypoints_of, match_keypoints
from s2vbench.video.rle import decode


class CameraPart:
    """From each looked-at frame to the next: the camera's zoom, and how far what moves by itself moved."""

    name = "camera_motion"

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._last: LookedAt | None = None
        self._zoom: list[float] = []
        self._background: list[float] = []
        self._subject: list[Doubles] = []

    def identity(self) -> dict[str, str]:
        """The policy, which says what a subject is; version of the arithmetic."""
        return {"recipe": "camera-v1", "policy": self._setting.policy.digest()}

    def add(self, looked_at: Sequence[LookedAt]) -> None:
        """Compare each frame with the one before."""
        for frame in looked_at:
            if self._last is not None:
                self._compare(self._last, frame)
            self._last = frame

    def _compare(self, before: LookedAt, after: LookedAt) -> None:
        step = camera_motion(before.rgb_HWC, after.rgb_HWC, before.subjects_HW)
        self._zoom.append(step.zoom)
        self._background.append(step.background_px)
        self._subject.append(np.array([step.inside_px(decode(mask)) for mask in before.found.masks], dtype=np.float64))

    def finish(self) -> Arrays:
        """Everything in `CameraMotion`."""
        last = [np.full(len(self._last.found.masks), np.nan)] if self._last is not None else []
        return {
            "zoom": np.array(self._zoom, dtype=np.float64),
            "background": np.array(self._background, dtype=np.float64),
            "subject": np.concatenate([*self._subject, *last]) if last else np.zeros(0),
        }

    def assemble(self, arrays: Arrays, table: InstanceTable) -> CameraMotion:
        """The motion."""
        assert len(arrays["zoom"]) == max(0, len(table.frames_F) - 1)
        return CameraMotion(arrays["zoom"], arrays["background"], arrays["subject"])


class KeypointPart:
    """Instances of a few frames matched with the views of the subjects that they may be."""

    name = "keypoint_matches"

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._kept: EvenSample[list[tuple[int, int, float, float]]] = EvenSample(setting.policy.keypoint_frames)
        self._views: dict[int, Keypoints] = {}

    def identity(self) -> dict[str, str]:
        """The policy and the pictures."""
        case = self._setting.case.digest(with_null=False)
        return {"recipe": "sift-v1", "policy": self._setting.policy.digest(), "case": case}

    def add(self, looked_at: Sequence[LookedAt]) -> None:
        """Match the instances of the frames that are kept."""
        for frame in looked_at:
            if self._kept.wants(frame.position):
                self._kept.add(frame.position, self._matches(frame))

    def _matches(self, frame: LookedAt) -> list[tuple[int, int, float, float]]:
        found = []
        for index in np.flatnonzero(frame.accepted_N):
            points: Keypoints | None = None
            for place, view in self._setting.condition_views():
                column = self._setting.columns_K[view.subject]
                if frame.found.label_scores_NL[index, column] >= self._setting.policy.text_threshold:
                    points = points or keypoints_of(frame.rgb_HWC, decode(frame.found.masks[index]))
                    found.append((int(index), place, *match_keypoints(points, self._view(place))))
        return found

    def _view(self, place: int) -> Keypoints:
        if place not in self._views:
            loaded = self._setting.book.load(self._setting.case.views[place])
            self._views[place] = keypoints_of(loaded.rgb_HWC, loaded.mask_HW)
        return self._views[place]

    def finish(self) -> Arrays:
        """(position, instance of the frame, view, inlier ratio, mask IoU) of each match."""
        rows = [(position, *match) for position, matches in self._kept.items() for match in matches]
        return {"matches": np.array(rows, dtype=np.float64).reshape(-1, 5)}

    def assemble(self, arrays: Arrays, table: InstanceTable) -> KeypointMatches:
        """The matches by instance and view."""
        counts = [len(frame.scores_N) for frame in table.instances]
        first = np.concatenate([[0], np.cumsum(counts)]).astype(int)
        ratio_MV, iou_MV = (empty_similarity(int(first[-1]), len(self._setting.case.views)) for _ in range(2))
        for position, index, place, ratio, iou in arrays["matches"].tolist():
            row = first[int(position)] + int(index)
            ratio_MV[row, int(place)], iou_MV[row, int(place)] = ratio, iou
        return KeypointMatches(ratio_MV, iou_MV)
