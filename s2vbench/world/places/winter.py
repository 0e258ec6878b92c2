"""Places in snow and ice."""

from __future__ import annotations

from dataclasses import replace

from s2vbench.world.dice import Dice
from s2vbench.world.palette import lighter, mix
from s2vbench.world.places import buildings, fronts, plants, skies, strewn, terrain
from s2vbench.world.places.stage import layer, rgb, spread, tone
from s2vbench.world.places.towns import paints
from s2vbench.world.places.wild_parts import ice_blocks
from s2vbench.world.scene import Light, Place, Scene


def _snowy_forest(dice: Dice) -> Scene:
    heaven = [
        tone(dice, rgb(text))
        for text in dice.pick(
            (("9db8d6", "c8d8e8", "eef2f5"), ("b5b3d4", "d8d2e6", "f6eaea"), ("8fbac4", "c0dade", "edf4f0"))
        )
    ]
    snow, haze = tone(dice, rgb("eef4fa"), 0.02, 0.01), heaven[-1]
    green = tone(dice, rgb(dice.pick(("4a7a70", "55786a", "47697d"))))
    pines = [
        plants.pine(dice, x, y, dice.between(0.48, 0.8), tone(dice, green, 0.02, 0.03), rgb("f7fafd"))
        for x, y in plants.feet(dice, (0.64, 0.68), 0.3, 0.12)
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.62)),
            layer(0.25, plants.tree_line(dice, 0.58, 0.34, (mix(green, haze, 0.72), haze), "pine", 0.09)),
            layer(
                0.45,
                plants.tree_line(dice, 0.6, 0.26, (mix(green, haze, 0.5), mix(green, haze, 0.85)), "pine", 0.1),
                terrain.mist((0.4, 0.7), haze, 0.5),
            ),
            layer(
                0.7,
                [
                    plants.pine(dice, x, 0.63, dice.between(0.28, 0.44), mix(green, haze, 0.28), mix(snow, haze, 0.3))
                    for x in spread(dice, 0.26)
                ],
            ),
            layer(
                1.0,
                terrain.ground(dice, 0.63, (mix(snow, haze, 0.5), snow, mix(snow, heaven[0], 0.25)), 0.035, 0.8),
                terrain.swells(dice, (0.66, 1.2), (1.0, 1.0, 1.0), 6, 0.75),
                strewn.patches(dice, (0.68, 1.2), mix(heaven[0], snow, 0.3), 10, 0.35),
                pines,
            ),
            layer(1.35, fronts.bank(dice, mix(snow, heaven[1], 0.2), 1.0, 0.12, 0.3, 0.12)),
        ),
        ground=(0.71, 0.94),
        light=Light((0.95, 0.98, 1.0), 0.2),
        weather="snow",
    )


def _ice_field(dice: Dice) -> Scene:
    heaven = [
        tone(dice, rgb(text))
        for text in dice.pick(
            (("0b1638", "17325f", "2d6a86"), ("150f3a", "2f2768", "50539a"), ("07202f", "0f4457", "2f8584"))
        )
    ]
    lights = [rgb(text) for text in dice.some(("5ff0b0", "6fd9e8", "b57fe8", "8ff07f", "f07fc0"), 3)]
    ice = tone(dice, mix(rgb("cfe6f2"), heaven[2], 0.28))
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.66), skies.stars(dice, 140)),
            layer(0.1, skies.aurora(dice, lights)),
            layer(
                0.3,
                terrain.mountains(
                    dice, 0.62, 0.2, mix(heaven[1], ice, 0.25), mix(heaven[2], ice, 0.3), mix(ice, heaven[2], 0.25), 0.4
                ),
            ),
            layer(0.65, ice_blocks(dice, 0.65, 0.13, mix(ice, heaven[2], 0.35), 0.3)),
            layer(
                1.0,
                terrain.ground(dice, 0.645, (mix(ice, heaven[2], 0.35), ice, mix(ice, heaven[1], 0.25)), 0.016, 0.7),
                ice_blocks(dice, 0.69, 0.09, ice, 0.42, 0.25),
                terrain.lit(dice.between(-0.3, 0.3), 0.78, (0.8, 0.12), lights[0], 0.3),
                terrain.glints(dice, (0.68, 1.2), (1.0, 1.0, 1.0), 46, 0.14, 0.4),
            ),
            layer(1.3, fronts.bank(dice, mix(ice, heaven[1], 0.35), 1.0, 0.1, 0.28)),
        ),
        ground=(0.73, 0.95),
        light=Light((0.82, 0.95, 1.0), 0.26),
    )


def _snowy_village(dice: Dice) -> Scene:
    heaven = skies.dusk(dice)
    haze, snow = heaven[-1], mix(tone(dice, rgb("e9eef8")), heaven[1], 0.22)
    lamp = rgb("ffd27f")
    white_roofs = [replace(own, roof=lighter(snow, 0.3)) for own in paints(dice, 6, lamp, heaven[0], 0.35)]
    houses = buildings.row_of_houses(dice, 0.645, (0.14, 0.24), white_roofs, 0.12)
    pines = [
        plants.pine(
            dice,
            x,
            0.67,
            dice.between(0.3, 0.5),
            mix(rgb("3f6a62"), heaven[0], 0.4),
            mix(rgb("f4f7fc"), heaven[1], 0.15),
        )
        for x in spread(dice, 0.6)
    ]
    bare = [
        plants.bare_tree(dice, x, 0.66, dice.between(0.26, 0.4), mix(rgb("5a4550"), heaven[0], 0.3), snow)
        for x in spread(dice, 0.9)
    ]
    roofs = terrain.mist((0.5, 0.7), heaven[1], 0.25)
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.62), skies.stars(dice, 70, (-0.5, 0.3))),
            layer(
                0.2, terrain.mountains(dice, 0.6, 0.3, mix(heaven[0], heaven[1], 0.6), mix(heaven[1], haze, 0.5), snow)
            ),
            layer(0.45, plants.tree_line(dice, 0.61, 0.1, (mix(heaven[0], heaven[1], 0.4), heaven[1]), "pine", 0.05)),
            layer(0.8, houses, roofs),
            layer(
                1.0,
                terrain.ground(dice, 0.645, (mix(snow, heaven[1], 0.3), snow, mix(snow, heaven[0], 0.2)), 0.02),
                bare,
                pines,
                [terrain.lit(x, 0.69, (0.26, 0.04), lamp, 0.4) for x in spread(dice, 0.5)],
                terrain.swells(dice, (0.68, 1.2), (1.0, 0.98, 0.98), 5, 0.5),
            ),
            layer(1.35, fronts.bank(dice, mix(snow, heaven[0], 0.15), 1.0, 0.11, 0.26, 0.12)),
        ),
        ground=(0.72, 0.94),
        light=Light((0.9, 0.88, 0.97), 0.26),
        weather="snow" if dice.chance(0.5) else "clear",
    )


PLACES = (
    Place("snowy forest", "in a snowy forest of tall fir trees", "outdoor", "day", _snowy_forest),
    Place("ice field", "on an ice field under the northern lights", "outdoor", "night", _ice_field),
    Place("snowy village", "in a snowy village at dusk", "outdoor", "dusk", _snowy_village),
)
