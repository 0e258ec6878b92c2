"""Places by and below the water."""

from __future__ import annotations

from s2vbench.world.dice import Dice
from s2vbench.world.palette import darker, lighter, mix
from s2vbench.world.places import buildings, floors, fronts, plants, skies, strewn, terrain
from s2vbench.world.places.shore_parts import bollards, corals, island, kelp, lighthouse, shells, surf
from s2vbench.world.places.stage import REACH, flanks, layer, rgb, shady, shrunk, spread, tone
from s2vbench.world.places.towns import paints
from s2vbench.world.scene import Light, Place, Scene


def _beach(dice: Dice) -> Scene:
    heaven = skies.day(dice) if dice.chance(0.65) else skies.evening_gold(dice)
    sea = tone(dice, rgb(dice.pick(("3fa7b5", "4b9fce", "3fb5a0", "5a8fc4"))))
    sand = tone(dice, rgb(dice.pick(("f1ddb0", "ecd2a4", "f3e2c4", "e8cba8"))))
    sun_x = dice.between(-0.7, 0.7)
    palms = [
        plants.palm(dice, x, 0.7, dice.between(0.42, 0.58), tone(dice, rgb("4f9a55")))
        for x in flanks(dice, 0.62, (0.16, 0.45))
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.5), skies.sun(sun_x, dice.between(0.1, 0.3), 0.05, rgb("ffe7a0"), 0.6)),
            layer(0.1, skies.clouds(dice, rgb("fffaf2"), (0.12, 0.38))),
            layer(0.3, terrain.water((0.5, 0.7), (mix(sea, heaven[-1], 0.45), sea, lighter(sea, 0.15)))),
            layer(0.45, island(dice, dice.between(-0.5, 0.5), 0.507, mix(rgb("6f9a6a"), heaven[-1], 0.45))),
            layer(
                0.7,
                terrain.glints(dice, (0.515, 0.66), (1.0, 1.0, 1.0), 60, 0.1, 0.45),
                terrain.glints(dice, (0.505, 0.6), rgb("fff3c4"), 30, 0.07, 0.7, (sun_x - 0.12, sun_x + 0.12)),
            ),
            layer(
                1.0,
                surf(dice, 0.665, lighter(sea, 0.3), sand),
                palms,
                terrain.swells(dice, (0.74, 1.2), lighter(sand, 0.6), 4, 0.4),
                strewn.patches(dice, (0.76, 1.2), darker(sand, 0.2), 10, 0.2),
                strewn.pebbles(dice, (0.75, 1.2), darker(sand, 0.12), 26, 0.009),
                shells(dice, (0.74, 1.15)),
            ),
            layer(1.35, fronts.leaf_corner(dice, rgb("4f9a55"), dice.pick((-1, 1)), 0.22)),
        ),
        ground=(0.74, 0.95),
        light=Light((1.0, 0.98, 0.93), 0.26),
    )


def _mountain_lake(dice: Dice) -> Scene:
    heaven = skies.day(dice)
    haze = heaven[-1]
    rock = tone(dice, rgb(dice.pick(("7486a8", "8a86a5", "6f8f9c", "93859a"))))
    green = tone(dice, rgb(dice.pick(("4f7d55", "5f8550", "3f7563"))))
    lake = tone(dice, rgb(dice.pick(("5fa8bf", "56a5a5", "6f9fcf"))))
    grass = tone(dice, rgb("9cb865"))
    pines = [
        plants.pine(dice, x, y, dice.between(0.42, 0.66), tone(dice, green, 0.02, 0.03))
        for x, y in plants.feet(dice, (0.67, 0.7), 0.24, 0.3)
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.5)),
            layer(0.1, skies.clouds(dice, rgb("fdfaf5"), (0.12, 0.26))),
            layer(0.2, terrain.mountains(dice, 0.53, 0.4, mix(rock, haze, 0.25), mix(rock, haze, 0.75), rgb("fbfaf8"))),
            layer(0.35, terrain.mountains(dice, 0.55, 0.2, mix(green, haze, 0.4), mix(green, haze, 0.65), None, 0.4)),
            layer(
                0.5,
                plants.tree_line(dice, 0.555, 0.07, (mix(green, haze, 0.2), mix(green, haze, 0.4)), "pine", 0.035),
                terrain.water((0.555, 0.7), (mix(lake, green, 0.35), lake, lighter(lake, 0.25))),
                terrain.glints(dice, (0.565, 0.72), (1.0, 1.0, 1.0), 64, 0.12, 0.4),
            ),
            layer(
                1.0,
                terrain.ground(dice, 0.675, (lighter(grass, 0.1), grass, shady(grass, 0.1)), 0.035, 1.1),
                pines,
                [
                    terrain.heap(dice, x, 0.715, dice.between(0.02, 0.045), rgb("9a9ca5"))
                    for x in spread(dice, 0.35)
                    if abs(x) > 0.25
                ],
                strewn.tufts(dice, (0.7, 1.25), shady(grass, 0.2), 80, 0.028, 0.6),
                strewn.flowers(dice, (0.72, 1.25), (rgb("f6f2ea"), rgb("b98fdb")), 30, 0.014),
            ),
            layer(
                1.3, fronts.grass(dice, shady(grass, 0.15), 0.1), fronts.reeds(dice, rgb("7f9a4f"), dice.pick((-1, 1)))
            ),
        ),
        ground=(0.74, 0.95),
    )


def _harbour(dice: Dice) -> Scene:
    heaven = skies.day(dice) if dice.chance(0.5) else skies.evening_gold(dice)
    haze = heaven[-1]
    sea = tone(dice, rgb(dice.pick(("4f8fb0", "4a9a9f", "5f86b5"))))
    deck = tone(dice, rgb(dice.pick(("b58d68", "a5856f", "c19a72"))))
    row = buildings.row_of_houses(dice, 0.56, (0.2, 0.44), paints(dice, 6), reach=2 * REACH)
    houses = shrunk(row, 0.5, 0.56)
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.55), skies.day_sun(dice)),
            layer(0.1, skies.clouds(dice, rgb("fdf9f2"), (0.12, 0.28))),
            layer(0.3, terrain.hills(dice, 0.52, 0.14, (mix(rgb("7f9a7a"), haze, 0.45), haze), 0.9)),
            layer(0.45, lighthouse(dice, dice.between(0.08, 0.3) * dice.pick((-1, 1)), 0.5)),
            layer(
                0.6,
                houses,
                terrain.water((0.56, 0.72), (darker(sea, 0.15), sea, lighter(sea, 0.15))),
                terrain.glints(dice, (0.575, 0.74), (1.0, 1.0, 1.0), 70, 0.1, 0.4),
            ),
            layer(
                1.0,
                floors.planks_across(dice, (0.675, 1.2), deck, darker(deck, 0.45)),
                bollards(dice, 0.7, darker(deck, 0.35)),
                strewn.patches(dice, (0.74, 1.2), darker(deck, 0.3), 6, 0.22),
            ),
        ),
        ground=(0.74, 0.95),
    )


def _reef(dice: Dice) -> Scene:
    deep = [
        tone(dice, rgb(text))
        for text in dice.pick(
            (("5fd0dc", "2f97b8", "1c5f93"), ("7fe0c9", "2fa59a", "176878"), ("8fb8f0", "4a78c9", "2d4a93"))
        )
    ]
    sand = mix(tone(dice, rgb("f0dfb5")), deep[1], 0.25)
    hues = [
        tone(dice, rgb(text)) for text in dice.some(("f0776a", "f2a24f", "c470b8", "f3cf62", "8f7fd6", "ef8fb0"), 4)
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(deep, 0.75)),
            layer(0.1, skies.shafts(dice, (0.9, 1.0, 1.0), 9, 0.28, 0.8)),
            layer(
                0.35, terrain.hills(dice, 0.62, 0.18, (mix(deep[2], deep[1], 0.55), mix(deep[2], deep[1], 0.8)), 0.7)
            ),
            layer(
                0.6,
                corals(dice, 0.66, 0.16, [mix(hue, deep[1], 0.6) for hue in hues], 0.2),
                terrain.mist((0.4, 0.75), deep[1], 0.4),
            ),
            layer(
                1.0,
                kelp(dice, 0.7, mix(rgb("3f9a6a"), deep[1], 0.25), 0.25),
                corals(dice, 0.69, 0.2, hues, 0.3, 0.18),
                terrain.ground(dice, 0.675, (mix(sand, deep[1], 0.25), sand, lighter(sand, 0.1)), 0.03, 0.8),
                terrain.swells(dice, (0.7, 1.2), lighter(sand, 0.6), 5, 0.4),
                strewn.pebbles(dice, (0.72, 1.2), mix(sand, hues[0], 0.3), 30),
                shells(dice, (0.74, 1.15)),
            ),
            layer(1.3, corals(dice, 1.06, 0.22, [darker(hue, 0.25) for hue in hues], 0.26, 0.5)),
        ),
        ground=(0.74, 0.95),
        light=Light((0.84, 0.97, 1.0), 0.22),
        weather="bubbles",
    )


PLACES = (
    Place("beach", "on a sandy beach by the sea", "outdoor", "day", _beach),
    Place("mountain lake", "on the shore of a mountain lake", "outdoor", "day", _mountain_lake),
    Place("harbour", "on a wooden pier in a harbour", "outdoor", "day", _harbour),
    Place("coral reef", "under water on a coral reef", "outdoor", "day", _reef),
)
