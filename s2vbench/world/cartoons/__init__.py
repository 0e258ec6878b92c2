"""Cartoon characters in four drawn styles."""

from __future__ import annotations

from typing import Final

from s2vbench.world.cartoons.alien import Alien
from s2vbench.world.cartoons.cactus import Cactus
from s2vbench.world.cartoons.cloud import Cloud
from s2vbench.world.cartoons.cupcake import Cupcake
from s2vbench.world.cartoons.dinosaur import Dinosaur
from s2vbench.world.cartoons.dragon import Dragon
from s2vbench.world.cartoons.ghost import Ghost
from s2vbench.world.cartoons.gingerbread import Gingerbread
from s2vbench.world.cartoons.monster import Monster
from s2vbench.world.cartoons.mushroom import Mushroom
from s2vbench.world.cartoons.owl import WizardOwl
from s2vbench.world.cartoons.robot import Robot
from s2vbench.world.cartoons.slime import Slime
from s2vbench.world.cartoons.snowman import Snowman
from s2vbench.world.cartoons.star import Star
from s2vbench.world.cartoons.unicorn import Unicorn
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
