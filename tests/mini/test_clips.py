"""Drawn clips and the folder they are kept in."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from s2vbench.errors import InputError
from s2vbench.mini import clips as clips_module
from s2vbench.mini.clips import HELD_OUT, ClipBank, DrawnClip, Shard, draw_clip, draw_shard, path_of
from s2vbench.mini.clips_drawn import cast_of
from s2vbench.mini.clips_framing import framed
from s2vbench.world.backdrop import Camera
from s2vbench.world.cast import TEST_SEEDS, TRAINING_SEEDS, Individual
from s2vbench.world.clip import boxes_of
from s2vbench.world.improv import improvised_script

CROWDED = 2
"""A number whose clip has three subjects."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank")
    draw_shard(0, folder, 3)
    draw_shard(HELD_OUT, folder, 2)
    return folder


def same(a: DrawnClip, b: DrawnClip) -> bool:
    arrays = ("frames_THWC", "masks_TKHW", "boxes_TK4", "visibility_TK")
    told = ("subjects", "phrases", "caption", "caption_short", "fps", "scene")
    pictures = [[picture.rgba_HWC for pair in clip.references for picture in pair] for clip in (a, b)]
    return (
        all(np.array_equal(getattr(a, name), getattr(b, name), equal_nan=name == "boxes_TK4") for name in arrays)
        and all(getattr(a, name) == getattr(b, name) for name in told)
        and len(pictures[0]) == len(pictures[1])
        and all(np.array_equal(*pair) for pair in zip(*pictures, strict=True))
    )


def test_a_clip_is_a_function_of_its_number() -> None:
    assert same(draw_clip(CROWDED), draw_clip(CROWDED))
    assert not same(draw_clip(CROWDED), draw_clip(CROWDED + 1))


def test_a_clip_says_what_is_in_it() -> None:
    clip = draw_clip(CROWDED)
    assert clip.frames_THWC.shape == (9, 128, 224, 3)
    assert clip.masks_TKHW.shape == (9, 3, 128, 224)
    assert np.array_equal(clip.boxes_TK4, boxes_of(clip.masks_TKHW), equal_nan=True)
    for who, phrase, pictures in zip(clip.subjects, clip.phrases, clip.references, strict=True):
        assert who.noun in phrase
        assert phrase in clip.caption
        assert phrase in clip.caption_short
        assert len(pictures) == 2
        assert not np.array_equal(pictures[0].picture_HWC, pictures[1].picture_HWC)
        for picture in pictures:
            assert 0.02 < picture.mask_HW.mean() < 0.9
            assert np.array_equal(picture.rgba_HWC[..., 3] > 0, picture.mask_HW)
    assert clip.fps in {8.0, 16.0}


def test_only_what_trainings_may_see_is_drawn_and_held_out_clips_share_nobody() -> None:
    def seeds(numbers: range) -> set[tuple[str, int]]:
        casts = [cast_of(number) for number in numbers]
        people = {(who.noun, who.seed) for cast, _ in casts for who in cast.values()}
        return people | {(staging.scene, staging.scene_seed) for _, staging in casts}

    trained, held_out = seeds(range(150)), seeds(range(HELD_OUT, HELD_OUT + 150))
    assert all(seed in TRAINING_SEEDS and seed not in TEST_SEEDS for _, seed in trained | held_out)
    assert not trained & held_out


def test_casts_are_of_every_size_and_often_twins() -> None:
    casts = [[who.noun for who in cast_of(number)[0].values()] for number in range(200)]
    sizes = Counter(map(len, casts))
    assert min(sizes[0], 3) == 3
    assert min(sizes[1], sizes[2], sizes[3]) >= 20
    assert sum(len(cast) == 2 and cast[0] == cast[1] for cast in casts) >= 16


def test_a_clip_without_subjects_has_a_caption_and_no_masks() -> None:
    empty = next(number for number in range(100) if not cast_of(number)[0])
    clip = draw_clip(empty)
    assert clip.masks_TKHW.shape == (9, 0, 128, 224)
    assert clip.boxes_TK4.shape == (9, 0, 4)
    assert clip.caption.startswith("There is nobody")
    assert clip.references == ()


def test_the_camera_comes_as_near_as_asked_and_never_goes_back() -> None:
    script = improvised_script(3, num_frames=9, aspect=1.75, most_subjects=1)
    still = replace(script, cameras=tuple(Camera() for _ in script.cameras))
    near, nearer = framed(still, 1.75, 0.8), framed(still, 1.75, 1.1)
    assert 1 < near.cameras[0].zoom < nearer.cameras[0].zoom
    assert framed(still, 1.75, 0.01) == still
    assert framed(replace(still, parts=()), 1.75, 0.9) == replace(still, parts=())


def test_a_bank_gives_back_what_was_drawn_in_any_order(folder: Path) -> None:
    bank = ClipBank(folder)
    assert len(bank) == 3
    assert same(bank[2], draw_clip(2))
    assert same(bank[0], draw_clip(0))
    assert [clip.caption for clip in bank] == [clip.caption for clip in bank[:]]
    with pytest.raises(IndexError):
        bank[3]


def test_held_out_clips_are_apart(folder: Path) -> None:
    held_out = ClipBank(folder, held_out=True)
    assert len(held_out) == 2
    assert same(held_out[1], draw_clip(HELD_OUT + 1))


def test_an_empty_folder_is_no_bank(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no clips; draw some with python -m s2vbench\.mini\.clips"):
        ClipBank(tmp_path)
    draw_shard(0, tmp_path, 1)
    with pytest.raises(InputError, match="has no held-out clips"):
        ClipBank(tmp_path, held_out=True)


def test_a_whole_shard_is_kept_and_a_torn_one_is_drawn_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = path_of(folder, 0)
    whole = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(clips_module, "draw_clip", lambda _: pytest.fail("a whole shard is not drawn again"))
        draw_shard(0, folder, 3)
    for torn in (whole[: len(whole) // 2], whole[:-100], b""):
        path.write_bytes(torn)
        with pytest.raises(InputError, match="no readable shard of drawn clips"):
            Shard(path)
        draw_shard(0, folder, 3)
        assert same(Shard(path).clip(1), draw_clip(1))
    assert sorted(file.suffix for file in folder.iterdir()) == [".npz", ".npz"]


def test_a_shard_of_fewer_clips_than_asked_for_is_drawn_again(tmp_path: Path) -> None:
    draw_shard(0, tmp_path, 1)
    draw_shard(0, tmp_path, 2)
    assert len(ClipBank(tmp_path)) == 2
    assert ClipBank(tmp_path)[1].subjects == tuple(Individual(who.noun, who.seed) for who in draw_clip(1).subjects)
