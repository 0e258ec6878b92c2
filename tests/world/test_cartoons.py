"""Cartoon characters: the same individual in every picture, another individual for every seed."""

from __future__ import annotations

import functools
import itertools
from typing import get_args

import numpy as np
import pytest
import skia

from s2vbench.world.cartoons import SPECIES
from s2vbench.world.cartoons.solids import Block, Form
from s2vbench.world.cartoons.toon import Toon
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Anchors, Expression, Pose
from s2vbench.world.palette import NAMED
from s2vbench.world.pen import Pen
from s2vbench.world.turn import Turn

NOUNS = tuple(SPECIES)
SEEDS = range(5)
YAWS = (-135, -90, -40, 0, 40, 90, 180)
EXPRESSIONS: tuple[Expression, ...] = get_args(Expression)


@functools.cache
def individual(noun: str, seed: int) -> Toon:
    return SPECIES[noun].design(Dice("individual", noun, seed))


def drawn(noun: str, seed: int, pose: Pose, height_px: int = 24) -> tuple[np.ndarray, Anchors]:
    """Premultiplied RGBA in [0, 1] of everything within x in [-2, 2] and y in [-2.8, 0.35], and the anchors."""
    surface = skia.Surface(4 * height_px, round(3.15 * height_px))
    canvas = surface.getCanvas()
    canvas.translate(2 * height_px, 2.8 * height_px)
    canvas.scale(height_px, height_px)
    anchors = SPECIES[noun].draw(Pen(canvas, height_px), individual(noun, seed), pose)
    pixels = surface.toarray(colorType=skia.ColorType.kRGBA_8888_ColorType).astype(np.float32) / 255
    pixels[..., :3] *= pixels[..., 3:]
    return pixels, anchors


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference where either is drawn."""
    covered = (one[..., 3] > 0.5) | (other[..., 3] > 0.5)
    return float(np.abs(one - other)[covered].mean())


def test_there_are_at_least_fourteen_classes_in_four_styles() -> None:
    assert len(SPECIES) >= 14
    assert {species.style for species in SPECIES.values()} == {"bold", "pastel", "paper", "ink"}
    assert all(noun == species.noun and species.kind == "cartoon" for noun, species in SPECIES.items())


@pytest.mark.parametrize("noun", NOUNS)
def test_the_same_individual_and_pose_give_the_same_pixels(noun: str) -> None:
    again = SPECIES[noun].design(Dice("individual", noun, 3))
    assert again == individual(noun, 3)
    pose = Pose("dance", 0.37, 33, "happy")
    np.testing.assert_array_equal(drawn(noun, 3, pose)[0], drawn(noun, 3, pose)[0])


@pytest.mark.parametrize("noun", NOUNS)
def test_two_individuals_look_different(noun: str) -> None:
    views = [drawn(noun, seed, Pose(yaw_deg=20), 96)[0] for seed in SEEDS]
    distances = [apart(one, other) for one, other in itertools.combinations(views, 2)]
    assert min(distances) > 0.05
    assert np.mean(distances) > 0.11


@pytest.mark.parametrize("noun", NOUNS)
def test_every_pose_is_drawn_within_its_bounds(noun: str) -> None:
    low, high = SPECIES[noun].height_m
    for i, (action, yaw) in enumerate(itertools.product(SPECIES[noun].actions, YAWS)):
        pose = Pose(action, (i * 0.37) % 1.0, yaw, EXPRESSIONS[i % len(EXPRESSIONS)])
        pixels, anchors = drawn(noun, i % 4, pose, 16)
        alpha = pixels[..., 3]
        assert (alpha > 0.5).sum() > 40, pose
        assert max(alpha[0].max(), alpha[-1].max(), alpha[:, 0].max(), alpha[:, -1].max()) < 0.5, pose
        assert anchors.half_width > 0
        assert low <= individual(noun, i % 4).height_m <= high


@pytest.mark.parametrize("noun", NOUNS)
def test_standing_individuals_are_one_high_and_stand_on_the_ground(noun: str) -> None:
    for seed in SEEDS:
        rows = np.nonzero((drawn(noun, seed, Pose(), 60)[0][..., 3] > 0.5).any(axis=1))[0] / 60 - 2.8
        assert -1.45 < rows.min() < -0.9
        assert -0.09 < rows.max() < 0.06


@pytest.mark.parametrize("expression", [mood for mood in EXPRESSIONS if mood != "neutral"])
@pytest.mark.parametrize("noun", NOUNS)
def test_expressions_change_the_face(noun: str, expression: Expression) -> None:
    changed = np.abs(drawn(noun, 1, Pose(), 64)[0] - drawn(noun, 1, Pose(expression=expression), 64)[0])
    assert (changed.max(axis=-1) > 0.15).sum() > 5


@pytest.mark.parametrize("noun", NOUNS)
def test_actions_are_periodic_and_move(noun: str) -> None:
    for action in SPECIES[noun].actions:
        start = drawn(noun, 2, Pose(action, 0.0, 30), 40)[0]
        assert apart(start, drawn(noun, 2, Pose(action, 0.9999, 30), 40)[0]) < 0.012, action
        if action != "stand":
            assert apart(start, drawn(noun, 2, Pose(action, 0.3, 30), 40)[0]) > 0.004, action


@pytest.mark.parametrize("noun", NOUNS)
def test_a_small_turn_changes_little(noun: str) -> None:
    for seed, yaw in enumerate((-150, -91, -45, -1, 17, 44, 89, 134, 179)):
        before, after = (drawn(noun, seed % 4, Pose(yaw_deg=yaw + turn), 40)[0] for turn in (0.0, 1.0))
        assert apart(before, after) < 0.05, yaw


@pytest.mark.parametrize("noun", NOUNS)
def test_views_differ(noun: str) -> None:
    front, side, back = (drawn(noun, 0, Pose(yaw_deg=yaw), 48)[0] for yaw in (0, 90, 180))
    assert min(apart(front, side), apart(front, back), apart(side, back)) > 0.02


@pytest.mark.parametrize("noun", NOUNS)
def test_anchors_are_where_the_subject_faces(noun: str) -> None:
    for seed in SEEDS:
        hand = drawn(noun, seed, Pose("hold", 0.2, 0))[1].hand
        assert hand is not None
        assert abs(hand[0]) < 0.12
        assert -0.85 < hand[1] < -0.15
        for yaw in (90, -90):
            pushed = drawn(noun, seed, Pose("push", 0.2, yaw))[1].front
            assert pushed[0] * yaw > 15
            assert pushed[1] < -0.1
            held = drawn(noun, seed, Pose("hold", 0.2, yaw))[1].hand
            assert held is not None
            assert held[0] * yaw > 10
        assert drawn(noun, seed, Pose())[1].hand is None


@pytest.mark.parametrize("noun", NOUNS)
def test_a_jump_leaves_the_ground_and_lands(noun: str) -> None:
    pixels, anchors = drawn(noun, 1, Pose("jump", 0.47), 48)
    lowest = np.nonzero((pixels[..., 3] > 0.5).any(axis=1))[0].max() / 48 - 2.8
    assert anchors.lift > 0.3
    assert lowest < -0.2
    assert drawn(noun, 1, Pose("jump", 0.0))[1].lift < 0.07


@pytest.mark.parametrize("noun", NOUNS)
def test_words_tell_individuals_apart(noun: str) -> None:
    phrases = [SPECIES[noun].words(individual(noun, seed)) for seed in range(12)]
    starts = ("with ", "without ", "in ")
    for words in phrases:
        assert 2 <= len(words) <= 4
        assert all(word and word == word.lower() for word in words)
        assert all(word.startswith(starts) or " " not in word for word in words)
    assert len(set(phrases)) >= 11
    assert any(colour in " ".join(phrases[0]) for colour in (*NAMED, "golden", "twig"))


def test_marks_stay_on_their_side() -> None:
    form = Form(-0.5, 0.3, 0.4, 0.25)
    left = form.on(Turn(0), 80, 0.0, 0.02, 0.02)
    assert left is not None
    assert left.x > 0.25
    assert form.on(Turn(90), 80, 0.0, 0.02, 0.02) is None
    middle = form.on(Turn(-80), 80, 0.0, 0.02, 0.02)
    assert middle is not None
    assert abs(middle.x) < 0.01
    assert middle.facing > 0.99


def test_a_block_shows_two_faces() -> None:
    block = Block(-0.5, 0.3, 0.2, 0.2)
    assert block.half_seen(Turn(90)) == pytest.approx(0.2)
    wide, narrow, front = block.face(Turn(30))
    assert front
    assert wide.getBounds().width() + narrow.getBounds().width() == pytest.approx(2 * block.half_seen(Turn(30)))
    assert block.on(Turn(30), 180, 0.0, 0.1, 0.1) is None
    assert block.on(Turn(150), 180, 0.0, 0.1, 0.1) is not None
