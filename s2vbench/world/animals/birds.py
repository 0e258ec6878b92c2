"""Upright birds: penguin, duck, owl and rooster."""

from __future__ import annotations

from typing import Final

from s2vbench.world.animals.bird import BirdSpecies
from s2vbench.world.animals.build import WearKind
from s2vbench.world.animals.coat import fur
from s2vbench.world.animals.dress import dress, wear_words
from s2vbench.world.animals.plumage import Bird, BirdBuild, BirdCoat, Crest, Face, Plumage
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix, named

_ORANGE: Final[Colour] = (0.95, 0.60, 0.20)
_EYES: Final[tuple[Colour, ...]] = ((0.42, 0.27, 0.14), (0.26, 0.18, 0.14), (0.34, 0.5, 0.7), (0.85, 0.6, 0.18))
_NECK: Final[tuple[WearKind, ...]] = ("scarf", "bow tie", "bandana")


def _bird(build: BirdBuild, coat: BirdCoat, dice: Dice, looks: list[str], height_m: float) -> Bird:
    # A comb has no room for a hat.
    hats: tuple[WearKind, ...] = () if build.crest == "comb" else ("hat", "party hat", "straw hat")
    wear = dress(dice.child("wear"), _NECK, hats, odds=0.66)
    worn = [wear_words(thing) for thing in wear]
    top = build.leg + build.body[1] + build.neck + build.skull[1]
    return Bird(build, coat, wear, tuple([looks[0], *worn, *looks[1:]][:4]), height_m, 1.0 / top)


def _penguin(dice: Dice) -> Bird:
    shape = dice.child("build")
    fat = shape.between(0.88, 1.15)
    crest = shape.chance(0.35)
    build = BirdBuild(
        leg=0.06,
        body=(0.245 * fat, shape.between(0.3, 0.36), 0.22 * fat),
        pitch_deg=0.0,
        neck=shape.between(0.3, 0.36),
        reach=0.02,
        neck_radius=0.17,
        skull=(shape.between(0.2, 0.235), 0.195, 0.195),
        beak=(shape.between(0.1, 0.19), 0.055, 0.045),
        beak_drop=0.03,
        eye=shape.between(0.042, 0.052),
        eye_at=(33.0, 10.0),
        wing=(shape.between(0.3, 0.4), 0.085),
        tail=(0.1, 0.05),
        foot=(0.09, 0.12),
        crest="tufts" if crest else "none",
    )
    paint = dice.child("coat")
    name = paint.pick(("black", "black", "blue-grey", "dark grey", "navy", "brown"))
    base = named("navy", paint) if name == "navy" else fur(name, paint)
    belly = fur(paint.pick(("white", "cream")), paint)
    mark_name = paint.pick(("orange", "yellow", "white", "pink"))
    accent = named(mark_name, paint)
    kind: Face = paint.pick(("cheeks", "bib", "mask", "brow"))
    coat = BirdCoat(
        base,
        belly,
        base,
        paint.pick((_ORANGE, (0.3, 0.27, 0.3), (0.93, 0.45, 0.3))),
        paint.pick((_ORANGE, (0.93, 0.5, 0.42), (0.4, 0.37, 0.4))),
        paint.pick(_EYES),
        accent,
        base,
        face=kind,
        belly_size=paint.between(46, 62),
    )
    where = {
        "cheeks": f"with {mark_name} cheeks",
        "bib": f"with {'an' if mark_name[0] == 'o' else 'a'} {mark_name} chest",
        "mask": "with a white face",
        "brow": f"with {mark_name} brows",
    }[kind]
    return _bird(build, coat, dice, [name, where, *(["with a crest"] if crest else [])], dice.between(0.5, 1.0))


def _duck(dice: Dice) -> Bird:
    shape = dice.child("build")
    fat = shape.between(0.92, 1.12)
    crest: Crest = shape.pick(("none", "none", "curl", "tufts"))
    build = BirdBuild(
        leg=0.13,
        body=(0.2 * fat, 0.19 * fat, 0.29),
        pitch_deg=shape.between(8, 20),
        neck=shape.between(0.4, 0.5),
        reach=0.2,
        neck_radius=0.11,
        skull=(shape.between(0.185, 0.205), 0.18, 0.18),
        beak=(shape.between(0.15, 0.2), 0.1, 0.04),
        beak_drop=0.05,
        eye=shape.between(0.042, 0.05),
        eye_at=(38.0, 14.0),
        wing=(shape.between(0.24, 0.3), 0.12),
        tail=(shape.between(0.07, 0.13), 0.085),
        foot=(0.085, 0.12),
        crest=crest,
        flat_beak=True,
    )
    paint = dice.child("coat")
    kind = paint.pick(("plain", "plain", "hooded", "hooded", "winged"))
    name = (
        paint.pick(("white", "yellow", "brown", "beige", "grey"))
        if kind != "hooded"
        else paint.pick(("beige", "grey", "brown", "white"))
    )
    base = (0.97, 0.83, 0.34) if name == "yellow" else fur(name, paint)
    hood_name = paint.pick(("green", "teal", "blue", "purple"))
    head = darker(named(hood_name, paint), 0.15) if kind == "hooded" else base
    wing_name = paint.pick(("brown", "grey", "blue-grey") if name != "brown" else ("white", "black"))
    wing = fur(wing_name, paint) if kind == "winged" else darker(base, 0.07)
    coat = BirdCoat(
        base,
        lighter(base, 0.3),
        head,
        paint.pick((_ORANGE, (0.97, 0.76, 0.25), (0.55, 0.56, 0.5))),
        _ORANGE,
        paint.pick(_EYES),
        fur("white", paint),
        wing,
        face="ring" if kind == "hooded" else "none",
        belly_size=50.0,
    )
    looks = [
        {"plain": name, "hooded": f"{hood_name}-headed {name}", "winged": f"{wing_name}-winged {name}"}[kind],
        *(
            {
                "curl": ["with a curl on its head"],
                "tufts": ["with a crest"],
                "none": ["with an orange beak"] if coat.beak == _ORANGE else [],
            }[crest]
        ),
    ]
    if len(looks) < 2:
        looks.append("with a yellow beak" if coat.beak[0] > 0.9 else "with a grey beak")
    return _bird(build, coat, dice, looks, dice.between(0.3, 0.45))


def _owl(dice: Dice) -> Bird:
    shape = dice.child("build")
    fat = shape.between(0.92, 1.12)
    tufts = shape.chance(0.6)
    build = BirdBuild(
        leg=0.07,
        body=(0.25 * fat, 0.27, 0.22 * fat),
        pitch_deg=0.0,
        neck=shape.between(0.3, 0.34),
        reach=0.02,
        neck_radius=0.2,
        skull=(shape.between(0.24, 0.265), 0.2, 0.21),
        beak=(0.0, 0.034, 0.05),
        beak_drop=0.045,
        eye=shape.between(0.062, 0.078),
        eye_at=(25.0, 6.0),
        wing=(shape.between(0.3, 0.36), 0.13),
        tail=(0.16, 0.09),
        foot=(0.075, 0.085),
        crest="ears" if tufts else "none",
    )
    paint = dice.child("coat")
    name = paint.pick(("brown", "grey", "white", "reddish", "dark brown", "golden", "blue-grey"))
    base = fur(name, paint)
    eye_name = paint.pick(("yellow", "orange", "green", "brown"))
    eye = {
        "yellow": (0.97, 0.79, 0.2),
        "orange": (0.93, 0.52, 0.15),
        "green": (0.5, 0.7, 0.3),
        "brown": (0.4, 0.25, 0.14),
    }[eye_name]
    light = mix(base, fur("cream", paint), 0.7)
    coat = BirdCoat(
        base,
        light,
        base,
        (0.92, 0.68, 0.28),
        (0.9, 0.66, 0.3),
        eye,
        light,
        darker(base, paint.between(0.1, 0.4)),
        face="discs",
        belly_size=paint.between(48, 60),
        plumage=paint.pick(("flecked", "barred", "plain")),
        fleck=darker(base, 0.45),
    )
    looks = [
        name if coat.plumage == "plain" else f"{coat.plumage} {name}",
        f"with {eye_name} eyes",
        "with ear tufts" if tufts else "with a round head",
    ]
    return _bird(build, coat, dice, looks, dice.between(0.3, 0.6))


def _rooster(dice: Dice) -> Bird:
    shape = dice.child("build")
    fat = shape.between(0.9, 1.1)
    build = BirdBuild(
        leg=0.2,
        body=(0.18 * fat, 0.19 * fat, 0.24),
        pitch_deg=shape.between(18, 30),
        neck=shape.between(0.4, 0.48),
        reach=0.19,
        neck_radius=0.12,
        skull=(0.145, 0.145, 0.145),
        beak=(0.1, 0.04, 0.04),
        beak_drop=0.02,
        eye=shape.between(0.034, 0.042),
        eye_at=(46.0, 12.0),
        wing=(shape.between(0.24, 0.29), 0.11),
        tail=(shape.between(0.34, 0.46), 0.1),
        foot=(0.075, 0.1),
        crest="comb",
        plumes=True,
    )
    paint = dice.child("coat")
    name = paint.pick(("white", "brown", "reddish", "black", "golden", "grey"))
    base = fur(name, paint)
    head_name = paint.pick([n for n in ("golden", "orange", "white", "brown", "reddish") if n != name])
    tail_name = paint.pick(("green", "teal", "blue", "black", "purple", "white"))
    tail: Colour = (
        darker(named(tail_name, paint), 0.2) if tail_name not in {"black", "white"} else fur(tail_name, paint)
    )
    plumage: Plumage = paint.pick(("plain", "flecked"))
    coat = BirdCoat(
        base,
        lighter(base, 0.15),
        fur(head_name, paint),
        (0.95, 0.75, 0.3),
        (0.93, 0.7, 0.3),
        paint.pick(_EYES),
        (0.85, 0.2, 0.2),
        darker(base, 0.25),
        face="none",
        belly_size=40.0,
        plumage=plumage,
        fleck=lighter(base, 0.5) if name == "black" else darker(base, 0.5),
        tail=tail,
    )
    looks = [
        name if plumage == "plain" else f"flecked {name}",
        f"with a {tail_name} tail",
        f"with {'an' if head_name[0] == 'o' else 'a'} {head_name} neck",
    ]
    return _bird(build, coat, dice, looks, dice.between(0.45, 0.65))


PENGUIN: Final = BirdSpecies("penguin", (0.5, 1.0), _penguin)
DUCK: Final = BirdSpecies("duck", (0.3, 0.45), _duck)
OWL: Final = BirdSpecies("owl", (0.3, 0.6), _owl)
ROOSTER: Final = BirdSpecies("rooster", (0.45, 0.65), _rooster)
