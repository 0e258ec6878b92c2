"""Animals of the wild plains: lion and elephant."""

from __future__ import annotations

from typing import Final

from s2vbench.world.animals import ears
from s2vbench.world.animals.build import Animal, Build, Coat, Head, Patch, Tail
from s2vbench.world.animals.coat import belly, blot, fur
from s2vbench.world.animals.dress import WILD, animal, article, dress
from s2vbench.world.animals.face import cap
from s2vbench.world.animals.quadruped import Quadruped
from s2vbench.world.animals.space import surface
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix

_INK: Final[Colour] = (0.17, 0.14, 0.17)
_EYES: Final[tuple[Colour, ...]] = ((0.45, 0.28, 0.14), (0.80, 0.56, 0.18), (0.40, 0.55, 0.28), (0.26, 0.18, 0.14))
_INNER: Final[Colour] = (0.92, 0.68, 0.62)


def _lion(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (shape.between(0.205, 0.225), shape.between(0.19, 0.21), 0.19)
    leg = shape.between(0.27, 0.34)
    broad = shape.between(0.1, 0.12)
    hairy = shape.chance(0.8)
    build = Build(
        front=leg,
        hind=leg + 0.01,
        span=shape.between(0.38, 0.45),
        chest=(0.17, 0.19, 0.185),
        hips=(0.155, 0.17, 0.17),
        stance=0.105,
        limb=(0.08, 0.064, 0.06),
        thigh=0.115,
        foot=(0.07, 0.046, 0.085),
        neck=(0.32, 0.17),
        neck_radii=(0.15, 0.13),
        head=Head(
            skull,
            (0.07, 0.175, broad, 0.76 * broad, 0.09),
            (0.05, 0.036, 0.034),
            ears.rounded(skull, 0.07, 0.5, 0.78),
            shape.between(0.038, 0.046),
            bridge=0.45,
        ),
        tail=Tail(
            shape.between(0.46, 0.6),
            (0.034, 0.028, 0.024),
            shape.pick((60, 25)),
            shape.pick((-30, 70)),
            tuft=shape.between(0.06, 0.085),
            side_deg=shape.pick((-20, 25)),
        ),
        tuft=shape.between(0.055, 0.1),
        neck_hair="ruff" if hairy else "none",
    )
    paint = dice.child("coat")
    name = paint.pick(("golden", "golden", "beige", "orange", "cream", "white", "brown"))
    base = fur(name, paint)
    hair_name = paint.pick(
        [other for other in ("brown", "dark brown", "reddish", "black", "orange", "golden") if other != name]
    )
    hair = fur(hair_name, paint)
    light = lighter(base, 0.45)
    marks = [Patch("body", belly(0.5, -0.6, 40), light), Patch("body", cap(surface(0, -20), 40), light)]
    if paint.chance(0.35):
        marks += [
            Patch("body", blot(paint, s * paint.between(90, 150), paint.between(-20, 40), 10), darker(base, 0.25))
            for s in (1, -1)
            for _ in range(5)
        ]
    socks = (light,) * 4 if paint.chance(0.3) else (None,) * 4
    coat = Coat(
        base=base,
        muzzle=light,
        ear=base,
        inner=mix(base, _INNER, 0.5),
        legs=base,
        tail=base,
        tail_tip=hair,
        nose=(0.45, 0.26, 0.25),
        eye=paint.pick(_EYES),
        hair=hair,
        feet=base,
        head=base,
        socks=socks,
        patches=tuple(marks),
    )
    looks = [
        name,
        f"with {article(hair_name)} mane" if hairy else "without a mane",  # codespell:ignore mane
    ]
    return animal(build, coat, dress(dice.child("wear"), WILD, odds=0.45), looks, dice.between(0.95, 1.2))


def _elephant(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (shape.between(0.2, 0.225), shape.between(0.21, 0.225), 0.2)
    leg = shape.between(0.3, 0.36)
    size = shape.between(0.2, 0.33)
    tusks = shape.chance(0.55)
    build = Build(
        front=leg,
        hind=leg - 0.01,
        span=shape.between(0.3, 0.36),
        chest=(0.225, 0.235, 0.22),
        hips=(0.23, 0.24, 0.22),
        stance=0.13,
        limb=(0.1, 0.092, 0.09),
        thigh=0.13,
        foot=(0.096, 0.05, 0.098),
        neck=(0.26, 0.24),
        neck_radii=(0.17, 0.15),
        head=Head(
            skull,
            (0.09, 0.13, 0.115, 0.1, 0.1),
            (0.03, 0.03, 0.03),
            ears.fan(skull, size),
            shape.between(0.036, 0.044),
            eye_at=(42.0, 8.0),
            bridge=0.5,
            trunk=shape.between(0.44, 0.56),
            tusks=tusks,
        ),
        tail=Tail(0.26, (0.03, 0.022, 0.018), -62, 0, tuft=0.045),
        topknot=shape.pick((0.0, 0.0, 0.06)),
        tuft=0.03,
    )
    paint = dice.child("coat")
    name = paint.pick(("grey", "grey", "blue-grey", "dark grey", "pink", "beige"))
    base = fur(name, paint)
    marks: list[Patch] = []
    if paint.chance(0.3):
        marks = [
            Patch(
                "body",
                blot(paint, s * paint.between(40, 150), paint.between(0, 50), paint.between(9, 16)),
                lighter(base, 0.3),
            )
            for s in (1, -1)
            for _ in range(4)
        ]
    coat = Coat(
        base=base,
        muzzle=base,
        ear=base,
        inner=mix(base, (0.95, 0.66, 0.66), paint.between(0.35, 0.8)),
        legs=base,
        tail=base,
        tail_tip=darker(base, 0.4),
        nose=_INK,
        eye=paint.pick(_EYES),
        hair=darker(base, 0.5),
        feet=base,
        head=base,
        socks=(None,) * 4,
        patches=tuple(marks),
    )
    looks = [
        name,
        "with tusks" if tusks else ("with huge ears" if size > 0.27 else "with small ears"),
        *(["with pale spots"] if marks else []),
    ]
    return animal(
        build,
        coat,
        dress(dice.child("wear"), ("bow tie",), ("hat", "party hat", "flower"), blanket=0.6, odds=0.15),
        looks,
        dice.between(2.2, 3.0),
    )


LION: Final = Quadruped("lion", (0.95, 1.2), _lion)
ELEPHANT: Final = Quadruped("elephant", (2.2, 3.0), _elephant, ("stand", "walk", "run", "sit", "jump", "look"))
