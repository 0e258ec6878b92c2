"""Ellipsoids in space: turned with their body, drawn as smooth hulls, and marked on their surface.

Local axes are those of `s2vbench.world.turn`: x to the animal's left, y down, z forward. What is nearer is
seen a little lower, as from a slight height, so that the four feet of an animal stand on a plane and not on a line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import skia

from s2vbench.world.pen import capsule

Vec = tuple[float, float, float]

TILT: Final = 0.14
"""How much lower a thing is seen for each unit that it is nearer."""


def _table(count: int) -> tuple[tuple[float, float], ...]:
    return tuple((math.cos(2 * math.pi * i / count), math.sin(2 * math.pi * i / count)) for i in range(count))


_DIRECTIONS: Final = {count: _table(count) for count in (12, 16, 20, 24, 32, 40)}


class Frame:
    """A place and three axes, given in the picture: (x, y, depth), where a larger depth is nearer."""

    __slots__ = ("d", "f", "o", "r")

    def __init__(self, o: Vec, r: Vec, d: Vec, f: Vec) -> None:
        self.o, self.r, self.d, self.f = o, r, d, f

    @classmethod
    def turned(cls, yaw_deg: float) -> Frame:
        """The frame of an animal that stands at the origin."""
        sin, cos = math.sin(math.radians(yaw_deg)), math.cos(math.radians(yaw_deg))
        return cls((0.0, 0.0, 0.0), (cos, -TILT * sin, -sin), (0.0, 1.0, 0.0), (sin, TILT * cos, cos))

    def at(self, x: float, y: float, z: float) -> Vec:
        """Where a local point is seen."""
        o, r, d, f = self.o, self.r, self.d, self.f
        return (
            o[0] + x * r[0] + y * d[0] + z * f[0],
            o[1] + x * r[1] + y * d[1] + z * f[1],
            o[2] + x * r[2] + y * d[2] + z * f[2],
        )

    def child(self, x: float, y: float, z: float, *, yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Frame:
        """A frame at a local point, turned by yaw (to its left), then pitch (nose up), then roll (top to its left)."""
        r, d, f = self.r, self.d, self.f
        if yaw:
            r, f = _spin(r, f, -yaw)
        if pitch:
            f, d = _spin(f, d, -pitch)
        if roll:
            d, r = _spin(d, r, -roll)
        return Frame(self.at(x, y, z), r, d, f)


def _spin(one: Vec, other: Vec, angle: float) -> tuple[Vec, Vec]:
    """Two axes turned in their plane, the first towards the second."""
    sin, cos = math.sin(angle), math.cos(angle)
    return (
        (one[0] * cos + other[0] * sin, one[1] * cos + other[1] * sin, one[2] * cos + other[2] * sin),
        (other[0] * cos - one[0] * sin, other[1] * cos - one[1] * sin, other[2] * cos - one[2] * sin),
    )


class Ball:
    """An ellipsoid along the axes of a frame."""

    __slots__ = ("_w", "a", "b", "c", "depth", "p", "q", "radii", "x", "y")

    def __init__(self, frame: Frame, x: float, y: float, z: float, rx: float, ry: float, rz: float) -> None:
        self.x, self.y, self.depth = frame.at(x, y, z)
        r, d, f = frame.r, frame.d, frame.f
        p = self.p = (r[0] * rx, d[0] * ry, f[0] * rz)
        q = self.q = (r[1] * rx, d[1] * ry, f[1] * rz)
        self.a = p[0] * p[0] + p[1] * p[1] + p[2] * p[2]
        self.b = p[0] * q[0] + p[1] * q[1] + p[2] * q[2]
        self.c = q[0] * q[0] + q[1] * q[1] + q[2] * q[2]
        self.radii = (rx, ry, rz)
        self._w: Vec | None = None

    @property
    def round(self) -> bool:
        """Whether it is a sphere (the slight tilt does not make its outline visibly oval)."""
        return self.radii[0] == self.radii[1] == self.radii[2]

    @property
    def viewer(self) -> Vec:
        """The direction to the viewer on the unit sphere: a unit vector s is on the near side where s·viewer > 0."""
        if self._w is None:
            p, q = self.p, self.q
            x, y, z = p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]
            length = math.sqrt(x * x + y * y + z * z) or 1.0
            self._w = (x / length, y / length, z / length)
        return self._w

    def spot(self, s: Vec) -> tuple[float, float, float]:
        """Where a unit vector of the surface is seen, and how much it faces the viewer (1 fully, below 0 hidden)."""
        p, q, w = self.p, self.q, self.viewer
        return (
            self.x + p[0] * s[0] + p[1] * s[1] + p[2] * s[2],
            self.y + q[0] * s[0] + q[1] * s[1] + q[2] * s[2],
            w[0] * s[0] + w[1] * s[1] + w[2] * s[2],
        )

    def tangent(self, s: Vec) -> skia.Matrix:
        """From a flat drawing (x to the animal's left, y down, lengths of the animal) to a place of the surface."""
        flat = math.hypot(s[0], s[2]) or 1e-6
        east = (s[2] / flat, 0.0, -s[0] / flat)
        south = (-s[1] * s[0] / flat, flat, -s[1] * s[2] / flat)
        rx, ry, rz = self.radii
        e = math.sqrt((east[0] * rx) ** 2 + (east[2] * rz) ** 2) or 1e-6
        n = math.sqrt((south[0] * rx) ** 2 + (south[1] * ry) ** 2 + (south[2] * rz) ** 2) or 1e-6
        p, q = self.p, self.q
        x, y, _ = self.spot(s)
        return skia.Matrix.MakeAll(
            (p[0] * east[0] + p[2] * east[2]) / e,
            (p[0] * south[0] + p[1] * south[1] + p[2] * south[2]) / n,
            x,
            (q[0] * east[0] + q[2] * east[2]) / e,
            (q[0] * south[0] + q[1] * south[1] + q[2] * south[2]) / n,
            y,
            0.0,
            0.0,
            1.0,
        )


def surface(longitude_deg: float, latitude_deg: float) -> Vec:
    """A unit vector: longitude 0 is in front, 90 at the animal's left; latitude is positive above."""
    longitude, latitude = math.radians(longitude_deg), math.radians(latitude_deg)
    across = math.cos(latitude)
    return across * math.sin(longitude), -math.sin(latitude), across * math.cos(longitude)


def hull(balls: Sequence[Ball], count: int = 16, path: skia.Path | None = None) -> skia.Path:
    """The smooth outline around ellipsoids, added to a path where one is given.

    Args:
        balls: one or more.
        count: corners of the outline, one of the numbers in the module's table.
        path: where to add it; all hulls turn the same way, so that overlaps stay filled.
    """
    path = skia.Path() if path is None else path
    if len(balls) == 1:
        _oval(path, balls[0])
        return path
    if len(balls) == 2 and balls[0].round and balls[1].round:
        one, two = balls
        path.addPath(capsule((one.x, one.y), one.radii[0], (two.x, two.y), two.radii[0]))
        return path
    points = _support(balls, count)
    directions = _DIRECTIONS[count]
    (x0, y0), (c0, s0) = points[0], directions[0]
    path.moveTo(x0, y0)
    for i in range(1, count + 1):
        x1, y1 = points[i % count]
        c1, s1 = directions[i % count]
        reach = math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)) * 0.342
        path.cubicTo(x0 - s0 * reach, y0 + c0 * reach, x1 + s1 * reach, y1 - c1 * reach, x1, y1)
        x0, y0, c0, s0 = x1, y1, c1, s1
    path.close()
    return path


def tufted(
    balls: Sequence[Ball], bump: float, count: int = 20, *, sharp: bool = False, path: skia.Path | None = None
) -> skia.Path:
    """The outline around ellipsoids with woolly bumps, or with pointed tufts where sharp."""
    path = skia.Path() if path is None else path
    points = _support(balls, count)
    directions = _DIRECTIONS[count]
    middle = math.pi / count
    x0, y0 = points[0]
    path.moveTo(x0, y0)
    for i in range(count):
        c, s = directions[i]
        # The outward direction between two corners; the tips of fur hang down a little.
        cx, cy = c * math.cos(middle) - s * math.sin(middle), s * math.cos(middle) + c * math.sin(middle)
        x1, y1 = points[(i + 1) % count]
        mx, my = (x0 + x1) / 2, (y0 + y1) / 2
        if sharp:
            long = bump * (1.0 if i % 2 else 0.55)
            tx, ty = mx + cx * long, my + (cy + 0.7) * long
            path.quadTo(mx + cx * 0.2 * bump, my + cy * 0.2 * bump, tx, ty)
            path.quadTo((tx + x1) / 2 + cx * 0.1 * bump, (ty + y1) / 2 + cy * 0.1 * bump, x1, y1)
        else:
            path.quadTo(mx + cx * bump * 2, my + cy * bump * 2, x1, y1)
        x0, y0 = x1, y1
    path.close()
    return path


def _support(balls: Sequence[Ball], count: int) -> list[tuple[float, float]]:
    """The outermost point of the ellipsoids in each direction."""
    points = []
    shapes = [(ball.x, ball.y, ball.a, ball.b, ball.c) for ball in balls]
    sqrt = math.sqrt
    for dx, dy in _DIRECTIONS[count]:
        far = -1e9
        for bx, by, ba, bb, bc in shapes:
            along, aside = ba * dx + bb * dy, bb * dx + bc * dy
            size = sqrt(along * dx + aside * dy) or 1e-9
            reach = bx * dx + by * dy + size
            if reach > far:
                far, x, y = reach, bx + along / size, by + aside / size
        points.append((x, y))
    return points


def _oval(path: skia.Path, ball: Ball) -> None:
    """Add the outline of one ellipsoid: a unit circle under the square root of its second moments."""
    area = math.sqrt(max(ball.a * ball.c - ball.b * ball.b, 0.0))
    size = math.sqrt(ball.a + ball.c + 2 * area) or 1e-9
    matrix = skia.Matrix.MakeAll(
        (ball.a + area) / size, ball.b / size, ball.x, ball.b / size, (ball.c + area) / size, ball.y, 0.0, 0.0, 1.0
    )
    path.addPath(_CIRCLE, matrix)


_CIRCLE: Final = skia.Path()
_CIRCLE.addOval(skia.Rect.MakeLTRB(-1, -1, 1, 1))


def mark(path: skia.Path, ball: Ball, outline: Sequence[Vec], grow: float = 1.0) -> bool:
    """Add a closed mark on the surface of an ellipsoid to a path, as far as it is seen.

    What is on the far side is cut off along the rim, so that a mark that turns away gets thin and ends there.

    Returns:
        Whether any of it is seen.
    """
    p, q, (wx, wy, wz), x, y = ball.p, ball.q, ball.viewer, ball.x, ball.y
    facings = [sx * wx + sy * wy + sz * wz for sx, sy, sz in outline]
    if max(facings) <= 0:
        return False
    corners = outline if min(facings) >= 0 else _cut(outline, facings, ball.viewer)
    _loop(
        path,
        [
            (x + grow * (p[0] * sx + p[1] * sy + p[2] * sz), y + grow * (q[0] * sx + q[1] * sy + q[2] * sz))
            for sx, sy, sz in corners
        ],
    )
    return True


def _cut(outline: Sequence[Vec], facings: Sequence[float], viewer: Vec) -> list[Vec]:
    """The corners on the near side; in place of every run of hidden ones, an arc of the rim."""
    count = len(outline)
    start = next(i for i in range(count) if facings[i] > 0 >= facings[i - 1])
    corners: list[Vec] = []
    leaves: Vec | None = None
    for k in range(count):
        i = (start + k) % count
        after = (i + 1) % count
        if facings[i] > 0:
            corners.append(outline[i])
        if facings[i] > 0 >= facings[after]:
            leaves = _crossing(outline[i], outline[after], facings[i], facings[after])
        elif facings[i] <= 0 < facings[after] and leaves is not None:
            enters = _crossing(outline[i], outline[after], facings[i], facings[after])
            middle = _between(leaves, enters, outline, viewer)
            before = _unit(leaves[0] + middle[0], leaves[1] + middle[1], leaves[2] + middle[2])
            behind = _unit(enters[0] + middle[0], enters[1] + middle[1], enters[2] + middle[2])
            corners += (leaves, before, middle, behind, enters)
    return corners


def _between(one: Vec, other: Vec, outline: Sequence[Vec], viewer: Vec) -> Vec:
    """The middle of the rim's arc between two of its points, on the side where the mark is."""
    x, y, z = one[0] + other[0], one[1] + other[1], one[2] + other[2]
    short = 1.0 - (x * x + y * y + z * z)
    if short > 0:
        # An arc of more than 120 degrees: the sum of its ends is no safe guide.
        cx, cy, cz = (sum(corner[k] for corner in outline) for k in range(3))
        facing = cx * viewer[0] + cy * viewer[1] + cz * viewer[2]
        cx, cy, cz = _unit(cx - facing * viewer[0], cy - facing * viewer[1], cz - facing * viewer[2])
        way = 1.0 if x * cx + y * cy + z * cz >= 0 else -1.0
        x, y, z = way * x + short * cx, way * y + short * cy, way * z + short * cz
    return _unit(x, y, z)


def _crossing(one: Vec, other: Vec, facing: float, other_facing: float) -> Vec:
    share = facing / (facing - other_facing)
    return _unit(*(one[k] + (other[k] - one[k]) * share for k in range(3)))


def _unit(x: float, y: float, z: float) -> Vec:
    length = math.sqrt(x * x + y * y + z * z) or 1e-9
    return x / length, y / length, z / length


def _loop(path: skia.Path, points: list[tuple[float, float]]) -> None:
    """Add a smooth closed curve through the points."""
    count = len(points)
    bx, by = points[-1]
    sx, sy = points[0]
    ex, ey = points[1]
    path.moveTo(sx, sy)
    for i in range(count):
        ax, ay = points[(i + 2) % count]
        path.cubicTo(sx + (ex - bx) / 6, sy + (ey - by) / 6, ex - (ax - sx) / 6, ey - (ay - sy) / 6, ex, ey)
        bx, by, sx, sy, ex, ey = sx, sy, ex, ey, ax, ay
    path.close()


def seen_line(ball: Ball, line: Sequence[Vec]) -> list[tuple[float, float]]:
    """The points of a line on the surface that are seen; fewer than two where it is hidden."""
    spots = [ball.spot(s) for s in line]
    return [(x, y) for x, y, facing in spots if facing > 0.0]
