"""Treasure chests."""

from __future__ import annotations

import math
from dataclasses import dataclass

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem, small_mark
from s2vbench.world.objects.solids import Box, Decorate, Face, Loft, box_of, loft_of
from s2vbench.world.objects.space import Stage, X, Z, times
from s2vbench.world.objects.thing import NUMBERS, Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, darker, lighter, named
from s2vbench.world.pen import Pen, blob, box, curve, ellipse, line, polygon


@dataclass(frozen=True)
class Chest(Traits):
    """A treasure chest with an arched lid."""

    wood: Colour
    wood_name: str
    metal: Colour
    metal_name: str
    width: float
    deep: float
    base: float
    bands: int
    lock: str
    badge: str
    lid: Colour
    lid_name: str
    plates: bool


def make_chest(dice: Dice, look: Look, height_m: float) -> Chest:
    """A treasure chest by chance."""
    wood = dice.pick(("brown", "red", "teal", "purple", "green", "navy", "orange", "beige"))
    metal, metal_name = dice.pick(
        (((0.93, 0.76, 0.33), "golden"), ((0.72, 0.74, 0.78), "silver"), ((0.8, 0.5, 0.32), "copper"))
    )
    tint, own = named(wood, dice), dice.chance(0.6)
    return Chest(
        look=look,
        height_m=height_m,
        wood=tint,
        wood_name=wood,
        metal=metal,
        metal_name=metal_name,
        width=dice.between(1.15, 1.5),
        deep=dice.between(0.68, 0.86),
        base=dice.between(0.5, 0.62),
        bands=dice.whole(2, 4),
        lock=dice.pick(("round", "shield", "heart")),
        badge=look.emblem,
        lid=look.main if own else tint,
        lid_name=look.names[0] if own else wood,
        plates=dice.chance(0.5),
    )


def build_chest(stage: Stage, chest: Chest) -> Footprint:
    """Put a treasure chest on the stage; its lock is in front, its emblem on its left side."""
    half, deep, base = chest.width / 2, chest.deep / 2, chest.base
    body = Box(0.0, 0.0, 0.0, chest.width, base, chest.deep)
    marks: dict[Face, Decorate] = {
        "front": lambda pen: _planks(pen, chest, half, base / 2, ahead=True),
        "back": lambda pen: _planks(pen, chest, half, base / 2, ahead=False),
        "left": lambda pen: _end(pen, chest, deep, base / 2, badge=True),
        "right": lambda pen: _end(pen, chest, deep, base / 2, badge=False),
    }
    stage.add((0, -0.3, 0), lambda: box_of(stage, body, chest.wood, radius=0.015, marks=marks))
    rise = 0.97 - base
    arch = tuple((-deep * 1.04 * math.cos(t), -rise * math.sin(t)) for t in (math.pi * i / 14 for i in range(15)))

    def lid() -> None:
        loft = Loft(arch, (0.0, -chest.base, 0.0), times(Z, -1), w=times(X, 1.03 * chest.width))
        loft_of(stage, loft, chest.lid, shade=0.1)
        for x in _band_places(chest):
            _strap(stage, chest, arch, x)
        if stage.view.depth(0.0, 0.0, 1.0) > 0.03:
            _lock(stage, chest, deep)

    stage.add((0, -0.3, 0), lid, nearer=0.01)
    return Footprint(half, deep, 0.35)


def _band_places(chest: Chest) -> list[float]:
    return [(-0.46 + 0.92 * i / (chest.bands - 1)) * chest.width for i in range(chest.bands)]


def _strap(stage: Stage, chest: Chest, arch: tuple[tuple[float, float], ...], x: float) -> None:
    """A band of metal over the part of the lid that is seen."""
    seen = [
        (v - chest.base, -u)
        for u, v in arch
        if stage.view.depth(0.0, v / math.hypot(u, v), -u / math.hypot(u, v)) > -0.06
    ]
    if len(seen) > 1:
        one = [stage.view.point(x - 0.045, 1.01 * y, 1.01 * z) for y, z in seen]
        other = [stage.view.point(x + 0.045, 1.01 * y, 1.01 * z) for y, z in reversed(seen)]
        stage.fill(polygon([*one, *other]), chest.metal, shade=0.2)


def _planks(pen: Pen, chest: Chest, half: float, high: float, *, ahead: bool) -> None:
    for y in (-0.34 * high, 0.33 * high):
        pen.stroke(line([(-half, y), (half, y)]), darker(chest.wood, 0.35), 0.012)
    for x in _band_places(chest):
        pen.fill(box(x - 0.04, -high, x + 0.04, high), chest.metal, shade=0.2, edge=0.0)
        for y in (-0.7 * high, 0.7 * high):
            pen.fill(ellipse(x, y, 0.018, 0.018), darker(chest.metal, 0.45), shade=0.0, edge=0.0)
    pen.fill(box(-half, -high, half, -high + 0.05), darker(chest.metal, 0.12), shade=0.1, edge=0.0)
    if ahead and chest.plates:
        for x in (-0.27, 0.27):
            emblem(pen, chest.badge, 0.2, chest.look.accent, chest.metal, 0.06, x * chest.width)
    if not ahead:
        pen.fill(box(-half, high - 0.05, half, high), darker(chest.metal, 0.2), shade=0.1, edge=0.0)


def _end(pen: Pen, chest: Chest, half: float, high: float, *, badge: bool) -> None:
    pen.fill(box(-half, -high, half, -high + 0.05), darker(chest.metal, 0.12), shade=0.1, edge=0.0)
    if badge:
        emblem(pen, chest.badge, 0.3, chest.look.accent, chest.metal, 0.05)
    else:
        pen.stroke(curve([(-0.14, -0.02), (-0.1, 0.1), (0.1, 0.1), (0.14, -0.02)]), darker(chest.metal, 0.3), 0.04)


def _lock(stage: Stage, chest: Chest, deep: float) -> None:
    with stage.plane((0.0, -chest.base + 0.04, deep + 0.03), X, (0.0, 1.0, 0.0)) as pen:
        tint = lighter(chest.metal, 0.2)
        if chest.lock == "round":
            pen.fill(ellipse(0, 0.03, 0.12, 0.12), tint, edge=stage.edge)
        elif chest.lock == "shield":
            pen.fill(
                blob([(-0.11, -0.1), (0.11, -0.1), (0.11, 0.06), (0, 0.17), (-0.11, 0.06)], 0.6), tint, edge=stage.edge
            )
        else:
            small_mark(pen, "hearts", 0.3, darker(chest.metal, 0.5), 0.0, 0.03)
            small_mark(pen, "hearts", 0.27, tint, 0.0, 0.03)
        pen.fill(ellipse(0, 0.01, 0.028, 0.028), (0.18, 0.14, 0.16), shade=0.0, edge=0.0)
        pen.fill(box(-0.012, 0.01, 0.012, 0.08), (0.18, 0.14, 0.16), shade=0.0, edge=0.0)


def chest_words(chest: Chest) -> tuple[str, ...]:
    """What tells a treasure chest from others."""
    return (
        chest.wood_name,
        *((f"with {a(chest.lid_name)} lid",) if chest.lid_name != chest.wood_name else ()),
        f"with {NUMBERS[chest.bands]} {chest.metal_name} bands",
        f"with {a(chest.lock)}-shaped lock" if chest.lock != "round" else "with a round lock",
    )


CHEST: Thing[Chest] = Thing("treasure chest", (0.4, 0.7), make_chest, chest_words, build_chest, hop=0.3)
