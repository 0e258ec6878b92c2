"""Outlines of round bodies at unit size, and how wide they are at every height."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.pen import blob, polygon


def egg(v: float, power: float, taper: float) -> float:
    """A closed round body; 2 is an ellipse, more is boxier."""
    return float(max(1.0 - abs(v) ** power, 0.0) ** (1.0 / power) * (1.0 - taper * v))


def _bell(v: float, power: float, taper: float) -> float:
    """A dome above, straight to flaring below."""
    if v > 0.2:
        return egg((v - 0.2) / 0.8, power, 0.0)
    return 1.0 + taper * (0.2 - v) / 1.2


def _drop(v: float, power: float, taper: float) -> float:
    """A dome that spreads on the ground."""
    t = (1.0 - v) / 2
    dome = float((1.0 - (1.0 - min(t * 1.04, 1.0)) ** power) ** 0.5) * (1.0 - taper * (1.0 - t) * 0.4)
    rim = min((v + 1.0) / 0.15, 1.0)
    return (0.84 * dome + 0.19 * math.exp(-6.0 * (v + 1.0))) * (0.74 + 0.26 * math.sqrt(1.0 - (1.0 - rim) ** 2))


def _cap(v: float, power: float, taper: float) -> float:
    """A mushroom's cap: wide near its lower edge."""
    low = -0.55
    if v >= low:
        return egg((v - low) / (1.0 - low), power, 0.0) * (1.0 - taper * max(v - low, 0.0) * 0.3)
    return egg((v - low) / (1.0 + low), 2.4, 0.0)


def _swirl(v: float, power: float, taper: float) -> float:
    """Cream in coils, narrower upwards."""
    t = (v + 1.0) / 2
    foot = math.sqrt(1.0 - (1.0 - min(t * 7.0, 1.0)) ** 2) * 0.22 + 0.78
    coils = 0.93 + 0.09 * math.cos(2 * math.pi * 3.0 * t + math.pi)
    return foot * float(1.0 - t**power * 0.92) * coils * (1.0 - taper * t)


def _cup(v: float, _power: float, taper: float) -> float:
    """A pot: straight sides, narrower at the bottom."""
    return 1.0 - taper * (1.0 - v) / 2


PROFILES: Final[dict[str, Callable[[float, float, float], float]]] = {
    "egg": egg,
    "bell": _bell,
    "drop": _drop,
    "cap": _cap,
    "swirl": _swirl,
    "cup": _cup,
}


@lru_cache(maxsize=4096)
def unit_outline(profile: str, power: float, taper: float, tufts: int, wobble: int) -> skia.Path:
    """The outline for half-width 1 and half-height 1."""
    if profile == "star":
        return _unit_star(power, taper, wobble)
    steps = tufts or {"swirl": 20, "drop": 22}.get(profile, 11)
    right = []
    for i in range(steps + 1):
        angle = math.pi * i / steps
        v = math.cos(angle) if profile not in ("cup", "swirl") else 1.0 - 2.0 * i / steps
        right.append((PROFILES[profile](v, power, taper), -v))
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
