"""Dogs of no breed, and corgis."""

from __future__ import annotations

from typing import Final

from s2vbench.world.animals import ears
from s2vbench.world.animals.build import Animal, Build, Coat, Ear, Fur, Head, Patch, Tail
from s2vbench.world.animals.coat import belly, blot, fur, sheet
from s2vbench.world.animals.dress import PETS, animal, dress
from s2vbench.world.animals.face import cap
from s2vbench.world.animals.markings import BLAZE, MARKS
from s2vbench.world.animals.quadruped import Quadruped
from s2vbench.world.animals.space import Vec, surface
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix

_EYES: Final[tuple[Colour, ...]] = (
    (0.45, 0.26, 0.13),
    (0.62, 0.38, 0.14),
    (0.28, 0.18, 0.12),
    (0.36, 0.58, 0.78),
    (0.40, 0.50, 0.26),
)
_INNER: Final[Colour] = (0.93, 0.66, 0.62)


def _ear(dice: Dice, skull: Vec) -> tuple[Ear, str]:
    kind = dice.pick(("upright", "floppy", "floppy", "folded", "long"))
    if kind == "upright":
        return ears.pointed(skull, dice.between(0.17, 0.25), dice.between(0.085, 0.11), dice.between(0.1, 0.4)), (
            "with upright ears"
        )
    if kind == "folded":
        return ears.folded(skull, dice.between(0.13, 0.17), dice.between(0.085, 0.105)), "with folded ears"
    if kind == "long":
        return ears.floppy(skull, dice.between(0.36, 0.44), dice.between(0.11, 0.14), 0.02), "with long floppy ears"
    return ears.floppy(skull, dice.between(0.23, 0.29), dice.between(0.095, 0.12), dice.between(0.08, 0.25)), (
        "with floppy ears"
    )


def _tail(dice: Dice, furry: Fur) -> Tail:
    kind = dice.pick(("curl", "long", "plume", "stub"))
    fat = 1.5 if furry != "smooth" else 1.0
    if kind == "curl":
        return Tail(0.44, (0.045 * fat, 0.055 * fat, 0.035 * fat), 65, 200, tip_share=dice.pick((0.0, 0.35)))
    if kind == "plume":
        return Tail(0.4, (0.045, 0.085, 0.02), 42, 40, tip_share=dice.pick((0.0, 0.35)))
    if kind == "stub":
        return Tail(0.13, (0.05 * fat, 0.045 * fat, 0.035 * fat), 50)
    return Tail(0.4, (0.04 * fat, 0.034 * fat, 0.02 * fat), 38, 35, tip_share=dice.pick((0.0, 0.2)))


def _build(dice: Dice) -> tuple[Build, str]:
    skull = (dice.between(0.215, 0.245), dice.between(0.2, 0.225), dice.between(0.195, 0.215))
    ear, ear_words = _ear(dice.child("ear"), skull)
    long = dice.pick((0.0, 0.5, 1.0))
    broad = dice.between(0.095, 0.13)
    muzzle = (0.07, 0.165 + 0.08 * long, broad, broad * dice.between(0.72, 0.86), 0.09 + 0.045 * long)
    furry: Fur = dice.pick(("smooth", "smooth", "smooth", "shaggy", "woolly"))
    leg = dice.pick((0.22, 0.3, 0.38))
    stout = dice.between(0.92, 1.12)
    nose = dice.between(0.042, 0.055)
    build = Build(
        front=leg,
        hind=leg + 0.01,
        span=dice.between(0.32, 0.4),
        chest=(0.165 * stout, 0.185 * stout, 0.18),
        hips=(0.155 * stout, 0.165 * stout, 0.165),
        stance=0.1 * stout,
        limb=(0.075 * stout, 0.056 * stout, 0.05 * stout),
        thigh=0.105 * stout,
        foot=(0.06 * stout, 0.042, 0.078),
        neck=(dice.between(0.29, 0.34), dice.between(0.13, 0.18)),
        neck_radii=(0.135, 0.12),
        head=Head(skull, muzzle, (nose, 0.8 * nose, 0.75 * nose), ear, dice.between(0.044, 0.054), bridge=0.5),
        tail=_tail(dice.child("tail"), furry),
        fur=furry,
        tuft={"smooth": 0.0, "shaggy": 0.05, "woolly": 0.035}[furry],
        topknot=0.11 if furry == "woolly" else 0.0,
    )
    extra = {"smooth": ear_words, "shaggy": "with a shaggy coat", "woolly": "with a curly coat"}[furry]
    return build, extra


def _coat(dice: Dice) -> tuple[Coat, str]:
    kind = dice.pick(tuple(MARKS))
    if kind == "spotted":
        spot_name = dice.pick(("black", "brown", "dark grey"))
        base, dark, name = (
            fur("white", dice),
            fur(spot_name, dice),
            f"{spot_name}-spotted white".replace("dark grey", "dark-grey"),
        )
    elif kind in {"patched", "piebald"}:
        first = dice.pick(("white", "white", "cream"))
        second = dice.pick(("brown", "black", "orange", "grey", "dark brown"))
        if kind == "piebald":
            first, second = second, first
        base, dark, name = fur(first, dice), fur(second, dice), f"{first}-and-{second}".replace(" ", "-")
    elif kind == "tricolour":
        base, dark, name = fur(dice.pick(("orange", "brown")), dice), fur("black", dice), "tricoloured"
    else:
        first = dice.pick(("brown", "beige", "golden", "black", "grey", "white", "reddish", "cream", "blue-grey"))
        base = fur(first, dice)
        dark = lighter(base, 0.45) if first == "black" else darker(base, 0.62)
        name = {"plain": first, "saddled": first, "masked": first, "brindled": f"striped {first}"}[kind]
        if kind == "saddled":
            dark, name = fur("black", dice) if first != "black" else fur("orange", dice), f"dark-backed {first}"
        if kind == "masked":
            name = f"dark-faced {first}" if first != "black" else "pale-faced black"
    patches, socks = MARKS[kind](dice, base, dark)
    white = fur("white", dice)
    ear = {"patched": dark, "spotted": dark, "tricolour": dark, "masked": dark, "saddled": mix(base, dark, 0.7)}.get(
        kind, darker(base, dice.pick((0.0, 0.0, 0.35)))
    )
    one_ear = kind in {"patched", "spotted"} and dice.chance(0.6)
    muzzle = {"masked": dark, "piebald": white, "tricolour": white}.get(
        kind, lighter(base, dice.pick((0.12, 0.12, 0.5)))
    )
    coat = Coat(
        base=base,
        muzzle=muzzle,
        ear=ear,
        inner=mix(_INNER, base, 0.25),
        legs=base,
        tail=dark if kind in {"saddled", "tricolour"} else base,
        tail_tip=white if kind in {"piebald", "tricolour"} else dark,
        nose=dice.pick(((0.17, 0.14, 0.17), (0.17, 0.14, 0.17), (0.42, 0.25, 0.22))),
        eye=dice.pick(_EYES),
        hair=base,
        feet=base,
        head=base,
        socks=socks,
        sock_share=dice.between(0.3, 0.8),
        right_ear=base if one_ear else None,
        patches=patches,
    )
    return coat, name


def _dog(dice: Dice) -> Animal:
    build, extra = _build(dice.child("build"))
    coat, name = _coat(dice.child("coat"))
    wear = dress(dice.child("wear"), PETS, odds=0.8)
    looks = (name, extra)
    return animal(build, coat, wear, looks, dice.between(0.35, 0.75))


def _corgi(dice: Dice) -> Animal:
    shape = dice.child("build")
    skull = (shape.between(0.235, 0.26), shape.between(0.2, 0.215), 0.2)
    ear = ears.pointed(skull, shape.between(0.2, 0.27), shape.between(0.1, 0.125), shape.between(0.15, 0.5), blunt=0.25)
    fluffy = shape.chance(0.35)
    tail = shape.pick((Tail(0.1, (0.06, 0.06, 0.05), 40), Tail(0.3, (0.05, 0.08, 0.03), 45, 60, tip_share=0.35)))
    leg = shape.between(0.2, 0.25)
    build = Build(
        front=leg,
        hind=leg + 0.01,
        span=shape.between(0.44, 0.52),
        chest=(0.175, 0.175, 0.18),
        hips=(0.17, 0.17, 0.18),
        stance=0.11,
        limb=(0.075, 0.06, 0.055),
        thigh=0.105,
        foot=(0.062, 0.042, 0.078),
        neck=(shape.between(0.29, 0.33), 0.15),
        neck_radii=(0.15, 0.125),
        head=Head(
            skull,
            (0.07, 0.19, 0.105, 0.08, 0.115),
            (0.046, 0.038, 0.036),
            ear,
            shape.between(0.042, 0.05),
            bridge=0.5,
            cheeks=shape.pick((0.0, 0.03, 0.05)),
        ),
        tail=tail,
        fur="shaggy" if fluffy else "smooth",
        tuft=0.035 if fluffy else 0.0,
    )
    paint = dice.child("coat")
    name = paint.pick(("orange", "orange", "golden", "reddish", "brown", "black", "grey", "cream"))
    base, white = fur(name, paint), fur("white", paint)
    chest = [
        Patch("body", blot(paint, 0, -18, paint.between(44, 60), rough=0.1), white),
        Patch("neck", cap(surface(0, 0), paint.between(50, 75)), white),
        Patch("body", belly(0.7, -0.7, paint.between(32, 55)), white),
    ]
    if paint.chance(0.8):
        chest.append(Patch("head", BLAZE, white))
    if paint.chance(0.35):
        chest.append(Patch("body", sheet(0.4, -0.7, paint.between(45, 70)), darker(base, 0.55)))
    if paint.chance(0.35):
        chest.append(
            Patch("body", blot(paint, paint.pick((1, -1)) * paint.between(60, 120), 10, paint.between(18, 30)), white)
        )
    coat = Coat(
        base=base,
        muzzle=white,
        ear=base if paint.chance(0.7) else darker(base, 0.5),
        inner=mix(_INNER, base, 0.2),
        legs=base,
        tail=base,
        tail_tip=white,
        nose=(0.17, 0.14, 0.17),
        eye=paint.pick(_EYES),
        hair=white,
        feet=white,
        head=base,
        socks=(white, white, white if paint.chance(0.8) else None, white),
        sock_share=paint.between(0.4, 1.0),
        patches=tuple(chest),
    )
    wear = dress(dice.child("wear"), PETS, odds=0.8)
    looks = [
        f"{name}-and-white",
        "fluffy" if fluffy else ("with a bushy tail" if tail.length > 0.2 else "with a stub tail"),
    ]
    return animal(build, coat, wear, looks, dice.between(0.38, 0.5))


DOG: Final = Quadruped("dog", (0.35, 0.75), _dog)
CORGI: Final = Quadruped("corgi", (0.38, 0.5), _corgi)
