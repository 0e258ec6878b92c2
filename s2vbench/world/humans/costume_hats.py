"""Hats of trades and stories."""

from __future__ import annotations

import math

import skia

from s2vbench.world.humans.hat_parts import HatCut, band, brim, crown, dome, dress
from s2vbench.world.humans.person import Cloth
from s2vbench.world.humans.shape import Ring, disc, hull, joined, mark, patch, seen
from s2vbench.world.palette import darker, lighter
from s2vbench.world.patterns import star
from s2vbench.world.pen import Pen, blob, capsule, curve, ellipse, polygon
from s2vbench.world.turn import Turn


def toque(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """A tall, pleated cap."""
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
    crown(pen, turn, hat.cloth, [Ring(-0.84, 1.03, 1.06), Ring(-0.36, 1.06, 1.1)], crisp_top=True)
    if hat.trim.name != hat.cloth.name:
        band(pen, turn, hat.trim, Ring(-0.38, 1.06, 1.1), Ring(-0.54, 1.05, 1.09))


def top_hat(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """A tall cylinder with a brim."""
    tall = 1.0 * hat.size
    brim(pen, turn, hat.cloth, -0.5, 1.42, view=0.16)
    rings = [
        Ring(-0.6 - tall, 1.04, 1.06, -0.03),
        Ring(-0.6 - 0.5 * tall, 0.95, 0.97, -0.03),
        Ring(-0.5, 1.0, 1.02, -0.03),
    ]
    crown(pen, turn, hat.cloth, rings, crisp_top=True)
    top = seen(turn, rings[:1])[0]
    pen.fill(ellipse(top.middle, top.y, top.half, 0.13), lighter(hat.cloth.colour, 0.12), edge=0.0)
    band(pen, turn, hat.trim, Ring(-0.52, 1.0, 1.03, -0.03), Ring(-0.78, 0.98, 1.0, -0.03))


def wizard(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """A cone with a bent tip and a wide brim."""
    tall, bend = 1.75 * hat.size, 0.35 * hat.side
    brim(pen, turn, hat.cloth, -0.46, 1.7, view=0.2)
    rings = [
        Ring(-0.5 - tall, 0.05, 0.05, -0.5, bend),
        Ring(-0.5 - 0.86 * tall, 0.2, 0.2, -0.26, 0.55 * bend),
        Ring(-0.5 - 0.5 * tall, 0.55, 0.56, -0.1, 0.05 * bend),
        Ring(-0.5, 1.04, 1.08, -0.03),
    ]
    crown(pen, turn, hat.cloth, rings)
    band(pen, turn, hat.trim, Ring(-0.5, 1.05, 1.09, -0.03), Ring(-0.76, 0.94, 0.97, -0.03))
    spot = mark(seen(turn, [Ring(-1.05, 0.85, 0.85, -0.06)])[0], 8.0 * hat.side)
    if spot.seen and pen.sees(0.1):
        pen.fill(star(0.0 + spot.x, spot.y, 0.22), hat.trim.colour, edge=0.0)


def hard_hat(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """A dome with a ridge."""
    brim(pen, turn, hat.cloth, -0.48, 1.26, view=0.16, long=1.1)
    crown(pen, turn, hat.cloth, dome(1.06, -1.24, -0.48))
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


def fire_helmet(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """A dome with a crest, a shield, and a brim that is longer behind."""
    points = []
    for x, y in disc(turn, (0.0, -0.46, -0.22), (1.34, 1.6), view=0.16):
        points.append((x, y))
    dress(pen, blob(points), hat.cloth, shade=0.24)
    crown(pen, turn, hat.cloth, dome(1.05, -1.28, -0.5))
    ridge = [turn.point(0.0, y, z) for y, z in ((-0.85, 0.98), (-1.32, 0.4), (-1.36, -0.3), (-0.95, -0.98))]
    pen.stroke(curve(ridge), lighter(hat.cloth.colour, 0.25), 0.14)
    band(pen, turn, hat.trim, Ring(-0.5, 1.13, 1.17, -0.03), Ring(-0.62, 1.1, 1.15, -0.03))
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


def tricorn(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """Three walls turned up from the base; they are low and far out at the corners."""
    for back in (True, False):
        low, high = [], []
        for i in range(15):
            longitude = -90.0 + 180.0 * i / 14 - turn.yaw_deg + (180.0 if back else 0.0)
            corner = (0.5 + 0.5 * math.cos(math.radians(3 * longitude))) ** 1.6
            angle = math.radians(longitude)
            reach = 1.18 + 0.5 * corner
            rim = turn.at(reach * math.sin(angle), -1.04 + 0.36 * corner, reach * math.cos(angle))
            base = turn.at(1.05 * math.sin(angle), -0.46, 1.08 * math.cos(angle))
            low.append((base.x, base.y + 0.08 * base.depth))
            high.append((rim.x, rim.y + 0.08 * rim.depth))
        colour = darker(hat.cloth.colour, 0.3) if back else hat.cloth.colour
        dress(pen, joined(high, low[::-1]), Cloth(hat.cloth.name, colour))
        pen.stroke(curve(high), hat.trim.colour, 0.085)
        if back:
            crown(pen, turn, hat.cloth, dome(0.98, -1.26, -0.46))
    spot = mark(seen(turn, [Ring(-0.74, 1.14, 1.16)])[0], 58.0 * hat.side)
    if spot.seen:
        pen.fill(ellipse(spot.x, spot.y, 0.17 * spot.width + 0.04, 0.17), hat.trim.colour, edge=0.0)


def bandana(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """A cloth tied on one side."""
    knot = turn.at(0.85 * hat.side, -0.3, -0.75)
    # Behind the head they are hidden, unless they stand out at its side.
    for lean in (-0.12, 0.2) if knot.depth > -0.3 or abs(knot.x) > 0.85 else ():
        tail = capsule((knot.x, knot.y), 0.1, (knot.x + lean + 0.2 * hat.side * turn.cos, knot.y + 0.5), 0.14)
        dress(pen, tail, hat.cloth.plain)
    crown(pen, turn, hat.cloth, dome(1.0, -1.16, -0.38))
    if knot.depth > -0.2:
        dress(pen, ellipse(knot.x, knot.y, 0.17, 0.16), hat.cloth.plain)


def dixie(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """A sailor's round white cap."""
    dome = [Ring(-1.2, 0.45, 0.48), Ring(-1.02, 0.9, 0.93), Ring(-0.8, 1.0, 1.04)]
    crown(pen, turn, hat.cloth, dome)
    wall = [Ring(-0.92, 1.13, 1.17), Ring(-0.46, 1.04, 1.08)]
    dress(pen, hull(seen(turn, wall), crisp_top=True, crisp_bottom=True, sag=0.08), hat.cloth)
    band(pen, turn, hat.trim, Ring(-0.48, 1.05, 1.09), Ring(-0.6, 1.07, 1.11))


def ribbon_cap(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """A sailor's flat cap with a ribbon that hangs behind."""
    for side in (-1, 1):
        start = turn.at(0.16 * side, -0.5, -1.05)
        end = turn.at(0.34 * side, 0.35, -1.12)
        if start.depth > -0.3:
            pen.stroke(curve([(start.x, start.y), (end.x, end.y)]), hat.trim.colour, 0.16)
    flat = [Ring(-1.12, 0.9, 0.92), Ring(-1.0, 1.26, 1.28), Ring(-0.84, 1.22, 1.24), Ring(-0.7, 1.02, 1.06)]
    crown(pen, turn, hat.cloth, flat)
    band(pen, turn, hat.trim, Ring(-0.42, 1.05, 1.09), Ring(-0.74, 1.06, 1.1))
    dress(pen, ellipse(*turn.point(0.0, -1.18, 0.0), 0.17, 0.12), hat.trim)


def royal_crown(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """A ring with points; its far side is seen between them."""
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


def tiara(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """Small points over the forehead."""
    row = seen(turn, [Ring(-0.82, 0.8, 0.84, -0.03)])[0]
    for longitude, tall in ((-48, 0.14), (-24, 0.22), (0, 0.36), (24, 0.22), (48, 0.14)):
        spot = mark(row, longitude)
        if spot.seen:
            tip = [(spot.x - 0.12 * spot.width, -0.76), (spot.x, -0.82 - tall), (spot.x + 0.12 * spot.width, -0.76)]
            pen.fill(polygon(tip), hat.cloth.colour, edge=0.0, shade=0.25)
            if pen.sees(0.05):
                pen.fill(ellipse(spot.x, -0.84 - tall, 0.055, 0.055), hat.trim.colour, edge=0.0)
    rows = seen(turn, [Ring(-0.84, 0.8, 0.84, -0.03), Ring(-0.7, 0.9, 0.94, -0.03)])
    path = patch(rows, [(-70.0, 70.0)])
    if path is not None:
        pen.fill(path, hat.cloth.colour, edge=0.0, shade=0.25)


def flower(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """A flower over one ear."""
    spot = turn.at(0.86 * hat.side, -0.42, 0.34)
    if spot.depth < -0.5:
        return
    petals = skia.Path()
    for i in range(5):
        angle = math.radians(72 * i - 90)
        petals.addPath(ellipse(spot.x + 0.17 * math.cos(angle), spot.y + 0.17 * math.sin(angle), 0.15, 0.15))
    dress(pen, petals, hat.cloth)
    pen.fill(ellipse(spot.x, spot.y, 0.11, 0.11), hat.trim.colour, edge=0.0)


def headband(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """A band over the hair."""
    band(pen, turn, hat.cloth, Ring(-0.52, 1.04, 1.08, -0.04), Ring(-0.74, 0.96, 1.0, -0.04), sag=0.04)


def scrub_cap(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """A soft cap with a band."""
    crown(pen, turn, hat.cloth, dome(1.02, -1.16, -0.4))
    band(pen, turn, hat.trim, Ring(-0.4, 1.09, 1.14, -0.03), Ring(-0.54, 1.08, 1.12, -0.03))
