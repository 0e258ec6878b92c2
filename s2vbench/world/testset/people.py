"""Who is in the test set: individuals of seeds that no training may draw, each with a phrase of its own."""

from __future__ import annotations

from dataclasses import dataclass

from s2vbench.types import Drawn
from s2vbench.world.cast import KINDS, TEST_SEEDS, Individual
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Kind
from s2vbench.world.telling import Name, phrase_of
from s2vbench.world.testset.recipe import NAME, Share

OWN_SEEDS = range(TEST_SEEDS.start, TEST_SEEDS.start + (1 << 29))
"""The lower half of the test seeds; controls take imposters from the upper half."""


@dataclass(frozen=True)
class Member:
    """One subject of the test set."""

    id: str
    who: Individual
    phrase: str
    num_images: int
    has_heldout: bool

    @property
    def kind(self) -> Kind:
        """Its kind."""
        return self.who.kind

    @property
    def noun(self) -> str:
        """Its class."""
        return self.who.noun

    @property
    def drawn(self) -> Drawn:
        """Who it is in the rendered world."""
        return Drawn(species=self.who.noun, seed=self.who.seed)

    def name(self) -> Name:
        """How captions call it."""
        return Name(self.noun, self.phrase, self.kind != "object", self.who.words())


def members(shares: dict[Kind, Share]) -> list[Member]:
    """All subjects, kind by kind and class by class in turn."""
    found = []
    for kind in KINDS:
        share = shares[kind]
        taken: dict[str, list[str]] = {noun: [] for noun in share.classes}
        for index in range(share.subjects):
            noun = share.classes[index % len(share.classes)]
            number = len(taken[noun]) + 1
            who, phrase = _newcomer(noun, number, taken[noun])
            taken[noun].append(phrase)
            twice = index < share.images - share.subjects
            found.append(Member(f"{noun.replace(' ', '-')}-{number:02}", who, phrase, 1 + twice, index < share.heldout))
    return found


def _newcomer(noun: str, number: int, phrases: list[str]) -> tuple[Individual, str]:
    """An individual whose phrase no other of its class has."""
    dice = Dice(NAME, "subject", noun, number)
    for _ in range(200):
        who = Individual(noun, OWN_SEEDS.start + dice.whole(0, len(OWN_SEEDS) - 1))
        phrase = best_phrase(noun, who.words())
        if phrase not in phrases:
            return who, phrase
    raise AssertionError(f"200 individuals of {noun!r} and no new phrase: its words say too little")


def best_phrase(noun: str, words: tuple[str, ...]) -> str:
    """The phrase that captions use: the two most telling words.

    >>> best_phrase("cat", ("tabby", "with a green collar", "with long legs"))
    'tabby cat with a green collar'
    """
    return phrase_of(noun, words[:2])
