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


Known = list[tuple[str, frozenset[str], frozenset[str]]]
"""Of each individual of a class: its phrase, the words of that, and all of its words."""


def members(shares: dict[Kind, Share]) -> list[Member]:
    """All subjects, kind by kind and class by class in turn."""
    found = []
    for kind in KINDS:
        share = shares[kind]
        known: dict[str, Known] = {noun: [] for noun in share.classes}
        for index in range(share.subjects):
            noun = share.classes[index % len(share.classes)]
            number = len(known[noun]) + 1
            who, words = _newcomer(noun, number, known[noun])
            phrase = phrase_of(noun, words)
            known[noun].append((phrase, frozenset(words), frozenset(who.words())))
            twice = index < share.images - share.subjects
            member_id = f"{noun.replace(' ', '-')}-{number:02}"
            found.append(Member(member_id, who, phrase, 1 + twice, index < share.heldout))
    return found


def _newcomer(noun: str, number: int, others: Known) -> tuple[Individual, tuple[str, ...]]:
    """An individual whose phrase fits no other of its class, and the words of its phrase.

    "Brown cat" would also name a brown cat with a hat; and so would "cat with a hat" if that one has a hat.
    """
    dice = Dice(NAME, "subject", noun, number)
    for _ in range(1000):
        who = Individual(noun, OWN_SEEDS.start + dice.whole(0, len(OWN_SEEDS) - 1))
        own = who.words()
        for count in (1, 2) if dice.chance(_BRIEF) else (2,):
            words = own[:count]
            if not any(_fits_either(phrase_of(noun, words), words, own, other) for other in others):
                return who, words
    raise AssertionError(f"1000 individuals of {noun!r} and no new phrase: its words say too little")


def _fits_either(
    phrase: str, words: tuple[str, ...], own: tuple[str, ...], other: tuple[str, frozenset[str], frozenset[str]]
) -> bool:
    """Whether one of two phrases would do for both: "brown horse" is also in "dark brown horse"."""
    other_phrase, other_told, other_words = other
    inside = phrase in other_phrase or other_phrase in phrase
    return inside or set(words) <= other_words or other_told <= set(own)
