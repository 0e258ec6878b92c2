"""Skies: gradients, sun, moon, stars, clouds and northern lights."""

from __future__ import annotations

import math
from collections.abc import Sequence

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, Point, box, ellipse, polygon
from s2vbench.world.places.stage import (
    ABOVE,
    BELOW,
    REACH,
    Span,
    Thing,
    around,
    discs,
    dots,
    draw_dots,
    everywhere,
    fade,
    rgb,
    spread,
    tone,
)


def sky(colours: Sequence[Colour], horizon: float = 0.68) -> Thing:
    """An opaque sky: the first colour overhead, the last at the horizon."""

    def draw(pen: Pen) -> None:
        pen.gradient(box(-REACH, ABOVE, REACH, BELOW), colours, (0, -0.1), (0, horizon))

    return everywhere(draw)


def sun(x: float, y: float, radius: float, colour: Colour, glow: float = 0.6, reach: float = 5.0) -> Thing:
    """A disc in a wide glow."""

    def draw(pen: Pen) -> None:
        pen.glow(x, y, reach * radius, colour, glow)
        pen.glow(x, y, 1.9 * radius, lighter(colour, 0.5), 0.8 * glow)
        pen.fill(ellipse(x, y, radius, radius), lighter(colour, 0.55), shade=0.05)

    return around(x, reach * radius, draw)


def moon(dice: Dice, x: float, y: float, radius: float, colour: Colour = (0.98, 0.96, 0.86)) -> Thing:
    """A full or crescent moon in its halo."""
    crescent = dice.chance(0.4)
    side = dice.pick((-1, 1))
    tilt_deg = dice.between(10, 35) * side
    seas = [(dice.between(-0.5, 0.5), dice.between(-0.5, 0.5), dice.between(0.12, 0.26)) for _ in range(4)]
    sickle = _sickle(side)

    def draw(pen: Pen) -> None:
        pen.glow(x, y, 6 * radius, colour, 0.3)
        pen.glow(x, y, 2.2 * radius, colour, 0.4)
        with pen.moved(x, y, turn_deg=tilt_deg if crescent else 0.0, scale_x=radius, scale_y=radius):
            if crescent:
                pen.fill(polygon(sickle), lighter(colour, 0.3), shade=0.06)
            else:
                pen.fill(ellipse(0, 0, 1, 1), lighter(colour, 0.3), shade=0.1)
                if pen.sees(0.2 * radius):
                    pen.fill(discs(seas), darker(colour, 0.12), shade=0.0, alpha=0.6)

    return around(x, 6 * radius, draw)


def _sickle(side: int) -> list[Point]:
    angles = [math.pi * (i / 20 - 0.5) for i in range(21)]
    outer = [(side * math.cos(a), math.sin(a)) for a in angles]
    inner = [(side * 0.35 * math.cos(a), math.sin(a)) for a in reversed(angles)]
    return outer + inner


def stars(dice: Dice, count: int, y: Span = (ABOVE, 0.55), colour: Colour = (1.0, 0.98, 0.9)) -> Thing:
    """Stars in two sizes, fewer towards the horizon."""

    def some(n: int) -> list[Point]:
        return [(dice.between(-REACH, REACH), y[0] + (y[1] - y[0]) * dice.unit() ** 1.2) for _ in range(n)]

    small, large = dots(some(count)), dots(some(count // 5))

    def draw(pen: Pen) -> None:
        draw_dots(pen, small, colour, 0.0055, 0.75)
        draw_dots(pen, large, colour, 0.018, 0.18)
        draw_dots(pen, large, colour, 0.0085, 1.0)

    return everywhere(draw)


def cloud(dice: Dice, x: float, y: float, width: float, colour: Colour, alpha: float = 0.92) -> Thing:
    """A heap of puffs on a flat base."""
    height = width * dice.between(0.2, 0.3)
    lean = dice.between(-0.3, 0.3)
    puffs = []
    for i in range(5):
        across = (i - 2) / 2.7 + dice.between(-0.07, 0.07)
        radius = height * (0.95 - 0.62 * abs(across - lean)) * dice.between(0.75, 1.0)
        puffs.append((x + 0.5 * across * width, y - 0.7 * radius, radius))

    def draw(pen: Pen) -> None:
        path = discs(puffs)
        path.addPath(box(x - 0.5 * width, y - 0.42 * height, x + 0.5 * width, y + 0.06 * height, 0.24 * height))
        low = mix(colour, (0.72, 0.76, 0.88), 0.32)
        with pen.inside(box(x - width, y - 3 * height, x + width, y + 0.06 * height)):
            pen.gradient(path, (lighter(colour, 0.5), colour, low), (0, y - 1.6 * height), (0, y + 0.1 * height), alpha)

    return around(x, 0.7 * width, draw)


def clouds(dice: Dice, colour: Colour, y: Span = (0.12, 0.42), step: float = 0.62, alpha: float = 0.92) -> list[Thing]:
    """Clouds here and there: smaller towards the horizon."""
    found = []
    for x in spread(dice, step, 0.45):
        if dice.chance(0.75):
            height = dice.between(*y)
            far = (height - y[0]) / (y[1] - y[0])
            found.append(cloud(dice, x, height, dice.between(0.3, 0.52) * (1.15 - 0.6 * far), colour, alpha))
    return found


def streaks(dice: Dice, colour: Colour, y: Span = (0.15, 0.5), count: int = 7, alpha: float = 0.5) -> Thing:
    """Long thin evening clouds."""
    bars = []
    for _ in range(count):
        x, height = dice.between(-REACH, REACH), dice.between(*y)
        bars.append((x, height, dice.between(0.25, 0.6), dice.between(0.006, 0.016)))

    def draw(pen: Pen) -> None:
        for x, height, half, thick in bars:
            path = ellipse(x, height, half, thick)
            path.addPath(ellipse(x + 0.3 * half, height - 0.9 * thick, 0.5 * half, 0.8 * thick))
            pen.fill(path, colour, shade=0.0, alpha=alpha)

    return everywhere(draw)


def aurora(dice: Dice, colours: Sequence[Colour], base: float = 0.4) -> Thing:
    """Curtains of northern light: bright hems in slow waves, rays fading upwards."""
    bands = []
    for colour in colours:
        low, height = base + dice.between(-0.14, 0.06), dice.between(0.3, 0.46)
        phase, wave, sway = dice.between(0, 7), dice.between(1.6, 3.0), dice.between(0.05, 0.09)
        feet = []
        for i in range(math.ceil(2 * REACH / 0.04) + 1):
            x = -REACH + 0.04 * i
            y = low + sway * math.sin(wave * x + phase) + 0.35 * sway * math.sin(3.3 * wave * x)
            ray = 0.6 + 0.25 * math.sin(1.3 * x + phase) + dice.between(-0.15, 0.15)
            feet.append((x, y, height * dice.between(0.8, 1.15), ray))
        bands.append((colour, feet))

    parts = (((0.0, 0.85), (0.3, 0.45)), ((0.3, 0.45), (1.0, 0.0)), ((0.0, 0.85), (-0.07, 0.0)))
    meshes = [_curtain(colour, feet, rows) for colour, feet in bands for rows in parts]

    def draw(pen: Pen) -> None:
        for mesh in meshes:
            pen.canvas.drawVertices(mesh, skia.Paint(AntiAlias=True), skia.BlendMode.kDst)

    return everywhere(draw)


def _curtain(colour: Colour, feet: list[tuple[float, float, float, float]], rows: tuple[Span, Span]) -> skia.Vertices:
    """A mesh over feet (x, y, height, strength): opacities at two shares of the height."""
    corners, tints = [], []
    for x, y, tall, strength in feet:
        for share, alpha in rows:
            corners.append(skia.Point(x + 0.05 * share, y - share * tall))
            tints.append(skia.Color4f(*colour, alpha * strength).toColor())
    return skia.Vertices(skia.Vertices.kTriangleStrip_VertexMode, corners, None, tints)


def shafts(dice: Dice, colour: Colour, count: int = 6, alpha: float = 0.22, bottom: float = 0.85) -> Thing:
    """Slanting beams of light from above."""
    beams = [(x, dice.between(0.05, 0.14)) for x in spread(dice, 2 * REACH / count, 0.4)]
    lean = dice.between(0.15, 0.3) * dice.pick((-1, 1))

    def draw(pen: Pen) -> None:
        for x, width in beams:
            foot = x + lean
            path = polygon([(x, ABOVE), (x + width, ABOVE), (foot + 2.1 * width, bottom), (foot - width, bottom)])
            fade(pen, path, colour, [alpha, 0.6 * alpha, 0.0], (0, 0), (0, bottom))

    return everywhere(draw)


def spot_beams(dice: Dice, colour: Colour, count: int = 3) -> Thing:
    """Cones of light from above the frame onto the floor."""
    cones = [
        ((i - (count - 1) / 2) * 0.55 + dice.between(-0.06, 0.06), dice.between(-0.25, 0.25)) for i in range(count)
    ]

    def draw(pen: Pen) -> None:
        for foot, lean in cones:
            path = polygon(
                [(foot - lean - 0.03, -0.1), (foot - lean + 0.03, -0.1), (foot + 0.24, 0.82), (foot - 0.24, 0.82)]
            )
            fade(pen, path, colour, [0.34, 0.16, 0.0], (0, -0.1), (0, 0.82))

    return everywhere(draw)


DAYS = (
    ("5fa9dc", "a9d6ee", "eef3e2"),
    ("6f9fd8", "b9cdea", "f7e3cf"),
    ("4fb3c9", "a5dcd9", "f4f1d4"),
    ("86a6d9", "d6c9e6", "fbe3d3"),
)
"""Skies by day, from overhead to the horizon."""
GOLDS = (("7f9fce", "f2c9a5", "fbe2b0"), ("a68fc4", "f3b59a", "fddba6"), ("6fa3b8", "f0d19c", "fce9bd"))
DUSKS = (("3a3f78", "8a5f95", "f0a48a"), ("2f4a7d", "7f7fae", "f5bf9a"), ("4a3768", "b0607f", "f7b27d"))
NIGHTS = (("0f1a3d", "233a6b", "47649a"), ("171238", "352c66", "6a5490"), ("0b2238", "17466a", "3d7f96"))


def day(dice: Dice) -> list[Colour]:
    """Colours of a sky by day."""
    return [tone(dice, rgb(text)) for text in dice.pick(DAYS)]


def evening_gold(dice: Dice) -> list[Colour]:
    """Colours of a sky before sunset."""
    return [tone(dice, rgb(text)) for text in dice.pick(GOLDS)]


def dusk(dice: Dice) -> list[Colour]:
    """Colours of a sky after sunset."""
    return [tone(dice, rgb(text)) for text in dice.pick(DUSKS)]


def night(dice: Dice) -> list[Colour]:
    """Colours of a sky by night."""
    return [tone(dice, rgb(text)) for text in dice.pick(NIGHTS)]


def day_sun(dice: Dice, colour: Colour = (1.0, 0.91, 0.66), glow: float = 0.5) -> Thing:
    """A sun somewhere in the upper sky."""
    x, y = dice.between(-0.8, 0.8), dice.between(0.06, 0.22)
    return sun(x, y, dice.between(0.04, 0.055), colour, glow)
