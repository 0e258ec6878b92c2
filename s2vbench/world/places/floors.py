"""Floors in perspective, rugs on them, and paved ground."""

from __future__ import annotations

import math

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, box, ellipse, line, polygon
from s2vbench.world.places.stage import BELOW, REACH, Span, Thing, around, everywhere, spread


def boards(
    y: Span, colour: Colour, gap: float, vanish_y: float, lines: Colour, width: float = 0.004, x: float = 0.0
) -> Thing:
    """A floor of boards running away from the viewer to a point at vanish_y."""

    def draw(pen: Pen) -> None:
        pen.gradient(
            box(-REACH, y[0], REACH, BELOW), (darker(colour, 0.14), colour, lighter(colour, 0.1)), (0, y[0]), (0, 1.0)
        )
        path = skia.Path()
        count = math.ceil(REACH * 3 / gap)
        for i in range(-count, count + 1):
            foot, head = x + i * gap, x + i * gap * (y[0] - vanish_y) / (BELOW - vanish_y)
            path.addPath(line([(head, y[0]), (foot, BELOW)]))
        if pen.sees(2 * width):
            pen.stroke(path, lines, width, alpha=0.5)

    return everywhere(draw)


def checkers(
    y: Span, colours: tuple[Colour, Colour], tile: float, vanish_y: float, x: float = 0.0, rows: int = 9
) -> Thing:
    """A floor of square tiles in two colours, in perspective."""
    scale = (BELOW - vanish_y) / (y[0] - vanish_y)
    edges = [vanish_y + (BELOW - vanish_y) / (1 + (scale - 1) * i / rows) for i in range(rows + 1)]

    def draw(pen: Pen) -> None:
        one, other = colours
        pen.gradient(box(-REACH, y[0], REACH, BELOW), (darker(one, 0.12), one, lighter(one, 0.06)), (0, y[0]), (0, 1.0))
        path = skia.Path()
        count = math.ceil(REACH * scale / tile)
        for row in range(rows):
            near, far = edges[row], edges[row + 1]
            a, b = (near - vanish_y) / (BELOW - vanish_y), (far - vanish_y) / (BELOW - vanish_y)
            reach = math.ceil(min(count, REACH / (tile * b)) / 2) * 2
            for column in range(-reach + row % 2, reach, 2):
                left, right = x + column * tile, x + (column + 1) * tile
                path.addPath(polygon([(left * a, near), (right * a, near), (right * b, far), (left * b, far)]))
        pen.gradient(path, (darker(other, 0.12), other, lighter(other, 0.06)), (0, y[0]), (0, 1.0))

    return everywhere(draw)


def cobbles(dice: Dice, y: Span, colour: Colour, joints: Colour, vanish_y: float, rows: int = 13) -> Thing:
    """Paving in rows of stones, shifted from row to row, a few of them lighter."""
    scale = (BELOW - vanish_y) / (y[0] - vanish_y)
    edges = [vanish_y + (BELOW - vanish_y) / (1 + (scale - 1) * i / rows) for i in range(rows + 1)]
    stone = 0.26
    shifts = [dice.between(0, stone) for _ in range(rows)]
    chosen = {(row, column) for row in range(rows) for column in range(-30, 31) if dice.chance(0.18)}

    def draw(pen: Pen) -> None:
        paints = (mix(colour, joints, 0.2), colour, lighter(colour, 0.1))
        pen.gradient(box(-REACH, y[0], REACH, BELOW), paints, (0, y[0]), (0, 1.0))
        lines, light = skia.Path(), skia.Path()
        for row in range(rows):
            near, far = edges[row], edges[row + 1]
            a, b = (near - vanish_y) / (BELOW - vanish_y), (far - vanish_y) / (BELOW - vanish_y)
            lines.addPath(line([(-REACH, far), (REACH, far)]))
            reach = min(math.ceil(REACH / (stone * b)), 30)
            for column in range(-reach, reach + 1):
                left, right = shifts[row] + column * stone, shifts[row] + (column + 1) * stone
                lines.addPath(line([(left * a, near), (left * b, far)]))
                if (row, column) in chosen:
                    light.addPath(polygon([(left * a, near), (right * a, near), (right * b, far), (left * b, far)]))
        pen.fill(light, lighter(colour, 0.35), shade=0.0, alpha=0.4)
        if pen.sees(0.008):
            pen.stroke(lines, joints, 0.0045, alpha=0.5)

    return everywhere(draw)


def rug(dice: Dice, x: float, y: float, reach: Span, colours: tuple[Colour, Colour, Colour]) -> Thing:
    """A rug lying on the floor: round with rings, or square with borders and fringes."""
    round_one = dice.chance(0.5)
    rings = dice.some((0.9, 0.8, 0.68, 0.56, 0.44), 3)

    def draw(pen: Pen) -> None:
        wide, deep = reach
        for i, share in enumerate((1.0, *sorted(rings, reverse=True))):
            if round_one:
                path = ellipse(x, y, wide * share, deep * share)
            else:
                top, low = 0.86 * wide * share, wide * share
                rise = max(deep - 0.34 * wide * (1 - share), 0.2 * deep)
                path = polygon([(x - top, y - rise), (x + top, y - rise), (x + low, y + rise), (x - low, y + rise)])
            pen.fill(path, colours[i % 3], shade=0.1)

    return around(x, reach[0], draw)


def planks_across(dice: Dice, y: Span, colour: Colour, lines: Colour, rows: int = 9) -> Thing:
    """A deck of planks lying across the view, broader towards the viewer."""
    edges = [y[0] + (BELOW - y[0]) * (i / rows) ** 1.6 for i in range(rows + 1)]
    tints = [dice.between(-0.08, 0.1) for _ in range(rows)]
    joints = [(row, x) for row in range(rows) for x in spread(dice, 0.7, 0.4)]

    def draw(pen: Pen) -> None:
        for top, low, tint in zip(edges, edges[1:], tints, strict=False):
            plank = lighter(colour, tint) if tint > 0 else darker(colour, -tint)
            pen.fill(box(-REACH, top, REACH, low), plank, shade=0.06)
        path = skia.Path()
        for row, x in joints:
            path.addPath(line([(x * 0.96, edges[row]), (x, edges[row + 1])]))
        for edge in edges[1:-1]:
            path.addPath(line([(-REACH, edge), (REACH, edge)]))
        if pen.sees(0.008):
            pen.stroke(path, lines, 0.004, alpha=0.6)

    return everywhere(draw)


def furrows(y: Span, colours: tuple[Colour, Colour], gap: float, vanish_y: float, x: float = 0.0) -> Thing:
    """Rows of a field running away from the viewer: stripes of two colours."""

    def draw(pen: Pen) -> None:
        path = skia.Path()
        count = math.ceil(REACH * 3 / gap)
        far = (y[0] - vanish_y) / (BELOW - vanish_y)
        for i in range(-count, count + 1):
            left, right = x + i * gap, x + (i + 0.5) * gap
            path.addPath(polygon([(left * far, y[0]), (right * far, y[0]), (right, BELOW), (left, BELOW)]))
        pen.gradient(path, colours, (0, y[0]), (0, 1.0))

    return everywhere(draw)
