"""How a person moves: where the joints are asked to be in every phase of an action."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from s2vbench.world.figure import Action, Expression

SOLE: Final = 0.042
"""Height of the ankle above the ground."""
TAU: Final = 2 * math.pi


@dataclass(frozen=True)
class Arm:
    """Angles in degrees: swing turns a hanging segment forward, spread away from the body."""

    swing: float = 2.0
    spread: float = 13.0
    fore_swing: float = 14.0
    fore_spread: float = 7.0


@dataclass(frozen=True)
class Foot:
    """Place of an ankle, in heights; x is outward from the middle of the body."""

    x: float = 0.058
    y: float = -SOLE
    z: float = 0.0
    pitch: float = 0.0
    """Degrees that the toes point down."""
    knee_out: float = 0.12
    """How far outward the knee points: 0 is forward, 1 is half to the side."""


@dataclass(frozen=True)
class Stance:
    """One moment of a body. The left side is the subject's own."""

    left_arm: Arm = field(default_factory=Arm)
    right_arm: Arm = field(default_factory=Arm)
    left_foot: Foot = field(default_factory=Foot)
    right_foot: Foot = field(default_factory=Foot)
    pelvis: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """How far the pelvis is moved from where it is in standing."""
    lean: float = 0.0
    """Degrees that the trunk leans forward."""
    sway: float = 0.0
    """Degrees that the trunk leans to its left."""
    head_yaw: float = 0.0
    head_tilt: float = 0.0
    """Degrees that the head leans to its left."""
    nod: float = 0.0
    """Degrees that the head leans forward."""
    lift: float = 0.0
    sitting: bool = False


def _smooth(low: float, high: float, x: float) -> float:
    t = min(max((x - low) / (high - low), 0.0), 1.0)
    return t * t * (3 - 2 * t)


def _stand(phase: float) -> Stance:
    breath = math.sin(TAU * phase)
    arm = Arm(spread=13.0 + 0.8 * breath)
    return Stance(arm, arm, pelvis=(0.0, 0.002 * breath, 0.0))


def _step(phase: float, stride: float, ground_share: float, rise: float, kick: float) -> Foot:
    """A foot through one cycle: on the ground it moves back evenly, then it swings forward."""
    phase %= 1.0
    if phase < ground_share:
        t = phase / ground_share
        heel = _smooth(0.62, 1.0, t)
        pitch = 42.0 * heel - 16.0 * (1.0 - _smooth(0.0, 0.25, t))
        return Foot(0.045, -SOLE - 0.035 * heel, stride * (1 - 2 * t), pitch, 0.06)
    t = (phase - ground_share) / (1.0 - ground_share)
    up = math.sin(math.pi * t)
    back = math.sin(math.pi * min(t * 1.6, 1.0)) * kick
    lifted = -SOLE - 0.035 * (1.0 - _smooth(0.0, 0.3, t)) - rise * up - back
    return Foot(0.045, lifted, -stride * math.cos(math.pi * t) - 0.4 * back, 42.0 - 58.0 * _smooth(0.1, 0.9, t), 0.06)


def _walk(phase: float) -> Stance:
    swing = math.cos(TAU * phase)
    bob = math.cos(2 * TAU * phase)
    return Stance(
        left_arm=Arm(-31 * swing, 10, -31 * swing + 18, 4),
        right_arm=Arm(31 * swing, 10, 31 * swing + 18, 4),
        left_foot=_step(phase, 0.165, 0.54, 0.035, 0.0),
        right_foot=_step(phase + 0.5, 0.165, 0.54, 0.035, 0.0),
        pelvis=(0.006 * math.sin(TAU * phase), 0.018 + 0.008 * bob, 0.0),
        lean=3.0,
        sway=1.2 * math.sin(TAU * phase),
    )


def _run(phase: float) -> Stance:
    swing = math.cos(TAU * phase)
    bounce = math.cos(2 * TAU * (phase - 0.17))
    return Stance(
        left_arm=Arm(-46 * swing - 4, 14, -46 * swing + 88, 2),
        right_arm=Arm(46 * swing - 4, 14, 46 * swing + 88, 2),
        left_foot=_step(phase, 0.215, 0.32, 0.075, 0.085),
        right_foot=_step(phase + 0.5, 0.215, 0.32, 0.075, 0.085),
        pelvis=(0.0, 0.012 + 0.022 * bounce, 0.0),
        lean=11.0,
        nod=-5.0,
    )


def _wave(phase: float) -> Stance:
    beat = math.sin(2 * TAU * phase)
    return replace(
        _stand(phase),
        left_arm=Arm(38, 88, 160, 14 + 20 * beat),
        sway=-2.0 + math.sin(TAU * phase),
        head_tilt=4.0 + 2.0 * math.sin(TAU * phase),
    )


def _sit(phase: float) -> Stance:
    breath = math.sin(TAU * phase)
    left = Foot(-0.035, -0.042, 0.17, 20.0, 2.6)
    right = Foot(-0.03, -0.05, 0.125, 20.0, 2.6)
    arm = Arm(14 + breath, 20, 58 + breath, 12)
    return Stance(arm, arm, left, right, pelvis=(0.0, 0.345, 0.0), head_tilt=2.0 * breath, sitting=True)


def _jump(phase: float) -> Stance:
    crouch = _smooth(0.0, 0.12, phase) - _smooth(0.14, 0.26, phase) + _smooth(0.74, 0.84, phase)
    crouch -= _smooth(0.88, 1.0, phase)
    t = min(max((phase - 0.22) / 0.56, 0.0), 1.0)
    lift = 4 * t * (1 - t) * 0.3
    air = _smooth(0.18, 0.36, phase) - _smooth(0.62, 0.8, phase)
    arms = Arm(-38 * crouch + 138 * air, 14 + 22 * air, 16 - 40 * crouch + 158 * air, 8 + 20 * air)
    tuck = 0.085 * math.sin(math.pi * t)
    foot = Foot(0.06 + 0.02 * air, -SOLE - lift - tuck, -0.07 * air, 40 * air, 0.5 * air + 0.3 * crouch)
    other = replace(foot, z=-0.015 * air, y=foot.y + 0.03 * air)
    return Stance(
        arms, arms, foot, other, (0.0, 0.13 * crouch - lift, -0.045 * crouch), lean=20 * crouch, lift=max(lift, 0.0)
    )


def _dance(phase: float) -> Stance:
    side = math.sin(TAU * phase)
    beat = math.cos(2 * TAU * phase)
    up, down = 0.5 + 0.5 * side, 0.5 - 0.5 * side
    left = Arm(20 + 30 * up, 24 + 66 * up, 50 + 105 * up, 26 - 20 * up)
    right = Arm(20 + 30 * down, 24 + 66 * down, 50 + 105 * down, 26 - 20 * down)
    return Stance(
        left,
        right,
        Foot(0.075, -SOLE - 0.07 * _smooth(0.35, 1.0, -side), 0.05 * max(-side, 0.0), 26 * max(-side, 0.0), 0.5),
        Foot(0.075, -SOLE - 0.07 * _smooth(0.35, 1.0, side), 0.05 * max(side, 0.0), 26 * max(side, 0.0), 0.5),
        (0.03 * side, 0.022 + 0.012 * beat, 0.0),
        sway=-5 * side,
        head_tilt=9 * side,
    )


def _hold(phase: float) -> Stance:
    breath = math.sin(TAU * phase)
    arm = Arm(16 + breath, 16, 92 + 1.5 * breath, -24)
    return replace(_stand(phase), left_arm=arm, right_arm=arm, nod=4.0)


def _push(phase: float) -> Stance:
    walk = _walk(phase)
    effort = math.cos(2 * TAU * phase)
    arm = Arm(82 + 2 * effort, 5, 98 + 2 * effort, -3)
    short = [replace(foot, z=0.8 * foot.z - 0.07) for foot in (walk.left_foot, walk.right_foot)]
    return Stance(arm, arm, short[0], short[1], (0.0, 0.04 + 0.006 * effort, -0.02), lean=19.0, nod=-13.0)


def _look(phase: float) -> Stance:
    side = math.sin(TAU * phase)
    return replace(_stand(phase), head_yaw=44 * side, head_tilt=3 * side, sway=1.5 * side)


_STANCES: Final[dict[str, Callable[[float], Stance]]] = {
    "stand": _stand,
    "walk": _walk,
    "run": _run,
    "wave": _wave,
    "sit": _sit,
    "jump": _jump,
    "dance": _dance,
    "hold": _hold,
    "push": _push,
    "look": _look,
}
ACTIONS: Final[tuple[Action, ...]] = (
    "stand",
    "walk",
    "run",
    "wave",
    "sit",
    "jump",
    "dance",
    "hold",
    "push",
    "look",
)


def stance(action: Action, phase: float, expression: Expression) -> Stance:
    """Where the joints are asked to be; actions that people cannot do are "stand"."""
    made = _STANCES.get(action, _stand)(phase % 1.0)
    if expression == "sad":
        return replace(made, nod=made.nod + 7.0)
    return made
