"""Solids of revolution: what a potter's wheel or a lathe makes, seen slightly from above.

The axis is upright, so the outline does not depend on yaw; marks are placed by their longitude and turn with it.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import skia

from s2vbench.world.objects.space import PITCH_COS, PITCH_SIN, Stage, Vec
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, ellipse, polygon

Profile = tuple[tuple[float, float], ...]
"""(y, radius) from top to bottom; y must grow."""

_FINE = 7
"""Samples between two points of a smooth profile."""


@dataclass(frozen=True)
class Lathe:
    """A solid of revolution about an upright axis."""

    profile: Profile
    smooth: bool = True
    x: float = 0.0
    z: float = 0.0

    def radius(self, y: float) -> float:
        """Its radius at a height."""
        return self._at(y)[0]

    def _at(self, y: float) -> tuple[float, float]:
        samples = _samples(self.profile, self.smooth)
        i = min(max(bisect_left(samples, (y,)), 1), len(samples) - 1)
        (y0, r0, _), (y1, r1, slope) = samples[i - 1], samples[i]
        share = 0.0 if y1 == y0 else min(max((y - y0) / (y1 - y0), 0.0), 1.0)
        return r0 + (r1 - r0) * share, slope

    def place(self, longitude_deg: float, y: float, out: float = 0.0) -> Vec:
        """A point on its surface, or `out` of it; longitude 0 is the front, 90 the thing's left."""
        angle, radius = math.radians(longitude_deg), self.radius(y) + out
        return self.x + radius * math.sin(angle), y, self.z + radius * math.cos(angle)

    def frame(self, longitude_deg: float, y: float) -> tuple[Vec, Vec, Vec, Vec]:
        """Origin, right, down and normal of the surface at a place."""
        angle = math.radians(longitude_deg)
        sin, cos = math.sin(angle), math.cos(angle)
        radius, slope = self._at(y)
        long = math.hypot(1.0, slope)
        down = (slope * sin / long, 1 / long, slope * cos / long)
        normal = (sin / long, -slope / long, cos / long)
        return (self.x + radius * sin, y, self.z + radius * cos), (cos, 0.0, -sin), down, normal


def egg(middle: float, radius: float, high: float, *, x: float = 0.0, z: float = 0.0, drop: float = 0.0) -> Lathe:
    """An upright ellipsoid about a height; `drop` moves its widest place down."""
    rows: list[tuple[float, float]] = []
    for share in (-1.0, -0.94, -0.75, -0.4, 0.0, 0.4, 0.75, 0.94, 1.0):
        across = max(1 - share * share, 0.0) ** 0.5
        rows.append((middle + high * share, radius * across * (1 + drop * share)))
    return Lathe(tuple(rows), x=x, z=z)


@lru_cache(maxsize=2048)
def _samples(profile: Profile, smooth: bool) -> tuple[tuple[float, float, float], ...]:  # noqa: FBT001
    """(y, radius, slope) from top to bottom."""
    if not smooth:
        found = []
        for (y0, r0), (y1, r1) in itertools.pairwise(profile):
            slope = (r1 - r0) / max(y1 - y0, 1e-6)
            found += [(y0, r0, slope), (y1, r1, slope)]
        return tuple(found)
    dense: list[tuple[float, float]] = []
    n = len(profile)
    for i in range(n - 1):
        before, start, end, after = profile[max(i - 1, 0)], profile[i], profile[i + 1], profile[min(i + 2, n - 1)]
        for j in range(_FINE):
            t = j / _FINE
            y = _spline(before[0], start[0], end[0], after[0], t)
            dense.append((y, _spline(before[1], start[1], end[1], after[1], t)))
    dense.append(profile[-1])
    found = []
    for i, (y, radius) in enumerate(dense):
        above, below = dense[max(i - 1, 0)], dense[min(i + 1, len(dense) - 1)]
        found.append((y, max(radius, 0.0), (below[1] - above[1]) / max(below[0] - above[0], 1e-6)))
    return tuple(found)


def _spline(before: float, start: float, end: float, after: float, t: float) -> float:
    a, b = (end - before) / 2, (after - start) / 2
    return (
        start * (2 * t**3 - 3 * t**2 + 1) + a * (t**3 - 2 * t**2 + t) + end * (3 * t**2 - 2 * t**3) + b * (t**3 - t**2)
    )


@lru_cache(maxsize=2048)
def _outline(profile: Profile, smooth: bool) -> tuple[skia.Path, float]:  # noqa: FBT001
    """The outline about the axis, and the largest radius."""
    samples = _samples(profile, smooth)
    side = []
    for y, radius, slope in samples:
        across = math.acos(min(max(-slope * PITCH_SIN / PITCH_COS, -0.9), 0.9))
        side.append((radius * math.sin(across), y * PITCH_COS + radius * math.cos(across) * PITCH_SIN, across))
    path = skia.Path()
    top, bottom = math.degrees(side[0][2]), math.degrees(side[-1][2])
    path.moveTo(-side[0][0], side[0][1])
    if samples[0][1] > 1e-3:
        path.arcTo(_rim(samples[0][0], samples[0][1]), 90 + top, 360 - 2 * top, forceMoveTo=True)
    for x, y, _ in side:
        path.lineTo(x, y)
    if samples[-1][1] > 1e-3:
        path.arcTo(_rim(samples[-1][0], samples[-1][1]), 90 - bottom, 2 * bottom, forceMoveTo=False)
    for x, y, _ in reversed(side):
        path.lineTo(-x, y)
    path.close()
    return path, max(radius for _, radius, _ in samples)


def _rim(y: float, radius: float) -> skia.Rect:
    middle, high = y * PITCH_COS, radius * PITCH_SIN
    return skia.Rect.MakeLTRB(-radius, middle - high, radius, middle + high)


@lru_cache(maxsize=2048)
def _band(lathe: Lathe, top: float, bottom: float) -> skia.Path:
    path = skia.Path()
    path.arcTo(_rim(top, lathe.radius(top) + 0.004), 180, -180, forceMoveTo=True)
    for i in range(1, 8):
        y = top + (bottom - top) * i / 8
        path.lineTo(lathe.radius(y) + 0.004, y * PITCH_COS)
    path.arcTo(_rim(bottom, lathe.radius(bottom) + 0.004), 0, 180, forceMoveTo=False)
    for i in range(7, 0, -1):
        y = top + (bottom - top) * i / 8
        path.lineTo(-lathe.radius(y) - 0.004, y * PITCH_COS)
    path.close()
    return path


def round_colours(colour: Colour) -> list[Colour]:
    """The colours of a round surface from its left to its right."""
    return [darker(colour, 0.06), lighter(colour, 0.24), colour, darker(colour, 0.1), darker(colour, 0.3)]


def turn_out(
    stage: Stage,
    lathe: Lathe,
    colour: Colour,
    *,
    gloss: float = 0.0,
    marks: Callable[[], None] | None = None,
    edge: bool = True,
) -> None:
    """Draw a solid: its shaded body, the marks on it, its highlight, its outline.

    Args:
        stage: where.
        lathe: the solid.
        colour: of its body.
        gloss: how strong its highlight is.
        marks: draws what is on it, in the coordinates of its axis, inside its outline.
        edge: whether its outline is drawn.
    """
    path, widest = _outline(lathe.profile, lathe.smooth)
    pen = stage.pen
    with pen.moved(*stage.view.point(lathe.x, 0.0, lathe.z)):
        if stage.sees(0.14 * widest):
            pen.gradient(path, round_colours(colour), (-widest, 0), (widest, 0))
        else:
            pen.fill(path, colour, shade=0.0, edge=0.0)
        if marks is not None:
            with pen.inside(path):
                marks()
        if gloss and stage.sees(0.2 * widest):
            _highlight(stage, lathe, gloss)
        if edge:
            stage.outline(path, colour)


def rim_out(stage: Stage, lathe: Lathe, colour: Colour) -> None:
    """The outline of a solid alone, wide, to lie behind several solids that are one thing."""
    if stage.edge:
        with stage.pen.moved(*stage.view.point(lathe.x, 0.0, lathe.z)):
            stage.pen.stroke(_outline(lathe.profile, lathe.smooth)[0], darker(colour, 0.5), 2 * stage.edge)


def _highlight(stage: Stage, lathe: Lathe, gloss: float) -> None:
    top, bottom = lathe.profile[0][0], lathe.profile[-1][0]
    points = []
    for share in (0.14, 0.24, 0.34, 0.44, 0.54):
        y = top + (bottom - top) * share
        radius = lathe.radius(y)
        points.append((-0.58 * radius, y * PITCH_COS + 0.8 * radius * PITCH_SIN))
    path = skia.Path()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    width = 0.12 * max(lathe.radius(top + (bottom - top) * 0.35), 0.05)
    stage.pen.stroke(path, (1.0, 1.0, 0.98), width, alpha=gloss)


def hoop(stage: Stage, lathe: Lathe, top: float, bottom: float, colour: Colour) -> None:
    """A band that lies around a solid and has an outline of its own."""
    with stage.pen.moved(*stage.view.point(lathe.x, 0.0, lathe.z)):
        ring(stage, lathe, top, bottom, colour)
        stage.outline(_band(lathe, top, bottom), colour)


def ring(stage: Stage, lathe: Lathe, top: float, bottom: float, colour: Colour) -> None:
    """A band of colour around a solid; one of the marks of `turn_out`."""
    widest = max(lathe.radius(top), lathe.radius(bottom))
    stage.pen.gradient(_band(lathe, top, bottom), round_colours(colour), (-widest, 0), (widest, 0))


def gore(stage: Stage, lathe: Lathe, start_deg: float, end_deg: float, colour: Colour) -> None:
    """A strip of a solid between two longitudes, from top to bottom; one of the marks of `turn_out`."""
    middle = _wrapped((start_deg + end_deg) / 2 + stage.view.yaw_deg)
    half = (end_deg - start_deg) / 2
    left, right = max(middle - half, -104.0), min(middle + half, 104.0)
    if left >= right:
        return
    rows = _samples(lathe.profile, lathe.smooth)[:: 3 if lathe.smooth else 1]
    rows = (*rows, _samples(lathe.profile, lathe.smooth)[-1])
    points = []
    for angle_deg, order in ((left, rows), (right, rows[::-1])):
        sin, cos = math.sin(math.radians(angle_deg)), math.cos(math.radians(angle_deg))
        points += [(r * sin, y * PITCH_COS + r * cos * PITCH_SIN) for y, r, _ in order]
    light = -math.sin(math.radians(middle + 25))
    tone = lighter(colour, 0.2 * light) if light > 0 else darker(colour, -0.28 * light)
    stage.pen.fill(polygon(points), tone, shade=0.0, edge=0.0)


def _wrapped(angle_deg: float) -> float:
    return (angle_deg + 180.0) % 360.0 - 180.0


def mark(stage: Stage, lathe: Lathe, longitude_deg: float, y: float, draw: Callable[[Pen], None]) -> None:
    """Something flat on a solid, drawn in its tangent plane about (0, 0); one of the marks of `turn_out`."""
    origin, right, down, normal = lathe.frame(longitude_deg, y)
    if stage.view.depth(*normal) > 0.03:
        with stage.plane((origin[0] - lathe.x, origin[1], origin[2] - lathe.z), right, down) as pen:
            draw(pen)


def marks_around(
    stage: Stage, lathe: Lathe, y: float, count: int, draw: Callable[[Pen], None], start_deg: float = 0.0
) -> None:
    """The same mark evenly around a solid."""
    for i in range(count):
        mark(stage, lathe, start_deg + 360.0 * i / count, y, draw)


def lid(stage: Stage, lathe: Lathe, colour: Colour, *, hollow: bool = False) -> None:
    """The upper face of a solid; the dark inside of a vessel where hollow."""
    y, radius = lathe.profile[0]
    cx, cy = stage.view.point(lathe.x, y, lathe.z)
    path = ellipse(cx, cy, radius, radius * PITCH_SIN)
    if not hollow:
        stage.fill(path, lighter(colour, 0.14), shade=0.1)
        return
    stage.pen.fill(path, lighter(colour, 0.3), shade=0.0, edge=0.0)
    stage.outline(path, colour)
    inner = ellipse(cx, cy + 0.04 * radius, radius * 0.9, radius * 0.86 * PITCH_SIN)
    inside = darker(colour, 0.5)
    stage.pen.gradient(inner, [darker(colour, 0.7), inside, darker(colour, 0.25)], (cx - radius, cy), (cx + radius, cy))
