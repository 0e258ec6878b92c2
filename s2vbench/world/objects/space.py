"""Space seen by a camera that looks slightly down: things are turned by yaw, their upper faces stay visible.

Space: x to the thing's left (the picture's right when it faces the viewer), y down, z towards the viewer.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import skia

from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, Point, capsule, curve, line
from s2vbench.world.turn import Parts, Turn

Vec = tuple[float, float, float]

PITCH_SIN = 0.25
"""A disc on the ground is seen as an ellipse this high."""
PITCH_COS = math.sqrt(1 - PITCH_SIN**2)

_LIGHT: Vec = (-0.45, -0.75, 0.48)

X: Vec = (1.0, 0.0, 0.0)
Y: Vec = (0.0, 1.0, 0.0)
Z: Vec = (0.0, 0.0, 1.0)


def plus(one: Vec, other: Vec, times: float = 1.0) -> Vec:
    """`one + times * other`."""
    return one[0] + times * other[0], one[1] + times * other[1], one[2] + times * other[2]


def times(vec: Vec, factor: float) -> Vec:
    """A longer or shorter vector."""
    return vec[0] * factor, vec[1] * factor, vec[2] * factor


class View:
    """Where points are seen under a yaw."""

    def __init__(self, yaw_deg: float) -> None:
        turn = Turn(yaw_deg)
        self.yaw_deg, self.sin, self.cos = yaw_deg, turn.sin, turn.cos

    def point(self, x: float, y: float, z: float = 0.0) -> Point:
        """Where a point is seen in the picture."""
        return x * self.cos + z * self.sin, y * PITCH_COS + (z * self.cos - x * self.sin) * PITCH_SIN

    def depth(self, x: float, y: float, z: float = 0.0) -> float:
        """How near to the viewer a point is; of a unit normal: how much its face is turned to the viewer."""
        return (z * self.cos - x * self.sin) * PITCH_COS - y * PITCH_SIN

    def lit(self, normal: Vec) -> float:
        """How much light falls on a face, -1 to 1."""
        x, y, z = normal
        return _LIGHT[0] * (x * self.cos + z * self.sin) + _LIGHT[1] * y + _LIGHT[2] * (z * self.cos - x * self.sin)

    def tone(self, colour: Colour, normal: Vec) -> Colour:
        """The colour of a face that looks along `normal`."""
        light = self.lit(normal) - 0.4
        return lighter(colour, 0.45 * light) if light > 0 else darker(colour, -0.36 * light)


class Stage:
    """Where one thing is drawn: a pen, a view and the parts that wait for their depth.

    Args:
        pen: draws, one unit is the height of the thing.
        view: how the thing is turned.
        roll_deg: how far wheels and balls have rolled.
        sway: a slow swing in [-1, 1] for what dangles.
    """

    def __init__(self, pen: Pen, view: View, roll_deg: float = 0.0, sway: float = 0.0) -> None:
        self.pen, self.view, self.roll_deg, self.sway = pen, view, roll_deg, sway
        self.edge = 0.011 if pen.sees(0.009) else 0.0
        self.parts = Parts()

    def sees(self, size: float) -> bool:
        """True where a detail of this size can be seen."""
        return self.pen.sees(size)

    def add(self, at: Vec, draw: Callable[[], None], nearer: float = 0.0) -> None:
        """Keep a part for its depth, that of the point `at`, moved by `nearer`."""
        self.parts.add(self.view.depth(*at) + nearer, draw)

    def fill(self, path: skia.Path, colour: Colour, *, shade: float = 0.16, edge: bool = True) -> None:
        """Fill a path and outline it softly."""
        self.pen.fill(path, colour, shade=shade, edge=0.0)
        if edge:
            self.outline(path, colour)

    def outline(self, path: skia.Path, colour: Colour) -> None:
        """A thin line in a darker tone of a colour, where it can be seen."""
        if self.edge:
            self.pen.stroke(path, darker(colour, 0.5), self.edge)

    @contextmanager
    def plane(self, origin: Vec, u: Vec, v: Vec) -> Iterator[Pen]:
        """Draw on a plane in space: (a, b) is the point `origin + a u + b v`."""
        canvas = self.pen.canvas
        canvas.save()
        canvas.concat(matrix_of(self.view, origin, u, v))
        try:
            yield self.pen
        finally:
            canvas.restore()

    def tube(
        self, points: list[Vec], width: float, colour: Colour, *, straight: bool = False, shine: float = 0.3
    ) -> None:
        """A round rod or strap along points in space."""
        seen = [self.view.point(*point) for point in points]
        path = line(seen) if straight else curve(seen)
        if self.edge:
            self.pen.stroke(path, darker(colour, 0.5), width + 2 * self.edge)
        self.pen.stroke(path, darker(colour, 0.1), width)
        if shine and self.sees(0.3 * width):
            with self.pen.moved(-0.16 * width, -0.16 * width):
                self.pen.stroke(path, lighter(colour, shine), 0.34 * width)

    def taper(self, points: list[tuple[Vec, float]], colour: Colour, *, edge: bool = True, body: bool = True) -> None:
        """A round limb through (point, radius), thicker or thinner as it goes: its outline, its body, or both."""
        whole = skia.Path()
        seen = [(self.view.point(*point), radius) for point, radius in points]
        for (start, start_radius), (end, end_radius) in itertools.pairwise(seen):
            whole.addPath(capsule(start, start_radius, end, end_radius))
        if self.edge and edge:
            self.pen.stroke(whole, darker(colour, 0.5), 2 * self.edge)
        if body:
            self.pen.fill(whole, colour, shade=0.2, edge=0.0)


def matrix_of(view: View, origin: Vec, u: Vec, v: Vec) -> skia.Matrix:
    """From coordinates on a plane in space to the picture."""
    x, y = view.point(*origin)
    ux, uy = view.point(*u)
    vx, vy = view.point(*v)
    return skia.Matrix.MakeAll(ux, vx, x, uy, vy, y, 0.0, 0.0, 1.0)
