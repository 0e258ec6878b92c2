"""Heads: skull, muzzle, ears, horns, and the face on them."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise

import skia

from s2vbench.world.animals.build import Animal, Egg, Head
from s2vbench.world.animals.coat import draw_patches
from s2vbench.world.animals.face import draw_blush, draw_eyes, draw_mouth, draw_nose, draw_nostrils
from s2vbench.world.animals.space import Ball, Frame, Vec, hull, mark, surface, tufted
from s2vbench.world.animals.trunk import chain_of, draw_trunk
from s2vbench.world.figure import Expression
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, curve
from s2vbench.world.turn import Parts

_RING = tuple((math.cos(2 * math.pi * i / 12), math.sin(2 * math.pi * i / 12)) for i in range(12))


def _front(frame: Frame, wide_deg: float) -> tuple[Vec, ...]:
    """Corners around the front of an ellipsoid; they close while the head turns away."""
    away = min(max(0.3 - frame.f[2], 0.0) / 0.8, 1.0)
    angle = math.radians(wide_deg) * (1.0 - 0.9 * away)
    sin, cos = math.sin(angle), math.cos(angle)
    return tuple((sin * x, sin * y, cos) for x, y in _RING)


def draw_head(pen: Pen, who: Animal, frame: Frame, mood: Expression, ears_back: float) -> None:
    """The head in its own frame (the origin is the middle of the skull)."""
    head = who.build.head
    skull = Ball(frame, 0, 0, 0, *head.skull)
    y, z, rx, ry, rz = head.muzzle
    muzzle = Ball(frame, 0, y, z, rx, ry, rz)
    parts = Parts()
    for side in (1, -1):
        _add_ear(parts, pen, who, frame, side, ears_back)
        if head.horns:
            x = side * head.horns[0][0]
            parts.add(x * frame.r[2] * 1.5 - 0.01, partial(_horn, pen, who, frame, side))
    if who.build.neck_hair == "ruff":
        parts.add(-0.35 * frame.f[2] - 0.16, lambda: _ruff(pen, who, frame))
    if who.build.topknot > 0:
        parts.add(0.12 + 0.05 * frame.f[2], lambda: _topknot(pen, who, frame))
    if head.trunk > 0:
        parts.add(0.01 if frame.f[2] > -0.15 else -0.05, lambda: draw_trunk(pen, who, frame, mood))
    parts.add(0.0, lambda: _skull(pen, who, frame, skull, muzzle, mood))
    parts.draw()


def _skull(pen: Pen, who: Animal, frame: Frame, skull: Ball, muzzle: Ball, mood: Expression) -> None:
    head, coat = who.build.head, who.coat
    path = _shape(who, frame, skull, muzzle)
    if pen.sees(0.009):
        pen.stroke(path, darker(coat.head, 0.32), 0.016)
    pen.fill(path, coat.head, shade=0.15, edge=0)
    draw_patches(pen, coat.patches, "head", skull, path)
    if mood == "happy" and sum(coat.head) > 1.2 and pen.sees(0.009):
        with pen.inside(path):
            draw_blush(pen, skull, head.eye_at, 12, coat.head)
    _eyes(pen, who, frame, skull, path, mood)
    _muzzle(pen, who, frame, muzzle, mood)


def _eyes(pen: Pen, who: Animal, frame: Frame, skull: Ball, outline: skia.Path, mood: Expression) -> None:
    head, coat = who.build.head, who.coat
    if abs(frame.f[0]) < 0.25:
        draw_eyes(pen, skull, frame, head.eye_at, head.eye, coat.eye, coat.head, mood)
        return
    # The far eye of a half-turned head must not stand out over its rim.
    with pen.inside(outline):
        draw_eyes(pen, skull, frame, head.eye_at, head.eye, coat.eye, coat.head, mood)


def _shape(who: Animal, frame: Frame, skull: Ball, muzzle: Ball) -> skia.Path:
    head, fur = who.build.head, who.build.fur
    path = tufted([skull], who.build.tuft, 20, sharp=True) if fur == "shaggy" else hull([skull], 16)
    if head.cheeks > 0:
        _cheeks(path, who, frame)
    if head.bridge > 0:
        y, _, rx, ry, _ = head.muzzle
        b = head.bridge
        sx, sy, sz = head.skull
        root = Ball(frame, 0, y * 0.35, sz * (1 - b) * 0.8, max(rx, b * sx), max(ry, b * sy), b * sz)
        hull([root, muzzle], 16, path)
    else:
        hull([muzzle], 12, path)
    return path


def _cheeks(path: skia.Path, who: Animal, frame: Frame) -> None:
    """Pointed fur at the sides of the face."""
    sx, sy, sz = who.build.head.skull
    far = who.build.head.cheeks
    for side in (1, -1):
        big = Ball(frame, side * 0.55 * sx, 0.35 * sy, 0.1 * sz, 0.4 * sx, 0.45 * sy, 0.5 * sz)
        tip = Ball(frame, side * (0.95 * sx + far), 0.55 * sy, 0.0, 0.05 * sx, 0.05 * sx, 0.05 * sx)
        hull([big, tip], 12, path)


def _muzzle(pen: Pen, who: Animal, frame: Frame, muzzle: Ball, mood: Expression) -> None:
    head, coat = who.build.head, who.coat
    rx = head.muzzle[2]
    path = skia.Path()
    colour = coat.muzzle
    if frame.f[2] > -0.5 and mark(path, muzzle, _front(frame, 84)):
        pen.fill(path, colour, shade=0.1, edge=0)
    if head.trunk > 0:
        return
    parted = not head.nostrils
    draw_mouth(pen, muzzle, mood, colour, 0.09 * rx + 0.003, parted=parted)
    if head.whiskers and pen.sees(0.01):
        _whiskers(pen, muzzle, frame, coat.head)
    if head.nostrils:
        draw_nostrils(pen, muzzle, coat.nose)
    elif frame.f[2] > -0.5:
        draw_nose(pen, _tip(frame, head), _front(frame, 86), coat.nose)


def _tip(frame: Frame, head: Head) -> Ball:
    """The nose, on the upper end of the muzzle."""
    y, z, _, ry, rz = head.muzzle
    return Ball(frame, 0, y - 0.55 * ry, z + 0.8 * rz, *head.nose)


def _whiskers(pen: Pen, muzzle: Ball, frame: Frame, coat: Colour) -> None:
    ink = lighter(coat, 0.5) if sum(coat) < 1.2 else darker(coat, 0.45)
    size = muzzle.radii[0]
    for side in (1, -1):
        for lift in (-0.25, 0.12):
            s = surface(side * 48, -8 - 40 * lift)
            x, y, facing = muzzle.spot(s)
            if facing < 0.05:
                continue
            r = frame.r
            ex, ey = x + side * r[0] * 1.5 * size, y + side * r[1] * 1.5 * size + lift * 1.2 * size
            pen.stroke(curve([(x, y), ((x + ex) / 2, (y + ey) / 2 - 0.03 * size), (ex, ey)]), ink, 0.007, alpha=0.8)


def _add_ear(parts: Parts, pen: Pen, who: Animal, frame: Frame, side: int, back: float) -> None:
    ear = who.build.head.ear
    x = side * ear.eggs[0][0]
    depth = x * frame.r[2] * 1.2 + (0.06 * frame.f[2] if ear.hangs else -0.015)
    colour = who.coat.ear if side == 1 or who.coat.right_ear is None else who.coat.right_ear
    parts.add(depth, lambda: _ear(pen, who, frame, side, colour, back))


def _ear(pen: Pen, who: Animal, frame: Frame, side: int, colour: Colour, back: float) -> None:
    head = who.build.head
    eggs = _laid(head, back)
    path = skia.Path()
    balls = [Ball(frame, side * x, y, z, rx, ry, rz) for x, y, z, rx, ry, rz in eggs]
    hull(balls, 16, path)
    if pen.sees(0.009):
        pen.stroke(path, darker(colour, 0.32), 0.014)
    pen.fill(path, colour, shade=0.14, edge=0)
    if head.ear.inside and back < 0.5:
        _inside(pen, frame, head.ear.inside, side, who.coat.inner)


def _laid(head: Head, back: float) -> tuple[Egg, ...]:
    """The ear's ellipsoids, its tip lowered outward by a mood."""
    eggs = head.ear.eggs
    if back <= 0 or head.ear.hangs:
        return eggs
    x0, y0 = eggs[0][:2]
    angle = 0.55 * back
    cos, sin = math.cos(angle), math.sin(angle)
    laid = []
    for x, y, z, rx, ry, rz in eggs:
        dx, dy = x - x0, y - y0
        laid.append((x0 + dx * cos - dy * sin, y0 + dx * sin + dy * cos, z - 0.12 * back * abs(dy), rx, ry, rz))
    return tuple(laid)


def _inside(pen: Pen, frame: Frame, corners: tuple[Vec, ...], side: int, colour: Colour) -> None:
    points = [frame.at(side * x, y, z) for x, y, z in corners]
    area = sum(points[i - 1][0] * points[i][1] - points[i][0] * points[i - 1][1] for i in range(len(points)))
    # Corners are listed clockwise for the left ear seen from the front, so that the area's sign tells front from back.
    if area * side <= 0:
        return
    path = skia.Path()
    first, *rest = [(x, y) for x, y, _ in points]
    path.moveTo((first[0] + rest[-1][0]) / 2, (first[1] + rest[-1][1]) / 2)
    ring = [first, *rest, first]
    for (x0, y0), (x1, y1) in pairwise(ring):
        path.quadTo(x0, y0, (x0 + x1) / 2, (y0 + y1) / 2)
    path.close()
    pen.fill(path, colour, shade=0.08, edge=0)


def _horn(pen: Pen, who: Animal, frame: Frame, side: int) -> None:
    path = chain_of(frame, who.build.head.horns, side)
    if pen.sees(0.009):
        pen.stroke(path, darker(who.coat.horn, 0.3), 0.012)
    pen.fill(path, who.coat.horn, shade=0.16, edge=0)


def _ruff(pen: Pen, who: Animal, frame: Frame) -> None:
    """Long hair all around the face."""
    sx, sy, sz = who.build.head.skull
    hair = who.coat.hair
    ball = Ball(frame, 0, 0.08 * sy, -0.42 * sz, 1.42 * sx, 1.4 * sy, 0.8 * sz)
    low = Ball(frame, 0, 0.75 * sy, -0.25 * sz, 0.95 * sx, 1.05 * sy, 0.7 * sz)
    path = tufted([ball, low], who.build.tuft, 24, sharp=True)
    pen.fill(path, hair, shade=0.16, edge=0)
    if pen.sees(0.01):
        inner = tufted(
            [Ball(frame, 0, 0.05 * sy, -0.3 * sz, 1.18 * sx, 1.16 * sy, 0.75 * sz)],
            0.6 * who.build.tuft,
            20,
            sharp=True,
        )
        pen.fill(inner, lighter(hair, 0.16), shade=0.1, edge=0)


def _topknot(pen: Pen, who: Animal, frame: Frame) -> None:
    _, sy, sz = who.build.head.skull
    r = who.build.topknot
    balls = [
        Ball(frame, 0, -0.92 * sy, 0.1 * sz, 1.2 * r, 0.8 * r, r),
        Ball(frame, 0, -0.62 * sy, 0.72 * sz, 0.6 * r, 0.6 * r, 0.3 * r),
    ]
    woolly = who.build.fur == "woolly"
    path = tufted(balls, 0.16 * r if woolly else 0.3 * r, 16, sharp=not woolly)
    pen.fill(path, who.coat.hair, shade=0.14, edge=0)
