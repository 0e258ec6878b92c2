"""Umbrellas."""

from __future__ import annotations

import math
from dataclasses import dataclass

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem, small_mark
from s2vbench.world.objects.lathe import Lathe, mark
from s2vbench.world.objects.space import Stage, Vec
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, darker, lighter, named
from s2vbench.world.pen import ellipse, polygon


@dataclass(frozen=True)
class Umbrella(Traits):
    """An open umbrella that stands on its handle."""

    dome: Lathe
    gores: int
    pattern: str
    hook: str
    handle: Colour
    handle_name: str
    scallop: float


def make_umbrella(dice: Dice, look: Look, height_m: float) -> Umbrella:
    """An umbrella by chance."""
    wide, flat = dice.between(0.5, 0.62), dice.between(0.28, 0.42)
    low = -0.94 + flat
    profile = (
        (-0.94, 0.005),
        (-0.91, 0.3 * wide),
        (-0.94 + 0.36 * flat, 0.66 * wide),
        (low - 0.02, 0.97 * wide),
        (low, wide),
    )
    own = dice.chance(0.5)
    return Umbrella(
        look=look,
        height_m=height_m,
        dome=Lathe(profile),
        gores=dice.pick((6, 8, 8, 10)),
        pattern=dice.pick(("panels", "marks", "plain", "border", "emblem")),
        hook=dice.pick(("hook", "knob", "loop")),
        handle=look.accent if own else named("brown", dice),
        handle_name=look.names[2] if own else "brown",
        scallop=dice.between(0.02, 0.055),
    )


def build_umbrella(stage: Stage, umbrella: Umbrella) -> Footprint:
    """Put an umbrella on the stage; its emblem is in front, its hook opens to its left."""
    look = umbrella.look
    stage.add((0, -0.5, 0), lambda: _stick(stage, umbrella), nearer=-0.5)
    stage.add((0, -0.5, 0), lambda: _canopy(stage, umbrella))
    tip: list[Vec] = [(0, -0.92, 0), (0, -1.01, 0)]
    stage.add((0, -0.5, 0), lambda: stage.tube(tip, 0.03, look.accent, straight=True), nearer=0.01)
    return Footprint(0.16, 0.12, 0.4)


def _stick(stage: Stage, umbrella: Umbrella) -> None:
    stage.tube([(0, -0.9, 0), (0, -0.2, 0)], 0.03, (0.72, 0.72, 0.75), straight=True)
    grips: dict[str, list[Vec]] = {
        "hook": [(0, -0.26, 0), (0, -0.12, 0), (0.03, -0.05, 0), (0.09, -0.025, 0), (0.15, -0.05, 0), (0.17, -0.12, 0)],
        "knob": [(0, -0.26, 0), (0, -0.04, 0)],
        "loop": [(0, -0.26, 0), (0, -0.16, 0), (-0.07, -0.1, 0), (-0.05, -0.03, 0), (0.05, -0.03, 0), (0.07, -0.1, 0),
                 (0, -0.16, 0)],
    }  # fmt: skip
    stage.tube(grips[umbrella.hook], 0.055, umbrella.handle)
    if umbrella.hook == "knob":
        x, y = stage.view.point(0, -0.05, 0)
        stage.fill(ellipse(x, y, 0.06, 0.055), umbrella.handle, shade=0.25)


def _canopy(stage: Stage, umbrella: Umbrella) -> None:
    """Panels between ribs, from the farthest to the nearest."""
    view, dome, look = stage.view, umbrella.dome, umbrella.look
    step = 360.0 / umbrella.gores
    low = dome.profile[-1][0]
    order = sorted(range(umbrella.gores), key=lambda i: math.cos(math.radians((i + 0.5) * step + view.yaw_deg)))
    rows = [
        dome.profile[0][0] + (low - dome.profile[0][0]) * share for share in (0.0, 0.08, 0.25, 0.45, 0.65, 0.85, 1.0)
    ]
    for i in order:
        start, end = i * step, (i + 1) * step
        edge = [
            dome.place(start + step * k / 5, low - umbrella.scallop * math.sin(math.pi * k / 5)) for k in range(1, 5)
        ]
        border = [*(dome.place(start, y) for y in rows), *edge, *(dome.place(end, y) for y in rows[::-1])]
        facing = math.cos(math.radians(start + step / 2 + view.yaw_deg))
        path = polygon([view.point(*place) for place in border])
        tint = look.second if umbrella.pattern == "panels" and i % 2 else look.main
        angle = math.radians(start + step / 2 + view.yaw_deg)
        light = 0.62 * math.cos(angle + 0.7)
        tone = lighter(tint, 0.22 * light) if light > 0 else darker(tint, -0.3 * light)
        stage.fill(path, tone if facing > -0.55 else darker(tint, 0.3), shade=0.1)
        if facing > -0.2 and stage.sees(0.05):
            _panel_marks(stage, umbrella, i, start + step / 2)


def _panel_marks(stage: Stage, umbrella: Umbrella, i: int, longitude: float) -> None:
    dome, look = umbrella.dome, umbrella.look
    low, high = dome.profile[-1][0], dome.profile[0][0]
    y = high + 0.55 * (low - high)
    if umbrella.pattern == "marks":
        mark(stage, dome, longitude, y, lambda pen: small_mark(pen, look.mark, 0.13, look.second))
    elif umbrella.pattern == "border":
        mark(stage, dome, longitude, low - 0.09, lambda pen: small_mark(pen, look.mark, 0.1, look.accent))
    elif umbrella.pattern == "emblem" and i == 0:
        mark(stage, dome, longitude, y, lambda pen: emblem(pen, look.emblem, 0.24, look.accent, look.second))


def umbrella_words(umbrella: Umbrella) -> tuple[str, ...]:
    """What tells an umbrella from others."""
    names = umbrella.look.names
    if umbrella.pattern == "panels":
        words = [f"with {names[0]} and {names[1]} panels"]
    else:
        words = [names[0]]
        pattern = {
            "marks": f"with {names[1]} {umbrella.look.mark}",
            "border": f"with a border of {names[2]} {umbrella.look.mark}",
            "emblem": f"with {a(names[2])} {umbrella.look.emblem} on one panel",
        }.get(umbrella.pattern)
        if pattern:
            words.append(pattern)
    shape = {"hook": "curved", "knob": "straight", "loop": "looped"}[umbrella.hook]
    words.append(f"with {a(shape)} {umbrella.handle_name} handle")
    return tuple(words)


UMBRELLA: Thing[Umbrella] = Thing("umbrella", (0.75, 0.95), make_umbrella, umbrella_words, build_umbrella)
