"""Places of fields and gardens."""

from __future__ import annotations

from s2vbench.world.dice import Dice
from s2vbench.world.palette import darker, lighter, mix
from s2vbench.world.places import fronts, plants, skies, terrain
from s2vbench.world.places.stage import layer, rgb, tone
from s2vbench.world.scene import Light, Place, Scene

SKIES = (
    ("5fa9dc", "a9d6ee", "eef3e2"),
    ("6f9fd8", "b9cdea", "f7e3cf"),
    ("4fb3c9", "a5dcd9", "f4f1d4"),
    ("86a6d9", "d6c9e6", "fbe3d3"),
)
"""Day skies from overhead to the horizon."""


def _meadow(dice: Dice) -> Scene:
    heaven = [tone(dice, rgb(text)) for text in dice.pick(SKIES)]
    green = tone(dice, rgb(dice.pick(("8fbf5a", "a4c755", "7fb565", "b5c65a"))))
    haze = mix(heaven[-1], heaven[1], 0.45)
    far = mix(green, haze, 0.62)
    near = mix(green, haze, 0.3)
    petals = tuple(rgb(text) for text in dice.some(("f6f2ea", "f2c83f", "e9716d", "b98fdb", "f49ac0", "6fa3e8"), 3))
    sunny = dice.between(-0.7, 0.7)
    wood = plants.tree_line(
        dice, 0.6, 0.08, (mix(darker(green, 0.3), haze, 0.35), near), dice.pick(("round", "pine")), 0.07
    )
    trees = [
        plants.round_tree(dice, x, y, dice.between(0.36, 0.62), tone(dice, darker(green, 0.16), 0.04, 0.05))
        for x, y in plants.feet(dice, (0.635, 0.66), dice.between(0.6, 1.0), 0.3)
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.62), skies.sun(sunny, dice.between(0.06, 0.2), 0.05, rgb("ffe9a8"), 0.5)),
            layer(0.1, skies.clouds(dice, rgb("fdfaf3"))),
            layer(
                0.35,
                terrain.hills(dice, 0.56, 0.14, (far, haze), 1.1, 0.64),
                terrain.hills(dice, 0.6, 0.08, (mix(far, near, 0.6), mix(near, haze, 0.4)), 0.8, 0.66),
            ),
            layer(0.6, wood, terrain.mist((0.5, 0.68), haze, 0.35)),
            layer(
                1.0,
                terrain.ground(
                    dice, 0.635, (mix(green, haze, 0.15), lighter(green, 0.1), darker(green, 0.12)), 0.03, 1.0
                ),
                trees,
                terrain.swells(dice, (0.64, 1.2), lighter(green, 0.35), 5, 0.3),
                terrain.patches(dice, (0.68, 1.2), darker(green, 0.2), 10, 0.22),
                terrain.tufts(dice, (0.66, 1.25), darker(green, 0.22), 90, 0.03, 0.6),
                terrain.flowers(dice, (0.66, 1.25), petals, 48, 0.018),
            ),
            layer(1.35, fronts.grass(dice, darker(green, 0.2)), fronts.blooms(dice, petals)),
        ),
        ground=(0.7, 0.95),
        light=Light((1.0, 0.99, 0.95), 0.28),
    )


PLACES = (Place("meadow", "in a sunny meadow full of flowers", "outdoor", "day", _meadow),)
