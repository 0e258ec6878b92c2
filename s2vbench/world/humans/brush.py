"""A pen and a turn that are cheap for small pictures."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Final

import skia

from s2vbench.world.palette import Colour
from s2vbench.world.pen import Pen
from s2vbench.world.turn import Turn

FLAT_BELOW_PX: Final = 40.0
"""Shapes that cover fewer square pixels get no gradient: it could not be seen."""


class Brush(Pen):
    """A pen that leaves out the shading of tiny shapes."""

    def fill(
        self, path: skia.Path, colour: Colour, *, shade: float = 0.16, edge: float | None = None, alpha: float = 1.0
    ) -> None:
        """Fill a path, shaded where it is large enough."""
        if shade > 0 and self.unit_px < 160:
            bounds = path.getBounds()
            if bounds.width() * bounds.height() * self.unit_px * self.unit_px < FLAT_BELOW_PX:
                shade = 0.0
        super().fill(path, colour, shade=shade, edge=edge, alpha=alpha)


class Heading(Turn):
    """A turn that reckons its sine and cosine once."""

    @cached_property
    def sin(self) -> float:
        """1 facing right, -1 facing left."""
        return math.sin(math.radians(self.yaw_deg))

    @cached_property
    def cos(self) -> float:
        """1 facing the viewer, -1 facing away."""
        return math.cos(math.radians(self.yaw_deg))
