"""Texts as numbers of words: the words of the rendered world, and a few rows that all other words share.

Numbers of a text: the start, a word each, the end, then padding with 0. The end has the largest number of all, as in
CLIP's vocabulary, so that text encoders written for it find it.

Shape letters: N texts, L tokens.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

KNOWN: Final = Path(__file__).with_name("words.txt")
"""One word a line; its place is its row in trained tables, so the file may not change without new trainings."""
PADDING: Final = 0
START: Final = 1
FIRST_WORD: Final = 2
UNKNOWN_ROWS: Final = 64
_WORD: Final = re.compile(r"[^\W_]+")


@cache
def known_words() -> dict[str, int]:
    """Each known word with its number."""
    words = KNOWN.read_text(encoding="ascii").split()
    return {word: FIRST_WORD + place for place, word in enumerate(words)}


def vocabulary_size() -> int:
    """How many numbers there are."""
    return end_number() + 1


def end_number() -> int:
    """The number behind the last word."""
    return FIRST_WORD + len(known_words()) + UNKNOWN_ROWS


def split_words(text: str) -> list[str]:
    """Letters and digits in lower case; everything else is between words.

    >>> split_words("A grey-green cat's hat!")
    ['a', 'grey', 'green', 'cat', 's', 'hat']
    """
    return _WORD.findall(text.lower())


def word_number(word: str) -> int:
    """The number of a word; unknown ones share `UNKNOWN_ROWS` numbers, each always the same one.

    >>> word_number("cat") == known_words()["cat"], word_number("xylophonist") in known_words().values()
    (True, False)
    """
    known = known_words().get(word)
    return FIRST_WORD + len(known_words()) + zlib.crc32(word.encode()) % UNKNOWN_ROWS if known is None else known


def tokenize(texts: Sequence[str], context: int) -> Tensor:
    """Numbers (N, context), int64; of a text too long the beginning is kept.

    A text without any word is a start and an end.
    """
    numbers_NL = torch.full((len(texts), context), PADDING)
    for row_L, text in zip(numbers_NL, texts, strict=True):
        words = split_words(text)[: context - 2]
        numbers = [START, *map(word_number, words), end_number()]
        row_L[: len(numbers)] = torch.tensor(numbers)
    return numbers_NL
