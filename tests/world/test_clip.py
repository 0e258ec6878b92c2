"""What a clip says about its frames is true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from s2vbench.world.backdrop import Camera
from s2vbench.world.cast import Individual
from s2vbench.world.clip import Moment, Part, Script, boxes_of, film, visible_masks
from s2vbench.world.figure import Pose
from s2vbench.world.places import build_place
from tests.world.plays import BALL, DOG, MUG, WOMAN, clip, script, staging

SCENE = build_place("meadow", 5)


def standing(*parts: tuple[Individual, float, float, float], cameras: tuple[Camera, ...] = (Camera(),)) -> Script:
    """Individuals that stand at (x, y) with a height, in every frame."""
    return Script(
        SCENE,
        tuple(Part(who, (Moment(x, y, height, Pose()),) * len(cameras)) for who, x, y, height in parts),
        cameras,
        16.0,
    )


def test_pixels_change_where_the_mask_is_and_nowhere_else() -> None:
    there = standing((DOG, 0.9, 0.85, 0.4))
    gone = replace(there, parts=tuple(replace(p, moments=(replace(p.moments[0], there=False),)) for p in there.parts))
    with_dog, without = film(there, 256, 144), film(gone, 256, 144)
    changed_HW = np.abs(with_dog.frames_THWC[0].astype(int) - without.frames_THWC[0]).max(axis=2) > 12
    mask_HW = with_dog.masks_TKHW[0, 0]
    assert changed_HW[mask_HW].mean() > 0.9
    # What changes elsewhere is the soft shadow on the ground, below the middle of the dog.
    ys, _ = np.nonzero(changed_HW & ~mask_HW)
    assert np.median(ys) > 0.7 * 144
    assert changed_HW[~mask_HW].mean() < 0.05
    assert not without.masks_TKHW.any()
    assert np.isnan(without.boxes_TK4).all()
    assert without.visibility_TK.tolist() == [[0.0]]


def test_masks_of_parts_do_not_overlap_and_the_nearer_one_hides() -> None:
    far_near = film(standing((BALL, 0.9, 0.80, 0.4), (BALL, 0.95, 0.90, 0.4)), 256, 144)
    far, near = far_near.masks_TKHW[0]
    assert not (far & near).any()
    assert far_near.visibility_TK[0, 1] == 1.0
    assert 0.05 < far_near.visibility_TK[0, 0] < 0.7
    alone = film(standing((BALL, 0.9, 0.80, 0.4)), 256, 144).masks_TKHW[0, 0]
    assert far_near.visibility_TK[0, 0] == pytest.approx(far.sum() / alone.sum(), abs=1e-6)


def test_half_of_a_ball_on_the_frames_edge_is_seen() -> None:
    found = film(standing((BALL, 0.0, 0.85, 0.5)), 256, 144)
    assert found.visibility_TK[0, 0] == pytest.approx(0.5, abs=0.03)
    assert found.boxes_TK4[0, 0, 0] == 0


def test_a_zoom_enlarges_masks_by_its_square() -> None:
    found = film(standing((BALL, 8 / 9, 0.6, 0.3), cameras=(Camera(), Camera(zoom=1.25))), 320, 180)
    areas = found.masks_TKHW[:, 0].sum(axis=(1, 2))
    assert areas[1] / areas[0] == pytest.approx(1.25**2, rel=0.03)


def test_a_pan_moves_subjects_the_other_way() -> None:
    found = film(standing((BALL, 8 / 9, 0.8, 0.3), cameras=(Camera(), Camera(x=0.1))), 320, 180)
    shift = found.boxes_TK4[1, 0, [0, 2]] - found.boxes_TK4[0, 0, [0, 2]]
    assert shift == pytest.approx([-18, -18], abs=1.01)


def test_a_held_mug_is_in_the_hand() -> None:
    found = clip(staging(relations=(("w", "holds", "m"),)), {"w": WOMAN, "m": MUG}, num_frames=3, height_px=180)
    for woman, mug in found.boxes_TK4:
        x = (mug[0] + mug[2]) / 2
        assert woman[0] - 20 < x < woman[2] + 20
        assert woman[1] < (mug[1] + mug[3]) / 2 < woman[3]
    assert found.visibility_TK[:, 1].min() > 0.8


def test_who_leaves_is_seen_less_and_less() -> None:
    found = clip(staging(actions={"w": "leave"}), {"w": WOMAN}, num_frames=33)
    seen_T = found.visibility_TK[:, 0]
    assert seen_T[0] == 1.0
    assert seen_T[-1] == 0.0
    assert np.all(np.diff(seen_T) < 0.12)


def test_the_same_script_gives_the_same_pixels() -> None:
    wanted = staging(actions={"w": "dance", "d": "walk"}, camera="handheld")
    one, two = (clip(wanted, {"w": WOMAN, "d": DOG}) for _ in range(2))
    assert np.array_equal(one.frames_THWC, two.frames_THWC)
    assert np.array_equal(one.masks_TKHW, two.masks_TKHW)


def test_sizes_from_64_to_1024_pixels_agree() -> None:
    play = script(staging(actions={"w": "wave", "d": "sit"}), {"w": WOMAN, "d": DOG}, num_frames=1)
    small, large = film(play, 114, 64), film(play, 1820, 1024)
    assert np.allclose(small.boxes_TK4 / 64, large.boxes_TK4 / 1024, atol=1.6 / 64)
    assert small.frames_THWC.shape == (1, 64, 114, 3)


@given(
    arrays(np.float32, (3, 4, 5), elements=st.floats(0, 1, width=32)),
    st.permutations([0, 1, 2]),
    arrays(np.float32, (4, 5), elements=st.floats(0, 1, width=32)),
)
def test_a_pixel_belongs_to_one_part_at_most(alpha_KHW: np.ndarray, order: list[int], front_HW: np.ndarray) -> None:
    masks_KHW = visible_masks(alpha_KHW, order, front_HW)
    assert masks_KHW.sum(axis=0).max() <= 1
    top = order[-1]
    assert np.array_equal(masks_KHW[top], alpha_KHW[top] * (1.0 - front_HW) > 0.5)


@given(arrays(np.bool_, (2, 2, 6, 7)))
def test_boxes_are_the_tightest(masks_TKHW: np.ndarray) -> None:
    for mask_HW, box in zip(masks_TKHW.reshape(-1, 6, 7), boxes_of(masks_TKHW).reshape(-1, 4), strict=True):
        ys, xs = np.nonzero(mask_HW)
        if not len(ys):
            assert np.isnan(box).all()
        else:
            assert box.tolist() == [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
