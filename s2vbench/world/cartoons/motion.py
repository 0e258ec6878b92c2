"""What a cartoon body does at a moment of an action."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from s2vbench.world.figure import Action, Pose

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

TRAVEL: Final = {"walk": 0.7, "run": 1.4, "push": 0.35}
"""Heights travelled in one cycle."""


@dataclass(frozen=True)
class Arm:
    """How an arm is held."""

    swing: float = 0.0
    """Degrees forwards."""
    raised: float = 22.0
    """Degrees to the side; 90 is level, 180 up."""
    bend: float = 0.12
    """How far the elbow leaves the straight line, in arm lengths."""
    reach: float | None = None
    """For a hand in front of the chest: how far before the body's skin."""


@dataclass(frozen=True)
class Foot:
    """Where a foot is, from its place when standing."""

    z: float = 0.0
    lift: float = 0.0
    toe_deg: float = 0.0
    """How far the toe points down."""
    out: float = 0.0


@dataclass(frozen=True)
class Motion:
    """A moment of an action. Index 0 is the subject's left (x > 0), 1 its right."""

    lift: float = 0.0
    rise: float = 0.0
    """How far the body is above its standing height, with the feet where they are."""
    squash: float = 1.0
    """Height over height at rest."""
    lean_deg: float = 0.0
    """Forwards."""
    roll_deg: float = 0.0
    """To the subject's left."""
    shift: float = 0.0
    twist_deg: float = 0.0
    head_deg: float = 0.0
    """How far the head turns more than the body."""
    nod: float = 0.0
    tilt_deg: float = 0.0
    arms: tuple[Arm, Arm] = (Arm(), Arm())
    feet: tuple[Foot, Foot] = (Foot(), Foot())
    sitting: bool = False
    swing: float = 0.0
    """From -1 to 1: what hangs loosely."""


def _sine(turns: float) -> float:
    return math.sin(2 * math.pi * turns)


def _cosine(turns: float) -> float:
    return math.cos(2 * math.pi * turns)


def _smooth(t: float) -> float:
    t = max(0.0, min(1.0, t))
    return t * t * (3 - 2 * t)


def _step(phase: float, travel: float, on_ground: float, height: float) -> Foot:
    """A foot that is carried back with the ground for a share of the cycle, then swings forwards."""
    phase %= 1.0
    half = travel * on_ground / 2
    if phase < on_ground:
        return Foot(z=half - travel * phase)
    t = (phase - on_ground) / (1 - on_ground)
    up = math.sin(math.pi * t)
    return Foot(z=half * (2 * _smooth(t) - 1), lift=height * up, toe_deg=34 * up * (1 - t) - 14 * up * t)


def _stand(t: float) -> Motion:
    return Motion(squash=1 + 0.008 * _sine(t), swing=0.15 * _sine(t))


def _walk(t: float) -> Motion:
    swing = 30 * _cosine(t)
    return Motion(
        rise=0.012 - 0.016 * _cosine(2 * t),
        squash=1 - 0.014 * _cosine(2 * t),
        lean_deg=3,
        roll_deg=3.5 * _sine(t),
        arms=(Arm(-swing, 24, 0.16), Arm(swing, 24, 0.16)),
        feet=(_step(t, TRAVEL["walk"], 0.5, 0.06), _step(t + 0.5, TRAVEL["walk"], 0.5, 0.06)),
        swing=_sine(t),
    )


def _run(t: float) -> Motion:
    swing = 58 * _cosine(t)
    hop = -_cosine(2 * (t - 0.16))
    return Motion(
        lift=0.035 * (1 + hop),
        squash=1 + 0.045 * hop,
        lean_deg=13,
        roll_deg=3 * _sine(t),
        arms=(Arm(-swing + 12, 30, 0.26), Arm(swing + 12, 30, 0.26)),
        feet=(_step(t, TRAVEL["run"], 0.32, 0.13), _step(t + 0.5, TRAVEL["run"], 0.32, 0.13)),
        swing=1.2 * _sine(2 * t),
    )


def _wave(t: float) -> Motion:
    return Motion(
        squash=1 + 0.01 * _sine(t),
        roll_deg=2.5,
        tilt_deg=4 * _sine(t),
        arms=(Arm(0, 24), Arm(14, 138 + 24 * _sine(2 * t), 0.1)),
        swing=0.5 * _sine(t),
    )


def _sit(t: float) -> Motion:
    sway = _sine(t)
    return Motion(
        squash=1 + 0.01 * sway,
        sitting=True,
        head_deg=5 * sway,
        arms=(Arm(26, 26), Arm(26, 26)),
        feet=(Foot(toe_deg=4 * sway), Foot(toe_deg=-4 * sway)),
        swing=0.3 * sway,
    )


def _jump(t: float) -> Motion:
    crouch = math.sin(math.pi * t / 0.22) if t < 0.22 else 0.0
    air = (t - 0.22) / 0.5
    height = 0.42 * 4 * air * (1 - air) if 0 < air < 1 else 0.0
    land = math.sin(math.pi * (t - 0.72) / 0.28) if t > 0.72 else 0.0
    flying = height / 0.42
    raised = 22 + 112 * flying + 16 * land
    return Motion(
        lift=height,
        squash=1 - 0.17 * crouch - 0.19 * land + 0.09 * math.sqrt(flying),
        rise=0.03 * flying,
        arms=(Arm(-32 * crouch, raised), Arm(-32 * crouch, raised)),
        feet=(Foot(toe_deg=28 * flying, out=0.02 * flying), Foot(toe_deg=28 * flying, out=0.02 * flying)),
        swing=flying - land,
    )


def _dance(t: float) -> Motion:
    beat = abs(_cosine(2 * t)) ** 1.4
    side = _sine(t)
    return Motion(
        squash=0.93 + 0.1 * beat,
        roll_deg=9 * side,
        shift=0.05 * side,
        twist_deg=16 * _cosine(t),
        tilt_deg=-7 * side,
        arms=(Arm(20, 78 + 60 * side, 0.22), Arm(20, 78 - 60 * side, 0.22)),
        feet=(
            Foot(lift=0.075 * max(-side, 0.0) ** 1.5, toe_deg=18 * max(-side, 0.0)),
            Foot(lift=0.075 * max(side, 0.0) ** 1.5, toe_deg=18 * max(side, 0.0)),
        ),
        swing=side,
    )


def _hold(t: float) -> Motion:
    return Motion(
        squash=1 + 0.008 * _sine(t),
        lean_deg=-2,
        arms=(Arm(reach=0.13, bend=0.24), Arm(reach=0.13, bend=0.24)),
        swing=0.2 * _sine(t),
    )


def _push(t: float) -> Motion:
    return Motion(
        rise=-0.02 - 0.008 * _cosine(2 * t),
        lean_deg=15,
        nod=-4,
        arms=(Arm(82 + 3 * _sine(t), 8, 0.05), Arm(82 - 3 * _sine(t), 8, 0.05)),
        feet=(_step(t, TRAVEL["push"], 0.6, 0.05), _step(t + 0.5, TRAVEL["push"], 0.6, 0.05)),
        swing=0.4 * _sine(t),
    )


def _look(t: float) -> Motion:
    return Motion(
        squash=1 + 0.008 * _sine(t),
        twist_deg=10 * _sine(t),
        head_deg=32 * _sine(t),
        tilt_deg=5 * _sine(t),
        roll_deg=2 * _sine(t),
        swing=0.2 * _sine(t),
    )


_MOTIONS: Final = {
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


def motion_of(pose: Pose) -> Motion:
    """What a walking body does; unknown actions stand."""
    return _MOTIONS.get(pose.action, _stand)(pose.phase % 1.0)


def hovering(pose: Pose) -> Motion:
    """The same for a body without legs that floats."""
    t = pose.phase % 1.0
    motion = motion_of(pose)
    lift = 0.0 if motion.sitting else 0.045 + 0.018 * _sine(t)
    if pose.action in TRAVEL:
        motion = replace(motion, lean_deg=motion.lean_deg + 6, rise=0.0)
    return replace(motion, lift=motion.lift + lift, rise=0.0)


def hopping(pose: Pose) -> Motion:
    """The same for a body without legs that hops along."""
    motion = motion_of(pose)
    if pose.action not in {"walk", "run"}:
        strain = 0.05 * _sine(pose.phase) if pose.action == "push" else 0.0
        lean, roll = 0.3 * motion.lean_deg, 0.25 * motion.roll_deg  # a wide base would leave the ground
        return replace(motion, rise=0.0, squash=motion.squash + strain, lean_deg=lean, roll_deg=roll)
    strength = 1.0 if pose.action == "walk" else 1.6
    t = (2 * pose.phase) % 1.0
    air = (t - 0.3) / 0.6
    flying = 4 * air * (1 - air) if 0 < air < 1 else 0.0
    press = math.sin(math.pi * ((t + 0.1) % 1.0) / 0.4) if (t + 0.1) % 1.0 < 0.4 else 0.0
    return replace(
        motion,
        lift=0.085 * strength * flying,
        squash=1 - 0.12 * strength * press + 0.07 * strength * math.sqrt(flying),
        rise=0.0,
        lean_deg=5 * strength * flying,
        roll_deg=0.0,
    )
