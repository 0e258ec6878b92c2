"""Lamps and lanterns."""

from __future__ import annotations

import math
from dataclasses import dataclass

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem
from s2vbench.world.objects.glaze import Glaze, glaze_of, glaze_words, paint
from s2vbench.world.objects.lathe import Lathe, Profile, mark, ring, turn_out
from s2vbench.world.objects.space import PITCH_SIN, Stage, Vec
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, box, ellipse

_GLOW: Colour = (1.0, 0.93, 0.66)

LAMP_FEET: dict[str, Profile] = {
    "rod": ((-0.6, 0.03), (-0.1, 0.03), (-0.06, 0.08), (-0.05, 0.24), (0.0, 0.25)),
    "gourd": ((-0.6, 0.05), (-0.52, 0.08), (-0.42, 0.17), (-0.32, 0.1), (-0.18, 0.23), (-0.05, 0.16), (0.0, 0.18)),
    "baluster": ((-0.6, 0.04), (-0.5, 0.1), (-0.4, 0.05), (-0.24, 0.16), (-0.12, 0.06), (-0.05, 0.2), (0.0, 0.22)),
    "egg": ((-0.6, 0.05), (-0.5, 0.12), (-0.28, 0.24), (-0.08, 0.16), (-0.03, 0.12), (0.0, 0.15)),
    "stack": ((-0.6, 0.06), (-0.5, 0.13), (-0.41, 0.06), (-0.31, 0.17), (-0.21, 0.07), (-0.09, 0.21), (0.0, 0.14)),
}
LAMP_SHADES: dict[str, Profile] = {
    "cone": ((-0.97, 0.2), (-0.5, 0.42)),
    "drum": ((-0.97, 0.34), (-0.54, 0.36)),
    "bell": ((-0.97, 0.17), (-0.85, 0.22), (-0.66, 0.32), (-0.5, 0.46)),
    "dome": ((-0.98, 0.05), (-0.94, 0.18), (-0.8, 0.34), (-0.62, 0.42), (-0.54, 0.43)),
    "bowl": ((-0.97, 0.24), (-0.84, 0.36), (-0.7, 0.38), (-0.54, 0.3)),
}


@dataclass(frozen=True)
class Lamp(Traits):
    """A table lamp."""

    foot: Lathe
    shade: Lathe
    glaze: Glaze
    chain: bool
    patch: bool
    """Whether an emblem is sewn on the front of its shade."""
    trim: bool


def make_lamp(dice: Dice, look: Look, height_m: float) -> Lamp:
    """A lamp by chance."""
    shade = dice.pick(tuple(LAMP_SHADES))
    wide, stout = dice.between(0.86, 1.14), dice.between(0.8, 1.15)
    foot = LAMP_FEET[dice.pick(tuple(LAMP_FEET))]
    return Lamp(
        look=look,
        height_m=height_m,
        foot=Lathe(tuple((y, r * stout) for y, r in foot)),
        shade=Lathe(tuple((y, r * wide) for y, r in LAMP_SHADES[shade]), smooth=shade not in {"cone", "drum"}),
        glaze=glaze_of(dice, look, ("rings", "stripes", "marks", "zigzag", "emblem", "plain", "waves")),
        chain=dice.chance(0.5),
        patch=dice.chance(0.5),
        trim=dice.chance(0.6),
    )


def build_lamp(stage: Stage, lamp: Lamp) -> Footprint:
    """Put a lamp on the stage; its pull chain hangs before it, a little to its left."""
    foot, shade, look = lamp.foot, lamp.shade, lamp.look
    top, bottom = shade.profile[0][0], shade.profile[-1][0]
    radius = foot.radius(0.0)

    def whole() -> None:
        turn_out(stage, foot, look.accent, gloss=max(look.gloss, 0.3))
        if lamp.trim and stage.sees(0.05):
            ring(stage, foot, -0.05, -0.015, look.second)

    def cloth() -> None:
        def marks() -> None:
            paint(stage, shade, lamp.glaze, top + 0.08, bottom - 0.06)
            if lamp.trim:
                ring(stage, shade, bottom - 0.045, bottom + 0.01, look.second)
            x, y = stage.view.point(0.0, bottom - 0.14)
            stage.pen.glow(x, y, 0.34, _GLOW, 0.55)

        turn_out(stage, shade, look.main, marks=marks)
        if lamp.patch and stage.sees(0.05):
            y = bottom - 0.17
            mark(stage, shade, 0.0, y, lambda pen: emblem(pen, look.emblem, 0.24, look.accent, look.second))
        x, y = stage.view.point(0.0, top)
        rim = shade.radius(top)
        if rim > 0.1:
            stage.fill(ellipse(x, y, rim, rim * PITCH_SIN), mix(look.main, _GLOW, 0.75), shade=0.1)

    stage.add((0.0, -0.2, 0.0), whole)
    stage.add((0.0, -0.7, 0.0), cloth)
    cord: list[Vec] = [(0.0, -0.02, -0.9 * radius), (0.01, -0.004, -radius - 0.07), (0.05, 0.0, -radius - 0.13)]
    stage.add((0.0, 0.0, -radius), lambda: stage.tube(cord, 0.018, (0.25, 0.24, 0.28), shine=0.0), nearer=-0.1)
    if lamp.chain:
        side = math.radians(35)
        x, z = 0.12 * math.sin(side), 0.12 * math.cos(side)
        swing = 0.06 * stage.sway
        points: list[Vec] = [(x, bottom, z), (x + swing, bottom + 0.17, z)]
        stage.add((x, bottom, z), lambda: _chain(stage, points), nearer=-0.19)
    return Footprint(radius, radius, 0.3)


def _chain(stage: Stage, points: list[Vec]) -> None:
    stage.tube(points, 0.014, (0.85, 0.72, 0.35), straight=True, shine=0.0)
    x, y = stage.view.point(*points[-1])
    stage.fill(ellipse(x, y, 0.026, 0.034), (0.9, 0.76, 0.36))


def lamp_words(lamp: Lamp) -> tuple[str, ...]:
    """What tells a lamp from others."""
    words = (
        f"with {a(lamp.look.names[0])} shade",
        # The shade is the phrase before: "with a blue shade and yellow rings on it".
        glaze_words(lamp.glaze, "on it") + (" on it" if lamp.glaze.kind not in {"plain", "emblem"} else ""),
        f"with {a(lamp.look.names[2])} base",
        f"with {a(lamp.look.names[2])} {lamp.look.emblem} on its shade" if lamp.patch else "",
    )
    return tuple(word for word in words if word)


@dataclass(frozen=True)
class Lantern(Traits):
    """A lantern with a candle behind glass."""

    sides: int
    width: float
    roof: str
    start_deg: float
    glass: Colour
    barrel: float
    """How far the glass swells (or narrows, below 0) in its middle."""
    base: float
    etched: bool
    candle: Colour
    candle_name: str
    feet: bool
    trim: Colour
    trim_name: str


_ROOFS: dict[str, Profile] = {
    "dome": ((-0.86, 0.08), (-0.8, 0.5), (-0.7, 0.95), (-0.64, 1.18)),
    "cone": ((-0.88, 0.1), (-0.64, 1.24)),
    "pagoda": ((-0.88, 0.12), (-0.8, 0.32), (-0.7, 0.72), (-0.64, 1.38)),
    "stepped": ((-0.88, 0.3), (-0.78, 0.34), (-0.77, 0.74), (-0.7, 0.8), (-0.69, 1.14), (-0.64, 1.18)),
}


def make_lantern(dice: Dice, look: Look, height_m: float) -> Lantern:
    """A lantern by chance."""
    own = dice.chance(0.6)
    candle = dice.pick((("white", (0.97, 0.95, 0.88)), ("red", (0.8, 0.2, 0.2)), ("blue", (0.3, 0.45, 0.78))))
    return Lantern(
        look=look,
        height_m=height_m,
        sides=dice.pick((4, 4, 6, 8)),
        width=dice.between(0.24, 0.36),
        roof=dice.pick(tuple(_ROOFS)),
        start_deg=dice.pick((0.0, 45.0)),
        glass=mix(_GLOW, look.second, dice.between(0.2, 0.6)),
        barrel=dice.between(-0.14, 0.05),
        base=dice.between(0.08, 0.18),
        etched=dice.chance(0.7),
        candle=candle[1],
        candle_name=candle[0],
        feet=dice.chance(0.5),
        trim=look.accent if own else look.main,
        trim_name=look.names[2] if own else look.names[0],
    )


def build_lantern(stage: Stage, lantern: Lantern) -> Footprint:
    """Put a lantern on the stage."""
    width, look = lantern.width, lantern.look
    roof = Lathe(tuple((y, r * width) for y, r in _ROOFS[lantern.roof]), smooth=lantern.roof in {"dome", "pagoda"})
    base = Lathe(((-lantern.base, 1.05 * width), (-0.05, 1.08 * width), (0.0, 1.2 * width)), smooth=False)
    glass = Lathe(((-0.64, 0.92 * width), (-0.4, (0.92 + lantern.barrel) * width), (-lantern.base, 0.92 * width)))
    body = Lathe(((-0.42, 0.36 * width), (-lantern.base, 0.36 * width)), smooth=False)

    def whole() -> None:
        turn_out(stage, base, look.main)
        _posts(stage, lantern, near=False)
        turn_out(stage, glass, lantern.glass)
        turn_out(stage, body, lantern.candle)
        x, y = stage.view.point(0.0, -0.48)
        stage.pen.fill(ellipse(x, y, 0.035, 0.07), (1.0, 0.72, 0.2), shade=0.1, edge=0.0)
        stage.pen.fill(ellipse(x, y + 0.02, 0.018, 0.036), (1.0, 0.96, 0.7), shade=0.0, edge=0.0)
        with stage.pen.inside(ellipse(x, y, 0.95 * width, 0.3)):
            stage.pen.glow(x, y, 0.3, (1.0, 0.94, 0.62), 0.8)
        with stage.pen.moved(*stage.view.point(0.0, 0.0)):
            mark(stage, glass, 0.0, -0.38, lambda pen: _door(pen, lantern))
        if lantern.etched:
            with stage.pen.moved(*stage.view.point(0.0, 0.0)):
                mark(stage, glass, 0.0, -0.42, lambda pen: emblem(pen, look.emblem, 0.26, lantern.trim, look.second))
        _posts(stage, lantern, near=True)
        turn_out(stage, roof, look.main, gloss=look.gloss, marks=lambda: ring(stage, roof, -0.67, -0.63, lantern.trim))

    stage.add((0.0, -0.4, 0.0), whole)
    reach = 0.55 * width
    arch: list[Vec] = [
        (-reach, -0.8, 0.0),
        (-reach, -0.92, 0.0),
        (0.0, -1.02, 0.0),
        (reach, -0.92, 0.0),
        (reach, -0.8, 0.0),
    ]
    stage.add((0.0, -0.4, 0.0), lambda: stage.tube(arch, 0.035, lantern.trim), nearer=-0.01)
    return Footprint(1.2 * width, 1.2 * width)


def _door(pen: Pen, lantern: Lantern) -> None:
    """The frame of the little door in front, and its knob."""
    half = 0.62 * lantern.width
    pen.stroke(box(-half, -0.2, half, 0.36 - lantern.base, 0.03), lantern.look.main, 0.032)
    pen.fill(ellipse(0.74 * half, 0.06, 0.03, 0.03), lantern.trim, shade=0.2, edge=0.0)


def _posts(stage: Stage, lantern: Lantern, *, near: bool) -> None:
    """The rods of the cage, those before the glass or those behind it."""
    for i in range(lantern.sides):
        angle = math.radians(lantern.start_deg + 360.0 * i / lantern.sides)
        x, z = 0.97 * lantern.width * math.sin(angle), 0.97 * lantern.width * math.cos(angle)
        if (stage.view.depth(x, 0.0, z) > 0) == near:
            colour = lantern.look.main if near else darker(lantern.look.main, 0.2)
            stage.tube([(x, 0.02 - lantern.base, z), (x, -0.65, z)], 0.04, lighter(colour, 0.05), straight=True)


def lantern_words(lantern: Lantern) -> tuple[str, ...]:
    """What tells a lantern from others."""
    words = [lantern.look.names[0], f"with {a(lantern.candle_name)} candle"]
    if lantern.etched:
        words.append(f"with {a(lantern.trim_name)} {lantern.look.emblem} on its glass")
    if lantern.trim_name != lantern.look.names[0]:
        words.append(f"with {a(lantern.trim_name)} handle")
    return tuple(words)


LAMP: Thing[Lamp] = Thing("lamp", (0.4, 0.65), make_lamp, lamp_words, build_lamp, hop=0.35)
LANTERN: Thing[Lantern] = Thing("lantern", (0.25, 0.45), make_lantern, lantern_words, build_lantern)
