"""Every animal: reproducible, told apart, whole in all views and actions, smooth in time and turn."""

from collections.abc import Iterator
from itertools import combinations, pairwise

import numpy as np
import pytest
import skia

from s2vbench.world.animals import SPECIES
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Action, Anchors, Expression, Pose
from s2vbench.world.pen import Pen

NOUNS = sorted(SPECIES)
MOODS: tuple[Expression, ...] = ("neutral", "happy", "surprised", "sad", "blink")
SPAN = 4.2


def individual(noun: str, seed: int) -> object:
    return SPECIES[noun].design(Dice("individual", noun, seed))


def picture(noun: str, traits: object, pose: Pose, unit_px: float = 24.0) -> tuple[np.ndarray, Anchors]:
    """RGBA of a square that shows two heights around the feet; the ground is at 3 of 4.2."""
    side = round(SPAN * unit_px)
    surface = skia.Surface(side, side)
    canvas = surface.getCanvas()
    canvas.translate(side / 2, 3.0 * unit_px)
    canvas.scale(unit_px, unit_px)
    anchors = SPECIES[noun].draw(Pen(canvas, unit_px), traits, pose)
    return surface.toarray(colorType=skia.ColorType.kRGBA_8888_ColorType).astype(np.float32), anchors


def over_grey(rgba: np.ndarray) -> np.ndarray:
    alpha = rgba[..., 3:] / 255
    return rgba[..., :3] * alpha + 236 * (1 - alpha)


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference where either shows something."""
    shown = (one[..., 3] > 0) | (other[..., 3] > 0)
    return float(np.abs(over_grey(one) - over_grey(other))[shown].mean())


def all_poses(actions: tuple[Action, ...]) -> Iterator[Pose]:
    for i, action in enumerate(actions):
        for j, yaw in enumerate((0.0, 40.0, 90.0, 135.0, 180.0, -135.0, -90.0, -40.0)):
            yield Pose(action, (0.13 * i + 0.29 * j) % 1.0, yaw, MOODS[(i + j) % 5])


def test_there_are_many_classes_named_like_words() -> None:
    assert len(SPECIES) >= 14
    for noun, species in SPECIES.items():
        assert noun == species.noun == noun.strip().lower()
        assert species.kind == "animal"
        assert {"stand", "walk", "run", "sit", "jump", "look"} <= set(species.actions)
        assert species.actions[0] == "stand"


@pytest.mark.parametrize("noun", NOUNS)
def test_same_seed_same_pixels(noun: str) -> None:
    pose = Pose("walk", 0.3, 35, "happy")
    one, _ = picture(noun, individual(noun, 5), pose, 40)
    other, _ = picture(noun, individual(noun, 5), pose, 40)
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("noun", NOUNS)
def test_individuals_look_different(noun: str) -> None:
    for yaw, least in ((0.0, 10.0), (90.0, 10.0)):
        pictures = [picture(noun, individual(noun, seed), Pose(yaw_deg=yaw), 30)[0] for seed in range(6)]
        differences = [apart(one, other) for one, other in combinations(pictures, 2)]
        assert np.median(differences) > 25
        assert min(differences) > least


@pytest.mark.parametrize("noun", NOUNS)
def test_every_pose_is_drawn_within_bounds(noun: str) -> None:
    traits = individual(noun, 3)
    for pose in all_poses(SPECIES[noun].actions):
        rgba, anchors = picture(noun, traits, pose)
        ys, xs = np.nonzero(rgba[..., 3] > 20)
        assert len(ys) > 0.1 * 24 * 24, pose
        left, right = xs.min() / 24 - SPAN / 2, (xs.max() + 1) / 24 - SPAN / 2
        top, bottom = ys.min() / 24 - 3.0, (ys.max() + 1) / 24 - 3.0
        assert left > -2 and right < 2 and top > -2.8 and bottom < 0.35, pose  # noqa: PT018
        assert 0.1 < anchors.half_width < 1.5
        if pose.action != "jump":
            assert anchors.lift < 0.1
            assert bottom > -0.12, f"{pose} floats"


@pytest.mark.parametrize("noun", NOUNS)
def test_stands_about_one_unit_tall(noun: str) -> None:
    for seed in range(4):
        rgba, _ = picture(noun, individual(noun, seed), Pose(yaw_deg=90), 30)
        top = 3.0 - np.nonzero(rgba[..., 3] > 20)[0].min() / 30
        assert 0.9 < top < 1.75


@pytest.mark.parametrize("noun", NOUNS)
def test_actions_are_cycles(noun: str) -> None:
    traits = individual(noun, 2)
    for action in SPECIES[noun].actions:
        start, _ = picture(noun, traits, Pose(action, 0.0, 50))
        end, _ = picture(noun, traits, Pose(action, 0.9999, 50))
        assert apart(start, end) < 3, action


@pytest.mark.parametrize("noun", NOUNS)
def test_actions_move_smoothly(noun: str) -> None:
    traits = individual(noun, 2)
    for action in ("walk", "run", "jump"):
        frames = [picture(noun, traits, Pose(action, i / 48, 60), 16)[0] for i in range(49)]
        steps = [apart(one, other) for one, other in pairwise(frames)]
        assert max(steps) > 0.3, f"{action} does not move"
        assert max(steps) < 60, action


@pytest.mark.parametrize("noun", NOUNS)
def test_a_small_turn_changes_little(noun: str) -> None:
    traits = individual(noun, 1)
    steps = []
    for yaw in range(-180, 180, 6):
        one, _ = picture(noun, traits, Pose(yaw_deg=yaw))
        other, _ = picture(noun, traits, Pose(yaw_deg=yaw + 1))
        steps.append(apart(one, other))
    assert np.median(steps) < 7
    # A part that passes behind another may change more.
    assert max(steps) < 25


@pytest.mark.parametrize("noun", NOUNS)
def test_a_jump_leaves_the_ground(noun: str) -> None:
    traits = individual(noun, 4)
    _, low = picture(noun, traits, Pose("jump", 0.0, 30))
    rgba, high = picture(noun, traits, Pose("jump", 0.49, 30))
    assert low.lift < 0.01
    assert high.lift > 0.15
    bottom = (np.nonzero(rgba[..., 3] > 20)[0].max() + 1) / 24 - 3.0
    assert bottom < -0.1


@pytest.mark.parametrize("noun", NOUNS)
def test_moods_show_in_the_face(noun: str) -> None:
    traits = individual(noun, 0)
    neutral, _ = picture(noun, traits, Pose(yaw_deg=20), 60)
    for mood in MOODS[1:]:
        other, _ = picture(noun, traits, Pose(yaw_deg=20, expression=mood), 60)
        assert np.abs(neutral - other).max() > 60, mood


@pytest.mark.parametrize("noun", NOUNS)
def test_words_tell_individuals_apart(noun: str) -> None:
    said = [SPECIES[noun].words(individual(noun, seed)) for seed in range(20)]
    for phrases in said:
        assert 2 <= len(phrases) <= 4
        for phrase in phrases:
            assert phrase == phrase.strip().lower().replace("siamese", "Siamese")
            assert phrase
            assert " a a" not in phrase
            assert " a o" not in phrase
    assert len(set(said)) >= 17


def test_a_patch_on_one_side_stays_there() -> None:
    seed = next(s for s in range(200) if SPECIES["cat"].words(individual("cat", s))[0] == "white-and-black")
    traits = individual("cat", seed)
    right, _ = picture("cat", traits, Pose(yaw_deg=90), 40)
    left, _ = picture("cat", traits, Pose(yaw_deg=-90), 40)
    assert apart(right, left[:, ::-1]) > 12
