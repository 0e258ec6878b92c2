"""Backpacks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem, small_mark
from s2vbench.world.objects.solids import Box, Loft, Outline, box_of, cushion, loft_of
from s2vbench.world.objects.space import Stage, Vec, Z, times
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, box, curve, ellipse, polygon

BACKPACKS: dict[str, Outline] = {
    "round": ((-0.35, 0.44), (-0.38, 0.08), (-0.33, -0.3), (-0.16, -0.46), (0.16, -0.46), (0.33, -0.3), (0.38, 0.08),
              (0.35, 0.44), (0.0, 0.47)),
    "square": ((-0.36, 0.42), (-0.38, 0.0), (-0.37, -0.36), (-0.3, -0.46), (0.3, -0.46), (0.37, -0.36), (0.38, 0.0),
               (0.36, 0.42), (0.28, 0.47), (-0.28, 0.47)),
    "drop": ((-0.36, 0.42), (-0.4, 0.16), (-0.3, -0.2), (-0.12, -0.46), (0.12, -0.46), (0.3, -0.2), (0.4, 0.16),
             (0.36, 0.42), (0.0, 0.47)),
    "wide": ((-0.42, 0.42), (-0.46, 0.1), (-0.41, -0.26), (-0.22, -0.45), (0.22, -0.45), (0.41, -0.26), (0.46, 0.1),
             (0.42, 0.42), (0.0, 0.47)),
}  # fmt: skip


@dataclass(frozen=True)
class Backpack(Traits):
    """A backpack: pockets and a flap or a zip in front, straps at its back."""

    outline: Outline
    deep: float
    closing: str
    pocket: float
    """How wide the front pocket is."""
    pocket_colour: Colour
    pocket_name: str
    pattern: str
    sides: bool
    patch_left: bool
    tag: bool


def make_backpack(dice: Dice, look: Look, height_m: float) -> Backpack:
    """A backpack by chance."""
    wide = dice.between(0.86, 1.06)
    outline = BACKPACKS[dice.pick(tuple(BACKPACKS))]
    own = dice.chance(0.7)
    return Backpack(
        look=look,
        height_m=height_m,
        outline=tuple((wide * x, y) for x, y in outline),
        deep=dice.between(0.34, 0.46),
        closing=dice.pick(("flap", "zip", "straps")),
        pocket=dice.between(0.46, 0.6),
        pocket_colour=look.second if own else lighter(look.main, 0.12),
        pocket_name=look.names[1] if own else look.names[0],
        pattern=dice.pick(("plain", "marks", "striped", "plain")),
        sides=dice.chance(0.6),
        patch_left=dice.chance(0.5),
        tag=dice.chance(0.5),
    )


def build_backpack(stage: Stage, pack: Backpack) -> Footprint:
    """Put a backpack on the stage."""
    look, deep = pack.look, pack.deep
    wide = max(x for x, _ in pack.outline)
    body = Loft(pack.outline, (0.0, -0.47, 0.0), w=times(Z, deep), slices=cushion(0.84, 0.26), smooth=True)

    def front(pen: Pen) -> None:
        _cloth(stage, pen, pack)
        _closing(pen, pack, wide)

    def back(pen: Pen) -> None:
        pen.fill(box(-0.55 * wide, -0.3, 0.55 * wide, 0.36, 0.12), darker(look.main, 0.14), shade=0.1, edge=0.0)
        for y in (-0.14, 0.02, 0.18):
            pen.fill(box(-0.4 * wide, y - 0.04, 0.4 * wide, y + 0.04, 0.04), lighter(look.main, 0.05), edge=0.0)

    stage.add((0, -0.47, 0), lambda: loft_of(stage, body, look.main, front=front, back=back, shade=0.14))
    _pockets(stage, pack, wide)
    top: list[Vec] = [(-0.09, -0.9, -0.1), (-0.08, -1.0, -0.1), (0.08, -1.0, -0.1), (0.09, -0.9, -0.1)]
    stage.add((0, -0.47, -0.1), lambda: stage.tube(top, 0.045, look.accent), nearer=-0.02)
    for side in (-1, 1):
        x, z = 0.42 * side * wide, -0.5 * deep
        strap: list[Vec] = [
            (x, -0.86, z + 0.05), (x, -0.72, z - 0.1), (x * 1.1, -0.42, z - 0.14), (x * 1.35, -0.14, z - 0.04),
            (x * 1.4, -0.08, z + 0.04),
        ]  # fmt: skip
        stage.add((x, -0.47, z - 0.12), partial(stage.tube, strap, 0.1, look.accent, shine=0.16))
    return Footprint(wide, 0.7 * deep)


def _cloth(stage: Stage, pen: Pen, pack: Backpack) -> None:
    look = pack.look
    tint = lighter(look.main, 0.28) if pack.pocket_name != look.names[0] else look.second
    if pack.pattern == "striped":
        for y in (-0.3, -0.12, 0.06, 0.24, 0.42):
            pen.fill(box(-0.6, y - 0.04, 0.6, y + 0.02), tint, shade=0.0, edge=0.0)
    elif pack.pattern == "marks" and stage.sees(0.06):
        for i, x in enumerate((-0.3, -0.15, 0.0, 0.15, 0.3)):
            for y in (-0.34, -0.12, 0.1, 0.32):
                small_mark(pen, look.mark, 0.08, tint, x, y + 0.11 * (i % 2))


def _closing(pen: Pen, pack: Backpack, wide: float) -> None:
    look = pack.look
    if pack.closing == "zip":
        path = curve([(-0.72 * wide, 0.1), (-0.66 * wide, -0.2), (0, -0.36), (0.66 * wide, -0.2), (0.72 * wide, 0.1)])
        pen.stroke(path, darker(look.main, 0.4), 0.034)
        pen.stroke(path, lighter(look.main, 0.55), 0.012)
        pen.fill(box(0.6 * wide, -0.16, 0.6 * wide + 0.045, -0.02, 0.02), look.accent, edge=0.0)
        return
    flap = polygon([(-0.6, -0.6), (0.6, -0.6), (0.6, -0.16), (0.25, -0.03), (0, 0.0), (-0.25, -0.03), (-0.6, -0.16)])
    pen.fill(flap, darker(look.main, 0.16), shade=0.12, edge=0.0)
    for x in (0.0,) if pack.closing == "flap" else (-0.5 * wide, 0.5 * wide):
        pen.fill(box(x - 0.04, -0.5, x + 0.04, 0.1, 0.02), look.accent, edge=0.0)
        pen.fill(box(x - 0.06, -0.06, x + 0.06, 0.04, 0.02), (0.9, 0.82, 0.6), edge=0.0)


def _pockets(stage: Stage, pack: Backpack, wide: float) -> None:
    look, deep = pack.look, pack.deep
    half = pack.pocket * wide * 1.1
    shape = ((-half, -0.12), (-0.7 * half, -0.17), (0.7 * half, -0.17), (half, -0.12), (1.04 * half, 0.1),
             (0.85 * half, 0.17), (-0.85 * half, 0.17), (-1.04 * half, 0.1))  # fmt: skip
    pocket = Loft(
        shape, (0.0, -0.22, 0.5 * deep + 0.04), w=times(Z, 0.14), slices=((-0.5, 1.0), (0.1, 1.0), (0.5, 0.84)),
        smooth=True,
    )  # fmt: skip

    def front(pen: Pen) -> None:
        pen.stroke(
            curve([(-0.9 * half, -0.1), (0, -0.125), (0.9 * half, -0.1)]), darker(pack.pocket_colour, 0.35), 0.014
        )
        emblem(pen, look.emblem, 0.21, look.accent, look.main, 0.03)

    stage.add(
        (0, -0.47, 0.5 * deep + 0.06), lambda: loft_of(stage, pocket, pack.pocket_colour, front=front, shade=0.12)
    )
    if pack.sides:
        for side in (-1, 1):
            pouch = Box(side * (wide + 0.03), -0.03, 0.0, 0.09, 0.3, 0.55 * deep)
            stage.add(
                (side * (wide + 0.03), -0.47, 0.0),
                partial(box_of, stage, pouch, pack.pocket_colour, radius=0.035),
            )
    if pack.tag:
        x = 0.8 * wide * (1 if pack.patch_left else -1)
        at: list[Vec] = [(x, -0.5, 0.4 * deep), (x + 0.05 * stage.sway, -0.36, 0.52 * deep)]
        stage.add((x, -0.47, 0.56 * deep), lambda: _charm(stage, at, look.accent))


def _charm(stage: Stage, at: list[Vec], colour: Colour) -> None:
    """A small ball on a string."""
    stage.tube(at, 0.014, darker(colour, 0.4), straight=True, shine=0.0)
    x, y = stage.view.point(*at[-1])
    stage.fill(ellipse(x, y, 0.05, 0.05), colour, shade=0.25)


def backpack_words(pack: Backpack) -> tuple[str, ...]:
    """What tells a backpack from others."""
    words = [pack.look.names[0], f"with {a(pack.look.names[2])} {pack.look.emblem} on its pocket"]
    if pack.pocket_name != pack.look.names[0]:
        words.append(f"with {a(pack.pocket_name)} pocket")
    words.append(f"with {pack.look.names[2]} straps")
    return tuple(words)


BACKPACK: Thing[Backpack] = Thing("backpack", (0.38, 0.55), make_backpack, backpack_words, build_backpack)
