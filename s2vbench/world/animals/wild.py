"""Animals of woods and plains: fox, bear, panda, lion, elephant, squirrel."""

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


def _bear_build(shape: Dice) -> Build:
    skull = (shape.between(0.225, 0.25), shape.between(0.2, 0.22), 0.2)
    ear = ears.rounded(skull, shape.between(0.075, 0.105), shape.between(0.1, 0.4))
    stout = shape.between(0.95, 1.12)
    leg = shape.between(0.24, 0.32)
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
        [name, "dark-legged" if kind == "dark-legged" and name != "black" else look],
        dice.between(0.9, 1.4),
    )


def _panda(dice: Dice) -> Animal:
    build = _bear_build(dice.child("build"))
    paint = dice.child("coat")
    base = fur(paint.pick(("white", "white", "cream")), paint)
    name = paint.pick(("black", "black", "black", "dark brown", "dark grey"))
    dark = fur(name, paint)
    size, slant = paint.between(20, 30), paint.between(0, 10)
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
        marks.append(Patch("body", across(0.55, paint.between(0.35, 0.6), 0, 130, side), dark))
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
    looks = [
        "black-and-white" if name == "black" else f"{name.replace(' ', '-')}-and-white",
        "with big eye patches" if size > 25 else "with small eye patches",
    ]
    return animal(build, coat, dress(dice.child("wear"), WILD, odds=0.8), looks, dice.between(0.7, 1.0))


def _lion(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (shape.between(0.205, 0.225), shape.between(0.19, 0.21), 0.19)
    leg = shape.between(0.27, 0.34)
    broad = shape.between(0.1, 0.12)
    maned = shape.chance(0.8)
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
        mane="ruff" if maned else "none",
    )
    paint = dice.child("coat")
    name = paint.pick(("golden", "golden", "beige", "orange", "cream", "white", "brown"))
    base = fur(name, paint)
    mane_name = paint.pick(
        [other for other in ("brown", "dark brown", "reddish", "black", "orange", "golden") if other != name]
    )
    hair = fur(mane_name, paint)
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
        f"with a {mane_name} mane"
        if maned and mane_name != "orange"
        else ("with an orange mane" if maned else "maneless"),
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
        *(["pale-spotted"] if marks else []),
    ]
    return animal(
        build,
        coat,
        dress(dice.child("wear"), ("bow tie",), ("hat", "party hat", "flower"), blanket=0.6, odds=0.15),
        looks,
        dice.between(2.2, 3.0),
    )


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
        for s in (1, -1):
            marks.append(
                Patch(
                    "body",
                    over(((s * 30, 62), (s * 90, 58), (s * 150, 62), (s * 150, 50), (s * 90, 42), (s * 30, 50))),
                    dark,
                )
            )
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
BEAR: Final = Quadruped("bear", (0.9, 1.4), _bear)
PANDA: Final = Quadruped("panda", (0.7, 1.0), _panda)
LION: Final = Quadruped("lion", (0.95, 1.2), _lion)
ELEPHANT: Final = Quadruped("elephant", (2.2, 3.0), _elephant, ("stand", "walk", "run", "sit", "jump", "look"))
SQUIRREL: Final = Quadruped("squirrel", (0.18, 0.25), _squirrel)
