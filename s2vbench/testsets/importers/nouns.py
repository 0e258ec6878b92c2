"""Finds the words of a prompt that a label means: a detector must be asked for words that the prompt holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from s2vbench.testsets.schema import Span

How = Literal["label", "number", "spelling", "synonym"]

SYNONYMS: dict[str, tuple[str, ...]] = {
    "airport": ("terminal", "runway"),
    "bag": ("backpack", "handbag", "tote"),
    "ball": ("soccer ball", "football", "basketball", "beach ball", "baseball"),
    "basketball": ("ball",),
    "bike": ("bicycle",),
    "boat": ("sailboat", "ship", "canoe"),
    "book": ("notebook", "novel"),
    "box": ("crate", "carton"),
    "chicken": ("hen", "rooster"),
    "chiken": ("hen", "rooster"),
    "clothes": ("t-shirt", "shirt", "dress", "jacket", "shorts", "swimsuit", "sweatpants", "sweater", "coat"),
    "cup": ("mug",),
    "desk": ("table",),
    "earphone": ("headphones", "earbuds", "headset"),
    "fry machine": ("fryer",),
    "glasses": ("eyeglasses", "spectacles", "sunglasses"),
    "grassland": ("meadow", "field", "grass"),
    "hammer": ("gavel",),
    "hat": ("cap",),
    "man": ("gentleman", "guy", "boy", "male"),
    "monitor": ("screen", "display"),
    "motor": ("motorcycle", "motorbike"),
    "painting": ("picture",),
    "pan": ("skillet", "wok"),
    "phone": ("smartphone", "cellphone", "telephone"),
    "pillow": ("cushion",),
    "pot": ("saucepan", "bowl"),
    "seaside": ("beach", "sea", "shore", "ocean"),
    "shoes": ("sneakers", "sneaker", "boots", "trainers"),
    "sofa": ("couch", "armchair"),
    "square": ("plaza",),
    "tv": ("television",),
    "woman": ("lady", "girl", "female"),
}
"""A label and other words for what it shows, best first; only words that a detector knows (never "he" or "person")."""


@dataclass(frozen=True)
class Found:
    """A label's words in a prompt."""

    noun: str
    """As the prompt spells it."""
    how: How
    """By the label itself, in another number, in another spelling, or by a synonym."""


def find_noun(label: str, prompt: str) -> Found | None:
    """What the prompt calls the thing that `label` names, or None.

    >>> find_noun("Cat", "Two cats sleep.")
    Found(noun='cat', how='label')
    >>> find_noun("Hairdryer", "A hair dryer lies on a table.")
    Found(noun='hair dryer', how='spelling')
    >>> find_noun("Man", "A boy walks.")
    Found(noun='boy', how='synonym')
    >>> find_noun("Man", "He walks beside a woman.") is None
    True
    """
    words = label.split()
    if not words:
        return None
    tries: list[tuple[How, Iterable[str]]] = [
        ("label", [_phrase(words)]),
        ("number", [_phrase([*words[:-1], last]) for last in other_numbers(words[-1])]),
        ("spelling", _spellings(label)),
        ("synonym", [_phrase(other.split()) for other in SYNONYMS.get(label.casefold(), ())]),
    ]
    for how, patterns in tries:
        for pattern in patterns:
            if match := re.search(pattern, prompt, re.IGNORECASE):
                return Found(match.group(1), how)
    wrong = _misspelt(label, prompt)
    return Found(wrong, "spelling") if wrong else None


def other_numbers(word: str) -> list[str]:
    """Singular of a plural and plural of a singular, by English rules.

    >>> other_numbers("cat"), other_numbers("shoes"), other_numbers("puppy")
    (['cats'], ['shoe'], ['puppies'])
    """
    lower = word.casefold()
    if lower in _IRREGULAR:
        return [_IRREGULAR[lower]]
    if lower.endswith("ies") and len(lower) > 4:
        return [f"{lower[:-3]}y"]
    if lower.endswith(("ches", "shes", "sses", "xes", "zes")):
        return [lower[:-2]]
    if lower.endswith("s") and not lower.endswith("ss"):
        return [lower[:-1]]
    if lower.endswith("y") and lower[-2:-1] not in "aeiou":
        return [f"{lower[:-1]}ies"]
    return [f"{lower}es" if lower.endswith(("ch", "sh", "ss", "x", "z")) else f"{lower}s"]


_PAIRS = {"man": "men", "woman": "women", "child": "children", "person": "people", "mouse": "mice", "shelf": "shelves"}
_IRREGULAR = _PAIRS | {plural: singular for singular, plural in _PAIRS.items()}


def _phrase(words: Sequence[str]) -> str:
    # A plural ending may follow: "cat" stands in "two cats".
    return r"(?<!\w)(" + r"\s+".join(map(re.escape, words)) + r")(?:e?s)?(?!\w)"


def _spellings(label: str) -> list[str]:
    """The label in one word, in two, or with a hyphen: "Teddybear" finds "teddy bear"."""
    letters = re.sub(r"[\s-]+", "", label)
    if len(letters) < 6:
        return []
    return [r"(?<!\w)(" + r"[\s-]?".join(map(re.escape, letters)) + r")s?(?!\w)"]


def _misspelt(label: str, prompt: str) -> str | None:
    """A word of the prompt that a label of at least six letters would be with one letter more ("Chiken").

    Other slips make other words ("plant" and "planet", "brush" and "bush"), so those are not looked for.
    """
    short = label.casefold()
    if len(short) < 6 or " " in short:
        return None
    for word in re.findall(r"\w+", prompt):
        for form in (word.casefold(), *other_numbers(word)):
            if len(form) == len(short) + 1 and any(form[:i] + form[i + 1 :] == short for i in range(1, len(form))):
                return str(word)
    return None


def spans_of(nouns: Sequence[tuple[str, str]], prompt: str) -> tuple[Span, ...]:
    """Where the prompt names each (subject id, noun); the second subject of one noun gets its second mention."""
    spans = []
    count: dict[str, int] = {}
    for subject_id, noun in nouns:
        if not noun.split():
            continue
        found = list(re.finditer(_phrase(noun.split()), prompt, re.IGNORECASE))
        # "Two dogs play; the dog on the left barks": the plural names neither of them alone.
        found = [match for match in found if match.end() == match.end(1)] or found
        at = count.get(noun.casefold(), 0)
        count[noun.casefold()] = at + 1
        if found:
            match = found[min(at, len(found) - 1)]
            spans.append(Span(subject_id=subject_id, start=match.start(), end=match.end()))
    return tuple(spans)


def with_article(noun: str) -> str:
    """A noun with a or an, as it sounds; a plural (jeans, shoes) takes none.

    >>> with_article("owl"), with_article("stuffed animal"), with_article("glasses"), with_article("hour glass")
    ('an owl', 'a stuffed animal', 'glasses', 'an hour glass')
    """
    first, last = noun.split(maxsplit=1)[0].casefold(), noun.rsplit(maxsplit=1)[-1].casefold()
    if last in PLURALS:
        return noun
    sounds_open = first.startswith(tuple("aeiou")) and not first.startswith(("uni", "use", "usu", "eu", "one"))
    return f"an {noun}" if sounds_open or first.startswith(("hour", "honest", "heir")) else f"a {noun}"


PLURALS = {"glasses", "sunglasses", "jeans", "shorts", "trousers", "pants", "boots", "shoes", "headphones", "clothes"}


def fix_article(prompt: str, noun: str) -> str:
    """The prompt with the right article before its noun, however many words stand between: none before a plural.

    >>> fix_article("a red glasses on a rug", "glasses"), fix_article("a animal on a box", "animal")
    ('red glasses on a rug', 'an animal on a box')
    >>> fix_article("a coat and a jeans", "jeans")
    'a coat and jeans'
    """

    def right(match: re.Match[str]) -> str:
        phrase = f"{match.group(2)}{match.group(3)}"
        return phrase if noun.rsplit(maxsplit=1)[-1].casefold() in PLURALS else with_article(phrase)

    word = r"(?!(?:and|or|of|with|on|in|an?)\b)[\w-]+\s+"
    return re.sub(rf"(?<!\w)(an?)\s+((?:{word}){{0,3}}?)({re.escape(noun)})(?!\w)", right, prompt)
