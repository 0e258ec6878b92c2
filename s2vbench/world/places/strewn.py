"""What lies strewn over the ground, larger towards the viewer: grass, flowers, leaves, pebbles, soft spots."""

from __future__ import annotations

import math
from collections.abc import Sequence

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, ellipse, polygon
from s2vbench.world.places.stage import REACH, Span, Thing, dots, draw_dots, everywhere, pool, sloped

_PETALS = tuple((math.cos(2 * math.pi * i / 5), math.sin(2 * math.pi * i / 5)) for i in range(5))


def patches(dice: Dice, y: Span, colour: Colour, count: int = 14, alpha: float = 0.3, size: float = 0.2) -> Thing:
    """Soft flat spots of another colour."""
    spots = []
    for _ in range(count):
        share = dice.unit()
        spots.append((dice.between(-REACH, REACH), sloped(y, share), size * (0.4 + share) * dice.between(0.6, 1.2)))

    def draw(pen: Pen) -> None:
        for x, height, reach in spots:
            pool(pen, x, height, (reach, 0.22 * reach), colour, alpha)

    return everywhere(draw)


def tufts(dice: Dice, y: Span, colour: Colour, count: int = 70, size: float = 0.035, alpha: float = 0.8) -> Thing:
    """Tufts of grass, larger towards the viewer: one path."""
    blades = []
    for _ in range(count):
        share = dice.unit()
        x, height = dice.between(-REACH, REACH), sloped(y, share)
        tall = size * (0.35 + 0.9 * share) * dice.between(0.7, 1.2)
        blades.append((x, height, tall, dice.between(-0.5, 0.5)))

    def draw(pen: Pen) -> None:
        if not pen.sees(0.35 * size):
            return
        path = polygon([(0, 0), (0, 0)])
        for x, height, tall, lean in blades:
            for way in (-0.6, 0.0, 0.6):
                path.moveTo(x + (0.3 * way - 0.12) * tall, height)
                path.quadTo(x + 0.3 * way * tall, height - 0.5 * tall, x + (way + lean) * tall, height - tall)
                path.quadTo(x + (0.3 * way + 0.1) * tall, height - 0.4 * tall, x + (0.3 * way + 0.12) * tall, height)
        pen.fill(path, colour, shade=0.0, alpha=alpha)

    return everywhere(draw)


def flowers(
    dice: Dice, y: Span, colours: Sequence[Colour], count: int = 60, size: float = 0.016, heart: Colour | None = None
) -> Thing:
    """Flower heads strewn over the ground, larger towards the viewer: a few calls for each colour."""
    beds = []
    for colour in colours:
        for step in range(3):
            share = (step, step + 1)
            points = []
            for _ in range(count // 3):
                x, at = dice.between(-REACH, REACH), (share[0] + dice.unit()) / 3
                points.append((x, sloped(y, at)))
            beds.append((colour, size * (0.45 + 0.4 * step), points))

    def draw(pen: Pen) -> None:
        for colour, width, points in beds:
            if pen.sees(2.2 * width) and not pen.sees(0.16 * width):
                draw_dots(pen, dots(points), colour, width)
            elif pen.sees(width):
                ring = [(x + 0.36 * width * a, y0 + 0.3 * width * b) for x, y0 in points for a, b in _PETALS]
                draw_dots(pen, dots(ring), colour, 0.55 * width)
                middle = heart or mix(colour, (0.98, 0.85, 0.3), 0.7)
                draw_dots(pen, dots(points), middle, 0.42 * width)

    return everywhere(draw)


def litter(dice: Dice, y: Span, colours: Sequence[Colour], count: int = 40, size: float = 0.016) -> Thing:
    """Leaves lying about: one path for each colour."""
    heaps = []
    for colour in colours:
        path = skia.Path()
        for _ in range(count):
            share = dice.unit()
            reach = size * (0.45 + 0.9 * share) * dice.between(0.7, 1.2)
            x, height = dice.between(-REACH, REACH), sloped(y, share)
            turn = dice.between(0, math.pi)
            along = (reach * math.cos(turn), 0.6 * reach * math.sin(turn))
            across = (-0.5 * along[1], 0.35 * along[0])
            path.moveTo(x - along[0], height - along[1])
            path.quadTo(x + across[0], height + across[1], x + along[0], height + along[1])
            path.quadTo(x - across[0], height - across[1], x - along[0], height - along[1])
        heaps.append((colour, path))

    def draw(pen: Pen) -> None:
        if pen.sees(size):
            for colour, path in heaps:
                pen.fill(path, colour, shade=0.0)

    return everywhere(draw)


def pebbles(dice: Dice, y: Span, colour: Colour, count: int = 40, size: float = 0.012) -> Thing:
    """Small flat stones with a lit upper half."""
    stones = []
    for _ in range(count):
        share = dice.unit()
        radius = size * (0.35 + share) * dice.between(0.5, 1.1)
        stones.append((dice.between(-REACH, REACH), sloped(y, share), radius))

    def draw(pen: Pen) -> None:
        if not pen.sees(size):
            return
        lower, upper = ellipse(0, 0, 0, 0), ellipse(0, 0, 0, 0)
        for x, height, radius in stones:
            lower.addPath(ellipse(x, height, 1.3 * radius, 0.7 * radius))
            upper.addPath(ellipse(x - 0.1 * radius, height - 0.15 * radius, 1.05 * radius, 0.48 * radius))
        pen.fill(lower, darker(colour, 0.25), shade=0.0, alpha=0.85)
        pen.fill(upper, lighter(colour, 0.15), shade=0.0, alpha=0.9)

    return everywhere(draw)
