"""Enclosed places outdoors: a playground, a castle's courtyard."""

from __future__ import annotations

from s2vbench.world.dice import Dice
from s2vbench.world.palette import darker, lighter, mix
from s2vbench.world.places import floors, fronts, plants, skies, street, strewn, terrain
from s2vbench.world.places.stage import flanks, layer, rgb, shady, spread, tone
from s2vbench.world.places.yard_parts import battlements, climbing_frame, slide, swings, tower
from s2vbench.world.scene import Light, Place, Scene

PLAY = ("e2574c", "f0b23f", "4f9fc4", "6fb55a", "c56fb0", "f08a4b")


def _playground(dice: Dice) -> Scene:
    heaven = skies.day(dice)
    sand = tone(dice, rgb(dice.pick(("ecd3a0", "e6c79a", "e9d9b8"))))
    green = tone(dice, rgb(dice.pick(("8fbf5f", "7fb56a", "a5c75f"))))
    haze = heaven[-1]
    hues = [tone(dice, rgb(text)) for text in dice.some(PLAY, 4)]
    side = dice.pick((-1, 1))
    toys = [
        slide(dice, -side * dice.between(0.2, 0.3), 0.705, side, (hues[0], hues[1])),
        swings(dice, side * dice.between(0.34, 0.4), 0.7, (hues[2], hues[3])),
        climbing_frame(-side * dice.between(0.75, 0.85), 0.7, hues[3]),
        climbing_frame(side * dice.between(0.95, 1.1), 0.7, hues[1]),
    ]
    trees = [
        plants.round_tree(dice, x, y, dice.between(0.34, 0.5), tone(dice, shady(green, 0.18), 0.04))
        for x, y in plants.feet(dice, (0.63, 0.65), 0.45, 0.05)
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.6), skies.day_sun(dice)),
            layer(0.1, skies.clouds(dice, rgb("fdfaf3"))),
            layer(
                0.5, plants.tree_line(dice, 0.6, 0.17, (mix(green, haze, 0.45), mix(green, haze, 0.65)), "round", 0.12)
            ),
            layer(
                1.0,
                terrain.ground(dice, 0.63, (mix(green, haze, 0.15), lighter(green, 0.12), green), 0.01),
                street.pickets(dice, 0.65, 0.07, tone(dice, rgb(dice.pick(("f5efe2", "c9a27a", "e9b5a0"))))),
                trees,
                terrain.ground(dice, 0.675, (darker(sand, 0.06), lighter(sand, 0.2), sand), 0.014, 0.7),
                strewn.patches(dice, (0.72, 1.2), darker(sand, 0.2), 8, 0.25),
                strewn.pebbles(dice, (0.72, 1.2), darker(sand, 0.08), 22, 0.008),
                toys,
            ),
            layer(1.3, fronts.grass(dice, shady(green, 0.12), 0.1)),
        ),
        ground=(0.74, 0.95),
    )


def _courtyard(dice: Dice) -> Scene:
    heaven = skies.day(dice) if dice.chance(0.6) else skies.evening_gold(dice)
    stone = tone(dice, rgb(dice.pick(("c4bcae", "b5b5bf", "cfb99f", "bfaea5"))))
    haze, roof = heaven[-1], tone(dice, rgb(dice.pick(("4f6a9a", "a5503f", "5f8a7a", "7a5a8a"))))
    banner = tone(dice, rgb(dice.pick(PLAY)))
    paving = lighter(tone(dice, stone), 0.25)
    towers = [
        tower(dice, x, 0.66, (dice.between(0.15, 0.2), dice.between(0.42, 0.54)), stone, roof, banner)
        for x in flanks(dice, 0.62, (0.17, 0.3))
    ]
    keep = [
        tower(
            dice,
            x,
            0.6,
            (dice.between(0.1, 0.16), dice.between(0.36, 0.56)),
            mix(stone, haze, 0.45),
            mix(roof, haze, 0.4),
            None,
        )
        for x in spread(dice, 0.3)
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.6)),
            layer(0.1, skies.clouds(dice, rgb("fdfaf3"), (0.12, 0.3))),
            layer(0.5, keep),
            layer(0.8, battlements(dice, 0.655, 0.26, darker(stone, 0.06), banner), towers),
            layer(
                1.0,
                floors.cobbles(dice, (0.65, 1.2), paving, darker(paving, 0.3), 0.42),
                [
                    plants.bush(dice, x, 0.69, dice.between(0.05, 0.08), tone(dice, rgb("6d9a5a"), 0.04))
                    for x in flanks(dice, 0.34, (0.3, 0.45))
                ],
                terrain.lit(dice.between(-0.3, 0.3), 0.84, (0.8, 0.16), lighter(paving, 0.7), 0.4),
            ),
            layer(
                1.35,
                fronts.bank(dice, rgb("6d9a5a"), 1.0, 0.12, 0.08),
                fronts.leaf_corner(dice, rgb("6d9a5a"), dice.pick((-1, 1)), 0.17),
            ),
        ),
        ground=(0.73, 0.95),
        light=Light((1.0, 0.98, 0.95), 0.28),
    )


PLACES = (
    Place("playground", "on a playground with a slide and swings", "outdoor", "day", _playground),
    Place("castle courtyard", "in the courtyard of a stone castle", "outdoor", "day", _courtyard),
)
