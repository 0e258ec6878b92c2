"""What makes streets and squares: shop fronts, kerbs, puddles, roofs, a well, a tower, rails."""

from __future__ import annotations

import math
from collections.abc import Sequence

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, box, ellipse, line, polygon
from s2vbench.world.places.buildings import Paints, arch
from s2vbench.world.places.stage import ABOVE, BELOW, REACH, Span, Thing, around, everywhere, fade, pool, sloped, spread
from s2vbench.world.places.street import awning


def shop(dice: Dice, x: float, y: float, colour: Colour, trim: Colour) -> Thing:
    """A shop front of glass under an awning."""
    width = dice.between(0.26, 0.34)
    roof = awning(x, y - 0.19, width, (colour, trim), 0.055)

    def draw(pen: Pen) -> None:
        pen.fill(box(x - 0.47 * width, y - 0.19, x + 0.47 * width, BELOW), darker(colour, 0.25), shade=0.0)
        panes = skia.Path()
        for i in range(3):
            left = x - 0.43 * width + i * 0.29 * width
            panes.addRect(left, y - 0.165, left + 0.26 * width, y - 0.03)
        pen.fill(panes, (0.98, 0.88, 0.66), shade=0.25)
        roof.draw(pen)

    return around(x, 0.6 * width, draw)


def kerb(top: float, low: float, flag: Colour, edge: Colour) -> Thing:
    """A pavement along the street with its kerbstone."""

    def draw(pen: Pen) -> None:
        pen.gradient(box(-REACH, top, REACH, low), (darker(flag, 0.15), flag), (0, top), (0, low))
        pen.fill(box(-REACH, low - 0.3 * (low - top), REACH, low), edge, shade=0.0)
        pen.fill(box(-REACH, low - 0.008, REACH, low), darker(edge, 0.35), shade=0.0)

    return everywhere(draw)


def puddles(dice: Dice, y: Span, sky: Colour, lamp: Colour) -> Thing:
    """Flat puddles with a bright rim and rings of drops."""
    pools = []
    for _ in range(10):
        share = dice.unit()
        pools.append((dice.between(-REACH, REACH), sloped(y, share), (0.06 + 0.12 * share) * dice.between(0.7, 1.2)))

    def draw(pen: Pen) -> None:
        path, rings = skia.Path(), skia.Path()
        for x, height, reach in pools:
            path.addPath(ellipse(x, height, reach, 0.15 * reach))
            path.addPath(ellipse(x + 0.6 * reach, height + 0.06 * reach, 0.7 * reach, 0.1 * reach))
            rings.addPath(ellipse(x - 0.2 * reach, height, 0.3 * reach, 0.045 * reach))
            rings.addPath(ellipse(x + 0.6 * reach, height + 0.05 * reach, 0.2 * reach, 0.03 * reach))
        fade(pen, path, mix(sky, lamp, 0.25), [0.35, 0.6], (0, y[0]), (0, y[1]))
        if pen.sees(0.01):
            pen.stroke(rings, lighter(sky, 0.5), 0.003, alpha=0.7)

    return everywhere(draw)


def reflections(dice: Dice, xs: Sequence[float], lamp: Colour, y: Span) -> Thing:
    """Soft columns of light that lamps and windows leave on wet paving."""
    columns = [(x, 0.05, 0.6) for x in xs]
    columns += [(x, dice.between(0.015, 0.03), dice.between(0.2, 0.4)) for x in spread(dice, 0.3)]

    def draw(pen: Pen) -> None:
        for x, half, alpha in columns:
            for share, part in ((1.0, 0.4), (0.45, 0.6)):
                wide = half * share
                column = polygon([(x - 0.6 * wide, y[0]), (x + 0.6 * wide, y[0]), (x + wide, y[1]), (x - wide, y[1])])
                fade(pen, column, lamp, [alpha * part, 0.35 * alpha * part, 0.0], (0, y[0]), (0, y[1]))

    return everywhere(draw)


def town_hall(dice: Dice, x: float, y: float, paints: Paints) -> Thing:
    """A hall with a pointed tower and an arcade."""
    wide, tall = dice.between(0.44, 0.54), dice.between(0.26, 0.3)
    tower = dice.between(0.48, 0.56)
    onion = dice.chance(0.5)

    def draw(pen: Pen) -> None:
        wall = paints.wall
        pen.fill(box(x - 0.06, y - tower, x + 0.06, y), wall, shade=0.12)
        if onion:
            pen.fill(ellipse(x, y - tower - 0.02, 0.07, 0.055), paints.roof, shade=0.3)
            pen.fill(
                polygon([(x - 0.03, y - tower - 0.06), (x, y - tower - 0.15), (x + 0.03, y - tower - 0.06)]),
                paints.roof,
            )
        else:
            pen.fill(
                polygon([(x - 0.075, y - tower), (x, y - tower - 0.17), (x + 0.075, y - tower)]),
                paints.roof,
                shade=0.25,
            )
        pen.fill(box(x - 0.075, y - tower - 0.012, x + 0.075, y - tower + 0.012), paints.trim, shade=0.1)
        openings = arch(x, y - tower + 0.12, 0.04, 0.08)
        pen.fill(box(x - wide / 2, y - tall, x + wide / 2, BELOW), wall, shade=0.0)
        eaves = [(x - wide / 2 - 0.03, y - tall), (x - 0.36 * wide, y - tall - 0.1), (x + 0.36 * wide, y - tall - 0.1)]
        pen.fill(polygon([*eaves, (x + wide / 2 + 0.03, y - tall)]), paints.roof, shade=0.2)
        for i in range(5):
            middle = x + (i - 2) * wide / 5.3
            openings.addPath(arch(middle, y - 0.16, 0.04, 0.08))
            openings.addPath(arch(middle, y + 0.02, 0.06, 0.12))
        pen.fill(openings, mix(paints.glass, paints.accent, 0.35), shade=0.2)

    return around(x, 0.6 * wide, draw)


def well(dice: Dice, x: float, y: float, stone: Colour) -> Thing:
    """A round stone fountain with a jet of water."""
    jets = [dice.between(0.06, 0.1) * side for side in (-1, 1)]

    def draw(pen: Pen) -> None:
        pool(pen, x, y, (0.2, 0.035), (0.1, 0.06, 0.12), 0.5)
        pen.fill(ellipse(x, y - 0.015, 0.15, 0.03), darker(stone, 0.25), shade=0.1)
        pen.fill(box(x - 0.15, y - 0.075, x + 0.15, y - 0.015), stone, shade=0.25)
        pen.fill(ellipse(x, y - 0.075, 0.16, 0.028), lighter(stone, 0.25), shade=0.1)
        pen.fill(ellipse(x, y - 0.074, 0.138, 0.021), (0.45, 0.7, 0.78), shade=0.2)
        pen.fill(box(x - 0.018, y - 0.2, x + 0.018, y - 0.07), stone, shade=0.25)
        pen.fill(ellipse(x, y - 0.2, 0.065, 0.016), lighter(stone, 0.15), shade=0.2)
        spray = skia.Path()
        for reach in jets:
            for share in (0.5, 1.0):
                spray.moveTo(x, y - 0.21)
                spray.quadTo(x + 0.7 * share * reach, y - 0.3, x + share * reach, y - 0.09)
        pen.stroke(spray, (0.85, 0.95, 1.0), 0.006, alpha=0.8)

    return around(x, 0.22, draw)


def chimney_stack(dice: Dice, x: float, y: float, brick: Colour) -> Thing:
    """A brick chimney with pots on it."""
    wide, tall = dice.between(0.1, 0.15), dice.between(0.14, 0.24)
    pots = dice.whole(1, 3)

    def draw(pen: Pen) -> None:
        for i in range(pots):
            at = x + (i - (pots - 1) / 2) * 0.04
            pen.fill(box(at - 0.014, y - tall - 0.06, at + 0.014, y - tall, 0.004), darker(brick, 0.2), shade=0.2)
        pen.fill(box(x - wide / 2, y - tall, x + wide / 2, BELOW), brick, shade=0.0)
        pen.fill(box(x, y - tall, x + wide / 2, BELOW), darker(brick, 0.25), shade=0.0, alpha=0.6)
        if pen.sees(0.012):
            joints = skia.Path()
            for row in range(1, 9):
                height = y - tall + 0.026 * row
                joints.addPath(line([(x - wide / 2, height), (x + wide / 2, height)]))
            pen.stroke(joints, darker(brick, 0.35), 0.004, alpha=0.6)
        pen.fill(
            box(x - wide / 2 - 0.015, y - tall - 0.012, x + wide / 2 + 0.015, y - tall + 0.018, 0.004),
            lighter(brick, 0.12),
        )

    return around(x, wide, draw)


def roof_slope(dice: Dice, y: float, tiles: Colour, rows: int = 9) -> Thing:
    """A roof sloping towards the viewer: rows of round tiles below a ridge, each lying over the next."""
    edges = [y + (BELOW - y) * (i / rows) ** 1.35 for i in range(rows + 1)]
    tints = [dice.between(-0.05, 0.05) for _ in range(rows)]

    def draw(pen: Pen) -> None:
        pen.fill(box(-REACH, y, REACH, BELOW), tiles, shade=0.0)
        for i in reversed(range(rows)):
            top, low = edges[i], edges[i + 1]
            step, deep = 0.055 + 0.075 * i / rows, 0.3 * (low - top)
            path = skia.Path()
            count = math.ceil(REACH / step) + 1
            left = -(count + 0.5 * (i % 2)) * step
            path.moveTo(left, top)
            path.lineTo(left, low)
            for j in range(2 * count + 1):
                path.quadTo(left + (j + 0.5) * step, low + 3 * deep, left + (j + 1) * step, low)
            path.lineTo(left + (2 * count + 1) * step, top)
            path.close()
            colour = mix(darker(tiles, 0.05), lighter(tiles, 0.12), i / rows + tints[i])
            paints = (darker(colour, 0.3), colour, lighter(colour, 0.16))
            pen.gradient(path, paints, (0, top), (0, low + deep))
            if pen.sees(0.01):
                pen.stroke(path, darker(colour, 0.5), 0.003, alpha=0.5)
        ridge = box(-REACH, y - 0.022, REACH, y + 0.014, 0.01)
        pen.gradient(ridge, (lighter(tiles, 0.35), darker(tiles, 0.25)), (0, y - 0.022), (0, y + 0.014))

    return everywhere(draw)


def tracks(y: float, gravel: Colour, steel: Colour) -> Thing:
    """Two rails on their sleepers along the view."""

    def draw(pen: Pen) -> None:
        pen.gradient(box(-REACH, y, REACH, BELOW), (lighter(gravel, 0.15), darker(gravel, 0.3)), (0, y), (0, y + 0.12))
        sleepers = skia.Path()
        for i in range(-34, 35):
            x = i * 0.055
            sleepers.addPath(
                polygon([(x, y + 0.022), (x + 0.02, y + 0.022), (x + 0.024, y + 0.066), (x - 0.002, y + 0.066)])
            )
        if pen.sees(0.02):
            pen.fill(sleepers, darker(gravel, 0.45), shade=0.0)
        for height, thick in ((0.026, 0.006), (0.05, 0.008)):
            pen.fill(box(-REACH, y + height, REACH, y + height + thick), steel, shade=0.0)
            pen.fill(box(-REACH, y + height + thick, REACH, y + height + 1.6 * thick), darker(steel, 0.6), shade=0.0)

    return everywhere(draw)


def canopy(dice: Dice, y: float, iron: Colour, roof: Colour, step: float = 0.72) -> Thing:
    """A station roof on curved iron posts, with a toothed edge."""
    shift = dice.between(0, step)
    teeth = dice.between(0.04, 0.055)

    def draw(pen: Pen) -> None:
        top = 0.1
        pen.gradient(box(-REACH, ABOVE, REACH, top), (darker(roof, 0.3), roof), (0, -0.2), (0, top))
        path = skia.Path()
        count = math.ceil(REACH / teeth)
        for i in range(-count, count):
            x = i * teeth
            path.addPath(
                polygon(
                    [
                        (x, top),
                        (x + teeth, top),
                        (x + 0.8 * teeth, top + 0.035),
                        (x + 0.5 * teeth, top + 0.05),
                        (x + 0.2 * teeth, top + 0.035),
                    ]
                )
            )
        pen.fill(path, lighter(iron, 0.5), shade=0.0)
        pen.fill(box(-REACH, top - 0.02, REACH, top + 0.006), iron, shade=0.0)
        posts, bows = skia.Path(), skia.Path()
        for i in range(-4, 4):
            x = shift + i * step
            posts.addRect(x - 0.013, top, x + 0.013, BELOW)
            posts.addRect(x - 0.024, y - 0.08, x + 0.024, BELOW)
            for side in (-1, 1):
                bows.moveTo(x, top + 0.2)
                bows.quadTo(x + side * 0.015, top + 0.06, x + side * 0.16, top + 0.01)
        pen.fill(posts, iron, shade=0.0)
        pen.stroke(bows, iron, 0.012)

    return everywhere(draw)
