"""Four ways to illustrate: every class is always drawn with the same one."""

from __future__ import annotations

from typing import Final, Literal

import skia

from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, Point

Style = Literal["bold", "pastel", "paper", "ink"]

_LINE: Final[Colour] = (0.14, 0.10, 0.17)
_FINE: Final = 0.009
"""Shadows and offsets of about this size are left out where they are less than half a pixel."""
_PLUM: Final[Colour] = (0.45, 0.25, 0.50)


def colour4(colour: Colour, alpha: float = 1.0) -> skia.Color4f:
    """A colour as Skia takes it."""
    return skia.Color4f(colour[0], colour[1], colour[2], alpha)


def tube_path(points: tuple[Point, Point, Point]) -> skia.Path:
    """An open bend from the first point to the last, through the middle one."""
    (x0, y0), (x1, y1), (x2, y2) = points
    path = skia.Path()
    path.moveTo(x0, y0)
    path.quadTo(2 * x1 - (x0 + x2) / 2, 2 * y1 - (y0 + y2) / 2, x2, y2)
    return path


class Brush:
    """Draws parts, limbs and marks in one style; this base draws flat, without outline."""

    edge: float = 0.0
    line: Colour = _LINE

    def __init__(self, pen: Pen) -> None:
        self.pen, self.canvas = pen, pen.canvas

    def shape(self, path: skia.Path, colour: Colour) -> None:
        """A solid part."""
        self.mark(path, colour)

    def tube(self, path: skia.Path, width: float, colour: Colour) -> None:
        """A limb along an open path."""
        self.stroke(path, colour, width)

    def thing(self, path: skia.Path, colour: Colour) -> None:
        """A small part on top of others (a button, a tooth); as `shape`, with less effort."""
        self.shape(path, colour)

    def mark(self, path: skia.Path, colour: Colour, alpha: float = 1.0) -> None:
        """Something flat on a part."""
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Color4f=colour4(colour, alpha)))

    def stroke(self, path: skia.Path, colour: Colour, width: float, alpha: float = 1.0) -> None:
        """A line with round ends."""
        self.canvas.drawPath(
            path,
            skia.Paint(
                AntiAlias=True,
                Color4f=colour4(colour, alpha),
                Style=skia.Paint.kStroke_Style,
                StrokeWidth=width,
                StrokeCap=skia.Paint.kRound_Cap,
                StrokeJoin=skia.Paint.kRound_Join,
            ),
        )

    def draw_line(self, path: skia.Path, width: float) -> None:
        """A line of the face (a mouth, a closed eye)."""
        self.stroke(path, self.line, width)


def _shaded(path: skia.Path, colours: list[Colour], stops: list[float], centre: Point, reach: float) -> skia.Paint:
    """Paint whose colours go outwards from a point of the path's bounds, round however long the path is."""
    bounds = path.getBounds()
    half_w, half_h = max(bounds.width() / 2, 1e-4), max(bounds.height() / 2, 1e-4)
    flat = max(half_w, half_h) * 0.45
    matrix = skia.Matrix()
    matrix.setScale(max(half_w, flat), max(half_h, flat))
    matrix.postTranslate(bounds.centerX() + centre[0] * half_w, bounds.centerY() + centre[1] * half_h)
    shader = skia.GradientShader.MakeRadial(
        skia.Point(0, 0),
        reach,
        [colour4(colour).toColor() for colour in colours],
        stops,
        skia.TileMode.kClamp,
        0,
        matrix,
    )
    return skia.Paint(AntiAlias=True, Shader=shader)


class Bold(Brush):
    """A dark outline of even width; light and shade meet in a hard edge."""

    edge = 0.021

    def shape(self, path: skia.Path, colour: Colour) -> None:
        """A solid part."""
        shade = darker(colour, 0.26)
        paint = _shaded(path, [colour, colour, shade, shade], [0.0, 0.7, 0.7, 1.0], (-0.34, -0.30), 1.75)
        self.stroke(path, self.line, 2 * self.edge)
        self.canvas.drawPath(path, paint)

    def thing(self, path: skia.Path, colour: Colour) -> None:
        """A small part on top of others."""
        self.stroke(path, self.line, 1.5 * self.edge)
        self.mark(path, colour)

    def tube(self, path: skia.Path, width: float, colour: Colour) -> None:
        """A limb along an open path."""
        self.stroke(path, self.line, width + 2 * self.edge)
        if not self.pen.sees(_FINE):
            self.stroke(path, colour, width)
            return
        self.stroke(path, darker(colour, 0.26), width)
        self.canvas.save()
        self.canvas.translate(-0.12 * width, -0.08 * width)
        self.stroke(path, colour, 0.72 * width)
        self.canvas.restore()


class Pastel(Brush):
    """No outline: soft light from above, a haze of shadow where parts overlap."""

    line: Colour = (0.30, 0.20, 0.36)

    def shape(self, path: skia.Path, colour: Colour) -> None:
        """A solid part."""
        if self.pen.sees(_FINE):
            self.stroke(path, _PLUM, 0.034, 0.10)
        ends = [lighter(colour, 0.55), lighter(colour, 0.12), mix(colour, _PLUM, 0.26)]
        self.canvas.drawPath(path, _shaded(path, ends, [0.0, 0.48, 1.0], (-0.25, -0.55), 1.75))

    def thing(self, path: skia.Path, colour: Colour) -> None:
        """A small part on top of others."""
        self.canvas.drawPath(
            path, _shaded(path, [lighter(colour, 0.4), mix(colour, _PLUM, 0.1)], [0.0, 1.0], (-0.3, -0.4), 1.5)
        )

    def tube(self, path: skia.Path, width: float, colour: Colour) -> None:
        """A limb along an open path."""
        if self.pen.sees(_FINE):
            self.stroke(path, _PLUM, width + 0.034, 0.10)
        self.stroke(path, mix(colour, _PLUM, 0.16), width)
        if not self.pen.sees(_FINE):
            return
        self.canvas.save()
        self.canvas.translate(-0.08 * width, -0.12 * width)
        self.stroke(path, lighter(colour, 0.14), 0.66 * width)
        self.canvas.restore()


class Paper(Brush):
    """Cut-out layers: flat colour with a light cut edge, each dropping a small shadow on what is below."""

    edge = 0.011
    line: Colour = (0.22, 0.15, 0.17)
    _DROP: Final = (0.012, 0.017)

    def shape(self, path: skia.Path, colour: Colour) -> None:
        """A solid part."""
        self._drop(path, 0.0)
        self.stroke(path, lighter(colour, 0.62), 2 * self.edge)
        bounds = path.getBounds()
        shader = skia.GradientShader.MakeLinear(
            [skia.Point(bounds.left(), bounds.top()), skia.Point(bounds.left(), bounds.bottom())],
            [colour4(lighter(colour, 0.07)).toColor(), colour4(darker(colour, 0.07)).toColor()],
        )
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Shader=shader))

    def thing(self, path: skia.Path, colour: Colour) -> None:
        """A small part on top of others."""
        if self.pen.sees(0.02):
            self._drop(path, 0.0, 0.5)
        self.mark(path, colour)

    def tube(self, path: skia.Path, width: float, colour: Colour) -> None:
        """A limb along an open path."""
        self._drop(path, width + 2 * self.edge)
        self.stroke(path, lighter(colour, 0.62), width + 2 * self.edge)
        self.stroke(path, colour, width)

    def _drop(self, path: skia.Path, width: float, share: float = 1.0) -> None:
        if not self.pen.sees(_FINE):
            return
        self.canvas.save()
        self.canvas.translate(share * self._DROP[0], share * self._DROP[1])
        if width:
            self.stroke(path, _LINE, width, 0.26)
        else:
            self.mark(path, _LINE, 0.26)
        self.canvas.restore()


class Ink(Brush):
    """A loose double ink line; the colour lies a little beside it on a pale ground."""

    edge = 0.007
    line: Colour = (0.16, 0.13, 0.24)
    _BESIDE: Final = (0.013, 0.012)

    def shape(self, path: skia.Path, colour: Colour) -> None:
        """A solid part."""
        if not self.pen.sees(_FINE):
            self.mark(path, lighter(colour, 0.08))
            self.stroke(path, self.line, 1.9 * self.edge)
            return
        self.mark(path, lighter(colour, 0.74))
        self.canvas.save()
        self.canvas.translate(*self._BESIDE)
        bounds = path.getBounds()
        shader = skia.GradientShader.MakeLinear(
            [skia.Point(bounds.right(), bounds.top()), skia.Point(bounds.left(), bounds.bottom())],
            [colour4(colour).toColor(), colour4(lighter(colour, 0.2)).toColor()],
        )
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Shader=shader))
        self.canvas.restore()
        self.stroke(path, self.line, 1.7 * self.edge)
        if self.pen.sees(0.012):
            loose = skia.Path(path)
            matrix = skia.Matrix()
            matrix.setRotate(2.2, bounds.centerX() + 0.3 * bounds.width(), bounds.centerY())
            matrix.preScale(1.012, 0.985, bounds.centerX(), bounds.bottom())
            loose.transform(matrix)
            self.stroke(loose, self.line, 0.8 * self.edge, 0.8)

    def thing(self, path: skia.Path, colour: Colour) -> None:
        """A small part on top of others."""
        self.mark(path, colour)
        self.stroke(path, self.line, 1.5 * self.edge)

    def tube(self, path: skia.Path, width: float, colour: Colour) -> None:
        """A limb along an open path."""
        self.stroke(path, self.line, width + 1.7 * self.edge)
        if not self.pen.sees(_FINE):
            self.stroke(path, colour, width - 1.7 * self.edge)
            return
        self.stroke(path, lighter(colour, 0.74), width - 1.7 * self.edge)
        self.canvas.save()
        self.canvas.translate(*self._BESIDE)
        self.stroke(path, colour, width - 0.016)
        self.canvas.restore()


_STYLES: Final[dict[Style, type[Brush]]] = {"bold": Bold, "pastel": Pastel, "paper": Paper, "ink": Ink}


def brush_of(style: Style, pen: Pen) -> Brush:
    """The brush of a style on a pen's canvas."""
    return _STYLES[style](pen)
