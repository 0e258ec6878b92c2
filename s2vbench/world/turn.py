"""Turning a subject: parts stand in space, are turned about the vertical axis and drawn from back to front.

Space: x to the subject's left hand when it faces the viewer (the picture's right), y down, z towards the viewer. The
projection is parallel, so a part keeps its size; only its place and its overlaps change.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

Draw = Callable[[], None]


@dataclass(frozen=True)
class Spot:
    """A place in the picture."""

    x: float
    y: float
    depth: float
    """Larger is nearer to the viewer."""
    width: float = 1.0
    """How wide something flat appears there: 1 seen from the front, 0 from the side."""
    seen: bool = True
    """False on the far side of a body."""


@dataclass(frozen=True)
class Turn:
    """A turn about the vertical axis: 0 faces the viewer, 90 the picture's right, 180 away, -90 the picture's left."""

    yaw_deg: float

    @property
    def sin(self) -> float:
        """1 facing right, -1 facing left."""
        return math.sin(math.radians(self.yaw_deg))

    @property
    def cos(self) -> float:
        """1 facing the viewer, -1 facing away."""
        return math.cos(math.radians(self.yaw_deg))

    def at(self, x: float, y: float, z: float = 0.0) -> Spot:
        """Where a point of the unturned subject is seen."""
        return Spot(x * self.cos + z * self.sin, y, z * self.cos - x * self.sin)

    def point(self, x: float, y: float, z: float = 0.0) -> tuple[float, float]:
        """The same, without depth."""
        return x * self.cos + z * self.sin, y

    def on(
        self,
        centre: tuple[float, float, float],
        radii: tuple[float, float, float],
        longitude_deg: float,
        latitude_deg: float,
    ) -> Spot:
        """Where a mark on an upright ellipsoid is seen.

        Args:
            centre: of the ellipsoid, in space.
            radii: along x, y and z.
            longitude_deg: 0 in the middle of the front, 90 at the subject's left side, 180 at its back.
            latitude_deg: 0 at the equator, positive above it.
        """
        longitude, latitude = math.radians(longitude_deg), math.radians(latitude_deg)
        across = math.cos(latitude)
        x = centre[0] + radii[0] * across * math.sin(longitude)
        z = centre[2] + radii[2] * across * math.cos(longitude)
        y = centre[1] - radii[1] * math.sin(latitude)
        facing = math.cos(longitude + math.radians(self.yaw_deg))
        seen_x = x * self.cos + z * self.sin
        return Spot(seen_x, y, z * self.cos - x * self.sin, max(facing, 0.0), facing > 0.05)


@dataclass
class Parts:
    """Parts of one subject, drawn from the farthest to the nearest; equal depths in the order they were added."""

    waiting: list[tuple[float, Draw]] = field(default_factory=list)

    def add(self, depth: float, draw: Draw) -> None:
        """Keep a part for later."""
        self.waiting.append((depth, draw))

    def draw(self) -> None:
        """Draw all of them."""
        for _, draw in sorted(self.waiting, key=lambda part: part[0]):
            draw()
        self.waiting.clear()
