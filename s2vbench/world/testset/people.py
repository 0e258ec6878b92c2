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
_BRIEF = 0.35
"""How often one word is enough, as long as no other of the class has the same phrase."""


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
        taken: dict[str, list[tuple[str, str]]] = {noun: [] for noun in share.classes}
        for index in range(share.subjects):
            noun = share.classes[index % len(share.classes)]
            number = len(taken[noun]) + 1
            who, brief, phrase = _newcomer(noun, number, taken[noun])
            taken[noun].append((brief, phrase))
            twice = index < share.images - share.subjects
            found.append(Member(f"{noun.replace(' ', '-')}-{number:02}", who, phrase, 1 + twice, index < share.heldout))
    return found


def _newcomer(noun: str, number: int, others: list[tuple[str, str]]) -> tuple[Individual, str, str]:
    """An individual that its phrase tells from all others of its class, and its brief and chosen phrase.

    A brief phrase ("brown cat") is used where no other brief phrase is the same: "brown cat" beside "brown cat with a
    hat" would name both.
    """
    dice = Dice(NAME, "subject", noun, number)
    for _ in range(400):
        who = Individual(noun, OWN_SEEDS.start + dice.whole(0, len(OWN_SEEDS) - 1))
        words = who.words()
        brief, phrase = phrase_of(noun, words[:1]), phrase_of(noun, words[:2])
        if dice.chance(_BRIEF) and all(brief != other for other, _ in others):
            return who, brief, brief
        if all(used not in {phrase, brief} for _, used in others):
            return who, brief, phrase
    raise AssertionError(f"400 individuals of {noun!r} and no new phrase: its words say too little")
