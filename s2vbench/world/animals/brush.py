"""A pen that saves on what is too small to be seen shaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import skia

from s2vbench.world.palette import Colour
from s2vbench.world.pen import Pen, Point

_FLAT_PX: Final = 18.0


class SmallPen(Pen):
    """Draws parts of a few pixels in one colour: half of the time of a small picture would go into their gradients."""

    def fill(
        self, path: skia.Path, colour: Colour, *, shade: float = 0.16, edge: float | None = None, alpha: float = 1.0
    ) -> None:
        """Fill a path, flat where it is small."""
        if shade > 0:
            bounds = path.getBounds()
            if max(bounds.width(), bounds.height()) * self.unit_px < _FLAT_PX:
                shade = 0.0
        super().fill(path, colour, shade=shade, edge=edge, alpha=alpha)

    def gradient(
        self, path: skia.Path, colours: Sequence[Colour], start: Point, end: Point, alpha: float = 1.0
    ) -> None:
        """Fill a path with colours from start to end; with the middle one where it is small."""
        bounds = path.getBounds()
        if max(bounds.width(), bounds.height()) * self.unit_px < _FLAT_PX:
            super().fill(path, colours[len(colours) // 2], shade=0.0, edge=0.0, alpha=alpha)
        else:
            super().gradient(path, colours, start, end, alpha)


def brush(pen: Pen, scale: float) -> Pen:
    """The pen for an animal whose own units are `scale` of the figure's."""
    unit_px = pen.unit_px * scale
    return SmallPen(pen.canvas, unit_px) if unit_px < 80 else Pen(pen.canvas, unit_px)
