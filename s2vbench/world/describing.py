"""What a subject is, has and wears, as one sentence says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from s2vbench.world.english import listed

GARMENTS: Final = frozenset({
    "shirt", "leotard", "trousers", "neckerchief", "kerchief", "scarf", "bandana", "hat", "cap", "beanie", "beret",
    "fedora", "helmet", "glasses", "boots", "shoes", "mittens", "cape", "coat", "jacket", "sweater", "skirt", "vest",
    "waistcoat", "tie", "collar", "necklace", "medal", "crown", "tiara", "headband", "backpack", "sash", "suspenders",
    "stethoscope", "badge", "tutu", "gown",
})  # fmt: skip
"""The last word of what is worn, not had."""
_HAVING: Final = {
    "spotted": "spots",
    "striped": "stripes",
    "patched": "patches",
    "starry": "a star pattern",
    "heart-patterned": "a heart pattern",
    "flower-patterned": "a flower pattern",
    "one-eyed": "just one eye",
    "three-eyed": "three eyes",
}
_BEHIND = re.compile(r" (?:on|in|behind|with|of|instead) .*")


def is_worn(thing: str) -> bool:
    """Whether one wears a thing.

    >>> is_worn("a dotted blue bow tie"), is_worn("a heart on its belly"), is_worn("a bell on a red ribbon")
    (True, False, True)
    >>> is_worn("a brown coat"), is_worn("a curly coat")
    (True, False)
    """
    named = _BEHIND.sub("", thing)
    if named.endswith(("curly coat", "shaggy coat")):
        return False
    return named.rpartition(" ")[2] in GARMENTS or named.endswith("eye patch") or thing.startswith("a bell on ")


def predicate(words: Sequence[str]) -> str:
    """Phrases about a subject as what follows its name; empty without any.

    >>> predicate(("with a moustache", "in a grey jacket", "with a yellow shirt"))
    'has a moustache and wears a grey jacket and a yellow shirt'
    >>> predicate(("fluffy", "with blue eyes", "striped", "without horns"))
    'is fluffy and has blue eyes, stripes and no horns'
    """
    said: dict[str, list[str]] = {"is": [], "grows": [], "has": [], "wears": []}
    for word in words:
        if word.startswith("in "):
            verb = "grows" if " pot" in word else "has" if word.endswith(" wrapper") else "wears"
            said[verb].append(word if verb == "grows" else word.removeprefix("in "))
        elif word.startswith("with "):
            thing = word.removeprefix("with ")
            said["wears" if is_worn(thing) else "has"].append(thing)
        elif word.startswith("without "):
            said["has"].append("no " + word.removeprefix("without ").removeprefix("a "))
        elif word in _HAVING:
            said["has"].append(_HAVING[word])
        elif word.endswith("-haired"):
            said["has"].append(word.removesuffix("-haired").replace("-", " ") + " hair")
        else:
            said["is"].append(word)
    parts = [f"{verb} {listed(what)}" for verb, what in said.items() if what]
    return listed(parts)
