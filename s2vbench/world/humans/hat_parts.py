"""Parts that hats are made of, in half heads around the middle of the head; the face begins below -0.4."""

from __future__ import annotations

import math
from dataclasses import dataclass

import skia

from s2vbench.world.humans.person import EDGE, Cloth
from s2vbench.world.humans.shape import Ring, disc, hull, joined, seen
from s2vbench.world.palette import darker
from s2vbench.world.patterns import fill_with_pattern
from s2vbench.world.pen import Pen, blob
from s2vbench.world.turn import Turn


@dataclass(frozen=True)
class HatCut:
    """What a hat is made of.

    Attributes:
        kind: one of those that can be drawn.
        cloth: of the hat.
        trim: band, pompom, feather or crest.
        size: 1 is average; taller or wider.
        side: where a feather or knot is.
    """

    kind: str
    cloth: Cloth
    trim: Cloth
    size: float = 1.0
    side: int = 1


def dress(pen: Pen, path: skia.Path, cloth: Cloth, *, shade: float = 0.18) -> None:
    """Fill a path of the head's scale with cloth, over a rim."""
    if pen.sees(0.045):
        pen.stroke(path, darker(cloth.colour, 0.42), 2 * EDGE / 0.124)
    if cloth.pattern is None:
        pen.fill(path, cloth.colour, shade=shade, edge=0.0)
    else:
        fill_with_pattern(pen, path, cloth.colour, cloth.pattern, shade=shade, edge=0.0)


def crown(pen: Pen, turn: Turn, cloth: Cloth, rings: list[Ring], *, crisp_top: bool = False, sag: float = 0.1) -> None:
    """The upper part of a hat, over a rim."""
    dress(pen, hull(seen(turn, rings), crisp_top=crisp_top, crisp_bottom=True, sag=sag), cloth)


def band(pen: Pen, turn: Turn, cloth: Cloth, low: Ring, high: Ring, sag: float = 0.1) -> None:
    """A band around a hat."""
    rows = seen(turn, [high, low])
    (top, bottom) = rows
    points = [
        (top.middle - top.half, top.y),
        (top.middle, top.y + sag),
        (top.middle + top.half, top.y),
        (bottom.middle + bottom.half, bottom.y),
        (bottom.middle, bottom.y + sag),
        (bottom.middle - bottom.half, bottom.y),
    ]
    path = joined(points[:3], points[3:])
    pen.fill(path, cloth.colour, shade=0.12, edge=0.0)


def brim(pen: Pen, turn: Turn, cloth: Cloth, y: float, wide: float, *, view: float = 0.16, long: float = 1.0) -> None:
    """A round brim."""
    dress(pen, blob(disc(turn, (0.0, y, 0.0), (wide, wide * long), view=view)), cloth, shade=0.22)


def dome(size: float = 1.0, top: float = -1.2, base: float = -0.4) -> list[Ring]:
    """Rings of a round crown."""
    high = base - top
    return [
        Ring(top, 0.32 * size, 0.34 * size, -0.04),
        Ring(top + 0.16 * high, 0.72 * size, 0.76 * size, -0.04),
        Ring(top + 0.5 * high, 1.0 * size, 1.05 * size, -0.04),
        Ring(base, 1.08 * size, 1.13 * size, -0.03),
    ]


def visor(pen: Pen, turn: Turn, cloth: Cloth, y: float, reach: float) -> None:
    """A peak over the forehead."""
    points = []
    for i in range(7):
        angle = math.radians(-66 + 22 * i)
        spot = turn.at(0.98 * math.sin(angle), y, 0.55 + reach * math.cos(angle))
        points.append((spot.x, spot.y + 0.14 * math.cos(angle) * max(turn.cos, 0.0) + 0.1 * spot.depth))
    back = turn.at(0.9, y, 0.45), turn.at(-0.9, y, 0.45)
    dress(pen, blob([*points, (back[0].x, y - 0.06), (back[1].x, y - 0.06)], 0.8), cloth, shade=0.25)
