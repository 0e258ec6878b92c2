"""Chairs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem, small_mark
from s2vbench.world.objects.solids import Box, Decorate, Face, Loft, Outline, box_of, cushion, loft_of
from s2vbench.world.objects.space import Stage, Vec, X, Y, Z, plus, times
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, darker, named
from s2vbench.world.pen import Pen


@dataclass(frozen=True)
class Chair(Traits):
    """A chair."""

    wood: Colour
    wood_name: str
    bars: Colour
    """Of the back."""
    feet: Colour
    round_seat: bool
    half: float
    deep: float
    seat: float
    back: str
    legs: str
    thick: float
    pillow: bool
    arms: bool
    splay: float


def make_chair(dice: Dice, look: Look, height_m: float) -> Chair:
    """A chair by chance."""
    wood = dice.pick(("brown", "beige", look.names[0], look.names[0], look.names[0]))
    if wood in look.names[1:]:
        wood = look.names[0]  # a picture or a heart in the colour of the wood could not be seen
    tint = named(wood, dice)
    return Chair(
        look=look,
        height_m=height_m,
        wood=tint,
        wood_name=wood,
        bars=look.accent if dice.chance(0.4) else tint,
        feet=look.second if dice.chance(0.35) else tint,
        round_seat=dice.chance(0.35),
        half=dice.between(0.22, 0.29),
        deep=dice.between(0.21, 0.26),
        seat=dice.between(0.42, 0.5),
        back=dice.pick(("slats", "ladder", "panel", "crown", "heart")),
        legs=dice.pick(("straight", "turned", "tapered")),
        thick=dice.between(0.05, 0.075),
        pillow=dice.chance(0.6),
        arms=dice.chance(0.3),
        splay=dice.between(0.0, 0.05),
    )


def build_chair(stage: Stage, chair: Chair) -> Footprint:
    """Put a chair on the stage."""
    half, deep, _look = chair.half, chair.deep, chair.look
    for sx in (-1, 1):
        for sz in (-1, 1):
            top: Vec = (sx * (half - 0.03), -chair.seat + 0.03, sz * (deep - 0.03))
            foot: Vec = (sx * (half + chair.splay - 0.03), -0.03, sz * (deep + chair.splay - 0.03))
            stage.add(foot, partial(_leg, stage, chair, top, foot), nearer=-0.3)
    _seat(stage, chair)
    _rest(stage, chair)
    if chair.arms:
        y = -chair.seat - 0.2
        for x in (-half, half):
            arm: list[Vec] = [(x, y, -deep), (x, y - 0.01, 0.0), (x, y, 0.7 * deep), (x, -chair.seat, 0.75 * deep)]
            stage.add((x, -chair.seat - 0.1, 0.1), partial(stage.tube, arm, 0.05, chair.wood))
    return Footprint(half + chair.splay, deep + chair.splay)


def _seat(stage: Stage, chair: Chair) -> None:
    """A board, round or square, perhaps with a cushion."""
    half, deep, look = chair.half, chair.deep, chair.look
    at: Vec = (0, -chair.seat, 0)
    if chair.round_seat:
        plan = tuple((half * x, deep * y) for x, y in _DISC)
        board = Loft(plan, (0.0, -chair.seat + 0.03, 0.0), X, Z, times(Y, -0.07), smooth=True)
        pad = Loft(
            plan, (0.0, -chair.seat - 0.03, 0.0), X, Z, times(Y, -0.06), ((-0.5, 0.86), (0.5, 0.86)), smooth=True
        )
        stage.add(at, lambda: loft_of(stage, board, chair.wood))
        if chair.pillow:
            stage.add(at, lambda: loft_of(stage, pad, look.second, front=lambda pen: _cloth(pen, chair)), nearer=0.001)
        return
    plank = Box(0.0, -chair.seat + 0.06, 0.0, 2 * half, 0.07, 2 * deep)
    stage.add(at, lambda: box_of(stage, plank, chair.wood, radius=0.02))
    if chair.pillow:
        cushion_box = Box(0.0, -chair.seat, 0.01, 1.84 * half, 0.07, 1.76 * deep)
        marks: dict[Face, Decorate] = {"top": lambda pen: _cloth(pen, chair)}
        stage.add(at, lambda: box_of(stage, cushion_box, look.second, radius=0.03, marks=marks), nearer=0.001)


_DISC: Outline = tuple((1.02 * math.cos(math.pi * i / 4), 1.02 * math.sin(math.pi * i / 4)) for i in range(8))


def _cloth(pen: Pen, chair: Chair) -> None:
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            small_mark(pen, chair.look.mark, 0.07, chair.look.accent, 0.52 * i * chair.half, 0.52 * j * chair.deep)


def _leg(stage: Stage, chair: Chair, top: Vec, foot: Vec) -> None:
    thick = chair.thick / 2
    along: Vec = (foot[0] - top[0], foot[1] - top[1], foot[2] - top[2])
    shapes = {
        "straight": [(top, thick), (foot, thick)],
        "tapered": [(top, 1.25 * thick), (foot, 0.6 * thick)],
        "turned": [(top, thick), (plus(top, along, 0.35), 1.3 * thick), (plus(top, along, 0.5), 0.6 * thick),
                   (plus(top, along, 0.66), 1.2 * thick), (foot, 0.7 * thick)],
    }  # fmt: skip
    stage.taper(shapes[chair.legs], darker(chair.feet, 0.06))


def _rest(stage: Stage, chair: Chair) -> None:
    """The back of the chair: two posts and what is between them."""
    half, low = chair.half - 0.02, -chair.seat

    def bar(x0: float, y0: float, x1: float, y1: float, thick: float) -> None:
        stage.tube([_lean(chair, x0, y0), _lean(chair, x1, y1)], thick, chair.bars, straight=True, shine=0.2)

    def draw() -> None:
        for x in (-half, half):
            bar(x, low + 0.02, x, low - 0.1 if chair.back == "panel" else -0.95, 0.055)
        if chair.back == "slats":
            for i in (-1, 0, 1):
                bar(0.5 * i * half, low + 0.02, 0.5 * i * half, -0.92, 0.045)
            bar(-half, -0.94, half, -0.94, 0.085)
        elif chair.back == "ladder":
            for y in (low - 0.14, low - 0.3, low - 0.46):
                bar(-half, y, half, y, 0.075)
        else:
            _panel(stage, chair, half)

    stage.add((0, low, -chair.deep + 0.02), draw)


def _lean(chair: Chair, x: float, y: float) -> Vec:
    """A point of the back, which leans."""
    return (x, y, 0.02 - chair.deep - 0.12 * (-y - chair.seat))


def _panel(stage: Stage, chair: Chair, half: float) -> None:
    """A board between the posts, with a picture on its front unless it is a heart."""
    look, high = chair.look, (0.98 - chair.seat) / 2
    heart = chair.back == "heart"
    points = tuple((half * x, high * y) for x, y in _PANELS[chair.back])
    board = Loft(points, _lean(chair, 0.0, -chair.seat - high), X, Y, times(Z, 0.06), slices=cushion(0.96, 0.3))
    loft_of(
        stage,
        board,
        look.second if heart else chair.bars,
        front=None if heart else lambda pen: emblem(pen, look.emblem, 0.22, look.second, look.accent, -0.03),
    )


_PANELS: dict[str, Outline] = {
    "panel": ((-1.08, 0.7), (-1.1, -0.8), (-0.7, -1.0), (0.7, -1.0), (1.1, -0.8), (1.08, 0.7)),
    "crown": ((-1.0, 0.5), (-1.0, -0.8), (-0.5, -0.5), (0.0, -1.02), (0.5, -0.5), (1.0, -0.8), (1.0, 0.5)),
    "heart": (
        (0.0, 0.75), (-0.6, 0.3), (-1.0, -0.2), (-0.95, -0.7), (-0.55, -0.98), (-0.15, -0.85), (0.0, -0.6),
        (0.15, -0.85), (0.55, -0.98), (0.95, -0.7), (1.0, -0.2), (0.6, 0.3),
    ),
}  # fmt: skip


def chair_words(chair: Chair) -> tuple[str, ...]:
    """What tells a chair from others."""
    back = {
        "slats": "with three upright slats",
        "ladder": "with a ladder back",
        "panel": f"with {a(chair.look.names[1])} {chair.look.emblem} on its back",
        "crown": f"with {a(chair.look.names[1])} {chair.look.emblem} on its pointed back",
        "heart": f"with {a(chair.look.names[1])} heart-shaped back",
    }[chair.back]
    words = [chair.wood_name, back]
    if chair.round_seat:
        words.append("with a round seat")
    if chair.pillow:
        words.append(f"with {a(chair.look.names[1])} cushion")
    if chair.arms:
        words.append("with armrests")
    return tuple(words[:4])


CHAIR: Thing[Chair] = Thing("chair", (0.8, 1.05), make_chair, chair_words, build_chair, hop=0.3)
