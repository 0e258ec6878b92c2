"""Globes on a stand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.lathe import Lathe, turn_out
from s2vbench.world.objects.space import Stage, Vec
from s2vbench.world.objects.spheres import Region, cap, place, sphere, turner
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, lighter


@dataclass(frozen=True)
class Globe(Traits):
    """A globe on a stand, with lands that exist nowhere."""

    lands: tuple[Region, ...]
    tilt_deg: float
    foot: str
    metal: Colour
    poles: bool


_FEET = {
    "plate": ((-0.2, 0.04), (-0.1, 0.05), (-0.06, 0.1), (-0.05, 0.28), (0.0, 0.3)),
    "bell": ((-0.2, 0.05), (-0.14, 0.1), (-0.06, 0.22), (0.0, 0.26)),
    "turned": ((-0.2, 0.04), (-0.15, 0.1), (-0.1, 0.05), (-0.05, 0.22), (0.0, 0.25)),
}


def make_globe(dice: Dice, look: Look, height_m: float) -> Globe:
    """A globe by chance."""
    lands = []
    for i in range(dice.whole(4, 6)):
        longitude, latitude = 60.0 * i + dice.between(0, 40), dice.between(-45, 50)
        size, one, other = dice.between(20, 34), dice.between(0, 6.28), dice.between(0, 6.28)
        x, y, z = place(longitude, latitude)
        edge = []
        for k, vec in enumerate(cap(longitude, latitude, size, 26)):
            turn = 2 * math.pi * k / 26
            share = 0.82 + 0.2 * math.sin(2 * turn + one) + 0.16 * math.sin(3 * turn + other)
            found = (x + share * (vec[0] - x), y + share * (vec[1] - y), z + share * (vec[2] - z))
            long = math.hypot(*found)
            edge.append((found[0] / long, found[1] / long, found[2] / long))
        lands.append(tuple(edge))
    return Globe(
        look=look,
        height_m=height_m,
        lands=tuple(lands),
        tilt_deg=dice.between(14, 26),
        foot=dice.pick(tuple(_FEET)),
        metal=dice.pick(((0.85, 0.68, 0.32), (0.74, 0.75, 0.79), (0.55, 0.36, 0.24))),
        poles=dice.chance(0.5),
    )


def build_globe(stage: Stage, globe: Globe) -> Footprint:
    """Put a globe on the stage; its bow is at its left."""
    look, radius = globe.look, 0.36
    centre: Vec = (0.0, -0.6, 0.0)
    turn = turner(stage, 0.0, globe.tilt_deg, 0.0)
    patches = [(land, look.second) for land in globe.lands]
    if globe.poles:
        patches += [(cap(0, 89.9, 20), lighter(look.main, 0.8)), (cap(0, -89.9, 20), lighter(look.main, 0.8))]
    foot = Lathe(_FEET[globe.foot])
    stage.add((0, 0, 0), lambda: turn_out(stage, foot, look.accent, gloss=0.35), nearer=-1.0)
    stage.add(centre, lambda: sphere(stage, centre, radius, look.main, patches, turn, look.gloss))
    arc = []
    for i in range(13):
        angle = math.radians(globe.tilt_deg + 180.0 * i / 12 - 90)
        arc.append((0.42 * math.cos(angle), centre[1] + 0.42 * math.sin(angle), 0.0))
    stage.add((0.3, centre[1], 0.0), lambda: stage.tube(arc, 0.045, globe.metal), nearer=-0.02)
    for x, y, _ in (arc[0], arc[-1]):
        inner = (0.84 * x, centre[1] + 0.84 * (y - centre[1]), 0.0)
        pin = [inner, (x, y, 0.0)]
        stage.add(centre, partial(stage.tube, pin, 0.035, globe.metal, straight=True), nearer=-0.01)
    base = foot.radius(0.0)
    return Footprint(base, base)


def globe_words(globe: Globe) -> tuple[str, ...]:
    """What tells a globe from others."""
    names = globe.look.names
    return (names[0], f"with {names[1]} continents", f"with {a(names[2])} stand")


GLOBE: Thing[Globe] = Thing("globe", (0.3, 0.45), make_globe, globe_words, build_globe, hop=0.3)
