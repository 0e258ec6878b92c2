"""What stands in yards, gardens and fields: a barn, rolls of hay, an arbour, rows of vines."""

from __future__ import annotations

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, box, capsule, ellipse, line, polygon
from s2vbench.world.places.buildings import arch
from s2vbench.world.places.stage import BELOW, REACH, Span, Thing, around, discs, dots, draw_dots, everywhere, sloped


def barn(dice: Dice, x: float, y: float, wall: Colour, trim: Colour) -> Thing:
    """A barn with a broken roof and a crossed gate, a silo at its side."""
    half, tall = dice.between(0.2, 0.25), dice.between(0.22, 0.27)
    side = dice.pick((-1, 1))
    roof = darker(wall, 0.5)

    def draw(pen: Pen) -> None:
        silo = x + side * (half + 0.06)
        pen.fill(ellipse(silo, y - tall - 0.1, 0.055, 0.06), lighter(roof, 0.35), shade=0.25)
        paints = (lighter(trim, 0.3), darker(trim, 0.12), darker(trim, 0.4))
        pen.gradient(
            box(silo - 0.055, y - tall - 0.1, silo + 0.055, BELOW), paints, (silo - 0.055, 0), (silo + 0.055, 0)
        )
        crest, bend = y - tall - 0.17, y - tall - 0.1
        front = [
            (x - half, y - tall),
            (x - 0.66 * half, bend),
            (x, crest),
            (x + 0.66 * half, bend),
            (x + half, y - tall),
        ]
        pen.fill(polygon([*front, (x + half, y + 0.1), (x - half, y + 0.1)]), wall, shade=0.14)
        if pen.sees(0.012):
            boards = skia.Path()
            for i in range(-6, 7):
                boards.addPath(line([(x + i * half / 6.5, y - tall), (x + i * half / 6.5, y)]))
            pen.stroke(boards, darker(wall, 0.3), 0.004, alpha=0.6)
        eaves = [(x - half - 0.03, y - tall + 0.03), *front[1:4], (x + half + 0.03, y - tall + 0.03)]
        pen.stroke(line(eaves), roof, 0.034)
        pen.stroke(line(eaves), trim, 0.008)
        gate = box(x - 0.09, y - 0.19, x + 0.09, BELOW)
        pen.fill(gate, darker(wall, 0.22), shade=0.0)
        cross = line([(x - 0.09, y - 0.19), (x + 0.09, y), (x + 0.09, y - 0.19), (x - 0.09, y)])
        cross.addPath(line([(x - 0.09, y), (x - 0.09, y - 0.19), (x + 0.09, y - 0.19), (x + 0.09, y)]))
        cross.addPath(line([(x, y - 0.19), (x, y)]))
        pen.stroke(cross, trim, 0.011)
        pen.fill(box(x - 0.04, y - tall - 0.07, x + 0.04, y - tall, 0.004), darker(wall, 0.5), shade=0.0)
        pen.stroke(box(x - 0.04, y - tall - 0.07, x + 0.04, y - tall), trim, 0.01)

    return around(x, half + 0.15, draw)


def hay_roll(dice: Dice, x: float, y: float, radius: float, straw: Colour) -> Thing:
    """A round roll of hay seen from its end, and a second one behind it perhaps."""
    second = dice.chance(0.5)
    turns = [dice.between(0, 360) for _ in range(3)]

    def draw(pen: Pen) -> None:
        for dx, size in ((1.5, 0.85), (0.0, 1.0))[0 if second else 1 :]:
            r, cx = radius * size, x + dx * radius
            pen.fill(ellipse(cx, y - 0.02 * r, 1.25 * r, 0.18 * r), darker(straw, 0.6), shade=0.0, alpha=0.3)
            pen.fill(box(cx, y - 2 * r, cx + 0.9 * r, y, 0.4 * r), darker(straw, 0.2), shade=0.1)
            pen.fill(ellipse(cx, y - r, r, r), straw, shade=0.18)
            if pen.sees(0.15 * r):
                for i, turn in enumerate(turns):
                    ring = skia.Path()
                    reach = r * (0.8 - 0.24 * i)
                    ring.addArc(skia.Rect.MakeLTRB(cx - reach, y - r - reach, cx + reach, y - r + reach), turn, 280)
                    pen.stroke(ring, darker(straw, 0.25), 0.06 * r, alpha=0.7)

    return around(x, 3 * radius, draw)


def arbour(dice: Dice, x: float, y: float, wood: Colour, leaves: Colour, bloom: Colour) -> Thing:
    """A white garden arch overgrown with roses."""
    wide, tall = dice.between(0.32, 0.4), dice.between(0.42, 0.5)
    points = []
    for _ in range(60):
        share = dice.unit()
        points.append((share, dice.between(-0.03, 0.03), dice.between(-0.03, 0.03)))
    reach = dice.between(0.6, 0.95)
    start = dice.between(0.0, 1.0 - reach)

    def on(measure: skia.PathMeasure, share: float) -> tuple[float, float]:
        at = measure.getPosTan(measure.getLength() * share)[0]
        return at.x(), at.y()

    def draw(pen: Pen) -> None:
        outer, inner = arch(x, y, wide, tall), arch(x, y, wide - 0.08, tall - 0.04)
        slats = skia.Path()
        for height in (0.08, 0.16, 0.24):
            for side in (-1, 1):
                slats.addPath(line([(x + side * wide / 2, y - height), (x + side * (wide / 2 - 0.04), y - height)]))
        pen.stroke(outer, wood, 0.014)
        pen.stroke(inner, darker(wood, 0.1), 0.012)
        pen.stroke(slats, darker(wood, 0.06), 0.01)
        measure = skia.PathMeasure(arch(x, y, wide - 0.04, tall - 0.02), False)
        spots = [(*on(measure, start + reach * share * 0.72), dx, dy) for share, dx, dy in points]
        pen.fill(discs((a + dx, b + dy, 0.03) for a, b, dx, dy in spots[:30]), leaves, shade=0.25)
        pen.fill(discs((a + dx, b + dy, 0.014) for a, b, dx, dy in spots[30:]), lighter(leaves, 0.2), shade=0.0)
        heads = dots((a + 1.1 * dx, b + 1.1 * dy) for a, b, dx, dy in spots[::2])
        draw_dots(pen, heads, bloom, 0.026)
        draw_dots(pen, heads, lighter(bloom, 0.35), 0.012)

    return around(x, 0.6 * wide, draw)


def vine_rows(dice: Dice, y: Span, leaves: Colour, grapes: Colour) -> Thing:
    """Rows of vines across the view, nearer rows lower and larger, with grapes in the nearest."""
    rows = []
    for i in range(3):
        height = sloped(y, (i + 0.4) / 3)
        radius = 0.022 + 0.013 * i
        step = 1.5 * radius
        count = int(2 * REACH / step)
        puffs = [
            (
                -REACH + step * (j + dice.between(-0.3, 0.3)),
                height - radius * dice.between(1.5, 2.4),
                radius * dice.between(0.8, 1.15),
            )
            for j in range(count)
        ]
        posts = [-REACH + 0.3 * (j + 0.5 * i) for j in range(int(2 * REACH / 0.3) + 1)]
        fruit = dots(
            (x + dice.between(-0.5, 0.5) * radius, top + dice.between(0.5, 1.3) * radius) for x, top, _ in puffs[::2]
        )
        rows.append((height, radius, puffs, posts, fruit))

    def draw(pen: Pen) -> None:
        for i, (height, radius, puffs, posts, fruit) in enumerate(rows):
            stakes = skia.Path()
            for x in posts:
                stakes.addPath(capsule((x, height), 0.006, (x, height - 4.2 * radius), 0.005))
            pen.fill(stakes, (0.5, 0.38, 0.3), shade=0.0)
            colour = darker(leaves, 0.2 - 0.06 * i)
            path = discs(puffs)
            pen.gradient(path, (lighter(colour, 0.2), darker(colour, 0.25)), (0, height - 4 * radius), (0, height))
            if i > 0:
                draw_dots(pen, fruit, grapes, 0.6 * radius)
                draw_dots(pen, fruit, lighter(grapes, 0.4), 0.2 * radius)

    return everywhere(draw)
