"""Legs and arms, bare or dressed, with shoes and hands."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from s2vbench.world.humans.look import Limb, Look
from s2vbench.world.humans.person import Cloth
from s2vbench.world.humans.shape import hull
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Point, capsule, line

THIGH, KNEE, ANKLE = 0.058, 0.045, 0.033
SHOULDER, ELBOW, WRIST = 0.038, 0.032, 0.025


def between(start: Point, end: Point, share: float) -> Point:
    """A point on the way."""
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def bent(start: Point, r0: float, middle: Point, r1: float, end: Point, r2: float) -> skia.Path:
    """A limb of two segments as one shape."""
    path = capsule(start, r0, middle, r1)
    path.addPath(capsule(middle, r1, end, r2))
    return path


@dataclass(frozen=True)
class Legs:
    """Legs, what covers them, and shoes.

    Attributes:
        cloth: trousers or tights.
        length: how far down the cloth goes: 0.5 to the middle of the thigh, 1 to the knee, 2 to the ankle.
        loose: how much wider than the leg.
        flare: widens the hem.
        shoe: what the feet wear.
        boot: how far up the shin the shoe goes, 0 for a shoe, 0.8 for a high boot.
        sole: colour of the sole.
        covered: a long skirt hides the legs' upper part: they are always behind it.
        stripe: a band around the shins.
        ribbons: crossed ribbons of a dancer's shoes.
    """

    cloth: Cloth
    length: float
    shoe: Cloth
    loose: float = 1.0
    flare: float = 0.0
    boot: float = 0.0
    sole: Colour | None = None
    covered: bool = False
    stripe: Cloth | None = None
    ribbons: bool = False
    socks: Cloth | None = None

    def wear(self, look: Look) -> None:
        """Add both legs and the hips."""
        for leg in look.legs:
            depth = leg.depth - 0.09
            depth = min(depth, -0.015) if self.covered and not look.stance.sitting else depth
            depth = -0.015 if self.covered and look.stance.sitting else depth
            look.parts.add(depth, lambda leg=leg: self._leg(look, leg))  # type: ignore[misc]
        look.parts.add(-0.012, lambda: self._hips(look))

    def _hips(self, look: Look) -> None:
        with look.upper():
            self.cloth.fill(look.pen, hull(look.layer(0.7, 1.16, count=3, grow=0.002)), rim=0.0, shade=0.08)

    def _leg(self, look: Look, leg: Limb) -> None:
        pen, thick = look.pen, look.body.limb
        self._shoe(look, leg)
        r0, r1, r2 = THIGH * thick, KNEE * thick, ANKLE * thick
        if self.length < 1.9:
            path = bent(leg.start, r0, leg.middle, 0.92 * r1, leg.end, 0.85 * r2)
            Cloth("skin", look.who.face.skin).fill(pen, path, shade=0.12)
            if self.socks:
                self.socks.fill(pen, capsule(between(leg.middle, leg.end, 0.55), 0.95 * r2, leg.end, 0.95 * r2))
        wide = self.loose
        if self.length <= 1.0:
            stop = between(leg.start, leg.middle, self.length)
            path = capsule(leg.start, r0 * wide, stop, (r0 + (r1 - r0) * self.length) * wide * 1.08)
        else:
            # a wide hem ends above the shoe, which it would hide
            stop = between(leg.middle, leg.end, min(self.length - 1.0, 0.94 - 0.3 * self.flare))
            path = bent(leg.start, r0 * wide, leg.middle, r1 * wide, stop, r2 * (wide + self.flare))
        self.cloth.fill(pen, path)
        if self.stripe and pen.sees(0.02):
            self.stripe.fill(
                pen, _band(leg.middle, leg.end, 0.5, 0.66, 1.1 * wide * (r1 + r2) / 2), rim=0.0, shade=0.06
            )
        if self.boot > 0:
            top = between(leg.end, leg.middle, self.boot)
            shaft = capsule(top, 1.25 * r2 + 0.006 * self.boot, leg.end, 1.12 * r2)
            self.shoe.fill(pen, shaft, shade=0.14)
            if pen.sees(0.014):
                cuff = _band(leg.middle, leg.end, 0.96 - self.boot, 1.1 - self.boot, 1.3 * r2 + 0.006)
                pen.fill(cuff, darker(self.shoe.colour, 0.16), edge=0.0)
        if self.ribbons and pen.sees(0.012):
            self._ribbons(look, leg, r2)

    def _ribbons(self, look: Look, leg: Limb, radius: float) -> None:
        for low, high in ((0.05, 0.2), (0.2, 0.35)):
            (x0, y0), (x1, y1) = between(leg.end, leg.middle, low), between(leg.end, leg.middle, high)
            for side in (-1, 1):
                path = line([(x0 - side * radius, y0), (x1 + side * radius, y1)])
                look.pen.stroke(path, self.shoe.colour, 0.009)

    def _shoe(self, look: Look, leg: Limb) -> None:
        pen = look.pen
        (x, y), (toe_x, toe_y) = leg.end, leg.tip
        heel = (x - 0.12 * (toe_x - x), y + 0.011 - 0.12 * (toe_y - y))
        toe = (toe_x, toe_y + 0.014)
        size = 0.9 + 0.12 * look.body.limb
        near = leg.end_depth >= leg.depth
        path = capsule(heel, 0.031 * size, toe, 0.028 * size * (1.06 if near else 1.0))
        self.shoe.fill(pen, path, shade=0.2)
        if self.sole and pen.sees(0.012):
            low = 0.023 * size
            edge = line([(heel[0], heel[1] + low), (toe[0], toe[1] + low)])
            pen.stroke(edge, self.sole, 0.011)


def _band(start: Point, end: Point, low: float, high: float, radius: float) -> skia.Path:
    """A band across a limb."""
    (x0, y0), (x1, y1) = between(start, end, low), between(start, end, high)
    dx, dy = x1 - x0, y1 - y0
    length = max((dx * dx + dy * dy) ** 0.5, 1e-4)
    px, py = -dy / length * radius, dx / length * radius
    path = skia.Path()
    corners = ((x0 + px, y0 + py), (x1 + px, y1 + py), (x1 - px, y1 - py), (x0 - px, y0 - py))
    path.addPoly([skia.Point(*corner) for corner in corners], close=True)
    return path


@dataclass(frozen=True)
class Arms:
    """Arms, sleeves and hands.

    Attributes:
        cloth: of the sleeves.
        length: how far the sleeve goes: 0 is none, 0.6 a short one, 1.5 to the middle of the forearm, 2 to the wrist.
        loose: how much wider than the arm.
        flare: widens the cuff.
        cuff: a band at the end of the sleeve.
        glove: what covers the hands.
        band: a band around the upper arm.
        puff: round, wide upper sleeves.
        pads: round plates on the shoulders.
    """

    cloth: Cloth
    length: float = 2.0
    loose: float = 1.0
    flare: float = 0.0
    cuff: Cloth | None = None
    glove: Cloth | None = None
    band: Cloth | None = None
    puff: float = 0.0
    pads: Cloth | None = None

    def wear(self, look: Look) -> None:
        """Add both arms."""
        for arm in look.arms:
            look.parts.add(arm.depth, lambda arm=arm: self._arm(look, arm))  # type: ignore[misc]

    def _arm(self, look: Look, arm: Limb) -> None:
        with look.upper():
            self._draw(look, arm)

    def _draw(self, look: Look, arm: Limb) -> None:
        pen, thick, wide = look.pen, look.body.limb, self.loose
        r0, r1, r2 = SHOULDER * thick, ELBOW * thick, WRIST * thick
        skin = Cloth("skin", look.who.face.skin)
        self._hand(look, arm, r2)
        if self.length < 1.9:
            skin.fill(pen, bent(arm.start, r0 * 0.92, arm.middle, r1 * 0.9, arm.end, r2 * 0.92), shade=0.1)
        if self.length > 0:
            if self.length <= 1.0:
                stop = between(arm.start, arm.middle, self.length)
                path = capsule(arm.start, r0 * wide, stop, (r0 + (r1 - r0) * self.length) * wide * (1.06 + self.flare))
            else:
                stop = between(arm.middle, arm.end, min(self.length - 1.0, 0.98))
                path = bent(arm.start, r0 * wide, arm.middle, r1 * wide, stop, r2 * (wide + self.flare))
            self.cloth.fill(pen, path)
            self._trim(look, arm, r1 * wide, r2 * (wide + self.flare))
        if self.puff:
            middle = between(arm.start, arm.middle, 0.3)
            path = capsule(arm.start, r0 * (1 + self.puff), middle, r0 * (1 + self.puff))
            self.cloth.fill(pen, path)
        if self.pads:
            self.pads.fill(
                pen, capsule(arm.start, r0 * 1.45, between(arm.start, arm.middle, 0.25), r0 * 1.3), shade=0.3
            )

    def _trim(self, look: Look, arm: Limb, elbow: float, wrist: float) -> None:
        pen = look.pen
        if self.band and pen.sees(0.02):
            path = _band(arm.start, arm.middle, 0.55, 0.8, 1.08 * (elbow + 0.004))
            self.band.fill(pen, path, rim=0.0, shade=0.06)
        if self.cuff and pen.sees(0.015):
            if self.length > 1.0:
                end = min(self.length - 1.0, 1.0)
                path = _band(arm.middle, arm.end, end - 0.2, end + 0.06, wrist * 1.14)
            else:
                path = _band(arm.start, arm.middle, self.length - 0.12, self.length + 0.14, 1.14 * elbow)
            self.cuff.fill(pen, path, rim=0.0, shade=0.08)

    def _hand(self, look: Look, arm: Limb, wrist: float) -> None:
        pen = look.pen
        cloth = self.glove or Cloth("skin", look.who.face.skin)
        (x0, y0), (x1, y1) = arm.end, arm.tip
        grow = 1.16 if self.glove else 1.0
        path = capsule(arm.end, wrist * 0.95 * grow, arm.tip, 0.0265 * grow)
        if pen.sees(0.016):
            dx, dy = x1 - x0, y1 - y0
            side = arm.side if look.turn.cos >= 0 else -arm.side
            thumb = (x0 + 0.55 * dx + side * 0.7 * dy - 0.012 * side, y0 + 0.62 * dy - side * 0.6 * dx)
            path.addPath(capsule(between(arm.end, arm.tip, 0.25), 0.014 * grow, thumb, 0.0105 * grow))
        cloth.fill(pen, path, shade=0.12)
        if self.glove and pen.sees(0.012):
            pen.fill(_band(arm.middle, arm.end, 0.78, 0.98, wrist * 1.3), lighter(cloth.colour, 0.14), edge=0.0)
