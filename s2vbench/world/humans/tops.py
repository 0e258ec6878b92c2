"""What covers the trunk: tops, panels on them, skirts, belts and buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from s2vbench.world.humans.look import Look
from s2vbench.world.humans.person import Cloth
from s2vbench.world.humans.shape import along, hull, mark, patch
from s2vbench.world.palette import Colour, darker
from s2vbench.world.patterns import star
from s2vbench.world.pen import box, capsule, ellipse, polygon

Sign = Literal["disc", "star", "shield", "heart", "pocket"]
Neck = Literal["crew", "v", "collar", "turtle", "scoop", "none"]
Span = tuple[float, float, float]
"""A height on the trunk (0 shoulders, 1 hips), and two longitudes."""


@dataclass(frozen=True)
class Top:
    """The trunk in one piece of cloth, and the neck."""

    cloth: Cloth
    bottom: float = 1.06
    neck: Neck = "crew"
    trim: Cloth | None = None
    hem: Cloth | None = None
    inner: Cloth | None = None
    """What is seen in the neckline; skin where None."""
    grow: float = 0.005

    def wear(self, look: Look) -> None:
        """Add the trunk and the neck."""
        look.parts.add(-0.002, lambda: self._neck(look))
        look.parts.add(0.0, lambda: self._trunk(look))

    def _neck(self, look: Look) -> None:
        pen, body = look.pen, look.body
        with look.upper():
            x, y = look.head
            chest = look.turn.at(0.0, body.shoulder_y - 0.01, 0.0)
            cloth = self.cloth if self.neck == "turtle" else Cloth("skin", look.who.face.skin)
            path = capsule((x * 0.5, y + 0.75 * body.head), 0.037, (chest.x, chest.y), 0.043)
            cloth.fill(pen, path, shade=0.05)
            if self.neck != "turtle":
                pen.fill(ellipse(x * 0.7, y + 0.95 * body.head, 0.04, 0.026), darker(cloth.colour, 0.2), edge=0.0)

    def _trunk(self, look: Look) -> None:
        pen = look.pen
        with look.upper():
            rows = look.layer(-0.17, self.bottom, grow=self.grow, count=7)
            self.cloth.fill(pen, hull(rows, crisp_bottom=True, sag=0.008))
            if self.hem and pen.sees(0.02):
                self.hem.fill(
                    pen,
                    hull(
                        look.layer(self.bottom - 0.09, self.bottom + 0.005, grow=self.grow + 0.002),
                        crisp_top=True,
                        crisp_bottom=True,
                    ),
                    rim=0.0,
                )
            self._neckline(look)

    def _neckline(self, look: Look) -> None:
        pen, trim = look.pen, self.trim or self.cloth
        if self.neck in {"v", "scoop"}:
            wide = (
                ((-0.16, 40.0), (0.05, 30.0), (0.34, 2.0))
                if self.neck == "v"
                else ((-0.16, 50.0), (0.02, 42.0), (0.12, 26.0))
            )
            rows = look.rows(tuple(share for share, _ in wide), self.grow)
            path = patch(rows, [(-half, half) for _, half in wide])
            inner = self.inner or Cloth("skin", look.who.face.skin)
            if path is not None:
                inner.fill(pen, path, rim=0.0, shade=0.06)
            if self.trim and pen.sees(0.012):
                for side in (-1, 1):
                    pen.stroke(along(rows, [side * half for _, half in wide]), trim.colour, 0.013)
        elif self.neck == "collar":
            _collar(look, trim, self.inner)
        elif self.neck in {"crew", "turtle"} and pen.sees(0.012):
            rows = look.layer(-0.2, -0.1, grow=self.grow + 0.003)
            trim.fill(pen, hull(rows), rim=0.6)


def _collar(look: Look, cloth: Cloth, inner: Cloth | None) -> None:
    """A shirt's collar: a band behind, two points in front."""
    pen = look.pen
    rows = look.layer(-0.22, -0.08, grow=0.006)
    cloth.fill(pen, hull(rows), rim=0.5)
    if not pen.sees(0.012):
        return
    front = look.layer(-0.22, 0.1, grow=0.009, count=4)
    if inner is not None:
        path = patch(front, [(-20, 20), (-16, 16), (-9, 9), (-2, 2)])
        if path is not None:
            inner.fill(pen, path, rim=0.0, shade=0.04)
    for side in (-1, 1):
        spans = [(side * a, side * b) for a, b in ((8, 60), (8, 58), (14, 40), (24, 27))]
        path = patch(front, [(min(span), max(span)) for span in spans])
        if path is not None:
            cloth.fill(pen, path, rim=0.6, shade=0.1)


@dataclass(frozen=True)
class Panel:
    """A piece of cloth on the trunk: shirt fronts, bibs, vests, straps, sashes, bands.

    Attributes:
        cloth: its cloth.
        spans: from top to bottom.
        grow: how thick it lies.
        level: panels with higher levels lie over others.
        gleam: how bright its edge is lit.
    """

    cloth: Cloth
    spans: tuple[Span, ...]
    grow: float = 0.008
    level: int = 1
    rim: float = 0.7
    least: float = 0.01
    """Left out where this is too small to see."""

    def wear(self, look: Look) -> None:
        """Add it."""
        if look.pen.sees(self.least):
            look.parts.add(0.001 * self.level, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        rows = look.rows(tuple(share for share, _, _ in self.spans), self.grow)
        path = patch(rows, [(low, high) for _, low, high in self.spans])
        if path is not None:
            with look.upper():
                self.cloth.fill(look.pen, path, rim=self.rim, shade=0.12)


@dataclass(frozen=True)
class Band:
    """A belt, sash or stripe around the trunk, with a buckle where a colour is given."""

    cloth: Cloth
    top: float
    bottom: float
    buckle: Colour | None = None
    grow: float = 0.009
    level: int = 4
    knot: int = 0
    """Ends that hang down on this side."""

    def wear(self, look: Look) -> None:
        """Add it."""
        if look.pen.sees(0.014):
            look.parts.add(0.001 * self.level, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        pen = look.pen
        with look.upper():
            rows = look.layer(self.top, self.bottom, grow=self.grow)
            self.cloth.fill(pen, hull(rows, crisp_top=True, crisp_bottom=True, sag=0.006), rim=0.6, shade=0.12)
            spot = mark(rows[1], 0.0)
            if self.buckle and spot.seen:
                high = 0.62 * (rows[2].y - rows[0].y)
                width = 0.024 * spot.width
                plate = box(spot.x - width, spot.y - high, spot.x + width, spot.y + high, 0.006)
                pen.fill(plate, self.buckle, edge=0.0, shade=0.3)
                if pen.sees(0.02):
                    pen.fill(ellipse(spot.x, spot.y, 0.5 * width, 0.5 * high), self.cloth.colour, edge=0.0, shade=0.0)
            if self.knot:
                spot = mark(rows[1], 48.0 * self.knot)
                if spot.seen:
                    for lean in (-0.014, 0.02):
                        tail = capsule((spot.x, spot.y), 0.011, (spot.x + lean, spot.y + 0.1), 0.016)
                        self.cloth.fill(pen, tail, rim=0.6)
                    self.cloth.fill(pen, ellipse(spot.x, spot.y, 0.018, 0.016), rim=0.6)


@dataclass(frozen=True)
class Buttons:
    """Buttons in rows down the front."""

    colour: Colour
    longitudes: tuple[float, ...] = (0.0,)
    top: float = 0.1
    bottom: float = 0.8
    count: int = 4
    size: float = 0.0085
    line: bool = False
    """The edge of the cloth is drawn through the first row."""

    def wear(self, look: Look) -> None:
        """Add them."""
        if look.pen.sees(self.size):
            look.parts.add(0.0035, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        pen = look.pen
        with look.upper():
            rows = look.layer(self.top, self.bottom, grow=0.01, count=self.count)
            for longitude in self.longitudes:
                for row in rows:
                    spot = mark(row, longitude)
                    if spot.seen:
                        path = ellipse(spot.x, spot.y, self.size * spot.width, self.size)
                        pen.fill(path, self.colour, edge=0.0, shade=0.25)


@dataclass(frozen=True)
class Badge:
    """A small sign on one side of the chest."""

    cloth: Cloth
    shape: Sign
    longitude: float = 28.0
    height: float = 0.28
    size: float = 0.022

    def wear(self, look: Look) -> None:
        """Add it."""
        if look.pen.sees(self.size):
            look.parts.add(0.0042, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        row = look.rows((self.height,), 0.009)[0]
        spot = mark(row, self.longitude)
        if not spot.seen:
            return
        size, pen = self.size, look.pen
        with look.upper(), pen.moved(spot.x, spot.y, scale_x=spot.width):
            if self.shape == "star":
                path = star(0, 0, 1.15 * size)
            elif self.shape == "shield":
                path = polygon(
                    [
                        (-size, -size),
                        (size, -size),
                        (0.9 * size, 0.3 * size),
                        (0, 1.3 * size),
                        (-0.9 * size, 0.3 * size),
                    ]
                )
            elif self.shape == "heart":
                path = ellipse(-0.45 * size, -0.3 * size, 0.55 * size, 0.55 * size)
                path.addPath(ellipse(0.45 * size, -0.3 * size, 0.55 * size, 0.55 * size))
                path.addPath(polygon([(-0.95 * size, -0.05 * size), (0.95 * size, -0.05 * size), (0, 1.15 * size)]))
            elif self.shape == "pocket":
                path = box(-size, -0.8 * size, size, size, 0.3 * size)
            else:
                path = ellipse(0, 0, size, size)
            self.cloth.fill(pen, path, rim=0.6)
