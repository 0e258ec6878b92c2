"""Captions: a staging told in English, every subject named literally.

The first time, a subject is called by its whole phrase ("a tabby cat with a green collar"); later by its noun, or
"the tabby cat", where no other subject of the case could be meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from s2vbench.types import Relation, Staging
from s2vbench.world.describing import predicate
from s2vbench.world.dice import Dice
from s2vbench.world.english import article, listed
from s2vbench.world.places import PLACES as SCENES
from s2vbench.world.places import build_place
from s2vbench.world.wording import (
    CALM,
    CAMERA,
    DAYLIGHT,
    GLUE,
    LIVELY,
    LIVELY_ACTIONS,
    LIVING,
    ON_FOOT,
    ONE_TAKE,
    OPENINGS,
    PLACES,
    RELATIONS,
    SMOOTH,
    STYLE,
    THINGS,
    WEATHER,
)

BANDS: Final = {"short": (8, 22), "medium": (23, 45), "long": (46, 80), "very long": (81, 120)}
MOST_WORDS = 120
_MARK = re.compile("\ue000(.*?)\ue001(.*?)\ue002")
_PREPOSITIONS = (
    "with ", "in ", "on ", "of ", "without ", "wearing ", "under ", "that ", "made ", "from ",
    "at ", "close ",
)  # fmt: skip
"""How phrases begin that follow a noun, and clauses that begin with a place."""


_PLACED = re.compile(r" (?:on|in|at) ")
"""What would run into a place said next: "dances on the spot on a pier"."""


def phrase_of(noun: str, words: tuple[str, ...]) -> str:
    """Adjectives before the noun, the most telling next to it; what it has behind, then what it is in.

    >>> phrase_of("cat", ("orange", "striped", "with a green collar"))
    'striped orange cat with a green collar'
    >>> phrase_of("woman", ("with a brown braid", "with a bag", "in a blue dress"))
    'woman with a brown braid and a bag in a blue dress'
    >>> phrase_of("knight", ("with a red plume on the helmet", "in a blue tunic"))
    'knight in a blue tunic with a red plume on the helmet'
    """
    before = [word for word in words if not word.startswith(_PREPOSITIONS)]
    behind = [word for word in words if word.startswith(_PREPOSITIONS)]
    having = [word.removeprefix("with ") for word in behind if word.startswith("with ")]
    other = [word for word in behind if not word.startswith("with ")]
    had = ["with " + listed(having)] if having else []
    # "With a plume on the helmet in a tunic" would put the helmet into the tunic.
    last = [*other, *had] if any(" on " in thing for thing in having) else [*had, *other]
    return " ".join([*reversed(before), noun, *last])


@dataclass(frozen=True)
class Name:
    """How captions call one subject."""

    noun: str
    phrase: str
    """Holds the noun."""
    living: bool
    words: tuple[str, ...] = ()
    """Everything that tells it from others; long captions say more than the phrase."""

    @property
    def with_adjectives(self) -> str:
        """The phrase up to the noun."""
        return self.phrase[: self.phrase.index(self.noun) + len(self.noun)]


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


@dataclass(frozen=True)
class _Clause:
    """What one subject does, or two."""

    text: str
    anchor: Literal["none", "first", "last"] = "none"
    """Where it says on which side that is."""
    scene_first: bool = False
    """Whether a place behind it would be read with its last word."""


@dataclass
class _Teller:
    staging: Staging
    names: Mapping[str, Name]
    dice: Dice
    mentioned: set[str] = field(default_factory=set)
    worded: set[str] = field(default_factory=set)
    """Wordings that are used up."""

    def call(self, key: str) -> str:
        """The subject's name with its article; marked where it is the first mention."""
        name = self.names[key]
        if key not in self.mentioned:
            self.mentioned.add(key)
            return f"{article(name.phrase)} \ue000{key}\ue001{name.phrase}\ue002"
        others = [other.phrase for other_key, other in self.names.items() if other_key != key]
        for short in (name.noun, name.with_adjectives):
            if not any(re.search(rf"\b{re.escape(short)}\b", phrase) for phrase in others):
                return f"the {short}"
        return f"the {name.phrase}"

    def fresh(self, wordings: Sequence[str]) -> str:
        """One of several wordings, of those not used before where there are any."""
        found = self.dice.pick([wording for wording in wordings if wording not in self.worded] or list(wordings))
        self.worded.add(found)
        return found

    def does(self, key: str, action: str, *, placed: bool) -> str:
        """What a subject does; `placed` where its side is said next to it."""
        table = LIVING if self.names[key].living else THINGS
        wordings = table.get(action, table["stand"])
        return self.fresh([text for text in wordings if not (placed and _PLACED.search(text))] or wordings)

    def where(self, key: str) -> str | None:
        places = [anchor.place for anchor in self.staging.anchors if anchor.subject_id == key]
        return self.dice.pick(PLACES[places[0]]) if places else None

    def relation(self, relation: Relation) -> _Clause:
        walks = self.names[relation.agent_id].living and self.names[relation.patient_id].living
        verb = self.fresh((*RELATIONS[relation.verb], *(ON_FOOT.get(relation.verb, ()) if walks else ())))
        # A place behind it would be where the other's hat is.
        return _Clause(f"{self.call(relation.agent_id)} {verb} {self.call(relation.patient_id)}", scene_first=True)

    def sides(self, relation: Relation) -> list[str]:
        """Where those are who have to do with each other, as a sentence of its own."""
        keys = (relation.agent_id, relation.patient_id)
        told = [f"{self.call(key)} is {place}" for key in keys if (place := self.where(key))]
        return [" and ".join(told)] if told else []

    def alone(self, key: str, action: str) -> _Clause:
        place = self.where(key)
        subject, moves = self.call(key), action in {"enter", "leave"}
        done = self.does(key, action, placed=place is not None)
        if place is None:
            return _Clause(f"{subject} {done}", scene_first=moves or bool(_PLACED.search(done)))
        if moves or self.dice.chance(0.4):
            return _Clause(f"{subject} {done} {place}", "last", scene_first=True)
        return _Clause(f"{place}, {subject} {done}", "first")

    def clauses(self) -> list[_Clause]:
        """Everything that must be said, one clause a relation or subject."""
        actions = {action.subject_id: action.action for action in self.staging.actions}
        told = [self.relation(relation) for relation in self.staging.relations]
        rest = [key for key in self.names if key not in self.mentioned]
        return told + [self.alone(key, actions.get(key, "stand")) for key in rest]

    def opening(self, clause: _Clause, scene_phrase: str, *, plain: bool) -> str:
        """The first clause with the scene on its free side."""
        scene_first = clause.scene_first or (clause.anchor == "none" and self.dice.chance(0.35))
        first = f"{scene_phrase}, {clause.text}" if scene_first else f"{clause.text} {scene_phrase}"
        return first if plain or first.startswith(_PREPOSITIONS) else self.dice.pick(OPENINGS).format(core=first)

    def core(self, scene_phrase: str, *, plain: bool) -> list[str]:
        """The clauses as sentences, with the scene in the first; `plain` ones begin without a flourish."""
        clauses = self.clauses()
        sentences = [self.opening(clauses[0], scene_phrase, plain=plain)]
        for relation in self.staging.relations:
            sentences += self.sides(relation)
        rest = [clause.text for clause in clauses[1:]]
        # "Nearby, on the left" says too much.
        able = [glue for glue in GLUE if not (self.staging.anchors and "nearby" in glue)]
        glues = self.dice.some(able, len(able))
        while rest:
            if len(rest) >= 2 and self.dice.chance(0.45):
                sentences.append(f"{rest[0]}, and {rest[1]}")
                rest = rest[2:]
            else:
                glue = glues.pop() if glues and not rest[0].startswith(_PREPOSITIONS) else ""
                sentences.append(glue + rest[0])
                rest = rest[1:]
        return [_sentence(text) for text in sentences]

    def details(self, key: str) -> list[str]:
        """What the phrase has left out: what the subject is, has and wears."""
        name = self.names[key]
        said = predicate([word for word in name.words if word.removeprefix("with ") not in name.phrase])
        return [_sentence(f"{self.call(key)} {said}")] if said else []

    def extras(self, time: str, weather: str) -> list[str]:
        """What may be said besides, the most telling first."""
        details = [sentence for key in self.names for sentence in self.details(key)]
        actions = {action.action for action in self.staging.actions}
        smooth = () if self.staging.camera == "handheld" else SMOOTH
        pools = [
            CAMERA[self.staging.camera],
            DAYLIGHT if time == "day" else (),
            WEATHER[weather],
            STYLE,
            (*smooth, *ONE_TAKE),
            LIVELY if actions & LIVELY_ACTIONS else CALM,
        ]
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
    weather = build_place(staging.scene, staging.scene_seed).weather
    # "In a park with falling leaves" needs no "Dry leaves are falling."
    extras = teller.extras(place.time, "clear" if weather in place.phrase else weather)
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
