"""Things without a will of their own: toys, vessels, bags, furniture."""

from __future__ import annotations

from typing import Any

from s2vbench.world.figure import Species
from s2vbench.world.objects import bags, balls, boxes, lights, pots, rolling, toys, vessels
from s2vbench.world.objects.thing import Thing

_THINGS: tuple[Thing[Any], ...] = (
    vessels.MUG,
    vessels.VASE,
    pots.TEAPOT,
    pots.WATERING_CAN,
    lights.LAMP,
    lights.LANTERN,
    bags.BACKPACK,
    bags.SUITCASE,
    boxes.GIFT_BOX,
    boxes.CHEST,
    boxes.BOOK,
    toys.CAR,
    rolling.TRAIN,
    rolling.SKATEBOARD,
    balls.BALL,
    balls.GLOBE,
)

SPECIES: dict[str, Species] = {thing.noun: thing for thing in _THINGS}
