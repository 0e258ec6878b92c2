"""Large furniture that stands behind the subjects."""

from __future__ import annotations

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, blob, box, ellipse, line, polygon
from s2vbench.world.places.stage import BELOW, Span, Thing, around, pool


def sofa(dice: Dice, x: float, y: float, width: float, colour: Colour, cushions: tuple[Colour, ...]) -> Thing:
    """A sofa from the front, its feet at y, with soft cushions."""
    height = 0.25
    seats = dice.whole(2, 3)
    pads = [(dice.between(-0.36, 0.36) * width, dice.pick(cushions), dice.between(-18, 18)) for _ in range(2)]

    def draw(pen: Pen) -> None:
        left, right = x - width / 2, x + width / 2
        pool(pen, x, y, (0.6 * width, 0.04), (0.1, 0.06, 0.12), 0.5)
        for foot in (left + 0.05, right - 0.05):
            pen.fill(box(foot - 0.014, y - 0.04, foot + 0.014, y), darker(colour, 0.65), shade=0.0)
        pen.fill(box(left + 0.02, y - height, right - 0.02, y - 0.06, 0.05), darker(colour, 0.12), shade=0.15)
        seat = (width - 0.16) / seats
        for i in range(seats):
            start = left + 0.08 + i * seat
            pen.fill(box(start, y - height + 0.02, start + seat, y - 0.1, 0.03), colour, shade=0.18)
        for dx, tint, turn_deg in pads:
            with pen.moved(x + dx, y - 0.155, turn_deg=turn_deg):
                pen.fill(box(-0.05, -0.045, 0.05, 0.045, 0.02), tint, shade=0.2)
        for i in range(seats):
            start = left + 0.08 + i * seat
            pen.fill(box(start, y - 0.125, start + seat, y - 0.06, 0.02), lighter(colour, 0.1), shade=0.14)
        pen.fill(box(left + 0.05, y - 0.075, right - 0.05, y - 0.03, 0.015), darker(colour, 0.16), shade=0.1)
        for start, end in ((left, left + 0.1), (right - 0.1, right)):
            pen.fill(box(start, y - 0.18, end, y - 0.025, 0.045), lighter(colour, 0.04), shade=0.2)

    return around(x, 0.6 * width, draw)


def bookcase(
    dice: Dice, x: float, y: float, size: Span, wood: Colour, inks: tuple[Colour, ...], rows: int = 4
) -> Thing:
    """Shelves full from end to end with rows of narrow spines that cannot be told apart."""
    width, height = size
    step = height / rows
    spines: list[list[tuple[float, float, float, float]]] = [[] for _ in inks]
    for row in range(rows):
        floor = y - height + (row + 1) * step - 0.012
        at = x - width / 2 + 0.018
        while at < x + width / 2 - 0.03:
            thick = dice.between(0.009, 0.02)
            tall = (step - 0.03) * dice.between(0.72, 0.98)
            spines[dice.whole(0, len(inks) - 1)].append((at, floor - tall, at + thick, floor))
            at += thick + 0.001

    def draw(pen: Pen) -> None:
        left, right = x - width / 2, x + width / 2
        pen.fill(box(left, y - height - 0.015, right, BELOW, 0.004), wood, shade=0.0)
        back = box(left + 0.014, y - height + 0.006, right - 0.014, y - 0.012)
        pen.fill(back, darker(wood, 0.5), shade=0.0)
        if pen.sees(0.016):
            for ink, group in zip(inks, spines, strict=True):
                path = skia.Path()
                for spine in group:
                    path.addRect(*spine)
                pen.fill(path, ink, shade=0.1)
        else:
            for row in range(rows):
                low = y - height + (row + 1) * step
                pen.fill(box(left + 0.014, low - 0.8 * step, right - 0.014, low), mix(inks[row % len(inks)], wood, 0.3))
        for row in range(1, rows):
            low = y - height + row * step
            pen.fill(box(left, low - 0.014, right, low + 0.002), lighter(wood, 0.12), shade=0.0)
        pen.fill(box(left - 0.01, y - height - 0.03, right + 0.01, y - height), lighter(wood, 0.15), shade=0.1)
        pen.fill(box(left - 0.006, y - 0.03, right + 0.006, BELOW), darker(wood, 0.1), shade=0.0)

    return around(x, 0.55 * width, draw)


def fireplace(dice: Dice, x: float, y: float, stone: Colour, mantel: Colour) -> Thing:
    """A burning hearth in a chimney breast."""
    width, height = dice.between(0.36, 0.42), dice.between(0.3, 0.34)
    flames = [(dice.between(-0.06, 0.06), dice.between(0.07, 0.14), dice.between(0.025, 0.045)) for _ in range(4)]
    bricks = dice.chance(0.6)

    def draw(pen: Pen) -> None:
        left, right = x - width / 2, x + width / 2
        pen.fill(box(left + 0.03, -0.6, right - 0.03, y - height), lighter(stone, 0.06), shade=0.0)
        pen.fill(box(left, y - height, right, BELOW), stone, shade=0.0)
        if bricks and pen.sees(0.01):
            path = skia.Path()
            for row in range(24):
                low = y - 0.035 * row
                path.addPath(
                    line([(left + 0.005, low), (right - 0.005, low)])
                    if row < 9
                    else line([(left + 0.035, low), (right - 0.035, low)])
                )
                for i in range(5):
                    at = left + 0.06 + 0.08 * i - 0.04 * (row % 2)
                    path.addPath(line([(at, low), (at, low - 0.035)]))
            with pen.inside(box(left + 0.03, -0.6, right - 0.03, y)):
                pen.stroke(path, darker(stone, 0.3), 0.004, alpha=0.5)
        pen.fill(box(left - 0.03, y - height - 0.02, right + 0.03, y - height + 0.022, 0.006), mantel, shade=0.2)
        mouth = box(x - 0.3 * width, y - 0.66 * height, x + 0.3 * width, y + 0.01, 0.03)
        pen.fill(mouth, (0.14, 0.09, 0.1), shade=0.0)
        pen.glow(x, y - 0.05, 0.34, (1.0, 0.55, 0.2), 0.55)
        with pen.inside(mouth):
            for share, tint in ((1.0, (0.93, 0.38, 0.14)), (0.66, (0.99, 0.68, 0.22)), (0.36, (1.0, 0.92, 0.62))):
                for dx, tall, half in flames:
                    foot = x + dx
                    tip = (foot + 0.3 * dx, y - tall * share - 0.02)
                    flame = [tip, (foot + half * share, y - 0.04), (foot, y), (foot - half * share, y - 0.04)]
                    pen.fill(blob(flame, 0.8), tint, shade=0.0)
            log = box(x - 0.08, y - 0.03, x + 0.08, y, 0.014)
            pen.fill(log, (0.36, 0.22, 0.16), shade=0.2)

    return around(x, 0.6, draw)


def bed(dice: Dice, x: float, y: float, wood: Colour, blanket: Colour, sheet: Colour) -> Thing:
    """A bed from its side, its head at the left or right."""
    long, side = dice.between(0.62, 0.7), dice.pick((-1, 1))
    stripes = dice.whole(2, 4)

    def draw(pen: Pen) -> None:
        pool(pen, x, y, (0.6 * long, 0.04), (0.05, 0.04, 0.12), 0.55)
        with pen.moved(x, y, scale_x=float(side)):
            half = long / 2
            pen.fill(box(-half - 0.03, -0.3, -half + 0.015, 0.0, 0.02), wood, shade=0.2)
            pen.fill(box(half - 0.015, -0.2, half + 0.03, 0.0, 0.02), wood, shade=0.2)
            pen.fill(box(-half, -0.1, half, -0.03), darker(wood, 0.1), shade=0.1)
            pen.fill(box(-half + 0.01, -0.165, half - 0.015, -0.085, 0.025), sheet, shade=0.1)
            pen.fill(
                blob([(-half + 0.03, -0.17), (-half + 0.1, -0.235), (-half + 0.2, -0.21), (-half + 0.21, -0.16)]),
                lighter(sheet, 0.3),
            )
            cover = skia.Path()
            cover.moveTo(-half + 0.22, -0.06)
            cover.quadTo(-half + 0.2, -0.2, -half + 0.3, -0.195)
            cover.quadTo(0.1, -0.215, half - 0.03, -0.185)
            cover.quadTo(half - 0.01, -0.12, half - 0.015, -0.055)
            cover.close()
            pen.fill(cover, blanket, shade=0.2)
            with pen.inside(cover):
                for i in range(stripes):
                    at = -half + 0.28 + i * 0.09
                    pen.fill(box(at, -0.3, at + 0.03, 0.0), lighter(blanket, 0.3), shade=0.0, alpha=0.6)

    return around(x, 0.6 * long, draw)


def cupboards(
    x: float, y: float, width: float, colour: Colour, top: Colour, height: float = 0.2, doors: int = 3
) -> Thing:
    """A row of low cupboards under a worktop."""

    def draw(pen: Pen) -> None:
        left, right = x - width / 2, x + width / 2
        pen.gradient(box(left, y - height, right, BELOW), (colour, darker(colour, 0.12)), (0, y - height), (0, y))
        path, knobs = skia.Path(), skia.Path()
        step = width / doors
        for i in range(doors):
            start = left + i * step
            path.addRect(start + 0.012, y - height + 0.03, start + step - 0.012, y - 0.03)
            knobs.addCircle(start + (0.8 if i % 2 else 0.2) * step, y - height + 0.06, 0.006)
        if pen.sees(0.01):
            pen.fill(path, lighter(colour, 0.12), shade=0.08)
            pen.stroke(path, darker(colour, 0.25), 0.004, alpha=0.6)
            pen.fill(knobs, darker(top, 0.4), shade=0.0)
        pen.fill(box(left - 0.012, y - height - 0.022, right + 0.012, y - height + 0.006, 0.004), top, shade=0.15)
        pen.fill(box(left, y - 0.022, right, BELOW), darker(colour, 0.5), shade=0.0)

    return around(x, 0.55 * width, draw)


def wall_cupboard(x: float, y: float, size: Span, colour: Colour, doors: int = 2) -> Thing:
    """Cupboards hanging on the wall, their lower edge at y."""
    width, height = size

    def draw(pen: Pen) -> None:
        left = x - width / 2
        pen.fill(box(left, y - height, left + width, y, 0.005), colour, shade=0.1)
        path = skia.Path()
        for i in range(doors):
            start = left + i * width / doors
            path.addRect(start + 0.012, y - height + 0.015, start + width / doors - 0.012, y - 0.015)
        if pen.sees(0.01):
            pen.fill(path, lighter(colour, 0.14), shade=0.06)
            pen.stroke(path, darker(colour, 0.25), 0.004, alpha=0.6)
        pen.fill(box(left, y, left + width, y + 0.012), darker(colour, 0.45), shade=0.0, alpha=0.6)

    return around(x, 0.55 * width, draw)


def table(x: float, y: float, width: float, wood: Colour, height: float = 0.19, cloth: Colour | None = None) -> Thing:
    """A table from the front, its feet at y; a hanging cloth on it where given."""

    def draw(pen: Pen) -> None:
        left, right = x - width / 2, x + width / 2
        pool(pen, x, y, (0.55 * width, 0.03), (0.1, 0.06, 0.12), 0.5)
        for at in (left + 0.03, right - 0.03):
            pen.fill(box(at - 0.013, y - height, at + 0.013, y), darker(wood, 0.2), shade=0.2)
        pen.fill(box(left, y - height - 0.016, right, y - height + 0.014, 0.006), wood, shade=0.15)
        if cloth is not None:
            hem = polygon(
                [
                    (left - 0.006, y - height - 0.018),
                    (right + 0.006, y - height - 0.018),
                    (right - 0.01, y - 0.55 * height),
                    (x, y - 0.48 * height),
                    (left + 0.01, y - 0.55 * height),
                ]
            )
            pen.fill(hem, cloth, shade=0.14)
        else:
            pen.fill(
                box(left + 0.02, y - height + 0.014, right - 0.02, y - height + 0.04), darker(wood, 0.25), shade=0.0
            )

    return around(x, 0.6 * width, draw)


def stove(x: float, y: float, colour: Colour) -> Thing:
    """A kitchen range with an oven door."""

    def draw(pen: Pen) -> None:
        pen.fill(box(x - 0.12, y - 0.225, x + 0.12, BELOW, 0.006), colour, shade=0.0)
        pen.fill(box(x - 0.125, y - 0.235, x + 0.125, y - 0.212, 0.004), darker(colour, 0.55), shade=0.1)
        pen.fill(box(x - 0.09, y - 0.15, x + 0.09, y - 0.035, 0.012), darker(colour, 0.6), shade=0.15)
        pen.fill(box(x - 0.085, y - 0.168, x + 0.085, y - 0.158, 0.004), lighter(colour, 0.5), shade=0.0)
        knobs = skia.Path()
        for i in range(4):
            knobs.addCircle(x - 0.075 + 0.05 * i, y - 0.19, 0.009)
        pen.fill(knobs, darker(colour, 0.45), shade=0.0)

    return around(x, 0.14, draw)


def column(x: float, y: float, width: float, stone: Colour) -> Thing:
    """A tall fluted column that leaves the frame above."""

    def draw(pen: Pen) -> None:
        half = width / 2
        paints = (lighter(stone, 0.2), stone, darker(stone, 0.28))
        pen.gradient(box(x - half, -0.6, x + half, BELOW), paints, (x - half, 0), (x + half, 0))
        if pen.sees(0.14 * width):
            flutes = skia.Path()
            for i in range(1, 5):
                at = x - half + width * i / 5
                flutes.addPath(line([(at, -0.6), (at, y - 0.06)]))
            pen.stroke(flutes, darker(stone, 0.3), 0.05 * width, alpha=0.45)
        pen.fill(box(x - 1.3 * half, y - 0.06, x + 1.3 * half, y - 0.03, 0.012), lighter(stone, 0.1), shade=0.15)
        pen.fill(box(x - 1.5 * half, y - 0.032, x + 1.5 * half, BELOW, 0.004), stone, shade=0.0)

    return around(x, 0.8 * width, draw)


def round_table(x: float, y: float, top: Colour, leg: Colour, radius: float = 0.12) -> Thing:
    """A small round table on one leg."""

    def draw(pen: Pen) -> None:
        pool(pen, x, y, (1.1 * radius, 0.03), (0.1, 0.06, 0.12), 0.5)
        pen.fill(box(x - 0.01, y - 0.19, x + 0.01, y - 0.01), leg, shade=0.2)
        pen.fill(ellipse(x, y - 0.008, 0.5 * radius, 0.014), leg, shade=0.2)
        pen.fill(ellipse(x, y - 0.185, radius, 0.022), darker(top, 0.3), shade=0.0)
        pen.fill(ellipse(x, y - 0.193, radius, 0.022), top, shade=0.12)

    return around(x, 1.2 * radius, draw)
