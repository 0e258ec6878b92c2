"""Round bodies that turn: an outline that keeps its shape, and the places on it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.pen import blob, polygon
from s2vbench.world.turn import Turn


@dataclass(frozen=True)
class Mark:
    """Where something flat on a solid is seen: an upright ellipse that narrows towards the rim."""

    x: float
    y: float
    half_w: float
    half_h: float
    facing: float
    """1 where the surface looks at the viewer, 0 at the rim."""


class Solid(Protocol):
    """What faces, patterns and clothes need to know of a body."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def z(self) -> float: ...
    @property
    def rx(self) -> float: ...
    @property
    def ry(self) -> float: ...
    @property
    def rz(self) -> float: ...

    def width_at(self, v: float) -> float:
        """Share of the full width at height v, from -1 (bottom) to 1 (top)."""

    def half_seen(self, turn: Turn) -> float:
        """Half of the width that is seen."""

    def outline(self, turn: Turn) -> skia.Path:
        """Around what is seen."""

    def on(self, turn: Turn, longitude_deg: float, v: float, half_w: float, half_h: float) -> Mark | None:
        """Where a mark is seen; None on the far side.

        Args:
            turn: of the whole subject.
            longitude_deg: 0 in the middle of the front, 90 at the subject's left side, 180 at its back.
            v: height, from -1 (bottom) to 1 (top).
            half_w: half of its width.
            half_h: half of its height.
        """

    def surface(self, longitude_deg: float, v: float, out: float = 1.0) -> tuple[float, float, float]:
        """A place in space, on the solid's skin or `out` times as far from its axis."""


def _egg(v: float, power: float, taper: float) -> float:
    return float(max(1.0 - abs(v) ** power, 0.0) ** (1.0 / power) * (1.0 - taper * v))


def _bell(v: float, power: float, taper: float) -> float:
    """A dome above, straight to flaring below."""
    if v > 0.2:
        return _egg((v - 0.2) / 0.8, power, 0.0)
    return 1.0 + taper * (0.2 - v) / 1.2


def _drop(v: float, power: float, taper: float) -> float:
    """A dome that spreads on the ground."""
    t = (1.0 - v) / 2
    dome = float((1.0 - (1.0 - min(t * 1.04, 1.0)) ** power) ** 0.5) * (1.0 - taper * (1.0 - t) * 0.4)
    rim = min((v + 1.0) / 0.1, 1.0)
    return (0.84 * dome + 0.19 * math.exp(-6.0 * (v + 1.0))) * (0.86 + 0.14 * math.sqrt(1.0 - (1.0 - rim) ** 2))


def _cap(v: float, power: float, taper: float) -> float:
    """A mushroom's cap: wide near its lower edge."""
    low = -0.55
    if v >= low:
        return _egg((v - low) / (1.0 - low), power, 0.0) * (1.0 - taper * max(v - low, 0.0) * 0.3)
    return _egg((v - low) / (1.0 + low), 2.4, 0.0)


def _swirl(v: float, power: float, taper: float) -> float:
    """Cream in coils, narrower upwards."""
    t = (v + 1.0) / 2
    foot = math.sqrt(1.0 - (1.0 - min(t * 7.0, 1.0)) ** 2) * 0.22 + 0.78
    return (
        foot * (1.0 - t**power * 0.92) * (0.93 + 0.09 * math.cos(2 * math.pi * 3.0 * t + math.pi)) * (1.0 - taper * t)
    )


def _cup(v: float, _power: float, taper: float) -> float:
    """A pot: straight sides, narrower at the bottom."""
    return 1.0 - taper * (1.0 - v) / 2


_PROFILES: Final[dict[str, Callable[[float, float, float], float]]] = {
    "egg": _egg,
    "bell": _bell,
    "drop": _drop,
    "cap": _cap,
    "swirl": _swirl,
    "cup": _cup,
}


@lru_cache(maxsize=4096)
def _unit_outline(profile: str, power: float, taper: float, tufts: int, wobble: int) -> skia.Path:
    """The outline for half-width 1 and half-height 1."""
    if profile == "star":
        return _unit_star(power, taper, wobble)
    steps = tufts or {"swirl": 20, "drop": 16}.get(profile, 11)
    right = []
    for i in range(steps + 1):
        angle = math.pi * i / steps
        v = math.cos(angle) if profile not in ("cup", "swirl") else 1.0 - 2.0 * i / steps
        right.append((_PROFILES[profile](v, power, taper), -v))
    ring = right + [(-x, y) for x, y in reversed(right) if x > 1e-3 or profile == "cup"]
    if right[0][0] <= 1e-3:
        ring = [point for i, point in enumerate(ring) if i == 0 or math.dist(point, ring[0]) > 1e-6]
    dice = Dice("outline", tufts, wobble)
    if tufts:
        return _fur(ring, dice)
    if wobble:
        ring = [(x * dice.between(0.965, 1.03), y * dice.between(0.98, 1.02)) for x, y in ring]
    return polygon(ring) if profile == "cup" else blob(ring)


def _fur(ring: list[tuple[float, float]], dice: Dice) -> skia.Path:
    """Tufts that hang down along a ring."""
    path = skia.Path()
    path.moveTo(*ring[0])
    for i in range(len(ring)):
        (x0, y0), (x1, y1) = ring[i], ring[(i + 1) % len(ring)]
        middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
        reach = dice.between(1.1, 1.2)
        downwards = i < len(ring) / 2
        tip = (middle_x * reach, middle_y * reach * 0.98 + 0.05)
        first, last = ((x0 * 1.07, y0), (x1, y1)) if downwards else ((x0, y0), (x1 * 1.07, y1))
        if downwards:
            path.quadTo((first[0] + tip[0]) / 2 * 1.03, (first[1] + tip[1]) / 2, tip[0], tip[1])
            path.lineTo(*last)
        else:
            path.lineTo(*tip)
            path.quadTo((last[0] + tip[0]) / 2 * 1.03, (last[1] + tip[1]) / 2, x1, y1)
    path.close()
    return path


def _unit_star(power: float, inner: float, wobble: int) -> skia.Path:
    """A plump star: `power` is how many points it has."""
    count = round(power)
    dice = Dice("star", count, wobble)
    corners = []
    for i in range(2 * count):
        angle = math.pi * i / count - math.pi / 2
        reach = inner if i % 2 else 1.0 + (dice.between(-0.05, 0.05) if wobble else 0.0)
        corners.append((1.05 * reach * math.cos(angle), 1.05 * reach * math.sin(angle)))
    path = skia.Path()
    cut = 0.3
    for i, corner in enumerate(corners):
        before, after = corners[i - 1], corners[(i + 1) % len(corners)]
        enter = (corner[0] + (before[0] - corner[0]) * cut, corner[1] + (before[1] - corner[1]) * cut)
        leave = (corner[0] + (after[0] - corner[0]) * cut, corner[1] + (after[1] - corner[1]) * cut)
        if i == 0:
            path.moveTo(*enter)
        else:
            path.lineTo(*enter)
        path.quadTo(corner[0], corner[1], leave[0], leave[1])
    path.close()
    return path


def seen_spans(turn: Turn, first_deg: float, last_deg: float, *, near: bool) -> list[tuple[float, float]]:
    """Between which sines a stretch of longitudes is seen on the near (or far) side."""
    found: list[tuple[float, float]] = []
    run: list[float] = []
    for i in range(29):
        angle = math.radians(first_deg + (last_deg - first_deg) * i / 28 + turn.yaw_deg)
        if (math.cos(angle) >= 0) == near:
            run.append(math.sin(angle))
        elif run:
            found.append((min(run), max(run)))
            run = []
    return [*found, (min(run), max(run))] if run else found


@dataclass(frozen=True)
class Form:
    """A body of revolution, possibly flattened: its cross-section is an ellipse with radii rx and rz."""

    y: float
    """Height of its middle (negative is above the ground)."""
    rx: float
    ry: float
    rz: float
    x: float = 0.0
    z: float = 0.0
    profile: str = "egg"
    power: float = 2.0
    """2 is round, 3 is boxy; points of a star."""
    taper: float = 0.0
    """Wider below where positive; inner radius of a star."""
    tufts: int = 0
    """Tufts of fur down one side."""
    wobble: int = 0
    """Seed of an uneven outline; 0 is even."""

    def width_at(self, v: float) -> float:
        """Share of the full width at height v."""
        if self.profile == "star":
            return _egg(v, 2.0, 0.0) * 0.62
        return _PROFILES[self.profile](max(-1.0, min(1.0, v)), self.power, self.taper)

    def half_seen(self, turn: Turn) -> float:
        """Half of the width that is seen."""
        return math.hypot(self.rx * turn.cos, self.rz * turn.sin)

    def outline(self, turn: Turn) -> skia.Path:
        """Around what is seen."""
        path = skia.Path(_unit_outline(self.profile, self.power, self.taper, self.tufts, self.wobble))
        matrix = skia.Matrix()
        matrix.setScale(self.half_seen(turn), self.ry)
        matrix.postTranslate(turn.point(self.x, self.y, self.z)[0], self.y)
        path.transform(matrix)
        return path

    def on(self, turn: Turn, longitude_deg: float, v: float, half_w: float, half_h: float) -> Mark | None:
        """Where a mark is seen; None on the far side."""
        reach = self.width_at(v)
        radius = max(self.half_seen(turn) * reach, 1e-4)
        own = math.hypot(
            self.rx * math.cos(math.radians(longitude_deg)), self.rz * math.sin(math.radians(longitude_deg))
        )
        spread = math.asin(min(half_w / max(own * reach, 1e-4), 1.0))
        angle = math.radians(longitude_deg) + math.atan2(self.rz * turn.sin, self.rx * turn.cos)
        angle = math.remainder(angle, 2 * math.pi)
        quarter = math.pi / 2
        if abs(angle) >= quarter + spread:
            return None
        left = math.sin(max(-quarter, min(quarter, angle - spread))) * radius
        right = math.sin(max(-quarter, min(quarter, angle + spread))) * radius
        middle = turn.point(self.x, self.y, self.z)[0]
        return Mark(
            middle + (left + right) / 2,
            self.y - self.ry * v,
            max((right - left) / 2, 1e-4),
            half_h,
            max(math.cos(angle), 0.0),
        )

    def surface(self, longitude_deg: float, v: float, out: float = 1.0) -> tuple[float, float, float]:
        """A place in space, on the skin or `out` times as far from the axis."""
        angle, reach = math.radians(longitude_deg), self.width_at(v) * out
        return (
            self.x + self.rx * reach * math.sin(angle),
            self.y - self.ry * v,
            self.z + self.rz * reach * math.cos(angle),
        )


@dataclass(frozen=True)
class Block:
    """A box with round edges, facing front; marks lie on its front where |longitude| < 90, else on its back."""

    y: float
    rx: float
    ry: float
    rz: float
    x: float = 0.0
    z: float = 0.0
    corner: float = 0.05

    def width_at(self, v: float) -> float:
        """Share of the full width at height v."""
        return 1.0 if abs(v) < 1 else 0.9

    def half_seen(self, turn: Turn) -> float:
        """Half of the width that is seen."""
        return self.rx * abs(turn.cos) + self.rz * abs(turn.sin)

    def outline(self, turn: Turn) -> skia.Path:
        """Around what is seen."""
        return self._panel(turn.point(self.x, self.y, self.z)[0], self.half_seen(turn))

    def face(self, turn: Turn) -> tuple[skia.Path, skia.Path, bool]:
        """The wide face that is seen (front or back), the narrow one, and whether the wide one is the front."""
        front = turn.cos >= 0
        sign = 1.0 if front else -1.0
        wide = self._panel(turn.point(self.x, self.y, self.z + sign * self.rz)[0], self.rx * abs(turn.cos))
        side = 1.0 if turn.sin < 0 else -1.0
        narrow = self._panel(turn.point(self.x + side * self.rx, self.y, self.z)[0], self.rz * abs(turn.sin))
        return wide, narrow, front

    def _panel(self, middle: float, half: float) -> skia.Path:
        path = skia.Path()
        radius = min(self.corner, half)
        path.addRoundRect(
            skia.Rect.MakeLTRB(middle - half, self.y - self.ry, middle + half, self.y + self.ry), radius, self.corner
        )
        return path

    def on(self, turn: Turn, longitude_deg: float, v: float, half_w: float, half_h: float) -> Mark | None:
        """Where a mark is seen; None on the far side."""
        back = abs(longitude_deg) > 90
        facing = -turn.cos if back else turn.cos
        if facing <= 0.02:
            return None
        place = self.surface(longitude_deg, v)
        return Mark(turn.point(*place)[0], place[1], half_w * facing, half_h, facing)

    def surface(self, longitude_deg: float, v: float, out: float = 1.0) -> tuple[float, float, float]:
        """A place in space on the front or the back."""
        depth = self.rz if abs(longitude_deg) <= 90 else -self.rz
        return (
            self.x + self.rx * math.sin(math.radians(longitude_deg)) * out,
            self.y - self.ry * v,
            self.z + depth * out,
        )
