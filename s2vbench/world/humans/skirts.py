"""What hangs from the waist: skirts, robes, coat tails, aprons, tutus."""

from __future__ import annotations

from dataclasses import dataclass

from s2vbench.world.humans.look import Look
from s2vbench.world.humans.person import Cloth
from s2vbench.world.humans.shape import Ring, Row, along, hull, mark, patch, ring_at, seen, shell
from s2vbench.world.palette import darker
from s2vbench.world.pen import ellipse, line

_OPENING = (0.5, 0.75, 0.9, 1.05, 1.3)


@dataclass(frozen=True)
class Skirt:
    """What hangs from the waist: a skirt, the lower half of a dress, robe or coat, an apron.

    Attributes:
        cloth: its cloth.
        hem: height of the hem in standing.
        flare: width of the hem beyond the hips.
        top: where it begins on the trunk.
        opening: half the width of an opening in front, in degrees; 0 for none.
        trim: a band along the hem.
        span: only between these longitudes (an apron); None all around.
        folds: lines that fall from the waist.
        level: skirts with higher levels lie over others.
    """

    cloth: Cloth
    hem: float
    flare: float = 0.05
    top: float = 0.66
    opening: float = 0.0
    trim: Cloth | None = None
    span: tuple[float, float] | None = None
    folds: int = 3
    level: int = 2
    grow: float = 0.01

    def wear(self, look: Look) -> None:
        """Add it."""
        look.parts.add(0.001 * self.level, lambda: self._draw(look))

    def rows(self, look: Look) -> list[Row]:
        """Its rows, from the waist to the hem, following the legs."""
        now, body = look.stance, look.body
        waist = look.trunk_y(self.top)
        hip = body.hip_y
        up, low = ring_at(look.torso, waist), ring_at(look.torso, hip)
        rings = [Ring(waist, up.a + self.grow, up.b + self.grow, up.z)]
        if now.sitting:
            long = min(max((self.hem - hip) / 0.3, 0.25), 1.0)
            floor = -0.012 - now.pelvis[1]
            rings += [
                Ring(hip - 0.02, low.a + self.grow + 0.02, low.b + 0.03, 0.02),
                Ring(0.5 * (hip + floor) + 0.01, 0.13 + 0.09 * long, 0.12 + 0.05 * long, 0.055),
                Ring(floor, 0.13 + 0.12 * long + 0.3 * self.flare, 0.12 + 0.07 * long + 0.2 * self.flare, 0.075),
            ]
            return look.lower_rows(rings)
        hem = min(self.hem, -0.014 - now.lift - now.pelvis[1])
        rings.append(Ring(hip - 0.01, low.a + self.grow + 0.2 * self.flare, low.b + self.grow + 0.15 * self.flare))
        for share in (0.35, 0.68, 1.0):
            y = hip + share * (hem - hip)
            spread, behind, ahead = look.legs_at(y + now.pelvis[1])
            behind, ahead = behind - now.pelvis[2], ahead - now.pelvis[2]
            room = 0.056 * body.limb
            a = max(low.a + self.flare * share, spread + room)
            b = max(low.b + 0.9 * self.flare * share, (ahead - behind) / 2 + room)
            rings.append(Ring(y, a + self.grow, b + self.grow, (ahead + behind) / 2))
        return look.lower_rows(rings)

    def _draw(self, look: Look) -> None:
        pen = look.pen
        rows = self.rows(look)
        if self.span is not None:
            path = patch(rows, [self.span])
            if path is not None:
                self.cloth.fill(pen, path)
            return
        if self.opening:
            path = shell(rows, [(-self.opening * k, self.opening * k) for k in _OPENING[: len(rows)]])
        else:
            path = hull(rows, crisp_top=True, crisp_bottom=True, sag=0.012)
        self.cloth.fill(pen, path)
        if self.trim and pen.sees(0.02):
            with pen.inside(path):
                last = rows[-1]
                rim = [
                    (last.middle - last.half, last.y),
                    (last.middle, last.y + 0.014),
                    (last.middle + last.half, last.y),
                ]
                pen.stroke(line(rim), self.trim.colour, 0.045)
        if self.folds and pen.sees(0.012):
            dark = darker(self.cloth.colour, 0.2)
            for i in range(2 * self.folds):
                longitude = (i + 0.5) * 180.0 / self.folds
                if mark(rows[-1], longitude).width > 0.2:
                    fold = along(rows[1:], [longitude] * (len(rows) - 1))
                    pen.stroke(fold, dark, 0.006, alpha=0.5)


@dataclass(frozen=True)
class Tutu:
    """A dancer's wide skirt of layers."""

    cloth: Cloth
    width: float = 0.19
    droop: float = 0.05
    layers: int = 3
    trim: Cloth | None = None

    def wear(self, look: Look) -> None:
        """Add it."""
        look.parts.add(0.002, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        pen, body = look.pen, look.body
        low = ring_at(look.torso, body.hip_y)
        for i in reversed(range(self.layers)):
            wide = self.width * (1 - 0.09 * i)
            y = body.hip_y - 0.035 + 0.02 * i
            rings = [
                Ring(y - 0.012, low.a * 0.9, low.b * 0.9),
                Ring(y + 0.3 * self.droop, 0.75 * wide, 0.75 * wide),
                Ring(y + self.droop, wide, wide),
            ]
            rows = seen(look.turn, rings)
            edge = rows[-1]
            path = hull(rows, crisp_bottom=True)
            for k in range(9):
                share = (k - 4) / 4.5
                path.addPath(ellipse(edge.middle + share * edge.half, edge.y, 0.14 * edge.half, 0.016))
            cloth = Cloth(self.cloth.name, darker(self.cloth.colour, 0.07 * i), self.cloth.pattern if i == 0 else None)
            with look.upper():
                cloth.fill(pen, path, shade=0.12, rim=0.8)
                if i == 0 and self.trim and pen.sees(0.012):
                    for k in range(-3, 4):
                        spot = (edge.middle + 0.29 * k * edge.half, edge.y - 0.2 * self.droop)
                        pen.fill(ellipse(*spot, 0.009, 0.009), self.trim.colour, edge=0.0)
