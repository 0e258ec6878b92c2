"""The pen: filled and outlined paths on a Skia canvas, shaded as if light came from the upper left.

Coordinates are whatever the canvas is scaled to: x to the right, y down.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import skia

from s2vbench.world.palette import Colour, darker, lighter

Point = tuple[float, float]


def ellipse(cx: float, cy: float, rx: float, ry: float, turn_deg: float = 0.0) -> skia.Path:
    """An ellipse, turned clockwise about its centre."""
    path = skia.Path()
    path.addOval(skia.Rect.MakeLTRB(cx - rx, cy - ry, cx + rx, cy + ry))
    return turned(path, cx, cy, turn_deg) if turn_deg else path


def box(left: float, top: float, right: float, bottom: float, radius: float = 0.0) -> skia.Path:
    """A rectangle with round corners."""
    path = skia.Path()
    path.addRoundRect(skia.Rect.MakeLTRB(left, top, right, bottom), radius, radius)
    return path


def polygon(points: Sequence[Point]) -> skia.Path:
    """A closed path of straight lines."""
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], close=True)
    return path


def line(points: Sequence[Point]) -> skia.Path:
    """An open path of straight lines."""
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], close=False)
    return path


def blob(points: Sequence[Point], tension: float = 1.0) -> skia.Path:
    """A smooth closed curve through the points (Catmull-Rom); tension 0 gives straight lines."""
    return _smooth(points, tension, closed=True)


def curve(points: Sequence[Point], tension: float = 1.0) -> skia.Path:
    """A smooth open curve through the points."""
    return _smooth(points, tension, closed=False)


def _smooth(points: Sequence[Point], tension: float, *, closed: bool) -> skia.Path:
    n = len(points)
    path = skia.Path()
    path.moveTo(*points[0])
    factor = tension / 6.0
    for i in range(n if closed else n - 1):
        if closed:
            before, start, end, after = points[i - 1], points[i], points[(i + 1) % n], points[(i + 2) % n]
        else:
            before, start, end, after = points[max(i - 1, 0)], points[i], points[i + 1], points[min(i + 2, n - 1)]
        path.cubicTo(
            start[0] + (end[0] - before[0]) * factor,
            start[1] + (end[1] - before[1]) * factor,
            end[0] - (after[0] - start[0]) * factor,
            end[1] - (after[1] - start[1]) * factor,
            *end,
        )
    if closed:
        path.close()
    return path


def capsule(start: Point, start_radius: float, end: Point, end_radius: float) -> skia.Path:
    """The hull of two discs: a limb that gets thinner."""
    (x0, y0), (x1, y1) = start, end
    dx, dy = x1 - x0, y1 - y0
    length = math.hypot(dx, dy)
    if length <= abs(start_radius - end_radius) + 1e-9:
        bigger = (x0, y0, start_radius) if start_radius >= end_radius else (x1, y1, end_radius)
        return ellipse(bigger[0], bigger[1], bigger[2], bigger[2])
    along = math.degrees(math.atan2(dy, dx))
    lean = math.degrees(math.acos(max(-1.0, min(1.0, (start_radius - end_radius) / length))))
    path = skia.Path()
    path.arcTo(_disc(x0, y0, start_radius), along + lean, 360 - 2 * lean, forceMoveTo=True)
    path.arcTo(_disc(x1, y1, end_radius), along - lean, 2 * lean, forceMoveTo=False)
    path.close()
    return path


def _disc(x: float, y: float, radius: float) -> skia.Rect:
    return skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius)


def turned(path: skia.Path, cx: float, cy: float, turn_deg: float) -> skia.Path:
    """The path turned clockwise about a point."""
    moved = skia.Path(path)
    matrix = skia.Matrix()
    matrix.setRotate(turn_deg, cx, cy)
    moved.transform(matrix)
    return moved


def united(*paths: skia.Path) -> skia.Path:
    """One path around all of them (for one outline around several parts)."""
    whole = paths[0]
    for path in paths[1:]:
        whole = skia.Op(whole, path, skia.PathOp.kUnion_PathOp)
    return whole


class Pen:
    """Draws on a canvas.

    Args:
        canvas: where.
        unit_px: how many pixels one unit of the coordinates has, so that what is too small to see can be left out.
        edge: width of outlines in units (0 for none), for every `fill` that does not say otherwise.
    """

    def __init__(self, canvas: skia.Canvas, unit_px: float, edge: float = 0.0) -> None:
        self.canvas, self.unit_px, self.edge = canvas, unit_px, edge

    def sees(self, size: float) -> bool:
        """True where a detail of this size (in units) covers at least half a pixel."""
        return size * self.unit_px >= 0.5

    def fill(
        self, path: skia.Path, colour: Colour, *, shade: float = 0.16, edge: float | None = None, alpha: float = 1.0
    ) -> None:
        """Fill a path, lighter at its upper left and darker at its lower right by `shade`, then outline it.

        Args:
            path: what to fill.
            colour: its colour in the middle.
            shade: 0 is flat, 0.3 is strong.
            edge: outline width in units; the pen's own where None.
            alpha: opacity of the filling.
        """
        paint = skia.Paint(AntiAlias=True, Color4f=skia.Color4f(*colour, alpha))
        if shade > 0:
            bounds = path.getBounds()
            ends = [
                skia.Point(bounds.left(), bounds.top()),
                skia.Point(bounds.left() + 0.55 * bounds.width(), bounds.bottom()),
            ]
            stops = [lighter(colour, shade), colour, darker(colour, shade)]
            colours = [skia.Color4f(*stop, alpha).toColor() for stop in stops]
            paint.setShader(skia.GradientShader.MakeLinear(ends, colours, [0.0, 0.45, 1.0]))
        self.canvas.drawPath(path, paint)
        width = self.edge if edge is None else edge
        if width > 0:
            self.stroke(path, darker(colour, 0.62), width)

    def glow(self, cx: float, cy: float, radius: float, colour: Colour, alpha: float = 1.0) -> None:
        """A disc of light that fades to nothing at its rim."""
        colours = [skia.Color4f(*colour, part).toColor() for part in (alpha, 0.45 * alpha, 0.0)]
        shader = skia.GradientShader.MakeRadial(skia.Point(cx, cy), radius, colours, [0.0, 0.4, 1.0])
        self.canvas.drawCircle(cx, cy, radius, skia.Paint(AntiAlias=True, Shader=shader))

    def gradient(
        self, path: skia.Path, colours: Sequence[Colour], start: Point, end: Point, alpha: float = 1.0
    ) -> None:
        """Fill a path with colours evenly spaced from `start` to `end`."""
        shader = skia.GradientShader.MakeLinear(
            [skia.Point(*start), skia.Point(*end)], [skia.Color4f(*colour, alpha).toColor() for colour in colours]
        )
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Shader=shader))

    def stroke(self, path: skia.Path, colour: Colour, width: float, *, alpha: float = 1.0) -> None:
        """Draw along a path with round ends and corners."""
        paint = skia.Paint(
            AntiAlias=True,
            Color4f=skia.Color4f(*colour, alpha),
            Style=skia.Paint.kStroke_Style,
            StrokeWidth=width,
            StrokeCap=skia.Paint.kRound_Cap,
            StrokeJoin=skia.Paint.kRound_Join,
        )
        self.canvas.drawPath(path, paint)

    @contextmanager
    def inside(self, path: skia.Path) -> Iterator[None]:
        """Draw only where the path is filled."""
        self.canvas.save()
        self.canvas.clipPath(path, skia.ClipOp.kIntersect, doAntiAlias=True)
        try:
            yield
        finally:
            self.canvas.restore()

    @contextmanager
    def moved(
        self, x: float = 0.0, y: float = 0.0, *, turn_deg: float = 0.0, scale_x: float = 1.0, scale_y: float = 1.0
    ) -> Iterator[None]:
        """Draw in coordinates that are moved to (x, y), turned clockwise and scaled."""
        self.canvas.save()
        self.canvas.translate(x, y)
        if turn_deg:
            self.canvas.rotate(turn_deg)
        if (scale_x, scale_y) != (1.0, 1.0):
            self.canvas.scale(scale_x, scale_y)
        try:
            yield
        finally:
            self.canvas.restore()
