"""Small flat shapes of unit size: hearts, stars, flowers; placed by scaling."""

from __future__ import annotations

import math
from typing import Final, Literal

import skia

from s2vbench.world.cartoons.solids import Mark
from s2vbench.world.patterns import star
from s2vbench.world.pen import blob, ellipse, polygon

Emblem = Literal["disc", "heart", "star", "flower", "diamond", "splash", "bolt", "leaf", "frill"]


def _heart() -> skia.Path:
    path = skia.Path()
    path.moveTo(0.0, 0.95)
    path.cubicTo(-1.7, -0.2, -0.75, -1.45, 0.0, -0.5)
    path.cubicTo(0.75, -1.45, 1.7, -0.2, 0.0, 0.95)
    path.close()
    return path


def _leaf() -> skia.Path:
    """From its stalk at (0, 0) to its tip at the upper right."""
    path = skia.Path()
    path.moveTo(0.0, 0.0)
    path.cubicTo(0.15, -0.75, 0.8, -0.95, 1.25, -0.6)
    path.cubicTo(1.05, -0.05, 0.5, 0.2, 0.0, 0.0)
    path.close()
    return path


def _round_petals(count: int, inner: float) -> skia.Path:
    points = []
    for i in range(4 * count):
        angle = math.pi * i / (2 * count) - math.pi / 2
        reach = (1.0, 0.92, inner, 0.92)[i % 4]
        points.append((reach * math.cos(angle), reach * math.sin(angle)))
    return blob(points)


_UNIT: Final[dict[Emblem, skia.Path]] = {
    "disc": ellipse(0.0, 0.0, 1.0, 1.0),
    "heart": _heart(),
    "star": star(0.0, 0.08, 1.1, 5, 0.5),
    "flower": _round_petals(5, 0.62),
    "frill": _round_petals(9, 0.86),
    "splash": blob([(0.9, 0.1), (0.5, 0.75), (-0.2, 0.6), (-0.85, 0.65), (-0.8, -0.2), (-0.3, -0.85), (0.45, -0.7)]),
    "diamond": polygon([(0.0, -1.0), (0.72, 0.0), (0.0, 1.0), (-0.72, 0.0)]),
    "bolt": polygon([(0.25, -1.1), (-0.65, 0.2), (-0.05, 0.2), (-0.3, 1.1), (0.65, -0.3), (0.05, -0.3)]),
    "leaf": _leaf(),
}


def unit_emblem(kind: Emblem) -> skia.Path:
    """A shape that fills about [-1, 1] both ways."""
    return _UNIT[kind]


def placed(path: skia.Path, x: float, y: float, sx: float, sy: float, turn_deg: float = 0.0) -> skia.Path:
    """A unit shape scaled, turned clockwise and moved to a place."""
    moved = skia.Path(path)
    matrix = skia.Matrix()
    matrix.setScale(sx, sy)
    if turn_deg:
        matrix.postRotate(turn_deg)
    matrix.postTranslate(x, y)
    moved.transform(matrix)
    return moved


def emblem_on(kind: Emblem, mark: Mark) -> skia.Path:
    """A shape where a mark is seen."""
    return placed(unit_emblem(kind), mark.x, mark.y, mark.half_w, mark.half_h)
