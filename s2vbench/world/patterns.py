"""Patterns on cloth, fur and paint: drawn inside a path, in proportion to its bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour
from s2vbench.world.pen import Pen, box, ellipse, line, polygon

PatternKind = Literal["plain", "striped", "vertically striped", "dotted", "checked", "zigzag", "starry", "patched"]


@dataclass(frozen=True)
class Pattern:
    """What is on a surface, beside its own colour."""

    kind: PatternKind
    colour: Colour
    count: int = 5
    """Stripes, or dots in a row."""
    seed: int = 0
    """Where patches lie."""


def fill_with_pattern(
    pen: Pen, path: skia.Path, colour: Colour, pattern: Pattern, *, shade: float = 0.16, edge: float | None = None
) -> None:
    """Fill a path and put the pattern on it; the outline comes last."""
    pen.fill(path, colour, shade=shade, edge=0.0)
    bounds = path.getBounds()
    if pattern.kind != "plain" and pen.sees(min(bounds.width(), bounds.height()) / (2 * pattern.count)):
        with pen.inside(path):
            _DRAW[pattern.kind](pen, bounds, pattern)
    width = pen.edge if edge is None else edge
    if width > 0:
        pen.fill(path, colour, shade=0.0, edge=width, alpha=0.0)


def _stripes(pen: Pen, bounds: skia.Rect, pattern: Pattern) -> None:
    step = bounds.height() / pattern.count
    for i in range(pattern.count):
        top = bounds.top() + (i + 0.25) * step
        pen.fill(box(bounds.left(), top, bounds.right(), top + step / 2), pattern.colour, edge=0.0, shade=0.1)


def _bars(pen: Pen, bounds: skia.Rect, pattern: Pattern) -> None:
    step = bounds.width() / pattern.count
    for i in range(pattern.count):
        left = bounds.left() + (i + 0.25) * step
        pen.fill(box(left, bounds.top(), left + step / 2, bounds.bottom()), pattern.colour, edge=0.0, shade=0.1)


def _grid(bounds: skia.Rect, count: int) -> list[tuple[float, float, float]]:
    """(x, y, step) of places in shifted rows."""
    step = max(bounds.width(), bounds.height()) / count
    rows = math.ceil(bounds.height() / step) + 1
    columns = math.ceil(bounds.width() / step) + 1
    return [
        (bounds.left() + (column + 0.5 * (row % 2)) * step, bounds.top() + (row + 0.4) * step, step)
        for row in range(rows)
        for column in range(columns)
    ]


def _dots(pen: Pen, bounds: skia.Rect, pattern: Pattern) -> None:
    dots = skia.Path()
    for x, y, step in _grid(bounds, pattern.count):
        dots.addCircle(x, y, 0.24 * step)
    pen.fill(dots, pattern.colour, edge=0.0, shade=0.0)


def _stars(pen: Pen, bounds: skia.Rect, pattern: Pattern) -> None:
    stars = skia.Path()
    for x, y, step in _grid(bounds, pattern.count):
        stars.addPath(star(x, y, 0.34 * step))
    pen.fill(stars, pattern.colour, edge=0.0, shade=0.0)


def _checks(pen: Pen, bounds: skia.Rect, pattern: Pattern) -> None:
    step = max(bounds.width(), bounds.height()) / pattern.count
    for i in range(pattern.count):
        left, top = bounds.left() + i * step, bounds.top() + i * step
        pen.fill(box(left, bounds.top(), left + step / 2, bounds.bottom()), pattern.colour, edge=0.0, alpha=0.55)
        pen.fill(box(bounds.left(), top, bounds.right(), top + step / 2), pattern.colour, edge=0.0, alpha=0.55)


def _zigzag(pen: Pen, bounds: skia.Rect, pattern: Pattern) -> None:
    rows = max(pattern.count // 2, 1)
    step, height = bounds.width() / pattern.count, bounds.height() / rows
    for row in range(rows):
        middle = bounds.top() + (row + 0.5) * height
        points = [
            (bounds.left() + i * step / 2, middle + (0.22 if i % 2 else -0.22) * height)
            for i in range(2 * pattern.count + 1)
        ]
        pen.stroke(line(points), pattern.colour, 0.2 * height)


def _patches(pen: Pen, bounds: skia.Rect, pattern: Pattern) -> None:
    dice = Dice("patches", pattern.seed)
    size = max(bounds.width(), bounds.height()) / pattern.count
    for _ in range(pattern.count + 1):
        x = bounds.left() + dice.unit() * bounds.width()
        y = bounds.top() + dice.unit() * bounds.height()
        path = ellipse(x, y, size * dice.between(0.5, 1.1), size * dice.between(0.4, 0.8), dice.between(0, 90))
        pen.fill(path, pattern.colour, edge=0.0, shade=0.1)


def star(cx: float, cy: float, radius: float, points: int = 5, inner: float = 0.45) -> skia.Path:
    """A star that stands on two of its points."""
    corners = []
    for i in range(2 * points):
        reach = radius if i % 2 == 0 else radius * inner
        angle = math.pi * i / points - math.pi / 2
        corners.append((cx + reach * math.cos(angle), cy + reach * math.sin(angle)))
    return polygon(corners)


_DRAW = {
    "striped": _stripes,
    "vertically striped": _bars,
    "dotted": _dots,
    "checked": _checks,
    "zigzag": _zigzag,
    "starry": _stars,
    "patched": _patches,
}
