"""Rooms: walls with paper and windows, and what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, Point, box, ellipse, line, polygon
from s2vbench.world.places.stage import ABOVE, BELOW, REACH, Thing, around, dots, draw_dots, everywhere, fade

Paper = Literal["plain", "stripes", "dots", "diamonds", "sprigs", "panels", "bricks", "tiles"]
Opening = tuple[float, float, float, float]
"""Left, top, right and bottom of a window."""


def wall(
    dice: Dice,
    floor_y: float,
    colour: Colour,
    paper: Paper,
    ink: Colour,
    openings: Sequence[Opening] = (),
    wainscot: Colour | None = None,
) -> Thing:
    """A wall with paper, and openings through which farther layers show; panelled below where `wainscot` is given."""
    pattern = _pattern(dice, paper)
    light_x = dice.between(-0.6, 0.6)

    def draw(pen: Pen) -> None:
        path = box(-REACH, ABOVE, REACH, BELOW)
        for left, top, right, bottom in openings:
            path.addRect(left, top, right, bottom)
        path.setFillType(skia.PathFillType.kEvenOdd)
        pen.gradient(path, (darker(colour, 0.16), colour, lighter(colour, 0.08)), (0, -0.1), (0, floor_y))
        with pen.inside(path):
            _draw_paper(pen, paper, pattern, ink)
            pen.glow(light_x, 0.3, 0.9, lighter(colour, 0.7), 0.3)
            if wainscot is not None:
                _draw_wainscot(pen, floor_y, wainscot)
            skirting = box(-REACH, floor_y - 0.035, REACH, BELOW)
            pen.fill(skirting, lighter(wainscot or colour, 0.35), shade=0.0)
            pen.fill(box(-REACH, floor_y - 0.038, REACH, floor_y - 0.034), darker(wainscot or colour, 0.2), shade=0.0)
            fade(
                pen,
                box(-REACH, floor_y - 0.1, REACH, floor_y),
                (0.1, 0.06, 0.12),
                [0.0, 0.16],
                (0, floor_y - 0.1),
                (0, floor_y),
            )

    return everywhere(draw)


def _pattern(dice: Dice, paper: Paper) -> skia.Path | list[skia.Point] | None:
    """The paper's figures on the whole wall."""
    step = dice.between(0.055, 0.085)
    path = skia.Path()
    columns = int(REACH / step) + 1
    rows = int(0.95 / step)
    grid = [(i * step, -0.3 + j * step) for j in range(rows) for i in range(-columns, columns + 1)]
    if paper == "stripes":
        for i in range(-columns, columns + 1):
            path.addRect(i * step, ABOVE, (i + 0.45) * step, 1.0)
    elif paper == "panels":
        for i in range(-columns, columns + 1):
            path.addPath(line([(2 * i * step, ABOVE), (2 * i * step, 1.0)]))
    elif paper in {"dots", "sprigs"}:
        return dots((x + 0.5 * step * (round((y + 0.3) / step) % 2), y) for x, y in grid)
    elif paper == "diamonds":
        for i in range(-columns - rows, columns + 1):
            path.addPath(line([(i * step * 1.5, -0.6), (i * step * 1.5 + 1.0, 1.0)]))
            path.addPath(line([(i * step * 1.5 + 1.0, -0.6), (i * step * 1.5, 1.0)]))
    elif paper in {"bricks", "tiles"}:
        return _masonry(step, columns, brick=paper == "bricks")
    else:
        return None
    return path


def _masonry(step: float, columns: int, *, brick: bool) -> skia.Path:
    path = skia.Path()
    tall = 0.5 * step if brick else step
    rows = int(1.5 / tall)
    for j in range(rows):
        path.moveTo(-REACH, -0.5 + j * tall)
        path.lineTo(REACH, -0.5 + j * tall)
    for i in range(-columns, columns + 1):
        if not brick:
            path.moveTo(i * step, -0.5)
            path.lineTo(i * step, 1.0)
            continue
        for j in range(rows):
            x, y = (i + 0.5 * (j % 2)) * step, -0.5 + j * tall
            path.moveTo(x, y)
            path.lineTo(x, y + tall)
    return path


def _draw_paper(pen: Pen, paper: Paper, pattern: skia.Path | list[skia.Point] | None, ink: Colour) -> None:
    if isinstance(pattern, list):
        if paper == "sprigs" and pen.sees(0.01):
            for dx, dy in ((-0.008, -0.004), (0.008, -0.004), (0.0, 0.008)):
                draw_dots(pen, dots((p.x() + dx, p.y() + dy) for p in pattern), ink, 0.011, 0.75)
        else:
            draw_dots(pen, pattern, ink, 0.017, 0.7)
    elif pattern is not None:
        if paper == "stripes":
            pen.fill(pattern, ink, shade=0.0, alpha=0.6)
        elif pen.sees(0.01):
            pen.stroke(pattern, ink, 0.005, alpha=0.55)


def _draw_wainscot(pen: Pen, floor_y: float, colour: Colour) -> None:
    top = floor_y - 0.2
    pen.gradient(box(-REACH, top, REACH, BELOW), (lighter(colour, 0.06), darker(colour, 0.08)), (0, top), (0, floor_y))
    pen.fill(box(-REACH, top - 0.012, REACH, top + 0.008), lighter(colour, 0.3), shade=0.0)
    if pen.sees(0.008):
        path = skia.Path()
        for i in range(-11, 12):
            path.addRect(i * 0.16 + 0.015, top + 0.03, (i + 1) * 0.16 - 0.015, floor_y - 0.06)
        pen.stroke(path, darker(colour, 0.2), 0.005, alpha=0.6)


def window(opening: Opening, frame: Colour, bars: tuple[int, int] = (2, 2), glare: float = 0.1) -> Thing:
    """The frame, bars and sill of an opening, and a glare on its panes."""
    left, top, right, bottom = opening

    def draw(pen: Pen) -> None:
        if glare > 0:
            wide = right - left
            shine = polygon(
                [
                    (left + 0.1 * wide, bottom),
                    (left + 0.55 * wide, top),
                    (left + 0.8 * wide, top),
                    (left + 0.35 * wide, bottom),
                ]
            )
            with pen.inside(box(left, top, right, bottom)):
                pen.fill(shine, (1, 1, 1), shade=0.0, alpha=glare)
        path = skia.Path()
        path.addRect(left, top, right, bottom)
        for i in range(1, bars[0]):
            x = left + (right - left) * i / bars[0]
            path.addPath(line([(x, top), (x, bottom)]))
        for j in range(1, bars[1]):
            y = top + (bottom - top) * j / bars[1]
            path.addPath(line([(left, y), (right, y)]))
        pen.stroke(path, darker(frame, 0.12), 0.02)
        pen.stroke(path, frame, 0.013)
        pen.fill(box(left - 0.03, bottom, right + 0.03, bottom + 0.03, 0.006), frame, shade=0.15)

    return Thing(left - 0.05, right + 0.05, draw)


def curtains(dice: Dice, opening: Opening, colour: Colour, floor_y: float | None = None) -> Thing:
    """Curtains drawn to both sides of a window, on a rod; down to the floor where given."""
    left, top, right, bottom = opening
    low = (bottom + 0.08) if floor_y is None else floor_y - 0.02
    half, tie = dice.between(0.075, 0.11), dice.chance(0.5)

    def draw(pen: Pen) -> None:
        rod = line([(left - half, top - 0.035), (right + half, top - 0.035)])
        pen.stroke(rod, darker(colour, 0.55), 0.012)
        for edge, side in ((left, -1), (right, 1)):
            inner, outer = edge - side * 0.035, edge + side * half
            knot = top + 0.6 * (low - top)
            path = skia.Path()
            path.moveTo(outer, top - 0.03)
            path.lineTo(inner, top - 0.03)
            if tie:
                path.quadTo(inner - side * 0.01, knot - 0.05, edge + side * 0.03, knot)
                path.quadTo(edge, knot + 0.05, edge - side * 0.005, low)
            else:
                path.lineTo(inner, low)
            path.lineTo(outer, low)
            path.close()
            paints = (lighter(colour, 0.15), darker(colour, 0.14), lighter(colour, 0.1), darker(colour, 0.16), colour)
            pen.gradient(path, paints, (min(inner, outer), 0), (max(inner, outer), 0))

    return Thing(left - half - 0.05, right + half + 0.05, draw)


def picture_frame(dice: Dice, x: float, y: float, size: Point, frame: Colour, inks: Sequence[Colour]) -> Thing:
    """A framed picture of soft hills in a few colours."""
    wide, tall = size
    sun_x, low = dice.between(-0.25, 0.25) * wide, dice.between(0.0, 0.2) * tall
    far, middle, near = dice.some(list(inks), 3)

    def draw(pen: Pen) -> None:
        outer = box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
        pen.fill(box(x - wide / 2 - 0.014, y - tall / 2 - 0.014, x + wide / 2 + 0.014, y + tall / 2 + 0.02), frame)
        pen.fill(outer, lighter(far, 0.55), shade=0.0)
        if pen.sees(0.1 * tall):
            with pen.inside(outer):
                pen.fill(ellipse(x + sun_x, y - 0.1 * tall, 0.13 * tall, 0.13 * tall), lighter(middle, 0.3), shade=0.0)
                pen.fill(ellipse(x - 0.3 * wide, y + 0.5 * tall, 0.6 * wide, 0.4 * tall - low), middle, shade=0.1)
                pen.fill(ellipse(x + 0.35 * wide, y + 0.6 * tall, 0.6 * wide, 0.4 * tall), near, shade=0.1)

    return around(x, 0.6 * wide, draw)


def view(dice: Dice, heaven: Sequence[Colour], far: Colour, horizon: float = 0.45) -> list[Thing]:
    """What is seen through windows: a sky and two soft ridges."""
    ridges = []
    for i in range(2):
        points = [(-REACH + 0.3 * j, horizon + 0.06 * i - dice.between(0.0, 0.09)) for j in range(13)]
        ridges.append((points, mix(far, heaven[-1], 0.5 - 0.35 * i)))

    def draw(pen: Pen) -> None:
        pen.gradient(box(-REACH, ABOVE, REACH, BELOW), heaven, (0, 0), (0, horizon))
        for points, colour in ridges:
            pen.fill(_ridge(points), colour, shade=0.0)

    return [everywhere(draw)]


def _ridge(points: list[Point]) -> skia.Path:
    path = skia.Path()
    path.moveTo(-REACH - 0.2, BELOW)
    path.lineTo(*points[0])
    for (x0, y0), (x1, y1) in pairwise(points):
        path.cubicTo((x0 + x1) / 2, y0, (x0 + x1) / 2, y1, x1, y1)
    path.lineTo(points[-1][0] + 0.3, BELOW)
    path.close()
    return path


def sunbeam(opening: Opening, floor_y: float, colour: Colour, lean: float, alpha: float = 0.3) -> Thing:
    """The bright patch that a window throws on the floor."""
    left, _, right, _ = opening
    far, near = floor_y + 0.06, floor_y + 0.3

    def draw(pen: Pen) -> None:
        path = skia.Path()
        wide = (right - left) / 2
        for i in range(2):
            a = left + i * wide
            path.addPath(
                polygon(
                    [
                        (a + lean * 0.3 + 0.01, far),
                        (a + wide + lean * 0.3 - 0.01, far),
                        (a + 1.25 * wide + lean - 0.015, near),
                        (a + lean + 0.015, near),
                    ]
                )
            )
        fade(pen, path, colour, [alpha, 0.4 * alpha], (0, far), (0, near))

    return Thing(left + min(lean, 0) - 0.1, right + max(lean, 0) + 0.2, draw)


def light_strings(dice: Dice, y: float, colour: Colour, span: float = 0.6, sag: float = 0.08) -> Thing:
    """Strings of small warm bulbs from side to side."""
    count = int(2 * REACH / span) + 1
    bulbs, rope = [], skia.Path()
    for i in range(count):
        left = -REACH + i * span
        low = sag * dice.between(0.7, 1.2)
        rope.moveTo(left, y)
        rope.quadTo(left + span / 2, y + 2 * low, left + span, y)
        bulbs += [
            (left + span * (j + 0.5) / 6, y + 4 * low * ((j + 0.5) / 6) * (1 - (j + 0.5) / 6) + 0.012) for j in range(6)
        ]
    points = dots(bulbs)

    def draw(pen: Pen) -> None:
        pen.stroke(rope, (0.2, 0.17, 0.2), 0.004)
        draw_dots(pen, points, colour, 0.06, 0.16)
        draw_dots(pen, points, colour, 0.034, 0.3)
        draw_dots(pen, points, lighter(colour, 0.5), 0.016)

    return everywhere(draw)
