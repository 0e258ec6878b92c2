"""Captions: a staging told in English, every subject named literally.

The first time, a subject is called by its whole phrase ("a tabby cat with a green collar"); later by its noun where no
other subject of the case has the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from s2vbench.types import Relation, Staging
from s2vbench.world.dice import Dice
from s2vbench.world.english import article, listed
from s2vbench.world.places import PLACES as SCENES
from s2vbench.world.places import build_place
from s2vbench.world.wording import (
    CAMERA,
    LIVING,
    MOOD,
    MOTION,
    OPENINGS,
    PLACES,
    RELATIONS,
    STYLE,
    THINGS,
    TIME,
    WEATHER,
)

BANDS: Final = {"short": (8, 22), "medium": (23, 45), "long": (46, 80), "very long": (81, 120)}
MOST_WORDS = 120
_MARK = re.compile("\ue000(.*?)\ue001(.*?)\ue002")
_PREPOSITIONS = (
    "with ", "in ", "on ", "of ", "without ", "wearing ", "under ", "that ", "made ", "from ",
    "at ", "close ", "farther ",
)  # fmt: skip
"""How phrases begin that follow a noun, and clauses that begin with a place."""


def phrase_of(noun: str, words: tuple[str, ...]) -> str:
    """Adjectives before the noun, everything else behind it, clothes first.

    >>> phrase_of("cat", ("tabby", "with a green collar"))
    'tabby cat with a green collar'
    >>> phrase_of("woman", ("with red hair", "with a bag", "in a blue dress"))
    'woman in a blue dress with red hair and a bag'
    """
    before = [word for word in words if not word.startswith(_PREPOSITIONS)]
    behind = [word for word in words if word.startswith(_PREPOSITIONS)]
    having = [word.removeprefix("with ") for word in behind if word.startswith("with ")]
    other = sorted((word for word in behind if not word.startswith("with ")), key=lambda word: word.split()[0] != "in")
    return " ".join([*before, noun, *other, *(["with " + listed(having)] if having else [])])


@dataclass(frozen=True)
class Name:
    """How captions call one subject."""

    noun: str
    phrase: str
    """Holds the noun."""
    living: bool
    words: tuple[str, ...] = ()
    """Everything that tells it from others; long captions say more than the phrase."""


@dataclass(frozen=True)
class Told:
    """A caption and where it names whom."""

    text: str
    spans: tuple[tuple[str, int, int], ...]
    """(subject, start, end) of each first mention, in the caption's order."""

    @property
    def num_words(self) -> int:
        """Words, as spaces separate them."""
        return len(self.text.split())


@dataclass
class _Teller:
    staging: Staging
    names: Mapping[str, Name]
    dice: Dice
    mentioned: set[str] = field(default_factory=set)

    def call(self, key: str) -> str:
        """The subject's name with its article; marked where it is the first mention."""
        name = self.names[key]
        if key not in self.mentioned:
            self.mentioned.add(key)
            return f"{article(name.phrase)} \ue000{key}\ue001{name.phrase}\ue002"
        unique = [other.noun for other in self.names.values()].count(name.noun) == 1
        return f"the {name.noun if unique else name.phrase}"

    def does(self, key: str, action: str) -> str:
        table = LIVING if self.names[key].living else THINGS
        return self.dice.pick(table.get(action, table["stand"]))

    def where(self, key: str) -> str | None:
        places = [anchor.place for anchor in self.staging.anchors if anchor.subject_id == key]
        return self.dice.pick(PLACES[places[0]]) if places else None

    def relation(self, relation: Relation) -> str:
        verb = self.dice.pick(RELATIONS[relation.verb])
        agent = self.call(relation.agent_id)
        place = self.where(relation.agent_id)
        told = f"{agent} {verb} {self.call(relation.patient_id)}"
        return f"{place}, {told}" if place else told

    def alone(self, key: str, action: str) -> str:
        place, told = self.where(key), f"{self.call(key)} {self.does(key, action)}"
        if place is None:
            return told
        return f"{place}, {told}" if self.dice.chance(0.6) else f"{told} {place}"

    def clauses(self) -> list[str]:
        """Everything that must be said, one clause a relation or subject."""
        actions = {action.subject_id: action.action for action in self.staging.actions}
        told = [self.relation(relation) for relation in self.staging.relations]
        rest = [key for key in self.names if key not in self.mentioned]
        return told + [self.alone(key, actions.get(key, "stand")) for key in rest]

    def core(self, scene_phrase: str, *, plain: bool) -> list[str]:
        """The clauses as sentences, with the scene in the first; `plain` ones begin without a flourish."""
        clauses = self.clauses()
        first = f"{scene_phrase}, {clauses[0]}" if self.dice.chance(0.35) else f"{clauses[0]} {scene_phrase}"
        openings = [text for text in OPENINGS if not text.endswith("how {core}") or not first.startswith(_PREPOSITIONS)]
        opening = first if plain else self.dice.pick(openings).format(core=first)
        sentences, rest = [opening], clauses[1:]
        while rest:
            if len(rest) >= 2 and self.dice.chance(0.45):
                sentences.append(f"{rest[0]}, and {rest[1]}")
                rest = rest[2:]
            else:
                glue = self.dice.pick(("", "", "meanwhile, ", "at the same time, ", "nearby, "))
                sentences.append(glue + rest[0] if not rest[0].startswith(_PREPOSITIONS) else rest[0])
                rest = rest[1:]
        return [_sentence(text) for text in sentences]

    def details(self, key: str) -> list[str]:
        """What the phrase has left out: what the subject has, wears and is."""
        name = self.names[key]
        left_out = [word for word in name.words if word.removeprefix("with ") not in name.phrase]
        having = [word.removeprefix("with ") for word in left_out if word.startswith("with ")]
        wearing = [word.removeprefix("in ") for word in left_out if word.startswith(("in a ", "in an "))]
        being = [word for word in left_out if not word.startswith(_PREPOSITIONS)]
        told = [
            f"{self.call(key)} {verb} {listed(what)}"
            for verb, what in (("has", having), ("wears", wearing), ("is", being))
            if what
        ]
        return [_sentence(text) for text in told]

    def extras(self, time: str, weather: str) -> list[str]:
        """What may be said besides, the most telling first."""
        details = [sentence for key in self.names for sentence in self.details(key)]
        pools = [CAMERA[self.staging.camera], TIME[time], WEATHER[weather], STYLE, MOTION, MOOD]
        general = [self.dice.pick(pool) for pool in pools if pool]
        mixed = self.dice.some(general, len(general))
        if self.staging.camera != "still":
            # A moving camera is asked for: that must not be left to chance.
            moving = next(sentence for sentence in mixed if sentence in CAMERA[self.staging.camera])
            mixed.remove(moving)
            return [moving, *details, *mixed]
        return [*details, *mixed]


def _sentence(text: str) -> str:
    start = text[0].upper() + text[1:]
    return start if start.endswith(".") else start + "."


def tell(staging: Staging, names: Mapping[str, Name], dice: Dice, band: str = "medium") -> Told:
    """A caption of a staging.

    Args:
        staging: what happens.
        names: how to call each subject, in the order of the references.
        dice: picks wordings; equal dice, equal caption.
        band: "short", "medium", "long" or "very long" (see `BANDS`); what must be said is said even if it is longer.

    Raises:
        ValueError: what must be said takes more than 120 words.
    """
    teller = _Teller(staging, names, dice)
    place = SCENES[staging.scene]
    sentences = teller.core(place.phrase, plain=band == "short")
    least, most = BANDS[band]
    extras = teller.extras(place.time, build_place(staging.scene, staging.scene_seed).weather)
    if staging.camera != "still":
        sentences.append(extras.pop(0))
    for extra in [] if band == "short" else extras:
        count = _count(sentences)
        if count >= least and (count + len(extra.split()) > most or dice.chance(0.5)):
            continue
        if count + len(extra.split()) <= most:
            sentences.append(extra)
    if _count(sentences) > MOST_WORDS:
        raise ValueError(f"a caption of {_count(sentences)} words; {MOST_WORDS} is the most")
    return _unmarked(" ".join(sentences))


def _count(sentences: list[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


def _unmarked(text: str) -> Told:
    """The text without marks, and where they were."""
    spans, plain, position = [], "", 0
    for match in _MARK.finditer(text):
        plain += text[position : match.start()]
        phrase = match.group(2)
        # A phrase at the start of a sentence has an article before it, so its own first letter is never raised.
        spans.append((match.group(1), len(plain), len(plain) + len(phrase)))
        plain += phrase
        position = match.end()
    return Told(plain + text[position:], tuple(spans))
