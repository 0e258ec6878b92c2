"""Animals of the farm: cow, sheep and pig."""

from __future__ import annotations

from typing import Final

from s2vbench.world.animals import ears
from s2vbench.world.animals.build import Animal, Build, Coat, Egg, Head, Patch, Tail
from s2vbench.world.animals.coat import across, blot, fur
from s2vbench.world.animals.dress import FARM, animal, dress
from s2vbench.world.animals.markings import BLAZE, eye_mask
from s2vbench.world.animals.quadruped import Quadruped
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Action
from s2vbench.world.palette import Colour, darker, lighter, mix

_INK: Final[Colour] = (0.17, 0.14, 0.17)
_EYES: Final[tuple[Colour, ...]] = ((0.42, 0.26, 0.14), (0.26, 0.18, 0.14), (0.34, 0.48, 0.66), (0.36, 0.44, 0.24))
_INNER: Final[Colour] = (0.93, 0.68, 0.66)
_HOOVES: Final[tuple[Action, ...]] = ("stand", "walk", "run", "sit", "jump", "look")
_NO_SOCKS: Final = (None, None, None, None)


def _cow(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (shape.between(0.18, 0.195), shape.between(0.185, 0.2), 0.18)
    leg = shape.between(0.28, 0.34)
    sx, sy, _ = skull
    horn = shape.pick((0.0, 0.09, 0.15))
    horns: tuple[Egg, ...] = ()
    if horn:
        horns = (
            (0.55 * sx, -0.78 * sy, 0, 0.042, 0.042, 0.042),
            (0.55 * sx + 0.7 * horn, -0.86 * sy - 0.25 * horn, 0, 0.034, 0.034, 0.034),
            (0.55 * sx + 0.9 * horn, -0.9 * sy - horn, 0.02, 0.012, 0.012, 0.012),
        )
    build = Build(
        front=leg,
        hind=leg,
        span=shape.between(0.38, 0.46),
        chest=(0.195, 0.21, 0.195),
        hips=(0.2, 0.205, 0.19),
        stance=0.115,
        limb=(0.078, 0.06, 0.054),
        thigh=0.11,
        foot=(0.062, 0.045, 0.068),
        neck=(0.29, 0.22),
        neck_radii=(0.15, 0.12),
        head=Head(
            skull,
            (0.11, 0.16, 0.145, 0.1, 0.1),
            (0.03, 0.03, 0.03),
            ears.leaf(skull, shape.between(0.16, 0.22), 0.066, shape.pick((-15, 5, 22))),
            shape.between(0.04, 0.048),
            eye_at=(42.0, 16.0),
            bridge=0.7,
            nostrils=True,
            horns=horns,
        ),
        tail=Tail(0.4, (0.026, 0.02, 0.018), -66, 0, tuft=0.06),
        hooves=True,
        topknot=shape.pick((0.0, 0.055, 0.085)),
        tuft=0.03,
    )
    paint = dice.child("coat")
    first = paint.pick(("white", "white", "cream", "brown", "black", "golden"))
    second = paint.pick(("black", "brown", "reddish", "dark grey")) if first in {"white", "cream"} else "white"
    base, dark = fur(first, paint), fur(second, paint)
    kind = paint.pick(("spotted", "spotted", "belted", "plain"))
    marks: list[Patch] = []
    if kind == "spotted":
        for s in (1, -1):
            marks += [
                Patch(
                    "body",
                    blot(
                        paint,
                        s * (35 + 48 * i + paint.between(-10, 10)),
                        paint.between(-5, 45),
                        paint.between(17, 32),
                        rough=0.35,
                    ),
                    dark,
                )
                for i in range(3)
            ]
        marks.append(Patch("head", eye_mask(paint.pick((1, -1)), paint.between(28, 40)), dark))
    elif kind == "belted":
        marks = [Patch("body", across(0.0, paint.between(0.5, 0.75), 0, 150, s), dark) for s in (1, -1)]
    if kind != "spotted" and paint.chance(0.5):
        marks.append(Patch("head", BLAZE, dark if first not in {"white", "cream"} else fur("white", paint)))
    coat = Coat(
        base=base,
        muzzle=paint.pick(((0.95, 0.74, 0.71), (0.9, 0.78, 0.66))),
        ear=dark if kind == "spotted" and paint.chance(0.6) else base,
        inner=_INNER,
        legs=base,
        tail=base,
        tail_tip=dark,
        nose=(0.6, 0.36, 0.36),
        eye=paint.pick(_EYES),
        hair=dark if kind == "spotted" else lighter(base, 0.2),
        feet=fur("dark grey", paint),
        head=base,
        socks=(dark if paint.chance(0.3) else None, None, dark if paint.chance(0.3) else None, None),
        patches=tuple(marks),
    )
    word = (
        first
        if kind == "plain"
        else (f"{first}-and-{second}".replace(" ", "-") if kind == "spotted" else f"{second}-belted {first}")
    )
    looks = [word, {0.0: "without horns", 0.09: "with short horns", 0.15: "with long horns"}[horn]]
    return animal(
        build,
        coat,
        dress(dice.child("wear"), ("bell", "bell", "scarf"), ("flower", "straw hat", "ear bow"), blanket=0.15),
        looks,
        dice.between(1.3, 1.6),
    )


def _sheep(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (shape.between(0.165, 0.185), shape.between(0.175, 0.19), 0.17)
    leg = shape.between(0.31, 0.38)
    fat = shape.between(0.9, 1.12)
    sx, sy, _ = skull
    horned = shape.chance(0.3)
    horns: tuple[Egg, ...] = ()
    if horned:
        horns = (
            (0.6 * sx, -0.72 * sy, -0.02, 0.05, 0.05, 0.05),
            (1.15 * sx, -0.72 * sy, -0.06, 0.045, 0.045, 0.045),
            (1.4 * sx, -0.2 * sy, -0.03, 0.035, 0.035, 0.035),
            (1.15 * sx, 0.1 * sy, 0.06, 0.012, 0.012, 0.012),
        )
    build = Build(
        front=leg,
        hind=leg,
        span=0.32,
        chest=(0.22 * fat, 0.225 * fat, 0.21),
        hips=(0.225 * fat, 0.225 * fat, 0.21),
        stance=0.105,
        limb=(0.055, 0.046, 0.042),
        thigh=0.07,
        foot=(0.05, 0.042, 0.058),
        neck=(shape.between(0.25, 0.29), 0.23),
        neck_radii=(0.14, 0.11),
        head=Head(
            skull,
            (0.09, 0.14, 0.1, 0.078, 0.085),
            (0.034, 0.024, 0.024),
            ears.leaf(skull, shape.between(0.14, 0.19), 0.055, shape.pick((-28, -10, 12))),
            shape.between(0.038, 0.046),
            eye_at=(42.0, 8.0),
            bridge=0.7,
            horns=horns,
        ),
        tail=Tail(0.06, (0.07, 0.075, 0.06), -20),
        hooves=True,
        fur="woolly",
        tuft=shape.pick((0.022, 0.03, 0.038)),
        topknot=shape.pick((0.0, 0.09, 0.125)),
    )
    paint = dice.child("coat")
    wool = paint.pick(("white", "white", "cream", "grey", "brown", "black"))
    base = fur(wool, paint)
    face = paint.pick([name for name in ("black", "white", "beige", "dark brown", "grey") if name != wool])
    skin = fur(face, paint)
    marks: list[Patch] = []
    if paint.chance(0.3):
        other = fur("brown" if wool != "brown" else "white", paint)
        marks = [
            Patch(
                "body",
                blot(paint, paint.pick((1, -1)) * paint.between(50, 130), paint.between(0, 40), paint.between(25, 38)),
                other,
            )
            for _ in range(2)
        ]
    if paint.chance(0.3):
        marks.append(Patch("head", BLAZE, fur("white" if face != "white" else "black", paint)))
    coat = Coat(
        base=base,
        muzzle=lighter(skin, 0.1),
        ear=skin,
        inner=mix(skin, _INNER, 0.6),
        legs=skin,
        tail=base,
        tail_tip=base,
        nose=mix(skin, (0.5, 0.25, 0.28), 0.7),
        eye=paint.pick((*_EYES, (0.85, 0.65, 0.2))),
        hair=base,
        feet=darker(skin, 0.4),
        head=skin,
        patches=tuple(marks),
    )
    # "Dark-brown-faced brown sheep" is hard to read.
    alike = wool in face
    looks = [
        wool if alike else f"{face}-faced {wool}".replace("dark brown", "dark-brown"),
        *([f"with a {face} face"] if alike else []),
        "with curled horns" if horned else ("with patches" if any(m.where == "body" for m in marks) else "woolly"),
    ]
    return animal(
        build,
        coat,
        dress(dice.child("wear"), FARM, ("hat", "flower", "ear bow", "straw hat")),
        looks,
        dice.between(0.8, 1.0),
    )


def _pig(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (shape.between(0.215, 0.235), shape.between(0.2, 0.215), 0.2)
    leg = shape.between(0.21, 0.28)
    ear = (
        ears.folded(skull, 0.13, 0.085)
        if shape.chance(0.5)
        else ears.pointed(skull, shape.between(0.13, 0.18), 0.085, 0.5)
    )
    fat = shape.between(0.95, 1.15)
    build = Build(
        front=leg,
        hind=leg,
        span=shape.between(0.32, 0.4),
        chest=(0.2 * fat, 0.205 * fat, 0.2),
        hips=(0.205 * fat, 0.21 * fat, 0.2),
        stance=0.11,
        limb=(0.075, 0.06, 0.055),
        thigh=0.1,
        foot=(0.058, 0.042, 0.062),
        neck=(0.25, 0.2),
        neck_radii=(0.16, 0.14),
        head=Head(
            skull,
            (0.06, 0.2, shape.between(0.085, 0.11), 0.078, 0.075),
            (0.03, 0.03, 0.03),
            ear,
            shape.between(0.036, 0.044),
            eye_at=(34.0, 14.0),
            bridge=0.4,
            nostrils=True,
        ),
        tail=Tail(0.22, (0.026, 0.022, 0.016), 30, 380),
        hooves=True,
    )
    paint = dice.child("coat")
    name = paint.pick(("pink", "pink", "pink", "black", "reddish", "grey", "cream"))
    base = fur(name, paint)
    other = paint.pick(("black", "brown", "dark grey") if name in {"pink", "cream"} else ("pink", "white"))
    dark = fur(other, paint)
    kind = paint.pick(("plain", "spotted", "belted"))
    marks: list[Patch] = []
    if kind == "spotted":
        marks = [
            Patch(
                "body",
                blot(paint, s * paint.between(35, 155), paint.between(-10, 55), paint.between(14, 28), rough=0.3),
                dark,
            )
            for s in (1, -1)
            for _ in range(3)
        ]
        marks.append(
            Patch("head", blot(paint, paint.pick((1, -1)) * 42, paint.between(10, 40), paint.between(22, 32)), dark)
        )
    elif kind == "belted":
        marks = [Patch("body", across(0.35, 0.4, 0, 150, s), dark) for s in (1, -1)]
    coat = Coat(
        base=base,
        muzzle=mix(base, (0.96, 0.6, 0.62), 0.45),
        ear=base if paint.chance(0.6) else mix(base, dark, 0.7),
        inner=mix(base, (0.93, 0.5, 0.55), 0.5),
        legs=base,
        tail=base,
        tail_tip=base,
        nose=mix(base, (0.55, 0.2, 0.28), 0.7),
        eye=paint.pick(_EYES),
        hair=base,
        feet=darker(mix(base, (0.5, 0.3, 0.3), 0.5), 0.25),
        head=base,
        patches=tuple(marks),
    )
    looks = [
        name if kind == "plain" else f"{other}-{kind} {name}".replace("dark grey", "dark-grey"),
        "with floppy ears" if ear.hangs else "with upright ears",
    ]
    return animal(build, coat, dress(dice.child("wear"), FARM), looks, dice.between(0.6, 0.85))


COW: Final = Quadruped("cow", (1.3, 1.6), _cow, _HOOVES)
SHEEP: Final = Quadruped("sheep", (0.8, 1.0), _sheep, _HOOVES)
PIG: Final = Quadruped("pig", (0.6, 0.85), _pig, _HOOVES)
