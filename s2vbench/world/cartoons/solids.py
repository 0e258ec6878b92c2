"""Round bodies that turn: an outline that keeps its shape, and the places on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import skia

from s2vbench.world.cartoons.outlines import PROFILES, egg, unit_outline
from s2vbench.world.turn import Turn


@dataclass(frozen=True)
class Mark:
    """Where something flat on a solid is seen: an upright ellipse that narrows towards the rim."""

    x: float
    y: float
    half_w: float
    half_h: float
    facing: float
    """1 where the surface looks at the viewer, 0 at the rim."""


class Solid(Protocol):
    """What faces, patterns and clothes need to know of a body."""

    def __hash__(self) -> int: ...

    @property
    def x(self) -> float:
        """Its middle, to the subject's left."""

    @property
    def y(self) -> float:
        """Its middle; negative is above the ground."""

    @property
    def z(self) -> float:
        """Its middle, to the front."""

    @property
    def rx(self) -> float:
        """Half of its full width."""

    @property
    def ry(self) -> float:
        """Half of its height."""

    @property
    def rz(self) -> float:
        """Half of its full depth."""

    def width_at(self, v: float) -> float:
        """Share of the full width at height v, from -1 (bottom) to 1 (top)."""

    def half_seen(self, turn: Turn) -> float:
        """Half of the width that is seen."""

    def outline(self, turn: Turn) -> skia.Path:
        """Around what is seen."""

    def on(self, turn: Turn, longitude_deg: float, v: float, half_w: float, half_h: float) -> Mark | None:
        """Where a mark is seen; None on the far side.

        Args:
            turn: of the whole subject.
            longitude_deg: 0 in the middle of the front, 90 at the subject's left side, 180 at its back.
            v: height, from -1 (bottom) to 1 (top).
            half_w: half of its width.
            half_h: half of its height.
        """

    def surface(self, longitude_deg: float, v: float, out: float = 1.0) -> tuple[float, float, float]:
        """A place in space, on the solid's skin or `out` times as far from its axis."""


def seen_spans(turn: Turn, first_deg: float, last_deg: float, *, near: bool) -> list[tuple[float, float]]:
    """Between which sines a stretch of longitudes is seen on the near (or far) side."""
    found: list[tuple[float, float]] = []
    run: list[float] = []
    for i in range(29):
        angle = math.radians(first_deg + (last_deg - first_deg) * i / 28 + turn.yaw_deg)
        if (math.cos(angle) >= 0) == near:
            run.append(math.sin(angle))
        elif run:
            found.append((min(run), max(run)))
            run = []
    return [*found, (min(run), max(run))] if run else found


@dataclass(frozen=True)
class Form:
    """A body of revolution, possibly flattened: its cross-section is an ellipse with radii rx and rz."""

    y: float
    """Height of its middle (negative is above the ground)."""
    rx: float
    ry: float
    rz: float
    x: float = 0.0
    z: float = 0.0
    profile: str = "egg"
    power: float = 2.0
    """2 is round, 3 is boxy; points of a star."""
    taper: float = 0.0
    """Wider below where positive; inner radius of a star."""
    tufts: int = 0
    """Tufts of fur down one side."""
    wobble: int = 0
    """Seed of an uneven outline; 0 is even."""

    def width_at(self, v: float) -> float:
        """Share of the full width at height v."""
        if self.profile == "star":
            return egg(v, 2.0, 0.0) * 0.62
        return PROFILES[self.profile](max(-1.0, min(1.0, v)), self.power, self.taper)

    def half_seen(self, turn: Turn) -> float:
        """Half of the width that is seen."""
        return math.hypot(self.rx * turn.cos, self.rz * turn.sin)

    def outline(self, turn: Turn) -> skia.Path:
        """Around what is seen."""
        path = skia.Path(unit_outline(self.profile, self.power, self.taper, self.tufts, self.wobble))
        matrix = skia.Matrix()
        matrix.setScale(self.half_seen(turn), self.ry)
        matrix.postTranslate(turn.point(self.x, self.y, self.z)[0], self.y)
        path.transform(matrix)
        return path

    def on(self, turn: Turn, longitude_deg: float, v: float, half_w: float, half_h: float) -> Mark | None:
        """Where a mark is seen; None on the far side."""
        longitude = math.radians(longitude_deg)
        across, along = self.rx * turn.cos, self.rz * turn.sin
        angle = math.remainder(longitude + math.atan2(along, across), 2 * math.pi)
        away = abs(angle) - math.pi / 2
        if away > 0 and (away > 1.0 or half_w < 0.01):
            return None
        reach = self.width_at(v)
        own = math.hypot(self.rx * math.cos(longitude), self.rz * math.sin(longitude)) * reach
        spread = math.asin(min(half_w / max(own, 1e-4), 1.0))
        if away >= spread:
            return None
        quarter = math.pi / 2
        radius = max(math.hypot(across, along) * reach, 1e-4)
        left = math.sin(max(-quarter, angle - spread)) * radius
        right = math.sin(min(quarter, angle + spread)) * radius
        middle = self.x * turn.cos + self.z * turn.sin if self.x or self.z else 0.0
        return Mark(
            middle + (left + right) / 2,
            self.y - self.ry * v,
            max((right - left) / 2, 1e-4),
            half_h,
            max(math.cos(angle), 0.0),
        )

    def surface(self, longitude_deg: float, v: float, out: float = 1.0) -> tuple[float, float, float]:
        """A place in space, on the skin or `out` times as far from the axis."""
        angle, reach = math.radians(longitude_deg), self.width_at(v) * out
        return (
            self.x + self.rx * reach * math.sin(angle),
            self.y - self.ry * v,
            self.z + self.rz * reach * math.cos(angle),
        )


@dataclass(frozen=True)
class Block:
    """A box with round edges, facing front; marks lie on its front where |longitude| < 90, else on its back."""

    y: float
    rx: float
    ry: float
    rz: float
    x: float = 0.0
    z: float = 0.0
    corner: float = 0.05

    def width_at(self, v: float) -> float:
        """Share of the full width at height v."""
        return 1.0 if abs(v) < 1 else 0.9

    def half_seen(self, turn: Turn) -> float:
        """Half of the width that is seen."""
        return self.rx * abs(turn.cos) + self.rz * abs(turn.sin)

    def outline(self, turn: Turn) -> skia.Path:
        """Around what is seen."""
        return self._panel(turn.point(self.x, self.y, self.z)[0], self.half_seen(turn))

    def face(self, turn: Turn) -> tuple[skia.Path, skia.Path, bool]:
        """The wide face that is seen (front or back), the narrow one, and whether the wide one is the front."""
        front = turn.cos >= 0
        sign = 1.0 if front else -1.0
        wide = self._panel(turn.point(self.x, self.y, self.z + sign * self.rz)[0], self.rx * abs(turn.cos))
        side = 1.0 if turn.sin < 0 else -1.0
        narrow = self._panel(turn.point(self.x + side * self.rx, self.y, self.z)[0], self.rz * abs(turn.sin))
        return wide, narrow, front

    def _panel(self, middle: float, half: float) -> skia.Path:
        path = skia.Path()
        radius = min(self.corner, half)
        path.addRoundRect(
            skia.Rect.MakeLTRB(middle - half, self.y - self.ry, middle + half, self.y + self.ry), radius, self.corner
        )
        return path

    def on(self, turn: Turn, longitude_deg: float, v: float, half_w: float, half_h: float) -> Mark | None:
        """Where a mark is seen; None on the far side."""
        back = abs(longitude_deg) > 90
        facing = -turn.cos if back else turn.cos
        if facing <= 0.02:
            return None
        place = self.surface(longitude_deg, v)
        return Mark(turn.point(*place)[0], place[1], half_w * facing, half_h, facing)

    def surface(self, longitude_deg: float, v: float, out: float = 1.0) -> tuple[float, float, float]:
        """A place in space on the front or the back."""
        depth = self.rz if abs(longitude_deg) <= 90 else -self.rz
        return (
            self.x + self.rx * math.sin(math.radians(longitude_deg)) * out,
            self.y - self.ry * v,
            self.z + depth * out,
        )
