"""Small rules of English that captions keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_VOWEL_SOUND = re.compile(r"^(?:[aeio]|u(?!ni|se|s[ai])|hour|honest|heir)", re.IGNORECASE)
_CONSONANT_SOUND = re.compile(r"^(?:one\b|one-|eu|ukulele)", re.IGNORECASE)
_SHORT_COLOUR = re.compile(r"\b(lime|navy)\b(?!-(?:green|blue))")


def article(phrase: str) -> str:
    """The indefinite article before a phrase.

    >>> [article(word) for word in ("owl", "corgi", "unicorn", "umbrella", "one-eyed cat")]
    ['an', 'a', 'a', 'an', 'a']
    """
    return "an" if _VOWEL_SOUND.match(phrase) and not _CONSONANT_SOUND.match(phrase) else "a"


def with_article(phrase: str) -> str:
    """A phrase behind its indefinite article.

    >>> with_article("auburn beard")
    'an auburn beard'
    """
    return f"{article(phrase)} {phrase}"


def listed(items: Sequence[str]) -> str:
    """Several things in one breath.

    >>> listed(["a hat"]), listed(["a hat", "a bag"]), listed(["a hat", "a bag", "a scarf"])
    ('a hat', 'a hat and a bag', 'a hat, a bag and a scarf')
    """
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def in_full(phrases: Iterable[str]) -> tuple[str, ...]:
    """Phrases with the names of colours that are also names of other things said in full.

    >>> in_full(["with a lime hat", "navy"])
    ('with a lime-green hat', 'navy-blue')
    """
    return tuple(
        _SHORT_COLOUR.sub(lambda found: {"lime": "lime-green", "navy": "navy-blue"}[found[0]], phrase)
        for phrase in phrases
    )
