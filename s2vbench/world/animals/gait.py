"""How four-legged animals move: where body, feet, head and tail are at a moment of an action."""

from __future__ import annotations

import math
from dataclasses import dataclass

from s2vbench.world.animals.build import Build
from s2vbench.world.figure import Pose

_TAU = 2 * math.pi


@dataclass
class Posture:
    """Heights are y (negative is up), z is forward; angles in radians."""

    chest: tuple[float, float]
    """Its middle: y, z."""
    hips: tuple[float, float]
    feet: list[tuple[float, float, float]]
    """The feet's places (x, y, z): front left, front right, hind left, hind right."""
    sits: bool = False
    lift: float = 0.0
    head_yaw: float = 0.0
    head_pitch: float = 0.0
    head_roll: float = 0.0
    head_shift: tuple[float, float] = (0.0, 0.0)
    tail_rise: float = 0.0
    tail_sway: float = 0.0
    ears: float = 0.0
    """How far the ears are laid back or droop, 0 to 1."""
    waves: bool = False


def posture_of(build: Build, pose: Pose) -> Posture:
    """The posture of an animal in a pose."""
    chest_y = -build.front - 0.15 * build.chest[1]
    hips_y = -build.hind - 0.1 * build.hips[1]
    half = build.span / 2
    stance = build.stance
    feet = [(stance, 0.0, half), (-stance, 0.0, half), (stance, 0.0, -half), (-stance, 0.0, -half)]
    at = Posture((chest_y, half), (hips_y, -half), feet)
    turn = _TAU * pose.phase
    if pose.action == "walk":
        _walk(build, at, pose.phase)
    elif pose.action == "run":
        _run(build, at, pose.phase)
    elif pose.action == "jump":
        _jump(build, at, pose.phase)
    elif pose.action in {"sit", "wave"}:
        _sit(build, at)
        at.tail_sway = 0.35 * math.sin(turn)
        if pose.action == "wave":
            _wave(build, at, pose.phase)
        else:
            at.head_roll = 0.09 * math.sin(turn)
    else:
        at.chest = (chest_y - 0.004 * math.sin(turn), half)
        at.tail_sway = 0.2 * math.sin(turn)
    if pose.action == "look":
        at.head_yaw = 0.75 * math.sin(turn)
        at.head_roll = -0.08 * math.sin(turn)
    _feel(at, pose)
    return at


def _feel(at: Posture, pose: Pose) -> None:
    """Moods move the head, ears and tail."""
    if pose.expression == "happy":
        at.tail_rise += 0.25
        at.head_pitch += 0.05
    elif pose.expression == "sad":
        at.tail_rise -= 0.6
        at.head_pitch -= 0.14
        at.head_shift = (at.head_shift[0] + 0.03, at.head_shift[1])
        at.ears = 1.0
    elif pose.expression == "surprised":
        at.head_pitch += 0.04
        at.head_shift = (at.head_shift[0] - 0.015, at.head_shift[1])


def _step(at: float, reach: float, height: float, ground_share: float) -> tuple[float, float]:
    """Y and z of a foot: on the ground it moves backward evenly, then it swings forward."""
    at %= 1.0
    if at < ground_share:
        return 0.0, reach * (1 - 2 * at / ground_share)
    swing = (at - ground_share) / (1 - ground_share)
    # The swing starts and ends with the speed of the ground, so that the foot does not jerk.
    return -height * math.sin(math.pi * swing) ** 2**0.5, -reach * math.cos(math.pi * swing)


def _walk(build: Build, at: Posture, phase: float) -> None:
    reach = min(0.2, 0.5 * build.front)
    height = min(0.11, 0.36 * build.front)
    for leg, offset in enumerate((0.25, 0.75, 0.0, 0.5)):
        y, z = _step(phase + offset, reach, height, 0.62)
        x, _, rest = at.feet[leg]
        at.feet[leg] = (x * 0.9, y, rest + z)
    bob = 0.012 * math.sin(2 * _TAU * phase)
    at.chest = (at.chest[0] + bob, at.chest[1])
    at.hips = (at.hips[0] - bob, at.hips[1])
    at.head_shift = (0.014 * math.sin(2 * _TAU * phase + 0.9), 0.012 * math.cos(2 * _TAU * phase))
    at.tail_sway = 0.28 * math.sin(_TAU * phase)


def _run(build: Build, at: Posture, phase: float) -> None:
    reach = min(0.34, 0.85 * build.front)
    height = min(0.17, 0.5 * build.front)
    for leg, offset in enumerate((0.0, 0.08, 0.5, 0.58)):
        y, z = _step(phase + offset, reach, height, 0.4)
        x, _, rest = at.feet[leg]
        at.feet[leg] = (x * 0.85, y, rest + z)
    rock = math.cos(_TAU * (phase - 0.2))
    rise = 0.5 - 0.5 * math.cos(2 * _TAU * (phase - 0.2))
    up = 0.06 * rise
    tip = min(0.06, 0.16 * build.span)
    at.chest = (at.chest[0] - up + tip * rock, at.chest[1] + 0.01)
    at.hips = (at.hips[0] - up - tip * rock, at.hips[1])
    # In the air, the feet leave the ground with the body.
    at.feet = [(x, y - up * min(-y / height, 1.0), z) for x, y, z in at.feet]
    at.head_shift = (-0.02 * rock, 0.03)
    at.head_pitch = 0.06 * rock
    at.tail_rise = 0.3 + 0.25 * rock
    at.ears = 0.35


def _jump(build: Build, at: Posture, phase: float) -> None:
    leap = min(max((phase - 0.2) / 0.58, 0.0), 1.0)
    height = 0.4 * 4 * leap * (1 - leap)
    air = math.sin(math.pi * leap)
    early = max(math.sin(math.pi * min(phase / 0.24, 1.0)), 0.0)
    late = max(math.sin(math.pi * max((phase - 0.74) / 0.26, 0.0)), 0.0)
    crouch = 0.3 * build.front * (early + late)
    tip = math.cos(math.pi * leap) * air * min(0.13, 0.4 * build.span)
    at.chest = (at.chest[0] - height + crouch * (0.6 + 0.4 * late) - tip, at.chest[1])
    at.hips = (at.hips[0] - height + crouch * (0.6 + 0.4 * early) + tip, at.hips[1])
    front, hind = build.front * air, build.hind * air
    tuck = 0.5 - 0.5 * math.cos(math.pi * leap)
    behind = (-0.12 * hind - 0.2 * hind * tuck, hind * (-0.6 + 1.0 * tuck))
    moves = ((-0.34 * front, 0.42 * front), (-0.34 * front, 0.34 * front), behind, behind)
    at.feet = [(x, -height + dy, z + dz) for (x, _, z), (dy, dz) in zip(at.feet, moves, strict=True)]
    at.lift = max(0.0, min(-y for _, y, _ in at.feet))
    at.head_pitch = 0.16 * math.cos(math.pi * leap) * air
    at.tail_rise = 0.5 * air
    at.ears = 0.2 * air


def _sit(build: Build, at: Posture) -> None:
    """Hind quarters down, front legs straight."""
    if build.shell is not None:
        drop = 0.6 * build.front
        at.chest, at.hips = (at.chest[0] + drop, at.chest[1]), (at.hips[0] + drop, at.hips[1])
        at.feet = [(x * 1.25, y, z * 1.12) for x, y, z in at.feet]
        return
    at.sits = True
    hips_y = -0.92 * build.hips[1]
    chest_y = min(at.chest[0] + 0.01, -0.9 * build.chest[1])
    drop = min(hips_y - chest_y, 0.9 * build.span)
    chest_y = hips_y - drop
    half = math.sqrt(max(build.span**2 - drop**2, 0.0)) / 2
    at.chest, at.hips = (chest_y, half), (hips_y, -half)
    stance = build.stance
    paws = half + 0.3 * build.chest[2]
    knees = -half + 1.3 * build.hips[2]
    at.feet = [
        (stance * 0.8, 0.0, paws),
        (-stance * 0.8, 0.0, paws),
        (max(stance, 0.8 * build.hips[0]) * 1.25, 0.0, knees),
        (-max(stance, 0.8 * build.hips[0]) * 1.25, 0.0, knees),
    ]
    at.head_shift = (0.0, -0.35 * max(build.neck[1], 0.0))


def _wave(build: Build, at: Posture, phase: float) -> None:
    at.waves = True
    swing = math.sin(2 * _TAU * phase)
    x, _, z = at.feet[1]
    height = at.chest[0] - 0.12 * build.front
    at.feet[1] = (x - 0.1 - 0.05 * swing, height - 0.03 * swing, z + 0.55 * build.front)
    at.head_roll = 0.12 + 0.03 * swing
