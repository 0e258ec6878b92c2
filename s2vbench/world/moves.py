"""How one subject moves through a clip: its place, its cycle and its turns, frame by frame.

Speeds are in the subject's own heights a second, so that feet do not slide whatever its size.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from s2vbench.types import Staging
from s2vbench.world.cast import Individual
from s2vbench.world.clip import Moment
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Action, Expression, Pose

CYCLE_S: Final[dict[str, float]] = {
    "stand": 3.0, "walk": 1.0, "run": 0.62, "wave": 0.9, "sit": 3.0, "jump": 1.0, "dance": 1.2, "hold": 3.0,
    "push": 1.0, "look": 2.6, "roll": 0.9, "bounce": 0.8, "wobble": 1.1, "spin": 2.4,
}  # fmt: skip
STRIDE: Final[dict[str, float]] = {"walk": 0.7, "run": 1.4, "push": 0.45, "roll": 1.2}
"""Heights covered in one cycle by what moves over the ground."""
ROLL_HEIGHTS: Final = {"ball": math.pi, "toy car": 1.4, "toy train": 1.05, "skateboard": 0.8}
"""The same for one turn of what rolls: a wheel's circumference."""
PACE: Final = {"low": 0.7, "medium": 1.0, "high": 1.35}
SIDE_YAW_DEG = 68.0
EDGE = 0.14
"""How near to the frame's edge, in frame heights, a subject turns round."""


@dataclass(frozen=True)
class Spot:
    """Where a subject is put and how large it is, in scene coordinates."""

    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Time:
    """The clock of a clip."""

    num_frames: int
    fps: float
    pace: float = 1.0

    @classmethod
    def of(cls, staging: Staging, num_frames: int, fps: float) -> Time:
        """The clock at a staging's level of motion."""
        return cls(num_frames, fps, PACE[staging.motion_level])

    def phase(self, action: str, frame: int, start: float) -> float:
        """Where in the action's cycle a frame is, in [0, 1)."""
        return (start + frame / self.fps * self.pace / CYCLE_S[action]) % 1.0

    def speed(self, action: str, height: float) -> float:
        """Frame heights a second of a subject of this height."""
        return STRIDE.get(action, 0.0) * height * self.pace / CYCLE_S[action]


def expression_at(dice_key: int, frame: int, fps: float, base: Expression) -> Expression:
    """The base expression, with a blink now and then."""
    period = 2.1 + dice_key % 7 * 0.23
    return "blink" if (frame / fps + dice_key % 11 * 0.17) % period < 0.13 else base


def on_the_spot(action: Action, spot: Spot, time: Time, dice: Dice) -> tuple[Moment, ...]:
    """Stays where it is and does one thing, swaying a little from side to side."""
    start, key = dice.unit(), dice.whole(0, 1000)
    base: Expression = dice.pick(("neutral", "happy", "happy", "surprised"))
    yaw_deg, swing_deg = dice.between(-45, 45), dice.between(6, 22)
    turn_s = dice.between(2.6, 4.5)
    moments = []
    for frame in range(time.num_frames):
        sway = math.sin(2 * math.pi * (start + frame / time.fps / turn_s))
        pose = Pose(
            action, time.phase(action, frame, start), yaw_deg + swing_deg * sway,
            expression_at(key, frame, time.fps, base),
        )  # fmt: skip
        moments.append(Moment(spot.x, spot.y, spot.height, pose))
    return tuple(moments)


def stride(who: Individual, action: Action) -> float:
    """Heights that one cycle of an action carries somebody over the ground."""
    return ROLL_HEIGHTS.get(who.noun, STRIDE["roll"]) if action == "roll" else STRIDE[action]


def along(
    who: Individual,
    path: Callable[[float], tuple[float, float]],
    action: Action,
    spot: Spot,
    time: Time,
    dice: Dice,
) -> tuple[Moment, ...]:
    """Moves over the ground and faces where it goes.

    Args:
        who: moves.
        path: place (x, y) at a time in seconds.
        action: "walk", "run", "push" or "roll".
        spot: gives the height.
        time: the clock.
        dice: for the start of its cycle and its face.
    """
    start, key = dice.unit(), dice.whole(0, 1000)
    base: Expression = dice.pick(("neutral", "happy"))
    walked, yaw_deg, moments = 0.0, None, []
    for frame in range(time.num_frames):
        x, y = path(frame / time.fps)
        ahead_x, ahead_y = path((frame + 1) / time.fps)
        dx, dy = ahead_x - x, ahead_y - y
        still = math.hypot(dx, dy) * time.fps < 0.02
        # Who has arrived keeps looking where it went.
        goal = yaw_deg if still and yaw_deg is not None else facing(dx, dy)
        # A turn takes about a third of a second, as a body's does.
        yaw_deg = goal if yaw_deg is None else towards(yaw_deg, goal, 9.0 * 60 / time.fps)
        shown: Action = "stand" if still and action in {"walk", "run"} else action
        phase = (start + walked / (stride(who, action) * spot.height)) % 1.0
        moments.append(
            Moment(x, y, spot.height, Pose(shown, phase, yaw_deg, expression_at(key, frame, time.fps, base)))
        )
        # Depth is foreshortened: a step towards the viewer is longer than it looks.
        walked += math.hypot(dx, 2.0 * dy)
    return tuple(moments)


def facing(dx: float, dy: float) -> float:
    """The yaw in degrees of something that moves by (dx, dy) on the ground; nearer to the viewer is larger y.

    >>> facing(0.1, 0.0), facing(-0.1, 0.0)
    (68.0, -68.0)
    """
    if abs(dx) < 1e-9 and abs(dy) < 1e-9:
        return 0.0
    angle = math.degrees(math.atan2(dx, 2.0 * dy))
    # Nobody walks through a picture in exact profile, and a little of the face is worth seeing.
    return math.copysign(min(abs(angle), SIDE_YAW_DEG) if abs(angle) <= 112 else abs(angle), angle)


def towards(yaw_deg: float, goal_deg: float, most_deg: float) -> float:
    """One step of a turn, the shorter way round through the front."""
    step = goal_deg - yaw_deg
    return goal_deg if abs(step) <= most_deg else yaw_deg + math.copysign(most_deg, step)


def to_and_fro(spot: Spot, speed: float, aspect: float, heading: float) -> Callable[[float], tuple[float, float]]:
    """A straight way that turns round near the frame's edges."""
    low, high = EDGE, aspect - EDGE
    width = max(high - low, 1e-6)

    def path(time_s: float) -> tuple[float, float]:
        travelled = (spot.x - low if heading > 0 else 2 * width - (spot.x - low)) + speed * time_s
        place = travelled % (2 * width)
        return low + (place if place < width else 2 * width - place), spot.y

    return path


def straight(
    start: tuple[float, float], end: tuple[float, float], speed: float
) -> Callable[[float], tuple[float, float]]:
    """From one place to another at a speed, then waiting there."""
    length = math.hypot(end[0] - start[0], end[1] - start[1])

    def path(time_s: float) -> tuple[float, float]:
        share = 1.0 if length < 1e-9 else min(time_s * speed / length, 1.0)
        return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share

    return path


def round_about(
    centre: tuple[float, float], radius: float, speed: float, start: float
) -> Callable[[float], tuple[float, float]]:
    """Round a place, on a circle seen from the side."""

    def path(time_s: float) -> tuple[float, float]:
        angle = 2 * math.pi * start + time_s * speed / radius
        return centre[0] + radius * math.cos(angle), centre[1] + 0.22 * radius * math.sin(angle)

    return path
