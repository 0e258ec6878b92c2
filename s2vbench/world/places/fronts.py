"""What stands nearer than the subjects: it frames a picture at its lower and outer rims and leaves the middle free."""

from __future__ import annotations

import math

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, blob, box, capsule, curve, ellipse
from s2vbench.world.places.stage import (
    ABOVE,
    BELOW,
    REACH,
    Rim,
    Thing,
    discs,
    dots,
    draw_dots,
    everywhere,
    shady,
    spread,
)


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
        pen.gradient(back, (colour, shady(colour, 0.35)), (0, y - height), (0, y + 0.02))
        light = lighter(colour, 0.16)
        pen.gradient(front, (light, shady(colour, 0.12)), (0, y - height), (0, y + 0.02))

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


def leaf_corner(dice: Dice, colour: Colour, side: int, size: float = 0.2, count: int = 7) -> Rim:
    """A twig of large leaves that hangs into an upper corner."""
    leaves = []
    for i in range(count):
        angle = 75 + 110 * (i + dice.between(-0.3, 0.3)) / count
        leaves.append((angle, size * dice.between(0.75, 1.2), dice.between(0.0, 1.0)))
    root = (0.07, -0.07)

    def draw(pen: Pen) -> None:
        for angle, long, shade in leaves:
            with pen.moved(*root, turn_deg=angle, scale_x=long, scale_y=long):
                leaf = blob([(0.15, 0), (0.55, -0.2), (1.2, 0.0), (0.55, 0.2)], 0.9)
                pen.fill(leaf, mix(darker(colour, 0.3), colour, shade), shade=0.16)
                if pen.sees(0.02 * long):
                    pen.stroke(curve([(0.2, 0), (1.1, 0)]), lighter(colour, 0.2), 0.02, alpha=0.5)
        pen.fill(capsule((root[0] + 0.1, root[1] - 0.5), 0.02, root, 0.015), darker(colour, 0.5))

    return Rim(side, draw)


def bank(
    dice: Dice, colour: Colour, y: float = 1.0, height: float = 0.1, step: float = 0.22, shade: float = 0.2
) -> Thing:
    """Rounded heaps (snow, stones, bushes) along the lower rim, higher at the sides."""
    puffs = []
    for x in spread(dice, step, 0.3):
        radius = step * dice.between(0.55, 0.8)
        puffs.append((x, y + radius - height * _low(x) * dice.between(0.5, 1.1), radius))

    def draw(pen: Pen) -> None:
        path = discs(puffs)
        path.addRect(skia.Rect.MakeLTRB(-REACH, y + 0.07, REACH, BELOW))
        paints = (lighter(colour, shade), colour, darker(colour, shade))
        pen.gradient(path, paints, (0, y - height), (0, y + 0.2))

    return everywhere(draw)


def table_corner(dice: Dice, colour: Colour, side: int, cloth: Colour | None = None) -> Rim:
    """A near round table in a lower corner; a round cloth lies on it where a colour is given."""
    x, y = dice.between(0.04, 0.09), 0.95 + dice.between(-0.012, 0.012)
    wide, deep, thick = dice.between(0.22, 0.27), 0.062, 0.03

    def draw(pen: Pen) -> None:
        pen.glow(x, y + 0.08, 1.3 * wide, (0.1, 0.06, 0.12), 0.35)
        rim = ellipse(x, y + thick, wide, deep)
        rim.addPath(box(x - wide, y, x + wide, y + thick))
        edge = (darker(colour, 0.2), darker(colour, 0.5))
        pen.gradient(rim, edge, (x - wide, 0), (x + wide, 0))
        pen.gradient(ellipse(x, y, wide, deep), (lighter(colour, 0.38), colour), (0, y - deep), (0, y + deep))
        if cloth is not None:
            pen.fill(ellipse(x, y - 0.002, 0.74 * wide, 0.74 * deep), cloth, shade=0.1)
            pen.fill(ellipse(x, y - 0.002, 0.6 * wide, 0.6 * deep), lighter(cloth, 0.25), shade=0.0)
            pen.fill(ellipse(x, y - 0.002, 0.5 * wide, 0.5 * deep), cloth, shade=0.1)

    return Rim(side, draw)


def rope_barrier(colour: Colour, brass: Colour, side: int) -> Rim:
    """A brass post in a lower corner, with a rope that hangs from it."""

    def draw(pen: Pen) -> None:
        rope = skia.Path()
        for left, right in ((-0.09, 0.36), (0.36, 0.8)):
            rope.moveTo(left, 0.8)
            rope.quadTo((left + right) / 2, 1.02, right, 0.8)
        pen.stroke(rope, darker(colour, 0.2), 0.024)
        pen.stroke(rope, lighter(colour, 0.1), 0.01)
        for x in (-0.09, 0.36):
            paints = (lighter(brass, 0.4), brass, darker(brass, 0.4))
            pen.gradient(box(x - 0.011, 0.79, x + 0.011, BELOW), paints, (x - 0.011, 0), (x + 0.011, 0))
            pen.fill(ellipse(x, 0.785, 0.02, 0.02), brass, shade=0.35)

    return Rim(side, draw)


def curtain_side(dice: Dice, colour: Colour, side: int, width: float = 0.09, folds: int = 3) -> Rim:
    """A hanging curtain at one side of the frame."""
    waves = [dice.between(0.8, 1.2) * width / folds for _ in range(folds)]

    def draw(pen: Pen) -> None:
        left = -width
        for wave in [*waves, 0.08, 0.1, 0.1, 0.1, 0.1, 0.1]:
            paints = (darker(colour, 0.3), lighter(colour, 0.1), darker(colour, 0.25))
            pen.gradient(box(left, ABOVE, left + wave + 0.004, BELOW), paints, (left, 0), (left + wave, 0))
            left += wave

    return Rim(side, draw)


def reeds(dice: Dice, colour: Colour, side: int, height: float = 0.4) -> Rim:
    """Reeds with brown heads at one side of the lower rim."""
    stalks = []
    for _ in range(18):
        x = dice.between(-0.1, 0.5)
        tall = height * dice.between(0.5, 1.0) * min(1.0, 0.6 + 3 * (x + 0.1))
        stalks.append((x, tall, dice.between(-0.06, 0.03), dice.chance(0.35)))

    def draw(pen: Pen) -> None:
        blades, heads = skia.Path(), skia.Path()
        for x, tall, lean, head in stalks:
            blades.moveTo(x - 0.008, BELOW)
            blades.quadTo(x - 0.008, 1.0 - 0.6 * tall, x + lean, 1.02 - tall)
            blades.quadTo(x + 0.008, 1.0 - 0.5 * tall, x + 0.008, BELOW)
            if head:
                heads.addPath(ellipse(x + lean, 1.02 - tall, 0.01, 0.035))
        pen.gradient(blades, (lighter(colour, 0.15), darker(colour, 0.3)), (0, 1 - height), (0, 1.05))
        pen.fill(heads, (0.45, 0.3, 0.2), shade=0.1)

    return Rim(side, draw)
