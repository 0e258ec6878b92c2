"""What stands in yards: frames to climb and swing on, and a castle's walls and towers."""

from __future__ import annotations

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, box, line, polygon
from s2vbench.world.places.buildings import arch
from s2vbench.world.places.stage import BELOW, REACH, Span, Thing, around, everywhere, pool, spread


def slide(dice: Dice, x: float, y: float, side: int, hues: tuple[Colour, Colour]) -> Thing:
    """A slide with a ladder and a roofed platform; it runs down to the side."""
    tall, long = dice.between(0.24, 0.28), dice.between(0.26, 0.32)

    def draw(pen: Pen) -> None:
        one, other = hues
        pool(pen, x + 0.4 * side * long, y, (0.32, 0.03), (0.1, 0.06, 0.12), 0.45)
        with pen.moved(x, y, scale_x=float(side)):
            posts = skia.Path()
            for at in (-0.1, 0.0):
                posts.addRect(at - 0.008, -tall - 0.17, at + 0.008, 0.0)
            for i in range(1, 6):
                posts.addRect(-0.15, -tall * i / 6 - 0.006, -0.1, -tall * i / 6 + 0.006)
            posts.addRect(-0.158, -tall - 0.02, -0.146, 0.0)
            pen.fill(posts, darker(other, 0.15), shade=0.1)
            pen.fill(polygon([(-0.135, -tall - 0.16), (-0.05, -tall - 0.26), (0.035, -tall - 0.16)]), one, shade=0.2)
            pen.fill(box(-0.115, -tall - 0.07, 0.015, -tall + 0.008, 0.006), lighter(other, 0.1), shade=0.15)
            chute = skia.Path()
            chute.moveTo(0.0, -tall)
            chute.cubicTo(0.3 * long, -tall, 0.6 * long, -0.03, long, -0.03)
            pen.stroke(chute, darker(one, 0.25), 0.042)
            pen.stroke(chute, one, 0.03)
            pen.stroke(chute, lighter(one, 0.4), 0.008)

    return around(x, 0.4, draw)


def swings(dice: Dice, x: float, y: float, hues: tuple[Colour, Colour]) -> Thing:
    """A frame with two empty swings."""
    wide, tall = dice.between(0.32, 0.38), dice.between(0.34, 0.38)

    def draw(pen: Pen) -> None:
        frame, other = hues
        pool(pen, x, y, (0.26, 0.025), (0.1, 0.06, 0.12), 0.4)
        legs = skia.Path()
        for side in (-1, 1):
            top = x + side * wide / 2
            legs.addPath(line([(top - 0.045, y), (top, y - tall), (top + 0.045, y)]))
        legs.addPath(line([(x - wide / 2 - 0.02, y - tall), (x + wide / 2 + 0.02, y - tall)]))
        pen.stroke(legs, darker(frame, 0.25), 0.022)
        pen.stroke(legs, frame, 0.013)
        for side in (-1, 1):
            middle = x + side * 0.085
            ropes = line([(middle - 0.035, y - tall), (middle - 0.035, y - 0.11)])
            ropes.addPath(line([(middle + 0.035, y - tall), (middle + 0.035, y - 0.11)]))
            pen.stroke(ropes, (0.45, 0.42, 0.45), 0.005)
            pen.fill(box(middle - 0.045, y - 0.12, middle + 0.045, y - 0.1, 0.006), other, shade=0.2)

    return around(x, 0.3, draw)


def climbing_frame(x: float, y: float, colour: Colour) -> Thing:
    """A dome of bars."""

    def draw(pen: Pen) -> None:
        bars = skia.Path()
        for share in (1.0, 0.62, 0.24):
            bars.addArc(skia.Rect.MakeLTRB(x - 0.2 * share, y - 0.22, x + 0.2 * share, y + 0.22), 180, 180)
        for height, half in ((0.08, 0.186), (0.15, 0.146)):
            bars.addPath(line([(x - half, y - height), (x + half, y - height)]))
        pen.stroke(bars, darker(colour, 0.25), 0.016)
        pen.stroke(bars, colour, 0.009)

    return around(x, 0.22, draw)


def _stones(dice: Dice, left: float, right: float, top: float, low: float, count: int) -> skia.Path:
    """A few single stones that show in a plastered wall."""
    path = skia.Path()
    for _ in range(count):
        x, y = dice.between(left + 0.01, right - 0.05), dice.between(top + 0.01, low - 0.02)
        path.addPath(box(x, y, x + dice.between(0.02, 0.036), y + 0.014, 0.004))
    return path


def battlements(dice: Dice, y: float, tall: float, stone: Colour, banner: Colour) -> Thing:
    """A wall with merlons from side to side, a gate in it and hanging banners."""
    gate = dice.between(-0.12, 0.12)
    stones = _stones(dice, -REACH, REACH, y - tall, y, 90)
    flags = [x for x in spread(dice, 0.34, 0.2) if abs(x - gate) > 0.16]

    def draw(pen: Pen) -> None:
        path = box(-REACH, y - tall, REACH, BELOW)
        for i in range(-24, 25):
            path.addRect(i * 0.075 - 0.022, y - tall - 0.035, i * 0.075 + 0.022, y - tall + 0.01)
        pen.gradient(path, (lighter(stone, 0.15), darker(stone, 0.12)), (0, y - tall), (0, y))
        if pen.sees(0.014):
            pen.fill(stones, darker(stone, 0.14), shade=0.0, alpha=0.7)
        pen.fill(box(-REACH, y - tall + 0.012, REACH, y - tall + 0.024), darker(stone, 0.2), shade=0.0)
        for x in flags:
            cloth = polygon(
                [(x - 0.03, y - 0.21), (x + 0.03, y - 0.21), (x + 0.03, y - 0.08), (x, y - 0.105), (x - 0.03, y - 0.08)]
            )
            pen.fill(cloth, banner, shade=0.2)
            pen.fill(box(x - 0.008, y - 0.21, x + 0.008, y - 0.1), lighter(banner, 0.45), shade=0.0)
        pen.fill(arch(gate, y + 0.02, 0.2, 0.225), lighter(stone, 0.25), shade=0.1)
        pen.fill(arch(gate, y + 0.02, 0.16, 0.2), (0.36, 0.24, 0.18), shade=0.2)
        if pen.sees(0.012):
            planks = skia.Path()
            for i in range(-2, 3):
                planks.addPath(line([(gate + 0.03 * i, y), (gate + 0.03 * i, y - 0.15)]))
            pen.stroke(planks, (0.22, 0.14, 0.12), 0.005)

    return everywhere(draw)


def tower(dice: Dice, x: float, y: float, size: Span, stone: Colour, roof: Colour, banner: Colour | None) -> Thing:
    """A round tower with a pointed roof, or an open one with merlons."""
    wide, tall = size
    pointed, slits = dice.chance(0.65), dice.whole(1, 2)
    stones = _stones(dice, x - wide / 2, x + wide / 2, y - tall, y, 8)

    def draw(pen: Pen) -> None:
        half, top = wide / 2, y - tall
        paints = (lighter(stone, 0.25), stone, darker(stone, 0.3))
        pen.gradient(box(x - half, top, x + half, BELOW), paints, (x - half, 0), (x + half, 0))
        if pen.sees(0.014):
            pen.fill(stones, darker(stone, 0.16), shade=0.0, alpha=0.6)
        crown = box(x - 1.16 * half, top - 0.01, x + 1.16 * half, top + 0.045, 0.006)
        if pointed:
            if banner is not None:
                pen.stroke(line([(x, top - 1.5 * wide), (x, top - 1.9 * wide)]), darker(stone, 0.5), 0.006)
                flag = polygon([(x, top - 1.9 * wide), (x + 0.08, top - 1.78 * wide), (x, top - 1.64 * wide)])
                pen.fill(flag, banner, shade=0.15)
            cone = polygon([(x - 1.3 * half, top), (x, top - 1.5 * wide), (x + 1.3 * half, top)])
            pen.gradient(cone, (lighter(roof, 0.25), roof, darker(roof, 0.3)), (x - half, 0), (x + half, 0))
        else:
            for i in (-1, 0, 1):
                crown.addRect(x + i * 0.8 * half - 0.2 * half, top - 0.045, x + i * 0.8 * half + 0.2 * half, top)
        pen.gradient(crown, paints, (x - half, 0), (x + half, 0))
        openings = skia.Path()
        for i in range(slits):
            openings.addPath(arch(x, top + 0.15 + 0.13 * i, 0.024, 0.06))
        pen.fill(openings, darker(stone, 0.65), shade=0.0)

    return around(x, 0.7 * wide, draw)
