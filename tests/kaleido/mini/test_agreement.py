from functools import lru_cache

import numpy as np
import pytest

from s2vbench.errors import InputError
from s2vbench.kaleido.mini.agreement import MEASURES, ClipView, Subject
from s2vbench.kaleido.mini.evidence_cases import EvidenceCase, evidence_cases
from s2vbench.kaleido.mini.evidence_drawn import blurred, drawn_clips, validate
from s2vbench.testsets.folder import load_testset
from s2vbench.types import FramesU8


@lru_cache
def cases() -> list[EvidenceCase]:
    return evidence_cases(load_testset("s2v400"), 6)


def noise(seed: int, *shape: int) -> FramesU8:
    return np.random.default_rng(seed).integers(90, 166, shape, dtype=np.uint8)


def subject() -> Subject:
    """A red and blue figure with a yellow stripe, of no symmetry, on grey."""
    picture_HWC = np.full((120, 90, 3), 128, np.uint8)
    picture_HWC[10:60, 20:70] = (200, 30, 40)
    picture_HWC[60:110, 20:50] = (30, 40, 200)
    picture_HWC[25:35, 20:70] = (240, 220, 40)
    mask_HW = np.zeros((120, 90), bool)
    mask_HW[10:60, 20:70] = True
    mask_HW[60:110, 20:50] = True
    return Subject(picture_HWC, mask_HW)


def clip(left_px: int, *, painted: bool = True) -> FramesU8:
    frames_THWC = noise(0, 5, 64, 112, 3)
    who = subject()
    crop_HWC, mask_HW = who.picture_HWC[10:110:2, 20:70:2], who.mask_HW[10:110:2, 20:70:2]
    if painted:
        frames_THWC[:, 8:58, left_px : left_px + 25][:, mask_HW] = crop_HWC[mask_HW]
    return frames_THWC


def test_the_right_picture_agrees_more_than_another_of_its_class_on_most_drawn_clips() -> None:
    report, records = validate(cases())
    assert len(records) == 18
    for row in report.clips:
        assert row.picks_right > 0.5, row
        assert row.margin_auc > 0.6, row
        assert row.means["right"] > row.means["shuffled"], row
    assert [row.n for row in report.clips] == [4, 4, 4, 4, 4, 4]


def test_a_clip_that_shows_the_subject_agrees_wherever_it_is_and_mirrored() -> None:
    who = subject()
    here = ClipView(clip(8)).agreement(who)
    nowhere = ClipView(clip(8, painted=False)).agreement(who)
    mirrored = ClipView(clip(8)[:, :, ::-1]).agreement(who)
    for left_px in (40, 72):
        moved = ClipView(clip(left_px)).agreement(who)
        assert moved == pytest.approx(here, abs=0.06)
    for measure in MEASURES:
        assert here[measure] > nowhere[measure] + 0.2, measure
        assert mirrored[measure] > nowhere[measure] + 0.2, measure
    assert mirrored["colour"] == pytest.approx(here["colour"], abs=0.03)


def test_frames_of_other_sizes_are_brought_to_the_same_scale() -> None:
    who = subject()
    large_THWC = clip(40).repeat(2, axis=1).repeat(2, axis=2)
    assert ClipView(large_THWC).agreement(who) == pytest.approx(ClipView(clip(40)).agreement(who), abs=1e-6)


def test_what_is_outside_the_mask_does_not_count() -> None:
    who = subject()
    elsewhere_HWC = np.where(who.mask_HW[..., None], who.picture_HWC, noise(3, 120, 90, 3))
    view = ClipView(clip(40))
    other = view.agreement(Subject(elsewhere_HWC, who.mask_HW))
    for measure in ("colour", "layout"):
        assert other[measure] == pytest.approx(view.agreement(who)[measure], abs=1e-5), measure


def test_an_empty_mask_is_an_error() -> None:
    with pytest.raises(InputError, match="mask is empty"):
        ClipView(clip(8)).agreement(Subject(subject().picture_HWC, np.zeros((120, 90), bool)))


def test_drawn_clips_differ_in_who_is_in_them() -> None:
    clips = drawn_clips(cases()[0])
    assert {name: frames.shape for name, frames in clips.items()} == dict.fromkeys(
        ("right", "shuffled", "none"), (9, 64, 80, 3)
    )
    assert (clips["right"] != clips["shuffled"]).any()
    assert (
        np.abs(np.diff(blurred(clips["right"]).astype(int), axis=2)).mean()
        < np.abs(np.diff(clips["right"].astype(int), axis=2)).mean()
    )
