"""People of the rendered world: classes that share an outfit, individuals that differ in everything else."""

from __future__ import annotations

from typing import Final

from s2vbench.world.figure import Species
from s2vbench.world.humans import everyday, royals, tales, workers
from s2vbench.world.humans.species import HumanSpecies

SPECIES: Final[dict[str, Species]] = {
    maker.__name__: HumanSpecies(maker.__name__, maker)
    for maker in (
        everyday.woman,
        everyday.man,
        workers.chef,
        workers.astronaut,
        workers.firefighter,
        workers.doctor,
        workers.farmer,
        tales.pirate,
        tales.knight,
        tales.wizard,
        everyday.musician,
        workers.builder,
        workers.sailor,
        tales.ballerina,
        everyday.hiker,
        tales.magician,
        royals.king,
        royals.queen,
    )
}
"""Classes by noun."""
