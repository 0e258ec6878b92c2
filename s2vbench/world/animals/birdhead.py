"""Heads of birds."""

from __future__ import annotations

import math
from functools import partial

import skia

from s2vbench.world.animals.coat import over
from s2vbench.world.animals.face import cap, draw_blush, draw_eyes
from s2vbench.world.animals.plumage import Bird
from s2vbench.world.animals.space import Ball, Frame, hull, mark, surface, tufted
from s2vbench.world.figure import Expression
from s2vbench.world.palette import darker, lighter
from s2vbench.world.pen import Pen, curve
from s2vbench.world.turn import Parts

_MASK = over(
    (
        (0, 26),
        (22, 40),
        (46, 34),
        (58, 8),
        (50, -24),
        (26, -44),
        (0, -50),
        (-26, -44),
        (-50, -24),
        (-58, 8),
        (-46, 34),
        (-22, 40),
    )
)
_BROWS = tuple(
    over([(side * lon, lat) for lon, lat in ((10, 34), (32, 40), (62, 30), (92, 12), (64, 20), (32, 30))])
    for side in (1, -1)
)


def draw_bird_head(pen: Pen, who: Bird, frame: Frame, mood: Expression) -> None:
    """The head in its own frame (the origin is the middle of the skull)."""
    build = who.build
    skull = Ball(frame, 0, 0, 0, *build.skull)
    parts = Parts()
    parts.add(0.0, lambda: _skull(pen, who, frame, skull, mood))
    parts.add(0.02 if frame.f[2] > -0.25 else -0.02, lambda: _beak(pen, who, frame, mood))
    if build.crest == "ears":
        for side in (1, -1):
            parts.add(0.3 * side * frame.r[2] - 0.02, partial(_tuft, pen, who, frame, side))
    elif build.crest == "comb":
        parts.add(-0.01, lambda: _comb(pen, who, frame))
        parts.add(0.015 if frame.f[2] > -0.2 else -0.015, lambda: _wattle(pen, who, frame))
    elif build.crest == "tufts":
        parts.add(-0.3 * frame.f[2] - 0.02, lambda: _crest(pen, who, frame))
    elif build.crest == "curl":
        parts.add(-0.01, lambda: _curl(pen, who, frame))
    parts.draw()


def _skull(pen: Pen, who: Bird, frame: Frame, skull: Ball, mood: Expression) -> None:
    build, coat = who.build, who.coat
    path = hull([skull], 16)
    if pen.sees(0.009):
        pen.stroke(path, darker(coat.head, 0.32), 0.016)
    pen.fill(path, coat.head, shade=0.15, edge=0)
    face = skia.Path()
    seen = False
    if coat.face == "cheeks":
        seen = bool(sum(mark(face, skull, cap(surface(s * 74, -12), 24, 10, 1.4), 1.02) for s in (1, -1)))
    elif coat.face == "mask":
        seen = mark(face, skull, _MASK, 1.02)
    elif coat.face == "brow":
        seen = bool(sum(mark(face, skull, brow, 1.02) for brow in _BROWS))
    elif coat.face == "discs":
        seen = bool(sum(mark(face, skull, cap(surface(s * 27, 4), 34, 12, 1.1), 1.02) for s in (1, -1)))
    if seen:
        with pen.inside(path):
            pen.fill(face, coat.accent, shade=0.08, edge=0)
    around = coat.accent if coat.face in {"mask", "discs"} else coat.head
    if mood == "happy" and sum(coat.head) > 1.2 and pen.sees(0.05):
        with pen.inside(path):
            draw_blush(pen, skull, build.eye_at, 12, coat.head)
    with pen.inside(path):
        draw_eyes(pen, skull, frame, build.eye_at, build.eye, coat.eye, around, mood)


def _beak(pen: Pen, who: Bird, frame: Frame, mood: Expression) -> None:
    build, coat = who.build, who.coat
    long, wide, tall = build.beak
    y, z = build.beak_drop, 0.86 * build.skull[2]
    gape = {"happy": 0.42, "surprised": 0.6}.get(mood, 0.0)
    tip = 0.75 * wide if build.flat_beak else 0.02
    droop = 0.0 if build.flat_beak else 0.3 * tall if long > 0.05 else 1.1 * tall
    edge = 0.008 if pen.sees(0.009) else 0.0
    upper = [Ball(frame, 0, y, z - 0.04, wide, tall, 0.06), Ball(frame, 0, y + droop, z + long, tip, 0.4 * tall, 0.03)]
    jaw_y = y + 0.7 * tall
    reach = 0.82 * long
    lower = [
        Ball(frame, 0, jaw_y, z - 0.03, 0.8 * wide, 0.5 * tall, 0.05),
        Ball(frame, 0, jaw_y + gape * reach * 0.9, z + reach * (1 - 0.25 * gape), 0.8 * tip, 0.28 * tall, 0.025),
    ]
    if build.flat_beak or gape:
        pen.fill(hull(lower, 12), darker(coat.beak, 0.22 if not gape else 0.3), shade=0.1, edge=edge)
    pen.fill(hull(upper, 16), coat.beak, shade=0.2, edge=edge)
    if pen.sees(0.01) and frame.f[2] > -0.1 and build.flat_beak:
        for side in (1, -1):
            if side * frame.r[2] > -0.5:
                spot = Ball(frame, side * 0.35 * wide, y - 0.7 * tall, z + 0.45 * long, 0.012, 0.008, 0.012)
                pen.fill(hull([spot], 12), darker(coat.beak, 0.5), shade=0, edge=0)


def _tuft(pen: Pen, who: Bird, frame: Frame, side: int) -> None:
    sx, sy, _ = who.build.skull
    base = Ball(frame, side * 0.62 * sx, -0.62 * sy, 0.0, 0.09, 0.07, 0.06)
    tip = Ball(frame, side * 0.95 * sx, -1.28 * sy, -0.02, 0.012, 0.012, 0.012)
    path = hull([base, tip], 12)
    colour = darker(who.coat.head, 0.15)
    pen.fill(path, colour, shade=0.14, edge=0.009 if pen.sees(0.009) else 0)


def _comb(pen: Pen, who: Bird, frame: Frame) -> None:
    sy, sz = who.build.skull[1], who.build.skull[2]
    path = skia.Path()
    for z, up, r in ((0.55, 0.86, 0.05), (0.12, 1.12, 0.062), (-0.32, 1.04, 0.055), (-0.65, 0.8, 0.045)):
        hull([Ball(frame, 0, -up * sy, z * sz, 0.6 * r, r, r)], 12, path)
    if pen.sees(0.009):
        pen.stroke(path, darker(who.coat.accent, 0.4), 0.014)
    pen.fill(path, who.coat.accent, shade=0.18, edge=0)


def _wattle(pen: Pen, who: Bird, frame: Frame) -> None:
    y, z = who.build.beak_drop + 0.085, 0.9 * who.build.skull[2]
    path = skia.Path()
    for side in (1, -1):
        top = Ball(frame, side * 0.02, y - 0.03, z, 0.022, 0.02, 0.022)
        end = Ball(frame, side * 0.03, y + 0.045, z + 0.02, 0.032, 0.036, 0.028)
        hull([top, end], 12, path)
    pen.fill(path, who.coat.accent, shade=0.14, edge=0)


def _crest(pen: Pen, who: Bird, frame: Frame) -> None:
    _, sy, sz = who.build.skull
    colour = who.coat.accent if who.coat.face in {"cheeks", "brow", "bib"} else darker(who.coat.head, 0.1)
    balls = [
        Ball(frame, 0, -0.75 * sy, -0.4 * sz, 0.09, 0.1, 0.09),
        Ball(frame, 0, -0.95 * sy, -1.1 * sz, 0.035, 0.035, 0.03),
    ]
    pen.fill(tufted(balls, 0.05, 12, sharp=True), colour, shade=0.14, edge=0)


def _curl(pen: Pen, who: Bird, frame: Frame) -> None:
    sy = who.build.skull[1]
    points = []
    for i in range(7):
        angle = -0.4 + i * 0.75
        radius = 0.085 - 0.009 * i
        x, y, _ = frame.at(0, -1.16 * sy - radius * math.sin(angle), -0.02 - radius * math.cos(angle))
        points.append((x + 0.02 * i * frame.r[0], y))
    base = frame.at(0, -0.9 * sy, 0.0)
    path = curve([(base[0], base[1]), *points])
    if pen.sees(0.009):
        pen.stroke(path, darker(who.coat.head, 0.35), 0.05)
    pen.stroke(path, lighter(who.coat.head, 0.12), 0.034)
