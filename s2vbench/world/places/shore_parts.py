"""Surf, islands, lighthouses, bollards, and what grows under water."""

from __future__ import annotations

import math
from collections.abc import Sequence

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, Point, blob, box, capsule, curve, ellipse, polygon
from s2vbench.world.places.stage import (
    BELOW,
    REACH,
    Span,
    Thing,
    around,
    dots,
    draw_dots,
    everywhere,
    pool,
    sloped,
    spread,
)


def surf(dice: Dice, y: float, foam: Colour, sand: Colour) -> Thing:
    """The water's edge: shallow water, foam, wet sand, dry sand."""
    xs = spread(dice, 0.3, 0.3, REACH + 0.5)
    hem = [(x, y + dice.between(-0.012, 0.022)) for x in xs]

    def shape(drop: float) -> skia.Path:
        path = curve([(x, height + drop) for x, height in hem])
        path.lineTo(REACH + 0.6, BELOW)
        path.lineTo(-REACH - 0.6, BELOW)
        path.close()
        return path

    def draw(pen: Pen) -> None:
        pen.fill(shape(-0.03), foam, shade=0.0, alpha=0.6)
        pen.fill(shape(-0.006), (1.0, 1.0, 1.0), shade=0.0, alpha=0.95)
        pen.fill(shape(0.008), darker(sand, 0.26), shade=0.0)
        paints = (darker(sand, 0.08), lighter(sand, 0.25), sand, darker(sand, 0.1))
        pen.gradient(shape(0.032), paints, (0, y + 0.03), (0, 1.1))

    return everywhere(draw)


def island(dice: Dice, x: float, y: float, colour: Colour) -> Thing:
    """A far rocky island."""
    wide = dice.between(0.2, 0.34)
    points = [
        (x + wide * (i / 6 - 0.5), y - 0.09 * math.sin(math.pi * i / 6) * dice.between(0.5, 1.1)) for i in range(7)
    ]

    def draw(pen: Pen) -> None:
        path = curve(points, 0.7)
        path.close()
        pen.gradient(path, (colour, lighter(colour, 0.35)), (0, y - 0.08), (0, y))

    return around(x, wide, draw)


def lighthouse(dice: Dice, x: float, y: float) -> Thing:
    """A banded lighthouse on its rock."""
    tall, bands = dice.between(0.26, 0.34), dice.whole(2, 3)
    red: Colour = dice.pick(((0.82, 0.3, 0.27), (0.25, 0.42, 0.6), (0.3, 0.5, 0.45)))

    def draw(pen: Pen) -> None:
        pen.fill(
            blob([(x - 0.16, y + 0.03), (x - 0.06, y - 0.03), (x + 0.08, y - 0.025), (x + 0.17, y + 0.03)]),
            (0.5, 0.5, 0.55),
        )
        tower = polygon([(x - 0.042, y - 0.02), (x - 0.028, y - tall), (x + 0.028, y - tall), (x + 0.042, y - 0.02)])
        pen.gradient(tower, ((1, 1, 1), (0.94, 0.93, 0.9), (0.72, 0.73, 0.8)), (x - 0.04, 0), (x + 0.04, 0))
        with pen.inside(tower):
            step = tall / (2 * bands)
            for i in range(bands):
                top = y - tall + (2 * i + 0.6) * step
                stripe = box(x - 0.05, top, x + 0.05, top + step)
                pen.gradient(stripe, (lighter(red, 0.15), red, darker(red, 0.3)), (x - 0.04, 0), (x + 0.04, 0))
        pen.fill(box(x - 0.04, y - tall - 0.008, x + 0.04, y - tall + 0.006), darker(red, 0.5), shade=0.0)
        pen.fill(box(x - 0.02, y - tall - 0.045, x + 0.02, y - tall - 0.008), (1.0, 0.9, 0.6), shade=0.1)
        pen.fill(
            polygon([(x - 0.03, y - tall - 0.045), (x, y - tall - 0.085), (x + 0.03, y - tall - 0.045)]), red, shade=0.2
        )

    return around(x, 0.2, draw)


def bollards(dice: Dice, y: float, wood: Colour) -> list[Thing]:
    """Mooring posts at a pier's edge with slack ropes between them."""
    xs = spread(dice, 0.42, 0.12)
    sags = [dice.between(0.025, 0.05) for _ in xs]

    def ropes(pen: Pen) -> None:
        path = skia.Path()
        for left, right, sag in zip(xs, xs[1:], sags, strict=False):
            path.moveTo(left, y - 0.1)
            path.quadTo((left + right) / 2, y - 0.1 + 2 * sag, right, y - 0.1)
        pen.stroke(path, (0.87, 0.77, 0.58), 0.011)
        pen.stroke(path, (0.68, 0.56, 0.4), 0.004)

    def post(x: float) -> Thing:
        def draw(pen: Pen) -> None:
            pool(pen, x, y, (0.06, 0.014), (0.1, 0.06, 0.12), 0.5)
            pen.fill(box(x - 0.028, y - 0.13, x + 0.028, y, 0.012), wood, shade=0.3)
            pen.fill(ellipse(x, y - 0.128, 0.03, 0.011), lighter(wood, 0.3), shade=0.1)

        return around(x, 0.07, draw)

    return [everywhere(ropes), *[post(x) for x in xs]]


def shells(dice: Dice, y: Span, count: int = 12) -> Thing:
    """A few shells and starfish lying on the sand."""
    found = []
    for i in range(count):
        share = dice.unit()
        x, size = dice.between(-REACH, REACH), 0.007 + 0.008 * share
        found.append((x, sloped(y, share), size, dice.between(0, 72), i % 2))

    def draw(pen: Pen) -> None:
        if not pen.sees(0.012):
            return
        stars, fans = skia.Path(), skia.Path()
        for x, height, size, turn, kind in found:
            if kind:
                for k in range(5):
                    angle = math.radians(turn + 72 * k)
                    tip = (x + 1.7 * size * math.cos(angle), height + 0.8 * size * math.sin(angle))
                    stars.addPath(capsule((x, height), 0.5 * size, tip, 0.18 * size))
            else:
                fans.addPath(ellipse(x, height, size, 0.65 * size, turn))
        pen.fill(stars, (0.93, 0.56, 0.4), shade=0.0)
        pen.fill(fans, (0.99, 0.93, 0.88), shade=0.0)

    return everywhere(draw)


def kelp(dice: Dice, y: float, colour: Colour, step: float, free: float = 0.14) -> list[Thing]:
    """Tall swaying weeds."""
    return [
        _weed(x + dice.between(-0.03, 0.03), y, dice.between(0.3, 0.6), dice.between(-0.06, 0.06), colour)
        for x in spread(dice, step)
        if abs(x) > free
    ]


def _weed(x: float, y: float, tall: float, sway: float, colour: Colour) -> Thing:
    spine = [(x + sway * math.sin(2.5 * math.pi * i / 6), y - tall * i / 6) for i in range(7)]

    def draw(pen: Pen) -> None:
        path = skia.Path()
        for i, (px, py) in enumerate(spine[1:], 1):
            size = tall * (0.13 - 0.012 * i)
            for side in (-1, 1):
                path.addPath(
                    blob(
                        [
                            (px, py + 0.03),
                            (px + side * size, py - 0.5 * size),
                            (px + 0.4 * side * size, py - size),
                            (px, py),
                        ]
                    )
                )
        pen.gradient(path, (lighter(colour, 0.2), darker(colour, 0.25)), (0, y - tall), (0, y))
        pen.stroke(curve(spine), darker(colour, 0.2), 0.014)

    return around(x, 0.2, draw)


def corals(dice: Dice, y: float, height: float, hues: Sequence[Colour], step: float, free: float = 0.0) -> list[Thing]:
    """Corals of three kinds: branched, domed, and tubes; none within `free` of the middle."""
    found = []
    for x in spread(dice, step):
        kind, hue, tall = dice.whole(0, 2), dice.pick(hues), height * dice.between(0.6, 1.0)
        if abs(x) <= free:
            continue
        if kind == 0:
            found.append(_branched(dice, x, y, tall, hue))
        elif kind == 1:
            found.append(_dome(dice, x, y, 0.42 * tall, hue))
        else:
            found.append(_tubes(dice, x, y, 0.8 * tall, hue))
    return found


def _branched(dice: Dice, x: float, y: float, tall: float, hue: Colour) -> Thing:
    limbs: list[tuple[Point, Point, float]] = []

    def grow(start: Point, angle: float, long: float, left: int) -> None:
        end = (start[0] + long * math.cos(angle), start[1] + long * math.sin(angle))
        limbs.append((start, end, 0.022 + 0.006 * left))
        if left:
            for side in (-1, 1):
                grow(end, angle + side * dice.between(0.25, 0.6), 0.68 * long, left - 1)

    for side in (-0.5, 0.5):
        grow((x, y), -math.pi / 2 + side, 0.42 * tall, 2)

    def draw(pen: Pen) -> None:
        path = skia.Path()
        for start, end, thick in limbs:
            path.addPath(capsule(start, 0.55 * thick, end, 0.45 * thick))
        pen.gradient(path, (lighter(hue, 0.25), darker(hue, 0.2)), (0, y - tall), (0, y))

    return around(x, tall, draw)


def _dome(dice: Dice, x: float, y: float, radius: float, hue: Colour) -> Thing:
    spots = dots((x + dice.between(-0.8, 0.8) * radius, y - dice.between(0.2, 0.8) * radius) for _ in range(18))

    def draw(pen: Pen) -> None:
        pen.fill(ellipse(x, y, 1.25 * radius, 1.05 * radius), hue, shade=0.3)
        draw_dots(pen, spots, lighter(hue, 0.35), 0.13 * radius, 0.8)

    return around(x, 1.3 * radius, draw)


def _tubes(dice: Dice, x: float, y: float, tall: float, hue: Colour) -> Thing:
    pipes = [(x + (i - 1.5) * 0.05, tall * dice.between(0.55, 1.0), dice.between(0.02, 0.03)) for i in range(4)]

    def draw(pen: Pen) -> None:
        for at, height, half in pipes:
            pen.fill(box(at - half, y - height, at + half, y + 0.1, 0.6 * half), hue, shade=0.22)
            pen.fill(ellipse(at, y - height + 0.4 * half, 0.7 * half, 0.34 * half), darker(hue, 0.45), shade=0.0)

    return around(x, 0.14, draw)
