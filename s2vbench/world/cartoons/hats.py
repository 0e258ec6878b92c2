"""What cartoons wear on their heads."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import skia

from s2vbench.world.cartoons.brushes import Brush, tube_path
from s2vbench.world.cartoons.emblems import placed, unit_emblem
from s2vbench.world.cartoons.rig import Rig
from s2vbench.world.cartoons.solids import Solid
from s2vbench.world.dice import Dice
from s2vbench.world.english import with_article
from s2vbench.world.palette import Colour, darker, named
from s2vbench.world.pen import blob, box, ellipse, polygon
from s2vbench.world.turn import Turn

HatKind = Literal[
    "none", "top hat", "party hat", "beanie", "crown", "cap", "bowler hat", "bow", "flower", "straw hat", "leaf sprout"
]
ALL_HATS: Final[tuple[HatKind, ...]] = (
    "top hat",
    "party hat",
    "beanie",
    "crown",
    "cap",
    "bowler hat",
    "bow",
    "flower",
    "straw hat",
)


@dataclass(frozen=True)
class Hat:
    """Something on a head."""

    kind: HatKind = "none"
    name: str = "red"
    colour: Colour = (0.8, 0.2, 0.2)
    trim: Colour = (0.98, 0.97, 0.95)
    side: float = 0.0
    """How far it sits to the subject's left, in half head widths; negative: right."""
    size: float = 1.0


def design_hat(dice: Dice, chance: float, avoid: str, kinds: tuple[HatKind, ...] = ALL_HATS) -> Hat:
    """A hat or none; its colour is not the `avoid`ed one."""
    names = [
        name
        for name in ("red", "orange", "yellow", "green", "teal", "blue", "navy", "purple", "pink", "white")
        if name != avoid
    ]
    kind: HatKind = dice.pick(kinds) if dice.chance(chance) else "none"
    name = "yellow" if kind == "crown" else "beige" if kind == "straw hat" else dice.pick(names)
    name = "green" if kind == "leaf sprout" else name
    trim = dice.pick([other for other in ("white", "yellow", "red", "navy", "turquoise", "pink") if other != name])
    small = kind in {"bow", "flower", "party hat", "crown", "top hat", "bowler hat"}
    return Hat(
        kind,
        name,
        named(name, dice),
        named(trim, dice),
        dice.pick((-0.42, 0.42, -0.25, 0.25)) if small else 0.0,
        dice.between(0.9, 1.15),
    )


def hat_words(hat: Hat) -> tuple[str, ...]:
    """How a caption says it."""
    if hat.kind == "none":
        return ()
    if hat.kind == "crown":
        return ("with a golden crown",)
    if hat.kind == "straw hat":
        return ("with a straw hat",)
    if hat.kind == "leaf sprout":
        return ("with a leaf sprout on its head",)
    place = " on its head" if hat.kind in {"bow", "flower"} else ""
    return (f"with {with_article(hat.name)} {hat.kind}{place}",)


@lru_cache(maxsize=1024)
def _seat(solid: Solid, half: float) -> float:
    """The height at which a head is so wide that a hat rests."""
    v = 0.96
    while v > 0.64 and solid.width_at(v) * solid.rx < half:
        v -= 0.02
    return v


def draw_hat(rig: Rig, solid: Solid, hat: Hat, turn: Turn, *, depth: float = 0.1) -> None:
    """Put a hat on a head."""
    if hat.kind == "none":
        return
    fitted = {"beanie": 0.95, "cap": 0.95, "straw hat": 0.82}.get(hat.kind, 0.6)
    widest = 1.04 * solid.width_at(0.66) * solid.rx
    half_w = min(min(fitted * solid.rx, 0.19 if fitted < 0.7 else 0.3) * hat.size, widest)
    v = _seat(solid, half_w * 0.92) if fitted > 0.7 else _seat(solid, 0.72 * half_w + 0.4 * abs(hat.side) * solid.rx)
    x, y, d = rig.seen((solid.x + hat.side * solid.rx, solid.y - v * solid.ry, solid.z))
    angle = hat.side * 42 * turn.cos
    draw = _DRAW[hat.kind]
    canvas = rig.pen.canvas

    def placed_hat() -> None:
        canvas.save()
        canvas.translate(x, y)
        canvas.rotate(angle)
        draw(rig, hat, half_w, turn)
        canvas.restore()

    rig.add(depth + 0.02 * d, placed_hat)


def _top_hat(rig: Rig, hat: Hat, w: float, _turn: Turn) -> None:
    brush = rig.brush
    crown = polygon([(-0.66 * w, 0.0), (-0.76 * w, -1.35 * w), (0.76 * w, -1.35 * w), (0.66 * w, 0.0)])
    brush.shape(crown, hat.colour)
    brush.mark(box(-0.67 * w, -0.42 * w, 0.67 * w, -0.1 * w), hat.trim)
    brush.shape(ellipse(0.0, 0.0, 1.1 * w, 0.2 * w), hat.colour)


def _party_hat(rig: Rig, hat: Hat, w: float, _turn: Turn) -> None:
    brush = rig.brush
    cone = polygon([(-0.72 * w, 0.06 * w), (0.0, -1.75 * w), (0.72 * w, 0.06 * w)])
    brush.shape(cone, hat.colour)
    with rig.pen.inside(cone):
        for y in (-0.2, -0.75, -1.3):
            brush.stroke(tube_path(((-w, y * w), (0.0, (y + 0.12) * w), (w, y * w))), hat.trim, 0.18 * w)
    brush.shape(ellipse(0.0, -1.75 * w, 0.24 * w, 0.24 * w), hat.trim)


def _beanie(rig: Rig, hat: Hat, w: float, _turn: Turn) -> None:
    brush = rig.brush
    brush.shape(ellipse(0.0, -0.95 * w, 0.26 * w, 0.26 * w), hat.trim)
    dome = skia.Path()
    dome.moveTo(-1.02 * w, 0.0)
    dome.cubicTo(-1.05 * w, -1.1 * w, 1.05 * w, -1.1 * w, 1.02 * w, 0.0)
    dome.close()
    brush.shape(dome, hat.colour)
    brush.shape(box(-1.08 * w, -0.16 * w, 1.08 * w, 0.2 * w, 0.15 * w), hat.trim)
    if rig.pen.sees(0.1 * w):
        ribs = skia.Path()
        for i in range(-3, 4):
            ribs.moveTo(0.28 * i * w, -0.08 * w)
            ribs.lineTo(0.28 * i * w, 0.12 * w)
        brush.stroke(ribs, darker(hat.trim, 0.22), 0.05 * w)


def _crown(rig: Rig, hat: Hat, w: float, turn: Turn) -> None:
    brush = rig.brush
    points = [
        (-0.75 * w, 0.1 * w),
        (-0.9 * w, -0.75 * w),
        (-0.42 * w, -0.35 * w),
        (0.0, -0.9 * w),
        (0.42 * w, -0.35 * w),
        (0.9 * w, -0.75 * w),
        (0.75 * w, 0.1 * w),
    ]
    brush.shape(polygon(points), hat.colour)
    for lon in range(-120, 181, 60):
        angle = math.radians(lon + turn.yaw_deg)
        if math.cos(angle) > 0.05:
            gem = ellipse(0.72 * w * math.sin(angle), -0.1 * w, 0.13 * w * math.cos(angle), 0.14 * w)
            brush.mark(gem, hat.trim if lon % 120 else (0.82, 0.2, 0.3))


def _visor(brush: Brush, hat: Hat, w: float, turn: Turn) -> None:
    half = w * math.hypot(0.8 * turn.cos, 0.55 * turn.sin)
    brush.shape(ellipse(0.82 * w * turn.sin, 0.06 * w, half, 0.2 * w), hat.trim)


def _cap(rig: Rig, hat: Hat, w: float, turn: Turn) -> None:
    brush = rig.brush
    if turn.cos < -0.15:
        _visor(brush, hat, w, turn)
    dome = skia.Path()
    dome.moveTo(-1.02 * w, 0.08 * w)
    dome.cubicTo(-1.05 * w, -1.05 * w, 1.05 * w, -1.05 * w, 1.02 * w, 0.08 * w)
    dome.quadTo(0.0, 0.24 * w, -1.02 * w, 0.08 * w)
    brush.shape(dome, hat.colour)
    brush.mark(ellipse(0.0, -0.74 * w, 0.14 * w, 0.09 * w), hat.trim)
    if turn.cos >= -0.15:
        _visor(brush, hat, w, turn)


def _bowler(rig: Rig, hat: Hat, w: float, _turn: Turn) -> None:
    brush = rig.brush
    dome = skia.Path()
    dome.moveTo(-0.72 * w, 0.0)
    dome.cubicTo(-0.85 * w, -1.25 * w, 0.85 * w, -1.25 * w, 0.72 * w, 0.0)
    dome.close()
    brush.shape(dome, hat.colour)
    brush.mark(box(-0.735 * w, -0.36 * w, 0.735 * w, -0.08 * w), hat.trim)
    brush.shape(ellipse(0.0, 0.0, 1.12 * w, 0.21 * w), hat.colour)


def _bow(rig: Rig, hat: Hat, w: float, turn: Turn) -> None:
    brush, squeeze = rig.brush, 0.62 + 0.38 * abs(turn.cos)
    for side in (-1, 1):
        loop = blob(
            [
                (0.0, 0.0),
                (side * 0.7 * w * squeeze, -0.55 * w),
                (side * 1.1 * w * squeeze, -0.05 * w),
                (side * 0.7 * w * squeeze, 0.42 * w),
            ]
        )
        brush.shape(loop, hat.colour)
    brush.shape(ellipse(0.0, -0.03 * w, 0.26 * w, 0.28 * w), hat.trim)


def _flower(rig: Rig, hat: Hat, w: float, turn: Turn) -> None:
    brush, squeeze = rig.brush, 0.55 + 0.45 * abs(turn.cos)
    brush.shape(placed(unit_emblem("flower"), 0.0, -0.1 * w, 0.74 * w * squeeze, 0.74 * w), hat.colour)
    brush.thing(ellipse(0.0, -0.1 * w, 0.26 * w * squeeze, 0.26 * w), hat.trim)


def _straw_hat(rig: Rig, hat: Hat, w: float, _turn: Turn) -> None:
    brush = rig.brush
    brush.shape(ellipse(0.0, 0.02 * w, 1.5 * w, 0.3 * w), hat.colour)
    dome = skia.Path()
    dome.moveTo(-0.8 * w, 0.02 * w)
    dome.cubicTo(-0.8 * w, -0.95 * w, 0.8 * w, -0.95 * w, 0.8 * w, 0.02 * w)
    dome.quadTo(0.0, 0.2 * w, -0.8 * w, 0.02 * w)
    brush.shape(dome, hat.colour)
    band = skia.Path()
    band.moveTo(-0.8 * w, -0.06 * w)
    band.quadTo(0.0, 0.14 * w, 0.8 * w, -0.06 * w)
    brush.stroke(band, hat.trim, 0.17 * w)


def _sprout(rig: Rig, hat: Hat, w: float, turn: Turn) -> None:
    brush, sway = rig.brush, 0.12 * w * rig.motion.swing
    brush.tube(tube_path(((0.0, 0.1 * w), (0.1 * w, -0.3 * w), (sway, -0.6 * w))), 0.13 * w, darker(hat.colour, 0.2))
    for side in (-1, 1):
        wide = 0.75 * w * side * (0.6 + 0.4 * turn.cos * side)
        brush.shape(placed(unit_emblem("leaf"), sway, -0.58 * w, wide, 0.75 * w), hat.colour)


_DRAW: Final[dict[HatKind, Callable[[Rig, Hat, float, Turn], None]]] = {
    "top hat": _top_hat,
    "party hat": _party_hat,
    "beanie": _beanie,
    "crown": _crown,
    "cap": _cap,
    "bowler hat": _bowler,
    "bow": _bow,
    "flower": _flower,
    "straw hat": _straw_hat,
    "leaf sprout": _sprout,
}
