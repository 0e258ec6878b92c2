"""Animals of the rendered world: one puppet on four legs, one for upright birds."""

from __future__ import annotations

from s2vbench.world.animals.bears import BEAR, PANDA
from s2vbench.world.animals.birds import DUCK, OWL, PENGUIN, ROOSTER
from s2vbench.world.animals.cats import CAT, RABBIT
from s2vbench.world.animals.dogs import CORGI, DOG
from s2vbench.world.animals.farm import COW, PIG, SHEEP
from s2vbench.world.animals.grazers import DEER, GIRAFFE, TORTOISE
from s2vbench.world.animals.horses import HORSE, ZEBRA
from s2vbench.world.animals.wild import ELEPHANT, LION
from s2vbench.world.animals.woods import FOX, SQUIRREL
from s2vbench.world.figure import Species

_ALL: tuple[Species, ...] = (
    DOG,
    CORGI,
    CAT,
    RABBIT,
    FOX,
    BEAR,
    PANDA,
    LION,
    ELEPHANT,
    SQUIRREL,
    HORSE,
    ZEBRA,
    COW,
    SHEEP,
    PIG,
    DEER,
    GIRAFFE,
    TORTOISE,
    PENGUIN,
    DUCK,
    OWL,
    ROOSTER,
)
SPECIES: dict[str, Species] = {species.noun: species for species in _ALL}
"""Every class by its noun."""
