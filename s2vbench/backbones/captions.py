"""Phrases to the one caption that a detector reads, its tokens, and what the tokens' logits say of each phrase.

Grounding DINO (arXiv 2303.05499) takes phrases as sentences: lower case, each ended by a full stop. Its text encoder
lets a token see only its own sentence, and knows the ends of sentences by the token numbers of '.' and '?'.

Shape letters: N boxes, T logits of a box, P phrases.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from s2vbench.errors import InputError
from s2vbench.types import Floats

if TYPE_CHECKING:
    from tokenizers import BertWordPieceTokenizer

VOCABULARY = Path(__file__).with_name("bert_uncased_vocab.txt")
"""The word pieces of BERT base uncased, one a line; a line's number is the token's."""
MAX_TOKENS = 256
"""Grounding DINO reads no further."""
# Both networks compare with these numbers, whatever the vocabulary says.
START, END, FULL_STOP, QUESTION_MARK = 101, 102, 1012, 1029


@dataclass(frozen=True)
class Caption:
    """Phrases as the detector reads them."""

    text: str
    """Distinct phrases, each followed by ' .'."""
    token_ids: tuple[int, ...]
    """Word pieces of `text` between the start and the end token."""
    spans: tuple[slice, ...]
    """Where the tokens of each distinct phrase lie in `token_ids`, full stop excluded."""
    index: tuple[int, ...]
    """For each phrase as given, its place among the distinct ones."""


def clean_phrase(phrase: str) -> str:
    r"""One phrase in lower case with single spaces; '.' and '?', which would split it, become spaces.

    Raises:
        InputError: nothing is left.

    >>> clean_phrase("  St. Bernard\n dog?")
    'st bernard dog'
    """
    # Lower case also keeps "[SEP]" in a phrase from being read as the end token.
    cleaned = " ".join(re.sub(r"[.?]", " ", phrase).lower().split())
    if not cleaned:
        raise InputError(f"phrase {phrase!r} names nothing that a detector could look for")
    return cleaned


def caption_of(phrases: Sequence[str]) -> Caption:
    """One caption of all phrases; phrases that are equal once cleaned share their tokens.

    Raises:
        InputError: no phrases, a phrase without a word, or more than 256 tokens together. Nothing is cut off: a phrase
            cut short names something else.
    """
    if not phrases:
        raise InputError("a detector needs at least one phrase to look for")
    cleaned = [clean_phrase(phrase) for phrase in phrases]
    distinct = list(dict.fromkeys(cleaned))
    text = " . ".join(distinct) + " ."
    token_ids = tuple(_tokenizer().encode(text).ids)
    if len(token_ids) > MAX_TOKENS:
        longest = max(distinct, key=len)
        raise InputError(
            f"the phrases take {len(token_ids)} tokens, the detector reads {MAX_TOKENS}; shorten {longest!r:.60}"
        )
    stops = [place for place, token in enumerate(token_ids) if token == FULL_STOP]
    spans = tuple(slice(start + 1, stop) for start, stop in zip([0, *stops], stops, strict=False))
    for phrase, span in zip(distinct, spans, strict=True):
        if span.start == span.stop:
            raise InputError(f"phrase {phrase!r} holds no character that the detector's vocabulary knows")
    return Caption(text, token_ids, spans, tuple(map(distinct.index, cleaned)))


def scores_of(logits_NT: Floats, caption: Caption) -> tuple[Floats, Floats]:
    """Probabilities (N,) of the likeliest token and (N, P) of the likeliest token of each phrase as given.

    The first counts every token, start, end and full stops included, as the published thresholds do. Logits beyond the
    caption are -inf.
    """
    from scipy.special import expit

    best_NP = np.stack([logits_NT[:, span].max(axis=1) for span in caption.spans], axis=1)
    return expit(logits_NT.max(axis=1)), expit(best_NP[:, list(caption.index)])


@cache
def _tokenizer() -> BertWordPieceTokenizer:
    from tokenizers import BertWordPieceTokenizer

    return BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)
