"""Who there is: every class of every kind, and individuals of them by (class, seed)."""

from __future__ import annotations

import difflib
import importlib
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from s2vbench.errors import InputError
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Kind, Species

_ROOMS: dict[Kind, str] = {
    "human": "s2vbench.world.humans",
    "animal": "s2vbench.world.animals",
    "cartoon": "s2vbench.world.cartoons",
    "object": "s2vbench.world.objects",
}
KINDS: tuple[Kind, ...] = ("human", "animal", "cartoon", "object")

TRAINING_SEEDS = range(1 << 30)
"""Individuals and scenes that training may draw."""
TEST_SEEDS = range(1 << 30, 1 << 31)
"""Individuals and scenes of test sets; nothing trained has seen them."""


@cache
def species_of(kind: Kind) -> dict[str, Species]:
    """The classes of a kind, by noun."""
    room: dict[str, Species] = importlib.import_module(_ROOMS[kind]).SPECIES
    return room


@cache
def all_species() -> dict[str, Species]:
    """Every class, by noun; no two kinds share a noun."""
    return {noun: species for kind in KINDS for noun, species in species_of(kind).items()}


@dataclass(frozen=True)
class Individual:
    """One subject: a class and a seed say everything about it."""

    noun: str
    seed: int

    @property
    def species(self) -> Species:
        """Its class.

        Raises:
            InputError: there is no such class; the nearest is suggested.
        """
        found = all_species().get(self.noun)
        if found is None:
            nearest = difflib.get_close_matches(self.noun, all_species(), n=1)
            hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
            raise InputError(f"the rendered world has no {self.noun!r}{hint}")
        return found

    @property
    def kind(self) -> Kind:
        """human, animal, cartoon or object."""
        return self.species.kind

    @property
    def traits(self) -> Any:
        """What it looks like."""
        return _traits(self.noun, self.seed)

    @property
    def height_m(self) -> float:
        """How tall it is meant to be."""
        return float(self.traits.height_m)

    def words(self) -> tuple[str, ...]:
        """What tells it from others of its class, most telling first."""
        return self.species.words(self.traits)


@lru_cache(maxsize=4096)
def _traits(noun: str, seed: int) -> Any:
    return Individual(noun, seed).species.design(Dice("individual", noun, seed))
