"""Mugs and vases."""

from __future__ import annotations

import math
from dataclasses import dataclass

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import blossom
from s2vbench.world.objects.glaze import Glaze, glaze_of, glaze_words, paint
from s2vbench.world.objects.lathe import Lathe, Profile, lid, turn_out
from s2vbench.world.objects.space import Stage, Vec
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, lighter, named
from s2vbench.world.pen import ellipse

MUG_SHAPES: dict[str, Profile] = {
    "straight": ((-0.9, 1.0), (-0.1, 1.0), (-0.03, 0.95), (0.0, 0.86)),
    "tapered": ((-0.9, 1.12), (-0.45, 0.97), (-0.08, 0.8), (0.0, 0.72)),
    "round": ((-0.9, 0.86), (-0.7, 0.96), (-0.4, 1.16), (-0.12, 1.02), (0.0, 0.74)),
    "flared": ((-0.9, 1.2), (-0.76, 1.0), (-0.5, 0.88), (-0.2, 0.94), (0.0, 0.88)),
    "waisted": ((-0.9, 1.02), (-0.62, 0.88), (-0.35, 0.86), (-0.12, 1.02), (0.0, 1.0)),
}


@dataclass(frozen=True)
class Mug(Traits):
    """A mug."""

    body: Lathe
    shape: str
    glaze: Glaze
    handle: str
    handle_colour: Colour
    handle_name: str
    thick: float
    rim: bool


def make_mug(dice: Dice, look: Look, height_m: float) -> Mug:
    """A mug by chance."""
    shape = dice.pick(tuple(MUG_SHAPES))
    width = dice.between(0.34, 0.47)
    body = Lathe(tuple((y, width * r) for y, r in MUG_SHAPES[shape]))
    own = dice.chance(0.6)
    return Mug(
        look=look,
        height_m=height_m,
        body=body,
        shape=shape,
        glaze=glaze_of(dice, look),
        handle=dice.pick(("round", "square", "ear")),
        handle_colour=look.accent if own else look.main,
        handle_name=look.names[2] if own else look.names[0],
        thick=dice.between(0.075, 0.12),
        rim=dice.chance(0.5),
    )


_HANDLES = {
    "round": ((-0.01, -0.72), (0.19, -0.75), (0.31, -0.5), (0.2, -0.24), (-0.01, -0.22)),
    "square": ((-0.01, -0.76), (0.24, -0.76), (0.29, -0.7), (0.29, -0.3), (0.24, -0.24), (-0.01, -0.24)),
    "ear": ((-0.01, -0.66), (0.16, -0.8), (0.32, -0.68), (0.24, -0.42), (0.06, -0.2), (-0.01, -0.16)),
}


def handle(
    stage: Stage, body: Lathe, longitude_deg: float, points: tuple[tuple[float, float], ...], thick: float, tint: Colour
) -> None:
    """A handle on a vessel: points (out of the surface, y) at one longitude, drawn before or behind the body."""
    middle = points[len(points) // 2]
    path: list[Vec] = [body.place(longitude_deg, y, out) for out, y in points]
    at = body.place(longitude_deg, middle[1], 0.2)
    stage.add((at[0], -0.45, at[2]), lambda: stage.tube(path, thick, tint), nearer=-0.04)


def build_mug(stage: Stage, mug: Mug) -> Footprint:
    """Put a mug on the stage; its handle is at its left."""
    body, look = mug.body, mug.look

    def whole() -> None:
        turn_out(stage, body, look.main, gloss=look.gloss, marks=lambda: paint(stage, body, mug.glaze, -0.82, -0.06))
        lid(stage, body, look.second if mug.rim else look.main, hollow=True)

    stage.add((0.0, -0.45, 0.0), whole)
    handle(stage, body, 90.0, _HANDLES[mug.handle], mug.thick, mug.handle_colour)
    radius = body.radius(-0.05)
    return Footprint(radius, radius)


def mug_words(mug: Mug) -> tuple[str, ...]:
    """What tells a mug from others."""
    return (mug.look.names[0], glaze_words(mug.glaze), f"with {a(mug.handle_name)} handle")


VASE_SHAPES: dict[str, Profile] = {
    "bottle": ((-1.0, 0.42), (-0.94, 0.34), (-0.7, 0.32), (-0.5, 0.66), (-0.28, 1.0), (-0.08, 0.78), (0.0, 0.6)),
    "amphora": ((-1.0, 0.6), (-0.93, 0.46), (-0.82, 0.46), (-0.64, 0.98), (-0.4, 0.9), (-0.15, 0.52), (0.0, 0.46)),
    "bulb": ((-1.0, 0.5), (-0.92, 0.4), (-0.8, 0.52), (-0.5, 1.04), (-0.2, 0.94), (-0.05, 0.6), (0.0, 0.58)),
    "cone": ((-1.0, 1.0), (-0.7, 0.78), (-0.35, 0.54), (-0.08, 0.42), (-0.03, 0.5), (0.0, 0.52)),
    "hourglass": ((-1.0, 0.84), (-0.75, 0.62), (-0.55, 0.46), (-0.3, 0.74), (-0.1, 0.8), (0.0, 0.64)),
    "trumpet": ((-1.0, 0.98), (-0.9, 0.6), (-0.7, 0.42), (-0.4, 0.5), (-0.15, 0.76), (0.0, 0.56)),
}


@dataclass(frozen=True)
class Vase(Traits):
    """A vase, perhaps with flowers."""

    body: Lathe
    top: float
    glaze: Glaze
    handles: bool
    flowers: str
    """Name of their colour; empty without."""
    flower_colour: Colour
    stems: tuple[tuple[float, float, float], ...]
    """(longitude, how far out, how high) of every flower."""


def make_vase(dice: Dice, look: Look, height_m: float) -> Vase:
    """A vase by chance."""
    flowers = dice.pick(("pink", "yellow", "red", "white", "orange", "lavender")) if dice.chance(0.4) else ""
    top = -dice.between(0.62, 0.7) if flowers else -0.97
    width = dice.between(0.26, 0.4) * (0.85 if flowers else 1.0)
    shape = dice.pick(tuple(VASE_SHAPES))
    body = Lathe(tuple((-y * top, width * r) for y, r in VASE_SHAPES[shape]))
    count = dice.whole(3, 5)
    turn = dice.between(0, 360)
    stems = tuple(
        (turn + 360 * i / count, dice.between(0.06, 0.22), dice.between(0.16, 0.34) + 0.05 * (i % 2))
        for i in range(count)
    )
    return Vase(
        look=look,
        height_m=height_m,
        body=body,
        top=top,
        glaze=glaze_of(dice, look),
        handles=dice.chance(0.35),
        flowers=flowers,
        flower_colour=named(flowers or "pink", dice),
        stems=stems,
    )


def build_vase(stage: Stage, vase: Vase) -> Footprint:
    """Put a vase on the stage; its handles are at its sides."""
    body, look, top = vase.body, vase.look, vase.top

    def whole() -> None:
        marks = lambda: paint(stage, body, vase.glaze, 0.72 * top, 0.06 * top)  # noqa: E731
        turn_out(stage, body, look.main, gloss=look.gloss, marks=marks)
        lid(stage, body, look.main, hollow=True)

    stage.add((0.0, top / 2, 0.0), whole)
    if vase.handles:
        for longitude in (90.0, -90.0):
            points = ((-0.01, 0.9 * top), (0.12, 0.86 * top), (0.14, 0.7 * top), (-0.01, 0.55 * top))
            handle(stage, body, longitude, points, 0.06, look.accent)
    if vase.flowers:
        stage.add((0.0, top / 2, 0.0), lambda: _bouquet(stage, vase), nearer=0.001)
    radius = body.radius(-0.02)
    return Footprint(radius, radius)


def _bouquet(stage: Stage, vase: Vase) -> None:
    view, pen = stage.view, stage.pen
    green = (0.30, 0.55, 0.30)
    rim = vase.body.radius(vase.top)
    heads = []
    for longitude, out, high in vase.stems:
        sin, cos = math.sin(math.radians(longitude)), math.cos(math.radians(longitude))
        head = (out * sin, vase.top - high, out * cos)
        foot = (0.4 * rim * sin, vase.top + 0.01, 0.4 * rim * cos)
        heads.append((view.depth(*head), head, foot))
    for _, head, foot in sorted(heads):
        bend = ((head[0] + foot[0]) / 2, (head[1] + foot[1]) / 2, (0.3 * head[2] + 0.7 * foot[2]))
        stage.tube([foot, bend, head], 0.024, green, shine=0.0)
        x, y = view.point(*bend)
        if stage.sees(0.05):
            pen.fill(_leaf(x, y, head[0] * view.cos + head[2] * view.sin), lighter(green, 0.12), edge=0.0)
    for _, head, _ in sorted(heads):
        x, y = view.point(*head)
        with pen.moved(x, y, turn_deg=40 * x):
            blossom(pen, 0.2, vase.flower_colour)


def vase_words(vase: Vase) -> tuple[str, ...]:
    """What tells a vase from others."""
    words = [vase.look.names[0], glaze_words(vase.glaze)]
    if vase.flowers:
        words.append(f"with {vase.flowers} flowers")
    if vase.handles:
        words.append(f"with two {vase.look.names[2]} handles")
    return tuple(words)


def _leaf(x: float, y: float, lean: float) -> skia.Path:
    return ellipse(x + 0.3 * lean + 0.02, y, 0.07, 0.03, -30 if lean > 0 else 210)


MUG: Thing[Mug] = Thing("mug", (0.08, 0.12), make_mug, mug_words, build_mug, hop=0.5)
VASE: Thing[Vase] = Thing("vase", (0.2, 0.45), make_vase, vase_words, build_vase)
