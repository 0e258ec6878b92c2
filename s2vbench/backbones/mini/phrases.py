"""Phrases as vectors: words of a small table, read in their order.

Words that the table lacks share a few rows: they do no harm, and say nothing.

Shape letters: P phrases, L words of the longest phrase, D width.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from s2vbench.backbones.captions import clean_phrase
from s2vbench.backbones.mini.phrases_words import WORDS
from s2vbench.errors import InputError

MOST_WORDS: Final = 64
UNKNOWN_ROWS: Final = 64
PADDING: Final = 0
TABLE_ROWS: Final = 1 + len(WORDS) + UNKNOWN_ROWS
_WORD: Final = re.compile(r"[^\W_]+")


def word_rows(phrase: str) -> list[int]:
    """The rows of a phrase's words in the table; upper case and punctuation make no difference.

    Raises:
        InputError: nothing is left of the phrase, or it has more than 64 words.

    >>> word_rows("Red-haired man") == word_rows("red haired  man")
    True
    """
    cleaned = clean_phrase(phrase)
    words = _WORD.findall(cleaned) or [cleaned]
    if len(words) > MOST_WORDS:
        raise InputError(f"phrase {phrase!r:.60} has {len(words)} words; the detector reads {MOST_WORDS}, shorten it")
    return [_row(word) for word in words]


def _row(word: str) -> int:
    known = _rows().get(word)
    if known is None and word.endswith("s"):
        known = _rows().get(word[:-1])
    return 1 + len(WORDS) + zlib.crc32(word.encode()) % UNKNOWN_ROWS if known is None else known


@cache
def _rows() -> dict[str, int]:
    return {word: 1 + place for place, word in enumerate(WORDS)}


def phrase_rows(phrases: Sequence[str]) -> Tensor:
    """Rows of all words (P, L), filled up with `PADDING`.

    Raises:
        InputError: no phrases, or one that `word_rows` refuses.
    """
    if not phrases:
        raise InputError("a detector needs at least one phrase to look for")
    rows = [word_rows(phrase) for phrase in phrases]
    longest = max(map(len, rows))
    return torch.tensor([row + [PADDING] * (longest - len(row)) for row in rows])


class PhraseEncoder(nn.Module):
    """A small transformer over words.

    Args:
        features: length of a phrase's vector.
        width: of its layers.
        layers: how many.
    """

    def __init__(self, features: int, *, width: int = 64, layers: int = 2) -> None:
        super().__init__()
        self.width = width
        self.words = nn.Embedding(TABLE_ROWS, width)
        self.layers = nn.ModuleList(_Layer(width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, features)

    def forward(self, rows_PL: Tensor) -> Tensor:
        """Vectors (P, features) of phrases."""
        there_PL = rows_PL != PADDING
        x_PLD = self.words(rows_PL) + _places(rows_PL.shape[1], self.width, rows_PL.device)
        for layer in self.layers:
            x_PLD = layer(x_PLD, there_PL[:, None, None])
        kept_PLD = self.norm(x_PLD) * there_PL[..., None]
        found: Tensor = self.out(kept_PLD.sum(1) / there_PL.sum(1, keepdim=True))
        return found


class _Layer(nn.Module):
    """Attention over the words, then a layer over each."""

    def __init__(self, width: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention, self.mix = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x_PLD: Tensor, there_P11L: Tensor) -> Tensor:
        phrases, words, width = x_PLD.shape
        parts = self.attention(self.norm1(x_PLD)).view(phrases, words, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=there_P11L)
        x_PLD = x_PLD + self.mix(mixed.transpose(1, 2).reshape(phrases, words, width))
        found: Tensor = x_PLD + self.down(functional.gelu(self.up(self.norm2(x_PLD))))
        return found


def _places(words: int, width: int, device: torch.device) -> Tensor:
    """Sines and cosines that say which word of its phrase a word is (L, D)."""
    place_L1 = torch.arange(words, device=device)[:, None]
    angles_LD = place_L1 * torch.exp(torch.arange(0, width, 2, device=device) * (-math.log(1000.0) / width))
    return torch.cat([angles_LD.sin(), angles_LD.cos()], 1)
