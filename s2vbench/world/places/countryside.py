"""Places of fields and gardens."""

from __future__ import annotations

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.places import buildings, floors, fronts, plants, skies, street, strewn, terrain
from s2vbench.world.places.country_parts import arbour, barn, hay_roll, vine_rows
from s2vbench.world.places.stage import layer, rgb, shady, spread, tone
from s2vbench.world.scene import Light, Place, Scene

PETALS = ("f6f2ea", "f2c83f", "e9716d", "b98fdb", "f49ac0", "6fa3e8", "f08a4b")


def _meadow(dice: Dice) -> Scene:
    heaven = skies.day(dice)
    green = tone(dice, rgb(dice.pick(("8fbf5a", "a4c755", "7fb565", "b5c65a"))))
    haze = mix(heaven[-1], heaven[1], 0.45)
    far, near = mix(green, haze, 0.62), mix(green, haze, 0.3)
    petals = tuple(rgb(text) for text in dice.some(PETALS, 3))
    wood = (mix(shady(green, 0.3), haze, 0.35), near)
    trees = [
        plants.round_tree(dice, x, y, dice.between(0.36, 0.62), tone(dice, mix(green, rgb("3f7a3a"), 0.5), 0.04, 0.05))
        for x, y in plants.feet(dice, (0.635, 0.66), dice.between(0.5, 0.9), 0.22)
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.62), skies.day_sun(dice)),
            layer(0.1, skies.clouds(dice, rgb("fdfaf3"))),
            layer(
                0.35,
                terrain.hills(dice, 0.56, 0.14, (far, haze), 1.1, 0.64),
                terrain.hills(dice, 0.6, 0.08, (mix(far, near, 0.6), mix(near, haze, 0.4)), 0.8, 0.66),
            ),
            layer(
                0.6,
                plants.tree_line(dice, 0.6, 0.08, wood, dice.pick(("round", "pine")), 0.07),
                terrain.mist((0.5, 0.68), haze, 0.35),
            ),
            layer(
                1.0,
                terrain.ground(
                    dice, 0.635, (mix(green, haze, 0.15), lighter(green, 0.1), shady(green, 0.12)), 0.03, 1.0
                ),
                terrain.swells(dice, (0.64, 1.2), lighter(green, 0.35), 5, 0.3),
                strewn.patches(dice, (0.68, 1.2), shady(green, 0.2), 10, 0.22),
                trees,
                strewn.tufts(dice, (0.66, 1.25), shady(green, 0.22), 110, 0.032, 0.6),
                strewn.flowers(dice, (0.66, 1.25), petals, 81, 0.019),
            ),
            layer(1.35, fronts.grass(dice, shady(green, 0.2)), fronts.blooms(dice, petals)),
        ),
        ground=(0.7, 0.95),
        light=Light((1.0, 0.99, 0.95), 0.28),
    )


def _flower_garden(dice: Dice) -> Scene:
    heaven = skies.day(dice)
    lawn = tone(dice, rgb(dice.pick(("9cc966", "86bd6c", "a9cf74"))))
    hedge = tone(dice, rgb("4f8a4c"), 0.03)
    petals = tuple(rgb(text) for text in dice.some(PETALS, 4))
    gravel = tone(dice, rgb(dice.pick(("e9d9b8", "e6c9ac", "dcd6c8"))))
    beds = [
        plants.bush(dice, x, y, dice.between(0.07, 0.11), tone(dice, hedge, 0.04, 0.05), dice.pick(petals))
        for x, y in plants.feet(dice, (0.66, 0.69), 0.19)
    ]
    bower = arbour(dice, dice.between(-0.12, 0.12), 0.655, tone(dice, rgb("fbf6ee")), hedge, dice.pick(petals))
    wood = (mix(hedge, heaven[-1], 0.5), mix(hedge, heaven[-1], 0.75))
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.6), skies.day_sun(dice)),
            layer(0.1, skies.clouds(dice, rgb("fffaf4"))),
            layer(0.4, plants.tree_line(dice, 0.56, 0.22, wood, "round", 0.16)),
            layer(0.7, plants.tree_line(dice, 0.6, 0.11, (lighter(hedge, 0.12), shady(hedge, 0.2)), "round", 0.045)),
            layer(
                1.0,
                terrain.ground(dice, 0.63, (shady(lawn, 0.1), lighter(lawn, 0.12), lawn), 0.01),
                terrain.way(dice, 0.655, gravel, 0.85, 0.2, 0.0),
                bower,
                beds,
                strewn.tufts(dice, (0.72, 1.25), shady(lawn, 0.2), 60, 0.022, 0.5),
                strewn.flowers(dice, (0.72, 1.25), petals[:2], 30, 0.016),
            ),
            layer(1.3, fronts.grass(dice, hedge, 0.12, 1.04, 0.034), fronts.blooms(dice, petals, 0.95, 0.052, 0.105)),
        ),
        ground=(0.72, 0.94),
    )


def _farmyard(dice: Dice) -> Scene:
    heaven = skies.day(dice)
    earth = tone(dice, rgb(dice.pick(("d9b98a", "cfae86", "dcc197"))))
    green = tone(dice, rgb("9dbb5e"))
    haze = heaven[-1]
    red = tone(dice, rgb(dice.pick(("b8473a", "a3524a", "8f5a42", "4f7683"))))
    where = dice.between(0.02, 0.2) * dice.pick((-1, 1))
    straw = tone(dice, rgb("e3c068"))
    bales = [hay_roll(dice, x, y, dice.between(0.05, 0.07), straw) for x, y in plants.feet(dice, (0.675, 0.695), 0.42)]
    trees = [
        plants.round_tree(dice, x, 0.65, dice.between(0.35, 0.5), tone(dice, rgb("6f9a4a"), 0.03))
        for x in spread(dice, 0.6)
        if abs(x - where) > 0.42
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.6), skies.day_sun(dice)),
            layer(0.1, skies.clouds(dice, rgb("fdf8ef"))),
            layer(0.4, terrain.hills(dice, 0.58, 0.1, (mix(green, haze, 0.45), mix(straw, haze, 0.5)), 0.9, 0.66)),
            layer(
                0.8,
                terrain.hills(dice, 0.62, 0.03, (mix(green, haze, 0.15), green), 0.9),
                trees,
                barn(dice, where, 0.65, red, tone(dice, rgb("f6efe2"))),
            ),
            layer(
                1.0,
                street.pickets(dice, 0.665, 0.085, tone(dice, rgb(dice.pick(("f3ecdf", "b08a63", "8d6b4e"))))),
                terrain.ground(dice, 0.64, (mix(earth, green, 0.35), lighter(earth, 0.15), earth), 0.012),
                bales,
                strewn.patches(dice, (0.7, 1.2), darker(earth, 0.25), 9, 0.25),
                strewn.pebbles(dice, (0.7, 1.2), darker(earth, 0.1), 36),
                strewn.tufts(dice, (0.66, 1.2), shady(green, 0.1), 40, 0.028),
            ),
            layer(
                1.3,
                fronts.grass(dice, shady(green, 0.15), 0.15),
                fronts.blooms(dice, (rgb("f2c83f"), rgb("f6f2ea")), 0.98, 0.03),
            ),
        ),
        ground=(0.71, 0.94),
    )


def _vineyard(dice: Dice) -> Scene:
    heaven = skies.evening_gold(dice)
    green = tone(dice, rgb(dice.pick(("8fae4c", "a3ab4a", "7fa658"))), 0.02)
    earth, haze = tone(dice, rgb("d3ab78")), heaven[-1]
    house_paints = buildings.Paints(rgb("f3e0bd"), tone(dice, rgb("c9694a")), rgb("fff4dc"), rgb("7a8f6a"))
    home = buildings.house(dice, dice.between(-0.45, 0.45), 0.53, (0.16, 0.09), house_paints, door=False)
    poplars = [
        plants.poplar(dice, x, 0.56, dice.between(0.14, 0.24), tone(dice, rgb("5d7d45"))) for x in spread(dice, 0.3)
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.58), skies.day_sun(dice, rgb("ffd98a"), 0.85)),
            layer(0.1, skies.streaks(dice, lighter(heaven[-1], 0.5), (0.08, 0.35))),
            layer(0.3, terrain.hills(dice, 0.52, 0.15, (mix(rgb("7d8fae"), haze, 0.5), haze), 1.0, 0.6)),
            layer(
                0.55,
                terrain.hills(dice, 0.56, 0.09, (mix(green, haze, 0.35), mix(green, haze, 0.55)), 0.9, 0.62),
                home,
                poplars,
                terrain.mist((0.46, 0.66), haze, 0.4),
            ),
            layer(
                1.0,
                terrain.ground(dice, 0.61, (mix(earth, haze, 0.3), lighter(earth, 0.12), darker(earth, 0.05)), 0.01),
                floors.furrows((0.63, 1.2), (mix(green, earth, 0.45), mix(green, earth, 0.3)), 0.42, 0.5, dice.unit()),
                vine_rows(dice, (0.6, 0.7), green, tone(dice, rgb(dice.pick(("6a3f7a", "8a3350", "b9c85a"))))),
                terrain.swells(dice, (0.7, 1.2), lighter(earth, 0.35), 4, 0.3),
                strewn.tufts(dice, (0.7, 1.25), green, 80, 0.028),
                strewn.pebbles(dice, (0.72, 1.25), earth, 24),
            ),
            layer(
                1.35, fronts.leaf_corner(dice, green, dice.pick((-1, 1))), fronts.grass(dice, shady(green, 0.2), 0.09)
            ),
        ),
        ground=(0.73, 0.95),
        light=Light((1.0, 0.95, 0.86), 0.3),
    )


def _autumn_park(dice: Dice) -> Scene:
    heaven = [
        tone(dice, rgb(text)) for text in dice.pick((("9fc3d8", "dbe3da", "f8e6c8"), ("c9b9cf", "f0d3bf", "fbe7c4")))
    ]
    haze = heaven[-1]
    reds = [tone(dice, rgb(text), 0.02, 0.04) for text in ("d9772e", "e0a23a", "c2502f", "b8863b")]
    lawn = tone(dice, rgb(dice.pick(("c3b25c", "b5b463", "cfab5c"))))
    trees = [
        plants.round_tree(dice, x, y, dice.between(0.5, 0.78), dice.pick(reds), rgb("5e4233"))
        for x, y in plants.feet(dice, (0.63, 0.665), 0.42, 0.14)
    ]
    seats = [street.bench(x, 0.685, tone(dice, rgb("8a5a3a"))) for x in spread(dice, 0.85, 0.2)]
    fallen: tuple[Colour, ...] = tuple(darker(red, 0.08) for red in reds[:3])
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.6), skies.day_sun(dice)),
            layer(0.25, plants.tree_line(dice, 0.55, 0.2, (mix(reds[3], haze, 0.6), haze), "round", 0.15)),
            layer(
                0.5,
                plants.tree_line(dice, 0.6, 0.17, (mix(reds[0], haze, 0.4), mix(reds[1], haze, 0.6)), "round", 0.1),
                terrain.mist((0.45, 0.66), haze, 0.5),
            ),
            layer(
                1.0,
                terrain.ground(dice, 0.625, (mix(lawn, haze, 0.3), lighter(lawn, 0.1), lawn), 0.015),
                terrain.way(dice, 0.64, rgb("ead9bd"), 0.9, 0.3),
                trees,
                seats,
                strewn.litter(dice, (0.66, 1.25), fallen, 55),
                strewn.tufts(dice, (0.66, 1.25), shady(lawn, 0.2), 50, 0.028, 0.5),
            ),
            layer(
                1.3,
                fronts.bank(dice, reds[0], 1.02, 0.09, 0.1),
                fronts.leaf_corner(dice, reds[2], dice.pick((-1, 1))),
            ),
        ),
        ground=(0.72, 0.95),
        light=Light((1.0, 0.96, 0.89), 0.26),
        weather="leaves",
    )


def _orchard(dice: Dice) -> Scene:
    heaven = skies.day(dice)
    lawn, haze = tone(dice, rgb(dice.pick(("a6cf78", "93c47a", "b4d080")))), heaven[-1]
    bloom = tone(dice, rgb(dice.pick(("f7c3d3", "fbe3e4", "f3a9c0", "fdf0dc"))), 0.01)
    trees = [
        plants.round_tree(dice, x, y, dice.between(0.42, 0.56), tone(dice, bloom, 0.01, 0.02), rgb("6b4a40"))
        for x, y in plants.feet(dice, (0.63, 0.67), 0.4, 0.1)
    ]
    far_trees = [
        plants.round_tree(dice, x, 0.615, dice.between(0.2, 0.28), mix(bloom, haze, 0.35), rgb("8a6f66"))
        for x in spread(dice, 0.24)
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.6), skies.day_sun(dice)),
            layer(0.1, skies.clouds(dice, rgb("fffaf4"), step=0.8)),
            layer(0.3, terrain.hills(dice, 0.57, 0.13, (mix(lawn, haze, 0.65), haze), 1.2, 0.64)),
            layer(0.65, terrain.hills(dice, 0.61, 0.03, (mix(lawn, haze, 0.4), mix(lawn, haze, 0.2)), 1.0), far_trees),
            layer(
                1.0,
                terrain.ground(dice, 0.63, (mix(lawn, haze, 0.2), lighter(lawn, 0.1), shady(lawn, 0.08)), 0.02),
                floors.furrows(
                    (0.64, 1.2), (lighter(lawn, 0.1), lighter(lawn, 0.06)), 0.5, 0.5, dice.between(-0.3, 0.3)
                ),
                strewn.patches(dice, (0.66, 1.2), mix(lawn, rgb("3f6f3a"), 0.5), 12, 0.3),
                trees,
                strewn.tufts(dice, (0.68, 1.25), shady(lawn, 0.2), 70, 0.026, 0.5),
                strewn.flowers(dice, (0.66, 1.25), (lighter(bloom, 0.3),), 150, 0.012),
            ),
            layer(
                1.35,
                fronts.leaf_corner(dice, mix(bloom, rgb("d98aa5"), 0.3), dice.pick((-1, 1))),
                fronts.grass(dice, shady(lawn, 0.25), 0.08),
            ),
        ),
        ground=(0.71, 0.95),
    )


PLACES = (
    Place("meadow", "in a sunny meadow full of flowers", "outdoor", "day", _meadow),
    Place("flower garden", "in a blooming flower garden with a white arbour", "outdoor", "day", _flower_garden),
    Place("farmyard", "in a farmyard in front of a barn", "outdoor", "day", _farmyard),
    Place("vineyard", "in a vineyard in warm evening light", "outdoor", "dusk", _vineyard),
    Place("autumn park", "in an autumn park with falling leaves", "outdoor", "day", _autumn_park),
    Place("orchard", "in an orchard of blossoming trees", "outdoor", "day", _orchard),
)
