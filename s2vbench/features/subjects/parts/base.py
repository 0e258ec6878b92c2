"""What every part is given, and what it gives.

Shape letters: N instances of a frame, V views, D feature width, H height, W width, C channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from s2vbench.backbones.bank import Bank
from s2vbench.features.subjects.case_files import CaseSubjects, ViewFile
from s2vbench.features.subjects.instances import Arrays, FrameInstances, InstanceTable
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.features.subjects.views import ViewBook
from s2vbench.types import FramesU8
from s2vbench.video.rle import decode

Mask = npt.NDArray[np.bool_]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LookedAt:
    """One looked-at frame with what was found in it."""

    position: int
    """Row of `Tracks.frames_F`."""
    frame: int
    """Position in the video."""
    rgb_HWC: FramesU8
    found: FrameInstances
    accepted_N: npt.NDArray[np.bool_]

    @cached_property
    def subjects_HW(self) -> Mask:
        """Where any accepted instance is."""
        union_HW = np.zeros(self.rgb_HWC.shape[:2], dtype=np.bool_)
        for index in np.flatnonzero(self.accepted_N):
            union_HW |= decode(self.found.masks[index])
        return union_HW


@dataclass(frozen=True)
class Setting:
    """Everything a part may use."""

    bank: Bank
    book: ViewBook
    policy: SubjectPolicy
    case: CaseSubjects
    columns_K: tuple[int, ...]
    """Each subject's column of the instances' label scores."""

    def condition_views(self) -> list[tuple[int, ViewFile]]:
        """(place, view) of the views that a model was shown."""
        return [(place, view) for place, view in enumerate(self.case.views) if view.role == "condition"]


class Part(Protocol):
    """Gathers one thing over the looked-at frames of a video."""

    name: str

    def identity(self) -> dict[str, str]:
        """What can change it, beyond the instances."""

    def add(self, looked_at: Sequence[LookedAt]) -> None:
        """The looked-at frames of a window."""

    def finish(self) -> Arrays:
        """What the cache keeps."""

    def assemble(self, arrays: Arrays, table: InstanceTable) -> Any:
        """What metrics are given."""


def unit(features_ND: npt.NDArray[Any]) -> Doubles:
    """Each row at length 1, in float64; rows of zeros stay."""
    features = features_ND.astype(np.float64)
    rows: Doubles = features / np.maximum(np.linalg.norm(features, axis=-1, keepdims=True), 1e-12)
    return rows


def cosines(a_ND: npt.NDArray[Any], b_VD: npt.NDArray[Any]) -> Doubles:
    """Cosine (N, V) of each row with each row, in -1..1."""
    products: Doubles = np.clip(unit(a_ND) @ unit(b_VD).T, -1.0, 1.0)
    return products
