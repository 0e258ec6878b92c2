"""People of the rendered world: individuals differ, views agree, movement is smooth."""

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import skia

from s2vbench.world.dice import Dice
from s2vbench.world.figure import Anchors, Expression, Pose
from s2vbench.world.humans import SPECIES
from s2vbench.world.humans.brush import Heading
from s2vbench.world.humans.shape import Ring, mark, patch, seen, shell
from s2vbench.world.pen import Pen

Picture = npt.NDArray[Any]
NOUNS = list(SPECIES)
EXPRESSIONS: tuple[Expression, ...] = ("neutral", "happy", "surprised", "sad", "blink")
PALE = skia.Color(236, 236, 234)


def person(noun: str, seed: int) -> Any:
    return SPECIES[noun].design(Dice("individual", noun, seed))


def drawn(noun: str, traits: Any, pose: Pose, height_px: float = 64.0) -> tuple[Picture, Anchors]:
    """The picture over the room a subject may use: x in [-2, 2], y in [-2.8, 0.35], and the anchors."""
    surface = skia.Surface(int(4 * height_px), int(3.15 * height_px))
    canvas = surface.getCanvas()
    canvas.translate(2 * height_px, 2.8 * height_px)
    canvas.scale(height_px, height_px)
    anchors = SPECIES[noun].draw(Pen(canvas, height_px), traits, pose)
    assert isinstance(anchors, Anchors)
    return surface.toarray(colorType=skia.ColorType.kRGBA_8888_ColorType), anchors


def portrait(noun: str, traits: Any, pose: Pose, side_px: int = 96) -> Picture:
    surface = skia.Surface(side_px, side_px)
    canvas = surface.getCanvas()
    canvas.clear(PALE)
    canvas.translate(side_px / 2, 0.94 * side_px)
    canvas.scale(0.72 * side_px, 0.72 * side_px)
    SPECIES[noun].draw(Pen(canvas, 0.72 * side_px), traits, pose)
    return surface.toarray(colorType=skia.ColorType.kRGBA_8888_ColorType)[..., :3].astype(np.float64)


def difference(one: Picture, other: Picture) -> float:
    """Mean difference over what either covers."""
    covered = (np.abs(one - PALE_RGB).max(-1) > 6) | (np.abs(other - PALE_RGB).max(-1) > 6)
    return float(np.abs(one - other)[covered].mean())


PALE_RGB = np.array([236.0, 236.0, 234.0])


def test_classes_are_people_with_heights_in_range() -> None:
    assert len(SPECIES) >= 14
    for noun, species in SPECIES.items():
        assert (species.noun, species.kind) == (noun, "human")
        low, high = species.height_m
        for seed in range(8):
            assert low <= person(noun, seed).height_m <= high


@pytest.mark.parametrize("noun", NOUNS)
def test_same_seed_same_pixels(noun: str) -> None:
    pose = Pose("walk", 0.2, 35.0, "happy")
    one, other = (drawn(noun, person(noun, 5), pose)[0] for _ in range(2))
    assert np.array_equal(one, other)
    assert person(noun, 5) == person(noun, 5)


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("yaw", [0.0, 135.0])
def test_two_seeds_are_two_people(noun: str, yaw: float) -> None:
    pictures = [portrait(noun, person(noun, seed), Pose(yaw_deg=yaw)) for seed in range(7)]
    differences = [difference(*pair) for pair in pairwise(pictures)]
    assert min(differences) > 14.0
    assert np.mean(differences) > 30.0


@pytest.mark.parametrize("noun", NOUNS)
def test_every_pose_stays_in_its_room(noun: str) -> None:
    species, traits = SPECIES[noun], [person(noun, seed) for seed in (1, 2)]
    for i, action in enumerate(species.actions):
        for k, yaw in enumerate((-135.0, -90.0, -40.0, 0.0, 40.0, 90.0, 180.0)):
            pose = Pose(action, (0.13 * i + 0.29 * k) % 1.0, yaw, EXPRESSIONS[(i + k) % 5])
            picture, anchors = drawn(noun, traits[k % 2], pose, 24.0)
            covered = picture[..., 3] > 0
            assert 0.03 < covered.sum() / 24.0**2 < 1.5
            for edge in (covered[0], covered[-1], covered[:, 0], covered[:, -1]):
                assert not edge.any()
            assert anchors.half_width > 0.05


@pytest.mark.parametrize("noun", NOUNS)
def test_a_cycle_ends_where_it_began(noun: str) -> None:
    traits = person(noun, 3)
    for action in SPECIES[noun].actions:
        start, end = (portrait(noun, traits, Pose(action, phase, 30.0)) for phase in (0.0, 0.9999))
        assert difference(start, end) < 2.0, action


@pytest.mark.parametrize("noun", NOUNS)
def test_a_small_turn_is_a_small_change(noun: str) -> None:
    traits = person(noun, 4)
    for yaw in (-151.0, -88.0, -33.0, 0.0, 21.0, 62.0, 90.0, 141.0, 179.5):
        one, other = (portrait(noun, traits, Pose(yaw_deg=turn)) for turn in (yaw, yaw + 1.0))
        assert difference(one, other) < 9.0, yaw


def test_faces_show_what_they_express() -> None:
    traits = person("woman", 1)
    faces = [portrait("woman", traits, Pose(expression=expression), 256) for expression in EXPRESSIONS]
    for i, one in enumerate(faces):
        for other in faces[:i]:
            assert (np.abs(one - other).max(-1) > 40).sum() > 12


def test_the_face_is_on_the_front_only() -> None:
    traits = person("man", 1)
    for expression in EXPRESSIONS[1:]:
        one, other = (portrait("man", traits, Pose(yaw_deg=180.0, expression=e)) for e in ("neutral", expression))
        if expression != "sad":  # the sad hang their heads
            assert np.array_equal(one, other)


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("yaw", [-90.0, 90.0])
def test_hands_hold_and_push_ahead(noun: str, yaw: float) -> None:
    traits = person(noun, 2)
    ahead = 1.0 if yaw > 0 else -1.0
    for phase in (0.0, 0.4):
        _, holding = drawn(noun, traits, Pose("hold", phase, yaw), 24.0)
        assert holding.hand is not None
        assert 0.1 < ahead * holding.hand[0] < 0.5
        assert -0.75 < holding.hand[1] < -0.4
        _, pushing = drawn(noun, traits, Pose("push", phase, yaw), 24.0)
        assert 0.2 < ahead * pushing.front[0] < 0.7
        assert -0.8 < pushing.front[1] < -0.3


@pytest.mark.parametrize("noun", NOUNS)
def test_a_jump_leaves_the_ground(noun: str) -> None:
    traits = person(noun, 2)
    picture, middle = drawn(noun, traits, Pose("jump", 0.5, 40.0))
    _, start = drawn(noun, traits, Pose("jump", 0.0, 40.0))
    assert start.lift == 0.0
    assert middle.lift > 0.15
    lowest = np.nonzero(picture[..., 3].max(1))[0].max() / 64.0 - 2.8
    assert lowest < -0.6 * middle.lift


@pytest.mark.parametrize("noun", NOUNS)
def test_words_tell_people_apart(noun: str) -> None:
    told = [SPECIES[noun].words(person(noun, seed)) for seed in range(40)]
    for words in told:
        assert 2 <= len(words) <= 4
        for phrase in words:
            assert phrase
            assert phrase == phrase.strip().lower()
            assert " " not in phrase or phrase.split()[0] in {"with", "in"}, phrase
            words_after = f"{phrase} ".replace("-", " ")
            assert " a a" not in words_after.replace(" a an ", "!")
            for vowel in "aeio":
                assert f" a {vowel}" not in words_after, phrase
    assert sum(one != other for one, other in pairwise(told)) >= 38


def test_the_opening_of_a_shell_turns_with_it() -> None:
    rings = [Ring(-1.0, 0.4, 0.4), Ring(-0.5, 0.9, 0.9), Ring(0.0, 1.0, 1.0), Ring(0.5, 0.9, 0.9)]
    openings = (None, (-40.0, 40.0), (-60.0, 60.0), (-50.0, 50.0))
    for yaw, middle, right in ((0.0, False, True), (90.0, True, False), (-90.0, True, True), (180.0, True, True)):
        path = shell(seen(Heading(yaw), rings), openings)
        assert path.contains(0.0, 0.05) is middle, yaw
        assert path.contains(0.94, 0.05) is right, yaw


def test_marks_and_patches_are_hidden_on_the_far_side() -> None:
    rings = [Ring(0.0, 1.0, 0.6), Ring(1.0, 1.0, 0.6)]
    for yaw, shown in ((0.0, True), (180.0, False)):
        rows = seen(Heading(yaw), rings)
        assert mark(rows[0], 10.0).seen is shown
        assert (patch(rows, [(-20.0, 30.0)]) is not None) is shown
