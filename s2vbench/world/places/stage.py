"""How places are laid out: things with extents around the frame's middle, gathered into layers.

Within this package x is 0 in the frame's middle (and y runs from 0 to 1 as everywhere): so a place is composed around
its middle whatever the frame's shape, and things beyond a frame's margin are not drawn.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour
from s2vbench.world.pen import Pen, Point
from s2vbench.world.scene import MARGIN, Layer

Draw = Callable[[Pen], None]
Span = tuple[float, float]

REACH: Final = 21 / 18 + 1.5 * MARGIN + 0.05
"""How far from the middle the widest frame and its margin go, also for layers in front."""
BELOW: Final = 1.0 + 1.5 * MARGIN + 0.05
"""A height y below everything any camera sees."""
ABOVE: Final = -1.5 * MARGIN - 0.05
"""A height y above everything any camera sees."""


class Thing(NamedTuple):
    """Something drawn, and between which x."""

    left: float
    right: float
    draw: Draw


def everywhere(draw: Draw) -> Thing:
    """A thing that goes from side to side."""
    return Thing(-math.inf, math.inf, draw)


def around(x: float, reach: float, draw: Draw) -> Thing:
    """A thing about x, `reach` to either side."""
    return Thing(x - reach, x + reach, draw)


def layer(parallax: float, *groups: Thing | Iterable[Thing]) -> Layer:
    """A layer of things, drawn in order."""
    things: list[Thing] = []
    for group in groups:
        if isinstance(group, Thing):
            things.append(group)
        else:
            things.extend(group)

    def draw(pen: Pen, aspect: float) -> None:
        half = aspect / 2 + MARGIN * max(parallax, 1.0) + 0.02
        with pen.moved(aspect / 2):
            for thing in things:
                if thing.right > -half and thing.left < half:
                    thing.draw(pen)

    return Layer(parallax, draw)


def tone(dice: Dice, colour: Colour, hue: float = 0.02, light: float = 0.03, saturation: float = 0.08) -> Colour:
    """A colour near another: at most so far off in hue, lightness and saturation."""
    h, lightness, s = colorsys.rgb_to_hls(*colour)
    return colorsys.hls_to_rgb(
        (h + dice.between(-hue, hue)) % 1.0,
        min(max(lightness + dice.between(-light, light), 0.0), 1.0),
        min(max(s + dice.between(-saturation, saturation), 0.0), 1.0),
    )


def rgb(text: str) -> Colour:
    """A colour from six hexadecimal digits.

    >>> rgb("ff0033")
    (1.0, 0.0, 0.2)
    """
    return int(text[:2], 16) / 255, int(text[2:4], 16) / 255, int(text[4:], 16) / 255


def spread(dice: Dice, step: float, jitter: float = 0.35, reach: float = REACH) -> list[float]:
    """Places from side to side about `step` apart, each moved by at most `jitter` steps."""
    count = math.ceil(2 * reach / step)
    return [-reach + (i + 0.5 + dice.between(-jitter, jitter)) * step for i in range(count)]


def beside(dice: Dice, step: float, free: float, reach: float = REACH) -> list[float]:
    """Like `spread`, but nothing within `free` of the middle."""
    return [x for x in spread(dice, step, reach=reach) if abs(x) > free]


def sloped(y: Span, share: float) -> float:
    """A height on the ground: further places lie closer together, as seen from eye height."""
    return y[0] + (y[1] - y[0]) * share * math.sqrt(share)


def dots(points: Iterable[Point]) -> list[skia.Point]:
    """Points as Skia wants them."""
    return [skia.Point(x, y) for x, y in points]


def draw_dots(pen: Pen, points: list[skia.Point], colour: Colour, width: float, alpha: float = 1.0) -> None:
    """Round dots of one size and colour in one call."""
    if points and pen.sees(width):
        paint = skia.Paint(
            AntiAlias=True,
            Color4f=skia.Color4f(*colour, alpha),
            StrokeWidth=width,
            StrokeCap=skia.Paint.kRound_Cap,
            Style=skia.Paint.kStroke_Style,
        )
        pen.canvas.drawPoints(skia.Canvas.kPoints_PointMode, points, paint)


def discs(circles: Iterable[tuple[float, float, float]]) -> skia.Path:
    """One path around all discs (x, y, radius)."""
    path = skia.Path()
    for x, y, radius in circles:
        path.addCircle(x, y, radius)
    return path


def fade(pen: Pen, path: skia.Path, colour: Colour, alphas: list[float], start: Point, end: Point) -> None:
    """Fill a path with one colour whose opacities are evenly spaced from `start` to `end`."""
    shader = skia.GradientShader.MakeLinear(
        [skia.Point(*start), skia.Point(*end)], [skia.Color4f(*colour, alpha).toColor() for alpha in alphas]
    )
    pen.canvas.drawPath(path, skia.Paint(AntiAlias=True, Shader=shader))


def pool(pen: Pen, x: float, y: float, reach: Span, colour: Colour, alpha: float) -> None:
    """Light or shade lying on the ground: an ellipse that fades to its rim."""
    with pen.moved(x, y, scale_y=reach[1] / reach[0]):
        pen.glow(0, 0, reach[0], colour, alpha)


def hung(draw: Draw, x: float, y: float, size: float, *, mirrored: bool = False) -> Draw:
    """A drawing in its own unit, put at (x, y)."""

    def put(pen: Pen) -> None:
        with pen.moved(x, y, scale_x=-size if mirrored else size, scale_y=size):
            draw(Pen(pen.canvas, pen.unit_px * size))

    return put
