"""What people carry on the back, at the hip and on the chest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from s2vbench.world.humans.look import Look
from s2vbench.world.humans.neckwear import rimmed
from s2vbench.world.humans.person import EDGE, Cloth
from s2vbench.world.humans.shape import Ring, hull, mark, patch, seen
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import blob, box, capsule, curve, ellipse, line

InstrumentKind = Literal["guitar", "violin", "banjo"]


@dataclass(frozen=True)
class Strap:
    """A strap from one shoulder over front and back to the other hip."""

    cloth: Cloth
    side: int = 1
    """The shoulder it lies on."""
    width: float = 0.018
    low: float = 0.95

    def wear(self, look: Look) -> None:
        """Add it."""
        look.parts.add(0.0052, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        pen = look.pen
        with look.upper():
            for track in (
                ((-0.1, 56), (0.15, 34), (0.45, 2), (0.72, -34), (self.low, -72)),
                ((-0.1, 124), (0.15, 146), (0.45, 178), (0.72, 214), (self.low, 252)),
            ):
                points = []
                for share, longitude in track:
                    spot = mark(look.rows((share,), 0.011)[0], longitude * self.side)
                    if spot.width > 0.0:
                        points.append((spot.x, spot.y))
                if len(points) > 1:
                    path = curve(points)
                    if pen.sees(EDGE):
                        pen.stroke(path, darker(self.cloth.colour, 0.42), self.width + EDGE)
                    pen.stroke(path, self.cloth.colour, self.width)


@dataclass(frozen=True)
class HipBag:
    """A bag, pouch, drum or holster that hangs at one hip."""

    cloth: Cloth
    side: int = -1
    kind: Literal["bag", "pouch", "drum", "tools"] = "bag"
    size: float = 1.0
    strap: bool = True

    def wear(self, look: Look) -> None:
        """Add it and its strap."""
        if self.strap:
            Strap(Cloth(self.cloth.name, darker(self.cloth.colour, 0.2)), -self.side).wear(look)
        x = self.side * (look.body.hip + look.body.belly * 0.5 + 0.022)
        spot = look.turn.at(x, 0.0, 0.0)
        look.parts.add(
            spot.depth + 0.004 if spot.depth < -0.02 else max(spot.depth, 0.006), lambda: self._draw(look, x)
        )

    def _draw(self, look: Look, x: float) -> None:
        pen, s, y = look.pen, self.size, look.trunk_y(0.98)
        with look.upper():
            if self.kind == "drum":
                rings = [
                    Ring(y - 0.02, 0.055 * s, 0.055 * s, 0.03, x),
                    Ring(y + 0.085 * s, 0.055 * s, 0.055 * s, 0.03, x),
                ]
                rows = seen(look.turn, rings)
                self.cloth.fill(pen, hull(rows, crisp_top=True, crisp_bottom=True, sag=0.012))
                pen.fill(ellipse(rows[0].middle, rows[0].y, rows[0].half, 0.014), (0.95, 0.9, 0.8), edge=0.0)
                return
            flat = 0.03 if self.kind == "bag" else 0.022
            deep = (0.062 if self.kind == "bag" else 0.036) * s
            rings = [
                Ring(y - 0.01, flat, deep * 0.9, 0.0, x),
                Ring(y + 0.05 * s, flat * 1.15, deep * 1.05, 0.0, x),
                Ring(y + 0.09 * s, flat, deep, 0.0, x),
            ]
            rows = seen(look.turn, rings)
            if self.kind == "tools":
                for dz, colour in ((-0.018, (0.82, 0.3, 0.2)), (0.016, (0.6, 0.62, 0.66))):
                    foot = look.turn.point(x, y + 0.01, dz)
                    top = look.turn.point(x, y - 0.04, dz * 1.3)
                    pen.fill(capsule(foot, 0.008, top, 0.011), colour, edge=0.0)
            self.cloth.fill(pen, hull(rows, crisp_top=True, crisp_bottom=True))
            if self.kind == "bag" and pen.sees(0.012):
                flap = seen(look.turn, [rings[0], Ring(y + 0.038 * s, flat * 1.2, deep * 1.06, 0.0, x)])
                pen.fill(hull(flap, crisp_top=True, sag=0.01), darker(self.cloth.colour, 0.16), edge=0.0)
                pen.fill(ellipse(flap[1].middle, flap[1].y, 0.007, 0.007), (0.9, 0.78, 0.4), edge=0.0)


@dataclass(frozen=True)
class Backpack:
    """A pack on the back with two straps in front; tanks of air where `tank`."""

    cloth: Cloth
    strap: Cloth
    size: float = 1.0
    tank: bool = False
    roll: Cloth | None = None

    def wear(self, look: Look) -> None:
        """Add it."""
        for side in (-1, 1):
            look.parts.add(0.0051, lambda side=side: self._strap(look, side))  # type: ignore[misc]
        depth = look.turn.at(0.0, 0.0, -0.1).depth
        look.parts.add(depth + 0.012, lambda: self._draw(look))

    def _strap(self, look: Look, side: int) -> None:
        shares = (-0.1, 0.1, 0.4, 0.66)
        rows = look.rows(shares, 0.01)
        spans = [(side * a, side * b) for a, b in ((38, 66), (34, 52), (36, 52), (56, 72))]
        path = patch(rows, [(min(span), max(span)) for span in spans])
        if path is not None:
            with look.upper():
                self.strap.fill(look.pen, path, rim=0.6)

    def _draw(self, look: Look) -> None:
        pen, s = look.pen, self.size
        top, low = look.trunk_y(-0.06) - 0.03 * (s - 1), look.trunk_y(0.78) + 0.06 * (s - 1)
        with look.upper():
            if self.tank:
                for x in (-0.042, 0.042):
                    rings = [
                        Ring(top, 0.02, 0.02, -0.115, x),
                        Ring(top + 0.03, 0.038, 0.036, -0.115, x),
                        Ring(low, 0.038, 0.036, -0.115, x),
                    ]
                    self.cloth.fill(pen, hull(seen(look.turn, rings)), shade=0.28)
                return
            wide = 0.092 * s
            rings = [
                Ring(top, 0.55 * wide, 0.03, -0.09),
                Ring(top + 0.04, wide, 0.05 * s, -0.105),
                Ring(low, 1.05 * wide, 0.056 * s, -0.11),
            ]
            rows = seen(look.turn, rings)
            self.cloth.fill(pen, hull(rows, crisp_bottom=True))
            if self.roll is not None:
                ends = [look.turn.point(0.105 * s * side, top - 0.018, -0.09) for side in (-1, 1)]
                self.roll.fill(pen, capsule(ends[0], 0.032, ends[1], 0.032))
            if look.turn.cos < 0.2 and pen.sees(0.02):
                pocket = seen(
                    look.turn,
                    [Ring(low - 0.075, 0.62 * wide, 0.058 * s, -0.12), Ring(low - 0.01, 0.66 * wide, 0.06 * s, -0.12)],
                )
                pen.fill(hull(pocket, crisp_top=True), lighter(self.cloth.colour, 0.14), edge=0.0)


@dataclass(frozen=True)
class Cape:
    """A cape that hangs from the shoulders behind."""

    cloth: Cloth
    hem: float = -0.1
    clasp: Colour | None = None
    lining: Cloth | None = None
    collar: Cloth | None = None

    def wear(self, look: Look) -> None:
        """Add it."""
        depth = look.turn.at(0.0, 0.0, -0.075).depth
        look.parts.add(depth + 0.008, lambda: self._draw(look))
        look.parts.add(0.0058, lambda: self._collar(look))

    def _draw(self, look: Look) -> None:
        body, now, pen = look.body, look.stance, look.pen
        y = body.shoulder_y
        low = min(self.hem, -0.02 - now.lift - now.pelvis[1])
        drift = 0.002 * now.lean
        rings = [
            Ring(y - 0.03, body.shoulder * 0.72, 0.05, -0.03),
            Ring(y + 0.02, body.shoulder + 0.026, 0.06, -0.05),
            Ring(0.5 * (y + low), body.shoulder + 0.05, 0.05, -0.1 - 0.3 * drift),
            Ring(low, body.shoulder + 0.075, 0.06, -0.13 - drift),
        ]
        with look.upper():
            front = look.turn.cos > 0.2
            cloth = self.lining if front and self.lining else self.cloth
            if front:
                cloth = Cloth(cloth.name, darker(cloth.colour, 0.12), cloth.pattern)
            cloth.fill(pen, hull(seen(look.turn, rings), crisp_bottom=True, sag=0.012))

    def _collar(self, look: Look) -> None:
        pen = look.pen
        with look.upper():
            cloth = self.collar or self.cloth
            fat = 0.016 if self.collar else 0.008
            rows = look.layer(-0.2, 0.06 if self.collar else -0.02, grow=fat, count=4)
            cloth.fill(pen, hull(rows))
            if self.clasp:
                spot = mark(rows[2], 0.0)
                if spot.seen:
                    pen.fill(ellipse(spot.x, spot.y, 0.016, 0.016), self.clasp, edge=0.0, shade=0.3)


@dataclass(frozen=True)
class Instrument:
    """A small instrument on the back: its neck shows above a shoulder from the front."""

    kind: InstrumentKind
    cloth: Cloth
    side: int = 1
    """The shoulder over which its neck points."""

    def wear(self, look: Look) -> None:
        """Add it and its strap."""
        Strap(Cloth("black", (0.2, 0.16, 0.17)), self.side, 0.014, 0.85).wear(look)
        depth = look.turn.at(0.0, 0.0, -0.1).depth
        look.parts.add(depth + 0.014, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        pen, cos = look.pen, look.turn.cos
        x, y = look.turn.point(0.0, look.trunk_y(0.6), -0.105)
        width = math.copysign(max(abs(cos), 0.3), cos or 1.0)
        size = {"guitar": 1.12, "violin": 0.85, "banjo": 1.0}[self.kind]
        colour = self.cloth.colour
        with look.upper(), pen.moved(x, y, scale_x=width * size, scale_y=size), pen.moved(turn_deg=33.0 * self.side):
            neck = box(-0.013, -0.34, 0.013, -0.04, 0.006)
            rimmed(pen, neck, darker(colour, 0.5))
            rimmed(pen, box(-0.021, -0.4, 0.021, -0.335, 0.01), darker(colour, 0.4))
            if self.kind == "banjo":
                rimmed(pen, ellipse(0, 0.02, 0.088, 0.088), colour)
                pen.fill(ellipse(0, 0.02, 0.07, 0.07), (0.96, 0.92, 0.84), edge=0.0)
            else:
                waist = 0.05 if self.kind == "guitar" else 0.038
                outline = [
                    (0.0, -0.08),
                    (0.06, -0.055),
                    (waist, 0.0),
                    (0.088, 0.07),
                    (0.0, 0.125),
                    (-0.088, 0.07),
                    (-waist, 0.0),
                    (-0.06, -0.055),
                ]
                rimmed(pen, blob(outline), colour)
                if cos < 0 or pen.sees(0.02):
                    pen.fill(ellipse(0, 0.01, 0.024, 0.024), darker(colour, 0.65), edge=0.0, shade=0.0)
            if cos < 0 and pen.sees(0.01):
                pen.stroke(line([(0, -0.33), (0, 0.08)]), (0.93, 0.9, 0.82), 0.006)


@dataclass(frozen=True)
class Sword:
    """A sheathed sword at one hip."""

    sheath: Cloth
    hilt: Colour
    side: int = 1

    def wear(self, look: Look) -> None:
        """Add it."""
        x = self.side * (look.body.hip + 0.03)
        spot = look.turn.at(x, 0.0, 0.0)
        look.parts.add(spot.depth if spot.depth < -0.01 else spot.depth - 0.01 + 0.012, lambda: self._draw(look, x))

    def _draw(self, look: Look, x: float) -> None:
        pen, y = look.pen, look.trunk_y(0.92)
        # a sitting knight's sword lies on the ground behind
        drop = min(0.2, -0.015 - look.stance.pelvis[1] - y)
        top = look.turn.point(x, y - 0.02, 0.05)
        low = look.turn.point(x + 0.035 * self.side, y + drop, -0.33 + drop)
        grip = look.turn.point(x - 0.01 * self.side, y - 0.075, 0.09)
        with look.upper():
            rimmed(pen, capsule(top, 0.016, low, 0.009), self.sheath.colour)
            rimmed(pen, capsule(top, 0.009, grip, 0.01), darker(self.hilt, 0.35))
            across = [(top[0] - 0.03, top[1] - 0.012), (top[0] + 0.03, top[1] + 0.006)]
            pen.stroke(line(across), self.hilt, 0.014)
            pen.fill(ellipse(*grip, 0.014, 0.014), self.hilt, edge=0.0, shade=0.3)


@dataclass(frozen=True)
class ChestBox:
    """An astronaut's panel of buttons on the chest."""

    cloth: Cloth
    lights: tuple[Colour, ...]

    def wear(self, look: Look) -> None:
        """Add it."""
        look.parts.add(0.0055, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        rows = look.rows((0.24, 0.42, 0.6), 0.022)
        path = patch(rows, [(-34.0, 34.0)])
        if path is None:
            return
        pen = look.pen
        with look.upper():
            self.cloth.fill(pen, path)
            if pen.sees(0.009):
                for i, colour in enumerate(self.lights):
                    spot = mark(rows[0 if i < 3 else 2], (-20, 0, 20, -18, 6)[i])
                    if spot.seen:
                        shift = 0.014 if i < 3 else -0.014
                        pen.fill(
                            ellipse(spot.x, spot.y + shift, 0.0095 * spot.width, 0.0095), colour, edge=0.0, shade=0.25
                        )
