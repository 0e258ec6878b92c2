"""Rooms where many come: a library, a classroom, a museum, a stage."""

from __future__ import annotations

from s2vbench.world.dice import Dice
from s2vbench.world.palette import darker, lighter, mix
from s2vbench.world.places import (
    floors,
    fronts,
    furniture,
    interiors,
    plants,
    skies,
    street,
    strewn,
    terrain,
)
from s2vbench.world.places.hall_parts import (
    blackboard,
    counter,
    footlights,
    glass_roof,
    pegboard,
    plant_bed,
    stage_flats,
    swag,
    vault,
    workbench,
)
from s2vbench.world.places.homes import FABRICS, FLOOR_Y, SPINES, WALLS, WOODS, dressed, outside, trio, windows_at
from s2vbench.world.places.stage import flanks, layer, rgb, shady, spread, tone
from s2vbench.world.scene import Light, Place, Scene


def _library(dice: Dice) -> Scene:
    wood = tone(dice, rgb(dice.pick(("8a5f45", "a5764f", "74503f", "7a6a5a"))))
    wall = tone(dice, rgb(dice.pick(("e3d0ac", "bcc9b5", "d9b9a0", "b5bfcf"))))
    rug = trio(dice, FABRICS)
    where = dice.between(-0.25, 0.25)
    openings = windows_at(dice, (where, where - 1.2, where + 1.2), 0.02, 0.45)
    spines = tuple(tone(dice, rgb(text)) for text in dice.some(SPINES, 5))
    cases = [
        furniture.bookcase(
            dice, where + dx, FLOOR_Y + 0.012, (dice.between(0.32, 0.36), dice.between(0.56, 0.62)), wood, spines, 5
        )
        for dx in (-0.36, 0.36, -0.78, 0.78, -1.6, 1.6)
    ]
    return Scene(
        layers=(
            outside(dice),
            layer(
                0.7,
                interiors.wall(
                    dice,
                    FLOOR_Y,
                    wall,
                    dice.pick(("plain", "stripes", "panels")),
                    mix(wall, wood, 0.25),
                    openings,
                    wood,
                ),
                dressed(dice, openings, lighter(wood, 0.25), rug[2] if dice.chance(0.5) else None),
            ),
            layer(0.85, cases),
            layer(
                1.0,
                floors.boards((FLOOR_Y, 1.2), lighter(wood, 0.24), dice.between(0.15, 0.22), 0.42, darker(wood, 0.4)),
                floors.rug(dice, dice.between(-0.1, 0.1), 0.84, (dice.between(0.42, 0.6), 0.11), rug),
                interiors.sunbeam(openings[0], FLOOR_Y, rgb("ffe9b5"), dice.between(-0.2, 0.2), 0.4),
            ),
            layer(1.3, fronts.table_corner(dice, darker(wood, 0.05), dice.pick((-1, 1)))),
        ),
        ground=(0.73, 0.94),
        light=Light((1.0, 0.96, 0.89), 0.3),
    )


def _classroom(dice: Dice) -> Scene:
    wall = tone(dice, rgb(dice.pick(WALLS)))
    wood = tone(dice, rgb(dice.pick(WOODS)))
    board = tone(dice, rgb(dice.pick(("3f6a58", "3a4f5f", "4a5f4a"))))
    where = dice.between(-0.2, 0.2)
    side = dice.pick((-1, 1))
    openings = windows_at(dice, (where + side * 0.62, where - side * 0.78, where + side * 1.3))
    desks = [
        furniture.table(x, 0.715, 0.3, lighter(wood, 0.15), 0.16)
        for x in (where - 1.2, where - 0.78, where - 0.36, where + 0.36, where + 0.78, where + 1.2)
    ]
    charts = [
        interiors.picture_frame(
            dice, where - side * 0.46, dice.between(0.24, 0.3), (0.13, 0.17), wood, [rgb(t) for t in FABRICS]
        ),
        interiors.picture_frame(dice, where - side * 1.25, 0.28, (0.2, 0.15), wood, [rgb(t) for t in FABRICS]),
    ]
    return Scene(
        layers=(
            outside(dice),
            layer(
                0.7,
                interiors.wall(
                    dice,
                    FLOOR_Y,
                    wall,
                    dice.pick(("plain", "plain", "panels", "stripes")),
                    mix(wall, (1, 1, 1), 0.4),
                    openings,
                    lighter(wood, 0.3),
                ),
                dressed(dice, openings, rgb("fbf7ee"), None),
                charts,
                blackboard(dice, where, (0.17, 0.43), dice.between(0.5, 0.62), board, wood),
            ),
            layer(
                0.85,
                furniture.bookcase(
                    dice, where - side * 1.0, FLOOR_Y + 0.01, (0.34, 0.24), wood, tuple(rgb(t) for t in SPINES[:4]), 2
                ),
            ),
            layer(
                1.0,
                floors.boards((FLOOR_Y, 1.2), lighter(wood, 0.3), dice.between(0.26, 0.36), 0.42, darker(wood, 0.3)),
                terrain.lit(0.0, 0.84, (0.8, 0.16), (1.0, 0.98, 0.92), 0.35),
                desks,
            ),
            layer(1.3, fronts.table_corner(dice, wood, dice.pick((-1, 1)))),
        ),
        ground=(0.74, 0.93),
    )


def _museum(dice: Dice) -> Scene:
    wall = tone(dice, rgb(dice.pick(("a5473f", "3f6a70", "5f7a55", "6a4f7a", "c9a55f", "d5cfc3"))))
    stone = tone(dice, rgb(dice.pick(("ece3d3", "dfe0e0", "e9d9c5"))))
    gold = tone(dice, rgb(dice.pick(("c99a45", "b58a4f", "8a6a45"))))
    inks = [rgb(text) for text in FABRICS]
    frames = [
        interiors.picture_frame(
            dice, x + dice.between(-0.05, 0.05), 0.31, (dice.between(0.16, 0.28), dice.between(0.15, 0.24)), gold, inks
        )
        for x in spread(dice, dice.between(0.4, 0.5), 0.0)
    ]
    pillars = [
        furniture.column(x, 0.655, dice.between(0.075, 0.09), stone)
        for x in spread(dice, dice.between(0.62, 0.9), 0.04)
    ]
    tiles = (lighter(stone, 0.1), mix(stone, wall, 0.35))
    return Scene(
        layers=(
            layer(
                0.5,
                interiors.wall(
                    dice, FLOOR_Y, wall, dice.pick(("plain", "stripes", "diamonds")), darker(wall, 0.08), (), stone
                ),
                frames,
                vault(stone),
            ),
            layer(0.8, pillars),
            layer(
                1.0,
                floors.checkers((FLOOR_Y, 1.2), tiles, dice.between(0.2, 0.3), 0.42, dice.between(-0.1, 0.1)),
                [terrain.lit(x, 0.8, (0.35, 0.08), (1.0, 0.97, 0.88), 0.4) for x in spread(dice, 0.7)],
            ),
            layer(1.3, fronts.rope_barrier(wall, gold, -1), fronts.rope_barrier(wall, gold, 1)),
        ),
        ground=(0.73, 0.93),
        light=Light((1.0, 0.98, 0.94), 0.26),
    )


def _greenhouse(dice: Dice) -> Scene:
    heaven = skies.day(dice)
    iron = tone(dice, rgb(dice.pick(("f3f3ee", "5f7f74", "8fb0a5", "4f5f66"))))
    green = tone(dice, rgb(dice.pick(("5f9a55", "4f8f6a", "74a04f"))))
    tile = tone(dice, rgb(dice.pick(("d9a582", "d6cbb8", "c9b59a"))))
    blooms = [rgb(text) for text in dice.some(("f0776a", "f2c84f", "c48fd0", "f9f3e8", "f29ac0"), 2)]
    return Scene(
        layers=(
            layer(0.1, interiors.view(dice, heaven, mix(green, heaven[-1], 0.35), 0.45)),
            layer(
                0.4,
                plants.tree_line(
                    dice, 0.6, 0.2, (mix(green, heaven[-1], 0.4), mix(green, heaven[-1], 0.65)), "round", 0.13
                ),
            ),
            layer(0.7, glass_roof(iron, FLOOR_Y)),
            layer(
                0.85,
                [plants.palm(dice, x, 0.64, dice.between(0.34, 0.5), green) for x in flanks(dice, 0.5, (0.14, 0.3))],
                plant_bed(dice, 0.65, green, blooms, tile),
            ),
            layer(
                1.0,
                floors.cobbles(dice, (0.65, 1.2), tile, darker(tile, 0.3), 0.42, 11),
                terrain.lit(dice.between(-0.3, 0.3), 0.84, (0.8, 0.15), (1.0, 1.0, 0.9), 0.4),
            ),
            layer(
                1.35,
                fronts.leaf_corner(dice, green, -1),
                fronts.leaf_corner(dice, green, 1),
                fronts.bank(dice, shady(green, 0.1), 1.03, 0.11, 0.08),
            ),
        ),
        ground=(0.72, 0.94),
        light=Light((0.97, 1.0, 0.94), 0.24),
    )


def _cafe(dice: Dice) -> Scene:
    wall = tone(dice, rgb(dice.pick(("d9a58a", "8fb0a0", "e6cfa5", "b58fa5", "8fa5bf", "c96f5f"))))
    wood = tone(dice, rgb(dice.pick(WOODS)))
    bar = tone(dice, rgb(dice.pick(("3f6a66", "7a4a3f", "44567d", "5a6a4a", "a5503f"))))
    where = dice.between(-0.1, 0.1)
    openings = windows_at(dice, (where - 0.55, where + 0.55, where - 1.3, where + 1.3), 0.1, 0.46)
    tables = [
        furniture.round_table(x, 0.715, lighter(wood, 0.25), rgb("4a4044"))
        for x in spread(dice, 0.52, 0.15)
        if abs(x) > 0.2
    ]
    tiles = (tone(dice, rgb("efe5d3")), tone(dice, rgb(dice.pick(("c9d3cc", "d3b59a", "8f8a8a", "b5c3d0")))))
    return Scene(
        layers=(
            outside(dice),
            layer(
                0.7,
                interiors.wall(
                    dice,
                    FLOOR_Y,
                    wall,
                    dice.pick(("bricks", "stripes", "tiles", "plain")),
                    mix(wall, (1, 1, 1), 0.3),
                    openings,
                    lighter(wood, 0.15) if dice.chance(0.5) else None,
                ),
                dressed(dice, openings, lighter(wood, 0.35), None),
                [
                    street.awning(x, 0.04, 0.42, (bar, rgb("fbf3e3")), 0.08)
                    for x in (where - 0.55, where + 0.55, where - 1.3, where + 1.3)
                ],
            ),
            layer(
                0.85,
                counter(dice, where, FLOOR_Y + 0.02, bar, lighter(wood, 0.2)),
                interiors.light_strings(dice, dice.between(-0.02, 0.03), rgb("ffdf9a"), 0.55, 0.06),
            ),
            layer(
                1.0,
                floors.checkers((FLOOR_Y, 1.2), tiles, dice.between(0.18, 0.26), 0.42),
                tables,
                terrain.lit(0.0, 0.84, (0.8, 0.16), rgb("ffe6b0"), 0.32),
            ),
            layer(
                1.3,
                fronts.table_corner(dice, lighter(wood, 0.1), dice.pick((-1, 1)), bar if dice.chance(0.5) else None),
            ),
        ),
        ground=(0.74, 0.93),
        light=Light((1.0, 0.96, 0.9), 0.28),
    )


def _workshop(dice: Dice) -> Scene:
    wall = tone(dice, rgb(dice.pick(("c9b394", "a5b0b5", "b59a80", "aab59a"))))
    wood = tone(dice, rgb(dice.pick(WOODS)))
    floor = tone(dice, rgb(dice.pick(("c7bfb3", "b5b5ba", "cbb394"))))
    side = dice.pick((-1, 1))
    where = side * dice.between(0.3, 0.4)
    openings = windows_at(dice, (where, where - side * 1.35, where + side * 1.0), 0.1, 0.38)
    return Scene(
        layers=(
            outside(dice),
            layer(
                0.7,
                interiors.wall(dice, FLOOR_Y, wall, dice.pick(("bricks", "panels")), darker(wall, 0.14), openings),
                dressed(dice, openings, darker(wood, 0.1), None),
                pegboard(dice, where - side * 0.44, (0.14, 0.4), 0.42, lighter(wood, 0.3)),
                pegboard(dice, where + side * 0.5, (0.14, 0.4), 0.36, lighter(wood, 0.3)),
            ),
            layer(
                0.85,
                [
                    workbench(dice, x, FLOOR_Y + 0.02, dice.between(0.68, 0.84), wood)
                    for x in (where - 1.8, where - 0.9, where, where + 0.9, where + 1.8)
                ],
            ),
            layer(
                1.0,
                floors.cobbles(dice, (FLOOR_Y, 1.2), floor, darker(floor, 0.2), 0.42, 6),
                strewn.patches(dice, (0.7, 1.2), wood, 12, 0.25, 0.16),
                interiors.sunbeam(openings[0], FLOOR_Y, rgb("fff0c4"), -side * dice.between(0.1, 0.3), 0.4),
            ),
            layer(1.3, fronts.table_corner(dice, wood, dice.pick((-1, 1)))),
        ),
        ground=(0.73, 0.93),
    )


def _stage(dice: Dice) -> Scene:
    velvet = tone(dice, rgb(dice.pick(("a52f3f", "7a2f5f", "2f5f5a", "3f4a8a", "b5652f"))))
    wood = tone(dice, rgb(dice.pick(("b5804f", "c9986a", "a5704a"))))
    gold = rgb("e9c060")
    back = tone(dice, mix(rgb(dice.pick(("4f6fa5", "6a5aa0", "3f8a8a", "c9806a"))), velvet, 0.1))
    return Scene(
        layers=(
            layer(
                0.3,
                skies.sky((darker(back, 0.5), back, lighter(back, 0.45)), 0.65),
                terrain.lit(0.0, 0.4, (0.9, 0.5), lighter(back, 0.6), 0.5),
            ),
            layer(0.6, stage_flats(dice, 0.66, back)),
            layer(
                1.0,
                floors.boards((0.655, 1.2), wood, dice.between(0.14, 0.2), 0.4, darker(wood, 0.4)),
                [terrain.lit(x, 0.82, (0.42, 0.1), rgb("fff0c4"), 0.55) for x in (-0.55, 0.0, 0.55)],
                skies.spot_beams(dice, rgb("fff3d0")),
            ),
            layer(1.15, swag(dice, velvet, gold), footlights(gold)),
            layer(1.3, fronts.curtain_side(dice, velvet, -1), fronts.curtain_side(dice, velvet, 1)),
        ),
        ground=(0.73, 0.92),
        light=Light((1.0, 0.96, 0.9), 0.36),
    )


PLACES = (
    Place("library", "in an old library with tall shelves", "indoor", "day", _library),
    Place("classroom", "in a classroom in front of the blackboard", "indoor", "day", _classroom),
    Place("museum", "in a museum hall with framed paintings", "indoor", "day", _museum),
    Place("greenhouse", "in a greenhouse full of green plants", "indoor", "day", _greenhouse),
    Place("cafe", "in a cafe with a long counter", "indoor", "day", _cafe),
    Place("workshop", "in a carpenter's workshop with a long workbench", "indoor", "day", _workshop),
    Place("stage", "on a theatre stage between velvet curtains", "indoor", "night", _stage),
)
