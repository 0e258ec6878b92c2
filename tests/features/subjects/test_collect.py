"""One pass for everything about subjects, with real networks at miniature size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s2vbench.backbones.bank import Bank
from s2vbench.errors import NotApplicable
from s2vbench.features.cache import FeatureCache
from s2vbench.features.subjects.names import FACES
from s2vbench.types import FramesU8
from tests.features.subjects.collecting import (
    NAMES,
    NOTHING,
    NUM_FRAMES,
    VIDEO,
    Counting,
    assert_same,
    compute,
    everything,
    work,
)


def test_everything_is_found_in_one_pass(bank: Bank, folder: Path) -> None:
    opened: list[int] = []

    def windows(size: int) -> Iterator[FramesU8]:
        opened.append(size)
        return VIDEO.open_windows(size)

    counting = Counting(bank)
    features = compute(counting, work(folder), video=replace(VIDEO, open_windows=windows))
    assert len(opened) == 1
    assert counting.detected == {"frames": NUM_FRAMES, "references": 3}
    assert counting.calls == [1, 1, 1, NUM_FRAMES]
    assert counting.segmented["frames"] == NUM_FRAMES
    tracks = features["tracks"]
    assert tracks.frames_F.tolist() == list(range(NUM_FRAMES))
    assert (tracks.num_frames, tracks.fps) == (NUM_FRAMES, 8)
    assert [(view.subject, view.role) for view in tracks.views] == [(0, "condition"), (0, "heldout"), (1, "condition")]
    count = len(tracks.frame_M)
    assert count > NUM_FRAMES
    assert tracks.boxes_M4.shape == (count, 4)
    assert tracks.phrase_scores_MK.shape == (count, 2)
    assert np.diff(tracks.frame_M).min() >= 0
    assert (np.diff(tracks.scores_M)[np.diff(tracks.frame_M) == 0] <= 0).all()
    assert features["clip_crops"].instances_MV.shape == features["identity_crops"].instances_MV.shape == (count, 3)
    assert features["backgrounds"].views_FV.shape == (NUM_FRAMES, 3)
    assert features["backgrounds"].null_FN.shape == (NUM_FRAMES, 6)
    assert features["leak"].num_null == 6
    assert features["camera_motion"].zoom_Q.shape == (NUM_FRAMES - 1,)
    assert features["keypoint_matches"].mask_iou_MV.shape == (count, 3)
    assert features["reference_canvas"].similarity_TV.shape == (NUM_FRAMES, 3)
    assert np.isnan(features["reference_canvas"].similarity_TV[:, 1]).all()
    with pytest.raises(NotApplicable, match="no human subject"):
        features[FACES]


@pytest.mark.parametrize(("stride", "frames"), [(2, [0, 2, 4]), (4, [0, 4]), (100, [0])])
def test_the_stride_says_which_frames_are_looked_at(
    bank: Bank, folder: Path, cache: FeatureCache, stride: int, frames: list[int]
) -> None:
    counting = Counting(bank)
    # The cache knows another stride's answer.
    features = compute(counting, work(folder, frame_stride=stride), cache)
    assert counting.detected["frames"] == counting.segmented["frames"] == len(frames)
    assert features["tracks"].frames_F.tolist() == frames
    assert len(features["backgrounds"].views_FV) == len(frames)
    assert len(features["reference_canvas"].similarity_TV) == NUM_FRAMES
    assert len(features["camera_motion"].zoom_Q) == len(frames) - 1


def test_what_is_known_is_not_computed_again(
    bank: Bank, folder: Path, cache: FeatureCache, expected: dict[str, Any]
) -> None:
    counting = Counting(bank)
    again = compute(counting, work(folder), cache, replace(VIDEO, open_windows=None))  # type: ignore[arg-type]
    assert counting.detected == counting.segmented == NOTHING
    assert_same(everything(again), expected)


_ANOTHER_CLIP = {"names": replace(NAMES, similarity="other clip")}


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"box_threshold": 0.30, "text_threshold": 0.21}, ()),
        ({"min_background_area": 0.2}, ("clip_crops", "identity_crops")),
        (_ANOTHER_CLIP, ("identity_crops", "leak", "camera_motion", "keypoint_matches")),
    ],
)
def test_other_choices_and_encoders_need_neither_detector_nor_segmenter(
    bank: Bank,
    folder: Path,
    cache: FeatureCache,
    expected: dict[str, Any],
    change: dict[str, Any],
    same: tuple[str, ...],
) -> None:
    counting = Counting(bank)
    after = everything(compute(counting, work(folder, **change), cache))
    assert counting.detected == NOTHING
    # Another threshold may choose another of a reference's known boxes, which then is outlined.
    assert counting.segmented["frames"] == 0
    assert counting.segmented["references"] == 0 or "box_threshold" in change
    assert_same(after, everything(compute(bank, work(folder, **change))), 2e-6)
    kept = {name: value for name, value in expected.items() if name.split(".")[1] in same}
    assert_same({name: after[name] for name in kept}, kept)
    assert "names" not in change or not np.array_equal(
        after[".clip_crops.instances_MV"], expected[".clip_crops.instances_MV"]
    )
