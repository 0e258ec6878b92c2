"""Round bodies in space as stacks of upright rings, and what lies on their surface.

A body (torso, head, hat, skirt) is a list of rings from top to bottom. Seen from any side its outline, a patch on it
and a mark on it follow from the same rings, so that all views agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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
    for above, below in zip(rings, rings[1:], strict=False):
        if y <= below.y:
            share = (y - above.y) / (below.y - above.y)
            return Ring(*(p + (q - p) * share for p, q in zip(above, below, strict=True)))
    return rings[-1]._replace(y=y)


def slab(rings: Sequence[Ring], top: float, bottom: float, *, grow: float = 0.0, count: int = 3) -> list[Ring]:
    """Rings of a layer over a part of a body, `grow` thick."""
    layer = []
    for i in range(count):
        y, a, b, z, x = ring_at(rings, top + (bottom - top) * i / (count - 1))
        layer.append(Ring(y, a + grow, b + grow, z, x))
    return layer


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


def patch(rows: Sequence[Row], spans: Sequence[tuple[float, float]] | tuple[float, float]) -> skia.Path | None:
    """What is seen of a piece of the surface, given by a span of longitudes for each row (or one for all).

    None where it is on the far side. A span is at most 180 wide, or the whole 360.
    """
    left: list[Point] = []
    right: list[Point] = []
    one = spans if isinstance(spans[0], float | int) else None
    for i, row in enumerate(rows):
        span = one or spans[i]
        part = _near(span[0], span[1], row.turn_deg)  # type: ignore[arg-type]
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
    outer_left: list[Point] = []
    outer_right: list[Point] = []
    inner_left: list[Point] = []
    inner_right: list[Point] = []
    for row, opening in zip(rows, openings, strict=True):
        if opening is None:
            outer_left.append((row.middle - row.half, row.y))
            outer_right.append((row.middle + row.half, row.y))
            continue
        low, high = opening
        left0, left1 = _clamped(high - 360.0 + row.turn_deg, low + row.turn_deg)
        right0, right1 = _clamped(high + row.turn_deg, low + 360.0 + row.turn_deg)
        if left0 >= left1 and right0 >= right1:
            continue
        if left0 >= left1:
            left0 = left1 = right0
        elif right0 >= right1:
            right0 = right1 = left1
        xs = [row.middle + row.half * math.sin(math.radians(angle)) for angle in (left0, left1, right0, right1)]
        outer_left.append((xs[0], row.y))
        outer_right.append((xs[3], row.y))
        inner_left.append((xs[1], row.y))
        inner_right.append((xs[2], row.y))
    outer_left.reverse()
    inner_right.reverse()
    if len(inner_left) == len(rows):
        return joined(outer_right, inner_right, inner_left, outer_left)
    return joined([*outer_left, *outer_right], [*inner_right, *inner_left])


def _clamped(first: float, last: float) -> tuple[float, float]:
    return min(max(first, -90.0), 90.0), min(max(last, -90.0), 90.0)


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
