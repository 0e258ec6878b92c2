"""What stands in streets and parks: lamp posts, benches, awnings, market stalls, fences, pennants."""

from __future__ import annotations

import math

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, box, ellipse, line, polygon
from s2vbench.world.places.stage import REACH, Thing, around, everywhere, spread


def lamp_post(
    x: float, y: float, height: float, colour: Colour, light: Colour | None = None, alpha: float = 0.5
) -> Thing:
    """A street light on a slender post; shining where a colour is given."""

    def draw(pen: Pen) -> None:
        top = y - height
        pen.fill(box(x - 0.008, top + 0.03, x + 0.008, y), colour, shade=0.2)
        pen.fill(box(x - 0.018, y - 0.06, x + 0.018, y, 0.006), colour, shade=0.2)
        pen.fill(polygon([(x - 0.034, top + 0.01), (x, top - 0.03), (x + 0.034, top + 0.01)]), colour, shade=0.1)
        glass = polygon(
            [(x - 0.028, top + 0.01), (x + 0.028, top + 0.01), (x + 0.018, top + 0.07), (x - 0.018, top + 0.07)]
        )
        if light is not None:
            pen.glow(x, top + 0.04, 0.3, light, alpha)
        pen.fill(glass, lighter(light, 0.4) if light is not None else (0.9, 0.92, 0.9), shade=0.05)
        pen.fill(box(x - 0.02, top + 0.068, x + 0.02, top + 0.08), colour, shade=0.0)

    return around(x, 0.32, draw)


def bench(x: float, y: float, colour: Colour, size: float = 0.26) -> Thing:
    """A park bench seen from the front."""

    def draw(pen: Pen) -> None:
        iron = darker(colour, 0.6)
        for side in (-1, 1):
            foot = x + side * 0.42 * size
            pen.fill(box(foot - 0.02 * size, y - 0.5 * size, foot + 0.02 * size, y), iron, shade=0.0)
        for top in (0.62, 0.5, 0.38):
            slat = box(x - size / 2, y - top * size, x + size / 2, y - (top - 0.085) * size, 0.02 * size)
            pen.fill(slat, colour, shade=0.15)
        pen.fill(
            box(x - 0.53 * size, y - 0.27 * size, x + 0.53 * size, y - 0.18 * size, 0.02 * size), lighter(colour, 0.12)
        )

    return around(x, 0.6 * size, draw)


def awning(x: float, y: float, width: float, colours: tuple[Colour, Colour], drop: float = 0.07) -> Thing:
    """A striped awning with a scalloped hem."""
    stripes = max(round(width / 0.05), 3)

    def draw(pen: Pen) -> None:
        step = width / stripes
        for parity in (0, 1):
            path = skia.Path()
            for i in range(parity, stripes, 2):
                left = x - width / 2 + i * step
                a, b = x + (left - x) * 0.9, x + (left + step - x) * 0.9
                path.addPath(polygon([(a, y), (b, y), (left + step, y + drop), (left, y + drop)]))
                path.addPath(ellipse(left + step / 2, y + drop, step / 2, 0.3 * drop))
            pen.gradient(
                path, (lighter(colours[parity], 0.1), darker(colours[parity], 0.15)), (0, y), (0, y + 1.3 * drop)
            )

    return around(x, 0.55 * width, draw)


def stall(
    dice: Dice, x: float, y: float, colours: tuple[Colour, Colour], goods: tuple[Colour, ...], wood: Colour
) -> Thing:
    """A market stall: a striped roof over a counter with heaps of fruit."""
    width = dice.between(0.4, 0.5)
    roof = awning(x, y - 0.52, 1.12 * width, colours, 0.12)
    heaps = []
    for i in range(4):
        middle = x + (i - 1.5) * 0.235 * width
        fruits = [
            (middle + (a + 0.5 * (row % 2) - 1.75) * 0.022, y - 0.2 - 0.018 * row, 0.0135)
            for row in range(3)
            for a in range(4 - row)
        ]
        heaps.append((dice.pick(goods), fruits))

    def draw(pen: Pen) -> None:
        pen.fill(box(x - width / 2, y - 0.42, x + width / 2, y - 0.1), darker(wood, 0.55), shade=0.1)
        for side in (-1, 1):
            pen.fill(box(x + side * 0.48 * width - 0.01, y - 0.5, x + side * 0.48 * width + 0.01, y), wood, shade=0.15)
        roof.draw(pen)
        for colour, fruits in heaps:
            path = skia.Path()
            for a, b, radius in fruits:
                path.addCircle(a, b, radius)
            pen.fill(path, colour, shade=0.3)
        pen.fill(box(x - 0.53 * width, y - 0.19, x + 0.53 * width, y, 0.008), wood, shade=0.15)
        slats = skia.Path()
        for share in (0.35, 0.7):
            slats.addPath(line([(x - 0.5 * width, y - 0.19 * share), (x + 0.5 * width, y - 0.19 * share)]))
        if pen.sees(0.01):
            pen.stroke(slats, darker(wood, 0.35), 0.005)

    return around(x, 0.6 * width, draw)


def pickets(dice: Dice, y: float, height: float, colour: Colour, step: float = 0.055) -> Thing:
    """A low fence from side to side, behind the subjects."""
    tall = [(x, height * dice.between(0.9, 1.06)) for x in spread(dice, step, 0.05)]

    def draw(pen: Pen) -> None:
        path = skia.Path()
        half = 0.3 * step
        for x, h in tall:
            path.addPath(
                polygon([(x - half, y), (x - half, y - h + half), (x, y - h), (x + half, y - h + half), (x + half, y)])
            )
        rails = box(-REACH, y - 0.35 * height, REACH, y - 0.25 * height)
        rails.addPath(box(-REACH, y - 0.75 * height, REACH, y - 0.65 * height))
        pen.fill(rails, darker(colour, 0.2), shade=0.0)
        pen.gradient(path, (lighter(colour, 0.12), darker(colour, 0.12)), (0, y - height), (0, y))

    return everywhere(draw)


def garland(dice: Dice, y: float, colours: tuple[Colour, ...], span: float = 0.7, sag: float = 0.07) -> Thing:
    """Strings of pennants from side to side."""
    count = math.ceil(2 * REACH / span)
    flags = []
    for i in range(count):
        left = -REACH + i * span
        for j in range(7):
            share = (j + 0.5) / 7
            height = y + 4 * sag * share * (1 - share)
            flags.append((left + span * share, height, dice.pick(colours)))

    def draw(pen: Pen) -> None:
        for colour in colours:
            path = skia.Path()
            for x, height, own in flags:
                if own == colour:
                    path.addPath(polygon([(x - 0.03, height), (x + 0.03, height), (x, height + 0.06)]))
            pen.fill(path, colour, shade=0.0)
        rope = skia.Path()
        for i in range(count):
            left = -REACH + i * span
            rope.moveTo(left, y)
            rope.quadTo(left + span / 2, y + 2 * sag, left + span, y)
        pen.stroke(rope, mix(colours[0], (0.3, 0.25, 0.25), 0.7), 0.005)

    return everywhere(draw)
