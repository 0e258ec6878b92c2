"""What grows and lies in the wilds: dunes, ice, ferns, lianas, craters, a tent by its fire."""

from __future__ import annotations

import math

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, Point, blob, box, capsule, ellipse, line, polygon
from s2vbench.world.places.stage import (
    ABOVE,
    BELOW,
    REACH,
    Span,
    Thing,
    around,
    dots,
    draw_dots,
    everywhere,
    fade,
    pool,
    sloped,
    spread,
)


def dunes(dice: Dice, y: float, height: float, sand: Colour) -> list[Thing]:
    """Dunes with a lit and a shaded slope."""
    found = []
    for x in spread(dice, 0.5):
        tall, wide = height * dice.between(0.6, 1.2), dice.between(0.5, 0.8)
        found.append(_dune(x, y, tall, wide, dice.between(-0.1, 0.1), sand))
    return found


def _dune(x: float, y: float, tall: float, wide: float, lean: float, sand: Colour) -> Thing:
    top = (x + lean, y - tall)

    def draw(pen: Pen) -> None:
        body = skia.Path()
        body.moveTo(x - wide, y)
        body.quadTo(x - 0.4 * wide, y - 0.2 * tall, *top)
        body.quadTo(x + 0.4 * wide, y - 0.3 * tall, x + wide, y)
        body.lineTo(x + wide, BELOW)
        body.lineTo(x - wide, BELOW)
        pen.gradient(body, (lighter(sand, 0.25), sand), (0, y - tall), (0, y + 0.05))
        dark = skia.Path()
        dark.moveTo(*top)
        dark.quadTo(x + 0.4 * wide, y - 0.3 * tall, x + wide, y)
        dark.quadTo(x + 0.1 * wide, y + 0.2 * tall, x - 0.05 * wide, y + 0.25 * tall)
        dark.quadTo(x + 0.14 * wide, y - 0.3 * tall, *top)
        pen.fill(dark, darker(sand, 0.18), shade=0.0, alpha=0.55)

    return around(x, wide, draw)


def mesa(dice: Dice, x: float, y: float, rock: Colour, haze: Colour) -> Thing:
    """A far table mountain with level strata."""
    wide, tall = dice.between(0.2, 0.42), dice.between(0.12, 0.24)
    steps = [dice.between(0.85, 1.0) for _ in range(3)]

    def draw(pen: Pen) -> None:
        left = [(x - wide / 2 * (1.6 - 0.25 * i) * own, y - tall * i / 3 * 1.0) for i, own in enumerate(steps)]
        right = [(2 * x - px + 0.02, py) for px, py in left]
        path = polygon(
            [*left, (left[-1][0] * 0.9 + x * 0.1, y - tall), (right[-1][0] * 0.9 + x * 0.1, y - tall), *reversed(right)]
        )
        path.addRect(left[0][0], y, right[0][0], BELOW)
        pen.gradient(path, (rock, mix(rock, haze, 0.6)), (0, y - tall), (0, y))
        with pen.inside(path):
            for share in (0.2, 0.45, 0.75):
                pen.fill(
                    box(x - wide, y - tall * share, x + wide, y - tall * share + 0.012),
                    darker(rock, 0.15),
                    shade=0.0,
                    alpha=0.35,
                )

    return around(x, wide, draw)


def ice_blocks(dice: Dice, y: float, height: float, ice: Colour, step: float, free: float = 0.0) -> list[Thing]:
    """Upright floes with bright facets."""
    found = []
    for x in spread(dice, step):
        tall, wide = height * dice.between(0.5, 1.0), dice.between(0.06, 0.13)
        lean, ridge = dice.between(-0.4, 0.4), dice.between(0.3, 0.6)
        if abs(x) > free:
            found.append(_floe(x, y, tall, wide, lean, ridge, ice))
    return found


def _floe(x: float, y: float, tall: float, wide: float, lean: float, ridge: float, ice: Colour) -> Thing:
    top, crest = (x + lean * wide, y - tall), (x + (lean + 0.5) * wide, y - 0.72 * tall)

    def draw(pen: Pen) -> None:
        foot = x + (ridge - 0.5) * wide
        pen.fill(
            polygon([(x - wide, y), (x - 0.7 * wide, y - 0.5 * tall), top, (foot, y + 0.01)]),
            lighter(ice, 0.45),
            shade=0.12,
        )
        pen.fill(polygon([top, crest, (x + wide, y), (foot, y + 0.01)]), darker(ice, 0.2), shade=0.12)

    return around(x, 1.5 * wide, draw)


def fern(dice: Dice, x: float, y: float, size: float, green: Colour) -> Thing:
    """A tuft of arching fronds."""
    fronds = [(side * dice.between(0.25, 1.0), dice.between(0.7, 1.1)) for side in (-1, -1, -1, 1, 1, 1)]

    def draw(pen: Pen) -> None:
        pool(pen, x, y, (0.8 * size, 0.1 * size), (0.05, 0.15, 0.1), 0.45)
        for i, (lean, long) in enumerate(fronds):
            tip = (x + lean * size, y - (1.0 - 0.55 * abs(lean)) * long * size)
            crest = (x + 0.45 * lean * size, y - 1.05 * long * size)
            path = skia.Path()
            path.moveTo(x, y)
            path.quadTo(crest[0] - 0.02, crest[1], *tip)
            path.quadTo(crest[0] + 0.1 * lean * size, crest[1] + 0.42 * size, x + 0.02 * size, y)
            pen.fill(path, mix(darker(green, 0.2), lighter(green, 0.15), (i % 3) / 2), shade=0.2)

    return around(x, 1.2 * size, draw)


def lianas(dice: Dice, green: Colour, bloom: Colour) -> Thing:
    """Hanging vines with leaves and a few blossoms, high up."""
    ropes = skia.Path()
    leaves: list[Point] = []
    heads: list[Point] = []
    for x in spread(dice, 0.3):
        left, sag = x, dice.between(0.08, 0.24)
        right = x + dice.between(0.3, 0.6)
        ropes.moveTo(left, -0.1)
        ropes.quadTo((left + right) / 2, 2 * sag, right, -0.1)
        ropes.moveTo(left, -0.1)
        ropes.lineTo(left, ABOVE)
        for i in range(1, 9):
            share = i / 9
            y = -0.1 + 4 * (sag + 0.05) * share * (1 - share)
            spot = (left + (right - left) * share, y + 0.012)
            (heads if dice.chance(0.14) else leaves).append(spot)
    top = box(-REACH, ABOVE, REACH, -0.12)

    def draw(pen: Pen) -> None:
        pen.fill(top, darker(green, 0.3), shade=0.0)
        pen.stroke(ropes, darker(green, 0.3), 0.009)
        draw_dots(pen, dots(leaves), green, 0.034)
        draw_dots(pen, dots((x - 0.006, y - 0.006) for x, y in leaves), lighter(green, 0.2), 0.016)
        draw_dots(pen, dots(heads), bloom, 0.036)
        draw_dots(pen, dots(heads), lighter(bloom, 0.5), 0.014)

    return everywhere(draw)


def craters(dice: Dice, y: Span, dust: Colour) -> Thing:
    """Flat round craters, lit at their far inner wall and at their near rim."""
    found = []
    for _ in range(40):
        share = dice.unit()
        found.append((dice.between(-REACH, REACH), sloped(y, share), (0.03 + 0.07 * share) * dice.between(0.5, 1.2)))

    def draw(pen: Pen) -> None:
        rims, holes, walls = skia.Path(), skia.Path(), skia.Path()
        for x, height, reach in found:
            rims.addPath(ellipse(x, height + 0.03 * reach, 1.12 * reach, 0.3 * reach))
            holes.addPath(ellipse(x, height, reach, 0.22 * reach))
            walls.addPath(ellipse(x + 0.06 * reach, height + 0.06 * reach, 0.86 * reach, 0.15 * reach))
        pen.fill(rims, lighter(dust, 0.35), shade=0.0, alpha=0.8)
        pen.fill(holes, darker(dust, 0.42), shade=0.0)
        pen.fill(walls, darker(dust, 0.2), shade=0.0)

    return everywhere(draw)


def planet(dice: Dice, x: float, y: float, radius: float) -> Thing:
    """A far banded planet in the sky, with a ring or without."""
    base: Colour = dice.pick(((0.44, 0.62, 0.86), (0.87, 0.62, 0.46), (0.6, 0.76, 0.62), (0.78, 0.56, 0.75)))
    ring, bands = dice.chance(0.55), [dice.between(-0.8, 0.8) for _ in range(4)]
    tilt_deg = dice.between(-25, 25)

    def draw(pen: Pen) -> None:
        pen.glow(x, y, 2.6 * radius, base, 0.35)
        with pen.moved(x, y, turn_deg=tilt_deg, scale_x=radius, scale_y=radius):
            disc = ellipse(0, 0, 1, 1)
            pen.fill(disc, base, shade=0.0)
            with pen.inside(disc):
                for height in bands:
                    pen.fill(ellipse(0, height, 1.2, 0.12), lighter(base, 0.3), shade=0.0, alpha=0.6)
                fade(pen, disc, (0.03, 0.03, 0.12), [0.0, 0.1, 0.85], (-0.8, -0.8), (0.9, 0.9))
            if ring:
                loop = skia.Path()
                loop.addArc(skia.Rect.MakeLTRB(-1.8, -0.45, 1.8, 0.45), -35, 250)
                pen.stroke(loop, lighter(base, 0.45), 0.16, alpha=0.85)

    return around(x, 2.6 * radius, draw)


def tent(dice: Dice, x: float, y: float, cloth: Colour) -> Thing:
    """A ridge tent, its door open and lit from inside."""
    half, tall = dice.between(0.2, 0.24), dice.between(0.24, 0.29)
    back = dice.pick((-1, 1)) * dice.between(0.1, 0.16)

    def draw(pen: Pen) -> None:
        pool(pen, x, y, (1.3 * half, 0.04), (0.05, 0.05, 0.12), 0.6)
        top, far = (x, y - tall), (x + back, y - 0.88 * tall)
        side = half if back > 0 else -half
        pen.fill(polygon([top, far, (x + back + 0.95 * side, y - 0.04), (x + side, y)]), darker(cloth, 0.3), shade=0.15)
        pen.fill(polygon([top, (x + half, y), (x - half, y)]), cloth, shade=0.2)
        door = polygon([(x, y - 0.78 * tall), (x + 0.5 * half, y), (x - 0.5 * half, y)])
        pen.gradient(door, ((0.99, 0.83, 0.5), (0.85, 0.55, 0.35)), (0, y - 0.8 * tall), (0, y))
        for way in (-1, 1):
            flap = polygon([(x, y - 0.8 * tall), (x + way * 0.62 * half, y), (x + way * 0.36 * half, y)])
            pen.fill(flap, lighter(cloth, 0.2), shade=0.12)
        ropes = line([(x - half - 0.08, y + 0.004), (x - 0.5 * half, y - 0.5 * tall)])
        ropes.addPath(line([(x + half + 0.08, y + 0.004), (x + 0.5 * half, y - 0.5 * tall)]))
        pen.stroke(ropes, lighter(cloth, 0.5), 0.004)

    return around(x, half + 0.25, draw)


def campfire(dice: Dice, x: float, y: float) -> Thing:
    """A small fire of crossed logs in a ring of stones."""
    flames = [(dice.between(-0.035, 0.035), dice.between(0.06, 0.12), dice.between(0.018, 0.03)) for _ in range(4)]

    def draw(pen: Pen) -> None:
        pen.glow(x, y - 0.05, 0.3, (1.0, 0.62, 0.25), 0.6)
        stones = skia.Path()
        for i in range(9):
            angle = 2 * math.pi * i / 9
            stones.addPath(ellipse(x + 0.085 * math.cos(angle), y + 0.02 * math.sin(angle), 0.02, 0.013))
        pen.fill(stones, (0.5, 0.47, 0.5), shade=0.2)
        for way in (-1, 1):
            pen.fill(
                capsule((x - way * 0.06, y), 0.012, (x + way * 0.045, y - 0.025), 0.01), (0.4, 0.26, 0.2), shade=0.2
            )
        for share, tint in ((1.0, (0.93, 0.42, 0.16)), (0.66, (0.99, 0.7, 0.25)), (0.36, (1.0, 0.93, 0.65))):
            for dx, tall, half in flames:
                foot = x + dx
                tip = (foot - 0.2 * dx, y - tall * share - 0.015)
                pen.fill(
                    blob(
                        [tip, (foot + half * share, y - 0.03), (foot, y - 0.004), (foot - half * share, y - 0.03)], 0.8
                    ),
                    tint,
                    shade=0.0,
                )

    return around(x, 0.3, draw)
