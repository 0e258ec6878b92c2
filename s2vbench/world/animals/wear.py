"""Things that animals wear: on the neck, on the head, on the back."""

from __future__ import annotations

import math

import skia

from s2vbench.world.animals.build import Wear
from s2vbench.world.animals.coat import sheet
from s2vbench.world.animals.space import Ball, Frame, Vec, hull, mark
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.patterns import Pattern, PatternKind, fill_with_pattern
from s2vbench.world.pen import Pen, curve, ellipse
from s2vbench.world.turn import Parts

_PATTERNS: tuple[PatternKind, ...] = ("plain", "striped", "dotted")
_GOLD: Colour = (0.95, 0.77, 0.28)
ON_NECK = frozenset({"collar", "bandana", "scarf", "bow tie", "bell"})
ON_HEAD = frozenset({"hat", "party hat", "straw hat", "flower", "ear bow"})
_BLANKET = sheet(0.3, -0.42, 74)
_BLANKET_RIM = sheet(0.36, -0.48, 80)


def add_neckwear(parts: Parts, pen: Pen, wear: Wear, neck: Frame, radius: float, above: float) -> None:
    """A ring around the neck and what hangs from it.

    Args:
        parts: where to add them.
        pen: draws.
        wear: the thing.
        neck: its y axis runs down the neck, its z axis points to the front.
        radius: of the neck there.
        above: depth of the ring.
    """
    band = {"collar": 0.055, "bell": 0.05, "bandana": 0.06, "scarf": 0.1, "bow tie": 0.045}[wear.kind]
    parts.add(above, lambda: _ring(pen, wear, neck, radius, band))
    front = neck.f[2]
    depth = above + 0.002 if front > -0.25 else above + front
    parts.add(depth, lambda: _pendant(pen, wear, neck, radius))


def _ring(pen: Pen, wear: Wear, neck: Frame, radius: float, band: float) -> None:
    toward = math.atan2(neck.f[2], neck.r[2])
    points = []
    for i in range(9):
        angle = toward + (i / 8 - 0.5) * math.pi
        x, y, _ = neck.at(radius * math.cos(angle), 0.0, radius * math.sin(angle))
        points.append((x, y))
    path = curve(points)
    if pen.sees(0.009):
        pen.stroke(path, darker(wear.colour, 0.5), band + 0.014)
    pen.stroke(path, wear.colour, band)
    if wear.kind == "scarf" and wear.pattern and pen.sees(0.01):
        pen.stroke(path, wear.other, 0.3 * band)


def _pendant(pen: Pen, wear: Wear, neck: Frame, radius: float) -> None:
    side = wear.side
    if wear.kind in {"collar", "bell"}:
        size = 0.042 if wear.kind == "collar" else 0.05
        ball = Ball(neck, 0.0, 0.055, radius + 0.01, size, size * 1.05, 0.6 * size)
        path = hull([ball], 12)
        colour = wear.other if wear.kind == "collar" else _GOLD
        pen.fill(path, colour, shade=0.2, edge=0.008 if pen.sees(0.009) else 0)
        if wear.kind == "bell" and pen.sees(0.009):
            x, y, _ = neck.at(0.0, 0.078, radius + 0.02)
            pen.fill(ellipse(x, y, 0.012, 0.012), darker(_GOLD, 0.7), shade=0, edge=0)
    elif wear.kind == "bandana":
        balls = [
            Ball(neck, 0.8 * radius, 0.0, 0.5 * radius, 0.03, 0.03, 0.03),
            Ball(neck, -0.8 * radius, 0.0, 0.5 * radius, 0.03, 0.03, 0.03),
            Ball(neck, 0.0, 0.05, 0.98 * radius, 0.04, 0.04, 0.04),
            Ball(neck, 0.0, 0.2, 1.02 * radius, 0.018, 0.018, 0.018),
        ]
        _cloth(pen, hull(balls, 20), wear)
    elif wear.kind == "scarf":
        x, z = side * 0.55 * radius, 0.9 * radius
        top = Ball(neck, x, 0.0, z, 0.06, 0.06, 0.05)
        end = Ball(neck, x + side * 0.03, 0.24, z + 0.03, 0.06, 0.025, 0.035)
        _cloth(pen, hull([top, end], 16), wear)
    elif wear.kind == "bow tie":
        _bow(pen, neck, 0.0, 0.03, radius + 0.02, 0.085, wear.colour)


def _cloth(pen: Pen, path: skia.Path, wear: Wear) -> None:
    pattern = Pattern(_PATTERNS[wear.pattern], wear.other, 4)
    fill_with_pattern(pen, path, wear.colour, pattern, edge=0.008 if pen.sees(0.009) else 0.0)


def _bow(pen: Pen, frame: Frame, x: float, y: float, z: float, size: float, colour: Colour) -> None:
    edge = 0.008 if pen.sees(0.009) else 0.0
    for side in (1, -1):
        near = Ball(frame, x + side * 0.15 * size, y, z, 0.2 * size, 0.2 * size, 0.2 * size)
        far = Ball(frame, x + side * 0.85 * size, y, z, 0.22 * size, 0.62 * size, 0.3 * size)
        pen.fill(hull([near, far], 12), colour, shade=0.18, edge=edge)
    knot = Ball(frame, x, y, z, 0.27 * size, 0.3 * size, 0.3 * size)
    pen.fill(hull([knot], 12), darker(colour, 0.12), shade=0.16, edge=edge)


def draw_headwear(pen: Pen, skull: Vec, wear: Wear, frame: Frame) -> None:
    """A hat on the skull, or a bow or flower beside an ear."""
    sx, sy, sz = skull
    edge = 0.008 if pen.sees(0.009) else 0.0
    if wear.kind in {"flower", "ear bow"}:
        x, y, z = wear.side * 0.62 * sx, -0.72 * sy, 0.5 * sz
        if wear.kind == "ear bow":
            _bow(pen, frame.child(x, y, z, yaw=wear.side * 0.4, roll=wear.side * 0.4), 0, 0, 0.03, 0.11, wear.colour)
        else:
            _flower(pen, frame.child(x, y, z, yaw=wear.side * 0.5), wear, edge)
        return
    top = frame.child(0.0, -0.88 * sy, 0.05 * sz, roll=-0.16 * wear.side)
    # Narrow enough that the ears stay in sight.
    r = 0.54 * sx
    if wear.kind == "party hat":
        tip = Ball(top, 0, -2.3 * r, 0, 0.012, 0.012, 0.012)
        _cloth(pen, hull([Ball(top, 0, 0, 0, r, 0.3 * r, r), tip], 16), wear)
        pen.fill(hull([Ball(top, 0, -2.38 * r, 0, 0.036, 0.036, 0.036)], 12), wear.other, shade=0.2, edge=edge)
        return
    straw = wear.kind == "straw hat"
    felt = (0.93, 0.80, 0.48) if straw else wear.colour
    band = wear.colour if straw else wear.other
    wide = 1.75 * r if straw else 1.42 * r
    brim = hull([Ball(top, 0, 0, 0, wide, 0.18 * r, wide)], 16)
    crown = hull(
        [Ball(top, 0, -0.13 * r, 0, r, 0.2 * r, r), Ball(top, 0, -0.95 * r, 0, 0.8 * r, 0.34 * r, 0.8 * r)], 16
    )
    pen.fill(brim, felt, shade=0.14, edge=edge)
    pen.fill(crown, felt, shade=0.16, edge=edge)
    with pen.inside(crown):
        pen.fill(hull([Ball(top, 0, -0.06 * r, 0, 1.1 * r, 0.32 * r, 1.1 * r)], 12), band, shade=0.1, edge=0)


def _flower(pen: Pen, frame: Frame, wear: Wear, edge: float) -> None:
    path = skia.Path()
    for i in range(5):
        angle = 2 * math.pi * i / 5 - 0.3
        petal = Ball(frame, 0.055 * math.cos(angle), 0.055 * math.sin(angle), 0.02, 0.045, 0.045, 0.02)
        hull([petal], 12, path)
    if edge:
        pen.stroke(path, darker(wear.colour, 0.4), 0.012)
    pen.fill(path, wear.colour, shade=0.12, edge=0)
    pen.fill(hull([Ball(frame, 0, 0, 0.045, 0.034, 0.034, 0.02)], 12), _GOLD, shade=0.16, edge=0)


def draw_blanket(pen: Pen, wear: Wear, body: Ball, outline: skia.Path) -> None:
    """A cloth over the back with a rim of another colour."""
    rim, cloth = skia.Path(), skia.Path()
    if not mark(rim, body, _BLANKET_RIM, 1.03):
        return
    mark(cloth, body, _BLANKET, 1.03)
    with pen.inside(outline):
        pen.fill(rim, wear.other, shade=0.12, edge=0)
        _cloth(pen, cloth, wear)
        if pen.sees(0.009):
            pen.stroke(rim, darker(lighter(wear.other, 0.1), 0.4), 0.009)
