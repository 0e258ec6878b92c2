"""The cases of the test set: who meets whom, what happens, and how the prompt says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from s2vbench.types import ActionOf, Anchor, Relation, Staging
from s2vbench.world.cast import KINDS, TEST_SEEDS
from s2vbench.world.dice import Dice
from s2vbench.world.figure import STANDING_STILL, Kind
from s2vbench.world.places import PLACES
from s2vbench.world.telling import Told, tell
from s2vbench.world.testset import recipe
from s2vbench.world.testset.people import Member
from s2vbench.world.touching import Verb, contact_verbs

_SOLO_ACTIONS = frozenset({"hold", "push"})
_BANDS = {
    1: ("short", "short", "medium", "medium", "long", "very long"),
    2: ("short", "medium", "medium", "long", "very long"),
    3: ("medium", "long", "long", "very long"),
}
_CAMERAS = ("still", "still", "still", "still", "pan left", "pan right", "zoom in", "zoom out", "handheld")


@dataclass(frozen=True)
class Composed:
    """One case before it is a row."""

    cast: tuple[Member, ...]
    interaction: str
    """"contact", "anchor", "free" or, for a single subject, "none"."""
    staging: Staging
    told: Told
    short: Told


@dataclass
class Casting:
    """Draws subjects so that every one is used before any is used again."""

    members: Sequence[Member]
    dice: Dice
    used: Counter[str] = field(default_factory=Counter)

    def one(self, kind: Kind, *, noun: str | None = None, without: Sequence[Member] = ()) -> Member:
        """The least used subject of a kind (and class), chance deciding between equals."""
        able = [m for m in self.members if m.kind == kind and noun in {None, m.noun} and m not in without]
        if noun is None:
            strangers = [m for m in able if m.noun not in {other.noun for other in without}]
            able = strangers or able
        least = min(self.used[member.id] for member in able)
        found = self.dice.pick([member for member in able if self.used[member.id] == least])
        self.used[found.id] += 1
        return found

    def twins(self, kind: Kind) -> tuple[Member, Member]:
        """Two individuals of one class."""
        counts = Counter(member.noun for member in self.members if member.kind == kind)
        first = self.one(kind)
        while counts[first.noun] < 2:
            self.used[first.id] -= 1
            first = self.dice.pick([m for m in self.members if m.kind == kind and counts[m.noun] > 1])
            self.used[first.id] += 1
        return first, self.one(kind, noun=first.noun, without=[first])


def casts(members: Sequence[Member]) -> list[tuple[Member, ...]]:
    """Who is in each of the 400 cases: 220 alone, 118 pairs, 46 triples, 16 crowds."""
    singles = Casting(members, Dice(recipe.NAME, "singles"))
    found: list[tuple[Member, ...]] = [(singles.one(kind),) for kind in KINDS for _ in range(recipe.SINGLES_OF_A_KIND)]
    casting = Casting(members, Dice(recipe.NAME, "casting"))
    for (one, other), count in recipe.PAIRS.items():
        for index in range(count):
            if one == other and index < recipe.SAME_CLASS_OF_A_KIND:
                found.append(casting.twins(one))
            else:
                first = casting.one(one)
                found.append((first, casting.one(other, without=[first])))
    triples = [kinds for kinds in combinations(KINDS * 2, 3) if len(set(kinds)) > 1]
    for index in range(recipe.TRIPLES):
        if index < recipe.TRIPLES_WITH_TWINS:
            kind = KINDS[index % len(KINDS)]
            pair = casting.twins(kind)
            found.append((*pair, casting.one(casting.dice.pick([k for k in KINDS if k != kind]), without=pair)))
        else:
            found.append(_several(casting, casting.dice.pick(triples)))
    for size in recipe.CROWDS:
        kinds = [*KINDS, *(casting.dice.pick(KINDS) for _ in range(size - len(KINDS)))]
        found.append(_several(casting, kinds[:size]))
    return found


def _several(casting: Casting, kinds: Sequence[Kind]) -> tuple[Member, ...]:
    found: list[Member] = []
    for kind in kinds:
        found.append(casting.one(kind, without=found))
    return tuple(found)


def compose(index: int, cast: tuple[Member, ...], interaction: str, places: Mapping[str, set[str]]) -> Composed:
    """Scene, actions and prompt of one case.

    Args:
        index: of the case.
        cast: who is in it.
        interaction: what it is about.
        places: subject -> places that its pictures show; the case happens elsewhere, or nobody could tell a leaked
            background from the right one.
    """
    for attempt in range(200):
        dice = Dice(recipe.NAME, "case", index, attempt)
        staging = _staging(cast, interaction, places, dice)
        names = {member.id: member.name() for member in cast}
        band = dice.pick(_BANDS[min(len(cast), 3)])
        try:
            told = tell(staging, names, dice.child("prompt"), band)
        except ValueError:
            continue
        short = tell(staging, names, dice.child("short"), "short")
        if told.num_words >= 8:
            return Composed(cast, interaction, staging, told, short)
    raise AssertionError(f"case {index}: no prompt of at most 120 words in 200 attempts")


def _staging(cast: tuple[Member, ...], interaction: str, places: Mapping[str, set[str]], dice: Dice) -> Staging:
    seen = {place for member in cast for place in places[member.id]}
    scene = dice.pick([name for name in PLACES if name not in seen])
    relations = _relations(cast, interaction, dice)
    busy = {name for relation in relations for name in (relation.agent_id, relation.patient_id)}
    actions = [
        ActionOf(subject_id=member.id, action=_action(member, interaction, dice))
        for member in cast
        if member.id not in busy
    ]
    anchors = tuple(_anchors(cast, dice)) if interaction == "anchor" else ()
    # A pan carries who is "on the left" elsewhere.
    cameras = [camera for camera in _CAMERAS if not (anchors and camera.startswith("pan"))]
    return Staging(
        scene=scene,
        scene_seed=TEST_SEEDS.start + dice.whole(0, (1 << 29) - 1),
        actions=tuple(actions),
        relations=tuple(relations),
        anchors=anchors,
        camera=dice.pick(cameras),
        motion_level=dice.pick(("low", "medium", "medium", "high")),
    )


def _action(member: Member, interaction: str, dice: Dice) -> str:
    able: list[str] = [action for action in member.who.species.actions if action not in _SOLO_ACTIONS]
    if dice.chance(0.75):
        able = [action for action in able if action not in STANDING_STILL] or able
    if interaction == "none" and dice.chance(0.1):
        able = ["enter", "leave"]
    elif interaction == "anchor":
        # Who is "on the left" must stay there.
        able = [action for action in able if action not in {"walk", "run", "roll"}]
    return dice.pick(able)


def _relations(cast: tuple[Member, ...], interaction: str, dice: Dice) -> list[Relation]:
    if interaction == "contact":
        able = [
            Relation(agent_id=agent.id, verb=verb, patient_id=patient.id)
            for agent in cast
            for patient in cast
            if agent is not patient
            for verb in contact_verbs(agent.who, patient.who)
        ]
        for verb, share in (("holds", 0.7), ("pushes", 0.6)):
            those = [relation for relation in able if relation.verb == verb]
            if those and dice.chance(share):
                return [dice.pick(those)]
        return [dice.pick([relation for relation in able if relation.verb == "leans on"])]
    if interaction == "free" and dice.chance(0.7):
        agents = [member for member in cast if member.kind != "object"]
        if agents:
            agent = dice.pick(agents)
            patient = dice.pick([member for member in cast if member is not agent])
            verbs: list[Verb] = ["approaches", "watches", "circles"]
            if patient.kind != "object":
                verbs.append("follows")
            return [Relation(agent_id=agent.id, verb=dice.pick(verbs), patient_id=patient.id)]
    return []


def _anchors(cast: tuple[Member, ...], dice: Dice) -> list[Anchor]:
    places = {2: ("left", "right"), 3: ("left", "middle", "right")}.get(len(cast), ("left", "right"))
    chosen = dice.some(cast, len(places))
    if len(cast) == 2 and dice.chance(0.25):
        places = ("front", "back")
    return [Anchor(subject_id=member.id, place=place) for member, place in zip(chosen, places, strict=True)]
