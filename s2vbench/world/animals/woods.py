"""Animals of the woods: fox and squirrel."""

from __future__ import annotations

from typing import Final

from s2vbench.world.animals import ears
from s2vbench.world.animals.build import Animal, Build, Coat, Head, Patch, Tail
from s2vbench.world.animals.coat import across, belly, blot, fur, over
from s2vbench.world.animals.dress import WILD, animal, dress
from s2vbench.world.animals.face import cap
from s2vbench.world.animals.quadruped import Quadruped
from s2vbench.world.animals.space import Vec, surface
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix

_INK: Final[Colour] = (0.17, 0.14, 0.17)
_EYES: Final[tuple[Colour, ...]] = ((0.45, 0.28, 0.14), (0.80, 0.56, 0.18), (0.40, 0.55, 0.28), (0.26, 0.18, 0.14))
_INNER: Final[Colour] = (0.92, 0.68, 0.62)


def cheeks(reach: float) -> tuple[tuple[Vec, ...], tuple[Vec, ...]]:
    """Light cheeks from the muzzle to the side of the face."""
    left = ((4, -8), (26, -12), (54, 2), (84, -6), (96, -30), (70, -62), (4, -70))
    scaled = [(lon * reach if lon > 10 else lon, lat) for lon, lat in left]
    return over(scaled), over([(-lon, lat) for lon, lat in scaled])


def _fox(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (shape.between(0.225, 0.25), 0.195, 0.19)
    ear = ears.pointed(skull, shape.between(0.2, 0.3), shape.between(0.095, 0.125), shape.between(0.1, 0.42))
    leg = shape.between(0.24, 0.36)
    build = Build(
        front=leg,
        hind=leg + 0.015,
        span=shape.between(0.34, 0.42),
        chest=(0.145, 0.165, 0.165),
        hips=(0.14, 0.155, 0.16),
        stance=0.09,
        limb=(0.064, 0.048, 0.042),
        thigh=0.1,
        foot=(0.052, 0.038, 0.07),
        neck=(shape.between(0.29, 0.33), 0.16),
        neck_radii=(0.13, 0.11),
        head=Head(
            skull,
            (0.08, shape.between(0.2, 0.26), 0.075, 0.058, 0.105),
            (0.036, 0.03, 0.03),
            ear,
            shape.between(0.042, 0.052),
            bridge=0.5,
            cheeks=shape.between(0.04, 0.09),
        ),
        tail=Tail(
            shape.between(0.42, 0.58),
            (0.05, shape.between(0.1, 0.13), 0.03),
            shape.pick((5, 40, 62)),
            shape.pick((-20, 40)),
            tip_share=0.34,
        ),
        tuft=0.04,
    )
    paint = dice.child("coat")
    name = paint.pick(("orange", "orange", "reddish", "golden", "grey", "white", "dark grey"))
    base, white = fur(name, paint), fur("white" if name != "white" else "grey", paint)
    sock = fur(paint.pick(("dark brown", "black", "white")), paint)
    light = mix(white, base, 0.06)
    faces = [Patch("head", side, light) for side in cheeks(paint.between(0.75, 1.1))]
    marks = [
        *faces,
        Patch("body", blot(paint, 0, -20, paint.between(36, 54), rough=0.12), light),
        Patch("neck", cap(surface(0, -10), 50), light),
        Patch("body", belly(0.6, -0.7, 35), light),
    ]
    if paint.chance(0.3):
        marks.append(Patch("body", across(0.0, 0.2, 0, 1, 1), light))
    coat = Coat(
        base=base,
        muzzle=light,
        ear=base if paint.chance(0.5) else mix(base, _INK, 0.75),
        inner=mix(light, _INNER, 0.4),
        legs=base,
        tail=base,
        tail_tip=light if paint.chance(0.75) else mix(base, _INK, 0.8),
        nose=_INK,
        eye=paint.pick(_EYES),
        hair=base,
        feet=sock,
        head=base,
        socks=(sock,) * 4 if paint.chance(0.85) else (None,) * 4,
        sock_share=paint.between(0.4, 1.0),
        patches=tuple(marks),
    )
    looks = [name, "with tall ears" if ear.eggs[1][1] < -0.37 else "with short ears", "with a bushy tail"]
    return animal(build, coat, dress(dice.child("wear"), WILD), looks, dice.between(0.35, 0.5))


def _squirrel(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (shape.between(0.2, 0.22), 0.19, 0.19)
    build = Build(
        front=0.18,
        hind=0.19,
        span=shape.between(0.24, 0.3),
        chest=(0.13, 0.15, 0.15),
        hips=(0.165, 0.18, 0.175),
        stance=0.085,
        limb=(0.055, 0.045, 0.04),
        thigh=0.12,
        foot=(0.05, 0.036, 0.08),
        neck=(0.27, 0.13),
        neck_radii=(0.12, 0.11),
        head=Head(
            skull,
            (0.07, 0.16, 0.082, 0.062, 0.075),
            (0.028, 0.022, 0.022),
            ears.pointed(skull, shape.between(0.12, 0.2), 0.07, 0.15),
            shape.between(0.05, 0.056),
            eye_at=(38.0, 8.0),
            bridge=0.35,
            whiskers=True,
            cheeks=0.03,
        ),
        tail=Tail(
            shape.between(0.5, 0.68),
            (0.05, shape.between(0.11, 0.15), 0.075),
            58,
            shape.pick((70, 110)),
            shape.pick((0.0, 330.0)),
            tip_share=shape.pick((0.0, 0.35)),
            side_deg=shape.pick((-30, 30)),
        ),
    )
    paint = dice.child("coat")
    name = paint.pick(("reddish", "orange", "grey", "brown", "black", "golden"))
    base, light = fur(name, paint), fur(paint.pick(("white", "cream")), paint)
    marks = [Patch("body", blot(paint, 0, -25, 50, rough=0.08), light), Patch("body", belly(0.6, -0.6, 40), light)]
    kind = paint.pick(("plain", "striped", "plain"))
    if kind == "striped":
        dark = darker(base, 0.5) if name != "black" else lighter(base, 0.4)
        line = ((30, 62), (90, 58), (150, 62), (150, 50), (90, 42), (30, 50))
        marks += [Patch("body", over([(s * lon, lat) for lon, lat in line]), dark) for s in (1, -1)]
    coat = Coat(
        base=base,
        muzzle=light,
        ear=base,
        inner=mix(base, _INNER, 0.6),
        legs=base,
        tail=base,
        tail_tip=light if paint.chance(0.5) and name != "black" else darker(base, 0.4),
        nose=_INK,
        eye=paint.pick(_EYES),
        hair=base,
        feet=base,
        head=base,
        socks=(light, light, None, None) if paint.chance(0.4) else (None,) * 4,
        patches=tuple(marks),
    )
    looks = [
        name,
        *(["with a striped back"] if kind == "striped" else []),
        "with a curled tail" if build.tail.flick_deg > 50 else "with an upright tail",
    ]
    return animal(
        build, coat, dress(dice.child("wear"), WILD, ("hat", "flower", "party hat")), looks, dice.between(0.18, 0.25)
    )


FOX: Final = Quadruped("fox", (0.35, 0.5), _fox)
SQUIRREL: Final = Quadruped("squirrel", (0.18, 0.25), _squirrel)
