"""Balls and globes: painted spheres that turn in every direction."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.objects.lathe import Lathe, turn_out
from s2vbench.world.objects.space import PITCH_COS, PITCH_SIN, Stage, Vec
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, lighter, mix
from s2vbench.world.pen import Pen, Point, ellipse, polygon

Region = tuple[Vec, ...]
"""The border of a patch on a sphere of radius 1; smaller than half of it."""


def _place(longitude_deg: float, latitude_deg: float) -> Vec:
    longitude, latitude = math.radians(longitude_deg), math.radians(latitude_deg)
    across = math.cos(latitude)
    return across * math.sin(longitude), -math.sin(latitude), across * math.cos(longitude)


def _cap(longitude_deg: float, latitude_deg: float, size_deg: float, corners: int = 16, inner: float = 1.0) -> Region:
    """A disc on the sphere; a star where every other corner is drawn in to `inner`."""
    x, y, z = _place(longitude_deg, latitude_deg)
    long = math.radians(longitude_deg)
    right: Vec = (math.cos(long), 0.0, -math.sin(long))
    up: Vec = (y * right[2] - z * right[1], z * right[0] - x * right[2], x * right[1] - y * right[0])
    found = []
    for i in range(corners):
        size = math.radians(size_deg * (inner if i % 2 else 1.0))
        turn = 2 * math.pi * i / corners - math.pi / 2
        b, c, far = math.cos(turn) * math.sin(size), math.sin(turn) * math.sin(size), math.cos(size)
        found.append(
            (far * x + b * right[0] + c * up[0], far * y + b * right[1] + c * up[1], far * z + b * right[2] + c * up[2])
        )
    return tuple(found)


def _gore(start_deg: float, end_deg: float, low_deg: float = -89.0, high_deg: float = 89.0) -> Region:
    """What lies between two longitudes and two latitudes."""
    rows = [low_deg + (high_deg - low_deg) * i / 8 for i in range(9)]
    steps = [start_deg + (end_deg - start_deg) * i / 4 for i in range(5)]
    return (
        *(_place(start_deg, row) for row in rows),
        *(_place(step, high_deg) for step in steps),
        *(_place(end_deg, row) for row in rows[::-1]),
        *(_place(step, low_deg) for step in steps[::-1]),
    )


@lru_cache(maxsize=256)
def _pattern(kind: str, count: int) -> tuple[tuple[Region, int], ...]:
    """Patches and which of the colours (second, accent, white) they have."""
    if kind == "beach":
        step = 360.0 / (2 * count)
        gores = [(_gore(2 * i * step, (2 * i + 1) * step), i % 2) for i in range(count)]
        return (*gores, (_cap(0, 89.9, 16), 2), (_cap(0, -89.9, 16), 2))
    if kind == "belt":
        belt = [(_gore(i * 45.0, (i + 1) * 45.4, -22, 22), 0) for i in range(8)]
        stars = [(_cap(i * 90.0, 0, 17, 10, 0.45), 1) for i in range(4)]
        return (*belt, *stars, (_cap(0, 89.9, 24), 1), (_cap(0, -89.9, 24), 1))
    if kind == "stars":
        spots = [
            (0.0, 89.9),
            *((i * 72.0, 28.0) for i in range(5)),
            *((36 + i * 72.0, -28.0) for i in range(5)),
            (0.0, -89.9),
        ]
        return tuple((_cap(lon, lat, 25, 10, 0.45), i % 2) for i, (lon, lat) in enumerate(spots))
    if kind == "patches":
        spots = [
            (0.0, 89.9),
            *((i * 72.0, 26.5) for i in range(5)),
            *((36 + i * 72.0, -26.5) for i in range(5)),
            (0.0, -89.9),
        ]
        return tuple((_cap(lon, lat, 20, 5), 0) for lon, lat in spots)
    if kind == "rings":
        rows = ((40, 62, 0), (-11, 11, 1), (-62, -40, 0))
        return tuple((_gore(i * 45.0, (i + 1) * 45.4, low, high), role) for low, high, role in rows for i in range(8))
    spots = [(i * 360.0 / count + 24 * row, lat) for row, lat in enumerate((50, 5, -42)) for i in range(count)]
    return tuple((_cap(lon, lat, 15 + 4 * (i % 2)), i % 2) for i, (lon, lat) in enumerate(spots))


Turn3 = Callable[[Vec], Vec]


def _turner(stage: Stage, tilt_deg: float, lean_deg: float, roll_deg: float) -> Turn3:
    """From the sphere's own directions to the picture's (right, down, nearer): tilt, lean, roll, yaw, pitch."""
    tilt, lean, roll = math.radians(tilt_deg), math.radians(lean_deg), math.radians(roll_deg)
    ct, st, cl, sl, cr, sr = (
        math.cos(tilt),
        math.sin(tilt),
        math.cos(lean),
        math.sin(lean),
        math.cos(roll),
        math.sin(roll),
    )
    cy, sy = stage.view.cos, stage.view.sin

    def turn(vec: Vec) -> Vec:
        x, y, z = vec
        x, z = x * ct + z * st, z * ct - x * st
        x, y = x * cl - y * sl, x * sl + y * cl
        y, z = y * cr + z * sr, z * cr - y * sr
        x, z = x * cy + z * sy, z * cy - x * sy
        return x, y * PITCH_COS + z * PITCH_SIN, z * PITCH_COS - y * PITCH_SIN

    return turn


def _seen(region: Region, turn: Turn3) -> skia.Path | None:
    """The part of a patch that is seen, on a disc of radius 1: what is behind is replaced by a piece of its rim."""
    points = [turn(vec) for vec in region]
    hidden = [z < 0 for _, _, z in points]
    if not any(hidden):
        return polygon([(x, y) for x, y, _ in points])
    if all(hidden):
        return None
    n = len(points)
    start = next(i for i in range(n) if not hidden[i] and hidden[i - 1])
    flat: list[Point] = []
    leave = 0.0
    for i in range(start, start + n):
        here, ahead = points[i % n], points[(i + 1) % n]
        if not hidden[i % n]:
            flat.append((here[0], here[1]))
        if hidden[i % n] != hidden[(i + 1) % n]:
            share = here[2] / (here[2] - ahead[2])
            angle = math.atan2(here[1] + (ahead[1] - here[1]) * share, here[0] + (ahead[0] - here[0]) * share)
            if hidden[i % n]:
                way = (angle - leave + math.pi) % (2 * math.pi) - math.pi
                steps = 1 + int(abs(way) / 0.25)
                angles = [leave + way * k / steps for k in range(steps + 1)]
                flat += [(math.cos(at), math.sin(at)) for at in angles]
            leave = angle
    return polygon(flat)


def sphere(
    stage: Stage,
    centre: Vec,
    radius: float,
    colour: Colour,
    patches: Sequence[tuple[Region, Colour]],
    turn: Turn3,
    gloss: float,
) -> None:
    """Draw a painted sphere: patches, then light and shade over all of it."""
    x, y = stage.view.point(*centre)
    pen = stage.pen
    with pen.moved(x, y, scale_x=radius, scale_y=radius):
        pen.fill(_DISC, colour, shade=0.0, edge=0.0)
        by_colour: dict[Colour, skia.Path] = {}
        for region, tint in patches:
            path = _seen(region, turn)
            if path is not None:
                by_colour.setdefault(tint, skia.Path()).addPath(path)
        with pen.inside(_DISC):
            for tint, path in by_colour.items():
                pen.fill(path, tint, shade=0.0, edge=0.0)
        _shade(pen, gloss)
    stage.outline(ellipse(x, y, radius, radius), colour)


_DISC = ellipse(0, 0, 1, 1)


def _shade(pen: Pen, gloss: float) -> None:
    dark, clear = skia.Color4f(0.1, 0.07, 0.2, 0.42).toColor(), skia.Color4f(0.1, 0.07, 0.2, 0.0).toColor()
    light = skia.Color4f(1.0, 1.0, 0.96, 0.34).toColor()
    shader = skia.GradientShader.MakeRadial(
        skia.Point(-0.32, -0.4), 1.5, [light, clear, clear, dark], [0.0, 0.34, 0.5, 1.0]
    )
    pen.canvas.drawPath(_DISC, skia.Paint(AntiAlias=True, Shader=shader))
    if gloss:
        pen.fill(ellipse(-0.42, -0.5, 0.2, 0.12, -40), (1.0, 1.0, 1.0), shade=0.0, edge=0.0, alpha=gloss)


@dataclass(frozen=True)
class Ball(Traits):
    """A ball."""

    pattern: str
    count: int
    tilt_deg: float
    lean_deg: float


_BALL_WORDS = {
    "beach": "with {0} and {1} panels",
    "belt": "with {0:a} belt of {1} stars",
    "stars": "with {0} and {1} stars",
    "patches": "with {0} patches",
    "rings": "with {0} and {1} rings",
    "spots": "with {0} and {1} spots",
}


def make_ball(dice: Dice, look: Look, height_m: float) -> Ball:
    """A ball by chance."""
    return Ball(
        look=look,
        height_m=height_m,
        pattern=dice.pick(tuple(_BALL_WORDS)),
        count=dice.whole(3, 5),
        tilt_deg=dice.between(0, 360),
        lean_deg=dice.between(25, 70),
    )


def build_ball(stage: Stage, ball: Ball) -> Footprint:
    """Put a ball on the stage."""
    look = ball.look
    turn = _turner(stage, ball.tilt_deg, ball.lean_deg, stage.roll_deg)
    colours = (look.second, look.accent, mix(look.accent, (1.0, 1.0, 1.0), 0.5))
    patches = [(region, colours[role]) for region, role in _pattern(ball.pattern, ball.count)]
    stage.add((0, -0.5, 0), lambda: sphere(stage, (0, -0.5, 0), 0.5, look.main, patches, turn, look.gloss))
    return Footprint(0.36, 0.36)


def ball_words(ball: Ball) -> tuple[str, ...]:
    """What tells a ball from others."""
    _, second, accent = ball.look.names
    phrase = _BALL_WORDS[ball.pattern].replace("{0:a}", a(second))
    return (ball.look.names[0], phrase.format(second, accent))


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
        x, y, z = _place(longitude, latitude)
        edge = []
        for k, vec in enumerate(_cap(longitude, latitude, size, 26)):
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
    turn = _turner(stage, 0.0, globe.tilt_deg, 0.0)
    patches = [(land, look.second) for land in globe.lands]
    if globe.poles:
        patches += [(_cap(0, 89.9, 20), lighter(look.main, 0.8)), (_cap(0, -89.9, 20), lighter(look.main, 0.8))]
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
        stage.add(centre, lambda pin=pin: stage.tube(pin, 0.035, globe.metal, straight=True), nearer=-0.01)  # type: ignore[misc]
    base = foot.radius(0.0)
    return Footprint(base, base)


def globe_words(globe: Globe) -> tuple[str, ...]:
    """What tells a globe from others."""
    names = globe.look.names
    return (names[0], f"with {names[1]} lands", f"with {a(names[2])} foot")


BALL: Thing[Ball] = Thing("ball", (0.15, 0.5), make_ball, ball_words, build_ball, rolls=True, hop=0.8)
GLOBE: Thing[Globe] = Thing("globe", (0.3, 0.45), make_globe, globe_words, build_globe, hop=0.3)
