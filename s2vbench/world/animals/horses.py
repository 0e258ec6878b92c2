"""Horses and zebras."""

from __future__ import annotations

from typing import Final

from s2vbench.world.animals import ears
from s2vbench.world.animals.build import Animal, Build, Coat, Head, Patch, Tail
from s2vbench.world.animals.coat import across, blot, fur, over
from s2vbench.world.animals.dress import WILD, animal, dress
from s2vbench.world.animals.face import cap
from s2vbench.world.animals.markings import BLAZE
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
_BAND: Final = ((176, 8), (140, 11), (100, 11), (55, 7), (18, 0), (55, -3), (100, -3), (140, -5), (176, -6))
"""A stripe half around the neck."""


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
        neck_hair="upright" if upright else "crest",
        tuft=0.03 if upright else 0.045,
        topknot=0.0 if upright else shape.between(0.05, 0.075),
    )


def _horse(dice: Dice) -> Animal:
    build = _horse_build(dice.child("build"), upright=False)
    paint = dice.child("coat")
    name = paint.pick(("brown", "reddish", "dark brown", "black", "white", "grey", "golden", "beige"))
    base = fur(name, paint)
    hair_name = paint.pick(
        [other for other in ("black", "white", "dark brown", "cream", "reddish", "golden") if other != name]
    )
    hair = fur(hair_name, paint)
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
        f"with a {hair_name} mane",  # codespell:ignore mane
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
        marks += [Patch("neck", over([(s * lon, lat + dy) for lon, dy in _BAND]), dark) for lat in (48, 18, -12, -42)]
        for lon in (58, 82, 108):
            cheek = over(((s * lon, 60), (s * (lon + 9), 20), (s * lon, -40), (s * (lon - 9), 20)))
            marks += [Patch("head", cheek, dark)]
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
        bands=dark,
        patches=tuple(marks),
    )
    looks = [
        f"{name.replace(' ', '-')}-and-white",
        "with broad stripes" if count < 6 else ("with narrow stripes" if count > 6 else "with even stripes"),
    ]
    return animal(
        build,
        coat,
        dress(dice.child("wear"), WILD, ("flower", "ear bow", "party hat"), odds=0.5),
        looks,
        dice.between(1.25, 1.5),
    )


HORSE: Final = Quadruped("horse", (1.5, 1.9), _horse, _HOOVES)
ZEBRA: Final = Quadruped("zebra", (1.25, 1.5), _zebra, _HOOVES)
