"""Clips without end, for training: new individuals, scenes and stories for every number.

Everything here is drawn from `TRAINING_SEEDS`, and nothing in a test set or a control video is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from s2vbench.types import ActionOf, Relation, Staging
from s2vbench.world.acting import act
from s2vbench.world.cast import TRAINING_SEEDS, Individual, all_species
from s2vbench.world.clip import Script
from s2vbench.world.dice import Dice
from s2vbench.world.figure import STANDING_STILL
from s2vbench.world.places import PLACES
from s2vbench.world.telling import BANDS, Name, phrase_of, tell
from s2vbench.world.touching import contact_verbs

CAMERAS: Final = ("still", "still", "still", "pan left", "pan right", "zoom in", "zoom out", "handheld")
LEVELS: Final = ("low", "medium", "medium", "high")
ALONE, TWINS, RELATED, PASSING = 0.4, 0.25, 0.5, 0.08
"""How often a clip has one subject, two of one class, a relation; how often somebody comes or goes."""
_WEIGHT: Final = {"leans on": 1, "pushes": 2, "holds": 4}
"""How often contact is drawn, against 1 for each other relation: small things to hold are rare."""


@dataclass(frozen=True)
class Story:
    """A staging with its people."""

    staging: Staging
    people: dict[str, Individual]
    caption: str


def improvise(number: int, *, most_subjects: int = 3) -> Story:
    """The story of a number: equal numbers, equal stories.

    Args:
        number: 0 or more.
        most_subjects: at most so many in one clip, 1 or more.
    """
    dice = Dice("improv", number)
    people = _people(dice.child("people"), most_subjects)
    relations = _relations(people, dice.child("relations"))
    busy = {key for relation in relations for key in (relation.agent_id, relation.patient_id)}
    staging = Staging(
        scene=dice.pick(tuple(PLACES)),
        scene_seed=_seed(dice),
        actions=tuple(
            ActionOf(subject_id=key, action=_action(who, dice)) for key, who in people.items() if key not in busy
        ),
        relations=relations,
        camera=dice.pick(CAMERAS),
        motion_level=dice.pick(LEVELS),
    )
    names = {
        key: Name(who.noun, phrase_of(who.noun, who.words()[: dice.whole(1, 2)]), who.kind != "object", who.words())
        for key, who in people.items()
    }
    # The longest captions may not fit; a shorter one always does for three subjects.
    told = tell(staging, names, dice.child("caption"), dice.pick(tuple(BANDS)[:3]))
    return Story(staging, people, told.text)


def improvised_script(
    number: int, *, num_frames: int = 33, fps: float = 16.0, aspect: float = 1.0, most_subjects: int = 3
) -> Script:
    """The story of a number, acted out and ready to be filmed."""
    story = improvise(number, most_subjects=most_subjects)
    return act(
        story.staging,
        story.people,
        num_frames=num_frames,
        fps=fps,
        aspect=aspect,
        seed=number,
        caption=story.caption,
    )


def _seed(dice: Dice) -> int:
    return TRAINING_SEEDS.start + dice.whole(0, len(TRAINING_SEEDS) - 1)


def _people(dice: Dice, most: int) -> dict[str, Individual]:
    count = 1 if dice.chance(ALONE) or most == 1 else dice.whole(2, most)
    nouns = dice.some(tuple(all_species()), count)
    if count > 1 and dice.chance(TWINS):
        nouns[1] = nouns[0]
    return {f"subject-{index + 1}": Individual(noun, _seed(dice)) for index, noun in enumerate(nouns)}


def _action(who: Individual, dice: Dice) -> str:
    if dice.chance(PASSING):
        return dice.pick(("enter", "leave"))
    able = [action for action in who.species.actions if action not in {"hold", "push"}]
    lively = [action for action in able if action not in STANDING_STILL]
    return dice.pick(lively if lively and dice.chance(0.8) else able)


def _relations(people: dict[str, Individual], dice: Dice) -> tuple[Relation, ...]:
    if len(people) < 2 or not dice.chance(RELATED):
        return ()
    agent, patient = dice.some(tuple(people), 2)
    doer, done = people[agent], people[patient]
    verbs = [verb for verb in contact_verbs(doer, done) for _ in range(_WEIGHT[verb])]
    if doer.kind != "object":
        verbs += ["approaches", "watches", "circles"]
    if doer.kind != "object" and done.kind != "object":
        verbs.append("follows")
    return (Relation(agent_id=agent, verb=dice.pick(verbs), patient_id=patient),) if verbs else ()
