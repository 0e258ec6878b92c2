"""The puppet: parts in space, turned, leaned, squashed and drawn from back to front."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import skia

from s2vbench.world.cartoons.brushes import Brush, tube_path
from s2vbench.world.cartoons.hands import claw, oval, twigs, wing_path
from s2vbench.world.cartoons.motion import Arm, Motion
from s2vbench.world.cartoons.solids import Solid
from s2vbench.world.figure import Anchors, Pose
from s2vbench.world.palette import Colour
from s2vbench.world.pen import Pen, Point
from s2vbench.world.turn import Draw, Parts, Turn

Space = tuple[float, float, float]
Hand = Literal["mitten", "paw", "claw", "nub", "twig", "wing"]

LEFT, RIGHT = 1.0, -1.0
SIDES = (LEFT, RIGHT)


@dataclass(frozen=True)
class Limbs:
    """Arms and legs: where they start, how long and thick they are."""

    shoulder: Space
    """Of the left arm."""
    arm_length: float = 0.24
    arm_width: float = 0.06
    hand: Hand = "mitten"
    hand_size: float = 0.05
    hip: Space = (0.1, -0.2, 0.0)
    leg_width: float = 0.07
    foot: Space = (0.07, 0.06, 0.1)
    """Half-width, height and half-length."""
    legs: bool = True


@lru_cache(maxsize=8)
def _unit_foot() -> skia.Path:
    """A shoe's outline: flat below, round above; x and y in [-1, 1] and [-1, 0]."""
    path = skia.Path()
    path.moveTo(-0.86, 0.0)
    path.cubicTo(-1.12, 0.0, -1.05, -0.5, -0.8, -0.75)
    path.cubicTo(-0.5, -1.08, 0.5, -1.08, 0.8, -0.75)
    path.cubicTo(1.05, -0.5, 1.12, 0.0, 0.86, 0.0)
    path.close()
    return path


class Rig:
    """One drawing of one individual."""

    def __init__(self, pen: Pen, brush: Brush, pose: Pose, motion: Motion, hip_y: float, seat_y: float) -> None:
        self.pen, self.brush, self.pose, self.motion = pen, brush, pose, motion
        self.turn = Turn(pose.yaw_deg + motion.twist_deg)
        self.parts = Parts()
        self._depth = 0.0
        self._wrap: Callable[[Draw], Draw] | None = None
        feet = Turn(pose.yaw_deg)
        self.feet_turn = feet
        self._lean_deg = motion.lean_deg * feet.sin + motion.roll_deg * feet.cos
        self._pivot_y = hip_y
        self.drop = -seat_y - 0.008 if motion.sitting else -motion.rise
        self._shift = motion.shift * feet.cos
        self._wide, self._high = 1 / math.sqrt(motion.squash), motion.squash
        self.lid_colour: Colour = (0.5, 0.5, 0.5)
        """Skin around the eyes."""

    # Places

    def to_own(self, point: Point) -> Point:
        """From the leaned, squashed body to the subject's own coordinates."""
        angle = math.radians(self._lean_deg)
        x, y = point[0] + self._shift, point[1] + self.drop - self._pivot_y
        turned = (x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle) + self._pivot_y)
        return turned[0] * self._wide, turned[1] * self._high - self.motion.lift

    def from_ground(self, point: Point) -> Point:
        """From a body that neither leans nor bobs to the leaned one: feet stay where they are."""
        angle = -math.radians(self._lean_deg)
        x, y = point[0], point[1] - self._pivot_y
        return (
            x * math.cos(angle) - y * math.sin(angle) - self._shift,
            x * math.sin(angle) + y * math.cos(angle) + self._pivot_y - self.drop,
        )

    @contextmanager
    def frame(self) -> Iterator[None]:
        """Everything drawn inside is leaned, squashed and lifted."""
        canvas = self.pen.canvas
        canvas.save()
        canvas.translate(0, -self.motion.lift)
        canvas.scale(self._wide, self._high)
        canvas.rotate(self._lean_deg, 0, self._pivot_y)
        canvas.translate(self._shift, self.drop)
        try:
            yield
        finally:
            canvas.restore()

    @contextmanager
    def head_frame(self, neck: Space) -> Iterator[None]:
        """Parts added inside turn, tilt and nod with the head about the neck."""
        body_turn = self.turn
        self.turn = Turn(body_turn.yaw_deg + self.motion.head_deg)
        angle = self.motion.tilt_deg * body_turn.cos + self.motion.nod * body_turn.sin
        x, y = body_turn.point(*neck)
        canvas = self.pen.canvas

        def wrap(draw: Draw) -> Draw:
            def tilted() -> None:
                canvas.save()
                canvas.rotate(angle, x, y)
                draw()
                canvas.restore()

            return tilted

        self._wrap = wrap if abs(angle) > 0.01 else None
        try:
            yield
        finally:
            self.turn, self._wrap = body_turn, None

    # Parts

    def add(self, depth: float, draw: Draw) -> None:
        """Keep a part for later."""
        self.parts.add(depth, self._wrap(draw) if self._wrap else draw)

    def solid(self, solid: Solid, colour: Colour, depth: float = 0.0, marks: Callable[[], None] | None = None) -> None:
        """A round part, and what is painted on it."""
        brush, path = self.brush, solid.outline(self.turn)

        def draw() -> None:
            brush.shape(path, colour)
            if marks:
                marks()

        self.add(depth, draw)

    def seen(self, place: Space) -> tuple[float, float, float]:
        """Where a place in space is seen: x, y, depth."""
        spot = self.turn.at(*place)
        return spot.x, spot.y, spot.depth

    def tube(self, points: tuple[Space, Space, Space], width: float, colour: Colour, depth: float) -> None:
        """A bent round bar."""
        path = tube_path((self.turn.point(*points[0]), self.turn.point(*points[1]), self.turn.point(*points[2])))
        self.add(depth, lambda: self.brush.tube(path, width, colour))

    def arms(self, limbs: Limbs, body: Solid, colour: Colour, hand_colour: Colour) -> None:
        """Both arms as the motion holds them."""
        for side, arm in zip(SIDES, self.motion.arms, strict=True):
            self._arm(limbs, body, side, arm, colour, hand_colour)

    def hand_place(self, limbs: Limbs, body: Solid, side: float, arm: Arm) -> Space:
        """Where a hand is in space."""
        x, y, z = limbs.shoulder
        if arm.reach is not None:
            return side * 0.085, y + 0.28 * limbs.arm_length, body.z + body.rz + arm.reach
        raised, swing = math.radians(arm.raised), math.radians(arm.swing)
        down = math.cos(raised) * limbs.arm_length
        front = down * math.sin(swing)
        if abs(arm.swing) > 60:  # a level arm starts at the skin, or a thick body would swallow it
            front += 0.55 * body.rz
        return side * (x + math.sin(raised) * limbs.arm_length), y + down * math.cos(swing), z + front

    def _arm(self, limbs: Limbs, body: Solid, side: float, arm: Arm, colour: Colour, hand_colour: Colour) -> None:
        x, y, z = limbs.shoulder
        start = (side * x, y, z)
        end = self.hand_place(limbs, body, side, arm)
        bend = arm.bend * limbs.arm_length
        elbow = (
            (start[0] + end[0]) / 2 + side * bend * 0.8,
            (start[1] + end[1]) / 2 + bend * 0.55,
            (start[2] + end[2]) / 2 - bend * 0.3,
        )
        turn = self.turn
        near, far = turn.at(*start), turn.at(*end)
        path = tube_path(((near.x, near.y), turn.point(*elbow), (far.x, far.y)))
        brush, width, size = self.brush, limbs.arm_width, limbs.hand_size
        middle = turn.point(*elbow)
        along = math.atan2(far.y - middle[1], far.x - middle[0])

        def draw() -> None:
            if limbs.hand == "wing":
                brush.shape(wing_path((near.x, near.y), middle, (far.x, far.y), 1.9 * width), colour)
                return
            if limbs.hand in {"mitten", "paw"} and self.pen.sees(0.02):
                thumb = along - side * (1.0 if turn.cos >= 0 else -1.0) * 1.2
                oval(
                    brush,
                    far.x + 0.8 * size * math.cos(thumb),
                    far.y + 0.8 * size * math.sin(thumb),
                    0.42 * size,
                    0.42 * size,
                    hand_colour,
                )
            if limbs.hand == "claw":
                brush.tube(path, width, colour)
                claw(brush, (far.x, far.y), along, size, hand_colour)
            elif limbs.hand == "twig":
                twigs(brush, (far.x, far.y), along, size, width, colour)
                brush.tube(path, width, colour)
            elif limbs.hand == "nub":
                brush.tube(path, width, colour)
            else:
                brush.tube(path, width, colour)
                oval(brush, far.x, far.y, size, size, hand_colour)

        self.add(0.5 * near.depth + 0.5 * far.depth - 0.035, draw)

    def legs(self, limbs: Limbs, colour: Colour, foot_colour: Colour) -> None:
        """Both legs as the motion moves them."""
        for side, foot in zip(SIDES, self.motion.feet, strict=True):
            x, y, z = limbs.hip
            half_w, height, length = limbs.foot
            turn = self.feet_turn
            hip = self.turn.point(side * x, y, z)
            if self.motion.sitting:
                target = turn.at(side * (x + 0.05), -0.03, z + 0.2 + length)
            else:
                target = turn.at(side * (x + foot.out), -0.35 * height - foot.lift, z + foot.z)
            ankle = self.from_ground((target.x, target.y - 0.2 * height))
            knee = (
                (hip[0] + ankle[0]) / 2 + 0.05 * turn.sin * (foot.lift > 0 or self.motion.sitting) * 0.6,
                (hip[1] + ankle[1]) / 2,
            )
            toe = turn.at(0.0, 0.0, 0.4 * length)
            wide = math.hypot(half_w * turn.cos, length * turn.sin)
            tall = height * (1.25 if self.motion.sitting else 1.0)
            foot_x, foot_y = self.from_ground((target.x + toe.x, target.y + 0.35 * height))
            self._leg(
                tube_path((hip, knee, ankle)),
                (foot_x, foot_y, wide, tall, foot.toe_deg * turn.sin - self._lean_deg),
                (limbs.leg_width, colour, foot_colour),
                (0.35 if self.motion.sitting and turn.cos > 0 else -0.3) + 0.1 * target.depth,
            )

    def _leg(
        self,
        path: skia.Path,
        foot: tuple[float, float, float, float, float],
        look: tuple[float, Colour, Colour],
        depth: float,
    ) -> None:
        x, y, wide, tall, angle = foot
        width, colour, foot_colour = look
        shoe = skia.Path(_unit_foot())
        matrix = skia.Matrix()
        matrix.setScale(wide, tall)
        matrix.postRotate(angle)
        matrix.postTranslate(x, y)
        shoe.transform(matrix)

        def draw() -> None:
            self.brush.tube(path, width, colour)
            self.brush.shape(shoe, foot_colour)

        self.add(depth, draw)

    def anchors(self, limbs: Limbs, body: Solid) -> Anchors:
        """Where others may touch what was drawn."""
        left, right = (self.hand_place(limbs, body, s, a) for s, a in zip(SIDES, self.motion.arms, strict=True))
        middle = ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2, (left[2] + right[2]) / 2)
        size = limbs.hand_size
        holding = self.motion.arms[0].reach is not None
        hand = self.to_own(self.turn.point(middle[0], middle[1], middle[2] + 0.3 * size)) if holding else None
        front_x, front_y = self.to_own(self.turn.point(middle[0], middle[1], middle[2]))
        if self.pose.action != "push":
            front_x, front_y = self.to_own(self.turn.point(0.0, limbs.shoulder[1] + 0.08, body.z + body.rz + 0.04))
        else:
            front_x += size * self.turn.sin
        return Anchors(hand, (front_x, front_y), max(0.85 * body.half_seen(self.turn), 0.14), self.motion.lift)
