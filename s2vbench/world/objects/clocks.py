"""Clocks: alarm clocks with bells, and clocks in a wooden case."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem, small_mark
from s2vbench.world.objects.solids import Box, Loft, Outline, box_of, loft_of
from s2vbench.world.objects.space import Stage, Vec, X, Y, Z, times
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.objects.wheels import can_of
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, box, ellipse, line

_METAL: Colour = (0.8, 0.8, 0.83)


@dataclass(frozen=True)
class Clock(Traits):
    """A clock."""

    case: str
    radius: float
    dial: Colour
    dial_name: str
    ticks: str
    hour_deg: float
    minute_deg: float
    hand: Colour
    deep: float
    bells: Colour
    bells_name: str
    badge: bool


CASES: dict[str, Outline] = {
    "arch": (
        (-0.38, 0.4),
        *((-0.38 * math.cos(math.pi * i / 16), -0.12 - 0.38 * math.sin(math.pi * i / 16)) for i in range(17)),
        (0.38, 0.4),
    ),
    "house": ((-0.36, 0.4), (-0.36, -0.14), (-0.46, -0.14), (0.0, -0.54), (0.46, -0.14), (0.36, -0.14), (0.36, 0.4)),
    "waves": ((-0.62, 0.4), (-0.5, 0.2), (-0.4, -0.1), (-0.26, -0.38), (0.0, -0.48), (0.26, -0.38), (0.4, -0.1),
              (0.5, 0.2), (0.62, 0.4)),
    "block": ((-0.4, 0.4), (-0.42, -0.4), (-0.36, -0.46), (0.36, -0.46), (0.42, -0.4), (0.4, 0.4)),
}  # fmt: skip


def make_clock(dice: Dice, look: Look, height_m: float) -> Clock:
    """A clock by chance."""
    case = dice.pick(("alarm", "alarm", "alarm", *CASES))
    dial, dial_name = dice.pick(
        (((0.98, 0.95, 0.87), "cream"), (lighter(look.second, 0.55), "pale"), ((0.99, 0.98, 0.96), "white"))
    )
    hour = dice.between(0, 360)
    own = dice.chance(0.6)
    return Clock(
        look=look,
        height_m=height_m,
        case=case,
        radius=dice.between(0.33, 0.39) if case == "alarm" else dice.between(0.25, 0.31),
        dial=dial,
        dial_name=dial_name,
        ticks=dice.pick(("dots", "strokes", "four", "hearts", "stars")),
        hour_deg=hour,
        minute_deg=(hour * 12) % 360,
        hand=darker(look.accent, 0.25) if dial_name != "white" else (0.2, 0.18, 0.22),
        deep=dice.between(0.22, 0.36),
        bells=look.second if own else _METAL,
        bells_name=look.names[1] if own else "silver",
        badge=dice.chance(0.6),
    )


def build_clock(stage: Stage, clock: Clock) -> Footprint:
    """Put a clock on the stage; its dial is in front, its key at its back."""
    if clock.case == "alarm":
        return _alarm(stage, clock)
    look, outline = clock.look, CASES[clock.case]
    case = Loft(outline, (0.0, -0.48, 0.0), w=times(Z, clock.deep), smooth=clock.case == "waves")
    wide = max(x for x, _ in outline)

    def front(pen: Pen) -> None:
        y = 0.0 if clock.case != "house" else 0.06
        with pen.moved(0.0, y - 0.04, scale_x=clock.radius, scale_y=clock.radius):
            _dial(pen, clock)
        if clock.badge:
            small_mark(pen, look.mark, 0.12, look.accent, -0.24, 0.32)
            small_mark(pen, look.mark, 0.12, look.accent, 0.24, 0.32)

    def back(pen: Pen) -> None:
        _back(pen, clock)

    stage.add(
        (0, -0.4, 0), lambda: loft_of(stage, case, look.main, side=darker(look.main, 0.12), front=front, back=back)
    )
    plinth = Box(0.0, 0.0, 0.0, 2 * wide + 0.08, 0.1, clock.deep + 0.1)
    stage.add((0, 0, 0), lambda: box_of(stage, plinth, look.second, radius=0.015), nearer=-1.0)
    return Footprint(wide + 0.04, clock.deep / 2 + 0.05, 0.4)


def _alarm(stage: Stage, clock: Clock) -> Footprint:
    look, radius, deep = clock.look, clock.radius, clock.deep
    y = -0.08 - radius
    spokes = (times(X, radius), times(Y, radius))

    def face(pen: Pen) -> None:
        _dial(pen, clock)

    stage.add(
        (0, y, 0),
        lambda: can_of(stage, (0, y, 0), times(Z, deep / 2), spokes, look.main, front=face,
                       back=lambda pen: _knobs(pen, clock)),
    )  # fmt: skip
    for side in (-1, 1):
        lean = math.radians(36 * side)
        sin, cos = math.sin(lean), math.cos(lean)
        foot: list[tuple[Vec, float]] = [
            ((0.8 * radius * side * 0.75, y + 0.72 * radius, 0.0), 0.05),
            ((0.92 * radius * side, -0.045, 0.0), 0.05),
        ]
        stage.add((0.3 * side, y, 0), partial(stage.taper, foot, look.accent), nearer=-0.25)
        bell: Vec = ((radius + 0.1) * sin, y - (radius + 0.1) * cos, 0.0)
        stem: list[Vec] = [(0.9 * radius * sin, y - 0.9 * radius * cos, 0.0), bell]
        stage.add((bell[0], y, 0), partial(_bell, stage, clock, bell, stem, side), nearer=-0.03)
    top = y - radius
    bow: list[Vec] = [(-0.1, top - 0.1, 0.0), (0.0, top - 0.24, 0.0), (0.1, top - 0.1, 0.0)]
    stage.add((0, y, 0), lambda: stage.tube(bow, 0.03, _METAL), nearer=-0.04)
    hit: list[Vec] = [(0.0, top + 0.02, 0.0), (0.03 * stage.sway, top - 0.13, 0.0)]
    stage.add((0, y, 0), lambda: stage.tube(hit, 0.04, look.accent, straight=True), nearer=-0.02)
    return Footprint(radius, deep / 2, 0.4)


def _bell(stage: Stage, clock: Clock, at: Vec, stem: list[Vec], side: int) -> None:
    stage.tube(stem, 0.03, _METAL, straight=True)
    x, y = stage.view.point(*at)
    lean = 36 * side * stage.view.cos
    with stage.pen.moved(x, y, turn_deg=lean):
        wide = 0.13 * (0.82 + 0.18 * abs(stage.view.cos))
        with stage.pen.inside(_UPPER):
            stage.fill(ellipse(0, 0.03, wide, 0.14), clock.bells, shade=0.26)
        stage.fill(ellipse(0, 0.03, wide, 0.03), darker(clock.bells, 0.18), shade=0.0)


def _dial(pen: Pen, clock: Clock) -> None:
    """A dial of radius 1, rim included."""
    look = clock.look
    pen.fill(_RIM, look.second if clock.case != "alarm" else lighter(look.main, 0.12), shade=0.2, edge=0.0)
    pen.fill(_FACE, clock.dial, shade=0.08, edge=0.0)
    if pen.sees(0.03):
        step = 90 if clock.ticks == "four" else 30
        for turn in range(0, 360, step):
            x, y = 0.66 * math.sin(math.radians(turn)), -0.66 * math.cos(math.radians(turn))
            big = 1.5 if turn % 90 == 0 else 1.0
            if clock.ticks in {"strokes", "four"}:
                with pen.moved(x, y, turn_deg=turn):
                    pen.fill(box(-0.028, -0.06 * big, 0.028, 0.05 * big, 0.02), clock.hand, shade=0.0, edge=0.0)
            else:
                small_mark(pen, clock.ticks, 0.11 * big, look.accent if turn % 90 else clock.hand, x, y)
    if clock.badge:
        emblem(pen, look.emblem, 0.36, look.accent, look.second, 0.3)
    for angle, long, wide in ((clock.hour_deg, 0.4, 0.1), (clock.minute_deg, 0.58, 0.07)):
        x, y = math.sin(math.radians(angle)), -math.cos(math.radians(angle))
        pen.stroke(line([(-0.1 * x, -0.1 * y), (long * x, long * y)]), clock.hand, wide)
    pen.fill(_PIN, look.accent, shade=0.0, edge=0.0)


_UPPER = box(-1, -1, 1, 0.03)
_RIM, _FACE, _PIN = ellipse(0, 0, 1, 1), ellipse(0, 0, 0.84, 0.84), ellipse(0, 0, 0.08, 0.08)


def _knobs(pen: Pen, clock: Clock) -> None:
    """The back of an alarm clock, of radius 1."""
    pen.fill(ellipse(0, 0, 0.86, 0.86), darker(clock.look.main, 0.18), shade=0.1, edge=0.0)
    for x, y, size in ((0.0, -0.1, 0.2), (-0.4, 0.36, 0.12), (0.4, 0.36, 0.12)):
        pen.fill(ellipse(x, y, size, size), _METAL, shade=0.25, edge=0.0)
    pen.fill(box(-0.36, -0.18, 0.36, -0.02, 0.08), lighter(_METAL, 0.2), shade=0.2, edge=0.0)


def _back(pen: Pen, clock: Clock) -> None:
    """The back of a clock in a case: a door and a key."""
    pen.fill(box(-0.24, -0.2, 0.24, 0.3, 0.03), darker(clock.look.main, 0.2), shade=0.1, edge=0.0)
    pen.fill(ellipse(0.0, 0.02, 0.1, 0.06), _METAL, shade=0.25, edge=0.0)
    pen.fill(box(-0.02, 0.02, 0.02, 0.12), _METAL, shade=0.1, edge=0.0)


def clock_words(clock: Clock) -> tuple[str, ...]:
    """What tells a clock from others."""
    shape = {
        "alarm": f"with two {clock.bells_name} bells",
        "arch": "with an arched case",
        "house": "with a house-shaped case",
        "waves": "with a curved case",
        "block": "with a square case",
    }[clock.case]
    words = [clock.look.names[0], shape]
    if clock.badge:
        words.append(f"with {a(clock.look.names[2])} {clock.look.emblem} on its dial")
    if clock.ticks in {"hearts", "stars"}:
        words.append(f"with {clock.ticks} instead of numbers")
    return tuple(words)


CLOCK: Thing[Clock] = Thing("clock", (0.14, 0.3), make_clock, clock_words, build_clock)
