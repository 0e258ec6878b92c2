"""Streets, squares and roofs."""

from __future__ import annotations

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.places import buildings, floors, fronts, interiors, plants, skies, street, strewn, terrain
from s2vbench.world.places.buildings import Paints
from s2vbench.world.places.stage import flanks, layer, rgb, shady, spread, tone
from s2vbench.world.places.town_parts import (
    canopy,
    chimney_stack,
    kerb,
    puddles,
    reflections,
    roof_slope,
    shop,
    town_hall,
    tracks,
    well,
)
from s2vbench.world.scene import Light, Place, Scene

WALLS = ("e9b28f", "f0d5a8", "d98f7d", "a9c3b4", "c9d3da", "e3c3c6", "b7c08f", "8fb3c9", "f3e4cf", "c9a0a0")
ROOFS = ("a8503f", "8c5a4a", "59657d", "6f4f5f", "b56a48")
ACCENTS = ("3f7a72", "b0473f", "3f5a8c", "d9a03f", "6b4a7a", "4f7a4a")


def paints(
    dice: Dice, count: int, lamp: Colour | None = None, shade: Colour | None = None, part: float = 0.0
) -> list[Paints]:
    """Colours of houses that go together, towards a shade in the evening."""
    found = []
    for wall in dice.some(WALLS, count):
        colours = [tone(dice, rgb(text)) for text in (wall, dice.pick(ROOFS), "fbf4e6", dice.pick(ACCENTS))]
        if shade is not None:
            colours = [mix(colour, shade, part) for colour in colours]
        glass = (0.5, 0.64, 0.74) if shade is None else mix((0.3, 0.38, 0.5), shade, part)
        wall_colour, roof, trim, accent = colours
        found.append(Paints(wall_colour, roof, trim, accent, glass, lamp))
    return found


def _city_street(dice: Dice) -> Scene:
    heaven = skies.day(dice)
    haze = heaven[-1]
    stone = tone(dice, rgb(dice.pick(("d9cfc3", "cfd0d2", "dcc9b4"))))
    green = tone(dice, rgb("7fae5c"))
    houses = buildings.row_of_houses(dice, 0.655, (0.3, 0.56), paints(dice, 5))
    shops = [
        shop(dice, x, 0.655, rgb(dice.pick(ACCENTS)), rgb("fbf4e6")) for x in spread(dice, 0.8, 0.2) if dice.chance(0.7)
    ]
    trees = [
        plants.round_tree(dice, x, 0.685, dice.between(0.36, 0.48), tone(dice, green, 0.04)) for x in spread(dice, 0.9)
    ]
    posts = [street.lamp_post(x, 0.69, 0.42, rgb("3a4550")) for x in spread(dice, 1.0)]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.6)),
            layer(0.1, skies.clouds(dice, rgb("fdfaf4"), (0.12, 0.28))),
            layer(0.4, buildings.skyline(dice, 0.62, (0.3, 0.52), (mix(rgb("8fa3c0"), haze, 0.45), haze))),
            layer(0.8, houses, shops),
            layer(
                1.0,
                kerb(0.645, 0.705, lighter(stone, 0.2), stone),
                posts,
                trees,
                floors.cobbles(dice, (0.705, 1.2), stone, darker(stone, 0.3), 0.5),
                strewn.patches(dice, (0.72, 1.2), darker(stone, 0.3), 8, 0.2),
            ),
            layer(1.3, fronts.bank(dice, green, 1.03, 0.1, 0.09)),
        ),
        ground=(0.74, 0.95),
    )


def _rainy_street(dice: Dice) -> Scene:
    heaven = [mix(colour, rgb("2a3350"), 0.35) for colour in skies.night(dice)]
    lamp = tone(dice, rgb(dice.pick(("ffc46b", "ffb35c", "ffd98a"))), 0.01)
    dark = mix(heaven[0], rgb("241c3a"), 0.4)
    paving = tone(dice, mix(heaven[1], rgb(dice.pick(("5a6078", "6a5f70", "55656f"))), 0.7))
    houses = buildings.row_of_houses(dice, 0.655, (0.34, 0.62), paints(dice, 5, lamp, dark, 0.58))
    where = spread(dice, 0.62, 0.25)
    posts = [street.lamp_post(x, 0.685, 0.45, rgb("12131f"), lamp, 0.7) for x in where]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.65)),
            layer(0.35, buildings.skyline(dice, 0.62, (0.3, 0.56), (mix(heaven[1], dark, 0.3), heaven[2]), lamp)),
            layer(0.8, houses, terrain.mist((0.35, 0.75), heaven[2], 0.3)),
            layer(
                1.0,
                kerb(0.645, 0.7, lighter(paving, 0.12), paving),
                floors.cobbles(dice, (0.7, 1.2), paving, darker(paving, 0.5), 0.5, 12),
                reflections(dice, where, lamp, (0.7, 1.1)),
                puddles(dice, (0.74, 1.15), lighter(paving, 0.3), lamp),
                posts,
                [terrain.lit(x, 0.7, (0.3, 0.05), lamp, 0.5) for x in where],
            ),
        ),
        ground=(0.74, 0.95),
        light=Light((0.74, 0.76, 0.92), 0.38),
        weather="rain",
    )


def _village_square(dice: Dice) -> Scene:
    heaven = skies.day(dice)
    haze = heaven[-1]
    stone = tone(dice, rgb(dice.pick(("dfcaa8", "d5cbbb", "e3c7a6"))))
    where = dice.between(-0.3, 0.3)
    hall = town_hall(dice, where, 0.64, dice.pick(paints(dice, 3)))
    row = buildings.row_of_houses(dice, 0.65, (0.17, 0.27), paints(dice, 6), 0.05)
    houses = [home for home in row if abs((home.left + home.right) / 2 - where) > 0.4]
    trees = [
        plants.round_tree(dice, x, 0.68, dice.between(0.34, 0.44), tone(dice, rgb("76a653"), 0.04))
        for x in spread(dice, 1.0)
    ]
    flags = tuple(rgb(text) for text in dice.some(("d9534a", "f0b23f", "4f8fb5", "6aa55a", "f3ede0", "c56fa3"), 3))
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.6), skies.day_sun(dice)),
            layer(0.1, skies.clouds(dice, rgb("fdf9f0"))),
            layer(0.35, terrain.hills(dice, 0.55, 0.16, (mix(rgb("86a86a"), haze, 0.5), haze), 0.9)),
            layer(0.7, hall),
            layer(0.85, houses, street.garland(dice, dice.between(0.26, 0.32), flags)),
            layer(
                1.0,
                floors.cobbles(dice, (0.64, 1.2), stone, darker(stone, 0.3), 0.42),
                trees,
                well(dice, dice.between(0.24, 0.4) * dice.pick((-1, 1)), 0.695, darker(stone, 0.12)),
                terrain.lit(0.0, 0.85, (0.8, 0.16), lighter(stone, 0.6), 0.35),
            ),
            layer(1.35, fronts.blooms(dice, flags, 1.0, 0.05, 0.1), fronts.bank(dice, rgb("6d9a50"), 1.04, 0.1, 0.09)),
        ),
        ground=(0.73, 0.95),
    )


def _rooftop(dice: Dice) -> Scene:
    heaven = skies.night(dice)
    lamp = rgb("ffd27a")
    dark = mix(heaven[0], rgb("2a2140"), 0.5)
    tiles = tone(dice, mix(rgb(dice.pick(("a8503f", "6f5a7a", "5a6f8c"))), heaven[1], 0.35))
    stacks = [chimney_stack(dice, x, 0.69, mix(tiles, rgb("c98a6f"), 0.3)) for x in spread(dice, 0.55) if abs(x) > 0.2]
    moon_x = dice.between(-0.25, 0.25)
    return Scene(
        layers=(
            layer(
                0.0,
                skies.sky(heaven, 0.68),
                skies.stars(dice, 130),
                skies.moon(dice, moon_x, dice.between(0.12, 0.24), dice.between(0.06, 0.085)),
            ),
            layer(0.1, skies.streaks(dice, mix(heaven[2], heaven[1], 0.3), (0.2, 0.5), 6, 0.5)),
            layer(0.3, buildings.skyline(dice, 0.66, (0.18, 0.4), (mix(heaven[1], heaven[2], 0.4), heaven[2]), lamp)),
            layer(0.6, buildings.skyline(dice, 0.72, (0.12, 0.3), (dark, mix(dark, heaven[2], 0.5)), lamp)),
            layer(
                1.0, stacks, roof_slope(dice, 0.67, tiles), terrain.lit(moon_x, 0.8, (0.7, 0.15), rgb("cfd8ff"), 0.3)
            ),
        ),
        ground=(0.74, 0.94),
        light=Light((0.78, 0.82, 1.0), 0.34),
    )


def _train_platform(dice: Dice) -> Scene:
    heaven = skies.day(dice) if dice.chance(0.6) else skies.evening_gold(dice)
    iron = tone(dice, rgb(dice.pick(("3f6f6a", "6f4540", "44567d", "4f5a5f"))))
    slab = tone(dice, rgb(dice.pick(("d3c8ba", "c3c5c9", "dcc8ac"))))
    green = mix(rgb("8fae6a"), heaven[-1], 0.3)
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.6)),
            layer(0.1, skies.clouds(dice, rgb("fdf8f0"))),
            layer(0.3, terrain.hills(dice, 0.52, 0.14, (mix(green, heaven[-1], 0.4), heaven[-1]), 1.0)),
            layer(0.6, plants.tree_line(dice, 0.56, 0.1, (shady(green, 0.1), green), "round", 0.08)),
            layer(0.8, tracks(0.575, rgb("8a7b70"), rgb("b9c0c6"))),
            layer(0.95, canopy(dice, 0.68, iron, rgb("e3d5c0"))),
            layer(
                1.0,
                floors.cobbles(dice, (0.655, 1.2), slab, darker(slab, 0.2), 0.4, 9),
                kerb(0.645, 0.672, lighter(slab, 0.4), rgb("e9c04f")),
                [street.bench(x, 0.715, iron, 0.24) for x in spread(dice, 0.95, 0.2)],
            ),
        ),
        ground=(0.74, 0.95),
    )


def _market(dice: Dice) -> Scene:
    heaven = skies.day(dice)
    stone = tone(dice, rgb(dice.pick(("dcc6a2", "d3c8b8", "e0c3a0"))))
    houses = buildings.row_of_houses(dice, 0.64, (0.3, 0.42), [_faded(own, heaven[-1]) for own in paints(dice, 5)])
    fruits = tuple(rgb(text) for text in ("d9483f", "f0a23a", "8fb54a", "8c5a9c", "f3cf55"))
    cloths = [rgb(text) for text in dice.some(("d9534a", "3f8f8a", "4f74b5", "e0a63a", "7fa653", "b5618f"), 4)]
    stalls = [
        street.stall(dice, x, 0.695, (dice.pick(cloths), rgb("fbf3e3")), fruits, tone(dice, rgb("a87a52")))
        for x in flanks(dice, 0.68, (0.25, 0.42))
    ]
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.6)),
            layer(0.1, skies.clouds(dice, rgb("fdf9f0"), (0.12, 0.26))),
            layer(0.6, houses),
            layer(0.85, street.garland(dice, dice.between(0.1, 0.18), tuple(cloths))),
            layer(
                1.0,
                floors.cobbles(dice, (0.645, 1.2), stone, darker(stone, 0.28), 0.42),
                stalls,
                strewn.patches(dice, (0.74, 1.2), darker(stone, 0.3), 8, 0.22),
            ),
        ),
        ground=(0.74, 0.95),
    )


def _faded(own: Paints, haze: Colour) -> Paints:
    wall, roof, trim, accent, glass = (
        mix(colour, haze, 0.35) for colour in (own.wall, own.roof, own.trim, own.accent, own.glass)
    )
    return Paints(wall, roof, trim, accent, glass, own.lamp)


def _terrace(dice: Dice) -> Scene:
    heaven = skies.dusk(dice)
    wood = tone(dice, mix(rgb(dice.pick(("a5785a", "8f7060", "b58a66"))), heaven[1], 0.2))
    lamp = rgb("ffd58a")
    return Scene(
        layers=(
            layer(0.0, skies.sky(heaven, 0.6), skies.stars(dice, 40, (-0.5, 0.2))),
            layer(0.1, skies.streaks(dice, lighter(heaven[2], 0.3), (0.2, 0.5))),
            layer(0.3, buildings.skyline(dice, 0.62, (0.1, 0.3), (mix(heaven[1], heaven[2], 0.4), heaven[2]), lamp)),
            layer(0.5, buildings.skyline(dice, 0.68, (0.08, 0.22), (mix(heaven[0], heaven[1], 0.6), heaven[1]), lamp)),
            layer(0.95, interiors.light_strings(dice, dice.between(0.08, 0.16), lamp)),
            layer(
                1.0,
                street.pickets(dice, 0.665, 0.1, darker(wood, 0.3), 0.07),
                floors.planks_across(dice, (0.655, 1.2), wood, darker(wood, 0.4)),
                terrain.lit(0.0, 0.85, (0.8, 0.16), lamp, 0.35),
            ),
            layer(1.3, fronts.bank(dice, mix(rgb("4f7a55"), heaven[0], 0.4), 1.02, 0.12, 0.08)),
        ),
        ground=(0.72, 0.95),
        light=Light((0.95, 0.86, 0.86), 0.32),
    )


PLACES = (
    Place("city street", "on a city street lined with houses", "outdoor", "day", _city_street),
    Place("rainy street", "on a rainy city street at night", "outdoor", "night", _rainy_street),
    Place("village square", "in a village square decorated with pennants", "outdoor", "day", _village_square),
    Place("rooftop", "on a tiled rooftop under the moon", "outdoor", "night", _rooftop),
    Place("train platform", "on the platform of a small railway station", "outdoor", "day", _train_platform),
    Place("market", "at a street market with striped stalls", "outdoor", "day", _market),
    Place("terrace", "on a wooden roof terrace at dusk", "outdoor", "dusk", _terrace),
)
