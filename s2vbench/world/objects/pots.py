"""Teapots and watering cans: vessels with a spout."""

from __future__ import annotations

from dataclasses import dataclass

from s2vbench.world.dice import Dice
from s2vbench.world.objects.glaze import Glaze, glaze_of, glaze_words, paint
from s2vbench.world.objects.lathe import Lathe, Profile, lid, turn_out
from s2vbench.world.objects.space import Stage, Vec, plus
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.objects.vessels import handle
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import ellipse

TEAPOT_SHAPES: dict[str, Profile] = {
    "round": ((-0.74, 0.3), (-0.68, 0.44), (-0.4, 0.62), (-0.14, 0.5), (-0.04, 0.36), (0.0, 0.38)),
    "tall": ((-0.78, 0.26), (-0.7, 0.34), (-0.4, 0.46), (-0.16, 0.52), (-0.04, 0.5), (0.0, 0.44)),
    "pear": ((-0.76, 0.24), (-0.62, 0.34), (-0.36, 0.58), (-0.16, 0.6), (-0.04, 0.42), (0.0, 0.4)),
    "drum": ((-0.72, 0.4), (-0.68, 0.48), (-0.4, 0.53), (-0.1, 0.5), (-0.02, 0.46), (0.0, 0.42)),
    "squat": ((-0.66, 0.34), (-0.58, 0.52), (-0.32, 0.7), (-0.12, 0.58), (-0.04, 0.4), (0.0, 0.42)),
}

_SPOUTS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "swan": ((-0.12, -0.22, 0.13), (0.14, -0.26, 0.11), (0.24, -0.46, 0.08), (0.28, -0.62, 0.06), (0.38, -0.72, 0.05)),
    "straight": ((-0.12, -0.24, 0.13), (0.1, -0.4, 0.1), (0.24, -0.55, 0.075), (0.36, -0.68, 0.06)),
    "stubby": ((-0.1, -0.34, 0.15), (0.1, -0.44, 0.12), (0.2, -0.56, 0.09), (0.25, -0.66, 0.08)),
}
"""(out of the surface, y, radius) from the body to the mouth."""

_HANDLES: dict[str, tuple[tuple[float, float], ...]] = {
    "loop": ((-0.02, -0.58), (0.16, -0.64), (0.28, -0.46), (0.2, -0.24), (-0.02, -0.18)),
    "ear": ((-0.02, -0.62), (0.14, -0.76), (0.3, -0.66), (0.22, -0.36), (0.06, -0.16), (-0.02, -0.14)),
    "angular": ((-0.02, -0.6), (0.22, -0.64), (0.27, -0.58), (0.16, -0.26), (-0.02, -0.16)),
}


@dataclass(frozen=True)
class Teapot(Traits):
    """A teapot."""

    body: Lathe
    cover: Lathe
    knob: str
    spout: tuple[tuple[float, float, float], ...]
    handle: str
    trim: Colour
    trim_name: str
    glaze: Glaze


def make_teapot(dice: Dice, look: Look, height_m: float) -> Teapot:
    """A teapot by chance."""
    width = dice.between(0.86, 1.06)
    profile = tuple((y, r * width) for y, r in TEAPOT_SHAPES[dice.pick(tuple(TEAPOT_SHAPES))])
    top, rim = profile[0][0], profile[0][1] * 1.06
    rise = -top + 0.86 + dice.between(-0.02, 0.03)
    high = rise + 2 * top
    dome = ((top - max(high, 0.06), 0.02), (top - 0.75 * max(high, 0.06), 0.6 * rim), (top + 0.02, rim))
    spout = _SPOUTS[dice.pick(tuple(_SPOUTS))]
    reach = dice.between(0.85, 1.15)
    own = dice.chance(0.65)
    return Teapot(
        look=look,
        height_m=height_m,
        body=Lathe(profile),
        cover=Lathe(dome),
        knob=dice.pick(("ball", "acorn", "ring")),
        spout=tuple((out * reach, y, radius) for out, y, radius in spout),
        handle=dice.pick(tuple(_HANDLES)),
        trim=look.accent if own else look.main,
        trim_name=look.names[2] if own else look.names[0],
        glaze=glaze_of(dice, look),
    )


def build_teapot(stage: Stage, pot: Teapot) -> Footprint:
    """Put a teapot on the stage; its spout points to its left, its handle to its right."""
    body, look = pot.body, pot.look

    def whole() -> None:
        marks = lambda: paint(stage, body, pot.glaze, body.profile[0][0] + 0.1, -0.07)  # noqa: E731
        turn_out(stage, body, look.main, gloss=look.gloss, marks=marks)
        turn_out(stage, pot.cover, pot.trim, gloss=0.0)
        _knob(stage, pot)

    stage.add((0.0, -0.4, 0.0), whole)
    spout(stage, body, pot.spout, look.main)
    handle(stage, body, -90.0, _HANDLES[pot.handle], 0.1, pot.trim)
    radius = body.radius(-0.02)
    return Footprint(1.15 * radius, radius, 0.35)


def spout(stage: Stage, body: Lathe, points: tuple[tuple[float, float, float], ...], colour: Colour) -> None:
    """A spout at the left of a vessel, before or behind it."""
    path = [(body.place(90.0, y, out), radius) for out, y, radius in points]
    mouth, radius = path[-1]
    before = path[-2][0]

    def draw() -> None:
        stage.taper(path, colour)
        x, y = stage.view.point(*plus(mouth, (mouth[0] - before[0], mouth[1] - before[1], 0.0), 0.25))
        stage.pen.fill(ellipse(x, y, 0.75 * radius, 0.5 * radius), darker(colour, 0.55), shade=0.0, edge=0.0)

    stage.add((path[1][0][0], -0.4, 0.0), draw, nearer=-0.04)


def _knob(stage: Stage, pot: Teapot) -> None:
    top = pot.cover.profile[0][0]
    tint = pot.look.second if pot.trim_name != pot.look.names[1] else pot.look.main
    x, y = stage.view.point(0.0, top, 0.0)
    if pot.knob == "ring":
        stage.tube(
            [(-0.05, top, 0), (-0.07, top - 0.08, 0), (0, top - 0.12, 0), (0.07, top - 0.08, 0), (0.05, top, 0)],
            0.04,
            tint,
        )
        return
    size = 0.085 if pot.knob == "ball" else 0.065
    stage.fill(ellipse(x, y - 0.05, size, 0.085), tint, shade=0.25)


def teapot_words(pot: Teapot) -> tuple[str, ...]:
    """What tells a teapot from others."""
    words = [pot.look.names[0], glaze_words(pot.glaze)]
    if pot.trim_name != pot.look.names[0]:
        words.append(f"with {a(pot.trim_name)} lid")
    return tuple(words)


@dataclass(frozen=True)
class WateringCan(Traits):
    """A watering can."""

    body: Lathe
    reach: float
    high: float
    trim: Colour
    trim_name: str
    glaze: Glaze
    hoop: bool


def make_watering_can(dice: Dice, look: Look, height_m: float) -> WateringCan:
    """A watering can by chance."""
    width, top = dice.between(0.34, 0.44), -dice.between(0.58, 0.7)
    waist, foot = dice.between(0.86, 1.04), dice.between(1.0, 1.16)
    profile = ((top, 0.8 * width), (top + 0.07, 0.9 * width), (top / 2, waist * width), (0.0, foot * width))
    own = dice.chance(0.6)
    return WateringCan(
        look=look,
        height_m=height_m,
        body=Lathe(profile),
        reach=dice.between(0.42, 0.58),
        high=dice.between(0.76, 0.92),
        trim=look.accent if own else look.second,
        trim_name=look.names[2] if own else look.names[1],
        glaze=glaze_of(dice, look),
        hoop=dice.chance(0.5),
    )


def build_watering_can(stage: Stage, can: WateringCan) -> Footprint:
    """Put a watering can on the stage; its spout points to its left."""
    body, look = can.body, can.look
    top = body.profile[0][0]

    def whole() -> None:
        marks = lambda: paint(stage, body, can.glaze, top + 0.1, -0.05)  # noqa: E731
        turn_out(stage, body, look.main, gloss=look.gloss, marks=marks)
        lid(stage, body, look.main, hollow=True)

    stage.add((0.0, -0.35, 0.0), whole)
    start, end = body.place(90.0, -0.17, -0.08), (body.radius(-0.3) + can.reach, -can.high, 0.0)
    along: Vec = (end[0] - start[0], end[1] - start[1], 0.0)

    def nose() -> None:
        stage.taper([(start, 0.085), (plus(start, along, 0.5), 0.06), (end, 0.045)], mix(look.main, look.second, 0.12))
        stage.taper([(end, 0.05), (plus(end, along, 0.12), 0.13)], can.trim)
        x, y = stage.view.point(*plus(end, along, 0.15))
        stage.pen.fill(ellipse(x, y, 0.09, 0.09), lighter(can.trim, 0.35), shade=0.1, edge=0.0)

    stage.add((start[0], -0.35, 0.0), nose, nearer=-0.03)
    handle(
        stage, body, -90.0, ((-0.02, top + 0.08), (0.22, top + 0.02), (0.26, -0.34), (-0.02, -0.14)), 0.075, can.trim
    )
    if can.hoop:
        rim = 0.85 * body.radius(top + 0.02)
        arch = [(-rim, top, 0.0), (-0.7 * rim, top - 0.2, 0.0), (0.0, top - 0.3, 0.0), (0.7 * rim, top - 0.2, 0.0)]
        stage.add((0, -0.35, 0), lambda: stage.tube([*arch, (rim, top, 0.0)], 0.06, can.trim), nearer=0.001)
    radius = body.radius(0.0)
    return Footprint(radius, radius, 0.35)


def watering_can_words(can: WateringCan) -> tuple[str, ...]:
    """What tells a watering can from others."""
    return (can.look.names[0], glaze_words(can.glaze), f"with {a(can.trim_name)} handle")


TEAPOT: Thing[Teapot] = Thing("teapot", (0.14, 0.22), make_teapot, teapot_words, build_teapot)
WATERING_CAN: Thing[WateringCan] = Thing(
    "watering can", (0.28, 0.42), make_watering_can, watering_can_words, build_watering_can
)
