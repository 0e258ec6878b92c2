"""What one subject does by itself, and what all subjects of one script share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from s2vbench.types import Staging
from s2vbench.world.cast import Individual
from s2vbench.world.clip import Moment
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Action
from s2vbench.world.moves import Spot, Time, along, on_the_spot, straight, to_and_fro
from s2vbench.world.scene import Scene
from s2vbench.world.sizes import span

MOVING: Final[tuple[Action, ...]] = ("walk", "run", "roll")
PASSING: Final = {"enter": 1.0, "leave": -1.0}
"""Actions across the frame's edge, with the direction of time."""


@dataclass(frozen=True)
class Rehearsal:
    """What every part of one script shares."""

    staging: Staging
    scene: Scene
    time: Time
    aspect: float
    dice: Dice


def alone(here: Rehearsal, who: Individual, spot: Spot, action: str, dice: Dice) -> tuple[Moment, ...]:
    """One action, or standing where the class cannot do it."""
    if action in PASSING:
        return passing(here, who, spot, PASSING[action], dice)
    able: Action = next((known for known in who.species.actions if known == action), "stand")
    if able in MOVING:
        speed = here.time.speed(able, spot.height)
        heading = 1.0 if (spot.x < here.aspect / 2) != dice.chance(0.25) else -1.0
        return along(who, to_and_fro(spot, speed, here.aspect, heading), able, spot, here.time, dice)
    return on_the_spot(able, spot, here.time, dice)


def passing(here: Rehearsal, who: Individual, spot: Spot, direction: float, dice: Dice) -> tuple[Moment, ...]:
    """Comes in over the nearer edge and stops at its place, or (direction -1) leaves over it."""
    half = span(who)[0] * spot.height
    outside = -half - 0.05 if spot.x < here.aspect / 2 else here.aspect + half + 0.05
    length_s = here.time.num_frames / here.time.fps
    gait: Action = next((gait for gait in ("walk", "roll") if gait in who.species.actions), "stand")
    speed = abs(outside - spot.x) / (0.75 * length_s)
    start, end = ((outside, spot.y), (spot.x, spot.y))[:: int(direction)]
    path = straight(start, end, speed)
    wait_s = 0.0 if direction > 0 else 0.25 * length_s
    if gait == "stand":
        poses = on_the_spot("stand", spot, here.time, dice)
        places = [path(max(frame / here.time.fps - wait_s, 0.0)) for frame in range(here.time.num_frames)]
        return tuple(replace(moment, x=x) for moment, (x, _) in zip(poses, places, strict=True))
    return along(who, lambda time_s: path(max(time_s - wait_s, 0.0)), gait, spot, here.time, dice)
