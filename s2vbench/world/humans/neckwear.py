"""What people wear around the neck."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from s2vbench.world.humans.look import Look
from s2vbench.world.humans.person import EDGE, Cloth
from s2vbench.world.humans.shape import Ring, hull, mark, patch, seen
from s2vbench.world.palette import Colour, darker
from s2vbench.world.pen import Pen, Point, capsule, curve, ellipse, line, polygon

NECK_DEPTH = 0.03


def rimmed(pen: Pen, path: skia.Path, colour: Colour, *, shade: float = 0.2) -> None:
    """Fill a path over a thin dark rim."""
    if pen.sees(EDGE):
        pen.stroke(path, darker(colour, 0.42), 2 * EDGE)
    pen.fill(path, colour, shade=shade, edge=0.0)


@dataclass(frozen=True)
class Scarf:
    """A scarf around the neck; its end hangs down on one side in front, or behind."""

    cloth: Cloth
    side: int = 1
    length: float = 0.16
    behind: bool = False
    thick: float = 1.0

    def wear(self, look: Look) -> None:
        """Add it."""
        longitude = 152.0 if self.behind else 34.0
        row = look.rows((0.12,), 0.022)[0]
        spot = mark(row, longitude * self.side)
        # an end on the near side lies over the trunk and the arms' roots, one on the far side behind both
        look.parts.add(
            0.012 if spot.depth > 0 else -0.08, lambda: self._end(look, spot.x, spot.width if spot.seen else 0.3)
        )
        look.parts.add(NECK_DEPTH, lambda: self._wrap(look))

    def _end(self, look: Look, x: float, width: float) -> None:
        top = look.trunk_y(0.0)
        half = 0.028 * (0.45 + 0.55 * width)
        path = polygon(
            [
                (x - half, top - 0.02),
                (x + half, top - 0.02),
                (x + 1.15 * half, top + self.length),
                (x - 1.15 * half, top + self.length),
            ]
        )
        with look.upper():
            self.cloth.fill(look.pen, path)
            if look.pen.sees(0.008):
                for k in range(4):
                    fx = x + (k - 1.5) * 0.62 * half
                    bottom = top + self.length
                    look.pen.stroke(line([(fx, bottom), (fx, bottom + 0.016)]), self.cloth.colour, 0.006)

    def _wrap(self, look: Look) -> None:
        y, t = look.trunk_y(-0.12), self.thick
        rings = [
            Ring(y - 0.028 * t, 0.062, 0.062, 0.004),
            Ring(y - 0.004, 0.084, 0.084, 0.006),
            Ring(y + 0.024 * t, 0.074, 0.076, 0.008),
        ]
        with look.upper():
            self.cloth.fill(look.pen, hull(seen(look.turn, rings)))


@dataclass(frozen=True)
class Tie:
    """A tie or bow tie."""

    cloth: Cloth
    bow: bool = False

    def wear(self, look: Look) -> None:
        """Add it."""
        look.parts.add(0.0045, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        rows = look.layer(-0.06, 0.62, grow=0.01, count=3)
        spot = mark(rows[0], 0.0)
        if not spot.seen:
            return
        pen = look.pen
        with look.upper():
            if self.bow:
                half = 0.042 * spot.width
                y = spot.y + 0.006
                wings = polygon(
                    [
                        (spot.x, y),
                        (spot.x - half, y - 0.02),
                        (spot.x - half, y + 0.02),
                        (spot.x, y),
                        (spot.x + half, y + 0.02),
                        (spot.x + half, y - 0.02),
                    ]
                )
                self.cloth.fill(pen, wings, rim=0.6)
                self.cloth.plain.fill(pen, ellipse(spot.x, y, 0.011, 0.011), rim=0.6)
                return
            rows = [rows[0], look.rows((0.03,), 0.01)[0], rows[1], rows[2]]
            path = patch(rows, [(-7, 7), (-4, 4), (-8, 8), (-0.5, 0.5)])
            if path is not None:
                self.cloth.fill(pen, path, rim=0.6)


@dataclass(frozen=True)
class Kerchief:
    """A cloth tied around the neck: a triangle in front, or a sailor's square behind."""

    cloth: Cloth
    square: Cloth | None = None

    def wear(self, look: Look) -> None:
        """Add it."""
        look.parts.add(0.0048, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        pen = look.pen
        spans = ((-0.17, 0.0), (-0.02, 0.0), (0.12, 0.0), (0.34, 0.0))
        rows = look.rows(tuple(share for share, _ in spans), 0.011)
        with look.upper():
            if self.square is not None:
                for part in (
                    [(-70, -30), (-80, -28), (-62, -14), (-9, -3)],
                    [(30, 70), (28, 80), (14, 62), (3, 9)],
                    [(115, 245), (108, 252), (118, 242), (128, 232)],
                ):
                    path = patch(rows, part)
                    if path is not None:
                        self.square.fill(pen, path, rim=0.7)
                        if pen.sees(0.01):
                            with pen.inside(path):
                                pen.stroke(path, (0.97, 0.97, 0.96), 0.012)
                spot = mark(rows[3], 0.0)
                if spot.seen:
                    for lean in (-0.02, 0.02):
                        rimmed(
                            pen,
                            capsule((spot.x, spot.y - 0.02), 0.008, (spot.x + lean, spot.y + 0.045), 0.014),
                            self.cloth.colour,
                        )
                    rimmed(pen, ellipse(spot.x, spot.y - 0.02, 0.014, 0.013), self.cloth.colour)
                return
            path = patch(rows[:3], [(-70, 70), (-42, 42), (-3, 3)])
            if path is not None:
                self.cloth.fill(pen, path, rim=0.7)
            ring = look.layer(-0.2, -0.08, grow=0.008)
            self.cloth.plain.fill(pen, hull(ring), rim=0.7)


@dataclass(frozen=True)
class Necklace:
    """Beads or a chain with a pendant."""

    colour: Colour
    beads: bool = True
    low: float = 0.16

    def wear(self, look: Look) -> None:
        """Add it."""
        if look.pen.sees(0.008):
            look.parts.add(0.0046, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        pen = look.pen
        points: list[Point] = []
        for i in range(9):
            longitude = -64 + 16 * i
            share = -0.12 + (self.low + 0.12) * (1 - (longitude / 64) ** 2)
            spot = mark(look.rows((share,), 0.008)[0], longitude)
            if spot.seen:
                points.append((spot.x, spot.y))
        if len(points) < 3:
            return
        with look.upper():
            if self.beads:
                for x, y in points:
                    pen.fill(ellipse(x, y, 0.0085, 0.0085), self.colour, edge=0.0, shade=0.3)
            else:
                pen.stroke(curve(points), self.colour, 0.006)
                x, y = points[len(points) // 2]
                pen.fill(ellipse(x, y + 0.008, 0.011, 0.013), self.colour, edge=0.0, shade=0.3)


@dataclass(frozen=True)
class Stethoscope:
    """Around the neck, its disc on one side of the chest."""

    cloth: Cloth
    side: int = 1

    def wear(self, look: Look) -> None:
        """Add it."""
        if look.pen.sees(0.008):
            look.parts.add(0.0049, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        pen = look.pen
        with look.upper():
            for side, ends in ((self.side, 0.52), (-self.side, 0.4)):
                points = []
                for share, longitude in ((-0.16, 66), (0.0, 34), (0.2, 21), (ends, 20)):
                    row = look.rows((share,), 0.013)[0]
                    spot = mark(row, side * longitude)
                    if spot.width > 0.0:
                        points.append((spot.x, spot.y))
                if len(points) < 2:
                    continue
                pen.stroke(curve(points), self.cloth.colour, 0.012)
                x, y = points[-1]
                if side == self.side:
                    rimmed(pen, ellipse(x, y + 0.012, 0.018, 0.018), (0.78, 0.8, 0.84))
                else:
                    pen.fill(ellipse(x, y, 0.009, 0.011), (0.78, 0.8, 0.84), edge=0.0)
