"""Suitcases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem
from s2vbench.world.objects.solids import Box, Decorate, Face, box_of
from s2vbench.world.objects.space import Stage, Vec
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, box, polygon


@dataclass(frozen=True)
class Suitcase(Traits):
    """A suitcase: a leather one with a handle, or a tall one on wheels."""

    body: Box
    trolley: bool
    corners: bool
    belts: int
    sticker: str
    side_sticker: str
    trim: Colour
    trim_name: str


def make_suitcase(dice: Dice, look: Look, height_m: float) -> Suitcase:
    """A suitcase by chance."""
    trolley = dice.chance(0.45)
    body = (
        Box(0.0, -0.07, 0.0, dice.between(0.46, 0.58), dice.between(0.64, 0.72), dice.between(0.24, 0.34))
        if trolley
        else Box(0.0, -0.02, 0.0, dice.between(0.98, 1.3), dice.between(0.74, 0.82), dice.between(0.3, 0.42))
    )
    return Suitcase(
        look=look,
        height_m=height_m,
        body=body,
        trolley=trolley,
        corners=dice.chance(0.6),
        belts=dice.whole(0, 2),
        sticker=look.emblem,
        side_sticker=dice.pick(("star", "heart", "flower", "sun")),
        trim=look.second,
        trim_name=look.names[1],
    )


def build_suitcase(stage: Stage, case: Suitcase) -> Footprint:
    """Put a suitcase on the stage."""
    body, look = case.body, case.look
    half, high = body.width / 2, body.height / 2

    def face(pen: Pen, *, ahead: bool) -> None:
        _shell(pen, case, half, high)
        if ahead:
            emblem(pen, case.sticker, 0.26, look.accent, lighter(look.main, 0.6), 0.04)
            for x in (-0.5 * half, 0.5 * half):
                if not case.trolley:
                    pen.fill(box(x - 0.05, -high, x + 0.05, -high + 0.11, 0.02), (0.92, 0.82, 0.5), edge=0.0)

    def left(pen: Pen) -> None:
        _side(pen, case)
        emblem(pen, case.side_sticker, 0.16, look.accent, lighter(look.main, 0.6), -0.05)

    def top(pen: Pen) -> None:
        for x in _belts(case, half):
            pen.fill(box(x - 0.045, -0.5 * body.depth, x + 0.045, 0.5 * body.depth), case.trim, shade=0.0, edge=0.0)

    marks: dict[Face, Decorate] = {
        "front": lambda pen: face(pen, ahead=True),
        "back": lambda pen: face(pen, ahead=False),
        "left": left,
        "right": lambda pen: _side(pen, case),
        "top": top,
    }
    stage.add((0, -0.4, 0), lambda: box_of(stage, body, look.main, radius=0.05, marks=marks))
    _grips(stage, case)
    return Footprint(half, body.depth / 2)


def _belts(case: Suitcase, half: float) -> tuple[float, ...]:
    return {0: (), 1: (0.0,), 2: (-0.62 * half, 0.62 * half)}[0 if case.trolley else case.belts]


def _side(pen: Pen, case: Suitcase) -> None:
    pen.fill(box(-0.012, -case.body.height / 2 + 0.02, 0.012, case.body.height / 2 - 0.02), darker(case.look.main, 0.4),
             shade=0.0, edge=0.0)  # fmt: skip


def _shell(pen: Pen, case: Suitcase, half: float, high: float) -> None:
    main = case.look.main
    if case.trolley:
        for i in range(5):
            x = (i - 2) * 0.38 * half
            pen.fill(box(x - 0.014, -high + 0.06, x + 0.014, high - 0.06, 0.014), darker(main, 0.25), shade=0, edge=0)
    for x in _belts(case, half):
        pen.fill(box(x - 0.045, -high, x + 0.045, high), case.trim, shade=0.12, edge=0.0)
        pen.fill(box(x - 0.065, -0.2, x + 0.065, -0.11, 0.02), (0.92, 0.82, 0.5), edge=0.0)
    if case.corners:
        for sx in (-1, 1):
            for sy in (-1, 1):
                x, y = sx * half, sy * high
                inward = ((0, 0), (0.16, 0), (0.14, 0.09), (0.09, 0.14), (0, 0.16))
                path = polygon([(x - sx * dx, y - sy * dy) for dx, dy in inward])
                pen.fill(path, case.trim, shade=0.1, edge=0.0)


def _grips(stage: Stage, case: Suitcase) -> None:
    body, look = case.body, case.look
    top = body.y - body.height
    dark = (0.3, 0.29, 0.32)
    if not case.trolley:
        grip: list[Vec] = [(-0.15, top + 0.01, 0), (-0.13, top - 0.1, 0), (0.13, top - 0.1, 0), (0.15, top + 0.01, 0)]
        stage.add((0, -0.4, 0), lambda: stage.tube(grip, 0.06, case.trim), nearer=0.01)
        return
    z = -0.3 * body.depth
    rods: list[Vec] = [(-0.13, top + 0.02, z), (-0.13, -0.97, z), (0.13, -0.97, z), (0.13, top + 0.02, z)]
    stage.add((0, -0.4, z), lambda: stage.tube(rods, 0.032, (0.66, 0.67, 0.7), straight=True), nearer=0.2)
    bar: list[Vec] = [(-0.14, -0.98, z), (0.14, -0.98, z)]
    stage.add((0, -0.4, z), lambda: stage.tube(bar, 0.06, look.accent), nearer=0.21)
    for x in (-0.36 * body.width, 0.36 * body.width):
        for wz in (-0.34 * body.depth, 0.34 * body.depth):
            foot: list[Vec] = [(x, -0.06, wz), (x, -0.04, wz)]
            stage.add((x, 0.0, wz), partial(stage.tube, foot, 0.08, dark), nearer=-0.3)


def suitcase_words(case: Suitcase) -> tuple[str, ...]:
    """What tells a suitcase from others."""
    words = [case.look.names[0], f"with {a(case.look.names[2])} {case.sticker} sticker"]
    if case.corners:
        words.append(f"with {case.trim_name} corners")
    if case.trolley:
        words.append("with a long handle")
    elif case.belts:
        words.append(f"with two {case.trim_name} belts" if case.belts > 1 else f"with {a(case.trim_name)} belt")
    return tuple(words)


SUITCASE: Thing[Suitcase] = Thing("suitcase", (0.4, 0.7), make_suitcase, suitcase_words, build_suitcase, hop=0.3)
