"""Ids of rows from any text."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container

_LONGEST_ID_BYTES = 100
"""Ids name files, whose names may have 255 bytes."""


def safe_id(text: str) -> str:
    """An id from any text: what cannot stand in one becomes an underscore, a long one is cut and gets a digest.

    >>> safe_id("Images/cup/52.jpg"), safe_id("..."), safe_id("ein roter Käfer")
    ('Images_cup_52.jpg', '_', 'ein_roter_Käfer')
    """
    # Not \w, which the schema's regular expressions and Python's understand differently ("²").
    plain = unicodedata.normalize("NFC", text.strip())
    kept = "".join(letter if may_stand_in_id(letter) else "_" for letter in plain)
    cleaned = re.sub(r"_+", "_", kept).lstrip(".") or "_"
    if len(cleaned.encode()) <= _LONGEST_ID_BYTES:
        return cleaned
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{cleaned.encode()[: _LONGEST_ID_BYTES - 9].decode(errors='ignore')}-{digest}"


def may_stand_in_id(letter: str) -> bool:
    """True for letters of any script, digits and . _ - @ +."""
    return letter in "_.@+-" or letter.isalpha() or letter.isdecimal()


def free_id(wanted: str, taken: Container[str]) -> str:
    """`wanted` as an id, with a number where it is taken already; ids that differ in case alone count as one.

    >>> free_id("A b", {"a_b", "a_b-2"})
    'A_b-3'
    """
    base = safe_id(wanted)
    number, candidate = 1, base
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{base}-{number}"
    return candidate
