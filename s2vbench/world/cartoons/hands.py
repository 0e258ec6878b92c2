"""Ends of limbs: hands, claws, twigs and wings."""

from __future__ import annotations

import math

import skia

from s2vbench.world.cartoons.brushes import Brush
from s2vbench.world.palette import Colour
from s2vbench.world.pen import Point


def oval(brush: Brush, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
    """A solid oval."""
    path = skia.Path()
    path.addOval(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry))
    brush.shape(path, colour)


def claw(brush: Brush, place: Point, along: float, size: float, colour: Colour) -> None:
    """Two fingers of a gripper."""
    x, y = place
    path = skia.Path()
    for sign in (-1, 1):
        root, tip = along + sign * 1.15, along + sign * 0.28
        bend = (x + 1.35 * size * math.cos(along + sign * 0.95), y + 1.35 * size * math.sin(along + sign * 0.95))
        path.moveTo(x + 0.3 * size * math.cos(root), y + 0.3 * size * math.sin(root))
        path.quadTo(bend[0], bend[1], x + 1.5 * size * math.cos(tip), y + 1.5 * size * math.sin(tip))
    brush.tube(path, 0.55 * size, colour)
    oval(brush, x, y, 0.62 * size, 0.62 * size, colour)


def twigs(brush: Brush, place: Point, along: float, size: float, width: float, colour: Colour) -> None:
    """Fingers of wood."""
    path = skia.Path()
    for angle in (-0.75, 0.0, 0.75):
        path.moveTo(*place)
        path.lineTo(place[0] + 1.4 * size * math.cos(along + angle), place[1] + 1.4 * size * math.sin(along + angle))
    brush.tube(path, 0.7 * width, colour)


def wing_path(start: Point, middle: Point, end: Point, width: float) -> skia.Path:
    """A leaf-shaped wing with three feather tips."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = max(math.hypot(dx, dy), 1e-4)
    ux, uy = dx / length, dy / length
    px, py = -uy, ux
    bend = (middle[0] - (start[0] + end[0]) / 2, middle[1] - (start[1] + end[1]) / 2)

    def at(t: float, across: float) -> Point:
        bow = 4 * t * (1 - t) * 1.2
        return (
            start[0] + dx * t + px * across * width + bend[0] * bow,
            start[1] + dy * t + py * across * width + bend[1] * bow,
        )

    path = skia.Path()
    path.moveTo(*at(-0.1, 0.0))
    path.cubicTo(*at(0.1, -1.0), *at(0.7, -1.05), *at(1.12, -0.35))
    path.quadTo(*at(1.06, -0.1), *at(1.0, -0.05))
    path.quadTo(*at(1.3, 0.0), *at(1.1, 0.25))
    path.quadTo(*at(1.0, 0.3), *at(0.92, 0.3))
    path.quadTo(*at(1.1, 0.6), *at(0.85, 0.75))
    path.cubicTo(*at(0.5, 1.05), *at(0.1, 0.8), *at(-0.1, 0.0))
    path.close()
    return path
