"""Grazing animals: deer, giraffe and tortoise."""

from __future__ import annotations

from typing import Final

from s2vbench.world.animals import ears
from s2vbench.world.animals.build import Animal, Build, Coat, Egg, Head, Patch, Tail, Wear
from s2vbench.world.animals.coat import belly, blot, fur, over
from s2vbench.world.animals.dress import WILD, animal, dress
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
        neck_hair="upright",
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
        for i in range(4):
            for lat in (52, 20, -12):
                lon = 30 + 38 * i + 14 * (lat == 20) + paint.between(-5, 5)
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
    dome = (shape.between(0.3, 0.34), tall, shape.between(0.38, 0.42))
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
        shell=dome,
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
    height = "high" if tall > 0.31 else "flat"
    wear: tuple[Wear, ...] = dress(
        dice.child("wear"), ("scarf", "bow tie", "bandana"), ("hat", "party hat", "straw hat", "flower"), odds=0.6
    )
    looks = [
        skin_name.replace("olive green", "olive-green"),
        f"with a {height}, {pattern} {shell_name} shell",
    ]
    return animal(build, coat, wear, looks, dice.between(0.3, 0.5))


DEER: Final = Quadruped("deer", (0.9, 1.3), _deer, _HOOVES)
GIRAFFE: Final = Quadruped("giraffe", (4.0, 5.2), _giraffe, _HOOVES)
TORTOISE: Final = Quadruped("tortoise", (0.3, 0.5), _tortoise, _HOOVES)
