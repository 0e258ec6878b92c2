"""Hats, in half heads around the middle of the head; the face begins below -0.4."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import skia

from s2vbench.world.humans.look import Look
from s2vbench.world.humans.person import EDGE, Cloth
from s2vbench.world.humans.shape import Ring, disc, hull, joined, mark, patch, seen
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.patterns import fill_with_pattern, star
from s2vbench.world.pen import Pen, blob, capsule, curve, ellipse, polygon
from s2vbench.world.turn import Turn

HAT_DEPTH: Final = 0.09


@dataclass(frozen=True)
class Hat:
    """A hat.

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

    def wear(self, look: Look) -> None:
        """Add it."""
        look.parts.add(HAT_DEPTH, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        with look.head_frame() as pen:
            _KINDS[self.kind](pen, self, look.head_turn)


def dress(pen: Pen, path: skia.Path, cloth: Cloth, *, shade: float = 0.18) -> None:
    """Fill a path of the head's scale with cloth, over a rim."""
    if pen.sees(0.045):
        pen.stroke(path, darker(cloth.colour, 0.42), 2 * EDGE / 0.124)
    if cloth.pattern is None:
        pen.fill(path, cloth.colour, shade=shade, edge=0.0)
    else:
        fill_with_pattern(pen, path, cloth.colour, cloth.pattern, shade=shade, edge=0.0)


def _crown(pen: Pen, turn: Turn, cloth: Cloth, rings: list[Ring], *, crisp_top: bool = False, sag: float = 0.1) -> None:
    dress(pen, hull(seen(turn, rings), crisp_top=crisp_top, crisp_bottom=True, sag=sag), cloth)


def _band(pen: Pen, turn: Turn, cloth: Cloth, low: Ring, high: Ring, sag: float = 0.1) -> None:
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


def _brim(pen: Pen, turn: Turn, cloth: Cloth, y: float, wide: float, *, view: float = 0.16, long: float = 1.0) -> None:
    dress(pen, blob(disc(turn, (0.0, y, 0.0), (wide, wide * long), view=view)), cloth, shade=0.22)


def _visor(pen: Pen, turn: Turn, cloth: Cloth, y: float, reach: float) -> None:
    """A peak over the forehead."""
    points = []
    for i in range(7):
        angle = math.radians(-66 + 22 * i)
        spot = turn.at(0.98 * math.sin(angle), y, 0.55 + reach * math.cos(angle))
        points.append((spot.x, spot.y + 0.14 * math.cos(angle) * max(turn.cos, 0.0) + 0.1 * spot.depth))
    back = turn.at(0.9, y, 0.45), turn.at(-0.9, y, 0.45)
    dress(pen, blob([*points, (back[0].x, y - 0.06), (back[1].x, y - 0.06)], 0.8), cloth, shade=0.25)


def _toque(pen: Pen, hat: Hat, turn: Turn) -> None:
    tall, wide = 0.62 * hat.size, 1.12 + 0.22 * hat.size
    puff = [
        Ring(-0.95 - 1.25 * tall, 0.75 * wide, 0.75 * wide),
        Ring(-0.9 - 0.85 * tall, wide, wide),
        Ring(-0.72 - 0.25 * tall, 0.94 * wide, 0.94 * wide),
        Ring(-0.6, 0.98, 1.0),
    ]
    rows = seen(turn, puff)
    path = hull(rows, crisp_bottom=True)
    top = rows[0]
    for share in (-0.75, -0.1, 0.6):
        path.addPath(ellipse(top.middle + share * top.half, top.y + 0.06, 0.4 * wide, 0.27))
    dress(pen, path, hat.cloth)
    if pen.sees(0.05):
        for angle in range(0, 360, 45):
            if mark(rows[1], angle + 20).width > 0.15:
                fold = curve([(row.at(angle + 20), row.y + 0.1) for row in rows[1:]])
                pen.stroke(fold, darker(hat.cloth.colour, 0.16), 0.045, alpha=0.8)
    _crown(pen, turn, hat.cloth, [Ring(-0.84, 1.03, 1.06), Ring(-0.36, 1.06, 1.1)], crisp_top=True)
    if hat.trim.name != hat.cloth.name:
        _band(pen, turn, hat.trim, Ring(-0.38, 1.06, 1.1), Ring(-0.54, 1.05, 1.09))


def _dome(size: float = 1.0, top: float = -1.2, base: float = -0.4) -> list[Ring]:
    high = base - top
    return [
        Ring(top, 0.32 * size, 0.34 * size, -0.04),
        Ring(top + 0.16 * high, 0.72 * size, 0.76 * size, -0.04),
        Ring(top + 0.5 * high, 1.0 * size, 1.05 * size, -0.04),
        Ring(base, 1.08 * size, 1.13 * size, -0.03),
    ]


def _beanie(pen: Pen, hat: Hat, turn: Turn) -> None:
    if hat.size > 1.0:
        dress(pen, ellipse(*turn.point(0.0, -1.33, -0.05), 0.27, 0.26), hat.trim)
    _crown(pen, turn, hat.cloth, _dome(1.02, -1.24, -0.44))
    fold = [Ring(-0.7, 1.07, 1.11, -0.03), Ring(-0.55, 1.12, 1.16, -0.03), Ring(-0.32, 1.09, 1.13, -0.03)]
    dress(pen, hull(seen(turn, fold), crisp_top=True, crisp_bottom=True, sag=0.08), hat.trim)


def _beret(pen: Pen, hat: Hat, turn: Turn) -> None:
    x, y = turn.point(0.28 * hat.side, -0.86, -0.1)
    lean = 13 * hat.side * turn.cos
    pen.fill(capsule((x, y - 0.4), 0.05, (x, y - 0.58), 0.05), darker(hat.cloth.colour, 0.1), edge=0.0)
    dress(pen, ellipse(x, y, 1.24 * hat.size, 0.46, lean), hat.cloth)
    _band(pen, turn, hat.trim, Ring(-0.42, 1.05, 1.09, -0.05), Ring(-0.58, 1.05, 1.09, -0.05))


def _flat_cap(pen: Pen, hat: Hat, turn: Turn) -> None:
    if turn.cos < -0.2:
        _visor(pen, turn, hat.trim, -0.4, 0.85)
    rings = [
        Ring(-1.14, 0.5, 0.6, -0.02),
        Ring(-0.96, 1.0, 1.12, 0.04),
        Ring(-0.7, 1.13, 1.22, 0.05),
        Ring(-0.4, 1.06, 1.1, -0.02),
    ]
    _crown(pen, turn, hat.cloth, rings)
    if turn.cos >= -0.2:
        _visor(pen, turn, hat.trim, -0.44, 0.78)


def _cap(pen: Pen, hat: Hat, turn: Turn) -> None:
    if turn.cos < -0.2:
        _visor(pen, turn, hat.trim, -0.4, 1.0)
    _crown(pen, turn, hat.cloth, _dome(1.02, -1.18, -0.4))
    pen.fill(ellipse(*turn.point(0.0, -1.18, -0.04), 0.1, 0.06), hat.trim.colour, edge=0.0)
    if turn.cos >= -0.2:
        _visor(pen, turn, hat.trim, -0.44, 0.95)


def _brimmed(pen: Pen, hat: Hat, turn: Turn) -> None:
    """A sun or straw hat: wide brim, round crown, ribbon."""
    _brim(pen, turn, hat.cloth, -0.46, 1.75 * hat.size, view=0.2)
    _crown(pen, turn, hat.cloth, _dome(0.98, -1.22, -0.48))
    _band(pen, turn, hat.trim, Ring(-0.5, 1.06, 1.1, -0.03), Ring(-0.72, 1.01, 1.05, -0.03))


def _fedora(pen: Pen, hat: Hat, turn: Turn) -> None:
    _brim(pen, turn, hat.cloth, -0.47, 1.48 * hat.size, view=0.18)
    rings = [Ring(-1.3, 0.62, 0.8, 0.0), Ring(-1.18, 0.84, 0.96, -0.02), Ring(-0.48, 1.05, 1.08, -0.03)]
    _crown(pen, turn, hat.cloth, rings)
    _band(pen, turn, hat.trim, Ring(-0.48, 1.06, 1.09, -0.03), Ring(-0.74, 0.99, 1.04, -0.03))
    spot = turn.at(1.0 * hat.side, -0.75, 0.2)
    if spot.depth > -0.4:
        feather = capsule((spot.x, spot.y + 0.1), 0.05, (spot.x - 0.06 * hat.side, spot.y - 0.5), 0.09)
        pen.fill(feather, lighter(hat.trim.colour, 0.35), edge=0.0)


def _top_hat(pen: Pen, hat: Hat, turn: Turn) -> None:
    tall = 1.0 * hat.size
    _brim(pen, turn, hat.cloth, -0.5, 1.42, view=0.16)
    rings = [
        Ring(-0.6 - tall, 1.04, 1.06, -0.03),
        Ring(-0.6 - 0.5 * tall, 0.95, 0.97, -0.03),
        Ring(-0.5, 1.0, 1.02, -0.03),
    ]
    _crown(pen, turn, hat.cloth, rings, crisp_top=True)
    top = seen(turn, rings[:1])[0]
    pen.fill(ellipse(top.middle, top.y, top.half, 0.13), lighter(hat.cloth.colour, 0.12), edge=0.0)
    _band(pen, turn, hat.trim, Ring(-0.52, 1.0, 1.03, -0.03), Ring(-0.78, 0.98, 1.0, -0.03))


def _wizard(pen: Pen, hat: Hat, turn: Turn) -> None:
    tall, bend = 1.75 * hat.size, 0.35 * hat.side
    _brim(pen, turn, hat.cloth, -0.46, 1.7, view=0.2)
    rings = [
        Ring(-0.5 - tall, 0.05, 0.05, -0.5, bend),
        Ring(-0.5 - 0.86 * tall, 0.2, 0.2, -0.26, 0.55 * bend),
        Ring(-0.5 - 0.5 * tall, 0.55, 0.56, -0.1, 0.05 * bend),
        Ring(-0.5, 1.04, 1.08, -0.03),
    ]
    _crown(pen, turn, hat.cloth, rings)
    _band(pen, turn, hat.trim, Ring(-0.5, 1.05, 1.09, -0.03), Ring(-0.76, 0.94, 0.97, -0.03))
    spot = mark(seen(turn, [Ring(-1.05, 0.85, 0.85, -0.06)])[0], 8.0 * hat.side)
    if spot.seen and pen.sees(0.1):
        pen.fill(star(0.0 + spot.x, spot.y, 0.22), hat.trim.colour, edge=0.0)


def _hard_hat(pen: Pen, hat: Hat, turn: Turn) -> None:
    _brim(pen, turn, hat.cloth, -0.48, 1.26, view=0.16, long=1.1)
    _crown(pen, turn, hat.cloth, _dome(1.06, -1.24, -0.48))
    rows = seen(turn, [Ring(-1.24, 0.35, 0.4, -0.04), Ring(-1.0, 0.88, 0.92, -0.04), Ring(-0.56, 1.13, 1.18, -0.04)])
    for longitude in (0, 180):
        ridge = patch(
            rows, [(longitude - 30, longitude + 30), (longitude - 13, longitude + 13), (longitude - 10, longitude + 10)]
        )
        if ridge is not None:
            pen.fill(ridge, lighter(hat.cloth.colour, 0.22), edge=0.0)
    spot = mark(seen(turn, [Ring(-0.74, 1.1, 1.14)])[0], 0.0)
    if spot.seen and hat.trim.name != hat.cloth.name:
        pen.fill(ellipse(spot.x, spot.y, 0.2 * spot.width, 0.16), hat.trim.colour, edge=0.0)


def _fire_helmet(pen: Pen, hat: Hat, turn: Turn) -> None:
    points = []
    for x, y in disc(turn, (0.0, -0.46, -0.22), (1.34, 1.6), view=0.16):
        points.append((x, y))
    dress(pen, blob(points), hat.cloth, shade=0.24)
    _crown(pen, turn, hat.cloth, _dome(1.05, -1.28, -0.5))
    ridge = [turn.point(0.0, y, z) for y, z in ((-0.85, 0.98), (-1.32, 0.4), (-1.36, -0.3), (-0.95, -0.98))]
    pen.stroke(curve(ridge), lighter(hat.cloth.colour, 0.25), 0.14)
    _band(pen, turn, hat.trim, Ring(-0.5, 1.13, 1.17, -0.03), Ring(-0.62, 1.1, 1.15, -0.03))
    spot = mark(seen(turn, [Ring(-0.86, 1.06, 1.16)])[0], 0.0)
    if spot.seen:
        w = 0.36 * spot.width
        shield = [
            (spot.x - w, -1.2),
            (spot.x, -1.3),
            (spot.x + w, -1.2),
            (spot.x + w, -0.78),
            (spot.x, -0.52),
            (spot.x - w, -0.78),
        ]
        dress(pen, blob(shield, 0.5), hat.trim)


def _tricorn(pen: Pen, hat: Hat, turn: Turn) -> None:
    rim = []
    for i in range(18):
        longitude = 20.0 * i
        corner = 0.5 + 0.5 * math.cos(math.radians(3 * longitude))
        angle = math.radians(longitude)
        reach = 1.12 + 0.55 * corner
        spot = turn.at(reach * math.sin(angle), -0.98 + 0.44 * corner, reach * math.cos(angle))
        rim.append((spot.x, spot.y + 0.06 * spot.depth))
    _crown(pen, turn, hat.cloth, _dome(0.98, -1.3, -0.46))
    path = blob(rim, 0.9)
    path.setFillType(skia.PathFillType.kWinding)
    base = hull(seen(turn, [Ring(-0.8, 1.16, 1.18), Ring(-0.44, 1.05, 1.08)]), crisp_bottom=True, sag=0.08)
    dress(pen, path, Cloth(hat.cloth.name, darker(hat.cloth.colour, 0.12)))
    dress(pen, base, hat.cloth)
    pen.stroke(path, hat.trim.colour, 0.085)
    spot = mark(seen(turn, [Ring(-0.72, 1.16, 1.18)])[0], 52.0 * hat.side)
    if spot.seen:
        pen.fill(ellipse(spot.x, spot.y, 0.17 * spot.width + 0.04, 0.17), hat.trim.colour, edge=0.0)


def _bandana(pen: Pen, hat: Hat, turn: Turn) -> None:
    knot = turn.at(0.85 * hat.side, -0.3, -0.75)
    for lean in (-0.12, 0.2):
        tail = capsule((knot.x, knot.y), 0.1, (knot.x + lean + 0.2 * hat.side * turn.cos, knot.y + 0.5), 0.14)
        dress(pen, tail, hat.cloth.plain)
    _crown(pen, turn, hat.cloth, _dome(1.0, -1.16, -0.38))
    if knot.depth > -0.2:
        dress(pen, ellipse(knot.x, knot.y, 0.17, 0.16), hat.cloth.plain)


def _dixie(pen: Pen, hat: Hat, turn: Turn) -> None:
    """A sailor's round white cap."""
    dome = [Ring(-1.2, 0.45, 0.48), Ring(-1.02, 0.9, 0.93), Ring(-0.8, 1.0, 1.04)]
    _crown(pen, turn, hat.cloth, dome)
    wall = [Ring(-0.92, 1.13, 1.17), Ring(-0.46, 1.04, 1.08)]
    dress(pen, hull(seen(turn, wall), crisp_top=True, crisp_bottom=True, sag=0.08), hat.cloth)
    _band(pen, turn, hat.trim, Ring(-0.48, 1.05, 1.09), Ring(-0.6, 1.07, 1.11))


def _ribbon_cap(pen: Pen, hat: Hat, turn: Turn) -> None:
    """A sailor's flat cap with a ribbon that hangs behind."""
    for side in (-1, 1):
        start = turn.at(0.16 * side, -0.5, -1.05)
        end = turn.at(0.34 * side, 0.35, -1.12)
        if start.depth > 0.0 or abs(turn.sin) > 0.3:
            pen.stroke(curve([(start.x, start.y), (end.x, end.y)]), hat.trim.colour, 0.16)
    flat = [Ring(-1.12, 0.9, 0.92), Ring(-1.0, 1.26, 1.28), Ring(-0.84, 1.22, 1.24), Ring(-0.7, 1.02, 1.06)]
    _crown(pen, turn, hat.cloth, flat)
    _band(pen, turn, hat.trim, Ring(-0.42, 1.05, 1.09), Ring(-0.74, 1.06, 1.1))
    dress(pen, ellipse(*turn.point(0.0, -1.18, 0.0), 0.17, 0.12), hat.trim)


def _royal_crown(pen: Pen, hat: Hat, turn: Turn) -> None:
    y, tall = -0.55, 0.55 * hat.size
    for back in (True, False):
        low, high = [], []
        for i in range(17):
            longitude = (-90.0 + 180.0 * i / 16) - turn.yaw_deg + (180.0 if back else 0.0)
            wave = abs(((longitude / 45.0) % 2.0) - 1.0)
            angle = math.radians(longitude)
            x = turn.at(1.0 * math.sin(angle), 0.0, 1.02 * math.cos(angle))
            flare = 1.0 + 0.12 * wave
            low.append((x.x, y + 0.1 * x.depth))
            high.append((x.x * flare, y - tall * (0.5 + 0.5 * wave) + 0.1 * x.depth))
        colour = darker(hat.cloth.colour, 0.3) if back else hat.cloth.colour
        dress(pen, polygon([*high, *reversed(low)]), Cloth(hat.cloth.name, colour), shade=0.25)
    for longitude in range(0, 360, 90):
        spot = mark(seen(turn, [Ring(y - 0.14, 1.03, 1.05)])[0], longitude)
        if spot.seen and pen.sees(0.06):
            pen.fill(
                ellipse(spot.x, spot.y + 0.1 * spot.depth, 0.11 * spot.width, 0.11),
                hat.trim.colour,
                edge=0.0,
                shade=0.3,
            )


def _tiara(pen: Pen, hat: Hat, turn: Turn) -> None:
    row = seen(turn, [Ring(-0.82, 0.8, 0.84, -0.03)])[0]
    for longitude, tall in ((-48, 0.14), (-24, 0.22), (0, 0.36), (24, 0.22), (48, 0.14)):
        spot = mark(row, longitude)
        if spot.seen:
            tip = [(spot.x - 0.12 * spot.width, -0.76), (spot.x, -0.82 - tall), (spot.x + 0.12 * spot.width, -0.76)]
            pen.fill(polygon(tip), hat.cloth.colour, edge=0.0, shade=0.25)
            if pen.sees(0.05):
                pen.fill(ellipse(spot.x, -0.84 - tall, 0.055, 0.055), hat.trim.colour, edge=0.0)
    rows = seen(turn, [Ring(-0.84, 0.8, 0.84, -0.03), Ring(-0.7, 0.9, 0.94, -0.03)])
    path = patch(rows, (-70.0, 70.0))
    if path is not None:
        pen.fill(path, hat.cloth.colour, edge=0.0, shade=0.25)


def _flower(pen: Pen, hat: Hat, turn: Turn) -> None:
    spot = turn.at(0.86 * hat.side, -0.42, 0.34)
    if spot.depth < -0.5:
        return
    petals = skia.Path()
    for i in range(5):
        angle = math.radians(72 * i - 90)
        petals.addPath(ellipse(spot.x + 0.17 * math.cos(angle), spot.y + 0.17 * math.sin(angle), 0.15, 0.15))
    dress(pen, petals, hat.cloth)
    pen.fill(ellipse(spot.x, spot.y, 0.11, 0.11), hat.trim.colour, edge=0.0)


def _headband(pen: Pen, hat: Hat, turn: Turn) -> None:
    _band(pen, turn, hat.cloth, Ring(-0.52, 1.04, 1.08, -0.04), Ring(-0.74, 0.96, 1.0, -0.04), sag=0.04)


def _scrub_cap(pen: Pen, hat: Hat, turn: Turn) -> None:
    _crown(pen, turn, hat.cloth, _dome(1.02, -1.16, -0.4))
    _band(pen, turn, hat.trim, Ring(-0.4, 1.09, 1.14, -0.03), Ring(-0.54, 1.08, 1.12, -0.03))


_KINDS: Final[dict[str, Callable[[Pen, Hat, Turn], None]]] = {
    "toque": _toque,
    "beanie": _beanie,
    "beret": _beret,
    "flat cap": _flat_cap,
    "cap": _cap,
    "sun hat": _brimmed,
    "straw hat": _brimmed,
    "fedora": _fedora,
    "top hat": _top_hat,
    "pointed hat": _wizard,
    "hard hat": _hard_hat,
    "fire helmet": _fire_helmet,
    "tricorn": _tricorn,
    "bandana": _bandana,
    "round cap": _dixie,
    "ribbon cap": _ribbon_cap,
    "crown": _royal_crown,
    "tiara": _tiara,
    "flower": _flower,
    "headband": _headband,
    "scrub cap": _scrub_cap,
}

LIGHT_HATS: Final = frozenset({"tiara", "flower", "headband"})
"""What is worn on the hair and does not press it flat."""
