"""Faces of human subjects, where the user supplies the networks for them.

Shape letters: M instances, V views, N instances of a frame, D feature width.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from s2vbench.backbones.faces import (
    DETECTOR_FILE,
    DETECTOR_SHA256,
    FEATURE_WIDTH,
    RECOGNISER_FILE,
    RECOGNISER_SHA256,
    FaceIdentity,
    find_faces,
)
from s2vbench.errors import InputError, NotApplicable
from s2vbench.features.subjects.case_files import ViewFile
from s2vbench.features.subjects.instances import Arrays, InstanceTable
from s2vbench.features.subjects.names import FACES
from s2vbench.features.subjects.parts.base import LookedAt, Setting, cosines
from s2vbench.features.subjects.tracks import FaceMatches, empty_similarity
from s2vbench.files import digest_of, sha256_of_file
from s2vbench.types import Floats, FramesU8


@dataclass(frozen=True)
class FaceFiles:
    """Both networks, and a name for their files."""

    network: FaceIdentity
    digest: str


def find_face_files(weights: str | None, *, allow_unverified: bool) -> FaceFiles | None:
    """The face networks in the weights folder; None where there is no folder, or not both files in it.

    Raises:
        InputError: a file is damaged, or not the published one.
    """
    source = weights or os.environ.get("S2VBENCH_WEIGHTS") or ""
    if not source or source.partition(":")[0] == "seeded":
        return None
    folder = Path(source).expanduser()
    files = {folder / DETECTOR_FILE: DETECTOR_SHA256, folder / RECOGNISER_FILE: RECOGNISER_SHA256}
    if not all(file.is_file() for file in files):
        return None
    digests = [sha256_of_file(file) for file in files]
    for (file, published), digest in zip(files.items(), digests, strict=True):
        if digest != published and not allow_unverified:
            raise InputError(
                f"{file}: SHA-256 is {digest}, published is {published}; fetch the file again, or use it as it is with "
                "--allow-unverified-weights"
            )
    network = find_faces(folder)
    assert network is not None, "both files are there"
    return FaceFiles(network, digest_of(digests))


class FacePart:
    """The face inside each instance that may be a human subject."""

    name = FACES

    def __init__(self, setting: Setting, files: FaceFiles | None) -> None:
        """Say at once where there is nothing to do, so that no video is read for it.

        Raises:
            NotApplicable: nobody to look for, or no networks.
        """
        self._humans = [k for k, subject in enumerate(setting.case.subjects) if subject.kind == "human"]
        if not self._humans:
            raise NotApplicable("the case has no human subject")
        if files is None:
            raise NotApplicable(
                f"face identity needs {DETECTOR_FILE} and {RECOGNISER_FILE} in the weights folder; see docs/weights.md"
            )
        self._setting, self._files = setting, files
        self._features: list[Floats] = []

    def identity(self) -> dict[str, str]:
        """The networks' files, the policy, and who is human."""
        return {
            "recipe": "faces-v1",
            "files": self._files.digest,
            "policy": self._setting.policy.digest(),
            "case": self._setting.case.digest(with_null=False),
        }

    def add(self, looked_at: Sequence[LookedAt]) -> None:
        """Look for a face in every accepted instance of a human subject."""
        columns = [self._setting.columns_K[subject] for subject in self._humans]
        for frame in looked_at:
            features_ND = np.full((len(frame.found.scores_N), FEATURE_WIDTH), np.nan, np.float32)
            scores_NH = frame.found.label_scores_NL[:, columns]
            human_N = frame.accepted_N & (scores_NH >= self._setting.policy.text_threshold).any(axis=1)
            for index in np.flatnonzero(human_N):
                features_ND[index] = _face_in(self._files.network, frame.rgb_HWC, frame.found.boxes_N4[index])
            self._features.append(features_ND)

    def finish(self) -> Arrays:
        """(M, 128), NaN where there is no assessable face."""
        empty = np.zeros((0, FEATURE_WIDTH), np.float32)
        return {"features": np.concatenate([empty, *self._features])}

    def assemble(self, arrays: Arrays, table: InstanceTable) -> FaceMatches:
        """Cosines with the faces in the condition views of human subjects."""
        assert len(arrays["features"]) == sum(len(frame.scores_N) for frame in table.instances)
        matches_MV = empty_similarity(len(arrays["features"]), len(self._setting.case.views))
        for place, view in self._setting.condition_views():
            if view.subject in self._humans:
                feature_D = self._view_face(view)
                if np.isfinite(feature_D).all():
                    matches_MV[:, place] = cosines(arrays["features"], feature_D[None])[:, 0]
        return FaceMatches(matches_MV)

    def _view_face(self, view: ViewFile) -> Floats:
        loaded = self._setting.book.load(view)
        return _face_in(self._files.network, loaded.rgb_HWC, np.array(loaded.box, dtype=np.float64))


def _face_in(
    network: FaceIdentity, picture_HWC: FramesU8, box_4: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> Floats:
    """The feature of the most certain face whose centre lies in the box; NaN where none is assessable."""
    faces = network.embed(picture_HWC, box_4[None].astype(np.float32))
    found = next((face.feature_D for face in faces if face.feature_D is not None), None)
    return np.full(FEATURE_WIDTH, np.nan, np.float32) if found is None else found
