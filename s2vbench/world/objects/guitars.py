"""Guitars."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem
from s2vbench.world.objects.solids import Box, Loft, Outline, box_of, loft_of
from s2vbench.world.objects.space import Stage, Vec, Z, times
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, darker, mix
from s2vbench.world.pen import Pen, blob, box, ellipse, line

_WOOD: Colour = (0.82, 0.6, 0.36)

GUITARS: dict[str, Outline] = {
    "classic": ((0.0, -0.26), (0.13, -0.24), (0.19, -0.14), (0.145, -0.02), (0.25, 0.12), (0.2, 0.25), (0.0, 0.29),
                (-0.2, 0.25), (-0.25, 0.12), (-0.145, -0.02), (-0.19, -0.14), (-0.13, -0.24)),
    "cutaway": ((-0.02, -0.24), (0.07, -0.15), (0.17, -0.2), (0.19, -0.12), (0.145, 0.0), (0.25, 0.13), (0.2, 0.25),
                (0.0, 0.29), (-0.2, 0.25), (-0.25, 0.12), (-0.145, -0.02), (-0.19, -0.15), (-0.13, -0.25)),
    "round": ((0.0, -0.22), (0.12, -0.2), (0.2, -0.08), (0.25, 0.08), (0.21, 0.22), (0.0, 0.29), (-0.21, 0.22),
              (-0.25, 0.08), (-0.2, -0.08), (-0.12, -0.2)),
    "horned": ((0.03, -0.12), (0.12, -0.26), (0.18, -0.24), (0.15, -0.02), (0.22, 0.12), (0.2, 0.24), (0.02, 0.27),
               (-0.2, 0.24), (-0.23, 0.1), (-0.16, -0.04), (-0.2, -0.26), (-0.13, -0.27), (-0.04, -0.12)),
}  # fmt: skip


@dataclass(frozen=True)
class Guitar(Traits):
    """A guitar that stands on its lower end."""

    shape: str
    outline: Outline
    deep: float
    head: str
    hole: str
    guard: bool
    rim: bool
    pegs: int
    neck: Colour
    strap: bool
    back: Colour


def make_guitar(dice: Dice, look: Look, height_m: float) -> Guitar:
    """A guitar by chance."""
    shape = dice.pick(tuple(GUITARS))
    wide = dice.between(1.05, 1.4)
    return Guitar(
        look=look,
        height_m=height_m,
        shape=shape,
        outline=tuple((wide * x, y) for x, y in GUITARS[shape]),
        deep=dice.between(0.1, 0.15) * (0.7 if shape == "horned" else 1.0),
        head=dice.pick(("square", "fan", "point")),
        hole=dice.pick(("round", "oval", "heart", "two")) if shape != "horned" else "pickups",
        guard=dice.chance(0.6),
        rim=dice.chance(0.5),
        pegs=dice.pick((2, 3)),
        neck=mix((0.42, 0.27, 0.18), _WOOD, dice.between(0.0, 0.7)),
        strap=dice.chance(0.4),
        back=mix(look.main, _WOOD, dice.pick((0.0, 0.5, 1.0))),
    )


def build_guitar(stage: Stage, guitar: Guitar) -> Footprint:
    """Put a guitar on the stage; its guard is on its left half."""
    look, deep = guitar.look, guitar.deep
    body = Loft(guitar.outline, (0.0, -0.3, 0.0), w=times(Z, deep), smooth=True)
    stage.add(
        (0, -0.5, 0),
        lambda: loft_of(
            stage, body, look.main, side=mix(darker(look.main, 0.3), _WOOD, 0.25),
            front=lambda pen: _top(stage, pen, guitar), back=lambda pen: _underside(pen, guitar),
        ),
    )  # fmt: skip
    z = deep / 2 + 0.005
    top = -0.84
    neck = Box(0.0, -0.36, z, 0.066, -0.36 - top, 0.04)

    def board(pen: Pen) -> None:
        half = neck.height / 2
        for i in range(7):
            y = -half + 0.03 + neck.height * 0.8 * (1 - 0.86**i) / (1 - 0.86**7)
            pen.stroke(line([(-0.033, y), (0.033, y)]), (0.8, 0.76, 0.66), 0.007)
        _strings(pen, -half, half)

    stage.add((0, -0.5, z), lambda: box_of(stage, neck, guitar.neck, marks={"front": board}))
    heads: dict[str, Outline] = {
        "square": ((-0.05, -0.075), (0.05, -0.075), (0.045, 0.065), (0.03, 0.08), (-0.03, 0.08), (-0.045, 0.065)),
        "fan": ((-0.07, -0.07), (0.0, -0.085), (0.07, -0.07), (0.035, 0.08), (-0.035, 0.08)),
        "point": ((-0.05, -0.04), (0.0, -0.1), (0.05, -0.04), (0.035, 0.08), (-0.035, 0.08)),
    }
    head = Loft(heads[guitar.head], (0.0, top - 0.06, z), w=times(Z, 0.035))
    for side in (-1, 1):
        for i in range(guitar.pegs):
            y = top - 0.1 + 0.1 * i / max(guitar.pegs - 1, 1)
            peg: list[Vec] = [(side * 0.03, y, z), (side * 0.085, y, z)]
            stage.add((side * 0.06, -0.5, z), partial(stage.tube, peg, 0.024, look.accent, straight=True), nearer=0.001)
    stage.add((0, -0.5, z), lambda: loft_of(stage, head, darker(guitar.neck, 0.2)), nearer=0.002)
    if guitar.strap:
        band: list[Vec] = [(-0.03, top + 0.02, 0.0), (-0.3, -0.62, -0.12), (-0.32, -0.25, -0.12), (-0.1, -0.03, -0.04)]
        stage.add((-0.15, -0.5, -0.14), lambda: stage.tube(band, 0.045, look.accent, shine=0.1))
    return Footprint(0.24, deep / 2 + 0.02)


def _strings(pen: Pen, top: float, bottom: float) -> None:
    if pen.sees(0.008):
        for i in range(4):
            x = (i - 1.5) * 0.013
            pen.stroke(line([(x, top), (x, bottom)]), (0.93, 0.9, 0.82), 0.0035)


def _top(stage: Stage, pen: Pen, guitar: Guitar) -> None:
    look = guitar.look
    if guitar.rim:
        pen.stroke(blob(guitar.outline), look.second, 0.08)
    if guitar.guard:
        pen.fill(blob([(0.03, -0.04), (0.12, -0.02), (0.15, 0.13), (0.06, 0.15), (0.03, 0.08)]), look.second, edge=0.0)
    _hole(pen, guitar)
    pen.fill(box(-0.08, 0.155, 0.08, 0.185, 0.012), guitar.neck, shade=0.1, edge=0.0)
    if stage.sees(0.06) and guitar.shape != "horned":
        emblem(pen, look.emblem, 0.1, look.accent, look.second, 0.13, -0.15)
    _strings(pen, -0.1, 0.17)


def _hole(pen: Pen, guitar: Guitar) -> None:
    look, dark = guitar.look, (0.2, 0.13, 0.12)
    if guitar.hole == "round":
        pen.fill(ellipse(0, 0.0, 0.088, 0.088), look.accent, shade=0.0, edge=0.0)
        pen.fill(ellipse(0, 0.0, 0.068, 0.068), dark, shade=0.0, edge=0.0)
    elif guitar.hole == "oval":
        pen.fill(ellipse(0, 0.0, 0.1, 0.062), look.accent, shade=0.0, edge=0.0)
        pen.fill(ellipse(0, 0.0, 0.08, 0.045), dark, shade=0.0, edge=0.0)
    elif guitar.hole == "heart":
        emblem(pen, "heart", 0.2, look.accent, dark)
        emblem(pen, "heart", 0.15, dark, dark)
    elif guitar.hole == "two":
        for x in (-0.12, 0.12):
            pen.fill(ellipse(x, -0.02, 0.022, 0.07, 12 if x > 0 else -12), dark, shade=0.0, edge=0.0)
    else:
        for y in (-0.02, 0.08):
            pen.fill(box(-0.06, y - 0.022, 0.06, y + 0.022, 0.01), dark, shade=0.1, edge=0.0)
        for y in (0.14, 0.2):
            pen.fill(ellipse(0.13, y, 0.02, 0.02), look.accent, shade=0.2, edge=0.0)


def _underside(pen: Pen, guitar: Guitar) -> None:
    pen.fill(box(-0.5, -0.4, 0.5, 0.4), guitar.back, shade=0.1, edge=0.0)
    pen.stroke(line([(0, -0.3), (0, 0.3)]), darker(guitar.back, 0.3), 0.012)
    pen.stroke(blob(guitar.outline), darker(guitar.back, 0.16), 0.03)


def guitar_words(guitar: Guitar) -> tuple[str, ...]:
    """What tells a guitar from others."""
    names = guitar.look.names
    words = [names[0]]
    if guitar.guard:
        words.append(f"with {a(names[1])} pickguard")
    hole = {
        "round": "with a round sound hole",
        "oval": "with an oval sound hole",
        "heart": "with a heart-shaped sound hole",
        "two": "with two slim sound holes",
        "pickups": "with two pickups",
    }[guitar.hole]
    words.append(hole)
    if guitar.strap:
        words.append(f"with {a(names[2])} strap")
    return tuple(words)


GUITAR: Thing[Guitar] = Thing("guitar", (0.85, 1.05), make_guitar, guitar_words, build_guitar)
