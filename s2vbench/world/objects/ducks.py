"""Rubber ducks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.glaze import Glaze, glaze_of, glaze_words, paint
from s2vbench.world.objects.lathe import Lathe, Profile, egg, mark, rim_out, turn_out
from s2vbench.world.objects.space import Stage, Vec
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import INK, Colour, darker, lighter, named
from s2vbench.world.pen import Pen, ellipse

DUCK_BODY: Profile = ((-0.5, 0.2), (-0.44, 0.32), (-0.28, 0.42), (-0.1, 0.36), (0.0, 0.24))


SKINS = ("yellow", "yellow", "yellow", "white", "pink", "turquoise", "lime", "orange", "lavender")


@dataclass(frozen=True)
class Duck(Traits):
    """A rubber duck."""

    skin: Colour
    skin_name: str
    beak: Colour
    long: float
    head: float
    tail: float
    hat: str
    wing: Colour
    glaze: Glaze


def make_duck(dice: Dice, look: Look, height_m: float) -> Duck:
    """A rubber duck by chance."""
    # Wings and hats in the colour of the skin could be said, but not seen.
    skin = dice.pick([name for name in SKINS if name not in look.names])
    tint = named(skin, dice)
    return Duck(
        look=look,
        height_m=height_m,
        skin=tint,
        skin_name=skin,
        beak=named("red" if skin == "orange" else "orange", dice),
        long=dice.between(0.22, 0.34),
        head=dice.between(0.23, 0.28),
        tail=dice.between(0.08, 0.2),
        hat=dice.pick(("bow", "cap", "scarf")),
        glaze=glaze_of(dice, look, ("marks", "rings", "dipped", "emblem", "zigzag")),
        wing=darker(tint, 0.1) if dice.chance(0.3) else look.second,
    )


def build_duck(stage: Stage, duck: Duck) -> Footprint:
    """Put a rubber duck on the stage."""
    body = Lathe(DUCK_BODY, z=0.04)
    y = -0.5 - 0.62 * duck.head
    head = egg(y, duck.head, 0.92 * duck.head, z=0.14)
    stern: list[tuple[Vec, float]] = [
        ((0, -0.22, 0.0), 0.22), ((0, -0.22, -duck.long), 0.18), ((0, -0.3 - duck.tail, -duck.long - 0.2), 0.04),
    ]  # fmt: skip

    def belly() -> None:
        paint(stage, body, duck.glaze, -0.4, -0.04)

    def behind() -> None:
        stage.taper(stern, duck.skin, body=False)
        rim_out(stage, body, duck.skin)

    stage.add((0, -0.3, 0), behind, nearer=-0.8)
    stage.add((0, -0.2, -0.2), lambda: stage.taper(stern, duck.skin, edge=False), nearer=-0.02)
    stage.add((0, -0.2, 0.04), lambda: turn_out(stage, body, duck.skin, gloss=0.4, marks=belly, edge=False))
    for side in (-1, 1):
        wing: list[tuple[Vec, float]] = [
            ((side * 0.36, -0.27, 0.06), 0.13), ((side * 0.36, -0.28, -0.14), 0.1), ((side * 0.37, -0.36, -0.27), 0.03),
        ]  # fmt: skip
        stage.add((side * 0.42, -0.27, -0.05), partial(stage.taper, wing, duck.wing))
    stage.add(
        (0, y, 0.14), lambda: turn_out(stage, head, duck.skin, gloss=0.45, marks=lambda: _duck_eyes(stage, head, y))
    )
    bill = 0.14 + duck.head
    mouth: list[tuple[Vec, float]] = [((0, y + 0.06, bill - 0.06), 0.075), ((0, y + 0.055, bill + 0.1), 0.06)]
    stage.add((0, y, bill), lambda: stage.taper(mouth, duck.beak))
    _duck_hat(stage, duck, y)
    return Footprint(0.36, 0.36 + 0.5 * duck.long, 0.3)


def _duck_eyes(stage: Stage, head: Lathe, y: float) -> None:
    def eye(pen: Pen) -> None:
        pen.fill(ellipse(0, 0, 0.042, 0.055), INK, shade=0.0, edge=0.0)
        pen.fill(ellipse(-0.012, -0.02, 0.016, 0.018), (1, 1, 1), shade=0.0, edge=0.0)

    for side in (-1, 1):
        mark(stage, head, side * 36.0, y - 0.05, eye)


def _duck_hat(stage: Stage, duck: Duck, y: float) -> None:
    look, top = duck.look, y - 0.86 * duck.head
    if duck.hat == "scarf":
        wrap = Lathe(((-0.57, 0.2), (-0.51, 0.25), (-0.45, 0.24)), z=0.1)
        stage.add((0, -0.5, 0.1), lambda: turn_out(stage, wrap, look.accent), nearer=0.03)
        end: list[Vec] = [(0.14, -0.5, 0.3), (0.2, -0.42, 0.42), (0.22, -0.3, 0.46)]
        stage.add((0.2, -0.42, 0.5), lambda: stage.tube(end, 0.09, look.accent, shine=0.1))
    elif duck.hat == "cap":
        cap = Lathe(((top - 0.09, 0.02), (top - 0.06, 0.12), (top + 0.06, 0.62 * duck.head)), z=0.14)
        brim: list[tuple[Vec, float]] = [((0, top + 0.05, 0.2), 0.06), ((0, top + 0.07, 0.14 + duck.head), 0.055)]
        stage.add((0, y, 0.14), lambda: turn_out(stage, cap, look.accent), nearer=0.1)
        stage.add((0, y, 0.25), lambda: stage.taper(brim, look.accent), nearer=0.04)
    elif duck.hat == "bow":
        at: Vec = (0.1, top + 0.02, 0.14)

        def bow() -> None:
            for side in (-1, 1):
                loop: list[tuple[Vec, float]] = [(at, 0.02), ((at[0] + side * 0.12, at[1] - 0.03, at[2]), 0.065)]
                stage.taper(loop, look.accent)
            x, cy = stage.view.point(*at)
            stage.fill(ellipse(x, cy, 0.035, 0.035), lighter(look.accent, 0.25), shade=0.2)

        stage.add((0.1, y, 0.14), bow, nearer=0.1)


def duck_words(duck: Duck) -> tuple[str, ...]:
    """What tells a rubber duck from others."""
    wing = duck.look.names[1] if duck.wing == duck.look.second else duck.skin_name
    return (
        duck.skin_name,
        f"with {a(duck.look.names[2])} {duck.hat}",
        f"with {wing} wings",
        *((glaze_words(duck.glaze),) if duck.glaze.kind != "plain" else ()),
    )


DUCK: Thing[Duck] = Thing("rubber duck", (0.08, 0.14), make_duck, duck_words, build_duck, hop=0.5)
