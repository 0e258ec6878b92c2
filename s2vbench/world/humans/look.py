"""A posed person: joints in space, and the frames in which the parts are drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from s2vbench.world.figure import Expression, Pose
from s2vbench.world.humans.brush import Brush, Heading
from s2vbench.world.humans.motion import Arm, Foot, Stance, stance
from s2vbench.world.humans.person import Human, layer_of, torso_of
from s2vbench.world.humans.shape import Ring, Row, seen
from s2vbench.world.pen import Pen, Point
from s2vbench.world.turn import Parts

Place = tuple[float, float, float]

UPPER_ARM: Final = 0.142
FOREARM: Final = 0.118
HAND: Final = 0.038


class Limb(NamedTuple):
    """Three joints as they are seen, and how near the limb is."""

    start: Point
    middle: Point
    end: Point
    tip: Point
    depth: float
    side: int
    end_depth: float


class Look:
    """One person in one pose: what garments need to draw themselves.

    Args:
        pen: in heights, feet at (0, 0).
        who: the person.
        pose: how it is seen.
    """

    def __init__(self, pen: Pen, who: Human, pose: Pose) -> None:
        self.pen, self.who, self.body = Brush(pen.canvas, pen.unit_px), who, who.body
        self.expression: Expression = pose.expression
        self.stance: Stance = stance(pose.action, pose.phase, pose.expression)
        self.turn = Heading(pose.yaw_deg)
        self.head_turn = Heading((pose.yaw_deg + self.stance.head_yaw + 180.0) % 360.0 - 180.0)
        self.parts = Parts()
        self.torso = torso_of(who.body)
        self.torso_rows = seen(self.turn, self.torso)
        self._frame()
        self.bones: list[tuple[Place, Place]] = []
        self.legs = [self._leg(self.stance.left_foot, 1), self._leg(self.stance.right_foot, -1)]
        self.arms = [self._arm(self.stance.left_arm, 1), self._arm(self.stance.right_arm, -1)]
        self.legs.sort(key=lambda leg: leg.depth)

    def _frame(self) -> None:
        turn, body, now = self.turn, self.body, self.stance
        pelvis = turn.at(*now.pelvis)
        self._shift = (pelvis.x, pelvis.y)
        self._roll = now.lean * turn.sin + now.sway * turn.cos
        self._squash = math.cos(math.radians(now.lean * turn.cos))
        self._pivot = body.hip_y - 0.02
        forward = math.radians(now.nod)
        self.head = turn.point(0.0, body.head_y, 0.012 + 0.6 * body.head * math.sin(forward))
        self.head_roll = now.nod * turn.sin + now.head_tilt * turn.cos
        self.head_drop = body.head * 0.35 * math.sin(forward) * turn.cos

    @contextmanager
    def upper(self) -> Iterator[None]:
        """Draw the trunk, arms and head as in standing: they are moved and leaned with the pelvis."""
        canvas = self.pen.canvas
        canvas.save()
        canvas.translate(self._shift[0], self._shift[1] + self._pivot)
        canvas.rotate(self._roll)
        canvas.scale(1.0, self._squash)
        canvas.translate(0.0, -self._pivot)
        try:
            yield
        finally:
            canvas.restore()

    @contextmanager
    def head_frame(self) -> Iterator[Pen]:
        """Draw the head: its middle is (0, 0), its half height 1. Gives a pen for that scale."""
        canvas, size = self.pen.canvas, self.body.head
        canvas.save()
        canvas.translate(self._shift[0], self._shift[1] + self._pivot)
        canvas.rotate(self._roll)
        canvas.scale(1.0, self._squash)
        canvas.translate(self.head[0], self.head[1] + self.head_drop - self._pivot + 0.7 * size)
        canvas.rotate(self.head_roll)
        canvas.translate(0.0, -0.7 * size)
        canvas.scale(size, size)
        try:
            yield Brush(canvas, self.pen.unit_px * size)
        finally:
            canvas.restore()

    def lifted(self, x: float, y: float) -> Point:
        """Where a point of the upper frame is in the picture."""
        angle = math.radians(self._roll)
        down = (y - self._pivot) * self._squash
        return (
            x * math.cos(angle) - down * math.sin(angle) + self._shift[0],
            x * math.sin(angle) + down * math.cos(angle) + self._shift[1] + self._pivot,
        )

    def layer(self, top: float, bottom: float, *, grow: float = 0.0, count: int = 3) -> list[Row]:
        """Rows of a layer over a part of the trunk; 0 is the shoulders' height, 1 that of the hips."""
        step = (bottom - top) / (count - 1)
        return self.rows(tuple(top + i * step for i in range(count)), grow)

    def rows(self, shares: tuple[float, ...], grow: float) -> list[Row]:
        """Rows on the trunk at these heights, `grow` outside of it."""
        return seen(self.turn, layer_of(self.body, shares, grow))

    def trunk_y(self, share: float) -> float:
        """A height on the trunk: 0 at the shoulders, 1 at the hips."""
        return self.body.shoulder_y + share * (self.body.hip_y - self.body.shoulder_y)

    def lower_rows(self, rings: list[Ring]) -> list[Row]:
        """Rows of what hangs from the waist; heights as in standing, moved with the pelvis."""
        dx, dy, dz = self.stance.pelvis
        return seen(self.turn, [Ring(y + dy, a, b, z + dz, x + dx) for y, a, b, z, x in rings])

    def legs_at(self, y: float) -> tuple[float, float, float]:
        """How far the legs reach at a height of the picture: sideways, backward, forward."""
        wide, behind, ahead = 0.0, 9.0, -9.0
        for start, end in self.bones:
            low, high = min(start[1], end[1]), max(start[1], end[1])
            if low - 0.04 <= y <= high + 0.04:
                share = min(max((y - start[1]) / ((end[1] - start[1]) or 1e-6), 0.0), 1.0)
                wide = max(wide, abs(start[0] + share * (end[0] - start[0])))
                z = start[2] + share * (end[2] - start[2])
                behind, ahead = min(behind, z), max(ahead, z)
        return (wide, behind, ahead) if ahead >= behind else (0.0, 0.0, 0.0)

    def _arm(self, arm: Arm, side: int) -> Limb:
        body, turn = self.body, self.turn
        start = (side * (body.shoulder - 0.02), body.shoulder_y + 0.014, 0.0)
        elbow = _along(start, arm.swing, arm.spread, side, UPPER_ARM)
        wrist = _along(elbow, arm.fore_swing, arm.fore_spread, side, FOREARM)
        tip = _along(elbow, arm.fore_swing, arm.fore_spread, side, FOREARM + HAND)
        spots = [turn.at(*place) for place in (start, elbow, wrist, tip)]
        depth = 0.45 * spots[0].depth + 0.55 * spots[3].depth
        first, middle, end, last = ((spot.x, spot.y) for spot in spots)
        return Limb(first, middle, end, last, depth, side, spots[3].depth)

    def _leg(self, foot: Foot, side: int) -> Limb:
        body, turn, pelvis = self.body, self.turn, self.stance.pelvis
        hip = (side * 0.52 * body.hip + pelvis[0], body.hip_y + pelvis[1], pelvis[2])
        ankle = (side * foot.x, foot.y, foot.z)
        knee, ankle = _bend(hip, ankle, 0.5 * body.leg, (side * foot.knee_out, -0.02, 1.0))
        self.bones += [(hip, knee), (knee, ankle)]
        angle = math.radians(foot.pitch)
        splay = 0.16 * side
        toe = (
            ankle[0] + 0.072 * math.cos(angle) * splay,
            ankle[1] + 0.072 * math.sin(angle),
            ankle[2] + 0.072 * math.cos(angle),
        )
        spots = [turn.at(*place) for place in (hip, knee, ankle, toe)]
        depth = 0.4 * spots[1].depth + 0.6 * spots[2].depth
        first, middle, end, last = ((spot.x, spot.y) for spot in spots)
        return Limb(first, middle, end, last, depth, side, spots[3].depth)


def _along(start: Place, swing_deg: float, spread_deg: float, side: int, length: float) -> Place:
    swing, spread = math.radians(swing_deg), math.radians(spread_deg)
    across = math.cos(spread)
    return (
        start[0] + length * side * math.sin(spread),
        start[1] + length * across * math.cos(swing),
        start[2] + length * across * math.sin(swing),
    )


def _bend(hip: Place, ankle: Place, bone: float, pole: Place) -> tuple[Place, Place]:
    """The knee between hip and ankle, towards the pole; the ankle, drawn in where the leg is too short."""
    gap = [b - a for a, b in zip(hip, ankle, strict=True)]
    distance = math.sqrt(sum(part * part for part in gap)) or 1e-6
    reach = min(distance, 1.996 * bone)
    ahead = [part / distance for part in gap]
    ankle = (hip[0] + reach * ahead[0], hip[1] + reach * ahead[1], hip[2] + reach * ahead[2])
    dot = sum(p * a for p, a in zip(pole, ahead, strict=True))
    aside = [p - dot * a for p, a in zip(pole, ahead, strict=True)]
    size = math.sqrt(sum(part * part for part in aside)) or 1e-6
    out = math.sqrt(max(bone * bone - reach * reach / 4, 0.0)) / size
    return (
        hip[0] + reach / 2 * ahead[0] + out * aside[0],
        hip[1] + reach / 2 * ahead[1] + out * aside[1],
        hip[2] + reach / 2 * ahead[2] + out * aside[2],
    ), ankle
