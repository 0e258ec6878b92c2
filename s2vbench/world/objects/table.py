"""Potted plants and cakes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import blossom, emblem, small_mark
from s2vbench.world.objects.glaze import Glaze, glaze_of, glaze_words, paint
from s2vbench.world.objects.lathe import Lathe, egg, hoop, lid, mark, marks_around, ring, turn_out
from s2vbench.world.objects.space import Stage, Vec
from s2vbench.world.objects.thing import NUMBERS, Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, darker, lighter, named
from s2vbench.world.pen import Pen, ellipse

_EARTH: Colour = (0.36, 0.25, 0.2)


@dataclass(frozen=True)
class Plant(Traits):
    """A plant in a pot."""

    pot: Lathe
    glaze: Glaze
    kind: str
    green: Colour
    bloom: Colour
    bloom_name: str
    leaves: tuple[tuple[float, float, float], ...]
    """(longitude, how far out, how high) of every leaf's tip."""


def make_plant(dice: Dice, look: Look, height_m: float) -> Plant:
    """A potted plant by chance."""
    wide, high = dice.between(0.22, 0.29), dice.between(0.34, 0.44)
    taper = dice.between(0.62, 0.9)
    kind = dice.pick(("leafy", "cactus", "flowers", "grass", "bush"))
    count = {"leafy": 9, "grass": 13, "flowers": 6, "bush": 8, "cactus": 2}[kind]
    turn = dice.between(0, 360)
    bloom = dice.pick(("pink", "red", "yellow", "white", "orange", "purple"))
    leaves = tuple(
        (turn + 360.0 * i * 0.382, dice.between(0.12, 0.4), dice.between(0.25, 0.9 - high) if i else 0.94 - high)
        for i in range(count)
    )
    return Plant(
        look=look,
        height_m=height_m,
        pot=Lathe(((-high, wide), (-high / 2, (1 + taper) / 2 * wide * dice.between(0.96, 1.14)), (0.0, taper * wide))),
        glaze=glaze_of(dice, look),
        kind=kind,
        green=dice.pick(((0.25, 0.52, 0.28), (0.42, 0.63, 0.27), (0.2, 0.46, 0.4), (0.53, 0.68, 0.4))),
        bloom=named(bloom, dice),
        bloom_name=bloom,
        leaves=leaves,
    )


def build_plant(stage: Stage, plant: Plant) -> Footprint:
    """Put a potted plant on the stage."""
    pot, look = plant.pot, plant.look
    top, wide = pot.profile[0]

    def whole() -> None:
        turn_out(
            stage, pot, look.main, gloss=look.gloss, marks=lambda: paint(stage, pot, plant.glaze, top + 0.1, -0.03)
        )
        rim = Lathe(((top - 0.03, 1.1 * wide), (top + 0.07, 1.08 * wide)), smooth=False)
        hoop(stage, rim, top - 0.03, top + 0.07, look.accent)
        lid(stage, rim, look.accent)
        x, y = stage.view.point(0.0, top - 0.03)
        stage.fill(ellipse(x, y, 0.94 * wide, 0.23 * wide), _EARTH, shade=0.05)

    stage.add((0, -0.2, 0), whole)
    if plant.kind == "cactus":
        _cactus(stage, plant, top)
    else:
        stage.add((0, -0.2, 0), lambda: _leaves(stage, plant, top), nearer=0.01)
    radius = pot.radius(0.0)
    return Footprint(radius, radius, 0.3)


def _cactus(stage: Stage, plant: Plant, top: float) -> None:
    trunk = Lathe(((-0.94, 0.03), (-0.9, 0.11), (-0.75, 0.15), (top - 0.1, 0.15), (top - 0.02, 0.13)))
    (lon, out, high), _ = plant.leaves

    def body() -> None:
        def spines() -> None:
            for y in (-0.82, -0.68, -0.54):
                marks_around(
                    stage, trunk, y, 7, lambda pen: small_mark(pen, "dots", 0.035, lighter(plant.green, 0.7)), lon
                )

        turn_out(stage, trunk, plant.green, marks=spines if stage.sees(0.02) else None)

    stage.add((0, -0.6, 0), body)
    for side, y in ((1, -0.6), (-1, -0.66 + 0.1 * high)):
        sin, cos = side * math.sin(math.radians(lon)), side * math.cos(math.radians(lon))
        reach = 0.22 + 0.2 * out
        arm: list[tuple[Vec, float]] = [
            ((0.1 * sin, y, 0.1 * cos), 0.055), ((reach * sin, y, reach * cos), 0.06),
            ((reach * sin, y - 0.17, reach * cos), 0.055)
        ]  # fmt: skip
        stage.add((reach * sin, -0.6, reach * cos), partial(stage.taper, arm, plant.green))
    x, y = stage.view.point(0.02, -0.95, 0.0)

    def flower() -> None:
        with stage.pen.moved(x, y):
            blossom(stage.pen, 0.17, plant.bloom)

    stage.add((0, -0.6, 0), flower, nearer=0.1)


def _leaves(stage: Stage, plant: Plant, top: float) -> None:
    """Leaves from the farthest to the nearest."""
    view = stage.view
    tips = []
    for i, (lon, out, high) in enumerate(plant.leaves):
        reach = {"grass": 0.9, "flowers": 0.7, "bush": 0.8}.get(plant.kind, 1.0) * out
        sin, cos = math.sin(math.radians(lon)), math.cos(math.radians(lon))
        tips.append((view.depth(reach * sin, 0.0, reach * cos), (reach * sin, top - high, reach * cos), i))
    if plant.kind == "bush":
        x, y = view.point(0.0, top - 0.1, 0.0)
        stage.fill(ellipse(x, y, 0.19, 0.16), darker(plant.green, 0.12), shade=0.22)
    for _, tip, i in sorted(tips):
        foot: Vec = (0.15 * tip[0], top - 0.01, 0.15 * tip[2])
        bend: Vec = (0.45 * tip[0], top + 0.62 * (tip[1] - top), 0.45 * tip[2])
        green = lighter(plant.green, 0.12 * (i % 3))
        if plant.kind == "leafy":
            stage.taper([(foot, 0.012), (bend, 0.075), (tip, 0.012)], green)
        elif plant.kind == "grass":
            stage.taper([(foot, 0.03), (bend, 0.026), (tip, 0.006)], green)
        elif plant.kind == "bush":
            x, y = view.point(tip[0], 0.75 * tip[1] + 0.25 * top, tip[2])
            stage.fill(ellipse(x, y, 0.15, 0.14), green, shade=0.22)
            with stage.pen.moved(x - 0.03, y - 0.02):
                small_mark(stage.pen, "dots", 0.06, plant.bloom)
        else:
            stage.taper([(foot, 0.012), (bend, 0.014), (tip, 0.012)], green)
            x, y = view.point(0.6 * tip[0] + 0.06, top + 0.4 * (tip[1] - top), 0.6 * tip[2])
            stage.fill(ellipse(x, y, 0.08, 0.035, 30.0 if tip[0] > 0 else -30.0), green)
            with stage.pen.moved(*view.point(*tip)):
                blossom(stage.pen, 0.22, plant.bloom)


def plant_words(plant: Plant) -> tuple[str, ...]:
    """What tells a potted plant from others."""
    kind = {
        "leafy": "with broad leaves",
        "cactus": f"with a cactus and {a(plant.bloom_name)} flower",
        "flowers": f"with {plant.bloom_name} flowers",
        "grass": "with long thin leaves",
        "bush": f"with {plant.bloom_name} berries",
    }[plant.kind]
    return (kind, f"in {a(plant.look.names[0])} pot {glaze_words(plant.glaze)}")


@dataclass(frozen=True)
class Cake(Traits):
    """A cake in layers."""

    tiers: tuple[Lathe, ...]
    icing: Colour
    topping: str
    candles: int
    drip: int
    plate: Colour
    badge: bool
    """Whether an emblem of sugar is in front of its lowest layer."""


def make_cake(dice: Dice, look: Look, height_m: float) -> Cake:
    """A cake by chance."""
    count = dice.whole(1, 3)
    wide, low = dice.between(0.52, 0.68), -0.07
    step = {1: 0.56, 2: 0.38, 3: 0.27}[count] * dice.between(0.92, 1.1)
    tiers = tuple(
        Lathe(((low - (i + 1) * step, wide * (1 - 0.27 * i)), (low - i * step, wide * (1 - 0.27 * i))), smooth=False)
        for i in range(count)
    )
    return Cake(
        look=look,
        height_m=height_m,
        tiers=tiers,
        icing=look.second,
        topping=dice.pick(("cherries", "cream", "candles", "candles")),
        candles=dice.whole(1, 5),
        drip=dice.whole(7, 11),
        plate=lighter(look.accent, 0.35),
        badge=dice.chance(0.7),
    )


def build_cake(stage: Stage, cake: Cake) -> Footprint:
    """Put a cake on the stage."""
    look = cake.look
    wide = cake.tiers[0].radius(-0.1)
    plate = Lathe(((-0.08, 1.22 * wide), (-0.05, 1.2 * wide), (0.0, 0.7 * wide)), smooth=False)

    def whole() -> None:
        turn_out(stage, plate, cake.plate)
        lid(stage, plate, cake.plate)
        for i, tier in enumerate(cake.tiers):
            _tier(stage, cake, tier, look.main if i % 2 == 0 else lighter(look.main, 0.25), badge=cake.badge and i == 0)
        top, rim = cake.tiers[-1].profile[0]
        _topping(stage, cake, top, rim)

    stage.add((0, -0.3, 0), whole)
    return Footprint(0.9 * wide, 0.9 * wide, 0.3)


def _tier(stage: Stage, cake: Cake, tier: Lathe, tint: Colour, *, badge: bool) -> None:
    look = cake.look
    top, bottom = tier.profile[0][0], tier.profile[-1][0]
    high = bottom - top

    def marks() -> None:
        ring(stage, tier, top + 0.62 * high, top + 0.74 * high, lighter(tint, 0.5))
        ring(stage, tier, top - 0.02, top + 0.16 * high, cake.icing)
        if stage.sees(0.04):
            for i in range(cake.drip):
                long = high * (0.2 + 0.16 * ((i * 5) % 3))
                mark(stage, tier, 360.0 * i / cake.drip, top + 0.14 * high, partial(_drop, long, cake.icing))
            marks_around(
                stage, tier, bottom - 0.1 * high, 12, lambda pen: small_mark(pen, look.mark, 0.08, look.accent)
            )

        if badge:
            size = 0.5 * high + 0.06
            mark(
                stage, tier, 0.0, top + 0.58 * high, lambda pen: emblem(pen, look.emblem, size, look.accent, cake.icing)
            )

    turn_out(stage, tier, tint, marks=marks)
    lid(stage, tier, cake.icing)


def _drop(long: float, tint: Colour, pen: Pen) -> None:
    pen.fill(ellipse(0, 0, 0.05, long), tint, shade=0.0, edge=0.0)


def _topping(stage: Stage, cake: Cake, top: float, rim: float) -> None:
    view, look = stage.view, cake.look
    count = cake.candles if cake.topping == "candles" else 6
    reach = 0.0 if count == 1 else 0.62 * rim
    places = []
    for i in range(count):
        angle = math.radians(20 + 360.0 * i / count)
        x, z = reach * math.sin(angle), reach * math.cos(angle)
        places.append((view.depth(x, 0.0, z), x, z, i))
    for _, x, z, i in sorted(places):
        if cake.topping == "candles":
            tint = look.accent if i % 2 else lighter(look.main, 0.4)
            stage.tube([(x, top, z), (x, top - 0.2, z)], 0.045, tint, straight=True)
            cx, cy = view.point(x, top - 0.27, z)
            stage.pen.fill(ellipse(cx, cy, 0.03, 0.055), (1.0, 0.66, 0.16), shade=0.1, edge=0.0)
            stage.pen.fill(ellipse(cx, cy + 0.015, 0.014, 0.026), (1.0, 0.95, 0.65), shade=0.0, edge=0.0)
        elif cake.topping == "cherries":
            cx, cy = view.point(x, top - 0.06, z)
            stage.fill(ellipse(cx, cy, 0.07, 0.068), (0.82, 0.12, 0.2), shade=0.28)
        else:
            swirl = egg(top - 0.06, 0.085, 0.09, x=x, z=z)
            turn_out(stage, swirl, (0.98, 0.95, 0.9))


def cake_words(cake: Cake) -> tuple[str, ...]:
    """What tells a cake from others."""
    names = cake.look.names
    tiers = len(cake.tiers)
    words = [names[0], f"with {names[1]} icing", f"with {NUMBERS[tiers]} {'layer' if tiers == 1 else 'layers'}"]
    if cake.badge and tiers == 1:
        words[2] = f"with {a(names[2])} {cake.look.emblem} in front"
    words.append(
        {
            "cherries": "with cherries on top",
            "cream": "with dabs of cream",
            "candles": f"with {NUMBERS[cake.candles]} {'candle' if cake.candles == 1 else 'candles'}",
        }[cake.topping]
    )
    return tuple(words)


PLANT: Thing[Plant] = Thing("potted plant", (0.3, 0.8), make_plant, plant_words, build_plant, hop=0.3)
CAKE: Thing[Cake] = Thing("cake", (0.15, 0.35), make_cake, cake_words, build_cake, hop=0.25)
