"""One video with its cases, networks that count, and how their answers are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.protocols import Detections, Segments
from s2vbench.backbones.weights import resolve
from s2vbench.features.cache import FeatureCache
from s2vbench.features.engine import Features, compute_features
from s2vbench.features.spec import FeatureSpec
from s2vbench.features.subjects.case_files import FileDigests, case_subjects
from s2vbench.features.subjects.collect import SubjectWork
from s2vbench.features.subjects.names import FACES, SUBJECT_FEATURES, SubjectBackbones
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.profiles import load_profile
from s2vbench.run.plan import backbones_of, choose_metrics
from s2vbench.types import Case, Floats, FramesU8, Reference, Video
from s2vbench.video.decode import video_from_frames
from tests import tiny
from tests.clips import moving_square

PROFILE = load_profile(tiny.PROFILE)
NAMES = SubjectBackbones(
    "tests.tiny_detector:DETECTOR", "tests.tiny_segmenter:SEGMENTER", "tests.tiny:CLIP", "tests.tiny:DINO"
)
FEATURES = tuple(SUBJECT_FEATURES)
ALWAYS = tuple(name for name in FEATURES if name != FACES)
FROM_TRACKS = tuple(name for name in ALWAYS if name != "reference_canvas")
DINO_FRAMES = FeatureSpec("dino_frames", "tests.tiny:DINO", "frames", "all-frames-v1")
NUM_FRAMES = 5
VIDEO = video_from_frames(moving_square(NUM_FRAMES, 96, 128), fps=8)


_OTHER_CLIP = replace(tiny.CLIP, name="other clip", options=tiny.CLIP.options | {"embed_dim": 24})


def bank_at(precision: str = "fp32") -> Bank:
    metrics = ["s2v_consistency", "background_leak", "subject_consistency"]
    specs = [*backbones_of(PROFILE, choose_metrics(PROFILE, metrics)).values(), _OTHER_CLIP]
    return Bank(resolve(specs, "seeded:1", allow_unverified=False), precision=precision)  # type: ignore[arg-type]


class Counting:
    """A bank that counts the images that its detector and segmenter see, frames and references apart."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self.detected = {"frames": 0, "references": 0}
        self.segmented = {"frames": 0, "references": 0}
        self.calls: list[int] = []

    def detect(self, name: str, images: Sequence[FramesU8], phrases: Sequence[str]) -> list[Detections]:
        self.detected[kind_of(images)] += len(images)
        self.calls.append(len(images))
        return self._bank.detect(name, images, phrases)

    def segment(self, name: str, images: Sequence[FramesU8], boxes: Sequence[Floats]) -> list[Segments]:
        self.segmented[kind_of(images)] += len(images)
        return self._bank.segment(name, images, boxes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bank, name)


def kind_of(images: Sequence[FramesU8]) -> str:
    return "frames" if images[0].shape == (96, 128, 3) else "references"


NOTHING = {"frames": 0, "references": 0}


def the_cases() -> list[Case]:
    dog = Reference(id="d", kind="animal", noun="dog", images=("dog.png",), heldout=("dog2.png",))
    cat = Reference(id="c", kind="animal", noun="cat", images=("cat.png",))
    cases = [Case(id="main", prompt="a dog and a cat", references=(dog, cat))]
    for seed in range(6):
        other = Reference(id="o", kind="object", noun="thing", images=(f"other{seed}.png",), masks=("mask.png",))
        cases.append(Case(id=f"o{seed}", prompt="a thing", references=(other,)))
    return cases


def work(
    folder: Path, *, names: SubjectBackbones = NAMES, features: tuple[str, ...] = FEATURES, **policy: Any
) -> SubjectWork:
    cases = the_cases()
    return SubjectWork(case_subjects(cases[0], folder, cases, FileDigests()), SubjectPolicy(**policy), names, features)


def compute(bank: Any, wanted: SubjectWork, cache: FeatureCache | None = None, video: Video = VIDEO) -> Features:
    return compute_features(video, "a dog", [], bank, cache or FeatureCache(None), subjects=wanted)


def leaves(value: Any, at: str = "") -> dict[str, Any]:
    """Every array and number of a record, by its place in it."""
    if is_dataclass(value):
        return {k: v for f in fields(value) for k, v in leaves(getattr(value, f.name), f"{at}.{f.name}").items()}
    if isinstance(value, dict):
        return {k: v for name, entry in value.items() for k, v in leaves(entry, f"{at}.{name}").items()}
    if isinstance(value, tuple):
        return {k: v for place, entry in enumerate(value) for k, v in leaves(entry, f"{at}.{place}").items()}
    return {at: value}


def everything(features: Features, names: Sequence[str] = ALWAYS) -> dict[str, Any]:
    return leaves({name: features[name] for name in names})


def assert_same(found: dict[str, Any], expected: dict[str, Any], tolerance: float = 0.0) -> None:
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        if isinstance(value, np.ndarray) and np.issubdtype(value.dtype, np.floating):
            np.testing.assert_allclose(found[name], value, rtol=0, atol=tolerance, err_msg=name)
        elif isinstance(value, np.ndarray):
            assert np.array_equal(found[name], value), name
        elif not isinstance(value, SubjectPolicy):
            assert found[name] == value, name
