"""Hoofed animals, and the tortoise: horse, zebra, cow, sheep, pig, deer, giraffe."""

from __future__ import annotations

from typing import Final

from s2vbench.world.animals import ears
from s2vbench.world.animals.build import Animal, Build, Coat, Egg, Head, Patch, Tail, Wear
from s2vbench.world.animals.coat import across, belly, blot, fur, over
from s2vbench.world.animals.dogs import BLAZE, eye_mask
from s2vbench.world.animals.dress import FARM, WILD, animal, article, dress
from s2vbench.world.animals.face import cap
from s2vbench.world.animals.quadruped import Quadruped
from s2vbench.world.animals.space import surface
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Action
from s2vbench.world.palette import Colour, darker, lighter, mix

_INK: Final[Colour] = (0.17, 0.14, 0.17)
_EYES: Final[tuple[Colour, ...]] = ((0.42, 0.26, 0.14), (0.26, 0.18, 0.14), (0.34, 0.48, 0.66), (0.36, 0.44, 0.24))
_INNER: Final[Colour] = (0.93, 0.68, 0.66)
_HOOVES: Final[tuple[Action, ...]] = ("stand", "walk", "run", "sit", "jump", "look")
_NO_SOCKS: Final = (None, None, None, None)


def _horse_build(shape: Dice, *, upright: bool) -> Build:
    skull = (shape.between(0.15, 0.165), shape.between(0.165, 0.18), 0.165)
    leg = shape.between(0.38, 0.46)
    stout = shape.between(0.95, 1.15)
    ear = ears.pointed(skull, shape.between(0.12, 0.16), 0.05, 0.1)
    tail = (
        Tail(0.42, (0.05, 0.075, 0.03), -48, -25)
        if not upright
        else Tail(0.34, (0.03, 0.025, 0.025), -55, 0, tuft=0.06)
    )
    return Build(
        front=leg,
        hind=leg,
        span=shape.between(0.36, 0.44),
        chest=(0.15 * stout, 0.175 * stout, 0.17),
        hips=(0.15 * stout, 0.17 * stout, 0.165),
        stance=0.09 * stout,
        limb=(0.07 * stout, 0.052 * stout, 0.046 * stout),
        thigh=0.105 * stout,
        foot=(0.056 * stout, 0.045, 0.062 * stout),
        neck=(shape.between(0.36, 0.42), 0.2),
        neck_radii=(0.125, 0.1),
        head=Head(
            skull,
            (0.12, shape.between(0.18, 0.22), 0.1, 0.092, 0.1),
            (0.03, 0.03, 0.03),
            ear,
            shape.between(0.038, 0.046),
            eye_at=(48.0, 14.0),
            bridge=0.75,
            nostrils=True,
        ),
        tail=tail,
        hooves=True,
        mane="upright" if upright else "crest",
        tuft=0.03 if upright else 0.045,
        topknot=0.0 if upright else shape.between(0.05, 0.075),
    )


def _horse(dice: Dice) -> Animal:
    build = _horse_build(dice.child("build"), upright=False)
    paint = dice.child("coat")
    name = paint.pick(("brown", "reddish", "dark brown", "black", "white", "grey", "golden", "beige"))
    base = fur(name, paint)
    mane_name = paint.pick(
        [other for other in ("black", "white", "dark brown", "cream", "reddish", "golden") if other != name]
    )
    hair = fur(mane_name, paint)
    white = fur("white", paint) if name != "white" else fur("brown", paint)
    marks: list[Patch] = []
    kind = paint.pick(("plain", "plain", "patched", "dappled"))
    if kind == "patched":
        marks = [
            Patch("body", blot(paint, s * paint.between(40, 150), paint.between(0, 50), paint.between(24, 40)), white)
            for s in (1, -1)
            for _ in range(2)
        ]
    elif kind == "dappled":
        marks = [
            Patch(
                "body",
                blot(paint, s * paint.between(80, 165), paint.between(0, 60), paint.between(6, 11)),
                lighter(base, 0.4),
            )
            for s in (1, -1)
            for _ in range(8)
        ]
    face = paint.pick(("none", "blaze", "star"))
    if face == "blaze" and name != "white":
        marks.append(Patch("head", BLAZE, white))
    elif face == "star" and name != "white":
        marks.append(Patch("head", cap(surface(0, 42), 17, 8, 1.3), white))
    socks = tuple(white if paint.chance(0.45) and name != "white" else None for _ in range(4))
    coat = Coat(
        base=base,
        muzzle=mix(base, (0.9, 0.7, 0.66), 0.25) if name in {"white", "beige"} else lighter(base, 0.16),
        ear=base,
        inner=mix(base, _INNER, 0.6),
        legs=base,
        tail=hair,
        tail_tip=hair,
        nose=darker(base, 0.6),
        eye=paint.pick(_EYES),
        hair=hair,
        feet=paint.pick((fur("dark grey", paint), fur("dark brown", paint))),
        head=base,
        socks=(socks[0], socks[1], socks[2], socks[3]),
        sock_share=paint.between(0.35, 0.9),
        patches=tuple(marks),
    )
    looks = [
        f"{kind} {name}" if kind != "plain" else name,
        f"with a {mane_name} mane",
        *(["with a white blaze"] if face == "blaze" and name != "white" else []),
    ]
    return animal(
        build,
        coat,
        dress(
            dice.child("wear"), ("scarf", "collar", "bell"), ("flower", "ear bow", "straw hat"), blanket=0.55, odds=0.3
        ),
        looks,
        dice.between(1.5, 1.9),
    )


def _zebra(dice: Dice) -> Animal:
    build = _horse_build(dice.child("build"), upright=True)
    paint = dice.child("coat")
    base = fur(paint.pick(("white", "white", "cream")), paint)
    name = paint.pick(("black", "black", "dark brown", "dark grey"))
    dark = fur(name, paint)
    count = paint.whole(5, 8)
    wide = paint.between(0.75, 1.15) / count
    bend = paint.between(-0.18, 0.1)
    marks = [
        Patch("body", across(-0.85 + 1.6 * i / (count - 1), wide, 1, paint.between(85, 125), s, bend), dark)
        for i in range(count)
        for s in (1, -1)
    ]
    for s in (1, -1):
        for lat in (52, 12, -28, -62):
            marks.append(
                Patch(
                    "neck",
                    over([(s * lon, lat + dy) for lon, dy in ((178, 9), (110, 12), (45, 4), (110, -8), (178, -9))]),
                    dark,
                )
            )
        for lon in (58, 82, 108):
            marks.append(
                Patch("head", over(((s * lon, 60), (s * (lon + 9), 20), (s * lon, -40), (s * (lon - 9), 20))), dark)
            )
    marks.append(Patch("head", over(((0, 78), (9, 50), (0, 18), (-9, 50))), dark))
    coat = Coat(
        base=base,
        muzzle=mix(dark, base, 0.2),
        ear=base,
        inner=mix(dark, _INNER, 0.5),
        legs=base,
        tail=base,
        tail_tip=dark,
        nose=_INK,
        eye=paint.pick(_EYES),
        hair=dark,
        feet=dark,
        head=base,
        socks=(dark,) * 4 if paint.chance(0.5) else _NO_SOCKS,
        sock_share=paint.between(0.2, 0.5),
        patches=tuple(marks),
    )
    looks = [
        f"{name.replace(' ', '-')}-and-white",
        "with broad stripes" if count < 6 else ("with narrow stripes" if count > 6 else "with even stripes"),
    ]
    return animal(
        build,
        coat,
        dress(dice.child("wear"), WILD, ("flower", "ear bow", "party hat"), blanket=0.4, odds=0.45),
        looks,
        dice.between(1.25, 1.5),
    )


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
    looks = [word, {0.0: "hornless", 0.09: "with short horns", 0.15: "with long horns"}[horn]]
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
    leg = shape.between(0.22, 0.3)
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
    looks = [
        f"{face}-faced {wool}".replace("dark brown", "dark-brown"),
        "with curled horns" if horned else ("patched" if any(m.where == "body" for m in marks) else "woolly"),
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
    leg = shape.between(0.18, 0.25)
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


def _deer(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (shape.between(0.17, 0.19), shape.between(0.165, 0.18), 0.165)
    leg = shape.between(0.38, 0.46)
    sx, sy, _ = skull
    antler = shape.pick((0.0, 0.16, 0.26))
    horns: tuple[Egg, ...] = ()
    if antler:
        a = antler
        x, y = 0.36 * sx, -0.85 * sy
        thick = 0.02 + 0.03 * a
        horns = (
            (x, y, 0, thick, thick, thick),
            (x + 0.35 * a, y - 0.55 * a, -0.02, thick, thick, thick),
            (x + 0.95 * a, y - 0.8 * a, 0.03, 0.012, 0.012, 0.012),
            (x + 0.35 * a, y - 0.55 * a, -0.02, thick, thick, thick),
            (x + 0.3 * a, y - 1.25 * a, -0.02, 0.012, 0.012, 0.012),
        )
    build = Build(
        front=leg,
        hind=leg + 0.02,
        span=shape.between(0.3, 0.36),
        chest=(0.13, 0.155, 0.155),
        hips=(0.13, 0.15, 0.15),
        stance=0.075,
        limb=(0.056, 0.04, 0.034),
        thigh=0.092,
        foot=(0.04, 0.042, 0.048),
        neck=(shape.between(0.34, 0.4), 0.17),
        neck_radii=(0.105, 0.085),
        head=Head(
            skull,
            (0.085, 0.17, 0.08, 0.066, 0.09),
            (0.038, 0.028, 0.028),
            ears.leaf(skull, shape.between(0.17, 0.23), 0.07, shape.between(15, 45)),
            shape.between(0.044, 0.054),
            eye_at=(42.0, 8.0),
            bridge=0.5,
            horns=horns,
        ),
        tail=Tail(0.09, (0.045, 0.05, 0.02), 35),
        hooves=True,
    )
    paint = dice.child("coat")
    name = paint.pick(("brown", "reddish", "golden", "beige", "dark brown", "white"))
    base = fur(name, paint)
    light = fur("cream", paint) if name != "white" else fur("beige", paint)
    marks = [Patch("body", belly(0.6, -0.8, 45), light), Patch("neck", cap(surface(0, -20), 45), light)]
    spotted = paint.chance(0.6)
    if spotted:
        marks += [
            Patch(
                "body",
                cap(surface(s * (30 + 24 * i + paint.between(-7, 7)), paint.between(12, 62)), paint.between(5, 8), 7),
                light,
            )
            for s in (1, -1)
            for i in range(7)
        ]
    coat = Coat(
        base=base,
        muzzle=light,
        ear=base,
        inner=mix(light, _INNER, 0.35),
        legs=base,
        tail=base,
        tail_tip=light,
        nose=_INK,
        eye=paint.pick(_EYES),
        hair=base,
        feet=fur("dark brown", paint),
        head=base,
        horn=paint.pick(((0.62, 0.46, 0.32), (0.8, 0.68, 0.5))),
        socks=(light,) * 4 if paint.chance(0.3) else _NO_SOCKS,
        patches=tuple(marks),
    )
    looks = [
        f"spotted {name}" if spotted else name,
        {0.0: "without antlers", 0.16: "with small antlers", 0.26: "with large antlers"}[antler],
    ]
    return animal(
        build, coat, dress(dice.child("wear"), (*WILD, "bell"), ("flower", "ear bow")), looks, dice.between(0.9, 1.3)
    )


def _giraffe(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (0.125, 0.13, 0.13)
    leg = shape.between(0.4, 0.5)
    build = Build(
        front=leg,
        hind=leg - 0.04,
        span=shape.between(0.26, 0.32),
        chest=(0.13, 0.15, 0.15),
        hips=(0.125, 0.14, 0.14),
        stance=0.08,
        limb=(0.058, 0.044, 0.038),
        thigh=0.085,
        foot=(0.046, 0.042, 0.052),
        neck=(shape.between(0.56, 0.72), 0.22),
        neck_radii=(0.105, 0.07),
        head=Head(
            skull,
            (0.075, 0.15, 0.08, 0.068, 0.085),
            (0.03, 0.03, 0.03),
            ears.leaf(skull, 0.13, 0.045, 15),
            0.036,
            eye_at=(46.0, 14.0),
            bridge=0.7,
            nostrils=True,
            horns=(
                (0.06, -0.11, 0, 0.02, 0.02, 0.02),
                (0.07, -0.19, 0, 0.018, 0.018, 0.018),
                (0.072, -0.205, 0, 0.03, 0.028, 0.028),
            ),
        ),
        tail=Tail(0.3, (0.022, 0.018, 0.016), -60, 0, tuft=0.045),
        hooves=True,
        mane="upright",
        tuft=0.02,
    )
    paint = dice.child("coat")
    name = paint.pick(("golden", "beige", "cream", "orange"))
    base = fur(name, paint)
    spot = paint.pick([other for other in ("brown", "reddish", "dark brown", "orange") if other != name])
    dark = fur(spot, paint)
    size = paint.between(11, 17)
    marks = []
    for s in (1, -1):
        for i in range(5):
            for lat in (52, 20, -12):
                lon = 26 + 31 * i + 14 * (lat == 20) + paint.between(-5, 5)
                marks.append(Patch("body", blot(paint, s * lon, lat, size * paint.between(0.75, 1.1), rough=0.3), dark))
        for lat in (66, 38, 8, -22, -52):
            marks += [
                Patch("neck", blot(paint, s * lon, lat + paint.between(-6, 6), size * 1.15, 0.75, 0.3), dark)
                for lon in (60, 125)
            ]
    coat = Coat(
        base=base,
        muzzle=lighter(base, 0.35),
        ear=base,
        inner=mix(base, _INNER, 0.4),
        legs=base if paint.chance(0.6) else lighter(base, 0.3),
        tail=base,
        tail_tip=dark,
        nose=darker(dark, 0.4),
        eye=paint.pick(_EYES),
        hair=dark,
        feet=fur("dark brown", paint),
        head=base,
        horn=dark,
        patches=tuple(marks),
    )
    looks = [
        name,
        f"with {'large' if size > 14 else 'small'} {spot} spots",
        "with a very long neck" if build.neck[0] > 0.64 else "with a long neck",
    ]
    return animal(
        build,
        coat,
        dress(dice.child("wear"), ("scarf", "bow tie", "bandana", "bell"), ("flower",), odds=0.75),
        looks,
        dice.between(4.0, 5.2),
    )


def _tortoise(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (0.16, 0.155, 0.16)
    tall = shape.between(0.26, 0.36)
    build = Build(
        front=0.17,
        hind=0.17,
        span=0.36,
        chest=(0.22, 0.13, 0.17),
        hips=(0.22, 0.13, 0.17),
        stance=0.19,
        limb=(0.08, 0.075, 0.072),
        thigh=0.08,
        foot=(0.08, 0.045, 0.085),
        neck=(shape.between(0.24, 0.38), 0.34),
        neck_radii=(0.09, 0.085),
        head=Head(
            skull,
            (0.045, 0.09, 0.11, 0.08, 0.09),
            (0.02, 0.02, 0.02),
            ears.rounded(skull, 0.001, 0.0, 0.3),
            shape.between(0.044, 0.054),
            eye_at=(44.0, 18.0),
            bridge=0.7,
            nostrils=True,
        ),
        tail=Tail(0.14, (0.045, 0.035, 0.012), -25),
        shell=(shape.between(0.3, 0.34), tall, shape.between(0.38, 0.42)),
    )
    paint = dice.child("coat")
    skin_name = paint.pick(("green", "olive green", "brown", "beige", "grey"))
    skin: Colour = {
        "green": (0.55, 0.72, 0.38),
        "olive green": (0.56, 0.58, 0.32),
        "brown": (0.62, 0.47, 0.33),
        "beige": (0.84, 0.76, 0.56),
        "grey": (0.62, 0.64, 0.6),
    }[skin_name]
    shell_name = paint.pick(
        [n for n in ("brown", "dark green", "dark brown", "orange", "grey", "golden") if n != skin_name]
    )
    shell = (0.23, 0.43, 0.28) if shell_name == "dark green" else fur(shell_name, paint)
    light = lighter(shell, paint.between(0.25, 0.5)) if paint.chance(0.6) else darker(shell, 0.35)
    kind = paint.pick(("scutes", "spots", "rays"))
    marks: list[Patch] = []
    for s in (1, -1):
        for lon in (25, 70, 110, 155):
            outline = (
                cap(surface(s * lon, 26), 20, 6)
                if kind != "spots"
                else cap(surface(s * lon + paint.between(-8, 8), paint.between(10, 45)), paint.between(9, 14), 8)
            )
            marks.append(
                Patch(
                    "body",
                    outline
                    if kind != "rays"
                    else over(((s * (lon - 5), 78), (s * (lon - 11), 5), (s * (lon + 11), 5), (s * (lon + 5), 78))),
                    light,
                )
            )
    if kind != "rays":
        marks += [Patch("body", cap(surface(lon, 70), 15, 6), light) for lon in (0, 180)]
    coat = Coat(
        base=skin,
        muzzle=lighter(skin, 0.12),
        ear=skin,
        inner=skin,
        legs=skin,
        tail=skin,
        tail_tip=skin,
        nose=darker(skin, 0.6),
        eye=paint.pick((*_EYES, (0.9, 0.6, 0.2))),
        hair=skin,
        feet=skin,
        head=skin,
        shell=shell,
        patches=tuple(marks),
    )
    pattern = {"scutes": "plated", "spots": "spotted", "rays": "rayed"}[kind]
    wear: tuple[Wear, ...] = dress(
        dice.child("wear"), ("scarf", "bow tie", "bandana"), ("hat", "party hat", "straw hat", "flower"), odds=0.6
    )
    looks = [
        skin_name,
        f"with {article(f'{pattern} {shell_name} shell')}",
        "with a high shell" if tall > 0.31 else "with a flat shell",
    ]
    return animal(build, coat, wear, looks, dice.between(0.3, 0.5))


HORSE: Final = Quadruped("horse", (1.5, 1.9), _horse, _HOOVES)
ZEBRA: Final = Quadruped("zebra", (1.25, 1.5), _zebra, _HOOVES)
COW: Final = Quadruped("cow", (1.3, 1.6), _cow, _HOOVES)
SHEEP: Final = Quadruped("sheep", (0.8, 1.0), _sheep, _HOOVES)
PIG: Final = Quadruped("pig", (0.6, 0.85), _pig, _HOOVES)
DEER: Final = Quadruped("deer", (0.9, 1.3), _deer, _HOOVES)
GIRAFFE: Final = Quadruped("giraffe", (4.0, 5.2), _giraffe, _HOOVES)
TORTOISE: Final = Quadruped("tortoise", (0.3, 0.5), _tortoise, _HOOVES)
