"""Round bodies in space as stacks of upright rings, and what lies on their surface.

A body (torso, head, hat, skirt) is a list of rings from top to bottom. Seen from any side its outline, a patch on it
and a mark on it follow from the same rings, so that all views agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import skia

from s2vbench.world.pen import Point, blob, curve
from s2vbench.world.turn import Spot, Turn


class Ring(NamedTuple):
    """An ellipse in a level plane."""

    y: float
    a: float
    """Half its extent from left to right."""
    b: float
    """Half its extent from back to front."""
    z: float = 0.0
    x: float = 0.0


class Row(NamedTuple):
    """A ring as it is seen."""

    middle: float
    y: float
    half: float
    """Half its width in the picture."""
    turn_deg: float
    """Add it to a longitude: within -90..90 the place is on the near side."""

    def at(self, longitude_deg: float) -> float:
        """The x of a place on the ring; of places on the far side that of the nearer edge."""
        away = (longitude_deg + self.turn_deg + 180.0) % 360.0 - 180.0
        return self.middle + self.half * math.sin(math.radians(min(max(away, -90.0), 90.0)))


def seen(turn: Turn, rings: Sequence[Ring]) -> list[Row]:
    """The rings as they are seen."""
    sin, cos = turn.sin, turn.cos
    rows = []
    for y, a, b, z, x in rings:
        across, along = a * cos, b * sin
        angle = math.degrees(math.atan2(along, across))
        rows.append(Row(x * cos + z * sin, y, math.hypot(across, along), angle))
    return rows


def ring_at(rings: Sequence[Ring], y: float) -> Ring:
    """The ring at a height, between its neighbours; the first or last one's size beyond them."""
    if y <= rings[0].y:
        return rings[0]._replace(y=y)
    for above, below in pairwise(rings):
        if y <= below.y:
            share = (y - above.y) / (below.y - above.y)
            return Ring(
                y,
                above.a + (below.a - above.a) * share,
                above.b + (below.b - above.b) * share,
                above.z + (below.z - above.z) * share,
                above.x + (below.x - above.x) * share,
            )
    return rings[-1]._replace(y=y)


def hull(rows: Sequence[Row], *, crisp_top: bool = False, crisp_bottom: bool = False, sag: float = 0.0) -> skia.Path:
    """The outline of a body.

    Args:
        rows: from top to bottom.
        crisp_top: the upper end has corners.
        crisp_bottom: the lower end has corners.
        sag: how far the middle of the lower edge hangs below its ends.
    """
    right = [(row.middle + row.half, row.y) for row in rows]
    left = [(row.middle - row.half, row.y) for row in reversed(rows)]
    hem = [(rows[-1].middle, rows[-1].y + sag)] if sag else []
    if not crisp_top and not crisp_bottom:
        return blob([*right, *hem, *left])
    if crisp_top and crisp_bottom:
        return joined(right, [right[-1], *hem, left[0]], left)
    if crisp_bottom:
        return joined([*left, *right], [right[-1], *hem, left[0]])
    return joined([*right, *hem, *left])


def joined(*runs: Sequence[Point]) -> skia.Path:
    """A closed outline of smooth runs with corners where they meet."""
    path = skia.Path()
    runs = tuple(run for run in runs if run)
    path.moveTo(*runs[0][0])
    for run in runs:
        path.lineTo(*run[0])
        last = len(run) - 1
        for i in range(last):
            before, start, end, after = run[max(i - 1, 0)], run[i], run[i + 1], run[min(i + 2, last)]
            path.cubicTo(
                start[0] + (end[0] - before[0]) / 6,
                start[1] + (end[1] - before[1]) / 6,
                end[0] - (after[0] - start[0]) / 6,
                end[1] - (after[1] - start[1]) / 6,
                *end,
            )
    path.close()
    return path


def _near(low_deg: float, high_deg: float, turn_deg: float) -> tuple[float, float] | None:
    """The part of a span of longitudes that is on the near side, as seen angles; None where nothing is."""
    low, high = low_deg + turn_deg, high_deg + turn_deg
    around = 360.0 * round((low + high) / 720.0)
    low, high = max(low - around, -90.0), min(high - around, 90.0)
    return (low, high) if low < high else None


def patch(rows: Sequence[Row], spans: Sequence[tuple[float, float]]) -> skia.Path | None:
    """What is seen of a piece of the surface, given by a span of longitudes for each row (or one for all rows).

    None where it is on the far side. A span is at most 180 wide, or the whole 360.
    """
    left: list[Point] = []
    right: list[Point] = []
    for row, (low, high) in zip(rows, spans if len(spans) > 1 else [*spans] * len(rows), strict=True):
        part = _near(low, high, row.turn_deg)
        if part is None:
            continue
        left.append((row.middle + row.half * math.sin(math.radians(part[0])), row.y))
        right.append((row.middle + row.half * math.sin(math.radians(part[1])), row.y))
    if len(left) < 2:
        return None
    left.reverse()
    return joined(right, left)


def shell(rows: Sequence[Row], openings: Sequence[tuple[float, float] | None]) -> skia.Path:
    """What is seen of a shell around a body that has an opening: hair or a helmet around a face.

    Args:
        rows: of the shell, from top to bottom.
        openings: the span of longitudes of the opening in each row, None where it is closed; from the first open row
            on, all are open.
    """
    outer: tuple[list[Point], list[Point]] = ([], [])
    inner: tuple[list[Point], list[Point]] = ([], [])
    ended = [False, False]
    for row, opening in zip(rows, openings, strict=True):
        if opening is None:
            outer[0].append((row.middle - row.half, row.y))
            outer[1].append((row.middle + row.half, row.y))
            continue
        low, high = opening
        left = _clamped(high - 360.0 + row.turn_deg, low + row.turn_deg)
        right = _clamped(high + row.turn_deg, low + 360.0 + row.turn_deg)
        for side, (first, last) in enumerate((left, right)):
            if ended[side]:
                continue
            # a strip that has run out ends in one point on the edge, so that it grows from nothing as the body turns
            ended[side] = first >= last
            edge = 90.0 * (2 * side - 1)
            angles = (edge, edge) if ended[side] else (first, last)
            ends = [(row.middle + row.half * math.sin(math.radians(angle)), row.y) for angle in angles]
            outer[side].append(ends[side])
            inner[side].append(ends[1 - side])
    if openings[0] is not None:
        path = skia.Path()
        for side in (0, 1):
            if len(outer[side]) > 1:
                path.addPath(joined(outer[side], inner[side][::-1]))
        return path
    return joined([*outer[0][::-1], *outer[1]], [*inner[1][::-1], *inner[0]])


def _clamped(first: float, last: float) -> tuple[float, float]:
    return min(max(first, -90.0), 90.0), min(max(last, -90.0), 90.0)


def tress(points: Sequence[Point], radii: Sequence[float]) -> skia.Path:
    """A smooth, bent shape along a line that is thicker and thinner: ponytails, plumes."""
    left: list[Point] = []
    right: list[Point] = []
    last = len(points) - 1
    for i, ((x, y), radius) in enumerate(zip(points, radii, strict=True)):
        before, after = points[max(i - 1, 0)], points[min(i + 1, last)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy)
        # seen end on, the line has no direction: the shape becomes a disc
        nx, ny = (-dy / length, dx / length) if length > 1e-6 else (1.0, 0.0)
        left.append((x + nx * radius, y + ny * radius))
        right.append((x - nx * radius, y - ny * radius))
    around = [*left, *reversed(right)]
    if sum(p[0] * q[1] - q[0] * p[1] for p, q in pairwise([*around, around[0]])) < 0:
        around.reverse()  # the discs run clockwise: shapes of opposite directions would cut holes
    path = blob(around)
    for (x, y), radius in zip(points, radii, strict=True):
        path.addOval(skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius))
    return path


def mark(row: Row, longitude_deg: float) -> Spot:
    """Where a mark on a ring is seen."""
    away = math.radians(longitude_deg + row.turn_deg)
    facing = math.cos(away)
    return Spot(row.middle + row.half * math.sin(away), row.y, facing, max(facing, 0.0), facing > 0.08)


def along(rows: Sequence[Row], longitudes_deg: Sequence[float]) -> skia.Path:
    """An open curve over the surface, one longitude a row; its far parts run along the edge."""
    return curve([(row.at(longitude), row.y) for row, longitude in zip(rows, longitudes_deg, strict=True)])


def disc(
    turn: Turn, middle: tuple[float, float, float], radii: tuple[float, float], *, count: int = 12, view: float = 0.16
) -> list[Point]:
    """The rim of a level disc, seen a little from above: hat brims, tutus.

    Args:
        turn: of the body.
        middle: x, y, z of its middle.
        radii: to the side and to the front.
        count: of points.
        view: how far near points are below far ones, as a share of their distance.
    """
    points = []
    for i in range(count):
        angle = 2 * math.pi * i / count
        spot = turn.at(middle[0] + radii[0] * math.sin(angle), middle[1], middle[2] + radii[1] * math.cos(angle))
        points.append((spot.x, spot.y + view * spot.depth))
    return points
