"""Boxes and extruded outlines: their visible faces, toned by the way they look."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import skia

from s2vbench.world.objects.space import Stage, Vec, X, Y, Z, matrix_of, plus, times
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, Point, blob, polygon
from s2vbench.world.pen import box as rounded

_FINE_PX = 90
"""Below this height curves have fewer corners."""

_LARGE_PX = 250
"""Above this height they have more."""

_FLAT = 1e-3
"""An outline seen so much from its edge that its sign says nothing."""

Outline = tuple[Point, ...]
"""Corners of a flat shape, in order."""
Face = Literal["front", "back", "left", "right", "top"]
Decorate = Callable[[Pen], None]

_FACES: Mapping[Face, tuple[Vec, Vec, Vec]] = {
    "front": (Z, X, Y),
    "back": (times(Z, -1), times(X, -1), Y),
    "left": (X, times(Z, -1), Y),
    "right": (times(X, -1), Z, Y),
    "top": (times(Y, -1), X, Z),
}
"""Normal, right and down of every face, as somebody sees it who looks at it."""


@dataclass(frozen=True)
class Box:
    """An upright box; `y` is its lower side."""

    x: float
    y: float
    z: float
    width: float
    height: float
    depth: float

    def face(self, name: Face) -> tuple[Vec, Vec, Vec, float, float]:
        """Centre, right, down, half of the width and half of the height of a face."""
        normal, right, down = _FACES[name]
        middle = (self.x, self.y - self.height / 2, self.z)
        reach = abs(normal[0]) * self.width + abs(normal[1]) * self.height + abs(normal[2]) * self.depth
        across = abs(right[0]) * self.width + abs(right[2]) * self.depth
        high = self.height if name != "top" else self.depth
        return plus(middle, normal, reach / 2), right, down, across / 2, high / 2


def box_of(
    stage: Stage,
    box: Box,
    colour: Colour,
    *,
    radius: float = 0.0,
    marks: Mapping[Face, Decorate] | None = None,
    colours: Mapping[Face, Colour] | None = None,
    shade: float = 0.1,
) -> None:
    """Draw a box.

    Args:
        stage: where.
        box: the box.
        colour: of its faces.
        radius: how round its edges are.
        marks: what is on a face, about the face's centre, x to the right and y down for who looks at it.
        colours: of faces that have their own.
        shade: how strongly a face changes from its upper left to its lower right.
    """
    radius = radius if stage.sees(0.5 * radius) else 0.0
    seen = []
    for name in _FACES:
        if stage.view.depth(*_FACES[name][0]) > 0.002:
            centre, right, down, across, high = box.face(name)
            a, b = max(across - radius, 0.0), max(high - radius, 0.0)
            corners = [plus(plus(centre, right, i * a), down, j * b) for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
            inward = plus((0.0, 0.0, 0.0), _FACES[name][0], -radius)
            seen.append((name, polygon([stage.view.point(*plus(corner, inward)) for corner in corners])))
    # What is seen from its edge comes first: its round corners must not reach over the faces beside it.
    seen.sort(key=lambda face: stage.view.depth(*_FACES[face[0]][0]))
    if stage.edge:
        for _, path in seen:
            stage.pen.stroke(path, darker(colour, 0.5), 2 * radius + 2 * stage.edge)
    for name, path in seen:
        tone = stage.view.tone((colours or {}).get(name, colour), _FACES[name][0])
        _soft(stage.pen, path, tone, radius, shade)
    for name, _ in seen:
        if marks and name in marks:
            centre, right, down, across, high = box.face(name)
            with stage.plane(plus(centre, _FACES[name][0], -radius), right, down) as pen:
                if radius:
                    pen.canvas.clipPath(rounded(-across, -high, across, high, radius), doAntiAlias=True)
                marks[name](pen)


def _soft(pen: Pen, path: skia.Path, tone: Colour, radius: float, shade: float) -> None:
    """Fill a path that is wider by `radius` than it says, with round corners; small faces have one tone."""
    bounds = path.getBounds()
    if not radius and not pen.sees(0.04 * max(bounds.width(), bounds.height())):
        pen.fill(path, tone, shade=0.0, edge=0.0)
        return
    ends = [skia.Point(bounds.left(), bounds.top()), skia.Point(bounds.left() + 0.4 * bounds.width(), bounds.bottom())]
    colours = [skia.Color4f(*stop, 1.0).toColor() for stop in (lighter(tone, shade), darker(tone, shade))]
    paint = skia.Paint(
        AntiAlias=True,
        Style=skia.Paint.kStrokeAndFill_Style if radius else skia.Paint.kFill_Style,
        StrokeWidth=2 * radius,
        StrokeJoin=skia.Paint.kRound_Join,
    )
    paint.setShader(skia.GradientShader.MakeLinear(ends, colours))
    pen.canvas.drawPath(path, paint)


@dataclass(frozen=True)
class Loft:
    """A flat outline swept along `w`, at every slice scaled about (0, 0): a plank, a guitar, a cushion.

    Somebody who sees the front face has `u` to the right and `v` down; `w` looks at that person.
    """

    outline: Outline
    origin: Vec
    u: Vec = X
    v: Vec = Y
    w: Vec = Z
    slices: tuple[tuple[float, float], ...] = ((-0.5, 1.0), (0.5, 1.0))
    """(place along w, scale), from back to front."""
    smooth: bool = False


def cushion(bevel: float = 0.86, edge: float = 0.3) -> tuple[tuple[float, float], ...]:
    """Slices of something with round edges."""
    between, out = 0.72 * bevel + 0.28, 0.5 * edge + 0.22
    half = ((edge, 1.0), (out + 0.05, between + 0.03), (0.5, bevel))
    return (*((-place, scale) for place, scale in half[::-1]), *half)


@lru_cache(maxsize=2048)
def _dense(outline: Outline, count: int) -> tuple[tuple[Point, ...], skia.Path]:
    """This many points along a smooth outline (its corners where 0), and its path."""
    if count == 0:
        return outline, polygon(outline)
    path = blob(outline)
    measure = skia.PathMeasure(path, forceClosed=True)
    points = []
    for i in range(count):
        position, _ = measure.getPosTan(measure.getLength() * i / count)
        points.append((position.x(), position.y()))
    return tuple(points), path


def loft_of(
    stage: Stage,
    loft: Loft,
    colour: Colour,
    *,
    side: Colour | None = None,
    front: Decorate | None = None,
    back: Decorate | None = None,
    shade: float = 0.12,
) -> None:
    """Draw a swept outline.

    Args:
        stage: where.
        loft: the shape.
        colour: of its two faces.
        side: of what lies between them, the same where None.
        front: draws on its front face, inside it, in the outline's coordinates.
        back: draws on its back face, inside it, x to the right for who looks at it.
        shade: how strongly the face changes from its upper left to its lower right.
    """
    view, pen = stage.view, stage.pen
    fine = pen.unit_px > _FINE_PX
    points, path = _dense(
        loft.outline, (16 if not fine else 32 if pen.unit_px < _LARGE_PX else 72) if loft.smooth else 0
    )
    ahead = view.depth(*loft.w) >= 0
    slices = loft.slices if ahead else loft.slices[::-1]
    if not fine and len(slices) == 6:
        slices = (slices[0], slices[2], slices[3], slices[5])
    body = colour if side is None else side
    rows = [
        [view.point(*plus(plus(plus(loft.origin, loft.w, t), loft.u, s * a), loft.v, s * b)) for a, b in points]
        for t, s in slices
    ]
    wound = sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise((*rows[-1], rows[-1][0])))
    sweeps = [_sweep(one, other, wound) for one, other in pairwise(rows)]
    place, scale = slices[-1]
    near = plus(loft.origin, loft.w, place)
    u, v = times(loft.u, scale), times(loft.v, scale)
    matrix = matrix_of(view, near, u, v)
    cap = skia.Path(path)
    cap.transform(matrix)
    if stage.edge:
        for sweep in sweeps:
            pen.stroke(sweep, darker(body, 0.5), 2 * stage.edge)
        pen.stroke(cap, darker(body, 0.5), 2 * stage.edge)
    low, high = view.point(*plus(loft.origin, loft.v, -0.5)), view.point(*plus(loft.origin, loft.v, 0.5))
    for i, sweep in enumerate(sweeps):
        rim = body if i < len(sweeps) - 1 or len(sweeps) == 1 else lighter(body, 0.08)
        pen.gradient(sweep, [lighter(rim, 0.12), darker(rim, 0.16), darker(rim, 0.34)], low, high)
    normal = times(loft.w, (1.0 if ahead else -1.0) / max(math.hypot(*loft.w), 1e-6))
    pen.fill(cap, view.tone(colour, normal), shade=shade, edge=0.0)
    draw = front if ahead else back
    if draw is not None:
        with pen.inside(cap), stage.plane(near, u if ahead else times(u, -1), v):
            draw(pen)
    if stage.edge:
        pen.stroke(cap, darker(colour, 0.4), 0.6 * stage.edge)


def _sweep(one: Sequence[Point], other: Sequence[Point], wound: float) -> skia.Path:
    """What is seen of the sides between two slices; `wound` is twice the area of the outline as it is seen."""
    path = skia.Path()
    for (ax, ay), (bx, by), (dx, dy), (cx, cy) in zip(
        one, (*one[1:], one[0]), other, (*other[1:], other[0]), strict=True
    ):
        area = (cx - ax) * (dy - by) - (dx - bx) * (cy - ay)
        if area * wound <= 0 and abs(wound) > _FLAT:
            continue
        path.moveTo(ax, ay)
        if area > 0:
            path.lineTo(bx, by)
            path.lineTo(cx, cy)
            path.lineTo(dx, dy)
        else:
            path.lineTo(dx, dy)
            path.lineTo(cx, cy)
            path.lineTo(bx, by)
        path.close()
    return path
