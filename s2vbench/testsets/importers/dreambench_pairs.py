"""Cases with two subjects of DreamBench: which two, and our own prompts for them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from s2vbench.testsets.importers.nouns import with_article
from s2vbench.testsets.schema import Category

_STEP = 7
"""How far apart, in the order of names, two subjects of unlike classes are: neighbours are often alike (clock, can)."""

_SAME_CLASS = (
    "{a} on the left and another {noun} on the right walk side by side along a beach at sunset",
    "{a} rests on a lawn while another {noun} comes up from the right and sits down beside it",
    "{a} and another {noun} look up together at falling snow in a quiet park",
)
_TWO_LIVE = (
    "{a} and {b} walk side by side through a meadow in the morning sun",
    "{a} lies on a wooden porch while {b} walks slowly past it",
)
_LIVE_AND_THING = (
    "{a} walks around {b} on a wooden floor and sniffs at it",
    "{a} sits still beside {b} in front of a window while rain runs down the glass",
    "{a} looks curiously at {b} on a stone path in a garden",
)
_TWO_THINGS = (
    "the camera moves slowly around {a} that stands next to {b} on a wooden table",
    "{a} stands to the left of {b} on a white shelf while the light of the day changes",
    "a hand puts {a} down beside {b} on a picnic blanket",
)


def same_class_pairs(class_of: Mapping[str, str], kind_of: Mapping[str, Category]) -> list[tuple[str, str]]:
    """Every two living subjects of one class, in the order of names: they are what models confuse most.

    >>> same_class_pairs({"dog": "dog", "dog2": "dog", "can": "can"}, {"dog": "animal", "dog2": "animal"})
    [('dog', 'dog2')]
    """
    live = sorted(name for name in class_of if kind_of.get(name) == "animal")
    return [(a, b) for a, b in combinations(live, 2) if class_of[a] == class_of[b]]


def cross_class_pairs(class_of: Mapping[str, str]) -> list[tuple[str, str]]:
    """One partner of another class for each subject, seven names further on (or the next that fits).

    >>> cross_class_pairs({"cat": "cat", "dog": "dog", "dog2": "dog"})
    [('cat', 'dog'), ('cat', 'dog2')]
    """
    names = sorted(class_of)
    pairs: dict[tuple[str, str], None] = {}
    for at, name in enumerate(names):
        others = (names[(at + _STEP + more) % len(names)] for more in range(len(names)))
        partner = next((other for other in others if class_of[other] != class_of[name]), None)
        if partner is not None:
            pairs[min(name, partner), max(name, partner)] = None
    return sorted(pairs)


def pair_prompt(number: int, a: tuple[str, Category], b: tuple[str, Category]) -> tuple[str, bool]:
    """(prompt, whether the first named is `a`) for two (noun, kind); the number chooses among those that fit.

    >>> pair_prompt(1, ("glasses", "object"), ("dog", "animal"))
    ('a dog sits still beside glasses in front of a window while rain runs down the glass', False)
    """
    is_live = [kind in {"animal", "human", "cartoon"} for _, kind in (a, b)]
    a_first = is_live[0] or not is_live[1]
    first, second = (a[0], b[0]) if a_first else (b[0], a[0])
    if a[0] == b[0]:
        choices: tuple[str, ...] = _SAME_CLASS
    elif all(is_live):
        choices = _TWO_LIVE
    else:
        choices = _LIVE_AND_THING if any(is_live) else _TWO_THINGS
    template = choices[number % len(choices)]
    return template.format(a=with_article(first), b=with_article(second), noun=first), a_first
