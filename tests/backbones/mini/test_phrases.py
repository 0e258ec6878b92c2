"""Phrases as vectors."""

from __future__ import annotations

import pytest
import torch

from s2vbench.backbones.mini.phrases import MOST_WORDS, PADDING, TABLE_ROWS, PhraseEncoder, phrase_rows, word_rows
from s2vbench.backbones.mini.phrases_words import NOUN_WORDS, WORDS
from s2vbench.errors import InputError
from s2vbench.world.cast import Individual, all_species


def test_every_noun_of_the_world_is_known_and_no_two_are_alike() -> None:
    rows = {noun: tuple(word_rows(noun)) for noun in all_species()}
    assert all(row <= len(NOUN_WORDS) for found in rows.values() for row in found)
    assert len(set(rows.values())) == len(rows)
    assert len(set(WORDS)) == len(WORDS)


def test_what_describes_individuals_is_known() -> None:
    said = [word for noun in all_species() for seed in range(20) for word in Individual(noun, seed).words()]
    rows = [row for phrase in said for row in word_rows(phrase)]
    assert sum(row > len(WORDS) for row in rows) < 0.002 * len(rows)


@pytest.mark.parametrize("phrase", ["zorblax", "a Möbius strip", "日本語", "!!!", "x" * 5000, "cat\n\tcat", "'", "42"])
def test_any_text_has_rows(phrase: str) -> None:
    rows = word_rows(phrase)
    assert rows
    assert all(PADDING < row < TABLE_ROWS for row in rows)
    assert rows == word_rows(phrase)


def test_capitals_hyphens_and_plurals_make_no_difference() -> None:
    assert word_rows("Red-haired MEN, cats!")[0::3] == word_rows("red haired x cat")[0::3]
    assert word_rows("umbrellas") == word_rows("umbrella")


@pytest.mark.parametrize(("phrases", "message"), [
    ([], "at least one phrase"),
    (["cat", "  . "], "names nothing that a detector could look for"),
    (["cat " * (MOST_WORDS + 1)], "has 65 words"),
])  # fmt: skip
def test_nothing_and_too_much_are_refused(phrases: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        phrase_rows(phrases)


def test_a_phrase_has_the_same_vector_beside_longer_ones_and_order_counts() -> None:
    torch.manual_seed(0)
    encoder = PhraseEncoder(16).eval()
    with torch.inference_mode():
        alone = encoder(phrase_rows(["teddy bear"]))
        beside = encoder(phrase_rows(["teddy bear", "striped orange cat with a green collar", "bear teddy"]))
    assert torch.allclose(alone[0], beside[0], atol=1e-5)
    assert not torch.allclose(beside[0], beside[2], atol=1e-2)
