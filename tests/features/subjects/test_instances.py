from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2vbench.features.cache import FeatureCache
from s2vbench.features.subjects.instances import (
    FrameInstances,
    InstanceTable,
    best_boxes,
    box_mask,
    frame_instances,
)
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.video.rle import decode

POLICY = SubjectPolicy()


def _kept(scores: list[float], labels: list[list[float]], **policy: Any) -> list[int]:
    return best_boxes(np.array(scores), np.array(labels).reshape(len(scores), -1), SubjectPolicy(**policy))


def test_each_label_keeps_its_best_few() -> None:
    scores = [0.9, 0.8, 0.7, 0.6, 0.5]
    labels = [[0.3, 0.2], [0.5, 0.2], [0.4, 0.2], [0.2, 0.9], [0.2, 0.8]]
    assert _kept(scores, labels, max_boxes_per_phrase=1) == [1, 3]
    assert _kept(scores, labels, max_boxes_per_phrase=2) == [1, 2, 3, 4]
    assert _kept(scores, labels) == [0, 1, 2, 3, 4]


def test_the_floor_is_for_box_and_label() -> None:
    under = float(np.nextafter(0.2, 0))
    assert _kept([0.2, under, 0.9, 0.9], [[0.2], [0.9], [under], [0.3]]) == [3, 0]
    assert _kept([0.0, 1.0], [[0.0], [0.0]], keep_threshold=0) == [1, 0]
    assert best_boxes(np.zeros(0), np.zeros((0, 2)), POLICY) == []
    assert _kept([np.nan, 0.9], [[0.9], [np.nan]]) == []


def test_equal_scores_keep_the_detectors_order() -> None:
    assert _kept([0.5] * 4, [[0.5]] * 4, max_boxes_per_phrase=3) == [0, 1, 2]
    assert _kept([0.5] * 900, [[0.3], [0.5], [0.4]] * 300) == list(range(1, 24, 3))
    assert _kept([0.5, 0.6, 0.5, 0.6], [[0.5]] * 4) == [1, 3, 0, 2]


def _found(boxes: list[tuple[float, ...]], masks: list[npt.NDArray[np.bool_]], scores: list[float]) -> FrameInstances:
    labels = np.array(scores)[:, None]
    return frame_instances(np.array(boxes, dtype=np.float64).reshape(-1, 4), np.array(scores), labels, masks)


def test_boxes_are_cut_to_the_frame_and_those_outside_dropped() -> None:
    full = np.ones((10, 20), np.bool_)
    boxes = [(-5.0, -5.0, 99.0, 4.5), (20.0, 0.0, 30.0, 5.0), (3.25, 2.5, 9.75, 8.0), (0.0, -3.0, 5.0, 0.0)]
    found = _found(boxes, [full] * 4, [0.5, 0.9, 0.7, 0.8])
    assert found.boxes_N4.tolist() == [[3.25, 2.5, 9.75, 8.0], [0.0, 0.0, 20.0, 4.5]]
    assert found.scores_N.tolist() == [0.7, 0.5]
    assert found.label_scores_NL.tolist() == [[0.7], [0.5]]


def test_a_mask_without_a_pixel_is_its_box() -> None:
    found = _found([(2.5, 1.0, 6.0, 3.0)], [np.zeros((10, 20), np.bool_)], [0.5])
    assert np.array_equal(decode(found.masks[0]), box_mask((2, 1, 6, 3), 10, 20))
    assert found.shared_NN.tolist() == [[8 / 200]]


def test_shared_areas_are_exact() -> None:
    masks = [box_mask((0, 0, 10, 10), 10, 20), box_mask((5, 5, 15, 10), 10, 20), box_mask((12, 0, 20, 5), 10, 20)]
    found = _found([(0.0, 0.0, 20.0, 10.0)] * 3, masks, [0.9, 0.8, 0.7])
    assert (found.shared_NN * 200).tolist() == [[100, 25, 0], [25, 50, 0], [0, 0, 40]]


def test_areas_of_large_frames_are_exact() -> None:
    # More pixels than float32 can count.
    full = np.ones((4200, 4200), np.bool_)
    nearly = full.copy()
    nearly[17, 39] = False
    found = _found([(0.0, 0.0, 4200.0, 4200.0)] * 2, [full, nearly], [0.9, 0.8])
    assert np.round(found.shared_NN * full.size).tolist() == [[full.size, full.size - 1], [full.size - 1] * 2]


def test_nothing_found_has_the_shape_of_nothing() -> None:
    found = frame_instances(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 3)), [])
    assert [getattr(found, field.name).shape for field in fields(found) if field.name != "masks"] == [
        (0, 4),
        (0,),
        (0, 3),
        (0, 0),
    ]
    assert found.accepted_N(POLICY).shape == (0,)


@pytest.mark.parametrize(
    ("score", "label", "expected"),
    [
        (0.35, 0.25, True),
        (np.nextafter(0.35, 0), 0.25, False),
        (0.35, np.nextafter(0.25, 0), False),
        (1.0, 1.0, True),
    ],
)
def test_accepted_reaches_both_thresholds(score: float, label: float, expected: bool) -> None:  # noqa: FBT001
    found = frame_instances(
        np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([score]), np.array([[0.0, label]]), [np.ones((4, 4), np.bool_)]
    )
    assert found.accepted_N(POLICY).tolist() == [expected]


@st.composite
def _tables(draw: st.DrawFn) -> InstanceTable:
    height_px, width_px, labels = draw(st.integers(1, 6)), draw(st.integers(1, 6)), draw(st.integers(1, 3))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    frames = []
    for count in draw(st.lists(st.integers(0, 3), max_size=4)):
        corners = np.sort(generator.uniform(-1, 7, (count, 2, 2)), axis=1)
        masks = [generator.random((height_px, width_px)) < 0.5 for _ in range(count)]
        frames.append(
            frame_instances(corners.reshape(-1, 4), generator.random(count), generator.random((count, labels)), masks)
        )
    return InstanceTable(np.arange(len(frames)) * 3, 3 * len(frames), height_px, width_px, tuple(frames))


def _assert_same(found: InstanceTable, expected: InstanceTable) -> None:
    assert found.frames_F.tolist() == expected.frames_F.tolist()
    for name in ("num_frames", "height_px", "width_px"):
        assert getattr(found, name) == getattr(expected, name)
    assert len(found.instances) == len(expected.instances)
    for one, other in zip(found.instances, expected.instances, strict=True):
        for name in ("boxes_N4", "scores_N", "label_scores_NL", "shared_NN"):
            assert np.array_equal(getattr(one, name), getattr(other, name))
            assert getattr(one, name).shape == getattr(other, name).shape
        assert len(one.masks) == len(other.masks)
        assert all(np.array_equal(decode(a), decode(b)) for a, b in zip(one.masks, other.masks, strict=True))


@settings(deadline=None)
@given(_tables())
def test_a_table_is_its_arrays(table: InstanceTable) -> None:
    _assert_same(InstanceTable.from_arrays(table.to_arrays()), table)


@pytest.mark.parametrize("counts", [[], [0], [0, 0], [2, 0, 1]])
def test_a_table_comes_back_from_the_cache(tmp_path: Path, counts: list[int]) -> None:
    masks = [np.eye(4, 5, dtype=np.bool_)] * 2
    frames = [_found([(0.0, 0.0, 5.0, 4.0)] * count, masks[:count], [0.5] * count) for count in counts]
    table = InstanceTable(np.arange(len(frames)), 9, 4, 5, tuple(frames))
    cache = FeatureCache(tmp_path)
    cache.put_arrays({"feature": "x"}, table.to_arrays())
    arrays = cache.get_arrays({"feature": "x"})
    assert arrays is not None
    _assert_same(InstanceTable.from_arrays(arrays), table)
