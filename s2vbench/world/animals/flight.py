"""How birds move: they waddle, hop, sit down and raise their wings."""

from __future__ import annotations

import math
from dataclasses import dataclass

from s2vbench.world.animals.plumage import BirdBuild
from s2vbench.world.figure import Pose

_TAU = 2 * math.pi


@dataclass
class BirdPosture:
    """Angles in radians; y down, z forward."""

    body_y: float
    feet: list[tuple[float, float, float]]
    """x, y, z of the left and the right foot."""
    pitch: float
    roll: float = 0.0
    lift: float = 0.0
    wings: tuple[float, float] = (0.0, 0.0)
    """How far the left and the right one are raised from the body."""
    head_yaw: float = 0.0
    head_pitch: float = 0.0
    head_roll: float = 0.0
    head_shift: tuple[float, float] = (0.0, 0.0)


def bird_posture(build: BirdBuild, pose: Pose) -> BirdPosture:
    """The posture of a bird in a pose."""
    x = 0.5 * build.body[0]
    at = BirdPosture(-(build.leg + build.body[1]), [(x, 0.0, 0.02), (-x, 0.0, 0.02)], math.radians(build.pitch_deg))
    turn = _TAU * pose.phase
    if pose.action in {"walk", "run"}:
        _waddle(build, at, pose)
    elif pose.action == "jump":
        _hop(build, at, pose.phase)
    elif pose.action == "sit":
        at.body_y = -0.93 * build.body[1]
        at.feet = [(x * 1.2, 0.0, 0.72 * build.body[2]), (-x * 1.2, 0.0, 0.72 * build.body[2])]
        at.head_roll = 0.09 * math.sin(turn)
    else:
        at.body_y -= 0.004 * math.sin(turn)
    if pose.action == "wave":
        at.wings = (0.12, 2.2 + 0.35 * math.sin(2 * turn))
        at.roll, at.head_roll = 0.05, 0.1
    elif pose.action == "look":
        at.head_yaw = 0.85 * math.sin(turn)
        at.head_roll = -0.1 * math.sin(turn)
    if pose.expression == "happy":
        at.wings = (at.wings[0] + 0.3, at.wings[1] + 0.3)
    elif pose.expression == "surprised":
        at.wings = (at.wings[0] + 0.65, at.wings[1] + 0.65)
    elif pose.expression == "sad":
        at.head_pitch -= 0.16
        at.head_shift = (at.head_shift[0] + 0.03, at.head_shift[1])
    return at


def _waddle(build: BirdBuild, at: BirdPosture, pose: Pose) -> None:
    fast = pose.action == "run"
    turn = _TAU * pose.phase
    # The legs are short: a foot reaches no farther than the body allows.
    reach = min(0.2 if fast else 0.15, 0.55 * build.leg + 0.08)
    feet = []
    for (x, _, z), offset in zip(at.feet, (0.0, math.pi), strict=True):
        swing = math.sin(turn + offset)
        up = max(math.cos(turn + offset), 0.0) * (0.1 if fast else 0.065)
        feet.append((x, -up, z + reach * swing))
    at.feet = feet
    at.roll = (0.12 if fast else 0.09) * math.cos(turn)
    at.body_y -= (0.03 if fast else 0.015) * abs(math.cos(turn)) ** 1.5
    at.pitch -= 0.14 if fast else 0.0
    at.head_shift = (0.0, 0.02 * math.sin(2 * turn))
    at.head_roll = -0.6 * at.roll
    flap = 0.55 + 0.25 * math.sin(2 * turn) if fast else 0.12
    at.wings = (flap, flap)


def _hop(build: BirdBuild, at: BirdPosture, phase: float) -> None:
    leap = min(max((phase - 0.2) / 0.58, 0.0), 1.0)
    height = 0.4 * 4 * leap * (1 - leap)
    air = math.sin(math.pi * leap)
    early = math.sin(math.pi * min(phase / 0.24, 1.0))
    late = math.sin(math.pi * max((phase - 0.74) / 0.26, 0.0))
    at.body_y += 0.7 * build.leg * max(early, late, 0.0) - height
    at.feet = [(x, 0.35 * build.leg * air - height, z + 0.03 * air) for x, _, z in at.feet]
    at.lift = max(0.0, height - 0.35 * build.leg * air)
    flap = air * (1.5 + 0.6 * math.sin(3 * math.pi * leap))
    at.wings = (flap, flap)
    at.head_pitch = 0.12 * air
