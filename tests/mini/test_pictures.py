"""What small networks are shown: cut out, emptied, shrunk, damaged."""

from __future__ import annotations

import numpy as np
import pytest

from s2vbench.features.subjects.composite import crop_on_white
from s2vbench.mini import pictures
from s2vbench.mini.pictures_cast import LEAST_SIDE_PX, LEAST_VISIBLE, frame_of, subjects_mask
from tests.mini.pictures_bank import CLIPS, few_clips, few_people


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(3)


def striped(height_px: int, width_px: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    picture = np.zeros((height_px, width_px, 3), np.uint8)
    picture[::2] = (200, 40, 90)
    return picture


@pytest.mark.parametrize("size", [(40, 20), (20, 60), (1, 1), (300, 200)])
def test_subjects_are_cut_out_as_the_features_cut_them_out(size: tuple[int, int]) -> None:
    mask = np.zeros((320, 320), np.bool_)
    mask[10 : 10 + size[0], 15 : 15 + size[1]] = True
    picture = np.full((320, 320, 3), (30, 160, 90), np.uint8)
    box = pictures.box_of(mask)
    assert box == (15, 10, 15 + size[1], 10 + size[0])
    large = crop_on_white(picture, mask, box).astype(np.float64)
    halved = large.reshape(112, 2, 112, 2, 3).mean((1, 3))
    assert np.abs(pictures.on_white(picture, mask) - halved).mean() < 6


def test_an_empty_mask_has_no_box() -> None:
    assert pictures.box_of(np.zeros((4, 5), np.bool_)) is None


def test_shrinking_takes_the_mask_along() -> None:
    mask = np.zeros((128, 224), np.bool_)
    mask[32:64, 100:140] = True
    small, small_mask = pictures.shrunk(striped(128, 224), mask, 0.5)
    assert small.shape == (64, 112, 3)
    assert pictures.box_of(small_mask) == (50, 16, 70, 32)
    np.testing.assert_allclose(small[5, 5], (100, 20, 45), atol=1)
    assert pictures.shrunk(striped(8, 8), mask[:8, :8], 1.0)[0].shape == (8, 8, 3)


def test_damage_leaves_the_picture_recognisable(random: np.random.Generator) -> None:
    frame = frame_of(few_clips(), 0, 0)
    for _ in range(10):
        damaged = pictures.lit(pictures.degraded(frame, random), random)
        assert damaged.shape == frame.shape
        assert damaged.dtype == np.uint8
        assert 0 < np.abs(damaged.astype(int) - frame).mean() < 40


def test_everybody_is_seen_well_enough_and_masks_lie_in_their_boxes() -> None:
    people = few_people()
    assert len(people) >= CLIPS
    for who in range(len(people)):
        shard, at = people.bank.where(int(people.clips_S[who]))
        for frame in people.frames_of(who).tolist():
            sight = people.in_frame(who, frame)
            slot = people.slots_S[who]
            x0, y0, x1, y1 = shard.array("boxes")[at, frame, slot]
            assert min(x1 - x0, y1 - y0) >= LEAST_SIDE_PX
            assert shard.array("visibility")[at, frame, slot] >= LEAST_VISIBLE
            left, top, right, bottom = pictures.box_of(sight.mask_HW) or (0, 0, 0, 0)
            assert x0 - 1 <= left < right <= x1 + 1
            assert y0 - 1 <= top < bottom <= y1 + 1


def test_a_subject_seen_is_on_white(random: np.random.Generator) -> None:
    people = few_people()
    for who in range(6):
        for sight in people.two_sights(who, random):
            seen = pictures.subject_seen(sight.picture_HWC, sight.mask_HW, random, 0.5)
            assert seen.shape == (112, 112, 3)
            assert (seen.min(-1) > 240).any()
            assert (seen.max(-1) < 250).any()


def test_backgrounds_have_holes_where_subjects_were(random: np.random.Generator) -> None:
    people = few_people()
    clip = int(people.clips_S[0])
    mask = subjects_mask(people.bank, clip, int(people.frames_of(0)[0]))
    assert mask.any()
    white = np.full((128, 224, 3), 255, np.uint8)
    for _ in range(6):
        seen = pictures.background_seen(white, mask, random, 0.5)
        assert seen.shape == (112, 112, 3)
        assert (seen.max(-1) < 140).any() or not pictures.centred(mask[..., None].repeat(3, -1).astype(np.uint8)).any()


def test_groups_are_of_whole_classes_without_doubles(random: np.random.Generator) -> None:
    people = few_people()
    chosen = people.groups(100, 2, random)
    assert len(chosen) == len(set(chosen.tolist())) == sum(min(2, len(places)) for places in people.by_noun.values())


def test_whole_frames_are_seen_in_their_middle(random: np.random.Generator) -> None:
    frame = np.zeros((128, 224, 3), np.uint8)
    frame[:, 48:176] = 200
    assert pictures.centred(frame).shape == (128, 128, 3)
    assert pictures.whole_seen(frame, random, 0.5)[:, 8:-8].mean() > 120
