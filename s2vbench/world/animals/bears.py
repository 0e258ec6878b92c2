"""Bears and pandas."""

from __future__ import annotations

from typing import Final

from s2vbench.world.animals import ears
from s2vbench.world.animals.build import Animal, Build, Coat, Head, Patch, Tail
from s2vbench.world.animals.coat import across, fur, over
from s2vbench.world.animals.dress import WILD, animal, dress
from s2vbench.world.animals.face import cap
from s2vbench.world.animals.quadruped import Quadruped
from s2vbench.world.animals.space import surface
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter

_INK: Final[Colour] = (0.17, 0.14, 0.17)
_EYES: Final[tuple[Colour, ...]] = ((0.45, 0.28, 0.14), (0.80, 0.56, 0.18), (0.40, 0.55, 0.28), (0.26, 0.18, 0.14))
_INNER: Final[Colour] = (0.92, 0.68, 0.62)


def _bear_build(shape: Dice) -> Build:
    skull = (shape.between(0.225, 0.25), shape.between(0.2, 0.22), 0.2)
    ear = ears.rounded(skull, shape.between(0.075, 0.105), shape.between(0.1, 0.4))
    stout = shape.between(0.95, 1.12)
    leg = shape.between(0.28, 0.34)
    broad = shape.between(0.105, 0.13)
    return Build(
        front=leg,
        hind=leg - 0.01,
        span=shape.between(0.3, 0.38),
        chest=(0.215 * stout, 0.225 * stout, 0.21),
        hips=(0.22 * stout, 0.22 * stout, 0.21),
        stance=0.125 * stout,
        limb=(0.098, 0.082, 0.074),
        thigh=0.125,
        foot=(0.08, 0.05, 0.098),
        neck=(shape.between(0.29, 0.33), 0.19),
        neck_radii=(0.16, 0.14),
        head=Head(
            skull,
            (0.075, 0.185, broad, 0.78 * broad, 0.09),
            (0.05, 0.036, 0.034),
            ear,
            shape.between(0.034, 0.042),
            eye_at=(33.0, 12.0),
            bridge=0.5,
        ),
        tail=Tail(0.05, (0.05, 0.055, 0.05), 20),
        hump=shape.pick((0.0, 0.12)),
    )


def _bear(dice: Dice) -> Animal:
    build = _bear_build(dice.child("build"))
    paint = dice.child("coat")
    name = paint.pick(("brown", "brown", "dark brown", "black", "white", "golden", "reddish"))
    base = fur(name, paint)
    light = lighter(base, paint.between(0.25, 0.5))
    marks: list[Patch] = []
    look = "with small ears" if build.head.ear.eggs[0][3] < 0.09 else "with big round ears"
    kind = paint.pick(("plain", "bib", "collared", "dark-legged"))
    dark = darker(base, 0.45) if name != "black" else lighter(base, 0.3)
    if kind == "bib":
        marks.append(Patch("body", over(((-42, 26), (0, -8), (42, 26), (30, -12), (0, -40), (-30, -12))), light))
        look = "with a pale bib"
    elif kind == "collared":
        marks.append(Patch("body", across(0.45, 0.28, 0, 100, 1), light))
        marks.append(Patch("body", across(0.45, 0.28, 0, 100, -1), light))
        look = "with a pale stripe on its shoulders"
    if paint.chance(0.3):
        marks.append(Patch("head", cap(surface(0, 46), 20), light))
    coat = Coat(
        base=base,
        muzzle=light,
        ear=base,
        inner=lighter(base, 0.3),
        legs=dark if kind == "dark-legged" else base,
        tail=base,
        tail_tip=base,
        nose=_INK,
        eye=paint.pick(_EYES),
        hair=base,
        feet=base,
        head=base,
        patches=tuple(marks),
    )
    return animal(
        build,
        coat,
        dress(dice.child("wear"), WILD),
        [name, "with dark legs" if kind == "dark-legged" and name != "black" else look],
        dice.between(0.9, 1.4),
    )


def _panda(dice: Dice) -> Animal:
    build = _bear_build(dice.child("build"))
    paint = dice.child("coat")
    pale = paint.pick(("white", "white", "cream", "beige"))
    base = fur(pale, paint)
    name = paint.pick(("black", "black", "dark brown", "dark grey", "reddish"))
    dark = fur(name, paint)
    size, slant, band = paint.between(18, 32), paint.between(0, 10), paint.between(0.25, 0.75)
    marks = []
    for side in (1, -1):
        marks.append(
            Patch(
                "head",
                over(
                    [
                        (side * lon, lat)
                        for lon, lat in (
                            (22, 22),
                            (36, 30 - slant),
                            (38 + size, 4 - slant),
                            (34 + size, -22 - slant),
                            (24, -8),
                        )
                    ]
                ),
                dark,
            )
        )
        marks.append(Patch("body", across(0.5, band, 0, 130, side), dark))
    marks.append(Patch("body", cap(surface(0, -10), paint.between(44, 62)), dark))
    coat = Coat(
        base=base,
        muzzle=lighter(base, 0.2),
        ear=dark,
        inner=lighter(dark, 0.15),
        legs=dark,
        tail=base,
        tail_tip=base,
        nose=_INK,
        eye=paint.pick(_EYES),
        hair=dark,
        feet=dark,
        head=base,
        patches=tuple(marks),
    )
    patches = "with big eye patches" if size > 25 else "with small eye patches"
    looks = [
        f"{name}-and-{pale}".replace(" ", "-"),
        patches,
        "with a broad dark band" if band > 0.5 else "with a narrow dark band",
    ]
    return animal(build, coat, dress(dice.child("wear"), WILD, odds=0.92), looks, dice.between(0.7, 1.0))


BEAR: Final = Quadruped("bear", (0.9, 1.4), _bear)
PANDA: Final = Quadruped("panda", (0.7, 1.0), _panda)
