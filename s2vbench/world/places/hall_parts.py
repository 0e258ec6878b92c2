"""What furnishes halls, shops and stages."""

from __future__ import annotations

import math
from collections.abc import Sequence

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, box, ellipse, line, polygon
from s2vbench.world.places.stage import (
    ABOVE,
    BELOW,
    REACH,
    Draw,
    Span,
    Thing,
    around,
    discs,
    dots,
    draw_dots,
    everywhere,
    fade,
    pool,
    spread,
)


def blackboard(dice: Dice, x: float, y: Span, width: float, slate: Colour, wood: Colour) -> Thing:
    """A blackboard with smudges of chalk and a few drawn shapes, but no writing."""
    smears = [(dice.between(-0.4, 0.4) * width, dice.between(0.25, 0.75), dice.between(0.05, 0.12)) for _ in range(5)]
    kinds = dice.some(("sun", "waves", "triangle", "spiral"), 2)

    def draw(pen: Pen) -> None:
        left, right = x - width / 2, x + width / 2
        pen.fill(box(left - 0.022, y[0] - 0.022, right + 0.022, y[1] + 0.022, 0.008), wood, shade=0.2)
        pen.fill(box(left, y[0], right, y[1]), slate, shade=0.12)
        for dx, share, reach in smears:
            pool(pen, x + dx, y[0] + share * (y[1] - y[0]), (reach, 0.4 * reach), (1.0, 1.0, 1.0), 0.16)
        if pen.sees(0.012):
            for side, kind in zip((-1, 1), kinds, strict=True):
                with pen.moved(x + side * 0.26 * width, (y[0] + y[1]) / 2, scale_x=0.08, scale_y=0.08):
                    pen.stroke(_chalk(kind), (0.97, 0.96, 0.9), 0.075, alpha=0.8)
        pen.fill(box(left, y[1] + 0.012, right, y[1] + 0.03, 0.004), darker(wood, 0.2), shade=0.1)

    return around(x, 0.6 * width, draw)


def _chalk(kind: str) -> skia.Path:
    path = skia.Path()
    if kind == "sun":
        path.addCircle(0, 0, 0.45)
        for i in range(8):
            a = math.pi * i / 4
            path.addPath(line([(0.65 * math.cos(a), 0.65 * math.sin(a)), (0.95 * math.cos(a), 0.95 * math.sin(a))]))
    elif kind == "waves":
        for row in (-0.4, 0.1, 0.6):
            path.moveTo(-1, row)
            for i in range(3):
                path.quadTo(-1 + (i + 0.5) * 0.66, row - 0.45 * (-1) ** i, -1 + (i + 1) * 0.66, row)
    elif kind == "triangle":
        path.addPath(polygon([(-0.9, 0.7), (0.0, -0.8), (0.9, 0.7)]))
        path.addPath(line([(0.0, -0.8), (0.0, 0.7)]))
    else:
        path.moveTo(0, 0)
        for i in range(1, 25):
            path.lineTo(0.037 * i * math.cos(0.7 * i), 0.037 * i * math.sin(0.7 * i))
    return path


def vault(stone: Colour) -> Thing:
    """A coffered cornice along the top of a hall."""

    def draw(pen: Pen) -> None:
        pen.gradient(box(-REACH, ABOVE, REACH, 0.04), (darker(stone, 0.3), stone), (0, -0.3), (0, 0.04))
        teeth = skia.Path()
        for i in range(-36, 37):
            teeth.addRect(i * 0.05, 0.015, i * 0.05 + 0.028, 0.04)
        if pen.sees(0.02):
            pen.fill(teeth, darker(stone, 0.22), shade=0.0)
        pen.fill(box(-REACH, 0.04, REACH, 0.062), lighter(stone, 0.3), shade=0.2)
        fade(pen, box(-REACH, 0.06, REACH, 0.14), (0.1, 0.06, 0.12), [0.28, 0.0], (0, 0.06), (0, 0.14))

    return everywhere(draw)


def glass_roof(iron: Colour, floor_y: float, step: float = 0.26) -> Thing:
    """The iron ribs of a glass house: walls of panes below a pointed roof, with glares."""
    ribs, glares = skia.Path(), skia.Path()
    count = math.ceil(REACH / step)
    for i in range(-count, count + 1):
        x = i * step
        ribs.addPath(line([(x, floor_y), (x, 0.16), (0.32 * x, ABOVE)]))
        if i % 3 == 0:
            glares.addPath(polygon([(x + 0.03, 0.5), (x + 0.16, 0.2), (x + 0.22, 0.2), (x + 0.09, 0.5)]))
    for y in (0.16, 0.38):
        ribs.addPath(line([(-REACH, y), (REACH, y)]))
    for y in (0.02, -0.14):
        ribs.addPath(line([(-REACH, y), (REACH, y)]))

    def draw(pen: Pen) -> None:
        pen.fill(box(-REACH, ABOVE, REACH, floor_y), (0.9, 1.0, 0.98), shade=0.0, alpha=0.16)
        pen.fill(glares, (1.0, 1.0, 1.0), shade=0.0, alpha=0.22)
        pen.stroke(ribs, darker(iron, 0.3), 0.016)
        pen.stroke(ribs, iron, 0.01)
        pen.fill(box(-REACH, floor_y - 0.1, REACH, BELOW), lighter(iron, 0.1), shade=0.0)

    return everywhere(draw)


def plant_bed(dice: Dice, y: float, green: Colour, blooms: Sequence[Colour], brick: Colour) -> list[Thing]:
    """A raised bed full of leaves and blossoms from side to side."""
    found: list[Thing] = []
    for x in spread(dice, 0.13):
        tint = mix(darker(green, 0.2), lighter(green, 0.2), dice.unit())
        tall, bloom = dice.between(0.1, 0.22), dice.pick(blooms) if dice.chance(0.4) else None
        puffs = [
            (x + dice.between(-0.05, 0.05), y - 0.05 - tall * i / 5, (0.062 - 0.007 * i) * dice.between(0.85, 1.15))
            for i in range(6)
        ]
        found.append(around(x, 0.12, _shrub(puffs, tint, bloom)))

    def wall(pen: Pen) -> None:
        pen.gradient(box(-REACH, y - 0.09, REACH, BELOW), (brick, darker(brick, 0.3)), (0, y - 0.09), (0, y))
        joints = skia.Path()
        for row in range(3):
            height = y - 0.09 + 0.03 * row
            joints.addPath(line([(-REACH, height), (REACH, height)]))
            for i in range(-24, 25):
                at = 0.075 * (i + 0.5 * (row % 2))
                joints.addPath(line([(at, height), (at, height + 0.03)]))
        if pen.sees(0.012):
            pen.stroke(joints, darker(brick, 0.35), 0.004, alpha=0.6)
        pen.fill(box(-REACH, y - 0.105, REACH, y - 0.085), lighter(brick, 0.25), shade=0.1)

    return [*found, everywhere(wall)]


def _shrub(puffs: list[tuple[float, float, float]], tint: Colour, bloom: Colour | None) -> Draw:
    def draw(pen: Pen) -> None:
        pen.fill(discs(puffs), tint, shade=0.25)
        pen.fill(
            discs((x - 0.3 * r, y - 0.35 * r, 0.5 * r) for x, y, r in puffs), lighter(tint, 0.2), shade=0.0, alpha=0.55
        )
        if bloom is not None:
            draw_dots(pen, dots((x + 0.2 * r, y - 0.5 * r) for x, y, r in puffs), bloom, 0.028)

    return draw


def counter(dice: Dice, x: float, y: float, front: Colour, top: Colour) -> Thing:
    """A long bar with a panelled front, and shelves of indistinct things in a case on it."""
    wide = dice.between(0.62, 0.8)
    rows = [[dice.between(0.3, 1.0) for _ in range(9)] for _ in range(2)]

    def draw(pen: Pen) -> None:
        for middle in (x - 2 * wide - 0.2, x, x + 2 * wide + 0.2):
            left, right = middle - wide / 2, middle + wide / 2
            case = box(left + 0.04, y - 0.34, right - 0.04, y - 0.2, 0.012)
            pen.fill(case, (0.97, 0.93, 0.84), shade=0.1)
            for row, own in enumerate(rows):
                low = y - 0.275 + 0.065 * row
                buns = skia.Path()
                for i, size in enumerate(own):
                    at = left + 0.08 + (wide - 0.16) * (i + 0.5) / len(own)
                    buns.addPath(ellipse(at, low, 0.024, 0.011 + 0.01 * size))
                if pen.sees(0.02):
                    pen.fill(buns, (0.85, 0.62, 0.38) if row else (0.93, 0.75, 0.62), shade=0.25)
                pen.fill(box(left + 0.045, low + 0.008, right - 0.045, low + 0.016), darker(top, 0.2), shade=0.0)
            pen.fill(case, (0.85, 0.95, 1.0), shade=0.0, alpha=0.18)
            pen.gradient(box(left, y - 0.2, right, BELOW), (front, darker(front, 0.25)), (0, y - 0.2), (0, y))
            panels = skia.Path()
            for i in range(5):
                start = left + i * wide / 5
                panels.addRect(start + 0.014, y - 0.165, start + wide / 5 - 0.014, y - 0.03)
            if pen.sees(0.012):
                pen.fill(panels, lighter(front, 0.1), shade=0.08)
            pen.fill(box(left - 0.02, y - 0.215, right + 0.02, y - 0.185, 0.008), top, shade=0.15)

    return everywhere(draw)


def pegboard(dice: Dice, x: float, y: Span, width: float, wood: Colour) -> Thing:
    """A board on which tools hang close together, as dark shapes."""
    tools = [(dice.whole(0, 2), dice.between(0.07, 0.12)) for _ in range(int(width / 0.05))]

    def draw(pen: Pen) -> None:
        left = x - width / 2
        pen.fill(box(left, y[0], left + width, y[1], 0.006), wood, shade=0.12)
        if not pen.sees(0.012):
            return
        handles, heads = skia.Path(), skia.Path()
        for i, (kind, long) in enumerate(tools):
            at = left + 0.035 + i * 0.049
            for row in (0, 1):
                top = y[0] + 0.03 + row * 0.125
                handles.addRect(at - 0.005, top, at + 0.005, top + 0.85 * long)
                if kind == 0:
                    heads.addRect(at - 0.018, top, at + 0.014, top + 0.02)
                elif kind == 1:
                    heads.addPath(ellipse(at, top + 0.012, 0.013, 0.013))
                else:
                    heads.addPath(polygon([(at - 0.014, top + 0.06), (at + 0.014, top + 0.06), (at, top - 0.004)]))
        pen.fill(handles, darker(wood, 0.45), shade=0.0)
        pen.fill(heads, (0.45, 0.47, 0.52), shade=0.0)

    return around(x, 0.6 * width, draw)


def workbench(dice: Dice, x: float, y: float, width: float, wood: Colour) -> Thing:
    """A heavy bench with a shelf of planks below."""
    boards = [dice.between(0.5, 0.95) for _ in range(4)]

    def draw(pen: Pen) -> None:
        left, right = x - width / 2, x + width / 2
        pen.fill(box(left + 0.03, y - 0.17, right - 0.03, y + 0.05), darker(wood, 0.6), shade=0.0)
        for i, share in enumerate(boards):
            low = y - 0.02 - 0.024 * i
            tint = lighter(wood, 0.1 + 0.1 * (i % 2))
            pen.fill(box(left + 0.06, low - 0.02, left + 0.06 + (width - 0.12) * share, low), tint, shade=0.1)
        for at in (left + 0.03, x, right - 0.03):
            pen.fill(box(at - 0.022, y - 0.18, at + 0.022, BELOW), wood, shade=0.0)
        pen.fill(box(left - 0.01, y - 0.21, right + 0.01, y - 0.165, 0.006), lighter(wood, 0.15), shade=0.18)
        pen.fill(box(left + 0.12, y - 0.165, left + 0.24, y - 0.12, 0.004), darker(wood, 0.15), shade=0.15)

    return around(x, 0.55 * width, draw)


def stage_flats(dice: Dice, y: float, back: Colour) -> Thing:
    """Painted scenery: beams of a rising sun behind flat hills."""
    hill = dice.pick(((0.45, 0.66, 0.42), (0.42, 0.56, 0.66), (0.75, 0.6, 0.4), (0.62, 0.45, 0.62)))
    humps = [(x, dice.between(0.1, 0.2), dice.between(0.25, 0.4)) for x in spread(dice, 0.42)]
    x, beams = dice.between(-0.15, 0.15), dice.whole(9, 13)

    def draw(pen: Pen) -> None:
        rays = skia.Path()
        for i in range(beams):
            start, end = (math.pi + math.pi * (i + share) / beams for share in (0.0, 0.5))
            corners = [(x + 2.4 * math.cos(a), y + 2.4 * math.sin(a)) for a in (start, end)]
            rays.addPath(polygon([(x, y), *corners]))
        fade(pen, rays, mix(back, (1.0, 0.97, 0.85), 0.6), [0.0, 0.3, 0.55], (0, -0.2), (0, y))
        pen.fill(ellipse(x, y - 0.05, 0.16, 0.16), mix(back, (1.0, 0.9, 0.6), 0.75), shade=0.1)
        for i, (at, tall, wide) in enumerate(humps):
            pen.fill(ellipse(at, y + 0.05, wide, tall), mix(hill, back, 0.15 + 0.25 * (i % 2)), shade=0.2)

    return everywhere(draw)


def swag(dice: Dice, velvet: Colour, gold: Colour, span: float = 0.36) -> Thing:
    """A valance of hanging folds with a golden fringe along the top."""
    low = dice.between(0.1, 0.14)

    def draw(pen: Pen) -> None:
        pen.gradient(box(-REACH, ABOVE, REACH, 0.03), (darker(velvet, 0.5), velvet), (0, -0.3), (0, 0.03))
        for i in range(-5, 5):
            left = (i + 0.0) * span
            path = skia.Path()
            path.moveTo(left, -0.02)
            path.quadTo(left + span / 2, 2 * low - 0.02, left + span, -0.02)
            path.close()
            pen.gradient(
                path, (darker(velvet, 0.3), lighter(velvet, 0.08), darker(velvet, 0.25)), (left, 0), (left + span, 0)
            )
            hem = skia.Path()
            hem.moveTo(left, -0.02)
            hem.quadTo(left + span / 2, 2 * low - 0.02, left + span, -0.02)
            pen.stroke(hem, gold, 0.011)

    return everywhere(draw)


def footlights(gold: Colour) -> Thing:
    """A row of small shells with lights along the stage's front edge."""
    xs = [i * 0.16 for i in range(-11, 12)]

    def draw(pen: Pen) -> None:
        edge = box(-REACH, 0.965, REACH, BELOW)
        pen.gradient(edge, (darker(gold, 0.35), darker(gold, 0.75)), (0, 0.965), (0, 1.05))
        for x in xs:
            shell = skia.Path()
            shell.addArc(skia.Rect.MakeLTRB(x - 0.03, 0.94, x + 0.03, 1.0), 180, 180)
            pen.fill(shell, gold, shade=0.3)

    return everywhere(draw)
