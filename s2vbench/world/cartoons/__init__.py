"""Cartoon characters in four drawn styles."""

from __future__ import annotations

from typing import Final

from s2vbench.world.cartoons.fairytale import Cupcake, Unicorn, WizardOwl
from s2vbench.world.cartoons.furry import Alien, Monster
from s2vbench.world.cartoons.papercuts import Gingerbread, Snowman, Star
from s2vbench.world.cartoons.plants import Cactus, Mushroom
from s2vbench.world.cartoons.reptiles import Dinosaur, Dragon
from s2vbench.world.cartoons.robots import Robot
from s2vbench.world.cartoons.spooks import Cloud, Ghost, Slime
from s2vbench.world.figure import Species

SPECIES: Final[dict[str, Species]] = {
    species.noun: species
    for species in (
        Robot(),
        Ghost(),
        Alien(),
        Dragon(),
        Snowman(),
        Monster(),
        Mushroom(),
        Slime(),
        Dinosaur(),
        Unicorn(),
        Gingerbread(),
        Cactus(),
        Star(),
        WizardOwl(),
        Cupcake(),
        Cloud(),
    )
}
"""Every class, by noun."""
