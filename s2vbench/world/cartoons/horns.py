"""Horns and ears, for every head."""

from __future__ import annotations

import math
from typing import Final, Literal

import skia

from s2vbench.world.cartoons.emblems import placed
from s2vbench.world.cartoons.rig import SIDES, Rig
from s2vbench.world.cartoons.solids import Solid
from s2vbench.world.palette import Colour, darker
from s2vbench.world.pen import Point, ellipse, line

HornKind = Literal["none", "short", "bull", "ram", "unicorn", "nub"]
EarKind = Literal["round", "leaf", "pony"]

_HORNS: Final[dict[HornKind, tuple[float, float, float]]] = {
    "short": (0.055, 0.12, 0.25),
    "bull": (0.06, 0.17, 0.95),
    "ram": (0.065, 0.2, 1.25),
    "nub": (0.045, 0.07, 0.15),
}
"""Half-width at the root, length, and how far it leans outwards, of pairs."""


def spike(root: Point, tip: Point, half: float, bow: float = 0.0) -> skia.Path:
    """A pointed horn; `bow` bends it to its left."""
    dx, dy = tip[0] - root[0], tip[1] - root[1]
    length = max(math.hypot(dx, dy), 1e-4)
    px, py = -dy / length, dx / length
    mx, my = (root[0] + tip[0]) / 2 + px * bow, (root[1] + tip[1]) / 2 + py * bow
    path = skia.Path()
    path.moveTo(root[0] + px * half, root[1] + py * half)
    path.quadTo(mx + px * half * 0.75, my + py * half * 0.75, tip[0], tip[1])
    path.quadTo(mx - px * half * 0.75, my - py * half * 0.75, root[0] - px * half, root[1] - py * half)
    path.quadTo(root[0] - dx * 0.18, root[1] - dy * 0.18, root[0] + px * half, root[1] + py * half)
    path.close()
    return path


def draw_horns(rig: Rig, head: Solid, kind: HornKind, colour: Colour, *, v: float = 0.75, size: float = 1.0) -> None:
    """A pair of horns, or one in the middle of the brow."""
    if kind == "none":
        return
    if kind == "unicorn":
        one_horn(rig, head, colour, size)
        return
    half, length, lean = _HORNS[kind]
    for side in SIDES:
        root = head.surface(side * 90, v, 0.88)
        tip = (root[0] + side * size * length * math.sin(lean), root[1] - size * length * math.cos(lean * 0.6), root[2])
        (x0, y0, depth), (x1, y1, _) = rig.seen(root), rig.seen(tip)
        bow = {"bull": 0.05, "ram": 0.1, "short": 0.015}.get(kind, 0.0) * side * rig.turn.cos
        path = spike((x0, y0), (x1, y1), half * size, bow)
        rings = skia.Path()
        for t in (0.25, 0.5):
            x, y = x0 + (x1 - x0) * t, y0 + (y1 - y0) * t
            rings.addPath(line([(x - 0.06 * size, y), (x + 0.06 * size, y + 0.012)]))

        def draw(path: skia.Path = path, rings: skia.Path = rings) -> None:
            rig.brush.shape(path, colour)
            if rig.pen.sees(0.02):
                with rig.pen.inside(path):
                    rig.brush.stroke(rings, darker(colour, 0.3), 0.014)

        rig.add(0.05 + 0.25 * depth - 0.012, draw)


def one_horn(rig: Rig, head: Solid, colour: Colour, size: float = 1.0, v: float = 0.72) -> None:
    """A straight horn with a spiral, on the brow."""
    root = head.surface(0.0, v, 0.75)
    tip = (root[0], root[1] - 0.2 * size, root[2] + 0.07 * size)
    (x0, y0, depth), (x1, y1, _) = rig.seen(root), rig.seen(tip)
    path = spike((x0, y0), (x1, y1), 0.048 * size)
    rings = skia.Path()
    for t in (0.15, 0.38, 0.6):
        x, y = x0 + (x1 - x0) * t, y0 + (y1 - y0) * t
        rings.addPath(line([(x - 0.06 * size, y + 0.015), (x + 0.06 * size, y - 0.015)]))

    def draw() -> None:
        rig.brush.shape(path, colour)
        if rig.pen.sees(0.02):
            with rig.pen.inside(path):
                rig.brush.stroke(rings, darker(colour, 0.28), 0.014)

    rig.add(0.05 + 0.3 * depth + (0.03 if rig.turn.cos > 0 else -0.03), draw)


def _ear(kind: EarKind) -> tuple[skia.Path, skia.Path]:
    """Outer and inner outline; root at (0, 0), tip towards (1, -1)."""
    if kind == "round":
        return ellipse(0.35, -0.35, 0.95, 0.95), ellipse(0.38, -0.33, 0.55, 0.55)
    outer, inner = skia.Path(), skia.Path()
    if kind == "leaf":
        for path, s in ((outer, 1.0), (inner, 0.6)):
            path.moveTo(-0.1, 0.65 * s)
            path.cubicTo(0.8 * s, 0.95 * s, 1.9 * s, 0.1, 2.3 * s, -0.75 * s)
            path.cubicTo(1.4 * s, -1.0 * s, 0.3 * s, -0.95 * s, -0.1, -0.6 * s)
            path.close()
        return outer, inner
    tall = 2.0
    for path, s in ((outer, 1.0), (inner, 0.55)):
        path.moveTo(-0.75 * s, 0.25)
        path.cubicTo(-0.85 * s, -0.9 * s, -0.1 * s, -tall * 0.85 * s, 0.45 * s, -tall * s)
        path.cubicTo(0.95 * s, -tall * 0.65 * s, 1.0 * s, -0.4 * s, 0.7 * s, 0.35)
        path.close()
    return outer, inner


_KINDS: Final[tuple[EarKind, ...]] = ("round", "leaf", "pony")
_EARS: Final = {kind: _ear(kind) for kind in _KINDS}


def draw_ears(
    rig: Rig, head: Solid, kind: EarKind, size: float, colour: Colour, inside: Colour, *, v: float = 0.6
) -> None:
    """A pair of ears that show their inside from the front."""
    outer, inner = _EARS[kind]
    turn = rig.turn
    for side in SIDES:
        x, y, depth = rig.seen(head.surface(side * 90, v, 0.93))
        wide = side * (turn.cos if abs(turn.cos) > 0.45 else math.copysign(0.45, turn.cos)) * size
        back = turn.cos < 0

        def draw(x: float = x, y: float = y, wide: float = wide, back: bool = back) -> None:  # noqa: FBT001
            rig.brush.shape(placed(outer, x, y, wide, size), colour)
            if not back:
                rig.brush.mark(placed(inner, x, y, wide, size), inside)

        rig.add(0.05 + 0.3 * depth - 0.011, draw)
