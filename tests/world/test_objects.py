"""Things look the same whenever they are drawn, differ from each other, and move without a jerk."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import skia

from s2vbench.world.dice import Dice
from s2vbench.world.figure import Anchors, Pose, Species
from s2vbench.world.objects import SPECIES
from s2vbench.world.objects.thing import bounce
from s2vbench.world.pen import Pen
from s2vbench.world.portrait import rgba_of

NOUNS = sorted(SPECIES)
YAWS = (0, 50, 90, 180, -120)
PX = 64
SPAN = 4.2


def individual(noun: str, seed: int) -> tuple[Species, Any]:
    species = SPECIES[noun]
    return species, species.design(Dice("individual", noun, seed))


def picture(
    noun: str, seed: int, pose: Pose, *, size_px: int = PX, span: float = SPAN, middle: float = 0.0
) -> tuple[np.ndarray, Anchors]:
    """(size, size, 4) in float, the feet at 0.72 of its height, or the thing's own middle where given."""
    species, traits = individual(noun, seed)
    scale = size_px / span
    surface = skia.Surface(size_px, size_px)
    canvas = surface.getCanvas()
    canvas.translate(size_px / 2, size_px * 0.72 if not middle else size_px / 2 + middle * scale)
    canvas.scale(scale, scale)
    anchors = species.draw(Pen(canvas, scale), traits, pose)
    return rgba_of(surface).astype(np.float32), anchors


def on_white(pixels: np.ndarray) -> np.ndarray:
    share = pixels[..., 3:] / 255
    return pixels[..., :3] * share + 255 * (1 - share)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference over the pixels that either covers."""
    covered = (one[..., 3] > 0) | (other[..., 3] > 0)
    return float(np.abs(on_white(one) - on_white(other))[covered].mean())


def test_enough_classes() -> None:
    required = {
        "backpack", "teapot", "vase", "mug", "clock", "lamp", "toy car", "toy train", "ball", "umbrella", "suitcase",
        "chair", "guitar", "teddy bear", "boot", "book", "gift box", "lantern",
    }  # fmt: skip
    assert required <= set(SPECIES)
    assert all(noun == species.noun and species.kind == "object" for noun, species in SPECIES.items())
    assert {noun for noun, species in SPECIES.items() if "roll" in species.actions} == {
        "ball", "toy car", "toy train", "skateboard",
    }  # fmt: skip


@pytest.mark.parametrize("noun", NOUNS)
def test_equal_seeds_draw_equal_pixels(noun: str) -> None:
    pose = Pose("wobble", 0.3, 35)
    one, other = picture(noun, 5, pose), picture(noun, 5, pose)
    assert np.array_equal(one[0], other[0])
    assert one[1] == other[1]


@pytest.mark.parametrize("noun", NOUNS)
def test_individuals_differ(noun: str) -> None:
    views = [
        [picture(noun, seed, Pose(yaw_deg=yaw), size_px=96, span=2.2, middle=0.5)[0] for yaw in (0, 50)]
        for seed in range(7)
    ]
    found = [
        max(difference(a, b) for a, b in zip(one, other, strict=True))
        for one, other in itertools.combinations(views, 2)
    ]
    assert min(found) > 14.0
    assert float(np.median(found)) > 45.0


@pytest.mark.parametrize("noun", NOUNS)
def test_every_pose_stays_within_its_extent(noun: str) -> None:
    species, traits = individual(noun, 3)
    low, high = species.height_m
    assert low <= traits.height_m < high
    scale, feet = PX / SPAN, PX * 0.72
    for action, yaw in itertools.product(species.actions, YAWS):
        pixels, anchors = picture(noun, 3, Pose(action, 0.37, yaw, "happy"))
        ys, xs = np.nonzero(pixels[..., 3] > 20)
        assert len(ys) > 12
        assert (xs.min() - PX / 2) / scale >= -2
        assert (xs.max() + 1 - PX / 2) / scale <= 2
        assert (ys.min() - feet) / scale >= -2.8
        assert (ys.max() - feet) / scale <= 0.35
        assert 0.04 < anchors.half_width < 1.5
        assert anchors.hand is None
        assert anchors.front[0] > 0 > anchors.front[1]


@pytest.mark.parametrize("noun", NOUNS)
def test_standing_height_is_about_one(noun: str) -> None:
    for seed in range(3):
        pixels = picture(noun, seed, Pose(yaw_deg=30))[0]
        ys = np.nonzero(pixels[..., 3] > 20)[0]
        top = (ys.min() - PX * 0.72) / (PX / SPAN)
        assert -1.35 < top < (-0.35 if noun == "skateboard" else -0.75)


@pytest.mark.parametrize("noun", NOUNS)
def test_cycles_close(noun: str) -> None:
    for action in SPECIES[noun].actions:
        start, end = (picture(noun, 2, Pose(action, phase, 25))[0] for phase in (0.0, 0.9999))
        assert difference(start, end) < 2.0, action


@pytest.mark.parametrize("noun", NOUNS)
def test_small_turns_change_little(noun: str) -> None:
    for yaw in (-151, -89, -37, 1, 44, 91, 178):
        one, other = (picture(noun, 4, Pose(yaw_deg=yaw + step))[0] for step in (-0.5, 0.5))
        assert difference(one, other) < 8.0, yaw


@pytest.mark.parametrize("noun", NOUNS)
def test_the_back_is_not_the_front(noun: str) -> None:
    """Some individual of every class shows another side when it is turned."""
    found = [difference(*(picture(noun, seed, Pose(yaw_deg=yaw))[0] for yaw in (25, -155))) for seed in range(4)]
    assert max(found) > 4.0


@pytest.mark.parametrize("noun", NOUNS)
def test_bounce_leaves_the_ground(noun: str) -> None:
    lifts = [picture(noun, 1, Pose("bounce", phase))[1].lift for phase in (0.0, 0.25, 0.5, 0.75)]
    assert lifts[0] == 0.0
    assert lifts[2] > lifts[1] > 0.05
    assert lifts[1] == pytest.approx(lifts[3])
    assert picture(noun, 1, Pose())[1].lift == 0.0


def test_bounce_is_continuous() -> None:
    steps = [bounce(i / 200, 0.5) for i in range(201)]
    for (lift, squash), (next_lift, next_squash) in itertools.pairwise(steps):
        assert abs(next_lift - lift) < 0.02
        assert abs(next_squash - squash) < 0.02


@pytest.mark.parametrize("noun", NOUNS)
def test_spin_is_a_turn(noun: str) -> None:
    spun, turned = picture(noun, 2, Pose("spin", 0.25, 10))[0], picture(noun, 2, Pose("stand", 0, 100))[0]
    assert difference(spun, turned) < 1.0


@pytest.mark.parametrize("noun", ["ball", "toy car", "toy train", "skateboard"])
def test_wheels_turn_while_the_rest_stands(noun: str) -> None:
    start, later = (picture(noun, 6, Pose("roll", phase, 90), size_px=256)[0] for phase in (0.0, 0.31))
    changed = np.abs(start - later).max(axis=-1) > 8
    assert changed.any()
    if noun != "ball":
        assert changed[:100].sum() < 0.1 * changed.sum() + 1  # nothing above the wheels moves


@pytest.mark.parametrize("noun", NOUNS)
def test_unknown_actions_stand(noun: str) -> None:
    stand, wave = picture(noun, 1, Pose("stand", 0.4))[0], picture(noun, 1, Pose("wave", 0.4))[0]
    assert np.array_equal(stand, wave)


@pytest.mark.parametrize("noun", NOUNS)
def test_words_tell_individuals_apart(noun: str) -> None:
    said = []
    for seed in range(24):
        species, traits = individual(noun, seed)
        words = species.words(traits)
        assert 2 <= len(words) <= 4
        assert all(word and word == word.strip().lower() for word in words)
        assert not any(" a a" in word or " a e" in word or " a o" in word for word in words)
        assert len(set(words)) == len(words)
        said.append(words)
    pairs = list(itertools.combinations(said, 2))
    assert sum(one != other for one, other in pairs) > 0.93 * len(pairs)
