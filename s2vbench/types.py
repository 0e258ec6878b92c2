"""Everything that crosses from one room to another.

What touches disk is a frozen pydantic model that knows no other keys; what holds arrays is a frozen dataclass.
Shape letters: T frames, H height, W width, C the three channels red, green, blue.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

FramesU8 = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Outcome = Literal["ok", "not_applicable", "failed"]


class Row(BaseModel):
    """One line of a file: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("must be a finite number")
    return value


Finite = Annotated[float, AfterValidator(_finite)]


class Drawn(Row):
    """Who a subject is in the rendered world: enough to draw it again in any pose."""

    species: str
    seed: int = Field(ge=0)


class Reference(Row):
    """One subject that should appear in the video."""

    id: str = Field(min_length=1)
    kind: Literal["human", "animal", "cartoon", "object", "background"]
    noun: str = Field(min_length=1)
    """The phrase a detector looks for; it appears literally in the prompt."""
    images: tuple[str, ...] = ()
    """Conditioning views, as paths below the test set's folder."""
    masks: tuple[str, ...] = ()
    """Where the subject is in each of `images`, as grey pictures of the same size; empty where nobody knows."""
    heldout: tuple[str, ...] = ()
    """Views that are never shown to a model."""
    heldout_masks: tuple[str, ...] = ()
    """Where the subject is in each of `heldout`; empty where nobody knows."""
    distractors: tuple[str, ...] = ()
    """Other individuals of the same class, never shown to a model."""
    distractor_masks: tuple[str, ...] = ()
    """Where they are in each of `distractors`; empty where nobody knows."""
    expected_count: int = Field(default=1, ge=1)
    """How many of it the prompt asks for."""
    drawn: Drawn | None = None
    """Set for subjects of the rendered world."""


class ActionOf(Row):
    """What one subject does."""

    subject_id: str
    action: str


class Relation(Row):
    """What one subject does to another."""

    agent_id: str
    verb: Literal["holds", "pushes", "approaches", "follows", "watches", "circles", "leans on"]
    patient_id: str


class Anchor(Row):
    """Where the prompt says that a subject is."""

    subject_id: str
    place: Literal["left", "right", "middle", "front", "back"]


class Staging(Row):
    """What a composed prompt asks for, in a form that the rendered world can act out."""

    scene: str
    """A place of the rendered world."""
    scene_seed: int = Field(default=0, ge=0)
    actions: tuple[ActionOf, ...] = ()
    relations: tuple[Relation, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    camera: Literal["still", "pan left", "pan right", "zoom in", "zoom out", "handheld"] = "still"
    motion_level: Literal["low", "medium", "high"] = "medium"


class Case(Row):
    """One thing a model is asked to make: a prompt and the subjects in it."""

    id: str
    prompt: str
    references: tuple[Reference, ...] = ()
    seeds: tuple[int, ...] = (0,)
    tags: tuple[str, ...] = ()
    expected_extra: int = Field(default=0, ge=0)
    """How many further instances of the subjects' classes the prompt asks for."""
    bg_overlap_expected: bool = False
    """True where the prompt asks for the background of a reference picture."""
    video: str | None = None
    """A video that exists already, as a path below the cases file's folder."""
    staging: Staging | None = None
    """Set for cases that the rendered world can act out."""
    duration_s: float | None = None
    aspect: str | None = None
    """Width to height, "16:9"."""


@dataclass(frozen=True)
class Video:
    """One video that can be read, a window of frames at a time; the whole of it is never held."""

    path: Path | None
    sha256: str
    """SHA-256 of the file's bytes (of the frames for a video in memory)."""
    width_px: int
    height_px: int
    fps: float | None
    num_frames_hint: int | None
    """What the container says; for progress only, frames are counted when they are read."""
    open_windows: Callable[[int], Iterator[FramesU8]]
    """Called with a number of frames, gives consecutive windows frames_THWC of at most that many."""


class Generation(Row):
    """One line of `generations.jsonl`: how the video of one case and seed came to be."""

    case: str
    seed: int
    outcome: Literal["ok", "failed"]
    path: str | None
    sha256: str | None
    frames_sha256: str | None = None
    """Of the decoded frames (`video.digest`): equal where metrics see the same pixels, whatever the file's bytes."""
    seconds: float | None = None
    """Time to make the video; null for a video that was there before the run."""
    reason: str | None = None


class Making(Row):
    """What a number was made with: everything that could change it."""

    profile: str
    precision: str
    backbones: dict[str, str]
    """Backbone name -> SHA-256 of its weights file ("seeded:<seed>" for random weights)."""
    recipes: dict[str, str]
    """Feature name -> named and versioned preprocessing recipe."""
    weights_verified: bool
    """True where every weights file has the digest its publisher states."""
    policy: dict[str, Any] = Field(default_factory=dict)
    """Choices of the metrics about subjects; see `docs/s2v.md`."""


class Score(Row):
    """One line of `scores.jsonl`: one metric of one video."""

    key: str
    """Names this piece of work: the case, the video's bytes, the prompt where it matters, and `comparability`."""
    case: str
    seed: int
    metric: str
    version: int
    outcome: Outcome
    value: Finite | None
    total: Finite | None
    """Sum over the `n` items that `value` is the mean of; set aggregates are made from totals and counts."""
    n: int = 0
    n_absent: int = 0
    n_na: int = 0
    reason: str | None = None
    parts: dict[str, Any] = Field(default_factory=dict)
    """Per-frame or per-reference detail for reports."""
    video_sha256: str | None
    comparability: str
    """Two numbers may share a table column only if this is the same."""
    making: Making


class WeightsFile(Row):
    """One checkpoint that a run used."""

    file: str
    sha256: str
    verified: bool
    """True where the digest is the one its publisher states."""


SCHEMA_VERSION = 1
"""Of what a run folder holds."""


class RunManifest(Row):
    """What a run folder was made with."""

    schema_version: int = SCHEMA_VERSION
    model: str
    profile: str
    profile_sha256: str
    testset: str
    testset_sha256: str
    precision: str
    weights: dict[str, WeightsFile]
    metrics: dict[str, str]
    """Metric name -> comparability."""
    seeds: tuple[int, ...]
    packages: dict[str, str]
    device: str
    command: tuple[str, ...]
    created: str
