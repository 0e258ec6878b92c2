"""Stagings become scripts in which everybody does what was asked."""

from __future__ import annotations

import math

import numpy as np
import pytest

from s2vbench.errors import InputError
from s2vbench.world.acting import PAN, camera_path
from s2vbench.world.clip import Part, Script
from s2vbench.world.dice import Dice
from s2vbench.world.moves import STRIDE, Time, facing
from tests.world.plays import BALL, DOG, MUG, ROBOT, WOMAN, script, staging

PEOPLE = {"w": WOMAN, "d": DOG}


def xs(part: Part) -> np.ndarray:
    return np.array([moment.x for moment in part.moments])


def gaps(play: Script) -> np.ndarray:
    return xs(play.parts[1]) - xs(play.parts[0])


def test_equal_stagings_give_equal_scripts_and_seeds_differ() -> None:
    wanted = staging(actions={"w": "dance", "d": "walk"})
    one, same, other = (script(wanted, PEOPLE, seed=seed).parts for seed in (0, 0, 1))
    assert one == same
    assert one != other


def test_a_walker_moves_as_fast_as_its_feet() -> None:
    part = script(staging(actions={"d": "walk"}), {"d": DOG}, num_frames=160).parts[0]
    walked = np.abs(np.diff(xs(part))).sum()
    phases = np.unwrap([2 * math.pi * moment.pose.phase for moment in part.moments]) / (2 * math.pi)
    cycles = phases[-1] - phases[0]
    assert walked == pytest.approx(cycles * STRIDE["walk"] * part.moments[0].height, rel=0.02)
    assert xs(part).min() > 0
    assert xs(part).max() < 16 / 9


def test_who_stays_stays() -> None:
    for action in ("wave", "sit", "dance", "stand"):
        part = script(staging(actions={"w": action}), {"w": WOMAN}).parts[0]
        assert np.ptp(xs(part)) == 0
        assert {moment.pose.action for moment in part.moments} == {action}


def test_an_action_that_a_class_cannot_do_is_standing() -> None:
    part = script(staging(actions={"m": "walk"}), {"m": MUG}).parts[0]
    assert {moment.pose.action for moment in part.moments} == {"stand"}


@pytest.mark.parametrize("order", [("left", "right"), ("right", "left")])
def test_left_is_left_and_right_is_right_for_the_whole_clip(order: tuple[str, str]) -> None:
    for seed in range(5):
        play = script(staging(actions={"w": "wave"}, anchors=dict(zip("wd", order, strict=True))), PEOPLE, seed=seed)
        sign = 1 if order == ("left", "right") else -1
        assert np.all(sign * gaps(play) > 0.2)


def test_the_foreground_is_nearer_and_larger() -> None:
    play = script(staging(anchors={"w": "front", "d": "back"}), {"w": WOMAN, "d": WOMAN})
    near, far = (part.moments[0] for part in play.parts)
    assert near.y > far.y
    assert near.height > far.height


def test_approaching_ends_beside_the_other() -> None:
    play = script(staging(relations=(("d", "approaches", "w"),)), {"d": DOG, "w": WOMAN})
    distance = np.abs(gaps(play))
    assert distance[-1] < 0.8 * distance[0]
    assert np.all(np.diff(distance) < 1e-9)
    assert play.parts[0].moments[5].pose.action == "walk"


def test_pusher_and_pushed_move_together() -> None:
    play = script(staging(relations=(("w", "pushes", "b"),)), {"w": WOMAN, "b": BALL})
    assert np.ptp(gaps(play)) < 1e-9
    assert abs(xs(play.parts[0])[-1] - xs(play.parts[0])[0]) > 0.1
    heading = np.sign(xs(play.parts[0])[-1] - xs(play.parts[0])[0])
    assert heading == np.sign(gaps(play)[0])
    assert {part.moments[0].pose.action for part in play.parts} == {"push", "roll"}


def test_a_follower_is_where_the_leader_was() -> None:
    play = script(staging(relations=(("d", "follows", "w"),)), {"d": DOG, "w": WOMAN}, num_frames=48)
    follower, leader = xs(play.parts[0]), xs(play.parts[1])
    errors = [np.abs(follower[lag:] - leader[: len(leader) - lag]).max() for lag in range(1, 40)]
    assert min(errors) < 0.05
    assert np.ptp(leader) > 0.1


def test_a_circle_goes_behind_and_in_front() -> None:
    play = script(staging(relations=(("d", "circles", "r"),)), {"d": DOG, "r": ROBOT}, num_frames=160)
    below = np.array([moment.y for moment in play.parts[0].moments]) - play.parts[1].moments[0].y
    assert below.min() < 0 < below.max()
    assert gaps(play).min() < 0 < gaps(play).max()


def test_a_watcher_is_turned_towards_the_other() -> None:
    for anchors, sign in (({"w": "left", "d": "right"}, 1), ({"w": "right", "d": "left"}, -1)):
        play = script(staging(relations=(("w", "watches", "d"),), anchors=anchors), PEOPLE)
        assert np.all(sign * np.array([moment.pose.yaw_deg for moment in play.parts[0].moments]) > 0)


def test_what_is_held_belongs_to_its_holder_and_is_small() -> None:
    play = script(staging(relations=(("w", "holds", "m"),)), {"w": WOMAN, "m": MUG})
    assert play.parts[1].held_by == 0
    assert play.parts[1].moments[0].height <= 0.42 * play.parts[0].moments[0].height + 1e-9


def test_entering_starts_outside_and_leaving_ends_there() -> None:
    enter = xs(script(staging(actions={"w": "enter"}), {"w": WOMAN}).parts[0])
    leave = xs(script(staging(actions={"w": "leave"}), {"w": WOMAN}).parts[0])
    for outside, inside in ((enter[0], enter[-1]), (leave[-1], leave[0])):
        assert not 0 < outside < 16 / 9
        assert 0 < inside < 16 / 9


def test_cameras_do_what_they_are_called() -> None:
    time = Time(33, 16.0)
    paths = {
        kind: camera_path(kind, time, Dice(1)) for kind in ("still", "pan left", "pan right", "zoom in", "handheld")
    }
    assert len(set(paths["still"])) == 1
    assert paths["pan left"][0].x == pytest.approx(PAN)
    assert paths["pan left"][-1].x == pytest.approx(-PAN) == -paths["pan right"][-1].x
    assert paths["zoom in"][-1].zoom > 1.2 > paths["zoom in"][0].zoom == 1.0
    assert len({camera.x for camera in paths["handheld"]}) > 20


def test_faces_follow_the_way() -> None:
    assert facing(1.0, 0.0) == -facing(-1.0, 0.0) > 45
    assert abs(facing(0.0, 1.0)) < 1e-9
    assert abs(facing(0.0, -1.0)) == pytest.approx(180)


def test_a_staging_of_strangers_is_an_error() -> None:
    with pytest.raises(InputError, match="names 'x', who is not in the case"):
        script(staging(actions={"x": "walk"}), PEOPLE)
    with pytest.raises(InputError, match=r"narnia"):
        script(staging(scene="narnia"), PEOPLE)
