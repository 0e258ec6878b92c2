"""Things without a will of their own: toys, vessels, bags, furniture."""

from __future__ import annotations

from typing import Any

from s2vbench.world.figure import Species
from s2vbench.world.objects import (
    backpacks,
    balls,
    books,
    boots,
    cars,
    chairs,
    chests,
    clocks,
    drums,
    ducks,
    gadgets,
    gifts,
    globes,
    guitars,
    lights,
    luggage,
    pots,
    skateboards,
    table,
    teddies,
    trains,
    umbrellas,
    vessels,
)
from s2vbench.world.objects.thing import Thing

_THINGS: tuple[Thing[Any], ...] = (
    backpacks.BACKPACK,
    pots.TEAPOT,
    vessels.VASE,
    vessels.MUG,
    clocks.CLOCK,
    lights.LAMP,
    cars.CAR,
    trains.TRAIN,
    balls.BALL,
    umbrellas.UMBRELLA,
    luggage.SUITCASE,
    chairs.CHAIR,
    guitars.GUITAR,
    teddies.TEDDY,
    boots.BOOT,
    books.BOOK,
    gifts.GIFT_BOX,
    lights.LANTERN,
    drums.DRUM,
    pots.WATERING_CAN,
    chests.CHEST,
    skateboards.SKATEBOARD,
    globes.GLOBE,
    ducks.DUCK,
    gadgets.RADIO,
    gadgets.CAMERA,
    table.PLANT,
    table.CAKE,
)

SPECIES: dict[str, Species] = {thing.noun: thing for thing in _THINGS}
"""Every class of things, by noun."""
