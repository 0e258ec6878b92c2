"""Trees, bushes and hedges that stand behind the subjects."""

from __future__ import annotations

import math

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, Point, blob, capsule, curve, ellipse, polygon
from s2vbench.world.places.stage import (
    BELOW,
    REACH,
    Span,
    Thing,
    around,
    discs,
    dots,
    draw_dots,
    everywhere,
    flanks,
    pool,
    shady,
    spread,
)

BARK: Colour = (0.42, 0.3, 0.24)


def _crown(dice: Dice, lobes: int = 7) -> list[tuple[float, float, float]]:
    """Discs of a leafy crown within the unit circle about (0, 0)."""
    found = [(0.0, 0.0, 0.62)]
    for i in range(lobes):
        angle = 2 * math.pi * (i + dice.between(-0.25, 0.25)) / lobes
        radius = dice.between(0.3, 0.44)
        found.append(((0.98 - radius) * math.cos(angle), (0.98 - radius) * math.sin(angle), radius))
    return found


def _stem(foot: Point, thick: float, top: Point, thin: float) -> skia.Path:
    """A trunk that spreads into its roots at the foot."""
    (x, y), rise = foot, 0.3 * (foot[1] - top[1])
    lean = 0.3 * (top[0] - x)
    path = skia.Path()
    path.moveTo(x - 2.1 * thick, y)
    path.quadTo(x - thick, y - 0.3 * rise, x + lean - 0.85 * thick, y - rise)
    path.lineTo(top[0] - thin, top[1])
    path.lineTo(top[0] + thin, top[1])
    path.lineTo(x + lean + 0.85 * thick, y - rise)
    path.quadTo(x + thick, y - 0.3 * rise, x + 2.1 * thick, y)
    path.quadTo(x, y + 0.6 * thick, x - 2.1 * thick, y)
    path.close()
    return path


def round_tree(dice: Dice, x: float, y: float, height: float, leaves: Colour, bark: Colour = BARK) -> Thing:
    """A tree with a leafy crown; its foot at (x, y)."""
    wide, tall = height * dice.between(0.3, 0.38), height * dice.between(0.31, 0.38)
    crown, light = _crown(dice, dice.whole(6, 8)), _crown(dice, 5)
    lean = dice.between(-0.06, 0.06) * height
    middle = (x + lean, y - height + tall)
    thick = height * dice.between(0.03, 0.045)
    specks = dots((dice.between(-0.7, 0.7), dice.between(-0.7, 0.7)) for _ in range(14))

    def draw(pen: Pen) -> None:
        pool(pen, x + 0.3 * wide, y, (1.1 * wide, 0.13 * wide), (0.08, 0.08, 0.14), 0.3)
        pen.fill(_stem((x, y), thick, middle, 0.5 * thick), bark, shade=0.25)
        if pen.sees(1.5 * thick):
            for side, rise in ((-1, 0.1), (1, 0.25)):
                fork = (x + 0.6 * lean, middle[1] + (0.9 - rise) * tall)
                end = (middle[0] + side * 0.5 * wide, middle[1] + 0.25 * tall)
                pen.fill(capsule(fork, 0.6 * thick, end, 0.25 * thick), darker(bark, 0.1), shade=0.1)
        with pen.moved(*middle, scale_x=wide, scale_y=tall):
            pen.fill(discs(crown), leaves, shade=0.28)
            clump = discs((-0.22 + 0.55 * a, -0.28 + 0.5 * b, 0.55 * r) for a, b, r in light)
            pen.fill(clump, lighter(leaves, 0.16), shade=0.1, alpha=0.75)
            if pen.sees(0.06 * wide):
                draw_dots(pen, specks, lighter(leaves, 0.34), 0.1, 0.5)
                low = discs((0.3 + 0.3 * a, 0.45 + 0.25 * b, 0.3 * r) for a, b, r in light)
                pen.fill(low, darker(leaves, 0.22), shade=0.0, alpha=0.4)

    return around(x, wide + abs(lean), draw)


def pine(
    dice: Dice, x: float, y: float, height: float, needles: Colour, snow: Colour | None = None, bark: Colour = BARK
) -> Thing:
    """A fir of hanging tiers, with snow on them where a colour of it is given."""
    half = height * dice.between(0.2, 0.27)
    tiers = dice.whole(4, 5)
    jag = [dice.between(-0.12, 0.12) for _ in range(2 * tiers)]

    def tier(i: int, low: float) -> list[Point]:
        """Corners of tier i, the lower part of it cut off at `low` of its height."""
        top = y - height + 0.72 * height * i / tiers
        bottom = y - height + height * (0.2 + 0.7 * (i + 1) / tiers) * 0.97
        reach = half * (0.34 + 0.66 * (i + 1) / tiers)
        depth = (bottom - top) * low
        left, right = reach * low * (1 + jag[2 * i]), reach * low * (1 + jag[2 * i + 1])
        hem = [(x + right * s, top + depth * (1 - 0.12 * (j % 2))) for j, s in enumerate((1, 0.6, 0.3, -0.1, -0.45))]
        return [(x, top), *hem, (x - left, top + depth)]

    def draw(pen: Pen) -> None:
        pool(pen, x + 0.3 * half, y, (1.2 * half, 0.14 * half), (0.08, 0.1, 0.2), 0.3)
        pen.fill(_stem((x, y), 0.025 * height, (x, y - 0.3 * height), 0.02 * height), bark, shade=0.2)
        for i in reversed(range(tiers)):
            pen.fill(polygon(tier(i, 1.0)), mix(shady(needles, 0.2), needles, (i + 1) / tiers), shade=0.22)
            if snow is not None:
                pen.fill(polygon(tier(i, 0.62)), snow, shade=0.12)
            elif pen.sees(0.05 * height):
                pen.fill(polygon([*tier(i, 0.8)[:1], *tier(i, 0.8)[4:]]), lighter(needles, 0.18), shade=0.0, alpha=0.6)

    return around(x, 1.2 * half, draw)


def poplar(dice: Dice, x: float, y: float, height: float, leaves: Colour) -> Thing:
    """A slender tree like a flame."""
    half = height * dice.between(0.1, 0.14)

    def draw(pen: Pen) -> None:
        pen.fill(capsule((x, y), 0.022 * height, (x, y - 0.3 * height), 0.015 * height), BARK, shade=0.2)
        outline = [(x, y - height), (x + 0.75 * half, y - 0.6 * height), (x + half, y - 0.3 * height)]
        outline += [(x + 0.3 * half, y - 0.1 * height), (x - 0.4 * half, y - 0.1 * height)]
        outline += [(x - half, y - 0.32 * height), (x - 0.7 * half, y - 0.62 * height)]
        pen.fill(blob(outline), leaves, shade=0.25)
        inner = ellipse(x - 0.3 * half, y - 0.5 * height, 0.28 * half, 0.3 * height, 3)
        pen.fill(inner, lighter(leaves, 0.2), shade=0.0, alpha=0.45)

    return around(x, 1.2 * half, draw)


def trunk(
    dice: Dice, x: float, height: float, y: float, thick: float, bark: Colour, marks: Colour | None = None
) -> Thing:
    """A tall straight trunk that leaves the frame above; dark marks on it where their colour is given."""
    lean = dice.between(-0.06, 0.06)
    bands = [(dice.unit(), dice.between(-0.8, 0.2), dice.between(0.4, 0.9)) for _ in range(9)]
    twigs = [(dice.between(0.45, 0.95), dice.pick((-1, 1)), dice.between(0.1, 0.2)) for _ in range(3)]

    def draw(pen: Pen) -> None:
        top = (x + lean, y - height)
        for share, side, long in twigs:
            start = (x + lean * share, y - height * share)
            pen.fill(capsule(start, 0.3 * thick, (start[0] + side * long, start[1] - 0.8 * long), 0.08 * thick), bark)
        body = polygon(
            [
                (x - 1.3 * thick, y),
                (x - 0.8 * thick, y - 0.07),
                (top[0] - 0.5 * thick, top[1]),
                (top[0] + 0.5 * thick, top[1]),
                (x + 0.8 * thick, y - 0.07),
                (x + 1.3 * thick, y),
            ]
        )
        paints = (lighter(bark, 0.25), bark, darker(bark, 0.35))
        pen.gradient(body, paints, (x - thick, y), (x + thick, y))
        if marks is not None and pen.sees(0.5 * thick):
            path = skia.Path()
            for share, left, wide in bands:
                middle = x + lean * share
                at = y - height * share
                path.addPath(ellipse(middle + left * 0.6 * thick, at, 0.4 * wide * thick, 0.12 * thick))
            pen.fill(path, marks, shade=0.0, alpha=0.8)

    return around(x, thick + 0.3, draw)


def palm(dice: Dice, x: float, y: float, height: float, leaves: Colour, bark: Colour = (0.58, 0.45, 0.33)) -> Thing:
    """A palm: a bent trunk and a star of feathered fronds."""
    lean = dice.between(0.12, 0.32) * height * dice.pick((-1, 1))
    top = (x + lean, y - height)
    bend = (x + 0.25 * lean, y - 0.55 * height)
    fronds = [(angle + dice.between(-12, 12), dice.between(0.32, 0.44) * height) for angle in range(-205, 30, 33)]

    def draw(pen: Pen) -> None:
        pool(pen, x + 0.06, y, (0.24 * height, 0.03 * height), (0.08, 0.08, 0.14), 0.35)
        stem = curve([(x, y), bend, top])
        pen.stroke(stem, darker(bark, 0.15), 0.05 * height)
        pen.stroke(stem, lighter(bark, 0.1), 0.028 * height)
        for i, (angle, long) in enumerate(fronds):
            pen.fill(_frond(top, angle, long), mix(shady(leaves, 0.2), lighter(leaves, 0.12), (i % 3) / 2), shade=0.2)
        pen.fill(ellipse(*top, 0.03 * height, 0.03 * height), darker(bark, 0.2))

    return Thing(min(x, top[0]) - 0.5 * height, max(x, top[0]) + 0.5 * height, draw)


def _frond(root: Point, angle_deg: float, long: float) -> skia.Path:
    """A hanging feathered leaf that starts out at an angle."""
    angle = math.radians(angle_deg)
    tip = (root[0] + long * math.cos(angle), root[1] + 0.7 * long * math.sin(angle) + 0.42 * long)
    crest = (root[0] + 0.6 * long * math.cos(angle), root[1] + 0.9 * long * math.sin(angle) - 0.14 * long)

    def on(share: float) -> Point:
        a, b, c = (1 - share) ** 2, 2 * share * (1 - share), share**2
        return a * root[0] + b * crest[0] + c * tip[0], a * root[1] + b * crest[1] + c * tip[1]

    path = skia.Path()
    path.moveTo(*root)
    path.quadTo(*crest, *tip)
    for share in (0.86, 0.72, 0.58, 0.44, 0.3, 0.16):
        (x, y), (near_x, near_y) = on(share), on(share - 0.09)
        deep = 0.24 * long * math.sin(math.pi * min(share + 0.1, 1.0)) ** 0.7
        path.lineTo(x + 0.05 * (tip[0] - root[0]), y + deep)
        path.lineTo(near_x, near_y + 0.4 * deep)
    path.close()
    return path


def bare_tree(dice: Dice, x: float, y: float, height: float, bark: Colour, snow: Colour | None = None) -> Thing:
    """A leafless tree of forked branches: one path, one more for snow."""
    limbs: list[tuple[Point, Point, float]] = []

    def grow(start: Point, angle: float, long: float, thick: float, left: int) -> None:
        end = (start[0] + long * math.cos(angle), start[1] + long * math.sin(angle))
        limbs.append((start, end, thick))
        if left:
            for side in (-1, 1):
                turn = side * dice.between(0.3, 0.62)
                grow(end, angle + turn, long * dice.between(0.6, 0.78), 0.6 * thick, left - 1)

    grow((x, y), -math.pi / 2 + dice.between(-0.08, 0.08), 0.36 * height, 0.045 * height, 4)

    def draw(pen: Pen) -> None:
        path = skia.Path()
        for start, end, thick in limbs:
            if pen.sees(0.8 * thick):
                path.addPath(capsule(start, 0.5 * thick, end, 0.32 * thick))
        pen.fill(path, bark, shade=0.15)
        if snow is not None and pen.sees(0.01 * height):
            cover = skia.Path()
            for start, end, thick in limbs[1:]:
                cover.moveTo(start[0], start[1] - 0.4 * thick)
                cover.lineTo(end[0], end[1] - 0.3 * thick)
            pen.stroke(cover, snow, 0.008 * height)

    return around(x, 0.6 * height, draw)


def bush(dice: Dice, x: float, y: float, radius: float, leaves: Colour, blooms: Colour | None = None) -> Thing:
    """A low round bush, in bloom where a colour is given."""
    puffs = [
        (x + a * radius, y - 0.32 * radius * b, 0.52 * radius * dice.between(0.8, 1.1))
        for a, b in ((-0.75, 0.6), (-0.35, 1.5), (0.25, 1.7), (0.7, 0.8), (0.0, 0.7))
    ]
    specks = dots((x + dice.between(-0.9, 0.9) * radius, y - dice.between(0.1, 0.95) * radius) for _ in range(16))

    def draw(pen: Pen) -> None:
        pen.fill(discs(puffs), leaves, shade=0.28)
        upper = discs((a - 0.1 * radius, b - 0.12 * radius, 0.6 * r) for a, b, r in puffs[1:3])
        pen.fill(upper, lighter(leaves, 0.2), shade=0.0, alpha=0.5)
        if blooms is not None:
            draw_dots(pen, specks, blooms, 0.15 * radius)

    return around(x, 1.4 * radius, draw)


def tree_line(
    dice: Dice, y: float, height: float, colours: tuple[Colour, Colour], kind: str = "round", step: float = 0.12
) -> Thing:
    """A far wood as one shape: crowns ("round") or tips ("pine"); the second colour is that of its hazy foot."""
    path = skia.Path()
    for x in spread(dice, step, 0.4):
        tall = height * dice.between(0.55, 1.0)
        if kind == "round":
            path.addOval(skia.Rect.MakeLTRB(x - 0.85 * step, y - tall, x + 0.85 * step, y + 0.4 * tall))
        else:
            half = 0.28 * tall
            corners = [(x, y - tall)]
            for share in (0.35, 0.65):
                corners += [
                    (x + half * share * 1.1, y - tall * (1 - share)),
                    (x + half * share * 0.6, y - tall * (1 - share)),
                ]
            corners += [(x + half, y), (x - half, y)]
            for share in (0.65, 0.35):
                corners += [
                    (x - half * share * 0.6, y - tall * (1 - share)),
                    (x - half * share * 1.1, y - tall * (1 - share)),
                ]
            path.addPath(polygon(corners))
    path.addRect(skia.Rect.MakeLTRB(-REACH, y - 0.12 * height, REACH, BELOW))

    def draw(pen: Pen) -> None:
        pen.gradient(path, colours, (0, y - height), (0, y + 0.2 * height))

    return everywhere(draw)


def feet(dice: Dice, y: Span, step: float, free: float = 0.0) -> list[Point]:
    """Where trees stand, from far to near: to both sides of the middle, the first at `free` or a little farther out."""
    found = [(x, dice.between(*y)) for x in flanks(dice, step, (free, free + 0.12))]
    return sorted(found, key=lambda foot: foot[1])
