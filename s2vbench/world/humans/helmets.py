"""Helmets that go around the whole head and leave the face free."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from s2vbench.world.humans.hat_parts import dress
from s2vbench.world.humans.hats import HAT_DEPTH
from s2vbench.world.humans.look import Look
from s2vbench.world.humans.person import Cloth
from s2vbench.world.humans.shape import Ring, Row, hull, mark, patch, seen, shell, tress
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, capsule, curve, ellipse
from s2vbench.world.turn import Turn

_FACE: Final = (
    None,
    None,
    None,
    (-34.0, 34.0),
    (-54.0, 54.0),
    (-60.0, 60.0),
    (-60.0, 60.0),
    (-57.0, 57.0),
    (-48.0, 48.0),
    (-34.0, 34.0),
)
_KNIGHT: Final = (
    Ring(-1.24, 0.3, 0.32, -0.04),
    Ring(-1.1, 0.66, 0.7, -0.04),
    Ring(-0.8, 0.96, 1.02, -0.04),
    Ring(-0.56, 1.07, 1.12, -0.04),
    Ring(-0.4, 1.1, 1.15, -0.04),
    Ring(-0.1, 1.12, 1.17, -0.03),
    Ring(0.2, 1.12, 1.16, -0.02),
    Ring(0.55, 1.08, 1.08, 0.0),
    Ring(0.86, 0.94, 0.96, 0.06),
    Ring(1.14, 0.8, 0.84, 0.08),
)


@dataclass(frozen=True)
class KnightHelmet:
    """A steel helmet with its visor up, and a plume."""

    steel: Cloth
    trim: Cloth
    plume: Cloth
    plume_kind: int = 0
    """0 falls behind, 1 stands up, 2 is a crest from front to back."""
    size: float = 1.0

    def wear(self, look: Look) -> None:
        """Add the helmet and the plume."""
        # all but an upright plume trails behind: in front views the helmet hides its lower part
        front = look.head_turn.cos > 0 and self.plume_kind != 1
        look.parts.add(-0.02 if front else HAT_DEPTH + 0.01, lambda: self._plume(look))
        look.parts.add(HAT_DEPTH, lambda: self._draw(look))

    def _plume(self, look: Look) -> None:
        turn, size = look.head_turn, self.size
        with look.head_frame() as pen:
            if self.plume_kind == 0:
                places = [(-1.12, 0.0), (-1.62 * size, -0.35), (-1.35, -1.05 * size), (-0.5, -1.5 * size), (0.2, -1.5)]
            elif self.plume_kind == 1:
                places = [(-1.1, 0.0), (-1.6, 0.02), (-1.95 * size, -0.06), (-2.0 * size, -0.35)]
            else:
                places = [(-1.0, 0.75), (-1.38, 0.4), (-1.48, -0.1), (-1.25, -0.75), (-0.6, -1.2), (0.1, -1.25)]
            points = [turn.point(0.0, y, z) for y, z in places]
            last = len(points) - 1
            radii = [0.1 + 0.2 * math.sin(math.pi * (0.1 + 0.8 * i / last)) for i in range(last + 1)]
            path = tress(points, radii)
            dress(pen, path, self.plume, shade=0.24)

    def _draw(self, look: Look) -> None:
        turn = look.head_turn
        with look.head_frame() as pen:
            rows = seen(turn, _KNIGHT)
            dress(pen, shell(rows, _FACE), self.steel, shade=0.34)
            ridge_rows = seen(turn, [ring._replace(a=ring.a + 0.03, b=ring.b + 0.03) for ring in _KNIGHT[:4]])
            for longitude in (0.0, 180.0):
                ridge = patch(ridge_rows, [(longitude - w, longitude + w) for w in (26, 10, 7, 5)])
                if ridge is not None:
                    pen.fill(ridge, self.trim.colour, edge=0.0, shade=0.25)
            visor = seen(turn, [Ring(-0.98, 0.9, 1.0, 0.1), Ring(-0.74, 1.14, 1.24, 0.12), Ring(-0.46, 1.14, 1.2, 0.1)])
            plate = patch(visor, [(-30, 30), (-72, 72), (-86, 86)])
            if plate is not None:
                dress(pen, plate, Cloth("steel", lighter(self.steel.colour, 0.15)), shade=0.3)
                if pen.sees(0.06):
                    for longitude in (-40, -16, 16, 40):
                        spot = mark(visor[1], longitude)
                        if spot.seen:
                            slot = capsule((spot.x, -0.76), 0.03 * spot.width, (spot.x, -0.6), 0.03 * spot.width)
                            pen.fill(slot, darker(self.steel.colour, 0.5), edge=0.0, shade=0.0)
            for side in (-1, 1):
                spot = mark(rows[5], 88.0 * side)
                if spot.seen:
                    pen.fill(
                        ellipse(spot.x, spot.y - 0.3, 0.13 * spot.width, 0.13), self.trim.colour, edge=0.0, shade=0.3
                    )


_BUBBLE: Final = tuple(
    Ring(
        -0.02 + 1.46 * math.sin(math.radians(angle)),
        1.5 * math.cos(math.radians(angle)),
        1.5 * math.cos(math.radians(angle)),
        -0.06,
    )
    for angle in (-80, -62, -44, -32, -14, 8, 30, 44, 58, 72)
)
_GLASS: Final = (
    None,
    None,
    None,
    (-38.0, 38.0),
    (-66.0, 66.0),
    (-72.0, 72.0),
    (-66.0, 66.0),
    (-40.0, 40.0),
    (-6.0, 6.0),
    (-1.0, 1.0),
)


@dataclass(frozen=True)
class SpaceHelmet:
    """A round helmet with a clear front."""

    shell: Cloth
    trim: Cloth
    lamp: int = 0
    """1 or -1: a lamp on the left or right side; 0 none."""

    def wear(self, look: Look) -> None:
        """Add the inside behind the head, and the shell in front of it."""
        look.parts.add(-0.03, lambda: self._inside(look))
        look.parts.add(HAT_DEPTH, lambda: self._draw(look))

    def _inside(self, look: Look) -> None:
        with look.head_frame() as pen:
            path = ellipse(-0.06 * look.head_turn.sin, -0.02, 1.46, 1.44)
            pen.fill(path, mix(self.shell.colour, (0.36, 0.5, 0.66), 0.72), edge=0.0, shade=0.2)

    def _draw(self, look: Look) -> None:
        turn = look.head_turn
        with look.head_frame() as pen:
            rows = seen(turn, _BUBBLE)
            self._window(pen, turn, rows)
            dress(pen, shell(rows, _GLASS), self.shell)
            collar = seen(turn, [Ring(1.12, 1.02, 1.02), Ring(1.44, 1.1, 1.1)])
            dress(pen, hull(collar, crisp_top=True, crisp_bottom=True, sag=0.1), self.trim)
            for side in (-1, 1):
                spot = mark(rows[5], 92.0 * side)
                if spot.seen:
                    dress(pen, ellipse(spot.x, spot.y, 0.3 * max(spot.width, 0.25), 0.32), self.trim)
            if self.lamp:
                spot = turn.at(1.28 * self.lamp, -0.86, 0.3)
                dress(pen, ellipse(spot.x, spot.y, 0.24, 0.2), self.trim)
                if spot.depth > -0.3:
                    pen.fill(ellipse(spot.x + 0.05 * turn.sin, spot.y, 0.13, 0.12), (1.0, 0.95, 0.7), edge=0.0)

    @staticmethod
    def _window(pen: Pen, turn: Turn, rows: list[Row]) -> None:
        path = patch(rows[3:8], [span for span in _GLASS[3:8] if span is not None])
        if path is None:
            return
        pale: Colour = (0.8, 0.93, 1.0)
        pen.fill(path, pale, shade=0.0, edge=0.0, alpha=0.16)
        if pen.sees(0.08):
            points = [
                (row.at(longitude - turn.yaw_deg * 0.35), row.y)
                for row, longitude in zip(rows[3:6], (-24, -42, -50), strict=True)
            ]
            pen.stroke(curve(points), (1.0, 1.0, 1.0), 0.11, alpha=0.6)
