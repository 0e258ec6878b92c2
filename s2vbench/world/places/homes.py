"""Rooms of a home."""

from __future__ import annotations

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix
from s2vbench.world.places import floors, fronts, furniture, interiors, skies, street, terrain
from s2vbench.world.places.interiors import Opening, Paper
from s2vbench.world.places.stage import Thing, layer, rgb, tone
from s2vbench.world.scene import Layer, Light, Place, Scene

FLOOR_Y = 0.635
WALLS = ("e9c9a5", "b9cdb4", "a9c4cf", "e6b9ac", "d5c3de", "f0dcae", "9fb8a8", "dcb58f", "c3cfe0", "cf9f8f")
WOODS = ("b5805a", "c99a6b", "9a6a4c", "d6b083", "8a5f4a")
FABRICS = ("b5503f", "3f6f7a", "d9a03f", "5f7a4f", "7a5580", "c97f5f", "4f6a9a", "c75f75", "e0cfae")
SPINES = ("a5503f", "4f6f7a", "c79a4f", "5f7555", "6a5070", "d6c3a0", "3f4f6a")


def windows_at(dice: Dice, xs: tuple[float, ...], top: float = 0.13, bottom: float = 0.43) -> list[Opening]:
    """Windows of one size about places on the wall."""
    half, rise = dice.between(0.11, 0.15), dice.between(-0.02, 0.02)
    return [(x - half, top + rise, x + half, bottom) for x in xs]


def outside(dice: Dice) -> Layer:
    """What is seen through windows by day."""
    heaven = skies.day(dice)
    return layer(0.15, interiors.view(dice, heaven, tone(dice, rgb("8fb56f")), 0.42))


def dressed(
    dice: Dice, openings: list[Opening], frame: Colour, cloth: Colour | None, floor_y: float | None = None
) -> list[Thing]:
    """Window frames, and curtains of one cloth where given."""
    bars = dice.pick(((2, 2), (2, 3), (3, 2), (2, 1)))
    things = [interiors.window(opening, frame, bars) for opening in openings]
    if cloth is not None:
        things += [interiors.curtains(dice, opening, cloth, floor_y) for opening in openings]
    return things


def trio(dice: Dice, names: tuple[str, ...]) -> tuple[Colour, Colour, Colour]:
    """Three different colours out of a table, each a little off."""
    one, other, third = (tone(dice, rgb(text)) for text in dice.some(names, 3))
    return one, other, third


def _living_room(dice: Dice) -> Scene:
    wall, wood, cloth = (
        tone(dice, rgb(dice.pick(WALLS))),
        tone(dice, rgb(dice.pick(WOODS))),
        tone(dice, rgb(dice.pick(FABRICS))),
    )
    paper: Paper = dice.pick(("stripes", "dots", "diamonds", "sprigs", "plain"))
    side = dice.pick((-1, 1))
    hearth = side * dice.between(-0.02, 0.17)
    openings = windows_at(dice, (-1.25, hearth - side * 0.48, hearth + side * 1.05))
    colours = trio(dice, FABRICS)
    frames = [
        interiors.picture_frame(
            dice, x, dice.between(0.24, 0.3), (0.14, 0.11), darker(wood, 0.2), [rgb(t) for t in FABRICS]
        )
        for x in (hearth + side * 0.36, hearth - side * 0.85)
    ]
    spines = tuple(rgb(text) for text in dice.some(SPINES, 4))
    cases = [
        furniture.bookcase(dice, hearth + side * dx, FLOOR_Y + 0.01, (0.3, 0.42), wood, spines) for dx in (0.7, -1.15)
    ]
    seat_x = hearth - side * dice.between(0.5, 0.56)
    return Scene(
        layers=(
            outside(dice),
            layer(
                0.7,
                interiors.wall(
                    dice,
                    FLOOR_Y,
                    wall,
                    paper,
                    mix(wall, (1, 1, 1), 0.4),
                    openings,
                    lighter(wood, 0.45) if dice.chance(0.5) else None,
                ),
                dressed(dice, openings, rgb("fbf6ea"), cloth),
                frames,
            ),
            layer(
                0.85,
                cases,
                furniture.fireplace(
                    dice,
                    hearth,
                    FLOOR_Y + 0.01,
                    tone(dice, rgb(dice.pick(("c9806a", "d9cfc0", "9aa0a8", "b56a50")))),
                    darker(wood, 0.2),
                ),
            ),
            layer(
                1.0,
                floors.boards((FLOOR_Y, 1.2), wood, dice.between(0.16, 0.24), 0.42, darker(wood, 0.4)),
                terrain.lit(hearth, 0.68, (0.5, 0.08), rgb("ffb066"), 0.4),
                floors.rug(dice, dice.between(-0.1, 0.1), 0.84, (dice.between(0.4, 0.55), 0.11), colours),
                furniture.sofa(dice, seat_x, 0.715, 0.5, colours[0], (colours[1], colours[2], cloth)),
                furniture.sofa(dice, seat_x + side * 1.6, 0.715, 0.5, colours[0], (colours[1], colours[2])),
            ),
            layer(
                1.3,
                fronts.table_corner(dice, darker(wood, 0.1), dice.pick((-1, 1)), cloth if dice.chance(0.4) else None),
            ),
        ),
        ground=(0.75, 0.94),
        light=Light((1.0, 0.96, 0.9), 0.3),
    )


def _kitchen(dice: Dice) -> Scene:
    wall = tone(dice, rgb(dice.pick(WALLS)))
    front = tone(dice, rgb(dice.pick(("7fa59a", "d9c9a8", "6f8fae", "c98f6f", "a5b58a", "e3e0d6", "b5707a"))))
    top, wood = tone(dice, rgb(dice.pick(("c99a6b", "efe9dd", "7a6a60")))), tone(dice, rgb(dice.pick(WOODS)))
    tile = (
        tone(dice, rgb(dice.pick(("f1eadc", "e6e9ea", "f3e3d0")))),
        tone(dice, rgb(dice.pick(("c7d3cf", "d9b59a", "b9c3d3", "8f9aa0")))),
    )
    where = dice.between(-0.22, 0.22)
    openings = windows_at(dice, (where, where - 1.15, where + 1.15), 0.12, 0.36)
    shift = where + dice.pick((-1, 1)) * dice.between(0.2, 0.42)
    hanging = [furniture.wall_cupboard(where + dx, 0.3, (0.34, 0.19), front) for dx in (-0.42, 0.42, -0.78, 0.78)]
    floor = (
        floors.checkers((FLOOR_Y, 1.2), tile, dice.between(0.16, 0.24), 0.4)
        if dice.chance(0.7)
        else floors.boards((FLOOR_Y, 1.2), wood, 0.2, 0.42, darker(wood, 0.4))
    )
    return Scene(
        layers=(
            outside(dice),
            layer(
                0.7,
                interiors.wall(
                    dice,
                    FLOOR_Y,
                    wall,
                    dice.pick(("tiles", "bricks", "plain", "stripes")),
                    mix(wall, (1, 1, 1), 0.55),
                    openings,
                ),
                dressed(
                    dice, openings, rgb("fdf8ee"), tone(dice, rgb(dice.pick(FABRICS))) if dice.chance(0.6) else None
                ),
                hanging,
            ),
            layer(
                0.85,
                [furniture.cupboards(i * 0.6, FLOOR_Y + 0.012, 0.6, front, top) for i in range(-3, 4)],
                furniture.stove(
                    shift, FLOOR_Y + 0.012, tone(dice, rgb(dice.pick(("e9e6e0", "5a5f6a", "b5473f", "7fa5a0"))))
                ),
            ),
            layer(
                1.0,
                floor,
                terrain.lit(0.0, 0.82, (0.8, 0.16), (1.0, 0.98, 0.9), 0.35),
                interiors.sunbeam(openings[0], FLOOR_Y, rgb("fff3cf"), dice.between(-0.25, 0.25)),
            ),
            layer(1.3, fronts.table_corner(dice, wood, dice.pick((-1, 1)), tone(dice, rgb(dice.pick(FABRICS))))),
        ),
        ground=(0.73, 0.93),
    )


def _bedroom(dice: Dice) -> Scene:
    heaven = skies.night(dice)
    wall = mix(tone(dice, rgb(dice.pick(WALLS))), heaven[1], 0.52)
    wood = mix(tone(dice, rgb(dice.pick(WOODS))), heaven[0], 0.42)
    cloth, cover = (mix(tone(dice, rgb(text)), heaven[1], 0.35) for text in dice.some(FABRICS, 2))
    side = dice.pick((-1, 1))
    where = side * dice.between(-0.04, 0.2)
    openings = windows_at(dice, (where, where - 1.1, where + 1.1))
    paper: Paper = dice.pick(("stripes", "dots", "sprigs", "diamonds"))
    spines = tuple(mix(rgb(text), heaven[1], 0.45) for text in dice.some(SPINES, 4))
    return Scene(
        layers=(
            layer(
                0.0,
                skies.sky(heaven, 0.55),
                skies.stars(dice, 120, (-0.3, 0.5)),
                skies.moon(dice, where + dice.between(-0.05, 0.05), 0.22, 0.05),
            ),
            layer(
                0.7,
                interiors.wall(dice, FLOOR_Y, wall, paper, mix(wall, rgb("cfd6f0"), 0.25), openings),
                dressed(
                    dice, openings, mix(rgb("e6e6f0"), heaven[1], 0.3), cloth, FLOOR_Y if dice.chance(0.5) else None
                ),
            ),
            layer(
                0.85,
                [
                    furniture.bookcase(dice, where + side * dx, FLOOR_Y + 0.01, (0.26, 0.4), wood, spines, 3)
                    for dx in (0.42, -1.6)
                ],
            ),
            layer(
                1.0,
                floors.boards((FLOOR_Y, 1.2), mix(wood, heaven[1], 0.2), 0.2, 0.42, darker(wood, 0.4)),
                floors.rug(dice, 0.0, 0.85, (0.45, 0.1), (cover, cloth, mix(cover, rgb("dfe3f5"), 0.4))),
                interiors.sunbeam(openings[0], FLOOR_Y, rgb("cfdcff"), -side * dice.between(0.1, 0.25), 0.45),
                terrain.lit(where, 0.8, (0.6, 0.14), rgb("cfdcff"), 0.28),
                furniture.bed(dice, where - side * 0.36, 0.715, wood, cover, mix(rgb("eef0f8"), heaven[1], 0.2)),
            ),
        ),
        ground=(0.75, 0.95),
        light=Light((0.76, 0.8, 0.98), 0.36),
    )


def _playroom(dice: Dice) -> Scene:
    wall = tone(dice, rgb(dice.pick(("f3c9b5", "bfe0d6", "f5e0a8", "c9d5f0", "e3cbe6"))))
    wood = tone(dice, rgb(dice.pick(("d6b083", "e0c39a", "c99a6b"))))
    colours = trio(dice, ("f0776a", "f2b84f", "6fb58f", "6fa3d9", "c48fd0", "f4ead5"))
    where = dice.between(-0.24, 0.24)
    openings = windows_at(dice, (where, where - 1.05, where + 1.05))
    flags = tuple(tone(dice, rgb(text)) for text in ("f0776a", "f2c84f", "6fb5a0"))
    nooks = [
        furniture.wall_cupboard(where + dx, FLOOR_Y + 0.02, (0.42, 0.24), lighter(wood, 0.2), 3)
        for dx in (-0.52, 0.52, -1.5, 1.5)
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
                    dice.pick(("dots", "stripes", "sprigs", "diamonds")),
                    mix(wall, (1, 1, 1), 0.6),
                    openings,
                    rgb("fbf5ea") if dice.chance(0.6) else None,
                ),
                dressed(dice, openings, rgb("ffffff"), colours[1]),
                street.garland(dice, dice.between(0.02, 0.06), flags),
            ),
            layer(0.85, nooks),
            layer(
                1.0,
                floors.boards((FLOOR_Y, 1.2), wood, 0.22, 0.42, darker(wood, 0.3)),
                floors.rug(dice, dice.between(-0.08, 0.08), 0.84, (0.52, 0.12), colours),
                interiors.sunbeam(openings[0], FLOOR_Y, rgb("fff3cf"), dice.between(-0.2, 0.2)),
            ),
        ),
        ground=(0.73, 0.95),
    )


PLACES = (
    Place("living room", "in a cosy living room with a fireplace", "indoor", "day", _living_room),
    Place("kitchen", "in a bright kitchen with a window", "indoor", "day", _kitchen),
    Place("bedroom", "in a quiet bedroom at night", "indoor", "night", _bedroom),
    Place("playroom", "in a colourful playroom with pennants", "indoor", "day", _playroom),
)
