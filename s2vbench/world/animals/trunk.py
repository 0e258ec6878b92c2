"""Trunks and tusks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import skia

from s2vbench.world.animals.build import Animal, Egg, Head
from s2vbench.world.animals.space import Ball, Frame, hull, surface
from s2vbench.world.figure import Expression
from s2vbench.world.palette import Colour, darker
from s2vbench.world.pen import Pen, curve


def chain_of(frame: Frame, eggs: tuple[Egg, ...], side: int) -> skia.Path:
    """The outline of ellipsoids one after another, mirrored where side is -1."""
    balls = [Ball(frame, side * x, y, z, rx, ry, rz) for x, y, z, rx, ry, rz in eggs]
    path = skia.Path()
    for one, two in pairwise(balls):
        hull([one, two], 12, path)
    return path


def draw_trunk(pen: Pen, who: Animal, frame: Frame, mood: Expression) -> None:
    """A trunk that hangs and turns up at its end; the mouth and tusks are beside it."""
    head, coat = who.build.head, who.coat
    points = _course(head, {"happy": 1.0, "surprised": 1.0, "sad": 0.2}.get(mood, 0.55))
    sides = (1, -1) if head.tusks else ()
    for side in sides:
        if side * frame.r[2] < -0.25:
            _tusk(pen, who, frame, side)
    path = skia.Path()
    balls = [Ball(frame, 0, ty, tz, r, r, r) for ty, tz, r in points]
    for one, two in pairwise(balls):
        hull([one, two], 12, path)
    if pen.sees(0.009):
        pen.stroke(path, darker(coat.head, 0.32), 0.014)
    pen.fill(path, coat.head, shade=0.14, edge=0)
    if pen.sees(0.009) and frame.f[2] > -0.2:
        _wrinkles(pen, balls[1:6], darker(coat.head, 0.25))
    for side in sides:
        if side * frame.r[2] >= -0.25:
            _tusk(pen, who, frame, side)


def _tusk(pen: Pen, who: Animal, frame: Frame, side: int) -> None:
    y, z, rx, ry, rz = who.build.head.muzzle
    eggs: tuple[Egg, ...] = (
        (0.62 * rx, y + 0.45 * ry, z + 0.45 * rz, 0.035, 0.035, 0.035),
        (0.78 * rx, y + 1.25 * ry, z + 0.95 * rz, 0.026, 0.026, 0.026),
        (0.8 * rx, y + 1.3 * ry, z + 1.5 * rz, 0.01, 0.01, 0.01),
    )
    path = chain_of(frame, eggs, side)
    pen.fill(path, who.coat.horn, shade=0.12, edge=0)


def _course(head: Head, curl: float) -> list[tuple[float, float, float]]:
    """Height, distance forward and radius along the trunk."""
    y, z, rx, ry, rz = head.muzzle
    y, z, angle, count = y + 0.1 * ry, z + 0.7 * rz, -1.15, 7
    points = []
    for i in range(count + 1):
        share = i / count
        points.append((y, z, 0.62 * rx * (1 - 0.52 * share)))
        angle += (0.25 + 1.9 * share * share * curl) * 2.3 / count * (1 if share > 0.25 else -0.35)
        y -= math.sin(angle) * head.trunk / count
        z += math.cos(angle) * head.trunk / count
    return points


def _wrinkles(pen: Pen, rings: Sequence[Ball], ink: Colour) -> None:
    for ring in rings:
        spots = [ring.spot(surface(lon, 0)) for lon in (-50, -25, 0, 25, 50)]
        line = [(x, y) for x, y, facing in spots if facing > 0]
        if len(line) > 1:
            pen.stroke(curve(line), ink, 0.009)
