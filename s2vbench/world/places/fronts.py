"""What stands nearer than the subjects: it frames a picture at its lower and outer rims and leaves the middle free."""

from __future__ import annotations

import math

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, blob, box, capsule, curve, ellipse
from s2vbench.world.places.stage import BELOW, REACH, Thing, around, discs, dots, draw_dots, everywhere, spread


def _low(x: float, reach: float = 0.5) -> float:
    """How high something may rise at x: 0 in the middle, 1 at the sides."""
    return min(abs(x) / reach, 1.0) ** 2


def grass(dice: Dice, colour: Colour, height: float = 0.13, y: float = 1.02, step: float = 0.028) -> Thing:
    """Blades along the lower rim, taller at the sides, in two shades."""
    back, front = skia.Path(), skia.Path()
    for x in spread(dice, step, 0.45):
        tall = height * (0.35 + 0.65 * _low(x)) * dice.between(0.6, 1.25)
        lean, half = dice.between(-0.5, 0.5) * tall, dice.between(0.005, 0.009)
        path = back if dice.chance(0.5) else front
        path.moveTo(x - half, BELOW)
        path.lineTo(x - half, y)
        path.quadTo(x - half, y - 0.6 * tall, x + lean, y - tall)
        path.quadTo(x + half, y - 0.5 * tall, x + half, y)
        path.lineTo(x + half, BELOW)
        path.close()

    def draw(pen: Pen) -> None:
        pen.gradient(back, (colour, darker(colour, 0.35)), (0, y - height), (0, y + 0.02))
        light = lighter(colour, 0.16)
        pen.gradient(front, (light, darker(colour, 0.12)), (0, y - height), (0, y + 0.02))

    return everywhere(draw)


def blooms(dice: Dice, colours: tuple[Colour, ...], y: float = 0.97, size: float = 0.034, step: float = 0.16) -> Thing:
    """Flower heads on stalks along the lower rim."""
    beds: dict[Colour, list[tuple[float, float]]] = {colour: [] for colour in colours}
    for x in spread(dice, step, 0.4):
        beds[dice.pick(colours)].append((x, y - 0.1 * _low(x) * dice.between(0.3, 1.2) + dice.between(0, 0.03)))
    petals = [(math.cos(a), math.sin(a)) for a in (2 * math.pi * i / 6 for i in range(6))]

    def draw(pen: Pen) -> None:
        for colour, heads in beds.items():
            ring = [(x + 0.36 * size * a, at + 0.36 * size * b) for x, at in heads for a, b in petals]
            draw_dots(pen, dots((a, b + 0.1 * size) for a, b in ring), darker(colour, 0.18), 0.52 * size)
            draw_dots(pen, dots(ring), colour, 0.48 * size)
            draw_dots(pen, dots(heads), (0.98, 0.85, 0.4), 0.38 * size)

    return everywhere(draw)


def leaf_corner(dice: Dice, colour: Colour, side: int, at: float = 0.62, size: float = 0.2, count: int = 7) -> Thing:
    """A twig of large leaves that hangs into an upper corner."""
    leaves = []
    for i in range(count):
        angle = 90 + side * (-15 + 110 * (i + dice.between(-0.3, 0.3)) / count)
        leaves.append((angle, size * dice.between(0.75, 1.2), dice.between(0.0, 1.0)))
    root = (side * (at + 0.2), -0.07)

    def draw(pen: Pen) -> None:
        for angle, long, shade in leaves:
            with pen.moved(*root, turn_deg=angle, scale_x=long, scale_y=long):
                leaf = blob([(0.15, 0), (0.55, -0.2), (1.2, 0.0), (0.55, 0.2)], 0.9)
                pen.fill(leaf, mix(darker(colour, 0.3), colour, shade), shade=0.16)
                if pen.sees(0.02 * long):
                    pen.stroke(curve([(0.2, 0), (1.1, 0)]), lighter(colour, 0.2), 0.02, alpha=0.5)
        pen.fill(capsule((root[0], root[1] - 0.4), 0.02, root, 0.015), darker(colour, 0.5))

    return around(root[0], 1.4 * size, draw)


def bank(
    dice: Dice, colour: Colour, y: float = 1.0, height: float = 0.1, step: float = 0.22, shade: float = 0.2
) -> Thing:
    """Rounded heaps (snow, stones, bushes) along the lower rim, higher at the sides."""
    puffs = []
    for x in spread(dice, step, 0.3):
        radius = step * dice.between(0.55, 0.8)
        puffs.append((x, y + radius - height * _low(x, 0.7) * dice.between(0.5, 1.1), radius))

    def draw(pen: Pen) -> None:
        path = discs(puffs)
        path.addRect(skia.Rect.MakeLTRB(-REACH, y + 0.07, REACH, BELOW))
        paints = (lighter(colour, shade), colour, darker(colour, shade))
        pen.gradient(path, paints, (0, y - height), (0, y + 0.2))

    return everywhere(draw)


def table_edge(colour: Colour, y: float = 0.94, thick: float = 0.05, cloth: Colour | None = None) -> Thing:
    """The near rim of a table or counter along the lower rim; a band of cloth on it where given."""

    def draw(pen: Pen) -> None:
        pen.gradient(box(-REACH, y, REACH, BELOW), (lighter(colour, 0.25), colour), (0, y), (0, y + thick))
        pen.fill(box(-REACH, y + thick, REACH, BELOW), darker(colour, 0.35), shade=0.0)
        if cloth is not None:
            pen.fill(box(-0.34, y - 0.004, 0.34, BELOW), cloth, shade=0.12)

    return everywhere(draw)


def curtain_side(dice: Dice, colour: Colour, side: int, x: float = 0.72, folds: int = 4) -> Thing:
    """A hanging curtain at one side of the frame."""
    width = 0.09
    waves = [dice.between(0.8, 1.2) for _ in range(folds)]

    def draw(pen: Pen) -> None:
        left = x
        for wave in waves:
            start, end = left, left + width * wave
            left = end - 0.01
            edges = sorted((side * start, side * end))
            path = box(edges[0], -0.6, edges[1], BELOW)
            paints = (darker(colour, 0.3), lighter(colour, 0.1), darker(colour, 0.25))
            pen.gradient(path, paints, (edges[0], 0), (edges[1], 0))
        outer = sorted((side * left, side * REACH))
        pen.fill(box(outer[0], -0.6, outer[1], BELOW), darker(colour, 0.3), shade=0.0)

    return Thing(min(side * x, side * REACH), max(side * x, side * REACH), draw)


def fence(dice: Dice, colour: Colour, side: int, x: float = 0.5, height: float = 0.24, y: float = 1.06) -> Thing:
    """The corner of a wooden fence at one side of the lower rim."""
    posts = [(x + 0.13 * i, height * dice.between(0.92, 1.05)) for i in range(10)]

    def draw(pen: Pen) -> None:
        rails = sorted((side * (x - 0.03), side * REACH))
        for share in (0.35, 0.72):
            rail = box(rails[0], y - height * share - 0.014, rails[1], y - height * share + 0.014, 0.008)
            pen.fill(rail, darker(colour, 0.12), shade=0.15)
        for at, tall in posts:
            top = y - tall
            middle = side * at
            path = skia.Path()
            path.addPoly(
                [
                    skia.Point(middle - 0.03, BELOW),
                    skia.Point(middle - 0.03, top + 0.03),
                    skia.Point(middle, top),
                    skia.Point(middle + 0.03, top + 0.03),
                    skia.Point(middle + 0.03, BELOW),
                ],
                close=True,
            )
            pen.fill(path, colour, shade=0.2)

    return Thing(min(side * (x - 0.05), side * REACH), max(side * (x - 0.05), side * REACH), draw)


def rail(colour: Colour, y: float = 0.93, posts: float = 0.3, thick: float = 0.012) -> Thing:
    """A low metal railing along the lower rim."""

    def draw(pen: Pen) -> None:
        path = skia.Path()
        count = math.ceil(REACH / posts)
        for i in range(-count, count + 1):
            path.addRect(skia.Rect.MakeLTRB(i * posts - thick / 2, y, i * posts + thick / 2, BELOW))
        path.addPath(box(-REACH, y - thick / 2, REACH, y + thick / 2))
        path.addPath(box(-REACH, y + 0.05, REACH, y + 0.05 + 0.7 * thick))
        pen.gradient(path, (lighter(colour, 0.2), darker(colour, 0.2)), (0, y), (0, y + 0.1))

    return everywhere(draw)


def reeds(dice: Dice, colour: Colour, side: int, x: float = 0.55, height: float = 0.4) -> Thing:
    """Reeds with brown heads at one side of the lower rim."""
    stalks = []
    for _ in range(16):
        at = x + abs(dice.between(-0.5, 0.5)) * 1.2
        stalks.append((side * at, height * dice.between(0.5, 1.0), dice.between(-0.06, 0.06), dice.chance(0.35)))

    def draw(pen: Pen) -> None:
        blades, heads = skia.Path(), skia.Path()
        for at, tall, lean, head in stalks:
            blades.moveTo(at - 0.008, BELOW)
            blades.quadTo(at - 0.008, 1.0 - 0.6 * tall, at + lean, 1.02 - tall)
            blades.quadTo(at + 0.008, 1.0 - 0.5 * tall, at + 0.008, BELOW)
            if head:
                heads.addPath(ellipse(at + lean, 1.02 - tall, 0.01, 0.035))
        pen.gradient(blades, (lighter(colour, 0.15), darker(colour, 0.3)), (0, 1 - height), (0, 1.05))
        pen.fill(heads, (0.45, 0.3, 0.2), shade=0.1)

    return Thing(min(side * x, side * (x + 0.8)) - 0.1, max(side * x, side * (x + 0.8)) + 0.1, draw)
