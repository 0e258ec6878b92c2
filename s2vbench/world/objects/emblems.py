"""Simple emblems and small marks, cached as paths of size 1."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Final

import skia

from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.patterns import star
from s2vbench.world.pen import Pen, blob, box, curve, ellipse, polygon

EMBLEMS: Final = ("heart", "leaf", "moon", "sun", "star", "flower", "mushroom", "fish", "cloud", "cherry", "boat")
"""What may be on one side of a thing; every name can be said: "with a leaf emblem"."""


def emblem(pen: Pen, name: str, size: float, colour: Colour, other: Colour, y: float = 0.0, x: float = 0.0) -> None:
    """Draw an emblem of this size about a point; `other` colours its smaller parts."""
    with pen.moved(x, y, scale_x=size, scale_y=size):
        for path, role in _emblem(name):
            tone = {"main": colour, "other": other, "dark": darker(colour, 0.35)}[role]
            pen.fill(path, tone, shade=0.1, edge=0.0)


@cache
def _emblem(name: str) -> tuple[tuple[skia.Path, str], ...]:
    return _EMBLEMS[name]()


def heart() -> skia.Path:
    """A heart about (0, 0), 1 wide."""
    path = skia.Path()
    path.moveTo(0, 0.45)
    path.cubicTo(-0.75, -0.05, -0.5, -0.55, -0.22, -0.45)
    path.cubicTo(-0.08, -0.42, 0, -0.3, 0, -0.22)
    path.cubicTo(0, -0.3, 0.08, -0.42, 0.22, -0.45)
    path.cubicTo(0.5, -0.55, 0.75, -0.05, 0, 0.45)
    path.close()
    return path


def flower(petals: int = 5) -> skia.Path:
    """A flower's petals about (0, 0), 1 wide."""
    path = skia.Path()
    for i in range(petals):
        angle = 2 * math.pi * i / petals - math.pi / 2
        path.addCircle(0.29 * math.cos(angle), 0.29 * math.sin(angle), 0.22)
    return path


def leaf() -> skia.Path:
    """A leaf about (0, 0), its stem below, 1 high."""
    path = skia.Path()
    path.moveTo(0, 0.45)
    path.cubicTo(-0.55, 0.25, -0.4, -0.3, 0, -0.5)
    path.cubicTo(0.4, -0.3, 0.55, 0.25, 0, 0.45)
    path.close()
    return path


def _moon() -> skia.Path:
    path = skia.Path()
    path.moveTo(0.18, -0.48)
    path.cubicTo(-0.75, -0.5, -0.75, 0.5, 0.18, 0.48)
    path.cubicTo(-0.2, 0.25, -0.2, -0.25, 0.18, -0.48)
    path.close()
    return path


def _cloud() -> skia.Path:
    path = skia.Path()
    for x, y, radius in ((-0.28, 0.1, 0.2), (-0.05, -0.08, 0.26), (0.24, 0.06, 0.22)):
        path.addCircle(x, y, radius)
    path.addRoundRect(skia.Rect.MakeLTRB(-0.42, 0.08, 0.42, 0.3), 0.1, 0.1)
    return path


_EMBLEMS: Final[dict[str, Callable[[], tuple[tuple[skia.Path, str], ...]]]] = {
    "heart": lambda: ((heart(), "main"),),
    "leaf": lambda: (
        (leaf(), "main"),
        (polygon([(-0.025, 0.55), (0, -0.35), (0.025, 0.55)]), "dark"),
    ),
    "moon": lambda: ((_moon(), "main"), (star(0.2, -0.05, 0.17), "other")),
    "sun": lambda: ((star(0, 0, 0.52, 10, 0.66), "main"), (ellipse(0, 0, 0.26, 0.26), "other")),
    "star": lambda: ((star(0, 0.03, 0.54), "main"),),
    "flower": lambda: ((flower(), "main"), (ellipse(0, 0, 0.15, 0.15), "other")),
    "mushroom": lambda: (
        (box(-0.13, -0.05, 0.13, 0.45, 0.08), "other"),
        (blob([(-0.48, 0.02), (-0.3, -0.36), (0, -0.47), (0.3, -0.36), (0.48, 0.02), (0, 0.1)]), "main"),
        (ellipse(-0.2, -0.16, 0.08, 0.07), "other"),
        (ellipse(0.1, -0.27, 0.08, 0.07), "other"),
        (ellipse(0.24, -0.06, 0.06, 0.05), "other"),
    ),
    "fish": lambda: (
        (polygon([(0.2, 0), (0.52, -0.26), (0.45, 0), (0.52, 0.26)]), "dark"),
        (ellipse(-0.08, 0, 0.4, 0.25), "main"),
        (ellipse(-0.28, -0.06, 0.05, 0.05), "other"),
    ),
    "cloud": lambda: ((_cloud(), "main"),),
    "cherry": lambda: (
        (_thin([(-0.2, 0.15), (-0.05, -0.25), (0.15, -0.45)]), "other"),
        (_thin([(0.24, 0.2), (0.2, -0.15), (0.15, -0.45)]), "other"),
        (ellipse(-0.22, 0.2, 0.22, 0.22), "main"),
        (ellipse(0.25, 0.25, 0.21, 0.21), "main"),
    ),
    "boat": lambda: (
        (polygon([(0.02, -0.5), (0.02, 0.1), (0.38, 0.1)]), "other"),
        (polygon([(-0.04, -0.36), (-0.04, 0.1), (-0.3, 0.1)]), "other"),
        (polygon([(-0.48, 0.16), (0.48, 0.16), (0.3, 0.42), (-0.3, 0.42)]), "main"),
    ),
}


def _thin(points: list[tuple[float, float]]) -> skia.Path:
    paint = skia.Paint(Style=skia.Paint.kStroke_Style, StrokeWidth=0.06)
    path = skia.Path()
    paint.getFillPath(curve(points), path)
    return path


MARKS: Final = ("dots", "stars", "flowers", "hearts", "diamonds")
"""Small marks that are strewn over a thing."""

_MARK_PATHS: Final[dict[str, Callable[[], skia.Path]]] = {
    "dots": lambda: ellipse(0, 0, 0.42, 0.42),
    "stars": lambda: star(0, 0.03, 0.54),
    "flowers": flower,
    "hearts": heart,
    "diamonds": lambda: polygon([(0, -0.55), (0.36, 0), (0, 0.55), (-0.36, 0)]),
}


@cache
def _mark_path(name: str) -> skia.Path:
    return _MARK_PATHS[name]()


def small_mark(pen: Pen, name: str, size: float, colour: Colour, x: float = 0.0, y: float = 0.0) -> None:
    """One small mark of this size about a point."""
    with pen.moved(x, y, scale_x=size, scale_y=size):
        pen.fill(_mark_path(name), colour, shade=0.0, edge=0.0)
        if name == "flowers":
            pen.fill(_CENTRE, lighter(colour, 0.75), shade=0.0, edge=0.0)


_CENTRE = ellipse(0, 0, 0.16, 0.16)


def blossom(pen: Pen, size: float, colour: Colour) -> None:
    """A flower that stands before anything: its petals have a darker rim."""
    with pen.moved(scale_x=1.14 * size, scale_y=1.14 * size):
        pen.fill(_mark_path("flowers"), darker(colour, 0.34), shade=0.0, edge=0.0)
    small_mark(pen, "flowers", size, colour)
    with pen.moved(scale_x=size, scale_y=size):
        pen.fill(_CENTRE, (0.97, 0.8, 0.32), shade=0.0, edge=0.0)
