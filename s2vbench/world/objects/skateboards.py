"""Skateboards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem, small_mark
from s2vbench.world.objects.solids import Box, Loft, box_of, cushion, loft_of
from s2vbench.world.objects.space import Stage, X, Z, times
from s2vbench.world.objects.thing import NUMBERS, Footprint, Look, Thing, Traits, a
from s2vbench.world.objects.wheels import Wheel, wheel_of
from s2vbench.world.palette import Colour, lighter
from s2vbench.world.pen import Pen, box, polygon

_BACKWARDS = times(Z, -1)


@dataclass(frozen=True)
class Skateboard(Traits):
    """A skateboard on its wheels."""

    long: float
    wide: float
    nose: float
    tape: str
    wheel: Colour
    tip: bool


def make_skateboard(dice: Dice, look: Look, height_m: float) -> Skateboard:
    """A skateboard by chance."""
    return Skateboard(
        look=look,
        height_m=height_m,
        long=dice.between(1.5, 1.9),
        wide=dice.between(0.2, 0.28),
        nose=dice.between(0.5, 1.0),
        tape=dice.pick(("emblem", "stripes", "ends", "marks")),
        wheel=look.accent,
        tip=dice.chance(0.6),
    )


def build_skateboard(stage: Stage, board: Skateboard) -> Footprint:
    """Put a skateboard on the stage; what is painted on its deck lies between its trucks."""
    look, half, wide = board.look, board.long / 2, board.wide
    flat, kick = half - 0.32, 0.1 + 0.12 * board.nose
    upper = (
        (-half, -kick),
        (-half + 0.1, -0.8 * kick),
        (-flat, 0.0),
        (flat, 0.0),
        (half - 0.1, -0.8 * kick),
        (half, -kick),
    )
    outline = (*upper, *((x * 0.99, y + 0.07) for x, y in upper[::-1]))
    deck = Loft(outline, (0.0, -0.32, 0.0), _BACKWARDS, w=times(X, 2 * wide), slices=cushion(0.86, 0.3))

    def whole() -> None:
        loft_of(stage, deck, (0.84, 0.68, 0.46), side=lighter(look.main, 0.1))
        with stage.plane((0.0, -0.32, 0.0), X, Z) as pen:
            _paint(pen, board, flat)
        if board.tip:
            tip = [(-0.8 * wide, -kick * 0.8, half - 0.1), (0.8 * wide, -kick * 0.8, half - 0.1)]
            root = [(0.9 * wide, 0.0, flat + 0.02), (-0.9 * wide, 0.0, flat + 0.02)]
            corners = [stage.view.point(x, y - 0.32, z) for x, y, z in (*tip, *root)]
            stage.pen.fill(polygon(corners), look.accent, shade=0.1, edge=0.0)

    stage.add((0, 0, 0), whole)
    for z in (-flat + 0.12, flat - 0.12):
        truck = Box(0.0, -0.1, z, 1.3 * wide, 0.14, 0.12)
        stage.add((0, 0, z), partial(box_of, stage, truck, (0.7, 0.71, 0.74), radius=0.02), nearer=-2.0)
        for x in (-0.72 * wide, 0.72 * wide):
            wheel = Wheel((x, -0.13, z), 0.13, 0.14, board.wheel, lighter(board.wheel, 0.5), 3)
            stage.add((x, 0, z), partial(wheel_of, stage, wheel), nearer=-1.5)
    return Footprint(wide, half, 0.3)


def _paint(pen: Pen, board: Skateboard, flat: float) -> None:
    look, wide = board.look, board.wide
    if board.tape == "emblem":
        emblem(pen, look.emblem, 1.5 * wide, look.second, look.accent)
    elif board.tape == "stripes":
        for x in (-0.5 * wide, 0.2 * wide):
            pen.fill(box(x, -flat - 0.05, x + 0.3 * wide, flat + 0.05), look.second, shade=0.0, edge=0.0)
    elif board.tape == "ends":
        for y in (-flat, flat - 0.26):
            pen.fill(box(-0.98 * wide, y, 0.98 * wide, y + 0.26), look.second, shade=0.1, edge=0.0)
    else:
        for i in range(5):
            small_mark(pen, look.mark, 0.6 * wide, look.second, 0.4 * wide * (1 if i % 2 else -1), (i - 2) * 0.4 * flat)


def skateboard_words(board: Skateboard) -> tuple[str, ...]:
    """What tells a skateboard from others."""
    tape = {
        "emblem": f"with {a(board.look.names[1])} {board.look.emblem} on its deck",
        "stripes": f"with {NUMBERS[2]} {board.look.names[1]} stripes",
        "ends": f"with {board.look.names[1]} ends",
        "marks": f"with {board.look.names[1]} {board.look.mark}",
    }[board.tape]
    return (
        board.look.names[0],
        tape,
        f"with {board.look.names[2]} wheels",
        *((f"with {a(board.look.names[2])} nose",) if board.tip else ()),
    )


SKATEBOARD: Thing[Skateboard] = Thing(
    "skateboard", (0.38, 0.46), make_skateboard, skateboard_words, build_skateboard, rolls=True
)
