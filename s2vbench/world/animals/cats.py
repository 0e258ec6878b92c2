"""Cats and rabbits."""

from __future__ import annotations

from typing import Final

from s2vbench.world.animals import ears
from s2vbench.world.animals.build import Animal, Build, Coat, Head, Patch, Tail
from s2vbench.world.animals.coat import across, belly, blot, fur, over
from s2vbench.world.animals.dress import PETS, animal, dress
from s2vbench.world.animals.face import cap
from s2vbench.world.animals.markings import BLAZE, eye_mask
from s2vbench.world.animals.quadruped import Quadruped
from s2vbench.world.animals.space import surface
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix

_EYES: Final[dict[str, Colour]] = {
    "green": (0.45, 0.70, 0.32),
    "yellow": (0.95, 0.77, 0.22),
    "blue": (0.36, 0.64, 0.90),
    "orange": (0.90, 0.53, 0.18),
}
_PINK: Final[Colour] = (0.92, 0.60, 0.62)
_Marks = tuple[Patch, ...]


def _tabby(dice: Dice, dark: Colour) -> _Marks:
    bend = dice.between(-0.12, 0.12)
    count = dice.whole(4, 7)
    wide = dice.between(0.09, 0.15)
    flank = [
        Patch("body", across(-0.75 + 1.45 * i / count, wide, 3, dice.between(75, 110), side, bend), dark)
        for i in range(count)
        for side in (1, -1)
    ]
    brow = [
        Patch("head", over(((lon - 5, 86), (lon - 5, 55), (lon, 30), (lon + 5, 55), (lon + 5, 86))), dark)
        for lon in (-24, 0, 24)
    ]
    cheeks = [
        Patch("head", over(((s * 62, lat), (s * 85, lat + 6), (s * 108, lat + 2), (s * 85, lat - 6))), dark)
        for s in (1, -1)
        for lat in (2, -20)
    ]
    return tuple(flank + brow + cheeks)


def _calico(dice: Dice) -> _Marks:
    colours = (fur("orange", dice), fur("black", dice))
    first = dice.whole(0, 1)
    marks = []
    for i in range(6):
        side = 1 if i % 2 else -1
        place = blot(dice, side * dice.between(35, 150), dice.between(0, 55), dice.between(24, 38))
        marks.append(Patch("body", place, colours[(i // 2 + first) % 2]))
    marks.append(Patch("head", blot(dice, 45, 35, dice.between(32, 42)), colours[first]))
    marks.append(Patch("head", blot(dice, -50, 45, dice.between(26, 38)), colours[1 - first]))
    return tuple(marks)


def _tuxedo(dice: Dice) -> _Marks:
    white = fur("white", dice)
    marks = [
        Patch("body", blot(dice, 0, -15, dice.between(36, 56), rough=0.1), white),
        Patch("neck", cap(surface(0, -15), dice.between(36, 60)), white),
        Patch("body", belly(0.6, -0.5, 38), white),
    ]
    if dice.chance(0.5):
        marks.append(Patch("head", BLAZE, white))
    if dice.chance(0.35):
        marks.append(Patch("head", cap(surface(dice.pick((1, -1)) * 16, -24), 22), white))
    return tuple(marks)


def _cat_coat(dice: Dice) -> tuple[Coat, str, str]:
    kind = dice.pick(("tabby", "tabby", "tuxedo", "calico", "siamese", "plain", "plain", "patched"))
    eye = dice.pick(tuple(_EYES))
    white = fur("white", dice)
    socks: tuple[Colour | None, Colour | None, Colour | None, Colour | None] = (None, None, None, None)
    marks: _Marks = ()
    ear = legs = tail = tip = None
    if kind == "tabby":
        name = dice.pick(("orange", "grey", "brown", "cream", "blue-grey"))
        base = fur(name, dice)
        dark = darker(base, 0.48)
        marks, tip, word = _tabby(dice, dark), dark, f"{name} tabby"
        if dice.chance(0.4):
            marks += (Patch("body", blot(dice, 0, -20, 40, rough=0.1), white),)
            socks = (white, white, white, white)
    elif kind == "tuxedo":
        name = dice.pick(("black", "black", "grey", "brown", "orange"))
        base, marks, word = fur(name, dice), _tuxedo(dice), f"{name}-and-white"
        socks = (white, white if dice.chance(0.8) else None, white if dice.chance(0.5) else None, white)
        tip = white if dice.chance(0.4) else None
    elif kind == "calico":
        base, marks, word = white, _calico(dice), "calico"
        tail, ear = fur(dice.pick(("orange", "black")), dice), fur("orange", dice)
    elif kind == "siamese":
        base, eye, word = fur("cream", dice), "blue", "Siamese"
        dark = fur(dice.pick(("dark brown", "dark grey", "reddish")), dice)
        ear, tail, socks = dark, dark, (dark, dark, dark, dark)
        marks = (Patch("head", cap(surface(0, -18), dice.between(40, 54), 12), mix(base, dark, 0.85)),)
    elif kind == "patched":
        name = dice.pick(("black", "grey", "orange", "brown"))
        dark = fur(name, dice)
        base, word, tail = white, f"white-and-{name}", dark
        side = dice.pick((1, -1))
        marks = tuple(
            Patch(
                "body",
                blot(dice, dice.pick((1, -1)) * dice.between(40, 150), dice.between(5, 50), dice.between(25, 40)),
                dark,
            )
            for _ in range(dice.whole(2, 4))
        )
        marks += (Patch("head", blot(dice, side * 42, 30, dice.between(34, 46)), dark),)
    else:
        name = dice.pick(("black", "white", "grey", "orange", "blue-grey", "cream", "dark brown"))
        base, word = fur(name, dice), name
    muzzle = {"siamese": mix(base, fur("dark brown", dice), 0.5)}.get(
        kind, white if kind != "plain" else lighter(base, 0.14)
    )
    coat = Coat(
        base=base,
        muzzle=muzzle,
        ear=ear or base,
        inner=mix(_PINK, base, 0.2),
        legs=legs or base,
        tail=tail or base,
        tail_tip=tip or tail or base,
        nose=_PINK if kind != "siamese" else (0.35, 0.24, 0.24),
        eye=_EYES[eye],
        hair=base,
        feet=base,
        head=base,
        socks=socks,
        sock_share=dice.between(0.35, 0.9),
        right_ear=fur("black", dice) if kind == "calico" else (base if ear is None else None),
        patches=marks,
    )
    return coat, word, f"with {eye} eyes"


def _cat(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (shape.between(0.235, 0.27), shape.between(0.195, 0.215), 0.19)
    ear = ears.pointed(skull, shape.between(0.15, 0.22), shape.between(0.095, 0.125), shape.between(0.15, 0.45))
    leg = shape.between(0.24, 0.36)
    stout = shape.pick((0.88, 1.0, 1.15))
    fluffy = shape.chance(0.28)
    fat = 1.7 if fluffy else shape.between(0.85, 1.15)
    pose = shape.pick((55, 75, 20))
    build = Build(
        front=leg,
        hind=leg + 0.015,
        span=shape.between(0.34, 0.4),
        chest=(0.145 * stout, 0.16 * stout, 0.165),
        hips=(0.15 * stout, 0.16 * stout, 0.165),
        stance=0.09 * stout,
        limb=(0.066 * stout, 0.05, 0.044),
        thigh=0.1 * stout,
        foot=(0.055, 0.038, 0.068),
        neck=(shape.between(0.28, 0.32), 0.14),
        neck_radii=(0.12, 0.11),
        head=Head(
            skull,
            (0.075, 0.15, 0.098, 0.066, 0.068),
            (0.026, 0.02, 0.02),
            ear,
            shape.between(0.05, 0.06),
            eye_at=(34.0, 6.0),
            bridge=0.0,
            whiskers=True,
            cheeks=0.05 if fluffy else shape.pick((0.0, 0.02)),
        ),
        tail=Tail(
            shape.between(0.44, 0.6),
            (0.038 * fat, 0.042 * fat, 0.034 * fat),
            pose,
            shape.pick((80, -40, 30)),
            tip_share=0.35,
            side_deg=shape.pick((-25, 15, 35)),
        ),
        fur="shaggy" if fluffy else "smooth",
        tuft=0.04 if fluffy else 0.0,
    )
    coat, word, eyes = _cat_coat(dice.child("coat"))
    looks = [word, *(("fluffy",) if fluffy else ()), eyes]
    return animal(build, coat, dress(dice.child("wear"), PETS, odds=0.74), looks, dice.between(0.25, 0.35))


def _rabbit(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (shape.between(0.2, 0.225), shape.between(0.195, 0.21), 0.19)
    hangs = shape.chance(0.35)
    length, width = shape.between(0.34, 0.5), shape.between(0.058, 0.085)
    ear = ears.lop(skull, length, 1.25 * width) if hangs else ears.long(skull, length, width, shape.between(0.05, 0.5))
    stout = shape.between(0.95, 1.15)
    build = Build(
        front=0.19,
        hind=0.2,
        span=shape.between(0.22, 0.28),
        chest=(0.15 * stout, 0.165 * stout, 0.16),
        hips=(0.19 * stout, 0.2 * stout, 0.19),
        stance=0.085 * stout,
        limb=(0.062, 0.05, 0.045),
        thigh=0.135 * stout,
        foot=(0.056, 0.04, 0.09),
        neck=(shape.between(0.27, 0.31), 0.11),
        neck_radii=(0.13, 0.11),
        head=Head(
            skull,
            (0.075, 0.145, 0.085, 0.068, 0.065),
            (0.026, 0.02, 0.02),
            ear,
            shape.between(0.048, 0.056),
            eye_at=(40.0, 8.0),
            bridge=0.0,
            whiskers=True,
            cheeks=shape.pick((0.0, 0.03)),
        ),
        tail=Tail(0.05, (0.075, 0.08, 0.07), 45),
        tuft=0.02,
    )
    paint = dice.child("coat")
    name = paint.pick(("white", "grey", "brown", "cream", "black", "golden", "blue-grey"))
    base, white = fur(name, paint), fur("white", paint)
    kind = paint.pick(("plain", "patched", "belted", "spotted"))
    dark_name = paint.pick(("brown", "black", "grey", "orange")) if name in {"white", "cream"} else "white"
    dark = fur(dark_name, paint)
    marks: _Marks = ()
    if kind == "patched":
        places = [(paint.pick((1, -1)) * paint.between(40, 150), paint.between(22, 38)) for _ in range(3)]
        marks = (
            Patch("head", eye_mask(paint.pick((1, -1)), paint.between(28, 38)), dark),
            *(Patch("body", blot(paint, lon, 25, size), dark) for lon, size in places),
        )
    elif kind == "belted":
        marks = (Patch("body", blot(paint, 0, 0, paint.between(60, 75), rough=0.08), dark), Patch("head", BLAZE, dark))
    elif kind == "spotted":
        marks = tuple(
            Patch("body", blot(paint, s * paint.between(40, 160), paint.between(-5, 65), paint.between(9, 15)), dark)
            for s in (1, -1)
            for _ in range(6)
        )
    coat = Coat(
        base=base,
        muzzle=white,
        ear=dark if kind in {"patched", "spotted"} and paint.chance(0.6) else base,
        inner=mix(_PINK, base, 0.15),
        legs=base,
        tail=white,
        tail_tip=white,
        nose=_PINK,
        eye=paint.pick(((0.42, 0.26, 0.16), (0.35, 0.55, 0.8), (0.72, 0.33, 0.35), (0.3, 0.2, 0.16))),
        hair=base,
        feet=base,
        head=base,
        socks=(white, white, None, None) if kind == "belted" else (None,) * 4,
        patches=marks,
    )
    word = (
        name if kind == "plain" else (f"{name}-and-{dark_name}" if kind != "spotted" else f"{dark_name}-spotted {name}")
    )
    looks = (word, "with lop ears" if hangs else ("with long upright ears" if length > 0.42 else "with upright ears"))
    return animal(build, coat, dress(dice.child("wear"), PETS, odds=0.7), looks, dice.between(0.22, 0.35))


CAT: Final = Quadruped("cat", (0.25, 0.35), _cat)
RABBIT: Final = Quadruped("rabbit", (0.22, 0.35), _rabbit)
