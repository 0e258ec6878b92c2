from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.metrics.base import Measurement
from s2vbench.metrics.consistency import (
    BACKGROUND_CONSISTENCY,
    SUBJECT_CONSISTENCY,
    consistency_of_frames,
)
from s2vbench.metrics.motion import MOTION_SMOOTHNESS, smoothness_of_errors
from s2vbench.metrics.quality import AESTHETIC_QUALITY, IMAGING_QUALITY
from s2vbench.metrics.text import VICLIP_SCORE, cosine
from s2vbench.types import Case

CASE = Case(id="a", prompt="a dog")
FEATURES_TD = hnp.arrays(
    np.float32,
    st.tuples(st.integers(2, 12), st.integers(1, 8)),
    # Eighths: no vector is so short that the floor of its norm matters.
    elements=st.integers(-800, 800).map(lambda eighths: eighths / 8),
)


def _measure(metric: Any, case: Case = CASE, **features: npt.NDArray[Any]) -> Measurement:
    found: Measurement = metric.compute(case, Features(features))
    return found


def test_consistency_by_hand() -> None:
    root = math.sqrt(0.5)
    features = np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 3.0], [-1.0, 0.0]])
    # Frame 1: root to both. Frame 2: root to the previous, 0 to the first. Frame 3: 0, and -1 clamped to 0.
    expected = [root, root / 2, 0.0]
    assert np.allclose(consistency_of_frames(features), expected, atol=1e-12)
    for metric, name in ((SUBJECT_CONSISTENCY, "dino_frames"), (BACKGROUND_CONSISTENCY, "clip_frames")):
        found = _measure(metric, **{name: features})
        assert found.value == pytest.approx(sum(expected) / 3)
        assert found.n == 3
        assert found.parts["frames"] == pytest.approx(expected)


@given(features_TD=FEATURES_TD)
def test_consistency_is_between_0_and_1(features_TD: npt.NDArray[np.float32]) -> None:
    frames = consistency_of_frames(features_TD)
    assert frames.shape == (len(features_TD) - 1,)
    assert np.all((frames >= 0) & (frames <= 1))


@given(features_TD=FEATURES_TD, scale=st.floats(0.1, 10))
def test_consistency_does_not_see_the_length_of_features(features_TD: npt.NDArray[np.float32], scale: float) -> None:
    features = features_TD.astype(np.float64)
    assert np.allclose(consistency_of_frames(features), consistency_of_frames(features * scale), atol=1e-9)


def test_a_still_video_is_perfectly_consistent_and_one_frame_has_no_consistency() -> None:
    still = np.repeat(np.arange(1.0, 9.0)[None], 5, axis=0)
    assert np.allclose(consistency_of_frames(still), 1.0, atol=1e-12)
    with pytest.raises(NotApplicable, match="the video has 1 frame"):
        consistency_of_frames(still[:1])


def test_features_of_zeros_are_like_nothing() -> None:
    assert consistency_of_frames(np.zeros((3, 4))).tolist() == [0.0, 0.0]
    assert cosine(np.zeros(4), np.ones(4)) == 0.0


def test_smoothness_by_hand() -> None:
    found = _measure(MOTION_SMOOTHNESS, interpolation_errors=np.array([0.0, 25.5, 255.0]))
    assert found.value == pytest.approx((1 + 0.9 + 0) / 3)
    assert found.n == 3


@given(errors=hnp.arrays(np.float64, 5, elements=st.floats(0, 255)))
def test_smoothness_falls_as_errors_grow(errors: npt.NDArray[np.float64]) -> None:
    smooth = smoothness_of_errors(errors)
    assert np.all((smooth >= 0) & (smooth <= 1))
    assert np.all(smoothness_of_errors(errors * 0.5) >= smooth)


def test_quality_scales() -> None:
    raw = np.array([40.0, 60.0], np.float32)
    imaging = _measure(IMAGING_QUALITY, imaging_frames=raw)
    assert imaging.value == pytest.approx(0.5)
    assert imaging.parts["frames_0_to_100"] == [40.0, 60.0]
    assert _measure(AESTHETIC_QUALITY, aesthetic_frames=raw / 10).value == pytest.approx(0.5)


def test_viclip_score_is_a_plain_cosine() -> None:
    a, b = np.array([3.0, 4.0]), np.array([-4.0, 3.0])
    assert _measure(VICLIP_SCORE, viclip_video=a, viclip_text=a * 7).value == pytest.approx(1.0)
    assert _measure(VICLIP_SCORE, viclip_video=a, viclip_text=b).value == pytest.approx(0.0)
    assert _measure(VICLIP_SCORE, viclip_video=a, viclip_text=-a).value == pytest.approx(-1.0)


@pytest.mark.parametrize("prompt", ["", "  \n"])
def test_an_empty_prompt_is_not_applicable(prompt: str) -> None:
    with pytest.raises(NotApplicable, match="prompt is empty"):
        _measure(VICLIP_SCORE, Case(id="a", prompt=prompt), viclip_video=np.ones(2), viclip_text=np.ones(2))


@given(items=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), seed=st.integers(0, 100))
def test_means_are_exact_whatever_the_order(items: list[float], seed: int) -> None:
    array = np.array(items)
    shuffled = np.random.default_rng(seed).permutation(array)
    assert Measurement.mean_of(array).value == Measurement.mean_of(shuffled).value
