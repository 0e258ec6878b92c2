"""Places without people: sand, woods, and the moon."""

from __future__ import annotations

from s2vbench.world.dice import Dice
from s2vbench.world.palette import darker, lighter, mix
from s2vbench.world.places import fronts, plants, skies, strewn, terrain
from s2vbench.world.places.stage import flanks, layer, rgb, shady, spread, tone
from s2vbench.world.places.wild_parts import (
    campfire,
    craters,
    dunes,
    fern,
    lianas,
    mesa,
    planet,
    tent,
)
from s2vbench.world.scene import Light, Place, Scene


def _desert(dice: Dice) -> Scene:
    heaven = [
        tone(dice, rgb(text))
        for text in dice.pick(
            (("5fa5cf", "bcd8d6", "fbe6bd"), ("7f8fc9", "efc2b0", "fbdca5"), ("6fb5b5", "d9dbb5", "f9deac"))
        )
    ]
    sand = tone(dice, rgb(dice.pick(("eec07c", "e8ab76", "f0cf94", "dd9a68"))))
    haze = heaven[-1]
    rock = mix(rgb(dice.pick(("c4735a", "b5654f", "c98a6a"))), sand, 0.3)
    stones = [
        terrain.heap(dice, x, dice.between(0.67, 0.69), dice.between(0.05, 0.11), tone(dice, rock))
        for x in flanks(dice, 0.55, (0.15, 0.26))
    ]
    agaves = [
        fern(dice, x, 0.695, dice.between(0.06, 0.11), tone(dice, rgb("8fa573"), 0.03))
        for x in flanks(dice, 0.4, (0.2, 0.5))
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.6), skies.day_sun(dice, rgb("ffe39a"), 0.8)),
            layer(
                0.2, [mesa(dice, x, 0.6, tone(dice, mix(rgb("c9765a"), haze, 0.4)), haze) for x in spread(dice, 0.7)]
            ),
            layer(0.5, dunes(dice, 0.61, 0.07, mix(sand, haze, 0.4))),
            layer(0.75, dunes(dice, 0.64, 0.05, mix(sand, haze, 0.15))),
            layer(
                1.0,
                terrain.ground(dice, 0.65, (mix(sand, haze, 0.25), lighter(sand, 0.15), darker(sand, 0.06)), 0.03, 1.1),
                terrain.swells(dice, (0.68, 1.25), lighter(sand, 0.55), 8, 0.4),
                strewn.pebbles(dice, (0.7, 1.2), darker(sand, 0.1), 24, 0.01),
                stones,
                agaves,
            ),
            layer(1.3, fronts.bank(dice, darker(sand, 0.1), 1.04, 0.1, 0.12)),
        ),
        ground=(0.72, 0.95),
        light=Light((1.0, 0.97, 0.9), 0.3),
    )


def _jungle(dice: Dice) -> Scene:
    light = [
        tone(dice, rgb(text))
        for text in dice.pick(
            (("8fc98a", "cfe8a5", "f3f5c4"), ("7fc9b0", "bfe6c4", "eef7d4"), ("a5c96f", "dbe39a", "f9f3bf"))
        )
    ]
    green = tone(dice, rgb(dice.pick(("3f8f55", "4f9450", "2f8a6a"))))
    floor = tone(dice, mix(rgb("9cbf6a"), rgb("c2a873"), dice.unit()))
    blooms = rgb(dice.pick(("e9578a", "f08a3f", "b06fd9", "f2c53f")))
    trunks = [
        plants.trunk(dice, x, 1.3, 0.67, dice.between(0.03, 0.055), tone(dice, rgb("6b5640")))
        for x in flanks(dice, 0.5, (0.17, 0.4))
    ]
    ferns = [
        fern(dice, x, y, dice.between(0.12, 0.2), tone(dice, green, 0.04, 0.06))
        for x, y in plants.feet(dice, (0.66, 0.69), 0.13)
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(light, 0.6)),
            layer(0.3, plants.tree_line(dice, 0.58, 0.4, (mix(green, light[1], 0.65), light[2]), "round", 0.18)),
            layer(
                0.5,
                [
                    plants.palm(
                        dice,
                        x,
                        0.66,
                        dice.between(0.35, 0.5),
                        mix(green, light[1], 0.4),
                        mix(rgb("7a6650"), light[1], 0.4),
                    )
                    for x in spread(dice, 0.36)
                ],
                skies.shafts(dice, (1.0, 1.0, 0.85), 8, 0.26),
                terrain.mist((0.4, 0.7), light[2], 0.45),
            ),
            layer(0.8, plants.tree_line(dice, 0.63, 0.12, (shady(green, 0.05), shady(green, 0.3)), "round", 0.06)),
            layer(
                1.0,
                terrain.ground(dice, 0.64, (darker(floor, 0.15), lighter(floor, 0.12), floor), 0.02, 0.6),
                trunks,
                lianas(dice, shady(green, 0.1), blooms),
                ferns,
                strewn.patches(dice, (0.7, 1.2), lighter(floor, 0.6), 9, 0.4),
                strewn.tufts(dice, (0.7, 1.25), shady(green, 0.1), 50, 0.03, 0.6),
            ),
            layer(
                1.35,
                fronts.leaf_corner(dice, shady(green, 0.1), -1, 0.26),
                fronts.leaf_corner(dice, shady(green, 0.1), 1, 0.26),
                fronts.grass(dice, shady(green, 0.25), 0.12, step=0.036),
            ),
        ),
        ground=(0.72, 0.95),
        light=Light((0.95, 1.0, 0.92), 0.28),
    )


def _moon(dice: Dice) -> Scene:
    heaven = [
        tone(dice, rgb(text))
        for text in dice.pick(
            (("07081a", "10122e", "262a55"), ("100820", "221240", "45306a"), ("04121f", "0b2a3f", "1f4f66"))
        )
    ]
    dust = tone(dice, rgb(dice.pick(("b9bac6", "c4bcb5", "aab4c6", "bfb2c9"))), 0.03)
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.7), skies.stars(dice, 190)),
            layer(0.05, planet(dice, dice.between(-0.3, 0.3), dice.between(0.14, 0.26), dice.between(0.075, 0.11))),
            layer(0.3, terrain.hills(dice, 0.63, 0.12, (darker(dust, 0.35), darker(dust, 0.5)), 0.6)),
            layer(0.6, terrain.hills(dice, 0.655, 0.05, (darker(dust, 0.15), darker(dust, 0.3)), 0.5)),
            layer(
                1.0,
                terrain.ground(dice, 0.655, (darker(dust, 0.08), lighter(dust, 0.2), darker(dust, 0.12)), 0.02, 0.7),
                craters(dice, (0.68, 1.2), dust),
                [
                    terrain.heap(dice, x, 0.69, dice.between(0.02, 0.05), dust)
                    for x in spread(dice, 0.42)
                    if abs(x) > 0.2
                ],
                strewn.pebbles(dice, (0.7, 1.25), dust, 34),
            ),
            layer(1.3, fronts.bank(dice, darker(dust, 0.4), 1.04, 0.12, 0.16)),
        ),
        ground=(0.73, 0.95),
        light=Light((0.95, 0.96, 1.0), 0.36),
    )


def _moonlit_forest(dice: Dice) -> Scene:
    heaven = skies.night(dice)
    glow = mix(heaven[2], rgb("cfe0ff"), 0.35)
    moss = tone(dice, mix(rgb(dice.pick(("5f8a6f", "5a7f8a", "6f7f9a"))), heaven[2], 0.3))
    petals = rgb(dice.pick(("b9d4ff", "d9c2ff", "c2f0e6")))
    where = dice.between(-0.25, 0.25)
    bark = mix(heaven[0], rgb("1c1a33"), 0.4)
    trunks = [
        plants.trunk(dice, x, 1.3, 0.67, dice.between(0.022, 0.045), lighter(bark, 0.06))
        for x in flanks(dice, 0.3, (0.13, 0.25))
    ]
    return Scene(
        layers=(
            layer(
                0.0,
                skies.sky((*heaven, glow), 0.7),
                skies.stars(dice, 90, (-0.5, 0.4)),
                skies.moon(dice, where, dice.between(0.14, 0.24), dice.between(0.06, 0.08)),
            ),
            layer(
                0.25,
                plants.tree_line(
                    dice, 0.6, 0.28, (mix(heaven[1], glow, 0.35), glow), dice.pick(("pine", "round")), 0.1
                ),
            ),
            layer(
                0.45,
                [
                    plants.trunk(dice, x, 1.3, 0.66, dice.between(0.012, 0.022), mix(heaven[1], glow, 0.2))
                    for x in spread(dice, 0.16)
                ],
                terrain.mist((0.4, 0.72), glow, 0.45),
            ),
            layer(
                0.7,
                [
                    plants.bush(dice, x, 0.655, dice.between(0.06, 0.11), mix(heaven[0], heaven[1], 0.7))
                    for x in spread(dice, 0.16)
                ],
            ),
            layer(
                1.0,
                terrain.ground(dice, 0.645, (shady(moss, 0.2), lighter(moss, 0.12), shady(moss, 0.25)), 0.025, 0.7),
                trunks,
                [
                    fern(dice, x, y, dice.between(0.06, 0.12), mix(moss, heaven[1], 0.35))
                    for x, y in plants.feet(dice, (0.675, 0.695), 0.22, 0.1)
                ],
                terrain.lit(where, 0.8, (0.75, 0.15), rgb("dfeaff"), 0.42),
                strewn.tufts(dice, (0.68, 1.25), shady(moss, 0.35), 70, 0.03, 0.7),
                strewn.flowers(dice, (0.68, 1.25), (petals,), 45, 0.014, heart=lighter(petals, 0.6)),
            ),
            layer(
                1.35,
                fronts.grass(dice, mix(moss, bark, 0.7), 0.14),
                fronts.leaf_corner(dice, mix(moss, bark, 0.75), dice.pick((-1, 1))),
            ),
        ),
        ground=(0.72, 0.95),
        light=Light((0.76, 0.84, 1.0), 0.34),
        weather="fireflies",
    )


def _campsite(dice: Dice) -> Scene:
    heaven = skies.dusk(dice)
    green = tone(dice, mix(rgb(dice.pick(("7f9a5a", "8f9a55", "6f9468"))), heaven[1], 0.25))
    dark = mix(heaven[0], rgb("27324a"), 0.5)
    side = dice.pick((-1, 1))
    home = tent(
        dice,
        side * dice.between(0.16, 0.26),
        0.69,
        tone(dice, rgb(dice.pick(("d9743f", "3f8a8a", "c9a03f", "7a5fa5", "5f8a4f")))),
    )
    pines = [
        plants.pine(dice, x, y, dice.between(0.4, 0.68), tone(dice, mix(rgb("3f6650"), dark, 0.5), 0.02, 0.02))
        for x, y in plants.feet(dice, (0.64, 0.66), 0.3, 0.14)
    ]
    fire_x = -side * dice.between(0.16, 0.22)
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.6), skies.stars(dice, 60, (-0.5, 0.25))),
            layer(
                0.2,
                terrain.mountains(
                    dice, 0.58, 0.26, mix(heaven[0], heaven[1], 0.7), mix(heaven[1], heaven[2], 0.6), None, 0.5
                ),
            ),
            layer(
                0.45,
                plants.tree_line(
                    dice, 0.61, 0.16, (mix(dark, heaven[1], 0.45), mix(dark, heaven[2], 0.5)), "pine", 0.07
                ),
            ),
            layer(
                1.0,
                terrain.ground(dice, 0.635, (shady(green, 0.15), lighter(green, 0.12), shady(green, 0.15)), 0.02),
                pines,
                home,
                terrain.lit(fire_x, 0.72, (0.7, 0.2), rgb("ffb35c"), 0.5),
                campfire(dice, fire_x, 0.7),
                strewn.tufts(dice, (0.7, 1.25), shady(green, 0.3), 70, 0.028, 0.6),
            ),
            layer(1.35, fronts.grass(dice, mix(green, dark, 0.6), 0.12)),
        ),
        ground=(0.73, 0.95),
        light=Light((1.0, 0.88, 0.82), 0.32),
        weather="fireflies" if dice.chance(0.5) else "clear",
    )


PLACES = (
    Place("desert", "in a sandy desert with red rocks", "outdoor", "day", _desert),
    Place("jungle", "in a lush green jungle clearing", "outdoor", "day", _jungle),
    Place("moon", "on the surface of the moon", "outdoor", "night", _moon),
    Place("moonlit forest", "in a misty forest by moonlight", "outdoor", "night", _moonlit_forest),
    Place("campsite", "at a forest campsite at dusk", "outdoor", "dusk", _campsite),
)
