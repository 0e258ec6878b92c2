"""Ground: hills, mountains, the plane on which subjects stand, water, paths, and what lies flat on them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, Point, box, curve, ellipse, polygon
from s2vbench.world.places.stage import (
    BELOW,
    REACH,
    Span,
    Thing,
    everywhere,
    fade,
    pool,
    sloped,
    spread,
)


def _rolling(dice: Dice, y: float, height: float, wave: float) -> list[Point]:
    """A skyline of hills about `wave` wide: from y up to y - height."""
    xs = spread(dice, wave / 2, 0.25, REACH + wave)
    return [(x, y - height * (dice.between(0.55, 1.0) if i % 2 else dice.between(0.0, 0.45))) for i, x in enumerate(xs)]


def hills(
    dice: Dice, y: float, height: float, colours: tuple[Colour, Colour], wave: float = 1.2, bottom: float | None = None
) -> Thing:
    """Round hills; the second colour is that of the haze (or shade) at their foot, `bottom` (y + 0.1 if None)."""
    points = _rolling(dice, y, height, wave)
    foot = y + 0.1 if bottom is None else bottom

    def draw(pen: Pen) -> None:
        path = curve(points)
        path.lineTo(points[-1][0], BELOW)
        path.lineTo(points[0][0], BELOW)
        pen.gradient(path, colours, (0, y - height), (0, foot))

    return everywhere(draw)


def mountains(
    dice: Dice, y: float, height: float, colour: Colour, haze: Colour, snow: Colour | None = None, step: float = 0.55
) -> list[Thing]:
    """Peaks with a lit and a shaded side, and snow on top where a colour of it is given."""
    found = []
    for x in sorted(spread(dice, step, 0.3), key=lambda _: dice.unit()):
        tall = height * dice.between(0.6, 1.0)
        half = tall * dice.between(0.75, 1.05)
        lean = dice.between(-0.15, 0.15) * half
        jags = [dice.between(-0.12, 0.12) for _ in range(5)]
        found.append(_peak(x, y, tall, half, lean, jags, (colour, haze, snow)))
    return found


def _peak(
    x: float,
    y: float,
    tall: float,
    half: float,
    lean: float,
    jags: list[float],
    paints: tuple[Colour, Colour, Colour | None],
) -> Thing:
    colour, haze, snow = paints
    top = (x + lean, y - tall)
    ridge = [(top[0] + (0.1 + jags[i]) * half * share, y - tall * (1 - share)) for i, share in enumerate((0.25, 0.55))]

    def draw(pen: Pen) -> None:
        whole = polygon([top, (x + half, y), (x + half, BELOW), (x - half, BELOW), (x - half, y)])
        pen.gradient(whole, (lighter(colour, 0.12), haze), (0, y - tall), (0, y))
        shaded = polygon([top, (x + half, y), (x + 0.15 * half, y), *reversed(ridge)])
        fade(pen, shaded, darker(colour, 0.35), [0.6, 0.0], (0, y - tall), (0, y))
        if snow is not None:
            depth = 0.34 * tall
            hem = []
            for i, jag in enumerate(jags):
                share = i / 4
                left, right = (x - half - top[0]) / tall, (x + half - top[0]) / tall
                deep = depth * (0.75 + 2.2 * jag + (0.25 if i % 2 else 0.0))
                hem.append((top[0] + deep * (left + (right - left) * share), y - tall + deep))
            pen.fill(polygon([top, *reversed(hem)]), snow, shade=0.1)

    return Thing(x - half, x + half, draw)


def ground(dice: Dice, y: float, colours: Sequence[Colour], bumps: float = 0.012, wave: float = 0.9) -> Thing:
    """The plane on which subjects stand: its far edge at y, the first colour there, the last at the frame's bottom."""
    points = _rolling(dice, y + bumps / 2, bumps, wave) if bumps > 0 else [(-REACH - 1, y), (REACH + 1, y)]

    def draw(pen: Pen) -> None:
        path = curve(points)
        path.lineTo(points[-1][0], BELOW)
        path.lineTo(points[0][0], BELOW)
        pen.gradient(path, colours, (0, y), (0, 1.08))

    return everywhere(draw)


def swells(dice: Dice, y: Span, colour: Colour, count: int = 5, alpha: float = 0.35) -> Thing:
    """Long soft folds of the ground (meadow, sand, snow), lit at their crests."""
    folds = []
    for i in range(count):
        height = sloped(y, (i + 0.6) / count)
        folds.append((_rolling(dice, height, 0.02 + 0.03 * i / count, 0.8 + 0.5 * i / count), height))

    def draw(pen: Pen) -> None:
        for points, height in folds:
            path = curve(points)
            path.lineTo(points[-1][0], height + 0.12)
            path.lineTo(points[0][0], height + 0.12)
            fade(pen, path, colour, [alpha, 0.0], (0, height - 0.04), (0, height + 0.09))

    return everywhere(draw)


def way(dice: Dice, y: float, colour: Colour, width: float = 0.5, bend: float = 0.4, x: float | None = None) -> Thing:
    """A path that comes winding from the horizon at y towards the viewer."""
    far = dice.between(-0.6, 0.6) if x is None else x
    near = far + dice.between(-bend, bend)
    sway = dice.between(-bend, bend)
    left, right = [], []
    for i in range(7):
        share = i / 6
        middle = far + (near - far) * share + sway * math.sin(math.pi * share * 1.6)
        half = 0.5 * width * (0.05 + 0.95 * share**1.4)
        height = y + (BELOW - y) * share**1.5
        left.append((middle - half, height))
        right.append((middle + half, height))

    def draw(pen: Pen) -> None:
        path = polygon([*_finer(left), *reversed(_finer(right))])
        pen.gradient(path, (mix(colour, (1, 1, 1), 0.1), colour, darker(colour, 0.12)), (0, y), (0, 1.0))

    return everywhere(draw)


def _finer(points: list[Point]) -> list[Point]:
    """Points on a curve through the points."""
    measure = skia.PathMeasure(curve(points), False)
    length = measure.getLength()
    return [(at.x(), at.y()) for at in (measure.getPosTan(length * i / 24)[0] for i in range(25))]


def water(y: Span, colours: Sequence[Colour]) -> Thing:
    """A sheet of water from far to near; below it the last colour goes on."""

    def draw(pen: Pen) -> None:
        pen.gradient(box(-REACH, y[0], REACH, BELOW), colours, (0, y[0]), (0, y[1]))

    return everywhere(draw)


def glints(
    dice: Dice, y: Span, colour: Colour, count: int = 60, size: float = 0.09, alpha: float = 0.5, x: Span | None = None
) -> Thing:
    """Short level strokes of light on water, longer towards the viewer; between x and x where given."""
    strokes = []
    for _ in range(count):
        share = dice.unit()
        long = size * (0.25 + share) * dice.between(0.5, 1.2)
        middle = dice.between(*(x or (-REACH, REACH)))
        strokes.append((middle - long / 2, middle + long / 2, sloped(y, share), 0.0022 + 0.0035 * share))

    def draw(pen: Pen) -> None:
        path = ellipse(0, 0, 0, 0)
        for left, right, height, thick in strokes:
            path.addOval(box(left, height - thick, right, height + thick).getBounds())
        pen.fill(path, colour, shade=0.0, alpha=alpha)

    return everywhere(draw)


def mist(y: Span, colour: Colour, alpha: float = 0.6) -> Thing:
    """A veil that is densest in its middle."""

    def draw(pen: Pen) -> None:
        fade(pen, box(-REACH, y[0], REACH, y[1]), colour, [0.0, alpha, 0.0], (0, y[0]), (0, y[1]))

    return everywhere(draw)


def lit(x: float, y: float, reach: Span, colour: Colour, alpha: float = 0.4) -> Thing:
    """A pool of light (or shade) on the ground."""

    def draw(pen: Pen) -> None:
        pool(pen, x, y, reach, colour, alpha)

    return Thing(x - reach[0], x + reach[0], draw)


def heap(dice: Dice, x: float, y: float, radius: float, colour: Colour) -> Thing:
    """A boulder of two or three stones."""
    stones = [(x + dice.between(-0.8, 0.8) * radius, radius * dice.between(0.45, 1.0)) for _ in range(dice.whole(2, 3))]
    corners = [[(a, dice.between(0.85, 1.1)) for a in range(-90, 91, 30)] for _ in stones]

    def draw(pen: Pen) -> None:
        for (middle, size), rim in sorted(zip(stones, corners, strict=True), key=lambda pair: -pair[0][1]):
            outline = [
                (middle + 1.15 * size * r * math.sin(math.radians(a)), y - size * r * math.cos(math.radians(a)))
                for a, r in rim
            ]
            pen.fill(polygon(outline), colour, shade=0.3)
            if pen.sees(0.2 * size):
                cap = [(px * 0.8 + 0.2 * (middle - 0.3 * size), (py - y) * 0.9 + y) for px, py in outline[1:5]]
                pen.fill(
                    polygon([*cap, (middle - 0.2 * size, y - 0.45 * size)]), lighter(colour, 0.3), shade=0.0, alpha=0.5
                )

    return Thing(x - 3 * radius, x + 3 * radius, draw)
