"""What individuals wear, and how captions say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from s2vbench.world.animals.build import Animal, Build, Coat, Wear, WearKind
from s2vbench.world.animals.quadruped import standing_top
from s2vbench.world.dice import Dice
from s2vbench.world.english import with_article
from s2vbench.world.palette import VIVID, named

PETS: Final[tuple[WearKind, ...]] = ("collar", "collar", "bandana", "scarf", "bow tie", "bell")
FARM: Final[tuple[WearKind, ...]] = ("bell", "scarf", "collar", "bandana")
WILD: Final[tuple[WearKind, ...]] = ("scarf", "bandana", "bow tie")
HEADS: Final[tuple[WearKind, ...]] = ("hat", "party hat", "straw hat", "flower", "ear bow")

_NAMES: Final = (*VIVID, "navy", "white", "lavender", "lime")


def article(phrase: str) -> str:
    """The phrase with its article.

    >>> article("orange scarf")
    'an orange scarf'
    """
    return with_article(phrase)


def dress(
    dice: Dice, neck: Sequence[WearKind], head: Sequence[WearKind] = HEADS, *, blanket: float = 0.0, odds: float = 0.68
) -> tuple[Wear, ...]:
    """Things to wear: mostly one, sometimes none or two.

    Args:
        dice: chance.
        neck: what may be around the neck.
        head: what may be on the head.
        blanket: how often there is a cloth on the back.
        odds: how often something is around the neck.
    """
    colours = dice.child("colours").some(_NAMES, 4)
    kinds: list[WearKind] = []
    if neck and dice.chance(odds):
        kinds.append(dice.pick(neck))
    if head and dice.chance(0.3 if kinds else 0.62):
        kinds.append(dice.pick(head))
    if dice.chance(blanket):
        kinds.insert(0, "blanket")
    things = []
    for i, kind in enumerate(kinds[:2]):
        name, other = colours[2 * i], colours[2 * i + 1]
        shade = dice.child(kind)
        things.append(
            Wear(
                kind,
                name,
                named(name, shade),
                named("yellow" if kind == "collar" and name != "yellow" else other, shade),
                side=dice.pick((1, -1)),
                pattern=dice.pick((0, 1, 2)) if kind in {"bandana", "scarf", "party hat", "blanket"} else 0,
            )
        )
    return tuple(things)


def wear_words(wear: Wear) -> str:
    """How a caption says it: "with a red collar"."""
    if wear.kind == "bell":
        return f"with a bell on {article(wear.name)} ribbon"
    if wear.kind == "straw hat":
        return "with a straw hat"
    noun = {"ear bow": "bow", "flower": "flower", "blanket": "blanket"}.get(wear.kind, wear.kind)
    pattern = ("", "striped ", "dotted ")[wear.pattern]
    place = {"flower": " behind its ear", "ear bow": " on its ear", "blanket": " on its back"}.get(wear.kind, "")
    return f"with {article(f'{pattern}{wear.name} {noun}')}{place}"


def animal(build: Build, coat: Coat, wear: tuple[Wear, ...], looks: Sequence[str], height_m: float) -> Animal:
    """An individual of these parts; `looks` are the words about its body, most telling first."""
    worn = [wear_words(thing) for thing in wear]
    words = [looks[0], *worn, *looks[1:]]
    return Animal(build, coat, wear, tuple(words[:4]), height_m, 1.0 / standing_top(build))
