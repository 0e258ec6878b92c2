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


class Rim(NamedTuple):
    """Something at the frame's left (-1) or right (1) edge: there x is 0 and grows outwards, mirrored at the left."""

    side: int
    draw: Draw


def everywhere(draw: Draw) -> Thing:
    """A thing that goes from side to side."""
    return Thing(-math.inf, math.inf, draw)


def around(x: float, reach: float, draw: Draw) -> Thing:
    """A thing about x, `reach` to either side."""
    return Thing(x - reach, x + reach, draw)


def layer(parallax: float, *groups: Thing | Rim | Iterable[Thing | Rim]) -> Layer:
    """A layer of things, drawn in order."""
    things: list[Thing | Rim] = []
    for group in groups:
        if isinstance(group, Thing | Rim):
            things.append(group)
        else:
            things.extend(group)

    def draw(pen: Pen, aspect: float) -> None:
        half = aspect / 2 + MARGIN * max(parallax, 1.0) + 0.02
        with pen.moved(aspect / 2):
            for thing in things:
                if isinstance(thing, Rim):
                    with pen.moved(thing.side * aspect / 2, scale_x=float(thing.side)):
                        thing.draw(pen)
                elif thing.right > -half and thing.left < half:
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


def shady(colour: Colour, share: float) -> Colour:
    """The same hue in shade: leaves and grass stay green where a cool dark would make them brown."""
    h, lightness, s = colorsys.rgb_to_hls(*colour)
    return colorsys.hls_to_rgb((h + 0.06 * share) % 1.0, lightness * (1 - share), min(s * (1 + 0.25 * share), 1.0))


def rgb(text: str) -> Colour:
    """A colour from six hexadecimal digits.

    >>> rgb("ff0033")
    (1.0, 0.0, 0.2)
    """
    return int(text[:2], 16) / 255, int(text[2:4], 16) / 255, int(text[4:], 16) / 255


def spread(dice: Dice, step: float, jitter: float = 0.35, reach: float = REACH) -> list[float]:
    """Places from side to side about `step` apart, starting anywhere, each moved by at most `jitter` steps."""
    count, start = math.ceil(2 * reach / step) + 1, -reach - dice.unit() * step
    return [start + (i + 0.5 + dice.between(-jitter, jitter)) * step for i in range(count)]


def flanks(dice: Dice, step: float, first: Span) -> list[float]:
    """Places to both sides of the middle, about `step` apart from `first` on: a narrow frame shows the first."""
    found = []
    for side in (-1, 1):
        x = dice.between(*first)
        while x < REACH:
            found.append(side * x)
            x += step * dice.between(0.7, 1.35)
    return found


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


def shrunk(things: Iterable[Thing], factor: float, y: float) -> list[Thing]:
    """The same things smaller, as if farther away, still standing at y."""

    def farther(thing: Thing) -> Thing:
        def draw(pen: Pen) -> None:
            with pen.moved(0.0, y * (1 - factor), scale_x=factor, scale_y=factor):
                thing.draw(Pen(pen.canvas, pen.unit_px * factor))

        return Thing(thing.left * factor, thing.right * factor, draw)

    return [farther(thing) for thing in things]
